# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Cuts lists into pages, as each call of the APIs does."""
from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from aiohttp import web

from .answers import Refusal
from .call import Call, parsed

Row = TypeVar("Row")


@dataclass(frozen=True)
class Pager:
    """How a list is paged: the names, bounds and defaults of its parameters, and the unit of the first one."""

    start: str
    size: str
    default: int
    maximum: int | str
    unit: str
    """`number` (pages from 1), `record`, `page` (pages from 0), or the quirk that chooses between the last two."""
    refuse: Callable[[str], web.Response]
    bound_is_open: bool = False
    """Whether the documents do not say what happens above the maximum."""
    sizes: tuple[int, ...] = ()
    """The only sizes that are permitted; empty if all up to the maximum are."""
    first: int = 0
    """The position of the first record or page, if the unit is not `number`."""
    in_body: bool = False
    """Whether the parameters are numbers in the body, not texts in the query."""

    def read(self, call: Call) -> tuple[int, int]:
        """Return the index of the first record and the size of the page."""
        size = self._size(call)
        first = self._number(call, self.start, 1 if self.unit == "number" else self.first)
        return self._first_record(call, first - self.first, size), size

    def page(self, call: Call) -> int:
        """Return the number of the requested page, from 1."""
        first, size = self.read(call)
        return first // size + 1

    def cut(self, call: Call, rows: Sequence[Row]) -> list[Row]:
        """Return the rows of the requested page."""
        first, size = self.read(call)
        return page_of(call, rows, first, size)

    def _first_record(self, call: Call, start: int, size: int) -> int:
        if self.unit == "number":
            return (start - 1) * size
        unit = self.unit if self.unit == "record" else call.quirk(self.unit)
        return start * size if unit == "page" else start

    def _size(self, call: Call) -> int:
        size = self._number(call, self.size, self.default, 1)
        maximum = self.maximum if isinstance(self.maximum, int) else call.quirk(self.maximum)
        if size > maximum and not (self.bound_is_open and call.quirk("limit_over_max") == "cap"):
            raise Refusal(self.refuse(f"{self.size} must be from 1 to {maximum}, not {size}"))
        if self.sizes and size not in self.sizes:
            raise Refusal(self.refuse(f"{self.size} must be one of {', '.join(map(str, self.sizes))}, not {size}"))
        return min(size, maximum)

    def _number(self, call: Call, name: str, default: int, low: int | None = None) -> int:
        text = self._given(call).get(name, str(default))
        low = low if low is not None else (1 if self.unit == "number" else 0)
        if not text.isascii() or not text.isdigit() or int(text) < low:
            raise Refusal(self.refuse(f"{name} must be a whole number from {low} up, not {text!r}"))
        return int(text)

    def _given(self, call: Call) -> Mapping[str, str]:
        """The parameters as text; in a body only whole numbers look like the text of one."""
        if not self.in_body:
            return call.query
        document = parsed(call.body)
        return {key: json.dumps(value) for key, value in document.items()} if isinstance(document, dict) else {}


def page_of(call: Call, rows: Sequence[Row], first: int, size: int) -> list[Row]:
    """Cut a page; the fault `repeat_page` answers every page with the first."""
    if call.fault and call.fault.action == "repeat_page":
        first = 0
    return list(rows[first:first + size])


def total_of(call: Call, rows: Sequence[Any]) -> int:
    """Return the total that a list reports; the fault `shrink_total` reduces it."""
    if call.fault and call.fault.action == "shrink_total":
        return max(0, len(rows) - call.fault.rule["shrink_total"])
    return len(rows)
