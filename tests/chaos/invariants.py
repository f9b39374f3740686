# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What must be so after any run, whatever went wrong: a task's result against the simulator's state and journal."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from tests.chaos.scenes import PLAIN, WAIT_TIMEOUT, Cell, Scene

_OVER = ("stopped", "ended", "ended_meanwhile", "already_ended")
_PHRASES = re.compile(
    r"Failed to (log in|look up|find project|list|read|stop) ?\S*|still \S+ when wait_timeout ended|the stop failed"
)
# What may be said in the place of a fault that was got around by another call.
_CONSEQUENCES = "its name cannot be read"


class Where(NamedTuple):
    """A job of the simulator."""

    resource: str
    project: str
    parent: str | None
    id: str


@dataclasses.dataclass(frozen=True)
class Case:
    """A cell that was played: `before` and `after` are the simulator's jobs, `lost` the requests that did not arrive."""

    cell: Cell
    scene: Scene
    result: Mapping[str, Any]
    before: Mapping[Where, Mapping[str, Any]]
    after: Mapping[Where, Mapping[str, Any]]
    journal: list[Mapping[str, Any]]
    lost: int
    seconds: float

    @property
    def project(self) -> str:
        """The project of the task."""
        return self.scene.scenario["projects"][0]["id"]

    def where(self, job_id: str) -> Where:
        """A job of the selection."""
        kind = self.cell.kind
        return Where(kind.module, self.project, kind.parent[1] if kind.parent else None, job_id)

    @property
    def stops(self) -> list[Mapping[str, Any]]:
        """The requests to stop that arrived."""
        return [entry for entry in self.journal if entry["operation"] in ("stop", "batch_stop")]

    @property
    def struck(self) -> int:
        """How often the fault struck."""
        return self.lost + sum(entry["fault"] is not None for entry in self.journal)


def violations(case: Case) -> list[str]:
    """Every invariant that does not hold, in words."""
    checks = (
        _touched, _blindly_repeated, _claimed, _changed, _rows, _message, _ended_in_time, _counted, _succeeded,
    )
    return [f"{check.__name__.strip('_')}: {text}" for check in checks for text in check(case)]


def _touched(case: Case) -> Iterator[str]:
    """Nothing outside the selection is touched, nothing that had ended, and nothing at all by what only reads."""
    selected = {case.where(job_id) for job_id in case.scene.rows - case.scene.spared}
    stoppable = {where for where in selected if case.before[where]["phase"] == "stoppable"}
    allowed = stoppable if case.scene.mode == "run" else set()
    for where, job in case.after.items():
        if where not in allowed and job["stops_accepted"] + job["stops_refused"]:
            yield f"{where} was asked to stop"
        if where not in selected and job["status"] != case.before[where]["status"]:
            yield f"{where} has changed"
    for entry in case.stops:
        asked = {Where(entry["resource"], entry["path"].split("/")[3], entry["parent"], one) for one in entry["ids"]}
        if not asked or asked - allowed:
            yield f"{entry['method']} {entry['path']} for {asked - allowed or 'nothing'}"
    for entry in case.journal:
        if entry["service"] != "iam" and entry["path"].split("/")[3] != case.project:
            yield f"{entry['method']} {entry['path']} in a project that nobody named"


def _blindly_repeated(case: Case) -> Iterator[str]:
    """After a stop that may have landed, the next thing sent about that job is a read."""
    doubtful: set[str] = set()
    for entry in case.journal:
        if entry["service"] == "iam":
            continue
        if entry["operation"] not in ("stop", "batch_stop"):
            doubtful -= set(entry["ids"]) if entry["ids"] else doubtful
            continue
        for job_id in doubtful & set(entry["ids"]):
            yield f"stop {entry['n']} of {job_id} without a look after the one before"
        if entry["status"] is None or entry["status"] < 300 or entry["status"] >= 500:
            doubtful |= set(entry["ids"])


def _claimed(case: Case) -> Iterator[str]:
    """Nothing is claimed that the simulator's state denies."""
    for row in case.result.get("jobs", []):
        job = case.after[case.where(row["id"])]
        claims_end = row.get("outcome") in _OVER or row["phase"] == "ended" or row.get("status_after") == "GONE"
        if claims_end and job["phase"] not in ("ended", "gone"):
            yield f"{row} but the job is {job['status']}"
        if row.get("status_after") == "GONE" and job["phase"] != "gone":
            yield f"{row} but the job is there: {job['status']}"
        if row.get("outcome") == "missing" and job["phase"] != "gone":
            yield f"{row} but the job is there: {job['status']}"
        if row.get("outcome") == "stop_requested" and not job["stops_accepted"]:
            yield f"{row} but no stop was accepted"
        if row.get("outcome") in ("already_stopping", "ended"):
            yield f"{row} but nobody else stops jobs here"


