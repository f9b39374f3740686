# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever happens between plan and apply: nothing outside the plan is stopped, nothing protected, nothing twice."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.simulator import Simulator
from tests.support.harness import KINDS, Kind
from tests.support.teardown_driver import Driver

WORLD = [kind for kind in KINDS if kind.label != "drs-v3"]
PER_KIND = 3
STATES = st.sampled_from(["running", "completed"])
EVENTS = st.sampled_from(["end", "restart", "rename", "vanish", "appear", "protect", "nothing"])


def _scenario(states: list[list[str]]) -> dict[str, Any]:
    scenario: dict[str, Any] = {"stop_delay": 0.01}
    for kind, own in zip(WORLD, states):
        scenario.update(kind.scenario(*({"status": getattr(kind, state)} for state in own), stop_delay=0.01))
    return scenario


def _happen(sim: Simulator, kind: Kind, number: int, event: str, protect: list[dict[str, Any]]) -> None:
    order: dict[str, Any] = {"id": kind.id(number)}
    if event == "end":
        order["status"] = kind.completed
    elif event == "restart":
        order["status"] = kind.running
    elif event == "rename":
        order["name"] = f"somebody-elses-{number}"
    elif event == "vanish":
        order["remove"] = True
    elif event == "appear":
        order = {"create": {"id": kind.id(number + 100), "name": "new"}, **({"parent": kind.parent[1]} if kind.parent else {})}
    elif event == "protect":
        protect.append({"ids": [kind.id(number)], "resource": kind.module, "reason": "needed after all"})
    if event not in ("nothing", "protect"):
        sim.change(kind.module, **order)


def _stopped(sim: Simulator) -> dict[tuple[str, str], int]:
    """(resource, id) -> accepted stops."""
    ids = [(kind, kind.id(number)) for kind in WORLD for number in (*range(1, PER_KIND + 1), *range(101, 101 + PER_KIND))]
    counts = {(kind.module, job_id): sim.accepted(kind.module, job_id) for kind, job_id in ids}
    return {key: count for key, count in counts.items() if count}


@pytest.mark.slow
# Shrinking would take minutes; the example that failed is small enough.
@settings(
    max_examples=15, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), phases=[Phase.generate]
)
@given(
    states=st.lists(st.lists(STATES, min_size=PER_KIND, max_size=PER_KIND), min_size=len(WORLD), max_size=len(WORLD)),
    events=st.lists(st.lists(EVENTS, min_size=PER_KIND, max_size=PER_KIND), min_size=len(WORLD), max_size=len(WORLD)),
    killed_after=st.one_of(st.none(), st.integers(0, 3)),
)
def test_only_what_was_reviewed_is_stopped(states: Any, events: Any, killed_after: int | None) -> None:
    with Simulator(_scenario(states)) as sim:
        driver, protect = Driver(sim), []
        plan = driver.plan()["plan"]
        assert (plan["complete"], sim.writes()) == (True, [])
        reviewed = {(row["resource"], row["id"]) for row in plan["rows"] if row["decision"] == "stop"}
        renamed = set()
        for kind, own in zip(WORLD, events):
            for number, event in enumerate(own, start=1):
                _happen(sim, kind, number, event, protect)
                if event == "rename":
                    renamed.add((kind.module, kind.id(number)))
        protected = {(entry["resource"], entry["ids"][0]) for entry in protect}

        driver.apply(plan, killed_after, protect=protect)
        applied = driver.apply(plan, protect=protect)
        stopped = _stopped(sim)
        assert set(stopped) <= reviewed - protected - renamed
        assert set(stopped.values()) <= {1}
        assert applied["failures"] == []
        before = len(sim.writes())
        again = driver.apply(plan, protect=protect)
        assert (len(sim.writes()), again["report"]["result"], again["failures"]) == (before, "ok", [])
        left = {(row["resource"], row["id"]) for row in again["rows"] if row["verdict"] == "would_stop"}
        assert left == set()
        verified = driver.verify(plan, protect=protect)
        assert verified["failures"] == []
        assert len(verified["warnings"]) == len(reviewed & renamed)
