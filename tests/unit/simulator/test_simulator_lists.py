# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists: pages, bounds, totals, filters and orders of every one."""
from __future__ import annotations

import pytest

VIS = "/modelarts/v1/{p}/visualization-jobs"
SERVICES = "/modelarts/v1/{p}/services"
TASKS = SERVICES + "/s/tasks"
PROCESSORS = "/modelarts/v2/{p}/processor-tasks"
VERSIONS = PROCESSORS + "/t/versions"
V5 = "/drs/v5/{p}/jobs"
V3 = "/drs/v3/{p}/jobs"
MANY = {
    "visualization_jobs": [{"generate": {"count": 205, "name": "job-{n}"}}],
    "services": [{"id": "s", "tasks": [{"generate": {"count": 205, "name": "task-{n}"}}]}, {"generate": {"count": 4, "name": "service-{n}"}}],
    "processor_tasks": [{"id": "t", "versions": [{"generate": {"count": 205}}]}, {"generate": {"count": 11, "name": "pt-{n}"}}],
    "drs_jobs": [{"generate": {"count": 205, "name": "drs-{n}"}}],
}


@pytest.fixture
def many(simulate):
    return simulate(MANY)[1]


@pytest.mark.parametrize(("path", "query", "rows", "length", "total", "value"), [
    (VIS, {}, "jobs", 10, "job_total_count", 205),
    (VIS, {"page": 21}, "jobs", 5, "job_total_count", 205),
    (VIS, {"page": 22}, "jobs", 0, "job_total_count", 205),
    (VIS, {"page": 2, "per_page": 200}, "jobs", 5, "job_total_count", 205),
    (VIS, {"per_page": 1000}, "jobs", 205, "job_total_count", 205),
    (SERVICES, {}, "services", 5, "total_count", 5),
    (SERVICES, {"limit": 2}, "services", 2, "total_count", 5),
    (SERVICES, {"limit": 2, "offset": 2}, "services", 1, "total_count", 5),
    (TASKS, {}, "tasks", 10, "count", 205),
    (TASKS, {"limit": 100, "offset": 200}, "tasks", 5, "count", 205),
    (PROCESSORS, {}, "tasks", 10, "count", 12),
    (PROCESSORS, {"offset": 1}, "tasks", 2, "count", 12),
    (VERSIONS, {}, "versions", 100, "count", 205),
    (VERSIONS, {"offset": 2}, "versions", 5, "count", 205),
    (V5, {"job_type": "migration"}, "jobs", 10, "total_count", 205),
    (V5, {"job_type": "migration", "limit": 50, "offset": 200}, "jobs", 5, "total_count", 205),
    (V5, {"job_type": "sync"}, "jobs", 0, "total_count", 0),
])
def test_pages(many, path, query, rows, length, total, value):
    document = many.get(path, **query).json()
    assert (len(document[rows]), document[total]) == (length, value)


@pytest.mark.parametrize(("path", "start", "size", "rows", "key"), [
    (VIS, "page", "per_page", "jobs", "job_id"),
    (TASKS, "offset", "limit", "tasks", "id"),
    (VERSIONS, "offset", "limit", "versions", "task_version_id"),
    (V5 + "?job_type=migration", "offset", "limit", "jobs", "id"),
])
@pytest.mark.parametrize("unit", ["record", "page"])
def test_all_pages_together_hold_every_job_once(simulate, path, start, size, rows, key, unit):
    _sim, client = simulate(MANY, quirks={"service_task_offset": unit, "processor_offset": unit})
    pages = {"page": [1, 2, 3], "offset": [0, 100, 200]}[start]
    if unit == "page" and path in (TASKS, VERSIONS):
        pages = [0, 1, 2]
    found = [row[key] for page in pages for row in client.get(path, **{start: page, size: 100}).json()[rows]]
    assert (len(found), len(set(found))) == (205, 205)


@pytest.mark.parametrize(("path", "query", "code"), [
    (VIS, {"page": 0}, "ModelArts.0104"),
    (VIS, {"page": "x"}, "ModelArts.0104"),
    (VIS, {"per_page": 0}, "ModelArts.0104"),
    (VIS, {"per_page": 1001}, "ModelArts.0104"),
    (VIS, {"sortBy": "age"}, "ModelArts.0104"),
    (SERVICES, {"limit": 1001}, "ModelArts.0101"),
    (TASKS, {"offset": -1}, "ModelArts.0101"),
    (TASKS, {"limit": 101}, "ModelArts.0101"),
    (TASKS, {"state": "LAZY"}, "ModelArts.0101"),
    (TASKS, {"created_since": "today"}, "ModelArts.0101"),
    (PROCESSORS, {"limit": 101}, "ModelArts.0104"),
    (VERSIONS, {"limit": 0}, "ModelArts.0104"),
    (V5, {}, "DRS.M00200"),
    (V5, {"job_type": "all"}, "DRS.M00200"),
    (V5, {"job_type": "sync", "limit": 1001}, "DRS.M00200"),
    (V5, {"job_type": "sync", "status": "PAUSING"}, "DRS.M00200"),
])
def test_bad_parameters(many, path, query, code):
    answer = many.get(path, **query)
    assert (answer.status_code, answer.json()["error_code"]) == (400, code)


