# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Intelligent tasks of datasets: what is special about them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.simulator import Simulator
from tests.support.all_kinds import ALL_KINDS
from tests.support.harness import outcomes, run

[KIND] = [kind for kind in ALL_KINDS if kind.label == "intelligent"]
NOWHERE = {"task_ids": ["task000000000000001"], "dataset_id": "nosuchdataset000001", "on_missing": "warn"}


def typed(number: int) -> dict[str, Any]:
    """A task of this type."""
    return {"fields": {"type": number}}


def test_all_three_types_are_listed_and_stopped() -> None:
    with KIND.cloud(typed(0), typed(1), typed(2)) as sim:
        assert outcomes(KIND.stop(sim, all=True)) == {KIND.id(n): "stopped" for n in (1, 2, 3)}
        wanted = [entry["query"].get("type") for entry in sim.journal(operation="list", resource=KIND.module)]
        assert set(wanted) == {"auto-label", "pre-label", "auto-grouping"}


def test_one_type_is_selected() -> None:
    with KIND.cloud(typed(0), typed(1), typed(2)) as sim:
        assert outcomes(KIND.stop(sim, filters={"job_types": ["auto-grouping"]})) == {KIND.id(3): "stopped"}


def test_a_task_is_read_from_the_lists_only() -> None:
    with KIND.cloud(typed(2)) as sim:
        assert outcomes(KIND.stop(sim, 1)) == {KIND.id(1): "stopped"}
        assert sim.journal(operation="read") == []


def test_the_datasets_of_both_versions_and_of_the_workspace_are_looked_below() -> None:
    datasets = [
        {"name": "old", "tasks": [{"id": "task000000000000001"}]},
        {"name": "new", "fields": {"dataset_version": "v2"}, "tasks": [{"id": "task000000000000002"}]},
        {"name": "elsewhere", "workspace_id": "w1", "tasks": [{"id": "task000000000000003"}]},
    ]
    with Simulator({"stop_delay": 0.05, "datasets": datasets}) as sim:
        rows = run(sim, f"{KIND.module}_info", {"all": True})["jobs"]
        assert [row["parent_name"] for row in rows] == ["old", "new"]
        elsewhere = run(sim, f"{KIND.module}_info", {"filters": {"workspace_id": "w1"}})["jobs"]
        assert [row["parent_name"] for row in elsewhere] == ["elsewhere"]


@pytest.mark.parametrize("reading", ["4338", "4352", "4301", "404"])
def test_a_dataset_that_does_not_exist_has_no_tasks(reading: str) -> None:
    with KIND.cloud({}, quirks={"dataset_missing": reading}) as sim:
        assert outcomes(run(sim, KIND.module, NOWHERE)) == {"task000000000000001": "missing"}


@pytest.mark.parametrize("reading", ["4612", "4631", "4636", "4700", "404"])
def test_a_task_that_vanishes_before_its_stop_has_ended_meanwhile(reading: str) -> None:
    with KIND.cloud({}, quirks={"intelligent_task_missing": reading, "list_lag": 5}) as sim:
        sim.change(resource=KIND.module, id=KIND.id(1), remove=True)
        result = KIND.stop(sim, 1)
        assert (outcomes(result), result["changed"]) == ({KIND.id(1): "ended_meanwhile"}, False) and sim.writes(), result.get("msg")
        assert outcomes(KIND.stop(sim, 1, on_missing="warn")) == {KIND.id(1): "missing"}


@pytest.mark.parametrize("code", ["ModelArts.4630", "ModelArts.4713", "ModelArts.4804"])
def test_a_401_that_is_about_permissions_is_no_reason_to_log_in_again(code: str) -> None:
    with KIND.cloud({"refuse_times": 9, "refuse_code": code, "refuse_status": 401}) as sim:
        result = KIND.stop(sim, 1)
        assert (outcomes(result), len(sim.writes()), len(sim.journal(operation="login"))) == ({KIND.id(1): "failed"}, 1, 1)
        assert result["jobs"][0]["error"]["code"] == code


def test_a_501_with_a_code_is_a_refusal_and_no_doubt() -> None:
    with KIND.cloud({"refuse_times": 1, "refuse_code": "ModelArts.4386", "refuse_status": 501}) as sim:
        assert outcomes(KIND.stop(sim, 1)) == {KIND.id(1): "stopped"} and len(sim.writes()) == 2


def test_a_time_without_a_zone_is_read_as_utc() -> None:
    with KIND.cloud({"fields": {"create_time": "2020-11-03 15:22:39"}}) as sim:
        assert [row["created_at"] for row in KIND.info(sim, 1)["jobs"]] == ["2020-11-03T15:22:39Z"]


@pytest.mark.parametrize("unit", ["page", "record"])
def test_the_offset_counts_pages_or_records(unit: str) -> None:
    with KIND.cloud(*[{}] * 205, quirks={"datasets_offset": unit}) as sim:
        result = KIND.info(sim, all=True)
        assert (result["count"], result["complete"]) == (205, True), result.get("msg")
