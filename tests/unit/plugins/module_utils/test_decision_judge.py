# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The decision table, second half: what a further look at a job means once a stop was sent or is under way."""

from __future__ import annotations

import dataclasses
import itertools

import pytest

from ansible_collections.otc.teardown.plugins.module_utils._base.errors import Meaning, Problem
from ansible_collections.otc.teardown.plugins.module_utils._engine.decision import (
    Options,
    Step,
    Track,
    force_moment,
    judge,
    note_answer,
    note_sight,
    rests_on_a_state,
)
from ansible_collections.otc.teardown.plugins.module_utils._model.job import Job
from ansible_collections.otc.teardown.plugins.module_utils._model.key import Key
from ansible_collections.otc.teardown.plugins.module_utils._model.status import Statuses

DEADLINE = 600.0
BEFORE_IT, AT_IT = 599.0, 600.0
STATUSES = Statuses(
    phases={"RUNNING": "stoppable", "RELEASE_FAILED": "stoppable", "KILLING": "stopping", "KILLED": "ended",
            "COMPLETED": "ended"},
    by_itself=frozenset({"COMPLETED"}),
    stop_failed=frozenset({"RELEASE_FAILED"}),
)
HOPELESS = {Meaning.ADDRESS, Meaning.REAUTH, Meaning.CREDENTIALS, Meaning.DENIED}


def job(status):
    return Job(Key("1"), "a", status, status, STATUSES.phase(status))


def problem(meaning):
    return Problem(f"it is {meaning.value}", meaning, "Some.0001", 400)


RUNNING, KILLING, KILLED, COMPLETED = job("RUNNING"), job("KILLING"), job("KILLED"), job("COMPLETED")
LOST_SIGHT, FAILED, GONE = job("LOST"), job("RELEASE_FAILED"), problem(Meaning.ABSENT)
BLIND, DENIED, BUSY = problem(Meaning.LOST), problem(Meaning.DENIED), problem(Meaning.BUSY)
SIGHTS = {"stoppable": RUNNING, "stopping": KILLING, "ended": KILLED, "ended by itself": COMPLETED,
          "unknown": LOST_SIGHT, "gone": GONE, "blind": BLIND, "blind for good": DENIED}


def track(seen, **facts):
    return Track(Key("1"), RUNNING, seen, **facts)


def judged(given, now=BEFORE_IT, **options):
    return judge(given, Options(**options), STATUSES, now, DEADLINE)


def every_track(seen):
    refusals = [None, *(problem(meaning) for meaning in Meaning)]
    yes_no = (False, True)
    for accepted, doubtful, foreign, forced, refusal in itertools.product(yes_no, yes_no, yes_no, yes_no, refusals):
        for asked_at in (None, 0.0):
            yield track(seen, accepted=accepted, doubtful=doubtful, foreign=foreign, forced=forced, refusal=refusal,
                        asked_at=asked_at)


every_situation = pytest.mark.parametrize(("seen", "wait", "now", "force_after"), list(itertools.product(
    SIGHTS, (True, False), (BEFORE_IT, AT_IT, AT_IT + 100), (None, 0, 599, 10000),
)))


@every_situation
def test_every_combination_leads_to_one_step_and_to_an_end(seen, wait, now, force_after):
    for story in every_track(SIGHTS[seen]):
        untouched = dataclasses.replace(story)
        step = judged(story, now, wait=wait, force_after=force_after)
        assert story == untouched, "judging changes nothing"
        assert step.action in ("stop", "force", "wait", "done")
        assert (step.outcome is not None) == (step.action == "done"), story
        assert step.action == "done" or now < DEADLINE, story
        if step.action == "stop":
            assert seen == "stoppable" and not story.accepted and not story.foreign, story
            assert story.refusal is None or story.refusal.meaning not in HOPELESS, story
        if step.action == "force":
            assert story.asked_at is not None and not story.forced and force_after in (0, 599), story
            assert story.accepted or not story.foreign, story
            assert story.refusal is None or story.refusal.meaning not in HOPELESS, story
            assert wait or not story.accepted, story


