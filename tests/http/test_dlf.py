# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is special to the jobs of DataArts Factory: names as ids, workspaces in a header, and no call to read one job."""

from __future__ import annotations

from typing import Any

import pytest

from tests.simulator import Simulator
from tests.support import teardown_driver
from tests.support.all_kinds import ALL_KINDS
from tests.support.harness import outcomes, run

DLF = next(kind for kind in ALL_KINDS if kind.module == "dlf_job")
OTHER = "b610c6b5d5f7417ba2a0c3dd2e1aa8f6"
# The same name in two workspaces is two jobs.
TWICE: dict[str, Any] = {"dlf_jobs": [{"id": "load"}, {"id": "load", "workspace_id": OTHER}, {"id": "more", "workspace_id": OTHER}], "stop_delay": 0.05}


def stopped(sim: Simulator) -> set[tuple[str | None, str]]:
    """(workspace, name) of the jobs that have ended."""
    return {(job["parent"], job["id"]) for job in sim.jobs("dlf_job") if job["phase"] == "ended"}


@pytest.mark.parametrize("keys", [False, True])
def test_a_workspace_is_named_to_lists_and_stops_alike(keys: bool) -> None:
    login = {"username": None, "password": None, "domain_name": None, "access_key": "SIMULATORAK000000001", "secret_key": "simulator-secret-key"}
    with Simulator(TWICE) as sim:
        result = run(sim, "dlf_job", {**(login if keys else {}), "filters": {"workspace_id": OTHER, "names": ["load"]}})
        assert outcomes(result) == {"load": "stopped"}, result.get("msg")
        assert result["jobs"][0]["workspace_id"] == OTHER
        assert stopped(sim) == {(OTHER, "load")}


def test_names_are_those_of_the_default_workspace() -> None:
    with Simulator(TWICE) as sim:
        result = run(sim, "dlf_job", {"job_names": ["load", "more"], "on_missing": "ignore"})
        assert outcomes(result) == {"load": "stopped", "more": "missing"}
        assert {row["workspace_id"] for row in result["jobs"]} == {None}
        assert stopped(sim) == {(None, "load")}


@pytest.mark.parametrize("fault", [{"status": 404, "body": {}}, {"status": 400, "code": "DLF.0201"}])
@pytest.mark.parametrize("times", [{}, {"after_stop": True}])
def test_a_list_that_fails_does_not_prove_that_a_workspace_is_gone(fault: dict[str, Any], times: dict[str, Any]) -> None:
    with Simulator({**TWICE, "stop_delay": 60}) as sim:
        sim.add_fault(operation="list", resource="dlf_job", **fault, **times)
        result = run(sim, "dlf_job", {"jobs": [{"id": "load", "workspace_id": OTHER}], "wait_timeout": 0.2, "on_missing": "ignore"})
        assert result["failed"] and set(outcomes(result).values()) <= {"failed", "timed_out"}, result["jobs"]
        assert result["changed"] is bool(times)


@pytest.mark.parametrize("module", ["dlf_job", "jobs"])
def test_rows_carry_their_workspace(module: str) -> None:
    with Simulator(TWICE) as sim:
        rows = run(sim, "dlf_job_info", {"filters": {"workspace_id": OTHER}})["jobs"]
        assert [(row["workspace_id"], row["id"]) for row in rows] == [(OTHER, "load"), (OTHER, "more")]
        result = run(sim, module, {"jobs": [*rows[:1], *run(sim, "dlf_job_info", {"all": True})["jobs"]]})
        assert [row["outcome"] for row in result["jobs"]] == ["stopped", "stopped"], result.get("msg")
        assert stopped(sim) == {(OTHER, "load"), (None, "load")}


def test_jobs_takes_the_workspace_among_the_filters_of_the_kind() -> None:
    with Simulator(TWICE) as sim:
        result = run(sim, "jobs", {"filters_by_resource": {"dlf_job": {"workspace_id": OTHER}}})
        assert (result["summary"], stopped(sim)) == ({"selected": 2, "stopped": 2}, {(OTHER, "load"), (OTHER, "more")})


