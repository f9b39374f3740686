# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is special about versions of training jobs of the old API: names and workspaces of their jobs, absence by every answer."""

from __future__ import annotations

from typing import Any

import pytest

from tests.simulator import Simulator
from tests.support import teardown_driver
from tests.support.all_kinds import ALL_KINDS
from tests.support.harness import outcomes, run

KIND = next(kind for kind in ALL_KINDS if kind.label == "training-version")
READINGS = ["404", "400_0102", "200_0102", "400_0105"]


@pytest.mark.parametrize("reading", ["404", "400_0102", "200_0102"])
def test_versions_of_a_job_that_does_not_exist_are_missing(reading: str) -> None:
    with KIND.cloud({}, quirks={"training_version_missing": reading}) as sim:
        result = run(sim, KIND.module, {"job_id": "99", "version_ids": [1], "on_missing": "warn"})
        assert outcomes(result) == {"1": "missing"}, result.get("msg")
        assert sim.writes() == []


@pytest.mark.parametrize("numbers", [{}, {"ids_as_strings": True, "status_as_strings": True}])
def test_rows_name_the_training_job(numbers: dict[str, Any]) -> None:
    jobs = [{"id": 10, "name": "train-flowers", "versions": [{"id": 25, "name": "V0001"}]}]
    with Simulator({"old_training_jobs": jobs, "stop_delay": 0.05, "quirks": numbers}) as sim:
        [listed] = run(sim, f"{KIND.module}_info", {"all": True})["jobs"]
        [read] = run(sim, f"{KIND.module}_info", {"job_id": 10, "version_ids": 25})["jobs"]
        for row in (listed, read):
            assert (row["job_id"], row["parent_name"], row["id"], row["name"], row["status"]) == ("10", "train-flowers", "25", "V0001", "RUNNING")


def test_other_workspaces_are_listed_only_if_they_are_asked_for() -> None:
    jobs = [{"id": 1, "versions": [{"id": 11}]}, {"id": 2, "workspace_id": "w", "versions": [{"id": 21}]}]
    with Simulator({"old_training_jobs": jobs, "stop_delay": 0.05}) as sim:
        assert outcomes(run(sim, KIND.module, {"all": True})) == {"11": "stopped"}
        assert outcomes(run(sim, KIND.module, {"filters": {"workspace_id": "w"}})) == {"21": "stopped"}


def test_the_teardown_spares_versions_by_the_name_of_their_training_job(monkeypatch: pytest.MonkeyPatch) -> None:
    """As `teardown_exclude` when the plan is made, and as `teardown_protect` also afterwards."""
    monkeypatch.setattr(teardown_driver, "KINDS", (KIND.module,))
    for variable in ("resources", "order"):
        monkeypatch.setitem(teardown_driver.VARIABLES, variable, [KIND.module])
    jobs = [{"id": n, "name": f"{name}-model", "versions": [{"id": 10 * n, "name": "V0001"}]} for n, name in enumerate(("prod", "test", "dev"), 1)]
    with Simulator({"old_training_jobs": jobs, "stop_delay": 0}) as sim:
        driver = teardown_driver.Driver(sim)
        plan = driver.plan(exclude={"names": ["prod-*"]})["plan"]
        assert {row["parent_name"]: row["decision"] for row in plan["rows"]} == {"prod-model": "excluded", "test-model": "stop", "dev-model": "stop"}
        applied = driver.apply(plan, protect=[{"names": ["test-*"], "reason": "tests run"}])
        verdicts = {row["parent_name"]: row["verdict"] for row in applied["rows"]}
        assert verdicts == {"prod-model": "untouched", "test-model": "protected", "dev-model": "stopped"}, applied["report"]["problems"]
        assert [sim.accepted(KIND.module, str(10 * n)) for n in (1, 2, 3)] == [0, 0, 1]


def test_an_id_that_is_no_number_is_refused_before_any_request() -> None:
    with KIND.cloud({}) as sim:
        result = run(sim, KIND.module, {"job_id": 4711, "version_ids": ["V0001"]})
        assert result["failed"] and "digits" in result["msg"]
        assert sim.journal() == []
