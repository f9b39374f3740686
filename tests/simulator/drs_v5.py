# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""DRS v5, according to the Huawei Cloud DRS API reference ("Querying the Task List", "Stopping a Task", "Stopping Tasks in Batches")."""
from __future__ import annotations

from typing import Any

from aiohttp import web

from .answers import error, reply
from .call import Call, Route
from .drs_common import (
    JOB_TYPES,
    RESOURCE,
    action_of,
    answer_item,
    children_of,
    created,
    extras,
    invalid,
    items_of,
    result,
    selected,
    stop_failure,
    value,
)
from .jobs import Job
from .lists import one_of, ordered, tags_of
from .paging import Pager, total_of

_MISSING = ("DRS.10000010", "The job does not exist.")
_SORT_KEYS = ("create_time", "name", "status", "net_type", "job_direction", "pay_mode")


def _refuse(message: str) -> web.Response:
    return error(400, "DRS.M00200", message)


PAGER = Pager("offset", "limit", 10, "drs_v5_limit_max", "record", _refuse, True)


def list_jobs(call: Call) -> web.Response:
    """Answer the list: `job_type` is required."""
    job_type = call.query.get("job_type", "")
    if job_type not in (*JOB_TYPES, "replay"):
        raise invalid(f"job_type must be one of {', '.join(JOB_TYPES)}, not {job_type!r}.")
    sort = one_of(call, "sort_key", _SORT_KEYS, _refuse)
    descending = one_of(call, "sort_dir", ("desc", "asc"), _refuse) == "desc"
    rows = selected(call, job_type, {key: call.query.get(key) for key in ("status", "name", "net_type", "enterprise_project_id", "engine_type")})
    rows = ordered(rows, lambda pair: _sort_value(sort, *pair), descending)
    page = [_row(call, job, status) for job, status in PAGER.cut(call, rows)]
    return reply({"total_count": total_of(call, rows), "jobs": page})


def _sort_value(sort: str, job: Job, status: str) -> Any:
    return {"create_time": job.created, "name": job.name, "status": status}.get(sort, value(job, sort))


def _row(call: Call, job: Job, status: str) -> dict[str, Any]:
    role = "child" if job.master else "parent" if job.children else ""
    return call.shown(job, {
        "id": job.id, "name": job.name, "status": status, "description": value(job, "description"), "create_time": created(call, job, "epoch_ms_string"),
        "engine_type": value(job, "engine_type"), "net_type": value(job, "net_type"), "charging_mode": "on_demand", "billing_tag": True,
        "job_direction": "up", "job_type": value(job, "job_type"), "task_type": value(job, "task_type"),
        "enterprise_project_id": value(job, "enterprise_project_id"), "job_mode": "sync_child" if role else "single",
        "job_mode_role": role, "is_multi_az": False, "node_role": "", "node_new_framework": True,
        "job_action": action_of(job), "children": [_row(call, child, child.status) for child in children_of(call, job)], **extras(job),
    })


def show_job(call: Call) -> web.Response:
    """Answer the details."""
    job = _find(call)
    base = {key: value(job, key) for key in ("job_type", "engine_type", "task_type", "net_type", "enterprise_project_id", "description")}
    return reply({"job": call.shown(job, {
        "id": job.id, "status": job.status, "create_time": created(call, job, "epoch_ms_string"),
        "base_info": {"name": job.name, **base, "job_direction": "up", "charging_mode": "on_demand", "expired_days": 14, **tags_of(call, job)},
        **extras(job),
    })})


def show_actions(call: Call) -> web.Response:
    """Answer the query for the actions that are allowed now."""
    return reply({"job_action": action_of(_find(call))})


def stop_job(call: Call) -> web.Response:
    """Answer the stop of one job; a refusal is a 200 or a 400, as the scenario sets it."""
    force = _force(call.json())
    job = _find(call)
    outcome = stop_failure(call, job, force)
    if outcome is None:
        return reply({"id": job.id, "name": job.name, "status": result(call, "success")})
    if call.quirk("drs_v5_refusal") == 400 or job.script.refuse_status == 400:
        return error(400, *outcome)
    return reply(answer_item(call, {"id": job.id, "name": job.name}, outcome))


def stop_jobs(call: Call) -> web.Response:
    """Answer the stop of several jobs, each with its own outcome."""
    return reply({"jobs": [_stop_item(call, item["job_id"], _force(item)) for item in items_of(call)]})


def _stop_item(call: Call, job_id: str, force: bool) -> dict[str, Any]:
    job = call.core.world.job(RESOURCE, call.project, None, job_id)
    if job is None:
        return answer_item(call, {"id": job_id}, _MISSING)
    return answer_item(call, {"id": job_id, "name": job.name}, stop_failure(call, job, force))


def _force(document: dict[str, Any]) -> bool:
    force = document.get("is_force_stop", False)
    if not isinstance(force, bool):
        raise invalid("is_force_stop must be true or false.")
    return force


def _find(call: Call) -> Job:
    job = call.core.world.job(RESOURCE, call.project, None, call.path["job_id"])
    if job is None:
        raise invalid(_MISSING[1], _MISSING[0])
    return job


_BASE = "/drs/v5/{project_id}/jobs"
ROUTES = [
    Route("GET", _BASE, "list", RESOURCE, list_jobs, PAGER.page, "drs_v5"),
    Route("POST", _BASE + "/batch-stop", "batch_stop", RESOURCE, stop_jobs, None, "drs_batch_stop"),
    Route("GET", _BASE + "/{job_id}", "read", RESOURCE, show_job, None, "drs_v5"),
    Route("GET", _BASE + "/{job_id}/actions", "actions", RESOURCE, show_actions, None, "drs_v5"),
    Route("POST", _BASE + "/{job_id}/stop", "stop", RESOURCE, stop_job, None, "drs_v5"),
]
