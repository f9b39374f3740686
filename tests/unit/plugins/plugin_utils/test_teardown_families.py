# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A protected or excluded job spares its ancestors and descendants: in the plan, in apply and in verify."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.plugins.plugin_utils.teardown_rows import DRS, NOW, VIS, begun, of_kind, predicted, result, take
from tests.unit.plugins.plugin_utils.test_teardown_plan import loaded, resealed

Run = dict[str, Any]
BY_ID = [{"ids": ["x"], "reason": "demo", "until": "2026-12-31"}]
BY_NAME = [{"names": ["keep-*"], "reason": "demo", "until": "2026-12-31"}]
WHY = "protected until 2026-12-31 by teardown_protect[0] ("


def job(job_id: str, outcome: str = "would_stop", **more: Any) -> dict[str, Any]:
    """A row of a DRS job."""
    return predicted(job_id, outcome, resource=DRS, spared_by=None, **more)


def member(job_id: str, *parents: str, ended: bool = False, names: tuple[str, ...] = ("n",)) -> dict[str, Any]:
    """An entry of `families`."""
    return {"id": job_id, "names": list(names), "ended": ended, "parents": list(parents)}


def read(run: Run, families: Any, *rows: dict[str, Any], **more: Any) -> Run:
    """The run with these rows selected."""
    return take(run, NOW, "keep", stage="selected", kinds=[DRS], result=of_kind(DRS, result(*rows, families=families, **more)))


def planned(families: Any, *rows: dict[str, Any], **variables: Any) -> dict[str, Any]:
    """The plan for these rows."""
    run = read(begun(resources=[DRS], order=[DRS], **variables), families, *rows)
    return take(take(run, NOW, "look"), NOW, "make_plan")["plan"]


def compared(plan: dict[str, Any], families: Any, *rows: dict[str, Any], step: str = "compare", **variables: Any) -> Run:
    """A run of `apply` up to the moment before the first stop."""
    run = {**begun(mode="apply", resources=[DRS], order=[DRS], **variables), "plan": plan, "selections": plan["selections"]}
    return take(read(run, families, *rows), NOW, step)


FAMILIES = [
    # what is known of the family, what is protected -> why job a is, None if it is not
    ([member("x", "a")], BY_ID, f"its child x (n) is {WHY}"),
    ([member("a", "x")], BY_ID, f"its parent x is {WHY}"),
    ([member("b", "a"), member("x", "b")], BY_ID, f"its child x (n) is {WHY}"),
    ([member("x"), member("b", "x"), member("a", "b")], BY_ID, f"its parent x (n) is {WHY}"),
    ([member("c", "a", names=("keep-me",))], BY_NAME, f"its child c (keep-me) is {WHY}"),
    ([member("c", "a", names=("other", "keep-me"))], BY_NAME, f"its child c (other) is {WHY}"),
    ([member("c", "a", names=())], BY_NAME, f"its child c is {WHY}"),
    ([member("a", "p"), member("x", "p"), member("p")], BY_ID, None),
    ([member("x", "a", ended=True)], BY_ID, None),
    ([member("b", "a", ended=True), member("x", "b")], BY_ID, f"its child x (n) is {WHY}"),
    ([member("a", "x"), member("x", "a")], BY_ID, f"its parent x (n) is {WHY}"),
    ([member("c", "a")], BY_ID, None),
    ([], BY_ID, None),
    ([member("x", "a")], [{**BY_ID[0], "resource": DRS}], f"its child x (n) is {WHY}"),
    ([member("x", "a")], [{**BY_ID[0], "resource": VIS}], None),
    ([member("x", "a")], [{**BY_ID[0], "until": "2026-11-17"}], None),
    ([member("x", "a")], [], None),
]
families = pytest.mark.parametrize(("known", "protect", "why"), FAMILIES)


@families
def test_a_plan_spares_the_family(known: Any, protect: Any, why: str | None) -> None:
    row = planned(known, job("a"), protect=protect)["rows"][0]
    assert row["decision"] == ("protected" if why else "stop")
    assert row["reason"].startswith(why or "it is RUNNING")


@families
@pytest.mark.parametrize("then", ["unknown", "none", "the same"])
def test_apply_spares_the_family_as_it_is_now(known: Any, protect: Any, why: str | None, then: str) -> None:
    """The protection came after the plan, and so may have the child."""
    plan = planned({"unknown": None, "none": [], "the same": known}[then], job("a"))
    assert plan["counts"]["stop"] == 1
    run = compared(plan, known, job("a"), protect=protect)
    assert [row["id"] for row in run["to_stop"]] == ([] if why else ["a"])
    assert (run["rows"][0]["verdict"], run["refusals"]) == ("protected" if why else "would_stop", [])
    assert run["rows"][0]["reason"].startswith(why or "is as planned")


@families
def test_apply_spares_the_family_as_the_plan_saw_it(known: Any, protect: Any, why: str | None) -> None:
    run = compared(planned(known, job("a")), [], job("a"), protect=protect)
    assert [row["id"] for row in run["to_stop"]] == ([] if why else ["a"])


