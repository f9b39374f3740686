# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads names, patterns and ids as users write them in YAML, inventories and surveys. Pure functions.

An entry that excludes a job must exclude it however it was written. A list can arrive as a list, as text with commas,
as text that looks like a list, or as a list in a list; YAML turns `on`, `2024_01` and `12:30` into other types. If a
text can be read in several ways, every reading excludes. Values that are not text are refused, because the program
cannot know what the user typed.
"""

from __future__ import annotations

import ast
import fnmatch
import functools
import itertools
import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple, TypeVar

from ansible_collections.otc.teardown.plugins.module_utils._base.errors import InputError
from ansible_collections.otc.teardown.plugins.module_utils._base.text import (
    as_sent,
    is_unseen,
    plain,
    quoted,
    why_not_a_path_segment,
)

SEPARATORS = re.compile(r"[,;\r\n]")
_DASH = re.compile(r"^-\s+")
_LOOKS_LIKE_REGEX = re.compile(r"^\^|\$$|\.[*+]|\\[dwsb.]|^\(|\|")
_NOT_TEXT = "is not text: YAML makes {what} of it; put it in quotes"
_NAME = "give a name or a shell pattern such as tb-*"
_ID = "give the id of one job"
_TAGS = "give the keys of tags and shell patterns for their values, for example {team: ml-*}"
T = TypeVar("T")


class Entry(NamedTuple):
    """One entry that a user wrote: its text for messages, and all its possible readings."""

    given: str
    readings: tuple[str, ...]

    def fits(self, name: str) -> bool:
        """Whether a reading matches a name; the name is compared as the API sent it and as a terminal shows it."""
        return any(fits(reading, name) for reading in self.readings)

    @property
    def parts(self) -> tuple[Entry, ...]:
        """The entries in the text if it can be read as several; otherwise only this entry."""
        found = _entries(self.given, whole=False)
        return tuple(found) if len(found) > 1 else (self,)

    @property
    def hint(self) -> str:
        """A note for the warning about an entry that matches nothing; empty if the entry looks normal."""
        if _LOOKS_LIKE_REGEX.search(self.given):
            return " (it looks like a regular expression; these are shell patterns: * for any text, ? for one character)"
        return ""


def fits(pattern: str, name: str) -> bool:
    """Whether a shell pattern matches a name, or equals it.

    Each is compared in three forms: as it came, as a terminal shows it, and as a person sees it (without invisible
    characters, and with composed characters in place of decomposed ones).
    """
    return any(one == wanted or fnmatch.fnmatchcase(one, wanted)
               for one in _forms(name) for wanted in _forms_of_pattern(pattern))


def read_names(option: str, value: Any) -> tuple[Entry, ...]:
    """The entries of a list of names or shell patterns that excludes jobs.

    `value`: what the user wrote, a list or a text with one or more entries. Raises InputError, which names the option,
    the value and the remedy, for null, empty text and anything that is not text.
    """
    return tuple(entry for text, whole in _texts(option, value, _NAME) for entry in _entries(text, whole))


def read_ids(option: str, value: Any) -> tuple[Entry, ...]:
    """The same for ids. Integers are accepted: some APIs number their jobs."""
    return tuple(entry for text, whole in _texts(option, value, _ID) for entry in _entries(text, whole))


def read_patterns(option: str, value: Any) -> tuple[str, ...]:
    """The shell patterns of a list that selects jobs; each entry must have exactly one reading.

    Raises InputError as `read_names` does, and for a list entry that can also be read as several.
    """
    found = _clear(option, value, _NAME, "give each entry of the list by itself, or a pattern with ? in place of the separator")
    return tuple(dict.fromkeys(text.strip() for text in found))


def read_chosen_ids(option: str, value: Any) -> tuple[str, ...]:
    """The ids of a list that selects jobs; each must have exactly one reading. Raises InputError as `read_patterns` does."""
    return _clear(option, value, _ID, f"{_ID} in each entry of the list")


def read_by_key(option: str, value: Any, read: Callable[[str, Any], tuple[T, ...]]) -> tuple[tuple[str, tuple[T, ...]], ...]:
    """(key, entries) for a dictionary of tags, key -> value or list of values; `read` reads the values of one key.

    Raises InputError for anything but a dictionary, for a key that is not text, for a key without a value, and as `read` does.
    """
    if not isinstance(value, Mapping):
        raise InputError(option, value, f"is not a dictionary; {_TAGS}")
    found = []
    for key, wanted in value.items():
        if not isinstance(key, str) or not _trimmed(key):
            raise InputError(option, key if isinstance(key, (str, bool, int, float)) else str(key), f"is not the key of a tag: put it in quotes; {_TAGS}")
        entries = read(f"{option}.{key}", wanted)
        if not entries:
            raise InputError(f"{option}.{key}", wanted, "matches nothing; give a value, * for any value, or leave the key out")
        found.append((str(key), entries))
    return tuple(found)


def read_one(option: str, value: Any, remedy: str) -> str:
    """The text or integer of an option that takes a single value, as text.

    Raises InputError with `remedy` for null, lists and dictionaries, and as `read_ids` does.
    """
    if value is None or isinstance(value, (list, tuple, dict)):
        raise InputError(option, value, f"is {'null' if value is None else 'not one text'}; {remedy}")
    return _text(option, value, _ID)


def unlike_an_id(entry: Entry) -> str | None:
    """The first reading of an entry that has no separator and still cannot be an id; None if there is no such reading."""
    singles = (_trimmed(text) for text in entry.readings if not SEPARATORS.search(_trimmed(text)))
    return next((text for text in singles if why_not_a_path_segment(text)), None)


def unmatched(option: str, entries: Iterable[Entry], met: Iterable[Entry]) -> list[str]:
    """A warning for each entry that matched no job; `met` are the entries that matched one."""
    known = set(met)
    texts = (f"{option}: {quoted(entry.given)} matches no job{entry.hint}" for entry in entries if entry not in known)
    return list(dict.fromkeys(texts))


def _clear(option: str, value: Any, remedy: str, clearer: str) -> tuple[str, ...]:
    found: list[str] = []
    for text, whole in _texts(option, value, remedy):
        if _as_list(text) is not None:  # an empty list
            continue
        parts = _parts(text)
        if len(parts) > 1 and (whole or _inside(text)):
            raise InputError(option, text, f"may be one {'id' if remedy == _ID else 'name'} or several; {clearer}")
        found += [text] if whole else parts
    return tuple(dict.fromkeys(found))


def _texts(option: str, value: Any, remedy: str, whole: bool = False) -> Iterator[tuple[str, bool]]:
    """Every text in a value, and whether it was an entry of a list."""
    if isinstance(value, (list, tuple, set, frozenset)):
        for item in value:
            yield from _texts(option, item, remedy, whole=True)
        return
    text = _text(option, value, remedy)
    found = list(_texts(option, _as_list(text) or [], remedy))
    yield from found or [(text, whole)]  # a name may look like an empty list


def _text(option: str, value: Any, remedy: str) -> str:
    if value is None:
        raise InputError(option, None, f"is null; {remedy}, or leave it out")
    if remedy == _ID and isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str):
        raise InputError(option, value if isinstance(value, (bool, int, float)) else str(value), _NOT_TEXT.format(what=_kind(value)))
    if not _trimmed(value):
        raise InputError(option, str(value), f"is empty; {remedy}, or leave it out")
    return str(value)


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "a truth value"
    if isinstance(value, (int, float)):
        return "a number"
    return "a dictionary" if isinstance(value, dict) else f"a {type(value).__name__.strip('_').replace('AnsibleTagged', '').lower()}"


def _as_list(text: str) -> list[Any] | None:
    """The list if a text is a list in JSON or Python notation, otherwise None. `[ab]` is a pattern."""
    text = _trimmed(text)
    if not (text.startswith("[") and text.endswith("]")):
        return None
    for read in (json.loads, ast.literal_eval):
        try:
            found = read(text)
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            continue
        return found if isinstance(found, list) else None
    return None


def _entries(text: str, whole: bool) -> list[Entry]:
    """The entries in a text; `whole` (it was an entry of a list): exactly one, with all its readings."""
    bare, inside = _trimmed(text), _parts(_inside(text))
    if whole:
        return [Entry(text, tuple(dict.fromkeys([text, *_parts(text), *inside])))]
    if inside:  # a list without quotes, or a pattern
        return [Entry(part if len(inside) > 1 else bare, tuple(dict.fromkeys((part, bare)))) for part in inside]
    return [Entry(part, (part,)) for part in _parts(text) or [text]]


def _inside(text: str) -> str:
    """The text between the brackets of a list without quotes; empty if it is not such a list, for example `[ab], [cd]`."""
    text = _trimmed(text)
    if not (text.startswith("[") and text.endswith("]")):
        return ""
    depths = itertools.accumulate({"[": 1, "]": -1}.get(char, 0) for char in text[1:-1])
    return text[1:-1] if min(depths, default=0) >= 0 else ""


def _parts(text: str) -> list[str]:
    """The texts between separators, without the leading dash of a YAML list and without quotes around them."""
    parts = (_trimmed(_DASH.sub("", _trimmed(part))) for part in SEPARATORS.split(text))
    return [part for part in dict.fromkeys(map(_unquoted, parts)) if part]


def _unquoted(text: str) -> str:
    return _trimmed(text[1:-1]) if len(text) > 2 and text[0] == text[-1] and text[0] in "'\"" else text


def _trimmed(text: str) -> str:
    """The text without blanks and invisible characters at its ends, which come with copied text."""
    start, end = 0, len(text)
    while start < end and _is_blank(text[start]):
        start += 1
    while end > start and _is_blank(text[end - 1]):
        end -= 1
    return text[start:end]


@functools.lru_cache(maxsize=4096)
def _forms(name: str) -> frozenset[str]:
    if name.isascii() and name.isprintable() and "\\" not in name:
        return frozenset((name, name.strip()))
    return frozenset(form for one in (name, plain(name), as_sent(name)) for form in (one, _visible(one)))


@functools.lru_cache(maxsize=4096)
def _forms_of_pattern(pattern: str) -> frozenset[str]:
    return frozenset(form for one in (pattern, plain(pattern)) for form in (one, _visible(one)) if form)


def _visible(text: str) -> str:
    return unicodedata.normalize("NFC", "".join(char for char in text if not is_unseen(char))).strip()


def _is_blank(char: str) -> bool:
    return char.isspace() or unicodedata.category(char) in ("Cc", "Cf")
