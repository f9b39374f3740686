# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the stops have made of the jobs of a plan: rows after the review, with the outcomes of the module. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.otc.teardown.plugins.plugin_utils._jobs import key_of

Row = dict[str, Any]

_AFTER = {
    "stopped": "stopped", "stop_requested": "stopped", "would_stop": "would_stop", "ended": "ended",
    "ended_meanwhile": "ended", "already_ended": "ended", "missing": "ended", "already_stopping": "untouched",
    "timed_out": "failed", "unclear": "failed", "failed": "failed", "excluded": "untouched",
}

_WORDS = {
    "stopped": "stopped, and seen to have ended", "stop_requested": "stop accepted; its end was not waited for",
    "would_stop": "would be stopped", "ended": "ended by a stop that was under way",
    "ended_meanwhile": "ended by itself before the stop", "already_ended": "had ended already",
    "missing": "does not exist any more", "already_stopping": "was being stopped already",
    "excluded": "an exclude names it",
}


def carried_out(rows: Sequence[Mapping[str, Any]], stopped: Mapping[str, Any], refused: bool) -> list[Row]:
    """The rows after the stops. `stopped`: the results of the modules, gathered; `refused`: nothing was sent."""
    results = {key_of(row): row for row in stopped["jobs"]}
    errors = {kind["resource"]: kind["error"] for kind in stopped["kinds"]}
    done = []
    for row in rows:
        if row["to_stop"]:
            row = _finished(row, results.get(key_of(row)), errors.get(row["resource"]), refused)
        done.append({key: value for key, value in row.items() if key != "to_stop"})
    return done


def _finished(row: Mapping[str, Any], result: Mapping[str, Any] | None, error: str | None, refused: bool) -> Row:
    if result is None and refused:
        return {**row, "verdict": "would_stop", "reason": "nothing was sent"}
    if result is None:
        return {**row, "verdict": "failed", "reason": error or "no result came back, so nobody knows whether a stop was sent"}
    problem = result.get("error") or {}
    return {
        **row,
        "status_before": result["status_before"] or row["status_before"],
        "status_after": result["status_after"],
        "phase": result["phase"],
        "verdict": _AFTER[result["outcome"]],
        "outcome": result["outcome"],
        "reason": _WORDS.get(result["outcome"]) or _in_words(problem),
        "why": result["outcome"] if result["outcome"] in ("excluded", "timed_out") else None,
        "request_id": problem.get("request_id"),
        "changed": result["changed"],
    }


def _in_words(problem: Mapping[str, Any]) -> str:
    code = f" ({problem['code']})" if problem.get("code") else ""
    return f"{problem.get('message') or 'failed without a message'}{code}"
