# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Workflows and their executions, according to Huawei Cloud's Python SDK for ModelArts."""
from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

from aiohttp import web

from .answers import Refusal, error, reply
from .call import Call, Route, parsed
from .jobs import Job, Verdict
from .kinds import WORKFLOW_EXECUTION
from .lists import Listed, duration, one_of, ordered, own_fields
from .paging import Pager, total_of
from .world import Parent

RESOURCE = WORKFLOW_EXECUTION.resource
WORKFLOW = "modelarts_workflow"
_ACTIONS = ("stop", "rerun")


def _invalid(message: str) -> web.Response:
    return error(400, "ModelArts.0101", message)


# Neither the default nor the maximum is documented.
PAGER = Pager("offset", "limit", 10, "workflow_limit_max", "record", _invalid, True)


def list_workflows(call: Call) -> web.Response:
    """Answer "ListWorkflows", which knows no filter for workspaces."""
    exact = one_of(call, "search_type", ("contain", "equal"), _invalid) == "equal"
    wanted = call.query.get("name", "")
    parents = [
        parent for parent in call.core.world.parents("workflows", call.project) if (wanted == parent.name if exact else wanted in parent.name)
    ]
    rows = ordered(parents, lambda parent: parent.created, one_of(call, "order", ("desc", "asc"), _invalid) == "desc")
    page = [_workflow(call, parent) for parent in PAGER.cut(call, rows)]
    return reply({"total": total_of(call, rows), "count": len(rows), "items": page})


def _workflow(call: Call, parent: Parent) -> dict[str, Any]:
    executions = call.core.world.jobs(RESOURCE, call.project, parent.id)
    latest = {"execution_id": executions[-1][0].id, "status": executions[-1][1].lower(), "running_steps": []} if executions else None
    row = {
        "workflow_id": parent.id, "name": parent.name, "description": "", "created_at": _iso(parent.created), "workspace_id": "0",
        "latest_execution": latest, "run_count": len(executions), "labels": [],
    }
    return {**row, **parent.fields}


def list_executions(call: Call) -> web.Response:
    """Answer "ListWorkflowExecutions"."""
    workflow = _workflow_of(call)
    wanted = call.query.get("status")
    rows = [
        (job, status) for job, status in call.core.world.jobs(RESOURCE, call.project, workflow.id)
        if _workspace(workflow, job) == call.query.get("workspace_id", "0") and wanted in (None, "", status.lower())
    ]
    rows = ordered(rows, lambda pair: pair[0].created, one_of(call, "order", ("desc", "asc"), _invalid) == "desc")
    page = [_execution(call, workflow, pair) for pair in PAGER.cut(call, rows)]
    return reply({"total": total_of(call, rows), "count": len(page), "items": page})


def show_execution(call: Call) -> web.Response:
    """Answer "ShowWorkflowExecution"."""
    workflow, job = _find(call)
    return reply(_execution(call, workflow, (job, job.status)))


def act_on_execution(call: Call) -> web.Response:
    """Answer "CreateWorkflowExecutionsAction": the execution. The simulator reruns nothing."""
    workflow, job = _find(call)
    document = parsed(call.body)
    action = document.get("action_name") if isinstance(document, dict) else None
    if action != "stop":
        raise Refusal(_invalid(f"action_name must be one of {', '.join(_ACTIONS)}, not {action!r}" if action not in _ACTIONS else "no rerun here"))
    verdict = call.stop(job)
    if not verdict.accepted:
        return _refusal(job, verdict)
    return reply(_execution(call, workflow, (job, job.status)), call.quirk("workflow_stop_status"))


def _refusal(job: Job, verdict: Verdict) -> web.Response:
    """Return the refusal of a stop. Its code is not documented; this is the general one."""
    busy = verdict.reason == "busy"
    code = job.script.refuse_code if busy and job.script.refuse_code else "ModelArts.0105"
    return error(job.script.refuse_status or 400 if busy else 400, code, f"The execution in the status {job.status.lower()} cannot be stopped.")


def _missing(call: Call, code: str, what: str) -> Refusal:
    return Refusal(reply({}, 404) if call.quirk("workflow_missing") == "404" else error(400, code, f"The {what} does not exist."))


def _workflow_of(call: Call) -> Parent:
    workflow = call.core.world.parent("workflows", call.project, call.path["workflow_id"])
    if workflow is None:
        raise _missing(call, "ModelArts.7512", "workflow")
    return workflow


def _find(call: Call) -> tuple[Parent, Job]:
    workflow = _workflow_of(call)
    job = call.core.world.job(RESOURCE, call.project, workflow.id, call.path["execution_id"])
    if job is None:
        raise _missing(call, "ModelArts.7511", "execution")
    return workflow, job


def _workspace(workflow: Parent, job: Job) -> str:
    return str(job.fields.get("workspace_id", workflow.fields.get("workspace_id", "0")))


def _execution(call: Call, workflow: Parent, listed: Listed) -> dict[str, Any]:
    job, status = listed
    row = {
        "execution_id": job.id, "name": job.name, "description": "", "status": status.lower(), "created_at": _iso(job.created),
        "workspace_id": _workspace(workflow, job), "workflow_id": workflow.id, "workflow_name": workflow.name, "duration": f"{int(duration(call, job))}",
        "steps_execution": [{"step_name": "train", "type": "job", "status": status.lower(), "instance_id": ""}], "labels": [], "parameters": [],
    }
    return call.shown(job, {**row, **own_fields(job)})


def _iso(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


_BASE = "/modelarts/v2/{project_id}/workflows"
ROUTES = [
    Route("GET", _BASE, "list", WORKFLOW, list_workflows, PAGER.page),
    Route("GET", _BASE + "/{workflow_id}/executions", "list", RESOURCE, list_executions, PAGER.page),
    Route("GET", _BASE + "/{workflow_id}/executions/{execution_id}", "read", RESOURCE, show_execution),
    Route("POST", _BASE + "/{workflow_id}/executions/{execution_id}/actions", "stop", RESOURCE, act_on_execution),
]
