# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Inference services of API v2, according to Huawei Cloud's SDK for ModelArts (ListInferServices, ShowInferService, StopInferService).

No code of a refusal is documented, so those here are made up.
"""
from __future__ import annotations

from typing import Any

from aiohttp import web

from .answers import Refusal, error, reply
from .call import Call, Route
from .jobs import Job, Verdict
from .kinds import INFERENCE_V2
from .lists import milliseconds, one_of, ordered, own_fields, tags_of
from .paging import Pager, total_of

RESOURCE = INFERENCE_V2.resource


def _invalid(message: str) -> web.Response:
    return error(400, "ModelArts.9400", message)


SERVICES = Pager("offset", "limit", 10, 500, "record", _invalid)


def list_services(call: Call) -> web.Response:
    """Answer "ListInferServices"."""
    sort = one_of(call, "sort_key", ("update_at", "create_at"), _invalid)
    descending = one_of(call, "sort_dir", ("DESC", "ASC"), _invalid) == "DESC"
    first, size = SERVICES.read(call)
    if first % size:
        raise Refusal(_invalid(f"offset must be a multiple of limit, not {first} with {size}"))
    rows = [(job, _listed(call, job, status)) for job, status in call.core.world.jobs(RESOURCE, call.project)]
    rows = ordered([pair for pair in rows if _wanted(call, pair[1])], lambda pair: pair[1][sort], descending)
    page = [call.shown(job, row) for job, row in SERVICES.cut(call, rows)]
    return reply({"current": first // size, "size": len(page), "pages": -(-len(rows) // size), "total": total_of(call, rows), "data": page})


def _wanted(call: Call, row: dict[str, Any]) -> bool:
    """Whether a service has what the query asks for. What a list without `workspace_id` shows is not documented; here it is all."""
    exact = ("id", "status", "type", "workspace_id", "user_name")
    return all(call.query[key] == str(row[key]) for key in exact if key in call.query) and call.query.get("name", "") in row["name"]


def show_service(call: Call) -> web.Response:
    """Answer "ShowInferService"."""
    job = _find(call)
    return reply(call.shown(job, _detailed(call, job)))


def stop_service(call: Call) -> web.Response:
    """Answer "StopInferService": the service itself."""
    job = _find(call)
    if job.fields.get("provider"):
        return error(403, "ModelArts.9403", "The header X-Auth-Token-Provider is needed.")
    verdict = call.stop(job)
    return reply(_detailed(call, job), call.quirk("inference_v2_stop_status")) if verdict.accepted else _refusal(job, verdict)


def _refusal(job: Job, verdict: Verdict) -> web.Response:
    code = (job.script.refuse_code if verdict.reason == "busy" else None) or "ModelArts.9409"
    return error(job.script.refuse_status or 400, code, f"The service in status {job.status} cannot be stopped.")


def _find(call: Call) -> Job:
    job = call.core.world.job(RESOURCE, call.project, None, call.path["job_id"])
    if job is None:
        missing = error(400, "ModelArts.9404", "The service does not exist.")
        raise Refusal(reply({}, 404) if call.quirk("inference_v2_missing") == 404 else missing)
    return job


def _common(call: Call, job: Job, status: str) -> dict[str, Any]:
    return {
        "id": job.id, "name": job.name, "workspace_id": "0", "type": "REAL_TIME", "deploy_type": "SINGLE", "status": status, "schedule": [],
        "frozen_infos": [], **tags_of(call, job),
    }


def _listed(call: Call, job: Job, status: str) -> dict[str, Any]:
    created = milliseconds(job.created)
    user = call.core.scenario["users"][0]["name"]
    row = {**_common(call, job, status), "version": "1.0.0", "version_count": 1, "user_name": user, "create_at": created, "update_at": created}
    return {**row, **own_fields(job)}


def _detailed(call: Call, job: Job) -> dict[str, Any]:
    """Return the details: times are texts, and the user is missing."""
    created = str(milliseconds(job.created))
    row = {**_common(call, job, job.status), "version": {"version": "1.0.0"}, "create_at": created, "update_at": created, **own_fields(job)}
    return {key: value for key, value in row.items() if key != "user_name"}


_BASE = "/modelarts/v2/{project_id}/services"
ROUTES = [
    Route("GET", _BASE, "list", RESOURCE, list_services, SERVICES.page),
    Route("GET", _BASE + "/{job_id}", "read", RESOURCE, show_service),
    Route("POST", _BASE + "/{job_id}/stop", "stop", RESOURCE, stop_service),
]
