# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""SQL jobs, according to "SQL Job-related APIs" in the OTC Data Lake Insight API reference."""
from __future__ import annotations

from typing import Any

from aiohttp import web

from .answers import Refusal, error, reply
from .call import Call, Route
from .dli_batches import missing
from .jobs import Job, Verdict
from .kinds import SQL_JOB
from .lists import duration, milliseconds, one_of, ordered, own_fields, tags_of
from .paging import Pager, total_of

RESOURCE = SQL_JOB.resource
_TYPES = (
    "ALL", "DDL", "DCL", "IMPORT", "EXPORT", "QUERY", "INSERT", "DATA_MIGRATION", "UPDATE", "DELETE", "RESTART_QUEUE", "SCALE_QUEUE",
)
_ORDERS = ("start_time_desc", "start_time_asc", "duration_desc", "duration_asc")
_LAST_PAGE = 100


def _invalid(message: str) -> web.Response:
    return error(400, "DLI.0001", message)


PAGER = Pager("current-page", "page-size", 50, 100, "number", _invalid)


def list_jobs(call: Call) -> web.Response:
    """Answer "Querying All Jobs"."""
    if PAGER.page(call) > _LAST_PAGE:
        raise Refusal(_invalid(f"current-page must be from 1 to {_LAST_PAGE}"))
    rows = [(job, _row(call, job, status)) for job, status in call.core.world.jobs(RESOURCE, call.project)]
    key, _mark, direction = one_of(call, "order", _ORDERS, _invalid).rpartition("_")
    rows = ordered([pair for pair in rows if _wanted(call, pair[1])], lambda pair: pair[1][key], direction == "desc")
    page = [call.shown(job, row) for job, row in PAGER.cut(call, rows)]
    return reply({"is_success": True, "message": "", "job_count": total_of(call, rows), "jobs": page})


def _wanted(call: Call, row: dict[str, Any]) -> bool:
    query = call.query
    kind = one_of(call, "job-type", _TYPES, _invalid)
    one_of(call, "job-status", ("", *SQL_JOB.phases), _invalid)
    return (
        kind in ("ALL", row["job_type"])
        and query.get("job-status", row["status"]) == row["status"]
        and query.get("job-id", row["job_id"]) == row["job_id"]
        and query.get("queue_name", row["queue_name"]) == row["queue_name"]
        and query.get("owner", row["owner"]) == row["owner"]
        and query.get("sql_pattern", "").lower() in row["statement"].lower()
        and _time(call, "start", 0) <= row["start_time"] <= _time(call, "end", 2**63)
    )


def _time(call: Call, name: str, default: int) -> int:
    text = call.query.get(name, str(default))
    if not text.isascii() or not text.isdigit():
        raise Refusal(_invalid(f"{name} must be a number of milliseconds, not {text!r}"))
    return int(text)


def show_job(call: Call) -> web.Response:
    """Answer "Querying Job Status"."""
    job = _find(call)
    return reply(call.shown(job, {"is_success": True, "message": "", **_row(call, job, job.status)}))


def cancel_job(call: Call) -> web.Response:
    """Answer "Canceling a Job (Recommended)"."""
    job = _find(call)
    verdict = call.stop(job)
    return reply({"is_success": True, "message": ""}) if verdict.accepted else _refusal(job, verdict)


def _refusal(job: Job, verdict: Verdict) -> web.Response:
    """Return the refusal of a stop. The reference names no code; this is the general one for what is not supported."""
    busy = verdict.reason == "busy"
    code = job.script.refuse_code if busy and job.script.refuse_code else "DLI.0007"
    status = job.script.refuse_status if busy and job.script.refuse_status else 400
    return error(status, code, f"The job in the status {job.status} cannot be canceled.")


def _find(call: Call) -> Job:
    job = call.core.world.job(RESOURCE, call.project, None, call.path["job_id"])
    if job is None:
        raise missing(call, f"The job {call.path['job_id']} does not exist.")
    return job


def _row(call: Call, job: Job, status: str) -> dict[str, Any]:
    row = {
        "job_id": job.id, "job_type": "QUERY", "queue_name": "default", "owner": "operator", "start_time": milliseconds(job.created),
        "duration": milliseconds(duration(call, job)), "status": status, "statement": "SELECT 'simulator-statement'", "message": "",
        "input_row_count": 0, "bad_row_count": 0, "input_size": 0, "result_count": 0, "detail": "", **tags_of(call, job),
    }
    return {**row, **own_fields(job)}


_BASE = "/dli/v1.0/{project_id}/jobs"
ROUTES = [
    Route("GET", _BASE, "list", RESOURCE, list_jobs, PAGER.page),
    Route("GET", _BASE + "/{job_id}/status", "read", RESOURCE, show_job),
    Route("DELETE", _BASE + "/{job_id}", "stop", RESOURCE, cancel_job),
]
