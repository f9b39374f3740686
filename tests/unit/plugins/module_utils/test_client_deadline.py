# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What waits must end: no request sleeps past the end of its task, and the words say when to come back."""

from __future__ import annotations

import email.utils
import types

import pytest

from ansible_collections.otc.teardown.plugins.module_utils._base.errors import ApiError, Meaning
from ansible_collections.otc.teardown.plugins.module_utils._http import client as client_module
from ansible_collections.otc.teardown.plugins.module_utils._http.answers import Answer
from ansible_collections.otc.teardown.plugins.module_utils._http.request import Request
from tests.unit.plugins.module_utils.client_scene import Scene

READ = Request("GET", "https://drs.example.com/v5/jobs", "list jobs", True)
STOP = Request("POST", "https://drs.example.com/v5/stop", "stop job 1", False)
OK, FULL = Answer(200, {}, b"{}"), Answer(503, {}, b"")
TIME_OF_DAY = 1_700_000_000.0  # 2023-11-14T22:13:20Z
TOMORROW = "2023-11-15T22:13:20Z"


def throttled(value):
    return Answer(429, {"retry-after": value}, b'{"error_code": "APIG.0308", "error_msg": "slow down"}')


DAY, DATE = throttled("86400"), throttled(email.utils.formatdate(TIME_OF_DAY + 86400, usegmt=True))


@pytest.fixture(autouse=True)
def time_of_day(monkeypatch):
    monkeypatch.setattr(client_module, "time", types.SimpleNamespace(time=lambda: TIME_OF_DAY))


def scene_with(deadline, *answers, **options):
    """A client at second 100, whose task ends at `deadline`."""
    scene = Scene(*answers, **options)
    scene.client.deadline = deadline
    return scene


@pytest.mark.parametrize("request_", [READ, STOP], ids=["read", "stop"])
@pytest.mark.parametrize("answer", [DAY, DATE], ids=["seconds", "date"])
@pytest.mark.parametrize(("own", "given", "left"), [
    (None, None, "allowed (10m)"), (105.0, None, "left (5s)"), (None, 105.0, "left (5s)"),
    (105.0, 130.0, "left (30s)"), (90.0, None, "left (0s)"), (1_000_000.0, None, "allowed (10m)"),
])
def test_who_is_asked_to_wait_for_a_day_fails_with_words_and_holds_nobody(request_, answer, own, given, left):
    scene = scene_with(own, answer, OK)
    with pytest.raises(ApiError) as caught:
        scene.client.exchange(request_, None, given)
    said = str(caught.value)
    assert said.startswith(f"Failed to {request_.doing}: slow down (Retry-After: "), said
    assert f"drs.example.com asked to wait for longer than the time that is {left}; it will take requests again in 24h, " in said
    assert f"at {TOMORROW}: come back then (APIG.0308, HTTP 429)" in said
    assert caught.value.problem.meaning is Meaning.THROTTLED
    for later in (READ, STOP):
        with pytest.raises(ApiError) as again:
            scene.client.exchange(later, None, given)
        assert again.value.problem.message.startswith("not sent: drs.example.com asked to wait for longer than")
        assert f"{TOMORROW}: come back then" in again.value.problem.message
    assert (scene.slept, scene.client.calls) == ([], 1)


@pytest.mark.parametrize(("own", "given", "slept"), [(None, None, [7.0]), (107.0, None, [7.0]), (100.0, 107.0, [7.0])])
def test_a_pause_in_time_is_made(own, given, slept):
    scene = scene_with(own, throttled("7"), OK)
    assert scene.exchange(READ, None, given) == OK
    assert scene.slept == slept


def test_pauses_never_add_up_to_more_than_the_time_of_the_task():
    """Every request of the task counts: the limit is not one for each."""
    scene = scene_with(105.0, throttled("2"))
    for _request in range(10):
        scene.exchange(READ)
    assert sum(scene.slept) <= 5.0


def test_nothing_is_repeated_after_the_deadline_of_the_task():
    scene = scene_with(100.4, FULL, OK)
    assert scene.exchange(READ) == FULL
    assert scene.slept == []


@pytest.mark.parametrize("request_", [READ, STOP], ids=["read", "stop"])
def test_what_needs_no_pause_is_sent_after_the_deadline(request_):
    """Each selected job gets its stop, and the reads that it takes."""
    scene = scene_with(50.0, OK)
    assert scene.exchange(request_) == OK


@pytest.mark.parametrize(("request_", "deadline", "timeout"), [
    (READ, None, 30.0), (READ, 500.0, 30.0), (READ, 110.0, 10.0), (READ, 102.0, 5.0), (READ, 50.0, 5.0), (STOP, 102.0, 30.0),
])
def test_the_first_reads_end_with_the_task(request_, deadline, timeout):
    scene = scene_with(deadline, OK)
    scene.exchange(request_)
    assert [sent[2] for sent in scene.wire.sent] == [timeout]


def test_a_second_try_has_the_time_that_is_left_then():
    scene = scene_with(120.0, throttled("12"), OK)
    assert scene.exchange(READ) == OK
    assert [sent[2] for sent in scene.wire.sent] == [20.0, 8.0]
