# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The main job as users run it: ansible-playbook stops four kinds, and the second run changes nothing."""

from __future__ import annotations

import base64
import urllib.parse

import pytest

from tests.simulator import Simulator
from tests.support.harness import PASSWORD_LOGIN, token_of
from tests.support.playbooks import play_tasks

pytestmark = pytest.mark.e2e

SERVICE = "88bb1c2d-0a1b-4c2d-8e3f-0123456789ab"
SCENARIO = {
    "stop_delay": 0.1,
    "visualization_jobs": [
        {"id": 10, "name": "tb-dev", "status": "RUNNING"},
        {"id": 11, "name": "tb-done", "status": "COMPLETED"},
    ],
    "processor_tasks": [
        {"id": "PT1", "name": "clean", "versions": [{"id": "PV1", "name": "V001", "status": "RUNNING"}]},
    ],
    "services": [
        {"id": SERVICE, "name": "edge", "tasks": [{"id": "0" * 31 + "1", "name": "gate", "status": "RUNNING"}]},
    ],
    "drs_jobs": [
        {"id": "c7debc9c-8e09-4a5d-8dd6-cc44f78jb201", "name": "orders", "status": "INCRE_TRANSFER_STARTED"},
        {"id": "c7debc9c-8e09-4a5d-8dd6-cc44f78jb202", "name": "billing", "status": "FULL_TRANSFER_STARTED"},
    ],
}
KINDS = (
    "modelarts_visualization_job",
    "modelarts_processor_task_version",
    "modelarts_service_task",
    "drs_job",
)


def stop_everything():
    """A task for each kind."""
    return [
        {"name": f"Stop {kind}", f"otc.teardown.{kind}": {"all": True, "wait_interval": 0.1}, "register": kind}
        for kind in KINDS
    ]


def defaults(sim):
    """The connection, as set once in a play."""
    return {**PASSWORD_LOGIN, "endpoints": sim.endpoints}


@pytest.mark.main
def test_check_then_stop_then_nothing_left(tmp_path):
    """Check mode predicts the run, diff included; the run stops each job once; the second run sends nothing."""
    with Simulator(SCENARIO) as sim:
        checked = play_tasks(tmp_path, stop_everything(), defaults(sim), "--check", "--diff")
        assert (checked.code, checked.changed) == (0, 4), checked.output
        assert sim.writes() == []

        stopped = play_tasks(tmp_path, stop_everything(), defaults(sim), "--diff")
        assert (stopped.code, stopped.changed) == (0, 4), stopped.output
        assert {job["id"]: job["stops_accepted"] for job in sim.jobs()} == {
            "10": 1, "11": 0, "PV1": 1, "0" * 31 + "1": 1,
            "c7debc9c-8e09-4a5d-8dd6-cc44f78jb201": 1, "c7debc9c-8e09-4a5d-8dd6-cc44f78jb202": 1,
        }
        for kind in KINDS:
            assert checked.results[kind]["diff"] == stopped.results[kind]["diff"]
            predicted = {row["id"]: row["outcome"] for row in checked.results[kind]["jobs"]}
            happened = {row["id"]: row["outcome"] for row in stopped.results[kind]["jobs"]}
            assert happened == {key: value.replace("would_stop", "stopped") for key, value in predicted.items()}
        assert "-drs_job c7debc9c-8e09-4a5d-8dd6-cc44f78jb201 (orders): INCRE_TRANSFER_STARTED" in stopped.output
        assert "+drs_job c7debc9c-8e09-4a5d-8dd6-cc44f78jb201 (orders): stopped" in stopped.output

        before = len(sim.writes())
        again = play_tasks(tmp_path, stop_everything(), defaults(sim), "--diff")
        assert (again.code, again.changed) == (0, 0), again.output
        assert len(sim.writes()) == before