@pytest.mark.parametrize(("path", "query", "rows"), [(TASKS, {"limit": 500}, "tasks"), (V5, {"job_type": "migration", "limit": 500}, "jobs")])
def test_a_limit_that_is_too_high_may_be_capped(simulate, path, query, rows):
    _sim, client = simulate(MANY, quirks={"limit_over_max": "cap", "drs_v5_limit_max": 100, "service_task_limit_max": 100})
    assert len(client.get(path, **query).json()[rows]) == 100


@pytest.mark.parametrize(("body", "length"), [
    ({"cur_page": 1, "per_page": 10}, 10),
    ({"cur_page": 3, "per_page": 100}, 5),
    ({"cur_page": 0, "per_page": 10}, 205),
    ({"cur_page": 1, "per_page": 0}, 205),
    ({"cur_page": 9, "per_page": 100}, 0),
])
def test_pages_of_v3(many, body, length):
    document = many.post(V3, {"db_use_type": "migration", **body}).json()
    assert (len(document["jobs"]), document["total_record"]) == (length, 205)


@pytest.mark.parametrize(("body", "code"), [
    ({"per_page": 10, "db_use_type": "sync"}, "DRS.M00200"),
    ({"cur_page": 1, "db_use_type": "sync"}, "DRS.M00200"),
    ({"cur_page": 1, "per_page": 10}, "DRS.M00200"),
    ({"cur_page": 1, "per_page": 101, "db_use_type": "sync"}, "DRS.M00210"),
    ({"cur_page": "1", "per_page": 10, "db_use_type": "sync"}, "DRS.M00210"),
    ({"cur_page": 2, "per_page": 0, "db_use_type": "sync"}, "DRS.M00210"),
    ({"cur_page": 1, "per_page": 10, "db_use_type": "sync", "name": 5}, "DRS.M00200"),
    ([], "DRS.M00201"),
])
def test_bad_lists_of_v3(many, body, code):
    answer = many.post(V3, body)
    assert (answer.status_code, answer.json()["error_code"]) == (400, code)


@pytest.mark.parametrize(("engine", "names"), [
    ({}, ["a"]), ({"engine_type": ""}, ["a", "b"]), ({"engine_type": "postgresql"}, ["b"]),
])
def test_a_missing_engine_means_mysql(simulate, engine, names):
    _sim, client = simulate(drs_jobs=[{"name": "a"}, {"name": "b", "engine_type": "postgresql"}])
    body = {"cur_page": 1, "per_page": 10, "db_use_type": "migration", **engine}
    assert [job["name"] for job in client.post(V3, body).json()["jobs"]] == names


def test_status_of_many_shows_five_by_default(many):
    ids = [job["id"] for job in many.get(V5, job_type="migration", limit=12).json()["jobs"]]

    def asked(**page):
        return many.post(V3 + "/batch-status", {"jobs": ids, **({"page_req": page} if page else {})})

    assert [len(asked(**page).json()["results"]) for page in ({}, {"per_page": 100}, {"per_page": 0}, {"cur_page": 3})] == [5, 12, 12, 2]
    assert asked(cur_page=4).json()["error_code"] == "DRS.M00211"
    assert asked(per_page=101).json()["error_code"] == "DRS.M00210"


FILTERED = {
    "visualization_jobs": [{"id": 1, "name": "aa"}, {"id": 2, "name": "ab", "status": "FAILED"}, {"id": 3, "name": "cc", "workspace_id": "w"}],
    "services": [{"id": "s", "name": "cams", "tasks": [
        {"id": "0" * 32, "name": "north", "age": 10}, {"id": "1" * 32, "name": "south", "status": "STOPPED", "age": 2000}]},
        {"id": "batch", "name": "nightly", "infer_type": "batch"}],
    "processor_tasks": [
        {"id": "t", "name": "clean", "versions": [{"name": "V001"}, {"name": "V002", "status": 3}]},
        {"id": "u", "name": "grow", "status": 4, "task_type": "sys_data_augmentation"}],
    "drs_jobs": [
        {"id": "p", "name": "parent", "children": [{"id": "c", "name": "child", "status": "CHILD_TRANSFER_STARTED"}]},
        {"id": "o", "name": "other", "status": "INCRE_TRANSFER_FAILED", "enterprise_project_id": "e", "job_type": "sync", "net_type": "vpn"}],
}


