# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Parents and children among the jobs of one kind, collected from all listings and reads. Pure.

Facts are only added: a job that is listed under its parent, and then again at the top level, remains its child.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ansible_collections.otc.teardown.plugins.module_utils._model.job import Job
from ansible_collections.otc.teardown.plugins.module_utils._model.status import ENDED
from ansible_collections.otc.teardown.plugins.module_utils._model.tags import Tags, as_dictionary, pairs_of

PARENT, CHILD = "parent", "child"


class Families:
    """All jobs that were read: id -> names, whether the job may run, and parents."""

    def __init__(self) -> None:
        self._names: dict[str, dict[str, None]] = {}
        self._running: set[str] = set()
        self._parents: dict[str, set[str]] = {}
        self._children: dict[str, set[str]] = {}
        self._tags: dict[str, Tags] = {}

    def __contains__(self, job_id: str) -> bool:
        return job_id in self._names

    def __iter__(self) -> Iterator[str]:
        """Every id, including parents that are only named by their children."""
        return iter({**self._names, **self._children})

    def names(self, job_id: str) -> tuple[str, ...]:
        """Every name that was read for a job; empty if no name could be read."""
        return tuple(self._names.get(job_id, ()))

    def tags(self, job_id: str) -> Tags | None:
        """All tags that were read for a job; None if no read told its tags."""
        return self._tags.get(job_id)

    def may_run(self, job_id: str) -> bool:
        """Whether a job may still run; False only if every read of it says that it has ended."""
        return job_id in self._running or job_id not in self._names

    def relatives(self, job_id: str) -> dict[str, str]:
        """Id -> `parent` or `child` for all ancestors and descendants of a job, the nearest first; siblings are not included."""
        found = {**dict.fromkeys(_reached(job_id, self._children), CHILD), **dict.fromkeys(_reached(job_id, self._parents), PARENT)}
        found.pop(job_id, None)
        return found

    def take(self, jobs: Iterable[Job]) -> None:
        """Add the facts of these jobs."""
        for job in jobs:
            self._add(job.key.id, () if job.name is None else (job.name,), job.phase == ENDED, job.above, job.tags)

    def join(self, other: Families) -> None:
        """Add all facts of another Families."""
        for job_id in other._names:
            self._add(job_id, other.names(job_id), not other.may_run(job_id), other._parents.get(job_id, ()), other.tags(job_id))

    def rows(self) -> list[dict[str, Any]]:
        """The jobs with relatives as rows for JSON, sorted by id; `families_of` reads them."""
        return [
            {"id": job_id, "names": list(self.names(job_id)), "ended": not self.may_run(job_id),
             "parents": sorted(self._parents.get(job_id, ())), "tags": as_dictionary(self.tags(job_id))}
            for job_id in sorted(self._parents.keys() | self._children.keys())
        ]

    def _add(self, job_id: str, names: Iterable[str], ended: bool, parents: Iterable[str], tags: Tags | None = None) -> None:
        if tags is not None:
            self._tags[job_id] = tuple(dict.fromkeys((*self._tags.get(job_id, ()), *tags)))
        self._names.setdefault(job_id, {}).update(dict.fromkeys(names))
        if not ended:
            self._running.add(job_id)
        for parent in parents:
            self._parents.setdefault(job_id, set()).add(parent)
            self._children.setdefault(parent, set()).add(job_id)


def families_of(now: Iterable[Mapping[str, Any]], before: Iterable[Mapping[str, Any]] = ()) -> Families:
    """The families in rows of a later (`now`) and an earlier (`before`) read, as `Families.rows` returns them.

    Names and parents come from both reads; whether a job has ended, and its tags, come from `now`, if `now` contains the job.
    Raises KeyError, TypeError or AttributeError for an invalid row.
    """
    known = Families()
    latest = {row["id"]: row for row in now}
    for row in (*now, *before):
        last = latest.get(row["id"], row)
        known._add(str(row["id"]), map(str, row["names"]), bool(last["ended"]), map(str, row["parents"]), pairs_of(last.get("tags")))
    return known


def _reached(start: str, steps: Mapping[str, Iterable[str]]) -> list[str]:
    """All ids that can be reached from `start`, the nearest first. A cycle is followed only once."""
    found: dict[str, None] = {}
    waiting = [start]
    for one in waiting:
        fresh = [following for following in sorted(steps.get(one, ())) if following not in found]
        found.update(dict.fromkeys(fresh))
        waiting += fresh
    return list(found)