@pytest.mark.parametrize(("options", "words"), [
    ({"filters": {"workspace_id": "nowhere"}}, "DLF.0819"),
    ({"filters": {"workspace_id": "a/b"}}, "filters.workspace_id: 'a/b': holds one of /"),
    ({"filters": {"workspace_id": "wörk"}}, "holds letters that no header can hold"),
    ({"jobs": [{"id": "load", "workspace_id": "a b"}]}, "jobs[0].workspace_id: 'a b': holds one of /"),
    ({"jobs": [{"id": "load", "workspace_id": True}]}, "jobs[0].workspace_id"),
    ({"job_names": ["lo/ad"]}, "job_names: 'lo/ad': holds one of /"),
    ({"job_names": ["lo+ad"]}, "is not an id of a dlf_job"),
    ({"job_names": ["x" * 129]}, "is longer than 128 characters"),
])
def test_what_cannot_be_meant_is_refused(options: dict[str, Any], words: str) -> None:
    with Simulator(TWICE) as sim:
        result = run(sim, "dlf_job", options)
        assert result["failed"] and words in result["msg"], result["msg"]
        assert sim.writes() == []


def test_batch_jobs_have_no_status_for_stopping_and_are_read_by_the_list() -> None:
    with DLF.cloud({"status": "SCHEDULING"}, {"status": "SCHEDULING"}) as sim:
        result = DLF.stop(sim, 1)
        assert (outcomes(result), result["jobs"][0]["status_before"]) == ({"job-1": "stopped"}, "SCHEDULING"), result.get("msg")
        assert sim.journal(operation="read") == []
        assert [DLF.accepted(sim, number) for number in (1, 2)] == [1, 0]


@pytest.mark.parametrize("kind_of_jobs", ["BATCH", "REAL_TIME"])
def test_job_types_select(kind_of_jobs: str) -> None:
    with DLF.cloud({"status": "SCHEDULING"}, {"status": "NORMAL"}) as sim:
        found = DLF.info(sim, filters={"job_types": [kind_of_jobs]})
        assert [row["id"] for row in found["jobs"]] == ["job-1" if kind_of_jobs == "BATCH" else "job-2"]
        assert [entry["query"]["jobType"] for entry in sim.journal(operation="list")] == [kind_of_jobs]


@pytest.mark.parametrize("unit", ["page", "record"])
def test_the_offset_is_read_either_way(unit: str) -> None:
    with DLF.cloud(*[{}] * 250, quirks={"dlf_offset": unit}) as sim:
        result = DLF.info(sim, all=True)
        assert (result["count"], result["complete"]) == (250, True), result.get("msg")


def test_a_paused_job_proves_nothing_about_a_stop_without_answer() -> None:
    with DLF.cloud({"status": "SCHEDULING", "status_changes": [[30, "PAUSED"]]}) as sim:
        sim.add_fault(operation="stop", drop_before=True)
        assert outcomes(DLF.stop(sim, 1)) == {"job-1": "ended_meanwhile"}
        assert DLF.accepted(sim, 1) == 0


@pytest.mark.parametrize("workspace", [None, OTHER])
def test_a_plan_and_what_follows_stay_in_the_workspace(workspace: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(teardown_driver, "KINDS", ("dlf_job",))
    filters = {"names": ["load"], **({"workspace_id": workspace} if workspace else {})}
    canary = [{"resource": "dlf_job", "id": "more", "workspace_id": OTHER}]
    variables = {"resources": ["dlf_job"], "order": ["dlf_job"], "all": False, "filters": filters, "canary": canary}
    with Simulator(TWICE) as sim:
        driver = teardown_driver.Driver(sim)
        plan = driver.plan(**variables)["plan"]
        assert [(job["workspace_id"], job["id"]) for job in plan["rows"]] == [(workspace, "load")]
        known = driver.apply(plan, **variables)
        assert known["refusals"] == [] and stopped(sim) == {(workspace, "load")}
        [row] = known["report"]["rows"]
        assert (row["verdict"], row["workspace_id"]) == ("stopped", workspace)
        verified = driver.verify(plan, **variables)
        assert [row["verdict"] for row in verified["report"]["rows"]] == ["ended"]
