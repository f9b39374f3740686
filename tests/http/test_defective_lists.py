# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists with a defect, totals that lie, parents that do not exist: who named ids gets his jobs, all others stay safe."""

from __future__ import annotations

from typing import Any

import pytest

from tests.chaos.phases import dialect_of
from tests.simulator import Simulator
from tests.support.harness import KINDS, Kind, each_kind, outcomes

JOBS = 5  # more than a list has pages, so that ids are looked for in it
LISTED = [kind for kind in KINDS if dialect_of(kind).read_one]
by_list = pytest.mark.parametrize("kind", LISTED, ids=lambda kind: kind.label)
BELOW = [kind for kind in KINDS if kind.parent]
with_parent = pytest.mark.parametrize("kind", BELOW, ids=lambda kind: kind.label)


def _page(rows: Any, total: Any) -> Any:
    return lambda kind: {"status": 200, "body": {dialect_of(kind).listing.items: rows, dialect_of(kind).listing.total: total}}


DEFECTS: dict[str, Any] = {
    "a row without an id": _page([{"name": "of somebody else"}], 1),
    "a row with an unusable id": _page([{key: "../x" for key in ("id", "job_id", "task_version_id")}], 1),
    "a row that is none": _page([None], 1),
    "no total": _page([], None),
    "a total below zero": _page([], -1),
    "a broken total": _page([], 1.5),
    "a true total": _page([], True),
    "a total in other digits": _page([], "\u00b2"),
    "a total of many digits": _page([], "9" * 5000),
    "no rows": _page("none", 0),
    "a total that is too small": lambda kind: {"total": 0},
    "garbage": lambda kind: {"garbage": True},
    "half a document": lambda kind: {"truncate": "document"},
    "a packed answer without its end": lambda kind: {"truncate": "packed"},
}


# An answer that is cut off is tried again; if it stays so, the connection is at fault, for single reads as well.
@pytest.mark.parametrize("defect", [defect for defect in DEFECTS if "packed" not in defect])
@by_list
def test_ids_are_stopped_whatever_is_wrong_with_the_list(kind: Kind, defect: str) -> None:
    with kind.cloud(*[{}] * JOBS) as sim:
        sim.add_fault(operation="list", resource=kind.module, **DEFECTS[defect](kind))
        result = kind.stop(sim, *range(1, JOBS + 1))
        assert set(outcomes(result).values()) == {"stopped"}, result["msg"]
        assert all(kind.accepted(sim, n) == 1 for n in range(1, JOBS + 1))


@pytest.mark.parametrize("defect", DEFECTS)
@each_kind
def test_all_and_filters_fail_before_the_first_stop(kind: Kind, defect: str) -> None:
    with kind.cloud(*[{}] * JOBS) as sim:
        sim.add_fault(operation="list", resource=kind.module, **DEFECTS[defect](kind))
        for selection in ({"all": True}, {"filters": {"names": ["job-*"]}}):
            result = kind.stop(sim, api_retries=1, **selection)
            assert (result["failed"], result["complete"], result["jobs"], sim.stops()) == (True, False, [], [])
            assert f"Failed to list {kind.module}: " in result["msg"]
        assert kind.info(sim, all=True, api_retries=1)["failed"] is True


@pytest.mark.parametrize(("total", "words"), [
    (0, "the total is 0, but 5 jobs were listed"), (3, "the total is 3, but 5 jobs were listed"),
    (6, "with 5 of 6 jobs listed"), (10**9, "with 5 of 1000000000 jobs listed"),
])
@each_kind
def test_a_total_that_lies_ends_a_listing_in_a_few_requests(kind: Kind, total: int, words: str) -> None:
    with kind.cloud(*[{}] * JOBS) as sim:
        sim.add_fault(operation="list", resource=kind.module, total=total)
        options = {"filters": {"job_types": ["migration"]}} if kind.module == "drs_job" else {"all": True}
        result = kind.stop(sim, **options)
        assert (result["failed"], result["complete"], sim.stops()) == (True, False, [])
        assert words in result["msg"]
        # One page, and what it takes to see that there is no more: two where the position may count pages or records.
        assert len(sim.journal(operation="list", resource=kind.module)) <= (1 if total < JOBS else 4)


@by_list
def test_a_total_that_is_too_small_costs_the_looks_a_page_and_no_job(kind: Kind) -> None:
    """While waiting, too: jobs behind the total are found, not called gone."""
    with kind.cloud(*[{"stop_delay": 0.2}] * JOBS) as sim:
        sim.add_fault(operation="list", resource=kind.module, total=0, after_stop=True)
        result = kind.stop(sim, *range(1, JOBS + 1))
        assert set(outcomes(result).values()) == {"stopped"}
        assert {row["status"] for row in result["jobs"]} == {kind.stopped}


def _nothing_there(sim: Simulator, kind: Kind, **answer: Any) -> None:
    for operation in ("list", "read"):
        sim.add_fault(operation=operation, resource=kind.module, **answer)


ABSENT_PARENTS = [
    {"status": 404, "code": "ModelArts.4338", "message": "The task does not exist."},
    {"status": 400, "code": "ModelArts.4338", "message": "The task does not exist."},
    {"status": 404, "code": "ModelArts.9999", "message": "no"},
    {"status": 404, "body": {}},
    {"status": 410, "body": ""},
]
REFUSAL = {"status": 400, "code": "ModelArts.9999", "message": "no"}


