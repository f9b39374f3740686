# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What every kind of job must do, each by its description. All other tests run for one kind of each shape."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.otc.teardown.plugins.module_utils._model.resource import Dialect, Resource
from ansible_collections.otc.teardown.plugins.module_utils._modules.kinds import KINDS as RESOURCES
from tests.simulator import Simulator
from tests.simulator.quirks import QUIRKS
from tests.support.all_kinds import ALL_KINDS, every_kind
from tests.support.harness import Kind, outcomes, run

BY_PHASE = {"stoppable": "would_stop", "stopping": "already_stopping", "ended": "already_ended", "unknown": "failed"}
STOPS = ("stop", "batch_stop")
PARENTS = [kind for kind in ALL_KINDS if kind.parent]


def resource_of(kind: Kind) -> Resource:
    """Its description."""
    return RESOURCES[kind.module]


def dialect_of(kind: Kind) -> Dialect:
    """The dialect that its options choose, or else the first."""
    dialects = resource_of(kind).dialects
    return next((one for one in dialects if one.name == kind.options.get("drs_api")), dialects[0])


def listed(sim: Simulator, kind: Kind) -> list[dict[str, Any]]:
    """The requests for lists of these jobs, those of parents left out."""
    return [entry for entry in sim.journal(operation="list") if entry["resource"] == kind.module]


def strike(sim: Simulator, operation: str, **fault: Any) -> None:
    """A fault at one operation, or at all stops."""
    for one in STOPS if operation == "stop" else (operation,):
        sim.add_fault(operation=one, **fault)


def test_every_kind_has_its_tests() -> None:
    assert {kind.module for kind in ALL_KINDS} == set(RESOURCES)
    assert len({kind.label for kind in ALL_KINDS}) == len(ALL_KINDS)


@every_kind
def test_a_running_job_is_stopped_by_one_call_and_a_second_run_sends_nothing(kind: Kind) -> None:
    with kind.cloud({}, {"status": kind.completed}, {"name": "other"}) as sim:
        selection = {"filters": {"names": ["job-*"]}} if resource_of(kind).has_names else {"all": True, "exclude": {"ids": [kind.id(3)]}}
        predicted = kind.stop(sim, check_mode=True, **selection)
        assert sim.writes() == [] and predicted["changed"]
        result = kind.stop(sim, **selection)
        assert outcomes(result)[kind.id(1)] == "stopped", result.get("msg")
        assert {one: outcome.replace("would_stop", "stopped") for one, outcome in outcomes(predicted).items()} == outcomes(result)
        assert [entry["operation"] for entry in sim.writes()] == [kind.stop_operation()]
        assert (kind.accepted(sim, 1), kind.accepted(sim, 2), kind.accepted(sim, 3)) == (1, 0, 0)
        [row] = [row for row in result["jobs"] if row["id"] == kind.id(1)]
        assert (row["status_before"], row["changed"], row["error"]) == (kind.running, True, None)
        assert row["status_after"] in (kind.stopped, "GONE")
        again = kind.stop(sim, **selection)
        assert (again["changed"], again.get("failed", False), len(sim.writes())) == (False, False, 1), again.get("msg")


@every_kind
@pytest.mark.parametrize("selection", ["ids", "rows", "all"])
def test_the_ways_to_select(kind: Kind, selection: str) -> None:
    with kind.cloud({}, {}) as sim:
        rows = kind.info(sim, all=True)["jobs"]
        assert [row["id"] for row in rows] == [kind.id(1), kind.id(2)]
        chosen: dict[str, Any] = {"ids": {}, "rows": {"jobs": rows[:1]}, "all": {"all": True, "exclude": {"ids": [kind.id(2)]}}}[selection]
        result = kind.stop(sim, *([1] if selection == "ids" else []), **chosen)
        assert outcomes(result)[kind.id(1)] == "stopped", result.get("msg")
        assert (kind.accepted(sim, 1), kind.accepted(sim, 2)) == (1, 0)


