# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Names, patterns and ids as people write them in YAML, inventories and surveys. Pure.

What is written to spare a job must spare it. A list arrives as a list, as text with commas, as text that
looks like a list, or as a list in a list; YAML turns `on`, `2024_01` and `12:30` into other types. Every
reading of a text spares; what is not text is refused, because nobody can tell what was typed.
"""

from __future__ import annotations

import ast
import fnmatch
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from ansible_collections.otc.teardown.plugins.module_utils.errors import InputError
from ansible_collections.otc.teardown.plugins.module_utils.text import as_sent, is_unseen, plain

_SEPARATORS = re.compile(r"[,;\r\n]")
_LOOKS_LIKE_REGEX = re.compile(r"^\^|\$$|\.[*+]|\\[dwsb.]|^\(|\|")
_NOT_TEXT = "is not text: YAML makes {what} of it; put it in quotes"


class Entry(NamedTuple):
    """One thing that somebody wrote: the text for messages, and its readings, of which any may be meant."""

    given: str
    readings: tuple[str, ...]

    def fits(self, name: str) -> bool:
        """Whether a reading matches a name, as the API sent it or as a terminal shows it."""
        return any(fits(reading, name) for reading in self.readings)

    @property
    def hint(self) -> str:
        """What to say beside an entry that matches nothing; empty for an ordinary one."""
        if _LOOKS_LIKE_REGEX.search(self.given):
            return " (it looks like a regular expression; these are shell patterns: * for any text, ? for one character)"
        return ""


def fits(pattern: str, name: str) -> bool:
    """Whether a shell pattern matches a name, or is that name letter by letter.

    Both are compared as they came, as a terminal shows them, and as a person sees them: without invisible characters,
    and with composed characters for decomposed ones.
    """
    names = {form for one in (name, plain(name), as_sent(name)) for form in (one, _visible(one))}
    patterns = {form for one in (pattern, plain(pattern)) for form in (one, _visible(one)) if form}
    return any(one == wanted or fnmatch.fnmatchcase(one, wanted) for one in names for wanted in patterns)


def read_names(option: str, value: Any) -> tuple[Entry, ...]:
    """The entries of a list of names or shell patterns that spares jobs.

    `value` as it was written: a list, or text with one or more entries. Raises InputError naming the option, the
    value and the remedy for null, empty text, and whatever is not text.
    """
    return tuple(entry for text, whole in _texts(option, value, numbers=False) for entry in _entries(text, whole))


def read_ids(option: str, value: Any) -> tuple[Entry, ...]:
    """The same for ids. Whole numbers are taken as they are: some APIs number their jobs."""
    return tuple(entry for text, whole in _texts(option, value, numbers=True) for entry in _entries(text, whole))


def read_patterns(option: str, value: Any) -> tuple[str, ...]:
    """The shell patterns of a list that selects jobs: each must have one reading only.

    Raises InputError as `read_names` does, and for an entry of a list that may be several.
    """
    patterns = []
    for text, whole in _texts(option, value, numbers=False):
        parts = _parts(text)
        if whole and len(parts) > 1:
            raise InputError(option, text, "may be one name or several; give each entry of the list by itself, or a pattern "
                             "with ? in place of the separator")
        patterns += [text.strip()] if whole else parts
    return tuple(dict.fromkeys(patterns))


def unmatched(option: str, entries: Iterable[Entry], met: Iterable[Entry]) -> list[str]:
    """A warning for each entry that has met no job."""
    known = set(met)
    return [f"{option}: {entry.given!r} matches no job{entry.hint}" for entry in entries if entry not in known]


def _texts(option: str, value: Any, numbers: bool, whole: bool = False) -> Iterator[tuple[str, bool]]:
    """Every text in a value, and whether it stood in a list by itself."""
    if isinstance(value, (list, tuple, set, frozenset)):
        for item in value:
            yield from _texts(option, item, numbers, whole=True)
        return
    if numbers and isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if value is None:
        raise InputError(option, None, "is null; give a list of texts, or leave the option out")
    if not isinstance(value, str):
        raise InputError(option, value if isinstance(value, (bool, int, float)) else str(value), _NOT_TEXT.format(what=_kind(value)))
    text = str(value)
    if not _trimmed(text):
        raise InputError(option, value, "is empty; give a name or a shell pattern such as tb-*, or leave it out")
    listed = _as_list(text)
    if listed is not None:
        yield from _texts(option, listed, numbers)
    else:
        yield text, whole


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "a truth value"
    if isinstance(value, (int, float)):
        return "a number"
    return "a dictionary" if isinstance(value, dict) else f"a {type(value).__name__.strip('_').replace('AnsibleTagged', '').lower()}"


def _as_list(text: str) -> list[Any] | None:
    """The list that a text is the printed form of; None if it is none. `[ab]` is a pattern."""
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
    """The entries in a text: one if it stood in a list by itself, however it is read."""
    if whole:
        return [Entry(text, tuple(dict.fromkeys([text, *_parts(text)])))]
    bare = _trimmed(text)
    if bare.startswith("[") and bare.endswith("]"):  # a list without quotes, or a pattern
        return [Entry(part, (part, bare)) for part in _parts(bare[1:-1]) or [bare]]
    return [Entry(part, (part,)) for part in _parts(text) or [text]]


def _parts(text: str) -> list[str]:
    """What stands between separators, without quotes around it."""
    parts = (_trimmed(part) for part in _SEPARATORS.split(text))
    return [part for part in dict.fromkeys(map(_unquoted, parts)) if part]


def _unquoted(text: str) -> str:
    return _trimmed(text[1:-1]) if len(text) > 2 and text[0] == text[-1] and text[0] in "'\"" else text


def _trimmed(text: str) -> str:
    """Without blanks and invisible characters at its ends, which copied text brings along."""
    start, end = 0, len(text)
    while start < end and _is_blank(text[start]):
        start += 1
    while end > start and _is_blank(text[end - 1]):
        end -= 1
    return text[start:end]


def _visible(text: str) -> str:
    return unicodedata.normalize("NFC", "".join(char for char in text if not is_unseen(char))).strip()


def _is_blank(char: str) -> bool:
    return char.isspace() or unicodedata.category(char) in ("Cc", "Cf")
