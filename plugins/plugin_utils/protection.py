# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What must not be stopped: entries with an owner, a reason and an end. Pure."""

from __future__ import annotations

import dataclasses
import datetime
import fnmatch
from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.otc.teardown.plugins.plugin_utils.kinds import KINDS

_KEYS = ("names", "ids", "resource", "owner", "reason", "until")


@dataclasses.dataclass(frozen=True)
class Entry:
    """One entry. `until` is the last day (UTC) of the protection, None for no end; `unreadable` what was given instead."""

    number: int
    names: tuple[str, ...]
    ids: tuple[str, ...]
    resource: str | None
    owner: str | None
    reason: str
    until: datetime.date | None
    unreadable: str | None

    def __str__(self) -> str:
        """`teardown_protect[0] (names gpu-*: demo week, by ml-team)`."""
        targets = [f"names {', '.join(self.names)}"] if self.names else []
        targets += [f"ids {', '.join(self.ids)}"] if self.ids else []
        owner = f", by {self.owner}" if self.owner else ""
        return f"teardown_protect[{self.number}] ({' and '.join(targets)}: {self.reason}{owner})"

    def covers(self, row: Mapping[str, Any], names: Sequence[str | None]) -> bool:
        """Whether this is about a job that has, or had, one of these names; a job without any may be meant by names."""
        if self.resource not in (None, row["resource"]):
            return False
        if str(row["id"]) in self.ids:
            return True
        known = [name for name in names if name is not None]
        if not known:
            return bool(self.names)
        return any(name == pattern or fnmatch.fnmatchcase(name, pattern) for name in known for pattern in self.names)


class Protection:
    """All entries on one day, and which of them have met a job."""

    def __init__(self, entries: Sequence[Entry], today: datetime.date) -> None:
        self._expired = [entry for entry in entries if entry.until is not None and entry.until < today]
        self._valid = [entry for entry in entries if entry not in self._expired]
        self._met: set[int] = set()

    def why(self, row: Mapping[str, Any], *more_names: str | None) -> str | None:
        """Why this job must not be stopped, None if nothing protects it. `more_names`: what else it was called."""
        found = [entry for entry in self._valid if entry.covers(row, (row.get("name"), *more_names))]
        self._met.update(entry.number for entry in found)
        if not found:
            return None
        until = f" until {found[0].until}" if found[0].until else ""
        return f"protected{until} by {found[0]}"

    def concerns(self, resource: str) -> bool:
        """Whether an entry may be about jobs of this kind."""
        return any(entry.resource in (None, resource) for entry in self._valid)

    def notices(self) -> dict[str, list[str]]:
        """What should be looked after: entries that expired, cannot be read, or have met no job so far."""
        return {
            "expired": [f"{entry} expired on {entry.until} and protects no more" for entry in self._expired],
            "unreadable": [
                f"{entry} has until: {entry.unreadable!r}, which is not a date (YYYY-MM-DD); it protects all the same"
                for entry in self._valid if entry.unreadable is not None
            ],
            "unmatched": [f"{entry} matches no job" for entry in self._valid if entry.number not in self._met],
        }


def read_entries(given: Sequence[Any]) -> tuple[list[Entry], list[str]]:
    """The entries of `teardown_protect`, and what is wrong with those that are none."""
    entries, errors = [], []
    for number, item in enumerate(given):
        why = _why_none(item)
        if why:
            errors.append(f"teardown_protect[{number}]: {why}")
        else:
            entries.append(_entry(number, item))
    return entries, errors + _contradictions(entries)


def _why_none(item: Any) -> str | None:
    if not isinstance(item, Mapping):
        return f"{item!r} is not a dictionary with {', '.join(_KEYS)}"
    unknown = sorted(set(map(str, item)) - set(_KEYS))
    if unknown:
        return f"has no {', '.join(unknown)}; it takes {', '.join(_KEYS)}"
    for key in ("names", "ids"):
        value = item.get(key)
        if value is not None and (not isinstance(value, list) or not all(_is_word(one) for one in value)):
            return f"{key}: {value!r} is not a list of non-empty texts"
    if not item.get("names") and not item.get("ids"):
        return "names no job; give names (shell patterns) or ids"
    if not _is_word(item.get("reason")):
        return "has no reason; say why these jobs must not be stopped"
    if item.get("resource") is not None and item["resource"] not in KINDS:
        return f"resource: {item['resource']!r} is none of {', '.join(KINDS)}"
    return None


def _is_word(value: Any) -> bool:
    return isinstance(value, (str, int)) and not isinstance(value, bool) and bool(str(value).strip())


def _entry(number: int, item: Mapping[str, Any]) -> Entry:
    until, unreadable = _date(item.get("until"))
    return Entry(
        number=number,
        names=tuple(map(str, item.get("names") or ())),
        ids=tuple(map(str, item.get("ids") or ())),
        resource=item.get("resource"),
        owner=str(item["owner"]) if item.get("owner") else None,
        reason=str(item["reason"]).strip(),
        until=until,
        unreadable=unreadable,
    )


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
        and (set(one.ids) & set(other.ids) or set(one.names) & set(other.names))
        and (one.owner, one.until, one.unreadable) != (other.owner, other.until, other.unreadable)
    ]
