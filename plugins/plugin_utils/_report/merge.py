# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Merges several reports: the overview, and the order of the reports below it. Pure functions."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

from ansible_collections.otc.teardown.plugins.module_utils._base.times import format_span, parse_time
from ansible_collections.otc.teardown.plugins.plugin_utils._report.model import RESULTS, TALLIES, Figures, Project
from ansible_collections.otc.teardown.plugins.plugin_utils._report.schema import Report
from ansible_collections.otc.teardown.plugins.plugin_utils._report.texts import period
from ansible_collections.otc.teardown.plugins.plugin_utils._report.view import project_view


@dataclasses.dataclass(frozen=True)
class Overview:
    """All reports together; `projects` are in the order in which they are shown, failed ones first."""

    projects: tuple[Project, ...]
    modes: str
    result: str
    headline: str
    when: str
    figures: Figures
    api_calls: int
    foot: str

    @property
    def result_word(self) -> str:
        """The word for the worst result."""
        return RESULTS[self.result]


def overview(reports: Sequence[Report]) -> Overview:
    """The overview of one or more checked reports."""
    worst_first = list(RESULTS)
    ordered = sorted(map(project_view, reports), key=lambda one: (worst_first.index(one.result), one.title, one.region or ""))
    figures = ordered[0].figures
    for project in ordered[1:]:
        figures += project.figures
    tally = [(sum(one.result == result for one in ordered), words) for result, words in TALLIES.items()]
    return Overview(
        projects=tuple(ordered),
        modes=" and ".join(sorted({project.mode_word for project in ordered})),
        result=ordered[0].result,
        headline=", ".join(f"{number:,} {word}" for number, word in tally if number),
        when=_when(reports),
        figures=figures,
        api_calls=sum(project.api_calls for project in ordered),
        foot=_foot(ordered),
    )


def _foot(projects: Sequence[Project]) -> str:
    """What stands on each page of paper: which report this is, and the version of the collection that wrote it."""
    modes = " and ".join(sorted({project.mode_word for project in projects}))
    title = projects[0].title if len(projects) == 1 else f"{len(projects):,} projects"
    versions = ", ".join(sorted({project.version or "of an unknown version" for project in projects}))
    return f"Teardown: {modes} of {title}, otc.teardown {versions}"


def _when(reports: Sequence[Report]) -> str:
    starts, ends = _times(reports, "started_at"), _times(reports, "finished_at")
    if not starts or not ends:
        return ""
    (start, started), (end, finished) = min(starts), max(ends)
    return f"{period(started, finished)}, took {format_span(end - start)}"


def _times(reports: Sequence[Report], key: str) -> list[tuple[float, Any]]:
    found = []
    for report in reports:
        try:
            seconds = parse_time(report.get(key))
        except ValueError:
            continue
        if seconds is not None:
            found.append((seconds, report[key]))
    return found
