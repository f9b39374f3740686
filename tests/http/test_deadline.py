# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When `wait_timeout` ends: each job had its one stop, and no verdict rests on a list that lags behind."""

from __future__ import annotations

from typing import Any

import pytest

from tests.simulator import Simulator
from tests.support.harness import KINDS, Kind, each_kind, outcomes

# Until then the lists go on to show what was so at the start.
FOR_EVER = 10**6
# For as many jobs a list is fewer requests than single reads, for every kind.
MANY = 5
LOOKS = ("list", "read", "batch_status", "batch_detail")


def reads(sim: Simulator, *ids: str) -> list[str]:
    """The operations that read these jobs by their id."""
    return [entry["operation"] for entry in sim.journal() if entry["operation"] in LOOKS[1:] and set(entry["ids"]) & set(ids)]


@each_kind
@pytest.mark.parametrize("selection", ["ids", "all"])
def test_with_no_time_to_wait_each_job_gets_its_one_stop(kind: Kind, selection: str) -> None:
    chosen: dict[str, Any] = {"all": True} if selection == "all" else {}
    with kind.cloud({}, {}, {}, stop_delay=600) as sim:
        numbers = () if chosen else (1, 2, 3)
        assert kind.stop(sim, *numbers, wait_timeout=0, check_mode=True, **chosen)["summary"]["would_stop"] == 3
        result = kind.stop(sim, *numbers, wait_timeout=0, **chosen)
        assert (result["summary"], result["changed"]) == ({"selected": 3, "timed_out": 3}, True), result["msg"]
        assert [kind.accepted(sim, n) for n in (1, 2, 3)] == [1, 1, 1]
        assert "the API allows" not in result["msg"]


@each_kind
@pytest.mark.parametrize("wait", [True, False])
def test_reading_that_takes_longer_than_the_task_may_wait_stops_every_job_all_the_same(kind: Kind, wait: bool) -> None:
    with kind.cloud({}, {}, {}, stop_delay=600) as sim:
        options: dict[str, Any] = {"all": True, "wait_timeout": 0.001, "wait": wait}
        predicted = kind.stop(sim, check_mode=True, **options)
        result = kind.stop(sim, **options)
        assert predicted["summary"] == {"selected": 3, "would_stop": 3}, predicted["msg"]
        assert result["summary"] == {"selected": 3, "timed_out" if wait else "stop_requested": 3}, result["msg"]
        assert [kind.accepted(sim, n) for n in (1, 2, 3)] == [1, 1, 1]


@pytest.mark.parametrize("check_mode", [True, False])
@pytest.mark.parametrize(("wait_timeout", "left"), [(30, "29s|30s"), (60, "59s|1m")], ids=str)
def test_a_pace_that_the_api_demands_and_that_is_too_slow_stops_nothing_and_does_the_sum(
    check_mode: bool, wait_timeout: int, left: str
) -> None:
    """Check mode says the same as the run."""
    kind = KINDS[0]
    with kind.cloud(*[{}] * 20) as sim:
        sim.add_fault(operation="list", throttle="seconds", message="limit:200,time:20 minute", retry_after=0, times=1)
        result = kind.stop(sim, all=True, wait_timeout=wait_timeout, check_mode=check_mode)
        assert (result["failed"], result["changed"], sim.stops()) == (True, False, [])
        assert "the API allows 200 requests in 20m, so the stops take " in result["msg"]
        assert "(20 to send), but wait_timeout leaves " in result["msg"]
        assert any(f"leaves {one};" in result["msg"] for one in left.split("|")), result["msg"]
        assert "raise wait_timeout or select fewer jobs" in result["msg"]


def test_a_pace_that_allows_the_stops_within_the_grace_is_kept() -> None:
    kind = KINDS[0]
    with kind.cloud({}, {}) as sim:
        sim.add_fault(operation="list", throttle="seconds", message="limit:200,time:20 minute", retry_after=0, times=1)
        result = kind.stop(sim, all=True, wait_timeout=10)
        assert [kind.accepted(sim, n) for n in (1, 2)] == [1, 1], result["msg"]


