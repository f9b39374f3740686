# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a task returns: rows, counts, a sentence, a failure in words, a diff."""

from __future__ import annotations

import pytest

from ansible_collections.otc.teardown.plugins.module_utils._base.errors import Meaning, Problem
from ansible_collections.otc.teardown.plugins.module_utils._engine.decision import Options, Track
from ansible_collections.otc.teardown.plugins.module_utils._model.job import Job
from ansible_collections.otc.teardown.plugins.module_utils._model.key import Key
from ansible_collections.otc.teardown.plugins.module_utils._modules.iam import project_row
from ansible_collections.otc.teardown.plugins.module_utils._modules.rows import (
    OUTCOMES,
    cautions,
    describe,
    diff,
    failure_text,
    handled_by,
    info_row,
    sentence,
    stop_row,
    summarize,
)
from ansible_collections.otc.teardown.plugins.module_utils._resources import (
    modelarts_service_task,
    modelarts_visualization_job,
)

VISUALIZATION, TASK = modelarts_visualization_job.RESOURCE, modelarts_service_task.RESOURCE
ABSENT = Problem("no such job", Meaning.ABSENT, "ModelArts.4851", 404, "r1")
REFUSAL = Problem("This job can't be stop. job status: 10", Meaning.REFUSED, "ModelArts.0105", 400, "4f")


def job(name="RUNNING", raw=8, key=None, **facts):
    phase = {"RUNNING": "stoppable", "KILLING": "stopping", "KILLED": "ended"}.get(name, "unknown")
    return Job(key or Key("10"), facts.pop("title", "tb-dev"), name, raw, phase, **{"created": 1565149736.0, **facts})


RUNNING, KILLED = job(), job("KILLED", 12, created=None, title=None)


def track(outcome, before=RUNNING, seen=None, key=None, **facts):
    return Track(key or Key("10"), before, before if seen is None else seen, outcome=outcome, **facts)


STOPPED = {
    "id": "10", "name": "tb-dev", "resource": "modelarts_visualization_job", "status": "KILLED", "status_raw": 12,
    "phase": "ended", "created_at": "2019-08-07T03:48:56Z", "status_before": "RUNNING", "status_after": "KILLED",
    "outcome": "stopped", "changed": True, "error": None,
}
UNSEEN = {"name": None, "status": None, "status_raw": None, "phase": "unknown", "created_at": None,
          "status_before": None, "status_after": None, "changed": False}


@pytest.mark.parametrize(("given", "differences"), [
    (track("stopped", seen=KILLED, accepted=True), {}),
    (track("stopped", seen=ABSENT, accepted=True), {"status": "GONE", "status_raw": None, "status_after": "GONE"}),
    (track("would_stop"), {"status": "RUNNING", "status_raw": 8, "phase": "stoppable", "status_after": None,
                           "outcome": "would_stop"}),
    (track("stop_requested", accepted=True), {"status": "RUNNING", "status_raw": 8, "phase": "stoppable",
                                              "status_after": "RUNNING", "outcome": "stop_requested"}),
    (track("already_ended", before=job("KILLED", 12)), {"status_before": "KILLED", "outcome": "already_ended",
                                                        "changed": False}),
    (track("missing", before=ABSENT, problem=ABSENT), {**UNSEEN, "outcome": "missing", "error": ABSENT.as_row()}),
    (track("failed", problem=REFUSAL), {"status": "RUNNING", "status_raw": 8, "phase": "stoppable", "changed": False,
                                        "status_after": "RUNNING", "outcome": "failed", "error": REFUSAL.as_row()}),
    (track("failed", before=REFUSAL, problem=REFUSAL), {**UNSEEN, "outcome": "failed", "error": REFUSAL.as_row()}),
    (track("timed_out", seen=REFUSAL, accepted=True, problem=REFUSAL),
     {"status": "RUNNING", "status_raw": 8, "phase": "stoppable", "status_after": "RUNNING", "outcome": "timed_out",
      "error": REFUSAL.as_row()}),
])
def test_rows(given, differences):
    assert stop_row(given, VISUALIZATION) == {**STOPPED, **differences}


def test_rows_of_a_kind_with_parents():
    key = Key("f" * 32, "s")
    row = stop_row(track("stopped", before=job(key=key), seen=job("KILLED", key=key), key=key, accepted=True), TASK)
    assert (row["id"], row["service_id"], row["resource"]) == ("f" * 32, "s", "modelarts_service_task")
    assert stop_row(track("missing", before=ABSENT, key=key), TASK)["service_id"] == "s"
    assert info_row(job(key=key), TASK)["service_id"] == "s"


def test_a_row_of_an_info_module():
    assert info_row(job(), VISUALIZATION) == {
        "id": "10", "name": "tb-dev", "resource": "modelarts_visualization_job", "status": "RUNNING", "status_raw": 8,
        "phase": "stoppable", "created_at": "2019-08-07T03:48:56Z",
    }


