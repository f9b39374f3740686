# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One limit of the API, such as 200 requests in 5 minutes: when it allows the next request.

Nobody tells whether the API counts in fixed or sliding windows or fills a bucket, and who else it counts. No more than the allowed
number in any time of this length suits all three; a Retry-After tells more (see docs/dev/decisions.md, "The pace").
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

TRIES_PER_WINDOW = 32
"""How often a task asks again in a window if others leave it little or nothing."""

# Parts of the length: by what a window is taken to be longer; over what requests are spread that might all be sent at once, the first of
# them included, so that another task gets its turn.
_MARGIN, _SPREAD = 0.002, 0.035
# With less than this part of the limit, it is worth asking again for more before the window ends; not sooner than after these seconds.
_LITTLE, _LEAST_PAUSE = 0.1, 0.5
# In a trickle, the spacing in parts of that which the limit means doubles up to this if others trickle, too.
_LONGEST_TRICKLE = 16.0
# Retry-After comes in whole seconds.
_ROUNDED = 1.0


class Limit(NamedTuple):
    """So many requests in so many seconds."""

    requests: int
    seconds: float


class Times(NamedTuple):
    """The times of requests that the API took, on one clock, in their order: of all, and of the stops among them."""

    all: list[float]
    stops: list[float]


class Window:
    """What one limit allows this task."""

    def __init__(self, limit: Limit) -> None:
        self.limit = limit
        self._length = limit.seconds * (1 + _MARGIN + _SPREAD / limit.requests)
        self._share = limit.requests
        self._share_until = self._since = self._trickle_until = float("-inf")
        self._only_stops, self._trickle = False, 1.0

    def next_turn(self, now: float, last: float, times: Times, stop: bool) -> float:
        """When the next request may be sent (`now` or earlier: at once), if the last turn was at `last` and these requests count."""
        if self._only_stops and not stop:
            return now
        return self._next(now, last, self._counted(times))

    def _next(self, now: float, last: float, times: Sequence[float]) -> float:
        trickles = now < self._trickle_until and last >= self._since
        spaced = last + self.limit.seconds / self.limit.requests * (self._trickle if trickles else _SPREAD)
        if now < self._share_until:
            own = self._free(now, times, self._share)
            return max(spaced, min(own, self._share_until))
        return max(spaced, self._free(now, times, self.limit.requests))

    def _free(self, now: float, times: Sequence[float], share: int) -> float:
        """When fewer than `share` of these requests count."""
        if share == 0:
            return float("inf")
        if len(times) < share or times[-share] <= self._since:
            return now
        return times[-share] + self._length

    def refused(self, now: float, last: float, times: Times, asked: float | None, chance: float) -> None:
        """Learn from a refusal by this limit. `last`: the time of the last turn; `asked`: the seconds of the Retry-After; `chance`
        from 0 to 1 spreads the callers.

        A task that was refused with less than the limit shares it, and keeps its share until all that is counted now counts no more.
        If that is little and the API does not say when to come back, the task asks again before.
        """
        begin = max(now - self.limit.seconds, self._since)
        went, stops = (len(some) - bisect_right(some, begin) for some in times)
        self._only_stops = stops == self.limit.requests < went
        own = stops if self._only_stops else went
        self._share, self._share_until = min(own, self.limit.requests), now + self._length
        if asked is not None:
            self._come_back(now, last, asked, self._counted(times), own >= self.limit.requests)
        elif own < _LITTLE * self.limit.requests:
            self._share_until = now + max(_LEAST_PAUSE, self.limit.seconds / TRIES_PER_WINDOW * (0.75 + chance / 2))

    def _come_back(self, now: float, last: float, asked: float, times: Sequence[float], alone: bool) -> None:
        """Understand a Retry-After: is it what our own requests explain, or earlier?"""
        requests, seconds = self.limit
        if alone and now + asked > times[-requests] + seconds - max(_ROUNDED, seconds * _SPREAD):
            return  # a sliding window with nobody else in it
        self._share_until = now + asked
        if asked <= 2 * max(_ROUNDED, seconds / requests):  # a bucket that fills, or slots that others leave
            again = now < self._trickle_until and last >= self._since
            self._trickle = min(2 * self._trickle, _LONGEST_TRICKLE) if again else 1.0
            self._trickle_until, self._since = now + seconds, now + asked
        elif alone:  # a fixed window: a new one begins
            self._since = now + asked

    def seconds_for(self, stops: int, now: float, last: float, times: Times) -> float:
        """Seconds until so many stops have been sent, if the last turn was at `last` and these requests count."""
        counted, at = list(self._counted(times)[-self.limit.requests:]), now
        for _stop in range(stops):
            while self._next(at, last, counted) > at:
                at = self._next(at, last, counted)
            counted.append(at)
            last = at
        return at - now

    def _counted(self, times: Times) -> Sequence[float]:
        return times.stops if self._only_stops else times.all
