# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pace of a run, and calls side by side: on a clock of our own."""

from __future__ import annotations

import datetime
import email.utils
import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.otc.teardown.plugins.module_utils._base.threads import Pool
from ansible_collections.otc.teardown.plugins.module_utils._http.client import retry_after
from ansible_collections.otc.teardown.plugins.module_utils._http.rate_limit import Pace, backoff
from ansible_collections.otc.teardown.plugins.module_utils._http.window import Limit

reproducible = settings(derandomize=True, deadline=None, database=None)


class Time:
    """A clock that moves only during a sleep."""

    def __init__(self):
        self.now = 100.0
        self.slept = []

    def sleep(self, seconds):
        assert seconds > 0
        self.slept.append(round(seconds, 9))
        self.now += seconds

    def pace(self, chance=1.0):
        return Pace(lambda: self.now, self.sleep, lambda: chance)


def refuse(pace, *answers):
    """Requests that are sent at once get these answers: (seconds of Retry-After, limit)."""
    turns = [pace.take_turn() for _answer in answers]
    for turn, (asked, limit) in zip(turns, answers):
        pace.refused(turn, asked, limit)


@pytest.mark.parametrize(("attempt", "shortest", "longest"), [
    (1, 0.25, 0.5), (2, 0.5, 1.0), (3, 1.0, 2.0), (4, 2.0, 4.0), (5, 4.0, 8.0), (6, 8.0, 16.0), (7, 10.0, 20.0),
    (8, 10.0, 20.0), (100, 10.0, 20.0),
])
def test_backoff_doubles_up_to_twenty_seconds_and_is_spread(attempt, shortest, longest):
    assert (backoff(attempt, 0.0), backoff(attempt, 1.0)) == (shortest, longest)
    assert shortest < backoff(attempt, 0.5) < longest
    assert Time().pace(chance=0.0).pause(attempt) == shortest
    assert Time().pace(chance=1.0).pause(attempt) == longest


@reproducible
@given(st.integers(1, 500), st.floats(0, 1))
def test_backoff_is_never_nothing_and_never_long(attempt, chance):
    assert 0.25 <= backoff(attempt, chance) <= 20.0


def test_without_a_limit_nobody_waits():
    time = Time()
    pace = time.pace()
    assert all(pace.take_turn() for _turn in range(100))
    assert (time.slept, pace.slowest(5)) == ([], None)


@pytest.mark.parametrize(("limit", "sent", "waits"), [
    # the limit, the requests taken before the refusal, and the pauses before the next ones: the window, then what spreads the burst
    (Limit(3, 300.0), 3, [304.1, 3.5, 3.5, 297.1]), (Limit(1, 60.0), 1, [62.22, 62.22]), (Limit(2, 10.0), 2, [10.195, 0.175, 10.02]),
    (Limit(4, 1.0), 6, [1.01075, 0.00875, 0.00875, 0.00875, 0.9845]),
])
def test_a_limit_is_used_in_bursts_from_then_on(limit, sent, waits):
    time = Time()
    pace = time.pace()
    assert all(pace.take_turn() for _turn in range(sent))
    refuse(pace, (None, limit))
    while len(time.slept) < len(waits):
        assert pace.take_turn()
    assert time.slept == pytest.approx(waits)


def test_all_limits_hold():
    time = Time()
    pace = time.pace()
    assert pace.take_turn()
    refuse(pace, *((None, limit) for limit in (Limit(1, 60.0), Limit(200, 300.0), Limit(1, 10.0))))
    assert pace.take_turn() and time.slept == [62.22]
    assert pace.slowest(3) == (Limit(1, 60.0), pytest.approx(186.66))


def test_a_pause_holds_everybody_and_the_longest_one_counts():
    time = Time()
    pace = time.pace()
    refuse(pace, (5.0, None), (1.0, None))
    assert pace.take_turn()
    assert time.slept == [5.0]


def test_an_unknown_limit_is_guessed_from_what_was_refused_and_eased_again():
    time = Time()
    pace = time.pace()
    assert all(pace.take_turn() for _turn in range(5))
    refuse(pace, *[(None, None)] * 8)
    assert all(pace.take_turn() for _turn in range(3))
    assert time.slept == pytest.approx([0.5, 0.04125, 0.0408375]), "half a second for the requests that were under way"
    assert all(pace.take_turn() for _turn in range(1000))
    assert time.slept[-1] < 0.001
    assert pace.slowest(5) is None, "a guess is no limit that the API has stated"


def test_a_guess_counts_from_the_refusal_before_and_pauses_get_longer():
    time = Time()
    pace = time.pace()
    assert all(pace.take_turn() for _turn in range(4))
    refuse(pace, (None, None))
    assert pace.take_turn()
    refuse(pace, (None, None))
    assert all(pace.take_turn() for _turn in range(2))
    slept = time.slept
    assert slept[0] == 0.5 and slept[1] == pytest.approx(0.99 * 0.5 / 4) and slept[2] > 2 * slept[0]
    assert slept[3] == pytest.approx(0.99 * slept[2])


def test_a_window_is_guessed_when_the_api_takes_requests_again():
    time = Time()
    pace = time.pace()
    for _turn in range(10):
        pace.taken(pace.take_turn())
    refuse(pace, (15.0, None))
    pace.taken(pace.take_turn())
    assert all(pace.take_turn() for _turn in range(9)) and sum(time.slept) < 16.0, "as many as before, at once"
    assert pace.take_turn() and sum(time.slept) == pytest.approx(30.0, abs=1.0)


