# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is special to the jobs of Data Lake Insight."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.all_kinds import ALL_KINDS
from tests.support.harness import Kind, outcomes

KINDS = {kind.label: kind for kind in ALL_KINDS}
SPARK, SQL = KINDS["spark-batch"], KINDS["sql"]
of_dli = pytest.mark.parametrize("kind", [SPARK, SQL], ids=lambda kind: kind.label)


@of_dli
@pytest.mark.parametrize("answer", ["400", "404", "unexplained"])
def test_a_missing_job_is_told_by_every_code(kind: Kind, answer: str) -> None:
    quirks = {} if answer == "unexplained" else {"dli_missing": answer}
    with kind.cloud({}, quirks=quirks) as sim:
        if answer == "unexplained":
            sim.add_fault(operation="read", id=kind.id(7), status=400, code="DLI.0999" if kind is SPARK else "DLI.0007")
        result = kind.stop(sim, 1, 7, on_missing="ignore")
        expected = "failed" if answer == "unexplained" and kind is SPARK else "missing"
        assert outcomes(result) == {kind.id(1): "stopped", kind.id(7): expected}, result.get("msg")


@of_dli
def test_a_job_that_vanishes_after_the_stop_was_stopped(kind: Kind) -> None:
    with kind.cloud({"vanishes_after_stop": True}) as sim:
        result = kind.stop(sim, 1)
        assert (outcomes(result), result["jobs"][0]["status_after"]) == ({kind.id(1): "stopped"}, "GONE"), result.get("msg")


@of_dli
def test_statements_and_arguments_are_never_returned(kind: Kind) -> None:
    with kind.cloud({}) as sim:
        for result in (kind.info(sim, all=True), kind.stop(sim, all=True, on_timeout="warn")):
            assert "simulator-" not in str({key: value for key, value in result.items() if key != "invocation"})
            assert result["jobs"][0]["owner"] == "operator"


@of_dli
def test_owners_and_durations_select(kind: Kind) -> None:
    with kind.cloud({"fields": {"owner": "anna"}, "age": 7200}, {"age": 7200}, {"fields": {"owner": "anna"}, "age": 60}) as sim:
        result = kind.info(sim, filters={"owners": ["anna"], "running_longer_than": "1h"})
        assert [row["id"] for row in result["jobs"]] == [kind.id(1)]


def test_a_batch_in_the_capital_of_the_sample_is_read() -> None:
    with SPARK.cloud({"fields": {"state": "Success"}}) as sim:
        assert outcomes(SPARK.stop(sim, 1)) == {SPARK.id(1): "already_ended"}


def test_only_live_sql_jobs_are_listed() -> None:
    live = [{"status": name} for name in ("LAUNCHING", "RUNNING", "SCALING")]
    with SQL.cloud(*live, {"status": "FINISHED"}, {"status": "CANCELLED"}) as sim:
        result = SQL.info(sim, all=True)
        assert [row["status"] for row in result["jobs"]] == ["LAUNCHING", "RUNNING", "SCALING"]
        assert (result["listed"]["jobs"], result["complete"], len(sim.journal(operation="list"))) == (3, True, 3)
        sim.clear_journal()
        assert SQL.info(sim, filters={"statuses": ["running"]})["count"] == 1
        assert [entry["query"]["job-status"] for entry in sim.journal(operation="list")] == ["RUNNING"]
        assert outcomes(SQL.stop(sim, 4, 5)) == {SQL.id(4): "already_ended", SQL.id(5): "already_ended"}


@pytest.mark.parametrize(("filters", "words"), [
    ({"statuses": ["FINISHED"]}, "is not a status in which dli_sql_job is listed"),
    ({"job_types": ["SCALE_QUEUE"]}, "is not a job type of dli_sql_job; choose from DDL"),
])
def test_filters_that_could_only_select_what_is_not_listed_are_refused(filters: dict[str, Any], words: str) -> None:
    with SQL.cloud({}) as sim:
        result = SQL.stop(sim, filters=filters)
        assert result["failed"] and words in result["msg"] and sim.writes() == []


def test_jobs_that_work_on_a_queue_are_left_alone() -> None:
    with SQL.cloud({}, {"fields": {"job_type": "RESTART_QUEUE"}}, {"fields": {"job_type": "SCALE_QUEUE"}}, {"fields": {"job_type": "INSERT"}}) as sim:
        assert outcomes(SQL.stop(sim, all=True)) == {SQL.id(1): "stopped", SQL.id(4): "stopped"}
        named = SQL.stop(sim, 2)
        assert named["failed"] and "it is of the type RESTART_QUEUE, which is not dli_sql_job" in named["msg"]
        assert [SQL.accepted(sim, number) for number in (1, 2, 3, 4)] == [1, 0, 0, 1]


def test_job_types_select() -> None:
    with SQL.cloud({}, {"fields": {"job_type": "INSERT"}}) as sim:
        assert [row["id"] for row in SQL.info(sim, filters={"job_types": ["INSERT"]})["jobs"]] == [SQL.id(2)]


def test_a_job_that_moves_on_between_two_passes_is_seen_once() -> None:
    with SQL.cloud({"status": "LAUNCHING", "status_changes": [[0.12, "RUNNING"]]}, latency=0.05) as sim:
        result = SQL.stop(sim, all=True, concurrency=1)
        assert (outcomes(result), len(result["jobs"]), SQL.accepted(sim, 1)) == ({SQL.id(1): "stopped"}, 1, 1), result.get("msg")
