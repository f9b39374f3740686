# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A report with every field filled, and texts that try to be more than text."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

HOSTILE = (
    "<script>alert(1)</script>", "</title><img src=http://127.0.0.1:9/x onerror=alert(1)>", "--></style><b>", "]]><x/>",
    "{{ lookup('pipe', 'id') }}", "{% raw %}", "{# x #}", "&lt;b&gt;&amp;&#60;", "\" onclick=alert(1) x='", "a\x00b\x1b[31mred",
    "\u202egnp.exe", "line\r\nline\u2028line", "x" * 10_000, "\ud800", "a|b", "a\\|b", "\\", "`", "``a``", "`|`", "a`b\\",
    "[x](javascript:alert(1))", "![x](http://127.0.0.1:9/x)", "<http://127.0.0.1:9>", "http://127.0.0.1:9/x", "www.example.com",
    "a@example.com", "@somebody", "#1", "GH-1", ":smile:", "**b** _i_ ~~s~~", "- x", "1. x", "# x", "> x", "---", "===", "    x",
    "$`x`$", "[[_TOC_]]", "{+ x +}", "/close", "[ ] x", "[^1]", "| --- |", " x ", "  ", "اسم", "Z\u0300\u0301\u0489",
)

_GROUPS = {
    **{verdict: {"group": verdict, "why": None} for verdict in ("failed", "stopped", "would_stop", "ended")},
    "untouched": {"group": "running", "why": "changed"}, "protected": {"group": "running", "why": "protected"},
}
VERDICTS = ("failed", "stopped", "would_stop", "untouched", "protected", "ended")
texts = st.one_of(
    st.sampled_from([text for text in HOSTILE if len(text) < 100]),
    st.text(st.characters(), max_size=60),
    st.text("<>&\"'`|\\{}%[]()!/=-@#:*_~.\n\r\t\0\x1b\u202e\ud800 xw1", max_size=60),
)

Fill = Callable[[str], str]


def counts(**numbers: int) -> dict[str, int]:
    """Counts in which all that is not named is 0."""
    zero = dict.fromkeys(("stopped", "ended", "protected", "failed", "untouched"), 0)
    return {"selected": sum(numbers.values()), **zero, **numbers}


def a_row(verdict: str = "stopped", fill: Fill = str, **more: Any) -> dict[str, Any]:
    """A row of a report; `fill` makes its texts from the names of the fields."""
    keys = ("resource", "id", "service_id", "parent_name", "owner", "name", "status_before", "status_after", "outcome", "reason", "request_id")
    return {
        **{key: fill(key) for key in keys}, "tags": {} if fill is str else {fill("tag"): fill("value")},
        "created_at": "2026-11-20T07:15:00Z", "verdict": verdict, "drift": "same", "changed": verdict == "stopped",
        "phase": "ended" if verdict in ("stopped", "ended") else "stoppable", **_GROUPS[verdict], **more,
    }


def a_guard(**more: Any) -> dict[str, Any]:
    """A guard of a report."""
    return {"guard": "teardown_max_stops", "text": "text", "value": 12, "limit": 100, "applies": True, "refuses": False, **more}


def a_report(fill: Fill = str, **more: Any) -> dict[str, Any]:
    """A report with one row of each verdict; `fill` makes all texts, times too, from the names of the fields."""
    def who(key: str) -> dict[str, str]:
        return {"id": fill(f"{key} id"), "name": fill(f"{key} name")}

    every = counts(**dict.fromkeys(VERDICTS, 1))
    return {
        "schema": "otc.teardown/report/1", "collection_version": fill("version"), "mode": "apply", "result": "failed", "headline": fill("headline"),
        "identity": {"domain": who("domain"), "user": who("user"), "project": who("project"), "region": fill("region")},
        "asked_for": {"host": None, "project": None, "region": None}, "would_refuse": [fill("would_refuse")],
        "started_at": "2026-11-22T01:00:00Z", "finished_at": "2026-11-22T01:01:03Z", "duration_seconds": 63,
        "plan": {
            "file": fill("file"), "digest": fill("digest"), "created_at": "2026-11-21T15:30:12Z",
            "valid_until": fill("valid_until"), "complete": False, "requests": {"plan": 3, "apply": 1234},
        },
        "selection": {
            "resources": [{"resource": fill("asked kind"), "filters": {fill("filter"): [fill("pattern")]}, "all": False}],
            "exclude": {"names": [fill("excluded")], "tags": {fill("excluded tag"): [fill("excluded value")]}},
        },
        "guards": [a_guard(guard=fill("guard"), text=fill("guard text"))],
        "protections": [{
            "names": [fill("spared")], "ids": [], "tags": {fill("spared tag"): [fill("spared value")]}, "resource": fill("spared kind"),
            "owner": fill("spared by"), "reason": fill("spared for"),
            "until": fill("spared until"), "expired": False, "jobs": 2,
        }],
        "window": {"open": False, "text": fill("window"), "windows": [fill("each window")]},
        "problems": [fill("problem 1"), fill("problem 2")], "warnings": [fill("warning")],
        "resources": [
            {"resource": fill("kind"), "error": fill("error"), "complete": False, "api_calls": 7, "counts": dict(every),
             "reads": fill("reads"), "goes_on_costing": fill("costs")},
            {"resource": fill("kind 2"), "error": None, "complete": True, "api_calls": 1, "counts": counts()},
        ],
        "rows": [
            a_row(verdict, lambda key, verdict=verdict: fill(f"{verdict} {key}"), changed=True, drift="progressed",
                  created_at=fill(f"{verdict} created_at"))
            for verdict in VERDICTS
        ],
        "not_in_plan": [a_row("untouched", lambda key: fill(f"new {key}"), why="new")],
        "protect": {key: [fill(key)] for key in ("expired", "unreadable", "unmatched")},
        "counts": every, "api_calls": 8, **more,
    }