def test_a_relative_that_has_ended_since_the_plan_spares_no_more() -> None:
    plan = planned([member("x", "a")], job("a"))
    assert compared(plan, [member("x", "a", ended=True)], job("a"), protect=BY_ID)["to_stop"] != []
    assert compared(plan, [member("x", "a", ended=False)], job("a"), protect=BY_ID)["to_stop"] == []


@pytest.mark.parametrize("outcome", ["already_ended", "already_stopping", "excluded", "failed"])
def test_what_is_not_to_be_stopped_is_said_of_it_as_before(outcome: str) -> None:
    alone = planned([], job("a", outcome), protect=BY_ID)["rows"][0]
    assert planned([member("x", "a")], job("a", outcome), protect=BY_ID)["rows"][0] == alone


@pytest.mark.parametrize(("entry", "unknown"), [
    (BY_ID[0], True), ({**BY_ID[0], "resource": DRS}, True), ({**BY_ID[0], "resource": VIS}, False), ({**BY_ID[0], "until": "2026-11-17"}, False),
    (None, False),
])
def test_a_family_that_is_not_known_spares_where_something_is_protected(entry: Any, unknown: bool) -> None:
    protect = [entry] if entry else []
    row = planned(None, job("a"), protect=protect)["rows"][0]
    assert row["decision"] == ("failed" if unknown else "stop")
    run = compared(planned([], job("a")), None, job("a"), protect=protect)
    assert ([row["verdict"] for row in run["rows"]], len(run["to_stop"])) == ((["failed"], 0) if unknown else (["would_stop"], 1))
    assert not unknown or "teardown_protect cannot be evaluated" in row["reason"]
    assert not unknown or row["reason"] == run["rows"][0]["reason"]


def test_a_family_that_is_not_known_now_may_be_known_from_the_plan() -> None:
    plan = planned([member("x", "a")], job("a"))
    assert compared(plan, None, job("a"), protect=BY_ID)["rows"][0]["verdict"] == "protected"


def test_kinds_without_families_need_none() -> None:
    row = predicted("1")
    run = take(begun(protect=BY_ID), NOW, "keep", stage="selected", kinds=[VIS], result=of_kind(VIS, result(row)))
    assert take(take(run, NOW, "look"), NOW, "make_plan")["plan"]["counts"]["stop"] == 1


def test_an_excluded_relative_is_the_reason() -> None:
    row = planned([], {**job("a", "excluded"), "spared_by": "its child x (n) is excluded"})["rows"][0]
    assert (row["decision"], row["reason"]) == ("excluded", "its child x (n) is excluded")


@pytest.mark.parametrize(("now", "verdict", "reason"), [
    ({**job("a", "excluded"), "spared_by": "its child x (n) is excluded"}, "untouched", "its child x (n) is excluded"),
    (job("a", "excluded"), "untouched", "teardown_exclude names it now"),
    (job("a", "failed", phase="stoppable", error={"message": "no list shows it"}), "failed", "no list shows it"),
])
def test_what_is_excluded_only_now_is_not_stopped(now: Any, verdict: str, reason: str) -> None:
    run = compared(planned([], job("a", status="RUNNING")), [], {**now, "status": "RUNNING", "status_before": "RUNNING"})
    assert (run["to_stop"], run["rows"][0]["verdict"], run["rows"][0]["reason"]) == ([], verdict, reason)


def test_a_protected_relative_meets_its_entry() -> None:
    run = compared(planned([], job("a")), [member("x", "a")], job("a"), protect=BY_ID)
    assert run["notices"]["unmatched"] == []


def test_verify_does_not_blame_a_spared_job() -> None:
    plan = planned([], job("a"))
    run = compared(plan, [member("x", "a")], job("a"), step="verify", protect=BY_ID)
    assert [row["verdict"] for row in run["rows"]] == ["protected"]


@pytest.mark.parametrize(("given", "readable"), [
    ({DRS: [member("x", "a")]}, True), ({}, True), (5, False), ([], False), ({DRS: 5}, False), ({DRS: [5]}, False),
    ({DRS: [{"id": "x"}]}, False), ({DRS: [{**member("x"), "parents": 5}]}, False), ({DRS: [{**member("x"), "id": []}]}, False),
])
def test_a_plan_with_families_that_make_no_sense_is_refused(given: Any, readable: bool) -> None:
    refused = loaded(resealed(planned([], job("a")), families=given))
    assert (refused == []) == readable
    assert readable or "holds families that make no sense; make a plan" in refused[0]


def test_a_plan_of_before_there_were_families_is_carried_out() -> None:
    plan = planned([], job("a"))
    plan = {key: value for key, value in plan.items() if key != "families"}
    assert loaded(resealed(plan)) == []
    assert len(compared(plan, [], job("a"))["to_stop"]) == 1


def test_families_are_read_where_something_is_protected() -> None:
    selections = [begun(resources=[DRS, VIS], protect=protect)["selection"] for protect in (BY_ID, [])]
    assert [found["families"] for found in selections] == [True, False]
