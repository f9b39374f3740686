# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""DRS v3, according to "Public API Management" in the OTC DRS API reference."""
from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from aiohttp import web

from .answers import reply
from .call import Call, Route
from .drs_common import (
    JOB_TYPES,
    RESOURCE,
    answer_item,
    children_of,
    created,
    extras,
    invalid,
    items_of,
    selected,
    stop_failure,
    value,
)
from .jobs import Job
from .kinds import GONE
from .lists import Listed, milliseconds, ordered, tags_of
from .paging import page_of, total_of

_DELETABLE = ("CREATE_FAILED", "RELEASE_RESOURCE_COMPLETE", "RELEASE_CHILD_TRANSFER_COMPLETE")
_DELETE_TYPES = ("terminate", "force_terminate", "delete")


def list_jobs(call: Call) -> web.Response:
    """Answer "Querying Tasks of a Tenant". A missing `engine_type` means mysql, an empty one means all."""
    body = call.json()
    first, size = _list_page(call)
    if body.get("db_use_type") not in JOB_TYPES:
        raise invalid(f"db_use_type must be one of {', '.join(JOB_TYPES)}, not {body.get('db_use_type')!r}.")
    for key in ("name", "status", "engine_type", "net_type", "enterprise_project_id"):
        if not isinstance(body.get(key, ""), str):
            raise invalid(f"{key} must be a text, not {body[key]!r}.")
    rows = selected(call, body["db_use_type"], {**body, "engine_type": body.get("engine_type", "mysql")})
    rows = ordered(rows, lambda pair: pair[0].created, True)
    page = [_row(call, pair) for pair in page_of(call, rows, first, size or len(rows))]
    return reply({"total_record": total_of(call, rows), "jobs": page})


def _list_page(call: Call) -> tuple[int, int]:
    """Return the first record and the size of the page; a size of 0 means all records."""
    body = call.json()
    for key in ("cur_page", "per_page"):
        if key not in body:
            raise invalid(f"{key} is required.")
    current, size = _number(body, "cur_page", 1, 0), _number(body, "per_page", 10, 0, 100)
    if size == 0 and current > 1:
        raise invalid("per_page 0 goes with cur_page 0 or 1 only.", "DRS.M00210")
    return (0, 0) if current == 0 or size == 0 else ((current - 1) * size, size)


def _number(body: dict[str, Any], key: str, default: int, low: int, high: float = math.inf) -> int:
    number = body.get(key, default)
    if isinstance(number, bool) or not isinstance(number, int) or not low <= number <= high:
        raise invalid(f"{key} must be a whole number from {low}{'' if high == math.inf else f' to {high}'}, not {number!r}.", "DRS.M00210")
    return number


def _list_number(call: Call) -> int:
    first, size = _list_page(call)
    return first // size + 1 if size else 1


def _row(call: Call, listed: Listed) -> dict[str, Any]:
    job, status = listed
    children = children_of(call, job)
    row = {
        "id": job.id, "name": job.name, "status": _shown(call, status), "description": value(job, "description"), "create_time": created(call, job, "space"),
        "engine_type": value(job, "engine_type"), "net_type": value(job, "net_type"), "billing_tag": True, "job_direction": "up",
        "db_use_type": value(job, "job_type"), "task_type": value(job, "task_type"), "node_newFramework": True, **extras(job),
    }
    return call.shown(job, {**row, "children": [_row(call, (child, child.status)) for child in children]} if children else row)


def _shown(call: Call, status: str) -> str:
    """Return the status as the status call spells it: its documentation spells one status differently."""
    return "PAUSEING" if status == "PAUSING" and call.quirk("drs_pauseing") else status


def show_statuses(call: Call) -> web.Response:
    """Answer "Querying Task Statuses in Batches"."""
    return _batch(call, lambda job: {"id": job.id, "status": _shown(call, job.status)})


