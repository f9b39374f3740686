# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Clusters and their jobs, according to "Job Object APIs (V2)" and "Querying a Cluster List" in the OTC MapReduce Service API reference."""
from __future__ import annotations

from typing import Any

from aiohttp import web

from .answers import Refusal, error, reply
from .call import Call, Route
from .jobs import Job, Verdict
from .kinds import MRS_JOB
from .lists import duration, milliseconds, one_of, ordered, own_fields
from .paging import Pager, total_of
from .world import Parent

RESOURCE = MRS_JOB.resource
CLUSTER = "mrs_cluster"
_STATES = ("starting", "running", "terminated", "failed", "abnormal", "terminating", "frozen", "scaling-out", "scaling-in")
_TYPES = ("MapReduce", "SparkSubmit", "HiveScript", "HiveSql", "DistCp", "SparkScript", "SparkSql", "Flink")
_RESULTS = {"FINISHED": "SUCCEEDED", "FAILED": "FAILED", "KILLED": "KILLED"}


def _invalid(message: str) -> web.Response:
    return error(400, "12000002", message)


CLUSTERS = Pager("currentPage", "pageSize", 10, 2147483646, "number", _invalid)
# Neither the unit of the offset nor the largest page is documented.
JOBS = Pager("offset", "limit", 10, "mrs_limit_max", "mrs_offset", _invalid, first=1)


def list_clusters(call: Call) -> web.Response:
    """Answer "Querying a Cluster List", whose total is a text."""
    state = one_of(call, "clusterState", ("", *_STATES), _invalid)
    rows = [_cluster(parent) for parent in call.core.world.parents("mrs_clusters", call.project)]
    rows = [row for row in rows if state in ("", row["clusterState"])]
    return reply({"clusterTotal": str(total_of(call, rows)), "clusters": CLUSTERS.cut(call, rows)})


def _cluster(parent: Parent) -> dict[str, Any]:
    created = str(int(parent.created))
    return {
        "clusterId": parent.id, "clusterName": parent.name, "clusterState": parent.status or "running", "createAt": created, "updateAt": created,
        "tenantId": parent.project, "clusterType": 0, "safeMode": 0, "clusterVersion": "MRS 3.1.0", **parent.fields,
    }


def list_jobs(call: Call) -> web.Response:
    """Answer "Querying a List of Jobs": 202, as the page says."""
    cluster = _cluster_of(call)
    rows = [(job, _row(call, job, status)) for job, status in call.core.world.jobs(RESOURCE, call.project, cluster.id)]
    descending = one_of(call, "sort_by", ("desc", "asc"), _invalid) == "desc"
    rows = ordered([pair for pair in rows if _wanted(call, pair[1])], lambda pair: pair[1]["submitted_time"], descending)
    page = [call.shown(job, row) for job, row in JOBS.cut(call, rows)]
    return reply({"total_record": total_of(call, rows), "job_list": page}, 202)


def _wanted(call: Call, row: dict[str, Any]) -> bool:
    one_of(call, "job_type", ("", *_TYPES), _invalid)
    one_of(call, "job_state", ("", "New", *MRS_JOB.phases), _invalid)
    return all(call.query.get(name, row[name]) == row[name] for name in ("job_name", "job_type", "job_state", "job_result"))


def show_job(call: Call) -> web.Response:
    """Answer "Querying Information About a Job": 202, as the page says."""
    job = _find(call)
    return reply({"job_detail": call.shown(job, _row(call, job, job.status))}, 202)


def kill_job(call: Call) -> web.Response:
    """Answer "Terminating a Job": 202 without a body."""
    job = _find(call)
    verdict = call.stop(job)
    return reply(status=202) if verdict.accepted else _refusal(job, verdict)


def _refusal(job: Job, verdict: Verdict) -> web.Response:
    busy = verdict.reason == "busy"
    code = job.script.refuse_code if busy and job.script.refuse_code else "0175"
    status = job.script.refuse_status if busy and job.script.refuse_status else 500
    return error(status, code, "Failed to terminate the job.")


def _cluster_of(call: Call) -> Parent:
    cluster = call.core.world.parent("mrs_clusters", call.project, call.path["cluster_id"])
    if cluster is None:
        raise Refusal(error(400, "12000003", "The cluster does not exist."))
    if str(_cluster(cluster)["safeMode"]) == "1":
        raise Refusal(error(400, "12000064", "Jobs cannot be submitted or inquired to a security cluster by API."))
    return cluster


def _find(call: Call) -> Job:
    job = call.core.world.job(RESOURCE, call.project, _cluster_of(call).id, call.path["job_execution_id"])
    if job is None:
        raise Refusal(error(500, call.quirk("mrs_missing"), "The job does not exist."))
    return job


def _row(call: Call, job: Job, status: str) -> dict[str, Any]:
    started = milliseconds(job.created)
    row = {
        "job_id": job.id, "user": "operator", "job_name": job.name, "job_result": _RESULTS.get(status, "UNDEFINED"),
        "job_state": "New" if status == "NEW" else status, "job_progress": 0, "job_type": "SparkSubmit", "submitted_time": started,
        "started_time": started, "finished_time": 0, "elapsed_time": milliseconds(duration(call, job)), "queue": "default",
        "arguments": "[--password, simulator-argument]", "properties": '{"fs.obs.secret.key":"simulator-property"}',
        "launcher_id": "application_1564622673393_0006",
    }
    return {**row, **own_fields(job)}


_JOBS = "/mrs/v2/{project_id}/clusters/{cluster_id}/job-executions"
ROUTES = [
    Route("GET", "/mrs/v1.1/{project_id}/cluster_infos", "list", CLUSTER, list_clusters, CLUSTERS.page),
    Route("GET", _JOBS, "list", RESOURCE, list_jobs, JOBS.page),
    Route("GET", _JOBS + "/{job_execution_id}", "read", RESOURCE, show_job),
    Route("POST", _JOBS + "/{job_execution_id}/kill", "stop", RESOURCE, kill_job),
]
