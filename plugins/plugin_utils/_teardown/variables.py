# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads variables of the roles one by one; an error names the variable, its value and the remedy. Pure."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from typing import Any, Callable

from ansible.module_utils.common.validation import check_type_bool, check_type_float, check_type_list

from ansible_collections.otc.teardown.plugins.module_utils._base.errors import InputError
from ansible_collections.otc.teardown.plugins.module_utils._base.suggestions import did_you_mean
from ansible_collections.otc.teardown.plugins.module_utils._base.text import quoted
from ansible_collections.otc.teardown.plugins.module_utils._base.times import seconds_of
from ansible_collections.otc.teardown.plugins.module_utils._modules.argument_spec import check_numbers, connection_spec
from ansible_collections.otc.teardown.plugins.module_utils._modules.kinds import KINDS
from ansible_collections.otc.teardown.plugins.plugin_utils._literals import dictionaries, mapping

Check = Callable[[Any], Any]
"""Takes a value as the user wrote it and returns the value to use. Raises ValueError with the remedy, or InputError."""


class Reader:
    """Reads variables that are named without the prefix of their role, and collects the errors."""

    def __init__(self, prefix: str, given: Mapping[str, Any]) -> None:
        self.prefix = prefix
        self.given = given
        self.errors: list[str] = []

    def read(self, name: str, check: Check) -> Any:
        """The value of a variable, None after an error."""
        try:
            return check(self.given[name])
        except InputError as error:
            self.errors.append(str(error))
        except (TypeError, ValueError) as error:
            value = self.given[name]
            shown = "is null; give a value, or leave the variable out" if value is None else f"{_shown(value)} {error}"
            self.errors.append(f"{self.prefix}{name}: {shown}")
        return None

    def within(self, name: str, check: Check) -> Any:
        """As `read`, and within the limits that the modules have for the option of this name."""
        value = self.read(name, check)
        if value is not None:
            try:
                check_numbers({name: value})
            except InputError as error:
                self.errors.append(f"{self.prefix}{error}")
        return value


def _shown(value: Any) -> str:
    text = quoted(value)
    return text if len(text) <= 200 else f"{text[:200]}…"


def unknown(role: str, found: Iterable[str], known: Iterable[str]) -> list[str]:
    """An error if there are variables that the role does not have; empty if there are none.

    `found`: the names, among them keys such as `teardown_connection.al`. `known`: the variables of the role.
    """
    names = [f"{name}{_hint(role, name, known)}" for name in found]
    return [f"There is no {', '.join(names)}; the role's variables are in ansible-doc -t role otc.teardown.{role}"] if names else []


def _hint(role: str, name: str, known: Iterable[str]) -> str:
    """The name that may be meant, found without what all names begin with, which would make all of them alike."""
    start = f"{role}_connection."
    if name.startswith(start):
        return did_you_mean(name[len(start):], connection_spec()).replace("mean ", f"mean {start}")
    start = f"{role}_"
    return did_you_mean(name[len(start):], [one[len(start):] for one in known]).replace("mean ", f"mean {start}")


def choice(*choices: str) -> Check:
    """One of these words."""
    def check(value: Any) -> str:
        if value not in choices:
            raise ValueError(f"is none of {', '.join(choices)}{did_you_mean(value, choices)}")
        return str(value)
    return check


def path(value: Any) -> str:
    """A path."""
    if not isinstance(value, str) or not value.strip():
        raise ValueError("is not a path")
    return value


def boolean(value: Any) -> bool:
    """True or false."""
    try:
        found: bool = check_type_bool(value)
    except TypeError:
        raise ValueError("is neither true nor false") from None
    return found


def switch_or_folder(value: Any) -> dict[str, Any]:
    """`on`, and the `folder`, empty for the usual one: true, false, or the path of a folder."""
    if isinstance(value, str) and "/" in value:
        return {"on": True, "folder": value.strip()}
    try:
        return {"on": boolean(value), "folder": ""}
    except ValueError:
        raise ValueError("is neither true nor false, nor the path of a folder; write a path with a slash, such as ./locks") from None


def kinds(value: Any) -> list[str]:
    """Names of kinds, each once."""
    try:
        names = [str(kind).strip() for kind in check_type_list(value)]
    except TypeError:
        raise ValueError(f"is not a list; name one or more of {', '.join(KINDS)}") from None
    hints = [f"; there is no {quoted(name)}{did_you_mean(name, KINDS)}" for name in names if name not in KINDS]
    if hints or not names:
        hint = hints[0] if hints else " (in AWX: the question Kinds of jobs)"
        raise ValueError(f"must name one or more of {', '.join(KINDS)}{hint}")
    if len(set(names)) < len(names):
        raise ValueError("names a kind twice")
    return names


def seconds(value: Any) -> float:
    """A time that is not negative."""
    found = seconds_of(value)
    if found < 0:
        raise ValueError("is negative; give 0 or more seconds, or a duration such as 10m")
    return found


def seconds_or_never(value: Any) -> float | None:
    """A time, None for empty text."""
    return None if value == "" else seconds(value)


def number(most: float | None = None) -> Check:
    """A number from 0."""
    def check(value: Any) -> float:
        try:
            found = check_type_float(value)
        except TypeError:
            raise ValueError("is not a number") from None
        if isinstance(value, bool) or not 0 <= found <= (most if most is not None else sys.float_info.max):
            raise ValueError("must be 0 or more" + (f", and at most {most}" if most is not None else ""))
        return int(found) if found == int(found) else found
    return check


def whole(value: Any) -> int:
    """A whole number from 0."""
    return whole_to(None)(value)


def whole_to(most: int | None) -> Callable[[Any], int]:
    """A whole number from 0, at most `most`."""
    def check(value: Any) -> int:
        found = number(most)(value)
        if not isinstance(found, int):
            raise ValueError("must be a whole number")
        return found
    return check


def dictionary(name: str) -> Check:
    """A dictionary, also as text."""
    return lambda value: mapping(name, value)


def rows(name: str) -> Check:
    """A list of dictionaries, also as text."""
    def check(value: Any) -> list[Any]:
        found = dictionaries(name, value)
        for position, item in enumerate(found):
            mapping(f"{name}[{position}]", item)
        return found
    return check
