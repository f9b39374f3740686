# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stops: what is accepted, what becomes of the job, and every way to refuse."""
from __future__ import annotations

import pytest

SERVICE = "11111111-2222-3333-4444-555555555555"
TASK = "0" * 31 + "1"
VIS = "/modelarts/v1/{p}/visualization-jobs/1"
EDGE = "/modelarts/v1/{p}/services/" + SERVICE + "/tasks/" + TASK
PROC = "/modelarts/v2/{p}/processor-tasks/t/versions/v"
V5 = "/drs/v5/{p}/jobs"
V3 = "/drs/v3/{p}/jobs"
PATHS = {
    "modelarts_visualization_job": VIS, "modelarts_service_task": EDGE, "modelarts_processor_task_version": PROC, "drs_job": V5 + "/d",
}
KEYS = {"modelarts_service_task": "state"}


def one_of_each(**keys):
    """Return a scenario with one job of each kind, all with the same script."""
    return {
        "visualization_jobs": [{"id": 1, **keys}],
        "services": [{"id": SERVICE, "tasks": [{"id": TASK, **keys}]}],
        "processor_tasks": [{"id": "t", "versions": [{"id": "v", **keys}]}],
        "drs_jobs": [{"id": "d", **keys}],
    }


def status(client, resource):
    """Read the raw status of the job of a kind."""
    answer = client.get(PATHS[resource])
    document = answer.json()
    return document.get("job", document).get(KEYS.get(resource, "status")) if answer.ok else answer.status_code


@pytest.mark.parametrize(("resource", "code", "body", "stopping", "stopped"), [
    ("modelarts_visualization_job", 200, '{"is_success": true}', 9, 12),
    ("modelarts_service_task", 202, "", "STOPPING", "STOPPED"),
    ("modelarts_processor_task_version", 200, "{}", 1, 4),
    ("drs_job", 200, None, "RELEASE_RESOURCE_STARTED", "RELEASE_RESOURCE_COMPLETE"),
])
def test_a_stop_takes_its_time(simulate, resource, code, body, stopping, stopped):
    sim, client = simulate(one_of_each(stop_delay=60))
    answer = client.post(PATHS[resource] + "/stop")
    assert answer.status_code == code
    assert body is None or answer.text == body
    assert status(client, resource) == stopping
    sim.skip(61)
    assert status(client, resource) == stopped
    job = next(job for job in sim.jobs(resource))
    assert (job["phase"], job["raw"], job["stops_accepted"], job["stops_refused"]) == ("ended", stopped, 1, 0)
    assert sim.accepted(resource, job["id"]) == 1


@pytest.mark.parametrize(("resource", "code", "error", "words"), [
    ("modelarts_visualization_job", 400, "ModelArts.0105", "can't be stop. job status: 12"),
    ("modelarts_service_task", 400, "ModelArts.3519", "state STOPPED"),
    ("modelarts_processor_task_version", 400, "ModelArts.0104", "status: 4"),
    ("drs_job", 200, "DRS.M00304", "current status"),
])
def test_an_ended_job_is_not_stopped(simulate, resource, code, error, words):
    sim, client = simulate(one_of_each(), stop_delay=0)
    client.post(PATHS[resource] + "/stop")
    answer = client.post(PATHS[resource] + "/stop")
    assert (answer.status_code, answer.json()["error_code"]) == (code, error)
    assert words in answer.text
    assert sim.stops()[-1]["acted"] == []


@pytest.mark.parametrize(("resource", "code", "error"), [
    ("modelarts_visualization_job", 400, "ModelArts.0105"),
    ("modelarts_service_task", 400, "ModelArts.3519"),
    ("modelarts_processor_task_version", 400, "ModelArts.0104"),
    ("drs_job", 200, "DRS.M00304"),
])
def test_a_stopping_job_is_not_stopped_again(simulate, resource, code, error):
    _sim, client = simulate(one_of_each(never_ends=True), quirks={"processor_stop_again": "refuse"})
    client.post(PATHS[resource] + "/stop")
    answer = client.post(PATHS[resource] + "/stop")
    assert (answer.status_code, answer.json()["error_code"]) == (code, error)


