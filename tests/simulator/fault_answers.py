# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Replaces the true answer by that of a fault, and sends it."""
from __future__ import annotations

import asyncio
import gzip
import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import formatdate
from typing import Any

from aiohttp import web

from .answers import gateway_error, reply
from .call import Call, parsed
from .faults import Fault

_ROWS = (
    "jobs",
    "tasks",
    "versions",
    "services",
    "results",
    "projects",
    "data",
    "sessions",
    "instances",
    "items",
    "job_list",
    "clusters",
    "datasets",
)
_TOTALS = (
    "job_total_count", "job_count", "total_count", "total_record", "count", "total", "version_count", "total_number", "clusterTotal",
)
_IDS = ("id", "job_id", "version_id", "task_version_id", "task_id", "execution_id", "service_id", "clusterId")
_STATUSES = ("status", "phase", "state", "job_state")
_PAGE = "<html><head><title>{0} Bad Gateway</title></head><body><center><h1>{0} Bad Gateway</h1></center><hr><center>proxy</center></body></html>"


@dataclass(frozen=True)
class Delivery:
    """An answer and how to send it; without an answer, the connection is closed."""

    answer: web.Response | None
    cut: bool = False
    """Announce the whole length, send half, and close."""
    drip: float = 0.0
    """Send it in pieces over this number of seconds."""

    @property
    def status(self) -> int | None:
        """The status the client sees."""
        return self.answer.status if self.answer is not None else None


def spoiled(call: Call, fault: Fault, true_answer: web.Response | None) -> Delivery:
    """Return what to send in place of the true answer; `true_answer` is None if the request was not carried out."""
    return _SPOIL[fault.action](call, fault, true_answer)


