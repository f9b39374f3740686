# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What counts as the acceptance of a stop, call by call; what as a refusal; and what leaves it open."""

from __future__ import annotations

import json

import pytest

from ansible_collections.otc.teardown.plugins.module_utils._base.errors import Meaning
from ansible_collections.otc.teardown.plugins.module_utils._engine.acceptance import shows_end, verdict
from ansible_collections.otc.teardown.plugins.module_utils._http.answers import Answer
from ansible_collections.otc.teardown.plugins.module_utils._model.key import Key
from ansible_collections.otc.teardown.plugins.module_utils._resources import (
    drs_job,
    modelarts_processor_task_version,
    modelarts_service_task,
    modelarts_visualization_job,
    modelarts_workflow_execution,
)

V5, V3 = drs_job.RESOURCE.dialects
CALLS = {
    # the call -> its resource and dialect, what sends it, the job it is about
    "visualization": (modelarts_visualization_job.RESOURCE, None, "stop_one", Key("10")),
    "processor": (modelarts_processor_task_version.RESOURCE, None, "stop_one", Key("v1", "t1")),
    "service": (modelarts_service_task.RESOURCE, None, "stop_one", Key("a" * 32, "s1")),
    "drs v5": (drs_job.RESOURCE, V5, "stop_one", Key("jb201")),
    "drs v5 batch": (drs_job.RESOURCE, V5, "stop_many", Key("jb201")),
    "drs v3 batch": (drs_job.RESOURCE, V3, "stop_many", Key("jb201")),
}
DRS = ("drs v5", "drs v5 batch", "drs v3 batch")
OK, NO, OPEN = "accepted", "refused", "open"

# An answer -> the calls whose stop is accepted by it; for all others it leaves open what happened.
ANSWERS = [
    # what the documents name
    ({"is_success": True}, ["visualization"]),
    ({"status": "success"}, DRS),
    ({"id": "jb201", "name": "n", "status": "success"}, DRS),
    ({"status": "Success"}, DRS),
    ({"status": "SUCCESS"}, DRS),
    (b"", ["processor", "service"]),
    (b"  \r\n", ["processor", "service"]),
    ({}, ["processor", "service"]),
    # the same with more beside it
    ({"is_success": True, "foo": 1}, ["visualization"]),
    ({"is_success": True, "job_id": 10, "error_code": None, "error_message": ""}, ["visualization"]),
    ({"id": "jb201", "status": "success", "error_code": "", "error_msg": "", "progress": {"a": []}}, DRS),
    # no, in shapes that nobody documents for the call
    ({"error": {"code": 403, "message": "You are not authorized", "title": "Forbidden"}}, []),
    ({"error": {"error_code": "DRS.M01504"}}, []),
    ({"error_msg": "no"}, []),
    ({"error_message": "no"}, []),
    ({"is_success": "false"}, []),
    ({"is_success": "true"}, []),
    ({"is_success": "True"}, []),
    ({"is_success": 0}, []),
    ({"is_success": 1}, []),
    ({"is_success": 1.0}, []),
    ({"is_success": None}, []),
    ({"is_success": [True]}, []),
    ({"is_success": {"value": True}}, []),
    ({"result": {"is_success": True, "status": "success"}}, []),
    ({"status": "rejected"}, []),
    ({"status": "ok?"}, []),
    ({"status": "processing?"}, []),
    ({"status": "succes"}, []),
    ({"status": " success"}, []),
    ({"status": ""}, []),
    ({"status": None}, []),
    ({"status": True}, []),
    ({"status": 200}, []),
    ({"status": ["success"]}, []),
    ({"status": {"value": "success"}}, []),
    ({"success": True}, []),
    ({"code": 0, "message": "ok"}, []),
    ({"foo": 1}, []),
    ({"results": []}, []),
    # no document at all
    (b"[]", []),
    (b"[{}]", []),
    (b"null", []),
    (b"true", []),
    (b'"success"', []),
    (b"success", []),
    (b'{"is_success": tr', []),
    (b"<html>200 OK</html>", []),
    (b"\xff\xfe", []),
]
# Yes and no in one answer -> the calls for which it holds no yes, so that the no counts.
BOTH = [
    ({"is_success": True, "error_code": "ModelArts.0105"}, {*CALLS} - {"visualization"}),
    ({"is_success": True, "error_message": "no"}, ()),
    ({"is_success": True, "status": "failed"}, {*CALLS} - {"visualization"}),
    ({"status": "success", "error_code": "X"}, {*CALLS} - {*DRS}),
    ({"status": "success", "error_msg": "not really"}, ()),
    ({"status": "success", "error": {"code": 403}}, ()),
    ({"status": "success", "is_success": False}, {*CALLS} - {*DRS}),
]
REFUSALS = [
    ({"is_success": False}, Meaning.REFUSED),
    ({"is_success": False, "error_code": "ModelArts.0105", "error_message": "can't be stop"}, Meaning.REFUSED),
    ({"error_code": "DRS.M01504", "error_msg": "another operation"}, Meaning.BUSY),
    ({"errorCode": "DRS.M01504"}, Meaning.BUSY),
    ({"status": "failed"}, Meaning.REFUSED),
    ({"status": "Failed", "error_code": "DRS.M01504", "error_msg": "m"}, Meaning.BUSY),
]


