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
        self._next = 0.0

    def take_turn(self, deadline: float | None = None) -> bool:
        """Wait until the next request may be sent; False, without waiting, if that is after the deadline."""
        with self._lock:
            now = self._clock()
            turn = max(now, self._next)
            if turn > now and deadline is not None and turn > deadline:
                return False
            if self._spacing:
                self._next = turn + self._spacing
        if turn > now:
            self._sleep(turn - now)
        return True

    def pause(self, attempt: int) -> float:
        """Seconds of back-off after a failed try (counted from 1)."""
        return backoff(attempt, self._chance())

    def slow_down(self, pause: float, limit: tuple[int, float] | None) -> None:
        """Hold all requests for `pause` seconds; from then on keep to `limit` (requests, seconds) if one is known."""
        with self._lock:
            self._next = max(self._next, self._clock() + pause)
            if limit is not None:
                self._spacing = max(self._spacing, limit[1] / limit[0])

    @property
    def spacing(self) -> float:
        """Seconds between two requests that a limit demands; 0 while none is known."""
        return self._spacing
