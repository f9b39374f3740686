# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Turns reports into Markdown, for an issue, a wiki or a terminal."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ansible_collections.otc.teardown.plugins.plugin_utils._report.asked import Asked
from ansible_collections.otc.teardown.plugins.plugin_utils._report.merge import Overview, overview
from ansible_collections.otc.teardown.plugins.plugin_utils._report.model import (
    CLASSES,
    Figures,
    Group,
    Project,
    Row,
    class_words,
)
from ansible_collections.otc.teardown.plugins.plugin_utils._report.schema import reports_of

# Text that has no special meaning in Markdown, on GitHub or on GitLab: plain words, no links, mentions or references.
_INERT = re.compile(
    r"(?:[A-Za-z]|[0-9]+ [A-Za-z]|[0-9]{4}-)"
    r"(?:[A-Za-z0-9 ,;()…]|(?<=[A-Za-z0-9])[-_'](?=[A-Za-z])|(?<=[A-Za-z)])[.:](?= |$)"
    r"|(?<=[0-9])-(?=[0-9])|(?<=[0-9]{2}):(?=[0-9]{2}(?![0-9])))*",
    re.ASCII,
)
_NO_CODE = {ord("|"): "\\x7c", ord("`"): "\\x60"}
_NOTHING = "–"


def markdown(value: object) -> str:
    """The Markdown text for one report, or for a list of reports with an overview. Raises ReportError for anything else."""
    together = overview(reports_of(value))
    lines: list[str] = []
    if len(together.projects) > 1:
        lines += _overview(together)
    for project in together.projects:
        lines += _project(project, "#" if len(together.projects) == 1 else "##")
    return "\n".join(lines) + "\n"


def literal(text: str | None) -> str:
    """A text that every Markdown reader shows unchanged, also in a table: plain words stay words, other text becomes code.

    Inside code, mentions, references, links and emoji codes have no effect. Characters that would end the code or the
    table cell become visible escapes; control characters are already escaped.
    """
    return text if text and _INERT.fullmatch(text) else code(text)


def code(text: str | None) -> str:
    """A text as code; a dash for an empty text."""
    return f"`{text.translate(_NO_CODE)}`" if text else _NOTHING


def _table(heads: Iterable[str], rows: Iterable[Iterable[str]], numbers: str = "") -> list[str]:
    names = list(heads)
    rule = ["---:" if name and name in numbers.split("|") else "---" for name in names]
    return [_line(names), _line(rule), *map(_line, rows), ""]


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _heads(modes: Iterable[str]) -> list[str]:
    return ["Jobs", *class_words(modes).values()]


def _numbers(figures: Figures) -> list[str]:
    return [f"{figures.total:,}", *(f"{figures.of[key]:,}" for key in CLASSES)]


def _overview(together: Overview) -> list[str]:
    heads = _heads(project.mode for project in together.projects)
    rows = [
        [literal(one.title), literal(one.region), one.mode_word, f"**{one.result_word}**", *_numbers(one.figures),
         literal(one.problems[0] if one.problems else None)]
        for one in together.projects
    ]
    total = ["All", "", "", f"**{together.result_word}**", *_numbers(together.figures), ""]
    return [
        f"# {together.modes} of {len(together.projects):,} projects: {together.result_word}",
        "",
        f"**{together.headline}**",
        "",
        *([f"{together.when}. Requests sent: {together.api_calls:,}.", ""] if together.when else []),
        *_table(["Project", "Region", "Mode", "Result", *heads, "First problem"], [*rows, total], "|".join(heads)),
    ]


def _project(project: Project, level: str) -> list[str]:
    facts = [
        [fact.label, " ".join([*([literal(fact.text)] if fact.text else []), *([code(fact.code)] if fact.code else [])])]
        for fact in project.facts
    ]
    intention = [
        *(_asked(project.asked, f"{level}#") if project.asked else []),
        *(line for heading, texts in project.protect for line in _list(f"{level}# {heading}", texts)),
    ]
    return [
        f"{level} {project.mode_word} of {literal(project.title)}: {project.result_word}",
        "",
        f"**{project.result_word}:** {literal(project.headline)}",
        "",
        *(["; ".join(map(literal, project.costs)), ""] if project.costs else []),
        *([literal(project.window), ""] if project.window else []),
        *([project.explanation, ""] if project.explanation else []),
        *_list(f"{level}# Problems", project.problems),
        *_list(f"{level}# Apply would refuse this plan", project.would_refuse),
        *_list(f"{level}# Warnings", project.warnings),
        *(intention if project.mode == "plan" else []),
        *(line for group in project.groups for line in _group(group, f"{level}#")),
        *_kinds(project, f"{level}#"),
        *(intention if project.mode != "plan" else []),
        f"{level}# Who, where, when",
        "",
        *_table(["", ""], facts),
    ]


def _list(heading: str, texts: Iterable[str]) -> list[str]:
    items = [f"- {literal(text)}" for text in texts]
    return [heading, "", *items, ""] if items else []


def _asked(asked: Asked, level: str) -> list[str]:
    rows = [["Selected", literal(choice.filters), ", ".join(map(literal, choice.kinds))] for choice in asked.choices]
    rows += [["Excluded", literal(asked.exclude), ""]] if asked.exclude else []
    for shield in asked.shields:
        until = f", until {literal(shield.until)}" if shield.until else ""
        rows.append(["Protected", f"{literal(shield.jobs_meant)} ({shield.jobs})", literal(shield.reason) + until])
    for guard in asked.guards:
        figures = f", {guard.figures}" if guard.figures else ""
        rows.append(["Guard", f"{literal(guard.name)} **{guard.state_word}**", literal(guard.text) + figures])
    rows += [["Window", literal(window), ""] for window in asked.windows]
    rows += [["Requests", asked.requests, ""]] if asked.requests else []
    return [f"{level} What was asked", "", *_table(["", "", ""], rows)]


def _kinds(project: Project, level: str) -> list[str]:
    heads = [*_heads([project.mode]), "Requests"]
    rows = [
        [literal(kind.name), *_numbers(kind.figures), f"{kind.api_calls:,}",
         "; ".join([*([] if kind.complete else ["list is not complete"]), *([literal(kind.error)] if kind.error else []),
                    *map(literal, kind.about)])]
        for kind in project.kinds
    ]
    return [f"{level} By kind", "", *_table(["Kind", *heads, "Remark"], rows, "|".join(heads))] if rows else []


def _group(group: Group, level: str) -> list[str]:
    folded = f"{group.folded:,} {'more ' if group.rows else ''}are counted only. The JSON report holds every one."
    figures = f"{group.count:,}" + (f": {', '.join(group.details)}" if group.details else "")
    return [
        f"{level} {group.title} ({figures})",
        "",
        *(_table(["Job", "Kind and ID", "Age", "Owner", "Status", "Reason", "Request"], map(_row, group.rows)) if group.rows else []),
        *([folded, ""] if group.folded else []),
    ]


def _row(row: Row) -> list[str]:
    status = literal(row.before)
    if row.after:
        status += ", unchanged" if row.after == row.before else f" → {literal(row.after)}"
    return [
        literal(row.name),
        " ".join([literal(row.resource), code(row.id), *([code(row.parent)] if row.parent else [])]),
        f"{row.age} ({row.created})" if row.age else literal(row.created),
        literal(row.owner),
        "; ".join([status, *map(literal, row.notes)]),
        ": ".join([*([f"**{row.why}**"] if row.shows_why else []), *([literal(row.reason)] if row.reason else [])]) or _NOTHING,
        code(row.request_id),
    ]
