# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lite servers (dev servers), according to Huawei Cloud's SDK and Terraform provider. The codes of refused stops are the general ones."""
from __future__ import annotations

import re
from typing import Any

from aiohttp import web

from .answers import Refusal, error, reply
from .call import Call, Route
from .jobs import Job
from .kinds import LITE_SERVER
from .lists import is_own, milliseconds, one_of, ordered, own_fields, refuse_others, user_of
from .paging import Pager, page_of, total_of

RESOURCE = LITE_SERVER.resource
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[1-5][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


def _invalid(message: str) -> web.Response:
    return error(400, "ModelArts.0104", message)


PAGER = Pager("offset", "limit", 10, 1024, "record", _invalid)


def list_all(call: Call) -> web.Response:
    """Answer the list of the tenant's servers; what it makes of paging parameters is not documented."""
    refuse_others(call)
    paging = call.quirk("lite_server_all")
    if paging == "refuse" and call.query:
        raise Refusal(_invalid(f"unknown parameters: {', '.join(call.query)}"))
    rows = _by_age(call)
    return _answer(call, rows, *((0, PAGER.default) if paging != "page" else PAGER.read(call)))


def list_own(call: Call) -> web.Response:
    """Answer the list of the user's own servers."""
    descending = one_of(call, "sort_dir", ("ASC", "DESC"), _invalid) == "DESC"
    one_of(call, "sort_key", ("createTime", "updateTime"), _invalid)
    owner = call.query.get("owner")
    rows = [pair for pair in _by_age(call, descending) if is_own(call, pair[0]) and owner in (None, user_of(call, pair[0])["id"])]
    return _answer(call, rows, *PAGER.read(call))


def _by_age(call: Call, descending: bool = False) -> list[tuple[Job, str]]:
    return ordered(call.core.world.jobs(RESOURCE, call.project), lambda pair: pair[0].created, descending)


def _answer(call: Call, rows: list[tuple[Job, str]], first: int, size: int) -> web.Response:
    page = [_row(call, job, status) for job, status in page_of(call, rows, first, size)]
    return reply({"current": first // size, "data": page, "pages": -(-len(rows) // size), "size": size, "total": total_of(call, rows)})


def show(call: Call) -> web.Response:
    """Answer the details."""
    job = _find(call)
    return reply(_row(call, job, job.status))


def stop(call: Call) -> web.Response:
    """Answer a stop: 200 with the server. A body is refused."""
    job = _find(call)
    if call.body:
        raise Refusal(_invalid("a stop has no body"))
    verdict = call.stop(job)
    if verdict.accepted:
        return reply(_row(call, job, job.status))
    if verdict.reason == "busy":
        return error(job.script.refuse_status or 409, job.script.refuse_code or "ModelArts.5044", "Another operation on the server is in progress.")
    return _invalid(f"The server in state {job.status} cannot be stopped.")


def _find(call: Call) -> Job:
    key = call.path["job_id"]
    if not _ID.fullmatch(key):
        raise Refusal(_invalid(f"Invalid parameter: id {key!r}"))
    job = call.core.world.job(RESOURCE, call.project, None, key)
    if job is not None:
        return job
    missing = error(400, "ModelArts.6404", "The server does not exist.") if call.quirk("lite_server_missing") == "6404" else reply({}, 404)
    raise Refusal(missing)


def _row(call: Call, job: Job, status: str) -> dict[str, Any]:
    row = {
        "id": job.id, "name": job.name, "status": status, "create_at": milliseconds(job.created), "category": "SERVER",
        "charging_mode": "POST_PAID", "order_id": None, "flavor": "modelarts.vm.cpu.2u",
    }
    own = {key: value for key, value in own_fields(job).items() if key not in ("user", "workspace_id")}
    return call.shown(job, {**row, **own})


_BASE = "/modelarts/v1/{project_id}/dev-servers"
ROUTES = [
    Route("GET", _BASE, "list", RESOURCE, list_own, PAGER.page),
    Route("GET", _BASE + "/all", "list", RESOURCE, list_all, PAGER.page),
    Route("GET", _BASE + "/{job_id}", "read", RESOURCE, show),
    Route("PUT", _BASE + "/{job_id}/stop", "stop", RESOURCE, stop),
]
