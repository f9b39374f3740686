# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads durations that users write and times that the cloud APIs return, and formats both."""

from __future__ import annotations

import datetime
import re
from typing import Any

_UNITS = {"w": 604800, "d": 86400, "h": 3600, "m": 60, "s": 1}
_DURATION = re.compile(r"(?:\d+[wdhms])+", re.ASCII)
_PART = re.compile(r"(\d+)([wdhms])", re.ASCII)
_NUMBER = re.compile(r"-?(?:\d{1,15}(?:\.\d{0,15})?|\.\d{1,15})", re.ASCII)
_DIGITS = re.compile(r"\d{9,16}", re.ASCII)
_ISO = re.compile(
    r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?([Zz]|[+-]\d\d:?\d\d)?", re.ASCII
)
_LONGEST_SECONDS = 100 * 365 * 86400

# Epoch numbers above this are milliseconds: as seconds they would lie after the year 5138.
_MILLISECONDS_FROM = 100_000_000_000


def parse_duration(text: str) -> int:
    """Seconds for `90m`, `12h`, `7d` or `1h30m` (units w, d, h, m, s, each at most once, largest first).

    Raises ValueError with the remedy for any other text, and for more than 100 years.
    """
    remedy = "is not a duration; write for example 90m, 12h, 7d or 1h30m"
    if not _DURATION.fullmatch(text):
        raise ValueError(remedy)
    parts = _PART.findall(text)
    ranks = [list(_UNITS).index(unit) for _number, unit in parts]
    if ranks != sorted(set(ranks)):
        raise ValueError(f"{remedy} (each unit once, the largest first)")
    seconds = sum(int(number) * _UNITS[unit] for number, unit in parts)
    if seconds > _LONGEST_SECONDS:
        raise ValueError("is longer than 100 years; write for example 90m, 12h, 7d or 1h30m")
    return seconds


def seconds_of(value: Any) -> float:
    """Seconds for a number of seconds, also as text (`600`, `2.5`), or a duration (`10m`, `1h30m`).

    Raises ValueError with the remedy for anything else, and for more than 100 years.
    """
    text = "" if isinstance(value, bool) else str(value).strip()
    if not _NUMBER.fullmatch(text):
        try:
            return float(parse_duration(text))
        except ValueError as error:
            found = str(error)
        raise ValueError(found.replace("is not a duration", "is neither a number of seconds nor a duration"))
    if float(text) > _LONGEST_SECONDS:
        raise ValueError("is longer than 100 years; write for example 90m, 12h, 7d or 1h30m")
    return float(text)


def parse_time(value: Any) -> float | None:
    """Seconds since 1970 (UTC) for every time format of the APIs; None for None and an empty text.

    Forms: epoch milliseconds or seconds as number or text (ModelArts, DRS batch-detail), ISO 8601
    with or without zone (service tasks, IAM), and `2020-12-21 10:57:49` (DRS v3 list). A time
    without a zone is taken as UTC. Raises ValueError for anything else.
    """
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        raise ValueError(f"{value!r} is not a point in time")
    if isinstance(value, (int, float)):
        return _epoch(value)
    text = str(value).strip()
    if _DIGITS.fullmatch(text):
        return _epoch(int(text))
    return _iso(text)


def _epoch(number: float) -> float:
    if number >= _MILLISECONDS_FROM:
        return _in_range(number / 1000 if number < 10**18 else number)
    return _in_range(float(number))


def _in_range(seconds: float) -> float:
    if not 0 < seconds < 32503680000:  # from 1970 to the year 3000; also refuses NaN
        raise ValueError(f"{seconds!r} is not a point in time")
    return seconds


def _iso(text: str) -> float:
    found = _ISO.fullmatch(text)
    if not found:
        raise ValueError(f"{text!r} is not a point in time")
    date, clock, fraction, zone = found.groups()
    # Python before 3.11 cannot read "Z", a zone without colon, or a fraction without exactly 6 digits.
    micros = (fraction or "").ljust(6, "0")[:6]
    offset = "+00:00" if zone in (None, "Z", "z") else f"{zone[:3]}:{zone[-2:]}"
    return _in_range(datetime.datetime.fromisoformat(f"{date}T{clock}.{micros}{offset}").timestamp())


def format_time(seconds: float | None) -> str | None:
    """`2019-08-07T03:48:56Z` for seconds since 1970, None for None."""
    if seconds is None:
        return None
    moment = datetime.datetime.fromtimestamp(int(seconds), datetime.timezone.utc)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def format_span(seconds: float) -> str:
    """`45s`, `2m10s`, `10m` or `1h5m` for a number of seconds."""
    whole = max(0, int(seconds))
    hours, minutes, rest = whole // 3600, whole % 3600 // 60, whole % 60
    parts = ((hours, "h"), (minutes, "m"), (0 if hours else rest, "s"))
    return "".join(f"{number}{unit}" for number, unit in parts if number) or "0s"
