# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is asked of the API: each call of each kind of job as a request, encoded so that it cannot go astray."""

from __future__ import annotations

import dataclasses
import json

import pytest

from ansible_collections.otc.teardown.plugins.module_utils._model.calls import Call
from ansible_collections.otc.teardown.plugins.module_utils._model.key import Key
from ansible_collections.otc.teardown.plugins.module_utils._resources import (
    dlf_job,
    dli_spark_batch,
    dli_sql_job,
    drs_job,
    modelarts_processor_task_version,
    modelarts_service_task,
    modelarts_training_job,
    modelarts_training_job_version,
    modelarts_visualization_job,
    modelarts_workflow_execution,
    mrs_job,
)

PROJECT = "0123456789abcdef0123456789abcdef"
BASE = "https://x.example.com"
NAMES = {"project_id": PROJECT, "id": "1", "parent": "9"}
DRS_V5, DRS_V3 = drs_job.RESOURCE.dialects
VISUALIZATION = modelarts_visualization_job.RESOURCE.dialects[0]
VERSION = modelarts_processor_task_version.RESOURCE.dialects[0]
TASK = modelarts_service_task.RESOURCE.dialects[0]
TRAINING = modelarts_training_job.RESOURCE.dialects[0]
TRAINING_VERSION = modelarts_training_job_version.RESOURCE.dialects[0]
EXECUTION = modelarts_workflow_execution.RESOURCE.dialects[0]
BATCH, SQL, MRS, DLF = (one.RESOURCE.dialects[0] for one in (dli_spark_batch, dli_sql_job, mrs_job, dlf_job))
RESOURCES = [
    one.RESOURCE for one in (
        dlf_job, dli_spark_batch, dli_sql_job, mrs_job,
        drs_job, modelarts_processor_task_version, modelarts_service_task, modelarts_training_job, modelarts_training_job_version,
        modelarts_visualization_job, modelarts_workflow_execution,
    )
]


def path_of(url):
    assert url.startswith(f"{BASE}/")
    return url[len(BASE):].replace(PROJECT, "P")


