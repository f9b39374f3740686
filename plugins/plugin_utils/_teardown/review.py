# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Compares a plan with the current jobs: which jobs to stop, which to leave alone, and reasons to refuse all stops. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from ansible_collections.otc.teardown.plugins.module_utils._model.status import ENDED, STOPPABLE, STOPPING
from ansible_collections.otc.teardown.plugins.plugin_utils._jobs import (
    Mark,
    described,
    key_of,
    label,
    mark_of,
    naming_keys,
)
from ansible_collections.otc.teardown.plugins.plugin_utils._measures import Identity
from ansible_collections.otc.teardown.plugins.plugin_utils._spare.kinship import Kinship, rows_of
from ansible_collections.otc.teardown.plugins.plugin_utils._spare.protection import Protection
from ansible_collections.otc.teardown.plugins.plugin_utils._teardown.drift import (
    CHANGED,
    ENDED_SINCE,
    GONE,
    LOST,
    TO_STOP,
    UNREAD,
    Drift,
    drift,
)
from ansible_collections.otc.teardown.plugins.plugin_utils._teardown.guards import refusals
from ansible_collections.otc.teardown.plugins.plugin_utils._teardown.plan import (
    EXCLUDED,
    NOTHING,
    PROTECTED,
    STOP,
    UNCLEAR,
    UNKNOWN,
)

Row = dict[str, Any]

_NOT_PLANNED = "it matches the selection now but is not in the plan"
_RUNS_NOW = "it runs now but was not to be stopped when the plan was reviewed"
_VERDICTS = {NOTHING: "ended", PROTECTED: "protected", EXCLUDED: "untouched", UNCLEAR: "untouched", UNKNOWN: "failed"}


_PLANNED = {**_VERDICTS, STOP: "would_stop"}
_WHY = {PROTECTED: "protected", EXCLUDED: "excluded", UNCLEAR: "unclear"}


def planned(plan: Mapping[str, Any]) -> list[Row]:
    """The rows of a plan in the form of a report."""
    return [_row(row, None, _PLANNED[row["decision"]], row["reason"], _WHY.get(row["decision"])) for row in plan["rows"]]


def to_look_at(
    rows: Sequence[Mapping[str, Any]], selected: Sequence[Mapping[str, Any]], spared_too: bool = False
) -> list[dict[str, Any]]:
    """Planned rows and canaries that no listing showed; they are read by id. `rows`: both; `selected`: the listed rows.

    `spared_too`: also planned rows that are not to be stopped, unless they had ended.
    """
    seen = {key_of(row) for row in selected}
    wanted = {
        key_of(row): naming_keys(row) for row in rows
        if row.get("decision", STOP) == STOP or row["phase"] == STOPPING or (spared_too and row["phase"] != ENDED)
    }
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
    _expected(rows, stopped_before)
    to_stop = [row for row in rows if row["to_stop"]]
    running = [row["resource"] for row in to_stop if now[key_of(row)]["phase"] == STOPPABLE]
    stops = {kind: running.count(kind) for kind in dict.fromkeys(running)}
    return {
        "rows": rows,
        "to_stop": [naming_keys(row) for row in to_stop],
        "not_in_plan": not_in_plan(plan, selected, protection),
        "refusals": [
            *_drifted(rows, options["max_drift_percent"]),
            *refusals(options, identity, stops, _stoppable(plan, selected), unseen(options["canary"], list(now.values()))),
        ],
    }


def _expected(rows: Sequence[Row], stopped_before: Collection[Mark]) -> None:
    """Note that jobs are gone because an earlier run stopped them."""
    for row in rows:
        if row["drift"] == GONE and mark_of(row) in stopped_before:
            row.update(drift=ENDED_SINCE, phase=ENDED, reason="does not exist any more since an earlier run stopped it")


def not_in_plan(plan: Mapping[str, Any], selected: Mapping[str, Any], protection: Protection) -> list[Row]:
    """The rows of running jobs that match the selection now and are not in the plan; they are left alone."""
    kinship = _kinship(plan, selected)
    known = {key_of(row) for row in plan["rows"]}
    rows = []
    for job in selected["jobs"]:
        if job["outcome"] == "would_stop" and key_of(job) not in known:
            protected = protection.why(job) or kinship.why_protected(job, protection)
            verdict = ("protected", protected, "protected") if protected else ("untouched", _NOT_PLANNED, "new")
            rows.append(_row(job, job["status"], *verdict))
    return rows


def _kinship(plan: Mapping[str, Any], seen: Mapping[str, Any]) -> Kinship:
    return Kinship(rows_of(seen["kinds"]), plan.get("families", {}))


