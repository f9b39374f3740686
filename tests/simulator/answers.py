# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers in the formats that the clouds use for success and for errors."""
from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from typing import Any

from aiohttp import web


class Refusal(Exception):
    """Ends the handling of a request with this answer."""

    def __init__(self, answer: web.Response) -> None:
        super().__init__(answer.status)
        self.answer = answer


def reply(document: Any = None, status: int = 200, headers: Mapping[str, str] | None = None) -> web.Response:
    """Return a JSON answer, or one without a body if there is no document."""
    head = {"X-Request-Id": uuid.uuid4().hex, **(headers or {})}
    if document is None:
        return web.Response(status=status, headers=head)
    return web.Response(status=status, headers=head, text=json.dumps(document, ensure_ascii=False), content_type="application/json")


def error(status: int, code: str, message: str) -> web.Response:
    """Return the common error: `error_code` and `error_msg`."""
    return reply({"error_code": code, "error_msg": message}, status)


def training_error(status: int, code: str, message: str, flagged: bool = True) -> web.Response:
    """Return the error of the old ModelArts APIs: `error_message`, and (not on details) `is_success`."""
    flag = {"is_success": False} if flagged else {}
    return reply({**flag, "error_code": code, "error_message": message}, status)


def gateway_error(status: int, prefix: str, number: str, message: str, headers: Mapping[str, str] | None = None) -> web.Response:
    """Return an error of the API gateway, which adds the request id."""
    request_id = uuid.uuid4().hex
    body = {"error_code": f"{prefix}.{number}", "error_msg": message, "request_id": request_id}
    return reply(body, status, {"X-Request-Id": request_id, **(headers or {})})


def keystone_error(status: int, title: str, message: str) -> web.Response:
    """Return an error as Keystone writes it."""
    return reply({"error": {"code": status, "message": message, "title": title}}, status)
