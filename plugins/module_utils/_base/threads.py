# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A bounded pool of threads for independent requests."""

from __future__ import annotations

import collections
import threading
from collections.abc import Iterable
from typing import Callable, Generic, TypeVar

from ansible_collections.otc.teardown.plugins.module_utils._base.signals import (
    SECONDS_BETWEEN_CHECKS,
    signals_kept,
)

A = TypeVar("A")
B = TypeVar("B")


class Pool:
    """Runs at most `size` calls at once; results come in the order of the arguments."""

    def __init__(self, size: int) -> None:
        self._size = size

    def map(self, function: Callable[[A], B], arguments: Iterable[A], first_alone: bool = False) -> list[B]:
        """The result of the function for each argument. The function must not call `map` of the same pool.

        `first_alone`: the other calls begin only after the first has succeeded, so that an error common to all
        occurs once. After an error no further call begins; the first error in the order of the arguments is raised.
        """
        listed = list(arguments)
        if first_alone and listed:
            return [function(listed[0]), *self.map(function, listed[1:])]
        if self._size == 1 or len(listed) < 2:
            return [function(argument) for argument in listed]
        work = _Work(function, listed)
        work.carry_out(min(self._size, len(listed)))
        if work.errors:
            raise work.errors[min(work.errors)]
        return [work.results[number] for number in range(len(listed))]


class _Work(Generic[A, B]):
    """Calls of one function, in a queue that threads empty.

    An executor of the standard library makes an object with a lock for every call, which costs as much as a tenth of a request.
    """

    def __init__(self, function: Callable[[A], B], arguments: Iterable[A]) -> None:
        self._function = function
        self._left = collections.deque(enumerate(arguments))  # safe for threads
        self._ended = threading.Semaphore(0)
        self.results: dict[int, B] = {}
        self.errors: dict[int, BaseException] = {}

    def carry_out(self, size: int) -> None:
        """Make all calls, in so many threads."""
        threads = [threading.Thread(target=self._take_calls) for _thread in range(size)]
        begun: list[threading.Thread] = []
        try:
            with signals_kept():
                for thread in threads:
                    thread.start()
                    begun.append(thread)
            for _thread in threads:
                # A signal that arrives just before a wait does not end that wait, so each wait is short.
                while not self._ended.acquire(timeout=SECONDS_BETWEEN_CHECKS):
                    pass
        finally:
            # After an interruption no new call may start; wait for the running ones.
            self._left.clear()
            for thread in begun:
                thread.join()

    def _take_calls(self) -> None:
        try:
            while True:
                number, argument = self._left.popleft()
                try:
                    self.results[number] = self._function(argument)
                except BaseException as error:  # raised again where the results are wanted
                    self.errors[number] = error
                    self._left.clear()
        except IndexError:  # nothing is left
            self._ended.release()
