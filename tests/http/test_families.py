# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Families of DRS: an excluded job spares its ancestors and its descendants, however they were selected."""

from __future__ import annotations

from typing import Any

import pytest

from tests.simulator import Simulator
from tests.support.harness import run

PARENT, CHILD, GRANDCHILD, SINGLE = (f"c7debc9c-8e09-4a5d-8dd6-cc44f78jb20{letter}" for letter in "abcd")
RUNNING = "INCRE_TRANSFER_STARTED"
ENDED = "RELEASE_RESOURCE_COMPLETE"

dialects = pytest.mark.parametrize("api", ["v5", "v3"])
listings = pytest.mark.parametrize("listed", ["inside", "twice"])
ways = pytest.mark.parametrize("way", ["all", "names", "job_types", "enterprise", "ids", "jobs"])


def cloud(listed: str = "inside", child: dict[str, Any] | None = None, **more: Any) -> Simulator:
    """A parent, a child, a grandchild, and a job that is none of theirs. The child has a list of its own type."""
    grandchild = {"id": GRANDCHILD, "name": "fam-grandchild", "job_type": "sync", "enterprise_project_id": "e2", "age": 9000}
    middle = {
        "id": CHILD, "name": "fam-child", "status": "CHILD_TRANSFER_STARTED", "job_type": "sync", "enterprise_project_id": "e2", "age": 8000,
        "children": [grandchild], **(child or {}),
    }
    eldest = {"id": PARENT, "name": "fam-parent", "enterprise_project_id": "e1", "children": [middle]}
    single = {"id": SINGLE, "name": "single", "enterprise_project_id": "e1"}
    return Simulator({"stop_delay": 0.02, "drs_jobs": [eldest, single], "quirks": {"drs_children": listed, **more.pop("quirks", {})}, **more})


def selecting(way: str, job_id: str) -> dict[str, Any]:
    """Options that select this job in this way, and perhaps others."""
    eldest = job_id == PARENT
    return {
        "all": {"all": True},
        "names": {"filters": {"names": [{PARENT: "fam-parent", CHILD: "fam-child", GRANDCHILD: "fam-grandchild"}[job_id]]}},
        "job_types": {"filters": {"job_types": ["migration" if eldest else "sync"]}},
        "enterprise": {"filters": {"enterprise_project_id": "e1" if eldest else "e2"}},
        "ids": {"job_ids": [job_id]},
        "jobs": {"jobs": [{"resource": "drs_job", "id": job_id}]},
    }[way]


def stop(sim: Simulator, api: str, **options: Any) -> dict[str, Any]:
    """The result of the module."""
    return run(sim, "drs_job", {"drs_api": api, "wait_interval": 0.01, "wait_timeout": 10, **options})


def accepted(sim: Simulator) -> set[str]:
    """The ids of all jobs that are not as they were."""
    return {job["id"] for job in sim.jobs("drs_job") if job["status"] not in (RUNNING, "CHILD_TRANSFER_STARTED")}


@dialects
@listings
@ways
@pytest.mark.parametrize(("excluded", "selected"), [
    (CHILD, PARENT), (GRANDCHILD, PARENT), (GRANDCHILD, CHILD), (PARENT, CHILD), (PARENT, GRANDCHILD), (CHILD, GRANDCHILD),
], ids=["child-parent", "grandchild-parent", "grandchild-child", "parent-child", "parent-grandchild", "child-grandchild"])
def test_an_excluded_job_spares_its_family(api: str, listed: str, way: str, excluded: str, selected: str) -> None:
    with cloud(listed) as sim:
        result = stop(sim, api, **selecting(way, selected), exclude={"ids": [excluded]})
        assert accepted(sim) <= {SINGLE}
        assert "failed" not in result, result["msg"]
        rows = {row["id"]: row for row in result["jobs"]}
        if selected in rows:  # a filter may have left it to the list of its parent
            relation = "child" if (PARENT, CHILD, GRANDCHILD).index(excluded) > (PARENT, CHILD, GRANDCHILD).index(selected) else "parent"
            assert (rows[selected]["outcome"], rows[selected]["error"], rows[selected]["changed"]) == ("excluded", None, False)
            assert rows[selected]["spared_by"].startswith(f"its {relation} {excluded}")
            assert f"drs_job {selected} is left alone: its {relation} {excluded}" in str(result["warnings"])
        else:
            assert (listed, way) in [("inside", "job_types"), ("inside", "enterprise")] and selected != PARENT


@dialects
@pytest.mark.parametrize("way", ["all", "ids"])
@pytest.mark.parametrize("exclude", [{"names": ["fam-child"]}, {"names": ["*-child"]}, {"ids": [CHILD]}], ids=str)
def test_by_name_too(api: str, way: str, exclude: dict[str, Any]) -> None:
    with cloud("twice") as sim:
        stop(sim, api, **selecting(way, PARENT), exclude=exclude)
        assert accepted(sim) <= {SINGLE}


