# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can go wrong with a request, each kind of fault in the forms that it takes."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

Form = Mapping[str, Any]


@dataclasses.dataclass(frozen=True)
class Fault:
    """One kind of fault.

    `forms` are faults of the simulator (docs/simulator.md), of which a seed draws one. `says` is what a
    message about it must say. `way` names a fault that happens before a request arrives (network.py),
    `login` the login that it concerns, `patience` the seconds that it may cost beside `wait_timeout`, and `patience_of_info`
    what it may cost an info module, which has no `wait_timeout` and waits for an hour at most,
    `options` those of the task that it needs. `paged`: it needs a list with several pages.
    `like_absence`: the answer to a read can look like that of a service about a job that does not exist.
    `is_clear`: a stop that meets it was not carried out, and everybody can tell. `lists`: it concerns lists only.
    """

    name: str
    forms: tuple[Form, ...]
    says: str
    way: str = ""
    login: str = "password"
    patience: float = 60.0
    patience_of_info: float = 120.0
    options: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    like_absence: bool = False
    is_clear: bool = False
    paged: bool = False
    lists: bool = False


def _status(status: int) -> Fault:
    maybe_acted = status in (408, 500, 502, 503, 504)
    forms: list[dict[str, Any]] = [{"status": status}, {"status": status, "body": ""}]
    forms += [{**form, "act": True} for form in forms if maybe_acted]
    return Fault(
        f"status {status}", tuple(forms), f"HTTP {status}", like_absence=status in (400, 404, 410, 422),
        is_clear=not maybe_acted and status < 500,
    )


_STATUSES = (400, 401, 403, 404, 405, 408, 409, 410, 413, 422, 500, 501, 502, 503, 504)
# Real seconds, the only ones that are slept through.
_SHORT, _SLOW = 0.3, 0.6
_HASTY = {"api_timeout": _SHORT, "api_retries": 2}
_LIMIT = "Throttled by policy: policy user over ratelimit,limit:200,time:5 minute"
_NEVER_ARRIVES = ({"drop_before": True},)
_UNREADABLE = "not a JSON object"
_NO_ANSWER = "no answer from"

# What says neither that a stop was accepted nor, in any shape that is known, that it was refused.
_ODD = (
    {"error": {"code": 403, "message": "You are not authorized", "title": "Forbidden"}}, {"error": {"error_code": "X.1"}},
    {"error_msg": "not now"}, {"is_success": "false"}, {"is_success": 0}, {"status": "rejected"}, [], "done",
)

FAULTS = (
    *map(_status, _STATUSES),
    Fault("throttling", (
        {"throttle": "seconds"}, {"throttle": "date"}, {"throttle": "plain"}, {"throttle": "plain", "message": "slow down"},
    ), "HTTP 429|asked to wait|the API allows one request|when wait_timeout ended",  # the last: pauses took the time
        patience_of_info=1800.0, is_clear=True),  # as many windows of five minutes as there are tries
    Fault("told to come back tomorrow", tuple(
        {"throttle": form, "retry_after": 86400, "message": text} for form in ("seconds", "date") for text in ("slow down", _LIMIT)
    ), "asked to wait for longer than the time that is .* come back then", patience=30.0, is_clear=True),
    Fault("drop before the act", ({"drop_before": True},), _NO_ANSWER),
    Fault("drop after the act", ({"drop_after": True},), _NO_ANSWER),
    Fault("hang", tuple({"hang": _SLOW, "act": act} for act in (True, False, "late")), _NO_ANSWER, options=_HASTY),
    Fault("slow drip", ({"slow_drip": _SHORT / 3}, {"slow_drip": _SLOW}), _NO_ANSWER, options=_HASTY),
    Fault("garbage", ({"garbage": True}, {"garbage": True, "act": True}), f"{_UNREADABLE}|does not say that"),
    Fault("truncated", ({"truncate": "body"}, {"truncate": "document"}), f"{_NO_ANSWER}|{_UNREADABLE}"),
    Fault("wrong types", tuple({"wrong_types": part} for part in ("rows", "total", "ids", "status", "document")),
          f"{_UNREADABLE}|holds no |without a usable id|does not mention|status .* not known|status cannot be read|does not describe|no id of project"),
    Fault("HTML of a proxy", tuple({"html": status, "act": act} for status in (200, 502, 504) for act in (True, False))
          + ({"html": 403}, {"html": 404}), f"HTTP (403|404|502|504)|{_UNREADABLE}|does not say that", like_absence=True),
    Fault("pages that do not fit", ({"repeat_page": True}, {"shrink_total": 1}), "repeats what was|total shrank", paged=True),
    Fault("packed, without its end", ({"truncate": "packed"},), _NO_ANSWER),
    Fault("undocumented success", tuple({"status": status, "body": body, "act": act} for status in (200, 202) for body in _ODD
                                        for act in (True, False)),
          f"{_UNREADABLE}|does not say that|does not mention|does not describe|holds no |no id of project|sent no X-Subject-Token"),
    Fault("unknown word for a status", ({"answer_status": "processing?"},),
          r"does not say that|status PROCESSING\? is not known|still PROCESSING\?"),
    Fault("total that lies", tuple({"total": total} for total in (0, 1, 1000, 10**9)), "the total is|the total shrank|jobs listed", lists=True),
    Fault("token death", ({"token_death": True},), "HTTP 40[13]", is_clear=True),
    Fault("clock off by 20 minutes", ({"clock_skew": 1200}, {"clock_skew": -1200}), "HTTP 401", login="keys", is_clear=True),
    Fault("no such host", _NEVER_ARRIVES, "cannot connect to .*Name or service", way="dns", is_clear=True),
    Fault("connection refused", _NEVER_ARRIVES, "cannot connect to .*refused", way="refused", is_clear=True),
    Fault("TLS failure", _NEVER_ARRIVES, "cannot connect to .*SSL", way="tls", is_clear=True),
)
