# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Inference services of API v2: what is special about them."""

from __future__ import annotations

import pytest

from tests.support.all_kinds import ALL_KINDS
from tests.support.harness import outcomes

[KIND] = [kind for kind in ALL_KINDS if kind.label == "inference-v2"]


@pytest.mark.parametrize("status", [200, 202])
def test_a_stop_is_answered_with_the_service_and_sends_no_body(status: int) -> None:
    with KIND.cloud({}, quirks={"inference_v2_stop_status": status}) as sim:
        assert outcomes(KIND.stop(sim, 1, wait=False)) == {KIND.id(1): "stop_requested"}
        assert [(entry["method"], entry["body"]) for entry in sim.writes()] == [("POST", None)]


@pytest.mark.parametrize("shown", ["RUNNING", "STOPPED"])
def test_the_status_in_the_answer_is_a_state_and_no_verdict(shown: str) -> None:
    with KIND.cloud({}) as sim:
        sim.add_fault(operation="stop", answer_status=shown)
        assert outcomes(KIND.stop(sim, 1)) == {KIND.id(1): "stopped"}
        assert KIND.accepted(sim, 1) == 1


@pytest.mark.parametrize("shown", ["FAILED", "ERROR"])
def test_a_failed_service_in_the_answer_is_read_again(shown: str) -> None:
    with KIND.cloud({}) as sim:
        sim.add_fault(operation="stop", answer_status=shown)
        result = KIND.stop(sim, 1)
        assert (outcomes(result), len(sim.writes())) == ({KIND.id(1): "stopped"}, 1), result.get("msg")


def test_an_interruption_is_not_known_to_end_a_service() -> None:
    with KIND.cloud({"status": "INTERRUPTING"}) as sim:
        result = KIND.stop(sim, 1)
        assert (outcomes(result), sim.writes()) == ({KIND.id(1): "failed"}, [])


def test_a_service_of_a_provider_cannot_be_stopped() -> None:
    with KIND.cloud({"fields": {"provider": "0" * 32}}) as sim:
        assert outcomes(KIND.stop(sim, 1)) == {KIND.id(1): "failed"} and len(sim.writes()) == 1


def test_the_offset_is_a_multiple_of_the_limit() -> None:
    with KIND.cloud(*[{}] * 1100) as sim:
        result = KIND.info(sim, all=True)
        assert (result["count"], result["complete"]) == (1100, True), result.get("msg")
        asked = [(entry["query"]["offset"], entry["query"]["limit"]) for entry in sim.journal(operation="list")]
        assert asked == [("0", "500"), ("500", "500"), ("1000", "500")]


def test_the_list_tells_the_owner_and_a_read_does_not() -> None:
    with KIND.cloud({"fields": {"user_name": "anna"}}, {"fields": {"user_name": "ben", "create_at": 1700000000000}}) as sim:
        [row] = KIND.info(sim, filters={"owners": ["ben"]})["jobs"]
        assert (row["owner"], row["created_at"]) == ("ben", "2023-11-14T22:13:20Z")
        [row] = KIND.info(sim, 2)["jobs"]
        assert (row["owner"], row["created_at"]) == (None, "2023-11-14T22:13:20Z")