CALLS = [
    # what, call -> method, path, changes something
    ("stop visualization", VISUALIZATION.stop_one.call, "POST", "/v1/P/visualization-jobs/1/stop", True),
    ("read visualization", VISUALIZATION.read_one.call, "GET", "/v1/P/visualization-jobs/1", False),
    ("list visualization", VISUALIZATION.listing.call, "GET", "/v1/P/visualization-jobs", False),
    ("stop version", VERSION.stop_one.call, "POST", "/v2/P/processor-tasks/9/versions/1/stop", True),
    ("read version", VERSION.read_one.call, "GET", "/v2/P/processor-tasks/9/versions/1", False),
    ("list versions", VERSION.listing.call, "GET", "/v2/P/processor-tasks/9/versions", False),
    ("list processor tasks", modelarts_processor_task_version.RESOURCE.parent.listing.call, "GET",
     "/v2/P/processor-tasks?return_result=false", False),
    ("stop task", TASK.stop_one.call, "POST", "/v1/P/services/9/tasks/1/stop", True),
    ("read task", TASK.read_one.call, "GET", "/v1/P/services/9/tasks/1", False),
    ("list tasks", TASK.listing.call, "GET", "/v1/P/services/9/tasks", False),
    ("list services", modelarts_service_task.RESOURCE.parent.listing.call, "GET", "/v1/P/services", False),
    ("stop training", TRAINING.stop_one.call, "POST", "/v2/P/training-jobs/1/actions", True),
    ("read training", TRAINING.read_one.call, "GET", "/v2/P/training-jobs/1", False),
    ("list training", TRAINING.listing.call, "POST", "/v2/P/training-job-searches", False),
    ("stop training version", TRAINING_VERSION.stop_one.call, "POST", "/v1/P/training-jobs/9/versions/1/stop", True),
    ("read training version", TRAINING_VERSION.read_one.call, "GET", "/v1/P/training-jobs/9/versions/1", False),
    ("list training versions", TRAINING_VERSION.listing.call, "GET", "/v1/P/training-jobs/9/versions", False),
    ("list old training jobs", modelarts_training_job_version.RESOURCE.parent.listing.call, "GET", "/v1/P/training-jobs", False),
    ("stop execution", EXECUTION.stop_one.call, "POST", "/v2/P/workflows/9/executions/1/actions", True),
    ("read execution", EXECUTION.read_one.call, "GET", "/v2/P/workflows/9/executions/1", False),
    ("list executions", EXECUTION.listing.call, "GET", "/v2/P/workflows/9/executions", False),
    ("list workflows", modelarts_workflow_execution.RESOURCE.parent.listing.call, "GET", "/v2/P/workflows", False),
    ("stop batch", BATCH.stop_one.call, "DELETE", "/v2.0/P/batches/1", True),
    ("read batch", BATCH.read_one.call, "GET", "/v2.0/P/batches/1", False),
    ("list batches", BATCH.listing.call, "GET", "/v2.0/P/batches", False),
    ("stop SQL job", SQL.stop_one.call, "DELETE", "/v1.0/P/jobs/1", True),
    ("read SQL job", SQL.read_one.call, "GET", "/v1.0/P/jobs/1/status", False),
    ("list SQL jobs", SQL.listing.call, "GET", "/v1.0/P/jobs", False),
    ("stop MRS job", MRS.stop_one.call, "POST", "/v2/P/clusters/9/job-executions/1/kill", True),
    ("read MRS job", MRS.read_one.call, "GET", "/v2/P/clusters/9/job-executions/1", False),
    ("list MRS jobs", MRS.listing.call, "GET", "/v2/P/clusters/9/job-executions", False),
    ("list clusters", mrs_job.RESOURCE.parent.listing.call, "GET", "/v1.1/P/cluster_infos", False),
    ("stop DLF job", DLF.stop_one.call, "POST", "/v1/P/jobs/1/stop", True),
    ("list DLF jobs", DLF.listing.call, "GET", "/v1/P/jobs", False),
    ("stop DRS v5", DRS_V5.stop_one.call, "POST", "/v5/P/jobs/1/stop", True),
    ("stop many DRS v5", DRS_V5.stop_many.call, "POST", "/v5/P/jobs/batch-stop", True),
    ("read DRS v5", DRS_V5.read_one.call, "GET", "/v5/P/jobs/1?type=detail", False),
    ("list DRS v5", DRS_V5.listing.call, "GET", "/v5/P/jobs", False),
    ("stop many DRS v3", DRS_V3.stop_many.call, "DELETE", "/v3/P/jobs/batch-jobs", True),
    ("read many DRS v3", DRS_V3.read_many[0].call, "POST", "/v3/P/jobs/batch-detail", False),
    ("poll many DRS v3", DRS_V3.poll_many[0].call, "POST", "/v3/P/jobs/batch-status", False),
    ("list DRS v3", DRS_V3.listing.call, "POST", "/v3/P/jobs", False),
]


@pytest.mark.parametrize(("call", "method", "path", "changes"), [pytest.param(*row[1:], id=row[0]) for row in CALLS])
def test_the_calls(call, method, path, changes):
    request = call.request(BASE, NAMES)
    assert (request.method, path_of(request.full_url), request.safe) == (method, path, not changes)
    assert request.doing == call.doing and request.doing


def test_no_other_call_changes_anything():
    changing = {call.path for _what, call, _method, _path, changes in CALLS if changes}
    for resource in RESOURCES:
        for dialect in resource.dialects:
            stops = {one.call.path for one in (dialect.stop_one, dialect.stop_many) if one}
            reads = [dialect.listing, dialect.read_one, *dialect.read_many, *dialect.poll_many]
            assert stops <= changing
            assert not any(one.call.changes for one in reads if one)


@pytest.mark.parametrize("stop", [VISUALIZATION.stop_one, DRS_V5.stop_many], ids=["one", "many"])
def test_a_stop_that_is_not_marked_as_a_change_is_no_description(stop):
    with pytest.raises(ValueError, match="must be marked with changes=True"):
        dataclasses.replace(stop, call=stop.call._replace(changes=False))


@pytest.mark.parametrize(("body", "document"), [
    (DRS_V5.stop_one.body(False), {"is_force_stop": False}),
    (DRS_V5.stop_one.body(True), {"is_force_stop": True}),
    (DRS_V5.stop_many.entry("a", False), {"job_id": "a", "is_force_stop": False}),
    (DRS_V5.stop_many.entry("a", True), {"job_id": "a", "is_force_stop": True}),
    (DRS_V3.stop_many.entry("a", False), {"job_id": "a", "delete_type": "terminate"}),
    (DRS_V3.stop_many.entry("a", True), {"job_id": "a", "delete_type": "force_terminate"}),
])
def test_the_bodies_of_stops(body, document):
    assert dict(body) == document


