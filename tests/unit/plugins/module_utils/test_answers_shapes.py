# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Errors in every shape that the services are known to use, and answers that are none."""

from __future__ import annotations

import json

import pytest

from ansible_collections.otc.teardown.plugins.module_utils._base.errors import ApiError, Meaning, Problem
from ansible_collections.otc.teardown.plugins.module_utils._http.answers import (
    Answer,
    document_of,
    item_problem,
    problem_of,
    read_document,
    request_id_of,
    throttle_limit,
)


def answer(status, body, headers=None):
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Answer(status, headers or {}, content)


HTML = b"<html><head><title>502 Bad Gateway</title></head></html>"
SHAPES = [
    # shape, HTTP status, body -> code, text, meaning
    ("E1 ModelArts", 404, {"error_code": "ModelArts.3502", "error_msg": "Service s does not exist"},
     "ModelArts.3502", "Service s does not exist", "absent"),
    ("E1 DRS", 400, {"error_code": "DRS.10000010", "error_msg": "The job does not exist"},
     "DRS.10000010", "The job does not exist", "absent"),
    ("E1 gateway", 404, {"error_msg": "The API does not exist", "error_code": "APIG.0101", "request_id": "r1"},
     "APIG.0101", "The API does not exist", "address"),
    ("E2 with 200", 200, {"is_success": False, "error_code": "ModelArts.0105", "error_message": "can't be stop"},
     "ModelArts.0105", "can't be stop", "refused"),
    ("E2 with 400", 400, {"is_success": False, "error_code": "ModelArts.0105", "error_message": "can't be stop"},
     "ModelArts.0105", "can't be stop", "refused"),
    ("E2 without a code", 200, {"is_success": False, "error_message": "no"}, None, "no", "refused"),
    ("E2 without a word", 200, {"is_success": False}, None, 'the answer was: {"is_success": false}', "refused"),
    ("E3", 400, {"error_code": "ModelArts.0103", "error_message": "failed"}, "ModelArts.0103", "failed", "refused"),
    ("E3 with 200", 200, {"error_code": "ModelArts.6309", "error_message": "gone"}, "ModelArts.6309", "gone",
     "not_found"),
    ("E4 under 400", 400, {"jobs": [{"id": "1", "status": "failed", "error_code": "DRS.M05004", "error_msg": "d"}]},
     "DRS.M05004", "d", "absent"),
    ("E5 under 400", 400, {"results": [{"id": "1", "error_code": "DRS.M00289", "error_message": "n"}], "count": 1},
     "DRS.M00289", "n", "absent"),
    ("E6", 403, {"error": {"code": 403, "message": "You are not authorized", "title": "Forbidden"}},
     None, "You are not authorized", "denied"),
    ("E6 wrong password", 401, {"error": {"code": 401, "message": "wrong", "title": "Unauthorized"}},
     None, "wrong", "reauth"),
    ("E7", 401, {"error_msg": "Incorrect password", "error_code": "IAM.0062"}, "IAM.0062", "Incorrect password",
     "credentials"),
    ("E7 number as text", 400, {"error_msg": "Incorrect password", "error_code": "1103"}, "1103",
     "Incorrect password", "credentials"),
    ("E7 number", 400, {"error_msg": "Incorrect password", "error_code": 1103}, "1103", "Incorrect password",
     "credentials"),
    ("E9 code and message", 403, {"code": "APIGW.0302", "message": "blocked"}, "APIGW.0302", "blocked", "denied"),
    ("E9 camel case", 400, {"errorCode": "DRS.M00304", "errorMsg": "not now"}, "DRS.M00304", "not now", "busy"),
    ("E9 one level down", 400, {"error": {"error_code": "DRS.M01503", "error_msg": "too often"}},
     "DRS.M01503", "too often", "throttled"),
    ("E9 under any key", 400, {"whatever": {"errorCode": "DRS.M00299", "message": "one"}}, "DRS.M00299", "one",
     "batch_size"),
    ("E10 empty", 502, b"", None, "Bad Gateway", "transient"),
    ("E10 blanks", 504, b" \r\n ", None, "Gateway Timeout", "transient"),
    ("E10 HTML", 502, HTML, None, f"the answer was: {HTML.decode()}", "transient"),
    ("HTML under 404", 404, HTML, None, f"the answer was: {HTML.decode()}", "not_found"),
    ("half a document", 500, b'{"error_code": "Mod', None, 'the answer was: {"error_code": "Mod', "transient"),
    ("a list", 400, ["no"], None, 'the answer was: ["no"]', "refused"),
    ("a text", 400, "no", None, 'the answer was: "no"', "refused"),
    ("null", 400, None, None, "the answer was: null", "refused"),
    ("nothing in it", 409, {}, None, "the answer was: {}", "busy"),
    ("wrong types", 400, {"error_code": ["x"], "error_msg": {"a": 1}}, None,
     'the answer was: {"error_code": ["x"], "error_msg": {"a": 1}}', "refused"),
    ("code without text", 404, {"error_code": "ModelArts.4851"}, "ModelArts.4851",
     'the answer was: {"error_code": "ModelArts.4851"}', "absent"),
    ("a truth value as code", 400, {"error_code": True, "error_msg": "m"}, None, "m", "refused"),
    ("redirect", 302, b"", None, "the answer is a redirect to nowhere, which is not followed", "address"),
    ("throttled", 429, {"error_code": "APIG.0308", "error_msg": "limit:200,time:1 minute"}, "APIG.0308",
     "limit:200,time:1 minute", "throttled"),
    ("control characters", 400, {"error_code": "A\n1", "error_msg": "\x1b[31mred\r\n"}, "A\\x0a1",
     "\\x1b[31mred\\x0d\\x0a", "refused"),
    ("not UTF-8", 502, b"\xff\xfe", None, "the answer was: \ufffd\ufffd", "transient"),
]


