# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The books: what tasks claimed of each job, against what the simulator knows of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from tests.soak.work import Chunk

_ENDED = ("ended", "gone")
MAY_HAVE_LANDED = "may have landed"
"""What a row says of which nobody can know: the answer to the stop was lost, and then the login, too."""
_OVER = ("stopped", "ended", "ended_meanwhile", "already_ended")


class Books:
    """What was claimed in one round, and every mistake found in all."""

    def __init__(self) -> None:
        self.mistakes: dict[str, None] = {}
        self.sums: Counter[str] = Counter()
        self._claims: dict[tuple[str, str], bool] = {}
        self._over: set[tuple[str, str]] = set()
        self._unknown: set[tuple[str, str]] = set()
        self._stories: dict[tuple[str, str], list[str]] = {}

    def begin_round(self) -> None:
        """Forget the jobs of the round before."""
        self._claims.clear()
        self._over.clear()
        self._unknown.clear()
        self._stories.clear()
        self.sums["rounds"] += 1

    def enter_stop(self, chunk: Chunk, result: Mapping[str, Any]) -> bool:
        """Enter the rows of a task that stops; True if all its jobs are over, False if it must be repeated."""
        kind, rows = chunk.kind, result["jobs"]
        self._enter(result)
        if result["complete"] and {row["id"] for row in rows} != {kind.id(number) for number in chunk.numbers}:
            self._mistake(f"{kind.label}: rows were lost: {result['msg']}")
        for row in rows:
            key = (kind.module, row["id"])
            if row["changed"] and self._claims.get(key):
                self._mistake(f"{key} was claimed twice")
            if row["error"]:
                self._stories.setdefault(key, []).append(f"{row['outcome']} {row['changed']} {row['error']}")
            self._claims[key] = self._claims.get(key, False) or row["changed"]
            if MAY_HAVE_LANDED in str(row["error"]):
                self._unknown.add(key)
                self.sums["unknown"] += 1
            if row["outcome"] in _OVER:
                self._over.add(key)
        return not result.get("failed") and len(rows) == len(chunk.numbers)

    def enter_info(self, chunk: Chunk, result: Mapping[str, Any]) -> None:
        """Enter the rows of a task that lists: what is over has ended there, too."""
        self._enter(result)
        for row in result["jobs"]:
            if (chunk.kind.module, row["id"]) in self._over and row["phase"] != "ended":
                self._mistake(f"{row} was over, and is not")

    def check(self, jobs: Iterable[Mapping[str, Any]], round_is_over: bool) -> None:
        """Compare all claims with the state of all jobs."""
        for job in jobs:
            key = (job["resource"], job["id"])
            if key not in self._unknown and self._claims.get(key, False) != (job["stops_accepted"] > 0):
                self._mistake(f"{key}: accepted {job['stops_accepted']} stops, but {self._stories.get(key)}")
            if (key in self._over or round_is_over) and job["phase"] not in _ENDED:
                self._mistake(f"{key} is {job['status']}, but {self._stories.get(key)}")
            if round_is_over:
                self.sums["jobs accounted for"] += 1

    def enter_journal(self, entries: Iterable[Mapping[str, Any]]) -> None:
        """Count requests and faults."""
        for entry in entries:
            self.sums["requests"] += 1
            self.sums["struck"] += entry["fault"] is not None

    def _enter(self, result: Mapping[str, Any]) -> None:
        self.sums["tasks"] += 1
        self.sums["failed tasks"] += bool(result.get("failed"))
        if "please report it" in result.get("msg", "") or "exception" in result:
            self._mistake(f"an unforeseen error: {result['msg']}")

    def _mistake(self, text: str) -> None:
        self.mistakes[text] = None
