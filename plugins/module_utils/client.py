# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Requests with everything around them: authentication, pace, tries, deadlines, and the check-mode lock.

Safe requests are repeated when that can help; an unsafe one is sent once, and what became of it is
for the caller to find out. In check mode nothing unsafe leaves this module.
"""

from __future__ import annotations

import email.utils
import time
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from ansible_collections.otc.teardown.plugins.module_utils import answers
from ansible_collections.otc.teardown.plugins.module_utils.answers import Answer
from ansible_collections.otc.teardown.plugins.module_utils.errors import ApiError, Meaning, Problem
from ansible_collections.otc.teardown.plugins.module_utils.pace import Pace
from ansible_collections.otc.teardown.plugins.module_utils.request import Request
from ansible_collections.otc.teardown.plugins.module_utils.text import Redactor
from ansible_collections.otc.teardown.plugins.module_utils.transport import Transport, TransportOptions

LONGEST_THROTTLE = 600.0
"""Seconds beyond which a request is given up instead of waiting as long as the API asks."""

_WORTH_A_RETRY = frozenset({Meaning.TRANSIENT, Meaning.LOST, Meaning.UNSENT, Meaning.THROTTLED})


class Authenticator(Protocol):
    """Adds proof of identity to requests (see auth.py)."""

    def headers_for(self, request: Request) -> Mapping[str, str]:
        """Headers that authenticate this request."""

    def renew(self, rejected: Mapping[str, str]) -> bool:
        """After a 401 for a request with these headers: True if newer ones can be had."""


class Client:
    """Sends requests, repeats the safe ones, and turns every failure into an ApiError.

    `check_mode` refuses whatever is not marked safe. Clock and sleep are in seconds.
    """

    def __init__(
        self,
        options: TransportOptions,
        redact: Redactor,
        check_mode: bool = False,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.options = options
        self.redact = redact
        self.check_mode = check_mode
        self.clock = clock
        self.sleep = sleep
        self.pace = Pace(clock, sleep)
        self._transport = Transport(options, redact)

    @property
    def calls(self) -> int:
        """Requests sent so far, repeated ones and logins included."""
        return self._transport.calls

    def close(self) -> None:
        """Close all connections."""
        self._transport.close()

    def send(
        self, request: Request, authenticator: Authenticator | None = None, deadline: float | None = None
    ) -> dict[str, Any]:
        """The JSON object of the answer to this request; raises ApiError if there is none."""
        answer = self.exchange(request, authenticator, deadline)
        try:
            return answers.read_document(answer)
        except ApiError as error:
            raise ApiError(error.problem, request.doing) from None

    def exchange(
        self, request: Request, authenticator: Authenticator | None = None, deadline: float | None = None
    ) -> Answer:
        """The answer to this request whatever it says, after the tries that a safe request is worth.

        `deadline` (on the clock) bounds the tries and the waiting, not the first try. Raises
        ApiError if no answer came.
        """
        if self.check_mode and not request.safe:
            raise AssertionError(f"check mode: refused to {request.doing}")
        attempt = 1
        while True:
            outcome = self._authenticated(request, authenticator, deadline)
            problem = outcome if isinstance(outcome, Problem) else _worth_a_retry(outcome)
            if problem is None or not self._try_again(request, problem, outcome, attempt, deadline):
                break
            attempt += 1
        if isinstance(outcome, Problem):
            raise ApiError(outcome, request.doing)
        return outcome

    def _try_again(
        self, request: Request, problem: Problem, outcome: Answer | Problem, attempt: int, deadline: float | None
    ) -> bool:
        """Wait for the next try, or say that there is none."""
        if problem.meaning not in _WORTH_A_RETRY:
            return False
        tries_left = self.options.tries - attempt
        pause = self.pace.pause(attempt)
        throttled = False
        if problem.meaning is Meaning.THROTTLED and isinstance(outcome, Answer):
            throttled = True
            limit = answers.throttle_limit(problem.message)
            pause = _pause_asked_for(outcome, limit, pause, tries_left)
            self.pace.slow_down(pause, limit)
        too_late = deadline is not None and self.clock() + pause > deadline
        if not request.safe or tries_left <= 0 or pause > LONGEST_THROTTLE or too_late:
            return False
        if not throttled:
            self.sleep(pause)
        return True

    def _authenticated(
        self, request: Request, authenticator: Authenticator | None, deadline: float | None
    ) -> Answer | Problem:
        if authenticator is None:
            return self._once(request, {}, deadline)
        while True:
            proof = dict(authenticator.headers_for(request))
            outcome = self._once(request, proof, deadline)
            if isinstance(outcome, Problem) or outcome.status not in (401, 403):
                return outcome
            rejected = answers.problem_of(outcome).meaning is Meaning.REAUTH
            if not rejected or not authenticator.renew(proof):
                return outcome

    def _once(self, request: Request, proof: Mapping[str, str], deadline: float | None) -> Answer | Problem:
        if not self.pace.take_turn(deadline):
            return Problem(f"{request.host} asked to wait for longer than the time that is left", Meaning.THROTTLED)
        timeout = self.options.timeout
        if deadline is not None and request.safe:
            timeout = min(timeout, max(1.0, deadline - self.clock()))
        return self._transport.send(request, proof, timeout)


def retry_after(value: str | None, now: float) -> float | None:
    """Seconds in a Retry-After header, given as seconds or as HTTP date; None if absent or unreadable."""
    text = (value or "").strip()
    if text.isdigit() and text.isascii():
        return float(text[:9])
    try:
        moment = email.utils.parsedate_to_datetime(text)
    except (TypeError, ValueError, IndexError):
        return None
    return max(0.0, moment.timestamp() - now)


def _worth_a_retry(answer: Answer) -> Problem | None:
    return answers.problem_of(answer) if answer.status >= 300 else None


def _pause_asked_for(answer: Answer, limit: tuple[int, float] | None, pause: float, tries_left: int) -> float:
    asked = retry_after(answer.headers.get("retry-after"), time.time())
    if asked is not None:
        return asked
    # The window is known but not when it began: spread the tries so that the last comes after its end.
    return max(pause, limit[1] / 2.0 ** max(1, tries_left)) if limit else pause
