# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is special about Lite servers: a list with undocumented paging, a stop that answers with the server, prepaid ones."""

from __future__ import annotations

import pytest

from tests.support.all_kinds import ALL_KINDS
from tests.support.harness import outcomes

SERVER = next(kind for kind in ALL_KINDS if kind.label == "lite-server")
OF_ANNA = {"fields": {"user": {"id": "a" * 32, "name": "anna"}}}


def test_the_stop_is_a_put_without_a_body() -> None:
    with SERVER.cloud({}) as sim:
        assert outcomes(SERVER.stop(sim, 1)) == {SERVER.id(1): "stopped"}
        [entry] = sim.writes()
        assert (entry["method"], entry["path"].rpartition("/")[2], entry["body"]) == ("PUT", "stop", None)


@pytest.mark.parametrize(("paging", "servers", "complete"), [
    ("page", 11, True), ("ignore", 10, True), ("ignore", 11, False), ("refuse", 10, True), ("refuse", 11, False),
])
def test_whatever_becomes_of_the_paging_the_list_is_complete_or_fails(paging: str, servers: int, complete: bool) -> None:
    with SERVER.cloud(*[{}] * servers, quirks={"lite_server_all": paging}) as sim:
        result = SERVER.stop(sim, all=True)
        assert (result["complete"], result.get("failed", False)) == (complete, not complete), result["msg"]
        assert len(sim.writes()) == (servers if complete else 0)
        if not complete:
            assert f"with 10 of {servers} jobs listed" in result["msg"]
            numbers = range(1, servers + 1)
            assert set(outcomes(SERVER.stop(sim, *numbers)).values()) == {"stopped"}


def test_without_the_right_to_list_all_the_own_ones_are_stopped_with_a_warning() -> None:
    with SERVER.cloud({}, OF_ANNA, quirks={"others_jobs": "denied"}) as sim:
        result = SERVER.stop(sim, all=True)
        assert outcomes(result) == {SERVER.id(1): "stopped"}, result["msg"]
        assert (result["complete"], result.get("failed", False)) == (False, False)
        assert any("own" in str(text) for text in result["warnings"]), result["warnings"]


@pytest.mark.parametrize("reading", ["6404", "404"])
def test_one_that_does_not_exist_is_missing_by_every_answer(reading: str) -> None:
    with SERVER.cloud({"status": "DELETED"}, quirks={"lite_server_missing": reading}) as sim:
        for number in (1, 7):
            assert outcomes(SERVER.stop(sim, number)) == {SERVER.id(number): "missing"}


@pytest.mark.parametrize(("mode", "warned"), [("PRE_PAID", True), ("POST_PAID", False), ("COMMON", False)])
def test_the_stop_of_a_prepaid_server_warns_that_it_saves_nothing(mode: str, warned: bool) -> None:
    with SERVER.cloud({"fields": {"charging_mode": mode}}) as sim:
        result = SERVER.stop(sim, 1)
        assert outcomes(result) == {SERVER.id(1): "stopped"}
        assert any("is prepaid" in str(text) for text in result.get("warnings", [])) == warned


def test_a_server_whose_stop_has_failed_is_stopped() -> None:
    with SERVER.cloud({"status": "STOP_FAILED"}) as sim:
        assert outcomes(SERVER.stop(sim, 1)) == {SERVER.id(1): "stopped"}


def test_a_stop_that_fails_later_is_told() -> None:
    with SERVER.cloud({"stop_fails": 1}) as sim:
        result = SERVER.stop(sim, 1)
        assert (outcomes(result), result["changed"]) == ({SERVER.id(1): "failed"}, True)
        assert "the stop failed: the job is now STOP_FAILED" in result["msg"]


@pytest.mark.parametrize(("state", "outcome"), [("ERROR", "stopped"), ("STOPPING", "stopped"), ("RUNNING", "stopped")])
def test_a_state_in_the_answer_to_a_stop_is_no_verdict(state: str, outcome: str) -> None:
    """The answer is the server, so an ERROR there is its state; the server is read before anything is said."""
    with SERVER.cloud({}) as sim:
        sim.add_fault(operation="stop", status=200, body={"id": SERVER.id(1), "status": state}, act=True)
        result = SERVER.stop(sim, 1)
        assert (outcomes(result), len(sim.writes())) == ({SERVER.id(1): outcome}, 1), result["msg"]


@pytest.mark.parametrize("wrong", ["1A2B3C4D-0000-4000-8000-0123456789AB", "1a2b3c4d-0000-6000-8000-0123456789ab", "server"])
def test_an_id_of_another_form_is_refused_before_anything_is_sent(wrong: str) -> None:
    with SERVER.cloud({}) as sim:
        result = SERVER.stop(sim, server_ids=[wrong])
        assert (result["failed"], sim.journal()) == (True, [])
        assert "UUID" in result["msg"]
