# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Texts of a report, made harmless and cut to a readable length; times and ages in words. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from ansible_collections.otc.teardown.plugins.module_utils._base.text import plain
from ansible_collections.otc.teardown.plugins.module_utils._base.times import parse_time

LONGEST_NAME = 200
LONGEST_TEXT = 1000

_UTC = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)Z", re.ASCII)


def name(value: Any) -> str | None:
    """A name or another short text; None for an empty one."""
    return _cut(value, LONGEST_NAME)


def sentence(value: Any) -> str | None:
    """A longer text; None for an empty one."""
    return _cut(value, LONGEST_TEXT)


def sentences(values: Iterable[Any]) -> tuple[str, ...]:
    """Longer texts, without the empty ones."""
    return tuple(text for text in map(sentence, values) if text)


def _cut(value: Any, limit: int) -> str | None:
    if value is None or value == "":
        return None
    text = str(value)
    more = len(text) - limit
    return f"{plain(text[:limit])}… ({more:,} more characters)" if more > 0 else plain(text)


def tags_in_words(tags: Mapping[str, Any] | None) -> str | None:
    """`team=ml, stage=prod` for the tags of a row; None without tags."""
    pairs = ((key, value) for key, values in (tags or {}).items() for value in (values if isinstance(values, (list, tuple)) else [values]))
    return ", ".join(f"{key}={value}" if value else key for key, value in pairs) or None


def moment(value: Any, zone: str = " UTC") -> str | None:
    """`2026-11-22 01:00:00 UTC` for a time of a report; any other value as plain text."""
    found = _UTC.fullmatch(value or "")
    return f"{found.group(1)} {found.group(2)}{zone}" if found else name(value)


def period(start: Any, end: Any) -> str:
    """`2026-11-22 01:00:00 to 01:01:03 UTC`, with the second date if it differs; an unknown time is left out."""
    first, last = _UTC.fullmatch(start or ""), _UTC.fullmatch(end or "")
    if first and last and first.group(1) == last.group(1):
        return f"{moment(start, '')} to {last.group(2)} UTC"
    return " to ".join(filter(None, (moment(start), moment(end))))


def seconds(time: Any) -> float | None:
    """Seconds since 1970; None for what is not a time of a report."""
    try:
        return parse_time(time) if _UTC.fullmatch(time or "") else None
    except ValueError:
        return None


def age(start: Any, end: Any) -> str | None:
    """`40 s`, `12 min`, `5 h 12 min` or `2 d 6 h` from one time of a report to another, in the two largest units.

    None if one of them is unknown, and if the end comes before the start.
    """
    first, last = seconds(start), seconds(end)
    if first is None or last is None or last < first:
        return None
    passed = int(last - first)
    if passed < 60:
        return f"{passed} s"
    minutes, hours, days = passed // 60, passed // 3600, passed // 86400
    parts = [(days, "d"), (hours % 24, "h")] if days else [(hours, "h"), (minutes % 60, "min")]
    return " ".join(f"{number} {unit}" for number, unit in parts if number)
