# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A cloud as a model, for property tests: what became of each job is known, whatever its answers say."""

from __future__ import annotations

import dataclasses
import json
import types
import urllib.parse

from ansible_collections.otc.teardown.plugins.module_utils._api.api import Api
from ansible_collections.otc.teardown.plugins.module_utils._base.errors import ApiError, ListingError, Meaning, Problem
from ansible_collections.otc.teardown.plugins.module_utils._base.threads import Pool
from ansible_collections.otc.teardown.plugins.module_utils._engine import rounds
from ansible_collections.otc.teardown.plugins.module_utils._engine.rounds import Clock
from ansible_collections.otc.teardown.plugins.module_utils._engine.run import Run
from ansible_collections.otc.teardown.plugins.module_utils._http.answers import Answer
from ansible_collections.otc.teardown.plugins.module_utils._http.rate_limit import Pace
from ansible_collections.otc.teardown.plugins.module_utils._resources import (
    drs_job,
    modelarts_service,
    modelarts_training_job,
    modelarts_visualization_job,
)

VISUALIZATION, DRS = modelarts_visualization_job.RESOURCE, drs_job.RESOURCE
TRAINING, SERVICE = modelarts_training_job.RESOURCE, modelarts_service.RESOURCE
SHAPES = {"visualization": VISUALIZATION, "drs": DRS, "training": TRAINING, "service": SERVICE}
"""A kind of each shape that the model knows: a flat list, batches, a list by POST, a stop by PUT."""

STATUS = {
    VISUALIZATION.name: {"running": "RUNNING", "stopping": "KILLING", "stopped": "KILLED", "completed": "COMPLETED",
                         "unknown": "HIBERNATING"},
    DRS.name: {"running": "INCRE_TRANSFER_STARTED", "stopping": "RELEASE_RESOURCE_STARTED",
               "stopped": "RELEASE_RESOURCE_COMPLETE", "completed": "CREATE_FAILED", "unknown": "HIBERNATING"},
    TRAINING.name: {"running": "Running", "stopping": "Terminating", "stopped": "Terminated", "completed": "Completed", "unknown": "Hibernating"},
    SERVICE.name: {"running": "running", "stopping": "stopping", "stopped": "stopped", "completed": "finished", "unknown": "hibernating"},
}
ABSENT = {
    VISUALIZATION.name: (404, {}), DRS.name: (400, {"error_code": "DRS.10000010"}), TRAINING.name: (400, {"error_code": "ModelArts.2775"}),
    SERVICE.name: (404, {"error_code": "ModelArts.3502"}),
}
START = 1000.0
SECONDS_PER_REQUEST = 0.1

# What may go wrong with a request. "before": it never arrives; "after": its answer never comes back. "silent": a
# batch whose answer mentions no job and that did nothing. "odd": a success that nobody documents.
FAULTS = (
    "none", "odd before", "odd after", "lost before", "lost after", "502 before", "502 after", "garbled after", "denied", "throttled", "busy", "silent",
)


@dataclasses.dataclass
class ModelJob:
    """One job and its future. `state` is a key of STATUS, or "gone"; times in seconds from the start."""

    id: str
    state: str = "running"
    name: str | None = "job"
    created: int | None = 1_500_000_000_000
    stop_takes: float = 3.0
    completes_at: float | None = None
    stopped_by_others_at: float | None = None
    accepted: int = 0
    told: int = 0
    ends_at: float | None = None

    def advance(self, now: float) -> None:
        """Let everything happen that is due by then."""
        never = float("inf")
        completes, others = (never if at is None else at for at in (self.completes_at, self.stopped_by_others_at))
        if self.state == "running" and now >= min(completes, others):
            if completes < others:
                self.state = "completed"
            else:
                self.state, self.ends_at = "stopping", others + self.stop_takes
        if self.state == "stopping":
            self.ends_at = self.stop_takes if self.ends_at is None else self.ends_at
            self.state = "stopped" if now >= self.ends_at else "stopping"

    def stop(self, now: float) -> bool:
        """Whether a stop that arrives now is accepted."""
        if self.state != "running":
            return False
        self.state, self.ends_at = "stopping", now + self.stop_takes
        self.accepted += 1
        return True


