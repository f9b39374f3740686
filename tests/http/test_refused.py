# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stops that are refused, get no answer, or get a wrong one: what is sent again, and what is said of it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.simulator import Simulator
from tests.support.harness import (
    KINDS,
    Kind,
    before_stops,
    each_kind,
    outcomes,
)

WITH_STOPPING = [kind for kind in KINDS if kind.stopping]
each_kind_with_stopping = pytest.mark.parametrize("kind", WITH_STOPPING, ids=lambda kind: kind.label)


def reads_between_stops(sim: Simulator) -> list[int]:
    """How many requests that are no stops stand between each stop and the next."""
    marks = [n for n, entry in enumerate(sim.journal()) if entry["operation"] in ("stop", "batch_stop")]
    return [later - earlier - 1 for earlier, later in zip(marks, marks[1:])]


@each_kind
def test_a_refused_stop_is_repeated_after_a_look_until_it_is_accepted(kind: Kind) -> None:
    with kind.cloud({"refuse_times": 2}, {}) as sim:
        result = kind.stop(sim, 1, 2)
        assert outcomes(result) == {kind.id(1): "stopped", kind.id(2): "stopped"}
        assert (result["changed"], "failed" in result, result["jobs"][0]["error"]) == (True, False, None)
        assert (kind.accepted(sim, 1), kind.accepted(sim, 2)) == (1, 1)
        assert sim.job(kind.module, kind.id(1))["stops_refused"] == 2
        single = kind.cloud({"refuse_times": 2})
    with single as sim:
        kind.stop(sim, 1)
        assert len(reads_between_stops(sim)) == 2 and all(reads_between_stops(sim))


@each_kind
def test_a_stop_refused_for_good_fails_with_the_words_of_the_api(kind: Kind) -> None:
    with kind.cloud({"refuse_times": 1000}) as sim:
        result = kind.stop(sim, 1, wait_timeout=30)
        row = result["jobs"][0]
        assert (row["outcome"], row["changed"], result["changed"], result["failed"]) == ("failed", False, False, True)
        assert (row["error"]["code"], row["status"]) == (kind.refusal, kind.running)
        assert kind.refusal in result["msg"] and row["error"]["message"] in result["msg"]
        assert f"Failed to stop {kind.module} " in result["msg"] and row["error"]["request_id"] in result["msg"]
        assert len(sim.stops()) > 1
        assert kind.accepted(sim, 1) == 0


@each_kind
def test_a_stop_without_permission_is_not_repeated(kind: Kind) -> None:
    code = "DRS.M00101" if kind.module == "drs_job" else "ModelArts.0108"
    with kind.cloud({}) as sim:
        sim.add_fault(operation=kind.stop_operation(), status=403, code=code, message="You may not do this.")
        result = kind.stop(sim, 1)
        assert (outcomes(result), result["changed"]) == ({kind.id(1): "failed"}, False)
        assert (result["jobs"][0]["error"]["code"], len(sim.stops())) == (code, 1)
        assert "You may not do this." in result["msg"]


@each_kind
def test_a_job_that_ends_just_before_the_stop_is_no_change_of_ours(kind: Kind) -> None:
    with kind.cloud({"ends_before_stop": True}, {}) as sim:
        result = kind.stop(sim, 1, 2)
        assert outcomes(result) == {kind.id(1): "ended_meanwhile", kind.id(2): "stopped"}
        assert ("failed" in result, result["jobs"][0]["changed"], result["jobs"][0]["error"]) == (False, False, None)
        assert result["jobs"][0]["status"] == kind.completed
        assert kind.accepted(sim, 1) == 0


@each_kind
def test_a_task_whose_only_job_ended_by_itself_has_changed_nothing(kind: Kind) -> None:
    with kind.cloud({"ends_before_stop": True}) as sim:
        assert kind.stop(sim, 1)["changed"] is False


