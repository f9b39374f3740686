# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`teardown_baseline`: which files are one, and which jobs they keep from being stopped."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml

from ansible_collections.otc.teardown.plugins.plugin_utils._spare.baseline import read_baseline
from ansible_collections.otc.teardown.plugins.plugin_utils._teardown import run as steps
from tests.unit.plugins.plugin_utils.teardown_rows import (
    CALLER,
    DRS,
    NOW,
    PROJECT,
    TASK,
    VARIABLES,
    VERSION,
    VIS,
    kept,
    planned,
    predicted,
    take,
)

TASK_ID = "53e4c2b1a09f8e7d6c5b4a3928b55b3e"
CREATED = "2026-11-01T00:00:00Z"
ROWS = [predicted(1), predicted("a", resource=DRS), predicted(TASK_ID, resource=TASK), predicted("v", resource=VERSION)]
JOBS = [
    [VIS, None, "1", CREATED], [DRS, None, "a", CREATED], [TASK, "a1b2c3d4-0000-4000-8000-000000000001", TASK_ID, CREATED],
    [VERSION, "task0000000000000001", "v", CREATED],
]
INFO = {"changed": False, "jobs": ROWS, "count": 4, "complete": True, "caller": CALLER}
REPORT = {"schema": "otc.teardown/report/1", "rows": ROWS[:2], "not_in_plan": ROWS[2:], "identity": {"project": PROJECT, "region": "eu-de"},
          "plan": {"complete": True}, "resources": [{"resource": VIS, "complete": True}]}
FILE = "/x/before.json"


class AnsibleText(str):
    """As ansible-core before 2.19 passes texts."""


def begun(content: str | None, mode: str = "plan", **variables: Any) -> dict[str, Any]:
    """A run that has begun with a baseline of this content."""
    return steps.begin({}, NOW, variables={**VARIABLES, "mode": mode, "baseline": FILE, **variables}, baseline=content)


def decisions(content: Any, *rows: dict[str, Any], **variables: Any) -> dict[str, Any]:
    """What is known after a plan of these jobs with this baseline."""
    run = begun(json.dumps(content), **variables)
    assert run["options"]["errors"] == []
    run = kept(take(run, NOW, "identify", caller=CALLER), "selected", *rows, families=[])
    return take(take(run, NOW, "look"), NOW, "make_plan")


@pytest.mark.parametrize("value", [
    ROWS, {"rows": ROWS}, {"jobs": ROWS}, INFO, REPORT, {**REPORT, "schema": "otc.teardown/plan/1"}, planned(*ROWS),
    [{key: row[key] for key in row if key != "name"} for row in ROWS],
], ids=["rows", "result", "jobs", "jobs_info", "report", "plan", "real plan", "without names"])
@pytest.mark.parametrize("write", [json.dumps, yaml.safe_dump, lambda value: yaml.safe_dump(value, default_flow_style=True)], ids=["json", "yaml", "flow"])
def test_files(value: Any, write: Any) -> None:
    facts, errors = read_baseline(AnsibleText(write(value)), FILE)
    assert (facts and facts["jobs"], errors) == (JOBS, [])
    assert json.loads(json.dumps(facts)) == facts


@pytest.mark.parametrize(("text", "job"), [
    ("- {resource: modelarts_visualization_job, id: 0123, created_at: 2026-11-01T00:00:00Z}", [VIS, None, "0123", CREATED]),
    ("- {resource: modelarts_visualization_job, id: '7', created_at: null}", [VIS, None, "7", None]),
    ("- {resource: modelarts_visualization_job, id: 7}", [VIS, None, "7", None]),
    ("- {resource: modelarts_visualization_job, id: on, created_at: long ago}", [VIS, None, "on", None]),
    ('[{"resource": "modelarts_visualization_job", "id": 7, "created_at": "2026-11-01T01:00:00+01:00"}]', [VIS, None, "7", CREATED]),
])
def test_values_stay_as_they_are_written(text: str, job: list[Any]) -> None:
    facts, errors = read_baseline(text, FILE)
    assert (facts and facts["jobs"], errors) == ([job], [])


