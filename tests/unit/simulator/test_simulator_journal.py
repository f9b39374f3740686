# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The journal: complete, in order, and without secrets."""
from __future__ import annotations

import json

import pytest

from tests.simulator.journal import MASK, masked

VIS = "/modelarts/v1/{p}/visualization-jobs"


def test_entries(simulate):
    sim, client = simulate(visualization_jobs=[{"id": 1}])
    client.get(VIS, page=1)
    client.post(VIS + "/1/stop")
    client.get("/modelarts/nothing")
    first, second, third = sim.journal()
    assert set(first) == {
        "n", "time", "seconds", "service", "operation", "resource", "ids", "parent", "method", "path", "query", "body", "status", "acted", "fault",
        "authenticated_as", "connection",
    }
    assert (first["n"], first["operation"], first["query"], first["status"]) == (1, "list", {"page": "1"}, 200)
    assert (second["n"], second["operation"], second["ids"], second["acted"]) == (2, "stop", ["1"], ["1"])
    assert (third["operation"], third["status"]) == ("unknown", 404)
    assert first["authenticated_as"] == "deployer"
    assert first["connection"] == second["connection"] > 0
    assert first["time"] <= second["time"] <= third["time"]


def test_parents_are_noted(simulate):
    sim, client = simulate(services=[{"id": "s", "tasks": [{}]}], processor_tasks=[{"id": "t", "versions": [{}]}])
    client.get("/modelarts/v1/{p}/services/s/tasks")
    client.get("/modelarts/v2/{p}/processor-tasks/t/versions")
    client.get("/modelarts/v2/{p}/processor-tasks/t")
    assert [(entry["parent"], entry["ids"]) for entry in sim.journal()] == [("s", []), ("t", []), (None, ["t"])]


def test_stops_and_writes(simulate):
    sim, client = simulate(drs_jobs=[{"id": "a"}])
    client.login()
    client.get("/drs/v5/{p}/jobs", job_type="sync")
    client.post("/drs/v3/{p}/jobs", {})
    client.post("/drs/v3/{p}/jobs/batch-status", {"jobs": ["a"]})
    assert (sim.stops(), sim.writes()) == ([], [])
    client.post("/drs/v5/{p}/jobs/a/stop")
    client.post("/drs/v5/{p}/jobs/batch-stop", {"jobs": [{"job_id": "a"}]})
    client.send("DELETE", "/drs/v5/{p}/jobs/a")
    assert [entry["operation"] for entry in sim.stops()] == ["stop", "batch_stop"]
    assert [entry["operation"] for entry in sim.writes()] == ["stop", "batch_stop", "unknown"]
    assert sim.accepted("drs_job", "a") == 1
    sim.clear_journal()
    assert sim.journal() == []


def test_no_secret_is_written_down(simulate):
    sim, client = simulate(login=False)
    client.login()
    token = client.session.headers["X-Auth-Token"]
    client.send("GET", "/iam/v3/auth/tokens", headers={"X-Subject-Token": token})
    client.post("/iam/v3/auth/tokens", {"auth": {"identity": {"methods": ["token"], "token": {"id": token}}}})
    client.send("GET", VIS + "?token=" + token + "&page=1")
    written = json.dumps(sim.journal())
    assert "simulator-password" not in written
    assert token not in written
    assert sim.journal()[0]["body"]["auth"]["identity"]["password"]["user"]["name"] == "deployer"
    assert sim.journal()[3]["query"] == {"token": MASK, "page": "1"}


@pytest.mark.parametrize(("value", "hidden"), [
    ({"password": "p"}, {"password": MASK}),
    ({"password": {"user": {"password": 1}}}, {"password": {"user": {"password": MASK}}}),
    ({"token": {"id": "t", "n": [1]}}, {"token": {"id": MASK, "n": [MASK]}}),
    ({"secret_key": "s", "sk": "s", "security_token": "t"}, {"secret_key": MASK, "sk": MASK, "security_token": MASK}),
    ({"jobs": [{"job_id": "a"}], "is_force_stop": True}, {"jobs": [{"job_id": "a"}], "is_force_stop": True}),
    (None, None),
])
def test_masking(value, hidden):
    assert masked(value) == hidden
