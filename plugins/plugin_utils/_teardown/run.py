# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One run of the role `teardown`, step by step: each step takes what is known and returns what is known after it. Pure.

What is known is a plain dictionary, because Ansible keeps it between the tasks of the role. The role does
what changes the world (requests, files) between the steps.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any, Callable

from ansible_collections.otc.teardown.plugins.module_utils._base.errors import InputError
from ansible_collections.otc.teardown.plugins.plugin_utils._teardown import plan as plans
from ansible_collections.otc.teardown.plugins.plugin_utils._teardown import review
from ansible_collections.otc.teardown.plugins.plugin_utils._teardown.exclusions import texts_of, unmatched_everywhere
from ansible_collections.otc.teardown.plugins.plugin_utils._teardown.guards import blindness, refusals
from ansible_collections.otc.teardown.plugins.plugin_utils._teardown.journal import stopped_before
from ansible_collections.otc.teardown.plugins.plugin_utils._teardown.kinds import groups_of
from ansible_collections.otc.teardown.plugins.plugin_utils._teardown.options import teardown_options
from ansible_collections.otc.teardown.plugins.plugin_utils._teardown.protection import Protection, read_entries
from ansible_collections.otc.teardown.plugins.plugin_utils._teardown.report import failures, make_report, summary
from ansible_collections.otc.teardown.plugins.plugin_utils._teardown.results import add_result, join

Run = dict[str, Any]

STAGES = ("selected", "looked_at", "stopped")
"""What is gathered: the selection, jobs read by id, and the results of the stops."""


def begin(_run: Run, now: float, variables: Mapping[str, Any]) -> Run:
    """The start of a run; `options.errors` says what is wrong with the variables of the role."""
    options = teardown_options(variables)
    return {
        "mode": options["mode"],
        "options": options,
        "started": now,
        "identity": None,
        "plan": None,
        "plan_file": options["plan_file"],
        "selections": options["selections"],
        "select_groups": _select_groups(options["selections"], options["protect"]),
        "kinds": [],
        "calls": 0,
        **{stage: add_result({}) for stage in STAGES},
        "to_look_at": [],
        "look_groups": [],
        "to_stop": [],
        "stop_groups": [],
        "rows": [],
        "not_in_plan": [],
        "notices": {"expired": [], "unreadable": [], "unmatched": []},
        "refusals": [],
        "problems": [],
        "warnings": [],
        "report": None,
        "summary": [],
        "failures": [],
    }


def identify(run: Run, _now: float, caller: Mapping[str, Any]) -> Run:
    """Who acts, and where, from the result of `iam_caller_info`."""
    identity = {key: caller[key] for key in ("domain", "user", "project", "region")}
    nowhere = [] if identity["project"]["id"] else ["teardown_connection: no project is given; set project_name or project_id"]
    return {**run, "identity": identity, "calls": run["calls"] + caller["api_calls"], "refusals": [*run["refusals"], *nowhere]}


def read_plan(run: Run, _now: float, content: str) -> Run:
    """The plan in the text of a file, and the selections that it was made with."""
    plan, found = plans.read_plan(content, run["plan_file"])
    known = plan.get("selections", {})
    selections = {kind: known[kind] for kind in run["options"]["resources"] if kind in known}
    return {
        **run,
        "plan": plan or None,
        "selections": selections,
        "select_groups": _select_groups(selections, run["options"]["protect"]),
        "refusals": [*run["refusals"], *found],
    }


def check_plan(run: Run, now: float) -> Run:
    """Whether the plan may be carried out, or verified, here and now."""
    if run["mode"] == "apply":
        found = plans.why_not_now(run["plan"], run["plan_file"], now, run["options"], run["identity"])
        found += plans.why_not_spared(run["plan"], texts_of(run["options"]["exclude"]))
    else:
        found = plans.why_elsewhere(run["plan"], run["plan_file"], run["identity"])
    return {**run, "refusals": [*run["refusals"], *found]}


def keep(run: Run, _now: float, stage: str, kinds: Sequence[str], result: Mapping[str, Any], error: str = "") -> Run:
    """Add what a role gathered for these kinds, or why it did not get that far."""
    gathered = result or add_result({})
    met = {kind["resource"] for kind in gathered["kinds"]}
    for kind in kinds:
        if kind not in met:
            gathered = add_result(gathered, kind, {"failed": True, "msg": error or "it was not carried out"})
    return {**run, stage: join([run[stage], gathered]), "kinds": [*run["kinds"], *gathered["kinds"]]}


def look(run: Run, _now: float) -> Run:
    """Which jobs must be read by their ids, because the listing did not show them: planned ones and canaries."""
    planned = run["plan"]["rows"] if run["plan"] else []
    within = [row for row in planned if row["resource"] in run["selections"]]
    wanted = review.to_look_at([*within, *run["options"]["canary"]], run["selected"]["jobs"])
    return {**run, "to_look_at": wanted, "look_groups": _groups(run, wanted)}