@every_situation
def test_every_combination_ends_in_an_outcome_that_is_true(seen, wait, now, force_after):
    over = seen in ("ended", "ended by itself", "gone")
    for story in every_track(SIGHTS[seen]):
        step = judged(story, now, wait=wait, force_after=force_after)
        ours, theirs = story.accepted or story.doubtful, story.foreign
        true = {
            None: not over,
            "stopped": over and ours,
            "ended": over and theirs and not story.accepted,
            "ended_meanwhile": over and not story.accepted and not theirs,
            "stop_requested": not over and story.accepted and not wait,
            "already_stopping": seen == "stopping" and not story.accepted and not wait,
            "timed_out": not over and now >= DEADLINE and (story.accepted or theirs or seen == "stopping"),
            "failed": not over,
        }
        assert true.get(step.outcome), story
        if step.outcome in ("failed", "timed_out"):
            assert step.problem is not None or (story.refusal is None and seen == "stoppable"), story


ROWS = [
    # what happened, seen, before or at the deadline, wait -> action, outcome
    ("a refused stop, the job has ended by itself", {"refusal": BUSY}, COMPLETED, "done", "ended_meanwhile"),
    ("a refused stop, the job has been killed", {"refusal": BUSY}, KILLED, "done", "ended_meanwhile"),
    ("a refused stop, the job is gone", {"refusal": BUSY}, GONE, "done", "ended_meanwhile"),
    ("a refused stop, another is under way", {"refusal": BUSY, "foreign": True}, KILLING, "wait", None),
    ("another's stop has done its work", {"refusal": BUSY, "foreign": True}, KILLED, "done", "ended"),
    ("another's stop has done its work, the job is gone", {"foreign": True}, GONE, "done", "ended"),
    ("another's stop has failed", {"foreign": True}, FAILED, "done", "failed"),
    ("another's stop has no effect yet", {"foreign": True}, RUNNING, "wait", None),
    ("a refused stop, still stoppable", {"refusal": BUSY}, RUNNING, "stop", None),
    ("a throttled stop", {"refusal": problem(Meaning.THROTTLED)}, RUNNING, "stop", None),
    ("a stop that was never sent", {"refusal": problem(Meaning.UNSENT)}, RUNNING, "stop", None),
    ("a stop that is denied", {"refusal": DENIED}, RUNNING, "done", "failed"),
    ("denied, but an earlier one may be at work", {"refusal": DENIED, "doubtful": True}, RUNNING, "wait", None),
    ("a stop to a wrong address", {"refusal": problem(Meaning.ADDRESS)}, RUNNING, "done", "failed"),
    ("a stop that is invalid", {"refusal": problem(Meaning.INVALID)}, RUNNING, "stop", None),
    ("no answer, the job has ended", {"refusal": BLIND, "doubtful": True}, KILLED, "done", "stopped"),
    ("no answer, the job is gone", {"refusal": BLIND, "doubtful": True}, GONE, "done", "stopped"),
    ("no answer, completed by itself", {"refusal": BLIND, "doubtful": True}, COMPLETED, "done", "ended_meanwhile"),
    ("no answer, still stoppable", {"refusal": BLIND, "doubtful": True}, RUNNING, "stop", None),
    ("no answer, state not to be read", {"refusal": BLIND, "doubtful": True}, BLIND, "wait", None),
    ("no answer, state never to be read", {"refusal": BLIND, "doubtful": True}, DENIED, "done", "failed"),
    ("accepted, ended", {"accepted": True}, KILLED, "done", "stopped"),
    ("accepted, ended by itself", {"accepted": True}, COMPLETED, "done", "stopped"),
    ("accepted, gone", {"accepted": True}, GONE, "done", "stopped"),
    ("accepted, not stopping yet", {"accepted": True}, RUNNING, "wait", None),
    ("accepted, stopping", {"accepted": True}, KILLING, "wait", None),
    ("accepted, a status nobody knows", {"accepted": True}, LOST_SIGHT, "wait", None),
    ("accepted, state not to be read", {"accepted": True}, BLIND, "wait", None),
    ("accepted, state never to be read", {"accepted": True}, DENIED, "done", "failed"),
    ("accepted, the stop failed", {"accepted": True, "sent_at_status": "RUNNING"}, FAILED, "done", "failed"),
    ("accepted, not under way yet", {"accepted": True, "sent_at_status": "RELEASE_FAILED"}, FAILED, "wait", None),
    ("refused, then a status nobody knows", {"refusal": BUSY}, LOST_SIGHT, "done", "failed"),
]


