# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""DRS in both dialects: forced stops, failed stops, batches, and which dialect is spoken."""

from __future__ import annotations

from typing import Any

import pytest

from tests.simulator import Simulator
from tests.support.harness import KINDS, Kind, outcomes, run

DRS = [kind for kind in KINDS if kind.module == "drs_job"]
each_dialect = pytest.mark.parametrize("kind", DRS, ids=lambda kind: kind.label)


def forced(sim: Simulator) -> list[bool]:
    """Whether each stop that was sent was a forced one, in the order of sending, batches item by item."""
    found = []
    for entry in sim.stops():
        for item in entry["body"].get("jobs", [entry["body"]]):
            found.append(item.get("is_force_stop", item.get("delete_type") == "force_terminate"))
    return found


@each_dialect
@pytest.mark.parametrize("number_of_jobs", [1, 3])
@pytest.mark.parametrize("force", [False, True])
def test_force_is_what_is_sent(kind: Kind, number_of_jobs: int, force: bool) -> None:
    with kind.cloud(*[{}] * number_of_jobs) as sim:
        result = kind.stop(sim, *range(1, number_of_jobs + 1), force=force)
        assert set(outcomes(result).values()) == {"stopped"}
        assert forced(sim) == [force] * number_of_jobs


@each_dialect
def test_delete_is_never_sent(kind: Kind) -> None:
    with kind.cloud({"needs_force": True}, {"status": "CREATE_FAILED"}, {}) as sim:
        kind.stop(sim, all=True, force_after=10)
        assert '"delete"' not in str(sim.journal()).replace("'", '"')


@each_dialect
@pytest.mark.parametrize("over_graceful", ["accept", "refuse"])
def test_a_stop_that_needs_force_is_repeated_with_force_after_the_time(kind: Kind, over_graceful: str) -> None:
    with kind.cloud({"needs_force": True}, {}, quirks={"drs_force_while_stopping": over_graceful}) as sim:
        result = kind.stop(sim, 1, 2, force_after=15, wait_timeout=80)
        assert forced(sim)[:3] == [False, False, True]
        if over_graceful == "accept":
            assert outcomes(result) == {kind.id(1): "stopped", kind.id(2): "stopped"}
            assert (forced(sim), kind.accepted(sim, 1), kind.accepted(sim, 2)) == ([False, False, True], 2, 1)
        else:
            assert outcomes(result) == {kind.id(1): "timed_out", kind.id(2): "stopped"}
            assert (result["changed"], kind.accepted(sim, 1)) == (True, 1)


@each_dialect
@pytest.mark.parametrize("options", [{}, {"force_after": 60}], ids=str)
def test_without_force_a_stop_that_needs_it_times_out(kind: Kind, options: dict[str, Any]) -> None:
    with kind.cloud({"needs_force": True}) as sim:
        result = kind.stop(sim, 1, wait_timeout=30, **options)
        assert (outcomes(result), result["changed"], forced(sim)) == ({kind.id(1): "timed_out"}, True, [False])


@each_dialect
def test_anothers_stop_is_never_forced(kind: Kind) -> None:
    with kind.cloud({"status": kind.stopping, "never_ends": True}) as sim:
        result = kind.stop(sim, 1, force_after=5, wait_timeout=30)
        assert (outcomes(result), sim.stops()) == ({kind.id(1): "timed_out"}, [])


@each_dialect
def test_a_stop_that_fails_is_a_failure_and_a_change(kind: Kind) -> None:
    with kind.cloud({"stop_fails": True}, {}) as sim:
        result = kind.stop(sim, 1, 2)
        assert outcomes(result) == {kind.id(1): "failed", kind.id(2): "stopped"}
        row = result["jobs"][0]
        assert (row["status"], row["changed"], result["changed"], result["failed"]) == (
            "RELEASE_RESOURCE_FAILED",
            True,
            True,
            True,
        )
        assert "RELEASE_RESOURCE_FAILED" in result["msg"]
        assert kind.accepted(sim, 1) == 1


@each_dialect
def test_a_stop_that_failed_is_forced_where_that_is_allowed(kind: Kind) -> None:
    with kind.cloud({"stop_fails": 1}) as sim:
        result = kind.stop(sim, 1, force_after=20)
        assert (outcomes(result), forced(sim)) == ({kind.id(1): "stopped"}, [False, True])