def make_plan(run: Run, now: float) -> Run:
    """The plan, with what the guards would say of it, and the rows of its report."""
    protection = _protection(run, now)
    options, selected = run["options"], run["selected"]
    calls = run["calls"] + run["looked_at"]["api_calls"]
    draft = plans.make_plan(
        now, options["plan_ttl"], run["identity"], run["selections"], selected, protection, options["exclude"], calls,
    )
    guards = refusals(
        options,
        run["identity"],
        plans.stops_by_kind(draft["rows"]),
        draft["stoppable"],
        review.unseen(options["canary"], [*selected["jobs"], *run["looked_at"]["jobs"]]),
    )
    notices = protection.notices()
    notices["unmatched"] += unmatched_everywhere(options["exclude"], selected["kinds"])
    warnings = [f"apply would refuse: {text}" for text in guards]
    plan = plans.sealed(draft, [*warnings, *notices["expired"], *notices["unreadable"], *notices["unmatched"]])
    problems = [] if options["allow_incomplete"] else [f"the plan is incomplete: {error}" for error in plan["errors"]]
    return {
        **run,
        "plan": plan,
        "rows": review.planned(plan),
        "notices": notices,
        "warnings": [*run["warnings"], *warnings],
        "problems": [*run["problems"], *problems],
    }


def compare(run: Run, now: float, journal: str = "") -> Run:
    """What of the plan is still to be done, and what forbids it. `journal`: the lines that earlier runs have left."""
    protection = _protection(run, now)
    found = review.review(
        run["plan"], run["selected"], run["looked_at"], protection, run["options"], run["identity"],
        stopped_before(journal),
    )
    unread = [f"the selection could not be read again: {error}" for error in run["selected"]["errors"]]
    return {
        **run,
        "rows": found["rows"],
        "to_stop": found["to_stop"],
        "stop_groups": _groups(run, found["to_stop"]),
        "not_in_plan": found["not_in_plan"],
        "refusals": [*run["refusals"], *found["refusals"]],
        "warnings": [*run["warnings"], *unread],
        "notices": protection.notices(),
    }


def verify(run: Run, now: float) -> Run:
    """What the planned jobs are some time after."""
    protection = _protection(run, now)
    seen = join([run["selected"], run["looked_at"]])
    rows = review.verified(run["plan"], seen, protection, run["options"]["resources"])
    blind = blindness(review.unseen(run["options"]["canary"], seen["jobs"]))
    return {
        **run,
        "rows": rows,
        "problems": [*run["problems"], *blind],
        "warnings": [*run["warnings"], *review.going_on(run["plan"], seen, protection)],
        "notices": protection.notices(),
    }


def report(run: Run, now: float, problem: str = "") -> Run:
    """The end of a run, however it came: its report, and in `failures` what makes it fail."""
    known = {**run, "problems": [*run["problems"], *([problem] if problem and not run["refusals"] else [])]}
    if any("to_stop" in row for row in known["rows"]):
        known["rows"] = review.carried_out(known["rows"], known["stopped"], bool(known["refusals"]))
    written = make_report(known, now)
    return {**known, "report": written, "summary": summary(written), "failures": failures(written)}


def _select_groups(selections: Mapping[str, Mapping[str, Any]], protect: Sequence[Any]) -> list[dict[str, Any]]:
    """What each role is to read: its `kinds`, their `filters` by kind, whether it is `all` for the rest, and `exclude`.

    Where something is protected, `families` says that it must be known who is whose child.
    """
    return [
        {
            **group,
            "filters": {kind: selections[kind]["filters"] for kind in group["kinds"] if selections[kind]["filters"]},
            "all": any(selections[kind]["all"] for kind in group["kinds"]),
            "exclude": selections[group["kinds"][0]]["exclude"],
            "families": bool(protect),
        }
        for group in groups_of(selections)
    ]


def _groups(run: Run, rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    kinds = {row["resource"] for row in rows}
    return groups_of(kind for kind in run["options"]["order"] if kind in kinds)


def _protection(run: Run, now: float) -> Protection:
    entries, _errors = read_entries(run["options"]["protect"])
    return Protection(entries, datetime.datetime.fromtimestamp(now, datetime.timezone.utc).date())


STEPS: Mapping[str, Callable[..., Run]] = {
    step.__name__: step
    for step in (begin, identify, read_plan, check_plan, keep, look, make_plan, compare, verify, report)
}
"""Name -> step; each is called with what is known, the time of day (seconds since 1970), and its own arguments."""


def take(run: Run, now: float, step: str, **data: Any) -> Run:
    """What is known after a step. Raises InputError for a step that does not exist."""
    if step not in STEPS:
        raise InputError("step", step, f"is none of {', '.join(STEPS)}")
    return STEPS[step](run, now, **data)
