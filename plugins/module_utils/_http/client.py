# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sends requests with authentication, rate limit, retries and deadlines, and enforces check mode.

Safe requests are repeated if that can help. An unsafe request is sent once; the caller must find out its effect.
In check mode this module sends no unsafe request.
"""

from __future__ import annotations

import email.utils
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Any, Protocol

from ansible_collections.otc.teardown.plugins.module_utils._base.errors import (
    MAYBE_ACTED,
    ApiError,
    Meaning,
    Problem,
)
from ansible_collections.otc.teardown.plugins.module_utils._base.signals import Ending
from ansible_collections.otc.teardown.plugins.module_utils._base.text import Redactor
from ansible_collections.otc.teardown.plugins.module_utils._base.times import format_span, format_time
from ansible_collections.otc.teardown.plugins.module_utils._http import answers
from ansible_collections.otc.teardown.plugins.module_utils._http.answers import Answer
from ansible_collections.otc.teardown.plugins.module_utils._http.rate_limit import LONGEST_HOLD, Pace, Turn
from ansible_collections.otc.teardown.plugins.module_utils._http.request import Request
from ansible_collections.otc.teardown.plugins.module_utils._http.transport import Transport, TransportOptions
from ansible_collections.otc.teardown.plugins.module_utils._http.window import TRIES_PER_WINDOW

_WORTH_A_RETRY = frozenset({Meaning.TRANSIENT, Meaning.LOST, Meaning.UNSENT, Meaning.THROTTLED})
_REJECTIONS = frozenset({Meaning.REAUTH, Meaning.CREDENTIALS})

# The minimum time for an answer in seconds, even if less is left: the first if the caller gives a deadline, the second
# otherwise, because every stop needs the first reads.
_LEAST, _LEAST_AT_FIRST = 1.0, 5.0


class Authenticator(Protocol):
    """Adds proof of identity to requests (see authenticators.py)."""

    @property
    def slot(self) -> AbstractContextManager[Any]:
        """Held from before the proof is made until `note` has been called."""

    def why_not(self, request: Request) -> Problem | None:
        """Why no more requests may be sent with this proof; None if they may."""

    def headers_for(self, request: Request) -> Mapping[str, str]:
        """Headers that authenticate this request."""

    def note(self, request: Request, proof: Mapping[str, str], rejection: Problem | None) -> None:
        """Called after a request with this proof succeeded (`rejection` is None) or its proof was rejected."""

    def renew(self, rejected: Mapping[str, str], safe: bool = True) -> bool:
        """Called after a 401 for a request with these headers: True if there are newer headers to try."""


class Client:
    """Sends requests, repeats the safe ones, and turns every failure into an ApiError.

    With `check_mode`, requests not marked safe are refused. `deadline` (on the clock) is the deadline of the task; it
    applies if a call gives no other. Without one, the task may take `longest`. After the `ending` has begun, nothing is sent.
    Clock, sleep and `longest` are in seconds.
    """

    def __init__(
        self,
        options: TransportOptions,
        redact: Redactor,
        check_mode: bool = False,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] | None = None,
        deadline: float | None = None,
        ending: Ending | None = None,
        longest: float | None = None,
    ) -> None:
        self.options = options
        self.redact = redact
        self.check_mode = check_mode
        self.clock = clock
        self.deadline = clock() + longest if deadline is None and longest is not None else deadline
        self.ending = ending or Ending()
        self.sleep = sleep or self.ending.sleep
        self.pace = Pace(clock, self.sleep)
        self._transport = Transport(options, redact, self.ending.check)

    @property
    def calls(self) -> int:
        """Number of requests sent so far, including retries and logins."""
        return self._transport.calls

    def calls_about(self, resource: str) -> int:
        """Number of requests sent so far for one kind of job."""
        return self._transport.calls_about(resource)

    def close(self) -> None:
        """Close all connections."""
        self._transport.close()

    def send(
        self, request: Request, authenticator: Authenticator | None = None, deadline: float | None = None
    ) -> dict[str, Any]:
        """The JSON object of the answer to this request; raises ApiError for every failure."""
        answer = self.exchange(request, authenticator, deadline)
        try:
            return answers.read_document(answer)
        except ApiError as error:
            raise ApiError(error.problem, request.doing) from None

    def exchange(
        self, request: Request, authenticator: Authenticator | None = None, deadline: float | None = None
    ) -> Answer:
        """The answer to this request, also if it reports a failure; safe requests are repeated first.

        `deadline` (on the clock) limits the retries and the waiting, not the first try. Raises ApiError if no answer
        came, or if the API asks for a wait longer than the time left; Interrupted if the task must end.
        """
        if self.check_mode and not request.safe:
            raise AssertionError(f"check mode: refused to {request.doing}")
        timeout = self._timeout(request, deadline)
        last = self.deadline if deadline is None else deadline
        attempt = 1
        while True:
            outcome = self._authenticated(request, authenticator, last, timeout)
            problem = outcome if isinstance(outcome, Problem) else _worth_a_retry(outcome)
            if problem is None or not self._try_again(request, problem, outcome, attempt, last):
                break
            attempt += 1
        if isinstance(outcome, Problem):
            raise ApiError(outcome, request.doing)
        return outcome

    def _try_again(
        self, request: Request, problem: Problem, outcome: Answer | Problem, attempt: int, deadline: float | None
    ) -> bool:
        """Wait, and return True for another try, or return False. Raises ApiError if the API asks for too long a pause."""
        throttled = problem.meaning is Meaning.THROTTLED
        if problem.meaning not in _WORTH_A_RETRY or (throttled and isinstance(outcome, Problem)):
            return False
        tries_left = self.options.tries - attempt
        pause = self.pace.wait if throttled else self.pace.pause(attempt)
        asked = None
        if throttled and isinstance(outcome, Answer):
            asked = _asked_for(outcome)
            if answers.throttle_limit(problem.message):  # a try waits for a part of its window only
                tries_left = self.options.tries * TRIES_PER_WINDOW - attempt
        too_late = deadline is not None and self.clock() + pause > deadline
        if asked and (too_late or asked > LONGEST_HOLD):
            said = f"{problem.message}; {self._in_vain(request, asked, deadline)}"
            raise ApiError(problem._replace(message=said), request.doing)
        if not request.safe or tries_left <= 0 or too_late:
            return False
        if not throttled:
            self.sleep(pause)
        return True

    def _authenticated(
        self, request: Request, authenticator: Authenticator | None, deadline: float | None, timeout: Callable[[], float]
    ) -> Answer | Problem:
        while True:
            outcome, proof = self._once(request, authenticator, deadline, timeout)
            if authenticator is None or isinstance(outcome, Problem) or outcome.status < 400:
                return outcome
            rejected = answers.problem_of(outcome).meaning is Meaning.REAUTH
            if not rejected or not authenticator.renew(proof, request.safe):
                return outcome

    def _once(
        self, request: Request, authenticator: Authenticator | None, deadline: float | None, timeout: Callable[[], float]
    ) -> tuple[Answer | Problem, Mapping[str, str]]:
        """The outcome of one try, and the proof that it was sent with. The proof is made just before sending."""
        turn = self.pace.take_turn(deadline, stop=not request.safe)
        if turn is None:
            return Problem(f"not sent: {self._in_vain(request, self.pace.wait, deadline)}", Meaning.THROTTLED), {}
        outcome: Answer | Problem | None = None
        try:
            outcome, proof = self._sent(request, authenticator, timeout)
            return outcome, proof
        finally:
            self._note(turn, outcome)

    def _note(self, turn: Turn, outcome: Answer | Problem | None) -> None:
        """Tell the pace what became of a request; it was not sent if there is no outcome."""
        problem = _worth_a_retry(outcome) if isinstance(outcome, Answer) else outcome
        if isinstance(outcome, Answer) and problem is not None and problem.meaning is Meaning.THROTTLED:
            self.pace.refused(turn, _asked_for(outcome), answers.throttle_limit(problem.message))
        elif isinstance(outcome, Answer) or (problem is not None and problem.meaning in MAYBE_ACTED):
            self.pace.taken(turn)
        else:
            self.pace.unsent(turn)

    def _sent(
        self, request: Request, authenticator: Authenticator | None, timeout: Callable[[], float]
    ) -> tuple[Answer | Problem, Mapping[str, str]]:
        if authenticator is None:
            self.ending.check()
            return self._transport.send(request, {}, timeout()), {}
        with authenticator.slot:
            self.ending.check()
            reason = authenticator.why_not(request)
            if reason is not None:
                return reason, {}
            proof = dict(authenticator.headers_for(request))
            outcome = self._transport.send(request, proof, timeout())
            rejection = _rejection(outcome)
            if rejection or (isinstance(outcome, Answer) and outcome.status < 300):
                authenticator.note(request, proof, rejection)
        return outcome, proof

    def _timeout(self, request: Request, deadline: float | None) -> Callable[[], float]:
        """A function that returns the timeout of one try in seconds; for a read it is limited by the time left."""
        last, least = (self.deadline, _LEAST_AT_FIRST) if deadline is None else (deadline, _LEAST)
        longest = self.options.timeout
        if last is None or not request.safe:
            return lambda: longest
        end = last
        return lambda: min(longest, max(least, end - self.clock()))

    def _in_vain(self, request: Request, seconds: float, deadline: float | None) -> str:
        """The message about a pause that is too long to wait for; it says when requests are accepted again."""
        most = LONGEST_HOLD if deadline is None else min(LONGEST_HOLD, max(0.0, deadline - self.clock()))
        kind = "allowed" if most == LONGEST_HOLD else "left"
        return (f"{request.host} asked to wait for longer than the time that is {kind} ({format_span(most)}); it will take "
                f"requests again in {format_span(seconds)}, at {format_time(time.time() + seconds)}: come back then")


def retry_after(value: str | None, now: float) -> float | None:
    """Seconds to wait by a Retry-After header (seconds or HTTP date); `now` in seconds since 1970. None if absent or unreadable."""
    text = (value or "").strip()
    if text.isdigit() and text.isascii():
        return float(text[:9])
    try:
        moment = email.utils.parsedate_to_datetime(text)
    except (TypeError, ValueError, IndexError):
        return None
    return max(0.0, moment.timestamp() - now)


def _asked_for(answer: Answer) -> float | None:
    """Seconds that an answer asks to wait; None if it does not say."""
    return retry_after(answer.headers.get("retry-after"), time.time())


def _worth_a_retry(answer: Answer) -> Problem | None:
    return answers.problem_of(answer) if answer.status >= 300 else None


def _rejection(outcome: Answer | Problem) -> Problem | None:
    """The problem if an answer rejects the login itself, otherwise None; the login of a proxy (407) does not count."""
    if isinstance(outcome, Problem) or outcome.status < 400 or outcome.status == 407:
        return None
    problem = answers.problem_of(outcome)
    return problem if problem.meaning in _REJECTIONS else None