def said(call, body, status=200):
    """What an answer says of the one job that this call was about: accepted, refused or open; and the problem."""
    resource, dialect, stop, key = CALLS[call]
    dialect = dialect or resource.dialects[0]
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    try:
        document = json.loads(content or b"{}")
    except ValueError:
        document = {}
    item = document if isinstance(document, dict) else {}
    answer = Answer(status, {"x-request-id": "r1"}, content)
    problem = verdict(item, answer, getattr(dialect, stop).accepted, shows_end(item, resource, dialect, key))
    if problem is None:
        return OK, None
    return OPEN if problem.meaning is Meaning.GARBLED else NO, problem


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize(("body", "accepted"), ANSWERS, ids=lambda value: None if isinstance(value, (list, tuple)) else str(value)[:50])
def test_only_what_the_documents_name_is_an_acceptance(call, body, accepted):
    verdict_, problem = said(call, body)
    assert verdict_ == (OK if call in accepted else OPEN)
    if problem is not None:
        assert (problem.http_status, problem.request_id) == (200, "r1")


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize(("body", "refused"), BOTH, ids=lambda value: str(value)[:50] if isinstance(value, dict) else None)
def test_yes_and_no_in_one_answer_is_neither(call, body, refused):
    assert said(call, body)[0] == (NO if call in refused else OPEN)


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize(("body", "meaning"), REFUSALS, ids=lambda value: str(value)[:50])
@pytest.mark.parametrize("status", [200, 202])
def test_a_failure_in_a_known_shape_is_a_refusal(call, body, meaning, status):
    verdict_, problem = said(call, body, status)
    assert (verdict_, problem.meaning) == (NO, meaning)


@pytest.mark.parametrize(("status", "expected"), [
    (200, OK), (202, OK), (204, OK), (201, OPEN), (203, OPEN), (206, OPEN), (299, OPEN), (302, NO), (400, NO), (500, NO),
])
@pytest.mark.parametrize(("call", "body"), [
    ("visualization", {"is_success": True}), ("processor", {}), ("service", b""), ("drs v5", {"status": "success"}),
    ("drs v3 batch", {"id": "jb201", "status": "success"}),
])
def test_only_a_success_accepts(call, body, status, expected):
    if status == 500:
        assert said(call, body, status)[1].meaning is Meaning.TRANSIENT
    else:
        assert said(call, body, status)[0] == expected


@pytest.mark.parametrize(("status", "accepted"), [(200, True), (201, True), (202, True), (203, False), (206, False)])
def test_a_description_may_name_the_http_statuses_that_accept(status, accepted):
    stop = modelarts_workflow_execution.RESOURCE.dialects[0].stop_one
    answer = Answer(status, {}, b'{"execution_id": "e", "status": "running"}')
    assert (verdict({"execution_id": "e"}, answer, stop.accepted, True) is None) is accepted


@pytest.mark.parametrize(("call", "body", "expected"), [
    ("visualization", {"job_id": 10, "status": 9}, OK),
    ("visualization", {"job_id": "10", "status": "KILLING"}, OK),
    ("visualization", {"job_id": 10, "status": 12}, OK),
    ("visualization", {"job_id": 10, "status": 10}, OPEN),  # completed: by itself
    ("visualization", {"job_id": 10, "status": 8}, OPEN),
    ("visualization", {"job_id": 10, "status": 77}, OPEN),
    ("visualization", {"job_id": 11, "status": 9}, OPEN),
    ("visualization", {"status": 9}, OPEN),
    ("visualization", {"job_id": 10, "status": 9, "error_code": "X"}, OPEN),
    ("processor", {"task_version_id": "v1", "status": 4}, OK),
    ("processor", {"task_version_id": "v1", "status": 2}, OPEN),
    ("processor", {"task_version_id": "v1", "status": 1}, OPEN),
    ("service", {"id": "a" * 32, "state": "STOPPING"}, OK),
    ("service", {"id": "a" * 32, "state": "STOPPED"}, OK),
    ("service", {"id": "a" * 32, "state": "SUCCEEDED"}, OPEN),
    ("service", {"id": "a" * 32, "state": "RUNNING"}, OPEN),
    ("drs v5", {"id": "jb201", "status": "RELEASE_RESOURCE_STARTED"}, OK),
    ("drs v5", {"job": {"id": "jb201", "status": "RELEASE_RESOURCE_STARTED"}}, OK),
    ("drs v5", {"job": {"id": "jb202", "status": "RELEASE_RESOURCE_STARTED"}}, OPEN),
    ("drs v5", {"id": "jb201", "status": "INCRE_TRANSFER_STARTED"}, OPEN),
    ("drs v3 batch", {"id": "jb201", "status": "RELEASE_RESOURCE_COMPLETE"}, OK),
    ("drs v3 batch", {"id": "jb201", "status": "RELEASE_RESOURCE_FAILED"}, OPEN),
])
def test_the_job_itself_in_a_state_of_being_stopped_is_an_acceptance(call, body, expected):
    assert said(call, body)[0] == expected


def test_what_was_received_is_told():
    assert str(said("drs v5", {"status": "rejected"})[1]) == (
        'the answer does not say that the stop was accepted: {"status": "rejected"} (HTTP 200, request r1)')
    assert str(said("visualization", b"")[1]) == (
        "the answer does not say that the stop was accepted: nothing (HTTP 200, request r1)")
