# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A job that has failed and says why is read, and stopped where it still costs money."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.harness import KINDS, Kind, each_kind, outcomes

V3 = next(kind for kind in KINDS if kind.label == "drs-v3")
BILLED = ["INCRE_TRANSFER_FAILED", "FULL_TRANSFER_FAILED", "START_JOB_FAILED", "RELEASE_RESOURCE_FAILED", "CHANGE_JOB_FAILED"]
WHY = {"error_code": "DRS.M00411", "error_message": "The network of the source is gone.", "error_msg": "The same."}


@pytest.mark.parametrize("status", BILLED)
@pytest.mark.parametrize("numbers", [(1,), (1, 2, 3)], ids=len)
def test_a_failed_replication_is_stopped_in_spite_of_its_error(status: str, numbers: tuple[int, ...]) -> None:
    with V3.cloud(*[{"status": status, "fields": WHY} for _n in numbers]) as sim:
        assert {row["status"] for row in V3.info(sim, *numbers)["jobs"]} == {status}
        result = V3.stop(sim, *numbers)
        assert set(outcomes(result).values()) == {"stopped"}, result["msg"]
        assert [V3.accepted(sim, n) for n in numbers] == [1] * len(numbers)


@pytest.mark.parametrize(("status", "outcome"), [("RELEASE_RESOURCE_COMPLETE", "already_ended"), ("CREATE_FAILED", "already_ended")])
def test_what_has_ended_with_an_error_has_ended(status: str, outcome: str) -> None:
    with V3.cloud({"status": status, "fields": WHY}) as sim:
        assert outcomes(V3.stop(sim, 1)) == {V3.id(1): outcome}


@pytest.mark.parametrize(("row", "outcome", "said"), [
    ({"status": "", **WHY}, "failed", "DRS.M00411"),
    ({**WHY}, "failed", "DRS.M00411"),
    ({"status": "HIBERNATING", **WHY}, "failed", "DRS.M00411"),
    ({"status": "failed", **WHY}, "failed", "DRS.M00411"),
    ({"status": "", "error_code": "DRS.M05004"}, "missing", "DRS.M05004"),
    ({"status": V3.running, "error_code": "DRS.M05004"}, "missing", "DRS.M05004"),
])
@pytest.mark.parametrize("http_status", [200, 400])
def test_a_row_that_cannot_be_read_or_does_not_exist_stays_one(
    row: dict[str, Any], outcome: str, said: str, http_status: int
) -> None:
    with V3.cloud({}) as sim:
        sim.add_fault(operation="batch_detail", status=http_status, body={"results": [{"id": V3.id(1), **row}], "count": 1})
        result = V3.stop(sim, 1)
        assert (outcomes(result), sim.stops()) == ({V3.id(1): outcome}, [])
        assert result["jobs"][0]["error"]["code"] == said


@each_kind
def test_a_job_read_by_itself_is_read_in_spite_of_its_error(kind: Kind) -> None:
    """Its own detail states the error beside a status that we know."""
    with kind.cloud({"fields": {"error_code": "ModelArts.7777", "error_msg": "one worker is lost", "error_message": "so"}}) as sim:
        result = kind.stop(sim, 1)
        assert outcomes(result) == {kind.id(1): "stopped"}, result["msg"]
        assert kind.accepted(sim, 1) == 1


SINGLE = next(kind for kind in KINDS if kind.label == "visualization")


@pytest.mark.parametrize(("document", "outcome"), [
    ({"job_id": 1, "job_name": "v", "status": 8, "error_code": "ModelArts.6309"}, "stopped"),
    ({"job_id": 1, "job_name": "v", "status": 8, "error_code": "ModelArts.4851"}, "missing"),
    ({"job_id": 1, "job_name": "v", "status": 8, "error_code": "ModelArts.2785", "is_success": False}, "failed"),
    ({"job_id": 1, "job_name": "v", "status": 77, "error_code": "ModelArts.2785"}, "failed"),
    ({"job_id": 2, "job_name": "v", "status": 8, "error_code": "ModelArts.2785"}, "failed"),
    ({"error_code": "ModelArts.2785", "error_message": "E3"}, "failed"),
])
def test_whose_error_stands_in_a_detail(document: dict[str, Any], outcome: str) -> None:
    with SINGLE.cloud({}) as sim:
        sim.add_fault(operation="read", status=200, body=document, times=1)
        result = SINGLE.stop(sim, 1)
        assert outcomes(result) == {"1": outcome}, result["msg"]