@pytest.mark.parametrize(
    ("status", "body", "code", "text", "meaning"), [pytest.param(*row[1:], id=row[0]) for row in SHAPES]
)
def test_every_shape_of_an_error(status, body, code, text, meaning):
    given = answer(status, body)
    problem = problem_of(given)
    assert (problem.code, problem.message, problem.meaning) == (code, text, Meaning(meaning))
    assert problem.http_status == status
    with pytest.raises(ApiError) as caught:
        read_document(given)
    assert caught.value.problem == problem


@pytest.mark.parametrize(("status", "body"), [
    (200, {}), (200, {"is_success": True}), (202, {"count": 1, "results": [{"id": "1", "status": "failed"}]}),
    (200, {"id": "1", "status": "success"}), (201, {"token": {}}), (200, {"id": "1", "error_msg": "of the job"}),
    (200, {"id": "1", "error": {"code": "x", "message": "of the job"}}), (200, {"error_code": "", "error_msg": ""}),
    (200, {"error_code": None}), (200, {"code": 200, "message": "ok"}), (200, {"is_success": None}),
])
def test_a_success(status, body):
    assert read_document(answer(status, body)) == body


@pytest.mark.parametrize(("status", "content"), [(200, b""), (202, b"  \n"), (204, b"")])
def test_an_empty_success(status, content):
    assert read_document(answer(status, content)) == {}


@pytest.mark.parametrize("content", [
    HTML, b'{"is_success": tr', b"[]", b"[{}]", b"null", b"true", b"12", b'"text"', b"\xff\xfe\x00", b"{'a': 1}",
    b"[" * 100000, b'{"a":' * 100000, b"1" * 5000,
])
def test_a_success_that_is_not_a_json_object_is_a_failure(content):
    given = answer(200, content, {"x-request-id": "r1"})
    with pytest.raises(ApiError) as caught:
        read_document(given)
    problem = caught.value.problem
    assert (problem.meaning, problem.code, problem.http_status, problem.request_id) == (Meaning.GARBLED, None, 200, "r1")
    assert problem.message.startswith("the answer is not a JSON object: ")
    assert len(problem.message) < 250
    assert document_of(given) == {}
    assert problem_of(given) == problem


