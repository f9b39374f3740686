# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Compares a planned job with its current state. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from ansible_collections.otc.teardown.plugins.module_utils._model.status import ENDED, STOPPABLE, STOPPING

SAME, PROGRESSED, ENDED_SINCE, GONE, CHANGED, UNREAD = "same", "progressed", "ended", "gone", "changed", "unread"

TO_STOP = frozenset({SAME, PROGRESSED})
"""Verdicts for a job that is still the reviewed one and still needs its stop."""

LOST = frozenset({GONE, CHANGED})
"""Verdicts that make the whole plan doubtful if many rows have them."""


class Drift(NamedTuple):
    """The verdict, and a text that explains it."""

    verdict: str
    words: str


def drift(planned: Mapping[str, Any], now: Mapping[str, Any] | None) -> Drift:
    """The verdict on a planned row; `now` is its current row, None if it could not be read."""
    if now is None:
        return Drift(UNREAD, "could not be read again")
    if now["outcome"] == "missing":
        return Drift(GONE, "does not exist any more")
    known = [key for key in ("name", "created_at") if planned[key] is not None]
    if known and all(now[key] is None for key in known):
        return Drift(UNREAD, _why_unread(now) or "neither its name nor its time of creation can be read now")
    for key, words in (("name", "its name was"), ("created_at", "it was created at")):
        if planned[key] is not None and now[key] is not None and planned[key] != now[key]:
            return Drift(CHANGED, f"is another job now: {words} {planned[key]}, now {now[key]}")
    phase, status = now["phase"], now["status_before"]
    if phase == ENDED:
        return Drift(ENDED_SINCE, f"has ended since the plan: {status}")
    if phase == STOPPING:
        return Drift(PROGRESSED, f"is being stopped already: {status}")
    if phase == STOPPABLE and now["outcome"] == "failed":
        return Drift(UNREAD, _why_unread(now) or "what selects or excludes it cannot be evaluated now")
    if phase == STOPPABLE:
        same = status == planned["status"]
        return Drift(SAME if same else PROGRESSED, "is as planned" if same else f"was {planned['status']}, now {status}")
    return Drift(UNREAD, _why_unread(now) or f"its status {status} is not known")


def _why_unread(now: Mapping[str, Any]) -> str | None:
    message: str | None = (now.get("error") or {}).get("message")
    return message
