# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The headline, from the groups of the rows; the groups themselves are tested with the steps that make the rows."""

from __future__ import annotations

import pytest

from ansible_collections.otc.teardown.plugins.plugin_utils._report.groups import GROUPS, WHY, group_of, headline


@pytest.mark.parametrize(("mode", "found", "words"), [
    ("apply", {}, "no job was selected"),
    ("apply", {("stopped", None): 10, ("running", "protected"): 1, ("running", "started_again"): 1, ("running", "new"): 1},
     "10 stopped. Still running: 3 (1 started again, 1 new, 1 protected)"),
    ("apply", {("ended", None): 2, ("failed", None): 1, ("stopping", None): 3, ("missing", None): 4, ("stopped", None): 1200},
     "1 failed, 1,200 stopped, 3 stopping, 2 ended already, 4 missing"),
    ("plan", {("would_stop", None): 2, ("running", "excluded"): 1}, "2 would be stopped. Would still run: 1 (1 excluded)"),
    ("verify", {("running", "not_stopped"): 1, ("running", None): 1}, "Still running: 2 (1 not stopped, 1 left alone)"),
    ("verify", {("running", why): 1 for why in WHY}, f"Still running: {len(WHY)} ({', '.join(f'1 {word}' for word in WHY.values())})"),
])
def test_headline(mode: str, found: dict[tuple[str, str | None], int], words: str) -> None:
    rows = [{"group": group, "why": why} for (group, why), number in found.items() for _count in range(number)]
    assert headline(mode, rows) == words


@pytest.mark.parametrize("verdict", ["stopped", "would_stop", "failed", "untouched", "protected", "ended"])
@pytest.mark.parametrize("phase", ["stoppable", "stopping", "ended", "unknown", None])
@pytest.mark.parametrize("why", [None, *WHY])
def test_every_row_is_in_a_group(verdict: str, phase: str | None, why: str | None) -> None:
    row = {"verdict": verdict, "phase": phase, "why": why, "outcome": None}
    assert group_of(row) in GROUPS


@pytest.mark.parametrize(("verdict", "phase", "why", "group"), [
    ("ended", "stopping", None, "stopping"), ("untouched", "stopping", None, "stopping"), ("failed", "stopping", "timed_out", "running"),
    ("ended", "ended", None, "ended"), ("ended", None, None, "missing"), ("failed", "stopping", None, "failed"),
])
def test_a_job_that_is_being_stopped_has_not_ended(verdict: str, phase: str | None, why: str | None, group: str) -> None:
    assert group_of({"verdict": verdict, "phase": phase, "why": why, "outcome": None}) == group