def test_a_second_stop_of_a_processor_version_does_not_delay_it(simulate):
    sim, client = simulate(one_of_each(stop_delay=60))
    client.post(PROC + "/stop")
    sim.skip(40)
    assert client.post(PROC + "/stop").status_code == 200
    assert client.get(PROC).json()["status"] == 1
    sim.skip(21)
    assert client.get(PROC).json()["status"] == 4


@pytest.mark.parametrize(("resource", "code", "error"), [
    ("modelarts_visualization_job", 400, "ModelArts.0105"),
    ("modelarts_service_task", 409, "ModelArts.5044"),
    ("modelarts_processor_task_version", 403, "ModelArts.4850"),
    ("drs_job", 200, "DRS.M01504"),
])
def test_a_busy_job_refuses_for_a_while(simulate, resource, code, error):
    sim, client = simulate(one_of_each(refuse_times=2))
    for _again in range(2):
        answer = client.post(PATHS[resource] + "/stop")
        assert (answer.status_code, answer.json()["error_code"]) == (code, error)
    assert client.post(PATHS[resource] + "/stop").ok
    assert [bool(entry["acted"]) for entry in sim.stops()] == [False, False, True]


def test_a_job_that_refuses_whatever_is_not_forced(simulate):
    sim, client = simulate(one_of_each(refuse_graceful=True))
    stop = PATHS["drs_job"] + "/stop"
    for _again in range(3):
        assert client.post(stop, {"is_force_stop": False}).json()["error_code"] == "DRS.M01504"
    assert client.post(stop, {"is_force_stop": True}).json()["status"] == "success"
    assert [bool(entry["acted"]) for entry in sim.stops()] == [False, False, False, True]


@pytest.mark.parametrize("resource", PATHS)
def test_a_refusal_of_one_s_own(simulate, resource):
    _sim, client = simulate(one_of_each(refuse_times=1, refuse_code="X.1", refuse_status=400))
    answer = client.post(PATHS[resource] + "/stop")
    assert (answer.status_code, answer.json()["error_code"]) == (400, "X.1")


@pytest.mark.parametrize(("resource", "completed"), [
    ("modelarts_visualization_job", 10), ("modelarts_service_task", "SUCCEEDED"), ("modelarts_processor_task_version", 2),
    ("drs_job", "RELEASE_RESOURCE_COMPLETE"),
])
def test_a_job_may_end_just_before_the_stop(simulate, resource, completed):
    sim, client = simulate(one_of_each(ends_before_stop=True))
    assert client.get(PATHS[resource]).ok
    assert "error_code" in client.post(PATHS[resource] + "/stop").json()
    assert status(client, resource) == completed
    assert [job["stops_accepted"] for job in sim.jobs(resource)] == [0]


@pytest.mark.parametrize(("resource", "missing"), [
    ("modelarts_visualization_job", 404), ("modelarts_service_task", 404), ("modelarts_processor_task_version", 404), ("drs_job", 400),
])
def test_a_job_may_vanish(simulate, resource, missing):
    sim, client = simulate(one_of_each(vanishes_after_stop=True), stop_delay=0)
    client.post(PATHS[resource] + "/stop")
    assert status(client, resource) == missing
    assert [job["phase"] for job in sim.jobs(resource)] == ["gone"]


def test_a_job_may_end_by_itself_and_change_by_script(simulate):
    sim, client = simulate(visualization_jobs=[
        {"id": 1, "ends_by_itself_after": 60}, {"id": 2, "status": "WAITING", "status_changes": [[60, "RUNNING"], [999, 12]]},
    ])
    sim.skip(61)
    assert [job["status"] for job in client.get("/modelarts/v1/{p}/visualization-jobs").json()["jobs"]] == [10, 8]


