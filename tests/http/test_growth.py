# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A job costs as many steps among many jobs as among few: nothing grows with the square of the jobs."""

from __future__ import annotations

import cProfile
import pathlib
import pstats

import pytest

from ansible_collections.otc.teardown.plugins.module_utils._base.variables import PROGRESS_VARIABLE
from tests.simulator import Simulator
from tests.support.harness import KINDS, Kind, run


def steps(kind: Kind, count: int, folder: pathlib.Path) -> int:
    """The calls of functions that it takes to stop so many jobs, with a diff, a journal and progress lines.

    They are counted, not timed: a busy machine changes nothing. With one request at a time all is done by this thread.
    """
    progress = folder / f"progress-{count}"
    progress.touch()
    args = kind.args(all=True, concurrency=1, wait_timeout=6000, journal=str(folder / f"journal-{count}"))
    with Simulator(kind.scenario(*[{}] * count)) as sim:
        profile = cProfile.Profile()
        profile.enable()
        result = run(sim, kind.module, args, diff_mode=True, environ={PROGRESS_VARIABLE: str(progress)})
        profile.disable()
    assert result["summary"] == {"selected": count, "stopped": count}, result["msg"]
    return int(pstats.Stats(profile).total_calls)  # type: ignore[attr-defined]


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.label in ("visualization", "processor", "drs-v5")], ids=lambda kind: kind.label)
def test_a_job_costs_no_more_among_many(kind: Kind, tmp_path: pathlib.Path) -> None:
    _warm, few, more, many = (steps(kind, count, tmp_path) for count in (1, 50, 150, 450))
    assert (many - more) / 300 < 1.15 * (more - few) / 100
