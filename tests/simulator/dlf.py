# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Jobs of DataArts Factory, according to "Job Development APIs" in the OTC DataArts Studio API reference."""
from __future__ import annotations

from typing import Any

from aiohttp import web

from .answers import Refusal, error, reply
from .call import Call, Route
from .jobs import Job, Verdict
from .kinds import DLF_JOB
from .lists import milliseconds, one_of, own_fields
from .paging import Pager, total_of

RESOURCE = DLF_JOB.resource
_OF_BATCH_JOBS = ("SCHEDULING", "STOPPED", "PAUSED")


def _invalid(message: str) -> web.Response:
    return error(400, "DLF.3051", message)


PAGER = Pager("offset", "limit", 10, 100, "dlf_offset", _invalid)


def list_jobs(call: Call) -> web.Response:
    """Answer "Viewing a Job List"."""
    wanted = one_of(call, "jobType", ("BATCH", "REAL_TIME"), _invalid)
    jobs = call.core.world.jobs(RESOURCE, call.project, _workspace(call))
    rows = [(job, _row(job, status)) for job, status in jobs if _type(job) == wanted and call.query.get("jobName", "") in job.id]
    page = [call.shown(job, row) for job, row in PAGER.cut(call, rows)]
    return reply({"total": total_of(call, rows), "jobs": page})


def show_status(call: Call) -> web.Response:
    """Answer "Viewing Running Status of a Real-Time Job"."""
    job = _find(call)
    if _type(job) != "REAL_TIME":
        raise Refusal(_invalid("The job is no real-time job."))
    return reply(call.shown(job, {"name": job.id, "status": job.status, "nodes": []}))


def stop_job(call: Call) -> web.Response:
    """Answer "Stopping a Job": 204."""
    job = _find(call)
    verdict = call.stop(job)
    return reply(status=204) if verdict.accepted else _refusal(job, verdict)


def _refusal(job: Job, verdict: Verdict) -> web.Response:
    """Return the refusal of a stop. The reference names no code; this is the general one of these calls."""
    busy = verdict.reason == "busy"
    code = job.script.refuse_code if busy and job.script.refuse_code else "DLF.3051"
    status = job.script.refuse_status if busy and job.script.refuse_status else 400
    return error(status, code, f"The job in the status {_shown(job, job.status)} cannot be stopped.")


def _workspace(call: Call) -> str | None:
    """Return the workspace of the header, None for the default one. One without jobs does not exist."""
    workspace = call.headers.get("workspace")
    if workspace is not None and all(job.parent != workspace for job in call.core.world.every(DLF_JOB)):
        raise Refusal(error(400, "DLF.0819", f"The workspace {workspace} does not exist."))
    return workspace


def _find(call: Call) -> Job:
    job = call.core.world.job(RESOURCE, call.project, _workspace(call), call.path["job_name"])
    if job is None:
        raise Refusal(error(400, "DLF.0100", "The job does not exists."))
    return job


def _type(job: Job) -> str:
    """Return the type of a job, by the status that it began with if the scenario does not name it."""
    return str(job.fields.get("jobType", "BATCH" if job.status_at(job.born) in _OF_BATCH_JOBS else "REAL_TIME"))


def _shown(job: Job, status: str) -> str:
    """Return a status as the API shows it: there is none for a batch job that is being stopped."""
    return "SCHEDULING" if status == "STOPPING" and _type(job) == "BATCH" else status


def _row(job: Job, status: str) -> dict[str, Any]:
    created = milliseconds(job.created)
    row = {
        "name": job.id, "jobType": _type(job), "owner": "operator", "createUser": "operator", "priority": 0, "status": _shown(job, status),
        "createTime": created, "startTime": created, "lastUpdateUser": "operator", "path": "/", "singleNodeJobFlag": False,
    }
    return {**row, **own_fields(job)}


_BASE = "/dlf/v1/{project_id}/jobs"
ROUTES = [
    Route("GET", _BASE, "list", RESOURCE, list_jobs, PAGER.page),
    Route("GET", _BASE + "/{job_name}/status", "read", RESOURCE, show_status),
    Route("POST", _BASE + "/{job_name}/stop", "stop", RESOURCE, stop_job),
]
