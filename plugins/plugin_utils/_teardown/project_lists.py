# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads the lists of allowed and forbidden projects; an entry that could have no effect is refused. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ansible.module_utils.common.validation import check_type_dict

from ansible_collections.otc.teardown.plugins.module_utils._base import patterns
from ansible_collections.otc.teardown.plugins.module_utils._base.errors import InputError
from ansible_collections.otc.teardown.plugins.module_utils._base.suggestions import did_you_mean
from ansible_collections.otc.teardown.plugins.plugin_utils._literals import dictionaries, literal, usable

_FORBIDDEN = "teardown_projects_forbidden"
_ALLOWED = "teardown_projects_allowed"
_KEYS = ("id", "name")
# OTC IAM API reference, "Creating a Project": letters, digits, hyphens, underscores. Other clouds allow more characters.
_PATTERN = re.compile(r"[\w.@*?!\[\]-]+")


def read_allowed(value: Any) -> list[dict[str, str]]:
    """The allowed projects, each with exact `id` and `name`. Raises InputError for anything else."""
    return [_allowed(f"{_ALLOWED}[{number}]", item) for number, item in enumerate(dictionaries(_ALLOWED, value))]


def _allowed(option: str, item: Any) -> dict[str, str]:
    try:
        entry = check_type_dict(item)
    except TypeError:
        entry = {}
    if set(entry) != set(_KEYS):
        hint = next((hint for key in entry for hint in [did_you_mean(key, _KEYS)] if key not in _KEYS and hint), "")
        raise InputError(option, str(item), f"must be a dictionary with id and name, both of one project{hint}")
    for key, text in entry.items():
        if not isinstance(text, str):
            raise InputError(f"{option}.{key}", None if text is None else str(text), "is not text; put it in quotes")
        if not text.strip() or any(char in text for char in "*?["):
            raise InputError(f"{option}.{key}", text, "is not exact: a project that may be torn down is named by its whole id and "
                             "its whole name, never by a pattern")
    return {key: entry[key].strip() for key in _KEYS}


def read_forbidden(value: Any) -> list[dict[str, str]]:
    """The forbidden projects: shell patterns for `id`, `name` or both; a match of any pattern forbids.

    An entry is a dictionary, a text, or a text such as `id=...`. Raises InputError for an entry that can match nothing.
    """
    return [entry for item in _items(value) for entry in _forbidden(item)]


def _items(value: Any) -> Iterator[Any]:
    found = literal(_FORBIDDEN, value)
    if isinstance(found, (list, tuple)):
        for item in found:
            yield from _items(item)
    else:
        yield found


def _forbidden(item: Any) -> Iterator[dict[str, str]]:
    if isinstance(item, Mapping):
        if not item or not set(item) <= set(_KEYS):
            raise InputError(_FORBIDDEN, str(item), "must be a list of dictionaries with id or name, or of ids and names")
        for key, value in item.items():
            for entry in patterns.read_names(f"{_FORBIDDEN}.{key}", value):
                yield from ({key: text} for text in usable(f"{_FORBIDDEN}.{key}", entry.readings, _why_no_pattern))
        return
    for entry in patterns.read_names(_FORBIDDEN, item):
        for text in usable(_FORBIDDEN, entry.readings, _why_unclear):
            yield from _by_key(text)


def _by_key(text: str) -> Iterator[dict[str, str]]:
    """The patterns in a text: `eu-de` is a pattern for id and name, `id=... name=...` names the keys."""
    if "=" not in text:
        yield dict.fromkeys(_KEYS, text)
        return
    for key, _equals, pattern in (part.partition("=") for part in text.split()):
        yield {key: pattern}


def _why_unclear(text: str) -> str | None:
    entries = list(_by_key(text))
    if any(not set(entry) <= set(_KEYS) for entry in entries):
        return "must be id=... or name=..., or an id or a name alone"
    return next(filter(None, (_why_no_pattern(pattern) for entry in entries for pattern in entry.values())), None)


def _why_no_pattern(text: str) -> str | None:
    if not _PATTERN.fullmatch(text) or text.count("[") != text.count("]"):
        return "matches no project, so it would guard nothing; an id, a name or a shell pattern holds letters, digits and _ - . @ * ? [ ]"
    if patterns.Entry(text, (text,)).hint:
        return "looks like a regular expression, so it would guard nothing; give a shell pattern: * for any text, ? for one character"
    return None
