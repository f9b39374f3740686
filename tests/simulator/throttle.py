# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A rate limit like that of the API gateway: a number of requests per caller within a sliding window."""
from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from .kinds import SERVICES


@dataclass(frozen=True)
class Limit:
    """The limit, and whether a refusal says how long to wait."""

    limit: int
    seconds: float
    retry_after: bool = False
    services: tuple[str, ...] = SERVICES


class Throttle:
    """Counts the accepted requests of each caller."""

    def __init__(self, limit: Limit | None) -> None:
        self.limit = limit
        self._accepted: dict[str, deque[float]] = {}

    def wait_for(self, service: str, caller: str, now: float) -> float:
        """Count a request and return 0, or return how many seconds the caller must wait."""
        if self.limit is None or service not in self.limit.services:
            return 0.0
        times = self._accepted.setdefault(caller, deque())
        while times and times[0] <= now - self.limit.seconds:
            times.popleft()
        if len(times) >= self.limit.limit:
            return times[0] + self.limit.seconds - now
        times.append(now)
        return 0.0
