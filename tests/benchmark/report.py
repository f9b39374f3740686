# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page for users. Every sentence with a number is made from the measurements."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tests.benchmark.bench import WAIT_INTERVAL, Measured
from tests.benchmark.cloud import STOP_DELAY
from tests.benchmark.figures import Figure, Results, figures
from tests.benchmark.plan import DRS, REQUESTS, SDK, TASK, URI, VISUALIZATION, Cell, against_uri
from tests.benchmark.startup import Startup

_INTRODUCTION = f"""# Performance

What a task of this collection takes, and what it saves against a playbook that does the same with `ansible.builtin.uri`, and against
a script. All of them log in, look at the jobs, stop those that run (half of them), and wait until these have ended, which takes
{STOP_DELAY} s in the [simulated cloud](simulator.md); each answer takes 50 ms. The seconds are those of the whole process, from the shell's point of view.
"""

_REPEAT = f"""## Repeat it

```shell
make bench                # 11 minutes on a quiet machine; writes this page, its picture and the tables anew
make bench ARGS=--quick   # a part of it in two minutes, into build/benchmark
```

All ways of one line take turns, and the quickest run of each counts. They wait {WAIT_INTERVAL} s before they look for the first time. The raw
numbers are in [performance.csv](performance.csv), a line for each way of doing each piece of work: seconds of the whole process, of processor,
from the first request to the last answer and from the first stop to the last; memory of the largest process; requests.
[For maintainers](dev/performance.md): all goals, and where the time of a task goes.
"""


def page(results: Results, startup: Startup, machine: str, quick: bool = False) -> str:
    """The whole page; `quick` says that this is a part of the measurements only."""
    return "\n".join([
        _INTRODUCTION,
        *(["A part of the measurements only (`make bench ARGS=--quick`).", ""] if quick else []),
        *_savings(results, startup),
        machine,
        "",
        *_picture(),
        *_goals(figures(results, startup)),
        _REPEAT,
    ]).rstrip() + "\n"


def _savings(results: Results, startup: Startup) -> Iterable[str]:
    """One table: work, and the seconds and requests of each way."""
    yield "## What it saves"
    yield ""
    yield "| jobs | a task: seconds | requests | a `uri` loop: seconds | requests | a script: seconds | requests |"
    yield "|---|--:|--:|--:|--:|--:|--:|"
    for label, cells, script in _rows():
        found = [_first(results, cells, way) for way in (TASK, URI, script)]
        if found[0] is not None:
            yield "| " + " | ".join([label, *(text for one in found for text in _pair(one))]) + " |"
    yield ""
    yield ("The loop has an item for each job and each call; it was measured up to 100 jobs, and grows with their number. The script was written with "
           "`requests` and 32 threads for visualization jobs, and with Huawei Cloud's SDK for DRS jobs, in batches of ten; it believes every "
           f"answer, repeats nothing, and reports nothing. Of the seconds of a task and of the loop, {startup.empty:.1f} are Ansible's own: a "
           "playbook with an empty task takes as long.")
    yield ""
    for wait, words in ((True, "that waits for each job"), (False, "that does not wait")):
        cell = against_uri(100, wait)
        if {(cell, TASK), (cell, URI)} <= results.keys():
            task, loop = results[cell, TASK], results[cell, URI]
            yield (f"For 100 jobs, a task takes {task.cost.wall:.1f} s where the loop {words} takes {loop.cost.wall:.0f} s: it is "
                   f"{loop.cost.wall / task.cost.wall:.0f} times as quick, and sends {task.served.requests} requests instead of {loop.served.requests}.")
            yield ""


def _rows() -> Iterable[tuple[str, Sequence[Cell], str]]:
    """Label, the cells that are this work (the first one that was measured counts), and the way of the script."""
    for jobs in (10, 100):
        yield f"{jobs}", (against_uri(jobs), Cell(VISUALIZATION, jobs)), REQUESTS
    yield "100, without waiting for their end", (against_uri(100, wait=False),), REQUESTS
    for jobs in (1000, 10_000):
        yield f"{jobs:,}", (Cell(VISUALIZATION, jobs),), REQUESTS
    for jobs in (100, 1000):
        yield f"{jobs:,} of DRS", (Cell(DRS, jobs),), SDK


def _first(results: Results, cells: Sequence[Cell], way: str) -> Measured | None:
    return next((results[cell, way] for cell in cells if (cell, way) in results), None)


def _pair(measured: Measured | None) -> tuple[str, str]:
    return ("–", "–") if measured is None else (f"{measured.cost.wall:.1f}", f"{measured.served.requests:,}")


def _picture() -> Iterable[str]:
    yield "![Seconds and memory over the number of jobs](performance.svg)"
    yield ""


def _goals(found: Sequence[Figure]) -> Iterable[str]:
    measured = [figure for figure in found if figure.value is not None]
    missed = [figure for figure in measured if not figure.reached]
    yield "## What was to be reached"
    yield ""
    yield f"{len(measured) - len(missed)} of {len(measured)} goals are reached ([all of them](dev/performance.md#goals))."
    yield ""
    told: set[str] = set()
    for figure in missed:
        reason = "" if figure.reason in told else f" {figure.reason}".rstrip()
        told.add(figure.reason)
        yield f"- {figure.text}: {figure.by_how_much}.{reason}"
    if missed:
        yield ""
