# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Makes, seals and reads plans. A plan lists the jobs to stop; its digest proves that it was not changed after review. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.otc.teardown.plugins.module_utils._base.errors import InputError
from ansible_collections.otc.teardown.plugins.module_utils._base.text import quoted
from ansible_collections.otc.teardown.plugins.module_utils._base.times import format_span, format_time, parse_time
from ansible_collections.otc.teardown.plugins.module_utils._engine.selection import select
from ansible_collections.otc.teardown.plugins.module_utils._modules.kinds import KINDS
from ansible_collections.otc.teardown.plugins.plugin_utils._jobs import described, label, naming_keys
from ansible_collections.otc.teardown.plugins.plugin_utils._measures import Identity
from ansible_collections.otc.teardown.plugins.plugin_utils._schemas import PLAN
from ansible_collections.otc.teardown.plugins.plugin_utils._spare.exclusions import Exclude, names_job
from ansible_collections.otc.teardown.plugins.plugin_utils._spare.kinship import Kinship, rows_of, why_no_families
from ansible_collections.otc.teardown.plugins.plugin_utils._spare.protection import Protection
from ansible_collections.otc.teardown.plugins.plugin_utils._spare.tags import in_words
from ansible_collections.otc.teardown.plugins.plugin_utils._words import WORDS

STOP, NOTHING, PROTECTED, EXCLUDED, UNCLEAR, UNKNOWN = "stop", "none", "protected", "excluded", "unclear", "failed"
DECISIONS = (STOP, NOTHING, PROTECTED, EXCLUDED, UNCLEAR, UNKNOWN)
"""The decisions on a row of a plan; only rows with `stop` are ever stopped."""

_CLOCKS_DIFFER = 300
"""Seconds by which the clocks of two machines may differ."""

_KEYS = {
    "schema": str, "created_at": str, "valid_until": str, "identity": dict, "selections": dict, "complete": bool,
    "errors": list, "rows": list, "counts": dict, "stoppable": dict, "requests": dict, "warnings": list, "digest": str,
}


def digest_of(plan: Mapping[str, Any]) -> str:
    """SHA-256 (hex) of the plan without its digest, as JSON with sorted keys and no blanks."""
    content = {key: value for key, value in plan.items() if key != "digest"}
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def planned_row(
    row: Mapping[str, Any], protection: Protection, kinship: Kinship, exclude: Exclude, on_unclear: str
) -> dict[str, Any]:
    """A row of a plan: the job, the decision, and the reason as text. `row` is the row that a module returned in check mode.

    The modules evaluate the exclusion; this checks it again, because variables between role and module may have changed it.
    """
    spared = row["outcome"] == "would_stop" and names_job(exclude, row)
    decision, reason = _decision({**row, "outcome": "excluded"} if spared else row, protection, kinship)
    if decision == UNCLEAR and on_unclear == "fail":
        decision = UNKNOWN
    return {
        **naming_keys(row),
        **described(row),
        "status": row["status"],
        "phase": row["phase"],
        "decision": decision,
        "reason": reason,
    }


def _decision(row: Mapping[str, Any], protection: Protection, kinship: Kinship) -> tuple[str, str]:
    protected = protection.why(row)
    outcome, status = row["outcome"], row["status"]
    if outcome == "would_stop":
        protected = protected or kinship.why_protected(row, protection)
        unknown = kinship.why_unknown(row, protection)
        if protected or unknown:
            return (PROTECTED, protected) if protected else (UNKNOWN, str(unknown))
        loses = WORDS[row["resource"]].loses
        return STOP, f"it is {status} and matches the selection" + (f"; a stop loses {loses}" if loses else "")
    if outcome == "already_ended":
        return NOTHING, f"it has ended: {status}"
    if outcome == "already_stopping":
        return NOTHING, f"it is being stopped already: {status}"
    if outcome == "excluded":
        return EXCLUDED, row.get("spared_by") or "teardown_exclude names it"
    return UNCLEAR if outcome == "unclear" else UNKNOWN, (row.get("error") or {}).get("message") or f"it is {outcome}"


