# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A 2xx that no document names as the acceptance of a stop: the module reads the job before it reports anything, also without waiting."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.support.harness import KINDS, Kind, each_kind, outcomes
from tests.support.virtual_time import virtual_time

UNDOCUMENTED: dict[str, Any] = {
    "error with a number": {"error": {"code": 403, "message": "You are not authorized", "title": "Forbidden"}},
    "error with a code": {"error": {"error_code": "DRS.M01504"}},
    "only a text": {"error_msg": "not now"},
    "the word false": {"is_success": "false"},
    "zero": {"is_success": 0},
    "rejected": {"status": "rejected"},
    "ok?": {"status": "ok?"},
    "yes and no": {"status": "success", "is_success": True, "error_msg": "not really"},
    "a list": [],
    "a text": "accepted",
    "one level down": {"result": {"is_success": True, "status": "success"}},
}
every_answer = pytest.mark.parametrize("name", UNDOCUMENTED)
waiting = pytest.mark.parametrize("wait", [True, False], ids=["wait", "no wait"])
BATCHES = [kind for kind in KINDS if kind.module == "drs_job"]
each_batch = pytest.mark.parametrize("kind", BATCHES, ids=lambda kind: kind.label)


def played(kind: Kind, *jobs: dict[str, Any], fault: dict[str, Any], **options: Any) -> Any:
    """(the result, the simulator) of a stop of all these jobs whose answers are spoiled like this; time does not matter."""
    numbers = range(1, len(jobs) + 1)
    with kind.cloud(*jobs, stop_delay=options.pop("stop_delay", 5)) as sim, virtual_time(sim):
        sim.add_fault(operation=kind.stop_operation(len(jobs)), **fault)
        result = kind.stop(sim, *numbers, **{"wait_timeout": 60, "wait_interval": 2, **options})
        return result, {n: sim.job(kind.module, kind.id(n)) for n in numbers}, sim.journal(resource=kind.module)


def without_a_look(journal: list[dict[str, Any]]) -> list[str]:
    """The jobs that were sent a stop twice with no read of them in between."""
    found: list[str] = []
    open_: set[str] = set()
    for entry in journal:
        if entry["operation"] in ("stop", "batch_stop"):
            found += open_ & set(entry["ids"])
            open_ |= set(entry["ids"])
        else:
            open_ -= set(entry["ids"]) or open_
    return found


@waiting
@every_answer
@each_kind
def test_a_stop_that_was_never_carried_out_is_never_claimed(kind: Kind, name: str, wait: bool) -> None:
    result, jobs, journal = played(kind, {}, fault={"status": 200, "body": UNDOCUMENTED[name], "act": False}, wait=wait)
    row, = result["jobs"]
    assert (row["outcome"], row["changed"], result["changed"], result["failed"]) == ("failed", False, False, True)
    received = UNDOCUMENTED[name] if isinstance(UNDOCUMENTED[name], str) else json.dumps(UNDOCUMENTED[name])
    assert received in row["error"]["message"] and received in result["msg"]
    assert row["error"]["http_status"] == 200
    assert jobs[1]["phase"] == "stoppable"
    stops = [entry for entry in journal if entry["operation"] in ("stop", "batch_stop")]
    assert 3 <= len(stops) <= 12, "tried again, at the pace of the looks, until wait_timeout"
    assert without_a_look(journal) == []


@waiting
@every_answer
@each_kind
def test_a_stop_that_was_carried_out_is_ours_once_it_is_seen(kind: Kind, name: str, wait: bool) -> None:
    fault = {"status": 200, "body": UNDOCUMENTED[name], "act": True}
    result, jobs, journal = played(kind, {}, fault=fault, wait=wait)
    # Without a status for it, nothing is to be seen before the end.
    expected = "stopped" if wait or not kind.stopping else "stop_requested"
    assert (outcomes(result), result["changed"], "failed" in result) == ({kind.id(1): expected}, True, False)
    if kind.stopping:
        assert jobs[1]["stops_accepted"] == 1
    assert without_a_look(journal) == []


@waiting
@each_kind
def test_the_next_stop_is_accepted_and_the_row_says_so(kind: Kind, wait: bool) -> None:
    fault = {"status": 200, "body": {"status": "rejected"}, "act": False, "times": 1}
    result, jobs, _journal = played(kind, {}, fault=fault, wait=wait)
    expected = "stopped" if wait else "stop_requested"
    assert (outcomes(result), result["changed"], jobs[1]["stops_accepted"]) == ({kind.id(1): expected}, True, 1)