@every_kind
def test_every_documented_status_is_treated_by_its_phase(kind: Kind) -> None:
    """Absent ones are missing; what leaves open whether it costs is unclear. Nothing unknown is ever stopped."""
    statuses = resource_of(kind).statuses
    names = [name for name in statuses.phases if name not in statuses.absent]
    with kind.cloud(*[{"status": name} for name in names], {"raw_status": kind.unknown}) as sim:
        result = kind.stop(sim, *range(1, len(names) + 2), check_mode=True, on_unclear="warn")
        found = outcomes(result)
        expected = {kind.id(n): "unclear" if name in statuses.unclear else BY_PHASE[statuses.phases[name]] for n, name in enumerate(names, start=1)}
        assert {one: found.get(one) for one in expected} == expected
        assert found[kind.id(len(names) + 1)] == "failed"


@pytest.mark.parametrize("kind", [kind for kind in ALL_KINDS if resource_of(kind).statuses.unclear], ids=lambda kind: kind.label)
@pytest.mark.parametrize("on_unclear", ["fail", "warn"])
def test_what_leaves_open_whether_it_costs_is_never_stopped(kind: Kind, on_unclear: str) -> None:
    status = sorted(resource_of(kind).statuses.unclear)[0]
    with kind.cloud({"status": status}, {}) as sim:
        result = kind.stop(sim, all=True, on_unclear=on_unclear)
        assert outcomes(result) == {kind.id(1): "unclear", kind.id(2): "stopped"}
        assert (result.get("failed", False), result["changed"], kind.accepted(sim, 1)) == (on_unclear == "fail", True, 0)
        said = result["msg"] if on_unclear == "fail" else " ".join(map(str, result["warnings"]))
        assert f"nobody documents whether it still costs anything in the status {status}" in said


@pytest.mark.parametrize("kind", [kind for kind in ALL_KINDS if kind.stopping], ids=lambda kind: kind.label)
def test_a_job_that_is_being_stopped_is_waited_for(kind: Kind) -> None:
    with kind.cloud({"status": kind.stopping}) as sim:
        result = kind.stop(sim, 1)
        assert (outcomes(result), result["changed"], sim.writes()) == ({kind.id(1): "ended"}, False, []), result.get("msg")


@every_kind
def test_a_job_that_does_not_exist_is_missing(kind: Kind) -> None:
    with kind.cloud({}) as sim:
        result = kind.stop(sim, 1, 7, on_missing="warn")
        assert outcomes(result) == {kind.id(1): "stopped", kind.id(7): "missing"}, result.get("msg")
        assert not result.get("failed") and any(kind.id(7) in str(text) for text in result["warnings"])
        assert kind.stop(sim, 7)["failed"]


ABSENCE = {
    "visualization": "visualization_missing", "processor": "processor_missing", "service": "service_task_missing",
    "training": "training_missing", "inference": "inference_service_missing", "drs-v5": "drs_v5_refusal", "drs-v3": "drs_missing_in_status",
    "notebook": "notebook_missing", "spark-batch": "dli_missing", "sql": "dli_missing", "dev-environment": "dev_environment_missing",
    "lite-server": "lite_server_missing", "training-version": "training_version_missing", "workflow-execution": "workflow_missing",
    "inference-v2": "inference_v2_missing", "intelligent": "intelligent_task_missing", "mrs": "mrs_missing", "dlf": "",
}
"""Kind -> the quirk that chooses among the documented answers about a job that does not exist; empty where there is one only."""

ANSWERS = [pytest.param(kind, ABSENCE[kind.label], answer, id=f"{kind.label}-{answer}") for kind in ALL_KINDS
           for answer in (QUIRKS[ABSENCE[kind.label]].choices if ABSENCE[kind.label] else ("documented",))]


@pytest.mark.parametrize(("kind", "quirk", "answer"), ANSWERS)
def test_a_job_is_absent_by_every_documented_answer_before_and_after_a_stop(kind: Kind, quirk: str, answer: Any) -> None:
    with kind.cloud({}, {"vanishes_after_stop": True}, quirks={quirk: answer} if quirk else {}) as sim:
        result = kind.stop(sim, 1, 2, 7, on_missing="warn")
        assert outcomes(result) == {kind.id(1): "stopped", kind.id(2): "stopped", kind.id(7): "missing"}, result.get("msg")
        assert [row["status_after"] for row in result["jobs"]][1:] == ["GONE", None]
        assert outcomes(kind.stop(sim, 2, on_missing="warn")) == {kind.id(2): "missing"}


