# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Jobs, services and tasks in a scenario: validation, defaults, and expansion of `generate` entries."""
from __future__ import annotations

import hashlib
from typing import Any

from .checks import (
    Check,
    ScenarioError,
    anything,
    boolean,
    dictionary,
    fail,
    integer,
    listing,
    mapping,
    number,
    string,
    text,
)
from .jobs import Script
from .kinds import DRS, ID_FORMS, KINDS, PROCESSOR, Kind

_SCRIPT_KEYS: dict[str, Check] = {
    "stop_delay": number(), "needs_force": boolean, "never_ends": boolean, "refuse_times": integer(), "refuse_code": text,
    "refuse_graceful": boolean,
    "refuse_status": integer(200), "ends_by_itself_after": number(), "ends_after_reads": integer(1),
    "ends_before_stop": boolean, "vanishes_after_stop": boolean,
}
_JOB_KEYS: dict[str, Check] = {
    "id": text, "name": string, "project": text, "created_at": anything, "age": number(), "duration": number(), "fields": dictionary,
    "workspace_id": text, "tags": dictionary, **_SCRIPT_KEYS,
}
_DRS_KEYS: dict[str, Check] = {
    "job_type": text, "engine_type": string, "net_type": text, "task_type": text, "enterprise_project_id": string, "description": string,
}


def status_check(kind: Kind) -> Check:
    """A documented status of the kind, by name or by number."""
    def check(value: Any, where: str) -> str:
        name = None if isinstance(value, bool) else kind.named(value)
        if name is None:
            raise fail(where, value, f"a status of {kind.resource} (known: {', '.join(kind.phases)}; any other goes under raw_status)")
        return name
    return check


def raw_status_check(kind: Kind) -> Check:
    """Any status that the API of the kind can send, also an undocumented one."""
    return (lambda value, where: str(integer()(value, where))) if kind.numbers else text


def _changes(kind: Kind) -> Check:
    def check(value: Any, where: str) -> tuple[tuple[float, str], ...]:
        pairs = listing(listing(anything))(value, where)
        if any(len(pair) != 2 for pair in pairs):
            raise fail(where, value, "a list of pairs [seconds, status]")
        return tuple((number()(after, where), status_check(kind)(status, where)) for after, status in pairs)
    return check


def _stop_fails(kind: Kind) -> Check:
    def check(value: Any, where: str) -> int:
        if kind.stop_failed is None:
            raise ScenarioError(f"{where}: {kind.resource} has no status for a failed stop")
        return 1_000_000 if value is True else integer()(int(value) if isinstance(value, bool) else value, where)
    return check


def _job(kind: Kind) -> Check:
    keys = {**_JOB_KEYS, "status": status_check(kind), "raw_status": raw_status_check(kind), "status_changes": _changes(kind), "stop_fails": _stop_fails(kind)}
    if kind is DRS:
        keys |= _DRS_KEYS
        keys["children"] = listing(mapping(keys))  # which may have children again

    def check(value: Any, where: str) -> dict[str, Any]:
        job = mapping(keys)(value, where)
        if "status" in job and "raw_status" in job:
            raise ScenarioError(f"{where}: status and raw_status exclude each other")
        if job.get("needs_force") and not kind.can_force:
            raise ScenarioError(f"{where}.needs_force: only {DRS.resource} knows a forced stop")
        if kind.ids == "number" and not str(job.get("id", "1")).replace("{n}", "1").isdigit():
            raise fail(f"{where}.id", job["id"], f"a whole number, as the ids of {kind.resource} are")
        return job
    return check


def _parent(kind: Kind, children: str) -> Check:
    return mapping({
        "id": _digits if kind.parent_ids == "number" else text, "name": string, "project": text, "workspace_id": text,
        "status": status_check(kind) if kind is PROCESSOR else text, "created_at": anything, "age": number(),
        "infer_type": text, "task_type": text, "fields": dictionary, children: _many(_job(kind)),
    })


def _digits(value: Any, where: str) -> str:
    found = str(text(value, where))
    if not found.replace("{n}", "1").isdigit():
        raise fail(where, value, "a whole number")
    return found


def _many(item: Check) -> Check:
    """A list of items, in which `generate: {count: n, …}` becomes n items."""
    def check(value: Any, where: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        for index, entry in enumerate(listing(anything)(value, where)):
            place = f"{where}[{index}]"
            if isinstance(entry, dict) and "generate" in entry:
                found += _generated(item, entry, place)
            else:
                found.append(item(entry, place))
        return found
    return check


def _generated(item: Check, entry: dict[str, Any], where: str) -> list[dict[str, Any]]:
    rule = entry["generate"]
    if set(entry) != {"generate"} or not isinstance(rule, dict) or "count" not in rule:
        raise ScenarioError(f"{where}: generate stands alone and needs a mapping with count")
    count = integer(1)(rule["count"], f"{where}.generate.count")
    model = {key: value for key, value in rule.items() if key != "count"}
    item(model, f"{where}.generate")
    return [item(_filled(model, n), f"{where}.generate") for n in range(1, count + 1)]


def _filled(model: dict[str, Any], n: int) -> dict[str, Any]:
    names = {key: model[key].replace("{n}", str(n)) for key in ("id", "name") if isinstance(model.get(key), str)}
    return {**model, **names}


def _list_of(kind: Kind) -> Check:
    if kind.below is None:
        return _many(_job(kind))
    return _many(_parent(kind, kind.below))


JOB_LISTS: dict[str, Check] = {kind.listed_as: _list_of(kind) for kind in KINDS.values()}
"""The lists of a scenario."""


def script_of(job: dict[str, Any], delay: float) -> Script:
    """Return the script of a validated job; `delay` is the default delay of its kind."""
    chosen = {key: job[key] for key in (*_SCRIPT_KEYS, "stop_fails", "status_changes") if key in job}
    return Script(**{"stop_delay": delay, **chosen})


def made_up_id(form: str, *parts: object) -> str:
    """Return an id of a form of ID_FORMS; equal parts give the same id."""
    digest = hashlib.sha256("/".join(map(str, parts)).encode()).hexdigest()
    lengths = [int(length) for length in ID_FORMS[form].split("-")]
    starts = [sum(lengths[:number]) for number in range(len(lengths))]
    found = "-".join(digest[start:start + length] for start, length in zip(starts, lengths))
    if form == "uuid4":
        return f"{found[:14]}4{found[15:19]}8{found[20:]}"
    return found + "jb201" if form == "drs" else found