@pytest.mark.parametrize(("facts", "seen", "action", "outcome"), [pytest.param(*row[1:], id=row[0]) for row in ROWS])
def test_rows_of_the_table(facts, seen, action, outcome):
    step = judged(track(seen, **facts))
    assert (step.action, step.outcome) == (action, outcome)


@pytest.mark.parametrize(("facts", "seen", "wait", "expected"), [
    ({"accepted": True}, RUNNING, False, Step("done", "stop_requested")),
    ({"accepted": True}, KILLING, False, Step("done", "stop_requested")),
    ({"accepted": True}, KILLED, False, Step("done", "stopped")),
    ({"foreign": True}, KILLING, False, Step("done", "already_stopping")),
    ({"refusal": BUSY}, RUNNING, False, Step("stop")),
    ({"refusal": DENIED}, RUNNING, False, Step("done", "failed", DENIED)),
    ({"refusal": DENIED}, RUNNING, True, Step("done", "failed", DENIED)),
    ({"refusal": DENIED}, KILLED, True, Step("done", "ended_meanwhile")),
    ({"accepted": True}, DENIED, True, Step("done", "failed", DENIED)),
])
def test_rows_with_and_without_wait(facts, seen, wait, expected):
    assert judged(track(seen, **facts), wait=wait) == expected


@pytest.mark.parametrize(("facts", "seen", "outcome", "words"), [
    ({"accepted": True}, RUNNING, "timed_out", "still RUNNING when wait_timeout ended"),
    ({"accepted": True}, KILLING, "timed_out", "still KILLING when wait_timeout ended"),
    ({"accepted": True}, LOST_SIGHT, "timed_out", "still LOST when wait_timeout ended"),
    ({"accepted": True}, job(None), "timed_out", "its status still could not be read when wait_timeout ended"),
    ({"accepted": True}, BLIND, "timed_out", "it is lost"),
    ({"foreign": True}, KILLING, "timed_out", "still KILLING when wait_timeout ended"),
    ({"refusal": BUSY}, RUNNING, "failed", "it is busy (Some.0001, HTTP 400)"),
    ({"refusal": BLIND, "doubtful": True}, RUNNING, "failed", "it is lost"),
    ({"refusal": BLIND, "doubtful": True}, BLIND, "failed", "it is lost"),
    ({"refusal": BUSY}, BLIND, "failed", "it is lost"),
])
def test_at_the_deadline(facts, seen, outcome, words):
    step = judged(track(seen, **facts), AT_IT)
    assert (step.action, step.outcome) == ("done", outcome)
    assert str(step.problem).startswith(words)


@pytest.mark.parametrize(("asked_at", "force_after", "forced", "refusal", "now", "seen", "action"), [
    (100, 30, False, None, 129.9, KILLING, "wait"),
    (100, 30, False, None, 130, KILLING, "force"),
    (100, 30, False, None, 130, RUNNING, "force"),
    (100, 30, False, None, 130, FAILED, "force"),
    (100, 30, False, None, 130, BLIND, "wait"),
    (100, 30, True, None, 131, KILLING, "wait"),
    (100, 0, False, None, 100, KILLING, "force"),
    (100, None, False, None, 599, KILLING, "wait"),
    (100, 30, False, BUSY, 140, KILLING, "force"),
    (100, 30, False, DENIED, 140, KILLING, "wait"),
    (100, 600, False, None, 599, KILLING, "wait"),
    (100, 30, False, None, 600, KILLING, "done"),
    (100, 30, False, None, 110, FAILED, "wait"),
    (100, 30, True, None, 110, FAILED, "done"),
    (100, 30, False, None, 130, KILLED, "done"),
])
def test_when_a_graceful_stop_is_forced(asked_at, force_after, forced, refusal, now, seen, action):
    given = track(seen, accepted=True, asked_at=asked_at, forced=forced, refusal=refusal, sent_at_status="RUNNING")
    assert judged(given, now, force_after=force_after).action == action


