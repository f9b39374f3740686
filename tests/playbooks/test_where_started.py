# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Relative paths are meant from where the user started Ansible, wherever the playbook lies."""

from __future__ import annotations

import json
import pathlib
import sys
from typing import Any

import pytest
import yaml

from tests.simulator import Simulator
from tests.support.harness import PASSWORD_LOGIN
from tests.support.playbooks import login_environment, run_ansible

pytestmark = pytest.mark.e2e

MODULE = "modelarts_visualization_job"
FOLDERS = ["plain", "with blank and {{ 7*7 }} and 'quotes'"]


@pytest.fixture
def sim():
    """A cloud with two running jobs."""
    with Simulator({"stop_delay": 0.05, "visualization_jobs": [{"id": 1}, {"id": 2}]}) as cloud:
        yield cloud


@pytest.fixture(params=FOLDERS)
def home(request, tmp_path):
    """Where the user stands."""
    folder = tmp_path / request.param
    folder.mkdir()
    return folder


def write_login(folder: pathlib.Path, sim: Simulator, config: str = "clouds.yaml", secure: str = "secure.yaml") -> None:
    """The login as OpenStack users keep it: an entry `dev`, with its password in a file beside it."""
    auth = {"auth_url": sim.endpoints["iam"], "username": PASSWORD_LOGIN["username"],
            "user_domain_name": PASSWORD_LOGIN["domain_name"], "project_name": PASSWORD_LOGIN["project_name"]}
    entry = {"region_name": PASSWORD_LOGIN["region"], "auth": auth}
    (folder / config).write_text(yaml.safe_dump({"clouds": {"dev": entry}}), encoding="utf-8")
    secret = {"clouds": {"dev": {"auth": {"password": PASSWORD_LOGIN["password"]}}}}
    (folder / secure).write_text(yaml.safe_dump(secret), encoding="utf-8")


def elsewhere(tmp_path: pathlib.Path, *tasks: dict[str, Any], **keys: Any) -> str:
    """A playbook in a folder of its own."""
    book = tmp_path / "books" / "play.yml"
    book.parent.mkdir()
    play = {"hosts": "localhost", "connection": "local", "gather_facts": False, "tasks": list(tasks), **keys}
    book.write_text(yaml.safe_dump([play], sort_keys=False), encoding="utf-8")
    return str(book)


def files_of(name: str) -> list[dict[str, Any]]:
    """A task for each module that asks the cloud: they all find the login, or this play fails."""
    return [{"name": name, f"otc.teardown.{module}": options} for module, options in [
        ("iam_token", {}), ("iam_caller_info", {}), ("iam_project_info", {}), (f"{MODULE}_info", {"all": True}),
        ("drs_job_info", {"all": True}), (MODULE, {"job_ids": ["1", "2"], "wait_interval": 0.05, "journal": "sub/journal"}),
    ]]


@pytest.mark.main
def test_a_playbook_of_the_collection_finds_the_clouds_yaml_beside_the_user(home, sim):
    write_login(home, sim)
    played = run_ansible(home, "playbook", "otc.teardown.whoami", environ={"OS_CLOUD": "dev"})
    assert played.returncode == 0, played.stdout + played.stderr
    assert PASSWORD_LOGIN["username"] in played.stdout


@pytest.mark.parametrize("files", ["beside the user", "named by variables"])
def test_every_module_of_a_playbook_elsewhere_finds_them(home, tmp_path, sim, files):
    book, environ = elsewhere(tmp_path, *files_of("Ask")), {"OS_CLOUD": "dev"}
    (home / "sub").mkdir()
    if files == "beside the user":
        write_login(home, sim)
        # The modules do not read those of the playbook.
        (tmp_path / "books" / "clouds.yaml").write_text("clouds: {dev: {auth: {username: somebody-else}}}", encoding="utf-8")
    else:
        write_login(home, sim, "sub/my clouds.yaml", "sub/my secure.yaml")
        environ |= {"OS_CLIENT_CONFIG_FILE": "sub/my clouds.yaml", "OS_CLIENT_SECURE_FILE": "./sub/my secure.yaml"}
    played = run_ansible(home, "playbook", book, "-vvv", environ=environ)
    assert played.returncode == 0, played.stdout + played.stderr
    assert PASSWORD_LOGIN["password"] not in played.stdout + played.stderr
    lines = (home / "sub" / "journal").read_text(encoding="utf-8").splitlines()
    assert sorted(json.loads(line)["id"] for line in lines) == ["1", "2"]


@pytest.mark.parametrize(("name", "words"), [("ca.pem", None), ("books.pem", "OS_CACERT|ca_cert: 'books.pem': does not exist")])
def test_certificates_of_the_environment_lie_where_the_user_stands(home, tmp_path, sim, name, words):
    book = elsewhere(tmp_path, {"name": "Ask", f"otc.teardown.{MODULE}_info": {"all": True}})
    (home / "ca.pem").touch()
    (tmp_path / "books" / "books.pem").touch()
    played = run_ansible(home, "playbook", book, environ={**login_environment(sim), "OS_CACERT": name})
    assert (played.returncode == 0) == (words is None), played.stdout + played.stderr
    assert words is None or words.partition("|")[2] in played.stdout + played.stderr


def test_the_inventory_and_its_hosts_read_the_same_files(home, tmp_path, sim):
    write_login(home, sim)
    (home / "otc_projects.yml").write_text("plugin: otc.teardown.projects\n", encoding="utf-8")
    book = elsewhere(tmp_path, {"name": "Ask", f"otc.teardown.{MODULE}_info": {"all": True}}, hosts="all",
                     module_defaults={"group/otc.teardown.all": "{{ teardown_connection }}"})
    played = run_ansible(home, "playbook", "-i", "otc_projects.yml", book, environ={"OS_CLOUD": "dev"})
    assert played.returncode == 0 and "ok=1" in played.stdout, played.stdout + played.stderr


@pytest.mark.parametrize("keys", [{"async": 60, "poll": 1}, {"check_mode": True}, {"no_log": True}, {"delegate_to": "localhost"}], ids=str)
def test_keywords_of_tasks_make_no_difference(tmp_path, sim, keys):
    home = tmp_path / "home"
    home.mkdir()
    write_login(home, sim)
    book = elsewhere(tmp_path, {"name": "Stop", f"otc.teardown.{MODULE}": {"job_ids": ["1"], "wait_interval": 0.05}, **keys})
    played = run_ansible(home, "playbook", book, environ={"OS_CLOUD": "dev", "ANSIBLE_ASYNC_DIR": str(tmp_path / "async")})
    assert played.returncode == 0, played.stdout + played.stderr
    assert len(sim.stops()) == (0 if "check_mode" in keys else 1)


def test_an_ad_hoc_command_reads_them_too(tmp_path, sim):
    home = tmp_path / "home"
    home.mkdir()
    write_login(home, sim)
    played = run_ansible(home, "adhoc", "localhost", "-m", "otc.teardown.iam_project_info", "-e",
                         f"ansible_python_interpreter={sys.executable}", environ={"OS_CLOUD": "dev"})
    assert played.returncode == 0 and '"count": 1' in played.stdout, played.stdout + played.stderr