def _reviewed(
    planned: Mapping[str, Any], now: Mapping[str, Any] | None, protection: Protection, kinship: Kinship, kinds: Sequence[str]
) -> Row:
    """A row of the report before the stops, with the additional key `to_stop`."""
    row = {**_row(planned, now["status"] if now else None, "", ""), "to_stop": False}
    if now:
        row["phase"] = None if now["outcome"] == "missing" else now["phase"]
    protected = protection.why(planned, *([now] if now else []))
    related = kinship.why_protected(planned, protection)
    if planned["decision"] != STOP:
        return {**row, **_left_alone(planned, now)}
    if planned["resource"] not in kinds:
        return {**row, **_judged("untouched", "teardown_resources leaves its kind out", "left_out")}
    found = drift(planned, now)
    row["drift"] = found.verdict
    if protected:
        return {**row, **_judged("protected", protected, "protected")}
    if found.verdict in TO_STOP and now:
        spared = _spared(now, related, kinship.why_unknown(planned, protection))
        return {**row, **(spared or _judged("would_stop", found.words)), "to_stop": not spared}
    return {**row, **_drifted_away(found)}


def _judged(verdict: str, reason: str, why: str | None = None) -> Row:
    return {"verdict": verdict, "reason": reason, "why": why}


def _spared(now: Mapping[str, Any], related: str | None, unknown: str | None) -> Row | None:
    """The verdict on a job that is as planned but is protected or excluded now; None if it may be stopped."""
    if related:
        return _judged("protected", related, "protected")
    if now["outcome"] == "excluded":
        return _judged("untouched", now.get("spared_by") or "teardown_exclude names it now", "excluded")
    return _judged("failed", unknown) if unknown else None


def _left_alone(planned: Mapping[str, Any], now: Mapping[str, Any] | None) -> Row:
    """The verdict on a planned row whose decision is not to stop."""
    decision, phase = planned["decision"], now["phase"] if now else None
    if decision in (NOTHING, UNCLEAR) and phase == STOPPABLE:
        return _judged("untouched", _RUNS_NOW, "started_again" if decision == NOTHING else "changed")
    if decision == NOTHING and planned["phase"] == STOPPING and now is None:
        return _judged("untouched", "could not be read again")
    if decision == NOTHING and now and phase == STOPPING:
        return _judged("untouched", f"it is being stopped already: {now['status_before']}")
    if decision in (UNKNOWN, UNCLEAR, EXCLUDED) and now and (phase == ENDED or now["outcome"] == "missing"):
        return _judged("ended", "has ended since the plan" if phase == ENDED else "does not exist any more")
    return _judged(_VERDICTS[decision], planned["reason"], _WHY.get(decision))


def _drifted_away(found: Drift) -> Row:
    """The verdict on a planned job that is not to be stopped any more."""
    if found.verdict == UNREAD:
        return _judged("failed", found.words)
    return _judged("untouched", found.words, "changed") if found.verdict == CHANGED else _judged("ended", found.words)


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


def _row(job: Mapping[str, Any], status_after: str | None, verdict: str, reason: str, why: str | None = None) -> Row:
    return {
        **naming_keys(job),
        **described(job),
        "status_before": job["status"],
        "status_after": status_after,
        "phase": job["phase"],
        "verdict": verdict,
        "outcome": None,
        "drift": None,
        "reason": reason,
        "why": why,
        "request_id": None,
        "changed": False,
    }


def verified(
    plan: Mapping[str, Any],
    seen: Mapping[str, Any],
    protection: Protection,
    kinds: Sequence[str],
    stopped_before: Collection[Mark] = (),
    is_due: bool = True,
) -> list[Row]:
    """The planned rows, read again later; a planned job that runs, or is not known to have ended, has failed.

    `stopped_before`: the marks of the jobs that an earlier run has stopped; one of them that runs was started again. `is_due`: whether apply
    had to stop anything since the plan was made; if not, jobs that run are left alone.
    """
    now = {key_of(row): row for row in seen["jobs"]}
    kinship = _kinship(plan, seen)
    rows = []
    for planned in plan["rows"]:
        row = _reviewed(planned, now.get(key_of(planned)), protection, kinship, kinds)
        if row.pop("to_stop"):
            why = "started_again" if mark_of(planned) in stopped_before else "not_stopped"
            verdict = "failed" if is_due or why == "started_again" else "untouched"
            row.update(_judged(verdict, f"it runs: {row['status_after']}" if row["status_after"] else row["reason"], why))
        rows.append(row)
    _expected(rows, stopped_before)
    return rows


def going_on(plan: Mapping[str, Any], seen: Mapping[str, Any], protection: Protection) -> list[str]:
    """Warnings about jobs that have not ended and that this plan did not have to stop."""
    now = {key_of(row): row for row in seen["jobs"]}
    found = []
    for planned in plan["rows"]:
        row = now.get(key_of(planned))
        if row is None or row["phase"] == ENDED or row["outcome"] == "missing" or protection.why(planned, row):
            continue
        if planned["decision"] == NOTHING and planned["phase"] == STOPPING:
            found.append(f"{label(planned)} was being stopped when the plan was made, and has not ended: {row['status']}")
        if planned["decision"] == STOP and row["name"] != planned["name"] and row["created_at"] == planned["created_at"]:
            found.append(f"{label(planned)} has not ended and is now named {row['name']}: it was not stopped, because it was not "
                         "reviewed under that name")
    return found