@pytest.mark.parametrize(("content", "words"), [
    (None, "is not a file that can be read; give a report or a plan of the role, or what otc.teardown.jobs_info returned, as JSON or YAML"),
    ("", "holds no rows of jobs"), ("null", "holds no rows of jobs"), ("{}", "holds no rows of jobs"), ("text", "holds no rows of jobs"),
    ("7", "holds no rows of jobs"), ('{"rows": {}}', "holds no rows of jobs"), ('{"jobs": null}', "holds no rows of jobs"),
    ("{a: [", "is neither JSON nor YAML"), ("\x00", "is neither JSON nor YAML"), ("!!python/object/apply:os.system [ls]", "is neither JSON nor YAML"),
    ("[" * 100_000, "is neither JSON nor YAML"), ("[]", "holds no row, so it would spare nothing"), (json.dumps({"jobs": []}), "holds no row"),
    (json.dumps({**REPORT, "schema": "otc.teardown/report/2"}), "has the schema 'otc.teardown/report/2', but this version of the collection reads"),
    (json.dumps({**INFO, "complete": False}), "is incomplete: a kind of jobs could not be read, so jobs that were there may be missing"),
    (json.dumps({**REPORT, "plan": {"complete": False}}), "is incomplete"),
    (json.dumps({**REPORT, "resources": [{"resource": VIS, "complete": False}]}), "is incomplete"), ("{jobs: [], complete: false}", "is incomplete"),
    *[(json.dumps({**REPORT, "mode": mode, "result": result, "rows": [], "not_in_plan": []}), "is the report of a run that was refused or failed")
      for mode in ("plan", "apply", "verify") for result in ("refused", "failed")],
    (json.dumps({**REPORT, "mode": "plan", "result": "failed"}), "is the report of a run that was refused or failed"),
    (json.dumps({**REPORT, "mode": "apply", "result": "ok", "rows": [], "not_in_plan": [], "resources": []}), "holds no row, so it would spare nothing"),
    ('["a"]', "has a row without a kind of job in resource (number 1)"),
    (json.dumps([*ROWS, {"id": "1"}]), "has a row without a kind of job in resource (number 5)"),
    (json.dumps([{"resource": "vm", "id": "1"}]), "has a row without a kind"), (json.dumps([{"resource": VIS}]), "has a row that names no job (number 1): "),
    (json.dumps([{"resource": VIS, "id": "../x"}]), "has a row that names no job (number 1): "), (json.dumps([{"resource": VIS, "id": True}]), "names no job"),
    (json.dumps([{"resource": TASK, "id": "t"}]), "has a row that names no job (number 1): "), (json.dumps([{"resource": [VIS], "id": "1"}]), "without a kind"),
    ("- &a [*a]", "has a row without a kind"),
], ids=lambda value: str(value)[:40])
def test_what_is_no_baseline_is_refused(content: str | None, words: str) -> None:
    for mode in ("plan", "apply", "verify"):
        [error] = begun(content, mode)["options"]["errors"]
        assert error.startswith(f"teardown_baseline: {FILE} ") and words in error, error


@pytest.mark.parametrize("content", [{**INFO, "jobs": []}, {**REPORT, "rows": [], "not_in_plan": []}, {**planned(), "complete": True}],
                         ids=["jobs_info", "report", "plan"])
def test_that_nothing_was_there_may_be_known(content: dict[str, Any]) -> None:
    run = decisions(content, predicted(1))
    assert [row["decision"] for row in run["plan"]["rows"]] == ["stop"]
    assert run["notices"]["unmatched"] == []


@pytest.mark.parametrize(("row", "words"), [
    (predicted(1), "protected, because it is in teardown_baseline"), (predicted(1, name="renamed"), "protected, because it is in teardown_baseline"),
    (predicted(1, created_at=None), "protected, because it is in teardown_baseline"),
    (predicted(1, created_at="2026-11-02T00:00:00Z"), f"teardown_baseline holds its ID, although with another time of creation ({CREATED})"),
    (predicted(2), None), (predicted(TASK_ID, resource=TASK), "it is in teardown_baseline"),
    ({**predicted(TASK_ID, resource=TASK), "service_id": "a1b2c3d4-0000-4000-8000-000000000002"}, None), (predicted("1", resource=DRS), None),
])
def test_jobs(row: dict[str, Any], words: str | None) -> None:
    [found] = decisions(ROWS, row)["plan"]["rows"]
    assert found["decision"] == ("protected" if words else "stop")
    assert (words or "matches the selection") in found["reason"]


def test_the_report_says_what_it_covers() -> None:
    run = decisions(ROWS, predicted(1), predicted(2))
    assert [guard["text"] for guard in run["guards"] if guard["guard"] == "teardown_baseline"] == [f"jobs in {FILE}: 4; found now and left alone: 1"]
    assert run["notices"]["unmatched"] == []
    assert decisions(ROWS, predicted(2))["notices"]["unmatched"] == [f"teardown_baseline: no job of {FILE} was found; is it the right file?"]


@pytest.mark.parametrize("mode", ["apply", "verify"])
def test_the_report_of_a_failed_stop_is_a_baseline(mode: str) -> None:
    facts, errors = read_baseline(json.dumps({**REPORT, "mode": mode, "result": "failed"}), FILE)
    assert (facts and facts["jobs"], errors) == (JOBS, [])


