# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tags and owners select and spare jobs, for the kinds whose API tells them, and are refused for the others."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.otc.teardown.plugins.module_utils._modules.kinds import KINDS as RESOURCES
from tests.simulator import Simulator
from tests.support.all_kinds import ALL_KINDS
from tests.support.harness import Kind, outcomes, run

TAGGED = [kind for kind in ALL_KINDS if RESOURCES[kind.module].tells_tags]
OWN = [kind for kind in TAGGED if not kind.parent]
DRS = [kind for kind in TAGGED if kind.module == "drs_job"]
UNREAD = "tags cannot be read, so {}.tags cannot be evaluated"

own = pytest.mark.parametrize("kind", OWN, ids=lambda kind: kind.label)
drs = pytest.mark.parametrize("kind", DRS, ids=lambda kind: kind.label)
ways = pytest.mark.parametrize("selection", ["all", "ids"])


def tagged(kind: Kind, **more: Any) -> Simulator:
    """Jobs with the tags team=data and stage=prod, team=ml, and without tags."""
    return kind.cloud({"tags": {"team": "data", "stage": "prod"}}, {"tags": {"team": "ml"}}, {}, **more)


def stop(sim: Simulator, kind: Kind, selection: str = "all", **options: Any) -> dict[str, Any]:
    """The result for all three jobs."""
    chosen: dict[str, Any] = {"all": {"all": True}, "ids": {kind.ids_option: [kind.id(1), kind.id(2), kind.id(3)]}}.get(selection, {})
    return run(sim, kind.module, {**kind.options, "wait_timeout": 600, **chosen, **options})


def test_kinds_with_tags() -> None:
    wanted = {"drs_job", "modelarts_notebook", "modelarts_inference_service", "dli_sql_job", "mrs_job"}
    assert {kind.module for kind in TAGGED} == wanted


@own
@pytest.mark.parametrize(("tags", "numbers"), [
    ({"team": "data"}, [1]), ({"team": ["ml", "da*"]}, [1, 2]), ({"team": "*", "stage": "prod"}, [1]), ({"team": "DATA"}, []), ({"Team": "data"}, []),
])
def test_tags_select(kind: Kind, tags: dict[str, Any], numbers: list[int]) -> None:
    with tagged(kind) as sim:
        result = stop(sim, kind, "none", filters={"tags": tags})
        assert outcomes(result) == {kind.id(number): "stopped" for number in numbers}, result.get("msg")
        assert result["complete"]
        for row in result["jobs"]:
            assert row["tags"] == ({"team": "data", "stage": "prod"} if row["id"] == kind.id(1) else {"team": "ml"})


@own
@ways
@pytest.mark.parametrize(("tags", "numbers"), [({"team": "data"}, [1]), ({"team": "data, ml"}, [1, 2]), ({"team": "*", "stage": "p*"}, [1])])
def test_tags_spare(kind: Kind, selection: str, tags: dict[str, Any], numbers: list[int]) -> None:
    with tagged(kind) as sim:
        result = stop(sim, kind, selection, exclude={"tags": tags})
        assert outcomes(result) == {kind.id(number): "excluded" if number in numbers else "stopped" for number in (1, 2, 3)}, result.get("msg")
        assert [kind.accepted(sim, number) for number in numbers] == [0] * len(numbers)
        assert result["unmatched"] == []


@own
def test_an_exclusion_by_tags_that_matches_nothing_is_named(kind: Kind) -> None:
    with tagged(kind) as sim:
        assert stop(sim, kind, exclude={"tags": {"team": "date"}})["unmatched"] == ["exclude.tags: {'team': ['date']} matches no job"]


@own
@pytest.mark.parametrize("option", ["filters", "exclude"])
def test_a_job_whose_tags_are_not_told_is_not_stopped(kind: Kind, option: str) -> None:
    """The documents of DLI say that a job without tags may lack the field; for all others it means that nothing is known."""
    may_lack = any(dialect.fields.tags_may_lack for dialect in RESOURCES[kind.module].dialects)
    with tagged(kind, quirks={"tags": "absent"}) as sim:
        chosen: dict[str, Any] = {"filters": {"tags": {"team": "data"}}} if option == "filters" else {"all": True, "exclude": {"tags": {"team": "data"}}}
        result = stop(sim, kind, "none", **chosen)
        if may_lack:
            assert outcomes(result) == ({} if option == "filters" else {kind.id(number): "stopped" for number in (1, 2, 3)})
        else:
            assert outcomes(result) == {kind.id(number): "failed" for number in (1, 2, 3)}
            assert sim.writes() == []
            assert UNREAD.format(option) in result["msg"]


@own
@pytest.mark.parametrize("raw", ["=", 7, [7], [{"value": "data"}], [{"key": "team", "value": ["data"]}]], ids=str)
def test_tags_in_an_unknown_form_are_not_known(kind: Kind, raw: Any) -> None:
    with kind.cloud({"fields": {"tags": raw}}) as sim:
        result = run(sim, kind.module, {**kind.options, "all": True, "exclude": {"tags": {"team": "data"}}})
        assert (outcomes(result), sim.writes()) == ({kind.id(1): "failed"}, []), result["msg"]


@drs
@pytest.mark.parametrize("option", ["filters", "exclude"])
def test_tags_that_only_a_refused_read_would_tell(kind: Kind, option: str) -> None:
    with tagged(kind) as sim:
        sim.add_fault(operation="read", status=403, code="DRS.M00403")
        sim.add_fault(operation="batch_detail", status=403, code="DRS.M00403")
        chosen: dict[str, Any] = {"filters": {"tags": {"team": "data"}}} if option == "filters" else {"all": True, "exclude": {"tags": {"team": "data"}}}
        result = stop(sim, kind, "none", **chosen)
        assert (result["failed"], sim.writes()) == (True, [])