def make_plan(
    now: float,
    ttl: float,
    identity: Identity,
    selections: Mapping[str, Any],
    selected: Mapping[str, Any],
    protection: Protection,
    exclude: Exclude,
    on_unclear: str,
    requests_before: int,
) -> dict[str, Any]:
    """The plan without warnings and digest. `now` and `ttl` in seconds, `selected` as `results.gathered` returns it."""
    kinds = selected["kinds"]
    families = rows_of(kinds)
    kinship = Kinship(families, {})
    rows = [planned_row(row, protection, kinship, exclude, on_unclear) for row in selected["jobs"]]
    stops = stops_by_kind(rows)
    reading = requests_before + selected["api_calls"]
    return {
        "schema": PLAN,
        "created_at": format_time(now),
        "valid_until": format_time(now + ttl),
        "identity": identity,
        "selections": selections,
        "complete": all(kind["complete"] for kind in kinds),
        "errors": [f"{kind['resource']}: {_why_incomplete(kind)}" for kind in kinds if not kind["complete"]],
        "rows": rows,
        "families": families,
        "counts": {decision: sum(row["decision"] == decision for row in rows) for decision in DECISIONS},
        "stoppable": {kind["resource"]: (kind["listed"] or {}).get("stoppable", 0) for kind in kinds},
        "requests": {"plan": reading, "apply": reading + _requests_to_stop(stops, kinds)},
    }


def unclear(plan: Mapping[str, Any]) -> list[str]:
    """Warnings about jobs whose status leaves open whether they still cost anything."""
    return [f"{label(row)}: {row['reason']}" for row in plan["rows"] if row["decision"] == UNCLEAR]


def _why_incomplete(kind: Mapping[str, Any]) -> str:
    own = "the caller may list its own jobs only, so those of other users were not read" if kind.get("own_only") else None
    return kind["error"] or own or "its list is incomplete"


def _requests_to_stop(stops: Mapping[str, int], kinds: Sequence[Mapping[str, Any]]) -> int:
    """The number of requests for the kinds with stops: to read them again, to stop, and to read them once at the end."""
    reading = {kind["resource"]: kind["api_calls"] for kind in kinds}
    return sum(
        2 * reading[kind] + KINDS[kind].dialects[0].calls_to_stop(number) for kind, number in stops.items()
    )


