# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads the option `exclude`, and evaluates it for each job. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from ansible_collections.otc.teardown.plugins.module_utils._base.errors import InputError, Problem
from ansible_collections.otc.teardown.plugins.module_utils._base.patterns import (
    Entry,
    read_ids,
    read_names,
    unlike_an_id,
    unmatched,
)
from ansible_collections.otc.teardown.plugins.module_utils._base.text import why_not_a_path_segment
from ansible_collections.otc.teardown.plugins.module_utils._engine.filters import matches_any
from ansible_collections.otc.teardown.plugins.module_utils._model.job import Job
from ansible_collections.otc.teardown.plugins.module_utils._model.resource import Resource
from ansible_collections.otc.teardown.plugins.module_utils._model.status import ENDED

UNNAMED = "its name cannot be read, so exclude.names cannot be evaluated"


class Exclude(NamedTuple):
    """The entries of the option `exclude`, by their keys."""

    ids: tuple[Entry, ...] = ()
    names: tuple[Entry, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing is excluded."""
        return not any(self)


class Facts(NamedTuple):
    """What is compared with `exclude`: the id of a job, its own name, and the names of its parent.

    None: the name cannot be read. A kind without names has the name "". `parent_names` is empty for a kind without parents; it may hold
    several names, and each of them spares.
    """

    id: str
    name: str | None
    parent_names: tuple[str | None, ...] = ()


class Verdict(NamedTuple):
    """Whether a job is excluded; None: unknown. `why`: why it is unknown, or which relative is the reason."""

    excluded: bool | None
    why: str | None = None


def read_exclude(given: Mapping[str, Any]) -> Exclude:
    """The entries in the option `exclude`. Raises InputError, which names the option, its value and the remedy."""
    for option, value in given.items():
        if option not in Exclude._fields:
            raise InputError(f"exclude.{option}", value, f"is not known; give {' or '.join(Exclude._fields)}")
    ids = read_ids("exclude.ids", given["ids"]) if "ids" in given else ()
    for text in filter(None, map(unlike_an_id, ids)):
        reason = why_not_a_path_segment(text)
        raise InputError("exclude.ids", text, f"{reason}; give the id of one job")
    return Exclude(ids, read_names("exclude.names", given["names"]) if "names" in given else ())


def facts_of(job_id: str, sight: Job | Problem, resource: Resource, row_name: str | None = None) -> Facts:
    """The facts in what was read of a job. `row_name`: the name of its parent in a row that the user gave."""
    if isinstance(sight, Problem):
        return Facts(job_id, None)
    parents: tuple[str | None, ...] = ()
    if resource.names_parents:
        parents = tuple(name for name in (sight.parent_name, row_name) if name is not None)
        # The parent of a job that has ended is not looked for: nothing is stopped.
        parents = parents or ((None,) if sight.phase != ENDED else ())
    return Facts(job_id, "" if sight.is_nameless else sight.name, parents)


def judged(facts: Facts, exclude: Exclude, noun: str = "parent") -> Verdict:
    """Whether `exclude` names this job, itself or by the name of its parent. `noun`: what the parent is."""
    if any(facts.id in entry.readings for entry in exclude.ids):
        return Verdict(True)
    if not exclude.names:
        return Verdict(False)
    names = (facts.name, *facts.parent_names)
    if any(entry.fits(name) for entry in exclude.names for name in names if name is not None):
        return Verdict(True)
    if None not in names:
        return Verdict(False)
    return Verdict(None, UNNAMED if facts.name is None else f"the name of its {noun} cannot be read, so exclude.names cannot be evaluated")


class Meetings:
    """Records which entries of `exclude`, and which patterns of `filters.names`, have matched a job, to warn about the others."""

    def __init__(self, exclude: Exclude, patterns: Sequence[str] = ()) -> None:
        self._ids = _with_parts(exclude.ids)
        self._names = _with_parts(exclude.names)
        # A shell pattern may select nothing; a pattern in another syntax, such as a regular expression, is probably a mistake.
        self._patterns = [entry for entry in (Entry(pattern, (pattern,)) for pattern in patterns) if entry.hint]
        self._met: set[Entry] = set()

    def note(self, facts: Facts) -> None:
        """Record the matches of a job that was listed or read by its id, selected or not. Threads may call this concurrently."""
        self._met.update(entry for entry in _flat(self._ids) if facts.id in entry.readings)
        names = [name for name in (facts.name, *facts.parent_names) if name is not None]
        self._met.update([entry for entry in _flat(self._names) if entry not in self._met and any(map(entry.fits, names))])
        if facts.name is not None:
            self._met.update([entry for entry in self._patterns if matches_any(facts.name, entry.readings)])

    def unmatched(self) -> list[str]:
        """A warning for each entry that has matched no job; for an ambiguous entry, for each such part of it."""
        options = {"exclude.ids": self._said(self._ids), "exclude.names": self._said(self._names), "filters.names": self._patterns}
        return [text for option, entries in options.items() for text in unmatched(option, entries, self._met)]

    def _said(self, watched: Mapping[Entry, tuple[Entry, ...]]) -> list[Entry]:
        """The entries to check for a warning: an entry that matched nothing, or its parts if only parts of it matched."""
        found: list[Entry] = []
        for entry, (itself, *parts) in watched.items():
            found += [entry] if entry not in self._met else [] if itself in self._met else parts
        return found


def _with_parts(entries: tuple[Entry, ...]) -> dict[Entry, tuple[Entry, ...]]:
    """Entry -> the entry taken literally, followed by its parts."""
    return {entry: (Entry(entry.given, (entry.given,)), *entry.parts) for entry in entries}


def _flat(watched: Mapping[Entry, tuple[Entry, ...]]) -> Iterator[Entry]:
    return (one for entry, more in watched.items() for one in (entry, *more))
