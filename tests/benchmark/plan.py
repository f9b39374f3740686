# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is measured: pure data."""

from __future__ import annotations

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

MANY_RUNNING = Cell(VISUALIZATION, 100_000, latency=0.0)
"""So many jobs, half of them running."""

ALL_DRS = Cell(DRS, 200, running=200)
"""So many DRS jobs, all to be stopped."""

SLOW, QUICK = 0.05, 0.005
"""Seconds per answer: what an API in the same country takes, and what shows the work of a client."""

COMPARED, LARGE = Cell(VISUALIZATION, 1000), Cell(VISUALIZATION, 10_000, latency=QUICK)
"""The work at which the ways are compared most closely."""


def against_uri(jobs: int, wait: bool = True) -> Cell:
    """The work of the loop of requests."""
    return Cell(VISUALIZATION, jobs, by_id=True, wait=wait)


def plan(quick: bool) -> list[Item]:
    """Everything to be measured, which takes 11 minutes; with `quick` a part of it that takes two."""
    every = (TASK, MODULE, REQUESTS, AIOHTTP)
    if quick:
        return [
            *(Item(Cell(VISUALIZATION, jobs), every) for jobs in (10, 100, 1000)),
            Item(against_uri(10), (TASK, URI)), Item(Cell(DRS, 100), (TASK, MODULE, SDK)), Item(ALL_DRS, (MODULE,)),
        ]
    return [
        Item(Cell(VISUALIZATION, 10), every, 2), Item(Cell(VISUALIZATION, 100), every, 2), Item(COMPARED, every, 5),
        Item(Cell(VISUALIZATION, 10_000), every), Item(COMPARED._replace(latency=QUICK), every[1:], 3), Item(LARGE, every[1:], 3),
        # The loops take minutes, so the tasks beside them are measured more often.
        *(Item(cell, (TASK,), 3) for cell in (against_uri(10), against_uri(100), against_uri(100, wait=False))),
        *(Item(cell, (URI,)) for cell in (against_uri(10), against_uri(100), against_uri(100, wait=False))),
        Item(Cell(DRS, 100), (TASK, MODULE, SDK), 2), Item(Cell(DRS, 1000), (TASK, MODULE, SDK), 2), Item(ALL_DRS, (MODULE,)),
        Item(MANY_LISTED, (MODULE,)), Item(MANY_RUNNING, (MODULE,)),
    ]
