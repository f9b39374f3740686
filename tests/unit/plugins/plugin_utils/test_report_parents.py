# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever the jobs of a kind belong to is checked and shown, also for kinds that come later."""

from __future__ import annotations

import json
import pathlib

import jsonschema
import pytest

from ansible_collections.otc.teardown.plugins.module_utils._modules.kinds import KINDS
from ansible_collections.otc.teardown.plugins.plugin_utils._report import parents
from ansible_collections.otc.teardown.plugins.plugin_utils._report.html import html
from ansible_collections.otc.teardown.plugins.plugin_utils._report.markdown import markdown
from ansible_collections.otc.teardown.plugins.plugin_utils._report.schema import ReportError, reports_of
from tests.unit.plugins.plugin_utils.report_samples import a_report, a_row

SCHEMA = json.loads((pathlib.Path(__file__).resolve().parents[4] / "docs" / "report.schema.json").read_text(encoding="utf-8"))
ROW = SCHEMA["$defs"]["row"]
WITH_PARENT = next(kind for kind in KINDS.values() if kind.parent)


@pytest.fixture
def dataset(monkeypatch):
    """A kind whose jobs belong to a dataset."""
    made_up = WITH_PARENT._replace(name="label_task", parent=WITH_PARENT.parent._replace(option="dataset_id", noun="dataset"))
    monkeypatch.setattr(parents, "OPTIONS", parents.options_of([*KINDS.values(), made_up]))
    return a_row(resource="label_task", service_id=None, parent_name=None, dataset_id="d-17")


def test_every_parent_of_a_kind_is_known():
    assert set(parents.OPTIONS) == {kind.above for kind in KINDS.values() if kind.above}
    assert len(set(parents.OPTIONS)) == len(parents.OPTIONS)


def test_another_parent_is_shown(dataset):
    report = a_report(rows=[dataset], not_in_plan=[])
    assert "dataset d-17" in html(report) and "dataset d-17" in markdown(report)


def test_another_parent_is_checked(dataset):
    with pytest.raises(ReportError, match=r"report\.rows\[0\]\.dataset_id is int, expected text"):
        reports_of(a_report(rows=[{**dataset, "dataset_id": 17}], not_in_plan=[]))


@pytest.mark.parametrize(("key", "value", "valid"), [
    ("dataset_id", "d-17", True), ("dataset_id", 17, False), ("service_id", 1, False), ("request_id", None, True),
])
def test_the_schema_knows_parents_of_any_name(key, value, valid):
    row = {**a_row(), "status_after": None, key: value}
    assert jsonschema.Draft202012Validator({**ROW, "$defs": SCHEMA["$defs"]}).is_valid(row) == valid


@pytest.mark.parametrize(("row", "parent"), [
    ({}, None), ({"service_id": None, "task_id": "t"}, "task t"), ({"service_id": "s"}, "service s"), ({"parent_name": "gate"}, None),
    ({"service_id": "s", "parent_name": "gate"}, "service gate s"), ({"service_id": "s", "parent_name": None}, "service s"),
])
def test_what_a_row_belongs_to(row, parent):
    assert parents.parent_of(row) == parent