@dialects
def test_a_child_on_a_later_page(api: str) -> None:
    """The last row of the child says nothing of its parent."""
    jobs: list[dict[str, Any]] = [{"name": f"other-{number}", "age": 100 + number} for number in range(120)]
    parent = {"id": PARENT, "name": "parent", "age": 1, "children": [{"id": CHILD, "name": "child", "age": 9000}]}
    with Simulator({"stop_delay": 0.0, "drs_jobs": [parent, *jobs], "quirks": {"drs_children": "twice"}}) as sim:
        result = stop(sim, api, filters={"names": ["parent", "child"]}, exclude={"ids": [CHILD]})
        assert len(sim.journal(operation="list")) > 3
        assert (accepted(sim), [row["outcome"] for row in result["jobs"]]) == (set(), ["excluded", "excluded"])


@dialects
@listings
@pytest.mark.parametrize("way", ["all", "names", "ids"])
def test_a_relative_that_has_ended_needs_no_sparing(api: str, listed: str, way: str) -> None:
    with cloud(listed, child={"status": "RELEASE_CHILD_TRANSFER_COMPLETE"}) as sim:
        result = stop(sim, api, **selecting(way, PARENT), exclude={"ids": [CHILD]})
        assert {row["id"]: row["outcome"] for row in result["jobs"]}[PARENT] == "stopped"
        assert sim.accepted("drs_job", PARENT) == 1


@dialects
def test_the_family_spares_across_one_that_has_ended(api: str) -> None:
    with cloud(child={"status": "RELEASE_CHILD_TRANSFER_COMPLETE"}) as sim:
        rows = {row["id"]: row["outcome"] for row in stop(sim, api, all=True, exclude={"ids": [GRANDCHILD]})["jobs"]}
        assert rows == {PARENT: "excluded", CHILD: "already_ended", GRANDCHILD: "excluded", SINGLE: "stopped"}


@dialects
@pytest.mark.parametrize(("exclude", "ended"), [({"ids": [SINGLE]}, {PARENT, CHILD, GRANDCHILD}), ({"names": ["x*"]}, {PARENT, CHILD, GRANDCHILD})])
def test_an_exclude_that_names_no_relative_spares_nobody(api: str, exclude: dict[str, Any], ended: set[str]) -> None:
    with cloud() as sim:
        assert "failed" not in stop(sim, api, job_ids=[PARENT], exclude=exclude)
        assert accepted(sim) == ended


@dialects
def test_brothers_and_sisters_are_stopped(api: str) -> None:
    children = [{"id": name, "name": name} for name in ("one", "two")]
    with Simulator({"stop_delay": 0.0, "drs_jobs": [{"id": PARENT, "name": "parent", "children": children}]}) as sim:
        rows = {row["id"]: row["outcome"] for row in stop(sim, api, all=True, exclude={"ids": ["one"]})["jobs"]}
        assert rows == {PARENT: "excluded", "one": "excluded", "two": "stopped"}


@dialects
def test_no_request_more_where_nothing_is_excluded(api: str) -> None:
    with cloud() as sim:
        assert stop(sim, api, job_ids=[PARENT])["families"] is None
        assert sim.journal(operation="list") == []


@dialects
@pytest.mark.parametrize(("options", "lists"), [
    ({"job_ids": [PARENT], "exclude": {"ids": [CHILD]}}, 3),
    ({"job_ids": [PARENT], "exclude": {"ids": [PARENT]}}, 0),
    ({"job_ids": ["gone"], "exclude": {"ids": [CHILD]}, "on_missing": "ignore"}, None),
    ({"all": True, "exclude": {"ids": [CHILD]}}, 3),
    ({"filters": {"names": ["fam-parent"]}, "exclude": {"ids": [CHILD]}}, 3),
    ({"filters": {"job_types": ["migration"]}, "exclude": {"names": ["fam-child"]}}, 4),
    ({"filters": {"enterprise_project_id": "e1"}, "exclude": {"names": ["fam-child"]}}, 6),
    ({"filters": {"job_types": ["migration"]}}, 1),
], ids=str)
def test_what_the_families_cost(api: str, options: dict[str, Any], lists: int | None) -> None:
    with cloud() as sim:
        run(sim, "drs_job", {"drs_api": api, **options}, check_mode=True)
        assert lists is None or len(sim.journal(operation="list")) == lists


@dialects
@pytest.mark.parametrize("way", ["ids", "jobs", "job_types"])
def test_a_family_that_cannot_be_read_fails_the_row(api: str, way: str) -> None:
    allowed = 1 if way == "job_types" else 0
    faults = [{"operation": "list", "skip": allowed, "status": 403, "code": "DRS.0403", "message": "Denied"}]
    with cloud(faults=faults) as sim:
        result = stop(sim, api, **selecting(way, PARENT), exclude={"ids": ["someone"]})
        assert (result["failed"], accepted(sim)) == (True, set())
        assert {row["outcome"] for row in result["jobs"]} == {"failed"}
        assert "its parents and children cannot be read, so exclude cannot be evaluated" in result["msg"]
        assert "Denied" in result["msg"]


