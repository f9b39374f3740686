# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The block that a terminal shows at the end of a run: table, headline, where the report is, what comes next. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.otc.teardown.plugins.module_utils._base.text import plain
from ansible_collections.otc.teardown.plugins.plugin_utils._report.costs import in_words
from ansible_collections.otc.teardown.plugins.plugin_utils._report.place import place
from ansible_collections.otc.teardown.plugins.plugin_utils._report.table import (
    Line,
    cut,
    items_of_report,
    items_of_result,
    table,
)

MOST_ROWS = 30
MOST_ROWS_OF_A_MODULE = 10
MOST_NOTES = 10


def report_block(report: Mapping[str, Any], page: str | None, following: str | None, width: int) -> list[Line]:
    """The block for a report. `page`: the path of the page, None in check mode. `following`: the next command, None if there is none."""
    rows = table(items_of_report([*report["rows"], *report["not_in_plan"]]), MOST_ROWS, width)
    if rows and rows[-1].text.endswith(" more"):
        rows[-1] = Line(rows[-1].text + ", see the report")
    title = f"{report['mode']} of {plain(place(report))}"
    return [
        Line(cut(f"── {title} ", width - 1).ljust(width, "─")),
        *rows,
        *([Line("")] if rows else []),
        Line(f"{title}: {result_words(report)}", _tone(report)),
        *(Line(text) for text in in_words(report["mode"], report.get("costs"))),
        *_notes(report),
        *([] if page else [Line("In check mode nothing was written: no plan and no report.")]),
        *(Line(f"{label:8}{plain(text)}") for label, text in _places(report, page, following) if text),
        Line("─" * width),
    ]


def result_words(report: Mapping[str, Any]) -> str:
    """`changed. 10 stopped`: the result and the headline; for a plan that apply would refuse, the headline alone."""
    headline = plain(report["headline"])
    if report["result"] == "refused" or (report["would_refuse"] and report["result"] == "ok"):
        return headline
    return f"{report['result']}. {headline}"


def result_block(result: Mapping[str, Any], width: int) -> list[Line]:
    """The block for the result of a module; empty if it has stopped nothing and nothing failed."""
    rows = [row for row in result.get("jobs") or [] if "outcome" in row]
    if not rows or not (result.get("changed") or result.get("failed")):
        return []
    return table(items_of_result(rows), MOST_ROWS_OF_A_MODULE, width)


def _tone(report: Mapping[str, Any]) -> str:
    if report["result"] in ("failed", "refused"):
        return "failed"
    running = any(row["group"] == "running" for row in [*report["rows"], *report["not_in_plan"]])
    return "running" if report["would_refuse"] or (running and report["mode"] != "plan") else "stopped"


def _notes(report: Mapping[str, Any]) -> list[Line]:
    """Warnings and notices, the first ones in full. The headline says the first problem, or else the first refusal; a failure says all problems."""
    said = report["problems"] or report["would_refuse"][:1]
    texts = [text for text in [*report["warnings"], *report["would_refuse"]] if text not in said]
    texts += [text for notices in report["protect"].values() for text in notices]
    more = len(texts) - MOST_NOTES
    shown = [Line(f"warning: {plain(text)}", "running") for text in texts[:MOST_NOTES]]
    return [*shown, *([Line(f"and {more:,} more warnings, see the report")] if more > 0 else [])]


def _places(report: Mapping[str, Any], page: str | None, following: str | None) -> Sequence[tuple[str, str | None]]:
    plan = report["plan"] or {}
    return [
        ("window", (report.get("window") or {}).get("text") if report["mode"] == "plan" else None),
        ("report", page),
        ("plan", f"{plan['file']} (valid until {plan.get('valid_until')})" if plan.get("file") and page else None),
        ("digest", plan.get("digest") if page and report["mode"] == "plan" else None),
        ("next", following),
    ]