def test_stops_of_modelarts_have_no_body():
    for dialect in (VISUALIZATION, VERSION, TASK, TRAINING_VERSION):
        request = dialect.stop_one.call.request(BASE, NAMES)
        assert dialect.stop_one.body is None
        assert (request.body, dict(request.headers)) == (None, {})


@pytest.mark.parametrize(("stop", "document"), [
    (TRAINING.stop_one, {"action_type": "terminate"}), (EXECUTION.stop_one, {"action_name": "stop"}),
])
def test_actions_that_stop(stop, document):
    assert json.loads(stop.call.request(BASE, NAMES).body) == document


@pytest.mark.parametrize("call", [row[1] for row in CALLS if "DRS" in row[0]])
def test_drs_wants_its_headers_on_every_call(call):
    for body in (None, {"jobs": []}):
        headers = dict(call.request(BASE, NAMES, body=body).headers)
        assert headers == {"Content-Type": "application/json", "X-Language": "en-us"}


@pytest.mark.parametrize(("kind", "pager"), [
    (VISUALIZATION, ("page", "per_page", 1000, 1, "pages")), (DRS_V5, ("offset", "limit", 100, 0, "records")),
    (DRS_V3, ("cur_page", "per_page", 100, 1, "pages")), (TRAINING, ("offset", "limit", 50, 0, "pages")),
    (EXECUTION, ("offset", "limit", 100, 0, "records")),
    (TRAINING_VERSION, ("page", "per_page", 1000, 1, "pages")), (VERSION, ("offset", "limit", 100, 0, "pages")),
])
def test_how_lists_are_paged(kind, pager):
    found = kind.listing.pager
    assert (found.position, found.limit, found.size, found.first, found.counts) == pager


@pytest.mark.parametrize(("name", "encoded"), [
    ("10", "10"), ("a b", "a%20b"), ("a/b", "a%2Fb"), ("../x", "..%2Fx"), ("a?b#c", "a%3Fb%23c"), ("ü", "%C3%BC"),
    ("%2e", "%252e"), ("{id}", "%7Bid%7D"), ("a+b&c=d", "a%2Bb%26c%3Dd"), ("", ""), (None, ""),
])
def test_names_are_encoded_into_the_path(name, encoded):
    call = Call("GET", "/v1/{project_id}/{parent}/{id}/x", "read")
    request = call.request(BASE, {"project_id": "p", "parent": "q", "id": name})
    assert request.full_url == f"{BASE}/v1/p/q/{encoded}/x"


@pytest.mark.parametrize(("own", "more", "url"), [
    ({}, None, ""), ({}, {}, ""), ({"a": "1"}, None, "?a=1"), ({"a": "1"}, {"b": 2}, "?a=1&b=2"),
    ({"a": "1"}, {"a": "2"}, "?a=2"), ({}, {"q": "a b&c=d/ü+%"}, "?q=a%20b%26c%3Dd%2F%C3%BC%2B%25"),
    ({}, {"b": 1, "B": 0}, "?B=0&b=1"), ({}, {"empty": ""}, "?empty="),
])
def test_queries(own, more, url):
    assert Call("GET", "/x", "read", query=own).request(BASE, {}, query=more).full_url == f"{BASE}/x{url}"


@pytest.mark.parametrize(("own", "more", "document"), [
    (None, None, None), ({}, None, {}), (None, {}, {}), ({"a": 1}, None, {"a": 1}),
    ({"a": 1}, {"b": "ü"}, {"a": 1, "b": "ü"}),
    ({"engine_type": ""}, {"cur_page": 1, "per_page": 100}, {"engine_type": "", "cur_page": 1, "per_page": 100}),
    ({"a": 1}, {"a": 2}, {"a": 2}),
])
def test_bodies(own, more, document):
    request = Call("POST", "/x", "list", body=own).request(BASE, {}, body=more)
    assert (None if request.body is None else json.loads(request.body)) == document
    assert dict(request.headers) == ({} if document is None else {"Content-Type": "application/json"})


@pytest.mark.parametrize(("key", "text"), [(Key("10"), "10"), (Key("t", "s"), "s/t"), (Key("t", ""), "t")])
def test_a_key_in_words(key, text):
    assert str(key) == text


def test_the_same_id_below_two_parents_is_two_jobs():
    assert len({Key("1", "a"), Key("1", "b"), Key("1")}) == 3