class ModelCloud:
    """Stands in for a connection. Faults are taken one for each stop and one for each read, then all goes well.

    `asked` are the ids of all stops that were sent, whatever came of them.
    """

    project_id = "0123456789abcdef0123456789abcdef"

    def __init__(self, resource, jobs, stop_faults=(), read_faults=()):
        self.resource = resource
        self.jobs = {job.id: job for job in jobs}
        self.faults = {False: list(stop_faults), True: list(read_faults)}
        self.time = START
        self.asked: list[str] = []
        self.client = types.SimpleNamespace(pace=Pace(lambda: self.time, self._pass))

    def url(self, service):
        return f"https://{service}.example.com"

    def exchange(self, request, deadline=None):
        self._pass(SECONDS_PER_REQUEST)
        faults = self.faults[request.safe]
        fault = faults.pop(0) if faults else "none"
        ids = [] if request.safe else self._stop_ids(request)
        self.asked += ids
        if fault.endswith(" before"):
            return self._nothing(fault, request)
        if fault in ("denied", "throttled"):
            return _answer({"denied": 403, "throttled": 429}[fault], {"error_code": "X.1", "error_msg": fault})
        answer = self._read(request) if request.safe else self._stop(request, ids, fault)
        return self._nothing(fault, request) if fault.endswith(" after") else answer

    def run(self, selection, options, check_mode=False):
        """A finished run; a second run begins in the state where the first ended."""
        clock = Clock(lambda: self.time, self._pass, lambda: self.time)
        run = Run(Api(self, self.resource, "v5" if self.resource is DRS else None), 1, clock.now)
        started = self.time
        try:
            run.read(selection, clock.time_of_day())
        except (ApiError, ListingError):
            return run
        rounds.stop([run], options, check_mode, started, clock, Pool(1))
        return run

    def settle(self):
        """The true state of each job now."""
        self._pass(0)
        return {job.id: job.state for job in self.jobs.values()}

    def _pass(self, seconds):
        self.time += seconds
        for job in self.jobs.values():
            job.advance(self.time - START)

    def _nothing(self, fault, request):
        if fault.startswith("lost"):
            raise ApiError(Problem("no answer", Meaning.LOST), request.doing)
        if fault.startswith("odd"):
            return _answer(200, {"status": "rejected", "is_success": 0})
        if fault.startswith("502"):
            return Answer(502, {}, b"<html>Bad Gateway</html>")
        return Answer(200, {}, b'{"half": ')

    def _stop_ids(self, request):
        if request.url.endswith("/batch-stop"):
            return [entry["job_id"] for entry in json.loads(request.body)["jobs"]]
        return [urllib.parse.unquote(request.url.split("/")[-1 if request.method == "PUT" else -2])]

    def _stop(self, request, ids, fault):
        heard = not fault.endswith(" after")
        if fault == "silent" and request.url.endswith("/batch-stop"):
            return _answer(200, {"jobs": []})
        results = [self._stop_one(job_id, fault, heard) for job_id in ids]
        if request.url.endswith("/batch-stop"):
            return _answer(200, {"jobs": results})
        if self.resource in (TRAINING, SERVICE):
            return self._stopped_or_refused(ids[0], results[0]["is_success"])
        return _answer(200, results[0])

    def _stopped_or_refused(self, job_id, accepted):
        """The answer of a kind that tells by its HTTP status whether it accepts a stop."""
        if self.resource is TRAINING:
            return _answer(202, self._row(self.jobs[job_id])) if accepted else _answer(409, {"error_code": "ModelArts.2796"})
        return _answer(200, {}) if accepted else _answer(400, {"error_code": "ModelArts.3519"})

    def _stop_one(self, job_id, fault, heard):
        job = self.jobs.get(job_id)
        accepted = fault != "busy" and job is not None and job.stop(self.time - START)
        if accepted and heard:
            job.told += 1
        if self.resource is DRS:
            refusal = {} if fault == "busy" else {"error_code": "DRS.M00304"}
            return {"id": job_id, "status": "success" if accepted else "failed", **({} if accepted else refusal)}
        return {"is_success": True} if accepted else {"is_success": False, "error_code": "ModelArts.0105"}

    def _read(self, request):
        last = urllib.parse.unquote(request.url.split("/")[-1])
        if last in ("jobs", "visualization-jobs", "services", "training-job-searches"):
            return self._listed({**dict(request.query), **json.loads(request.body or b"{}")})
        job = self.jobs.get(last)
        if job is None or job.state == "gone":
            return _answer(*ABSENT[self.resource.name])
        return _answer(200, {"job": self._row(job)} if self.resource is DRS else self._row(job))

    def _listed(self, query):
        rows = [self._row(job) for job in self.jobs.values() if job.state != "gone"]
        if self.resource is DRS and query.get("job_type") != "migration":
            rows = []
        listing = self.resource.dialects[0].listing
        start, limit = int(query[listing.pager.position]), int(query[listing.pager.limit])
        if self.resource is not DRS:  # pages
            start = (start - listing.pager.first) * limit
        return _answer(200, {listing.items: rows[start:start + limit], listing.total: len(rows)})

    def _row(self, job):
        status = STATUS[self.resource.name][job.state]
        if self.resource is TRAINING:
            return {"metadata": {"id": job.id, "name": job.name, "create_time": job.created}, "status": {"phase": status}}
        if self.resource is SERVICE:
            return {"service_id": job.id, "service_name": job.name, "publish_at": job.created, "status": status, "infer_type": "batch"}
        names = ("id", "name") if self.resource is DRS else ("job_id", "job_name")
        return {names[0]: job.id, names[1]: job.name, "status": status, "create_time": job.created}


def _answer(status, document):
    return Answer(status, {}, json.dumps(document).encode())
