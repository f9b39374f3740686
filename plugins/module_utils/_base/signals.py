# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ending early without losing what is known: Ctrl-C, `timeout:` of a task, a cancelled job, an Ansible that is gone."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator
from typing import Callable, NoReturn

SECONDS_BETWEEN_CHECKS = 1.0

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interrupted(BaseException):
    """The task is to end. Not an Exception, so that nobody on the way takes it for a failed request."""


def _goes_on() -> str | None:
    return None


class Ending:
    """The end of a task as all its threads see it: once it has begun, nobody sleeps on, and nothing more is sent.

    `why_over` says why the task has lost its purpose (None while it has not); it is asked before each request, and
    every second of a sleep.
    """

    def __init__(self, why_over: Callable[[], str | None] = _goes_on) -> None:
        self._why_over = why_over
        self._reason: str | None = None
        # Closed until the end; whoever comes through holds it open for the next. Unlike an Event, it can be opened by a
        # signal handler, whatever the thread that the signal interrupts has just been doing.
        self._gate = threading.Lock()
        self._gate.acquire()

    def begin(self, reason: str) -> None:
        """End the task, and wake everybody who sleeps. Safe in signal handlers; the first reason stays."""
        self._reason = self._reason or reason
        self._hold_open()

    def check(self) -> None:
        """Raise Interrupted if the task is to end: to be called before anything is sent."""
        if self._reason is None:
            over = self._why_over()
            if over:
                self.begin(over)
        if self._reason is not None:
            raise Interrupted(self._reason)

    def sleep(self, seconds: float) -> None:
        """Let so many seconds pass; raises Interrupted as soon as the task is to end."""
        self.check()
        while seconds > 0:
            turn = min(seconds, SECONDS_BETWEEN_CHECKS)
            if self._gate.acquire(timeout=turn):
                self._hold_open()
            self.check()
            seconds -= turn

    def _hold_open(self) -> None:
        with contextlib.suppress(RuntimeError):  # it is open already
            self._gate.release()


@contextlib.contextmanager
def signals_kept() -> Iterator[None]:
    """Threads that are started within this block leave all signals to the main thread.

    A signal that comes to another thread does not wake the main thread where it waits, and only there it is heard.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextlib.contextmanager
def interruptible(ending: Ending) -> Iterator[None]:
    """Within this block, the first signal begins the end and raises Interrupted; further ones wait until it is reported."""
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