def test_a_refusal_of_the_first_request_of_all_is_a_guess_too():
    time = Time()
    time.now = 0.0
    pace = time.pace()
    refuse(pace, (1.0, None))
    assert all(pace.take_turn() for _turn in range(2))
    assert time.slept == [1.0, 0.99]


def test_time_that_has_passed_is_not_waited_for_again():
    time = Time()
    pace = time.pace()
    assert pace.take_turn()
    refuse(pace, (5.0, Limit(1, 10.0)))
    time.now += 60.0
    assert pace.take_turn()
    assert time.slept == []
    time.now += 4.0
    assert pace.take_turn()
    assert time.slept == pytest.approx([6.37])


@pytest.mark.parametrize(("deadline", "granted"), [(104.9, False), (105.0, True), (105.1, True), (None, True)])
def test_a_turn_after_the_deadline_is_not_waited_for(deadline, granted):
    time = Time()
    pace = time.pace()
    refuse(pace, (5.0, Limit(1, 10.0)))
    assert (pace.take_turn(deadline) is not None) == granted
    assert time.slept == ([5.0] if granted else [])
    assert pace.take_turn()
    assert sum(time.slept) == pytest.approx(15.0 if granted else 5.0), "a turn that was not taken is left to others"


@pytest.mark.parametrize("taken", [True, False])
def test_a_request_counts_from_its_answer_and_not_at_all_if_it_was_not_sent(taken):
    time = Time()
    pace = time.pace()
    turn = pace.take_turn()
    time.now += 7.0
    (pace.taken if taken else pace.unsent)(turn)
    refuse(pace, (None, Limit(1, 100.0)))
    time.now += 10.0
    assert pace.take_turn()
    assert time.slept == pytest.approx([93.7] if taken else [])


def test_a_deadline_that_has_passed_refuses_only_what_would_have_to_wait():
    time = Time()
    pace = time.pace()
    assert pace.take_turn(deadline=50.0)
    refuse(pace, (1.0, None))
    assert not pace.take_turn(deadline=50.0)


@pytest.mark.parametrize(("pause", "deadline", "granted"), [
    (600.0, None, True), (600.5, None, False), (86400.0, None, False), (86400.0, 1_000_000.0, False), (600.0, 700.0, True),
    (600.0, 699.0, False),
])
def test_a_pause_that_nobody_waits_for_refuses_every_turn(pause, deadline, granted):
    """Even with enough time, a task does not sleep for a day."""
    time = Time()
    pace = time.pace()
    refuse(pace, (pause, None))
    assert pace.wait == pause
    assert (pace.take_turn(deadline) is not None) is granted
    assert time.slept == ([pause] if granted else [])


def test_a_pause_of_a_day_ends_after_a_day():
    time = Time()
    pace = time.pace()
    refuse(pace, (86400.0, None))
    assert not pace.take_turn()
    time.now += 86400.0
    assert pace.take_turn() and (time.slept, pace.wait) == ([], pytest.approx(0.0, abs=2.0))


def test_turns_far_away_are_waited_for_if_a_limit_puts_them_there():
    time = Time()
    pace = time.pace()
    assert pace.take_turn()
    refuse(pace, (None, Limit(1, 1200.0)))
    assert pace.take_turn(10_000.0)
    assert time.slept == [1244.4]


NOW = 1_700_000_000.0


def http_date(seconds):
    return email.utils.format_datetime(datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc), usegmt=True)


@pytest.mark.parametrize(("value", "seconds"), [
    ("5", 5.0), ("0", 0.0), (" 120 ", 120.0), ("9" * 20, 999999999.0), (http_date(NOW + 60), 60.0),
    (http_date(NOW - 60), 0.0), (http_date(NOW), 0.0),
    (None, None), ("", None), (" ", None), ("-5", None), ("1.5", None), ("soon", None), ("\u0665", None),
    ("5 seconds", None), ("Fri, 99 Foo 2026 25:61:61 GMT", None), ("\x00", None), ("1e3", None),
])
def test_retry_after(value, seconds):
    assert retry_after(value, NOW) == seconds


@pytest.mark.parametrize("size", [1, 2, 8, 100])
@pytest.mark.parametrize("count", [0, 1, 2, 7, 50])
def test_results_come_in_the_order_of_the_arguments(size, count):
    assert Pool(size).map(lambda number: number * 2, iter(range(count))) == [number * 2 for number in range(count)]


@pytest.mark.parametrize(("size", "count", "most"), [(1, 6, 1), (2, 6, 2), (3, 6, 3), (8, 3, 3)])
def test_so_many_at_once_and_no_more(size, count, most):
    lock, meeting, under_way, seen = threading.Lock(), threading.Barrier(most), [0], []

    def work(number):
        with lock:
            under_way[0] += 1
            seen.append(under_way[0])
        meeting.wait(timeout=30)  # nobody goes on before all that may work at once do
        with lock:
            under_way[0] -= 1
        meeting.wait(timeout=30)
        return number

    assert Pool(size).map(work, range(count)) == list(range(count))
    assert max(seen) == most


@pytest.mark.parametrize("size", [1, 4])
def test_the_first_error_in_the_order_of_the_arguments_is_raised(size):
    def work(number):
        if number in (2, 5):
            raise ValueError(f"number {number}")
        return number

    with pytest.raises(ValueError, match="number 2"):
        Pool(size).map(work, range(8))
