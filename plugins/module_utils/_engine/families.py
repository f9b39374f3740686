# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who is whose child among the jobs of one kind, whichever listing or read has told it. Pure.

What is known only grows: a job that is listed under its parent, and once more by itself, stays its child.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ansible_collections.otc.teardown.plugins.module_utils._model.job import Job
from ansible_collections.otc.teardown.plugins.module_utils._model.status import ENDED

PARENT, CHILD = "parent", "child"


class Families:
    """All jobs that were seen, by id, with their names, whether they run, and their parents."""

    def __init__(self) -> None:
        self._names: dict[str, dict[str, None]] = {}
        self._running: set[str] = set()
        self._parents: dict[str, set[str]] = {}
        self._children: dict[str, set[str]] = {}

    def __contains__(self, job_id: str) -> bool:
        return job_id in self._names

    def __iter__(self) -> Iterator[str]:
        """Every id, also of a parent that was named and never seen."""
        return iter({**self._names, **self._children})

    def names(self, job_id: str) -> tuple[str, ...]:
        """Every name that a job was seen with; none if none could be read."""
        return tuple(self._names.get(job_id, ()))

    def may_run(self, job_id: str) -> bool:
        """Whether a job is not known to have ended: false only if all that was seen of it says so."""
        return job_id in self._running or job_id not in self._names

    def relatives(self, job_id: str) -> dict[str, str]:
        """Id -> `parent` or `child`, for all ancestors and descendants of a job, the nearest first; no brothers and sisters."""
        found = {**dict.fromkeys(_reached(job_id, self._children), CHILD), **dict.fromkeys(_reached(job_id, self._parents), PARENT)}
        found.pop(job_id, None)
        return found

    def take(self, jobs: Iterable[Job]) -> None:
        """Learn from rows of jobs."""
        for job in jobs:
            self._add(job.key.id, () if job.name is None else (job.name,), job.phase == ENDED, job.above)

    def join(self, other: Families) -> None:
        """Learn what another knows."""
        for job_id in other._names:
            self._add(job_id, other.names(job_id), not other.may_run(job_id), other._parents.get(job_id, ()))

    def rows(self) -> list[dict[str, Any]]:
        """What is known of jobs with relatives, in the order of their ids, as JSON can hold it: see `families_of`."""
        return [
            {"id": job_id, "names": list(self.names(job_id)), "ended": not self.may_run(job_id),
             "parents": sorted(self._parents.get(job_id, ()))}
            for job_id in sorted(self._parents.keys() | self._children.keys())
        ]

    def _add(self, job_id: str, names: Iterable[str], ended: bool, parents: Iterable[str]) -> None:
        self._names.setdefault(job_id, {}).update(dict.fromkeys(names))
        if not ended:
            self._running.add(job_id)
        for parent in parents:
            self._parents.setdefault(job_id, set()).add(parent)
            self._children.setdefault(parent, set()).add(job_id)


def families_of(now: Iterable[Mapping[str, Any]], before: Iterable[Mapping[str, Any]] = ()) -> Families:
    """The families in rows of now, and in those of an earlier look, which counts for what the later one does not show.

    Raises KeyError, TypeError or AttributeError for what is no such row.
    """
    known = Families()
    latest = {row["id"]: row["ended"] for row in now}
    for row in (*now, *before):
        known._add(str(row["id"]), map(str, row["names"]), bool(latest.get(row["id"], row["ended"])), map(str, row["parents"]))
    return known


def _reached(start: str, steps: Mapping[str, Iterable[str]]) -> list[str]:
    """All that can be reached in some steps, the nearest first. A circle has no end, but is walked once."""
    found: dict[str, None] = {}
    waiting = [start]
    for one in waiting:
        fresh = [following for following in sorted(steps.get(one, ())) if following not in found]
        found.update(dict.fromkeys(fresh))
        waiting += fresh
    return list(found)