@pytest.mark.parametrize(("facts", "seen", "now", "words", "meaning"), [
    ({"accepted": True, "sent_at_status": "RUNNING"}, FAILED, BEFORE_IT,
     "the stop failed: the job is now RELEASE_FAILED", Meaning.REFUSED),
    ({"foreign": True}, FAILED, BEFORE_IT,
     "a stop that was under way failed: the job is now RELEASE_FAILED; run the task again to stop it", Meaning.REFUSED),
    ({"refusal": BUSY}, LOST_SIGHT, BEFORE_IT,
     "its status LOST is not known to this collection, so no further stop was sent", Meaning.REFUSED),
    ({"accepted": True}, KILLING, AT_IT, "still KILLING when wait_timeout ended", Meaning.BUSY),
    ({"accepted": True, "unread": BLIND}, KILLING, AT_IT,
     "still KILLING when wait_timeout ended, says a list; the job itself could not be read: it is lost (Some.0001, HTTP 400)", Meaning.BUSY),
])
def test_what_is_said_of_a_bad_end(facts, seen, now, words, meaning):
    assert judged(track(seen, **facts), now).problem == Problem(words, meaning)


ELSEWHERE, INVALID = problem(Meaning.ELSEWHERE), problem(Meaning.INVALID)


@pytest.mark.parametrize(("facts", "seen", "now", "force_after", "action"), [
    ({"refusal": BUSY}, RUNNING, 129.9, 30, "stop"),
    ({"refusal": BUSY}, RUNNING, 130, 30, "force"),
    ({"refusal": BUSY}, FAILED, 130, 30, "force"),
    ({"refusal": BUSY}, RUNNING, 100, 0, "force"),
    ({"refusal": BUSY}, RUNNING, 599, None, "stop"),
    ({"refusal": BUSY}, RUNNING, 599, 600, "stop"),
    ({"refusal": BUSY}, RUNNING, 600, 30, "done"),
    ({"refusal": INVALID}, RUNNING, 130, 30, "force"),
    ({"refusal": BLIND, "doubtful": True}, RUNNING, 130, 30, "force"),
    ({"refusal": problem(Meaning.THROTTLED)}, RUNNING, 130, 30, "force"),
    # A forced stop that was refused, or got no answer, is not forced yet.
    ({"refusal": BUSY, "forced": False}, RUNNING, 200, 30, "force"),
    # What says that the address, the login or the way is wrong is no better with force.
    ({"refusal": DENIED}, RUNNING, 130, 30, "done"),
    ({"refusal": problem(Meaning.ADDRESS)}, RUNNING, 130, 30, "done"),
    ({"refusal": DENIED, "doubtful": True}, RUNNING, 130, 30, "wait"),
    ({"refusal": ELSEWHERE}, RUNNING, 130, 30, "wait"),
    # What cannot be read or has ended needs none.
    ({"refusal": BUSY}, BLIND, 130, 30, "wait"),
    ({"refusal": BUSY}, KILLED, 130, 30, "done"),
    ({"refusal": BUSY}, LOST_SIGHT, 130, 30, "done"),
    # Nobody asked the job yet.
    ({"refusal": BUSY, "asked_at": None}, RUNNING, 599, 30, "stop"),
])
@pytest.mark.parametrize("wait", [True, False])
def test_when_a_refused_stop_is_forced(facts, seen, now, force_after, action, wait):
    given = track(seen, **{"asked_at": 100.0, **facts})
    assert judged(given, now, force_after=force_after, wait=wait).action == action


@pytest.mark.parametrize("seen", [KILLING, RUNNING])
def test_anothers_stop_is_not_ours_to_force(seen):
    given = track(seen, asked_at=100.0, refusal=BUSY, foreign=True)
    assert judged(given, 130, force_after=30) == Step("wait")


@pytest.mark.parametrize(("meaning", "asked"), [(None, True)] + [
    (meaning, meaning not in HOPELESS | {Meaning.UNSENT, Meaning.THROTTLED}) for meaning in Meaning
])
@pytest.mark.parametrize("force", [True, False])
def test_the_time_until_force_runs_from_the_first_graceful_stop_that_was_considered(meaning, asked, force):
    one = track(RUNNING)
    note_answer(one, meaning and problem(meaning), force, 5.0)
    assert one.asked_at == (5.0 if asked and not force else None)
    note_answer(one, BUSY, False, 8.0)
    assert one.asked_at == (5.0 if asked and not force else 8.0)
    note_answer(one, None, False, 9.0)
    note_answer(one, None, True, 10.0)
    assert one.asked_at == (5.0 if asked and not force else 8.0), "the first one counts"