@every_kind
def test_a_stop_that_is_refused_for_the_moment_is_sent_again(kind: Kind) -> None:
    with kind.cloud({"refuse_times": 1, "refuse_code": kind.refusal}) as sim:
        result = kind.stop(sim, 1)
        assert (outcomes(result), len(sim.writes()), kind.accepted(sim, 1)) == ({kind.id(1): "stopped"}, 2, 1), result.get("msg")


@every_kind
def test_a_job_that_ends_just_before_the_stop_has_ended_meanwhile(kind: Kind) -> None:
    with kind.cloud({"ends_before_stop": True}) as sim:
        result = kind.stop(sim, 1)
        assert (outcomes(result), result["changed"], kind.accepted(sim, 1)) == ({kind.id(1): "ended_meanwhile"}, False, 0), result.get("msg")


@every_kind
def test_a_stop_whose_answer_is_lost_is_seen_and_not_repeated(kind: Kind) -> None:
    with kind.cloud({}) as sim:
        strike(sim, "stop", drop_after=True, times=1)
        result = kind.stop(sim, 1)
        proven = kind.stopping is not None or kind.stopped not in resource_of(kind).statuses.by_itself
        assert outcomes(result) == {kind.id(1): "stopped" if proven else "ended_meanwhile"}, result.get("msg")
        assert kind.accepted(sim, 1) == 1 and len(sim.writes()) == 1


@every_kind
@pytest.mark.parametrize("operation", ["list", "stop"])
def test_a_throttled_request_is_repeated(kind: Kind, operation: str) -> None:
    with kind.cloud({}) as sim:
        strike(sim, operation, throttle="seconds", times=1)
        result = kind.stop(sim, all=True)
        assert (outcomes(result), kind.accepted(sim, 1)) == ({kind.id(1): "stopped"}, 1), result.get("msg")


@every_kind
@pytest.mark.parametrize("fault", [
    {"status": 403, "code": "ModelArts.0112"}, {"truncate": "document"}, {"wrong_types": "rows"}, {"wrong_types": "ids"},
    {"wrong_types": "total"}, {"total": 0}, {"total": 1000},
], ids=str)
def test_a_list_that_cannot_be_read_stops_nothing(kind: Kind, fault: dict[str, Any]) -> None:
    with kind.cloud({}) as sim:
        sim.add_fault(operation="list", resource=kind.module, **fault)
        result = kind.stop(sim, all=True)
        assert (result.get("failed"), result["changed"], result["complete"], sim.writes()) == (True, False, False, [])
        assert result["msg"].startswith("Failed to list "), result["msg"]