HOSTILE, SHOWN = "prod\tdb\u202e\x1b[2J", "prod\\x09db\\u202e\\x1b[2J"


def test_names_and_statuses_are_shown_without_what_a_terminal_obeys():
    seen = job(HOSTILE.upper(), HOSTILE, title=HOSTILE)._replace(status="X")
    assert (info_row(seen, VISUALIZATION)["name"], info_row(seen, VISUALIZATION)["status_raw"]) == (SHOWN, SHOWN)
    stopped = track("stopped", before=seen, seen=KILLED, accepted=True)
    assert stop_row(stopped, VISUALIZATION)["name"] == SHOWN
    shown = diff([stopped], VISUALIZATION, Options())
    assert shown["before"] == f"modelarts_visualization_job 10 ({SHOWN}): X\n"
    assert shown["after"] == f"modelarts_visualization_job 10 ({SHOWN}): stopped\n"


def test_a_row_can_be_selected_again():
    row = stop_row(track("stopped", seen=KILLED, accepted=True), VISUALIZATION)
    assert {key: row[key] for key in ("id", "resource")} == {"id": "10", "resource": "modelarts_visualization_job"}
    assert isinstance(row["id"], str)


@pytest.mark.parametrize(("outcomes", "counts", "words"), [
    ([], {"selected": 0}, "no job was selected"),
    (["stopped"], {"selected": 1, "stopped": 1}, "1 stopped"),
    (["already_ended", "stopped", "already_ended"], {"selected": 3, "stopped": 1, "already_ended": 2},
     "1 stopped, 2 already ended"),
    (["failed", "timed_out", "missing", "would_stop"],
     {"selected": 4, "would_stop": 1, "missing": 1, "timed_out": 1, "failed": 1},
     "1 would stop, 1 missing, 1 timed out, 1 failed"),
    (list(OUTCOMES), {"selected": len(OUTCOMES), **dict.fromkeys(OUTCOMES, 1)},
     ", ".join(f"1 {outcome.replace('_', ' ')}" for outcome in OUTCOMES)),
])
def test_counts_and_the_sentence(outcomes, counts, words):
    tracks = [track(outcome) for outcome in outcomes]
    assert summarize(tracks) == counts
    assert list(summarize(tracks)) == list(counts)
    assert sentence(tracks) == words


def test_every_outcome_is_counted():
    assert set(OUTCOMES) == {
        "stopped", "stop_requested", "would_stop", "ended", "ended_meanwhile", "already_ended", "already_stopping",
        "excluded", "missing", "unclear", "timed_out", "failed",
    }


@pytest.mark.parametrize(("options", "how", "expected"), [
    ({}, "fail", ["missing", "unclear", "timed_out", "failed"]), ({}, "warn", []),
    ({"on_missing": "warn"}, "fail", ["unclear", "timed_out", "failed"]), ({"on_missing": "warn"}, "warn", ["missing"]),
    ({"on_missing": "ignore", "on_timeout": "warn"}, "fail", ["unclear", "failed"]),
    ({"on_missing": "ignore", "on_timeout": "warn"}, "warn", ["timed_out"]),
    ({"on_unclear": "warn"}, "warn", ["unclear"]), ({"on_unclear": "warn", "on_missing": "ignore"}, "fail", ["timed_out", "failed"]),
])
def test_which_outcomes_fail_or_warn(options, how, expected):
    tracks = [track(outcome) for outcome in OUTCOMES]
    assert [one.outcome for one in handled_by(how, tracks, Options(**options))] == expected


def test_a_failure_in_words():
    failed = track("failed", problem=REFUSAL)
    assert describe(failed, VISUALIZATION) == (
        "Failed to stop modelarts_visualization_job 10 (tb-dev): This job can't be stop. job status: 10 "
        "(ModelArts.0105, HTTP 400, request 4f)"
    )
    text = failure_text([(failed, VISUALIZATION)], [failed, track("stopped")])
    assert text.startswith(describe(failed, VISUALIZATION))
    assert text.endswith(". In all: 1 stopped, 1 failed")


@pytest.mark.parametrize(("outcomes", "remedies"), [
    (["failed"], ()), (["missing"], ("set on_missing to warn or ignore if that is expected",)),
    (["timed_out"], ("run the task again to go on waiting, or raise wait_timeout",)),
    (["missing", "timed_out"], ("set on_missing", "run the task again")),
])
def test_a_failure_says_what_to_do(outcomes, remedies):
    failed = [track(outcome, problem=REFUSAL) for outcome in outcomes]
    text = failure_text([(one, VISUALIZATION) for one in failed], failed)
    for remedy in ("set on_missing to warn or ignore", "run the task again to go on waiting"):
        assert (remedy in text) == any(given.startswith(remedy[:14]) for given in remedies)


