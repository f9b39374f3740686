# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Compares a plan with the current jobs: which jobs to stop, which to leave alone, and reasons to refuse all stops. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from ansible_collections.otc.teardown.plugins.module_utils._model.status import ENDED, STOPPABLE, STOPPING
from ansible_collections.otc.teardown.plugins.plugin_utils._teardown.drift import (
    ENDED_SINCE,
    GONE,
    LOST,
    TO_STOP,
    UNREAD,
    Drift,
    drift,
)
from ansible_collections.otc.teardown.plugins.plugin_utils._teardown.guards import Identity, refusals
from ansible_collections.otc.teardown.plugins.plugin_utils._teardown.kinds import (
    Mark,
    described,
    key_of,
    label,
    mark_of,
    naming_keys,
)
from ansible_collections.otc.teardown.plugins.plugin_utils._teardown.kinship import Kinship, rows_of
from ansible_collections.otc.teardown.plugins.plugin_utils._teardown.plan import (
    EXCLUDED,
    NOTHING,
    PROTECTED,
    STOP,
    UNCLEAR,
    UNKNOWN,
)
from ansible_collections.otc.teardown.plugins.plugin_utils._teardown.protection import Protection

Row = dict[str, Any]

_NOT_PLANNED = "it matches the selection now but is not in the plan"
_RUNS_NOW = "it runs now but was not to be stopped when the plan was reviewed"
_VERDICTS = {NOTHING: "ended", PROTECTED: "protected", EXCLUDED: "untouched", UNCLEAR: "untouched", UNKNOWN: "failed"}


_PLANNED = {**_VERDICTS, STOP: "would_stop"}


def planned(plan: Mapping[str, Any]) -> list[Row]:
    """The rows of a plan in the form of a report."""
    return [_row(row, None, _PLANNED[row["decision"]], row["reason"]) for row in plan["rows"]]


