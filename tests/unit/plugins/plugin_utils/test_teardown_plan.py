# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plans: what they say of each job, and which of them are refused."""

from __future__ import annotations

import copy
import html
import json
from typing import Any

import pytest

from ansible_collections.otc.teardown.plugins.module_utils._modules.kinds import KINDS
from ansible_collections.otc.teardown.plugins.plugin_utils._report.html import html as report_html
from ansible_collections.otc.teardown.plugins.plugin_utils._teardown.plan import digest_of
from ansible_collections.otc.teardown.plugins.plugin_utils._words import WORDS
from tests.unit.plugins.plugin_utils.teardown_rows import (
    CALLER,
    DAY,
    DRS,
    NOW,
    TASK,
    VERSION,
    VIS,
    begun,
    kept,
    of_kind,
    planned,
    predicted,
    result,
    take,
)

PROTECT = [{"names": ["job-1"], "reason": "demo", "owner": "ml", "until": "2026-12-31"}]


def loaded(plan: Any, now: float = NOW, caller: dict[str, Any] = CALLER, **variables: Any) -> list[str]:
    """What a run of `apply` refuses about this plan."""
    text = plan if isinstance(plan, str) else json.dumps(plan)
    run = begun(mode="apply", **variables)
    run = take(run, now, "read_plan", content=text)
    if run["refusals"]:
        return run["refusals"]
    return take(take(run, now, "identify", caller=caller), now, "check_plan")["refusals"]


