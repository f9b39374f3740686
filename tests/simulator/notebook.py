# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Notebooks, according to "Development Environment Management" in the OTC ModelArts API reference."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

from aiohttp import web

from .answers import Refusal, error, reply
from .call import Call, Route
from .jobs import Job
from .kinds import NOTEBOOK, STOPPABLE
from .lists import is_own, milliseconds, one_of, ordered, own_fields, refuse_others, tags_of, user_of
from .paging import Pager, total_of

RESOURCE = NOTEBOOK.resource
_REFUSALS = {
    "STOPPED": ("ModelArts.6307", "The instance has been stopped."),
    "STOPPING": ("ModelArts.6308", "The instance is being stopped."),
    "STARTING": ("ModelArts.6306", "The instance is being started."),
    "SNAPSHOTTING": ("ModelArts.6357", "Another operation is in progress, or the instance is in this state already."),
    "FROZEN": ("ModelArts.6326", "The instance is frozen."),
}
_NOT_RUNNING = ("ModelArts.6327", "The instance is not running.")


def _invalid(message: str) -> web.Response:
    return error(400, "ModelArts.0104", message)


PAGER = Pager("offset", "limit", 10, "notebook_limit_max", "notebook_offset", _invalid, sizes=(10, 20, 50))


def list_all(call: Call) -> web.Response:
    """Answer "Querying All Notebook Instances"."""
    refuse_others(call)
    return _listed(call, [pair for pair in call.core.world.jobs(RESOURCE, call.project) if _wanted(call, *pair)])


def list_own(call: Call) -> web.Response:
    """Answer "Querying Notebook Instances"."""
    return _listed(call, [pair for pair in call.core.world.jobs(RESOURCE, call.project) if _wanted(call, *pair) and is_own(call, pair[0])])


def _listed(call: Call, rows: list[tuple[Job, str]]) -> web.Response:
    descending = one_of(call, "sort_dir", ("DESC", "ASC"), _invalid) == "DESC"
    rows = ordered(rows, lambda pair: pair[0].created, descending)
    first, size = PAGER.read(call)
    page = [call.shown(job, _row(call, job, status)) for job, status in PAGER.cut(call, rows)]
    return reply({"current": first // size, "data": page, "pages": -(-len(rows) // size), "size": size, "total": total_of(call, rows)})


def _wanted(call: Call, job: Job, status: str) -> bool:
    query = call.query
    feature = one_of(call, "feature", ("NOTEBOOK", "DEFAULT"), _invalid)
    wanted = query.get("status")
    if wanted is not None and wanted not in NOTEBOOK.phases:
        raise Refusal(_invalid(f"status must be one of {', '.join(NOTEBOOK.phases)}, not {wanted!r}"))
    return (
        job.fields.get("feature", "NOTEBOOK") == feature
        and _in_workspace(call, job)
        and wanted in (None, status)
        and query.get("name", "") in job.name
        and query.get("owner") in (None, user_of(call, job)["id"])
    )


def _in_workspace(call: Call, job: Job) -> bool:
    wanted = call.query.get(call.quirk("notebook_workspace_key"))
    if wanted is None and call.quirk("notebook_workspaces") == "all":
        return True
    return str(job.fields.get("workspace_id", "0")) == (wanted or "0")


def show(call: Call) -> web.Response:
    """Answer "Querying Details of a Notebook Instance"."""
    job = _find(call)
    return reply(call.shown(job, _row(call, job, job.status)))


def stop(call: Call) -> web.Response:
    """Answer "Stopping a Notebook Instance": 200 with the notebook. Only one that runs can be stopped."""
    job = _find(call)
    return stop_running(call, job, lambda: reply(_row(call, job, job.status)), error)


def stop_running(call: Call, job: Job, accepted: Callable[[], web.Response], refuse: Callable[[int, str, str], web.Response]) -> web.Response:
    """Stop a job that runs, or refuse that for any other."""
    if job.phase == STOPPABLE and job.status != job.kind.running:
        return refuse(400, *_REFUSALS.get(job.status, _NOT_RUNNING))
    verdict = call.stop(job)
    if verdict.accepted:
        return accepted()
    if verdict.reason == "busy" and job.script.refuse_code:
        return refuse(job.script.refuse_status or 400, job.script.refuse_code, "Another operation on the instance is in progress.")
    return refuse(400, *_REFUSALS.get("STARTING" if verdict.reason == "busy" else job.status, _NOT_RUNNING))


def _find(call: Call) -> Job:
    job = call.core.world.job(RESOURCE, call.project, None, call.path["job_id"])
    if job is not None:
        return job
    reading = call.quirk("notebook_missing")
    raise Refusal(reply({}, 404) if reading == "404" else error(400, f"ModelArts.{reading}", "The instance does not exist."))


def _row(call: Call, job: Job, status: str) -> dict[str, Any]:
    created = milliseconds(job.created)
    row = {
        "id": job.id, "name": job.name, "status": status, "description": "", "feature": "NOTEBOOK", "flavor": "modelarts.vm.cpu.2u",
        "workspace_id": "0", "create_at": created, "update_at": created, "action_progress": [], "billing_items": ["STORAGE"],
        "lease": {"create_at": created, "duration": 3600000, "enable": False, "type": "TIMING", "update_at": created},
        "token": "secret-of-the-simulated-notebook", "url": f"https://simulator.invalid/{job.id}/lab?token=secret-of-the-simulated-notebook",
        "volume": {"category": "EFS", "capacity": 50, "mount_path": "/home/ma-user/work/"}, **tags_of(call, job),
    }
    return {**row, **own_fields(job), "user": user_of(call, job)}


_BASE = "/modelarts/v1/{project_id}/notebooks"
ROUTES = [
    Route("GET", _BASE, "list", RESOURCE, list_own, PAGER.page),
    Route("GET", _BASE + "/all", "list", RESOURCE, list_all, PAGER.page),
    Route("GET", _BASE + "/{job_id}", "read", RESOURCE, show),
    Route("POST", _BASE + "/{job_id}/stop", "stop", RESOURCE, stop),
]
