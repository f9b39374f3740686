# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Families of DRS in the role `teardown`: what protects or excludes one of them, before or after the plan."""

from __future__ import annotations

from typing import Any

import pytest

from tests.http.test_families import (
    CHILD,
    GRANDCHILD,
    PARENT,
    SINGLE,
    accepted,
    cloud,
    dialects,
    listings,
    selecting,
)
from tests.support.teardown_driver import Driver, Known

NAMES = {PARENT: "fam-parent", CHILD: "fam-child", GRANDCHILD: "fam-grandchild"}
DRS = {"resources": ["drs_job"], "order": ["drs_job"]}
pairs = pytest.mark.parametrize(("spared", "selected"), [
    (CHILD, PARENT), (GRANDCHILD, PARENT), (PARENT, CHILD), (PARENT, GRANDCHILD), (CHILD, GRANDCHILD),
], ids=["child-parent", "grandchild-parent", "parent-child", "parent-grandchild", "child-grandchild"])


def variables(way: str, selected: str) -> dict[str, Any]:
    """Variables of the role that select this job in this way."""
    given = selecting(way, selected)
    return {**DRS, "all": bool(given.get("all")), "filters": given.get("filters", {})}


def protecting(job_id: str, how: str) -> list[dict[str, Any]]:
    """An entry for this job."""
    return [{how: [job_id if how == "ids" else NAMES[job_id]], "reason": "demo"}]


def verdict(known: Known, job_id: str) -> Any:
    """What the report says of a job, None if it is not in the plan."""
    return next((row["verdict"] for row in known["report"]["rows"] if row["id"] == job_id), None)


def quirks(api: str, **more: Any) -> dict[str, Any]:
    """The gateway knows one dialect."""
    return {"drs_v5": api == "v5", **more}


@dialects
@listings
@pytest.mark.parametrize("way", ["all", "names", "job_types", "enterprise"])
@pytest.mark.parametrize(("when", "how"), [("before", "ids"), ("after", "names")])
@pairs
def test_a_protected_job_spares_its_family(api: str, listed: str, way: str, when: str, how: str, spared: str, selected: str) -> None:
    protect = protecting(spared, how)
    with cloud(listed, quirks=quirks(api)) as sim:
        driver, given = Driver(sim), variables(way, selected)
        planned = driver.plan(**given, protect=protect if when == "before" else [])
        applied = driver.apply(planned["plan"], **DRS, protect=protect)
        assert accepted(sim) <= {SINGLE}
        assert applied["report"]["problems"] == []
        assert not applied["notices"]["unmatched"] or verdict(applied, selected) is None
        assert verdict(applied, selected) in ("protected", None)
        assert verdict(driver.verify(planned["plan"], **DRS, protect=protect), selected) in ("protected", None)


@dialects
@listings
@pairs
def test_an_excluded_job_spares_its_family(api: str, listed: str, spared: str, selected: str) -> None:
    with cloud(listed, quirks=quirks(api)) as sim:
        planned = Driver(sim).plan(**variables("names", selected), exclude={"names": [NAMES[spared]]})
        reasons = [row["reason"] for row in planned["plan"]["rows"] if row["id"] == selected]
        assert all(f"{spared} ({NAMES[spared]}) is excluded" in reason for reason in reasons)
        assert Driver(sim).apply(planned["plan"], **DRS)["report"]["result"] == "ok"
        assert accepted(sim) == set()


@dialects
def test_a_child_that_came_after_the_plan(api: str) -> None:
    """It is renamed to an excluded name, or protected by a name that no job had."""
    with cloud(quirks=quirks(api)) as sim:
        planned = Driver(sim).plan(**variables("names", PARENT), exclude={"names": ["hands-off"]})
        assert planned["plan"]["counts"]["stop"] == 1
        sim.change("drs_job", id=CHILD, name="hands-off")
        applied = Driver(sim).apply(planned["plan"], **DRS)
        assert (accepted(sim), verdict(applied, PARENT)) == (set(), "untouched")


@dialects
def test_nothing_is_stopped_while_the_families_cannot_be_read(api: str) -> None:
    with cloud(quirks=quirks(api)) as sim:
        planned = Driver(sim).plan(**variables("all", PARENT))
        sim.add_fault({"operation": "list", "status": 403})
        applied = Driver(sim).apply(planned["plan"], **DRS, protect=[{"ids": ["someone"], "reason": "r"}])
        assert (accepted(sim), {row["verdict"] for row in applied["report"]["rows"]}) == (set(), {"failed"})
        assert "teardown_protect cannot be evaluated" in applied["report"]["rows"][0]["reason"]


@dialects
def test_what_has_no_protected_relative_is_stopped(api: str) -> None:
    with cloud(quirks=quirks(api)) as sim:
        protect = protecting(CHILD, "ids")
        planned = Driver(sim).plan(**variables("all", PARENT), protect=protect)
        assert Driver(sim).apply(planned["plan"], **DRS, protect=protect)["report"]["result"] == "changed"
        assert accepted(sim) == {SINGLE}
