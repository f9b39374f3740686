# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The journal of a task whose disk is full."""

from __future__ import annotations

import os

import pytest

from tests.integration.harness import run
from tests.simulator import Simulator

MODULE = "modelarts_visualization_job"


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="only Linux has a disk that is always full")
@pytest.mark.parametrize(("output", "rest"), [
    ("full", "the rows are in the result"),
    ("summary", "with output: summary, the result has the rows of failures and warnings only"),
])
def test_a_disk_that_is_full_disturbs_nothing_but_the_journal(output, rest):
    """Every job is stopped and reported, and one warning says what the journal lacks."""
    jobs = [{"id": n, "name": f"job-{n}", "status": "RUNNING" if n < 4 else "COMPLETED"} for n in (1, 2, 3, 4)]
    with Simulator({"stop_delay": 0.05, "visualization_jobs": jobs}) as sim:
        result = run(sim, MODULE, {"all": True, "journal": "/dev/full", "output": output})
        assert {job["status"] for job in sim.jobs(MODULE)} == {"KILLED", "COMPLETED"}
    assert "failed" not in result and result["summary"] == {"selected": 4, "stopped": 3, "already_ended": 1}
    text = f"journal: /dev/full: cannot be written any more (No space left on device); {rest}"
    assert len(result["warnings"]) == 1 and text in str(result["warnings"])
