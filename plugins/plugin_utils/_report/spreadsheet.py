# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Turns reports into CSV, a line for each job, for spreadsheets and databases. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import Any

from ansible_collections.otc.teardown.plugins.module_utils._base.text import plain
from ansible_collections.otc.teardown.plugins.plugin_utils._report.parents import OPTIONS
from ansible_collections.otc.teardown.plugins.plugin_utils._report.place import project_in
from ansible_collections.otc.teardown.plugins.plugin_utils._report.schema import Report, reports_of
from ansible_collections.otc.teardown.plugins.plugin_utils._report.texts import tags_in_words

COLUMNS = (
    "started_at", "mode", "project", "region", "resource", "id", "parent_id", "parent_name", "name", "owner", "flavor", "tags", "created_at",
    "status_before", "status_after", "group", "why", "verdict", "outcome", "reason", "request_id", "price_per_hour", "currency",
)
_FORMULA = ("=", "+", "-", "@")


def rows_csv(value: object) -> str:
    """The CSV (RFC 4180, with a line of heads) for one report or a list of reports. Raises ReportError for anything else."""
    lines = io.StringIO()
    writer = csv.writer(lines)
    writer.writerow(COLUMNS)
    for report in reports_of(value):
        of_run = _of_run(report)
        for row in [*report["rows"], *report["not_in_plan"]]:
            parent = next((row[option] for option in OPTIONS if row.get(option)), None)
            cells = {**of_run, **row, "parent_id": parent, "tags": tags_in_words(row.get("tags"))}
            writer.writerow([_cell(cells.get(column)) for column in COLUMNS])
    return lines.getvalue()


def _of_run(report: Report) -> Mapping[str, Any]:
    return {
        "started_at": report.get("started_at"),
        "mode": report["mode"],
        "project": project_in(report),
        "region": report["identity"].get("region"),
        "currency": (report.get("costs") or {}).get("currency"),
    }


def _cell(value: Any) -> Any:
    """A number as it is; a text without control characters, and with an apostrophe where a spreadsheet would take it for a formula."""
    if value is None or isinstance(value, (int, float)):
        return value
    text = plain(value)
    return f"'{text}" if text.lstrip().startswith(_FORMULA) else text
