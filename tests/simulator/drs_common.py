# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Code for both dialects of DRS: filters, rows, and the outcome of a stop."""
from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

from .answers import Refusal, error
from .call import Call
from .jobs import Job
from .kinds import DRS
from .lists import Listed, milliseconds

RESOURCE = DRS.resource
JOB_TYPES = ("migration", "sync", "cloudDataGuard")
LIST_STATUSES = tuple(sorted(set(DRS.phases) - {
    "PAUSING", "PAUSEING", "REBUILD_NODE_STARTED", "REBUILD_NODE_FAILED", "DELETED",
    "NODE_UPGRADE_START", "NODE_UPGRADE_COMPLETE", "NODE_UPGRADE_FAILED",
}))
"""The statuses that the filter of the list accepts; these are not all statuses."""
_DEFAULTS = {
    "job_type": "migration", "engine_type": "mysql", "net_type": "eip", "task_type": "FULL_INCR_TRANS", "enterprise_project_id": "0", "description": "",
}


def invalid(message: str, code: str = "DRS.M00200") -> Refusal:
    """Return the refusal of a bad parameter."""
    return Refusal(error(400, code, message))


def value(job: Job, key: str) -> Any:
    """Return a property of a job, or its default."""
    return job.fields.get(key, _DEFAULTS.get(key, ""))


def selected(call: Call, job_type: str, filters: dict[str, Any]) -> list[Listed]:
    """Return the jobs of a type that match the filters; empty filters match all. Sub-tasks are included only if they have their own rows."""
    status = filters.get("status")
    if status and status not in LIST_STATUSES:
        raise invalid(f"status {status!r} is not a status of the list.")
    return [
        (job, shown) for job, shown in call.core.world.jobs(RESOURCE, call.project, sub_tasks=call.quirk("drs_children") != "inside")
        if value(job, "job_type") == job_type
        and (not status or shown == status)
        and _named(job, filters.get("name"))
        and all(not filters.get(key) or filters[key] == value(job, key) for key in ("net_type", "enterprise_project_id", "engine_type"))
    ]


def _named(job: Job, wanted: str | None) -> bool:
    """Whether the name of a job contains the wanted text, or a job or its sub-task has one of the wanted ids."""
    if not wanted:
        return True
    ids = wanted.split(",")
    return wanted in job.name or any(each.id in ids for each in (job, *job.children))


def children_of(call: Call, job: Job) -> list[Job]:
    """Return the sub-tasks that the row of a job shows."""
    found = (call.core.world.job(RESOURCE, call.project, None, child.id) for child in job.children)
    return [] if call.quirk("drs_children") == "alone" else [child for child in found if child is not None]


def created(call: Call, job: Job, documented: str) -> Any:
    """Return the time of creation in the documented form of the call, or in the form that the scenario sets."""
    form = call.quirk("drs_create_time")
    form = documented if form == "documented" else form
    moment = datetime.fromtimestamp(job.created, timezone.utc)
    if form == "space":
        return moment.strftime("%Y-%m-%d %H:%M:%S")
    if form == "iso":
        return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    return milliseconds(job.created) if form == "epoch_ms" else str(milliseconds(job.created))


def extras(job: Job) -> dict[str, Any]:
    """Return the fields a scenario adds to a row."""
    return {key: inner for key, inner in job.fields.items() if key not in (*_DEFAULTS, "workspace_id", "duration", "tags")}


def action_of(job: Job) -> dict[str, Any]:
    """Return the actions that v5 allows for a job now."""
    may_stop = job.kind.phase(job.status) == "stoppable"
    return {
        "available_actions": ["FREE_RESOURCE"] if may_stop else (["DELETE"] if job.phase == "ended" else []),
        "unavailable_actions": [] if may_stop else ["FREE_RESOURCE"],
        "current_action": "" if may_stop else "FREE_RESOURCE",
    }


def result(call: Call, word: str) -> str:
    """Return `success` or `failed`, in the letter case that the scenario sets."""
    return word.title() if call.quirk("drs_result_case") == "title" else word


def stop_failure(call: Call, job: Job, force: bool) -> tuple[str, str] | None:
    """Ask a job to stop; return None, or the code and text of the refusal."""
    if job.children and call.quirk("drs_parent_stop") == "refuse":
        return "DRS.M00307", "Only subtasks can be operated."
    verdict = call.stop(job, force)
    if verdict.accepted:
        return None
    if verdict.reason == "busy":
        return job.script.refuse_code or "DRS.M01504", "Another operation is in progress or the task is abnormal."
    return "DRS.M00304", "This operation cannot be performed in the current status."


def items_of(call: Call) -> list[dict[str, Any]]:
    """Return the `jobs` of a batch request; raise Refusal for none, for duplicates, and for more than allowed."""
    items = call.json().get("jobs")
    if not isinstance(items, list) or not items or not all(isinstance(item, dict) and isinstance(item.get("job_id"), str) for item in items):
        raise invalid("jobs must be a list of objects with a job_id.")
    ids = [item["job_id"] for item in items]
    maximum = call.quirk("drs_batch_max")
    if maximum and len(ids) > maximum:
        raise invalid("Only one job id is allowed." if maximum == 1 else f"At most {maximum} jobs are allowed.", "DRS.M00299" if maximum == 1 else "DRS.M00200")
    if len(set(ids)) < len(ids):
        raise invalid("Duplicate job ids.", "DRS.M00301")
    return items


def answer_item(call: Call, item: dict[str, Any], outcome: tuple[str, str] | None) -> dict[str, Any]:
    """Return the answer for one job of a batch."""
    if outcome is None:
        return {**item, "status": result(call, "success")}
    return {**item, "status": result(call, "failed"), "error_code": outcome[0], "error_msg": outcome[1]}
