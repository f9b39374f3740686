# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The report of a run of the role `teardown`, as data; see docs/report.md. Pure."""

from __future__ import annotations

import collections
import re
from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.otc.teardown.plugins.module_utils._base.times import format_time
from ansible_collections.otc.teardown.plugins.plugin_utils._jobs import label
from ansible_collections.otc.teardown.plugins.plugin_utils._report.costs import costs_of
from ansible_collections.otc.teardown.plugins.plugin_utils._report.groups import group_of, headline
from ansible_collections.otc.teardown.plugins.plugin_utils._schemas import REPORT
from ansible_collections.otc.teardown.plugins.plugin_utils._teardown.prices import Prices, price_of
from ansible_collections.otc.teardown.plugins.plugin_utils._version import COLLECTION_VERSION
from ansible_collections.otc.teardown.plugins.plugin_utils._words import WORDS

VERDICTS = ("stopped", "would_stop", "failed", "untouched", "protected", "ended")
"""The verdicts on a row, in the order in which a report counts them."""

SHOWN_FAILURES = 5
_NO_IDENTITY = {
    "domain": {"id": None, "name": None},
    "user": {"id": None, "name": None},
    "project": {"id": None, "name": None},
    "region": None,
}


def make_report(run: Mapping[str, Any], finished: float) -> dict[str, Any]:
    """The report of one run.

    `run` is the state of the role: `mode`, `options`, `started` (seconds since 1970), `identity`, `plan`, `plan_file`,
    `rows`, `not_in_plan`, `notices`, `kinds` (of every reading and stop), `calls` (number of all requests),
    `selections`, `guards`, `protections`, `window`, `outside`, `asked_for`, `refusals`, `would_refuse`, `problems` and
    `warnings`; values that the run did not reach are empty or None.
    """
    prices = run["options"]["prices"]
    rows, new = ([_row(row, prices) for row in run[key]] for key in ("rows", "not_in_plan"))
    return {
        "schema": REPORT,
        "collection_version": COLLECTION_VERSION,
        "mode": run["mode"],
        "result": _result(run),
        "headline": _headline(run, [*rows, *new]),
        "identity": run["identity"] or _NO_IDENTITY,
        "asked_for": run["asked_for"],
        "started_at": format_time(run["started"]),
        "finished_at": format_time(finished),
        "duration_seconds": max(0, int(finished) - int(run["started"])),
        "plan": _plan_facts(run["plan"], run["plan_file"]),
        "selection": _selection(run["selections"]),
        "guards": run["guards"],
        "protections": run["protections"],
        "window": run["window"],
        "problems": [*run["refusals"], *run["problems"], *(_shared_reason(rows) if run["mode"] != "plan" else [])],
        "would_refuse": run["would_refuse"],
        "warnings": list(run["warnings"]),
        "resources": _resources(rows, run["kinds"]),
        "rows": rows,
        "not_in_plan": new,
        "protect": run["notices"],
        "counts": _counts(rows),
        "costs": costs_of(run["mode"], [*rows, *new], prices["currency"], run["options"]["price_hours"]) if prices else None,
        "api_calls": run["calls"],
    }


def _row(row: Mapping[str, Any], prices: Prices | None) -> dict[str, Any]:
    return {**row, "group": group_of(row), **({"price_per_hour": price_of(row, prices)} if prices else {})}


def failures(report: Mapping[str, Any]) -> list[str]:
    """Why a run failed, as texts: its problems and its failed rows; empty if it did not fail."""
    if report["result"] not in ("failed", "refused"):
        return []
    rows = [row for row in report["rows"] if row["verdict"] == "failed"]
    shown = [_in_words(row) for row in rows[:SHOWN_FAILURES]]
    more = [f"{len(rows) - SHOWN_FAILURES} more failed, see the report"] if len(rows) > SHOWN_FAILURES else []
    return list(dict.fromkeys([*report["problems"], *shown, *more]))


