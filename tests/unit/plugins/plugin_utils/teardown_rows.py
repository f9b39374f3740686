# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows, results and options as the steps of the role get them."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

from ansible_collections.otc.teardown.plugins.plugin_utils._spare.entries import read_entries
from ansible_collections.otc.teardown.plugins.plugin_utils._spare.protection import Protection
from ansible_collections.otc.teardown.plugins.plugin_utils._teardown import run, start
from ansible_collections.otc.teardown.plugins.plugin_utils._teardown.results import gathered, join

NOW = 1_795_000_000.0  # 2026-11-18
DAY = 86400.0
PROJECT = {"id": "0123456789abcdef0123456789abcdef", "name": "eu-de"}
CALLER = {
    "user": {"id": "u", "name": "deployer"}, "domain": {"id": "d", "name": "OTC"}, "project": PROJECT, "region": "eu-de",
    "api_calls": 1,
}
VIS, DRS, TASK, VERSION = (
    "modelarts_visualization_job", "drs_job", "modelarts_service_task", "modelarts_processor_task_version",
)
PARENTS = {TASK: {"service_id": "a1b2c3d4-0000-4000-8000-000000000001"}, VERSION: {"task_id": "task0000000000000001"}}
PHASES = {
    "would_stop": ("stoppable", "RUNNING"), "already_ended": ("ended", "COMPLETED"), "already_stopping": ("stopping", "KILLING"),
    "failed": ("unknown", "ODD"), "excluded": ("stoppable", "RUNNING"), "missing": ("unknown", None),
}
VARIABLES: dict[str, Any] = {
    "mode": "plan", "resources": [TASK, VERSION, VIS, DRS], "order": [TASK, VERSION, VIS, DRS], "filters": {},
    "filters_by_resource": {}, "all": True, "exclude": {}, "plan_file": "/x/plan.json", "report_dir": "/x",
    "history": 100, "metrics_file": "", "prices": [], "price_hours": 24, "notify": {},
    "plan_ttl": "24h",
    "confirm": "eu-de", "allow_incomplete": False, "on_unclear": "warn", "max_drift_percent": 20, "settle": 0, "projects_allowed": [PROJECT],
    "projects_forbidden": [], "max_stops": 100, "max_percent": 50, "max_percent_floor": 20, "canary": [], "protect": [], "keep_tag": "", "baseline": "",
    "connection": {}, "wait": True, "wait_timeout": 600, "wait_interval": 0.5, "concurrency": 8, "drs_api": "auto", "force": False,
    "force_after": "", "windows": [], "outside_windows": "refuse", "lock": True,
}


def predicted(job_id: Any, outcome: str = "would_stop", resource: str = VIS, **more: Any) -> dict[str, Any]:
    """A row as a resource module predicts it in check mode."""
    phase, status = PHASES[outcome]
    return {
        "id": str(job_id), **PARENTS.get(resource, {}), "resource": resource, "name": f"job-{job_id}", "status": status,
        "status_raw": status, "phase": phase, "created_at": "2026-11-01T00:00:00Z", "status_before": status, "status_after": None,
        "outcome": outcome, "changed": outcome == "would_stop", "error": None, **more,
    }


def done(job_id: Any, outcome: str = "stopped", resource: str = VIS, **more: Any) -> dict[str, Any]:
    """A row as a resource module returns it after a real run."""
    changed = outcome in ("stopped", "stop_requested", "timed_out")
    base = {"status_before": "RUNNING", "status_after": "KILLED", "phase": "ended", "outcome": outcome, "changed": changed}
    return {**predicted(job_id, resource=resource), **base, **more}


def result(*rows: dict[str, Any], **more: Any) -> dict[str, Any]:
    """What one module returned for these rows of one kind."""
    stoppable = sum(row["phase"] == "stoppable" for row in rows)
    listed = {"jobs": len(rows), "stoppable": stoppable, "stopping": 0}
    return {"changed": False, "complete": True, "api_calls": 2, "listed": listed, "jobs": list(rows), **more}


def protection(*entries: dict[str, Any]) -> Protection:
    """These entries on the day of NOW."""
    read, errors = read_entries(entries)
    assert not errors, errors
    return Protection(read, datetime.date(2026, 11, 18))


def take(known: dict[str, Any], now: float, step: str, **data: Any) -> dict[str, Any]:
    """What is known after a step, or a part of one: the role takes several at once (see `finish`)."""
    return STEPS[step](known, now, **data)


def _begin(_known: dict[str, Any], now: float, variables: dict[str, Any]) -> dict[str, Any]:
    known = run.begin({}, now, variables=variables)
    return {**known, "refusals": []} if variables["mode"] != "plan" else known  # the plan comes later


def _keep(known: dict[str, Any], _now: float, stage: str, kinds: Sequence[str], result: dict[str, Any], error: str = "") -> dict[str, Any]:
    given = result or of_kind(kinds[0], {"failed": True, "msg": error})
    return {**known, stage: join([known[stage], gathered(given, kinds)])}


def _look(known: dict[str, Any], now: float) -> dict[str, Any]:
    return {**known, "to_look_at": run.unseen(known, now, {})}


STEPS = {
    "begin": _begin, "identify": run.identify, "read_plan": start.read_plan, "check_plan": run.check_plan, "keep": _keep, "look": _look,
    "make_plan": run.make_plan, "compare": run.compare, "verify": run.verify, "report": run.report,
}


def of_kind(kind: str, found: dict[str, Any]) -> dict[str, Any]:
    """What the module `jobs` returns where one kind came to this."""
    facts = {
        "listed": found.get("listed"), "complete": found.get("complete", False), "api_calls": found.get("api_calls", 0),
        "error": found.get("msg") if found.get("failed") else None, "not_offered": False, "families": found.get("families"),
    }
    rows = [{**row, "resource": kind} for row in found.get("jobs", ())]
    return {"jobs": rows, "by_resource": {kind: facts}, "api_calls": found.get("api_calls", 0), "unmatched": found.get("unmatched")}


def begun(now: float = NOW, **variables: Any) -> dict[str, Any]:
    """A run that has begun and knows its caller."""
    known = take({}, now, "begin", variables={**VARIABLES, **variables})
    assert known["options"]["errors"] == []
    return take(known, now, "identify", caller=CALLER)


def kept(run: dict[str, Any], stage: str, *rows: dict[str, Any], **more: Any) -> dict[str, Any]:
    """The run with these rows read or stopped, kind by kind."""
    for kind in dict.fromkeys(row["resource"] for row in rows):
        own = [row for row in rows if row["resource"] == kind]
        run = take(run, NOW, "keep", stage=stage, kinds=[kind], result=of_kind(kind, result(*own, **more)))
    return run


def planned(*rows: dict[str, Any], **variables: Any) -> dict[str, Any]:
    """The plan for these rows."""
    run = kept(begun(**variables), "selected", *rows)
    return take(take(run, NOW, "look"), NOW, "make_plan")["plan"]
