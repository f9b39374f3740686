# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads `teardown_windows` as users write it; what is not clear is refused, all of it at once. Pure."""

from __future__ import annotations

import datetime
import re
import zoneinfo
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from ansible_collections.otc.teardown.plugins.module_utils._base.errors import InputError, InputErrors
from ansible_collections.otc.teardown.plugins.module_utils._base.suggestions import did_you_mean
from ansible_collections.otc.teardown.plugins.module_utils._base.text import quoted
from ansible_collections.otc.teardown.plugins.plugin_utils._literals import dictionaries, literal, shown
from ansible_collections.otc.teardown.plugins.plugin_utils._when.windows import (
    DAYS,
    MINUTES_OF_A_DAY,
    OPTION,
    Window,
    zone_of,
)

DateFiles = Mapping[str, Mapping[str, Any]]
"""Path as the user wrote it -> `text` of the file, None if it cannot be read, and then why (`problem`)."""

_KEYS = ("days", "from", "to", "timezone", "skip_dates")
_CLOCK = re.compile(r"(\d{1,2}):(\d\d)", re.ASCII)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_DASH = re.compile(r"^-\s+")
_BETWEEN = re.compile(r"\s*(?:-|\.\.)\s*")
_SEPARATORS = re.compile(r"[,;\s]+")
_DAY_REMEDY = "give names such as mon or monday, numbers from 1 (Monday) to 7, or a range such as mon-fri"
_DATE_REMEDY = "is not a date (YYYY-MM-DD)"
T = TypeVar("T")


def read_windows(value: Any, files: DateFiles) -> list[dict[str, Any]]:
    """The windows in the form of `Window.written`; empty for an empty list. Raises InputErrors with all faults."""
    errors: list[InputError] = []
    windows = [_window(f"{OPTION}[{number}]", item, files, errors) for number, item in enumerate(dictionaries(OPTION, value))]
    if errors:
        raise InputErrors(errors)
    return [window.written() for window in windows if window]


def named_files(value: Any) -> list[str]:
    """The files of dates that windows name, as written; empty for a value that is no list of windows."""
    try:
        items = dictionaries(OPTION, value)
    except InputError:
        return []
    given = [item.get("skip_dates") for item in items if isinstance(item, Mapping)]
    return [text for text in given if isinstance(text, str) and _names_a_file(text)]


def _names_a_file(text: str) -> bool:
    """Whether a text is neither a list, nor made of dates."""
    parts = [part for part in _SEPARATORS.split(text.strip()) if part]
    return bool(parts) and not isinstance(literal("", text), (list, tuple)) and not all(_DATE.fullmatch(part) for part in parts)


def _window(option: str, item: Any, files: DateFiles, errors: list[InputError]) -> Window | None:
    """The window of one entry; faults are added to `errors`."""
    def read(key: str, check: Callable[[str, Any], T], default: T) -> T:
        try:
            return check(f"{option}.{key}", item[key]) if key in item else default
        except InputError as error:
            errors.append(error)
            return default

    if not isinstance(item, Mapping):
        errors.append(InputError(option, str(item), f"is not a dictionary with {', '.join(_KEYS)}"))
        return None
    unknown = sorted(set(map(str, item)) - set(_KEYS))
    if unknown:
        errors.append(InputError(option, ", ".join(unknown), f"is no key of a window; it takes {', '.join(_KEYS)}{did_you_mean(unknown[0], _KEYS)}"))
    faults = len(errors)
    begin, end = read("from", _from, 0), read("to", _clock, MINUTES_OF_A_DAY)
    if begin == end and len(errors) == faults:
        errors.append(InputError(option, None, "from and to are the same time, so the window could never open; for a whole day leave both out"))
    if "timezone" not in item:
        errors.append(InputError(option, None, "has no timezone; give one such as Europe/Berlin, or UTC"))
    return Window(
        days=read("days", _days, frozenset(range(1, 8))),
        begin=begin,
        end=end if end > begin else end + MINUTES_OF_A_DAY,
        timezone=read("timezone", _timezone, "UTC"),
        skip=read("skip_dates", lambda name, value: frozenset(_dates(name, value, files)), frozenset()),
    )


def _from(option: str, value: Any) -> int:
    minutes = _clock(option, value)
    if minutes == MINUTES_OF_A_DAY:
        raise InputError(option, value, 'is the end of a day; write "00:00", and the next day in days')
    return minutes