@each_dialect
@pytest.mark.parametrize("status", ["INCRE_TRANSFER_STARTED", "RELEASE_RESOURCE_FAILED"])
@pytest.mark.parametrize("number_of_jobs", [1, 3])
def test_a_stop_that_is_refused_for_so_long_is_forced(kind: Kind, number_of_jobs: int, status: str) -> None:
    """The job is abnormal (DRS.M01504) for any graceful stop, and a forced one ends it; the others are not forced."""
    stuck = {"status": status, "refuse_graceful": True}
    with kind.cloud(stuck, *[{}] * (number_of_jobs - 1)) as sim:
        result = kind.stop(sim, *range(1, number_of_jobs + 1), force_after=60)
        assert set(outcomes(result).values()) == {"stopped"}, result["msg"]
        assert (result["changed"], "failed" in result, kind.accepted(sim, 1)) == (True, False, 1)
        assert forced(sim).count(True) == 1 and forced(sim)[-1] is True
        first, *_between, last = sim.stops()
        assert 60 <= last["time"] - first["time"] < 75
        assert last["ids"] == [kind.id(1)]


@each_dialect
@pytest.mark.parametrize("options", [{}, {"force_after": 600}], ids=str)
def test_a_stop_that_is_refused_is_not_forced_before_its_time(kind: Kind, options: dict[str, Any]) -> None:
    with kind.cloud({"refuse_graceful": True}) as sim:
        result = kind.stop(sim, 1, wait_timeout=120, **options)
        assert (outcomes(result), result["changed"]) == ({kind.id(1): "failed"}, False)
        assert result["jobs"][0]["error"]["code"] == "DRS.M01504"
        assert len(forced(sim)) > 2 and not any(forced(sim))


@each_dialect
def test_a_refusal_that_force_cannot_change_is_not_answered_with_force(kind: Kind) -> None:
    with kind.cloud({}) as sim:
        sim.add_fault(operation=kind.stop_operation(), status=403, code="DRS.M00101", message="You may not do this.")
        result = kind.stop(sim, 1, force_after=0)
        assert (outcomes(result), forced(sim)) == ({kind.id(1): "failed"}, [False])


@each_dialect
def test_with_no_time_before_force_the_first_stop_is_graceful_all_the_same(kind: Kind) -> None:
    with kind.cloud({"refuse_graceful": True}) as sim:
        assert outcomes(kind.stop(sim, 1, force_after=0)) == {kind.id(1): "stopped"}
        assert forced(sim) == [False, True]


@each_dialect
def test_a_lost_stop_counts_for_force_too(kind: Kind) -> None:
    with kind.cloud({"refuse_graceful": True}) as sim:
        sim.add_fault(operation=kind.stop_operation(), drop_before=True, times=2)
        result = kind.stop(sim, 1, force_after=60)
        assert (outcomes(result), result["changed"]) == ({kind.id(1): "stopped"}, True)
        assert len(forced(sim)) > 3 and forced(sim).count(True) == 1 and forced(sim)[-1] is True


@each_dialect
@pytest.mark.parametrize(
    "status",
    [
        "RELEASE_RESOURCE_FAILED",
        "INCRE_TRANSFER_FAILED",
        "FULL_TRANSFER_FAILED",
        "START_JOB_FAILED",
        "PAUSING",
        "CREATING",
        "CHILD_TRANSFER_STARTED",
        "WAITING_FOR_START",
    ],
)
def test_a_job_that_failed_or_waits_is_billed_and_stopped(kind: Kind, status: str) -> None:
    with kind.cloud({"status": status}) as sim:
        result = kind.stop(sim, 1)
        assert (outcomes(result), kind.accepted(sim, 1)) == ({kind.id(1): "stopped"}, 1)


@each_dialect
def test_a_job_that_was_never_made_is_left_alone(kind: Kind) -> None:
    with kind.cloud({"status": "CREATE_FAILED"}) as sim:
        assert outcomes(kind.stop(sim, 1)) == {kind.id(1): "already_ended"}
        assert sim.stops() == []


