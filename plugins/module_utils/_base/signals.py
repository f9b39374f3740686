# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ends a task early and keeps its results: Ctrl-C, `timeout:` of a task, a canceled AWX job, Ansible itself killed."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator
from typing import Callable, NoReturn

SECONDS_BETWEEN_CHECKS = 1.0

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interrupted(BaseException):
    """The task must end. Not an Exception, so that no handler for failed requests catches it."""


def _goes_on() -> str | None:
    return None


class Ending:
    """The end of a task, shared by all its threads: once it has begun, every sleep ends and no more requests are sent.

    `why_over` says why the task should end (None while it should go on); it is called before each request, and every
    second during a sleep.
    """

    def __init__(self, why_over: Callable[[], str | None] = _goes_on) -> None:
        self._why_over = why_over
        self._reason: str | None = None
        # Locked until the end begins; each thread that gets the lock releases it for the next. Unlike an Event, a signal
        # handler can release it safely at any point of the interrupted thread.
        self._gate = threading.Lock()
        self._gate.acquire()

    def begin(self, reason: str) -> None:
        """End the task and wake all sleeping threads. Safe in signal handlers; the first reason is kept."""
        self._reason = self._reason or reason
        self._hold_open()

    def check(self) -> None:
        """Raise Interrupted if the task must end. Call it before each request."""
        if self._reason is None:
            over = self._why_over()
            if over:
                self.begin(over)
        if self._reason is not None:
            raise Interrupted(self._reason)

    def sleep(self, seconds: float) -> None:
        """Sleep this many seconds; raises Interrupted as soon as the task must end."""
        self.check()
        while seconds > 0:
            turn = min(seconds, SECONDS_BETWEEN_CHECKS)
            if self._gate.acquire(timeout=turn):
                self._hold_open()
            self.check()
            seconds -= turn

    def _hold_open(self) -> None:
        with contextlib.suppress(RuntimeError):  # already released
            self._gate.release()


@contextlib.contextmanager
def signals_kept() -> Iterator[None]:
    """Threads started within this block leave all signals to the main thread.

    Only the main thread handles signals, and a signal delivered to another thread does not wake it when it waits.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextlib.contextmanager
def interruptible(ending: Ending) -> Iterator[None]:
    """Within this block, the first signal begins the end and raises Interrupted; later signals are ignored."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def interrupt(number: int, frame: object) -> NoReturn:
        for each in heard:
            signal.signal(each, signal.SIG_IGN)
        name = signal.Signals(number).name
        ending.begin(name)
        raise Interrupted(name)

    heard = [each for each in _SIGNALS if each != signal.SIGHUP or signal.getsignal(each) != signal.SIG_IGN]  # nohup
    before = {each: signal.signal(each, interrupt) for each in heard}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
