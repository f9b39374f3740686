# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A simulator in its own thread, for tests; only that thread uses its state."""
from __future__ import annotations

import asyncio
import copy
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from . import journal as journal_
from .admin import endpoints
from .changes import change
from .core import Core
from .scenario import load
from .server import Server

Result = TypeVar("Result")


class Simulator:
    """`with Simulator(scenario) as sim:` listens until the block ends; the scenario is a dict or the path of a file."""

    def __init__(self, scenario: dict[str, Any] | str | Path | None = None, host: str = "127.0.0.1", port: int = 0) -> None:
        self.core = Core(_loaded(scenario))
        self.url = ""
        self._server = Server(self.core, host, port)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="simulator", daemon=True)

    def __enter__(self) -> Simulator:
        return self.start()

    def __exit__(self, *_exception: object) -> None:
        self.stop()

    def start(self) -> Simulator:
        """Listen; sets `url`, and so `endpoints`."""
        self._thread.start()
        try:
            self.url = asyncio.run_coroutine_threadsafe(self._server.start(), self._loop).result(10)
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """Close every connection and end the thread."""
        asyncio.run_coroutine_threadsafe(self._server.close(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    @property
    def endpoints(self) -> dict[str, str]:
        """Service -> base URL, in the form of the option `endpoints` of the modules."""
        return endpoints(self.url)

    def journal(self, **wanted: Any) -> list[dict[str, Any]]:
        """Return the journal, or its entries with these values: `journal(operation="list", resource="drs_job")`."""
        entries = self._call(self.core.journal.entries)
        return [entry for entry in entries if all(entry[key] == value for key, value in wanted.items())]

    def clear_journal(self) -> None:
        """Forget the requests so far."""
        self._call(self.core.journal.clear)

    def stops(self) -> list[dict[str, Any]]:
        """Return the requests for a stop, accepted or not."""
        return journal_.stops(self.journal())

    def writes(self) -> list[dict[str, Any]]:
        """Return the requests that would change something."""
        return journal_.writes(self.journal())

    def accepted(self, resource: str, job_id: str) -> int:
        """Count the accepted stops of a job."""
        return journal_.accepted(self.journal(), resource, str(job_id))

    def jobs(self, resource: str | None = None) -> list[dict[str, Any]]:
        """Return the state of all jobs, or of those of one kind."""
        return [job for job in self._call(self.core.world.dump) if resource in (None, job["resource"])]

    def job(self, resource: str, job_id: str) -> dict[str, Any]:
        """Return the state of one job."""
        return next(job for job in self.jobs(resource) if job["id"] == str(job_id))

    def add_fault(self, rule: dict[str, Any] | None = None, **keys: Any) -> None:
        """Add a fault, given as a dict or as keywords."""
        self._call(lambda: self.core.add_fault({**(rule or {}), **keys}))

    def clear_faults(self) -> None:
        """Remove all faults."""
        self._call(self.core.faults.clear)

    def change(self, resource: str, **order: Any) -> None:
        """Change a job from outside: `change("drs_job", id=…, status=…)`, or `remove=True`, `name=…`, `tags={…}`, `create={…}`."""
        self._call(lambda: change(self.core.world, {"resource": resource, **order}))

    def load(self, scenario: dict[str, Any] | str | Path | None) -> None:
        """Load another scenario; this resets journal, tokens and faults."""
        asyncio.run_coroutine_threadsafe(self._server.load(_loaded(scenario)), self._loop).result(10)

    def revoke_tokens(self) -> None:
        """Revoke all tokens."""
        self._call(self.core.iam.revoke)

    def skip(self, seconds: float) -> None:
        """Move the clock forward at once, so that a test does not need to sleep."""
        self._call(lambda: self.core.skip(seconds))

    def _call(self, function: Callable[[], Result]) -> Result:
        async def run() -> Result:
            return function()
        return asyncio.run_coroutine_threadsafe(run(), self._loop).result(10)


def _loaded(scenario: dict[str, Any] | str | Path | None) -> Any:
    return load(scenario) if isinstance(scenario, (str, Path)) else copy.deepcopy(scenario)