def stops_by_kind(rows: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """Kind -> number of rows to stop; kinds without such rows are left out."""
    kinds = [row["resource"] for row in rows if row["decision"] == STOP]
    return {kind: kinds.count(kind) for kind in dict.fromkeys(kinds)}


def sealed(plan: Mapping[str, Any], warnings: Sequence[str]) -> dict[str, Any]:
    """The plan with warnings and digest."""
    whole = {**plan, "warnings": list(warnings)}
    return {**whole, "digest": digest_of(whole)}


def read_plan(content: str | None, path: str) -> tuple[dict[str, Any], list[str]]:
    """(plan, errors) from the text of a file (None: no such file); with errors the plan is empty."""
    if content is None:
        return {}, [f"teardown_plan_file: {path} is not a file; make a plan with teardown_mode: plan, without --check"]
    problem = None
    plan: Any = {}
    try:
        plan = json.loads(content) if content.strip() else None
        problem = _why_no_plan(plan)
    except (ValueError, RecursionError):
        problem = "is not JSON"
    if problem:
        return {}, [f"teardown_plan_file: {path} {problem}; make a plan with teardown_mode: plan"]
    if plan["digest"] != digest_of(plan):
        return {}, [f"teardown_plan_file: {path} was changed after it was made: its digest does not match; "
                    "make a new plan with the selection or teardown_protect that you want"]
    return plan, []


def _why_no_plan(plan: Any) -> str | None:
    if plan is None:
        return "is empty"
    if not isinstance(plan, dict) or "schema" not in plan:
        return "holds no plan"
    if plan["schema"] != PLAN:
        return f"has the schema {quoted(plan['schema'])}, but this version of the collection reads {quoted(PLAN)}"
    wrong = [key for key, kind in _KEYS.items() if not isinstance(plan.get(key), kind)]
    if wrong:
        return f"lacks {', '.join(wrong)}, or has it in another form"
    if not isinstance(plan["identity"].get("project"), dict) or not all(_is_time(plan[key]) for key in ("created_at", "valid_until")):
        return "does not say for which project and until when it is"
    unrelated = why_no_families(plan.get("families", {}))
    if unrelated:
        return unrelated
    bad = [number for number, row in enumerate(plan["rows"]) if not _is_row(row)]
    if bad:
        return f"has rows that make no sense (the first is rows[{bad[0]}])"
    return None


def _is_time(text: str) -> bool:
    try:
        return parse_time(text) is not None
    except ValueError:
        return False


def _is_row(row: Any) -> bool:
    if not isinstance(row, dict) or row.get("resource") not in KINDS or row.get("decision") not in DECISIONS:
        return False
    optional = ("parent_name", "owner", "flavor")
    texts = (row.get(key, None if key in optional else 0) for key in ("name", "created_at", "status", *optional))
    if not all(text is None or isinstance(text, str) for text in texts) or not isinstance(row.get("tags"), (dict, type(None))):
        return False
    try:
        return not select({"jobs": [row]}, KINDS[row["resource"]]).is_empty
    except InputError:
        return False


def why_not_now(plan: Mapping[str, Any], path: str, now: float, options: Mapping[str, Any]) -> list[str]:
    """The reasons why nobody may apply this plan now; empty if there are none. For the project and the caller see `why_elsewhere`."""
    found = []
    until = parse_time(plan["valid_until"]) or 0.0
    if now > until:
        found.append(f"teardown_plan_file: {path} expired {format_span(now - until)} ago ({plan['valid_until']}); "
                     "make a new plan, or raise teardown_plan_ttl for the next")
    ahead = (parse_time(plan["created_at"]) or 0.0) - now
    if ahead > _CLOCKS_DIFFER:
        found.append(f"teardown_plan_file: {path} was made {format_span(ahead)} from now ({plan['created_at']}), so a clock is wrong, and nobody knows "
                     "how old it is, nor which dates and windows count; set the clocks, and make a new plan")
    if not plan["complete"] and not options["allow_incomplete"]:
        found.append(f"teardown_plan_file: {path} is incomplete ({'; '.join(plan['errors'])}); make a new plan, "
                     "or set teardown_allow_incomplete: true to stop what it holds")
    if options["confirm"] not in (plan["identity"]["project"].get("name"), plan["digest"]) or not options["confirm"]:
        found.append(f"teardown_confirm: {quoted(options['confirm'])} is neither the project's name nor the plan's digest; "
                     "set it to one of them once the plan has been reviewed")
    return found


def why_not_spared(plan: Mapping[str, Any], exclude: Mapping[str, Any]) -> list[str]:
    """An error if an entry is excluded now and was not when the plan was made; empty if the plan has all entries."""
    planned = [selection.get("exclude") or {} for selection in plan["selections"].values()]
    missing = [
        f"{key}: {quoted(text)}" for key, texts in exclude.items() if key != "tags" for text in texts
        if not any(text in (known.get(key) or ()) for known in planned)
    ]
    tags = exclude.get("tags")
    if tags and not any(_spares_all(known.get("tags"), tags) for known in planned):
        missing.append(f"tags: {quoted(in_words(tags))}")
    if not missing:
        return []
    return [f"teardown_exclude: {', '.join(missing[:3])}{', ...' if len(missing) > 3 else ''} was not excluded when the plan was "
            "made; make a new plan, or name it in teardown_protect, which also applies to existing plans"]


def _spares_all(planned: Mapping[str, Sequence[str]] | None, tags: Mapping[str, Sequence[str]]) -> bool:
    """Whether jobs with these tags were excluded: the plan demands no other key, and accepts each of these values."""
    return bool(planned) and all(key in tags and set(tags[key]) <= set(values) for key, values in (planned or {}).items())


def why_elsewhere(plan: Mapping[str, Any], path: str, identity: Identity) -> list[str]:
    """An error if this plan is for another project or region than the caller's; otherwise empty."""
    here = (identity["project"]["id"], identity["region"])
    there = (plan["identity"]["project"].get("id"), plan["identity"].get("region"))
    if here == there and here[0]:
        return []
    return [f"teardown_plan_file: {path} is for project {there[0]} in region {there[1]}, but the login is for "
            f"project {here[0]} in region {here[1]}; use the connection that the plan was made with"]
