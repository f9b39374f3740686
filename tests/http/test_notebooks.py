# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is special about notebooks: two lists, two features, workspaces, leases, and what is not documented well."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.support.all_kinds import ALL_KINDS
from tests.support.harness import outcomes

NOTEBOOK = next(kind for kind in ALL_KINDS if kind.label == "notebook")
OF_ANNA = {"fields": {"user": {"id": "a" * 32, "name": "anna"}}}
FREE = {"fields": {"feature": "DEFAULT"}}


def asked(sim: Any, parameter: str) -> list[str | None]:
    """The values of this parameter in the requests for lists."""
    return [entry["query"].get(parameter) for entry in sim.journal(operation="list")]


def paths(sim: Any) -> list[str]:
    """The last parts of the paths of all lists, each once."""
    return list(dict.fromkeys(entry["path"].rpartition("/")[2] for entry in sim.journal(operation="list")))


def test_without_the_right_to_list_all_the_own_ones_are_stopped_with_a_warning() -> None:
    with NOTEBOOK.cloud({}, OF_ANNA, FREE, quirks={"others_jobs": "denied"}) as sim:
        result = NOTEBOOK.stop(sim, all=True)
        assert outcomes(result) == {NOTEBOOK.id(1): "stopped", NOTEBOOK.id(3): "stopped"}, result["msg"]
        assert (result["complete"], result.get("failed", False)) == (False, False)
        assert any("own" in str(text) for text in result["warnings"]), result["warnings"]
        assert paths(sim) == ["all", "notebooks"]
        info = NOTEBOOK.info(sim, all=True)
        assert (info["count"], info["complete"]) == (2, False)


def test_a_notebook_of_somebody_else_can_be_named() -> None:
    with NOTEBOOK.cloud({}, OF_ANNA, quirks={"others_jobs": "denied"}) as sim:
        result = NOTEBOOK.stop(sim, 2)
        assert outcomes(result) == {NOTEBOOK.id(2): "stopped"}, result["msg"]


def test_a_refused_read_is_not_missing_where_only_the_own_ones_are_listed() -> None:
    with NOTEBOOK.cloud(*[OF_ANNA] * 5, quirks={"others_jobs": "denied"}) as sim:
        sim.add_fault(operation="read", status=400, code="ModelArts.6357")
        assert set(outcomes(NOTEBOOK.stop(sim, 1, 2, 3, 4, 5)).values()) == {"failed"}
    with NOTEBOOK.cloud({}, quirks={"notebook_missing": "6357"}) as sim:
        assert outcomes(NOTEBOOK.stop(sim, 7)) == {NOTEBOOK.id(7): "missing"}


def test_a_refusal_that_does_not_repeat_is_not_missing() -> None:
    """The list shows the workspace 0 only, and this notebook is in another one."""
    with NOTEBOOK.cloud({"workspace_id": "w"}) as sim:
        sim.add_fault(operation="read", status=400, code="ModelArts.6357", times=1)
        result = NOTEBOOK.stop(sim, 1)
        assert outcomes(result) == {NOTEBOOK.id(1): "stopped"}, result["msg"]


def test_the_list_of_all_may_be_forbidden_by_another_code() -> None:
    with NOTEBOOK.cloud({}, OF_ANNA) as sim:
        sim.add_fault(operation="list", status=400, code="ModelArts.7002", times=1)
        result = NOTEBOOK.stop(sim, all=True)
        assert (outcomes(result), result["complete"]) == ({NOTEBOOK.id(1): "stopped"}, False), result["msg"]


@pytest.mark.parametrize("status", [400, 401, 403])
def test_a_token_that_has_expired_is_renewed_whatever_the_status_of_the_answer(status: int) -> None:
    with NOTEBOOK.cloud({}) as sim:
        sim.add_fault(operation="stop", status=status, code="ModelArts.6401", times=1)
        assert outcomes(NOTEBOOK.stop(sim, 1)) == {NOTEBOOK.id(1): "stopped"}


@pytest.mark.parametrize(("filters", "features", "found"), [
    ({"names": ["*"]}, ["NOTEBOOK", "DEFAULT"], [1, 2]),
    ({"job_types": ["NOTEBOOK"]}, ["NOTEBOOK"], [1]),
    ({"job_types": ["DEFAULT"]}, ["DEFAULT"], [2]),
])
def test_both_features_are_listed_unless_the_filter_chooses(filters: dict[str, Any], features: list[str], found: list[int]) -> None:
    with NOTEBOOK.cloud({}, FREE) as sim:
        result = NOTEBOOK.info(sim, filters=filters)
        assert [row["id"] for row in result["jobs"]] == [NOTEBOOK.id(number) for number in found]
        assert asked(sim, "feature") == features


@pytest.mark.parametrize("key", ["workspaceId", "workspace_id"])
@pytest.mark.parametrize("unfiltered", ["default", "all"])
def test_a_workspace_is_found_under_either_name(key: str, unfiltered: str) -> None:
    quirks = {"notebook_workspace_key": key, "notebook_workspaces": unfiltered}
    with NOTEBOOK.cloud({}, {"workspace_id": "w" * 32}, quirks=quirks) as sim:
        for workspace, number in (("w" * 32, 2), ("0", 1)):
            result = NOTEBOOK.info(sim, filters={"workspace_id": workspace})
            assert [row["id"] for row in result["jobs"]] == [NOTEBOOK.id(number)]
        assert NOTEBOOK.info(sim, all=True)["count"] == (1 if unfiltered == "default" else 2)


