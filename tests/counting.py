# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Counts of test runs: every pytest run leaves a file in $TEST_COUNTS, and all of them make one closing line.

A run leaves its file when it begins, as one failure, so that one that crashes or is killed is not forgotten.

Usage: python -m tests.counting FOLDER
"""

from __future__ import annotations

import json
import os
import pathlib
import sys
import time
from collections.abc import Mapping, Sized

UNFINISHED = {"passed": 0, "failed": 1, "skipped": 0}
_THIS_RUN = f"{time.time_ns()}-{os.getpid()}.json"


def begin() -> None:
    """Note that a run has begun."""
    _write(UNFINISHED)


def end(stats: Mapping[str, Sized], succeeded: bool) -> None:
    """Note the outcome, from the statistics of pytest's terminal reporter. What is expected to fail counts as skipped."""
    def count(*categories: str) -> int:
        return sum(len(stats.get(category, ())) for category in categories)

    failed = count("failed", "error")
    _write({
        "passed": count("passed", "xpassed"),
        "failed": failed if succeeded else max(1, failed),
        "skipped": count("skipped", "xfailed"),
    })


def closing_line(folder: pathlib.Path) -> str:
    """`N passed, N failed, N skipped` over all runs; no run at all is a failure."""
    runs = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))] or [UNFINISHED]
    return ", ".join(f"{sum(run[what] for run in runs)} {what}" for what in UNFINISHED)


def _write(counts: Mapping[str, int]) -> None:
    folder = pathlib.Path(os.environ["TEST_COUNTS"])
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _THIS_RUN).write_text(json.dumps(counts), encoding="utf-8")


if __name__ == "__main__":
    print(closing_line(pathlib.Path(sys.argv[1])))
