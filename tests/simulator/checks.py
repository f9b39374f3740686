# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Small checks for the validation of scenarios; each takes a value and its place in the scenario."""
from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Check = Callable[[Any, str], Any]


class ScenarioError(ValueError):
    """A scenario is invalid; the text names the key, the value, and what is allowed."""


def fail(where: str, value: Any, wanted: str) -> ScenarioError:
    """Return the error for a value that is not `wanted`."""
    return ScenarioError(f"{where}: {value!r} is not {wanted}")


def number(low: float = 0.0, above: bool = False) -> Check:
    """A number not below (or, if `above`, greater than) the bound."""
    def check(value: Any, where: str) -> Any:
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not (value > low if above else value >= low):
            raise fail(where, value, f"a number {'above' if above else 'from'} {low:g}{'' if above else ' up'}")
        return value
    return check


def integer(low: int = 0) -> Check:
    """A whole number not below the bound."""
    def check(value: Any, where: str) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or value < low:
            raise fail(where, value, f"a whole number from {low} up")
        return value
    return check


def text(value: Any, where: str) -> str:
    """A text that is not empty; a number is accepted too, because YAML reads `id: 10` as a number."""
    if isinstance(value, bool) or not isinstance(value, (str, int)) or value == "":
        raise fail(where, value, "a text")
    return str(value)


def string(value: Any, where: str) -> str:
    """A text, possibly empty."""
    return "" if value == "" else text(value, where)


def boolean(value: Any, where: str) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise fail(where, value, "true or false")
    return value


def anything(value: Any, where: str) -> Any:
    """Any value."""
    return value


def dictionary(value: Any, where: str) -> dict[Any, Any]:
    """A mapping with any keys."""
    if not isinstance(value, dict):
        raise fail(where, value, "a mapping")
    return value


def choice(*choices: Any) -> Check:
    """One of these values."""
    def check(value: Any, where: str) -> Any:
        if value not in choices:
            raise fail(where, value, "one of " + ", ".join(str(item) for item in choices))
        return value
    return check


def listing(item: Check) -> Check:
    """A list of such items."""
    def check(value: Any, where: str) -> list[Any]:
        if not isinstance(value, list):
            raise fail(where, value, "a list")
        return [item(inner, f"{where}[{index}]") for index, inner in enumerate(value)]
    return check


def mapping(keys: Mapping[str, Check], required: tuple[str, ...] = ()) -> Check:
    """A mapping with these keys only."""
    def check(value: Any, where: str) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise fail(where or "the scenario", value, "a mapping")
        for key in value:
            if key not in keys:
                raise ScenarioError(f"{_join(where, key)}: unknown key; known: {', '.join(sorted(keys))}")
        for key in required:
            if key not in value:
                raise ScenarioError(f"{_join(where, key)}: missing")
        return {key: keys[key](inner, _join(where, key)) for key, inner in value.items()}
    return check


def _join(where: str, key: Any) -> str:
    return f"{where}.{key}" if where else str(key)