@every_kind
def test_300_jobs_are_listed_in_the_fewest_pages_and_not_at_all_if_one_is_broken(kind: Kind) -> None:
    listing = dialect_of(kind).listing
    passes = len(listing.passes.values) if listing.passes else 1
    with kind.cloud(*[{}] * 300) as sim:
        result = kind.info(sim, all=True)
        assert (result["count"], result["complete"]) == (300, True), result.get("msg")
        least = max(1, -(-300 // listing.pager.size))
        assert len(listed(sim, kind)) <= passes * least
        assert len(listed(sim, kind)) == passes - 1 + least
        assert result["api_calls"] == len(sim.journal())
        sim.add_fault(operation="list", resource=kind.module, page=least, truncate="document")
        broken = kind.stop(sim, all=True)
        assert (broken["failed"], broken["complete"], broken["jobs"], sim.writes()) == (True, False, [], []), broken["msg"]


@pytest.mark.parametrize("kind", PARENTS, ids=lambda kind: kind.label)
def test_all_parents_are_looked_below(kind: Kind) -> None:
    scenario = kind.scenario({})
    scenario[kind.jobs_key].append({"name": "second", kind.parent[2]: [{"id": kind.id(2)}]} if kind.parent else {})
    with Simulator(scenario) as sim:
        result = run(sim, kind.module, {**kind.options, "all": True, "wait_timeout": 600})
        assert outcomes(result) == {kind.id(1): "stopped", kind.id(2): "stopped"}, result.get("msg")
        assert [row["parent_name"] for row in result["jobs"]][1] == "second"


def families_of(kind: Kind) -> dict[str, Any]:
    """A scenario with the first job below a parent named prod-first, and the second below another one."""
    scenario = kind.scenario({})
    assert kind.parent
    scenario[kind.jobs_key][0]["name"] = "prod-first"
    scenario[kind.jobs_key].append({"name": "second", kind.parent[2]: [{"id": kind.id(2)}]})
    return scenario


@pytest.mark.parametrize("kind", PARENTS, ids=lambda kind: kind.label)
@pytest.mark.parametrize("selection", ["all", "ids", "rows", "old rows", "parent"])
def test_the_name_of_its_parent_spares_a_job(kind: Kind, selection: str) -> None:
    """However it is selected: where no list of the parents is needed to find the job, one is asked for its name."""
    assert kind.parent
    with Simulator(families_of(kind)) as sim:
        rows = run(sim, f"{kind.module}_info", {"all": True})["jobs"]
        above = {kind.parent[0]: kind.parent[1]}
        chosen: dict[str, Any] = {
            "all": {"all": True}, "ids": {**above, kind.ids_option: [kind.id(1)]}, "rows": {"jobs": rows}, "parent": {**above, "all": True},
            "old rows": {"jobs": [{**row, "parent_name": "renamed-since"} for row in rows]},
        }[selection]
        sim.clear_journal()
        options = {**kind.options, **chosen, "exclude": {"names": ["prod-*"]}, "wait_timeout": 600}
        result = run(sim, kind.module, options)
        other = {} if selection in ("ids", "parent") else {kind.id(2): "stopped"}
        assert outcomes(result) == {kind.id(1): "excluded", **other}, result.get("msg")
        assert (kind.accepted(sim, 1), result["unmatched"]) == (0, [])
        assert [row["id"] for row in run(sim, f"{kind.module}_info", {key: value for key, value in options.items() if key != "wait_timeout"})["jobs"]] \
            == list(other)


@pytest.mark.parametrize("kind", PARENTS, ids=lambda kind: kind.label)
def test_a_job_whose_parent_has_no_readable_name_is_not_stopped(kind: Kind) -> None:
    """Unless the job itself says the name of its parent, as the details of some do."""
    parent = resource_of(kind).parent
    assert parent
    with Simulator(families_of(kind)) as sim:
        run(sim, f"{kind.module}_info", {"all": True})
        for resource in {entry["resource"] for entry in sim.journal(operation="list")} - {kind.module}:
            sim.add_fault(operation="list", resource=resource, status=403, code="ModelArts.0112")
        result = kind.stop(sim, 1, exclude={"names": ["prod-*"]})
        told = kind.label in ("service", "training-version", "workflow-execution")
        assert (outcomes(result), sim.writes()) == ({kind.id(1): "excluded" if told else "failed"}, [])
        unnamed = f"the name of its {parent.noun} cannot be read, so exclude.names cannot be evaluated"
        assert (unnamed in result["msg"]) is not told
        assert outcomes(kind.stop(sim, 1, exclude={"ids": ["x"]})) == {kind.id(1): "stopped"}


def test_jobs_stops_every_kind_and_a_second_run_sends_nothing() -> None:
    """All kinds in one project, in one task."""
    kinds = list({kind.module: kind for kind in ALL_KINDS}.values())
    scenario: dict[str, Any] = {"stop_delay": 0.05}
    for kind in kinds:
        listed_jobs = kind.scenario({}, {"status": kind.completed})
        scenario.update({key: value for key, value in listed_jobs.items() if key != "stop_delay"})
    with Simulator(scenario) as sim:
        result = run(sim, "jobs", {"all": True, "wait_timeout": 600})
        ended = [kind.module for kind in kinds if not resource_of(kind).lists_statuses]
        assert result["summary"] == {"selected": len(kinds) + len(ended), "stopped": len(kinds), "already_ended": len(ended)}, result.get("msg")
        assert [row["resource"] for row in result["jobs"]] == [name for name in RESOURCES for _turn in ((1, 2) if name in ended else (1,))]
        assert all(facts["complete"] and not facts["not_offered"] for facts in result["by_resource"].values())
        stops = len(sim.writes())
        again = run(sim, "jobs", {"all": True})
        assert (again["changed"], again["complete"], len(sim.writes())) == (False, True, stops), again.get("msg")
