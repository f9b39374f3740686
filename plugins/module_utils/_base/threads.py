# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A bounded pool of threads for requests that do not wait for one another."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Callable, TypeVar

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
        """The result of the function for each argument. Must not be called from within itself.

        `first_alone`: the others begin only when the first has succeeded, so that what is wrong with
        all of them is met once.
        """
        listed = list(arguments)
        if first_alone and listed:
            return [function(listed[0]), *self.map(function, listed[1:])]
        if self._size == 1 or len(listed) < 2:
            return [function(argument) for argument in listed]
        from concurrent.futures import ThreadPoolExecutor, wait

        executor = ThreadPoolExecutor(min(self._size, len(listed)))
        try:
            with signals_kept():
                futures = [executor.submit(function, argument) for argument in listed]
            results = []
            for future in futures:
                # A signal that comes just before a wait begins does not end it, so no wait is long.
                while not future.done():
                    wait([future], SECONDS_BETWEEN_CHECKS)
                results.append(future.result())
            return results
        finally:
            # After an interruption nothing more may be sent; what is under way is waited for.
            executor.shutdown(wait=True, cancel_futures=True)