@dialects
def test_a_job_that_no_list_shows_fails(api: str) -> None:
    """The list of v5 leaves out some engines: `replay` stands for a type that is in no list."""
    with Simulator({"stop_delay": 0.0, "drs_jobs": [{"id": PARENT, "name": "p", "job_type": "replay"}]}) as sim:
        result = stop(sim, api, job_ids=[PARENT], exclude={"ids": ["someone"]})
        assert (result["failed"], accepted(sim), result["jobs"][0]["outcome"]) == (True, set(), "failed")
        assert "no list shows it, so its parents and children cannot be known" in result["msg"]
        assert stop(sim, api, job_ids=[PARENT])["jobs"][0]["outcome"] == "stopped"


@pytest.mark.parametrize("field", ["parent_id", "master_job_id"])
@pytest.mark.parametrize("selection", [{"job_ids": [CHILD]}, {"jobs": [{"id": CHILD}]}], ids=["ids", "jobs"])
@dialects
def test_a_read_by_id_may_tell_more_than_the_lists(api: str, selection: dict[str, Any], field: str) -> None:
    jobs = [{"id": PARENT, "name": "p"}, {"id": CHILD, "name": "c", "fields": {field: PARENT}}]
    with Simulator({"stop_delay": 0.0, "drs_jobs": jobs}) as sim:
        result = stop(sim, api, **selection, exclude={"names": ["p"]})
        assert (accepted(sim), result["jobs"][0]["outcome"]) == (set(), "excluded")


@dialects
def test_a_circle_ends(api: str) -> None:
    jobs = [{"id": PARENT, "fields": {"parent_id": CHILD}}, {"id": CHILD, "fields": {"parent_id": PARENT}}]
    with Simulator({"stop_delay": 0.0, "drs_jobs": jobs}) as sim:
        result = stop(sim, api, all=True, exclude={"ids": [CHILD]})
        assert (accepted(sim), {row["outcome"] for row in result["jobs"]}) == (set(), {"excluded"})


@dialects
def test_a_child_whose_name_cannot_be_read_may_be_an_excluded_one(api: str) -> None:
    jobs = [{"id": PARENT, "name": "parent", "children": [{"id": CHILD, "fields": {"name": None}}]}]
    with Simulator({"stop_delay": 0.0, "drs_jobs": jobs}) as sim:
        result = stop(sim, api, filters={"names": ["parent"]}, exclude={"names": ["x"]})
        assert (result["failed"], accepted(sim)) == (True, set())
        assert f"its child {CHILD} may be excluded: its name cannot be read" in result["msg"]


@dialects
@listings
@pytest.mark.parametrize("way", ["all", "names", "ids"])
def test_info_leaves_out_what_a_stop_would(api: str, listed: str, way: str) -> None:
    with cloud(listed) as sim:
        result = run(sim, "drs_job_info", {"drs_api": api, **selecting(way, PARENT), "exclude": {"ids": [CHILD]}})
        assert {row["id"] for row in result["jobs"]} <= {SINGLE}
        assert "is left alone: its child" in str(result["warnings"])
        stop(sim, api, jobs=result["jobs"])
        assert accepted(sim) <= {SINGLE}


def test_info_fails_where_it_cannot_tell() -> None:
    with cloud(faults=[{"operation": "list", "status": 403}]) as sim:
        result = run(sim, "drs_job_info", {"drs_api": "v5", "job_ids": [PARENT], "exclude": {"ids": ["someone"]}})
        assert result["failed"] and "its parents and children cannot be read" in result["msg"]


@dialects
@listings
@ways
def test_the_families_are_returned_where_they_are_asked_for(api: str, listed: str, way: str) -> None:
    with cloud(listed) as sim:
        for name in ("drs_job", "drs_job_info"):
            result = run(sim, name, {"drs_api": api, **selecting(way, PARENT), "families": True}, check_mode=True)
            assert result["families"] == [
                {"id": PARENT, "names": ["fam-parent"], "ended": False, "parents": [], "tags": None},
                {"id": CHILD, "names": ["fam-child"], "ended": False, "parents": [PARENT], "tags": None},
                {"id": GRANDCHILD, "names": ["fam-grandchild"], "ended": False, "parents": [CHILD], "tags": None},
            ]


def test_kinds_without_families_have_no_such_key() -> None:
    with Simulator({"visualization_jobs": [{"id": 1}]}) as sim:
        result = run(sim, "modelarts_visualization_job", {"all": True})
        assert "families" not in result and "spared_by" not in result["jobs"][0]
