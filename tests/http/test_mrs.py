# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is special to the jobs of the MapReduce Service: codes that are bare numbers under HTTP 500, clusters, an offset from 1."""

from __future__ import annotations

from typing import Any

import pytest

from tests.simulator import Simulator
from tests.support.all_kinds import ALL_KINDS
from tests.support.harness import outcomes, run

MRS = next(kind for kind in ALL_KINDS if kind.module == "mrs_job")
CLUSTERS: list[dict[str, Any]] = [
    {"id": f"e955a7a3-d334-4943-a39a-{n:012d}", "name": f"cluster-{n}", "status": state, "jobs": [{"id": MRS.id(n)}]}
    for n, state in enumerate(("running", "terminated", "scaling-in"), start=1)
]


@pytest.mark.parametrize("code", ["0176", "0201"])
def test_a_missing_job_is_told_by_its_code_although_the_answer_is_a_500(code: str) -> None:
    with MRS.cloud({}, quirks={"mrs_missing": code}) as sim:
        assert outcomes(MRS.stop(sim, 1, 7, on_missing="ignore")) == {MRS.id(1): "stopped", MRS.id(7): "missing"}
        assert len(sim.journal(operation="read", ids=[MRS.id(7)])) == 1


def test_a_missing_cluster_is_no_cluster() -> None:
    with MRS.cloud({}) as sim:
        gone = {"cluster_id": "e955a7a3-d334-4943-a39a-000000000000"}
        assert outcomes(run(sim, "mrs_job", {**gone, "job_ids": MRS.id(1), "on_missing": "ignore"})) == {MRS.id(1): "missing"}
        assert run(sim, "mrs_job_info", {**gone, "all": True})["count"] == 0


def test_other_codes_under_500_are_failures_that_pass() -> None:
    with MRS.cloud({}) as sim:
        sim.add_fault(operation="list", resource="mrs_job", status=500, code="0166", times=1)
        assert outcomes(MRS.stop(sim, all=True)) == {MRS.id(1): "stopped"}


def test_a_refused_stop_says_so_in_the_words_of_the_service() -> None:
    with MRS.cloud({"refuse_times": 99}) as sim:
        result = MRS.stop(sim, 1, wait_timeout=5)
        assert (outcomes(result), result["jobs"][0]["error"]["code"]) == ({MRS.id(1): "failed"}, "0175")
        assert "Failed to terminate the job." in result["msg"]


def test_nothing_is_asked_below_terminated_clusters() -> None:
    with Simulator({"mrs_clusters": CLUSTERS, "stop_delay": 0.05}) as sim:
        result = run(sim, "mrs_job", {"all": True})
        assert outcomes(result) == {MRS.id(1): "stopped", MRS.id(3): "stopped"}, result.get("msg")
        assert [row["parent_name"] for row in result["jobs"]] == ["cluster-1", "cluster-3"]
        assert CLUSTERS[1]["id"] not in {entry["parent"] for entry in sim.journal(operation="list", resource="mrs_job")}
        named = run(sim, "mrs_job_info", {"cluster_id": CLUSTERS[1]["id"], "all": True})
        assert [row["id"] for row in named["jobs"]] == [MRS.id(2)]


@pytest.mark.parametrize(("state", "complete"), [
    ("starting", True), ("failed", True), ("terminating", True), ("frozen", True),
    ("running", False), ("abnormal", False), ("scaling-out", False), ("scaling-in", False),
])
def test_a_cluster_that_refuses_its_list_has_no_jobs_if_its_state_says_so(state: str, complete: bool) -> None:
    """And in a state in which jobs run, they are listed: a refusal there fails the task."""
    other = {**CLUSTERS[2], "status": state}
    with Simulator({"mrs_clusters": [CLUSTERS[0], other]}) as sim:
        assert run(sim, "mrs_job_info", {"all": True})["count"] == 2
    with Simulator({"mrs_clusters": [CLUSTERS[0], {**other, "fields": {"safeMode": 1}}], "stop_delay": 0.05}) as sim:
        result = run(sim, "mrs_job", {"all": True})
        assert (outcomes(result), result["complete"]) == ({MRS.id(1): "stopped"} if complete else {}, complete), result.get("msg")


def test_a_security_cluster_fails_the_list_and_not_the_others() -> None:
    closed = {**CLUSTERS[2], "fields": {"safeMode": 1}}
    with Simulator({"mrs_clusters": [CLUSTERS[0], closed], "stop_delay": 0.05}) as sim:
        result = run(sim, "mrs_job", {"all": True})
        assert result["failed"] and "12000064" in result["msg"] and sim.writes() == []
        assert outcomes(run(sim, "mrs_job", {"all": True, "cluster_id": CLUSTERS[0]["id"]})) == {MRS.id(1): "stopped"}


@pytest.mark.parametrize("unit", ["page", "record"])
@pytest.mark.parametrize("largest", [100, 10])
def test_the_offset_is_read_either_way(unit: str, largest: int) -> None:
    with MRS.cloud(*[{}] * 150, quirks={"mrs_offset": unit, "mrs_limit_max": largest}) as sim:
        result = MRS.info(sim, all=True)
        assert (result["count"], result["complete"]) == (150, True), result.get("msg")
        assert sim.journal(operation="list", resource="mrs_job")[-1]["query"]["limit"] == str(largest)


def test_a_new_job_is_read_as_the_page_prints_it() -> None:
    with MRS.cloud({"status": "NEW"}) as sim:
        [row] = MRS.info(sim, all=True)["jobs"]
        assert (row["status"], row["status_raw"], row["owner"]) == ("NEW", "New", "operator")
        assert outcomes(MRS.stop(sim, 1)) == {MRS.id(1): "stopped"}


def test_arguments_and_properties_are_never_returned() -> None:
    with MRS.cloud({}) as sim:
        for result in (MRS.info(sim, all=True), MRS.stop(sim, all=True)):
            assert "simulator-" not in str({key: value for key, value in result.items() if key != "invocation"})
