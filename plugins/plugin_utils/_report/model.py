# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The content of a report page as data: plain texts and numbers, in the order in which they are shown."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

RESULTS = {"failed": "Failed", "refused": "Refused", "changed": "Changed", "ok": "OK"}
"""Result -> word, the worst first."""

GROUPS = {
    "failed": "Failed", "stopped": "Stopped", "would_stop": "Would stop", "untouched": "Untouched",
    "protected": "Protected", "ended": "Ended already",
}
"""Verdict -> heading, in the order in which rows are shown."""

CLASSES = tuple(key for key in GROUPS if key != "would_stop")
"""The parts of a bar, in their order. Jobs that would be stopped count as stopped."""


@dataclasses.dataclass(frozen=True)
class Row:
    """One job. `notes` are short remarks on its state."""

    resource: str
    id: str
    parent: str | None
    name: str | None
    created: str | None
    before: str | None
    after: str | None
    notes: tuple[str, ...]
    reason: str | None
    request_id: str | None


@dataclasses.dataclass(frozen=True)
class Group:
    """Rows under one heading; `folded` is the number of further rows that are only counted."""

    verdict: str
    title: str
    rows: tuple[Row, ...]
    folded: int

    @property
    def count(self) -> int:
        """The number of jobs under this heading, including the folded ones."""
        return len(self.rows) + self.folded


@dataclasses.dataclass(frozen=True)
class Fact:
    """One line of "Who, where, when"; `code` is a value to copy exactly, such as an id."""

    label: str
    text: str
    code: str | None = None


@dataclasses.dataclass(frozen=True)
class Counts:
    """The number of selected jobs, and the number in each of CLASSES."""

    selected: int
    of: Mapping[str, int]

    def __add__(self, other: Counts) -> Counts:
        return Counts(self.selected + other.selected, {key: self.of[key] + other.of[key] for key in CLASSES})

    @property
    def shares(self) -> list[tuple[str, int]]:
        """(class, number) for each part of the bar that is not empty."""
        return [(key, self.of[key]) for key in CLASSES if self.of[key]]


@dataclasses.dataclass(frozen=True)
class Kind:
    """The results for one kind of job. `reads`: which jobs its list shows; `costs`: what goes on costing after a stop."""

    name: str
    error: str | None
    complete: bool
    api_calls: int
    counts: Counts
    reads: str | None
    costs: str | None

    @property
    def about(self) -> list[str]:
        """Short remarks on the kind itself."""
        read = [f"read: {self.reads}"] if self.reads else []
        return read + ([f"goes on costing: {self.costs}"] if self.costs else [])


@dataclasses.dataclass(frozen=True)
class Project:
    """One report, ready to be shown. All texts are plain and within their length limits."""

    title: str
    region: str | None
    user: str | None
    mode: str
    mode_word: str
    explanation: str
    result: str
    headline: str
    when: str
    facts: tuple[Fact, ...]
    problems: tuple[str, ...]
    warnings: tuple[str, ...]
    kinds: tuple[Kind, ...]
    groups: tuple[Group, ...]
    not_in_plan: Group
    protect: tuple[tuple[str, tuple[str, ...]], ...]
    counts: Counts
    api_calls: int
    duration: str | None

    @property
    def result_word(self) -> str:
        """The word for the result."""
        return RESULTS[self.result]

    @property
    def stop_word(self) -> str:
        """The heading of the class `stopped` in this report: for a plan, jobs that would be stopped."""
        return GROUPS["would_stop" if self.mode == "plan" else "stopped"]


def class_words(stop_word: str) -> dict[str, str]:
    """Class -> heading of its column."""
    return {**{key: GROUPS[key] for key in CLASSES}, "stopped": stop_word}
