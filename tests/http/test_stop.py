# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The decision table over HTTP: what the read says, what is sent, what comes out. Each test for every kind of job."""

from __future__ import annotations

import pytest

from tests.support.harness import Kind, before_stops, each_kind, outcomes


@each_kind
def test_a_running_job_is_stopped_once_and_the_second_run_sends_nothing(kind: Kind) -> None:
    with kind.cloud({}) as sim:
        first = kind.stop(sim, 1)
        assert (first["changed"], outcomes(first)) == (True, {kind.id(1): "stopped"})
        assert first["jobs"][0]["status_before"] == kind.running
        assert (first["jobs"][0]["status"], first["jobs"][0]["phase"]) == (kind.stopped, "ended")
        assert sim.job(kind.module, kind.id(1))["status"] == kind.stopped
        assert (len(sim.stops()), len(sim.writes()), kind.accepted(sim, 1)) == (1, 1, 1)
        assert set(before_stops(sim)[1:-1]) & {"list", "read", "batch_detail", "batch_status"}

        sim.clear_journal()
        second = kind.stop(sim, 1)
        assert (second["changed"], outcomes(second)) == (False, {kind.id(1): "already_ended"})
        assert (sim.writes(), sim.stops()) == ([], [])
        assert "failed" not in second


@each_kind
@pytest.mark.parametrize("selection", [{"all": True}, {"filters": {"names": ["job-*"]}}])
def test_jobs_selected_without_ids_are_stopped_once(kind: Kind, selection: dict) -> None:
    with kind.cloud({}, {}, {"status": kind.completed}, {"name": "other", "status": kind.completed}) as sim:
        result = kind.stop(sim, **selection)
        assert [outcomes(result)[kind.id(n)] for n in (1, 2, 3)] == ["stopped", "stopped", "already_ended"]
        assert len(result["jobs"]) == (4 if "all" in selection else 3)
        assert (kind.accepted(sim, 1), kind.accepted(sim, 2), result["complete"]) == (1, 1, True)
        sim.clear_journal()
        assert kind.stop(sim, **selection)["changed"] is False
        assert sim.writes() == []


@each_kind
def test_check_mode_sends_nothing_and_agrees_with_the_run_that_follows(kind: Kind) -> None:
    jobs = [{}, {"status": kind.stopped}, {"status": kind.completed}, {"raw_status": kind.unknown}, {"name": "spared"}]
    if kind.stopping:
        jobs.append({"status": kind.stopping, "stop_delay": 60})  # time for the run that follows
    options = {"exclude": {"names": ["spared"]}, "diff_mode": True}
    with kind.cloud(*jobs) as sim:
        numbers = range(1, len(jobs) + 2)  # the last one does not exist
        predicted = kind.stop(sim, *numbers, check_mode=True, **options)
        assert (sim.writes(), sim.stops()) == ([], [])
        real = kind.stop(sim, *numbers, **options)

    words = {"would_stop": "stopped", "already_stopping": "ended"}
    assert [words.get(row["outcome"], row["outcome"]) for row in predicted["jobs"]] == list(outcomes(real).values())
    assert list(outcomes(predicted).values())[0] == "would_stop"
    assert list(outcomes(real).values())[:5] == ["stopped", "already_ended", "already_ended", "failed", "excluded"]
    for key in ("id", "name", "resource", "created_at", "status_before", "changed", *(kind.parent or ())[:1]):
        assert [row[key] for row in predicted["jobs"]] == [row[key] for row in real["jobs"]], key
    for key in ("changed", "diff", "complete", "failed"):
        assert predicted[key] == real[key], key
    assert f"{kind.id(1)} (job-1): {kind.running}" in real["diff"]["before"]
    assert real["diff"]["after"].endswith(": stopped\n")
    assert predicted["jobs"][0]["status_after"] is None


@each_kind
def test_check_mode_and_diff_without_waiting_agree_too(kind: Kind) -> None:
    with kind.cloud({}, {}) as sim:
        predicted = kind.stop(sim, 1, 2, wait=False, check_mode=True, diff_mode=True)
        real = kind.stop(sim, 1, 2, wait=False, diff_mode=True)
    assert (predicted["diff"], predicted["changed"]) == (real["diff"], True)
    assert "stop requested" in real["diff"]["after"]


@each_kind
def test_a_stopping_job_is_waited_for_without_a_call_and_is_no_change(kind: Kind) -> None:
    if kind.stopping is None:
        pytest.skip("there is no such status")
    with kind.cloud({"status": kind.stopping, "stop_delay": 20}) as sim:
        result = kind.stop(sim, 1)
        assert (result["changed"], outcomes(result)) == (False, {kind.id(1): "ended"})
        assert (result["jobs"][0]["phase"], result["jobs"][0]["status_before"]) == ("ended", kind.stopping)
        assert (sim.writes(), sim.stops()) == ([], [])