def resealed(plan: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """The plan with changes and a matching digest."""
    changed = {**plan, **changes}
    return {**changed, "digest": digest_of(changed)}


def test_the_report_of_a_plan_says_of_every_kind_what_was_read_and_what_goes_on_costing() -> None:
    kinds = list(KINDS)
    run = begun(resources=kinds, order=kinds)
    for kind in kinds:
        run = take(run, NOW, "keep", stage="selected", kinds=[kind], result=of_kind(kind, result()))
    run = take(take(take(run, NOW, "look"), NOW, "make_plan"), NOW, "report")
    text = html.unescape(report_html(run["report"]))
    assert [entry["resource"] for entry in run["report"]["resources"]] == kinds
    for kind, words in WORDS.items():
        assert f"its list shows: {words.reads}" in text
        assert words.costs is None or f"goes on costing after a stop: {words.costs}" in text, kind


@pytest.mark.parametrize(("outcome", "protect", "decision", "words"), [
    ("would_stop", [], "stop", "it is RUNNING and matches the selection"),
    ("would_stop", PROTECT, "protected", "protected until 2026-12-31 by teardown_protect[0] (names job-1: demo, by ml)"),
    ("already_ended", [], "none", "it has ended: COMPLETED"),
    ("already_ended", PROTECT, "none", "it has ended: COMPLETED"),
    ("already_stopping", [], "none", "it is being stopped already: KILLING"),
    ("excluded", [], "excluded", "teardown_exclude names it"),
    ("failed", [], "failed", "no idea"),
])
def test_decisions(outcome: str, protect: list[Any], decision: str, words: str) -> None:
    plan = planned(predicted(1, outcome, error={"message": "no idea"}), protect=protect)
    row = plan["rows"][0]
    assert (row["decision"], row["reason"], plan["counts"][decision]) == (decision, words, 1)


def test_a_plan_says_who_where_when_and_how_much() -> None:
    rows = [predicted(1), predicted(2, resource=DRS), predicted("x", resource=TASK), predicted("y", resource=VERSION)]
    plan = planned(*rows)
    assert plan["identity"] == {key: CALLER[key] for key in ("domain", "user", "project", "region")}
    assert (plan["created_at"], plan["valid_until"]) == ("2026-11-18T11:06:40Z", "2026-11-19T11:06:40Z")
    assert (plan["complete"], plan["errors"], plan["warnings"]) == (True, [], [])
    assert plan["counts"] == {"stop": 4, "none": 0, "protected": 0, "excluded": 0, "unclear": 0, "failed": 0}
    # Two requests for each kind; apply reads again, and each kind again, stops, and looks once.
    assert plan["requests"] == {"plan": 8, "apply": 8 + 4 * (2 * 2 + 1)}
    assert {key: plan["rows"][2][key] for key in ("resource", "id", "service_id")} == {
        "resource": TASK, "id": "x", "service_id": "a1b2c3d4-0000-4000-8000-000000000001",
    }
    assert plan["digest"] == digest_of(plan)


def test_a_kind_that_could_not_be_read_makes_the_plan_incomplete() -> None:
    run = kept(begun(), "selected", predicted(1))
    run = take(run, NOW, "keep", stage="selected", kinds=[DRS], result={}, error="page 2 failed")
    made = take(take(run, NOW, "look"), NOW, "make_plan")
    assert (made["plan"]["complete"], made["plan"]["errors"]) == (False, ["drs_job: page 2 failed"])
    assert made["problems"] == ["the plan is incomplete: drs_job: page 2 failed"]
    assert "incomplete (drs_job: page 2 failed)" in loaded(made["plan"])[0]
    assert loaded(made["plan"], allow_incomplete=True) == []


def test_a_job_that_cannot_be_judged_does_not_make_it_incomplete() -> None:
    assert planned(predicted(1, "failed"))["complete"]


PLAN = planned(predicted(1), predicted(2, "already_ended"))
NO_PLAN = "make a plan with teardown_mode: plan"


@pytest.mark.parametrize(("plan", "words"), [
    ("", "is empty"),
    (" \n", "is empty"),
    ("null", "is empty"),
    ("{", "is not JSON"),
    ("\udcff", "is not JSON"),
    ("[" * 100_000, "is not JSON"),
    ("[]", "holds no plan"),
    ("{}", "holds no plan"),
    ('"text"', "holds no plan"),
    ({**PLAN, "schema": "otc.teardown/plan/2"}, "has the schema 'otc.teardown/plan/2'"),
    ({key: value for key, value in PLAN.items() if key != "rows"}, "lacks rows"),
    ({**PLAN, "complete": "yes"}, "lacks complete"),
    (resealed(PLAN, identity={"project": "eu-de"}), "does not say for which project"),
    (resealed(PLAN, valid_until="tomorrow"), "does not say for which project and until when"),
    (resealed(PLAN, created_at="today"), "does not say for which project and until when"),
    (resealed(PLAN, rows=[{**PLAN["rows"][0], "id": "../x"}]), "rows[0]"),
    (resealed(PLAN, rows=[{**PLAN["rows"][0], "resource": "vm"}]), "rows[0]"),
    (resealed(PLAN, rows=[{**PLAN["rows"][0], "decision": "delete"}]), "rows[0]"),
    (resealed(PLAN, rows=[{**PLAN["rows"][0], "name": {"a": 1}}]), "rows[0]"),
    (resealed(PLAN, rows=["row"]), "rows[0]"),
], ids=str)
def test_what_is_no_plan_is_refused(plan: Any, words: str) -> None:
    refusals = loaded(plan)
    assert len(refusals) == 1
    assert refusals[0].startswith("teardown_plan_file: /x/plan.json ") and words in refusals[0] and NO_PLAN in refusals[0]


@pytest.mark.parametrize("path", [
    ("rows", 1, "decision"), ("rows", 0, "id"), ("identity", "project", "id"), ("valid_until",), ("complete",), ("counts", "stop"),
    ("selections", VIS, "all"),
])
def test_every_change_breaks_the_digest(path: tuple[Any, ...]) -> None:
    plan = copy.deepcopy(PLAN)
    inner: Any = plan
    for step in path[:-1]:
        inner = inner[step]
    changed = {True: False, False: True, PLAN["valid_until"]: "2099-01-01T00:00:00Z"}
    inner[path[-1]] = changed.get(inner[path[-1]], "stop")
    assert "was changed after it was made" in loaded(plan)[0]


@pytest.mark.parametrize(("caller", "later", "variables", "words"), [
    ({}, 0, {}, None),
    ({}, 0, {"confirm": PLAN["digest"]}, None),
    ({}, DAY, {}, None),
    ({}, DAY + 60, {}, "expired 1m ago"),
    ({}, -300, {}, None),
    ({}, -301, {}, "was made 5m1s from now (2026-11-18T11:06:40Z), so a clock is wrong"),
    ({}, -40 * DAY, {}, "was made 960h from now"),
    ({"project": {"id": "f" * 32, "name": "eu-de"}}, 0, {}, "is for project 0123456789abcdef0123456789abcdef in region eu-de"),
    ({"region": "eu-nl"}, 0, {}, "in region eu-nl"),
    ({}, 0, {"confirm": ""}, "teardown_confirm: '' is neither"),
    ({}, 0, {"confirm": "eu-de_prod"}, "teardown_confirm: 'eu-de_prod' is neither"),
    ({"project": {"id": CALLER["project"]["id"], "name": None}}, 0, {"confirm": ""}, "teardown_confirm"),
    ({}, 0, {"confirm": PLAN["digest"][:12]}, "is neither the project's name nor the plan's digest"),
])
def test_a_plan_is_for_one_project_and_one_day(
    caller: dict[str, Any], later: float, variables: dict[str, Any], words: str | None
) -> None:
    refusals = loaded(PLAN, NOW + later, {**CALLER, **caller}, **variables)
    assert (refusals == []) if words is None else (len(refusals) == 1 and words in refusals[0])


def test_everything_that_is_wrong_with_a_plan_is_said_at_once() -> None:
    plan = resealed(PLAN, complete=False, errors=["x"])
    refusals = loaded(plan, NOW + 2 * DAY, confirm="no")
    assert [text.split(":")[0] for text in refusals] == ["teardown_plan_file"] * 2 + ["teardown_confirm"]


@pytest.mark.parametrize(("names", "decision"), [(["billing-*"], "stop"), (["*"], "protected")])
def test_a_job_of_a_kind_without_names_is_protected_by_every_name_only(names: list[str], decision: str) -> None:
    plan = planned(predicted("s", resource="dli_sql_job", name=None), protect=[{"names": names, "reason": "r", "until": "2999-12-31"}])
    assert plan["rows"][0]["decision"] == decision
    unknown = planned(predicted(1, name=None), protect=[{"names": names, "reason": "r", "until": "2999-12-31"}])
    assert unknown["rows"][0]["decision"] == "protected", "a name that is not known may be any"