@pytest.mark.parametrize(
    ("offered", "choice", "spoken"),
    [
        ({}, "auto", "v5"),
        ({"drs_v5": False}, "auto", "v3"),
        ({}, "v3", "v3"),
        ({"drs_v3": False}, "v5", "v5"),
        ({"drs_v3": False}, "auto", "v5"),
    ],
    ids=str,
)
@pytest.mark.parametrize("selection", ["ids", "all", "filters"])
def test_the_dialect_is_the_one_asked_for_or_found_out(
    offered: dict[str, Any], choice: str, spoken: str, selection: str
) -> None:
    kind = DRS[0]
    chosen: dict[str, Any] = {
        "ids": {"job_ids": [kind.id(1), kind.id(2)]},
        "all": {"all": True},
        "filters": {"filters": {"names": ["job*"]}},
    }[selection]
    with kind.cloud({}, {}, {"status": kind.stopped, "name": "x"}, quirks=offered) as sim:
        result = run(sim, "drs_job", {"drs_api": choice, **chosen})
        assert result["summary"]["stopped"] == 2, result["msg"]
        assert {entry["path"].split("/")[2] for entry in sim.stops()} == {spoken}
        assert len(sim.journal(operation="unknown", service="drs")) == 0
        lost = [entry for entry in sim.journal(service="drs") if f"/{spoken}/" not in entry["path"]]
        assert len(lost) <= (3 if choice == "auto" and spoken == "v3" else 0)
        assert [kind.accepted(sim, n) for n in (1, 2)] == [1, 1]


@pytest.mark.parametrize(
    ("offered", "choice"),
    [
        ({"drs_v5": False}, "v5"),
        ({"drs_v3": False}, "v3"),
        ({"drs_v5": False, "drs_v3": False}, "auto"),
    ],
    ids=str,
)
@pytest.mark.parametrize("selection", ["ids", "all"])
def test_a_dialect_that_is_not_offered_is_an_error_and_no_missing_job(
    offered: dict[str, Any], choice: str, selection: str
) -> None:
    kind = DRS[0]
    chosen: dict[str, Any] = {"job_ids": [kind.id(1)], "on_missing": "ignore"} if selection == "ids" else {"all": True}
    with kind.cloud({}, quirks=offered) as sim:
        result = run(sim, "drs_job", {"drs_api": choice, **chosen})
        assert (result["failed"], result["changed"], sim.stops()) == (True, False, [])
        assert "missing" not in result["summary"]
        assert "APIGW.0101" in result["msg"] and "endpoints" in result["msg"]


@each_dialect
@pytest.mark.parametrize("most", [1, 2, 4, 7])
def test_batches_shrink_to_the_size_that_is_allowed(kind: Kind, most: int) -> None:
    with kind.cloud(*[{}] * 25, quirks={"drs_batch_max": most}) as sim:
        result = kind.stop(sim, *range(1, 26))
        assert result["summary"] == {"selected": 25, "stopped": 25}
        assert [kind.accepted(sim, n) for n in range(1, 26)] == [1] * 25
        refused = [entry for entry in sim.stops() if entry["status"] == 400]
        assert 0 < len(refused) <= 6
        assert len(sim.stops()) - len(refused) <= 25


@pytest.mark.parametrize("number_of_jobs", [1, 2, 15])
def test_without_a_batch_stop_jobs_are_stopped_one_by_one(number_of_jobs: int) -> None:
    kind = DRS[0]
    with kind.cloud(*[{}] * number_of_jobs, quirks={"drs_batch_stop": False}) as sim:
        result = kind.stop(sim, *range(1, number_of_jobs + 1))
        assert result["summary"] == {"selected": number_of_jobs, "stopped": number_of_jobs}
        assert {entry["operation"] for entry in sim.stops() if entry["status"] == 200} == {"stop"}
        assert len(sim.stops()) <= number_of_jobs + 1
        assert [kind.accepted(sim, n) for n in range(1, number_of_jobs + 1)] == [1] * number_of_jobs


@each_dialect
def test_each_job_of_a_batch_has_its_own_answer(kind: Kind) -> None:
    with kind.cloud({}, {"refuse_times": 1000}, {"ends_before_stop": True}, {}) as sim:
        result = kind.stop(sim, 1, 2, 3, 4, wait_timeout=40)
        assert list(outcomes(result).values()) == ["stopped", "failed", "ended_meanwhile", "stopped"]
        assert result["jobs"][1]["error"]["code"] == "DRS.M01504"
        assert len(sim.journal(operation="batch_stop")[0]["ids"]) == 4
