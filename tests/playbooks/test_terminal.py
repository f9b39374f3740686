# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a person sees at the end of a run of our playbooks, and that the command shown there works when it is copied."""

from __future__ import annotations

import json
import pathlib
import shlex
import subprocess
from collections.abc import Mapping

import pytest
import yaml

from tests.playbooks.test_progress_off import CALLBACK
from tests.simulator import Simulator
from tests.support.playbooks import login_environment, run_ansible

pytestmark = pytest.mark.e2e

PROJECT = {"id": "0123456789abcdef0123456789abcdef", "name": "eu-de"}
KIND = "modelarts_visualization_job"
WORLD = {"visualization_jobs": [{"id": 1, "name": "tb-{{ 1 + 1 }}"}, {"id": 2, "name": "demo"}], "stop_delay": 0.05}
VARIABLES = {
    "teardown_all": True, "teardown_resources": [KIND], "teardown_projects_allowed": [PROJECT], "teardown_settle": 0,
    "teardown_wait_interval": 0.1, "teardown_protect": [{"names": ["demo"], "reason": "demo week"}],
}


def playbook(folder: pathlib.Path, sim: Simulator, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """How a playbook of ours ended, with the variables in a file."""
    (folder / "teardown.yml").write_text(yaml.safe_dump(VARIABLES), encoding="utf-8")
    return run_ansible(folder, "playbook", *arguments, environ={**login_environment(sim), **environ})


def block(done: subprocess.CompletedProcess[str]) -> list[str]:
    """The lines of the block, without its rules."""
    lines = done.stdout.splitlines()
    start, end = (number for number, line in enumerate(lines) if line.startswith("──"))
    return lines[start + 1:end]


def places(lines: list[str]) -> Mapping[str, str]:
    """Label -> text of the last lines of a block."""
    return dict(line.split(None, 1) for line in lines if line.startswith(("report ", "plan  ", "digest ", "next ")))


@pytest.mark.main
@pytest.mark.slow
def test_from_one_step_to_the_next_by_copying(tmp_path: pathlib.Path) -> None:
    with Simulator(WORLD) as sim:
        made = playbook(tmp_path, sim, "otc.teardown.plan", "-e", "@teardown.yml")
        lines = block(made)
        found = places(lines)
        assert lines[1].split()[:4] == ["demo", KIND, "RUNNING", "protected"], made.stdout
        assert f"tb-{{{{ 1 + 1 }}}}  {KIND}  RUNNING  would stop" in lines
        assert "plan of eu-de: ok. 1 would be stopped. Would still run: 1 (1 protected)" in lines
        plan = json.loads((tmp_path / "teardown_plan.json").read_text(encoding="utf-8"))
        assert found["digest"] == plan["digest"] and pathlib.Path(found["report"]).read_text(encoding="utf-8").startswith("<!")
        assert found["next"] == "ansible-playbook otc.teardown.apply -e @teardown.yml -e teardown_confirm=eu-de"

        applied = playbook(tmp_path, sim, *shlex.split(found["next"])[1:])
        lines = block(applied)
        assert applied.returncode == 0 and sim.accepted(KIND, "1") == 1, applied.stdout
        assert "apply of eu-de: changed. 1 stopped. Still running: 1 (1 protected)" in lines
        assert f"{KIND}: 1 of 1 stopped, 0 stopping, 0 failed after" in applied.stdout

        verified = playbook(tmp_path, sim, *shlex.split(places(lines)["next"])[1:])
        assert verified.returncode == 0, verified.stdout
        assert "verify of eu-de: ok. 1 ended already. Still running: 1 (1 protected)" in block(verified)


@pytest.mark.slow
def test_check_mode_names_no_plan_and_nightly_says_so_at_once(tmp_path: pathlib.Path) -> None:
    with Simulator(WORLD) as sim:
        done = playbook(tmp_path, sim, "otc.teardown.nightly", "-e", "@teardown.yml", "--check", ANSIBLE_SHOW_CUSTOM_STATS="true")
        assert (done.returncode, sim.writes()) == (0, []), done.stdout
        assert '"otc_teardown_digest": ""' in done.stdout
        assert done.stdout.index("In check mode no plan is written, so nothing is applied.") < done.stdout.index("── plan of")
        lines = block(done)
        assert places(lines) == {} and "In check mode nothing was written: no plan and no report." in lines
        assert not list(tmp_path.glob("teardown_plan*"))


def test_a_failed_login_names_the_project_that_was_asked_for(tmp_path: pathlib.Path) -> None:
    with Simulator(WORLD) as sim:
        done = playbook(tmp_path, sim, "otc.teardown.plan", "-e", "@teardown.yml", OS_PASSWORD="not-the-password")
        assert done.returncode == 2
        assert any(line.startswith("plan of eu-de (region eu-de): failed. Failed to log in: ") for line in block(done)), done.stdout
        # The block stands before the task that fails, the only one.
        assert done.stdout.count("FAILED!") == 1
        assert done.stdout.index("── plan of eu-de") < done.stdout.index("Fail if the run failed or was refused")


def test_a_program_that_reads_the_output_gets_no_block(tmp_path: pathlib.Path) -> None:
    (tmp_path / "callbacks").mkdir()
    (tmp_path / "callbacks" / "my_json.py").write_text(CALLBACK.format(name="my_json"), encoding="utf-8")
    environ = {"ANSIBLE_CALLBACK_PLUGINS": str(tmp_path / "callbacks"), "ANSIBLE_STDOUT_CALLBACK": "my_json"}
    with Simulator(WORLD) as sim:
        done = playbook(tmp_path, sim, "otc.teardown.plan", "-e", "@teardown.yml", **environ)
    assert json.loads(done.stdout) == {"hosts": ["localhost"]}, done.stdout + done.stderr


def test_an_inventory_of_projects_must_be_targeted(tmp_path: pathlib.Path) -> None:
    (tmp_path / "otc_projects.yml").write_text("plugin: otc.teardown.projects\n", encoding="utf-8")
    with Simulator(WORLD) as sim:
        done = playbook(tmp_path, sim, "-i", "otc_projects.yml", "otc.teardown.plan", "-e", "@teardown.yml")
        assert (done.returncode, sim.journal(operation="list")) == (2, [])
        assert "teardown_hosts: it is not set" in done.stdout and "(eu-de); set it to all" in done.stdout
        named = playbook(tmp_path, sim, "-i", "otc_projects.yml", "otc.teardown.plan", "-e", "@teardown.yml", "-e", "teardown_hosts=all")
        found = places(block(named))
        assert found["next"].startswith("ansible-playbook -i otc_projects.yml otc.teardown.apply --limit eu-de -e @teardown.yml "), named.stdout
