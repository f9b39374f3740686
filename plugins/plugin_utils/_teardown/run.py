# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One run of the role `teardown`, step by step: each step takes the state of the run and returns the new state. Pure.

The state is a plain dictionary, because Ansible keeps it between the tasks of the role. Between the steps, the role
sends the requests and writes the files.
"""

from __future__ import annotations

import types
from collections.abc import Mapping
from typing import Any, Callable

from ansible_collections.otc.teardown.plugins.module_utils._base.errors import InputError
from ansible_collections.otc.teardown.plugins.plugin_utils._jobs import label
from ansible_collections.otc.teardown.plugins.plugin_utils._spare import baseline as baselines
from ansible_collections.otc.teardown.plugins.plugin_utils._spare.exclusions import unmatched_everywhere
from ansible_collections.otc.teardown.plugins.plugin_utils._spare.shields import protection_of
from ansible_collections.otc.teardown.plugins.plugin_utils._teardown import plan as plans
from ansible_collections.otc.teardown.plugins.plugin_utils._teardown import review
from ansible_collections.otc.teardown.plugins.plugin_utils._teardown.guards import blindness, measures, refusals
from ansible_collections.otc.teardown.plugins.plugin_utils._teardown.journal import stopped_before
from ansible_collections.otc.teardown.plugins.plugin_utils._teardown.outcomes import carried_out
from ansible_collections.otc.teardown.plugins.plugin_utils._teardown.report import failures, make_report
from ansible_collections.otc.teardown.plugins.plugin_utils._teardown.results import gathered, join, why_none
from ansible_collections.otc.teardown.plugins.plugin_utils._teardown.start import Known, begin
from ansible_collections.otc.teardown.plugins.plugin_utils._version import COLLECTION_VERSION
from ansible_collections.otc.teardown.plugins.plugin_utils._when import hours

_NOT_READ: Mapping[str, Any] = types.MappingProxyType({})


def version(_known: Known, _now: float) -> str:
    """The version of this collection, for the name of the first task. Ansible evaluates a name in its main process, so what the steps import
    is compiled once, and not in the process of every task that takes a step.
    """
    return COLLECTION_VERSION


def identify(known: Known, _now: float, caller: Mapping[str, Any]) -> Known:
    """Adds the caller and the project, as `jobs` returns them with its option `caller`; unchanged if there is no project."""
    identity = {key: caller.get(key) for key in ("domain", "user", "project", "region")}
    if identity["project"] is None or identity == known["identity"]:
        return known
    nowhere = [] if identity["project"]["id"] else ["teardown_connection: no project is given; set project_name or project_id"]
    elsewhere = baselines.why_elsewhere(known["baseline"], identity)
    return {**known, "identity": identity, "refusals": [*known["refusals"], *nowhere, *elsewhere]}


def check_plan(known: Known, now: float, caller: Mapping[str, Any] = _NOT_READ) -> Known:
    """Adds the refusal if the plan is for another project than the caller's."""
    run = identify(known, now, caller)
    found = plans.why_elsewhere(run["plan"], run["plan_file"], run["identity"])
    return {**run, "refusals": [*run["refusals"], *found]}


