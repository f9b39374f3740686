# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nothing that a play leaves behind holds a secret: no output at any verbosity, no file, no URL."""

from __future__ import annotations

import json
import os
import pathlib
import stat
from collections.abc import Iterator
from typing import Any

import pytest

from tests.simulator import Simulator
from tests.support.harness import KINDS, PASSWORD_LOGIN
from tests.support.playbooks import play

pytestmark = pytest.mark.e2e

PASSWORD = "p4ss/W0rd+&%{}<tag>\"quote'"
LOGIN = {**PASSWORD_LOGIN, "password": PASSWORD}


@pytest.fixture
def cloud() -> Iterator[tuple[Simulator, list[str]]]:
    """A job of each kind, and every secret: the password, and each token as it is issued."""
    scenario: dict[str, Any] = {"users": [{"name": "deployer", "password": PASSWORD}]}
    for kind in KINDS[:-1]:
        scenario.update(kind.scenario({}))
    with Simulator(scenario) as sim:
        secrets, issue = [PASSWORD], sim.core.iam.issue

        def noted(*args: Any) -> Any:
            text, token = issue(*args)
            secrets.append(text)
            return text, token

        sim.core.iam.issue = noted
        yield sim, secrets


def written(folder: pathlib.Path) -> dict[str, str]:
    """Every file that a play has left in its folder -> its text; the playbook and the collection are not among them."""
    found = {}
    for place, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if name != "tree"]
        paths = [pathlib.Path(place, name) for name in files if name not in ("playbook.yml", "ansible.cfg")]
        found.update({str(path.relative_to(folder)): path.read_text(encoding="utf-8") for path in paths})
    return found


def assert_clean(texts: dict[str, str], secrets: list[str]) -> None:
    """None of these texts holds one of these secrets, plain or as JSON writes it."""
    for where, text in texts.items():
        for secret in secrets:
            assert secret not in text and json.dumps(secret)[1:-1] not in text, where


def requested(sim: Simulator) -> dict[str, str]:
    """Method, path and query of every request."""
    return {f"request {entry['n']}": json.dumps([entry["path"], entry["query"]]) for entry in sim.journal()}


@pytest.mark.slow
@pytest.mark.parametrize(("connection", "kinds"), [
    ("role variable", ["modelarts_visualization_job", "drs_job"]),
    ("module_defaults", ["modelarts_visualization_job"]),
])
def test_a_plan_and_its_application(
    tmp_path: pathlib.Path, cloud: tuple[Simulator, list[str]], connection: str, kinds: list[str]
) -> None:
    sim, secrets = cloud
    login = {**LOGIN, "endpoints": sim.endpoints}
    variables = {
        "teardown_all": True, "teardown_settle": 0, "teardown_confirm": "eu-de",
        "teardown_resources": kinds,
        "teardown_projects_allowed": [{"id": "0123456789abcdef0123456789abcdef", "name": "eu-de"}],
        "drs_stop_wait_interval": 0.1, "modelarts_stop_wait_interval": 0.1,
    }
    place = {"teardown_connection": login} if connection == "role variable" else {}
    book: list[dict[str, Any]] = [{
        "hosts": "localhost", "connection": "local", "gather_facts": False, "vars": {**variables, **place},
        "module_defaults": {"group/otc.teardown.all": login} if connection == "module_defaults" else {},
        "roles": ["otc.teardown.teardown"],
    }]
    played = [play(tmp_path, book, "-vvvv", "-e", f"teardown_mode={mode}") for mode in ("plan", "apply")]
    assert [one.code for one in played] == [0, 0], played[-1].output[-3000:]
    assert len(sim.stops()) == len(kinds) and len(secrets) > 1
    files = written(tmp_path)
    assert {"teardown_plan.json", "teardown_report/apply.json", "teardown_report/apply.html"} <= files.keys()
    assert_clean({"plan": played[0].output, "apply": played[1].output, **files, **requested(sim)}, secrets)
    for path in (tmp_path / "teardown_report").rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


def test_a_task_with_a_journal_and_progress(tmp_path: pathlib.Path, cloud: tuple[Simulator, list[str]]) -> None:
    """Also if the jobs are named after the secrets, and if the task fails."""
    sim, secrets = cloud
    kind = KINDS[0]
    sim.load(kind.scenario({"name": f"after {PASSWORD}", "stop_delay": 4}, {"refuse_times": 99},
                           users=[{"name": "deployer", "password": PASSWORD}]))
    journal = tmp_path / "journal"
    task = {kind.module: {**LOGIN, "endpoints": sim.endpoints, "all": True, "journal": str(journal), "wait_timeout": 6}}
    book = [{"hosts": "localhost", "connection": "local", "gather_facts": False,
             "tasks": [{f"otc.teardown.{name}": options for name, options in task.items()}]}]
    played = play(tmp_path, book, "-vvvv", environ={"ANSIBLE_KEEP_REMOTE_FILES": "0"})
    assert played.code == 2 and "modelarts_visualization_job: 1 of 2 stopped" in played.output
    files = written(tmp_path)
    assert len(files["journal"].splitlines()) == 2 and stat.S_IMODE(journal.stat().st_mode) == 0o600
    assert files.keys() == {"journal"}, "no temporary file stays"
    assert_clean({"output": played.output, **files, **requested(sim)}, secrets)
