# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Datasets and their intelligent tasks, according to "Data Management (Old Version)" in the OTC ModelArts API reference."""
from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

from aiohttp import web

from .answers import Refusal, error, reply
from .call import Call, Route
from .jobs import Job, Verdict
from .kinds import INTELLIGENT
from .lists import Listed, duration, in_workspace, milliseconds, one_of, ordered, own_fields, raw_status
from .paging import Pager, total_of
from .world import Parent

RESOURCE = INTELLIGENT.resource
DATASET = "modelarts_dataset"
TYPES = {"auto-label": 0, "pre-label": 1, "auto-grouping": 2}
"""The filter of the list -> the type in its items. The number of grouping is made up, since nobody documents it."""


def _invalid(message: str) -> web.Response:
    return error(400, "ModelArts.0104", message)


DATASETS = Pager("offset", "limit", 10, 100, "datasets_offset", _invalid)
TASKS = Pager("offset", "limit", 10, 100, "datasets_offset", _invalid)


def list_datasets(call: Call) -> web.Response:
    """Answer "Querying the Dataset List"."""
    version = one_of(call, "dataset_version", ("v1", "v2", "all"), _invalid)
    descending = one_of(call, "order", ("desc", "asc"), _invalid) == "desc"
    sort = one_of(call, "sort_by", ("create_time", "dataset_name"), _invalid)
    datasets = call.core.world.parents("datasets", call.project)
    rows = [_dataset(one) for one in datasets if in_workspace(call, one.fields) and version in ("all", one.fields.get("dataset_version", "v1"))]
    rows = ordered([row for row in rows if call.query.get("search_content", "") in row["dataset_name"]], lambda row: row[sort], descending)
    return reply({"total_number": total_of(call, rows), "datasets": DATASETS.cut(call, rows)})


def _dataset(parent: Parent) -> dict[str, Any]:
    created = milliseconds(parent.created)
    row = {
        "dataset_id": parent.id, "dataset_name": parent.name, "dataset_type": 0, "data_format": "Default", "create_time": created, "update_time": created,
        "description": "", "status": 1, "workspace_id": "0", "enterprise_project_id": "0", "dataset_version": "v1",
    }
    return {**row, **parent.fields}


def list_tasks(call: Call) -> web.Response:
    """Answer "Obtaining an Auto Labeling Task List by Page"; without a type, grouping is left out."""
    dataset = _dataset_of(call)
    wanted = call.query.get("type")
    if wanted is not None and wanted not in TYPES:
        raise Refusal(_invalid(f"type must be one of {', '.join(TYPES)}, not {wanted!r}"))
    types = {TYPES["auto-label"], TYPES["pre-label"]} if wanted is None else {TYPES[wanted]}
    rows = [pair for pair in call.core.world.jobs(RESOURCE, call.project, dataset.id) if pair[0].fields.get("type", 0) in types]
    rows = [pair for pair in rows if call.query.get("task_name", "") in pair[0].name]
    return reply({
        "total_count": total_of(call, rows), "exist_running_deploy_task": False,
        "tasks": [{"task_id": pair[0].id, "task_name": pair[0].name, **_task(call, dataset, pair)} for pair in TASKS.cut(call, rows)],
    })


def show_task(call: Call) -> web.Response:
    """Answer "Obtaining Details About an Auto Labeling Task"; as in its sample, the answer says neither id nor name."""
    dataset, job = _find(call)
    return reply({"resource_id": job.id, **_task(call, dataset, (job, job.status))})


def stop_task(call: Call) -> web.Response:
    """Answer "Stopping an Intelligent Task": 204 without a body."""
    _dataset_found, job = _find(call)
    verdict = call.stop(job)
    return reply(status=204) if verdict.accepted else _refusal(job, verdict)


def _refusal(job: Job, verdict: Verdict) -> web.Response:
    if verdict.reason == "busy":
        code = job.script.refuse_code or "ModelArts.4821"
        return error(job.script.refuse_status or (403 if code == "ModelArts.4821" else 400), code, "The operation is forbidden.")
    return error(400, "ModelArts.4392" if job.status == "FAILED" else "ModelArts.4393", "The task has ended or is being stopped.")


def _dataset_of(call: Call) -> Parent:
    dataset = call.core.world.parent("datasets", call.project, call.path["dataset_id"])
    if dataset is None:
        raise _missing(call, "dataset_missing", "The dataset does not exist.")
    return dataset


def _find(call: Call) -> tuple[Parent, Job]:
    dataset = _dataset_of(call)
    job = call.core.world.job(RESOURCE, call.project, dataset.id, call.path["task_id"])
    if job is None:
        raise _missing(call, "intelligent_task_missing", "The task does not exist.")
    return dataset, job


def _missing(call: Call, quirk: str, message: str) -> Refusal:
    reading = call.quirk(quirk)
    return Refusal(reply({}, 404) if reading == "404" else error(400, f"ModelArts.{reading}", message))


def _task(call: Call, dataset: Parent, listed: Listed) -> dict[str, Any]:
    job, status = listed
    row = {
        "dataset_id": dataset.id, "type": TYPES["auto-label"], "status": raw_status(call, job, status),
        "create_time": datetime.fromtimestamp(job.created, timezone.utc).strftime("%Y-%m-%d %H:%M:%S"),
        "elapsed_time": int(duration(call, job)), "progress": 50.0,
    }
    return call.shown(job, {**row, **own_fields(job)})


_BASE = "/modelarts/v2/{project_id}/datasets"
ROUTES = [
    Route("GET", _BASE, "list", DATASET, list_datasets, DATASETS.page),
    Route("GET", _BASE + "/{dataset_id}/tasks", "list", RESOURCE, list_tasks, TASKS.page),
    Route("GET", _BASE + "/{dataset_id}/tasks/{task_id}", "read", RESOURCE, show_task),
    Route("POST", _BASE + "/{dataset_id}/tasks/{task_id}/stop", "stop", RESOURCE, stop_task),
]