def unseen(known: Known, _now: float, selected: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The rows to read by id, because no listing showed them: planned rows and canaries."""
    planned = known["plan"]["rows"] if known["plan"] else []
    within = [row for row in planned if row["resource"] in known["selections"]]
    listed = _with_readings(known, selected, {})["selected"]["jobs"]
    return review.to_look_at([*within, *known["options"]["canary"]], listed, spared_too=known["mode"] == "verify")


def _with_readings(known: Known, selected: Mapping[str, Any], looked_at: Mapping[str, Any]) -> Known:
    """Adds the results of the two readings; an empty result changes nothing."""
    by_id = {row["resource"] for row in looked_at.get("jobs") or []} | set(looked_at.get("by_resource") or {})
    kinds = [kind for kind in known["options"]["order"] if kind in by_id]
    return {
        **known,
        "selected": gathered(selected, known["selections"]) if selected else known["selected"],
        "looked_at": gathered(looked_at, kinds) if looked_at else known["looked_at"],
    }


def make_plan(run: Known, now: float) -> Known:
    """Adds the plan, with the refusals of the guards as warnings, and the rows of its report."""
    protection = protection_of(run, now)
    options, selected = run["options"], run["selected"]
    calls = run["calls"] + run["looked_at"]["api_calls"]
    draft = plans.make_plan(
        now, options["plan_ttl"], run["identity"], run["selections"], selected, protection, options["exclude"], options["on_unclear"],
        calls,
    )
    canaries = [label(row) for row in options["canary"]]
    unseen_canaries = review.unseen(options["canary"], [*selected["jobs"], *run["looked_at"]["jobs"]])
    stops = plans.stops_by_kind(draft["rows"])
    refused = [*refusals(options, run["identity"], stops, draft["stoppable"], unseen_canaries), *hours.expires_before(options, now)]
    notices = protection.notices()
    notices["unmatched"] += unmatched_everywhere(options["exclude"], selected["kinds"])
    warnings = [*plans.unclear(draft), *protection.warnings()]
    refusing = [f"apply would refuse: {text}" for text in refused]
    plan = plans.sealed(draft, [*refusing, *warnings, *notices["expired"], *notices["unreadable"], *notices["unmatched"]])
    problems = [] if options["allow_incomplete"] else [f"the plan is incomplete: {error}" for error in plan["errors"]]
    return {
        **hours.gate(run, now),
        "plan": plan,
        "plan_is_new": True,
        "rows": review.planned(plan),
        "notices": notices,
        "protections": protection.described(),
        "guards": measures(options, run["identity"], stops, draft["stoppable"], canaries, unseen_canaries, protection.measures()),
        "would_refuse": refused,
        "warnings": [*run["warnings"], *warnings],
        "problems": [*run["problems"], *blindness(unseen_canaries), *problems],
    }


def compare(
    known: Known,
    now: float,
    selected: Mapping[str, Any] = _NOT_READ,
    looked_at: Mapping[str, Any] = _NOT_READ,
    journal: str = "",
    caller: Mapping[str, Any] = _NOT_READ,
) -> Known:
    """Adds the jobs of the plan that are still to stop, or the refusals. `journal`: the lines that earlier runs have written."""
    run = hours.gate(check_plan(_with_readings(known, selected, looked_at), now, caller), now)
    if run["refusals"]:
        return run
    protection = protection_of(run, now)
    found = review.review(
        run["plan"], run["selected"], run["looked_at"], protection, run["options"], run["identity"],
        stopped_before(journal),
    )
    unread = [f"the selection could not be read again: {error}" for error in run["selected"]["errors"]]
    return {
        **run,
        "rows": found["rows"],
        "to_stop": [] if found["refusals"] or run["outside"] else found["to_stop"],
        "not_in_plan": found["not_in_plan"],
        "refusals": found["refusals"],
        "warnings": [*run["warnings"], *unread, *plans.unclear(run["plan"]), *protection.warnings()],
        "notices": protection.notices(),
        "protections": protection.described(),
    }


def verify(run: Known, now: float, journal: str = "") -> Known:
    """Adds the rows of the planned jobs, read again some time after apply, and of new jobs. `journal`: as for `compare`."""
    protection = protection_of(run, now)
    seen = join([run["selected"], run["looked_at"]])
    is_due = hours.is_due(run["options"], run["plan"], now)
    rows = review.verified(run["plan"], seen, protection, run["options"]["resources"], stopped_before(journal), is_due)
    blind = blindness(review.unseen(run["options"]["canary"], seen["jobs"]))
    return {
        **run,
        "rows": rows,
        "not_in_plan": review.not_in_plan(run["plan"], run["selected"], protection),
        "problems": [*run["problems"], *blind],
        "warnings": [
            *run["warnings"], *([] if is_due else [hours.NOT_DUE]), *plans.unclear(run["plan"]), *review.going_on(run["plan"], seen, protection),
            *protection.warnings(),
        ],
        "notices": protection.notices(),
        "protections": protection.described(),
    }


def finish(
    known: Known,
    now: float,
    caller: Mapping[str, Any],
    selected: Mapping[str, Any],
    looked_at: Mapping[str, Any],
    stopped: Mapping[str, Any],
    problem: str = "",
    journal: str = "",
    more_follows: bool = False,
    lock: Mapping[str, Any] = _NOT_READ,
) -> Known:
    """The state at the end of a run, also of one that failed: the new plan, the report, the message if one is due, and in `failures` why it failed.

    `caller`, `selected`, `looked_at` and `stopped` are the results of the tasks of the role, each empty if its task did not
    run. `problem`: what ended the run early. `journal`: for verify, the lines that earlier runs have written. `lock`: the
    `refusal` and the `warning` of the task that took it. `more_follows`: another run of the same play tells what came of this one.
    """
    known = {**known, **{f"{key}s": [*known[f"{key}s"], *filter(None, [lock.get(key)])] for key in ("refusal", "warning")}}
    run = {**identify(known, now, caller), "asked_for": {**known["asked_for"], **(selected.get("asked_for") or {})}}
    if not caller and not run["refusals"] and not run["outside"]:
        problem = problem or why_none(selected)
    may_go_on = not problem and not run["refusals"]
    if may_go_on and run["mode"] == "plan":
        run = make_plan(_with_readings(run, selected, looked_at), now)
    elif may_go_on and run["mode"] == "verify":
        run = check_plan(run, now, caller)
        run = run if run["refusals"] else verify(_with_readings(run, selected, looked_at), now, journal)
    kinds = dict.fromkeys(row["resource"] for row in run["to_stop"])
    done = report({**run, "stopped": gathered(stopped, kinds)}, now, problem)
    if not done["options"]["notify"]:
        return done
    # Only for a message: Ansible compiles all imports again in every task.
    from ansible_collections.otc.teardown.plugins.plugin_utils._teardown.messages import message_of

    return {**done, "message": message_of(done["report"], done["options"]["notify"], more_follows)}


def report(known: Known, now: float, problem: str = "") -> Known:
    """Adds the report of a run, and in `failures` why it failed. `problem`: what ended it early."""
    results = [known["selected"], known["looked_at"], known["stopped"]]
    run = {
        **known,
        "calls": known["calls"] + sum(result["api_calls"] for result in results),
        "kinds": join(results)["kinds"],
        "problems": [*known["problems"], *([problem] if problem and not known["refusals"] else [])],
    }
    if any("to_stop" in row for row in run["rows"]):
        run["rows"] = carried_out(run["rows"], run["stopped"], bool(run["refusals"] or run["outside"]))
    written = make_report(run, now)
    return {**run, "report": written, "failures": failures(written)}


STEPS: Mapping[str, Callable[..., Any]] = {step.__name__: step for step in (version, begin, unseen, compare, finish)}
"""Name -> step; each is called with the state, the current time (seconds since 1970), and its own arguments."""


def take(known: Known, now: float, step: str, **data: Any) -> Any:
    """Run one step: the new state, rows for `unseen`, or text for `version`. Raises InputError for a step that does not exist."""
    if step not in STEPS:
        raise InputError("step", step, f"is none of {', '.join(STEPS)}")
    return STEPS[step](known, now, **data)
