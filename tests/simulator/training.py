# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Training jobs, according to "Training Management" in the OTC ModelArts API reference."""
from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from .answers import Refusal, error, reply
from .call import Call, Route, parsed
from .jobs import Job, Verdict
from .kinds import TRAINING
from .lists import Listed, duration, milliseconds, ordered, own_fields
from .paging import Pager, total_of

RESOURCE = TRAINING.resource
_FILTER_KEYS = (
    "id", "name", "kind", "phase", "algorithm_id", "algorithm_name", "create_time", "user_id", "pool_id", "training_experiment_id", "runtime_type", "priority",
)
_OPERATORS = ("between", "like", "in", "not")


def _invalid(message: str) -> web.Response:
    return error(400, "ModelArts.2788", message)


JOBS = Pager("offset", "limit", 50, 50, "training_offset", _invalid, in_body=True)


def list_jobs(call: Call) -> web.Response:
    """Answer "Querying a Training Job List". As in its sample, `count` is the number of jobs on the page."""
    body = _body(call)
    sort = _one_of(body, "sort_by", ("create_time",))
    order = _one_of(body, "order", ("desc", "asc"))
    _check_filters(body.get("filters", []))
    workspace = _workspace(call, body)
    rows = [pair for pair in call.core.world.jobs(RESOURCE, call.project) if _is_listed(pair[0], workspace)]
    rows = ordered(rows, lambda pair: pair[0].created, order == "desc")
    page = [_job(call, pair) for pair in JOBS.cut(call, rows)]
    return reply({
        "total": total_of(call, rows), "count": len(page), "limit": body.get("limit", JOBS.default), "offset": body.get("offset", 0),
        "sort_by": sort, "order": order, "group_by": "", "workspace_id": workspace, "ai_project": "default-ai-project", "items": page,
    })


def _body(call: Call) -> dict[str, Any]:
    document = parsed(call.body)
    if not isinstance(document, dict):
        raise Refusal(_invalid("The request body is not a JSON object."))
    return document


def _one_of(body: Mapping[str, Any], name: str, choices: tuple[str, ...]) -> str:
    """Return a key of the body that must be one of the choices; the first is the default, also for an empty text."""
    value = body.get(name) or choices[0]
    if value not in choices:
        raise Refusal(_invalid(f"{name} must be one of {', '.join(choices)}, not {value!r}"))
    return str(value)


def _check_filters(filters: Any) -> None:
    """Refuse filters that the documents do not know. The simulator applies none, as the modules send none."""
    if not isinstance(filters, list) or not all(isinstance(one, dict) for one in filters):
        raise Refusal(_invalid("filters must be a list of objects"))
    for one in filters:
        if one.get("key") and one["key"] not in _FILTER_KEYS:
            raise Refusal(error(400, "ModelArts.2807", f"The filter key {one['key']!r} is not supported."))
        if one.get("operator") and one["operator"] not in _OPERATORS:
            raise Refusal(_invalid(f"operator must be one of {', '.join(_OPERATORS)}, not {one['operator']!r}"))


def _workspace(call: Call, body: Mapping[str, Any]) -> str:
    """Return the workspace whose jobs are listed. Only the SDK of Huawei Cloud knows the key of the body."""
    reading = call.quirk("training_workspace")
    if "workspace_id" in body and reading == "refused":
        raise Refusal(_invalid("The parameter workspace_id is not supported."))
    return str(body.get("workspace_id", "0")) if reading == "honored" else "0"


def _is_listed(job: Job, workspace: str) -> bool:
    """Whether a search shows a job; it leaves out fine-tuning jobs."""
    return str(job.fields.get("workspace_id", "0")) == workspace and job.fields.get("kind", "job") == "job"


def show_job(call: Call) -> web.Response:
    """Answer "Querying the Details About a Training Job"."""
    job = _find(call)
    return reply(_job(call, (job, job.status)))


def act_on_job(call: Call) -> web.Response:
    """Answer "Terminating a Training Job": 202 with the job."""
    action = _body(call).get("action_type")
    if action != "terminate":
        raise Refusal(error(400, "ModelArts.2812", f"The action type {action!r} is not supported."))
    job = _find(call)
    verdict = call.stop(job)
    return reply(_job(call, (job, job.status)), call.quirk("training_stop_status")) if verdict.accepted else _refusal(job, verdict)


def _refusal(job: Job, verdict: Verdict) -> web.Response:
    if verdict.reason == "busy":
        return error(job.script.refuse_status or 409, job.script.refuse_code or "ModelArts.2878", "The status of the job has changed.")
    return error(409, "ModelArts.2796", f"The job in phase {job.status} cannot be terminated.")


def _find(call: Call) -> Job:
    job = call.core.world.job(RESOURCE, call.project, None, call.path["job_id"])
    if job is None:
        reading = call.quirk("training_missing")
        raise Refusal(reply({}, 404) if reading == "404" else error(400, f"ModelArts.{reading}", "The training job does not exist."))
    return job


def _job(call: Call, listed: Listed) -> dict[str, Any]:
    """Return a job; `metadata` and `status` in the fields of a scenario are put over what is there."""
    job, status = listed
    phase = status.capitalize()
    row: dict[str, Any] = {
        "kind": "job",
        "metadata": {
            "id": job.id, "name": job.name, "description": "", "create_time": milliseconds(job.created), "workspace_id": job.fields.get("workspace_id", "0"),
            "ai_project": "default-ai-project", "user_name": "operator", "annotations": {"job_template": "Template DL"},
        },
        "status": {
            "phase": phase, "secondary_phase": phase, "duration": milliseconds(duration(call, job)), "start_time": milliseconds(job.created),
            "tasks": ["worker-0"],
        },
        "spec": {"resource": {"flavor_id": "modelarts.vm.cpu.2u", "node_count": 1, "pool_id": None}},
    }
    for key, value in own_fields(job).items():
        row[key] = {**row[key], **value} if isinstance(row.get(key), dict) and isinstance(value, dict) else value
    return call.shown(job, row)


_BASE = "/modelarts/v2/{project_id}"
ROUTES = [
    Route("POST", _BASE + "/training-job-searches", "list", RESOURCE, list_jobs, JOBS.page),
    Route("GET", _BASE + "/training-jobs/{job_id}", "read", RESOURCE, show_job),
    Route("POST", _BASE + "/training-jobs/{job_id}/actions", "stop", RESOURCE, act_on_job),
]