@pytest.mark.parametrize(("path", "query", "rows", "key", "wanted"), [
    (VIS, {}, "jobs", "job_id", [1, 2]),
    (VIS, {"order": "desc"}, "jobs", "job_id", [2, 1]),
    (VIS, {"status": "11"}, "jobs", "job_id", [2]),
    (VIS, {"search_content": "b"}, "jobs", "job_id", [2]),
    (VIS, {"workspace_id": "w"}, "jobs", "job_id", [3]),
    (SERVICES, {}, "services", "service_id", ["s", "batch"]),
    (SERVICES, {"infer_type": "batch"}, "services", "service_id", ["batch"]),
    (SERVICES, {"service_name": "cam"}, "services", "service_id", ["s"]),
    (SERVICES, {"service_id": "none"}, "services", "service_id", []),
    (TASKS, {}, "tasks", "name", ["north", "south"]),
    (TASKS, {"sort_dir": "asc"}, "tasks", "name", ["south", "north"]),
    (TASKS, {"sort_key": "name"}, "tasks", "name", ["south", "north"]),
    (TASKS, {"state": "STOPPED"}, "tasks", "name", ["south"]),
    (TASKS, {"name_like": "nor"}, "tasks", "name", ["north"]),
    (TASKS, {"id": "1" * 32}, "tasks", "name", ["south"]),
    (TASKS, {"created_until": 1}, "tasks", "name", []),
    (PROCESSORS, {}, "tasks", "status", [1, 4]),
    (PROCESSORS, {"status": 4}, "tasks", "name", ["grow"]),
    (PROCESSORS, {"task_name": "cl"}, "tasks", "name", ["clean"]),
    (PROCESSORS, {"task_type": "sys_data_augmentation"}, "tasks", "name", ["grow"]),
    (PROCESSORS, {"workspace_id": "w"}, "tasks", "name", []),
    (VERSIONS, {"sort_by": "version_name"}, "versions", "status", [3, 1]),
    (V5, {"job_type": "migration"}, "jobs", "id", ["p"]),
    (V5, {"job_type": "migration", "name": "c"}, "jobs", "id", ["p"]),
    (V5, {"job_type": "migration", "name": "x,p"}, "jobs", "id", ["p"]),
    (V5, {"job_type": "sync", "enterprise_project_id": "e"}, "jobs", "id", ["o"]),
    (V5, {"job_type": "sync", "enterprise_project_id": "f"}, "jobs", "id", []),
    (V5, {"job_type": "sync", "status": "INCRE_TRANSFER_FAILED", "net_type": "vpn"}, "jobs", "id", ["o"]),
])
def test_filters_and_orders(simulate, path, query, rows, key, wanted):
    _sim, client = simulate(FILTERED)
    assert [row[key] for row in client.get(path, **query).json()[rows]] == wanted


def test_children_are_in_the_rows_of_their_parents(simulate):
    _sim, client = simulate(FILTERED)
    assert client.get(V5, job_type="migration").json()["jobs"][0]["children"][0]["id"] == "c"
    (row,) = client.post(V3, {"cur_page": 1, "per_page": 10, "db_use_type": "migration", "name": "c"}).json()["jobs"]
    assert row["children"][0]["status"] == "CHILD_TRANSFER_STARTED"
    (detail,) = client.post(V3 + "/batch-detail", {"jobs": ["c"]}).json()["results"]
    assert (detail["parent_id"], detail["name"]) == ("p", "child")


@pytest.mark.parametrize(("quirk", "migration", "sync"), [("inside", ["p", ["c"]], []), ("twice", ["p", ["c"]], ["c"]), ("alone", ["p", []], ["c"])])
def test_children_may_be_listed_by_themselves(simulate, quirk, migration, sync):
    child = {"id": "c", "status": "CHILD_TRANSFER_STARTED", "job_type": "sync"}
    _sim, client = simulate({"drs_jobs": [{"id": "p", "children": [child]}]}, quirks={"drs_children": quirk})

    def listed(dialect, job_type):
        body = {"cur_page": 1, "per_page": 10, "db_use_type": job_type}
        answer = (client.post(V3, body) if dialect == "v3" else client.get(V5, job_type=job_type)).json()
        assert answer.get("total_count", answer.get("total_record")) == len(answer["jobs"])
        return answer["jobs"]

    for dialect in ("v5", "v3"):
        (parent,) = listed(dialect, "migration")
        assert [parent["id"], [row["id"] for row in parent.get("children", [])]] == migration
        assert [row["id"] for row in listed(dialect, "sync")] == sync
    assert {row["job_mode_role"] for row in listed("v5", "sync")} <= {"child"}


