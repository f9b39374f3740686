# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads an HTTP answer: its JSON document, or the error that it reports.

The services report errors in many forms (OTC ModelArts, DRS, IAM and API Gateway references): at the top level or one
level below, under `error_msg`, `error_message`, `errorMsg` or `message`, with any HTTP status; even a 2xx can contain
a failure. `stated_failure` and `problem_of` handle all of them.
"""

from __future__ import annotations

import http
import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from ansible_collections.otc.teardown.plugins.module_utils._base.errors import ApiError, Meaning, Problem
from ansible_collections.otc.teardown.plugins.module_utils._base.text import plain
from ansible_collections.otc.teardown.plugins.module_utils._http import error_codes
from ansible_collections.otc.teardown.plugins.module_utils._http.window import Limit

_CODE_KEYS = ("error_code", "errorCode", "code")
_TEXT_KEYS = ("error_msg", "error_message", "errorMsg", "message")
_PHRASES = {status.value: status.phrase for status in http.HTTPStatus}
_LONGEST_TEXT, _LONGEST_SECRET = 300_000, 100_000
_REQUEST_ID_HEADERS = ("x-request-id", "x-iam-trace-id")


def _unchanged(text: str) -> str:
    return text


class Answer(NamedTuple):
    """One HTTP answer: status, headers with lower-case names, undecoded body.

    `redact` removes the secrets from a text; all text of the answer in messages passes through it. `codes`: error code ->
    its meaning here, if that differs from its general meaning.
    """

    status: int
    headers: Mapping[str, str]
    content: bytes
    redact: Callable[[str], str] = _unchanged
    codes: Mapping[str, Meaning] = {}

    def shown(self, text: str, length: int) -> str:
        """A text of this answer for a message: without secrets, plain, at most `length` characters."""
        # The redactor gets much more than is shown. A secret may be cut at the end of that text, so the end is dropped.
        redacted = self.redact(text[:_LONGEST_TEXT])
        if len(text) > _LONGEST_TEXT:
            redacted = redacted[:-_LONGEST_SECRET]
        return plain(redacted[:length])[:length]


def read_document(answer: Answer) -> dict[str, Any]:
    """The JSON object of a successful answer; {} for an empty body.

    Raises ApiError for a failure in any form, and for a 2xx that is not a JSON object, for example an HTML page of a
    proxy or an incomplete document.
    """
    document = _decode(answer.content)
    problem = _failure(answer, document)
    if problem is not None:
        raise ApiError(problem)
    if not isinstance(document, dict):
        raise ApiError(_garbled(answer))
    return document


def stated_failure(answer: Answer) -> Problem | None:
    """The failure of an answer as a whole, also if the answer cannot be read; None for a success."""
    try:
        read_document(answer)
    except ApiError as error:
        return error.problem
    return None


def problem_of(answer: Answer) -> Problem:
    """The problem in an answer that is known to be a failure."""
    return _failure(answer, _decode(answer.content)) or _garbled(answer)


def document_of(answer: Answer) -> dict[str, Any]:
    """The JSON object of any answer, also of a failed one; {} if it has none."""
    document = _decode(answer.content)
    return document if isinstance(document, dict) else {}


def item_problem(item: Mapping[str, Any], answer: Answer) -> Problem | None:
    """The problem in the entry of one job in an answer, or in a flat document; None if there is none.

    An entry has failed if it has an `error_code`, or a `status` of `failed`, `fail`, `failure` or `error` (in any case).
    """
    code, text = _code_and_text(item)
    failed = str(item.get("status")).lower() in ("failed", "fail", "failure", "error")
    if not code and not failed:
        return None
    return _problem(code, text or "the service gave no reason", answer)


def excerpt(answer: Answer) -> str:
    """The first 200 characters of the body, for a message; empty for an empty body."""
    return answer.shown(answer.content[:2_000_000].decode("utf-8", "replace"), 200)


def request_id_of(answer: Answer) -> str | None:
    """The request id that the support of the cloud asks for; None if the answer has none."""
    for name in _REQUEST_ID_HEADERS:
        if answer.headers.get(name):
            return answer.shown(answer.headers[name], 100)
    stated = document_of(answer).get("request_id")
    return answer.shown(stated, 100) if isinstance(stated, str) else None


def throttle_limit(text: str) -> Limit | None:
    """The limit in a message such as `limit:200,time:5 minute`, None if it holds no limit."""
    found = re.search(r"limit:\s*(\d{1,9})\s*,\s*time:\s*(\d{1,6})\s*(second|minute|hour|day)", text, re.IGNORECASE)
    if not found or not int(found.group(1)) or not int(found.group(2)):
        return None
    unit = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}[found.group(3).lower()]
    return Limit(int(found.group(1)), float(int(found.group(2)) * unit))


def _decode(content: bytes) -> Any:
    if not content.strip():
        return {}
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return None


def _failure(answer: Answer, document: Any) -> Problem | None:
    body = document if isinstance(document, dict) else {}
    if answer.status < 300:
        # On success only the top level counts: jobs contain error texts of their own.
        code, text = _code_and_text({key: value for key, value in body.items() if key != "code"})
        if body.get("is_success") is not False and not code:
            return None
    else:
        code, text = next((pair for pair in map(_code_and_text, _layers(body)) if any(pair)), (None, None))
    return _problem(code, _explained(answer, text), answer)


def _explained(answer: Answer, text: str | None) -> str:
    """The text of a failure, or a substitute for it, with the facts from the headers (redirect target, Retry-After)."""
    if 300 <= answer.status < 400:
        return f"the answer is a redirect to {answer.headers.get('location', '').strip() or 'nowhere'}, which is not followed"
    if not text and answer.content.strip():
        text = f"the answer was: {excerpt(answer)}"
    text = text or _PHRASES.get(answer.status, "the answer had no text")
    wait = answer.headers.get("retry-after")
    return f"{text} (Retry-After: {wait})" if wait else text


def _problem(code: str | None, text: str, answer: Answer) -> Problem:
    if code == str(answer.status):
        code = None  # Keystone repeats the HTTP status as its code
    meaning = error_codes.meaning_of(code, answer.status, answer.codes)
    shown_code = answer.shown(code, 100) if code else None
    return Problem(answer.shown(text, 1000), meaning, shown_code, answer.status, request_id_of(answer))


def _layers(body: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield body
    for value in body.values():
        if isinstance(value, dict):
            yield value
        elif isinstance(value, list) and len(value) == 1 and isinstance(value[0], dict):
            yield value[0]


def _code_and_text(layer: Mapping[str, Any]) -> tuple[str | None, str | None]:
    code = next((layer[key] for key in _CODE_KEYS if isinstance(layer.get(key), (str, int)) and layer[key]), None)
    text = next((layer[key] for key in _TEXT_KEYS if isinstance(layer.get(key), str) and layer[key]), None)
    return (None if code is None or isinstance(code, bool) else str(code)), text


def _garbled(answer: Answer) -> Problem:
    return Problem(
        f"the answer is not a JSON object: {excerpt(answer)}",
        Meaning.GARBLED,
        http_status=answer.status,
        request_id=request_id_of(answer),
    )