@pytest.mark.parametrize(("status", "body", "document"), [
    (400, {"results": []}, {"results": []}), (500, HTML, {}), (200, [1], {}), (200, b"", {}), (404, {"a": 1}, {"a": 1}),
])
def test_the_document_of_any_answer(status, body, document):
    assert document_of(answer(status, body)) == document


@pytest.mark.parametrize(("item", "status", "code", "text", "meaning"), [
    # E4 and E5: entries of a batch
    ({"id": "1", "status": "failed", "error_code": "DRS.M01504", "error_msg": "m"}, 202, "DRS.M01504", "m", "busy"),
    ({"id": "1", "status": "Failed", "error_code": "DRS.M05004", "error_message": "m"}, 200, "DRS.M05004", "m",
     "absent"),
    ({"id": "1", "error_code": "DRS.M00289", "error_message": "m"}, 400, "DRS.M00289", "m", "absent"),
    ({"id": "1", "status": "failed"}, 202, None, "the service gave no reason", "refused"),
    ({"id": "1", "status": "FAILED", "error_msg": "why"}, 200, None, "why", "refused"),
    ({"id": "1", "status": "error", "error_msg": "why"}, 200, None, "why", "refused"),
    ({"id": "1", "status": "Fail", "error_msg": "why"}, 200, None, "why", "refused"),
    ({"id": "1", "status": "failure", "error_msg": "why"}, 200, None, "why", "refused"),
    # E8: the whole document
    ({"id": "1", "name": "n", "status": "failed", "error_code": "DRS.M00304", "error_msg": "m"}, 200, "DRS.M00304",
     "m", "busy"),
])
def test_the_failure_of_one_job_among_others(item, status, code, text, meaning):
    problem = item_problem(item, answer(status, {}, {"x-request-id": "r1"}))
    assert problem == Problem(text, Meaning(meaning), code, status, "r1")


@pytest.mark.parametrize("item", [
    {}, {"id": "1"}, {"id": "1", "status": "success"}, {"id": "1", "status": "Success"}, {"status": None},
    {"id": "1", "status": "success", "error_msg": ""}, {"status": ["failed"]}, {"error_msg": "of the job"},
    {"id": "1", "status": "RELEASE_RESOURCE_FAILED"}, {"error_code": None}, {"error_code": ""},
])
def test_an_entry_without_a_failure(item):
    assert item_problem(item, answer(202, {})) is None


@pytest.mark.parametrize(("headers", "body", "expected"), [
    ({"x-request-id": "a"}, {}, "a"), ({"x-iam-trace-id": "b"}, {}, "b"), ({}, {"request_id": "c"}, "c"),
    ({"x-request-id": "a", "x-iam-trace-id": "b"}, {"request_id": "c"}, "a"), ({"x-request-id": ""}, {}, None),
    ({}, {"request_id": 5}, None), ({}, ["c"], None), ({}, {}, None), ({}, HTML, None),
    ({"x-request-id": "r\n\x1b" + "x" * 200}, {}, ("r\\x0a\\x1b" + "x" * 200)[:100]),
    ({}, {"request_id": "y" * 200}, "y" * 100),
])
def test_request_ids(headers, body, expected):
    given = answer(500, body, headers)
    assert request_id_of(given) == problem_of(given).request_id == expected


@pytest.mark.parametrize(("text", "limit"), [
    ("The throttling threshold has been reached: policy user over ratelimit,limit:10,time:1 minute", (10, 60.0)),
    ("limit:200,time:5 minute", (200, 300.0)), ("limit:1,time:1 second", (1, 1.0)), ("limit:5,time:2 hour", (5, 7200)),
    ("limit:5,time:1 day", (5, 86400.0)), ("LIMIT: 7 , TIME: 3 Minutes", (7, 180.0)), ("limit:10", None),
    ("limit:0,time:1 minute", None), ("limit:1,time:0 minute", None), ("limit:-1,time:1 minute", None),
    ("limit:1,time:1 fortnight", None), ("", None), ("limit:" + "9" * 5000 + ",time:1 minute", None),
    ("limit:one,time:1 minute", None), ("limit:5,time:1 minute; limit:9,time:1 minute", (5, 60.0)),
])
def test_the_limit_in_a_throttling_text(text, limit):
    assert throttle_limit(text) == limit
