# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""When apply may stop jobs (`teardown_windows`): whether a window is open, and when the next one opens. Pure.

A window of a day lasts from the first moment at which the clocks of its time zone show `from` or later until the first
moment at which they show `to` or later. A time that clocks skip is so the moment at which they jump, and of a time that
they show twice the first one counts.
"""

from __future__ import annotations

import bisect
import datetime
import zoneinfo
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from ansible_collections.otc.teardown.plugins.module_utils._base.times import format_time

OPTION = "teardown_windows"
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MINUTES_OF_A_DAY = 1440

_DAYS_AHEAD = 400
_SECONDS_OF_A_WEEK = 7 * 86400.0


class Window(NamedTuple):
    """One entry. `days`: 1 (Monday) to 7; `begin`, `end`: minutes since midnight of that day, so that `end` may be on the next day.

    `skip`: dates on which no window begins.
    """

    days: frozenset[int]
    begin: int
    end: int
    timezone: str
    skip: frozenset[datetime.date]

    @property
    def zone(self) -> datetime.tzinfo:
        """The time zone. Raises ZoneInfoNotFoundError (a KeyError), ValueError or OSError for a name that is not one."""
        return zone_of(self.timezone)

    def written(self) -> dict[str, Any]:
        """The entry in the form of the variable, as `window_of` reads it: numbers and texts only."""
        return {
            "days": sorted(self.days),
            "from": self.begin,
            "to": self.end,
            "timezone": self.timezone,
            "skip_dates": sorted(date.isoformat() for date in self.skip),
        }

    def __str__(self) -> str:
        """`mon-fri 22:00 to 06:00 Europe/Berlin, not on 3 dates`."""
        dates = f", not on {len(self.skip):,} {'date' if len(self.skip) == 1 else 'dates'}" if self.skip else ""
        return f"{_days_in_words(self.days)} {_clock(self.begin)} to {_clock(self.end)} {self.timezone}{dates}"


class Standing(NamedTuple):
    """Whether a window is open. `moment`: when it closes, or when the next one opens; None if that is too far away to tell."""

    is_open: bool
    moment: float | None
    timezone: str

    def __str__(self) -> str:
        """`apply may stop until 2026-11-28 06:00 Europe/Berlin (2026-11-28 05:00 UTC)`."""
        if self.is_open:
            return "apply may stop now" if self.moment is None else f"apply may stop until {in_words(self.moment, self.timezone)}"
        if self.moment is None:
            return f"no window opens within {_DAYS_AHEAD} days; check skip_dates"
        return f"apply may stop from {in_words(self.moment, self.timezone)}"


def window_of(written: Mapping[str, Any]) -> Window:
    """The window that `Window.written` gave."""
    skip = frozenset(map(datetime.date.fromisoformat, written["skip_dates"]))
    return Window(frozenset(written["days"]), written["from"], written["to"], written["timezone"], skip)


def zone_of(name: str) -> datetime.tzinfo:
    """The time zone of this name; UTC is known without data of the system. Raises as `Window.zone`."""
    return datetime.timezone.utc if name == "UTC" else zoneinfo.ZoneInfo(name)


def standing(windows: Sequence[Window], now: float) -> Standing | None:
    """How things stand at this moment (seconds since 1970); None without windows: then apply may always stop."""
    if not windows:
        return None
    found = [(begin, window.timezone) for window in windows for begin, _end in [_next(window, now)] if begin is not None]
    if not found:
        return Standing(False, None, "UTC")
    begin, timezone = min(found)
    return _open(windows, now) if begin <= now else Standing(False, begin, timezone)


def was_open(windows: Sequence[Window], since: float, now: float) -> bool:
    """Whether apply could stop at some moment of this time; always without windows."""
    begins = [_next(window, since)[0] for window in windows]
    return not windows or any(begin is not None and begin <= now for begin in begins)


def in_words(moment: float, timezone: str) -> str:
    """`2026-11-27 22:00 Europe/Berlin (2026-11-27 21:00 UTC)`."""
    utc = str(format_time(moment)).replace("T", " ")[:16]
    if timezone == "UTC":
        return f"{utc} UTC"
    there = _local(moment, zone_of(timezone))
    return f"{there:%Y-%m-%d %H:%M} {timezone} ({utc} UTC)"


def _open(windows: Sequence[Window], now: float) -> Standing:
    """Windows that follow each other without a gap count as one; what is open for a week has no end."""
    until, timezone = now, "UTC"
    while until <= now + _SECONDS_OF_A_WEEK:
        spans = [(*_next(window, until), window.timezone) for window in windows]
        ends = [(end, zone) for begin, end, zone in spans if begin is not None and end is not None and begin <= until]
        if not ends:
            return Standing(True, until, timezone)
        until, timezone = max(ends)
    return Standing(True, None, timezone)


def _next(window: Window, after: float) -> tuple[float | None, float | None]:
    """Begin and end of the first window that ends after this moment, so it may be open; (None, None) if none does in a long time."""
    return next(_spans(window, after), (None, None))


def _spans(window: Window, after: float) -> Iterator[tuple[float, float]]:
    zone = window.zone
    today = _local(after, zone).date()
    for ahead in range(-2, _DAYS_AHEAD):
        day = today + datetime.timedelta(days=ahead)
        if day.isoweekday() in window.days and day not in window.skip:
            begin, end = (_moment(day, minutes, zone) for minutes in (window.begin, window.end))
            if end > max(begin, after):  # a window within a time that clocks skip is empty
                yield begin, end


def _moment(day: datetime.date, minutes: int, zone: datetime.tzinfo) -> float:
    """The first moment at which the clocks of the zone show this time or a later one."""
    local = datetime.datetime.combine(day, datetime.time()) + datetime.timedelta(minutes=minutes)
    early, late = (int(local.replace(tzinfo=zone, fold=fold).timestamp()) for fold in (0, 1))
    if late >= early:
        return float(early)
    # Clocks skip this time: `late` lies before their jump, `early` at it or after it.
    moments = range(late, early + 1)
    return float(moments[bisect.bisect_left(moments, local, key=lambda moment: _local(moment, zone))])


def _local(moment: float, zone: datetime.tzinfo) -> datetime.datetime:
    """What the clocks of the zone show."""
    return datetime.datetime.fromtimestamp(moment, zone).replace(tzinfo=None)


def _days_in_words(days: frozenset[int]) -> str:
    """`every day`, `mon-fri` or `sat, sun`."""
    found = sorted(days)
    if len(found) == len(DAYS):
        return "every day"
    names = [DAYS[number - 1][:3] for number in found]
    follow = found[-1] - found[0] == len(found) - 1
    return f"{names[0]}-{names[-1]}" if follow and len(found) > 2 else ", ".join(names)


def _clock(minutes: int) -> str:
    """`06:00`, also for that time of the next day; the end of the day itself is `24:00`."""
    return f"{minutes // 60:02}:{minutes % 60:02}" if minutes <= MINUTES_OF_A_DAY else _clock(minutes - MINUTES_OF_A_DAY)
