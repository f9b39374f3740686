# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How many requests it takes, and that a listing is complete or stops nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from tests.simulator import Simulator
from tests.support.harness import (
    KINDS,
    Kind,
    each_kind,
    outcomes,
    run,
)

BY_LABEL = {kind.label: kind for kind in KINDS}
# One job more than a page of the list holds, for each kind.
PAGE = {"visualization": 1000, "processor": 100, "service": 100, "training": 50, "inference": 1000, "drs-v5": 100, "drs-v3": 100}


def generated(kind: Kind, count: int, **job: Any) -> dict[str, Any]:
    """A scenario with so many jobs alike."""
    return kind.scenario(*[{**job} for _turn in range(count)])


def calls(sim: Simulator) -> int:
    """Requests without the login."""
    return len([entry for entry in sim.journal() if entry["operation"] != "login"])


@pytest.mark.parametrize("module", ["modelarts_visualization_job_info", "modelarts_visualization_job"])
def test_2345_visualization_jobs_are_listed_completely_in_at_most_4_calls(module: str) -> None:
    with Simulator(
        {"visualization_jobs": [{"generate": {"count": 2345, "name": "job-{n}", "status": "KILLED"}}]}
    ) as sim:
        result = run(sim, module, {"all": True})
        assert (len({row["id"] for row in result["jobs"]}), result["complete"]) == (2345, True)
        assert (result["api_calls"], len(sim.journal())) == (len(sim.journal()), len(sim.journal()))
        assert len(sim.journal()) <= 4


