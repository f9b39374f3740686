# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Several reports as one: order, sums, times."""

from __future__ import annotations

import pytest

from ansible_collections.otc.teardown.plugins.plugin_utils._report.merge import overview
from tests.unit.plugins.plugin_utils.report_samples import a_report, counts


def one(name, result="ok", **more):
    """A report of a project."""
    who = {"id": name, "name": name}
    return a_report(**{"identity": {"domain": who, "user": who, "project": who, "region": "eu-de"}, "result": result, **more})


def test_the_worst_comes_first_then_by_name():
    reports = [one("d"), one("b", "changed"), one("c", "failed"), one("a"), one("e", "refused"), one("a", "failed")]
    together = overview(reports)
    assert [(project.title, project.result) for project in together.projects] == [
        ("a", "failed"), ("c", "failed"), ("e", "refused"), ("b", "changed"), ("a", "ok"), ("d", "ok"),
    ]
    assert together.result == "failed"
    assert together.headline == "2 failed, 1 refused, 1 changed, 2 ok"


def test_figures_are_added_up():
    together = overview([
        one("a", counts=counts(stopped=2, failed=1), api_calls=5), one("b", counts=counts(stopped=1, would_stop=3), api_calls=2),
    ])
    assert together.counts.selected == 7
    assert dict(together.counts.of) == {"failed": 1, "stopped": 6, "untouched": 0, "protected": 0, "ended": 0}
    assert together.counts.shares == [("failed", 1), ("stopped", 6)]
    assert together.api_calls == 7


@pytest.mark.parametrize(("modes", "words", "stop_word"), [
    (["plan", "plan"], "Plan", "Would stop"),
    (["apply", "apply"], "Apply", "Stopped"),
    (["verify", "apply", "plan"], "Apply and Plan and Verify", "Stopped or would stop"),
])
def test_modes_are_named(modes, words, stop_word):
    together = overview([one("a", mode=mode) for mode in modes])
    assert (together.modes, together.stop_word) == (words, stop_word)


@pytest.mark.parametrize(("times", "said"), [
    ([("2026-11-22T01:00:00Z", "2026-11-22T01:01:00Z"), ("2026-11-22T00:59:30Z", "2026-11-22T01:00:00Z")],
     "2026-11-22 00:59:30 to 01:01:00 UTC, took 1m30s"),
    ([("2026-11-22T01:00:00Z", "2026-11-23T02:00:00Z")], "2026-11-22 01:00:00 UTC to 2026-11-23 02:00:00 UTC, took 25h"),
    ([(None, None), ("2026-11-22T01:00:00Z", "2026-11-22T01:00:01Z")], "2026-11-22 01:00:00 to 01:00:01 UTC, took 1s"),
    ([("2026-11-22T01:00:00Z", "<b>")], ""),
    ([(None, None)], ""),
])
def test_from_the_first_start_to_the_last_end(times, said):
    assert overview([one("a", started_at=start, finished_at=end) for start, end in times]).when == said


def test_a_project_without_a_name_is_named_by_its_id():
    nameless = one("a")
    nameless["identity"]["project"] = {"id": "0a1b", "name": None}
    assert overview([nameless]).projects[0].title == "0a1b"
