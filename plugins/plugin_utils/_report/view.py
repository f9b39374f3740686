# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Prepares one report for a page: project, figures, groups of jobs, facts. Pure functions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ansible_collections.otc.teardown.plugins.module_utils._base.times import format_span
from ansible_collections.otc.teardown.plugins.plugin_utils._report import texts
from ansible_collections.otc.teardown.plugins.plugin_utils._report.asked import asked
from ansible_collections.otc.teardown.plugins.plugin_utils._report.costs import in_words
from ansible_collections.otc.teardown.plugins.plugin_utils._report.model import Fact, Head, Kind, Project, figures_of
from ansible_collections.otc.teardown.plugins.plugin_utils._report.place import project_in
from ansible_collections.otc.teardown.plugins.plugin_utils._report.rows import groups
from ansible_collections.otc.teardown.plugins.plugin_utils._report.schema import Report

_MODES = {
    "plan": ("Plan", "Nothing was changed. This is what applying the plan would do."),
    "apply": ("Apply", ""),
    "verify": ("Verify", "Nothing was changed. The jobs of the plan were read once more."),
}


def head(report: Report) -> Head:
    """What a checked report is about, and its result."""
    identity = report["identity"]
    user = identity.get("user") or {}
    mode_word, explanation = _MODES[report["mode"]]
    duration = report.get("duration_seconds")
    return Head(
        title=texts.name(project_in(report)) or "Unknown project",
        region=texts.name(identity.get("region") or report["asked_for"].get("region")),
        user=texts.name(user.get("name") or user.get("id")),
        mode=report["mode"],
        mode_word=mode_word,
        explanation=explanation,
        result=_result(report),
        headline=texts.sentence(report["headline"]) or "",
        costs=tuple(in_words(report["mode"], report.get("costs"))),
        window=texts.sentence((report.get("window") or {}).get("text")) if report["mode"] == "plan" else None,
        when=texts.period(report.get("started_at"), report.get("finished_at")),
        duration=None if duration is None else format_span(duration),
        version=texts.name(report.get("collection_version")),
        api_calls=report["api_calls"],
        figures=figures_of(row["group"] for row in [*report["rows"], *report["not_in_plan"]]),
    )


def project_view(report: Report) -> Project:
    """A checked report, prepared for a page."""
    rows = [*report["rows"], *report["not_in_plan"]]
    return Project(
        **vars(head(report)),
        facts=tuple(_facts(report)),
        problems=texts.sentences(report["problems"]),
        would_refuse=texts.sentences(report["would_refuse"]),
        warnings=texts.sentences(report["warnings"]),
        asked=asked(report),
        kinds=tuple(_kinds(report, rows)),
        groups=tuple(groups(report["mode"], rows, report.get("finished_at"), (report.get("costs") or {}).get("currency"))),
        protect=tuple(_protect(report["protect"])),
    )


def _result(report: Report) -> str:
    refusable = report["mode"] == "plan" and report["result"] == "ok" and report["would_refuse"]
    return "would_refuse" if refusable else str(report["result"])


def _facts(report: Report) -> Iterable[Fact]:
    identity = report["identity"]
    for label, key in (("Project", "project"), ("Account", "domain"), ("User", "user")):
        who = identity.get(key) or {}
        name, code = texts.name(who.get("name")), texts.name(who.get("id"))
        yield Fact(label, name or "unknown", code)
    yield Fact("Region", texts.name(identity.get("region")) or "unknown")
    for label, key in (("Started", "started_at"), ("Finished", "finished_at")):
        yield Fact(label, texts.moment(report.get(key)) or "unknown")
    duration = report.get("duration_seconds")
    yield Fact("Took", "unknown" if duration is None else format_span(duration))
    yield Fact("Requests sent", f"{report['api_calls']:,}")
    yield Fact("Written by", f"otc.teardown {texts.name(report.get('collection_version')) or 'of an unknown version'}")
    plan = report.get("plan")
    if plan:
        yield Fact("Plan made", texts.moment(plan.get("created_at")) or "unknown")
        yield Fact("Plan valid until", texts.moment(plan.get("valid_until")) or "unknown")
        if plan.get("complete") is False:
            yield Fact("Plan complete", "no")
        yield Fact("Plan file", texts.name(plan.get("file")) or "none")
        yield Fact("Plan digest", "" if plan.get("digest") else "none", texts.name(plan.get("digest")))


def _kinds(report: Report, rows: Sequence[Mapping[str, Any]]) -> Iterable[Kind]:
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(row["resource"], []).append(row["group"])
    for entry in report["resources"]:
        yield Kind(
            name=texts.name(entry["resource"]) or "unknown",
            error=texts.sentence(entry.get("error")),
            complete=entry["complete"],
            api_calls=entry["api_calls"],
            figures=figures_of(found.get(entry["resource"], [])),
            reads=texts.name(entry.get("reads")) if report["mode"] == "plan" else None,
            costs=texts.name(entry.get("goes_on_costing")),
        )


def _protect(protect: Mapping[str, Sequence[str]]) -> Iterable[tuple[str, tuple[str, ...]]]:
    headings = {
        "unreadable": "Protects, because its date cannot be read",
        "expired": "Protects no more, because it has expired",
        "unmatched": "Spares nothing, because it matches no job",
    }
    for key, heading in headings.items():
        if protect[key]:
            yield heading, texts.sentences(protect[key])
