# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Time that passes at once for the modules and their simulated cloud alike: nobody sleeps."""

from __future__ import annotations

import contextlib
import functools
import importlib
import threading
import time
from collections.abc import Iterator
from typing import Any
from unittest import mock

from tests.simulator import Simulator


class VirtualTime:
    """Stands in for the module `time`: real time passes as ever, and sleeping makes it later at once.

    So a test takes no longer for long waits, and if these are long (minutes), a busy machine changes nothing.
    """

    def __init__(self, sim: Simulator) -> None:
        self._sim = sim
        self._lock = threading.Lock()
        self._ahead = sim.core.wall() - time.time()  # of earlier runs, and of tests that let time pass there

    def monotonic(self) -> float:
        """Seconds on the steady clock."""
        return time.monotonic() + self._ahead

    def time(self) -> float:
        """Seconds since 1970."""
        return time.time() + self._ahead

    def sleep(self, seconds: float) -> None:
        """Let time pass, here and at the simulator. Those who sleep side by side sleep through the same time."""
        wake = self.monotonic() + seconds
        with self._lock:
            missing = wake - self.monotonic()
            if missing > 0:
                self._ahead += missing
                self._sim.skip(missing)


@contextlib.contextmanager
def virtual_time(sim: Simulator) -> Iterator[VirtualTime]:
    """Within this block, modules that run in this process live by the clock that is returned."""
    clock = VirtualTime(sim)
    stop, info, client = map(_module, ("_modules.stop", "_modules.info", "_http.client"))
    made = functools.partialmethod(client.Client.__init__, clock=clock.monotonic, sleep=clock.sleep)
    with contextlib.ExitStack() as stack:
        for owner, name, stand_in in ((stop, "time", clock), (info, "time", clock), (client, "time", clock), (client.Client, "__init__", made)):
            stack.enter_context(mock.patch.object(owner, name, stand_in))
        yield clock


def _module(name: str) -> Any:
    return importlib.import_module(f"ansible_collections.otc.teardown.plugins.module_utils.{name}")
