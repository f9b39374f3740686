# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The entries of `teardown_protect`, with owner, reason and last day. Pure."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from ansible_collections.otc.teardown.plugins.module_utils._base import patterns
from ansible_collections.otc.teardown.plugins.module_utils._base.errors import InputError
from ansible_collections.otc.teardown.plugins.module_utils._base.suggestions import did_you_mean
from ansible_collections.otc.teardown.plugins.module_utils._base.text import quoted
from ansible_collections.otc.teardown.plugins.module_utils._engine.exclusion import TagEntries
from ansible_collections.otc.teardown.plugins.module_utils._model.status import ENDED
from ansible_collections.otc.teardown.plugins.module_utils._model.tags import Tags, pairs_of
from ansible_collections.otc.teardown.plugins.module_utils._modules.kinds import KINDS
from ansible_collections.otc.teardown.plugins.plugin_utils._literals import literal
from ansible_collections.otc.teardown.plugins.plugin_utils._spare.tags import fits, in_words, with_tags, without_tags

_KEYS = ("names", "ids", "tags", "resource", "owner", "reason", "until")


@dataclasses.dataclass(frozen=True)
class Entry:
    """One entry, for the jobs that its names, its ids or its tags mean.

    `until` is the last day (UTC) of the protection, None for no end; `unreadable` is a value that is not a date.
    """

    number: int
    names: tuple[patterns.Entry, ...]
    ids: tuple[patterns.Entry, ...]
    tags: TagEntries
    resource: str | None
    owner: str | None
    reason: str
    until: datetime.date | None
    unreadable: str | None

    def __str__(self) -> str:
        """`teardown_protect[0] (names gpu-*: demo week, by ml-team)`."""
        targets = [f"names {', '.join(entry.given for entry in self.names)}"] if self.names else []
        targets += [f"ids {', '.join(entry.given for entry in self.ids)}"] if self.ids else []
        targets += [f"tags {entry.given}" for entry in self._of_tags]
        owner = f", by {self.owner}" if self.owner else ""
        return f"teardown_protect[{self.number}] ({' and '.join(targets)}: {self.reason}{owner})"

    def covers(self, job: Facts) -> bool:
        """Whether this entry covers a job.

        One whose name, or that of its parent, is not known is covered by every entry with names; one whose tags are not known by every
        entry with tags.
        """
        if self.resource not in (None, job.resource):
            return False
        return bool(self.met_by(job)) or (bool(self.names) and job.is_unnamed) or self.covers_unknown_tags(job)

    def covers_unknown_tags(self, job: Facts) -> bool:
        """Whether this entry covers a job only because its tags cannot be read."""
        return bool(self.tags) and job.hides_tags and not self.met_by(job)

    def met_by(self, job: Facts) -> list[patterns.Entry]:
        """The ids and patterns of this entry that match a job, and its tags as one entry if they do."""
        return [
            *(entry for entry in self.ids if job.id in entry.readings),
            *(entry for entry in self.names if any(name is not None and entry.fits(name) for name in job.all_names)),
            *(entry for entry in self._of_tags if any(fits(tags, self.tags) for tags in job.tags)),
        ]

    @property
    def parts(self) -> tuple[patterns.Entry, ...]:
        """Its names, its ids, and its tags as one."""
        return (*self.names, *self.ids, *self._of_tags)

    @property
    def _of_tags(self) -> tuple[patterns.Entry, ...]:
        words = in_words({key: [entry.given for entry in entries] for key, entries in self.tags})
        return (patterns.Entry(words, ()),) if self.tags else ()

    def written(self) -> dict[str, Any]:
        """The entry in the form of the variable, all values as text; reading it gives the same entry."""
        return {
            "names": [text for entry in self.names for text in _written(entry)],
            "ids": [text for entry in self.ids for text in _written(entry)],
            "tags": _tags_written(self.tags),
            "resource": self.resource,
            "owner": self.owner,
            "reason": self.reason,
            "until": str(self.until) if self.until else self.unreadable,
        }


class Facts(NamedTuple):
    """What entries are compared with: the names of a job and of its parent, as several readings show them; None where one does not.

    Jobs of a kind without names have the name "", so that only `*` covers them. `parent_names` is empty for a kind without parents.
    `tags`: those of each reading that tells them. `hides_tags`: the latest reading, of a job that has not ended, does not tell them,
    although its kind has tags.
    """

    resource: str
    id: str
    names: tuple[str | None, ...]
    parent_names: tuple[str | None, ...]
    tags: tuple[Tags, ...]
    hides_tags: bool

    @property
    def all_names(self) -> tuple[str | None, ...]:
        """Its own names and those of its parent."""
        return self.names + self.parent_names

    @property
    def is_unnamed(self) -> bool:
        """Whether no reading shows its name, or none that of its parent."""
        return any(all(name is None for name in names) for names in (self.names, self.parent_names) if names)


