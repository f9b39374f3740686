# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Workflows of the simulator and their executions."""
from __future__ import annotations

import pytest

WORKFLOWS = "/modelarts/v2/{p}/workflows"
EXECUTIONS = WORKFLOWS + "/w/executions"
MANY = {"workflows": [
    {"id": "w", "name": "retrain", "executions": [{"generate": {"count": 25}}, {"status": "COMPLETED"}]},
    {"name": "retrain-all", "workspace_id": "x", "executions": [{"id": "other"}]},
]}


@pytest.mark.parametrize(("path", "query", "length", "total"), [
    (WORKFLOWS, {}, 2, 2), (WORKFLOWS, {"name": "retrain", "search_type": "equal"}, 1, 1), (WORKFLOWS, {"offset": 1}, 1, 2),
    (EXECUTIONS, {}, 10, 26), (EXECUTIONS, {"offset": 20, "limit": 10}, 6, 26), (EXECUTIONS, {"status": "completed"}, 1, 1),
    (EXECUTIONS, {"workspace_id": "x"}, 0, 0),
])
def test_lists(simulate, path, query, length, total):
    _sim, client = simulate(MANY)
    document = client.get(path, **query).json()
    assert (len(document["items"]), document["total"]) == (length, total)


@pytest.mark.parametrize(("path", "query"), [
    (WORKFLOWS, {"search_type": "like"}), (WORKFLOWS, {"order": "up"}), (EXECUTIONS, {"limit": 101}), (EXECUTIONS, {"offset": -1}),
])
def test_bad_parameters(simulate, path, query):
    _sim, client = simulate(MANY)
    answer = client.get(path, **query)
    assert (answer.status_code, answer.json()["error_code"]) == (400, "ModelArts.0101")


@pytest.mark.parametrize("quirk", [200, 201, 202])
def test_a_stop(simulate, quirk):
    workflows = [{"id": "w", "name": "retrain", "executions": [{"id": "e"}]}]
    sim, client = simulate(workflows=workflows, stop_delay=5, quirks={"workflow_stop_status": quirk})
    for action in ("rerun", "pause", None):
        assert client.post(EXECUTIONS + "/e/actions", {"action_name": action}).status_code == 400
    answer = client.post(EXECUTIONS + "/e/actions", {"action_name": "stop"})
    assert (answer.status_code, answer.json()["execution_id"], answer.json()["status"]) == (quirk, "e", "running")
    sim.skip(6)
    document = client.get(EXECUTIONS + "/e").json()
    assert (document["status"], document["workflow_name"]) == ("stopped", "retrain")
    again = client.post(EXECUTIONS + "/e/actions", {"action_name": "stop"})
    assert (again.status_code, again.json()["error_code"]) == (400, "ModelArts.0105")
    entry = sim.journal(operation="stop")[-1]
    assert (entry["ids"], entry["parent"], sim.accepted("modelarts_workflow_execution", "e")) == (["e"], "w", 1)


@pytest.mark.parametrize(("path", "code"), [("/none/executions", "7512"), ("/none/executions/e", "7512"), ("/w/executions/none", "7511")])
@pytest.mark.parametrize("quirk", ["400_code", "404"])
def test_what_is_missing(simulate, path, code, quirk):
    _sim, client = simulate(MANY, quirks={"workflow_missing": quirk})
    answer = client.get(WORKFLOWS + path)
    assert (answer.status_code, answer.json().get("error_code")) == ((404, None) if quirk == "404" else (400, f"ModelArts.{code}"))