@each_kind
@pytest.mark.parametrize("jobs", [MANY, 12])
def test_a_stop_whose_end_only_the_job_itself_tells_is_not_timed_out(kind: Kind, jobs: int) -> None:
    with kind.cloud(*[{}] * jobs, stop_delay=5, quirks={"list_lag": FOR_EVER}) as sim:
        result = kind.stop(sim, all=True, wait_timeout=60)
        assert result["summary"] == {"selected": jobs, "stopped": jobs}, result["msg"]
        assert ("failed" in result, [kind.accepted(sim, n) for n in range(1, jobs + 1)]) == (False, [1] * jobs)
        assert {row["status"] for row in result["jobs"]} == {kind.stopped}
        if kind.label != "drs-v3":
            ids = [kind.id(n) for n in range(1, jobs + 1)]
            assert reads(sim, *ids) == ["read"] * jobs, "once for each, at the end"


@each_kind
def test_those_that_have_not_ended_time_out_and_the_others_are_told_apart(kind: Kind) -> None:
    fates: list[dict[str, Any]] = [{}, {"never_ends": True}, {"refuse_times": 9999}, {}, {}]
    with kind.cloud(*fates, stop_delay=5, quirks={"list_lag": FOR_EVER}) as sim:
        result = kind.stop(sim, all=True, wait_timeout=60)
        assert list(outcomes(result).values()) == ["stopped", "timed_out", "failed", "stopped", "stopped"], result["msg"]
        assert result["jobs"][2]["error"]["code"] == kind.refusal
        assert result["jobs"][1]["status"] == (kind.stopping or kind.running)


@each_kind
def test_a_refused_stop_of_a_job_that_ended_by_itself_unseen_by_the_list_is_no_failure(kind: Kind) -> None:
    with kind.cloud(*[{"ends_before_stop": True}] * MANY, quirks={"list_lag": FOR_EVER}) as sim:
        result = kind.stop(sim, all=True, wait_timeout=30)
        assert (outcomes(result), result["changed"]) == ({kind.id(n): "ended_meanwhile" for n in range(1, MANY + 1)}, False)
        assert "failed" not in result


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.stopping], ids=lambda kind: kind.label)
def test_anothers_stop_whose_end_the_list_does_not_show_has_ended(kind: Kind) -> None:
    jobs = [{"status": kind.stopping, "stop_delay": 5}] * MANY
    with kind.cloud(*jobs, quirks={"list_lag": FOR_EVER}) as sim:
        result = kind.stop(sim, all=True, wait_timeout=60)
        assert (outcomes(result), result["changed"], sim.stops()) == ({kind.id(n): "ended" for n in range(1, MANY + 1)}, False, [])


@each_kind
def test_a_list_that_breaks_after_the_stops_hides_no_end(kind: Kind) -> None:
    with kind.cloud(*[{}] * MANY, stop_delay=5) as sim:
        sim.add_fault(operation="list", resource=kind.module, status=500, after_stop=True)
        result = kind.stop(sim, all=True, wait_timeout=60, api_retries=1)
        assert result["summary"] == {"selected": MANY, "stopped": MANY}, result["msg"]


@each_kind
def test_where_the_job_itself_cannot_be_read_the_word_of_the_list_stands(kind: Kind) -> None:
    with kind.cloud(*[{}] * MANY, stop_delay=600) as sim:
        sim.add_fault(operation="read", status=500)
        result = kind.stop(sim, all=True, wait_timeout=60, api_retries=1)
        assert set(outcomes(result).values()) == {"timed_out"}
        assert f"still {kind.stopping or kind.running} when wait_timeout ended" in result["msg"]


def test_looking_closely_at_very_many_jobs_ends() -> None:
    """The API answers slowly when the time is over: what is not reached in time keeps the word of the list."""
    kind = KINDS[0]
    with kind.cloud(*[{"never_ends": True}] * 450) as sim:
        sim.add_fault(operation="read", throttle="seconds", retry_after=3, message="slow down")
        result = kind.stop(sim, all=True, wait_timeout=60)
        assert result["summary"] == {"selected": 450, "timed_out": 450}
        assert "still KILLING when wait_timeout ended" in result["msg"]
        times = [entry["time"] for entry in sim.journal()]
        assert times[-1] - times[0] < 60 + 2 * 15 + 30
