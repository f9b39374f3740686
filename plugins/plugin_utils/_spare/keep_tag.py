# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The tag that keeps a job until a date (`teardown_keep_tag`). Pure."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from ansible_collections.otc.teardown.plugins.module_utils._base.errors import InputError
from ansible_collections.otc.teardown.plugins.module_utils._base.suggestions import did_you_mean
from ansible_collections.otc.teardown.plugins.module_utils._base.text import quoted
from ansible_collections.otc.teardown.plugins.module_utils._model.status import ENDED
from ansible_collections.otc.teardown.plugins.module_utils._model.tags import pairs_of
from ansible_collections.otc.teardown.plugins.module_utils._modules.kinds import KINDS
from ansible_collections.otc.teardown.plugins.plugin_utils._jobs import label
from ansible_collections.otc.teardown.plugins.plugin_utils._literals import literal, shown
from ansible_collections.otc.teardown.plugins.plugin_utils._measures import Measure
from ansible_collections.otc.teardown.plugins.plugin_utils._spare.tags import with_tags, without_tags

OPTION = "teardown_keep_tag"

_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d)(:\d\d)?(?:\.\d+)?([Zz]|[+-]\d\d:?\d\d)?", re.ASCII)
_NO_KEY = re.compile(r"[{}\[\]<>,;*?|\\\"'\x00-\x1f]")
"""What keys of tags do not hold, and lists, dictionaries and patterns do: as the key of a tag, it would match none and protect nothing."""
_JOINTS = re.compile(r"[\s._-]+")
_NEITHER = "neither a date (YYYY-MM-DD) nor a time (YYYY-MM-DDThh:mm:ssZ)"


class Date(NamedTuple):
    """The value of a keep tag. `end`: the last moment of the protection; None if the value is neither a date nor a time."""

    text: str
    end: datetime.datetime | None


def read_date(text: str) -> Date:
    """The date or time in a value; a date is that whole day. Without an offset, both are UTC."""
    day, moment = _DAY.fullmatch(text), _MOMENT.fullmatch(text)
    try:
        if day:
            last = datetime.date.fromisoformat(text)
            return Date(text, datetime.datetime.combine(last, datetime.time.max, datetime.timezone.utc))
        if moment:
            date, clock, seconds, zone = moment.groups()
            # Python before 3.11 reads neither "Z" nor an offset without colon.
            offset = "+00:00" if zone in (None, "Z", "z") else f"{zone[:3]}:{zone[-2:]}"
            return Date(text, datetime.datetime.fromisoformat(f"{date}T{clock}{seconds or ':00'}{offset}"))
    except ValueError:
        pass
    return Date(text, None)


def read_keep_tag(value: Any, kinds: Sequence[str]) -> dict[str, str]:
    """Kind -> key of the tag, from one key for all of `kinds` or a dictionary by kind; empty for empty text. Raises InputError."""
    if value == "":
        return {}
    given = literal(OPTION, value) if isinstance(value, str) and value.lstrip().startswith("{") else value
    if isinstance(given, Mapping):
        for kind in given:
            _refuse_untagged(kind)
        return {str(kind): _key(f"{OPTION}.{kind}", key) for kind, key in given.items()}
    key, lacking, having = _key(OPTION, given), without_tags(kinds), with_tags(kinds)
    if lacking:
        example = f"{{{having[0]}: {key}}}" if having else ""
        advice = f"give it by kind, as in {example}, or name only {', '.join(having)} in teardown_resources" if having else "leave it out"
        raise InputError(OPTION, key, f"cannot be evaluated for {', '.join(lacking)}, whose API tells no tags, so it would protect none of "
                         f"their jobs; {advice}")
    return dict.fromkeys(kinds, key)


def _key(option: str, value: Any) -> str:
    if not isinstance(value, str) or not value.strip() or _NO_KEY.search(value.strip()):
        raise InputError(option, shown(value), "is not the key of a tag; give one in quotes, for example keep-until, or a dictionary by kind (as text: JSON)")
    return value.strip()


def _refuse_untagged(kind: Any) -> None:
    """Raise InputError for what is no kind, and for a kind whose API tells no tags."""
    if kind not in KINDS:
        raise InputError(f"{OPTION}.{kind}", None, f"is not a kind of job{did_you_mean(kind, KINDS)}; choose from {', '.join(with_tags(KINDS))}")
    if not KINDS[kind].tells_tags:
        raise InputError(f"{OPTION}.{kind}", None, f"cannot be evaluated, because its API tells no tags; choose from {', '.join(with_tags(KINDS))}")


class KeepTag:
    """The keep tags of all kinds at one moment; records which jobs they have kept, and which values cannot be read."""

    def __init__(self, keys: Mapping[str, str], now: datetime.datetime) -> None:
        self._keys = keys
        self._now = now
        self._kept: set[tuple[str, str]] = set()
        self._unreadable: dict[str, None] = {}

    def concerns(self, resource: str) -> bool:
        """Whether it may keep jobs of this kind."""
        return resource in self._keys

    def why(self, rows: Sequence[Mapping[str, Any]]) -> str | None:
        """Why it keeps this job, None if it does not. `rows`: the job as one or several readings show it, the latest last."""
        key = self._keys.get(rows[-1]["resource"])
        found = self._why(key, rows) if key and rows[-1].get("phase") != ENDED else None
        if found:
            self._kept.add((rows[-1]["resource"], str(rows[-1]["id"])))
        return found

    def _why(self, key: str, rows: Sequence[Mapping[str, Any]]) -> str | None:
        if pairs_of(rows[-1].get("tags")) is None:
            return f"protected, because its tags cannot be read, and the tag {key} may keep it"
        values = dict.fromkeys(value.strip() for row in rows for its, value in pairs_of(row.get("tags")) or () if _same(its, key))
        dates = [read_date(value) for value in values]
        readable = [date for date in dates if date.end and date.end >= self._now]
        if readable:
            return f"protected until {readable[0].text} by its tag {key}"
        for date in dates:
            if date.end is None:
                self._unreadable[f"{label(rows[-1])}: its tag {key} is {quoted(date.text)}, which is {_NEITHER}; it protects all the same"] = None
                return f"protected, because its tag {key} is {quoted(date.text)}, which is {_NEITHER}"
        return None

    def notices(self) -> Mapping[str, list[str]]:
        """A notice for each job whose tag is neither a date nor a time."""
        return {"unreadable": list(self._unreadable)}

    def measure(self) -> Measure:
        """How many jobs were kept."""
        return Measure(OPTION, f"jobs kept by their tag {' or '.join(dict.fromkeys(self._keys.values()))}: {len(self._kept):,}")


def _same(key: str, wanted: str) -> bool:
    """Whether these are the same key; as it only protects, neither upper and lower case nor what joins its words makes a difference."""
    one, other = (_JOINTS.sub("-", text.strip().casefold()) for text in (key, wanted))
    return one == other