@each_kind
def test_a_stopping_job_is_reported_at_once_without_waiting(kind: Kind) -> None:
    if kind.stopping is None:
        pytest.skip("there is no such status")
    with kind.cloud({"status": kind.stopping, "never_ends": True}) as sim:
        result = kind.stop(sim, 1, wait=False)
        assert (result["changed"], outcomes(result)) == (False, {kind.id(1): "already_stopping"})
        assert sim.writes() == []
        assert "failed" not in result


@each_kind
@pytest.mark.parametrize(
    ("on_missing", "failed", "warned"),
    [
        ("fail", True, False),
        ("warn", False, True),
        ("ignore", False, False),
    ],
)
@pytest.mark.parametrize("check_mode", [False, True])
def test_a_missing_job(kind: Kind, on_missing: str, failed: bool, warned: bool, check_mode: bool) -> None:
    with kind.cloud({}) as sim:
        result = kind.stop(sim, 2, 1, on_missing=on_missing, check_mode=check_mode)
        expected = {kind.id(2): "missing", kind.id(1): "would_stop" if check_mode else "stopped"}
        assert outcomes(result) == expected
        assert (result["changed"], result.get("failed", False)) == (True, failed)
        assert result["jobs"][0]["changed"] is False
        assert any(kind.id(2) in str(warning) for warning in result.get("warnings", [])) is warned
        assert (kind.id(2) in result["msg"], "on_missing" in result["msg"]) == (failed, failed)
        assert kind.accepted(sim, 2) == 0
        assert not any(kind.id(2) in entry["ids"] for entry in sim.stops())


@each_kind
def test_an_unknown_status_is_left_alone_and_fails(kind: Kind) -> None:
    with kind.cloud({"raw_status": kind.unknown}, {}) as sim:
        result = kind.stop(sim, 1, 2)
        assert outcomes(result) == {kind.id(1): "failed", kind.id(2): "stopped"}
        assert (result["failed"], result["changed"], result["jobs"][0]["phase"]) == (True, True, "unknown")
        assert str(kind.unknown) in result["msg"] and kind.id(1) in result["msg"]
        assert [id_ for entry in sim.stops() for id_ in entry["ids"]] == [kind.id(2)]


@each_kind
def test_without_waiting_nothing_is_asked_after_the_stop(kind: Kind) -> None:
    with kind.cloud({"never_ends": True}, {"never_ends": True}) as sim:
        result = kind.stop(sim, 1, 2, wait=False)
        assert outcomes(result) == {kind.id(1): "stop_requested", kind.id(2): "stop_requested"}
        assert (result["changed"], "failed" in result) == (True, False)
        assert sim.journal()[-1]["operation"] == kind.stop_operation(2)
        assert (kind.accepted(sim, 1), kind.accepted(sim, 2)) == (1, 1)


@each_kind
@pytest.mark.parametrize(("on_timeout", "failed"), [("fail", True), ("warn", False)])
def test_a_job_that_never_ends_times_out_as_a_change(kind: Kind, on_timeout: str, failed: bool) -> None:
    with kind.cloud({"never_ends": True}, {}) as sim:
        result = kind.stop(sim, 1, 2, wait_timeout=60, on_timeout=on_timeout)
        assert outcomes(result) == {kind.id(1): "timed_out", kind.id(2): "stopped"}
        assert (result["changed"], result["jobs"][0]["changed"], result.get("failed", False)) == (True, True, failed)
        assert any(kind.id(1) in str(warning) for warning in result.get("warnings", [])) is not failed
        assert kind.accepted(sim, 1) == 1


@each_kind
def test_anothers_stop_that_never_ends_times_out_and_is_no_change(kind: Kind) -> None:
    if kind.stopping is None:
        pytest.skip("there is no such status")
    with kind.cloud({"status": kind.stopping, "never_ends": True}) as sim:
        result = kind.stop(sim, 1, wait_timeout=60)
        assert (outcomes(result), result["changed"], result["failed"]) == ({kind.id(1): "timed_out"}, False, True)
        assert sim.writes() == []


@each_kind
def test_a_job_that_vanishes_after_its_stop_was_stopped(kind: Kind) -> None:
    with kind.cloud({"vanishes_after_stop": True}, {}) as sim:
        result = kind.stop(sim, 1, 2)
        assert outcomes(result) == {kind.id(1): "stopped", kind.id(2): "stopped"}
        row = result["jobs"][0]
        assert (row["status"], row["status_after"], row["phase"], row["changed"]) == ("GONE", "GONE", "ended", True)
        assert (row["name"], row["status_before"]) == ("job-1", kind.running)
        assert ("failed" in result, kind.accepted(sim, 1)) == (False, 1)
