# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What it costs to plan, apply and verify the teardown of the demo's project."""

from __future__ import annotations

import json
import pathlib
import shutil
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import yaml

from tests.benchmark.cloud import ROOT, Cloud, Served
from tests.benchmark.house.sides import Side
from tests.simulator.kinds import KINDS

MODES = ("plan", "apply", "verify")
_FLAGS = {"apply": ("-e", "teardown_confirm=eu-de")}
_PROJECT = ROOT / "tests" / "simulator" / "scenarios" / "demo.yml"

FOUR_KINDS = {
    "modelarts_service_task": "services", "modelarts_processor_task_version": "processor_tasks",
    "modelarts_visualization_job": "visualization_jobs", "drs_job": "drs_jobs",
}
"""The kinds that both sides know -> the list of a scenario that holds their jobs."""

Processor = dict[str, float]
"""Mode -> seconds of processor of ansible-playbook and all that it started."""


class Round(NamedTuple):
    """One plan, apply and verify from a fresh project: the seconds of each, and what the cloud saw of all three."""

    processor: Processor
    served: Served


def take_turns(cloud: Cloud, sides: Sequence[Side], rounds: int, tell: Callable[[Side, Round], None]) -> list[list[Round]]:
    """For each side its rounds. The sides take turns, after one round each that does not count.

    In that round Ansible compiles the plugins, as it does once in the life of an installed collection.
    RuntimeError if one side stopped more jobs than another.
    """
    measured: dict[str, list[Round]] = {side.name: [] for side in sides}
    for turn in range(rounds + 1):
        for side in sides:
            found = play_round(cloud, side)
            tell(side, found)
            if turn > 0:
                measured[side.name].append(found)
    stopped = {found.served.stopped for each in measured.values() for found in each}
    if len(stopped) != 1:
        raise RuntimeError(f"the sides stopped different numbers of jobs: {sorted(stopped)}")
    return list(measured.values())


def least(rounds: Sequence[Round]) -> Round:
    """The least seconds of each mode: what else a machine does can only add to them."""
    return Round({mode: min(found.processor[mode] for found in rounds) for mode in MODES}, rounds[-1].served)


def play_round(cloud: Cloud, side: Side) -> Round:
    """Plan, apply and verify once, in a project as it is in the beginning and without files of an earlier round."""
    cloud.begin(_project())
    results = side.folder / "results"
    shutil.rmtree(results, ignore_errors=True)
    processor = {mode: _play(cloud, side, mode, results) for mode in MODES}
    return Round(processor, cloud.served())


def _project() -> dict[str, Any]:
    """The project of the demo, with jobs of the kinds that both sides know."""
    whole = yaml.safe_load(_PROJECT.read_text(encoding="utf-8"))
    others = {kind.listed_as for kind in KINDS.values()} - set(FOUR_KINDS.values())
    delays = {kind: delay for kind, delay in whole["stop_delay"].items() if kind in FOUR_KINDS}
    return {**{key: value for key, value in whole.items() if key not in others}, "stop_delay": delays}


def _play(cloud: Cloud, side: Side, mode: str, results: pathlib.Path) -> float:
    book = side.collection / "tests" / "demo" / "teardown.yml"
    variables = {
        "simulator": cloud.url, "teardown_mode": mode,
        "teardown_plan_file": f"{results}/plan.json", "teardown_report_dir": f"{results}/report",
    }
    given = [word for name, value in variables.items() for word in ("-e", f"{name}={value}")]
    given += ["-e", json.dumps({"teardown_resources": list(FOUR_KINDS)})]
    return side.play(book, *given, *_FLAGS.get(mode, ())).cpu
