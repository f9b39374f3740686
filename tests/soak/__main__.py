# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Soak: MINUTES of stop and info tasks in one process; fails on any growth, leak or wrong claim.

Usage: python -m tests.soak MINUTES [--report]
"""

from __future__ import annotations

import argparse
import gc
import os
import pathlib
import re
import sys
import tempfile
import time
from collections.abc import Sequence
from typing import NamedTuple

import requests

from tests import reliability
from tests.benchmark.cloud import running_cloud
from tests.soak.books import Books
from tests.soak.holdings import Growth, Held, growth, held_by
from tests.soak.work import CHUNK, JOBS, STRUCK, Chunk, chunks, scenario, tasks_of

_TASKS_IN_A_LAP = 10


class Soaked(NamedTuple):
    """What a soak found: growth of this process and of the simulator, temporary files left, and the books."""

    minutes: float
    modules: Growth
    simulator: Growth
    left: int
    books: Books

    @property
    def is_clean(self) -> bool:
        """Whether nothing grew, leaked or was lost."""
        return self.modules.is_none and self.simulator.is_none and not self.left and not self.books.mistakes


class _Cloud:
    """The admin API of the simulator."""

    def __init__(self, url: str) -> None:
        self._url = f"{url}/_simulator/"
        health = requests.get(f"{url}/health", timeout=10).json()
        self.pid, self.endpoints = health["pid"], health["endpoints"]

    def ask(self, method: str, path: str, document: object = None) -> object:
        """The answer to one order."""
        answer = requests.request(method, self._url + path, json=document, timeout=120)
        answer.raise_for_status()
        return answer.json()


def soak(minutes: float) -> Soaked:
    """Let tasks run for so long after a round to warm up, and go on until the last round is over."""
    started, books = time.monotonic(), Books()
    samples: list[tuple[Held, Held]] = []
    with tempfile.TemporaryDirectory(prefix="otc-teardown-soak-") as folder, running_cloud() as running:
        tempfile.tempdir = folder
        cloud = _Cloud(running.url)
        _round(cloud, books, samples)
        warm = len(samples)
        while len(samples) == warm or time.monotonic() - started < 60 * minutes:
            _round(cloud, books, samples)
        left = len(list(pathlib.Path(folder).iterdir()))
        tempfile.tempdir = None
    mine, theirs = zip(*samples[warm:])
    return Soaked((time.monotonic() - started) / 60, growth(mine), growth(theirs), left, books)


def _round(cloud: _Cloud, books: Books, samples: list[tuple[Held, Held]]) -> None:
    """Load all jobs anew and stop every one of them."""
    books.begin_round()
    cloud.ask("POST", "scenario", scenario(books.sums["rounds"]))
    waiting = chunks(books.sums["rounds"])
    while waiting:
        lap, waiting = waiting[:_TASKS_IN_A_LAP], waiting[_TASKS_IN_A_LAP:]
        waiting += [chunk for turn, chunk in enumerate(lap) if not _stopped(cloud, books, chunk, turn)]
        _take_stock(cloud, books, samples, not waiting)


def _stopped(cloud: _Cloud, books: Books, chunk: Chunk, turn: int) -> bool:
    (_module, result), (_info, listed) = tasks_of(chunk, cloud.endpoints, turn)
    over = books.enter_stop(chunk, result)
    books.enter_info(chunk, listed)
    return over


def _take_stock(cloud: _Cloud, books: Books, samples: list[tuple[Held, Held]], round_is_over: bool) -> None:
    books.check(cloud.ask("GET", "jobs"), round_is_over)
    books.enter_journal(cloud.ask("GET", "journal"))
    cloud.ask("DELETE", "journal")
    re.purge()  # a cache with a bound: what it still gains would look like growth
    gc.collect()
    samples.append((held_by(os.getpid()), held_by(cloud.pid)))
    print(f"{books.sums['tasks']} tasks, {len(books.mistakes)} mistakes, {samples[-1]}", *list(books.mistakes)[-2:], sep="\n", flush=True)


def page_part(soaked: Soaked) -> str:
    """The part of the page that a run makes."""
    sums = soaked.books.sums
    lines = [
        f"{soaked.minutes:.1f} minutes, {sums['rounds']} rounds of {JOBS:,} jobs, {CHUNK} to a task: {sums['tasks']:,} tasks "
        f"sent {sums['requests']:,} requests, of which faults struck {sums['struck']:,} "
        f"({sums['struck'] / sums['requests']:.1%}; {STRUCK:.0%} were set). {sums['failed tasks']} tasks failed, said so, and "
        f"were repeated; {sums['unknown']} rows in them said that a stop may have landed. "
        f"**{sums['jobs accounted for']:,} of {sums['rounds'] * JOBS:,} jobs ended and were accounted for; "
        f"{len(soaked.books.mistakes)} claims were wrong; {soaked.left} temporary files were left.**",
        "",
        "| held at rest | after the warm-up | at the end |",
        "|---|--:|--:|",
    ]
    for name, found in (("process that runs the modules", soaked.modules), ("simulator", soaked.simulator)):
        first, last = found.first, found.last
        lines.append(f"| {name}: memory | {first.memory:.1f} MiB | {last.memory:.1f} MiB |")
        lines.append(f"| {name}: open files | {first.files} | {last.files} |")
        lines.append(f"| {name}: threads | {first.threads} | {last.threads} |")
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Soak, print, and write the page if that is wanted; 1 if anything is not as it must be."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("minutes", type=float)
    parser.add_argument("--report", action="store_true", help="write docs/dev/reliability.md")
    options = parser.parse_args(arguments)
    soaked = soak(options.minutes)
    print(page_part(soaked), *list(soaked.books.mistakes)[:20], sep="\n")
    if options.report:
        reliability.put("soak", page_part(soaked))
    return 0 if soaked.is_clean else 1


if __name__ == "__main__":
    sys.exit(main())