@waiting
@each_kind
def test_somebody_else_ends_the_job_that_our_stop_never_reached(kind: Kind, wait: bool) -> None:
    """A job that completes by itself needs no stop: nothing is claimed."""
    if kind.completed == kind.stopped:
        pytest.skip("an end by itself and one by a stop look the same")
    job = {"status_changes": [[9, kind.completed]]}
    result, jobs, _journal = played(kind, job, fault={"status": 200, "body": {"status": "rejected"}}, wait=wait)
    assert (outcomes(result), result["changed"]) == ({kind.id(1): "ended_meanwhile"}, False)
    assert jobs[1]["stops_accepted"] == 0


@pytest.mark.parametrize("body", ["is_success", "empty_object", "none"])
def test_an_empty_answer_of_a_visualization_job_is_looked_after(body: str) -> None:
    """Its documents name `is_success: true` and nothing else."""
    kind = KINDS[0]
    with kind.cloud({}, stop_delay=5, quirks={"visualization_stop_body": body}) as sim, virtual_time(sim):
        result = kind.stop(sim, 1, wait=False)
        assert (outcomes(result), result["changed"]) == ({kind.id(1): "stop_requested"}, True)
        operations = [entry["operation"] for entry in sim.journal(resource=kind.module)]
        assert operations == ["read", "stop"] + ([] if body == "is_success" else ["read"])


@each_batch
@pytest.mark.parametrize("word", ["processing?", "rejected", "pending", "true"])
@pytest.mark.parametrize("act", [True, False])
def test_items_with_an_unknown_status_are_looked_after(kind: Kind, word: str, act: bool) -> None:
    items = [{"id": kind.id(n), "status": word} for n in (1, 2, 3)]
    fault = {"status": 202, "body": {"jobs": items, "results": items, "count": 3}, "act": act}
    result, jobs, journal = played(kind, {}, {}, {}, fault=fault, wait=False)
    assert set(outcomes(result).values()) == {"stop_requested" if act else "failed"}
    assert [job["phase"] for job in jobs.values()] == ["stopping" if act else "stoppable"] * 3
    assert result["changed"] is act and without_a_look(journal) == []
    if not act:
        assert all(word in row["error"]["message"] for row in result["jobs"])


@each_batch
def test_each_item_is_judged_by_itself(kind: Kind) -> None:
    """One accepted in other capitals, one without a status, one twice with two answers, one not mentioned, one refused."""
    items = [
        {"id": kind.id(1), "status": "Success"}, {"id": kind.id(2)}, {"id": kind.id(3), "status": "success"},
        {"id": kind.id(3), "status": "failed"}, {"id": kind.id(5), "status": "failed", "error_code": "DRS.M01504"},
    ]
    fault = {"status": 202, "body": {"jobs": items, "results": items, "count": 5}, "act": True, "times": 1}
    result, jobs, journal = played(kind, {}, {}, {}, {}, {}, fault=fault, wait=False)
    assert outcomes(result) == {kind.id(n): "stop_requested" for n in (1, 2, 3, 4)} | {kind.id(5): "already_stopping"}
    assert all(job["stops_accepted"] == 1 for job in jobs.values())
    assert without_a_look(journal) == []


@each_batch
def test_a_failure_of_the_whole_batch_beside_accepted_items_is_looked_after(kind: Kind) -> None:
    items = [{"id": kind.id(n), "status": "success"} for n in (1, 2)]
    body = {"jobs": items, "results": items, "error_code": "DRS.M00004", "error_msg": "half of it failed"}
    result, _jobs, _journal = played(kind, {}, {}, fault={"status": 200, "body": body, "act": False}, wait=False)
    assert outcomes(result) == {kind.id(1): "failed", kind.id(2): "failed"} and result["changed"] is False


@each_batch
@pytest.mark.parametrize("act", [True, False])
def test_an_item_of_a_refused_batch_that_states_no_failure_is_not_sent_again_blindly(kind: Kind, act: bool) -> None:
    items = [{"id": kind.id(1), "status": "failed", "error_code": "DRS.M01504"}, {"id": kind.id(2), "status": "success"}]
    fault = {"status": 400, "body": {"jobs": items, "results": items}, "act": act, "times": 1}
    result, jobs, journal = played(kind, {}, {}, fault=fault)
    assert outcomes(result) == {kind.id(1): "ended" if act else "stopped", kind.id(2): "stopped"}
    assert jobs[2]["stops_accepted"] == 1 and without_a_look(journal) == []