def _clock(option: str, value: Any) -> int:
    """Minutes since midnight for `22:00`."""
    if isinstance(value, int) and not isinstance(value, bool):
        hint = f'; YAML makes this number of {value // 60}:{value % 60:02} without quotes' if 60 <= value <= MINUTES_OF_A_DAY else ""
        raise InputError(option, value, f'is a number{hint}; write the time in quotes, for example "22:00"')
    found = _CLOCK.fullmatch(value.strip()) if isinstance(value, str) else None
    hours, minutes = map(int, found.groups()) if found else (99, 0)
    if hours * 60 + minutes > MINUTES_OF_A_DAY or minutes > 59:
        raise InputError(option, shown(value), 'is not a time of day; write it from "00:00" to "24:00", in quotes')
    return hours * 60 + minutes


def _timezone(option: str, value: Any) -> str:
    if not isinstance(value, str):
        raise InputError(option, shown(value), "is not text; give a time zone such as Europe/Berlin, or UTC")
    name = value.strip()
    try:
        zone_of(name)
    except (KeyError, ValueError, OSError):
        known = zoneinfo.available_timezones()
    else:
        return name
    if not known:
        raise InputError(option, value, "cannot be read, because the machine that runs Ansible has no data about time zones; install tzdata there "
                         "(a package of the system, or pip install tzdata), or give the window in UTC")
    names = {one.lower(): one for one in known} | {one.rpartition("/")[2].lower(): one for one in known if "/" in one}
    hint = names.get(name.lower().replace(" ", "_"))
    meant = f" (did you mean {hint}?)" if hint else did_you_mean(name, known)
    raise InputError(option, value, f"is not a time zone{meant}; give a name such as Europe/Berlin, which knows about summer time, or UTC")


def _days(option: str, value: Any) -> frozenset[int]:
    found = literal(option, value) if isinstance(value, str) else value
    items = found if isinstance(found, (list, tuple)) else [found]
    days = frozenset(day for item in items for day in _of_item(option, item))
    if not days:
        raise InputError(option, shown(value), f"names no day; {_DAY_REMEDY}, or leave it out for every day")
    return days


def _of_item(option: str, item: Any) -> Iterator[int]:
    """The days in a number, or in a text with names, numbers and ranges."""
    if isinstance(item, bool) or not isinstance(item, (int, str)):
        raise InputError(option, shown(item), f"names no day; {_DAY_REMEDY}")
    for part in _SEPARATORS.split(_BETWEEN.sub("-", str(item)).strip()):
        if part:
            first, dash, last = part.partition("-")
            begin, end = _day(option, first), _day(option, last if dash else first)
            yield from ((begin + ahead - 1) % 7 + 1 for ahead in range((end - begin) % 7 + 1))


def _day(option: str, text: str) -> int:
    """1 (Monday) to 7 for a number, a name, or its first letters from two on."""
    if text in tuple("1234567"):
        return int(text)
    found = [number for number, name in enumerate(DAYS, start=1) if len(text) > 1 and name.startswith(text.lower())]
    if found:
        return found[0]
    sunday = "; Sunday is 7" if text == "0" else did_you_mean(text.lower(), [*DAYS, *(name[:3] for name in DAYS)])
    raise InputError(option, text, f"is not a day of the week{sunday}; {_DAY_REMEDY}")


def _dates(option: str, value: Any, files: DateFiles) -> Iterator[datetime.date]:
    if isinstance(value, str) and _names_a_file(value):
        yield from _dates_in_file(option, value, files.get(value, {}))
        return
    found = literal(option, value) if isinstance(value, str) else value
    items = [part for part in _SEPARATORS.split(found) if part] or None if isinstance(found, str) else found
    if not isinstance(items, (list, tuple)):
        raise InputError(option, shown(value), "is neither a list of dates (YYYY-MM-DD) nor the path of a file with them")
    for item in items:
        yield _date(option, item)


def _dates_in_file(option: str, path: str, file: Mapping[str, Any]) -> Iterator[datetime.date]:
    """The dates of a file: one a line, what follows a # does not count. Lines may look like a list in YAML."""
    if file.get("text") is None:
        raise InputError(option, path, f"is neither a date (YYYY-MM-DD) nor a file that can be read: it {file.get('problem', 'does not exist')}")
    lines = {
        number: _DASH.sub("", line.partition("#")[0].strip()).strip("'\"")
        for number, line in enumerate(file["text"].splitlines(), start=1)
    }
    if not set(lines.values()) - {"", "---"}:
        raise InputError(option, path, "holds no date; write one a line (YYYY-MM-DD), or leave skip_dates out")
    for number, text in lines.items():
        if text not in ("", "---"):
            yield _date(f"{option}: {quoted(path)}, line {number}", text)


def _date(option: str, value: Any) -> datetime.date:
    if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
        return value
    text = value.strip() if isinstance(value, str) else ""
    try:
        if not _DATE.fullmatch(text):
            raise ValueError
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise InputError(option, shown(value), _DATE_REMEDY) from None
