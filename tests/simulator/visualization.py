# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Visualization jobs, according to "Visualization Jobs" in the OTC ModelArts API reference (historical APIs)."""
from __future__ import annotations

from typing import Any

from aiohttp import web

from .answers import Refusal, reply, training_error
from .call import Call, Route
from .jobs import Job, Verdict
from .kinds import VISUALIZATION
from .lists import duration, in_workspace, milliseconds, one_of, ordered, own_fields, raw_status
from .paging import Pager, total_of

RESOURCE = VISUALIZATION.resource


def _invalid(message: str) -> web.Response:
    return training_error(400, "ModelArts.0104", message)


PAGER = Pager("page", "per_page", 10, 1000, "number", _invalid)


def list_jobs(call: Call) -> web.Response:
    """Answer "Querying a Visualization Job List"."""
    sort = one_of(call, "sortBy", ("job_id", "job_name", "job_desc", "create_time", "status"), _invalid)
    descending = one_of(call, "order", ("asc", "desc"), _invalid) == "desc"
    rows = [pair for pair in call.core.world.jobs(RESOURCE, call.project) if _wanted(call, *pair)]
    rows = ordered(rows, lambda pair: _sort_value(sort, *pair), descending)
    page = [call.shown(job, _row(call, job, status)) for job, status in PAGER.cut(call, rows)]
    return reply({"is_success": True, "job_total_count": total_of(call, rows), "job_count_limit": 999, "quotas": 100, "jobs": page})


def _sort_value(sort: str, job: Job, status: str) -> int | float | str:
    return {"job_id": int(job.id), "job_name": job.name, "job_desc": "", "create_time": job.created, "status": job.kind.raw(status)}[sort]


def show_job(call: Call) -> web.Response:
    """Answer "Querying Visualization Job Details"."""
    job = _find(call, flagged=False)
    return reply(call.shown(job, _row(call, job, job.status)))


def stop_job(call: Call) -> web.Response:
    """Answer "Stopping a Visualization Job"."""
    job = _find(call, flagged=True)
    verdict = call.stop(job)
    if not verdict.accepted:
        return _refusal(call, job, verdict)
    return reply({"is_success": {"is_success": True}, "empty_object": {}, "none": None}[call.quirk("visualization_stop_body")])


def _refusal(call: Call, job: Job, verdict: Verdict) -> web.Response:
    """Return the refusal of a stop: its message ends in the number of the status, its code is the general code of these calls."""
    busy = verdict.reason == "busy"
    code = job.script.refuse_code if busy and job.script.refuse_code else "ModelArts.0105"
    status = job.script.refuse_status if busy and job.script.refuse_status else call.quirk("visualization_failure_status")
    return training_error(status, code, f"This job can't be stop. job status: {job.kind.raw(job.status)}")


def _find(call: Call, flagged: bool) -> Job:
    job = call.core.world.job(RESOURCE, call.project, None, call.path["job_id"])
    if job is not None:
        return job
    reading = call.quirk("visualization_missing")
    if reading == "404":
        raise Refusal(reply({}, 404))
    raise Refusal(training_error(int(reading[:3]), "ModelArts.0103", "The job does not exist.", flagged))


def _wanted(call: Call, job: Job, status: str) -> bool:
    wanted = call.query.get("status")
    return (
        in_workspace(call, job.fields)
        and (not wanted or wanted == str(job.kind.raw(status)))
        and call.query.get("search_content", "") in job.name
    )


def _row(call: Call, job: Job, status: str) -> dict[str, Any]:
    row = {
        "job_id": job.id if call.quirk("ids_as_strings") else int(job.id),
        "job_name": job.name,
        "status": raw_status(call, job, status),
        "create_time": milliseconds(job.created),
        "duration": milliseconds(duration(call, job)),
        "job_desc": "",
        "service_url": f"https://simulator.invalid/{job.id}/visualization",
        "train_url": f"/simulator/{job.name}/",
        "resource_id": f"00000000-0000-0000-0000-{int(job.id) % 10**12:012d}",
    }
    return {**row, **own_fields(job)}


_BASE = "/modelarts/v1/{project_id}/visualization-jobs"
ROUTES = [
    Route("GET", _BASE, "list", RESOURCE, list_jobs, PAGER.page),
    Route("GET", _BASE + "/{job_id}", "read", RESOURCE, show_job),
    Route("POST", _BASE + "/{job_id}/stop", "stop", RESOURCE, stop_job),
]