@drs
def test_tags_are_read_only_if_they_matter(kind: Kind) -> None:
    with tagged(kind) as sim:
        plain = run(sim, "drs_job_info", {**kind.options, "all": True})
        read = run(sim, "drs_job_info", {**kind.options, "all": True, "tags": True})
        assert [row["tags"] for row in plain["jobs"]] == [None, None, None]
        assert [row["tags"] for row in read["jobs"]] == [{"team": "data", "stage": "prod"}, {"team": "ml"}, {}]
        assert read["api_calls"] - plain["api_calls"] == (3 if kind.options["drs_api"] == "v5" else 1)


@drs
@pytest.mark.parametrize("protected", ["parent", "child"])
def test_the_tags_of_a_relative_spare_a_job(kind: Kind, protected: str) -> None:
    tags = {"tags": {"keep": "yes"}}
    child = {"id": kind.id(2), "name": "child", **(tags if protected == "child" else {})}
    eldest = {"children": [child], **(tags if protected == "parent" else {})}
    with kind.cloud(eldest) as sim:
        other = kind.id(1 if protected == "child" else 2)
        result = run(sim, kind.module, {**kind.options, kind.ids_option: [other], "exclude": {"tags": {"keep": "*"}}})
        assert (outcomes(result), sim.writes()) == ({other: "excluded"}, []), result.get("msg")


@pytest.mark.parametrize("selection", ["all", "ids"])
@pytest.mark.parametrize(("text", "outcome"), [
    ("team=data,stage=prod", "excluded"), ("team=ml", "stopped"), ("", "stopped"), (None, "failed"), ("=", "failed"),
])
def test_the_tags_of_a_cluster_are_those_of_its_jobs(selection: str, text: str | None, outcome: str) -> None:
    [kind] = [kind for kind in TAGGED if kind.module == "mrs_job"]
    scenario = kind.scenario({})
    if text is not None:
        scenario[kind.jobs_key][0]["fields"] = {"tags": text}
    with Simulator(scenario) as sim:
        chosen = {"all": True} if selection == "all" else kind.args(1)
        result = run(sim, kind.module, {**kind.options, **chosen, "exclude": {"tags": {"team": "data"}}, "wait_timeout": 600})
        assert outcomes(result) == {kind.id(1): outcome}, result.get("msg")


@pytest.mark.parametrize(("option", "key", "value"), [
    ("filters", "tags", {"team": "data"}), ("exclude", "tags", {"team": "data"}), ("exclude", "owners", ["anna"]),
])
def test_kinds_without_the_field_are_refused_before_anything_is_sent(option: str, key: str, value: Any) -> None:
    """What spares must not silently spare nothing."""
    [kind] = [kind for kind in ALL_KINDS if kind.module == "modelarts_visualization_job"]
    with kind.cloud({}) as sim:
        chosen = {"filters": {key: value}} if option == "filters" else {"all": True, "exclude": {key: value}}
        message = run(sim, kind.module, chosen)["msg"]
        assert message.startswith(f"{option}.{key}: {value!r}: cannot be evaluated for modelarts_visualization_job")
        both = run(sim, "jobs", {**chosen, "resources": ["modelarts_visualization_job", "modelarts_notebook", "dli_spark_batch"]})["msg"]
        lacking = "modelarts_visualization_job, dli_spark_batch" if key == "tags" else "modelarts_visualization_job"
        assert f"{option}.{key}: {value!r}: cannot be evaluated for {lacking}" in both
        assert "modelarts_notebook" in both.partition(lacking)[2]
        assert sim.journal() == []


def test_owners_spare() -> None:
    [kind] = [kind for kind in ALL_KINDS if kind.module == "modelarts_training_job" and kind.label == "training"]
    with kind.cloud({}) as sim:
        [row] = run(sim, f"{kind.module}_info", {"all": True})["jobs"]
        assert row["owner"]
        result = run(sim, kind.module, {"all": True, "exclude": {"owners": [f"{row['owner'][:2]}*"]}})
        assert (outcomes(result), sim.writes()) == ({kind.id(1): "excluded"}, []), result.get("msg")
        result = run(sim, kind.module, {"all": True, "exclude": {"owners": ["someone"]}, "wait_timeout": 600})
        assert (outcomes(result), result["unmatched"]) == ({kind.id(1): "stopped"}, ["exclude.owners: 'someone' matches no job"])


@pytest.mark.parametrize("option", ["filters", "exclude"])
@pytest.mark.parametrize(("tags", "words"), [
    ("team", "tags"), ({"team": None}, ".tags.team"), ({"team": ""}, ".tags.team"), ({"team": []}, ".tags.team"), ({"team": [1]}, ".tags.team"),
    ({"": "data"}, "is not the key of a tag"), ({"team": {"a": "b"}}, ".tags.team"),
])
def test_tags_that_are_no_tags_are_refused(option: str, tags: Any, words: str) -> None:
    [kind] = [kind for kind in ALL_KINDS if kind.module == "modelarts_notebook"][:1]
    with kind.cloud({}) as sim:
        chosen = {"filters": {"tags": tags}} if option == "filters" else {"all": True, "exclude": {"tags": tags}}
        result = run(sim, kind.module, chosen)
        assert result["failed"] and words in result["msg"], result["msg"]
        assert sim.journal() == []
