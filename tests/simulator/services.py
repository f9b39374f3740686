# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Inference and edge services in one list, according to "Service Management" in the OTC ModelArts API reference.

An inference service is a job, an edge service the parent of jobs (see edge.py).
"""
from __future__ import annotations

from typing import Any

from aiohttp import web

from .answers import Refusal, error, reply
from .call import Call, Route, parsed
from .jobs import Job, Verdict
from .kinds import SERVICE
from .lists import in_workspace, milliseconds, one_of, ordered, own_fields
from .paging import Pager, total_of
from .world import Parent

RESOURCE = SERVICE.resource


def _invalid(message: str) -> web.Response:
    return error(400, "ModelArts.0101", message)


SERVICES = Pager("offset", "limit", 1000, 1000, "services_offset", _invalid, True)


def list_services(call: Call) -> web.Response:
    """Answer "Obtaining Services"."""
    descending = one_of(call, "order", ("desc", "asc"), _invalid) == "desc"
    sort = one_of(call, "sort_by", ("publish_at", "service_name", "transition_at"), _invalid)
    world = call.core.world
    rows = [_edge(parent) for parent in world.parents("services", call.project)]
    jobs = {job.id: job for job, _status in world.jobs(RESOURCE, call.project)}
    rows += [_inference(job, status) for job, status in world.jobs(RESOURCE, call.project)]
    rows = ordered([row for row in rows if _wanted(call, row)], lambda row: (isinstance(row[sort], str), row[sort]), descending)
    page = [_noted(call, row, jobs.get(row["service_id"])) for row in SERVICES.cut(call, rows)]
    return reply({"total_count": total_of(call, rows), "count": len(page), "services": page})


def _noted(call: Call, row: dict[str, Any], job: Job | None) -> dict[str, Any]:
    return call.shown(job, row) if job else row


def _wanted(call: Call, row: dict[str, Any]) -> bool:
    exact = all(call.query[key] == str(row.get(key)) for key in ("service_id", "infer_type", "status") if key in call.query)
    return exact and in_workspace(call, row) and call.query.get("service_name", "") in row["service_name"]


def show_service(call: Call) -> web.Response:
    """Answer "Obtaining Service Details"."""
    found = _find(call)
    return reply(call.shown(found, _inference(found, found.status)) if isinstance(found, Job) else _edge(found))


def update_service(call: Call) -> web.Response:
    """Answer "Updating Service Configurations": of all that it can change, the simulator knows the stop."""
    found = _find(call)
    if parsed(call.body) != {"status": "stopped"}:
        raise Refusal(_invalid('The simulator stops services and changes nothing else: the body must be {"status": "stopped"}.'))
    if not isinstance(found, Job):
        return error(400, "ModelArts.3518", "The service type is not authorized.")
    if found.fields.get("is_shared"):
        return error(400, "ModelArts.3525", "A service that was subscribed to cannot be changed.")
    verdict = call.stop(found)
    return reply({}) if verdict.accepted else _refusal(found, verdict)


def _refusal(job: Job, verdict: Verdict) -> web.Response:
    """Return the refusal of a stop; 3519 is the code for every state in which a service cannot be changed."""
    code = (job.script.refuse_code if verdict.reason == "busy" else None) or "ModelArts.3519"
    return error(job.script.refuse_status or 400, code, f"The service in state {job.status.lower()} cannot be updated.")


def _find(call: Call) -> Job | Parent:
    """Return an inference service, or an edge service."""
    key = call.path["job_id"]
    found = call.core.world.job(RESOURCE, call.project, None, key) or call.core.world.parent("services", call.project, key)
    if found is None:
        raise Refusal({
            "3502": error(404, "ModelArts.3502", f"Service {key} does not exist."),
            "3822": error(400, "ModelArts.3822", f"The batch service {key} does not exist."),
            "404": reply({}, 404),
        }[call.quirk("inference_service_missing")])
    return found


def _edge(parent: Parent) -> dict[str, Any]:
    row = {**_service(parent.id, parent.name, parent.project, parent.created), "infer_type": "edge", "status": parent.status or "running"}
    return {**row, **parent.fields}


def _inference(job: Job, status: str) -> dict[str, Any]:
    row = {**_service(job.id, job.name, job.project, job.created), "infer_type": "real-time", "status": status.lower()}
    return {**row, **own_fields(job)}


def _service(key: str, name: str, project: str, created: float) -> dict[str, Any]:
    published = milliseconds(created)
    return {
        "service_id": key, "service_name": name, "description": "", "tenant": "", "project": project, "owner": "", "publish_at": published,
        "transition_at": published, "workspace_id": "0", "progress": 100, "invocation_times": 0, "failed_times": 0, "is_shared": False,
        "shared_count": 0,
    }


_BASE = "/modelarts/v1/{project_id}/services"
ROUTES = [
    Route("GET", _BASE, "list", RESOURCE, list_services, SERVICES.page),
    Route("GET", _BASE + "/{job_id}", "read", RESOURCE, show_service),
    Route("PUT", _BASE + "/{job_id}", "stop", RESOURCE, update_service),
]
