# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Scenarios: what is allowed, what a mistake is called, and what is made of them."""
from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from tests.simulator import ScenarioError, Simulator
from tests.simulator.kinds import KINDS
from tests.simulator.quirks import QUIRKS
from tests.simulator.scenario import load, validate

ROOT = Path(__file__).resolve().parents[3]
DEMO = ROOT / "tests" / "simulator" / "scenarios" / "demo.yml"


@pytest.mark.parametrize(("scenario", "message"), [
    ([], "the scenario: [] is not a mapping"),
    ({"job": []}, "job: unknown key; known: access_keys,"),
    ({"region": ""}, "region: '' is not a text"),
    ({"domain": {"id": "d"}}, "domain.name: missing"),
    ({"projects": []}, "projects: at least one is needed"),
    ({"projects": {}}, "projects: {} is not a list"),
    ({"users": [{"name": "u"}]}, "users[0].password: missing"),
    ({"users": [{"name": "u", "password": "p", "projects": ["x"]}]}, "users[0].projects: 'x' is not one of the projects"),
    ({"token_life": 0}, "token_life: 0 is not a number above 0"),
    ({"latency": -1}, "latency: -1 is not a number from 0 up"),
    ({"latency": True}, "latency: True is not a number"),
    ({"stop_delay": {"drs": 1}}, "stop_delay.drs: unknown key"),
    ({"rate_limit": {"limit": 0, "seconds": 1}}, "rate_limit.limit: 0 is not a whole number from 1 up"),
    ({"rate_limit": {"limit": 1}}, "rate_limit.seconds: missing"),
    ({"iam": {"error_shape": "x"}}, "iam.error_shape: 'x' is not one of keystone, iam"),
    ({"quirks": {"edgy": True}}, "quirks.edgy: unknown key"),
    ({"quirks": {"edge": 1}}, "quirks.edge: 1 is not true or false"),
    ({"quirks": {"drs_v5_refusal": 500}}, "quirks.drs_v5_refusal: 500 is not 200 or 400"),
    ({"quirks": {"drs_batch_max": 1.5}}, "quirks.drs_batch_max: 1.5 is not a whole number"),
    ({"quirks": {"list_lag": -1}}, "quirks.list_lag: -1 is not a number from 0 up"),
    ({"faults": [{"operation": "list"}]}, "faults[0]: exactly one of status,"),
    ({"faults": [{"status": 500, "html": True}]}, "found status, html"),
    ({"faults": [{"operation": "lists", "status": 500}]}, "faults[0].operation: 'lists' is not one of any,"),
    ({"faults": [{"status": 500, "probability": 2}]}, "faults[0].probability: 2 is not a number from 0 to 1"),
    ({"faults": [{"status": 500, "headers": []}]}, "faults[0].headers: [] is not a mapping"),
    ({"faults": [{"truncate": True}]}, "faults[0].truncate: True is not one of body, document, packed"),
    ({"visualization_jobs": [{"status": "RUNING"}]}, "visualization_jobs[0].status: 'RUNING' is not a status of modelarts_visualization_job"),
    ({"visualization_jobs": [{"status": 22}]}, "visualization_jobs[0].status: 22 is not a status"),
    ({"visualization_jobs": [{"raw_status": "RUNNING"}]}, "visualization_jobs[0].raw_status: 'RUNNING' is not a whole number"),
    ({"visualization_jobs": [{"status": 1, "raw_status": 99}]}, "status and raw_status exclude each other"),
    ({"visualization_jobs": [{"id": "x"}]}, "visualization_jobs[0].id: 'x' is not a whole number"),
    ({"visualization_jobs": [{"id": 1}, {"id": 1}]}, "modelarts_visualization_job: the id '1' is there twice"),
    ({"visualization_jobs": [{"project": "x"}]}, "visualization_jobs[0].project: 'x' is not one of the projects"),
    ({"visualization_jobs": [{"needs_force": True}]}, "visualization_jobs[0].needs_force: only drs_job"),
    ({"visualization_jobs": [{"stop_fails": True}]}, "visualization_jobs[0].stop_fails: modelarts_visualization_job has no status for a failed stop"),
    ({"visualization_jobs": [{"status_changes": [[1]]}]}, "visualization_jobs[0].status_changes: [[1]] is not a list of pairs"),
    ({"visualization_jobs": [{"status_changes": [[1, "X"]]}]}, "visualization_jobs[0].status_changes: 'X' is not a status"),
    ({"visualization_jobs": [{"created_at": "today"}]}, "created_at: 'today' is not an ISO time"),
    ({"visualization_jobs": [{"fields": 3}]}, "visualization_jobs[0].fields: 3 is not a mapping"),
    ({"visualization_jobs": [{"generate": {}}]}, "visualization_jobs[0]: generate stands alone and needs a mapping with count"),
    ({"visualization_jobs": [{"generate": {"count": 0}}]}, "visualization_jobs[0].generate.count: 0 is not a whole number from 1 up"),
    ({"visualization_jobs": [{"generate": {"count": 2, "status": "X"}}]}, "visualization_jobs[0].generate.status: 'X'"),
    ({"services": [{"jobs": []}]}, "services[0].jobs: unknown key"),
    ({"services": [{"id": "s"}, {"id": "s"}]}, "services: the id 's' is there twice"),
    ({"services": [{"tasks": [{"status": 3}]}]}, "services[0].tasks[0].status: 3 is not a status of modelarts_service_task"),
    ({"processor_tasks": [{"status": "LAZY"}]}, "processor_tasks[0].status: 'LAZY' is not a status"),
    ({"drs_jobs": [{"children": [{"children": [{"tasks": []}]}]}]}, "drs_jobs[0].children[0].children[0].tasks: unknown key"),
])
def test_mistakes_are_named(scenario, message):
    with pytest.raises(ScenarioError) as caught:
        Simulator(scenario)
    assert message in str(caught.value)


