# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The message about one or more reports, for a chat or another webhook: short plain texts, the refusals first. Pure.

`title` holds words of this collection only, so that it may stand where markup is read. Slack takes 3,000 characters in a block,
which escapes may fill fivefold (docs.slack.dev/reference/block-kit/composition-objects/text-object), Teams 28 KB in a message
(learn.microsoft.com/microsoftteams/limits-specifications-teams): hence the limits here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from ansible_collections.otc.teardown.plugins.module_utils._base.times import format_span
from ansible_collections.otc.teardown.plugins.plugin_utils._report.groups import GROUPS
from ansible_collections.otc.teardown.plugins.plugin_utils._report.markdown import literal
from ansible_collections.otc.teardown.plugins.plugin_utils._report.merge import Overview, overview
from ansible_collections.otc.teardown.plugins.plugin_utils._report.model import CLASSES, RESULTS, Project
from ansible_collections.otc.teardown.plugins.plugin_utils._report.schema import Report

LONGEST_LINE = 500
MOST_CHARACTERS = 4000
"""Of all lines together."""


def message(reports: Sequence[Report], link: str = "", older: Sequence[Report] = ()) -> dict[str, Any]:
    """The message about checked reports. `older`: the latest reports of projects that have no recent one, which is a failure.

    `title`, `result`, `headline`, `lines` (the headline is the first), `markdown` (the lines, without effect as markup), `figures` (a
    number for each group of jobs, in words), `projects` (each with `project`, `region`, `mode`, `result`, `headline`), `link`.
    """
    if not reports:
        return _message("Teardown", "ok", [], link)
    together = overview(reports)
    one = together.projects[0] if len(together.projects) == 1 else None
    lines = [*_about_silent(older), *(_about_one(one) if one else _about_all(together))]
    result = "failed" if older else together.result
    many = "" if one else f" of {len(together.projects):,} projects"
    return {
        **_message(f"Teardown, {together.modes.lower()}{many}: {RESULTS[result]}", result, lines, link),
        "figures": {GROUPS[key]: together.figures.of[key] for key in CLASSES},
        "projects": [_project(project) for project in together.projects],
    }


def without_report(seconds: float, link: str = "") -> dict[str, Any]:
    """The message for the case that no run has written a report in this time."""
    return _message("Teardown: no report", "failed", [f"No run has written a report in the last {format_span(seconds)}; see the output of the run."], link)


def _message(title: str, result: str, lines: Sequence[str], link: str) -> dict[str, Any]:
    told = _within_limits(lines)
    return {
        "title": title, "result": result, "headline": told[0] if told else "", "lines": told, "markdown": "\n\n".join(map(literal, told)),
        "figures": {}, "projects": [], "link": link,
    }


def _about_one(project: Project) -> list[str]:
    reasons = [*project.problems, *(f"Apply would refuse: {text}" for text in project.would_refuse)]
    return [
        f"{_place(project)}: {project.headline}", *(reasons if len(reasons) > 1 else []), *project.costs, *project.warnings[:3], project.when,
    ]


def _about_all(together: Overview) -> list[str]:
    figures = ", ".join(f"{together.figures.of[key]:,} {GROUPS[key].lower()}" for key in CLASSES if together.figures.of[key])
    projects = [f"{_place(one)}, {one.mode_word.lower()}: {RESULTS[one.result]}. {one.headline}" for one in together.projects]
    return [together.headline, *([f"Jobs: {figures}"] if figures else []), *projects, together.when]


def _about_silent(older: Sequence[Report]) -> list[str]:
    """The projects of which there is no recent report: perhaps nothing was stopped there since."""
    if not older:
        return []
    places = [_place(one) + (f", the last one {one.when}" if one.when else "") for one in overview(older).projects]
    shown = "; ".join([*places[:3], *([f"{len(places) - 3:,} more"] if len(places) > 3 else [])])
    return [f"No recent report of {shown}. See the output of the run; delete the folder of the report if that project has no runs any more"]


def _place(project: Project) -> str:
    return project.title + (f" ({project.region})" if project.region else "")


def _project(project: Project) -> dict[str, Any]:
    return {
        "project": project.title, "region": project.region, "mode": project.mode, "result": project.result, "headline": project.headline,
    }


def _within_limits(lines: Iterable[str]) -> list[str]:
    told: list[str] = []
    left = MOST_CHARACTERS
    given = [line if len(line) <= LONGEST_LINE else f"{line[:LONGEST_LINE - 1]}…" for line in lines if line]
    for line in given:
        if len(line) > left:
            more = len(given) - len(told)
            return [*told, f"and {more:,} more {'line' if more == 1 else 'lines'}, see the report"]
        told.append(line)
        left -= len(line)
    return told
