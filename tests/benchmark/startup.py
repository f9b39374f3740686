# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What one task costs whatever it has to do, and where that goes."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from tests.benchmark.bench import Bench
from tests.benchmark.plan import VISUALIZATION
from tests.benchmark.processes import Cost

_IMPORTED = re.compile(r"import time:\s+(\d+) \|\s+\d+ \|\s+(\S+)")
_ANSIBLE, _OURS = "ansible.module_utils.basic", "ansible_collections.otc.teardown."


class Startup(NamedTuple):
    """Seconds of a playbook with one task: an empty one of Ansible's own, and one of ours with one ended job.

    `profile`: seconds of parts of the module's own process.
    """

    empty: float
    ours: float
    profile: dict[str, float]

    @property
    def overhead(self) -> float:
        """What ours takes longer."""
        return self.ours - self.empty


def measure_startup(bench: Bench, times: int) -> Startup:
    """The quickest of so many runs of each, which take turns."""
    options = _one_ended_job(bench)
    empty, ours = [], []
    for _turn in range(times):
        empty.append(bench.play("ansible.builtin.ping", {}).wall)
        ours.append(bench.play(f"otc.teardown.{VISUALIZATION.module}", options).wall)
    profiles = [_profile(bench, options) for _turn in range(times)]
    return Startup(min(empty), min(ours), {part: min(each[part] for each in profiles) for part in profiles[0]})


def _one_ended_job(bench: Bench) -> dict[str, Any]:
    bench.cloud.load(VISUALIZATION.jobs_key, {VISUALIZATION.ended: 1}, 0.0)
    return {**bench.cloud.connection(), "job_ids": bench.cloud.ids()}


def _profile(bench: Bench, options: dict[str, Any]) -> dict[str, float]:
    """Where the module's own process spends its time, as Python's own account of imports tells it."""
    ansible = _imports(bench.run_python(["-X", "importtime", "-c", f"import {_ANSIBLE}"]))
    both = _imports(bench.run_python(["-X", "importtime", "-c", f"import {_ANSIBLE}, requests.adapters"]))
    cost = bench.run_module(VISUALIZATION.module, options, "-X", "importtime")
    whole = _imports(cost)
    own = {name: seconds for name, seconds in whole.items() if name.startswith(_OURS)}
    return {
        "start Python and import what every module does (`AnsibleModule`)": sum(ansible.values()),
        "import `requests`": sum(seconds for name, seconds in both.items() if name not in ansible),
        f"compile and load {len(own)} files of this collection": sum(own.values()),
        "import other parts of Python": sum(seconds for name, seconds in whole.items() if name not in {*both, *own}),
        "check the options, log in, read the job, report": cost.wall - sum(whole.values()),
    }


def _imports(cost: Cost) -> dict[str, float]:
    """Seconds of each import by itself."""
    return {name: int(microseconds) / 1e6 for microseconds, name in _IMPORTED.findall(cost.output)}
