# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The variable `teardown_notify`: who is told and when, and what became of it. Pure; messages.py makes what is told.

The URL of a webhook is a secret, because whoever knows it can post: no text that this file makes holds it, nor a header.
"""

from __future__ import annotations

import ipaddress
import json
import math
import re
import urllib.parse
from collections.abc import Iterable, Mapping
from typing import Any

from ansible_collections.otc.teardown.plugins.module_utils._base.errors import InputError
from ansible_collections.otc.teardown.plugins.module_utils._base.suggestions import did_you_mean
from ansible_collections.otc.teardown.plugins.module_utils._base.text import quoted
from ansible_collections.otc.teardown.plugins.module_utils._base.times import format_span
from ansible_collections.otc.teardown.plugins.plugin_utils._literals import literal
from ansible_collections.otc.teardown.plugins.plugin_utils._report.groups import RUNNING
from ansible_collections.otc.teardown.plugins.plugin_utils._teardown import variables as v

OPTION = "teardown_notify"
FORMATS = ("slack", "teams", "json")
OCCASIONS = ("failure", "still_running", "always")
"""When a message is sent; each includes the ones before it."""

Notify = dict[str, Any]

_KEYS = ("url", "format", "template", "when", "link", "headers", "timeout", "max_age", "validate_certs", "ca_cert")
_SECRET = ("url", "headers")
_LONGEST_WAIT = 120
_LONGEST_LINK = 2000
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # RFC 9110, 5.6.2


def read_notify(value: Any) -> Notify | None:
    """The options with their defaults, None for an empty dictionary. Raises InputError, which never shows the URL or a header."""
    given = _mapping(OPTION, value)
    if not given:
        return None
    _check_keys(given)
    if bool(given.get("format")) == bool(given.get("template")):
        raise InputError(f"{OPTION}.format", None, f"give one of {', '.join(FORMATS)}, or a template in its place, not both")
    return {
        "url": _url(given.get("url")),
        "format": _read(given, "format", v.choice(*FORMATS), ""),
        "template": _read(given, "template", v.path, ""),
        "when": _read(given, "when", v.choice(*OCCASIONS), OCCASIONS[0]),
        "link": _link(given.get("link", "")),
        "headers": _headers(given.get("headers", {})),
        "timeout": _read(given, "timeout", _wait, 10),
        "max_age": _read(given, "max_age", v.seconds, 86400),
        "validate_certs": _read(given, "validate_certs", v.boolean, True),
        "ca_cert": _read(given, "ca_cert", v.path, ""),
    }


def public(notify: Notify | None) -> Notify | None:
    """The options without the secret ones: the state of a run is shown with `-v`."""
    return notify and {key: value for key, value in notify.items() if key not in _SECRET}


def usable(value: Any) -> Notify:
    """The options for the tasks that render and send; empty if there are none, or if one is wrong, which is said elsewhere."""
    try:
        return read_notify(value) or {}
    except InputError:
        return {}


def why_no_template(notify: Notify | None, rendered: Any) -> list[str]:
    """Why the template of the user cannot be used; empty if it can. `rendered`: what it makes of SAMPLE, nothing if it is no file."""
    if not notify or not notify["template"]:
        return []
    option, path = f"{OPTION}.template", notify["template"]
    if rendered is None or rendered == "":
        return [str(InputError(option, path, "is not a file, or is empty; give the path of a template on the controller, or a format in its place"))]
    try:
        body(rendered)
    except InputError as error:
        return [str(InputError(option, path, str(error).partition(": ")[2]))]
    return []


def body(rendered: Any) -> Any:
    """The body to send, from the text of a rendered template; Ansible before 2.19 has made data of it already.

    Raises InputError if it is not JSON.
    """
    if not isinstance(rendered, str):
        return rendered
    try:
        return json.loads(rendered)
    except (ValueError, RecursionError) as error:
        raise InputError("template", None, f"makes a text that is not JSON ({error}); write texts with the filter to_json") from None


def is_due(when: str, reports: Iterable[Mapping[str, Any]]) -> bool:
    """Whether these reports are an occasion. After a failure nobody knows what runs, so it is one for `still_running` as well."""
    return when == "always" or any(_failed(report) or (when == "still_running" and _still_runs(report)) for report in reports)


def outcome(sent: Mapping[str, Any], timeout: int) -> str:
    """Why a message did not arrive, in words of ours; empty if it did. `sent`: the result of `ansible.builtin.uri`.

    Neither the text of the error nor the answer is shown, because both may hold the URL.
    """
    status = sent.get("status")
    if isinstance(status, int) and status >= 100:
        return "" if status < 300 else f"the webhook answered HTTP {status}{_advice(status)}"
    text = str(sent.get("msg") or "").lower()
    reasons = {
        ("timed out", "time frame"): f"no answer came within {format_span(timeout)}",
        ("certificate", "ssl", "tls"): "the certificate or the encryption of the webhook was not accepted; see ca_cert",
        ("name or service", "resolution", "nodename", "getaddrinfo"): "the host of the webhook has no address; check the URL",
        ("refused", "unreachable", "no route"): "nothing accepts connections at the webhook; check the URL, the network and the proxy",
        ("proxy", "tunnel"): "the proxy did not let the message through",
    }
    for words, reason in reasons.items():
        if any(word in text for word in words):
            return reason
    return "no answer came, or none that could be read"


def _mapping(option: str, value: Any) -> Mapping[str, Any]:
    """As `exclusions.mapping`, but the error does not show the value."""
    try:
        found = literal(option, value)
    except InputError:
        raise InputError(option, None, "holds a key twice; give each key once") from None
    if not isinstance(found, Mapping):
        raise InputError(option, None, "is not a dictionary; give a dictionary, also as JSON")
    return found


def _check_keys(given: Mapping[str, Any]) -> None:
    for key in given:
        if key not in _KEYS:
            shown = f".{key}" if re.fullmatch(r"[A-Za-z_-]{1,30}", str(key)) else ""
            raise InputError(f"{OPTION}{shown}", None, f"is not known{did_you_mean(key, _KEYS)}; choose from {', '.join(_KEYS)}")


def _read(given: Mapping[str, Any], key: str, check: v.Check, default: Any) -> Any:
    """A value that is no secret."""
    if key not in given or (default == "" and given[key] == ""):
        return default
    value = given[key]
    try:
        return check(value)
    except (TypeError, ValueError) as error:
        shown = "is null; give a value, or leave it out" if value is None else f"{quoted(value)[:200]} {error}"
        raise InputError(f"{OPTION}.{key}", None, shown) from None


def _wait(value: Any) -> int:
    found = math.ceil(v.seconds(value))
    if not 0 < found <= _LONGEST_WAIT:
        raise ValueError(f"is not a time from 1 to {_LONGEST_WAIT} seconds")
    return found


def _url(value: Any) -> str:
    option, remedy = f"{OPTION}.url", "give the URL of the webhook, which begins with https://"
    if value is None or value == "":
        raise InputError(option, None, f"is empty (perhaps a variable of the environment is not set here); {remedy}")
    found = _parsed(value)
    if found is None:
        raise InputError(option, None, f"is not a URL (it is not shown, because it is a secret); {remedy}")
    if found.scheme == "http" and not _is_here(found.hostname or ""):
        raise InputError(option, None, "goes over http, where everybody on the way can read it (http is for localhost only); use https")
    return str(value)


def _link(value: Any) -> str:
    if value == "":
        return ""
    if _parsed(value) is None or len(value) > _LONGEST_LINK:
        raise InputError(f"{OPTION}.link", str(value)[:200], f"is not a URL with http or https of up to {_LONGEST_LINK:,} characters")
    return str(value)


def _parsed(value: Any) -> urllib.parse.SplitResult | None:
    """The parts of a URL with http or https, None if it is none, or holds what chats take for the end of a link."""
    if not isinstance(value, str) or not value.isascii() or re.search(r"[\x00-\x20\x7f<>\"|\\^`{}]", value):
        return None
    try:
        found = urllib.parse.urlsplit(value)
        fits = found.scheme in ("http", "https") and bool(found.hostname) and found.port != 0
    except ValueError:
        return None
    return found if fits else None


def _is_here(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _headers(value: Any) -> dict[str, str]:
    option = f"{OPTION}.headers"
    found = {}
    for name, text in _mapping(option, value).items():
        if not isinstance(name, str) or not _TOKEN.fullmatch(name):
            raise InputError(option, None, "has a name that no header has; use letters, digits and hyphens")
        if not isinstance(text, str) or not text.isascii() or not text.isprintable():
            raise InputError(f"{option}.{name}", None, "is not text of one line (it is not shown, because it may be a secret); put it in quotes")
        found[name] = text
    return found


def _failed(report: Mapping[str, Any]) -> bool:
    return report["result"] in ("failed", "refused")


def _still_runs(report: Mapping[str, Any]) -> bool:
    return report["mode"] != "plan" and any(row["group"] == RUNNING for row in [*report["rows"], *report["not_in_plan"]])


def _advice(status: int) -> str:
    if status < 400:
        return ": a redirect, which is not followed; check the URL"
    if status in (400, 413, 415, 422):
        return ": it does not take this body; check format, or the template"
    if status in (401, 403, 404, 410):
        return ": it does not take messages; check the URL, or make a new webhook"
    return ""
