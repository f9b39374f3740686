# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Several reports as one: order, sums, times."""

from __future__ import annotations

import pytest

from ansible_collections.otc.teardown.plugins.plugin_utils._report.merge import overview
from ansible_collections.otc.teardown.plugins.plugin_utils._report.model import class_words
from tests.unit.plugins.plugin_utils.report_samples import a_report, a_row


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


def test_a_plan_that_apply_would_refuse_comes_before_changes():
    together = overview([one("a", "changed"), one("b", mode="plan"), one("c", mode="plan", would_refuse=[])])
    assert [project.result for project in together.projects] == ["would_refuse", "changed", "ok"]
    assert together.headline == "1 that apply would refuse, 1 changed, 1 ok"


def test_figures_are_added_up():
    together = overview([
        one("a", rows=[a_row("stopped"), a_row("failed")], not_in_plan=[], api_calls=5),
        one("b", rows=[a_row("would_stop"), a_row("ended", group="missing")], api_calls=2),
    ])
    assert together.figures.total == 5
    assert dict(together.figures.of) == {"failed": 1, "running": 1, "stopping": 0, "stopped": 2, "ended": 1}
    assert together.figures.shares == [("failed", 1), ("running", 1), ("stopped", 2), ("ended", 1)]
    assert together.api_calls == 7


@pytest.mark.parametrize(("modes", "words", "stop", "run"), [
    (["plan", "plan"], "Plan", "Would stop", "Would still run"),
    (["apply", "apply"], "Apply", "Stopped", "Still running"),
    (["verify", "apply", "plan"], "Apply and Plan and Verify", "Stopped or would stop", "Still running"),
])
def test_modes_are_named(modes, words, stop, run):
    assert overview([one("a", mode=mode) for mode in modes]).modes == words
    assert (class_words(modes)["stopped"], class_words(modes)["running"]) == (stop, run)


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
