# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many projects in slices, as job slices divide an inventory: each project is swept once, a bad login fails its own host only."""

from __future__ import annotations

import json
import pathlib
import re
from typing import Any

import pytest
import yaml

from tests.simulator import Simulator
from tests.support.playbooks import login_environment, run_ansible

pytestmark = pytest.mark.e2e

PROJECTS = [{"id": f"{n:032x}", "name": "eu-de" if n == 1 else f"eu-de_p{n:02}"} for n in range(1, 13)]
NAMES = [project["name"] for project in PROJECTS]
BAD = NAMES[6]
WORLD: dict[str, Any] = {
    "projects": PROJECTS,
    "stop_delay": 0.05,
    "visualization_jobs": [{"id": n, "name": f"job-{n}", "project": name} for n, name in enumerate(NAMES, start=1)],
}
BOOK = [{
    "name": "Stop what runs in each project",
    "hosts": "otc_region_eu_de",
    "gather_facts": False,
    "module_defaults": {"group/otc.teardown.all": "{{ teardown_connection }}"},
    "tasks": [{
        "name": "Stop all visualization jobs",
        "otc.teardown.modelarts_visualization_job": {"all": True, "wait_interval": 0.05},
    }],
}]
# What is wrong with the seventh project -> options that its host gets instead, words of the failure
WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "token": ({"token": "MII-of-nobody"}, "expired or was revoked"),
    "project": ({"project_id": "f" * 32}, "is no project that the login may enter"),
}


def recap(output: str) -> dict[str, tuple[int, int, int]]:
    """Host -> (ok, changed, failed)."""
    found = re.findall(r"^(\S+)\s+: ok=(\d+)\s+changed=(\d+)\s+unreachable=0\s+failed=(\d+)", output, re.MULTILINE)
    return {host: (int(ok), int(changed), int(failed)) for host, ok, changed, failed in found}


def inventory(folder: pathlib.Path, wrong: str) -> pathlib.Path:
    """An inventory source with a host for each project; the seventh cannot log in."""
    (folder / "inventory" / "host_vars").mkdir(parents=True)
    (folder / "inventory" / "otc_projects.yml").write_text("plugin: otc.teardown.projects\n", encoding="utf-8")
    connection = {"region": "eu-de", "project_id": PROJECTS[6]["id"], **WRONG[wrong][0]}
    text = json.dumps({"teardown_connection": connection})
    (folder / "inventory" / "host_vars" / f"{BAD}.yml").write_text(text, encoding="utf-8")
    return folder / "inventory"


def slices() -> list[list[str]]:
    """AWX gives slice i of n the hosts [i::n] of the sorted inventory."""
    return [sorted(NAMES)[first::3] for first in range(3)]


@pytest.mark.parametrize("wrong", WRONG)
def test_twelve_projects_in_three_slices_with_one_bad_login(tmp_path: pathlib.Path, wrong: str) -> None:
    words = WRONG[wrong][1]
    with Simulator(WORLD) as sim:
        folder = inventory(tmp_path, wrong)
        (tmp_path / "book.yml").write_text(yaml.safe_dump(BOOK, sort_keys=False), encoding="utf-8")
        seen: dict[str, tuple[int, int, int]] = {}
        for mine in slices():
            played = run_ansible(tmp_path, "playbook", "-i", str(folder), "book.yml", "--limit", ",".join(mine),
                                 environ=login_environment(sim))
            told = recap(played.stdout)
            assert sorted(told) == mine, played.stdout + played.stderr
            assert played.returncode == (2 if BAD in mine else 0)
            assert (words in played.stdout + played.stderr) is (BAD in mine), played.stdout
            seen.update(told)
        assert seen == {name: (0, 0, 1) if name == BAD else (1, 1, 0) for name in NAMES}
        running = [job["name"] for job in sim.jobs("modelarts_visualization_job") if job["status"] == "RUNNING"]
        assert running == ["job-7"]
        assert len(sim.stops()) == 11


@pytest.mark.slow
def test_the_reports_of_three_slices_are_merged_to_one(tmp_path: pathlib.Path) -> None:
    options = json.dumps({
        "teardown_hosts": "otc_region_eu_de", "teardown_resources": ["modelarts_visualization_job"], "teardown_all": True,
        "teardown_report_dir": "reports/{{ inventory_hostname }}", "teardown_plan_file": "plan_{{ inventory_hostname }}.json",
    })
    with Simulator(WORLD) as sim:
        folder = inventory(tmp_path, "token")
        for mine in slices():
            played = run_ansible(tmp_path, "playbook", "-i", str(folder), "otc.teardown.plan", "--limit", ",".join(mine),
                                 "-e", options, environ=login_environment(sim))
            assert {host for host, facts in recap(played.stdout).items() if facts[2]} == {BAD} & set(mine), played.stdout
        assert sim.writes() == []
    merged = run_ansible(tmp_path, "playbook", "otc.teardown.report", "-e", "teardown_report_dir=reports teardown_mode=plan")
    assert merged.returncode == 0, merged.stdout + merged.stderr
    page = (tmp_path / "reports" / "plan_all.html").read_text(encoding="utf-8")
    assert [n for n in range(1, 13) if f"job-{n}<" in page] == [n for n in range(1, 13) if NAMES[n - 1] != BAD]
    assert "12 projects" in page
    assert "MII-of-nobody" not in page


def test_whoami_tells_it_for_every_project(tmp_path: pathlib.Path) -> None:
    with Simulator(WORLD) as sim:
        (tmp_path / "otc_projects.yml").write_text("plugin: otc.teardown.projects\nnames: ['*_p0[2-4]']\n", encoding="utf-8")
        done = run_ansible(tmp_path, "playbook", "-i", "otc_projects.yml", "otc.teardown.whoami", "-e", "teardown_hosts=all",
                           environ=login_environment(sim))
        assert {host: facts[2] for host, facts in recap(done.stdout).items()} == dict.fromkeys(NAMES[1:4], 0), done.stdout
        assert [name for name in NAMES if f"Project:  {name} (" in done.stdout] == NAMES[1:4]