@each_kind
def test_500_explicit_ids_are_read_in_at_most_5_calls(kind: Kind) -> None:
    """The documented pages of some kinds hold fewer jobs; then the bound is as many pages as there must be."""
    least = -(-500 // PAGE[kind.label])
    with Simulator(generated(kind, 500, status=kind.stopped)) as sim:
        result = kind.info(sim, *range(1, 501))
        assert (result["count"], result["api_calls"]) == (500, len(sim.journal()))
        assert calls(sim) <= max(5, least)
        sim.clear_journal()
        stopped = kind.stop(sim, *range(1, 501))
        assert stopped["summary"] == {"selected": 500, "already_ended": 500}
        assert calls(sim) <= max(5, least)


@each_kind
def test_a_few_ids_among_many_jobs_are_not_listed(kind: Kind) -> None:
    with Simulator(generated(kind, 350, status=kind.stopped)) as sim:
        assert kind.info(sim, 1, 350)["count"] == 2
        assert calls(sim) <= 2 + (kind.label != "drs-v3")


@pytest.mark.parametrize("label", ["drs-v5", "drs-v3"])
@pytest.mark.parametrize("selection", ["ids", "all"])
def test_200_drs_jobs_are_stopped_and_confirmed_in_at_most_70_calls(label: str, selection: str) -> None:
    kind = BY_LABEL[label]
    with Simulator(generated(kind, 200, stop_delay=30)) as sim:
        numbers = range(1, 201) if selection == "ids" else ()
        result = kind.stop(sim, *numbers, wait_interval=40, **({} if numbers else {"all": True}))
        assert result["summary"] == {"selected": 200, "stopped": 200}
        assert {job["status"] for job in sim.jobs("drs_job")} == {kind.stopped}
        assert [kind.accepted(sim, n) for n in range(1, 201)] == [1] * 200
        assert len(sim.journal()) <= 70
        assert result["api_calls"] == len(sim.journal())


@each_kind
def test_api_calls_counts_every_request(kind: Kind) -> None:
    with kind.cloud({}, {"refuse_times": 1}, {"status": kind.completed}) as sim:
        sim.add_fault(operation="login", status=503, times=1)
        sim.add_fault(operation=kind.stop_operation(3), drop_before=True, times=1)
        for options in ({"check_mode": True}, {}, {}):
            sim.clear_journal()
            assert kind.stop(sim, 1, 2, 3, **options)["api_calls"] == len(sim.journal()) > 0


BROKEN: Mapping[str, dict[str, Any]] = {
    "500": {"status": 500},
    "truncated": {"truncate": "document"},
    "cut": {"truncate": "body"},
    "html": {"html": 200},
    "html 502": {"html": 502},
    "no rows": {"wrong_types": "rows"},
    "no total": {"wrong_types": "total"},
    "no ids": {"wrong_types": "ids"},
    "a list": {"wrong_types": "document"},
    "repeated": {"repeat_page": True},
    "shrinking": {"shrink_total": 1},
    "403": {"status": 403, "code": "APIGW.0302", "message": "no"},
    "404": {"status": 404, "body": {}},
    "failure in a 200": {"status": 200, "body": {"error_code": "X.1", "error_msg": "no", "jobs": [], "count": 0}},
}


@each_kind
@pytest.mark.parametrize(
    ("selection", "fault"),
    [({"all": True}, fault) for fault in BROKEN]
    + [({"filters": {"names": ["job*"]}}, fault) for fault in ("500", "truncated", "html", "repeated", "shrinking")],
    ids=str,
)
def test_a_listing_that_breaks_on_page_2_stops_nothing(kind: Kind, fault: str, selection: dict[str, Any]) -> None:
    with Simulator(generated(kind, PAGE[kind.label] + 20)) as sim:
        # A reader that tries the other meaning of the offset must not get past a server that repeats itself.
        where = {} if fault == "repeated" else {"page": 2}
        sim.add_fault(operation="list", resource=kind.module, **where, **BROKEN[fault])
        result = kind.stop(sim, api_retries=1, **selection)
        assert (result["failed"], result["changed"], result["complete"]) == (True, False, False)
        assert (result["jobs"], sim.writes(), sim.stops()) == ([], [], [])
        assert kind.module in result["msg"]
        assert any(entry["fault"] for entry in sim.journal())
        assert "please report it" not in result["msg"]
        info = kind.info(sim, api_retries=1, **selection)
        assert (info["failed"], info["complete"]) == (True, False)


@each_kind
def test_a_page_that_fails_for_a_while_is_asked_again(kind: Kind) -> None:
    with Simulator(generated(kind, PAGE[kind.label] + 1, status=kind.stopped)) as sim:
        sim.add_fault(operation="list", resource=kind.module, page=2, status=503, times=1)
        result = kind.info(sim, all=True)
        assert (result["count"], result["complete"]) == (PAGE[kind.label] + 1, True)


@each_kind
def test_many_pages_are_put_together_in_a_stable_order(kind: Kind) -> None:
    number = 2 * PAGE[kind.label] + 7
    with Simulator(generated(kind, number, status=kind.stopped)) as sim:
        first, second = (kind.info(sim, all=True)["jobs"] for _turn in range(2))
        assert [row["id"] for row in first] == [row["id"] for row in second]
        assert {row["id"] for row in first} == {kind.id(n) for n in range(1, number + 1)}


@pytest.mark.parametrize("label", ["processor", "service"])
def test_a_broken_list_of_parents_stops_nothing(label: str) -> None:
    kind = BY_LABEL[label]
    assert kind.parent
    size = {"processor": 100, "service": 1000}[label]
    parents = [{"id": f"p{n}", kind.parent[2]: [{"id": kind.id(n)}] if n < 3 else []} for n in range(size + 5)]
    with Simulator({kind.jobs_key: parents}) as sim:
        for fault in ("500", "truncated", "html", "repeated", "shrinking", "no total"):
            sim.clear_faults()
            sim.clear_journal()
            resource = {"processor": "modelarts_processor_task", "service": "modelarts_service"}[label]
            sim.add_fault(operation="list", resource=resource, page=2, **BROKEN[fault])
            result = run(sim, kind.module, {"all": True, "api_retries": 1})
            assert (result["failed"], result["changed"], sim.stops()) == (True, False, []), fault


@each_kind
def test_a_parent_or_project_without_jobs_is_no_failure(kind: Kind) -> None:
    with kind.cloud() as sim:
        result = kind.stop(sim, all=True)
        assert (result["changed"], result["jobs"], result["complete"], "failed" in result) == (False, [], True, False)


@each_kind
def test_concurrency_of_one_does_the_same(kind: Kind) -> None:
    with kind.cloud(*[{}] * 12) as sim:
        result = kind.stop(sim, all=True, concurrency=1)
        assert outcomes(result) == {kind.id(n): "stopped" for n in range(1, 13)}
        assert [kind.accepted(sim, n) for n in range(1, 13)] == [1] * 12


@pytest.mark.parametrize("what", ["ids", "rows", "document"])
@pytest.mark.parametrize("jobs", [1, 4])
def test_rows_that_cannot_be_told_apart_are_not_missing(jobs: int, what: str) -> None:
    kind = BY_LABEL["drs-v3"]
    with Simulator(generated(kind, jobs)) as sim:
        for seed in range(5):
            sim.clear_faults()
            sim.add_fault(operation="batch_detail", wrong_types=what, seed=seed, times=99)
            result = kind.stop(sim, *range(1, jobs + 1), api_retries=1)
            assert (result["failed"], result["changed"], sim.stops()) == (True, False, [])
            assert {row["outcome"] for row in result["jobs"]} <= {"failed"}