@pytest.mark.parametrize(("facts", "force_after", "moment"), [
    ({"accepted": True, "asked_at": 10.0}, 30.0, 40.0),
    ({"asked_at": 10.0}, 30.0, 40.0),
    ({"asked_at": 10.0}, 0.0, 10.0),
    ({"asked_at": 10.0}, None, None),
    ({}, 30.0, None),
    ({"accepted": True, "asked_at": 10.0, "forced": True}, 30.0, None),
    ({"asked_at": 10.0, "foreign": True}, 30.0, None),
    ({"accepted": True, "asked_at": 10.0, "foreign": True}, 30.0, 40.0),
])
def test_the_moment_of_force(facts, force_after, moment):
    assert force_moment(track(RUNNING, **facts), Options(force_after=force_after)) == moment


@pytest.mark.parametrize(("outcome", "seen", "expected"), [
    ("timed_out", KILLING, True), ("failed", RUNNING, True), ("failed", BLIND, True), ("timed_out", BLIND, True),
    ("failed", DENIED, False), ("failed", problem(Meaning.REAUTH), False),
    ("stopped", KILLED, False), ("already_stopping", KILLING, False), ("stop_requested", RUNNING, False), (None, RUNNING, False),
])
def test_which_ends_a_newer_sight_could_avert(outcome, seen, expected):
    step = Step("done" if outcome else "wait", outcome)
    assert rests_on_a_state(step, seen) is expected


def test_the_story_of_a_stop_that_has_to_be_forced():
    one, options = track(RUNNING), {"force_after": 60.0}
    note_answer(one, None, False, 10.0)
    assert (one.accepted, one.asked_at, one.forced, one.sent_at_status) == (True, 10.0, False, "RUNNING")
    note_sight(one, KILLING)
    assert judged(one, 69.0, **options).action == "wait"
    assert judged(one, 70.0, **options).action == "force"
    note_answer(one, BUSY, True, 70.0)
    assert (one.accepted, one.asked_at, one.forced) == (True, 10.0, False)
    assert judged(one, 71.0, **options).action == "force"
    note_answer(one, None, True, 71.0)
    assert (one.asked_at, one.forced, one.refusal) == (10.0, True, None)
    assert judged(one, 72.0, **options).action == "wait"
    note_sight(one, KILLED)
    assert judged(one, 80.0, **options) == Step("done", "stopped")


@pytest.mark.parametrize(("meaning", "doubtful"), [
    (meaning, meaning in (Meaning.LOST, Meaning.TRANSIENT, Meaning.GARBLED)) for meaning in Meaning
])
def test_only_a_stop_without_a_clear_answer_may_have_landed(meaning, doubtful):
    one = track(RUNNING)
    note_answer(one, problem(meaning), False, 5.0)
    assert (one.accepted, one.doubtful, one.refusal) == (False, doubtful, problem(meaning))
    note_sight(one, KILLING)
    assert (one.accepted, one.foreign) == (doubtful, not doubtful)


def test_only_a_job_that_is_being_stopped_shows_whose_stop_it_is():
    for sight in (RUNNING, KILLED, LOST_SIGHT, BLIND, GONE):
        for doubtful in (True, False):
            one = track(RUNNING, doubtful=doubtful)
            note_sight(one, sight)
            assert (one.accepted, one.foreign, one.seen) == (False, False, sight)


def test_stops_without_an_answer_are_counted():
    one, counts = track(RUNNING), []
    for meaning in (Meaning.LOST, Meaning.BUSY, Meaning.TRANSIENT, Meaning.GARBLED):
        note_answer(one, problem(meaning), False, 5.0)
        counts.append(one.doubts)
    assert counts == [1, 1, 2, 3]


def test_a_stop_may_be_sent_while_the_job_cannot_be_read():
    one = track(BLIND, accepted=True, sent_at_status="RUNNING")
    note_answer(one, None, True, 5.0)
    assert (one.sent_at_status, one.forced) == (None, True)


def test_a_stop_has_failed_only_if_the_job_has_left_the_status_at_which_it_was_sent():
    one = track(FAILED, sent_at_status="RUNNING", moved=True)
    note_answer(one, None, False, 1.0)
    for now in (2.0, 3.0):
        assert judged(one, now).action == "wait"
        note_sight(one, FAILED)


def test_a_stop_of_a_job_whose_last_stop_had_failed_can_fail_too():
    one = Track(Key("1"), FAILED, FAILED)
    note_answer(one, None, False, 1.0)
    note_sight(one, KILLING)
    note_sight(one, FAILED)
    assert judged(one, 10.0).outcome == "failed"