@pytest.mark.parametrize(("resource", "completed"), [
    ("modelarts_visualization_job", 10), ("modelarts_service_task", "SUCCEEDED"), ("modelarts_processor_task_version", 2),
    ("drs_job", "RELEASE_RESOURCE_COMPLETE"),
])
def test_a_job_may_end_after_it_was_read(simulate, resource, completed):
    sim, client = simulate(one_of_each(ends_after_reads=2))
    read = [status(client, resource) for _again in range(3)]
    assert read[0] == read[1] != completed == read[2]
    assert [job["reads"] for job in sim.jobs(resource)] == [3]


@pytest.mark.parametrize("path", ["/modelarts/v1/{p}/visualization-jobs", "/drs/v5/{p}/jobs?job_type=migration"])
def test_rows_of_lists_count_as_read(simulate, path):
    sim, client = simulate(one_of_each(ends_after_reads=1))
    first, second = ([job["status"] for job in client.get(path).json()["jobs"]] for _again in range(2))
    assert first != second
    assert client.get(path.partition("?")[0] + "?job_type=sync&search_content=none").ok
    assert max(job["reads"] for job in sim.jobs()) == 2


@pytest.mark.parametrize(("begin", "end"), [
    ({"visualization_jobs": [{"status": "KILLING"}]}, "KILLED"),
    ({"services": [{"tasks": [{"status": "DELETING"}]}]}, "GONE"),
    ({"services": [{"tasks": [{"status": "FREEZING"}]}]}, "FROZEN"),
    ({"drs_jobs": [{"status": "RELEASE_RESOURCE_STARTED"}]}, "RELEASE_RESOURCE_COMPLETE"),
    ({"drs_jobs": [{"status": "RELEASE_RESOURCE_STARTED", "never_ends": True}]}, "RELEASE_RESOURCE_STARTED"),
])
def test_a_job_that_begins_as_stopping_ends_once_it_was_seen(simulate, begin, end):
    sim, client = simulate(begin, stop_delay=0)
    (before,) = sim.jobs()
    assert before["phase"] == "stopping"
    service = client.get("/modelarts/v1/{p}/services").json()["services"]
    client.get("/modelarts/v1/{p}/visualization-jobs")
    client.get(f"/modelarts/v1/{{p}}/services/{service[0]['service_id'] if service else 'none'}/tasks")
    client.post(V3, {"cur_page": 1, "per_page": 10, "db_use_type": "migration"})
    assert [job["status"] for job in sim.jobs()] == [end]


def test_a_stop_may_fail(simulate):
    sim, client = simulate(drs_jobs=[{"id": "d", "stop_fails": 1}], stop_delay=0)
    client.post(V5 + "/d/stop")
    assert sim.job("drs_job", "d")["status"] == "RELEASE_RESOURCE_FAILED"
    client.post(V5 + "/d/stop")
    assert sim.job("drs_job", "d")["status"] == "RELEASE_RESOURCE_COMPLETE"


@pytest.mark.parametrize(("script", "reading", "word", "end"), [
    ({"needs_force": True}, "accept", "success", "RELEASE_RESOURCE_COMPLETE"),
    ({"needs_force": True}, "refuse", "failed", "RELEASE_RESOURCE_STARTED"),
    ({"never_ends": True}, "accept", "success", "RELEASE_RESOURCE_STARTED"),
])
def test_force(simulate, script, reading, word, end):
    sim, client = simulate(drs_jobs=[{"id": "d", **script}], stop_delay=0, quirks={"drs_force_while_stopping": reading})
    assert client.post(V5 + "/d/stop", {"is_force_stop": False}).json()["status"] == "success"
    assert sim.job("drs_job", "d")["status"] == "RELEASE_RESOURCE_STARTED"
    assert client.post(V5 + "/d/stop", {"is_force_stop": True}).json()["status"] == word
    assert sim.job("drs_job", "d")["status"] == end


def test_a_forced_stop_is_not_forced_again(simulate):
    _sim, client = simulate(drs_jobs=[{"id": "d", "never_ends": True}])
    words = [client.post(V5 + "/d/stop", {"is_force_stop": True}).json()["status"] for _again in range(2)]
    assert words == ["success", "failed"]


