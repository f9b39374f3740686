# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tasks of edge services, according to "Service Task Management" in the OTC ModelArts API reference; services.py lists the services."""
from __future__ import annotations

import re
from datetime import datetime, timezone
from typing import Any

from aiohttp import web

from .answers import Refusal, error, reply
from .call import Call, Route
from .jobs import Job, Verdict
from .kinds import SERVICE, SERVICE_TASK
from .lists import Listed, milliseconds, one_of, ordered, own_fields
from .paging import Pager, total_of
from .world import Parent

RESOURCE = SERVICE_TASK.resource
_TASK_ID = re.compile(r"[0-9a-f]{32}")


def _invalid(message: str) -> web.Response:
    return error(400, "ModelArts.0101", message)


TASKS = Pager("offset", "limit", 10, "service_task_limit_max", "service_task_offset", _invalid, True)


def list_tasks(call: Call) -> web.Response:
    """Answer "Obtaining Service Tasks"; an inference service has none."""
    if call.core.world.job(SERVICE.resource, call.project, None, call.path["service_id"]) is not None:
        return reply({"count": 0, "tasks": []})
    service = _service_of(call)
    if call.quirk("edge") and set(call.query) - {"offset", "limit"}:
        raise Refusal(_invalid("ModelArts Edge supports no filter but offset and limit."))
    rows = [pair for pair in call.core.world.jobs(RESOURCE, call.project, service.id) if _wanted_task(call, *pair)]
    sort = one_of(call, "sort_key", ("created_at", "updated_at", "name"), _invalid)
    descending = one_of(call, "sort_dir", ("desc", "asc"), _invalid) == "desc"
    rows = ordered(rows, lambda pair: pair[0].name if sort == "name" else pair[0].created, descending)
    return reply({"count": total_of(call, rows), "tasks": [_task(call, service, pair) for pair in TASKS.cut(call, rows)]})


def _wanted_task(call: Call, job: Job, status: str) -> bool:
    query = call.query
    state = query.get("state")
    if state is not None and state not in SERVICE_TASK.phases:
        raise Refusal(_invalid(f"state must be one of {', '.join(SERVICE_TASK.phases)}, not {state!r}"))
    return (
        state in (None, status)
        and query.get("id", job.id) == job.id
        and query.get("name_like", "") in job.name
        and _time(call, "created_since", 0) <= milliseconds(job.created) <= _time(call, "created_until", 2**63)
    )


def _time(call: Call, name: str, default: int) -> int:
    text = call.query.get(name, str(default))
    if not text.isascii() or not text.isdigit():
        raise Refusal(_invalid(f"{name} must be a number of milliseconds, not {text!r}"))
    return int(text)


def show_task(call: Call) -> web.Response:
    """Answer "Obtaining a Service Task"."""
    service, job = _find(call)
    return reply(_task(call, service, (job, job.status)))


def stop_task(call: Call) -> web.Response:
    """Answer "Stopping a Service Task": 202 without a body."""
    _service_found, job = _find(call)
    verdict = call.stop(job)
    return reply(status=202) if verdict.accepted else _refusal(job, verdict)


def _refusal(job: Job, verdict: Verdict) -> web.Response:
    """Return the refusal of a stop. The reference names no code; these are the general codes for a wrong state and a conflict."""
    if verdict.reason == "busy":
        code = job.script.refuse_code or "ModelArts.5044"
        return error(job.script.refuse_status or (409 if code == "ModelArts.5044" else 400), code, "Another operation on the task is in progress.")
    return error(400, "ModelArts.3519", f"The task in state {job.status} cannot be stopped.")


def _service_of(call: Call) -> Parent:
    service = call.core.world.parent("services", call.project, call.path["service_id"])
    if service is None:
        raise Refusal(error(404, "ModelArts.3502", f"Service {call.path['service_id']} does not exist."))
    return service


def _find(call: Call) -> tuple[Parent, Job]:
    task_id = call.path["task_id"]
    if not _TASK_ID.fullmatch(task_id):
        raise Refusal(_invalid(f"Invalid parameter: task_id {task_id!r} does not match ^[0-9a-f]{{32}}$"))
    service = _service_of(call)
    job = call.core.world.job(RESOURCE, call.project, service.id, task_id)
    if job is None:
        raise Refusal({
            "404": reply({}, 404),
            "404_code": error(404, "ModelArts.3502", f"Task {task_id} does not exist."),
            "400_code": error(400, "ModelArts.0101", f"Task {task_id} does not exist."),
        }[call.quirk("service_task_missing")])
    return service, job


def _task(call: Call, service: Parent, listed: Listed) -> dict[str, Any]:
    job, status = listed
    row = {
        "id": job.id, "name": job.name, "service_id": service.id, "service_name": service.name, "project_id": call.project, "creator": "operator",
        "description": "", "state": status, "created_at": _iso(job.created), "updated_at": _iso(job.created), "schedule_status": "INACTIVATED",
        "input": {"type": "vis"}, "output": {"obs": {}}, "config": {},
    }
    return call.shown(job, {**row, **own_fields(job)})


def _iso(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


_BASE = "/modelarts/v1/{project_id}/services"
ROUTES = [
    Route("GET", _BASE + "/{service_id}/tasks", "list", RESOURCE, list_tasks, TASKS.page),
    Route("GET", _BASE + "/{service_id}/tasks/{task_id}", "read", RESOURCE, show_task),
    Route("POST", _BASE + "/{service_id}/tasks/{task_id}/stop", "stop", RESOURCE, stop_task),
]
