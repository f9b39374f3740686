# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows as CSV: a reader finds the texts as they are shown, and a spreadsheet finds no formula."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from ansible_collections.otc.teardown.plugins.module_utils._base.text import plain
from ansible_collections.otc.teardown.plugins.plugin_utils._report.spreadsheet import COLUMNS, rows_csv
from tests.unit.plugins.plugin_utils.report_samples import HOSTILE, a_report, a_row


def lines(*reports: dict[str, Any]) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(rows_csv(list(reports)), newline="")))


def test_a_line_for_each_job_also_of_several_reports() -> None:
    rows = [a_row("failed", name="a", resource="drs_job", task_id=None, price_per_hour=1.5), a_row("stopped", name="b", service_id=None, task_id="t")]
    none = {"jobs": 0, "unpriced": 0, "per_hour": 0}
    costs = {"currency": "EUR", "hours": 24, "stopped": none, "running": none}
    found = lines(a_report(rows=rows, costs=costs), a_report(rows=[], not_in_plan=[a_row("untouched", name="new")]))
    assert [(line["name"], line["group"], line["parent_id"], line["price_per_hour"], line["currency"]) for line in found] == [
        ("a", "failed", "service_id", "1.5", "EUR"), ("b", "stopped", "t", "", "EUR"), ("new name", "running", "new service_id", "", "EUR"),
        ("new", "running", "service_id", "", ""),
    ]
    assert found[0]["started_at"] == "2026-11-22T01:00:00Z" and found[0]["project"] == "project name" and found[0]["mode"] == "apply"
    assert list(found[0]) == list(COLUMNS)


@pytest.mark.parametrize("text", [text for text in HOSTILE if len(text) < 100], ids=repr)
def test_hostile_text_is_one_cell(text: str) -> None:
    [line] = lines(a_report(rows=[a_row(name=text, reason=text)], not_in_plan=[]))
    assert line["name"] == line["reason"] == (f"'{plain(text)}" if plain(text).lstrip()[:1] in ("=", "+", "-", "@") else plain(text))


@pytest.mark.parametrize("text", ["=HYPERLINK(\"http://x\")", "+1", "-1", "@SUM(1)", " =1", "\t=1"])
def test_no_cell_is_a_formula(text: str) -> None:
    [line] = lines(a_report(rows=[a_row(name=text, owner=text, id=text, tags={text: ""})], not_in_plan=[]))
    assert {line[key] for key in ("name", "owner", "id", "tags")} == {plain(text) if text == "\t=1" else f"'{text}"}


@pytest.mark.parametrize(("tags", "cell"), [({"a": "b", "c": ["d", ""], "e": ""}, "a=b, c=d, c, e"), ({}, ""), (None, "")])
def test_tags_are_one_cell(tags: Any, cell: str) -> None:
    [line] = lines(a_report(rows=[a_row(tags=tags)], not_in_plan=[]))
    assert line["tags"] == cell


def test_a_report_of_nothing_is_a_line_of_heads() -> None:
    assert rows_csv(a_report(rows=[], not_in_plan=[])) == ",".join(COLUMNS) + "\r\n"