def test_parents_and_children(simulate):
    scenario = {"drs_jobs": [{"id": "p", "children": [{"id": "c", "status": "CHILD_TRANSFER_STARTED"}, {"id": "e", "status": "CREATE_FAILED"}]}]}
    sim, client = simulate(scenario, stop_delay=0)
    client.post(V5 + "/p/stop")
    assert [job["status"] for job in sim.jobs()] == ["RELEASE_RESOURCE_COMPLETE", "RELEASE_CHILD_TRANSFER_COMPLETE", "CREATE_FAILED"]
    sim, client = simulate(scenario, stop_delay=9, quirks={"drs_parent_stop": "refuse"})
    assert client.post(V5 + "/p/stop").json()["error_code"] == "DRS.M00307"
    assert client.post(V5 + "/c/stop").json()["status"] == "success"
    assert sim.job("drs_job", "c")["status"] == "RELEASE_CHILD_TRANSFER_STARTED"


def test_a_batch_has_an_outcome_for_each(simulate):
    sim, client = simulate(drs_jobs=[{"id": "a"}, {"id": "b", "status": "CREATE_FAILED"}, {"id": "c", "refuse_times": 1}], quirks={"drs_result_case": "title"})
    items = client.post(V5 + "/batch-stop", {"jobs": [{"job_id": job_id, "is_force_stop": False} for job_id in "abcx"]}).json()["jobs"]
    assert [(item["status"], item.get("error_code")) for item in items] == [
        ("Success", None), ("Failed", "DRS.M00304"), ("Failed", "DRS.M01504"), ("Failed", "DRS.10000010")]
    (entry,) = sim.stops()
    assert (entry["ids"], entry["acted"], entry["status"]) == (list("abcx"), ["a"], 200)


def test_a_batch_of_v3(simulate):
    sim, client = simulate(drs_jobs=[{"id": "a"}, {"id": "b", "status": "RELEASE_RESOURCE_COMPLETE"}], stop_delay=0)
    kinds = [("a", "delete"), ("b", "delete"), ("x", "terminate")]
    answer = client.send("DELETE", V3 + "/batch-jobs", json={"jobs": [{"job_id": job_id, "delete_type": kind} for job_id, kind in kinds]})
    assert answer.status_code == 202
    assert [(item["status"], item.get("error_code")) for item in answer.json()["results"]] == [
        ("failed", "DRS.M00304"), ("success", None), ("failed", "DRS.M00289")]
    assert client.send("DELETE", V3 + "/batch-jobs", json={"jobs": [{"job_id": "a", "delete_type": "force_terminate"}]}).json()["count"] == 1
    assert {job["id"]: job["status"] for job in sim.jobs()} == {"a": "RELEASE_RESOURCE_COMPLETE", "b": "GONE"}
    (gone,) = client.post(V3 + "/batch-status", {"jobs": ["b"]}).json()["results"]
    assert gone["error_code"] == "DRS.M05004"


@pytest.mark.parametrize(("maximum", "jobs", "code"), [
    (2, ["a", "b", "c"], "DRS.M00200"), (1, ["a", "b"], "DRS.M00299"), (0, ["a", "a"], "DRS.M00301"), (0, [], "DRS.M00200"), (0, "a", None),
])
def test_batches_that_are_refused_whole(simulate, maximum, jobs, code):
    sim, client = simulate(drs_jobs=[{"id": job_id} for job_id in "abc"], quirks={"drs_batch_max": maximum})
    v5 = client.post(V5 + "/batch-stop", {"jobs": [{"job_id": job_id} for job_id in jobs]})
    v3 = client.send("DELETE", V3 + "/batch-jobs", json={"jobs": [{"job_id": job_id, "delete_type": "terminate"} for job_id in jobs]})
    if code is None:
        assert (v5.status_code, v3.status_code) == (200, 202)
    else:
        assert [(answer.status_code, answer.json()["error_code"]) for answer in (v5, v3)] == [(400, code)] * 2
        assert all(entry["acted"] == [] for entry in sim.stops())


