# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Training jobs of the simulator: the search, the job, and its termination."""
from __future__ import annotations

import pytest

SEARCH = "/modelarts/v2/{p}/training-job-searches"
JOBS = "/modelarts/v2/{p}/training-jobs"
MANY = {"training_jobs": [{"generate": {"count": 105, "name": "job-{n}"}}]}
TERMINATE = {"action_type": "terminate"}


@pytest.mark.parametrize(("quirk", "offsets"), [("page", [0, 1, 2]), ("record", [0, 50, 100])])
def test_pages(simulate, quirk, offsets):
    _sim, client = simulate(MANY, quirks={"training_offset": quirk})
    pages = [client.post(SEARCH, {"limit": 50, "offset": offset}).json() for offset in offsets]
    assert [(page["total"], page["count"], len(page["items"])) for page in pages] == [(105, 50, 50), (105, 50, 50), (105, 5, 5)]
    assert len({row["metadata"]["id"] for page in pages for row in page["items"]}) == 105


@pytest.mark.parametrize(("body", "code"), [
    ({"limit": 0}, "2788"), ({"limit": 51}, "2788"), ({"limit": "50"}, "2788"), ({"offset": -1}, "2788"), ({"offset": True}, "2788"),
    ({"sort_by": "age"}, "2788"), ({"order": "up"}, "2788"), ({"filters": {}}, "2788"),
    ({"filters": [{"key": "name", "operator": "is", "value": ["a"]}]}, "2788"), ({"filters": [{"key": "flavor"}]}, "2807"), ([], "2788"),
])
def test_bad_searches(simulate, body, code):
    _sim, client = simulate(MANY)
    answer = client.post(SEARCH, body)
    assert (answer.status_code, answer.json()["error_code"]) == (400, f"ModelArts.{code}")


def test_order_and_workspace(simulate):
    jobs = [{"id": "old", "age": 20}, {"id": "new", "age": 10}, {"id": "other", "workspace_id": "w"}]
    _sim, client = simulate(training_jobs=jobs)

    def listed(**body):
        return [row["metadata"]["id"] for row in client.post(SEARCH, body).json()["items"]]

    assert (listed(), listed(sort_by="create_time", order="asc", filters=[{"key": "", "operator": "", "value": [""]}])) == (["new", "old"], ["old", "new"])
    assert client.get(JOBS + "/other").json()["metadata"]["workspace_id"] == "w"


@pytest.mark.parametrize("quirk", [202, 200])
def test_a_termination(simulate, quirk):
    job = {"id": "a", "fields": {"status": {"secondary_phase": "Queuing"}}}
    sim, client = simulate(training_jobs=[job], stop_delay=5, quirks={"training_stop_status": quirk})
    assert client.post(JOBS + "/a/actions", {"action_type": "restart"}).json()["error_code"] == "ModelArts.2812"
    answer = client.post(JOBS + "/a/actions", TERMINATE)
    assert (answer.status_code, answer.json()["status"]["phase"], answer.json()["status"]["secondary_phase"]) == (quirk, "Terminating", "Queuing")
    sim.skip(6)
    assert client.get(JOBS + "/a").json()["status"]["phase"] == "Terminated"
    again = client.post(JOBS + "/a/actions", TERMINATE)
    assert (again.status_code, again.json()["error_code"]) == (409, "ModelArts.2796")


def test_a_termination_that_is_refused_for_now(simulate):
    _sim, client = simulate(training_jobs=[{"id": "a", "refuse_times": 1}])
    answers = [client.post(JOBS + "/a/actions", TERMINATE) for _turn in (1, 2)]
    assert [(answer.status_code, answer.json().get("error_code")) for answer in answers] == [(409, "ModelArts.2878"), (202, None)]


@pytest.mark.parametrize(("quirk", "status", "code"), [("2775", 400, "ModelArts.2775"), ("2842", 400, "ModelArts.2842"), ("404", 404, None)])
def test_a_missing_job(simulate, quirk, status, code):
    _sim, client = simulate(quirks={"training_missing": quirk})
    for answer in (client.get(JOBS + "/none"), client.post(JOBS + "/none/actions", TERMINATE)):
        assert (answer.status_code, answer.json().get("error_code")) == (status, code)