@pytest.mark.parametrize(("count", "shown", "more"), [(1, 1, None), (3, 3, None), (4, 3, "1 more"), (50, 3, "47 more")])
def test_many_failures_are_not_all_told(count, shown, more):
    failed = [track("failed", key=Key(f"job{number}"), problem=REFUSAL) for number in range(count)]
    text = failure_text([(one, VISUALIZATION) for one in failed], failed)
    assert text.count("Failed to stop modelarts_visualization_job job") == shown
    assert (more in text) if more else ("more failed" not in text)
    assert len(text) < 600


def test_a_reason_that_concerns_all_jobs_is_told_once():
    reason = Problem("4 jobs would be stopped, but max_stops allows 3, so no job was stopped", Meaning.GUARDED)
    failed = [track("failed", key=Key(f"job{number}"), problem=reason) for number in range(4)]
    assert failure_text([(one, VISUALIZATION) for one in failed], failed) == f"{reason.message}. In all: 4 failed"
    both = [*failed, track("failed", problem=REFUSAL)]
    text = failure_text([(one, VISUALIZATION) for one in both], both)
    assert text.count("max_stops") == 1 and "Failed to stop modelarts_visualization_job 10 (tb-dev): " in text


def test_a_failure_after_an_accepted_stop_says_so():
    text = describe(track("failed", accepted=True, problem=REFUSAL), VISUALIZATION)
    assert text.endswith(", although the stop was accepted")


def test_a_failure_after_a_stop_without_a_clear_answer_says_so():
    lost = track("failed", doubtful=True, problem=REFUSAL)
    words = "This job can't be stop. job status: 10; a stop that got no clear answer may have landed"
    assert words in describe(lost, VISUALIZATION)
    row = stop_row(lost, VISUALIZATION)
    assert (row["error"], row["changed"]) == ({**REFUSAL.as_row(), "message": words}, False)
    known = track("failed", doubtful=True, accepted=True, problem=REFUSAL)
    assert stop_row(known, VISUALIZATION)["error"] == REFUSAL.as_row()


def test_a_failure_names_the_id_as_the_row_does():
    text = describe(track("failed", key=Key("t", "s"), problem=REFUSAL), TASK)
    assert text.startswith("Failed to stop modelarts_service_task t (tb-dev): ")


@pytest.mark.parametrize(("outcome", "wait", "facts", "after"), [
    ("would_stop", True, {}, "stopped"), ("stopped", True, {"accepted": True}, "stopped"),
    ("would_stop", False, {}, "stop requested"), ("stop_requested", False, {"accepted": True}, "stop requested"),
    ("timed_out", True, {"accepted": True}, "stop requested"), ("failed", True, {"accepted": True}, "stop requested"),
    ("failed", True, {}, None), ("already_ended", True, {}, None), ("excluded", True, {}, None),
    ("ended_meanwhile", True, {}, None), ("missing", True, {}, None), ("already_stopping", False, {}, None),
])
def test_the_diff_shows_what_a_stop_of_ours_concerns(outcome, wait, facts, after):
    shown = diff([track(outcome, **facts)], VISUALIZATION, Options(wait=wait))
    line = "modelarts_visualization_job 10 (tb-dev): "
    assert shown["before"] == (f"{line}RUNNING\n" if after else "")
    assert shown["after"] == (f"{line}{after}\n" if after else "")
    assert shown["before_header"] == shown["after_header"] == "modelarts_visualization_job"


def test_check_mode_and_a_real_run_show_the_same_diff():
    real, check = track("stopped", seen=KILLED, accepted=True), track("would_stop")
    assert diff([real], VISUALIZATION, Options()) == diff([check], VISUALIZATION, Options())


@pytest.mark.parametrize(("given", "warned"), [
    (track("stopped", seen=job("KILLED", cautions=("may start again",)), accepted=True), True),
    (track("already_ended", before=job("KILLED", cautions=("may start again",))), True),
    (track("would_stop", before=job(cautions=("may start again",))), True),
    (track("excluded", before=job("KILLED", cautions=("may start again",)), excluded=True), False),
    (track("failed", before=job(cautions=("may start again",))), False),
    (track("stopped", seen=KILLED, accepted=True), False),
    (track("missing", before=ABSENT), False),
])
def test_cautions(given, warned):
    expected = ["modelarts_visualization_job 10 may start again"] if warned else []
    assert cautions([given], VISUALIZATION) == expected


def test_a_project():
    project = {"id": "p", "name": "eu-de\x1b", "enabled": True, "links": {"self": "x"}, "parent_id": None}
    assert project_row(project) == {"id": "p", "name": "eu-de\\x1b", "domain_id": None, "parent_id": None,
                                    "enabled": True, "description": None}