async def deliver(request: web.BaseRequest, delivery: Delivery) -> web.StreamResponse:
    """Send an answer in the way that its fault requires."""
    answer = delivery.answer
    if answer is None:
        _hang_up(request)
        return web.Response()
    if not delivery.cut and not delivery.drip:
        return answer
    body = answer.body if isinstance(answer.body, bytes) else b""
    if delivery.drip and not body:
        await asyncio.sleep(delivery.drip)
        return answer
    stream = web.StreamResponse(status=answer.status, headers={name: value for name, value in answer.headers.items() if name != "Content-Length"})
    stream.content_length = len(body)
    await stream.prepare(request)
    if delivery.cut:
        await stream.write(body[:len(body) // 2])
        _hang_up(request)
        return stream
    pieces = 10
    for index in range(pieces):
        await stream.write(body[len(body) * index // pieces:len(body) * (index + 1) // pieces])
        await asyncio.sleep(delivery.drip / pieces)
    return stream


def _hang_up(request: web.BaseRequest) -> None:
    if request.transport is not None:
        request.transport.close()


def _status(call: Call, fault: Fault, _true: web.Response | None) -> Delivery:
    rule = fault.rule
    status, headers = rule["status"], {str(name): str(value) for name, value in rule.get("headers", {}).items()}
    if "retry_after" in rule:
        headers["Retry-After"] = f"{rule['retry_after']:g}"
    body = rule.get("body", {"error_code": rule.get("code", f"Simulator.{status}"), "error_msg": rule.get("message", "A fault of the simulator.")})
    if isinstance(body, str):
        headers.setdefault("Content-Type", "text/plain")
        return Delivery(web.Response(status=status, body=body.encode(), headers=headers))
    return Delivery(reply(body, status, headers))


def _throttle(call: Call, fault: Fault, _true: web.Response | None) -> Delivery:
    form, seconds = fault.rule["throttle"], fault.rule.get("retry_after", 1)
    message = fault.rule.get("message", "Throttled by policy: policy user over ratelimit,limit:200,time:5 minute")
    headers = {"Retry-After": formatdate(math.ceil(call.core.wall() + seconds), usegmt=True) if form == "date" else f"{seconds:g}"}
    return Delivery(gateway_error(429, call.core.scenario["gateway_prefix"], "0308", message, {} if form == "plain" else headers))


def _nothing(_call: Call, _fault: Fault, _true: web.Response | None) -> Delivery:
    return Delivery(None)


def _as_it_is(_call: Call, _fault: Fault, true: web.Response | None) -> Delivery:
    return Delivery(true)


def _garbage(call: Call, fault: Fault, _true: web.Response | None) -> Delivery:
    return Delivery(web.Response(status=200, body=fault.dice.randbytes(200), content_type="application/json"))


def _html(_call: Call, fault: Fault, _true: web.Response | None) -> Delivery:
    status = 502 if fault.rule["html"] is True else fault.rule["html"]
    return Delivery(web.Response(status=status, text=_PAGE.format(status), content_type="text/html"))


def _truncate(_call: Call, fault: Fault, true: web.Response | None) -> Delivery:
    if fault.rule["truncate"] == "body" or true is None:
        return Delivery(true, cut=True)
    body = true.body if isinstance(true.body, bytes) else b""
    if fault.rule["truncate"] == "packed":
        true.headers["Content-Encoding"] = "gzip"
        return Delivery(_with_body(true, gzip.compress(body)[:-8]))
    return Delivery(_with_body(true, body[:len(body) // 2]))


def _drip(_call: Call, fault: Fault, true: web.Response | None) -> Delivery:
    return Delivery(true, drip=fault.rule["slow_drip"])


def _redirect(_call: Call, fault: Fault, _true: web.Response | None) -> Delivery:
    return Delivery(web.Response(status=302, headers={"Location": fault.rule["redirect"]}))


def _wrong_types(_call: Call, fault: Fault, true: web.Response | None) -> Delivery:
    """Change the types in the document; an answer without a document stays unchanged."""
    document = parsed(true.body) if true is not None and isinstance(true.body, bytes) else None
    if true is None or document is None:
        return Delivery(true)
    part = "rows" if fault.rule["wrong_types"] is True else fault.rule["wrong_types"]
    changed = [document] if part == "document" else _replaced(document, *_REPLACEMENTS[part])
    if part == "ids" and changed == document:  # there, names are the ids
        changed = _replaced(document, ("name",), None)
    return Delivery(_with_body(true, json.dumps(changed).encode()))


def _in_place_of(keys: tuple[str, ...]) -> Callable[[Call, Fault, web.Response | None], Delivery]:
    """Replace the values of these keys in the true answer by the value of the fault."""
    def put(_call: Call, fault: Fault, true: web.Response | None) -> Delivery:
        document = parsed(true.body) if true is not None and isinstance(true.body, bytes) else None
        if true is None or document is None:
            return Delivery(true)
        changed = _replaced(document, keys, fault.rule[fault.action])
        return Delivery(_with_body(true, json.dumps(changed).encode()))
    return put


def _with_body(true: web.Response, body: bytes) -> web.Response:
    headers = {name: value for name, value in true.headers.items() if name != "Content-Length"}
    return web.Response(status=true.status, headers=headers, body=body)


_REPLACEMENTS: dict[str, tuple[tuple[str, ...], Any]] = {
    "rows": (_ROWS, "none"), "total": (_TOTALS, "many"), "ids": (_IDS, None), "status": (_STATUSES, {"code": 1}),
}


def _replaced(value: Any, keys: tuple[str, ...], substitute: Any) -> Any:
    """Return the document with another value at these keys; an object at such a key stays, for the key may stand below it again."""
    if isinstance(value, dict):
        return {
            key: substitute if key in keys and not isinstance(inner, dict) else _replaced(inner, keys, substitute)
            for key, inner in value.items()
        }
    return [_replaced(inner, keys, substitute) for inner in value] if isinstance(value, list) else value


_SPOIL: dict[str, Callable[[Call, Fault, web.Response | None], Delivery]] = {
    "status": _status, "throttle": _throttle, "drop_before": _nothing, "drop_after": _nothing, "hang": _as_it_is, "garbage": _garbage,
    "truncate": _truncate, "html": _html, "wrong_types": _wrong_types, "slow_drip": _drip, "redirect": _redirect,
    "repeat_page": _as_it_is, "shrink_total": _as_it_is, "total": _in_place_of(_TOTALS),
    "answer_status": _in_place_of((*_STATUSES, "is_success")), "token_death": _as_it_is, "clock_skew": _as_it_is,
}
