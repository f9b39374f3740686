# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rate limit of a task: when the next request may be sent, learned from the refusals of the API."""

from __future__ import annotations

import random
import threading
from bisect import bisect_left
from collections.abc import Callable, Sequence
from typing import NamedTuple

from ansible_collections.otc.teardown.plugins.module_utils._http.window import Limit, Times, Window

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 20.0
LONGEST_HOLD = 600.0
"""The longest wait in seconds, even if the API asks for more and the task has more time."""

# Upper limit of the guessed seconds between two requests, for an API that throttles without a stated limit.
_LONGEST_GUESS = 2.0
_EASING = 0.99
# A window is guessed from this many requests, and believed in for so many of its lengths.
_LEAST_GUESSED, _WINDOWS_BELIEVED = 8, 2
# Clocks that are counted up in fractions may miss a moment by less than this.
_AN_INSTANT = 1e-6


class Turn(NamedTuple):
    """The permission to send one request: when it was given, and whether for a stop."""

    at: float
    stop: bool


def backoff(attempt: int, chance: float) -> float:
    """Seconds before try `attempt` + 1 (attempt from 1), with an upper limit; `chance` from 0 to 1 spreads the callers."""
    return min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** (attempt - 1)) * (0.5 + chance / 2)


class Pace:
    """The rate limit shared by all threads of a task. Times are seconds on the given clock."""

    def __init__(
        self,
        clock: Callable[[], float],
        sleep: Callable[[float], None],
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._chance = chance
        self._lock, self._queue = threading.Lock(), threading.Lock()
        self._times = Times([], [])
        self._windows: dict[Limit, Window] = {}
        self._guess = _Guess(clock())
        self._last = self._refused_at = float("-inf")
        self._held_until = clock()

    def take_turn(self, deadline: float | None = None, stop: bool = False) -> Turn | None:
        """Wait until the next request may be sent, and return its turn; None at once if that is too late.

        Too late: after the deadline, or the API has asked for a pause longer than LONGEST_HOLD. `stop`: whether the request is a
        stop. After the request, the caller must say what became of it, with `taken`,
        `refused` or `unsent`.
        """
        found = self._attempt(deadline, stop)
        if isinstance(found, float):
            with self._queue:  # one thread sleeps, and the others stand behind it
                while isinstance(found := self._attempt(deadline, stop), float):
                    self._sleep(found)
        return found

    def _attempt(self, deadline: float | None, stop: bool) -> Turn | float | None:
        """A turn, or the seconds to wait before the next attempt, or None if it is too late."""
        with self._lock:
            now = self._clock()
            wait = self._next(now, stop) - now
            if self._held_until - now > LONGEST_HOLD or (deadline is not None and wait > max(0.0, deadline - now)):
                return None
            return self._turn(now, stop) if wait <= _AN_INSTANT else wait

    def _next(self, now: float, stop: bool) -> float:
        turns = [window.next_turn(now, self._last, self._times, stop) for window in self._windows.values()]
        return max(now, self._held_until, self._guess.next_turn(now, self._last, self._times), *turns)

    def _turn(self, now: float, stop: bool) -> Turn:
        self._times.all.append(now)
        if stop:
            self._times.stops.append(now)
        self._last = now
        self._guess.ease()
        return Turn(now, stop)

    def taken(self, turn: Turn) -> None:
        """Note that the API took a request, or may have: it counts from now at the latest."""
        with self._lock:
            now = self._clock()
            for times in self._give_back(turn):
                times.append(now)
            self._guess.taken(turn.at, now, self._times.all)

    def unsent(self, turn: Turn) -> None:
        """Note that a request was not sent."""
        with self._lock:
            self._give_back(turn)

    def refused(self, turn: Turn, asked: float | None = None, limit: Limit | None = None) -> None:
        """Learn from the refusal of a request: the API asked for a pause of `asked` seconds, or stated a limit, or both, or neither.

        All requests are held for that pause. With neither they are held for a back-off, longer with each refusal after another.
        """
        with self._lock:
            self._give_back(turn)
            again = turn.at <= self._refused_at  # it was under way when another thread got the same refusal
            now = self._refused_at = self._refused_at if again else self._clock()
            pause = asked or 0.0
            if limit is not None:
                self._windows.setdefault(limit, Window(limit)).refused(now, self._last, self._times, asked, self._chance())
            elif not again:
                if asked is None:
                    pause = backoff(self._guess.refusals + 1, self._chance())
                self._guess.refused(now, pause, self._times.all)
            self._held_until = max(self._held_until, now + pause)

    def _give_back(self, turn: Turn) -> Sequence[list[float]]:
        """Remove a turn from the times that count; returns those that it was in."""
        lists = self._times if turn.stop else self._times[:1]
        for times in lists:
            del times[bisect_left(times, turn.at)]
        return lists

    def pause(self, attempt: int) -> float:
        """Seconds of back-off after failed try number `attempt` (from 1)."""
        return backoff(attempt, self._chance())

    @property
    def wait(self) -> float:
        """Seconds until the next stop may be sent."""
        with self._lock:
            now = self._clock()
            return self._next(now, stop=True) - now

    def slowest(self, stops: int) -> tuple[Limit, float] | None:
        """The limit stated by the API by which so many stops take longest, and the seconds that they take; None if it stated none."""
        with self._lock:
            now = self._clock()
            found = [(limit, window.seconds_for(stops, now, self._last, self._times)) for limit, window in self._windows.items()]
        return max(found, key=lambda pair: pair[1], default=None)


class _Guess:
    """A limit that the API does not state, guessed from what it takes and refuses.

    After a refusal: the requests since the refusal before, in the time since then plus the pause, give a spacing, which each request
    reduces a little. When the API takes requests again, it is known how long it took none: that gives a window.
    """

    def __init__(self, now: float) -> None:
        self.refusals = 0
        """Refusals since a request was taken."""
        self._spacing = 0.0
        self._window: Window | None = None
        self._window_until = self._counting_from = now
        self._count = (now, now)

    def next_turn(self, now: float, last: float, times: Times) -> float:
        """When the next request may be sent (`now` or earlier: at once)."""
        if self._window is not None and now < self._window_until:
            return self._window.next_turn(now, last, times, stop=False)
        return last + self._spacing

    def ease(self) -> None:
        """Reduce the spacing, because a request is sent."""
        self._spacing *= _EASING

    def refused(self, now: float, pause: float, times: Sequence[float]) -> None:
        """Guess a spacing after a refusal that is followed by a pause of so many seconds."""
        since, self._counting_from = self._counting_from, now + pause
        if not self.refusals:
            self._count = (since, now + pause)
        self.refusals += 1
        self._window = None
        went = len(times) - bisect_left(times, since)
        self._spacing = min(max(self._spacing, (now - since + pause) / max(1, went)), _LONGEST_GUESS)

    def taken(self, turn: float, now: float, times: Sequence[float]) -> None:
        """Guess a window if this request, sent at `turn`, is the first that was taken after a refusal and its pause."""
        if not self.refusals or turn < self._counting_from:
            return
        self.refusals = 0
        begin, end = self._count
        went = times[bisect_left(times, begin):bisect_left(times, end)]
        if len(went) >= _LEAST_GUESSED and (now - went[0]) / len(went) <= _LONGEST_GUESS:
            limit = Limit(len(went), now - went[0])
            self._window, self._window_until = Window(limit), now + _WINDOWS_BELIEVED * limit.seconds
            self._spacing = 0.0