def test_what_the_server_lists_in_spite_of_the_workspace_is_not_stopped() -> None:
    with NOTEBOOK.cloud({}, {"fields": {"workspace_id": 7}}, {"fields": {"workspace_id": None}}) as sim:
        rows = [{"id": NOTEBOOK.id(n), "status": "RUNNING", "workspace_id": place} for n, place in ((1, "0"), (2, 7), (3, None))]
        sim.add_fault(operation="list", status=200, body={"data": rows, "total": 3})
        result = NOTEBOOK.stop(sim, filters={"workspace_id": "0"})
        assert outcomes(result) == {NOTEBOOK.id(1): "stopped", NOTEBOOK.id(3): "failed"}
        assert "workspace_id cannot be read" in result["msg"]


@pytest.mark.parametrize("unit", ["record", "page"])
@pytest.mark.parametrize(("largest", "sizes"), [(50, ["50"]), (20, ["50", "20"]), (10, ["50", "20", "10"])])
def test_whatever_the_offset_counts_and_the_largest_page_is_all_are_listed(unit: str, largest: int, sizes: list[str]) -> None:
    with NOTEBOOK.cloud(*[{}] * 130, quirks={"notebook_offset": unit, "notebook_limit_max": largest}) as sim:
        result = NOTEBOOK.info(sim, all=True)
        assert (result["count"], result["complete"]) == (130, True), result
        assert list(dict.fromkeys(asked(sim, "limit"))) == sizes


@pytest.mark.parametrize("reading", ["404", "6309", "6404", "6357"])
def test_a_notebook_that_does_not_exist_is_missing_by_every_answer(reading: str) -> None:
    with NOTEBOOK.cloud({}, quirks={"notebook_missing": reading}) as sim:
        assert outcomes(NOTEBOOK.stop(sim, 7)) == {NOTEBOOK.id(7): "missing"}
    if reading in ("6309", "6404"):
        with NOTEBOOK.cloud({}, quirks={"notebook_missing": reading}) as sim:
            sim.add_fault(operation="list", status=403)
            assert outcomes(NOTEBOOK.stop(sim, 7)) == {NOTEBOOK.id(7): "missing"}
    with NOTEBOOK.cloud({"vanishes_after_stop": True}, quirks={"notebook_missing": reading}) as sim:
        assert outcomes(NOTEBOOK.stop(sim, all=True)) == {NOTEBOOK.id(1): "stopped"}


def test_a_deleted_notebook_that_can_still_be_read_is_missing() -> None:
    with NOTEBOOK.cloud({"status": "DELETED"}) as sim:
        assert outcomes(NOTEBOOK.stop(sim, 1)) == {NOTEBOOK.id(1): "missing"}


@pytest.mark.parametrize("status", ["STARTING", "SNAPSHOTTING", "CREATING"])
def test_what_is_on_its_way_to_run_is_stopped_once_it_does(status: str) -> None:
    with NOTEBOOK.cloud({"status": status, "status_changes": [[20, "RUNNING"]]}) as sim:
        result = NOTEBOOK.stop(sim, 1)
        assert (outcomes(result), NOTEBOOK.accepted(sim, 1)) == ({NOTEBOOK.id(1): "stopped"}, 1), result["msg"]
        assert len(sim.writes()) > 1


def test_other_operation_in_progress_is_no_verdict() -> None:
    with NOTEBOOK.cloud({}) as sim:
        sim.add_fault(operation="stop", status=400, code="ModelArts.6357", act=True, times=1)
        result = NOTEBOOK.stop(sim, 1)
        assert (set(outcomes(result).values()) <= {"stopped", "ended", "ended_meanwhile"}, len(sim.writes())) == (True, 1), result["msg"]


def test_a_frozen_notebook_has_ended_and_may_come_back() -> None:
    with NOTEBOOK.cloud({"status": "FROZEN"}) as sim:
        result = NOTEBOOK.stop(sim, 1)
        assert outcomes(result) == {NOTEBOOK.id(1): "already_ended"}
        assert any("it may resume" in str(text) for text in result["warnings"])


@pytest.mark.parametrize(("lease", "shown"), [
    ({"create_at": 1700000000000, "duration": 3600000, "enable": True, "type": "TIMING"}, "2023-11-14T23:13:20Z"),
    ({"create_at": 1700000000000, "duration": 3600000, "enable": True, "type": "timing"}, "2023-11-14T23:13:20Z"),
    ({"create_at": 1700000000000, "duration": 3600000, "enable": True, "type": "idle"}, None),
    ({"create_at": 1700000000000, "duration": 3600000, "enable": False, "type": "TIMING"}, None),
    ({"create_at": 1700000000000, "enable": True}, None),
    (None, None),
])
def test_when_it_stops_by_itself(lease: Any, shown: str | None) -> None:
    with NOTEBOOK.cloud({"fields": {"lease": lease, "user": {"name": "anna"}}}) as sim:
        [row] = NOTEBOOK.info(sim, 1)["jobs"]
        assert (row["lease"], row["owner"]) == (shown, "anna")


@pytest.mark.parametrize("owner", ["anna", "a" * 32])
def test_an_owner_is_named_by_name_or_by_id(owner: str) -> None:
    with NOTEBOOK.cloud({}, OF_ANNA) as sim:
        assert outcomes(NOTEBOOK.stop(sim, filters={"owners": [owner]})) == {NOTEBOOK.id(2): "stopped"}


def test_the_token_of_a_notebook_is_shown_nowhere() -> None:
    with NOTEBOOK.cloud({}, {"refuse_times": 99}) as sim:
        sim.add_fault(operation="stop", id=NOTEBOOK.id(2), status=403)
        texts = [json.dumps(NOTEBOOK.stop(sim, 1, 2, diff_mode=True)), json.dumps(NOTEBOOK.info(sim, all=True))]
        assert not any("secret-of-the-simulated-notebook" in text for text in texts)
