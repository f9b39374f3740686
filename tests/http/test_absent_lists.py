# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A list that says "does not exist" is empty only for a parent that has gone since it was listed."""

from __future__ import annotations

import pytest

from tests.support.harness import KINDS, Kind, each_kind, outcomes, run


@each_kind
def test_a_list_that_does_not_exist_is_a_failure_unless_its_parent_was_listed(kind: Kind) -> None:
    with kind.cloud({}) as sim:
        sim.add_fault(
            operation="list", resource=kind.module, status=400,
            body={"error_code": "ModelArts.3502", "error_msg": "Service does not exist."},
        )
        result = run(sim, kind.module, {**kind.options, "all": True})
        if kind.parent:
            assert (outcomes(result), result.get("failed", False)) == ({}, False)
        else:
            assert (result["failed"], result["complete"]) == (True, False)
        assert sim.stops() == []


@each_kind
def test_a_list_that_is_refused_is_a_failure(kind: Kind) -> None:
    with kind.cloud({}) as sim:
        sim.add_fault(
            operation="list", resource=kind.module, status=400,
            body={"error_code": "ModelArts.0101", "error_msg": "Invalid argument."},
        )
        result = kind.stop(sim, all=True)
        assert (result["failed"], result["complete"], sim.stops()) == (True, False, [])


@pytest.mark.parametrize(("code", "outcome"), [("ModelArts.0103", "missing"), ("", "failed")])
def test_a_refusal_without_any_code_says_nothing_about_a_job_that_no_list_shows(code: str, outcome: str) -> None:
    kind = next(kind for kind in KINDS if kind.label == "visualization")
    with kind.cloud({"workspace_id": "1"}) as sim:
        sim.add_fault(operation="read", status=400, code=code, message="no")
        assert outcomes(kind.stop(sim, 1)) == {kind.id(1): outcome}
