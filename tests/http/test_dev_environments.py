# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is special about old development environments: `show_self`, the workspace one level below, errors beside a state."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.all_kinds import ALL_KINDS
from tests.support.harness import outcomes

ENVIRONMENT = next(kind for kind in ALL_KINDS if kind.label == "dev-environment")
OF_ANNA = {"fields": {"user": {"id": "a" * 32, "name": "anna"}}}


def test_the_stop_and_the_lists_say_what_they_must() -> None:
    with ENVIRONMENT.cloud({}, OF_ANNA) as sim:
        assert set(outcomes(ENVIRONMENT.stop(sim, all=True)).values()) == {"stopped"}
        assert [entry["body"] for entry in sim.writes()] == [{"action": "stop"}] * 2
        assert {(entry["query"]["de_type"], entry["query"]["show_self"]) for entry in sim.journal(operation="list")} == {("Notebook", "false")}


def test_without_the_right_to_list_all_the_own_ones_are_stopped_with_a_warning() -> None:
    with ENVIRONMENT.cloud({}, OF_ANNA, quirks={"others_jobs": "denied"}) as sim:
        result = ENVIRONMENT.stop(sim, all=True)
        assert outcomes(result) == {ENVIRONMENT.id(1): "stopped"}, result["msg"]
        assert (result["complete"], result.get("failed", False)) == (False, False)
        assert any("own" in str(text) for text in result["warnings"]), result["warnings"]


@pytest.mark.parametrize("unit", ["record", "page"])
def test_whatever_the_offset_counts_all_are_listed(unit: str) -> None:
    with ENVIRONMENT.cloud(*[{}] * 2100, quirks={"dev_environment_offset": unit}) as sim:
        result = ENVIRONMENT.info(sim, all=True)
        assert (result["count"], result["complete"]) == (2100, True), result.get("msg")


def test_a_workspace_is_chosen_by_the_server_and_checked_in_the_answer() -> None:
    with ENVIRONMENT.cloud({}, {"workspace_id": "w" * 32}) as sim:
        assert [row["id"] for row in ENVIRONMENT.info(sim, all=True)["jobs"]] == [ENVIRONMENT.id(1)]
        assert [row["id"] for row in ENVIRONMENT.info(sim, filters={"workspace_id": "w" * 32})["jobs"]] == [ENVIRONMENT.id(2)]
        rows = [{"id": ENVIRONMENT.id(n), "status": "RUNNING", "workspace": {"id": place}} for n, place in ((1, "0"), (2, "w"))]
        sim.add_fault(operation="list", status=200, body={"instances": rows, "total_count": 2})
        assert [row["id"] for row in ENVIRONMENT.info(sim, filters={"workspace_id": "w"})["jobs"]] == [ENVIRONMENT.id(2)]


@pytest.mark.parametrize("reading", ["404", "6309"])
def test_one_that_does_not_exist_is_missing_by_every_answer(reading: str) -> None:
    with ENVIRONMENT.cloud({"status": "DELETED"}, quirks={"dev_environment_missing": reading}) as sim:
        for number in (1, 7):
            assert outcomes(ENVIRONMENT.stop(sim, number)) == {ENVIRONMENT.id(number): "missing"}


@pytest.mark.parametrize(("status", "outcome"), [("RUNNING", "stopped"), ("START_FAILED", "already_ended"), ("UNAVAILABLE", "unclear")])
def test_its_own_error_does_not_hide_its_state(status: str, outcome: str) -> None:
    with ENVIRONMENT.cloud({"status": status, "fields": {"error_code": "ModelArts.6361"}}) as sim:
        assert outcomes(ENVIRONMENT.stop(sim, 1, on_unclear="warn")) == {ENVIRONMENT.id(1): outcome}


@pytest.mark.parametrize(("auto_stop", "shown"), [
    ({"enable": True, "duration": 3600, "stop_timestamp": 1700003600000}, "2023-11-14T23:13:20Z"),
    ({"enable": False, "stop_timestamp": 1700003600000}, None),
    (None, None),
])
def test_when_it_stops_by_itself(auto_stop: Any, shown: str | None) -> None:
    with ENVIRONMENT.cloud({"created_at": "2020-07-16T07:36:58Z", "fields": {"spec": {"auto_stop": auto_stop}}}) as sim:
        [row] = ENVIRONMENT.info(sim, 1)["jobs"]
        assert (row["lease"], row["created_at"], row["owner"]) == (shown, "2020-07-16T07:36:58Z", "deployer")


@pytest.mark.parametrize("answer", [{}, {"current_status": "RUNNING"}, {"current_status": 1}])
def test_another_answer_to_a_stop_is_no_acceptance(answer: dict[str, Any]) -> None:
    with ENVIRONMENT.cloud({"refuse_times": 99}) as sim:
        sim.add_fault(operation="stop", status=200, body=answer)
        result = ENVIRONMENT.stop(sim, 1, wait=False)
        assert (outcomes(result)[ENVIRONMENT.id(1)], result["changed"]) == ("failed", False), result["msg"]