def _changed(case: Case) -> Iterator[str]:
    """`changed` is true exactly if a stop of ours was accepted; a prediction, if one would be sent."""
    if case.scene.mode != "run":
        expected = {row["id"]: row.get("outcome") == "would_stop" for row in case.result["jobs"]}
    else:
        expected = {job_id: case.after[case.where(job_id)]["stops_accepted"] > 0 for job_id in case.scene.rows}
        if case.result["changed"] != any(expected.values()):
            yield f"the task says {case.result['changed']}, accepted were {expected}"
    for row in case.result["jobs"]:
        if row.get("changed", False) != expected[row["id"]]:
            yield f"{row} but accepted: {expected[row['id']]}"


def _rows(case: Case) -> Iterator[str]:
    """Every row comes back once, unless the selection could not be read: then nothing was done, and it says so."""
    ids = [row["id"] for row in case.result["jobs"]]
    wanted = case.scene.rows - (case.scene.spared if case.scene.mode == "info" else set())
    if len(set(ids)) != len(ids):
        yield f"rows come twice: {ids}"
    if case.result["complete"] and set(ids) != wanted:
        yield f"{sorted(ids)} instead of {sorted(wanted)}"
    if not case.result["complete"] and (case.stops or not case.result.get("failed")):
        yield f"the selection was not read completely, yet {len(case.stops)} stops were sent"
    outcomes = {row["id"]: row.get("outcome") for row in case.result["jobs"]}
    if case.scene.mode != "info" and any(outcomes.get(one) not in ("excluded", "failed", None) for one in case.scene.spared):
        yield f"what was excluded came out as {outcomes}"


def _message(case: Case) -> Iterator[str]:
    """A failure names what failed and what went wrong; it is not an error of the collection itself."""
    text = case.result.get("msg", "")
    if "please report it" in text or "exception" in case.result:
        yield f"an unforeseen error: {text}"
    failed = [row for row in case.result["jobs"] if row.get("outcome") in ("failed", "timed_out", "missing")]
    if failed and not case.result.get("failed"):
        yield f"the task did not fail, yet {failed}"
    if case.result.get("failed"):
        if not _PHRASES.search(text):
            yield f"what failed is not named: {text}"
        if failed and not any(row["id"] in text for row in failed):
            yield f"no failed job is named: {text}"
    for row in failed:
        if not (row["error"] or {}).get("message"):
            yield f"{row} without a reason"
    if case.result.get("failed") and (not failed or _plain(case, failed)):
        said = text + "".join(str(row["error"]) for row in failed)
        if not re.search(f"{case.cell.fault.says}|{_CONSEQUENCES}", said):
            yield f"the fault ({case.scene.rules[0]}) is not told: {said}"


def _plain(case: Case, failed: list[Mapping[str, Any]]) -> bool:
    """Whether nothing but the fault can have kept one of these jobs from being stopped."""
    return any(case.before[case.where(row["id"])]["name"] == PLAIN for row in failed)


def _ended_in_time(case: Case) -> Iterator[str]:
    """It ends within `wait_timeout`, and what the tries of reading may take; an info module within the patience of the fault."""
    fault = case.cell.fault
    if case.seconds > (fault.patience_of_info if case.scene.mode == "info" else WAIT_TIMEOUT + fault.patience):
        yield f"it took {case.seconds:.0f} seconds"


def _counted(case: Case) -> Iterator[str]:
    """Each request is counted."""
    sent = len(case.journal) + case.lost
    if case.result["api_calls"] != sent:
        yield f"{case.result['api_calls']} requests are reported, {sent} were sent"


def _succeeded(case: Case) -> Iterator[str]:
    """A task that does not fail has done its work."""
    if case.result.get("failed") or case.scene.mode != "run":
        return
    for job_id in case.scene.rows - case.scene.spared:
        job = case.after[case.where(job_id)]
        if job["phase"] not in ("ended", "gone"):
            yield f"{job_id} is {job['status']}, yet the task says: {case.result['msg']}"
