# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Protected jobs (`teardown_protect`): entries with owner, reason and last day. Pure."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from ansible_collections.otc.teardown.plugins.module_utils._base import patterns
from ansible_collections.otc.teardown.plugins.module_utils._base.errors import InputError
from ansible_collections.otc.teardown.plugins.module_utils._base.suggestions import did_you_mean
from ansible_collections.otc.teardown.plugins.module_utils._base.text import quoted
from ansible_collections.otc.teardown.plugins.module_utils._modules.kinds import KINDS

_KEYS = ("names", "ids", "resource", "owner", "reason", "until")


@dataclasses.dataclass(frozen=True)
class Entry:
    """One entry. `until` is the last day (UTC) of the protection, None for no end; `unreadable` is a value that is not a date."""

    number: int
    names: tuple[patterns.Entry, ...]
    ids: tuple[patterns.Entry, ...]
    resource: str | None
    owner: str | None
    reason: str
    until: datetime.date | None
    unreadable: str | None

    def __str__(self) -> str:
        """`teardown_protect[0] (names gpu-*: demo week, by ml-team)`."""
        targets = [f"names {', '.join(entry.given for entry in self.names)}"] if self.names else []
        targets += [f"ids {', '.join(entry.given for entry in self.ids)}"] if self.ids else []
        owner = f", by {self.owner}" if self.owner else ""
        return f"teardown_protect[{self.number}] ({' and '.join(targets)}: {self.reason}{owner})"

    def covers(self, job: _Job) -> bool:
        """Whether this entry covers a job. One whose name, or that of its parent, is not known is covered by every entry with names."""
        if self.resource not in (None, job.resource):
            return False
        return bool(self.met_by(job)) or (bool(self.names) and job.is_unnamed)

    def met_by(self, job: _Job) -> list[patterns.Entry]:
        """The ids and patterns of this entry that match a job."""
        ids = [entry for entry in self.ids if job.id in entry.readings]
        return [*ids, *(entry for entry in self.names if any(name is not None and entry.fits(name) for name in job.all_names))]

    def written(self) -> dict[str, Any]:
        """The entry in the form of the variable, all values as text; reading it gives the same entry."""
        return {
            "names": [text for entry in self.names for text in _written(entry)],
            "ids": [text for entry in self.ids for text in _written(entry)],
            "resource": self.resource,
            "owner": self.owner,
            "reason": self.reason,
            "until": str(self.until) if self.until else self.unreadable,
        }


class _Job(NamedTuple):
    """What entries are compared with: the names of a job and of its parent, as several readings show them; None where one does not.

    Jobs of a kind without names have the name "", so that only `*` covers them. `parent_names` is empty for a kind without parents.
    """

    resource: str
    id: str
    names: tuple[str | None, ...]
    parent_names: tuple[str | None, ...]

    @property
    def all_names(self) -> tuple[str | None, ...]:
        return self.names + self.parent_names

    @property
    def is_unnamed(self) -> bool:
        return any(all(name is None for name in names) for names in (self.names, self.parent_names) if names)


def _job_in(rows: Sequence[Mapping[str, Any]]) -> _Job:
    kind = KINDS[rows[0]["resource"]]
    return _Job(
        kind.name,
        str(rows[0]["id"]),
        tuple(row.get("name") if kind.has_names else "" for row in rows),
        tuple(row.get("parent_name") for row in rows) if kind.names_parents else (),
    )


def _written(entry: patterns.Entry) -> Sequence[str]:
    """The texts that must be in a list to be read as this entry."""
    (again,) = patterns.read_names("", [entry.given])
    return [entry.given] if set(again.readings) >= set(entry.readings) else entry.readings


class Protection:
    """All entries on one day; records which of them matched a job."""

    def __init__(self, entries: Sequence[Entry], today: datetime.date) -> None:
        self._expired = [entry for entry in entries if entry.until is not None and entry.until < today]
        self._valid = [entry for entry in entries if entry not in self._expired]
        self._met: dict[int, set[patterns.Entry]] = {}
        self._covered: dict[int, set[tuple[Any, str]]] = {}

    def why(self, *rows: Mapping[str, Any]) -> str | None:
        """Why this job must not be stopped, None if nothing protects it. `rows`: the job as one or several readings show it."""
        job = _job_in(rows)
        found = [entry for entry in self._valid if entry.covers(job)]
        for entry in found:
            self._met.setdefault(entry.number, set()).update(entry.met_by(job))
            self._covered.setdefault(entry.number, set()).add((rows[0].get("resource"), str(rows[0]["id"])))
        if not found:
            return None
        until = f" until {found[0].until}" if found[0].until else ""
        return f"protected{until} by {found[0]}"

    def concerns(self, resource: str) -> bool:
        """Whether an entry may cover jobs of this kind."""
        return any(entry.resource in (None, resource) for entry in self._valid)

    def described(self) -> list[dict[str, Any]]:
        """All entries for a reviewer, as a report has them, with the number of jobs that each has covered so far."""
        return [
            {**entry.written(), "expired": entry in self._expired, "jobs": len(self._covered.get(entry.number, ()))}
            for entry in sorted([*self._valid, *self._expired], key=lambda entry: entry.number)
        ]

    def notices(self) -> dict[str, list[str]]:
        """Notices on entries that have expired, cannot be read, or have matched no job so far."""
        return {
            "expired": [f"{entry} expired on {entry.until} and protects no more" for entry in self._expired],
            "unreadable": [
                f"{entry} has until: {quoted(entry.unreadable)}, which is not a date (YYYY-MM-DD); it protects all the same"
                for entry in self._valid if entry.unreadable is not None
            ],
            "unmatched": [text for entry in self._valid for text in self._unmatched(entry)],
        }

    def _unmatched(self, entry: Entry) -> list[str]:
        parts = (*entry.names, *entry.ids)
        if entry.number not in self._met:
            return [f"{entry} matches no job{next((part.hint for part in parts if part.hint), '')}"]
        met = self._met[entry.number]
        return [f"{entry}: {quoted(part.given)} matches no job{part.hint}" for part in parts if met and part not in met]


def read_entries(given: Sequence[Any]) -> tuple[list[Entry], list[str]]:
    """(entries, errors) of `teardown_protect`; invalid entries appear only in the errors."""
    entries, errors = [], []
    for number, item in enumerate(given):
        try:
            entries.append(_entry(number, item))
        except InputError as error:
            errors.append(str(error))
    return entries, errors + _contradictions(entries)


def _entry(number: int, item: Any) -> Entry:
    option = f"teardown_protect[{number}]"
    why = _why_none(item)
    if why:
        raise InputError(option, None, why)
    names = patterns.read_names(f"{option}.names", item["names"]) if "names" in item else ()
    ids = patterns.read_ids(f"{option}.ids", item["ids"]) if "ids" in item else ()
    if not names and not ids:
        raise InputError(option, None, "names no job; give names (shell patterns) or ids")
    until, unreadable = _date(item.get("until"))
    return Entry(
        number=number,
        names=names,
        ids=ids,
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
        and (_readings(one.ids) & _readings(other.ids) or _readings(one.names) & _readings(other.names))
        and (one.owner, one.until, one.unreadable) != (other.owner, other.until, other.unreadable)
    ]


def _readings(entries: Sequence[patterns.Entry]) -> set[str]:
    return {text for entry in entries for text in entry.readings}