def _headline(run: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> str:
    """The figures in words, with what refused the run, or the reason if nothing was stopped because of a failure."""
    words = headline(run["mode"], rows)
    if run["outside"] and not run["refusals"] and not run["problems"]:
        return f"{run['outside']}; {words}" if rows else str(run["outside"])
    if run["refusals"]:
        refused = "refused; nothing was sent" if run["mode"] == "apply" else "refused"
        return f"{refused}: {_first(run['refusals'])}" + (f"; {words}" if rows else "")
    if run["problems"]:
        return "; ".join([str(run["problems"][0]), *([words] if rows else [])])
    if run["would_refuse"]:
        return f"apply would refuse: {_first(run['would_refuse'])}; {words}"
    groups = {row["group"] for row in rows}
    none_stopped = "failed" in groups and not groups & {"stopped", "would_stop"}
    return "; ".join([words, *(_shared_reason(rows) if none_stopped else [])])


def _first(reasons: Sequence[str]) -> str:
    return reasons[0] + (f" (and {len(reasons) - 1} more)" if len(reasons) > 1 else "")


def _shared_reason(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """`all of the 8 that failed: You are not allowed to (ModelArts.0203)`: the most common reason; empty if none failed."""
    failed = [row for row in rows if row["verdict"] == "failed"]
    if len(failed) < 2:
        return [_in_words(row) for row in failed]
    ways = ([str(row["reason"]) for row in failed], [_without_names(row) for row in failed])
    (most, number), reasons = max(((collections.Counter(way).most_common(1)[0], way) for way in ways), key=lambda one: one[0][1])
    shown = failed[reasons.index(most)]["reason"]
    return [f"{'all' if number == len(failed) else number} of the {len(failed)} that failed: {shown}"]


def _in_words(row: Mapping[str, Any]) -> str:
    return f"{label(row)}: {row['reason']}"


def _without_names(row: Mapping[str, Any]) -> str:
    """The reason in a row without id and name of its job, so that equal reasons of different jobs are equal texts."""
    reason = str(row["reason"])
    for text in filter(None, (row["id"], row.get("name"))):
        reason = re.sub(rf"(?<![\w.]){re.escape(str(text))}(?![\w.])", "", reason)
    return reason


def _result(run: Mapping[str, Any]) -> str:
    if run["refusals"]:
        return "refused"
    any_failed = any(row["verdict"] == "failed" for row in run["rows"])
    if run["problems"] or (any_failed and run["mode"] != "plan"):
        return "failed"
    return "changed" if any(row["changed"] for row in run["rows"]) else "ok"


def _plan_facts(plan: Mapping[str, Any] | None, path: str) -> dict[str, Any] | None:
    if not plan:
        return None
    return {"file": path, **{key: plan[key] for key in ("digest", "created_at", "valid_until", "complete", "requests")}}


def _selection(selections: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """What was asked for: the kinds with their filters, and what was excluded from all of them."""
    return {
        "resources": [{"resource": kind, "filters": chosen["filters"], "all": chosen["all"]} for kind, chosen in selections.items()],
        "exclude": next((chosen["exclude"] for chosen in selections.values()), {}),
    }


def _resources(rows: Sequence[Mapping[str, Any]], kinds: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    names = dict.fromkeys([*(kind["resource"] for kind in kinds), *(row["resource"] for row in rows)])
    return [
        {
            "resource": name,
            "error": "; ".join(kind["error"] for kind in kinds if kind["resource"] == name and kind["error"]) or None,
            "complete": all(kind["complete"] for kind in kinds if kind["resource"] == name),
            "api_calls": sum(kind["api_calls"] for kind in kinds if kind["resource"] == name),
            "counts": _counts([row for row in rows if row["resource"] == name]),
            "reads": WORDS[name].reads,
            "goes_on_costing": WORDS[name].costs,
        }
        for name in names
    ]


def _counts(rows: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    return {"selected": len(rows), **{verdict: sum(row["verdict"] == verdict for row in rows) for verdict in VERDICTS}}
