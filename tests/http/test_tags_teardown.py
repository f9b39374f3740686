# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tags, owners and a baseline in the role `teardown`: what they spare at plan and at apply, and what is read for them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.http.test_tags import DRS, OWN, own, tagged
from tests.support.all_kinds import ALL_KINDS
from tests.support.harness import Kind, run
from tests.support.teardown_driver import Driver, Known

drs = pytest.mark.parametrize("kind", DRS, ids=lambda kind: kind.label)
KEPT = {"tags": {"keep-until": "2999-12-31"}}


def of(kind: Kind, **more: Any) -> dict[str, Any]:
    """Variables of the role for this kind."""
    given = {key: value for key, value in kind.options.items() if key == "drs_api"}
    return {"resources": [kind.module], "order": [kind.module], **given, **more}


def verdicts(known: Known) -> dict[str, str]:
    """Id -> verdict."""
    return {row["id"]: row["verdict"] for row in known["report"]["rows"]}


def stopped(kind: Kind, sim: Any) -> list[int]:
    """The numbers of the jobs whose stop was accepted."""
    return [number for number in (1, 2, 3) if kind.accepted(sim, number)]


@own
@pytest.mark.parametrize("variables", [
    {"exclude": {"tags": {"team": ["data"]}}}, {"protect": [{"tags": {"team": "dat?", "stage": "prod"}, "reason": "r"}]},
], ids=["exclude", "protect"])
def test_tags_spare_from_plan_to_verify(kind: Kind, variables: dict[str, Any]) -> None:
    with tagged(kind) as sim:
        planned = Driver(sim).plan(**of(kind, **variables))
        word = "untouched" if "exclude" in variables else "protected"
        assert verdicts(planned) == {kind.id(1): word, kind.id(2): "would_stop", kind.id(3): "would_stop"}
        assert planned["warnings"] == [] and planned["notices"]["unmatched"] == []
        by_id = {row["id"]: row["tags"] for row in planned["report"]["rows"]}
        assert by_id[kind.id(1)] == {"team": "data", "stage": "prod"}
        applied = Driver(sim).apply(planned["plan"], **of(kind, **variables))
        assert (applied["report"]["result"], stopped(kind, sim)) == ("changed", [2, 3])
        verified = Driver(sim).verify(planned["plan"], **of(kind, **variables))
        assert (verified["report"]["result"], verdicts(verified)[kind.id(1)]) == ("ok", word)


@own
def test_a_keep_tag_is_read_again_at_apply(kind: Kind) -> None:
    keep = of(kind, keep_tag="keep-until")
    with kind.cloud(KEPT, {"tags": {"keep-until": "2020-01-01"}}, {}) as sim:
        planned = Driver(sim).plan(**keep)
        assert verdicts(planned) == {kind.id(1): "protected", kind.id(2): "would_stop", kind.id(3): "would_stop"}
        sim.change(kind.module, id=kind.id(2), tags={"keep-until": "soon"})
        applied = Driver(sim).apply(planned["plan"], **keep)
        assert (verdicts(applied)[kind.id(2)], stopped(kind, sim)) == ("protected", [3])
        assert [text for text in applied["notices"]["unreadable"] if "'soon'" in text]


@own
def test_tags_that_are_not_told_protect(kind: Kind) -> None:
    with tagged(kind, quirks={"tags": "absent"}) as sim:
        planned = Driver(sim).plan(**of(kind, keep_tag="keep-until"))
        may_lack = kind.module == "dli_sql_job"
        assert set(verdicts(planned).values()) == {"would_stop" if may_lack else "protected"}
        assert may_lack or all("its tags cannot be read" in row["reason"] for row in planned["report"]["rows"])


@drs
def test_tags_cost_requests_only_if_they_matter(kind: Kind) -> None:
    with tagged(kind) as sim:
        plain = Driver(sim).plan(**of(kind))
        protected = Driver(sim).plan(**of(kind, protect=[{"names": "x", "reason": "r"}]))
        kept = Driver(sim).plan(**of(kind, keep_tag="keep-until"))
        priced = Driver(sim).plan(**of(kind, prices=[{"resource": kind.module, "tags": {"team": "ml"}, "price": 2, "currency": "EUR"}]))
        figures = [one["report"]["api_calls"] for one in (plain, protected, kept, priced)]
        assert figures[0] == figures[1] < figures[2] == figures[3]
        assert priced["report"]["costs"]["stopped"] == {"jobs": 3, "unpriced": 2, "per_hour": 2}


