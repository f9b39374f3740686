# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The journal: one entry per request, in the order of arrival, without secrets."""
from __future__ import annotations

import copy
from typing import Any

MASK = "********"
_SECRET_WORDS = ("password", "token", "secret", "secret_key", "passcode", "sk", "authorization")
_HARMLESS = frozenset(["login", "token_revoke", "list", "batch_status", "batch_detail"])
"""Operations that change no job although they do not use GET or HEAD."""

Entry = dict[str, Any]


def masked(value: Any, hidden: bool = False) -> Any:
    """Return a copy of a JSON value in which the values under names of secrets are hidden."""
    if isinstance(value, dict):
        return {key: masked(inner, hidden or _is_secret(key, inner)) for key, inner in value.items()}
    if isinstance(value, list):
        return [masked(inner, hidden) for inner in value]
    return MASK if hidden and isinstance(value, (str, int, float)) and not isinstance(value, bool) else value


def _is_secret(key: str, inner: Any) -> bool:
    """Whether a key names a secret. In a login, `password` is also the block that contains the name of the user, which may be shown."""
    low = key.lower()
    if low == "password" and isinstance(inner, dict):
        return False
    return low in _SECRET_WORDS or low.endswith(("_password", "_token", "_secret", "-token"))


class Journal:
    """The entries so far."""

    def __init__(self) -> None:
        self._entries: list[Entry] = []
        self.stop_seen = False
        """Whether a request has asked for a stop."""

    def open(self, entry: Entry) -> Entry:
        """Add an entry; the caller fills it later."""
        entry["n"] = len(self._entries) + 1
        self._entries.append(entry)
        self.stop_seen = self.stop_seen or bool(stops([entry]))
        return entry

    def __len__(self) -> int:
        return len(self._entries)

    def entries(self) -> list[Entry]:
        """Return copies of the entries, which do not change later."""
        return copy.deepcopy(self._entries)

    def clear(self) -> None:
        """Forget all entries."""
        self._entries.clear()
        self.stop_seen = False


def stops(entries: list[Entry]) -> list[Entry]:
    """Return the requests for a stop, accepted or not."""
    return [entry for entry in entries if entry["operation"] in ("stop", "batch_stop")]


def writes(entries: list[Entry]) -> list[Entry]:
    """Return the requests that would change something, including unknown calls."""
    return [entry for entry in entries if entry["method"] not in ("GET", "HEAD") and entry["operation"] not in _HARMLESS]


def accepted(entries: list[Entry], resource: str, job_id: str) -> int:
    """Count the accepted stops of one job."""
    return sum(entry["acted"].count(job_id) for entry in entries if entry["resource"] == resource)
