# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which input is a report, and the error for other input; our own check and the JSON Schema agree."""

from __future__ import annotations

import copy
import json
import pathlib

import jsonschema
import pytest

from ansible_collections.otc.teardown.plugins.plugin_utils._report.schema import ReportError, reports_of
from tests.unit.plugins.plugin_utils.report_samples import a_report
from tests.unit.plugins.plugin_utils.teardown_rows import (
    DRS,
    NOW,
    PHASES,
    TASK,
    VARIABLES,
    VERSION,
    VIS,
    begun,
    kept,
    predicted,
    take,
)

ROOT = pathlib.Path(__file__).resolve().parents[4]
SCHEMA = json.loads((ROOT / "docs" / "report.schema.json").read_text(encoding="utf-8"))
MANY = [predicted(n, outcome, kind) for kind in (TASK, VERSION, VIS, DRS) for n, outcome in enumerate(PHASES)]
TIME = "2026-11-20T07:15:00Z"


def report(*path, value=None):
    """A sound report, changed at this path."""
    made = a_report(lambda key: TIME if key.endswith(("_at", "_until")) else key)
    for row in [*made["rows"], *made["not_in_plan"]]:
        row["drift"] = "same"
    at = made
    for key in path[:-1]:
        at = at[key]
    if path:
        at[path[-1]] = value
    return made


def by_schema(value):
    """Whether the JSON Schema lets it pass."""
    return jsonschema.Draft202012Validator(SCHEMA).is_valid(value)


def test_the_schema_is_one():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("path", [
    (), ("plan",), ("duration_seconds",), ("started_at",), ("identity", "user"), ("identity", "region"),
    ("identity", "project", "name"), ("rows", 0, "name"), ("rows", 0, "created_at"), ("rows", 0, "status_after"),
    ("rows", 0, "drift"), ("rows", 0, "tags"), ("rows", 0, "outcome"), ("rows", 0, "request_id"), ("resources", 0, "error"), ("plan", "digest"),
], ids=str)
def test_null_where_something_is_unknown(path):
    assert reports_of(report(*path)) == [report(*path)]
    assert by_schema(report(*path))


@pytest.mark.parametrize("run", [
    pytest.param(take({}, NOW, "begin", variables={**VARIABLES, "mode": "apply"}), id="got nowhere"),
    pytest.param(take(take(kept(begun(), "selected", *MANY), NOW, "look"), NOW, "make_plan"), id="plan"),
])
def test_what_the_role_makes_is_a_report(run):
    made = take(run, NOW, "report", problem="the login failed")["report"]
    jsonschema.validate(made, SCHEMA, jsonschema.Draft202012Validator)
    assert reports_of(made) == [made]


def test_keys_that_nobody_knows_yet_are_let_pass():
    assert reports_of(report("later", value=1)) and by_schema(report("later", value=1))


@pytest.mark.parametrize(("path", "value", "said"), [
    (("schema",), "otc.teardown/report/2", "report has the schema otc.teardown/report/2, expected otc.teardown/report/1"),
    (("schema",), None, "report has the schema None, expected"),
    (("mode",), "destroy", "report.mode is destroy, expected one of plan, apply, verify"),
    (("result",), [], "report.result is [], expected one of ok, changed, failed, refused"),
    (("headline",), None, "report.headline is nothing, expected text"),
    (("identity",), "me", "report.identity is str, expected a dictionary"),
    (("identity", "user", "name"), 7, "report.identity.user.name is int, expected text"),
    (("problems",), "one", "report.problems is str, expected a list"),
    (("problems", 1), 5, "report.problems[1] is int, expected text"),
    (("rows",), None, "report.rows is nothing, expected a list"),
    (("rows", 2), "row", "report.rows[2] is str, expected a dictionary"),
    (("rows", 2, "verdict"), "lost", "report.rows[2].verdict is lost, expected one of stopped, would_stop,"),
    (("rows", 0, "id"), 10, "report.rows[0].id is int, expected text"),
    (("rows", 0, "tags"), ["a"], "report.rows[0].tags is list, expected a dictionary"),
    (("rows", 0, "tags"), {"a": 1}, "report.rows[0].tags.a is int, expected text"),
    (("rows", 0, "tags"), {"a": ["b", None]}, "report.rows[0].tags.a[1] is nothing, expected text"),
    (("not_in_plan", 0, "changed"), "yes", "report.not_in_plan[0].changed is str, expected true or false"),
    (("resources", 0, "complete"), 1, "report.resources[0].complete is int, expected true or false"),
    (("resources", 0, "counts", "failed"), "1", "report.resources[0].counts.failed is 1 (str), expected a whole number from 0"),
    (("counts", "stopped"), True, "report.counts.stopped is True (bool), expected a whole number from 0"),
    (("counts", "ended"), -1, "report.counts.ended is -1 (int), expected a whole number from 0"),
    (("api_calls",), 1.5, "report.api_calls is 1.5 (float), expected a whole number"),
    (("duration_seconds",), "63", "report.duration_seconds is str, expected a number"),
    (("protect", "expired"), None, "report.protect.expired is nothing, expected a list"),
    (("selection", "resources", 0, "filters", "names"), [1], "report.selection.resources[0].filters.names[0] is int, expected text"),
    (("selection", "resources", 0, "filters", "names"), None, "report.selection.resources[0].filters.names is nothing, expected text, a number or"),
    (("selection", "exclude"), [], "report.selection.exclude is list, expected a dictionary"),
    (("guards", 0, "limit"), "100", "report.guards[0].limit is str, expected a number"),
    (("protections", 0, "jobs"), None, "report.protections[0].jobs is None (nothing), expected a whole number"),
    (("plan", "requests", "apply"), -1, "report.plan.requests.apply is -1 (int), expected a whole number"),
    (("plan",), "./plan.json", "report.plan is str, expected a dictionary"),
], ids=str)
def test_what_is_wrong_is_named(path, value, said):
    wrong = report(*path, value=value)
    with pytest.raises(ReportError) as raised:
        reports_of(wrong)
    assert str(raised.value).startswith(said)
    assert not by_schema(wrong)


@pytest.mark.parametrize(("value", "said"), [
    (None, "expected a report or a list of reports, found nothing"),
    ("{}", "expected a report or a list of reports, found str; read a JSON report with from_json"),
    ([], "the list holds no report; give at least one"),
    (["{}"], "report is str, expected a dictionary; read a JSON report with from_json"),
    ([report(), {}], "report 2 has the schema None, expected"),
    ([report(), report(), report("rows", 0, "verdict", value="\x1b[31m")], "report 3.rows[0].verdict is \\x1b[31m, expected one"),
], ids=repr)
def test_what_is_no_report_at_all(value, said):
    with pytest.raises(ReportError) as raised:
        reports_of(value)
    assert str(raised.value).startswith(said)


def test_every_missing_key_is_found_or_counts_as_null():
    whole = report()
    for key in whole:
        less = copy.deepcopy(whole)
        del less[key]
        if key in ("collection_version", "plan", "selection", "guards", "protections", "window", "started_at", "finished_at", "duration_seconds"):
            reports_of(less)
        else:
            with pytest.raises(ReportError, match=key):
                reports_of(less)
