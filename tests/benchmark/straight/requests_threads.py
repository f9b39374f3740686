# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stop all running visualization jobs with `requests` and threads."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import requests
import requests.adapters

from tests.benchmark.straight import calls


def main() -> None:
    """Log in, list, stop, and look until all have ended."""
    options = json.load(sys.stdin)
    session = requests.Session()
    session.mount("http://", requests.adapters.HTTPAdapter(pool_maxsize=options["concurrency"]))
    url = _log_in(session, options)
    running = [job["job_id"] for job in _listed(session, url) if job["status"] == calls.RUNNING]
    with ThreadPoolExecutor(options["concurrency"]) as pool:
        list(pool.map(lambda job_id: _stop(session, url, job_id), running))
    waiting, pauses = set(running), calls.pauses(options["wait_interval"])
    while waiting:
        time.sleep(next(pauses))
        waiting -= _ended(session, url, waiting)
    print(json.dumps({"stopped": len(running)}))


def _log_in(session: requests.Session, options: dict[str, Any]) -> str:
    answer = session.post(f"{options['endpoints']['iam']}/auth/tokens", json=calls.login_body(options), timeout=30)
    answer.raise_for_status()
    session.headers["X-Auth-Token"] = answer.headers["X-Subject-Token"]
    return calls.jobs_url(options, answer.json())


def _listed(session: requests.Session, url: str) -> Iterator[dict[str, Any]]:
    seen, total, page = 0, 1, 0
    while seen < total:
        page += 1
        answer = session.get(url, params={"page": page, "per_page": calls.PAGE_SIZE}, timeout=30)
        answer.raise_for_status()
        document = answer.json()
        total = document["job_total_count"]
        seen += len(document["jobs"])
        yield from document["jobs"]


def _stop(session: requests.Session, url: str, job_id: int) -> None:
    answer = session.post(f"{url}/{job_id}/stop", timeout=30)
    answer.raise_for_status()
    if not answer.json()["is_success"]:
        raise SystemExit(answer.text)


def _ended(session: requests.Session, url: str, waiting: set[int]) -> set[int]:
    """Those who have ended, read from as few pages as hold them all."""
    unseen, ended = set(waiting), set()
    for job in _listed(session, url):
        if job["job_id"] in waiting and job["status"] == calls.KILLED:
            ended.add(job["job_id"])
        unseen.discard(job["job_id"])
        if not unseen:
            break
    return ended


if __name__ == "__main__":
    main()
