# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""End all running DRS jobs with Huawei Cloud's own SDK for Python and threads, in batches of ten."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkdrs.v5 import (
    BatchStopJobActionReq,
    BatchStopJobsActionRequest,
    DrsClient,
    ListJobsRequest,
    StopJobActionInfo,
)

from tests.benchmark.straight import calls

JOB_TYPES = ("migration", "sync", "cloudDataGuard")
RUNNING, RELEASED = "INCRE_TRANSFER_STARTED", "RELEASE_RESOURCE_COMPLETE"
BATCH, PAGE_SIZE = 10, 100


def main() -> None:
    """List, stop, and look until all have ended."""
    options = json.load(sys.stdin)
    client = _client(options)
    running = [job.id for job in _listed(client) if job.status == RUNNING]
    batches = [running[start:start + BATCH] for start in range(0, len(running), BATCH)]
    with ThreadPoolExecutor(options["concurrency"]) as pool:
        list(pool.map(lambda batch: _stop(client, batch), batches))
    waiting, pauses = set(running), calls.pauses(options["wait_interval"])
    while waiting:
        time.sleep(next(pauses))
        waiting -= _ended(client, waiting)
    print(json.dumps({"stopped": len(running)}))


def _client(options: dict[str, Any]) -> Any:
    credentials = BasicCredentials(options["access_key"], options["secret_key"], options["project_id"])
    endpoint = options["endpoints"]["drs"].removesuffix("/drs")  # the SDK drops the path of an endpoint
    return DrsClient.new_builder().with_credentials(credentials).with_endpoint(endpoint).build()


def _listed(client: Any) -> Iterator[Any]:
    for job_type in JOB_TYPES:
        seen, total = 0, 1
        while seen < total:
            answer = client.list_jobs(ListJobsRequest(job_type=job_type, offset=seen, limit=PAGE_SIZE))
            total = answer.total_count
            seen += len(answer.jobs)
            yield from answer.jobs


def _stop(client: Any, batch: list[str]) -> None:
    jobs = [StopJobActionInfo(job_id=job_id, is_force_stop=False) for job_id in batch]
    answer = client.batch_stop_jobs_action(BatchStopJobsActionRequest(body=BatchStopJobActionReq(jobs=jobs)))
    if any(job.status != "success" for job in answer.jobs):
        raise SystemExit(str(answer))


def _ended(client: Any, waiting: set[str]) -> set[str]:
    """Those who have ended, read from as few pages as hold them all."""
    unseen, ended = set(waiting), set()
    for job in _listed(client):
        if job.id in waiting and job.status == RELEASED:
            ended.add(job.id)
        unseen.discard(job.id)
        if not unseen:
            break
    return ended


if __name__ == "__main__":
    main()