@pytest.mark.parametrize("scenario", [None, {}])
def test_nothing_is_a_scenario(scenario):
    full = validate(scenario)
    assert full["projects"][0]["name"] == "eu-de"
    assert set(full["quirks"]) == set(QUIRKS)


def test_a_quirk_may_be_a_number_or_a_text():
    quirks = validate({"quirks": {"drs_v5_refusal": "400", "visualization_missing": 404}})["quirks"]
    assert (quirks["drs_v5_refusal"], quirks["visualization_missing"]) == (400, "404")


def test_a_scenario_of_five_lines(tmp_path):
    path = tmp_path / "small.yml"
    path.write_text("visualization_jobs:\n  - id: 7\n    status: WAITING\ndrs_jobs:\n  - name: copy\n", encoding="utf-8")
    with Simulator(path) as sim:
        assert [(job["resource"], job["status"]) for job in sim.jobs()] == [
            ("modelarts_visualization_job", "WAITING"), ("drs_job", "INCRE_TRANSFER_STARTED")]


@pytest.mark.parametrize(("name", "text", "message"), [
    ("a.yml", "a: [", "is not YAML"), ("a.json", "{", "is not JSON"), ("none.yml", None, "cannot read the scenario"),
])
def test_files_that_cannot_be_read(tmp_path, name, text, message):
    path = tmp_path / name
    if text is not None:
        path.write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError, match=message):
        load(path)


def test_many_are_generated():
    sim = Simulator({
        "visualization_jobs": [{"id": 5}, {"generate": {"count": 3, "name": "j-{n}"}}, {"generate": {"count": 2, "id": "10{n}"}}],
        "services": [{"generate": {"count": 2, "tasks": [{"generate": {"count": 2}}]}}],
        "drs_jobs": [{"generate": {"count": 2, "status": "CREATE_FAILED"}}],
    })
    jobs = sim.core.world.dump()
    by_kind = {resource: [job["id"] for job in jobs if job["resource"] == resource] for resource in KINDS}
    assert by_kind["modelarts_visualization_job"] == ["5", "6", "7", "8", "101", "102"]
    assert [job["name"] for job in jobs[1:4]] == ["j-1", "j-2", "j-3"]
    assert len(set(by_kind["modelarts_service_task"])) == 4
    assert all(len(job_id) == 32 for job_id in by_kind["modelarts_service_task"])
    assert all(len(job_id) == 36 and "jb" in job_id for job_id in by_kind["drs_job"])


@pytest.mark.parametrize("resource", KINDS)
def test_every_status_has_a_name_a_number_and_a_phase(resource):
    kind = KINDS[resource]
    for status in kind.phases:
        assert kind.named(kind.raw(status)) == status
    for status in (kind.running, kind.on_stop, kind.stopped, kind.completed, kind.stop_failed):
        assert status is None or status in kind.phases
    assert (kind.phase(kind.running), kind.phase(kind.stopped)) == ("stoppable", "ended")


def test_a_status_nobody_knows(simulate):
    sim, client = simulate(visualization_jobs=[{"id": 1, "raw_status": 99}], drs_jobs=[{"id": "d", "raw_status": "BRAND_NEW"}])
    assert client.get("/modelarts/v1/{p}/visualization-jobs/1").json()["status"] == 99
    assert client.get("/drs/v5/{p}/jobs/d").json()["job"]["status"] == "BRAND_NEW"
    assert {job["phase"] for job in sim.jobs()} == {"unknown"}


def test_fields_of_one_s_own(simulate):
    scenario = {
        "visualization_jobs": [{"id": 1, "fields": {"create_time": "soon"}}],
        "drs_jobs": [{"id": "d", "fields": {"create_time": None}, "description": "x"}],
    }
    _sim, client = simulate(scenario)
    assert client.get("/modelarts/v1/{p}/visualization-jobs").json()["jobs"][0]["create_time"] == "soon"
    row = client.get("/drs/v5/{p}/jobs", job_type="migration").json()["jobs"][0]
    assert (row["create_time"], row["description"]) == (None, "x")


def test_the_demo_is_a_mixed_project():
    jobs = Simulator(DEMO).core.world.dump()
    assert {job["resource"] for job in jobs} == set(KINDS)
    for resource in KINDS:
        assert {"stoppable", "ended"} <= {job["phase"] for job in jobs if job["resource"] == resource}


def test_the_examples_of_the_guide_are_scenarios():
    guide = (ROOT / "docs" / "simulator.md").read_text(encoding="utf-8")
    blocks = [yaml.safe_load(block) for block in re.findall(r"```yaml\n(.*?)```", guide, re.DOTALL)]
    scenarios = [block for block in blocks if isinstance(block, dict) and "endpoints" not in block]
    assert len(scenarios) == 2
    for scenario in scenarios:
        Simulator(scenario)


def test_the_guide_knows_every_key_quirk_and_fault():
    from tests.simulator.faults import ACTIONS, OPERATIONS
    guide = "".join((ROOT / "docs" / name).read_text(encoding="utf-8") for name in ("simulator.md", "dev/simulator.md"))
    missing = [name for name in (*validate(None), *QUIRKS, *ACTIONS, *OPERATIONS) if f"`{name}`" not in guide]
    assert missing == []
