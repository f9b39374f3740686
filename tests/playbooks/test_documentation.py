# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every example in the documentation is run against a simulated cloud that holds what it speaks of."""

from __future__ import annotations

import json
import os
import pathlib
import subprocess
from collections.abc import Mapping, Sequence

import pytest
import yaml

from tests.simulator import Simulator
from tests.simulator.kinds import KINDS
from tests.support.documents import ROOT, Block, blocks_of, examples, guides, here, inventories, playbook
from tests.support.harness import PASSWORD_LOGIN
from tests.support.playbooks import login_environment, play, run_ansible
from tests.support.sample_cloud import SCENARIO
from tests.unit.plugins.plugin_utils.report_samples import a_report
from tests.unit.plugins.plugin_utils.teardown_rows import NOW, begun, take

pytestmark = pytest.mark.e2e


PROJECTS = [
    {"id": f"{number:032x}", "name": name}
    for number, name in enumerate(("eu-de", "eu-de_dev", "eu-de_test1", "eu-de_prod", "eu-de_billing", "eu-nl_dev"), start=1)
]
ALL = list(examples())
# So that nobody waits for nothing.
IMPATIENT = ("-e", "teardown_settle=0")
OFFLINE = ("report_html", "report_markdown", "teardown_facts", "teardown_notice", "teardown_stats", "teardown_step",
           "unknown_connection_options", "local_files", "notice", "project_lock", "report_block", "role_errors")
"""These examples work on what is there already."""
TOLD_BY_A_GUIDE = ("role-teardown-0",)
"""Linted like the others; the guide runs the same steps."""


def variables():
    """What examples take from somewhere else."""
    defaults = yaml.safe_load((ROOT / "roles/teardown/defaults/main.yml").read_text(encoding="utf-8"))
    result = {"changed": False, "complete": True, "api_calls": 1, "jobs": [], "msg": "no job was selected", "listed": None}
    return {
        "run": json.loads(json.dumps(take(begun(), NOW, "report"))),
        "vault_password": "simulator-password",
        "cloud_connection": {"region": "eu-de"},
        "drs": result,
        "edge": result,
        "variables": {name.partition("_")[2]: "x" if "{{" in str(value) else value for name, value in defaults.items()},
    }


def lay_out(folder: pathlib.Path) -> None:
    """Reports where examples expect some."""
    for path in (folder / "teardown_report" / "apply.json", folder / "teardown_reports" / "eu-de.json"):
        path.parent.mkdir()
        path.write_text(json.dumps(a_report()), encoding="utf-8")


OF_EACH_SHAPE = ("dlf_job", "drs_job", "modelarts_visualization_job", "mrs_job")
"""Kinds with a home, with dialects and children, without a parent and with one: ansible-playbook plays their examples, which costs
seconds. Those of all kinds, which differ in options only, are played by tests/http/test_examples.py."""
ALONE = [example for example in ALL if example.where not in TOLD_BY_A_GUIDE and example.where.removesuffix("_info") not in KINDS]


def play_examples(folder, sim, book):
    """Play them with what they take from somewhere else, in the environment of a user of this cloud."""
    extra = ("-e", json.dumps(variables()), *IMPATIENT)
    return play(folder, book, *extra, environ={**login_environment(sim), "ANSIBLE_PLAYBOOK_DIR": str(folder)})


def test_examples_of_a_kind_of_each_shape(tmp_path):
    """They play to their ends, and those that stop have something to stop."""
    with Simulator(SCENARIO) as sim:
        book = [
            {**one, "name": f"Play the examples of {where}", "module_defaults": {f"otc.teardown.{kind}": {"wait_interval": 0.2}}}
            for kind in OF_EACH_SHAPE for where, text, _files in ALL if where in (kind, f"{kind}_info")
            for one in playbook(here(text, sim.url, sim.endpoints))
        ]
        played = play_examples(tmp_path, sim, book)
        assert played.code == 0, played.output
        assert played.changed >= len(OF_EACH_SHAPE), played.output


@pytest.mark.parametrize(("where", "text", "files"), [pytest.param(*example, id=example.where) for example in ALONE])
def test_example(tmp_path, where, text, files):
    """The example plays to its end."""
    with Simulator(SCENARIO) as sim:
        write_files(tmp_path, [Block("yaml", name, content) for name, content in files.items()], sim)
        if where in OFFLINE:
            lay_out(tmp_path)
        played = play_examples(tmp_path, sim, playbook(here(text, sim.url, sim.endpoints)))
        assert played.code == 0, f"{where}: {played.output}"
        assert bool(sim.journal()) == (where not in OFFLINE), f"{where} sent something, or nothing"


@pytest.mark.parametrize(("file", "text"), inventories())
def test_inventory_example(tmp_path, file, text):
    """The example lists a host, without a warning."""
    (tmp_path / file).write_text(text, encoding="utf-8")
    with Simulator({"projects": PROJECTS}) as sim:
        environ = {**login_environment(sim), "ACME_PASSWORD": PASSWORD_LOGIN["password"], "HOME": str(tmp_path)}
        done = run_ansible(tmp_path, "inventory", "-i", file, "--list", environ=environ)
    hosts = json.loads(done.stdout)["_meta"]["hostvars"]
    assert hosts and "WARNING" not in done.stderr, done.stderr


def write_files(folder: pathlib.Path, blocks: Sequence[Block], sim: Simulator) -> None:
    """The files of a page, with the addresses of the simulator."""
    for block in blocks:
        if block.file:
            path = folder / block.file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(here(block.text, sim.url, sim.endpoints), encoding="utf-8")


def run_command(folder: pathlib.Path, tool: str, arguments: Sequence[str], environ: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """How a command of a guide ended."""
    if tool.startswith("ansible-"):
        more = IMPATIENT if tool == "ansible-playbook" else ()
        return run_ansible(folder, tool.partition("-")[2], *arguments, *more, environ=environ)
    return subprocess.run([tool, *arguments], cwd=folder, env={**os.environ, **environ}, capture_output=True, text=True, check=False)


def guide_environment(folder: pathlib.Path, sim: Simulator) -> dict[str, str]:
    """What a guide has the user set before: the login, the services for keys, the password of a vault."""
    vault = folder / "vault-password"
    vault.write_text("a password", encoding="utf-8")
    services = {f"OTC_ENDPOINT_{service.upper()}": address for service, address in sim.endpoints.items()}
    return {**login_environment(sim), **services, "ANSIBLE_VAULT_PASSWORD_FILE": str(vault), "SIMULATOR": sim.url, "NO_PROXY": "127.0.0.1"}


@pytest.mark.parametrize("path", guides(), ids=lambda path: path.stem)
def test_guide(tmp_path, path):
    """The files of a guide are written, and its commands run, in their order; each succeeds."""
    with Simulator(SCENARIO) as sim:
        environ = guide_environment(tmp_path, sim)
        for block in blocks_of(path):
            write_files(tmp_path, [block], sim)
            for tool, *arguments in block.commands():
                done = run_command(tmp_path, tool, arguments, environ)
                assert done.returncode == 0, f"{path.name}: {tool} {arguments}\n{done.stdout}{done.stderr}"
                assert "no hosts matched" not in done.stdout, f"{path.name}: {tool} {arguments}"
        assert sim.journal(), "no command has reached the cloud"
