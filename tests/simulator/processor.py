# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Data-processing tasks and their versions, according to "Data Management (Old Version)" in the OTC ModelArts API reference."""
from __future__ import annotations

from typing import Any

from aiohttp import web

from .answers import Refusal, error, reply
from .call import Call, Route
from .jobs import Job, Verdict
from .kinds import PROCESSOR
from .lists import duration, in_workspace, milliseconds, one_of, ordered, own_fields, raw_status
from .paging import Pager, total_of
from .world import Parent

RESOURCE = PROCESSOR.resource
TASK = "modelarts_processor_task"


def _invalid(message: str) -> web.Response:
    return error(400, "ModelArts.0104", message)


TASKS = Pager("offset", "limit", 10, 100, "processor_offset", _invalid)
VERSIONS = Pager("offset", "limit", 100, 100, "processor_offset", _invalid)


def list_tasks(call: Call) -> web.Response:
    """Answer "Querying the List of a Processing Task"."""
    descending = one_of(call, "order", ("desc", "asc"), _invalid) == "desc"
    sort = one_of(call, "sort_by", ("create_time", "name", "duration_seconds"), _invalid)
    rows = [_task(call, parent) for parent in call.core.world.parents("processor_tasks", call.project) if in_workspace(call, parent.fields)]
    rows = ordered([row for row in rows if _wanted(call, row)], lambda row: row[sort], descending)
    return reply({"count": total_of(call, rows), "tasks": TASKS.cut(call, rows)})


def _wanted(call: Call, row: dict[str, Any]) -> bool:
    query = call.query
    return (
        query.get("status", str(row["status"])) == str(row["status"])
        and query.get("task_name", "") in row["name"]
        and query.get("task_type", row["task_type"]) == row["task_type"]
    )


def show_task(call: Call) -> web.Response:
    """Answer "Querying Details About a Processing Task"."""
    return reply(_task(call, _task_of(call)))


def list_versions(call: Call) -> web.Response:
    """Answer "Querying the Version List of a Data Processing Task"."""
    task = _task_of(call)
    descending = one_of(call, "order", ("desc", "asc"), _invalid) == "desc"
    sort = one_of(call, "sort_by", ("create_time", "version_name"), _invalid)
    rows = call.core.world.jobs(RESOURCE, call.project, task.id)
    rows = ordered(rows, lambda pair: pair[0].name if sort == "version_name" else pair[0].created, descending)
    return reply({"count": total_of(call, rows), "versions": [_version(call, task, *pair) for pair in VERSIONS.cut(call, rows)]})


def show_version(call: Call) -> web.Response:
    """Answer "Querying the Details About the Version of a Data Processing Task"."""
    task, job = _find(call)
    return reply(_version(call, task, job, job.status))


def stop_version(call: Call) -> web.Response:
    """Answer "Stopping the Version of a Data Processing Task"."""
    _task_found, job = _find(call)
    verdict = call.stop(job)
    return reply({}) if verdict.accepted else _refusal(job, verdict)


def _refusal(job: Job, verdict: Verdict) -> web.Response:
    """Return the refusal of a stop. Only ModelArts.4850 (403, the version is being initialized) is documented as temporary."""
    if verdict.reason == "busy":
        code = job.script.refuse_code or "ModelArts.4850"
        return error(job.script.refuse_status or (403 if code == "ModelArts.4850" else 400), code, "The task version is being initialized.")
    return error(400, "ModelArts.0104", f"The task version cannot be stopped. status: {job.kind.raw(job.status)}")


def _missing(call: Call, code: str, message: str) -> Refusal:
    reading = call.quirk("processor_missing")
    return Refusal(reply({}, 404) if reading == "404" else error(int(reading[:3]), code, message))


def _task_of(call: Call) -> Parent:
    task = call.core.world.parent("processor_tasks", call.project, call.path["task_id"])
    if task is None:
        raise _missing(call, "ModelArts.4700", f"The task {call.path['task_id']} does not exist.")
    return task


def _find(call: Call) -> tuple[Parent, Job]:
    task = _task_of(call)
    job = call.core.world.job(RESOURCE, call.project, task.id, call.path["version_id"])
    if job is None:
        raise _missing(call, "ModelArts.4851", f"The task version {call.path['version_id']} does not exist.")
    return task, job


def _task(call: Call, parent: Parent) -> dict[str, Any]:
    """Return the row of a task; without its own status it has the status of its first version."""
    versions = call.core.world.jobs(RESOURCE, call.project, parent.id)
    status = PROCESSOR.raw(parent.status or (versions[0][1] if versions else PROCESSOR.completed))
    row = {
        "task_id": parent.id, "name": parent.name, "description": "", "status": str(status) if call.quirk("status_as_strings") else status,
        "create_time": milliseconds(parent.created), "duration_seconds": 0, "is_current": True, "version_count": len(versions),
        "version_id": "simulated-dataset-version", "version_name": "V001", "workspace_id": "0", "inputs": [], "task_type": "sys_data_cleaning",
        "template": {"id": "sys_data_cleaning"}, "work_path": {"type": 0, "path": "/simulator/"},
    }
    return {**row, **parent.fields}


def _version(call: Call, task: Parent, job: Job, status: str) -> dict[str, Any]:
    row = {
        "task_version_id": job.id, "task_id": task.id, "version_name": job.name, "description": "", "status": raw_status(call, job, status),
        "create_time": milliseconds(job.created), "update_time": milliseconds(job.created), "duration_seconds": int(duration(call, job)),
        "inputs": [], "work_path": {"type": 0, "path": "/simulator/"}, "template": {"id": "sys_data_cleaning"},
        "add_sample_count": 0, "deleted_sample_count": 0, "modified_sample_count": 0, "origin_sample_count": 0, "unmodified_sample_count": 0,
    }
    return call.shown(job, {**row, **own_fields(job)})


_BASE = "/modelarts/v2/{project_id}/processor-tasks"
ROUTES = [
    Route("GET", _BASE, "list", TASK, list_tasks, TASKS.page),
    Route("GET", _BASE + "/{task_id}", "read", TASK, show_task),
    Route("GET", _BASE + "/{task_id}/versions", "list", RESOURCE, list_versions, VERSIONS.page),
    Route("GET", _BASE + "/{task_id}/versions/{version_id}", "read", RESOURCE, show_version),
    Route("POST", _BASE + "/{task_id}/versions/{version_id}/stop", "stop", RESOURCE, stop_version),
]
