# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbook that tells who one is, run as users do."""

from __future__ import annotations

import json
import pathlib
import subprocess

import pytest

from tests.simulator import Simulator
from tests.support.playbooks import login_environment, run_ansible

pytestmark = pytest.mark.e2e

JOBS = {"visualization_jobs": [{}, {}], "services": [{"tasks": [{}]}], "drs_jobs": [{}, {}, {}]}
KEY = {"access_key": "SIMULATORAK000000001", "secret_key": "simulator-secret-key"}


def whoami(folder: pathlib.Path, sim: Simulator, *flags: str, **changes: str | None) -> subprocess.CompletedProcess[str]:
    """The playbook, with the environment of a password login changed like this (None takes a variable away)."""
    environ = {**login_environment(sim), **changes}
    given = {name: value for name, value in environ.items() if value is not None}
    done = run_ansible(folder, "playbook", "otc.teardown.whoami", *flags, environ=given)
    assert not [secret for secret in ("simulator-password", "simulator-secret-key", "MII") if secret in done.stdout + done.stderr]
    assert sim.writes() == []
    return done


@pytest.mark.parametrize("flags", [[], ["--check", "--diff"], ["-vvvv"]], ids=str)
def test_a_good_login_is_told_and_passes(tmp_path: pathlib.Path, flags: list[str]) -> None:
    with Simulator(JOBS) as sim:
        done = whoami(tmp_path, sim, *flags)
        assert done.returncode == 0, done.stdout
        for line in (
            "Login:    password, user deployer",
            "Account:  OTC-EU-DE-00000000001000000000 (fedcba9876543210fedcba9876543210)",
            "Project:  eu-de (0123456789abcdef0123456789abcdef)",
            "Region:   eu-de",
            "Token:    valid until 20",
            f"Endpoint: drs {sim.endpoints['drs']}",
            "OK:       modelarts_service_task: 1 service, jobs not counted (API v1)",
            "OK:       modelarts_visualization_job: 2 jobs (API v1)",
            "OK:       drs_job: 3 jobs (API v5)",
        ):
            assert line in done.stdout, done.stdout


@pytest.mark.parametrize(("needed", "code"), [(None, 2), (["drs_job"], 2), (["modelarts_visualization_job"], 0)])
def test_a_service_that_does_not_answer_is_told_with_advice(
    tmp_path: pathlib.Path, needed: list[str] | None, code: int
) -> None:
    with Simulator(JOBS) as sim:
        sim.add_fault(operation="list", service="drs", status=403, code="DRS.M00101", message="no {{ 7 * 7 }}")
        flags = ["-e", json.dumps({"teardown_resources": needed})] if needed else []
        done = whoami(tmp_path, sim, *flags)
        assert done.returncode == code
        assert "FAILED:   drs_job: no {{ 7 * 7 }} (DRS.M00101, HTTP 403, request " in done.stdout, done.stdout
        assert "What to do: give the user's group a role" in done.stdout
        assert ("No answer about drs_job" in done.stdout + done.stderr) is (code != 0)


@pytest.mark.main
def test_a_connection_in_a_variable_wins_over_the_environment(tmp_path: pathlib.Path) -> None:
    with Simulator(JOBS) as sim:
        variables = {"teardown_connection": {**KEY, "project_name": "eu-de", "endpoints": sim.endpoints}}
        file = tmp_path / "variables.json"
        file.write_text(json.dumps(variables), encoding="utf-8")
        done = whoami(tmp_path, sim, "-e", f"@{file}", "-vvv")
        assert done.returncode == 0, done.stdout
        assert '"Login:    access_key"' in done.stdout and "none, requests are signed" in done.stdout
        assert sim.journal(operation="login") == []


def test_without_a_project_those_that_can_be_entered_are_told(tmp_path: pathlib.Path) -> None:
    with Simulator({"projects": [{"id": "a" * 32, "name": "eu-de"}, {"id": "b" * 32, "name": "eu-de_team"}]}) as sim:
        done = whoami(tmp_path, sim, OS_PROJECT_NAME=None)
        assert done.returncode == 2
        assert "Project:  none. Set project_name (or OS_PROJECT_NAME) to one of these: eu-de, eu-de_team" in done.stdout


def test_a_login_that_fails_ends_the_play_with_advice(tmp_path: pathlib.Path) -> None:
    with Simulator(JOBS) as sim:
        done = whoami(tmp_path, sim, OS_PASSWORD="not-the-one")
        assert done.returncode == 2
        assert "check username, password, domain_name" in done.stdout + done.stderr
        assert "not-the-one" not in done.stdout + done.stderr
        assert len(sim.journal()) == 1
