# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is measured: pure data."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import NamedTuple


class Kind(NamedTuple):
    """A kind of job: its module, its key in a scenario, a status that can be stopped and one that has ended."""

    module: str
    jobs_key: str
    running: str
    ended: str


VISUALIZATION = Kind("modelarts_visualization_job", "visualization_jobs", "RUNNING", "COMPLETED")
DRS = Kind("drs_job", "drs_jobs", "INCRE_TRANSFER_STARTED", "RELEASE_RESOURCE_COMPLETE")

TASK, MODULE, URI, REQUESTS, AIOHTTP, SDK = "task", "module", "uri", "requests", "aiohttp", "sdk"
"""The ways to do the work: a task in ansible-playbook, its module by itself, and what there is otherwise."""


class Cell(NamedTuple):
    """One piece of work: so many jobs, of which so many run, over an API that takes `latency` seconds per answer.

    `by_id`: the IDs are given, and the state of each is to be found out; else all jobs of the project are listed.
    `names`: a pattern for the names of the jobs to stop.
    """

    kind: Kind
    jobs: int
    concurrency: int = 32
    latency: float = 0.05
    by_id: bool = False
    wait: bool = True
    running: int | None = None
    names: str | None = None

    @property
    def to_stop(self) -> int:
        """How many jobs run; half of them unless the cell says otherwise."""
        return self.jobs // 2 if self.running is None else self.running


class Item(NamedTuple):
    """A cell, the ways in which it is done, one after the other, and how often; the quickest run counts."""

    cell: Cell
    ways: tuple[str, ...]
    times: int = 1


MANY_LISTED = Cell(VISUALIZATION, 100_000, latency=0.0, running=50, names="running-*")
"""So many jobs listed, and a filter that matches few."""

ALL_DRS = Cell(DRS, 200, running=200)
"""So many DRS jobs, all to be stopped."""

LATENCIES = (0.005, 0.05)
COMPARED = (1000, 32)
"""The number of jobs and of requests at once at which the ways are compared most closely."""


def against_uri(jobs: int, latency: float, wait: bool) -> Cell:
    """The work of the loop of requests."""
    return Cell(VISUALIZATION, jobs, latency=latency, by_id=True, wait=wait)


def plan(quick: bool) -> list[Item]:
    """Everything to be measured; with `quick` a part of it that takes a minute or two."""
    sizes: Sequence[int] = (10, 100, 1000) if quick else (10, 100, 1000, 10_000)
    concurrencies = (32,) if quick else (8, 32)
    items = [
        Item(Cell(VISUALIZATION, jobs, concurrency, latency), (TASK, MODULE, REQUESTS, AIOHTTP),
             1 if quick or (jobs, concurrency) != COMPARED else 3)
        for concurrency, latency, jobs in itertools.product(concurrencies, LATENCIES, sizes)
    ]
    looped = [(10, LATENCIES[-1], True)] if quick else [
        *((jobs, latency, True) for latency, jobs in itertools.product(LATENCIES, sizes[:2])), (100, LATENCIES[-1], False),
    ]
    items += [Item(against_uri(*work), (TASK, URI)) for work in looped]
    for concurrency, latency, jobs in itertools.product(concurrencies, LATENCIES, sizes[1 if quick else 0:]):
        items.append(Item(Cell(DRS, jobs, concurrency, latency), (TASK, MODULE, SDK)))
    return [*items, Item(ALL_DRS, (MODULE,)), *([] if quick else [Item(MANY_LISTED, (MODULE,))])]