@drs
@pytest.mark.parametrize("protected", [1, 2])
def test_a_kept_relative_spares_a_job(kind: Kind, protected: int) -> None:
    child = {"id": kind.id(2), "name": "child", **(KEPT if protected == 2 else {})}
    with kind.cloud({"children": [child], **(KEPT if protected == 1 else {})}) as sim:
        given = of(kind, keep_tag="keep-until")
        planned = Driver(sim).plan(**given)
        assert set(verdicts(planned).values()) == {"protected"}
        applied = Driver(sim).apply(planned["plan"], **given)
        assert (applied["report"]["result"], sim.stops()) == ("ok", [])


@pytest.mark.parametrize("kind", [kind for kind in ALL_KINDS if kind in OWN or kind.parent], ids=lambda kind: kind.label)
@pytest.mark.parametrize("source", ["jobs_info", "report"])
def test_jobs_of_a_baseline_are_never_stopped(kind: Kind, source: str) -> None:
    with kind.cloud({}) as sim:
        before = run(sim, "jobs_info", {"resources": [kind.module], "all": True, "caller": True})
        if source == "report":
            before = Driver(sim).plan(**of(kind))["report"]
        assert before.get("complete", True)
    with kind.cloud({}, {}) as sim:
        given = of(kind, baseline="before.json", content=json.dumps(before))
        planned = Driver(sim).plan(**given)
        assert verdicts(planned) == {kind.id(1): "protected", kind.id(2): "would_stop"}
        applied = Driver(sim).apply(Driver(sim).plan(**of(kind))["plan"], **given)
        assert (verdicts(applied)[kind.id(1)], stopped(kind, sim)) == ("protected", [2])


def test_a_baseline_of_another_project_refuses_before_the_first_stop() -> None:
    kind = OWN[0]
    with kind.cloud({}) as sim:
        before = run(sim, "jobs_info", {"resources": [kind.module], "all": True, "caller": True})
        before["caller"]["project"]["id"] = "f" * 32
        plan = Driver(sim).plan(**of(kind))["plan"]
        given = of(kind, baseline="before.json", content=json.dumps(before))
        for known in (Driver(sim).plan(**given), Driver(sim).apply(plan, **given), Driver(sim).verify(plan, **given)):
            assert (known["report"]["result"], sim.stops()) == ("refused", [])
            assert known["failures"][0].startswith(f"teardown_baseline: before.json is of project {'f' * 32}, but the login is for project ")


def test_people_who_have_left() -> None:
    [kind] = [kind for kind in ALL_KINDS if kind.label == "notebook"]
    with kind.cloud({}) as sim:
        [row] = run(sim, f"{kind.module}_info", {**kind.options, "all": True})["jobs"]
        gone = {"all": False, "filters": {"owners": [row["owner"]]}}
        assert verdicts(Driver(sim).plan(**of(kind, **gone))) == {kind.id(1): "would_stop"}
        assert verdicts(Driver(sim).plan(**of(kind, **{**gone, "filters": {"owners": ["nobody"]}}))) == {}
        spared = Driver(sim).plan(**of(kind, exclude={"owners": [row["owner"]]}))
        assert verdicts(spared) == {kind.id(1): "untouched"}


def test_exclusions_that_match_nothing_are_named() -> None:
    [kind] = [kind for kind in ALL_KINDS if kind.label == "notebook"]
    with tagged(kind) as sim:
        planned = Driver(sim).plan(**of(kind, exclude={"tags": {"team": "date"}, "owners": ["nobody"]}))
        assert planned["notices"]["unmatched"] == [
            "teardown_exclude.owners: 'nobody' matches no job", "teardown_exclude.tags: {'team': ['date']} matches no job",
        ]
