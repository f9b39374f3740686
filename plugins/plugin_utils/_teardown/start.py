# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The start of a run of the role `teardown`: from its variables and files to the first state. Pure."""

from __future__ import annotations

import types
from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.otc.teardown.plugins.plugin_utils._spare import baseline as baselines
from ansible_collections.otc.teardown.plugins.plugin_utils._spare.exclusions import texts_of
from ansible_collections.otc.teardown.plugins.plugin_utils._spare.shields import facts_needed
from ansible_collections.otc.teardown.plugins.plugin_utils._teardown import notify
from ansible_collections.otc.teardown.plugins.plugin_utils._teardown import plan as plans
from ansible_collections.otc.teardown.plugins.plugin_utils._teardown.options import selection_of, teardown_options
from ansible_collections.otc.teardown.plugins.plugin_utils._teardown.results import NOTHING
from ansible_collections.otc.teardown.plugins.plugin_utils._teardown.variables import unknown as unknown_variables
from ansible_collections.otc.teardown.plugins.plugin_utils._when import hours

Known = dict[str, Any]
"""The state of a run of the role."""

_SHARED = ("teardown_report_dir, teardown_plan_file and teardown_metrics_file: several hosts of this play would write to the same place; leave them out, "
           "or let them hold {{ inventory_hostname }}")


def begin(
    _known: Known,
    now: float,
    variables: Mapping[str, Any],
    unknown: Sequence[str] = (),
    documented: Sequence[str] = (),
    shared: bool = False,
    content: str | None = None,
    baseline: str | None = None,
    notice: Any = None,
    asked_for: Mapping[str, Any] = types.MappingProxyType({}),
    date_files: Mapping[str, Any] = types.MappingProxyType({}),
) -> Known:
    """The state at the start of a run; `options.errors` lists the errors in the variables of the role.

    `unknown`: names of variables that the role does not have, `documented`: of those that it has. `shared`: several hosts would write to the same place.
    `content`: the text of the plan file, for apply and verify; None if there is no such file. `baseline`: that of the baseline. `notice`: the
    sample of a message that the template in `teardown_notify` makes, None if there is no such file. `asked_for`: the `host`, and the
    `project` and `region` as far as the variables tell. `date_files`: what the files hold that `teardown_windows` names.
    """
    options = teardown_options(variables, date_files)
    spared, unusable = baselines.read_baseline(baseline, options["baseline"]) if options["baseline"] else (None, [])
    options["errors"] = [
        *unknown_variables("teardown", unknown, documented), *([_SHARED] if shared else []),
        *notify.why_no_template(options["notify"], notice), *options["errors"], *unusable,
    ]
    run = {**_blank(options, now), "baseline": spared, "asked_for": {key: asked_for.get(key) or None for key in ("host", "project", "region")}}
    needed = {}
    if not options["errors"]:
        needed = facts_needed(options)
        run = hours.gate(run, now)
        run = read_plan(run, now, content) if options["mode"] != "plan" else run
    return {**run, "selection": {**selection_of(run["selections"]), **needed}}


def _blank(options: Mapping[str, Any], now: float) -> Known:
    """The state of a run that has read nothing yet, but for what `begin` adds."""
    return {
        "mode": options["mode"],
        "options": options,
        "started": now,
        "identity": None,
        "plan": None,
        "plan_is_new": False,
        "plan_file": options["plan_file"],
        "selections": options["selections"],
        "calls": 0,
        "kinds": [],
        "selected": dict(NOTHING),
        "looked_at": dict(NOTHING),
        "stopped": dict(NOTHING),
        "to_stop": [],
        "rows": [],
        "not_in_plan": [],
        "notices": {"expired": [], "unreadable": [], "unmatched": []},
        "protections": [],
        "guards": [],
        "refusals": [],
        "would_refuse": [],
        "problems": [],
        "warnings": [],
        "window": None,
        "outside": "",
        "report": None,
        "message": None,
        "failures": [],
    }


def read_plan(known: Known, now: float, content: str | None) -> Known:
    """Adds the plan from the text of its file, the selections that it was made with, and why it must not be applied now."""
    plan, found = plans.read_plan(content, known["plan_file"])
    made_with = plan.get("selections", {})
    selections = {kind: made_with[kind] for kind in known["options"]["resources"] if kind in made_with}
    if plan and known["mode"] == "apply":
        found += plans.why_not_now(plan, known["plan_file"], now, known["options"])
        found += plans.why_not_spared(plan, texts_of(known["options"]["exclude"]))
    return {**known, "plan": plan or None, "selections": selections, "refusals": [*known["refusals"], *found]}