def test_a_run_that_read_nothing_leaves_no_baseline() -> None:
    """The reports that the role itself writes: refused before the login, and outside of the windows."""
    closed = {"windows": [{"timezone": "UTC", "from": "11:00", "to": "11:01"}], "outside_windows": "skip"}
    for later, more in ((NOW + 10**6, {}), (NOW, closed)):
        run = steps.begin({}, later, variables={**VARIABLES, "mode": "apply", **more}, content=json.dumps(planned(predicted(1))))
        run = steps.finish(run, later, caller={}, selected={}, looked_at={}, stopped={})
        assert run["refusals"] or run["outside"]
        facts, errors = read_baseline(json.dumps(run["report"]), FILE)
        assert facts is None and errors, run["report"]["headline"]


@pytest.mark.parametrize(("content", "words"), [
    ({**INFO, "by_resource": {VIS: {}, DRS: {}}}, None), (ROWS, None), (INFO, None), (REPORT, None),
    ({**INFO, "by_resource": {VIS: {}}}, f"was made without {DRS}, so it spares none of their jobs; make it with otc.teardown.jobs_info and all: true"),
    ({**REPORT, "selection": {"resources": [{"resource": VIS, "filters": {}}]}}, f"was made without {DRS}, so"),
    ({**planned(*ROWS), "selections": {VIS: {"filters": {"older_than": "1h"}}, DRS: {"filters": {}}}},
     f"was made with filters for {VIS}, so it spares only the jobs that matched them then; make it with otc.teardown.jobs_info and all: true"),
    ({**REPORT, "selection": {"resources": [{"resource": VIS, "filters": {"names": ["a"]}}, {"resource": DRS, "filters": {}}]}}, f"with filters for {VIS}, so"),
    ({**REPORT, "selection": "?"}, None), ({**INFO, "by_resource": []}, None), ({**REPORT, "selection": {"resources": ["?"]}}, None),
], ids=str)
def test_jobs_that_it_cannot_hold_are_a_warning(content: Any, words: str | None) -> None:
    run = decisions(content, predicted(1), resources=[VIS, DRS])
    assert [text for text in run["warnings"] if "teardown_baseline" in text] == [text for text in run["plan"]["warnings"] if "was made" in text]
    assert len(run["warnings"]) == bool(words) and (words or "") in "".join(run["warnings"])


@pytest.mark.parametrize("facts", [{**INFO, "caller": {**CALLER, "project": {"id": "f" * 32, "name": "other"}}},
                                   {**REPORT, "identity": {"project": {"id": "f" * 32}, "region": "eu-de"}}], ids=["jobs_info", "report"])
def test_a_baseline_of_another_project_is_refused_after_the_login(facts: dict[str, Any]) -> None:
    run = take(begun(json.dumps(facts)), NOW, "identify", caller=CALLER)
    assert run["refusals"] == [f"teardown_baseline: {FILE} is of project {'f' * 32}, but the login is for project {PROJECT['id']}; give the baseline of "
                               "this project, or leave it out"]
    assert take(run, NOW, "identify", caller=CALLER) == run


def test_a_baseline_of_another_region_is_refused() -> None:
    run = take(begun(json.dumps({**REPORT, "identity": {"region": "eu-nl"}})), NOW, "identify", caller=CALLER)
    assert "is of region eu-nl, but the login is for region eu-de" in run["refusals"][0]
    assert take(begun(json.dumps(ROWS)), NOW, "identify", caller=CALLER)["refusals"] == []


def test_it_protects_after_the_plan_and_protects_relatives() -> None:
    plan = planned(predicted(1), predicted(2))
    run = {**take(begun(json.dumps(ROWS), "apply"), NOW, "identify", caller=CALLER), "refusals": []}
    run = take({**kept(run, "selected", predicted(1), predicted(2)), "plan": plan}, NOW, "compare")
    assert [row["verdict"] for row in run["rows"]] == ["protected", "would_stop"]
    assert begun(json.dumps(ROWS))["selection"]["families"] is True
    child = [{"id": "b", "names": ["b"], "ended": False, "parents": []}, {"id": "a", "names": ["a"], "ended": False, "parents": ["b"]}]
    run = kept(take(begun(json.dumps(ROWS)), NOW, "identify", caller=CALLER), "selected", predicted("b", resource=DRS), families=child)
    [row] = take(take(run, NOW, "look"), NOW, "make_plan")["plan"]["rows"]
    assert (row["decision"], row["reason"]) == ("protected", "its child a (a) is protected, because it is in teardown_baseline")
