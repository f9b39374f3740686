# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Inference services (API v1): what is special about them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.all_kinds import ALL_KINDS
from tests.support.harness import outcomes

[KIND] = [kind for kind in ALL_KINDS if kind.label == "inference"]
EDGE = "a1b2c3d4-0000-4000-8000-000000000001"


def test_a_stop_sends_the_status_and_nothing_else() -> None:
    with KIND.cloud({}) as sim:
        KIND.stop(sim, 1)
        assert [(entry["method"], entry["body"]) for entry in sim.writes()] == [("PUT", {"status": "stopped"})]


def test_edge_services_are_left_alone() -> None:
    with KIND.cloud({}, {"fields": {"infer_type": "batch"}}, services=[{"id": EDGE, "name": "gate"}]) as sim:
        everything = KIND.stop(sim, all=True)
        assert outcomes(everything) == {KIND.id(1): "stopped", KIND.id(2): "stopped"} and everything["complete"]
        named = KIND.stop(sim, service_ids=[EDGE])
        assert outcomes(named) == {EDGE: "failed"} and "of the type edge" in named["msg"]
        assert sorted(entry["ids"] for entry in sim.writes()) == [[KIND.id(1)], [KIND.id(2)]]


def test_tasks_of_edge_services_are_looked_for_below_inference_services_too() -> None:
    tasks = next(kind for kind in ALL_KINDS if kind.label == "service")
    with tasks.cloud({}, inference_services=[{"id": KIND.id(1)}]) as sim:
        assert outcomes(tasks.stop(sim, 1)) == {tasks.id(1): "stopped"}
        assert tasks.info(sim, all=True)["complete"]


@pytest.mark.parametrize("code", ["ModelArts.3540", "ModelArts.3525", "ModelArts.3553", "ModelArts.3518"])
def test_a_refusal_for_good_is_not_repeated(code: str) -> None:
    with KIND.cloud({"refuse_times": 9, "refuse_code": code}) as sim:
        result = KIND.stop(sim, 1)
        assert (outcomes(result), len(sim.writes())) == ({KIND.id(1): "failed"}, 1)
        assert result["jobs"][0]["error"]["code"] == code


def test_the_latest_release_the_end_of_a_lease_and_the_owner_are_shown() -> None:
    fields = {"publish_at": 1700000000000, "due_time": 1700003600000, "owner": "anna", "workspace_id": 0}
    with KIND.cloud({"fields": fields}, {"fields": {"owner": "ben"}}) as sim:
        first, second = KIND.info(sim, filters={"workspace_id": "0", "owners": ["anna"]})["jobs"], KIND.info(sim, 2)["jobs"]
        assert [(row["created_at"], row["lease"], row["owner"]) for row in first] == [("2023-11-14T22:13:20Z", "2023-11-14T23:13:20Z", "anna")]
        assert [(row["lease"], row["owner"]) for row in second] == [(None, "ben")]
        assert outcomes(KIND.stop(sim, filters={"older_than": "2h"})) == {KIND.id(1): "stopped"}


def test_one_type_is_selected() -> None:
    with KIND.cloud({}, {"fields": {"infer_type": "batch"}}) as sim:
        assert outcomes(KIND.stop(sim, filters={"job_types": ["batch"]})) == {KIND.id(2): "stopped"}


def test_a_service_that_was_subscribed_to_is_warned_of() -> None:
    with KIND.cloud({"fields": {"is_shared": True}}) as sim:
        assert any("subscribed" in str(text) for text in KIND.stop(sim, 1, check_mode=True)["warnings"])
        assert outcomes(KIND.stop(sim, 1)) == {KIND.id(1): "failed"} and len(sim.writes()) == 1


@pytest.mark.parametrize("quirks", [{"services_offset": "page"}, {"services_offset": "record"}], ids=str)
def test_the_offset_counts_pages_or_services(quirks: dict[str, Any]) -> None:
    with KIND.cloud(*[{}] * 1205, quirks=quirks) as sim:
        result = KIND.info(sim, all=True)
        assert (result["count"], result["complete"]) == (1205, True), result.get("msg")
