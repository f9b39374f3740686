# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Old development environments, according to "DevEnviron (Old Version)" in the OTC ModelArts API reference (historical APIs)."""
from __future__ import annotations

from typing import Any

from aiohttp import web

from .answers import Refusal, reply, training_error
from .call import Call, Route, parsed
from .jobs import Job
from .kinds import DEV_ENVIRONMENT
from .lists import is_own, milliseconds, one_of, ordered, own_fields, refuse_others, user_of
from .notebook import stop_running
from .paging import Pager, total_of

RESOURCE = DEV_ENVIRONMENT.resource
_MOST = 10**9


def _error(status: int, code: str, message: str) -> web.Response:
    return training_error(status, code, message, flagged=False)


def _invalid(message: str) -> web.Response:
    return _error(400, "ModelArts.0104", message)


PAGER = Pager("offset", "limit", _MOST, _MOST, "dev_environment_offset", _invalid)


def list_instances(call: Call) -> web.Response:
    """Answer "Obtaining Development Environment Instances"."""
    if call.query.get("de_type") != "Notebook":
        raise Refusal(_invalid(f"de_type must be Notebook, not {call.query.get('de_type')!r}"))
    own = one_of(call, "show_self", ("true", "false"), _invalid) == "true"
    if not own:
        refuse_others(call)
    sort = one_of(call, "sortby", ("name", "creation_timestamp"), _invalid)
    descending = one_of(call, "order", ("asc", "desc"), _invalid) == "desc"
    rows = [pair for pair in call.core.world.jobs(RESOURCE, call.project) if _wanted(call, *pair) and (not own or is_own(call, pair[0]))]
    rows = ordered(rows, lambda pair: pair[0].name if sort == "name" else pair[0].created, descending)
    return reply({"total_count": total_of(call, rows), "instances": [_row(call, job, status) for job, status in PAGER.cut(call, rows)]})


def _wanted(call: Call, job: Job, status: str) -> bool:
    workspace = call.query.get("workspace_id", "0")
    return str(job.fields.get("workspace_id", "0")) == workspace and call.query.get("status", status) == status


def show(call: Call) -> web.Response:
    """Answer "Obtaining Details About a Development Environment Instance"."""
    job = _find(call)
    return reply(_row(call, job, job.status))


def act(call: Call) -> web.Response:
    """Answer "Managing a Development Environment Instance"; only the stop exists."""
    job = _find(call)
    if parsed(call.body) != {"action": "stop"}:
        raise Refusal(_invalid("action must be stop"))
    before = job.status
    return stop_running(call, job, lambda: reply({"current_status": job.status, "previous_state": before}), _error)


def _find(call: Call) -> Job:
    job = call.core.world.job(RESOURCE, call.project, None, call.path["job_id"])
    if job is not None:
        return job
    reading = call.quirk("dev_environment_missing")
    raise Refusal(reply({}, 404) if reading == "404" else _error(400, f"ModelArts.{reading}", "The instance does not exist."))


def _row(call: Call, job: Job, status: str) -> dict[str, Any]:
    row = {
        "id": job.id, "name": job.name, "status": status, "description": "", "creation_timestamp": str(milliseconds(job.created)),
        "latest_update_timestamp": str(milliseconds(job.created)), "user": user_of(call, job), "flavor": "modelarts.vm.cpu.2u",
        "spec": {"auto_stop": {"enable": False, "duration": 3600, "stop_timestamp": 0}, "storage": {"type": "evs"}},
        "profile": {"de_type": "Notebook", "provision": {"type": "Docker"}},
    }
    own = {key: value for key, value in own_fields(job).items() if key not in ("user", "workspace_id")}
    return call.shown(job, {**row, "workspace": {"id": job.fields.get("workspace_id", "0")}, **own})


_BASE = "/modelarts/v1/{project_id}/demanager/instances"
ROUTES = [
    Route("GET", _BASE, "list", RESOURCE, list_instances, PAGER.page),
    Route("GET", _BASE + "/{job_id}", "read", RESOURCE, show),
    Route("POST", _BASE + "/{job_id}/action", "stop", RESOURCE, act),
]