def to_look_at(rows: Sequence[Mapping[str, Any]], selected: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Planned rows and canaries that no listing showed; they are read by id. `rows`: both; `selected`: the listed rows."""
    seen = {key_of(row) for row in selected}
    wanted = {key_of(row): naming_keys(row) for row in rows if row.get("decision", STOP) == STOP or row["phase"] == STOPPING}
    return [row for key, row in wanted.items() if key not in seen]


def unseen(canaries: Sequence[Mapping[str, Any]], rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """The labels of the canaries that none of these rows shows as existing."""
    visible = {key_of(row) for row in rows if row["status_before"] is not None}
    return [label(canary) for canary in canaries if key_of(canary) not in visible]


def review(
    plan: Mapping[str, Any],
    selected: Mapping[str, Any],
    looked_at: Mapping[str, Any],
    protection: Protection,
    options: Mapping[str, Any],
    identity: Identity,
    stopped_before: Collection[Mark] = (),
) -> dict[str, Any]:
    """The verdict on every planned row.

    `stopped_before` are the marks of jobs that an earlier run of the same plan has stopped: they may no longer exist.
    `selected` and `looked_at` are results of the modules in check mode, as `results.gathered` returns them: the selection
    of the plan read again, and rows read by id. The result has `rows` (see `_reviewed`), the jobs `to_stop`,
    `not_in_plan` (jobs that match the selection now and are left alone), and `refusals`: nothing is stopped unless it is
    empty.
    """
    now = {key_of(row): row for result in (selected, looked_at) for row in result["jobs"]}
    kinship = _kinship(plan, selected)
    rows = [_reviewed(row, now.get(key_of(row)), protection, kinship, options["resources"]) for row in plan["rows"]]
    expected = [row for row in rows if row["drift"] == GONE and mark_of(row) in stopped_before]
    for row in expected:
        row.update(drift=ENDED_SINCE, reason="does not exist any more since an earlier run stopped it")
    to_stop = [row for row in rows if row["to_stop"]]
    planned = {key_of(row) for row in plan["rows"]}
    left = [row for row in selected["jobs"] if row["outcome"] == "would_stop" and key_of(row) not in planned]
    running = [row["resource"] for row in to_stop if now[key_of(row)]["phase"] == STOPPABLE]
    stops = {kind: running.count(kind) for kind in dict.fromkeys(running)}
    return {
        "rows": rows,
        "to_stop": [naming_keys(row) for row in to_stop],
        "not_in_plan": [_row(row, row["status"], "untouched", _NOT_PLANNED) for row in left],
        "refusals": [
            *_drifted(rows, options["max_drift_percent"]),
            *refusals(options, identity, stops, _stoppable(plan, selected), unseen(options["canary"], list(now.values()))),
        ],
    }


def _kinship(plan: Mapping[str, Any], seen: Mapping[str, Any]) -> Kinship:
    return Kinship(rows_of(seen["kinds"]), plan.get("families", {}))


def _reviewed(
    planned: Mapping[str, Any], now: Mapping[str, Any] | None, protection: Protection, kinship: Kinship, kinds: Sequence[str]
) -> Row:
    """A row of the report before the stops, with the additional key `to_stop`."""
    row = {**_row(planned, now["status"] if now else None, "", ""), "to_stop": False}
    protected = protection.why(planned, *([now["name"]] if now else []))
    related = kinship.why_protected(planned, protection)
    if planned["decision"] != STOP:
        verdict, reason = _left_alone(planned, now)
        return {**row, "verdict": verdict, "reason": reason}
    if planned["resource"] not in kinds:
        return {**row, "verdict": "untouched", "reason": "teardown_resources leaves its kind out"}
    found = drift(planned, now)
    row["drift"] = found.verdict
    if protected:
        return {**row, "verdict": "protected", "reason": protected}
    if found.verdict in TO_STOP and now:
        verdict, reason = _spared(now, related, kinship.why_unknown(planned, protection)) or ("would_stop", found.words)
        return {**row, "verdict": verdict, "reason": reason, "to_stop": verdict == "would_stop"}
    return {**row, "verdict": _verdict(found), "reason": found.words}


def _spared(now: Mapping[str, Any], related: str | None, unknown: str | None) -> tuple[str, str] | None:
    """(verdict, reason) for a job that is as planned but is protected or excluded now; None if it may be stopped."""
    if related:
        return "protected", related
    if now["outcome"] == "excluded":
        return "untouched", now.get("spared_by") or "teardown_exclude names it now"
    return ("failed", unknown) if unknown else None


def _left_alone(planned: Mapping[str, Any], now: Mapping[str, Any] | None) -> tuple[str, str]:
    """(verdict, reason) for a planned row whose decision is not to stop."""
    decision, phase = planned["decision"], now["phase"] if now else None
    if decision in (NOTHING, UNCLEAR) and phase == STOPPABLE:
        return "untouched", _RUNS_NOW
    if decision == NOTHING and planned["phase"] == STOPPING and now is None:
        return "untouched", "could not be read again"
    if decision == NOTHING and now and phase == STOPPING:
        return "untouched", f"it is being stopped already: {now['status_before']}"
    if decision in (UNKNOWN, UNCLEAR) and now and (phase == ENDED or now["outcome"] == "missing"):
        return "ended", "has ended since the plan" if phase == ENDED else "does not exist any more"
    return _VERDICTS[decision], planned["reason"]


def _verdict(found: Drift) -> str:
    if found.verdict == UNREAD:
        return "failed"
    return "untouched" if found.verdict == "changed" else "ended"


def _drifted(rows: Sequence[Row], most: float) -> list[str]:
    planned = [row for row in rows if row["drift"] is not None]
    lost = [row for row in planned if row["drift"] in LOST]
    if not lost or len(lost) * 100 <= most * len(planned):
        return []
    shown = ", ".join(f"{label(row)} {row['reason']}" for row in lost[:3])
    return [f"teardown_max_drift_percent: {len(lost)} of {len(planned)} planned jobs are gone or changed, "
            f"{most} % are allowed ({shown}{', ...' if len(lost) > 3 else ''}); make a new plan"]


def _stoppable(plan: Mapping[str, Any], selected: Mapping[str, Any]) -> dict[str, int]:
    read = {kind["resource"]: kind["listed"]["stoppable"] for kind in selected["kinds"] if kind["listed"]}
    return {**plan["stoppable"], **read}


def _row(job: Mapping[str, Any], status_after: str | None, verdict: str, reason: str) -> Row:
    return {
        **naming_keys(job),
        **described(job),
        "status_before": job["status"],
        "status_after": status_after,
        "verdict": verdict,
        "outcome": None,
        "drift": None,
        "reason": reason,
        "request_id": None,
        "changed": False,
    }


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
        "verdict": _AFTER[result["outcome"]],
        "outcome": result["outcome"],
        "reason": _WORDS.get(result["outcome"]) or _in_words(problem),
        "request_id": problem.get("request_id"),
        "changed": result["changed"],
    }


def _in_words(problem: Mapping[str, Any]) -> str:
    code = f" ({problem['code']})" if problem.get("code") else ""
    return f"{problem.get('message') or 'failed without a message'}{code}"


def verified(
    plan: Mapping[str, Any], seen: Mapping[str, Any], protection: Protection, kinds: Sequence[str]
) -> list[Row]:
    """The planned rows, read again later; a planned job that runs, or is not known to have ended, has failed."""
    now = {key_of(row): row for row in seen["jobs"]}
    kinship = _kinship(plan, seen)
    rows = []
    for planned in plan["rows"]:
        row = _reviewed(planned, now.get(key_of(planned)), protection, kinship, kinds)
        if row.pop("to_stop"):
            row.update(verdict="failed", reason=f"it runs: {row['status_after']}" if row["status_after"] else row["reason"])
        rows.append(row)
    return rows


def going_on(plan: Mapping[str, Any], seen: Mapping[str, Any], protection: Protection) -> list[str]:
    """Warnings about jobs that have not ended and that this plan did not have to stop."""
    now = {key_of(row): row for row in seen["jobs"]}
    found = []
    for planned in plan["rows"]:
        row = now.get(key_of(planned))
        if row is None or row["phase"] == ENDED or row["outcome"] == "missing" or protection.why(planned, row["name"]):
            continue
        if planned["decision"] == NOTHING and planned["phase"] == STOPPING:
            found.append(f"{label(planned)} was being stopped when the plan was made, and has not ended: {row['status']}")
        if planned["decision"] == STOP and row["name"] != planned["name"] and row["created_at"] == planned["created_at"]:
            found.append(f"{label(planned)} has not ended and is now named {row['name']}: it was not stopped, because it was not "
                         "reviewed under that name")
    return found
