# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Training jobs of the old API and their versions, according to "Training Management (Old Version)" in the OTC ModelArts API reference."""
from __future__ import annotations

from typing import Any

from aiohttp import web

from .answers import Refusal, reply, training_error
from .call import Call, Route
from .jobs import Job, Verdict
from .kinds import TRAINING_VERSION
from .lists import duration, in_workspace, milliseconds, one_of, ordered, own_fields, raw_status
from .paging import Pager, page_of, total_of
from .world import Parent

RESOURCE = TRAINING_VERSION.resource
JOB = "modelarts_old_training_job"
_SORTS = ("job_name", "job_desc", "status", "duration", "version_count", "create_time")
_LAST_PAGE = 65535


def _invalid(message: str) -> web.Response:
    return training_error(400, "ModelArts.0104", message)


PAGER = Pager("page", "per_page", 10, 1000, "number", _invalid)


def list_jobs(call: Call) -> web.Response:
    """Answer "Querying a Training Job List"."""
    sort = one_of(call, "sortBy", _SORTS, _invalid)
    descending = one_of(call, "order", ("asc", "desc"), _invalid) == "desc"
    if PAGER.page(call) > _LAST_PAGE:
        raise Refusal(_invalid(f"page must be from 1 to {_LAST_PAGE}"))
    parents = [parent for parent in call.core.world.parents("old_training_jobs", call.project) if _wanted(call, parent)]
    rows = ordered([_job(call, parent) for parent in parents], lambda row: row[sort], descending)
    return reply({"is_success": True, "job_total_count": total_of(call, rows), "job_count_limit": 999, "quotas": 100, "jobs": PAGER.cut(call, rows)})


def _wanted(call: Call, parent: Parent) -> bool:
    wanted = call.query.get("status")
    return (
        in_workspace(call, parent.fields)
        and (not wanted or wanted == str(_job(call, parent)["status"]))
        and call.query.get("search_content", "") in parent.name
    )


def list_versions(call: Call) -> web.Response:
    """Answer "Obtaining Training Job Versions". Without a page, or with page 0, all versions come at once."""
    parent = _parent_of(call)
    rows = call.core.world.jobs(RESOURCE, call.project, parent.id)
    paged = call.query.get("page", "0") != "0"
    page = PAGER.cut(call, rows) if paged else page_of(call, rows, 0, len(rows))
    versions = [call.shown(job, _version(call, job, status)) for job, status in page]
    return reply({
        "is_success": True, "job_id": int(parent.id), "job_name": parent.name, "job_desc": "", "version_count": total_of(call, rows), "versions": versions,
    })


def _page_of_versions(call: Call) -> int:
    return PAGER.page(call) if call.query.get("page", "0") != "0" else 1


def show_version(call: Call) -> web.Response:
    """Answer "Querying the Details About a Training Job Version"."""
    parent, job = _find(call)
    row = {"is_success": True, "job_id": int(parent.id), "job_name": parent.name, "job_desc": "", **_version(call, job, job.status)}
    return reply(call.shown(job, row))


def stop_version(call: Call) -> web.Response:
    """Answer "Stopping a Training Job"."""
    _parent_found, job = _find(call)
    verdict = call.stop(job)
    return reply({"is_success": True}) if verdict.accepted else _refusal(job, verdict)


def _refusal(job: Job, verdict: Verdict) -> web.Response:
    """Return the refusal of a stop, whose code is the general one; its HTTP status is not documented."""
    busy = verdict.reason == "busy"
    code = job.script.refuse_code if busy and job.script.refuse_code else "ModelArts.0105"
    status = job.script.refuse_status if busy and job.script.refuse_status else 200
    return training_error(status, code, f"This job can't be stop. job status: {job.kind.raw(job.status)}")


def _missing(call: Call) -> Refusal:
    reading = call.quirk("training_version_missing")
    status, _under, code = reading.partition("_")
    return Refusal(training_error(int(status), f"ModelArts.{code}", "The job does not exist.") if code else reply({}, 404))


def _parent_of(call: Call) -> Parent:
    parent = call.core.world.parent("old_training_jobs", call.project, call.path["job_id"])
    if parent is None:
        raise _missing(call)
    return parent


def _find(call: Call) -> tuple[Parent, Job]:
    parent = _parent_of(call)
    job = call.core.world.job(RESOURCE, call.project, parent.id, call.path["version_id"])
    if job is None:
        raise _missing(call)
    return parent, job


def _job(call: Call, parent: Parent) -> dict[str, Any]:
    """Return the row of a job; its status and duration are those of its latest version."""
    versions = call.core.world.jobs(RESOURCE, call.project, parent.id)
    latest, status = versions[-1] if versions else (None, TRAINING_VERSION.completed)
    row = {
        "job_id": int(parent.id) if not call.quirk("ids_as_strings") else parent.id, "job_name": parent.name, "job_desc": "",
        "version_id": int(latest.id) if latest else None, "status": raw_status(call, latest, status) if latest else TRAINING_VERSION.raw(status),
        "create_time": milliseconds(parent.created), "duration": milliseconds(duration(call, latest)) if latest else 0, "version_count": len(versions),
    }
    return {**row, **{key: value for key, value in parent.fields.items() if key != "workspace_id"}}


def _version(call: Call, job: Job, status: str) -> dict[str, Any]:
    row = {
        "version_id": job.id if call.quirk("ids_as_strings") else int(job.id), "version_name": job.name, "status": raw_status(call, job, status),
        "create_time": milliseconds(job.created), "start_time": milliseconds(job.created), "duration": milliseconds(duration(call, job)),
        "resource_id": f"00000000-0000-0000-0000-{int(job.id) % 10**12:012d}", "pool_id": "",
    }
    return {**row, **own_fields(job)}


_BASE = "/modelarts/v1/{project_id}/training-jobs"
ROUTES = [
    Route("GET", _BASE, "list", JOB, list_jobs, PAGER.page),
    Route("GET", _BASE + "/{job_id}/versions", "list", RESOURCE, list_versions, _page_of_versions),
    Route("GET", _BASE + "/{job_id}/versions/{version_id}", "read", RESOURCE, show_version),
    Route("POST", _BASE + "/{job_id}/versions/{version_id}/stop", "stop", RESOURCE, stop_version),
]
