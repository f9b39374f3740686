# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stop all running visualization jobs with asyncio and aiohttp: as fast as Python practically gets."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from typing import Any

import aiohttp

from tests.benchmark.straight import calls


async def main() -> None:
    """Log in, list, stop, and look until all have ended."""
    options = json.load(sys.stdin)
    connector = aiohttp.TCPConnector(limit=options["concurrency"])
    async with aiohttp.ClientSession(connector=connector, raise_for_status=True) as session:
        url = await _log_in(session, options)
        running = [job["job_id"] async for job in _listed(session, url) if job["status"] == calls.RUNNING]
        todo = iter(running)
        await asyncio.gather(*(_stop_some(session, url, todo) for _worker in range(options["concurrency"])))
        waiting, pauses = set(running), calls.pauses(options["wait_interval"])
        while waiting:
            await asyncio.sleep(next(pauses))
            waiting -= await _ended(session, url, waiting)
    print(json.dumps({"stopped": len(running)}))


async def _log_in(session: aiohttp.ClientSession, options: dict[str, Any]) -> str:
    url = f"{options['endpoints']['iam']}/auth/tokens"
    async with session.post(url, json=calls.login_body(options)) as answer:
        session.headers["X-Auth-Token"] = answer.headers["X-Subject-Token"]
        return calls.jobs_url(options, await answer.json())


async def _listed(session: aiohttp.ClientSession, url: str) -> AsyncIterator[dict[str, Any]]:
    seen, total, page = 0, 1, 0
    while seen < total:
        page += 1
        async with session.get(url, params={"page": page, "per_page": calls.PAGE_SIZE}) as answer:
            document = await answer.json()
        total = document["job_total_count"]
        seen += len(document["jobs"])
        for job in document["jobs"]:
            yield job


async def _stop_some(session: aiohttp.ClientSession, url: str, todo: Any) -> None:
    for job_id in todo:
        async with session.post(f"{url}/{job_id}/stop") as answer:
            if not (await answer.json())["is_success"]:
                raise SystemExit(await answer.text())


async def _ended(session: aiohttp.ClientSession, url: str, waiting: set[int]) -> set[int]:
    """Those who have ended, read from as few pages as hold them all."""
    unseen, ended = set(waiting), set()
    async for job in _listed(session, url):
        if job["job_id"] in waiting and job["status"] == calls.KILLED:
            ended.add(job["job_id"])
        unseen.discard(job["job_id"])
        if not unseen:
            break
    return ended


if __name__ == "__main__":
    asyncio.run(main())
