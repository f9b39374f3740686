# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The decision table, first half: what the state before calls for."""

from __future__ import annotations

import itertools
import types

import pytest

from ansible_collections.otc.teardown.plugins.module_utils._base.errors import Meaning, Problem
from ansible_collections.otc.teardown.plugins.module_utils._base.threads import Pool
from ansible_collections.otc.teardown.plugins.module_utils._engine import rounds
from ansible_collections.otc.teardown.plugins.module_utils._engine.decision import Options, Step, Track, decide
from ansible_collections.otc.teardown.plugins.module_utils._engine.rounds import Clock
from ansible_collections.otc.teardown.plugins.module_utils._engine.run import Run
from ansible_collections.otc.teardown.plugins.module_utils._model.job import Job
from ansible_collections.otc.teardown.plugins.module_utils._model.key import Key

PHASES = ("stoppable", "stopping", "ended", "unknown")
ABSENT = Problem("no such job", Meaning.ABSENT, "DRS.10000010", 400)
UNREAD = Problem("no answer", Meaning.LOST)


def job(phase, job_id="1"):
    return Job(key=Key(job_id), name="a", status=phase.upper(), status_raw=phase.upper(), phase=phase)


def track(before, **facts):
    key = before.key if isinstance(before, Job) else Key("1")
    return Track(key, before, before, **facts)


ROWS = [
    # before, excluded, unreadable -> action, outcome in check mode, words in the problem
    ("stoppable", False, None, "stop", "would_stop", None),
    ("stopping", False, None, "wait", "already_stopping", None),
    ("ended", False, None, "done", "already_ended", None),
    ("unknown", False, None, "done", "failed", "its status UNKNOWN is not known to this collection"),
    (ABSENT, False, None, "done", "missing", "no such job"),
    (UNREAD, False, None, "done", "failed", "no answer"),
    # exclude wins over everything
    ("stoppable", True, None, "done", "excluded", None),
    ("stopping", True, None, "done", "excluded", None),
    ("ended", True, None, "done", "excluded", None),
    ("unknown", True, None, "done", "excluded", None),
    (ABSENT, True, None, "done", "excluded", None),
    (UNREAD, True, None, "done", "excluded", None),
    ("stoppable", True, "created_at cannot be read", "done", "excluded", None),
    # what cannot be judged is not stopped
    ("stoppable", None, None, "done", "failed", "its name cannot be read, so exclude.names"),
    ("stopping", None, None, "done", "failed", "its name cannot be read, so exclude.names"),
    ("stoppable", False, "created_at cannot be read", "done", "failed", "created_at cannot be read"),
    ("stopping", False, "created_at cannot be read", "done", "failed", "created_at cannot be read"),
    ("unknown", False, "created_at cannot be read", "done", "failed", "created_at cannot be read"),
    # of a job that was not seen no name is known, which matters no more
    (ABSENT, None, None, "done", "missing", "no such job"),
    (UNREAD, None, None, "done", "failed", "no answer"),
]


# Knows no limit, and has nothing to send a request with.
CLOCK = Clock(lambda: 0.0, lambda seconds: None, lambda: 0.0)
SENDS_NOTHING = types.SimpleNamespace(slowest=lambda stops: None, dialect=types.SimpleNamespace(calls_to_stop=int))


@pytest.mark.parametrize(("before", "excluded", "unreadable", "action", "outcome", "words"), ROWS)
def test_what_the_state_before_calls_for(before, excluded, unreadable, action, outcome, words):
    sight = job(before) if isinstance(before, str) else before
    step = decide(track(sight, excluded=excluded, unreadable=unreadable))
    assert step.action == action
    assert (step.outcome or "would_stop") == outcome
    assert (words or "") in str(step.problem)
    assert (step.problem is None) == (words is None)


@pytest.mark.parametrize(("status", "facts", "expected"), [
    ("HIBERNATING", {}, Problem("its status HIBERNATING is not known to this collection, so nothing was sent", Meaning.REFUSED)),
    (None, {}, Problem("its status none is not known to this collection, so nothing was sent", Meaning.REFUSED)),
    ("HIBERNATING", {"unreadable": "why"}, Problem("why", Meaning.GARBLED)),
])
def test_what_is_said_of_a_job_that_is_left_alone(status, facts, expected):
    assert decide(track(job("unknown")._replace(status=status), **facts)).problem == expected