def test_partial_failure_reports_every_row(tmp_path):
    """One job that does not end fails the task at the end; the others are stopped, and all are reported."""
    scenario = {"stop_delay": 0.05, "visualization_jobs": [
        {"id": 1, "name": "good", "status": "RUNNING"},
        {"id": 2, "name": "stuck", "status": "RUNNING", "never_ends": True},
        {"id": 3, "name": "strange", "status": "LOST"},
    ]}
    tasks = [{
        "name": "Stop",
        "otc.teardown.modelarts_visualization_job": {
            "job_ids": [1, 2, 3, 4], "wait_interval": 0.1, "wait_timeout": 1,
        },
        "register": "stopped",
        "ignore_errors": True,
    }]
    with Simulator(scenario) as sim:
        played = play_tasks(tmp_path, tasks, defaults(sim))
    result = played.results["stopped"]
    assert result["failed"] and result["changed"], played.output
    assert {row["id"]: row["outcome"] for row in result["jobs"]} == {
        "1": "stopped", "2": "timed_out", "3": "failed", "4": "missing",
    }
    assert result["summary"] == {"selected": 4, "stopped": 1, "missing": 1, "timed_out": 1, "failed": 1}
    for part in ("Failed to stop modelarts_visualization_job 2 (stuck): still KILLING", "on_missing", "status LOST"):
        assert part in result["msg"]


def test_hostile_names_are_text(tmp_path):
    """A job name is never a template, and no control character of it reaches the terminal."""
    name = "{{ 7 * 191 }}\x1b[31m\u202eevil"
    tasks = [
        {"name": "Look", "otc.teardown.modelarts_visualization_job_info": {"all": True}, "register": "found"},
        {"name": "Show", "ansible.builtin.debug": {"msg": "name is {{ found.jobs[0].name }}"}},
        {
            "name": "Stop", "register": "stopped",
            "otc.teardown.modelarts_visualization_job": {"all": True, "wait_interval": 0.1},
        },
    ]
    with Simulator({"visualization_jobs": [{"id": 1, "name": name, "status": "RUNNING"}]}) as sim:
        played = play_tasks(tmp_path, tasks, defaults(sim), "-v", "--diff")
    assert played.code == 0, played.output
    assert "{{ 7 * 191 }}" in played.results["found"]["jobs"][0]["name"]
    assert "1337" not in played.output
    assert "\x1b" not in played.output and "\u202e" not in played.output


@pytest.mark.parametrize("login", ["password", "token", "keys"])
def test_no_secret_at_highest_verbosity(tmp_path, login):
    """-vvvv, a failing task and a succeeding one: no secret in any spelling."""
    with Simulator({"visualization_jobs": [{"id": 1, "name": "a", "status": "RUNNING"}]}) as sim:
        connection, secrets = credentials(sim, login)
        tasks = [
            {"name": "Look", "otc.teardown.modelarts_visualization_job_info": {"all": True}},
            {"name": "Fail", "otc.teardown.modelarts_visualization_job": {"job_ids": 404}, "ignore_errors": True},
        ]
        played = play_tasks(tmp_path, tasks, connection, "-vvvv")
        assert played.code == 0 and "failed=0" in played.output, played.output
        assert len(sim.journal()) >= 2
    for secret in secrets:
        spellings = {
            secret, urllib.parse.quote(secret, safe=""), base64.b64encode(secret.encode()).decode(),
        }
        assert not [spelling for spelling in spellings if spelling in played.output]


def credentials(sim, login):
    """Connection options for a way to log in, and the secrets in them."""
    place = {"region": "eu-de", "endpoints": sim.endpoints}
    if login == "password":
        return {**place, **PASSWORD_LOGIN}, [PASSWORD_LOGIN["password"]]
    project = {"project_id": "0123456789abcdef0123456789abcdef"}
    if login == "token":
        token = token_of(sim)
        return {**place, **project, "token": token}, [token]
    keys = {"access_key": "SIMULATORAK000000001", "secret_key": "simulator-secret-key"}
    return {**place, **project, **keys}, [keys["secret_key"]]
