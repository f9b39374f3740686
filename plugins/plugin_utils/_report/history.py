# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reports that are kept: the names of their files, which of them are too many, and what an index says about them. Pure."""

from __future__ import annotations

import dataclasses
import re
import urllib.parse
from collections.abc import Collection, Iterable, Sequence

from ansible_collections.otc.teardown.plugins.plugin_utils._report import texts
from ansible_collections.otc.teardown.plugins.plugin_utils._report.costs import amount, saved, was_stopped
from ansible_collections.otc.teardown.plugins.plugin_utils._report.groups import WOULD_STOP
from ansible_collections.otc.teardown.plugins.plugin_utils._report.model import Head
from ansible_collections.otc.teardown.plugins.plugin_utils._report.schema import Report
from ansible_collections.otc.teardown.plugins.plugin_utils._report.view import head

FOLDER = "history"
"""The folder below the folder of the reports."""


INDEX = "index.html"
MOST_NAMES = 100
"""The number of jobs that the index names for a run."""

_NAME = re.compile(r"\d{4}-\d\d-\d\dT\d{6}Z-(?:plan|apply|verify)(?:-\d+)?", re.ASCII)


def is_ours(name: str) -> bool:
    """Whether a file, by its name without `.json`, is a kept report."""
    return bool(_NAME.fullmatch(name))


def new_name(report: Report, taken: Collection[str]) -> str:
    """`2026-11-26T010000Z-apply`, the name for a report by its start; with a number if it is taken."""
    name = f"{report['started_at'].replace(':', '')}-{report['mode']}"
    numbers = (f"{name}-{number}" for number in range(2, len(taken) + 3))
    return next(one for one in (name, *numbers) if one not in taken)


def surplus(names: Iterable[str], most: int) -> list[str]:
    """The oldest names, so that `most` are left."""
    ordered = sorted(names)
    return ordered[:max(0, len(ordered) - most)]


@dataclasses.dataclass(frozen=True)
class Run:
    """One line of the index. `link`: the address of its page, None if there is no such page."""

    link: str | None
    started: str
    head: Head
    names: tuple[str, ...]
    more: int


@dataclasses.dataclass(frozen=True)
class Month:
    """`name`: `2026-11`. `runs`: of apply. `jobs`: how many they stopped. `saved`: what those would have cost, for each currency."""

    name: str
    runs: int
    jobs: int
    saved: tuple[str, ...]


@dataclasses.dataclass(frozen=True)
class Index:
    """All kept reports, the newest first. `projects`: of how many projects they are; `unread`: files that are no reports.

    `hours`: for how long a stopped job counts in the sums, in words; None without prices.
    """

    runs: tuple[Run, ...]
    months: tuple[Month, ...]
    projects: int
    unread: tuple[str, ...]
    hours: str | None


def index_of(kept: Iterable[tuple[str, Report]], unread: Iterable[str] = (), pages: Collection[str] = ()) -> Index:
    """The index of checked reports, each with its path without `.json`; `pages`: the paths without `.html` that have a page."""
    ordered = sorted(kept, key=lambda one: (one[1].get("started_at") or "", one[0]), reverse=True)
    runs = tuple(_run(path if path in pages else None, report) for path, report in ordered)
    return Index(
        runs=runs,
        months=tuple(_months([report for _path, report in ordered])),
        projects=len({(run.head.title, run.head.region) for run in runs}),
        unread=texts.sentences(unread),
        hours=_hours([report for _path, report in ordered]),
    )


def _run(page: str | None, report: Report) -> Run:
    rows = [row for row in report["rows"] if row["group"] == WOULD_STOP or was_stopped(row)]
    names = [f"{row.get('name') or row['id']} ({row['resource']})" for row in rows]
    return Run(
        link=None if page is None else urllib.parse.quote(f"{page}.html"),
        started=texts.moment(report.get("started_at"), "") or "unknown",
        head=head(report),
        names=texts.sentences(sorted(names)[:MOST_NAMES]),
        more=max(0, len(names) - MOST_NAMES),
    )


def _months(reports: Sequence[Report]) -> Iterable[Month]:
    money = saved(reports)
    applied: dict[str, list[int]] = {}
    for report in reports:
        month = (report.get("started_at") or "")[:7]
        if report["mode"] == "apply" and re.fullmatch(r"\d{4}-\d\d", month, re.ASCII):
            applied.setdefault(month, []).append(sum(map(was_stopped, report["rows"])))
    for month in sorted(applied, reverse=True):
        words = sorted(f"about {amount(value, currency)}" for (when, currency), value in money.items() if when == month)
        yield Month(month, len(applied[month]), sum(applied[month]), tuple(words))


def _hours(reports: Sequence[Report]) -> str | None:
    """`24`, or `12 to 24` if that has changed."""
    found = sorted({report["costs"]["hours"] for report in reports if report["mode"] == "apply" and report.get("costs")})
    return " to ".join(f"{hours:g}" for hours in dict.fromkeys([found[0], found[-1]])) if found else None