def show_details(call: Call) -> web.Response:
    """Answer "Querying Task Details in Batches"."""
    def detail(job: Job) -> dict[str, Any]:
        made = created(call, job, "epoch_ms_string")
        return {
            "id": job.id, "parent_id": job.master or "", "name": job.name, "status": _shown(call, job.status), "description": value(job, "description"),
            "create_time": made, "update_time": str(milliseconds(job.created)), "task_type": value(job, "task_type"), "db_use_type": value(job, "job_type"),
            "net_type": value(job, "net_type"), "job_direction": "up", "need_restart": False, "master_job_id": "", "multi_write": False,
            **tags_of(call, job), **extras(job),
        }
    return _batch(call, detail)


def _batch(call: Call, describe: Callable[[Job], dict[str, Any]]) -> web.Response:
    """Answer for the ids on the requested page, by default five; the answer does not mention the others."""
    body = call.json()
    ids = body.get("jobs")
    if not isinstance(ids, list) or not ids or not all(isinstance(each, str) for each in ids):
        raise invalid("jobs must be a list of ids.")
    first, size = _batch_page(body, len(ids))
    results = [_described(call, job_id, describe) for job_id in page_of(call, ids, first, size)]
    missing = [item for item in results if "error_code" in item]
    if missing and call.quirk("drs_missing_in_status") == "400":
        return reply({"results": missing, "count": len(missing)}, 400)
    if call.quirk("drs_missing_in_status") == "omitted":
        results = [item for item in results if "error_code" not in item]
    return reply({"results": results, "count": total_of(call, results)})


def _batch_page(body: dict[str, Any], count: int) -> tuple[int, int]:
    page = body.get("page_req") or {}
    if not isinstance(page, dict):
        raise invalid("page_req must be an object.")
    current, size = _number(page, "cur_page", 1, 1), _number(page, "per_page", 5, 0, 100) or count
    if current > max(1, math.ceil(count / size)):
        raise invalid(f"cur_page {current} is more than there are.", "DRS.M00211")
    return (current - 1) * size, size


def _described(call: Call, job_id: str, describe: Callable[[Job], dict[str, Any]]) -> dict[str, Any]:
    job = call.core.world.job(RESOURCE, call.project, None, job_id)
    if job is not None:
        return call.shown(job, describe(job))
    code, message = _missing(call, job_id)
    return {"id": job_id, "status": "", "error_code": code, "error_message": message}


def _missing(call: Call, job_id: str) -> tuple[str, str]:
    """Return the error for a missing job: a job that existed before has a different code from one that never existed."""
    if job_id in call.core.world.known_ids:
        return "DRS.M05004", "The task has been deleted or its resources have been released."
    return "DRS.M00289", "The task does not exist."


def stop_jobs(call: Call) -> web.Response:
    """Answer "Stopping or Deleting Tasks in Batches": 202, with a result for each job."""
    items = items_of(call)
    for item in items:
        if item.get("delete_type") not in _DELETE_TYPES:
            raise invalid(f"delete_type must be one of {', '.join(_DELETE_TYPES)}, not {item.get('delete_type')!r}.")
    results = [answer_item(call, {"id": item["job_id"]}, _end(call, item)) for item in items]
    return reply({"count": len(results), "results": results}, 202)


def _end(call: Call, item: dict[str, Any]) -> tuple[str, str] | None:
    job = call.core.world.job(RESOURCE, call.project, None, item["job_id"])
    if job is None:
        return _missing(call, item["job_id"])
    if item["delete_type"] != "delete":
        return stop_failure(call, job, item["delete_type"] == "force_terminate")
    if job.status not in _DELETABLE:
        return "DRS.M00304", "Stop the task before you delete it."
    job.become(GONE, call.core.clock())
    return None


_BASE = "/drs/v3/{project_id}/jobs"
ROUTES = [
    Route("POST", _BASE, "list", RESOURCE, list_jobs, _list_number, "drs_v3"),
    Route("POST", _BASE + "/batch-status", "batch_status", RESOURCE, show_statuses, None, "drs_v3"),
    Route("POST", _BASE + "/batch-detail", "batch_detail", RESOURCE, show_details, None, "drs_v3"),
    Route("DELETE", _BASE + "/batch-jobs", "batch_stop", RESOURCE, stop_jobs, None, "drs_v3"),
]