@pytest.mark.parametrize("item", [{"job_id": "a"}, {"job_id": "a", "delete_type": "stop"}, {"delete_type": "terminate"}, "a"])
def test_bad_items_of_v3(simulate, item):
    sim, client = simulate(drs_jobs=[{"id": "a"}])
    assert client.send("DELETE", V3 + "/batch-jobs", json={"jobs": [item]}).json()["error_code"] == "DRS.M00200"
    assert sim.stops()[0]["acted"] == []


def test_force_must_be_a_boolean(simulate):
    _sim, client = simulate(drs_jobs=[{"id": "a"}])
    assert client.post(V5 + "/a/stop", {"is_force_stop": "no"}).json()["error_code"] == "DRS.M00200"


@pytest.mark.parametrize(("reading", "code", "shown"), [
    ("item", 200, ["a", "x"]), ("omitted", 200, ["a"]), ("400", 400, ["x"]),
])
def test_missing_jobs_in_a_batch_of_statuses(simulate, reading, code, shown):
    _sim, client = simulate(drs_jobs=[{"id": "a"}], quirks={"drs_missing_in_status": reading})
    for call in ("batch-status", "batch-detail"):
        answer = client.post(f"{V3}/{call}", {"jobs": ["a", "x"]})
        assert (answer.status_code, [item["id"] for item in answer.json()["results"]]) == (code, shown)


MISSING = {
    "vis": "/modelarts/v1/{p}/visualization-jobs/99", "task": EDGE[:-1] + "9", "service": "/modelarts/v1/{p}/services/none/tasks/" + TASK,
    "version": PROC + "9", "processor": "/modelarts/v2/{p}/processor-tasks/none/versions/v", "drs": V5 + "/none", "pattern": EDGE[:-1] + "G",
}


@pytest.mark.parametrize(("quirks", "name", "code", "body"), [
    ({}, "vis", 404, {}),
    ({"visualization_missing": "400_code"}, "vis", 400, "ModelArts.0103"),
    ({"visualization_missing": "200_code"}, "vis", 200, "ModelArts.0103"),
    ({}, "task", 404, {}),
    ({"service_task_missing": "404_code"}, "task", 404, "ModelArts.3502"),
    ({"service_task_missing": "400_code"}, "task", 400, "ModelArts.0101"),
    ({}, "service", 404, "ModelArts.3502"),
    ({}, "pattern", 400, "ModelArts.0101"),
    ({}, "version", 404, "ModelArts.4851"),
    ({}, "processor", 404, "ModelArts.4700"),
    ({"processor_missing": "404"}, "version", 404, {}),
    ({"processor_missing": "400_code"}, "version", 400, "ModelArts.4851"),
    ({"processor_missing": "400_code"}, "processor", 400, "ModelArts.4700"),
    ({}, "drs", 400, "DRS.10000010"),
])
def test_missing_jobs(simulate, quirks, name, code, body):
    _sim, client = simulate(one_of_each(), quirks=quirks)
    for answer in (client.get(MISSING[name]), client.post(MISSING[name] + "/stop")):
        assert answer.status_code == code
        assert (answer.json() if isinstance(body, dict) else answer.json()["error_code"]) == body


@pytest.mark.parametrize(("quirks", "first", "second"), [
    ({"visualization_failure_status": 200}, (200, '{"is_success": true}'), 200),
    ({"visualization_stop_body": "empty_object"}, (200, "{}"), 400),
    ({"visualization_stop_body": "none"}, (200, ""), 400),
])
def test_readings_of_the_visualization_stop(simulate, quirks, first, second):
    _sim, client = simulate(one_of_each(), quirks=quirks)
    answer = client.post(VIS + "/stop")
    assert (answer.status_code, answer.text) == first
    refused = client.post(VIS + "/stop")
    assert (refused.status_code, refused.json()["is_success"]) == (second, False)


def test_a_refusal_of_v5_may_be_a_400(simulate):
    _sim, client = simulate(drs_jobs=[{"id": "a", "status": "CREATE_FAILED"}], quirks={"drs_v5_refusal": 400})
    answer = client.post(V5 + "/a/stop")
    assert (answer.status_code, answer.json()["error_code"]) == (400, "DRS.M00304")
