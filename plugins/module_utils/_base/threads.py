# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A bounded pool of threads for independent requests."""

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
        """The result of the function for each argument. The function must not call `map` of the same pool.

        `first_alone`: the other calls begin only after the first has succeeded, so that an error common to all
        occurs once.
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
                # A signal that arrives just before a wait does not end that wait, so each wait is short.
                while not future.done():
                    wait([future], SECONDS_BETWEEN_CHECKS)
                results.append(future.result())
            return results
        finally:
            # After an interruption no new call may start; wait for the running ones.
            executor.shutdown(wait=True, cancel_futures=True)
