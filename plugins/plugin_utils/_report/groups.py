# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What became of each job of a report, and the headline: what failed, what still runs and why, what was stopped. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ansible_collections.otc.teardown.plugins.module_utils._model.status import ENDED, STOPPING

FAILED, RUNNING, IN_STOP, STOPPED, WOULD_STOP, HAS_ENDED, MISSING = (
    "failed", "running", "stopping", "stopped", "would_stop", "ended", "missing"
)

GROUPS: Mapping[str, str] = {
    FAILED: "Failed", RUNNING: "Still running", IN_STOP: "Stopping", STOPPED: "Stopped", WOULD_STOP: "Would stop",
    HAS_ENDED: "Ended already", MISSING: "Missing",
}
"""Group -> heading, in the order in which jobs are shown. Each row of a report is in exactly one group (its key `group`)."""

WHY: Mapping[str, str] = {
    "not_stopped": "not stopped",
    "started_again": "started again",
    "timed_out": "timed out",
    "new": "new",
    "changed": "changed since the plan",
    "unclear": "unclear",
    "left_out": "left out",
    "excluded": "excluded",
    "protected": "protected",
}
"""Why a job still runs (the key `why` of a row) -> words, in the order in which the headline counts them."""

_WORDS = {
    FAILED: "failed", STOPPED: "stopped", WOULD_STOP: "would be stopped", IN_STOP: "stopping", HAS_ENDED: "ended already",
    MISSING: "missing",
}


def group_of(row: Mapping[str, Any]) -> str:
    """The group of a row, from its `verdict`, `outcome`, `why` and `phase` (as last seen; None if it does not exist)."""
    verdict, why, phase = row["verdict"], row["why"], row["phase"]
    if verdict == "stopped":
        return IN_STOP if row["outcome"] == "stop_requested" else STOPPED
    if verdict == "would_stop":
        return WOULD_STOP
    if verdict == "failed" and why is None:
        return FAILED
    if row["outcome"] == "missing" or (verdict == "ended" and phase is None):
        return MISSING
    if phase == STOPPING and why != "timed_out":
        return IN_STOP
    return HAS_ENDED if phase == ENDED or verdict == "ended" else RUNNING


def headline(mode: str, rows: Iterable[Mapping[str, Any]]) -> str:
    """`1 failed, 10 stopped. Still running: 3 (1 started again, 1 new, 1 protected)`; rows have the keys `group` and `why`.

    Rows without a known reason are counted as left alone.
    """
    found = list(rows)
    if not found:
        return "no job was selected"
    groups = [row["group"] for row in found]
    done = ", ".join(f"{groups.count(group):,} {words}" for group, words in _WORDS.items() if group in groups)
    return ". ".join(filter(None, [done, _still_running(mode, [row["why"] for row in found if row["group"] == RUNNING])]))


def _still_running(mode: str, reasons: list[str | None]) -> str:
    if not reasons:
        return ""
    words = [*WHY.items(), (None, "left alone")]
    details = ", ".join(f"{reasons.count(why):,} {word}" for why, word in words if why in reasons)
    return f"{'Would still run' if mode == 'plan' else 'Still running'}: {len(reasons):,} ({details})"
