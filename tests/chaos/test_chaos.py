# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Chaos: every kind of fault in every phase of every kind of job. Whatever happens, what must be so is so."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest

from tests.chaos.invariants import violations
from tests.chaos.playing import play
from tests.chaos.report import note_of
from tests.chaos.scenes import CELLS, Cell

SEEDS = range(1, int(os.environ.get("SEEDS") or 1) + 1)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("cell", CELLS, ids=str)
def test_whatever_happens_what_must_be_so_is_so(
    cell: Cell, seed: int, record_property: Callable[[str, object], None]
) -> None:
    case = play(cell, seed)
    found = violations(case)
    record_property("seed", seed)
    record_property("chaos", note_of(case, found))
    assert case.struck, "the fault did not strike"
    assert found == []
