# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The content of a report page as data: plain texts and numbers, in the order in which they are shown."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping

from ansible_collections.otc.teardown.plugins.plugin_utils._report.asked import Asked
from ansible_collections.otc.teardown.plugins.plugin_utils._report.groups import (
    FAILED,
    GROUPS,
    HAS_ENDED,
    IN_STOP,
    MISSING,
    RUNNING,
    STOPPED,
    WOULD_STOP,
)

RESULTS = {"failed": "Failed", "refused": "Refused", "would_refuse": "Apply would refuse", "changed": "Changed", "ok": "OK"}
"""Result -> word, the worst first. `would_refuse`: a plan that succeeded and that apply would refuse."""

TALLIES = {**{key: key for key in RESULTS}, "would_refuse": "that apply would refuse"}
"""Result -> the words for a number of reports."""

CLASSES = (FAILED, RUNNING, IN_STOP, STOPPED, HAS_ENDED)
"""The parts of a bar, in their order. Jobs that would be stopped count as stopped, missing ones as ended."""

CLASS_OF = {**{key: key for key in CLASSES}, WOULD_STOP: STOPPED, MISSING: HAS_ENDED}


@dataclasses.dataclass(frozen=True)
class Row:
    """One job. `why`: why it still runs. `notes`: short remarks on its state. `age`: at the end of the run. `price`: for an hour."""

    resource: str
    id: str
    parent: str | None
    owner: str | None
    name: str | None
    age: str | None
    price: str | None
    created: str | None
    before: str | None
    after: str | None
    notes: tuple[str, ...]
    why: str | None
    reason: str | None
    request_id: str | None

    @property
    def shows_why(self) -> bool:
        """Whether the reason does not say itself why the job still runs."""
        return bool(self.why) and not (self.reason or "").startswith((f"{self.why} by ", f"{self.why} until ", f"{self.why}, "))


@dataclasses.dataclass(frozen=True)
class Group:
    """Rows under one heading; `folded` is the number of further rows that are only counted. `details`: the figures in words."""

    key: str
    title: str
    details: tuple[str, ...]
    rows: tuple[Row, ...]
    folded: int

    @property
    def count(self) -> int:
        """The number of jobs under this heading, including the folded ones."""
        return len(self.rows) + self.folded

    @property
    def has_reasons(self) -> bool:
        """Whether a row has something to say in the column of reasons."""
        return any(row.why or row.reason or row.request_id for row in self.rows)


@dataclasses.dataclass(frozen=True)
class Fact:
    """One line of "Who, where, when"; `code` is a value to copy exactly, such as an id."""

    label: str
    text: str
    code: str | None = None


@dataclasses.dataclass(frozen=True)
class Figures:
    """The number of jobs in each of CLASSES."""

    of: Mapping[str, int]

    def __add__(self, other: Figures) -> Figures:
        return Figures({key: self.of[key] + other.of[key] for key in CLASSES})

    @property
    def total(self) -> int:
        """The number of all jobs."""
        return sum(self.of.values())

    @property
    def shares(self) -> list[tuple[str, int]]:
        """(class, number) for each part of the bar that is not empty."""
        return [(key, self.of[key]) for key in CLASSES if self.of[key]]


def figures_of(groups: Iterable[str]) -> Figures:
    """The figures for the groups of some rows."""
    found = [CLASS_OF[group] for group in groups]
    return Figures({key: found.count(key) for key in CLASSES})


@dataclasses.dataclass(frozen=True)
class Kind:
    """The results for one kind of job. `reads`: which jobs its list shows, in a plan; `costs`: what goes on costing after a stop."""

    name: str
    error: str | None
    complete: bool
    api_calls: int
    figures: Figures
    reads: str | None
    costs: str | None

    @property
    def about(self) -> list[str]:
        """Short remarks on the kind itself."""
        read = [f"its list shows: {self.reads}"] if self.reads else []
        return read + ([f"goes on costing after a stop: {self.costs}"] if self.costs else [])

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to say but that it has no jobs."""
        return not self.figures.total and not self.error and self.complete


@dataclasses.dataclass(frozen=True)
class Head:
    """What a report is about, and its result. `window`: of a plan, until or from when apply may stop. All texts are plain and within their length limits."""

    title: str
    region: str | None
    user: str | None
    mode: str
    mode_word: str
    explanation: str
    result: str
    headline: str
    costs: tuple[str, ...]
    window: str | None
    when: str
    duration: str | None
    version: str | None
    api_calls: int
    figures: Figures

    @property
    def result_word(self) -> str:
        """The word for the result."""
        return RESULTS[self.result]


@dataclasses.dataclass(frozen=True)
class Project(Head):
    """One report, ready to be shown."""

    facts: tuple[Fact, ...]
    problems: tuple[str, ...]
    would_refuse: tuple[str, ...]
    warnings: tuple[str, ...]
    asked: Asked | None
    kinds: tuple[Kind, ...]
    groups: tuple[Group, ...]
    protect: tuple[tuple[str, tuple[str, ...]], ...]


def class_words(modes: Iterable[str]) -> dict[str, str]:
    """Class -> heading of its column, for reports of these modes."""
    planned = {mode == "plan" for mode in modes}
    stop = " or ".join(GROUPS[key] for key, plan in ((STOPPED, False), (WOULD_STOP, True)) if plan in planned)
    running = "Would still run" if planned == {True} else GROUPS[RUNNING]
    return {**{key: GROUPS[key] for key in CLASSES}, STOPPED: stop.capitalize(), RUNNING: running}