def test_edge_knows_no_filters(simulate):
    _sim, client = simulate(FILTERED, quirks={"edge": True})
    assert client.get(TASKS, offset=0, limit=100).status_code == 200
    assert client.get(TASKS, state="RUNNING").json()["error_code"] == "ModelArts.0101"


def test_a_list_may_lag_behind(simulate):
    sim, client = simulate(FILTERED, quirks={"list_lag": 60}, stop_delay=0)
    client.post(VIS + "/1/stop")
    assert client.get(VIS + "/1").json()["status"] == 12
    assert client.get(VIS).json()["jobs"][0]["status"] == 8
    sim.skip(61)
    assert client.get(VIS).json()["jobs"][0]["status"] == 12


def test_numbers_may_come_as_texts(simulate):
    _sim, client = simulate(FILTERED, quirks={"ids_as_strings": True, "status_as_strings": True})
    row = client.get(VIS + "/1").json()
    assert (row["job_id"], row["status"]) == ("1", "8")
    assert client.get(VERSIONS).json()["versions"][0]["status"] == "1"
    assert client.get(PROCESSORS, status=4).json()["tasks"][0]["status"] == "4"


@pytest.mark.parametrize(("form", "v5", "v3"), [
    ("documented", "1577836800000", "2020-01-01 00:00:00"),
    ("epoch_ms", 1577836800000, 1577836800000),
    ("epoch_ms_string", "1577836800000", "1577836800000"),
    ("space", "2020-01-01 00:00:00", "2020-01-01 00:00:00"),
    ("iso", "2020-01-01T00:00:00Z", "2020-01-01T00:00:00Z"),
])
def test_forms_of_the_time(simulate, form, v5, v3):
    _sim, client = simulate(drs_jobs=[{"created_at": "2020-01-01T00:00:00Z"}], quirks={"drs_create_time": form})
    body = {"cur_page": 1, "per_page": 10, "db_use_type": "migration"}
    assert client.get(V5, job_type="migration").json()["jobs"][0]["create_time"] == v5
    assert client.post(V3, body).json()["jobs"][0]["create_time"] == v3


def test_a_spelling_of_its_own(simulate):
    _sim, client = simulate(drs_jobs=[{"id": "a", "status": "PAUSING"}], quirks={"drs_pauseing": True})
    assert client.post(V3 + "/batch-status", {"jobs": ["a"]}).json()["results"][0]["status"] == "PAUSEING"


@pytest.mark.parametrize(("quirk", "method", "path"), [
    ("drs_v5", "GET", V5 + "?job_type=sync"),
    ("drs_v5", "POST", V5 + "/batch-stop"),
    ("drs_batch_stop", "POST", V5 + "/batch-stop"),
    ("drs_v3", "POST", V3),
])
def test_dialects_that_are_not_offered(simulate, quirk, method, path):
    _sim, client = simulate(quirks={quirk: False})
    answer = client.send(method, path, json={})
    assert (answer.status_code, answer.json()["error_code"]) == (404, "APIGW.0101")


@pytest.mark.parametrize(("method", "path"), [
    ("GET", "/"), ("GET", "/modelarts/v1/{p}/training-tasks"), ("DELETE", VIS + "/1"), ("PUT", VIS), ("GET", "/drs/v9/{p}/jobs"), ("GET", VIS + "/1/"),
])
def test_anything_else_is_unknown_to_the_gateway(simulate, method, path):
    _sim, client = simulate(visualization_jobs=[{}])
    answer = client.send(method, path)
    assert (answer.status_code, answer.json()["error_code"]) == (404, "APIGW.0101")
    assert answer.json()["request_id"] == answer.headers["X-Request-Id"]


def test_details(simulate):
    _sim, client = simulate(FILTERED)
    assert client.get(TASKS + "/" + "1" * 32).json()["state"] == "STOPPED"
    assert client.get(PROCESSORS + "/t").json()["version_count"] == 2
    version = client.get(VERSIONS).json()["versions"][0]
    assert client.get(VERSIONS + "/" + version["task_version_id"]).json()["status"] == version["status"]
    assert client.get(V5 + "/p", type="detail").json()["job"]["base_info"]["name"] == "parent"
    assert client.get(V5 + "/p/actions").json()["job_action"]["available_actions"] == ["FREE_RESOURCE"]
