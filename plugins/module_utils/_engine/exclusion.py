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
    read_by_key,
    read_ids,
    read_names,
    unlike_an_id,
    unmatched,
)
from ansible_collections.otc.teardown.plugins.module_utils._base.text import plain, quoted, why_not_a_path_segment
from ansible_collections.otc.teardown.plugins.module_utils._engine.filters import matches_any
from ansible_collections.otc.teardown.plugins.module_utils._model.job import Job
from ansible_collections.otc.teardown.plugins.module_utils._model.resource import Resource
from ansible_collections.otc.teardown.plugins.module_utils._model.status import ENDED
from ansible_collections.otc.teardown.plugins.module_utils._model.tags import Tags

_UNREAD = "{} cannot be read, so exclude.{} cannot be evaluated"
UNNAMED = _UNREAD.format("its name", "names")

TagEntries = tuple[tuple[str, tuple[Entry, ...]], ...]


class Exclude(NamedTuple):
    """The entries of the option `exclude`, by their keys. `tags`: for each key of a tag, entries for the value, of which one must match."""

    ids: tuple[Entry, ...] = ()
    names: tuple[Entry, ...] = ()
    owners: tuple[Entry, ...] = ()
    tags: TagEntries = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing is excluded."""
        return not any(self)


class Facts(NamedTuple):
    """What is compared with `exclude`: the id of a job, its own name, the names of its parent, its owners, its tags.

    None, and for the owners an empty tuple: cannot be read. A kind without names has the name "". `parent_names` is empty for a kind
    without parents; it may hold several names, and each of them spares. `has_ended`: nothing is stopped, so what is unknown does not matter.
    """

    id: str
    name: str | None
    parent_names: tuple[str | None, ...] = ()
    owners: tuple[str, ...] = ()
    tags: Tags | None = None
    has_ended: bool = False


class Verdict(NamedTuple):
    """Whether a job is excluded; None: unknown. `why`: why it is unknown, or which relative is the reason."""

    excluded: bool | None
    why: str | None = None


def read_exclude(given: Mapping[str, Any]) -> Exclude:
    """The entries in the option `exclude`. Raises InputError, which names the option, its value and the remedy."""
    for option, value in given.items():
        if option not in Exclude._fields:
            raise InputError(f"exclude.{option}", value, f"is not known; give {', '.join(Exclude._fields[:-1])} or {Exclude._fields[-1]}")
    ids = read_ids("exclude.ids", given["ids"]) if "ids" in given else ()
    for text in filter(None, map(unlike_an_id, ids)):
        reason = why_not_a_path_segment(text)
        raise InputError("exclude.ids", text, f"{reason}; give the id of one job")
    return Exclude(
        ids,
        read_names("exclude.names", given["names"]) if "names" in given else (),
        read_names("exclude.owners", given["owners"]) if "owners" in given else (),
        read_by_key("exclude.tags", given["tags"], read_names) if "tags" in given else (),
    )


def refusals(given: Mapping[str, Any], resources: Sequence[Resource], option: str = "exclude", remedy: str = "") -> list[InputError]:
    """Why an exclusion cannot be evaluated for all of these kinds, although it must spare their jobs; empty if it can.

    `option` and `remedy`: as for `filters.refusals`.
    """
    errors = []
    for key in ("owners", "tags"):
        lacking = [kind.name for kind in resources if given.get(key) and not (kind.tells_owner if key == "owners" else kind.tells_tags)]
        having = [kind.name for kind in resources if kind.name not in lacking]
        if lacking:
            advice = f"{', '.join(having)} {'has' if len(having) == 1 else 'have'} it; {remedy}" if having else "leave it out, or use ids or names"
            text = f"cannot be evaluated for {', '.join(lacking)}, whose API has no such field, so it would spare none of their jobs; {advice}"
            errors.append(InputError(f"{option}.{key}", given[key], text))
    return errors


def facts_of(job_id: str, sight: Job | Problem, resource: Resource, row_name: str | None = None) -> Facts:
    """The facts in what was read of a job. `row_name`: the name of its parent in a row that the user gave."""
    if isinstance(sight, Problem):
        return Facts(job_id, None)
    parents: tuple[str | None, ...] = ()
    if resource.names_parents:
        parents = tuple(name for name in (sight.parent_name, row_name) if name is not None) or (None,)
    return Facts(job_id, "" if sight.is_nameless else sight.name, parents, sight.owners, sight.tags, sight.phase == ENDED)


def judged(facts: Facts, exclude: Exclude, noun: str = "parent") -> Verdict:
    """Whether `exclude` names this job, by any of its keys. `noun`: what the parent is."""
    if any(facts.id in entry.readings for entry in exclude.ids):
        return Verdict(True)
    verdicts = [_by_names(facts, exclude, noun), _by_owners(facts, exclude), _by_tags(facts, exclude)]
    if any(found.excluded for found in verdicts):
        return Verdict(True)
    unknown = (found for found in verdicts if found.excluded is None and not (facts.has_ended and found.why != UNNAMED))
    return next(unknown, Verdict(False))


def _by_names(facts: Facts, exclude: Exclude, noun: str) -> Verdict:
    if not exclude.names:
        return Verdict(False)
    names = (facts.name, *facts.parent_names)
    if any(entry.fits(name) for entry in exclude.names for name in names if name is not None):
        return Verdict(True)
    if None not in names:
        return Verdict(False)
    return Verdict(None, UNNAMED if facts.name is None else _UNREAD.format(f"the name of its {noun}", "names"))


def _by_owners(facts: Facts, exclude: Exclude) -> Verdict:
    if not exclude.owners:
        return Verdict(False)
    if not facts.owners:
        return Verdict(None, _UNREAD.format("its owner", "owners"))
    return Verdict(any(entry.fits(owner) for entry in exclude.owners for owner in facts.owners))


def _by_tags(facts: Facts, exclude: Exclude) -> Verdict:
    if not exclude.tags:
        return Verdict(False)
    if facts.tags is None:
        return Verdict(None, _UNREAD.format("its tags", "tags"))
    return Verdict(fits_tags(facts.tags, exclude.tags))


def fits_tags(tags: Tags, wanted: TagEntries) -> bool:
    """Whether a job has a tag for each of these keys, with a value that an entry matches."""
    return all(any(key in (its, plain(its)) and any(entry.fits(value) for entry in entries) for its, value in tags) for key, entries in wanted)


class Meetings:
    """Records which entries of `exclude`, and which patterns of `filters.names`, have matched a job, to warn about the others."""

    def __init__(self, exclude: Exclude, patterns: Sequence[str] = ()) -> None:
        self._ids = _with_parts(exclude.ids)
        self._names = _with_parts(exclude.names)
        self._owners = _with_parts(exclude.owners)
        self._tags = exclude.tags
        self._tags_met = not exclude.tags
        # A shell pattern may select nothing; a pattern in another syntax, such as a regular expression, is probably a mistake.
        self._patterns = [entry for entry in (Entry(pattern, (pattern,)) for pattern in patterns) if entry.hint]
        self._met: set[Entry] = set()

    def note(self, facts: Facts) -> None:
        """Record the matches of a job that was listed or read by its id, selected or not. Threads may call this concurrently."""
        self._met.update(entry for entry in _flat(self._ids) if facts.id in entry.readings)
        names = [name for name in (facts.name, *facts.parent_names) if name is not None]
        self._met.update([entry for entry in _flat(self._names) if entry not in self._met and any(map(entry.fits, names))])
        self._met.update([entry for entry in _flat(self._owners) if any(map(entry.fits, facts.owners))])
        self._tags_met = self._tags_met or (facts.tags is not None and fits_tags(facts.tags, self._tags))
        if facts.name is not None:
            self._met.update([entry for entry in self._patterns if matches_any(facts.name, entry.readings)])

    def unmatched(self) -> list[str]:
        """A warning for each entry that has matched no job; for an ambiguous entry, for each such part of it."""
        options = {
            "exclude.ids": self._said(self._ids), "exclude.names": self._said(self._names), "exclude.owners": self._said(self._owners),
            "filters.names": self._patterns,
        }
        tags = {key: [entry.given for entry in entries] for key, entries in self._tags}
        return [
            *(text for option, entries in options.items() for text in unmatched(option, entries, self._met)),
            *([] if self._tags_met else [f"exclude.tags: {quoted(tags)} matches no job"]),
        ]

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