@with_parent
def test_a_list_of_one_workspace_does_not_prove_that_what_is_refused_does_not_exist(kind: Kind) -> None:
    with kind.cloud({}, {}) as sim:
        _nothing_there(sim, kind, **REFUSAL)
        result = kind.stop(sim, 1, 2, on_missing="ignore", **({kind.parent[0]: "gone"} if kind.parent else {}))
        assert (set(outcomes(result).values()), result["changed"], sim.stops()) == ({"failed"}, False, [])


@pytest.mark.parametrize("answer", ABSENT_PARENTS, ids=str)
@pytest.mark.parametrize("numbers", [(1,), (1, 2, 3)], ids=len)
@with_parent
def test_a_parent_that_its_list_lacks_too_does_not_exist(kind: Kind, numbers: tuple[int, ...], answer: dict[str, Any]) -> None:
    with kind.cloud({}, {}, {}) as sim:
        _nothing_there(sim, kind, **answer)
        gone = {kind.parent[0]: "gone"} if kind.parent else {}
        result = kind.stop(sim, *numbers, on_missing="ignore", **gone)
        assert outcomes(result) == {kind.id(n): "missing" for n in numbers}
        assert (result["changed"], "failed" in result, sim.stops()) == (False, False, [])
        assert all((row["error"] or {}).get("http_status") == answer["status"] for row in result["jobs"])
        above = [entry for entry in sim.journal(operation="list") if entry["resource"] != kind.module]
        assert len(above) == 1, "asked once, however many jobs there are"
        assert kind.stop(sim, *numbers, **gone)["failed"] is True


@pytest.mark.parametrize("answer", [*ABSENT_PARENTS, REFUSAL], ids=str)
@with_parent
def test_a_parent_that_is_listed_exists(kind: Kind, answer: dict[str, Any]) -> None:
    with kind.cloud({}, {}) as sim:
        _nothing_there(sim, kind, **answer)
        result = kind.stop(sim, 1, on_missing="ignore")
        assert (outcomes(result), result["failed"], sim.stops()) == ({kind.id(1): "failed"}, True, [])


@pytest.mark.parametrize("fault", [
    {"status": 403, "code": "ModelArts.0108"}, {"status": 500}, {"total": 99}, {"total": 0}, {"garbage": True},
], ids=str)
@with_parent
def test_a_parent_whose_list_cannot_be_had_is_not_called_missing(kind: Kind, fault: dict[str, Any]) -> None:
    with kind.cloud({}) as sim:
        _nothing_there(sim, kind, **ABSENT_PARENTS[0])
        sim.add_fault(operation="list", **fault)  # what is left: the list of the parents
        result = kind.stop(sim, 1, on_missing="ignore", api_retries=1, **({kind.parent[0]: "gone"} if kind.parent else {}))
        assert (outcomes(result), result["failed"]) == ({kind.id(1): "failed"}, True)


@pytest.mark.parametrize("answer", [
    {"status": 403, "code": "ModelArts.0108", "message": "You may not do this."},
    {"status": 404, "code": "APIG.9999", "message": "The gateway does not know."},
    {"status": 400, "code": "ModelArts.0101", "message": "Invalid argument."},
    {"status": 400, "body": {}},
], ids=str)
@with_parent
def test_what_does_not_speak_of_absence_is_no_absence(kind: Kind, answer: dict[str, Any]) -> None:
    with kind.cloud({}) as sim:
        _nothing_there(sim, kind, **answer)
        result = kind.stop(sim, 1, on_missing="ignore", **({kind.parent[0]: "gone"} if kind.parent else {}))
        assert (outcomes(result), result["failed"]) == ({kind.id(1): "failed"}, True)


@with_parent
def test_one_version_that_its_list_lacks_is_missing_and_the_others_are_stopped(kind: Kind) -> None:
    with kind.cloud({}, {}, {}) as sim:
        sim.add_fault(operation="read", resource=kind.module, id=kind.id(9), **ABSENT_PARENTS[0])
        result = kind.stop(sim, 1, 9, 3, on_missing="ignore")
        assert outcomes(result) == {kind.id(1): "stopped", kind.id(9): "missing", kind.id(3): "stopped"}


V3 = next(kind for kind in KINDS if kind.label == "drs-v3")


@pytest.mark.parametrize("operation", ["batch_detail", "batch_status"])
def test_a_page_by_ids_that_is_cut_short_calls_nothing_gone(operation: str) -> None:
    """Its `count` is that of the page: jobs that it leaves out are read once more before they are called absent."""
    with V3.cloud(*[{"stop_delay": 0.2}] * 4) as sim:
        rows = [{"id": V3.id(n), "status": V3.running} for n in (1, 2)]
        sim.add_fault(operation=operation, status=200, body={"results": rows, "count": 2}, times=1)
        result = V3.stop(sim, 1, 2, 3, 4)
        assert set(outcomes(result).values()) == {"stopped"}
        assert {row["status"] for row in result["jobs"]} == {V3.stopped}


def test_a_row_without_an_id_among_those_asked_for_concerns_what_it_hides_only() -> None:
    with V3.cloud({}, {}, {}) as sim:
        rows = [{"id": V3.id(1), "status": V3.running}, {"status": V3.running}, {"id": V3.id(3), "status": V3.running}]
        sim.add_fault(operation="batch_detail", status=200, body={"results": rows, "count": 3}, times=1)
        result = V3.stop(sim, 1, 2, 3)
        assert outcomes(result) == {V3.id(1): "stopped", V3.id(2): "failed", V3.id(3): "stopped"}
        assert "the answer holds an item without a usable id, and does not show this job" in result["msg"]
