# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is shown of an answer: plain text, without secrets, never too long."""

from __future__ import annotations

import json

import pytest

from ansible_collections.otc.teardown.plugins.module_utils._base.errors import ApiError, InputError, Meaning, Problem
from ansible_collections.otc.teardown.plugins.module_utils._base.text import Redactor
from ansible_collections.otc.teardown.plugins.module_utils._http.answers import Answer, item_problem, problem_of

SECRET = "gAAAAB" + "s3cr3t-T0ken/+=" * 10
HUGE = "gAAAAB" + "".join(f"{number:05d}" for number in range(1000))


def redactor(*secrets):
    redact = Redactor()
    redact.add(*secrets)
    return redact


def shown(body, status=500, secret=SECRET, headers=None):
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    problem = problem_of(Answer(status, headers or {}, content, redactor(secret)))
    return str(problem), problem


def leaked(text, secret, length=8):
    return next((secret[at:at + length] for at in range(len(secret) - length) if secret[at:at + length] in text), None)


@pytest.mark.parametrize("before", [0, 1, 150, 195, 199, 200, 201, 3900, 3990, 3999, 4000, 5000])
def test_a_secret_is_taken_out_before_a_page_is_cut(before):
    text, _problem = shown(b"x" * before + SECRET.encode() + b"y" * 100)
    assert leaked(text, SECRET) is None
    assert len(text) < 300


@pytest.mark.parametrize("before", [0, 50, 250, 4000])
def test_a_token_longer_than_4_kb_is_taken_out_too(before):
    text, _problem = shown(b"<p>" * (before // 3) + HUGE.encode() + b"</p>", secret=HUGE)
    assert leaked(text, HUGE) is None


@pytest.mark.parametrize("before", [0, 500, 900, 990, 1000, 2000])
@pytest.mark.parametrize("key", ["error_msg", "error_message", "message", "errorMsg"])
def test_a_secret_is_taken_out_before_a_message_is_cut(key, before):
    text, problem = shown({"error_code": "A.1", key: "x" * before + SECRET + "y" * 50})
    assert leaked(text, SECRET) is None
    assert len(problem.message) <= 1000


@pytest.mark.parametrize("before", [0, 50, 95, 200])
def test_a_secret_is_taken_out_before_a_request_id_is_cut(before):
    for headers, body in (({"x-request-id": "r" * before + SECRET}, {}), ({}, {"request_id": "r" * before + SECRET})):
        text, problem = shown(body, headers=headers)
        assert leaked(text, SECRET) is None
        assert len(problem.request_id) <= 100


@pytest.mark.parametrize("before", [0, 50, 90])
def test_a_secret_is_taken_out_before_a_code_is_cut(before):
    text, _problem = shown({"error_code": "c" * before + SECRET, "error_msg": "m"})
    assert leaked(text, SECRET) is None


def test_a_secret_in_the_entry_of_one_job():
    item = {"id": "1", "status": "failed", "error_msg": "x" * 950 + SECRET}
    problem = item_problem(item, Answer(202, {}, b"{}", redactor(SECRET)))
    assert leaked(problem.message, SECRET) is None


@pytest.mark.parametrize(("status", "body"), [
    (502, b"x" * 5_000_000),
    (200, b"x" * 5_000_000),
    (400, b'{"error_msg": "' + b"x" * 5_000_000 + b'"}'),
    (400, b'{"error_code": "' + b"x" * 1_000_000 + b'"}'),
    (200, b'{"error_code": "' + b"x" * 1_000_000 + b'"}'),
    (502, b"\x1b" * 100_000),
    (400, b'{"a": "\\u0000' + b"0" * 100_000 + b'"}'),
    (200, b"[" * 1_000_000),
    (500, b'{"a":' * 200_000),
], ids=lambda value: str(value)[:20])
def test_a_huge_answer_gives_a_short_message(status, body):
    text, problem = shown(body, status)
    assert len(text) < 1200
    assert len(problem.code or "") <= 100
    assert all(char.isprintable() for char in text)


@pytest.mark.parametrize(("code", "status", "request_id", "expected"), [
    ("ModelArts.0105", 400, "4f", "no (ModelArts.0105, HTTP 400, request 4f)"),
    ("ModelArts.0105", 400, None, "no (ModelArts.0105, HTTP 400)"),
    (None, 502, None, "no (HTTP 502)"),
    (None, None, None, "no"),
    (None, None, "4f", "no (request 4f)"),
    ("max_stops", None, None, "no (max_stops)"),
])
def test_a_problem_in_words_and_as_a_row(code, status, request_id, expected):
    problem = Problem("no", Meaning.REFUSED, code, status, request_id)
    assert str(problem) == expected
    assert problem.as_row() == {"code": code, "message": "no", "http_status": status, "request_id": request_id}


@pytest.mark.parametrize(("meaning", "advice"), [
    (Meaning.ADDRESS, "check region, endpoints, endpoint_domain and the project"),
    (Meaning.REAUTH, "the token has expired or was revoked"),
    (Meaning.CREDENTIALS, "tried once only"),
    (Meaning.DENIED, "lacks a permission"),
    (Meaning.UNSENT, "check the network"),
    (Meaning.REFUSED, None),
    (Meaning.LOST, None),
    (Meaning.ABSENT, None),
])
def test_an_error_says_what_failed_and_what_to_do(meaning, advice):
    text = str(ApiError(Problem("no", meaning, None, 400), "list drs_job"))
    assert text.startswith("Failed to list drs_job: no (HTTP 400)")
    assert (advice in text) if advice else text.endswith("(HTTP 400)")
    assert str(ApiError(Problem("no", meaning, None, 400))).startswith("no (HTTP 400)")


@pytest.mark.parametrize(("value", "text"), [
    ("../x", "job_ids: '../x': give an id"), (None, "job_ids: give an id"), ("", "job_ids: '': give an id"),
    (0, "job_ids: 0: give an id"), ("a\x1b[2J", "job_ids: 'a\\x1b[2J': give an id"),
])
def test_an_input_error_names_option_value_and_remedy(value, text):
    error = InputError("job_ids", value, "give an id")
    assert (str(error), error.option) == (text, "job_ids")
