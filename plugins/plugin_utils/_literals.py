# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Values of role variables as users and surveys give them: as data, or as text that stands for data. Pure."""

from __future__ import annotations

import ast
import json
from collections.abc import Mapping, Sequence
from typing import Any, Callable

from ansible_collections.otc.teardown.plugins.module_utils._base import patterns
from ansible_collections.otc.teardown.plugins.module_utils._base.errors import InputError

_QUOTES = "put texts, dates and numbers in it in quotes"


def literal(option: str, value: Any) -> Any:
    """The value of a text in JSON or Python notation, as inventories and surveys give it; any other value unchanged.

    Raises InputError if a JSON object has a key twice.
    """
    if not isinstance(value, str):
        return value

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len(dict(pairs)) < len(pairs):
            raise InputError(option, str(value), "holds a key twice; give each key once")
        return dict(pairs)

    for read in (lambda text: json.loads(text, object_pairs_hook=once), ast.literal_eval):
        try:
            return read(value.strip())
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            continue
    return value


def mapping(option: str, value: Any) -> Mapping[str, Any]:
    """The dictionary in `value`, which may be text. Raises InputError for anything else."""
    found = literal(option, value)
    if not isinstance(found, Mapping):
        raise InputError(option, shown(value), f"is not a dictionary; give a dictionary, also as JSON, and {_QUOTES}")
    return found


def dictionaries(option: str, value: Any) -> list[Any]:
    """The list in `value`, which may be text; its items are not checked. Raises InputError if it is not a list."""
    found = literal(option, value)
    if not isinstance(found, (list, tuple)):
        raise InputError(option, shown(value), f"is not a list of dictionaries; give a list, also as JSON, and {_QUOTES}")
    return list(found)


def usable(option: str, readings: Sequence[str], why_not: Callable[[str], str | None]) -> list[str]:
    """The readings of one entry that `why_not` accepts (it returns None for them, else the reason).

    Raises InputError if there is none, or if a part of the written text would be lost.
    """
    found = [text for text in readings if not why_not(text)]
    lost = [text for text in readings if why_not(text) and not patterns.SEPARATORS.search(text) and text == text.strip()]
    if lost or not found:
        text = (lost or readings)[0]
        raise InputError(option, text, f"{why_not(text)}; give each entry by itself")
    return found


def shown(value: Any) -> Any:
    """A value as messages show it: data other than a single value as its text."""
    return value if value is None or isinstance(value, (str, bool, int, float)) else str(value)
