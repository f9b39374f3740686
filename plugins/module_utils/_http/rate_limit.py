# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rate limit of a task: how long the next request must wait, learned from the refusals of the API."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 20.0
LONGEST_HOLD = 600.0
"""The longest wait in seconds, even if the API asks for more and the task has more time."""

# Upper limit of the guessed seconds between two requests, for an API that throttles without a stated limit.
_LONGEST_GUESS = 2.0
_EASING = 0.99


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
        self._lock = threading.Lock()
        self._spacing = 0.0
        self._guess = 0.0
        self._next = 0.0
        self._held_until = self._counting_from = clock()
        self._turns = 0

    def take_turn(self, deadline: float | None = None) -> bool:
        """Wait until the next request may be sent, and return True; return False at once if that is too late.

        Too late: after the deadline, or the API has asked for a pause longer than LONGEST_HOLD.
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
        """Seconds of back-off after failed try number `attempt` (from 1)."""
        return backoff(attempt, self._chance())

    def slow_down(self, pause: float, limit: tuple[int, float] | None) -> None:
        """Hold all requests for `pause` seconds, then obey `limit` (requests, seconds).

        Without a known limit it is guessed: the number of requests since the last refusal, in the time since then plus
        the pause. Each request reduces the guessed spacing a little.
        """
        with self._lock:
            now = self._clock()
            if limit is not None:
                self._spacing = max(self._spacing, limit[1] / limit[0])
            elif self._held_until <= now:  # many threads may get the same refusal at once
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
        """Seconds between two requests by the limit that the API stated; 0 if it stated none."""
        return self._spacing
