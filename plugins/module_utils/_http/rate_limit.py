# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The pace of a run: how long the next request must wait, learnt from what the API refuses."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 20.0
LONGEST_HOLD = 600.0
"""Seconds beyond which nobody waits, whatever the API asks for and however much time a task has."""

# Seconds between two requests where an API throttles without saying what it allows.
_LONGEST_GUESS = 2.0
_EASING = 0.99


def backoff(attempt: int, chance: float) -> float:
    """Seconds before try `attempt` + 1 (attempt from 1), capped; `chance` from 0 to 1 spreads the callers."""
    return min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** (attempt - 1)) * (0.5 + chance / 2)


class Pace:
    """One for all threads of a task. Times are seconds on the clock given."""

    def __init__(
        self,
        clock: Callable[[], float],
        sleep: Callable[[float], None],
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._chance = chance
        self._lock = threading.Lock()
        self._spacing = 0.0
        self._guess = 0.0
        self._next = 0.0
        self._held_until = self._counting_from = clock()
        self._turns = 0

    def take_turn(self, deadline: float | None = None) -> bool:
        """Wait until the next request may be sent; False, without waiting, if that is too far away.

        It is if it comes after the deadline, or if the API has asked for a pause of more than LONGEST_HOLD.
        """
        with self._lock:
            now = self._clock()
            turn = max(now, self._next)
            late = deadline is not None and turn > max(now, deadline)
            if late or self._held_until - now > LONGEST_HOLD:
                return False
            self._turns += 1
            self._guess *= _EASING
            if self._spacing or self._guess:
                self._next = turn + max(self._spacing, self._guess)
        if turn > now:
            self._sleep(turn - now)
        return True

    def pause(self, attempt: int) -> float:
        """Seconds of back-off after a failed try (counted from 1)."""
        return backoff(attempt, self._chance())

    def slow_down(self, pause: float, limit: tuple[int, float] | None) -> None:
        """Hold all requests for `pause` seconds; from then on keep to `limit` (requests, seconds).

        Where no limit is known, it is guessed: as many requests as were sent since the last refusal, in
        the time since then and the pause. The guess is eased with every request.
        """
        with self._lock:
            now = self._clock()
            if limit is not None:
                self._spacing = max(self._spacing, limit[1] / limit[0])
            elif self._held_until <= now:  # many threads meet the same refusal at once
                guess = (now - self._counting_from + pause) / max(1, self._turns)
                self._guess = min(max(self._guess, guess), _LONGEST_GUESS)
            self._turns, self._counting_from = 0, now + pause
            self._held_until = max(self._held_until, now + pause)
            self._next = max(self._next, self._held_until)

    @property
    def wait(self) -> float:
        """Seconds until the next request may be sent."""
        return max(0.0, self._next - self._clock())

    @property
    def spacing(self) -> float:
        """Seconds between two requests that a limit demands; 0 while none is known."""
        return self._spacing
