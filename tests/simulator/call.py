# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One request while the simulator handles it, and the routes."""
from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from aiohttp import web

from .answers import Refusal, error
from .faults import Fault
from .jobs import Job, Verdict

if TYPE_CHECKING:
    from .core import Core


@dataclass(frozen=True)
class Route:
    """A call of the API: its method and path, its name in the journal, and its handler."""

    method: str
    path: str
    operation: str
    resource: str
    handler: Callable[[Call], web.Response]
    page: Callable[[Call], int] | None = None
    switch: str | None = None
    """The quirk that turns this call off."""

    @property
    def service(self) -> str:
        """The first part of the path."""
        return self.path.split("/")[1]


@dataclass
class Caller:
    """The authenticated sender of a request."""

    name: str
    user: str | None = None
    project: str | None = None


@dataclass
class Call:
    """A request, with all facts known about it so far."""

    core: Core
    request: web.BaseRequest
    route: Route
    path: Mapping[str, str]
    body: bytes
    caller: Caller | None = None
    fault: Fault | None = None
    acted: list[str] = field(default_factory=list)

    @property
    def query(self) -> Mapping[str, str]:
        """The query of the URL."""
        return self.request.query

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers; names are not case-sensitive."""
        return self.request.headers

    @property
    def project(self) -> str:
        """The project in the path."""
        return self.path["project_id"]

    def wall(self) -> float:
        """Return the time of day for checking signatures; the fault `clock_skew` shifts it."""
        return self.core.wall() + (self.fault.rule.get("clock_skew", 0) if self.fault else 0)

    def quirk(self, name: str) -> Any:
        """Return the value of a quirk in this scenario."""
        return self.core.scenario["quirks"][name]

    def json(self) -> dict[str, Any]:
        """Return the body of a DRS call as an object; no body is an empty one."""
        document = parsed(self.body) if self.body else {}
        if not isinstance(document, dict):
            raise Refusal(error(400, "DRS.M00201", "The request body is not a JSON object."))
        return document

    def target_ids(self) -> list[str]:
        """Return the ids in the request: those in its body, or the innermost one in its path; none for a list."""
        if self.route.operation.startswith("batch_"):
            return _ids_in(parsed(self.body))
        return self._ids()[-1:] if self.route.operation != "list" else []

    def parent(self) -> str | None:
        """Return the id of the parent in the path."""
        ids = self._ids()
        above = ids if self.route.operation == "list" else ids[:-1]
        return above[-1] if above else None

    def _ids(self) -> list[str]:
        """Return the ids in the path that name a parent or a job, the outermost first."""
        return [self.path[name] for name in self.path if name not in ("project_id", "tail")]

    def shown(self, job: Job, row: dict[str, Any]) -> dict[str, Any]:
        """Return the row of a job that goes into the answer, and note that it was read."""
        job.read(self.core.clock())
        return row

    def stop(self, job: Job, force: bool = False) -> Verdict:
        """Ask a job to stop and note the success."""
        overrule, again = self.quirk("drs_force_while_stopping") == "accept", self.quirk("processor_stop_again") == "accept"
        verdict = job.request_stop(self.core.clock(), force, overrule, again)
        if verdict.accepted:
            self.acted.append(job.id)
        return verdict


def _ids_in(document: Any) -> list[str]:
    """Return the ids in `jobs`, a list of ids or of objects with a `job_id`; an invalid document has none."""
    items = document.get("jobs") if isinstance(document, dict) else None
    ids = [item.get("job_id") if isinstance(item, dict) else item for item in items] if isinstance(items, list) else []
    return [job_id for job_id in ids if isinstance(job_id, str)]


def parsed(body: bytes) -> Any:
    """Return the JSON document of a body, None if it is not JSON."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None
