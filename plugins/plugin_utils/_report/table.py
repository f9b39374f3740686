# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A table of jobs for a terminal: aligned columns, plain texts cut to the width, failures and running jobs first. Pure."""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from ansible_collections.otc.teardown.plugins.module_utils._base.text import plain
from ansible_collections.otc.teardown.plugins.plugin_utils._report.groups import GROUPS, WHY
from ansible_collections.otc.teardown.plugins.plugin_utils._report.reasons import telling

SHORTEST_REASON = 30
MOST_LINES = 3
"""Lines of a reason in a table; the report has the whole text."""

_HEADS = ("JOB", "KIND", "STATUS", "OUTCOME")
_LONGEST = (40, 40, 48, 24)
_SHORTEST = (16, 12, 16, 9)
_NARROWED = (2, 0, 1, 3)
"""The columns in the order in which they are narrowed to fit into the width."""
_GAP = 2


class Line(NamedTuple):
    """A line of text, and the group or result that gives it its color; None for no color."""

    text: str
    tone: str | None = None


class Item(NamedTuple):
    """A job in a table: the outcome in words, and the reason if it says more than the other columns."""

    group: str
    name: str | None
    id: str
    resource: str
    before: str | None
    after: str | None
    outcome: str
    reason: str | None


# Outcome of a module -> (group, why), where they differ from the outcome
_OF_MODULES = {
    "stop_requested": ("stopping", None), "already_stopping": ("stopping", None), "already_ended": ("ended", None),
    "ended_meanwhile": ("ended", None), "timed_out": ("running", "timed_out"), "excluded": ("running", "excluded"),
    "unclear": ("running", "unclear"),
}


def items_of_report(rows: Iterable[Mapping[str, Any]]) -> list[Item]:
    """The items for the rows of a report."""
    return [_item(row, row["group"], row["why"], telling(row["reason"])) for row in rows]


def items_of_result(rows: Iterable[Mapping[str, Any]]) -> list[Item]:
    """The items for the rows that a module returned."""
    items = []
    for row in rows:
        group, why = _OF_MODULES.get(row["outcome"], (row["outcome"], None))
        items.append(_item(row, group, why, (row.get("error") or {}).get("message")))
    return items


def _item(row: Mapping[str, Any], group: str, why: str | None, reason: str | None) -> Item:
    outcome = WHY.get(why or "") if group == "running" else None
    return Item(
        group, row.get("name"), str(row["id"]), row["resource"], row["status_before"], row["status_after"],
        outcome or GROUPS[group].lower(), reason,
    )


def table(items: Sequence[Item], limit: int, width: int) -> list[Line]:
    """The lines of the table: heads, at most `limit` jobs in the order of GROUPS, and the number of the others.

    Empty without items. A reason stands in its column, or below its job where the column would be too narrow.
    """
    order = list(GROUPS)
    ordered = sorted(items, key=lambda item: (order.index(item.group), item.resource, item.name or "", item.id))
    shown = ordered[:limit]
    if not shown:
        return []
    names = [item.name for item in ordered]
    cells = [_cells(item, names.count(item.name) > 1) for item in shown]
    widths = _widths(cells, width)
    left = width - sum(widths) - _GAP * len(widths)
    beside = left >= SHORTEST_REASON and any(item.reason for item in shown)
    lines = [Line(_joined([*_HEADS, "REASON" if beside else ""], widths))]
    for item, row in zip(shown, cells):
        lines += [Line(text, item.group) for text in _lines(row, item.reason, widths, left if beside else 0, width)]
    more = len(ordered) - len(shown)
    return [*lines, *([Line(f"and {more:,} more")] if more else [])]


def _widths(rows: Iterable[Sequence[str]], width: int) -> list[int]:
    """The widths of the columns: as wide as their texts, within limits, and narrower if the table is too wide."""
    columns = zip(_HEADS, *rows)
    widths = [min(longest, max(map(text_width, column))) for column, longest in zip(columns, _LONGEST)]
    for column in _NARROWED:
        excess = max(0, sum(widths) + _GAP * (len(widths) - 1) - width)
        widths[column] = max(min(widths[column], _SHORTEST[column]), widths[column] - excess)
    return widths


def _cells(item: Item, ambiguous: bool) -> list[str]:
    name = item.id if item.name is None else f"{item.name} ({item.id})" if ambiguous else item.name
    before, after = plain(item.before or "?"), plain(item.after or "")
    status = f"{before} → {after}" if after and after != before else before
    return [plain(name), plain(item.resource), status, item.outcome]


def _lines(row: Sequence[str], reason: str | None, widths: Sequence[int], left: int, width: int) -> list[str]:
    """The lines of one job; the reason stands in the `left` columns beside it, or with 0 below it."""
    texts = _wrapped(plain(reason or ""), left or width - 4)
    if not left:
        return [_joined(row, widths), *("    " + text for text in texts)]
    indent = " " * (sum(widths) + _GAP * len(widths))
    return [_joined([*row, *texts[:1]], widths), *(indent + text for text in texts[1:])]


def _wrapped(text: str, width: int) -> list[str]:
    lines = textwrap.wrap(text, width, break_on_hyphens=False)
    return [*lines[:MOST_LINES - 1], cut(lines[MOST_LINES - 1] + "…", width)] if len(lines) > MOST_LINES else lines


def _joined(cells: Sequence[str], widths: Sequence[int]) -> str:
    """Cells side by side, each filled or cut to its width; the last one, which has no width, as it is."""
    parts = [cut(text, size) for text, size in zip(cells, widths)]
    filled = [text + " " * (size - text_width(text) + _GAP) for text, size in zip(parts, widths)]
    return "".join([*filled, *cells[len(widths):]]).rstrip()


def text_width(text: str) -> int:
    """The number of columns that a text takes on a terminal."""
    if text.isascii():
        return len(text)
    return sum(0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def cut(text: str, width: int) -> str:
    """The text, cut to a number of columns; `…` marks the cut."""
    if text_width(text) <= width:
        return text
    text = text[:4 * width]
    while text and text_width(text) > width - 1:
        text = text[:-1]
    return text + "…"
