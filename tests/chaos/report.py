# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of cells in docs/dev/reliability.md, from what the tests noted of each."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tests.chaos.invariants import Case
from tests.chaos.scenes import CELLS

Note = Mapping[str, Any]


def note_of(case: Case, violations: Sequence[str]) -> Note:
    """The facts of one cell for the report, in plain values."""
    cell = case.cell
    return {
        "fault": cell.fault.name,
        "phase": cell.phase.name,
        "kind": cell.kind.label,
        "mode": case.scene.mode,
        "struck": case.struck,
        "requests": len(case.journal) + case.lost,
        "stopped": sum(job["stops_accepted"] > 0 for job in case.after.values()),
        "failed": bool(case.result.get("failed")),
        "violations": len(violations),
    }


def page_part(notes: Sequence[Note], seeds: int, seconds: float) -> str:
    """The part of the page that a run makes."""
    broken = sum(note["violations"] > 0 for note in notes)
    modes = {mode: sum(note["mode"] == mode for note in notes) for mode in ("run", "check", "info")}
    return "\n".join([
        f"{len(CELLS):,} cells, {seeds} seed{'s' if seeds > 1 else ''}: {len(notes):,} tasks ({modes['run']:,} that stop, "
        f"{modes['check']:,} in check mode, {modes['info']:,} that list) sent {_sum(notes, 'requests'):,} requests, of which "
        f"faults struck {_sum(notes, 'struck'):,}. {_sum(notes, 'stopped'):,} jobs were stopped. "
        f"**{broken} of {len(notes):,} tasks broke an invariant.** It took {seconds:.0f} s on {os.cpu_count()} cores.",
        "",
        "Cells by phase and kind of job; a phase that a kind does not have has none:",
        "",
        *_phases(),
        "",
        "What came of the tasks that stop. *Done all the same* are those that ended without a failure:",
        "",
        *_faults([note for note in notes if note["mode"] == "run"]),
    ])


def _phases() -> Iterator[str]:
    kinds = list(dict.fromkeys(cell.kind.label for cell in CELLS))
    yield f"| phase | {' | '.join(kinds)} |"
    yield "|---" + "|--:" * len(kinds) + "|"
    for phase in dict.fromkeys(cell.phase.name for cell in CELLS):
        counts = [sum((cell.phase.name, cell.kind.label) == (phase, kind) for cell in CELLS) for kind in kinds]
        yield f"| {phase} | {' | '.join(str(count or '') for count in counts)} |"


def _faults(notes: Sequence[Note]) -> Iterator[str]:
    yield "| fault | tasks | requests struck | done all the same | failed, and said so | jobs stopped | broke an invariant |"
    yield "|---" + "|--:" * 6 + "|"
    for fault in dict.fromkeys(cell.fault.name for cell in CELLS):
        mine = [note for note in notes if note["fault"] == fault]
        failed = _sum(mine, "failed")
        broken = sum(note["violations"] > 0 for note in mine)
        counts = (len(mine), _sum(mine, "struck"), len(mine) - failed, failed, _sum(mine, "stopped"), broken)
        yield f"| {fault} | {' | '.join(f'{count:,}' for count in counts)} |"


def _sum(notes: Sequence[Note], name: str) -> int:
    return sum(note[name] for note in notes)
