# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is special about executions of workflows: no status while they are stopped, the answer with the execution, workspaces."""

from __future__ import annotations

import pytest

from tests.simulator import Simulator
from tests.support.all_kinds import ALL_KINDS
from tests.support.harness import outcomes, run

KIND = next(kind for kind in ALL_KINDS if kind.label == "workflow-execution")


@pytest.mark.parametrize("status", [200, 201, 202])
def test_an_accepted_stop_is_one_call_with_one_action(status: int) -> None:
    with KIND.cloud({"status": "INIT", "stop_delay": 20}, quirks={"workflow_stop_status": status}) as sim:
        result = KIND.stop(sim, 1)
        assert outcomes(result) == {KIND.id(1): "stopped"}, result.get("msg")
        [sent] = sim.writes()
        assert (sent["body"], sent["path"].rpartition("/")[2]) == ({"action_name": "stop"}, "actions")


def test_an_answer_that_shows_an_end_by_itself_accepts_nothing() -> None:
    with KIND.cloud({"ends_before_stop": True}) as sim:
        sim.add_fault(operation="stop", status=200, body={"execution_id": KIND.id(1), "status": "completed"}, act=True)
        result = KIND.stop(sim, 1)
        assert (outcomes(result), result["changed"]) == ({KIND.id(1): "ended_meanwhile"}, False), result.get("msg")


@pytest.mark.parametrize("reading", ["400_code", "404"])
def test_executions_and_workflows_are_absent_by_both_answers(reading: str) -> None:
    with KIND.cloud({}, quirks={"workflow_missing": reading}) as sim:
        result = KIND.stop(sim, 1, 2, on_missing="warn")
        assert outcomes(result) == {KIND.id(1): "stopped", KIND.id(2): "missing"}, result.get("msg")
        gone = run(sim, KIND.module, {"workflow_id": "none", "execution_ids": [KIND.id(1)], "on_missing": "warn"})
        assert outcomes(gone) == {KIND.id(1): "missing"}, gone.get("msg")
        assert len(sim.writes()) == 1


def test_executions_are_listed_in_the_workspace_of_their_workflow() -> None:
    workflows = [{"id": "a", "executions": [{"id": "one"}]}, {"id": "b", "workspace_id": "w", "executions": [{"id": "two"}]}]
    with Simulator({"workflows": workflows, "stop_delay": 0.05}) as sim:
        found = run(sim, KIND.module, {"filters": {"workspace_id": "w"}}, check_mode=True)
        assert outcomes(found) == {"two": "would_stop"}
        lists = sim.journal(operation="list", resource=KIND.module)
        assert {(entry["parent"], entry["query"]["workspace_id"]) for entry in lists} == {("b", "w")}
        assert outcomes(run(sim, KIND.module, {"all": True})) == {"one": "stopped", "two": "stopped"}


def test_an_empty_answer_accepts_a_stop() -> None:
    """There is no status of being stopped: a stop in doubt would be sent again and again."""
    with KIND.cloud({"stop_delay": 20}) as sim:
        sim.add_fault(operation="stop", status=202, body={}, act=True)
        assert outcomes(KIND.stop(sim, 1)) == {KIND.id(1): "stopped"}
        assert len(sim.writes()) == 1


def test_smaller_pages_where_the_api_refuses_large_ones() -> None:
    with KIND.cloud(*[{}] * 25, quirks={"workflow_limit_max": 50}) as sim:
        result = KIND.info(sim, all=True)
        assert (result["count"], result["complete"]) == (25, True), result.get("msg")


def test_rows_name_the_workflow_and_nothing_of_its_parameters() -> None:
    secret = {"parameters": [{"name": "key", "value": "very-secret"}]}
    workflows = [{"id": "a", "name": "retrain", "executions": [{"id": "one", "name": "execution-001", "fields": secret}]}]
    with Simulator({"workflows": workflows}) as sim:
        result = run(sim, f"{KIND.module}_info", {"workflow_id": "a", "execution_ids": "one"})
        [row] = result["jobs"]
        assert (row["workflow_id"], row["parent_name"], row["name"], row["status_raw"]) == ("a", "retrain", "execution-001", "running")
        assert "very-secret" not in str(result)
