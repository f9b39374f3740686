# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Prepares one report for a page: makes texts harmless, cuts them to a readable length, orders the rows. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ansible_collections.otc.teardown.plugins.module_utils._base.text import plain
from ansible_collections.otc.teardown.plugins.module_utils._base.times import format_span
from ansible_collections.otc.teardown.plugins.plugin_utils._report.model import (
    CLASSES,
    GROUPS,
    Counts,
    Fact,
    Group,
    Kind,
    Project,
    Row,
)
from ansible_collections.otc.teardown.plugins.plugin_utils._report.parents import parent_of
from ansible_collections.otc.teardown.plugins.plugin_utils._report.place import project_in
from ansible_collections.otc.teardown.plugins.plugin_utils._report.schema import Report

LONGEST_NAME = 200
LONGEST_TEXT = 1000
MANY_ROWS = 2000
"""If a project has more rows than this, rows of jobs that had already ended are only counted."""

_MODES = {
    "plan": ("Plan", "Nothing was changed. This is what applying the plan would do."),
    "apply": ("Apply", ""),
    "verify": ("Verify", "Nothing was changed. The jobs of the plan were read once more."),
}
_STOPS = ("stopped", "would_stop")
_UTC = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)Z", re.ASCII)


def project_view(report: Report) -> Project:
    """A checked report, prepared for a page."""
    identity = report["identity"]
    user = identity.get("user") or {}
    mode_word, explanation = _MODES[report["mode"]]
    duration = report.get("duration_seconds")
    return Project(
        title=_text(project_in(report)) or "Unknown project",
        region=_text(identity.get("region")),
        user=_text(user.get("name") or user.get("id")),
        mode=report["mode"],
        mode_word=mode_word,
        explanation=explanation,
        result=report["result"],
        headline=_long(report["headline"]) or "",
        when=period(report.get("started_at"), report.get("finished_at")),
        facts=tuple(_facts(report)),
        problems=_longs(report["problems"]),
        warnings=_longs(report["warnings"]),
        kinds=tuple(_kind(entry) for entry in report["resources"]),
        groups=tuple(_groups(report["rows"])),
        not_in_plan=_group("not_in_plan", "Not in the plan, left alone", report["not_in_plan"], MANY_ROWS),
        protect=tuple(_protect(report["protect"])),
        counts=_counts(report["counts"]),
        api_calls=report["api_calls"],
        duration=None if duration is None else format_span(duration),
    )


def moment(value: Any, zone: str = " UTC") -> str | None:
    """`2026-11-22 01:00:00 UTC` for a time of a report; any other value as plain text."""
    found = _UTC.fullmatch(value or "")
    return f"{found.group(1)} {found.group(2)}{zone}" if found else _text(value)


def period(start: Any, end: Any) -> str:
    """`2026-11-22 01:00:00 to 01:01:03 UTC`, with the second date if it differs; an unknown time is left out."""
    first, last = _UTC.fullmatch(start or ""), _UTC.fullmatch(end or "")
    if first and last and first.group(1) == last.group(1):
        return f"{moment(start, '')} to {last.group(2)} UTC"
    return " to ".join(filter(None, (moment(start), moment(end))))


def _cut(value: Any, limit: int) -> str | None:
    if value is None or value == "":
        return None
    text = str(value)
    more = len(text) - limit
    return f"{plain(text[:limit])}… ({more:,} more characters)" if more > 0 else plain(text)


def _text(value: Any) -> str | None:
    return _cut(value, LONGEST_NAME)


def _long(value: Any) -> str | None:
    return _cut(value, LONGEST_TEXT)


def _longs(values: Iterable[Any]) -> tuple[str, ...]:
    return tuple(text for text in map(_long, values) if text)


def _facts(report: Report) -> Iterable[Fact]:
    identity = report["identity"]
    for label in ("project", "domain", "user"):
        who = identity.get(label) or {}
        name, code = _text(who.get("name")), _text(who.get("id"))
        yield Fact(label.capitalize(), name or "unknown", code)
    yield Fact("Region", _text(identity.get("region")) or "unknown")
    for label, key in (("Started", "started_at"), ("Finished", "finished_at")):
        yield Fact(label, moment(report.get(key)) or "unknown")
    duration = report.get("duration_seconds")
    yield Fact("Took", "unknown" if duration is None else format_span(duration))
    yield Fact("Requests sent", f"{report['api_calls']:,}")
    plan = report.get("plan")
    if plan:
        yield Fact("Plan made", moment(plan.get("created_at")) or "unknown")
        yield Fact("Plan valid until", moment(plan.get("valid_until")) or "unknown")
        if plan.get("complete") is False:
            yield Fact("Plan complete", "no")
        yield Fact("Plan file", _text(plan.get("file")) or "none")
        yield Fact("Plan digest", "" if plan.get("digest") else "none", _text(plan.get("digest")))


def _counts(counts: Mapping[str, int]) -> Counts:
    of = {key: counts[key] for key in CLASSES}
    of["stopped"] += counts.get("would_stop") or 0
    return Counts(counts["selected"], of)


def _kind(entry: Mapping[str, Any]) -> Kind:
    return Kind(
        name=_text(entry["resource"]) or "unknown",
        error=_long(entry.get("error")),
        complete=entry["complete"],
        api_calls=entry["api_calls"],
        counts=_counts(entry["counts"]),
        reads=_text(entry.get("reads")),
        costs=_text(entry.get("goes_on_costing")),
    )


def _groups(rows: Sequence[Mapping[str, Any]]) -> Iterable[Group]:
    for verdict, title in GROUPS.items():
        chosen = [row for row in rows if row["verdict"] == verdict]
        folded = verdict == "ended" and len(rows) > MANY_ROWS
        if chosen:
            yield _group(verdict, title, chosen, 0 if folded else len(chosen))


def _group(verdict: str, title: str, rows: Sequence[Mapping[str, Any]], limit: int) -> Group:
    ordered = sorted(rows, key=lambda row: (row["resource"], row.get("name") or "", row["id"]))
    return Group(verdict, title, tuple(map(_row, ordered[:limit])), max(0, len(rows) - limit))


def _row(row: Mapping[str, Any]) -> Row:
    return Row(
        resource=_text(row["resource"]) or "unknown",
        id=_text(row["id"]) or "unknown",
        parent=_text(parent_of(row)),
        name=_text(row.get("name")),
        created=moment(row.get("created_at"), ""),
        before=_text(row.get("status_before")),
        after=_text(row.get("status_after")),
        notes=tuple(_notes(row)),
        reason=_long(row.get("reason")),
        request_id=_text(row.get("request_id")),
    )


def _notes(row: Mapping[str, Any]) -> Iterable[str]:
    """Remarks on a row that its verdict and reason do not contain."""
    outcome, verdict = row.get("outcome"), row["verdict"]
    if verdict in ("failed", *_STOPS):
        if outcome and outcome != verdict:
            yield _text(outcome) or ""
        if row.get("drift") == "progressed":
            yield "went on since the plan"
    if row.get("changed") and verdict not in _STOPS:
        yield "a stop was accepted"


def _protect(protect: Mapping[str, Sequence[str]]) -> Iterable[tuple[str, tuple[str, ...]]]:
    headings = {
        "unreadable": "Date cannot be read, so they protect",
        "expired": "Expired, so they protect no more",
        "unmatched": "Matched no job",
    }
    for key, heading in headings.items():
        if protect[key]:
            yield heading, _longs(protect[key])