def job_in(rows: Sequence[Mapping[str, Any]]) -> Facts:
    """The facts in these readings of one job, the latest last."""
    kind = KINDS[rows[0]["resource"]]
    tags = [pairs_of(row.get("tags")) for row in rows]
    return Facts(
        kind.name,
        str(rows[0]["id"]),
        tuple(row.get("name") if kind.has_names else "" for row in rows),
        tuple(row.get("parent_name") for row in rows) if kind.names_parents else (),
        tuple(one for one in tags if one is not None),
        kind.tells_tags and tags[-1] is None and rows[-1].get("phase") != ENDED,
    )


def _written(entry: patterns.Entry) -> Sequence[str]:
    """The texts that must be in a list to be read as this entry."""
    (again,) = patterns.read_names("", [entry.given])
    return [entry.given] if set(again.readings) >= set(entry.readings) else entry.readings


def _tags_written(tags: TagEntries) -> dict[str, list[str]]:
    return {key: [text for entry in entries for text in _written(entry)] for key, entries in tags}


def read_entries(given: Sequence[Any]) -> tuple[list[Entry], list[str]]:
    """(entries, errors) of `teardown_protect`; invalid entries appear only in the errors."""
    entries, errors = [], []
    for number, item in enumerate(given):
        try:
            entries.append(_entry(number, item))
        except InputError as error:
            errors.append(str(error))
    return entries, errors + _contradictions(entries)


def untagged(entries: Sequence[Entry], kinds: Sequence[str]) -> list[str]:
    """An error for each entry with tags that is about one of these kinds, whose API tells none: it would protect none of their jobs."""
    errors = []
    for entry in entries:
        lacking = without_tags([kind for kind in kinds if entry.resource in (None, kind)]) if entry.tags else []
        if lacking:
            having = with_tags(kinds)
            advice = f"give an entry of its own with the resource {' or '.join(having)} for them" if having else "name jobs by names or ids"
            errors.append(f"teardown_protect[{entry.number}].tags: cannot be evaluated for {', '.join(lacking)}, whose API tells no tags, so "
                          f"it would protect none of their jobs; {advice}")
    return errors


def _entry(number: int, item: Any) -> Entry:
    option = f"teardown_protect[{number}]"
    why = _why_none(item)
    if why:
        raise InputError(option, None, why)
    names = patterns.read_names(f"{option}.names", item["names"]) if "names" in item else ()
    ids = patterns.read_ids(f"{option}.ids", item["ids"]) if "ids" in item else ()
    tags = patterns.read_by_key(f"{option}.tags", literal(f"{option}.tags", item["tags"]), patterns.read_names) if "tags" in item else ()
    if not names and not ids and not tags:
        raise InputError(option, None, "names no job; give names (shell patterns), ids or tags")
    until, unreadable = _date(item.get("until"))
    return Entry(
        number=number,
        names=names,
        ids=ids,
        tags=tags,
        resource=item.get("resource"),
        owner=str(item["owner"]) if item.get("owner") else None,
        reason=str(item["reason"]).strip(),
        until=until,
        unreadable=unreadable,
    )


def _why_none(item: Any) -> str | None:
    if not isinstance(item, Mapping):
        return f"{quoted(item)} is not a dictionary with {', '.join(_KEYS)}"
    unknown = sorted(set(map(str, item)) - set(_KEYS))
    if unknown:
        return f"unknown key {', '.join(unknown)}; it takes {', '.join(_KEYS)}{did_you_mean(unknown[0], _KEYS)}"
    reason, resource = item.get("reason"), item.get("resource")
    if not isinstance(reason, str) or not reason.strip():
        wrong = "has no reason" if reason in (None, "") or isinstance(reason, str) else f"reason: {quoted(reason)} is not text; put it in quotes, or"
        return f"{wrong}; say why these jobs must not be stopped"
    if resource is not None and (not isinstance(resource, str) or resource not in KINDS):
        return f"resource: {quoted(resource)} is none of {', '.join(KINDS)}{did_you_mean(resource, KINDS)}"
    return None


def _date(value: Any) -> tuple[datetime.date | None, str | None]:
    if value is None:
        return None, None
    if isinstance(value, datetime.datetime):
        return value.date(), None
    if isinstance(value, datetime.date):
        return value, None
    try:
        return datetime.datetime.strptime(str(value), "%Y-%m-%d").date(), None
    except ValueError:
        return None, str(value)


def _contradictions(entries: Sequence[Entry]) -> list[str]:
    return [
        f"{one} and {other} are about the same jobs but disagree on their owner or on until; leave one of them"
        for number, one in enumerate(entries) for other in entries[number + 1:]
        if (one.resource is None or other.resource is None or one.resource == other.resource)
        and (_readings(one.ids) & _readings(other.ids) or _readings(one.names) & _readings(other.names) or one.tags and one.tags == other.tags)
        and (one.owner, one.until, one.unreadable) != (other.owner, other.until, other.unreadable)
    ]


def _readings(entries: Sequence[patterns.Entry]) -> set[str]:
    return {text for entry in entries for text in entry.readings}