@pytest.mark.parametrize(("before", "excluded", "unreadable", "action", "outcome", "words"), ROWS)
def test_check_mode_comes_to_the_same_decision_without_any_request(
    before, excluded, unreadable, action, outcome, words
):
    sight = job(before) if isinstance(before, str) else before
    run = Run(api=SENDS_NOTHING, concurrency=1, now=lambda: 0.0)
    run.tracks = [track(sight, excluded=excluded, unreadable=unreadable)]
    rounds.stop([run], Options(), True, 0.0, CLOCK, Pool(1))
    assert run.tracks[0].outcome == outcome
    assert run.tracks[0].changed == (outcome == "would_stop")
    assert (run.tracks[0].problem is None) == (words is None)


def test_only_a_stoppable_job_that_can_be_judged_is_ever_stopped():
    sights = [*(job(phase) for phase in PHASES), *(Problem("x", meaning) for meaning in Meaning)]
    for sight, excluded, unreadable in itertools.product(sights, (True, False, None), (None, "why")):
        step = decide(track(sight, excluded=excluded, unreadable=unreadable))
        is_the_one = isinstance(sight, Job) and sight.phase == "stoppable" and excluded is False and not unreadable
        assert (step.action == "stop") == is_the_one
        assert (step.outcome is None) == is_the_one


def test_the_decision_looks_at_the_state_before_and_changes_nothing():
    before, seen = job("stoppable"), job("ended")
    given = Track(Key("1"), before, seen)
    assert decide(given) == decide(given) == Step("stop")
    assert given == Track(Key("1"), before, seen)


@pytest.mark.parametrize(("limit", "stoppable", "refused"), [
    (None, 3, False), (3, 3, False), (4, 3, False), (2, 3, True), (0, 1, True), (0, 0, False),
])
def test_max_stops_in_check_mode(limit, stoppable, refused):
    run = Run(api=SENDS_NOTHING, concurrency=1, now=lambda: 0.0)
    others = [track(job("ended", "e")), track(job("stopping", "s")), track(job("stoppable", "x"), excluded=True)]
    due = [track(job("stoppable", str(number))) for number in range(stoppable)]
    run.tracks = [*due, *others]
    rounds.stop([run], Options(max_stops=limit), True, 0.0, CLOCK, Pool(1))
    assert [one.outcome for one in others] == ["already_ended", "already_stopping", "excluded"]
    assert {one.outcome for one in due} <= ({"failed"} if refused else {"would_stop"})
    if refused:
        assert f"{stoppable} jobs would be stopped, but max_stops allows {limit}" in due[0].problem.message
        assert not any(one.changed for one in run.tracks)


@pytest.mark.parametrize(("outcome", "on_missing", "on_timeout", "handling"), [
    ("failed", "ignore", "warn", "fail"),
    ("missing", "fail", "warn", "fail"),
    ("missing", "warn", "fail", "warn"),
    ("missing", "ignore", "fail", "ignore"),
    ("timed_out", "ignore", "fail", "fail"),
    ("timed_out", "fail", "warn", "warn"),
    ("stopped", "fail", "fail", "ignore"),
    ("already_ended", "fail", "fail", "ignore"),
    ("excluded", "fail", "fail", "ignore"),
    ("would_stop", "fail", "fail", "ignore"),
    (None, "fail", "fail", "ignore"),
])
def test_what_an_outcome_does_to_the_task(outcome, on_missing, on_timeout, handling):
    assert Options(on_missing=on_missing, on_timeout=on_timeout).handling(outcome) == handling


@pytest.mark.parametrize(("outcome", "accepted", "changed"), [
    ("stopped", True, True), ("stopped", False, True), ("stop_requested", True, True), ("timed_out", True, True),
    ("timed_out", False, False), ("failed", True, True), ("failed", False, False), ("would_stop", False, True),
    ("ended", False, False), ("ended_meanwhile", False, False), ("already_ended", False, False),
    ("already_stopping", False, False), ("excluded", False, False), ("missing", False, False), (None, False, False),
])
def test_changed_says_whether_a_stop_of_ours_had_an_effect(outcome, accepted, changed):
    assert track(job("stoppable"), outcome=outcome, accepted=accepted).changed == changed
