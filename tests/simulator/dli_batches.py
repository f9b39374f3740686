# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Batch processing jobs of Spark, according to "Spark Job-related APIs" in the OTC Data Lake Insight API reference."""
from __future__ import annotations

import re
from typing import Any

from aiohttp import web

from .answers import Refusal, error, reply
from .call import Call, Route
from .jobs import Job, Verdict
from .kinds import SPARK_BATCH
from .lists import duration, milliseconds, own_fields
from .paging import Pager, total_of

RESOURCE = SPARK_BATCH.resource
_BATCH_ID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def _invalid(message: str) -> web.Response:
    return error(400, "DLI.0001", message)


# The reference states neither a default nor a maximum of the size.
PAGER = Pager("from", "size", 10, 100, "record", _invalid)


def list_batches(call: Call) -> web.Response:
    """Answer "Listing Batch Processing Jobs"."""
    rows = [pair for pair in call.core.world.jobs(RESOURCE, call.project) if _wanted(call, *pair)]
    first, _size = PAGER.read(call)
    page = [call.shown(job, _row(call, job, status)) for job, status in PAGER.cut(call, rows)]
    return reply({"from": first, "total": total_of(call, rows), "sessions": page})


def _wanted(call: Call, job: Job, status: str) -> bool:
    query = call.query
    state = query.get("state")
    if state is not None and state.upper() not in SPARK_BATCH.phases:
        raise Refusal(_invalid(f"state must be one of {', '.join(SPARK_BATCH.phases).lower()}, not {state!r}"))
    row = _row(call, job, status)
    return (
        state in (None, row["state"])
        and query.get("job-id", job.id) == job.id
        and query.get("job_name", job.name) == job.name
        and query.get("owner", row["owner"]) == row["owner"]
        and query.get("queue_name", row["queue"]) == query.get("cluster_name", row["queue"]) == row["queue"]
    )


def show_batch(call: Call) -> web.Response:
    """Answer "Querying Batch Processing Job Details", which know no duration."""
    job = _find(call)
    row = {key: value for key, value in _row(call, job, job.status).items() if key != "duration"}
    return reply(call.shown(job, row))


def show_state(call: Call) -> web.Response:
    """Answer "Querying a Batch Processing Job Status", whose sample begins with a capital."""
    job = _find(call)
    return reply(call.shown(job, {"id": job.id, "state": job.status.capitalize()}))


def cancel_batch(call: Call) -> web.Response:
    """Answer "Canceling a Batch Processing Job"."""
    job = _find(call)
    verdict = call.stop(job)
    return reply({"msg": "deleted"}) if verdict.accepted else _refusal(job, verdict)


def _refusal(job: Job, verdict: Verdict) -> web.Response:
    """Return the refusal of a stop. The reference names no code; this is the general one for what is not supported."""
    busy = verdict.reason == "busy"
    code = job.script.refuse_code if busy and job.script.refuse_code else "DLI.0007"
    status = job.script.refuse_status if busy and job.script.refuse_status else 400
    return error(status, code, f"The batch processing job in the state {job.status.lower()} cannot be canceled.")


def _find(call: Call) -> Job:
    batch_id = call.path["batch_id"]
    if not _BATCH_ID.fullmatch(batch_id):
        raise Refusal(_invalid(f"batch_id {batch_id!r} is not a UUID"))
    job = call.core.world.job(RESOURCE, call.project, None, batch_id)
    if job is None:
        raise missing(call, f"There is no batch job {batch_id}.")
    return job


def missing(call: Call, message: str) -> Refusal:
    """Return what is said of a job that does not exist. Only the codes are documented, not which of them a call uses."""
    status, code = {"400": (400, "DLI.0002"), "404": (404, "DLI.0023")}[call.quirk("dli_missing")]
    return Refusal(error(status, code, message))


def _row(call: Call, job: Job, status: str) -> dict[str, Any]:
    row = {
        "id": job.id, "name": job.name, "owner": "operator", "proxyUser": "", "state": status.lower(), "kind": "spark", "appId": "",
        "log": ["stdout: ", "stderr: ", "YARN Diagnostics: "], "sc_type": "A", "cluster_name": "default", "queue": "default",
        "create_time": milliseconds(job.created), "update_time": milliseconds(job.created), "duration": milliseconds(duration(call, job)),
        "req_body": '{"file":"batch.jar","args":["--password","simulator-argument"]}',
    }
    return {**row, **own_fields(job)}


_BASE = "/dli/v2.0/{project_id}/batches"
ROUTES = [
    Route("GET", _BASE, "list", RESOURCE, list_batches, PAGER.page),
    Route("GET", _BASE + "/{batch_id}", "read", RESOURCE, show_batch),
    Route("GET", _BASE + "/{batch_id}/state", "read", RESOURCE, show_state),
    Route("DELETE", _BASE + "/{batch_id}", "stop", RESOURCE, cancel_batch),
]