@each_kind_with_stopping
def test_anothers_stop_under_way_when_ours_is_refused_is_waited_for_and_is_no_change(kind: Kind) -> None:
    code = {"drs_job": "DRS.M00304", "modelarts_service_task": "ModelArts.3519"}.get(kind.module, kind.refusal)
    with kind.cloud({"stop_delay": 60}) as sim:
        # What the simulator carries out here stands for the other's stop: all that we hear is the refusal.
        sim.add_fault(operation=kind.stop_operation(), status=400, code=code, act=True, times=1)
        result = kind.stop(sim, 1)
        assert (outcomes(result), result["changed"]) == ({kind.id(1): "ended"}, False)
        assert ("failed" in result, len(sim.stops())) == (False, 1)


@each_kind_with_stopping
@pytest.mark.parametrize(
    "fault",
    [
        {"drop_after": True},
        {"status": 502, "act": True},
        {"status": 500, "act": True},
        {"html": 504, "act": True},
        {"html": 200, "act": True},
        {"garbage": True, "act": True},
        {"truncate": "body"},
        {"truncate": "document"},
    ],
    ids=str,
)
def test_a_stop_that_landed_without_a_good_answer_is_ours_and_is_not_sent_again(
    kind: Kind, fault: dict[str, Any]
) -> None:
    with kind.cloud({}) as sim:
        sim.add_fault(operation=kind.stop_operation(), times=1, **fault)
        result = kind.stop(sim, 1)
        assert (outcomes(result), result["changed"]) == ({kind.id(1): "stopped"}, True)
        assert ("failed" in result, kind.accepted(sim, 1), len(sim.stops())) == (False, 1, 1)


@each_kind
@pytest.mark.parametrize("fault", [{"drop_after": True}, {"status": 502, "act": True}], ids=str)
def test_a_stop_that_landed_unanswered_and_ended_at_once_is_ours(kind: Kind, fault: dict[str, Any]) -> None:
    with kind.cloud({"stop_delay": 0}) as sim:
        sim.add_fault(operation=kind.stop_operation(), times=1, **fault)
        result = kind.stop(sim, 1)
        assert (outcomes(result), result["changed"]) == ({kind.id(1): "stopped"}, True)
        assert (kind.accepted(sim, 1), len(sim.stops())) == (1, 1)


@each_kind
@pytest.mark.parametrize(
    "fault",
    [
        {"drop_before": True},
        {"status": 502},
        {"status": 500},
        {"status": 503},
        {"status": 504},
        {"html": 504},
        {"garbage": True},
        {"throttle": "plain", "message": "slow down"},
        {"status": 429, "retry_after": 0},
    ],
    ids=str,
)
def test_a_stop_that_did_not_land_is_sent_again_after_a_look(kind: Kind, fault: dict[str, Any]) -> None:
    with kind.cloud({}) as sim:
        sim.add_fault(operation=kind.stop_operation(), times=1, **fault)
        result = kind.stop(sim, 1)
        assert (outcomes(result), result["changed"]) == ({kind.id(1): "stopped"}, True)
        assert (kind.accepted(sim, 1), len(sim.stops()), "failed" in result) == (1, 2, False)
        assert all(reads_between_stops(sim))
        assert set(before_stops(sim)) - {"login", "stop", "batch_stop"}


@pytest.mark.parametrize("again", ["accept", "refuse"])
def test_a_lost_answer_of_a_kind_without_a_stopping_status(again: str) -> None:
    """A version that was stopped looks as before until it has ended: whatever the second stop gets, it is ours."""
    kind = next(kind for kind in KINDS if kind.stopping is None)
    with kind.cloud({"stop_delay": 60}, quirks={"processor_stop_again": again}) as sim:
        sim.add_fault(operation="stop", drop_after=True, times=1)
        result = kind.stop(sim, 1)
        assert (outcomes(result), result["changed"]) == ({kind.id(1): "stopped"}, True)
        assert "failed" not in result
        if again == "refuse":
            assert kind.accepted(sim, 1) == 1


def test_anothers_stop_of_a_kind_without_a_stopping_status_is_waited_for() -> None:
    """Ours is refused while the version looks as before: tried again, as the table says, until it has ended."""
    kind = next(kind for kind in KINDS if kind.stopping is None)
    with kind.cloud({"stop_delay": 60}, quirks={"processor_stop_again": "refuse"}) as sim:
        other = kind.stop(sim, 1, wait=False)
        assert other["changed"] is True
        result = kind.stop(sim, 1)
        assert (outcomes(result), result["changed"]) == ({kind.id(1): "ended_meanwhile"}, False), result["msg"]
        assert kind.accepted(sim, 1) == 1


