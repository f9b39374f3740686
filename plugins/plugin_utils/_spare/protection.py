# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Protected jobs: by the entries of `teardown_protect`, and by whatever else protects jobs. Pure."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from ansible_collections.otc.teardown.plugins.module_utils._base import patterns
from ansible_collections.otc.teardown.plugins.module_utils._base.text import quoted
from ansible_collections.otc.teardown.plugins.plugin_utils._measures import Measure
from ansible_collections.otc.teardown.plugins.plugin_utils._spare.entries import Entry, job_in


class Shield(Protocol):
    """What protects jobs beside the entries of `teardown_protect`."""

    def concerns(self, resource: str) -> bool:
        """Whether it may protect jobs of this kind."""

    def why(self, rows: Sequence[Mapping[str, Any]]) -> str | None:
        """Why it protects a job; None if it does not. `rows`: as for `Protection.why`."""

    def notices(self) -> Mapping[str, list[str]]:
        """As for `Protection.notices`, and `warnings`; keys may be left out."""

    def measure(self) -> Measure:
        """What it protects, for a reviewer."""


class Protection:
    """All entries on one day, and all shields; records which of them matched a job."""

    def __init__(self, entries: Sequence[Entry], today: datetime.date, shields: Sequence[Shield] = ()) -> None:
        self._shields = shields
        self._expired = [entry for entry in entries if entry.until is not None and entry.until < today]
        self._valid = [entry for entry in entries if entry not in self._expired]
        self._met: dict[int, set[patterns.Entry]] = {}
        self._covered: dict[int, set[tuple[Any, str]]] = {}

    def why(self, *rows: Mapping[str, Any]) -> str | None:
        """Why this job must not be stopped, None if nothing protects it. `rows`: the job as readings show it, the latest one last."""
        reasons = [self._by_entry(rows), *(shield.why(rows) for shield in self._shields)]
        return next((reason for reason in reasons if reason), None)

    def _by_entry(self, rows: Sequence[Mapping[str, Any]]) -> str | None:
        job = job_in(rows)
        found = [entry for entry in self._valid if entry.covers(job)]
        for entry in found:
            self._met.setdefault(entry.number, set()).update(entry.met_by(job))
            self._covered.setdefault(entry.number, set()).add((rows[0].get("resource"), str(rows[0]["id"])))
        if not found:
            return None
        first = next((entry for entry in found if not entry.covers_unknown_tags(job)), found[0])
        until = f" until {first.until}" if first.until else ""
        hidden = ", because its tags cannot be read," if first.covers_unknown_tags(job) else ""
        return f"protected{until}{hidden} by {first}"

    def concerns(self, resource: str) -> bool:
        """Whether an entry or a shield may cover jobs of this kind."""
        return any(entry.resource in (None, resource) for entry in self._valid) or any(shield.concerns(resource) for shield in self._shields)

    def described(self) -> list[dict[str, Any]]:
        """All entries for a reviewer, as a report has them, with the number of jobs that each has covered so far."""
        return [
            {**entry.written(), "expired": entry in self._expired, "jobs": len(self._covered.get(entry.number, ()))}
            for entry in sorted([*self._valid, *self._expired], key=lambda entry: entry.number)
        ]

    def notices(self) -> dict[str, list[str]]:
        """Notices on entries and shields that have expired, cannot be read, or have matched no job so far."""
        own = {
            "expired": [f"{entry} expired on {entry.until} and protects no more" for entry in self._expired],
            "unreadable": [
                f"{entry} has until: {quoted(entry.unreadable)}, which is not a date (YYYY-MM-DD); it protects all the same"
                for entry in self._valid if entry.unreadable is not None
            ],
            "unmatched": [text for entry in self._valid for text in self._unmatched(entry)],
        }
        return {key: [*texts, *self._of_shields(key)] for key, texts in own.items()}

    def warnings(self) -> list[str]:
        """What else to know about the shields."""
        return self._of_shields("warnings")

    def measures(self) -> list[Measure]:
        """What the shields protect, for a reviewer."""
        return [shield.measure() for shield in self._shields]

    def _of_shields(self, key: str) -> list[str]:
        return [text for shield in self._shields for text in shield.notices().get(key, ())]

    def _unmatched(self, entry: Entry) -> list[str]:
        parts = entry.parts
        if entry.number not in self._met:
            return [f"{entry} matches no job{next((part.hint for part in parts if part.hint), '')}"]
        met = self._met[entry.number]
        return [f"{entry}: {quoted(part.given)} matches no job{part.hint}" for part in parts if met and part not in met]
