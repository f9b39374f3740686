# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A limit of 200 requests in 5 minutes and more stops than that: whole modules, time that passes at once."""

from __future__ import annotations

import pytest

from tests.support.harness import KINDS, PACE, PASSWORD_LOGIN, Kind, run_module
from tests.support.virtual_time import virtual_time

SINGLE, BATCHES = ({kind.label: kind for kind in KINDS}[label] for label in ("visualization", "drs-v5"))


@pytest.mark.parametrize(("kind", "jobs", "limit"), [(SINGLE, 380, 200), (BATCHES, 400, 30)], ids=["one by one", "batches"])
@pytest.mark.parametrize("retry_after", [True, False], ids=["with Retry-After", "without"])
def test_stops_take_as_long_as_the_limit_allows(kind: Kind, jobs: int, limit: int, retry_after: bool) -> None:
    """All requests fit into two windows, and leave room for those that are under way when time leaps."""
    rule = {"limit": limit, "seconds": 300, "retry_after": retry_after}
    with kind.cloud(*[{}] * jobs, rate_limit=rule) as sim, virtual_time(sim) as clock:
        started = clock.monotonic()
        args = {**PASSWORD_LOGIN, **PACE, **kind.args(all=True), "wait_timeout": 1200, "concurrency": 4, "endpoints": sim.endpoints}
        result = run_module(kind.module, args)
        seconds, journal = clock.monotonic() - started, sim.journal()
    assert result["summary"] == {"selected": jobs, "stopped": jobs}, result["msg"]
    journal = [entry for entry in journal if entry["service"] != "iam"]
    refused = [entry["time"] for entry in journal if entry["status"] == 429]
    assert limit < len(journal) - len(refused) <= 2 * limit - 4
    assert seconds <= 1.05 * 300
    assert len(refused) <= 4 and refused[-1] - refused[0] < 60, "only those under way when the limit was met"