@each_kind
def test_a_lost_stop_of_a_job_that_is_never_seen_again_is_not_claimed(kind: Kind) -> None:
    with kind.cloud({}) as sim:
        sim.add_fault(operation=kind.stop_operation(), drop_before=True)
        result = kind.stop(sim, 1, wait_timeout=30)
        assert (outcomes(result), result["changed"], result["failed"]) == ({kind.id(1): "failed"}, False, True)
        assert kind.accepted(sim, 1) == 0


@each_kind
@pytest.mark.parametrize(
    "body",
    [
        {"is_success": False, "error_code": "X.1", "error_message": "no"},
        {"error_code": "X.1", "error_msg": "no"},
        {"status": "failed", "error_code": "X.1", "error_msg": "no"},
        {"status": "Failed", "error_msg": "no"},
    ],
    ids=str,
)
@pytest.mark.parametrize("status", [200, 202])
def test_a_2xx_that_states_a_failure_is_none(kind: Kind, body: dict[str, Any], status: int) -> None:
    with kind.cloud({}) as sim:
        sim.add_fault(operation=kind.stop_operation(), status=status, body=body)
        result = kind.stop(sim, 1, wait_timeout=5)
        assert (outcomes(result), result["changed"], result["failed"]) == ({kind.id(1): "failed"}, False, True)
        assert kind.accepted(sim, 1) == 0


@each_kind
def test_one_bad_job_never_keeps_the_others_from_being_stopped(kind: Kind) -> None:
    jobs = [
        {},
        {"refuse_times": 1000},
        {"status": kind.stopped},
        {"raw_status": kind.unknown},
        {},
        {"never_ends": True},
    ]
    with kind.cloud(*jobs) as sim:
        result = kind.stop(sim, 1, 2, 3, 4, 5, 6, 7, wait_timeout=60)
        assert list(outcomes(result).items()) == [
            (kind.id(1), "stopped"),
            (kind.id(2), "failed"),
            (kind.id(3), "already_ended"),
            (kind.id(4), "failed"),
            (kind.id(5), "stopped"),
            (kind.id(6), "timed_out"),
            (kind.id(7), "missing"),
        ]
        assert (result["failed"], result["changed"]) == (True, True)
        assert result["summary"] == {
            "selected": 7,
            "stopped": 2,
            "already_ended": 1,
            "missing": 1,
            "timed_out": 1,
            "failed": 2,
        }
        assert [row["changed"] for row in result["jobs"]] == [True, False, False, False, True, True, False]
        assert [kind.accepted(sim, n) for n in range(1, 8)] == [1, 0, 0, 0, 1, 1, 0]
        assert "In all: 2 stopped" in result["msg"]


@each_kind
def test_states_that_cannot_be_read_for_a_while_do_not_lose_the_stop(kind: Kind) -> None:
    with kind.cloud({}) as sim:
        for operation in ("list", "read", "batch_status", "batch_detail"):
            sim.add_fault(
                operation=operation,
                service="drs" if kind.module == "drs_job" else "modelarts",
                status=500,
                skip=1,
                times=2,
            )
        result = kind.stop(sim, 1, api_retries=1)
        assert (outcomes(result), result["changed"]) == ({kind.id(1): "stopped"}, True)
        assert kind.accepted(sim, 1) == 1


@each_kind
def test_states_that_can_never_be_read_again_time_out(kind: Kind) -> None:
    # DRS v3 has two calls for it, of which the second is answered once, too.
    with kind.cloud({"stop_delay": 600}) as sim:
        for operation in ("list", "read", "batch_status", "batch_detail"):
            sim.add_fault(
                operation=operation, service="drs" if kind.module == "drs_job" else "modelarts", status=500, skip=1
            )
        result = kind.stop(sim, 1, api_retries=1, wait_timeout=30)
        assert (outcomes(result), result["changed"], result["failed"]) == ({kind.id(1): "timed_out"}, True, True)
        assert "HTTP 500" in result["msg"]
