# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What one task costs whatever it has to do, and where that goes."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from tests.benchmark.bench import Bench
from tests.benchmark.cloud import ROOT
from tests.benchmark.plan import DRS, VISUALIZATION
from tests.benchmark.processes import Cost

ANSIBLE, LIBRARY = "start Python and import what every module does (`AnsibleModule`)", "import `requests`"
"""Two parts of the profile."""

_IMPORTED = re.compile(r"import time:\s+(\d+) \|\s+\d+ \|\s+(\S+)")
_RECAP = re.compile(r"ok=(\d+).*skipped=(\d+)")
_BASIC, _OURS = "ansible.module_utils.basic", "ansible_collections.otc.teardown."
_KINDS = ("modelarts_service_task", "modelarts_processor_task_version", VISUALIZATION.module, DRS.module)
_PLAN = ROOT / "tests" / "demo" / "teardown.yml"


class Startup(NamedTuple):
    """Seconds of playbooks: one empty task of Ansible's own; one of ours with one ended job; `jobs` over four kinds with nothing to do;
    the plan of 16 jobs in four kinds, which is so many `tasks`; so many tasks that do nothing, and so many empty ones.

    `profile`: seconds of parts of the module's own process.
    """

    empty: float
    ours: float
    nothing: float
    plan: float
    idle: float
    pings: float
    tasks: int
    profile: dict[str, float]

    @property
    def overhead(self) -> float:
        """What ours takes longer."""
        return self.ours - self.empty


def measure_startup(bench: Bench, times: int) -> Startup:
    """The quickest of so many runs of each, which take turns. The first turn does not count: it compiles the plugins."""
    turns = [_turn(bench) for _turn_number in range(times + 1)][1:]
    *seconds, tasks = (min(each) for each in zip(*turns, strict=True))
    profiles = [_profile(bench, _one_ended_job(bench)) for _turn_number in range(times)]
    return Startup(*seconds, int(tasks), {part: min(each[part] for each in profiles) for part in profiles[0]})


def _turn(bench: Bench) -> tuple[float, ...]:
    """The seconds of each playbook, and the number of tasks of the plan."""
    empty = bench.play("ansible.builtin.ping", {}).wall
    ours = bench.play(f"otc.teardown.{VISUALIZATION.module}", _one_ended_job(bench)).wall
    bench.cloud.begin({})
    nothing = bench.play("otc.teardown.jobs", {**bench.cloud.connection(), "resources": list(_KINDS), "all": True}).wall
    bench.cloud.begin(_sixteen_jobs())
    plan = _plan(bench)
    tasks = sum(map(int, _RECAP.findall(plan.output)[-1]))
    idle, pings = (bench.play(f"ansible.builtin.{action}", {}, tasks).wall for action in ("debug", "ping"))
    return empty, ours, nothing, plan.wall, idle, pings, tasks


def _plan(bench: Bench) -> Cost:
    variables = {
        "simulator": bench.cloud.url, "teardown_resources": list(_KINDS), "teardown_canary": [],
        "teardown_plan_file": str(bench.folder / "plan.json"), "teardown_report_dir": str(bench.folder / "report"),
    }
    return bench.play_book(_PLAN, variables)


def _sixteen_jobs() -> dict[str, Any]:
    jobs = {"generate": {"count": 4, "name": "job-{n}"}}
    return {
        "services": [{"id": "a1b2c3d4-0000-4000-8000-000000000001", "tasks": [jobs]}],
        "processor_tasks": [{"id": "a1b2c3d4-0000-4000-8000-000000000002", "versions": [jobs]}],
        VISUALIZATION.jobs_key: [jobs], DRS.jobs_key: [jobs],
    }


def _one_ended_job(bench: Bench) -> dict[str, Any]:
    bench.cloud.load(VISUALIZATION.jobs_key, {VISUALIZATION.ended: 1}, 0.0)
    return {**bench.cloud.connection(), "job_ids": bench.cloud.ids()}


def _profile(bench: Bench, options: dict[str, Any]) -> dict[str, float]:
    """Where the module's own process spends its time, as Python's own account of imports tells it."""
    ansible = _imports(bench.run_python(["-X", "importtime", "-c", f"import {_BASIC}"]))
    both = _imports(bench.run_python(["-X", "importtime", "-c", f"import {_BASIC}, requests.adapters"]))
    cost = bench.run_module(VISUALIZATION.module, options, "-X", "importtime")
    whole = _imports(cost)
    own = {name: seconds for name, seconds in whole.items() if name.startswith(_OURS)}
    return {
        ANSIBLE: sum(ansible.values()),
        LIBRARY: sum(seconds for name, seconds in both.items() if name not in ansible),
        f"compile and load {len(own)} files of this collection": sum(own.values()),
        "import other parts of Python": sum(seconds for name, seconds in whole.items() if name not in {*both, *own}),
        "check the options, log in, read the job, report": cost.wall - sum(whole.values()),
    }


def _imports(cost: Cost) -> dict[str, float]:
    """Seconds of each import by itself."""
    return {name: int(microseconds) / 1e6 for microseconds, name in _IMPORTED.findall(cost.output)}
