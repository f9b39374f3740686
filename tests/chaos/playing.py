# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Playing a cell: a whole module against a simulated cloud over real HTTP, in virtual time."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from typing import Any

from tests.chaos.invariants import Case, Where
from tests.chaos.network import Lost, broken_way
from tests.chaos.scenes import WAIT_TIMEOUT, Cell, scene_of
from tests.simulator import Simulator
from tests.support.harness import run_module
from tests.support.virtual_time import virtual_time


def play(cell: Cell, seed: int) -> Case:
    """What came of a cell with this seed."""
    scene, way = scene_of(cell, seed), cell.fault.way
    with contextlib.ExitStack() as stack:
        sim = stack.enter_context(Simulator(dict(scene.scenario)))
        clock = stack.enter_context(virtual_time(sim))
        lost = stack.enter_context(broken_way(sim, way, scene.rules)) if way else Lost()
        for rule in () if way else scene.rules:
            sim.add_fault(dict(rule))
        before, started = _jobs(sim), clock.monotonic()
        info = scene.mode == "info"
        result = run_module(
            cell.kind.module + ("_info" if info else ""),
            {**scene.args, "endpoints": sim.endpoints, **({} if info else {"wait_timeout": WAIT_TIMEOUT})},
            check_mode=scene.mode == "check",
        )
        seconds = clock.monotonic() - started
        return Case(cell, scene, result, before, _jobs(sim), sim.journal(), lost.count, seconds)


def _jobs(sim: Simulator) -> dict[Where, Mapping[str, Any]]:
    return {Where(job["resource"], job["project"], job["parent"], job["id"]): job for job in sim.jobs()}
