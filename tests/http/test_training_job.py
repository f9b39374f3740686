# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is special about training jobs: the search, the total, the answer with the job, hints beside the status."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.all_kinds import ALL_KINDS
from tests.support.harness import outcomes

KIND = next(kind for kind in ALL_KINDS if kind.label == "training")


@pytest.mark.parametrize("offset", ["page", "record"])
@pytest.mark.parametrize("count", [0, 1, 50, 51, 99, 100, 101, 150, 205])
def test_the_offset_may_count_pages_or_jobs(offset: str, count: int) -> None:
    with KIND.cloud(*[{}] * count, quirks={"training_offset": offset}) as sim:
        result = KIND.info(sim, all=True)
        assert (result["count"], result["listed"]["jobs"], result["complete"]) == (count, count, True), result.get("msg")
        assert len({row["id"] for row in result["jobs"]}) == count
        pages = max(1, -(-count // 50))
        assert len(sim.journal(operation="list")) <= pages + (offset == "record" and count > 50)


def test_the_search_asks_for_the_oldest_first_and_filters_nothing() -> None:
    with KIND.cloud(*[{}] * 60) as sim:
        KIND.info(sim, filters={"statuses": ["RUNNING"], "owners": ["op*"], "names": ["job-*"]})
        bodies = [entry["body"] for entry in sim.journal(operation="list")]
        assert bodies == [{"sort_by": "create_time", "order": "asc", "offset": page, "limit": 50} for page in (0, 1)]


def test_a_workspace_is_asked_for_in_the_body() -> None:
    with KIND.cloud({}, {"fields": {"workspace_id": "w1"}}, {"fields": {"workspace_id": "w1"}}) as sim:
        result = KIND.stop(sim, filters={"workspace_id": "w1"})
        assert outcomes(result) == {KIND.id(2): "stopped", KIND.id(3): "stopped"}, result.get("msg")
        assert sim.journal(operation="list")[0]["body"]["workspace_id"] == "w1"


@pytest.mark.parametrize(("reading", "said"), [
    ("ignored", "the answer is about workspace_id '0', not 'w1': this cloud does not know this filter here, so leave it out"),
    ("refused", "The parameter workspace_id is not supported. (ModelArts.2788, HTTP 400"),
])
def test_a_cloud_that_does_not_know_the_workspace_stops_nothing_and_says_so(reading: str, said: str) -> None:
    jobs = [{}, {"fields": {"workspace_id": "w1"}}]
    with KIND.cloud(*jobs, quirks={"training_workspace": reading}) as sim:
        result = KIND.stop(sim, filters={"workspace_id": "w1"})
        assert (result["failed"], result["complete"], sim.writes()) == (True, False, []), result
        assert said in result["msg"]
        assert outcomes(KIND.stop(sim, all=True)) == {KIND.id(1): "stopped"}


def test_a_fine_tuning_job_is_stopped_by_its_id_although_the_list_hides_it() -> None:
    with KIND.cloud({"fields": {"kind": "ftjob"}}, {}) as sim:
        assert [row["id"] for row in KIND.info(sim, all=True)["jobs"]] == [KIND.id(2)]
        assert outcomes(KIND.stop(sim, 1)) == {KIND.id(1): "stopped"}


def test_a_total_that_is_too_large_is_no_complete_list() -> None:
    with KIND.cloud({}, {}) as sim:
        sim.add_fault(operation="list", total=5059)
        result = KIND.stop(sim, all=True)
        assert (result["failed"], result["complete"], sim.writes()) == (True, False, [])
        assert "2 of 5059 jobs listed" in result["msg"]


@pytest.mark.parametrize("status", [202, 200])
def test_an_accepted_termination_is_one_call(status: int) -> None:
    with KIND.cloud({"status": "PENDING"}, quirks={"training_stop_status": status}) as sim:
        result = KIND.stop(sim, 1, wait=False)
        assert (outcomes(result), len(sim.writes())) == ({KIND.id(1): "stop_requested"}, 1), result.get("msg")
        [sent] = sim.writes()
        assert (sent["body"], sent["path"].rpartition("/")[2]) == ({"action_type": "terminate"}, "actions")


@pytest.mark.parametrize(("code", "outcome"), [("ModelArts.2796", "stopped"), ("ModelArts.2878", "stopped"), ("ModelArts.2771", "failed"),
                                               ("ModelArts.2838", "failed"), ("ModelArts.2837", "failed"), ("ModelArts.2891", "failed")])
def test_what_is_refused_for_now_is_tried_again_and_what_is_forbidden_is_not(code: str, outcome: str) -> None:
    http_status = 409 if outcome == "stopped" else 400
    with KIND.cloud({"refuse_times": 1, "refuse_code": code, "refuse_status": http_status}) as sim:
        result = KIND.stop(sim, 1)
        assert (outcomes(result), len(sim.writes())) == ({KIND.id(1): outcome}, 2 if outcome == "stopped" else 1), result.get("msg")


@pytest.mark.parametrize("hint", ["TerminatedFailed", "Lost", "Unknown"])
def test_an_abnormal_job_has_ended_with_a_caution(hint: str) -> None:
    def abnormal(secondary: str) -> dict[str, Any]:
        return {"status": "ABNORMAL", "fields": {"status": {"secondary_phase": secondary}}}

    with KIND.cloud(abnormal("CreateFailed"), abnormal(hint), {"status": "TERMINATED"}) as sim:
        result = KIND.stop(sim, all=True)
        assert (set(outcomes(result).values()), result["changed"], sim.writes()) == ({"already_ended"}, False, [])
        warnings = "\n".join(map(str, result["warnings"]))
        assert [KIND.id(n) in warnings for n in (1, 2, 3)] == [True, True, False]
        assert f"modelarts_training_job {KIND.id(2)} has the secondary phase {hint}: look in the console whether it still holds" in warnings


def test_rows_name_the_owner_and_the_durations_are_in_milliseconds() -> None:
    with KIND.cloud({"fields": {"metadata": {"user_name": "anna"}}, "age": 7300}, {"age": 7100}) as sim:
        assert [row["owner"] for row in KIND.info(sim, all=True)["jobs"]] == ["anna", "operator"]
        result = KIND.stop(sim, filters={"owners": ["anna", "operator"], "running_longer_than": "2h"})
        assert outcomes(result) == {KIND.id(1): "stopped"}
