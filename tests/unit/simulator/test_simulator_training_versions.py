# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Training jobs of the old API in the simulator: lists, versions, stops."""
from __future__ import annotations

import pytest

from tests.simulator import Simulator
from tests.simulator.checks import ScenarioError

JOBS = "/modelarts/v1/{p}/training-jobs"
VERSIONS = JOBS + "/10/versions"
MANY = {"old_training_jobs": [{"id": 10, "versions": [{"generate": {"count": 25}}]}, {"generate": {"count": 11, "name": "train-{n}"}}]}


@pytest.mark.parametrize(("path", "query", "rows", "length", "total", "value"), [
    (JOBS, {}, "jobs", 10, "job_total_count", 12),
    (JOBS, {"page": 2}, "jobs", 2, "job_total_count", 12),
    (JOBS, {"per_page": 1000}, "jobs", 12, "job_total_count", 12),
    (JOBS, {"search_content": "train-1"}, "jobs", 3, "job_total_count", 3),
    (JOBS, {"status": "8"}, "jobs", 1, "job_total_count", 1),
    (JOBS, {"workspace_id": "w"}, "jobs", 0, "job_total_count", 0),
    (VERSIONS, {}, "versions", 25, "version_count", 25),
    (VERSIONS, {"page": 0}, "versions", 25, "version_count", 25),
    (VERSIONS, {"page": 1}, "versions", 10, "version_count", 25),
    (VERSIONS, {"page": 2, "per_page": 20}, "versions", 5, "version_count", 25),
])
def test_pages(simulate, path, query, rows, length, total, value):
    _sim, client = simulate(MANY)
    document = client.get(path, **query).json()
    assert (len(document[rows]), document[total]) == (length, value)


@pytest.mark.parametrize(("path", "query"), [
    (JOBS, {"page": 0}), (JOBS, {"page": 65536}), (JOBS, {"per_page": 1001}), (JOBS, {"sortBy": "age"}), (VERSIONS, {"page": 1, "per_page": 1001}),
])
def test_bad_parameters(simulate, path, query):
    _sim, client = simulate(MANY)
    answer = client.get(path, **query)
    assert (answer.status_code, answer.json()["is_success"], answer.json()["error_code"]) == (400, False, "ModelArts.0104")


def test_a_stop(simulate):
    sim, client = simulate(old_training_jobs=[{"id": 10, "name": "train", "versions": [{"id": 25}]}], stop_delay=5)
    assert client.post(VERSIONS + "/25/stop").json() == {"is_success": True}
    assert client.get(VERSIONS + "/25").json()["status"] == 9
    sim.skip(6)
    document = client.get(VERSIONS + "/25").json()
    assert (document["status"], document["job_name"]) == (12, "train")
    refusal = client.post(VERSIONS + "/25/stop")
    assert (refusal.status_code, refusal.json()) == (200, {
        "is_success": False, "error_code": "ModelArts.0105", "error_message": "This job can't be stop. job status: 12"})
    entry = sim.journal(operation="stop")[0]
    assert (entry["ids"], entry["parent"], sim.accepted("modelarts_training_job_version", "25")) == (["25"], "10", 1)


@pytest.mark.parametrize(("quirk", "status", "code"), [
    ("404", 404, None), ("400_0102", 400, "ModelArts.0102"), ("200_0102", 200, "ModelArts.0102"), ("400_0105", 400, "ModelArts.0105"),
])
def test_what_is_missing(simulate, quirk, status, code):
    _sim, client = simulate(MANY, quirks={"training_version_missing": quirk})
    for answer in (client.get(VERSIONS + "/99"), client.get(JOBS + "/99/versions"), client.post(VERSIONS + "/99/stop")):
        assert (answer.status_code, answer.json().get("error_code")) == (status, code)


def test_ids_are_numbers():
    with pytest.raises(ScenarioError, match="a whole number"):
        Simulator({"old_training_jobs": [{"id": "x"}]})
