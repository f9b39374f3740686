# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Counts of tests: every pytest run leaves a file in $TEST_COUNTS, and all of them make the closing lines.

A test counts once, on however many versions it ran: as failed if it failed on any, else as passed if it passed on any.
A run leaves its file when it begins, as one failure, so that one that crashes or is killed is not forgotten.

Usage: python -m tests.counting FOLDER
"""

from __future__ import annotations

import collections
import json
import os
import pathlib
import sys
import time
from collections.abc import Iterable, Mapping
from typing import Any

_THIS_RUN = f"{time.time_ns()}-{os.getpid()}.json"
# Outcome -> what pytest's terminal reporter calls it, from the one that counts least. Failing as expected is like skipping.
_CATEGORIES = {"skipped": ("skipped", "xfailed"), "passed": ("passed", "xpassed"), "failed": ("failed", "error")}


def begin() -> None:
    """Note that a run has begun."""
    _write({_THIS_RUN: "failed"})


def end(stats: Mapping[str, Iterable[Any]], succeeded: bool) -> None:
    """Note the outcome of each test, from the statistics of pytest's terminal reporter."""
    outcomes = {
        report.nodeid: outcome for outcome, categories in _CATEGORIES.items() for category in categories
        for report in stats.get(category, ())
    }
    if not succeeded and "failed" not in outcomes.values():
        outcomes[_THIS_RUN] = "failed"
    _write(outcomes)


def closing_lines(folder: pathlib.Path) -> list[str]:
    """How often tests ran, then `N passed, N failed, N skipped` of the distinct ones; no run at all is a failure.

    The last line says nothing but the sums, so that programs can read it.
    """
    runs = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))] or [{"no run": "failed"}]
    order = list(_CATEGORIES)
    tests: dict[str, str] = {}
    for run in runs:
        for test, outcome in run.items():
            tests[test] = max(outcome, tests.get(test, outcome), key=order.index)
    counts = collections.Counter(tests.values())
    sums = ", ".join(f"{counts[outcome]} {outcome}" for outcome in ("passed", "failed", "skipped"))
    return [f"{sum(map(len, runs))} test runs on all versions; each distinct test counts once:", sums]


def _write(outcomes: Mapping[str, str]) -> None:
    folder = pathlib.Path(os.environ["TEST_COUNTS"])
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _THIS_RUN).write_text(json.dumps(outcomes), encoding="utf-8")


if __name__ == "__main__":
    print(*closing_lines(pathlib.Path(sys.argv[1])), sep="\n")
