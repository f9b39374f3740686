# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Memory of the module, as a ratio: it grows with the jobs that match, not with those that are listed."""

from __future__ import annotations

import pytest

from tests.benchmark.bench import bench_at
from tests.benchmark.cloud import running_cloud
from tests.benchmark.plan import MODULE, VISUALIZATION, Cell


@pytest.fixture(scope="module")
def bench():
    """A bench at a cloud."""
    with running_cloud() as cloud, bench_at(cloud) as made:
        yield made


def test_jobs_that_do_not_match_are_not_kept(bench):
    """Ten times as many jobs listed, and as many stopped, need hardly more memory."""
    few, many = (
        bench.measure(Cell(VISUALIZATION, jobs, 8, 0.0, running=20, names="running-*"), MODULE).cost.memory
        for jobs in (2_000, 20_000)
    )
    assert many < 1.3 * few


def test_ten_times_the_jobs_take_less_than_three_times_the_memory(bench):
    """All of them are kept here, and half of them stopped."""
    few, many = (bench.measure(Cell(VISUALIZATION, jobs, 32, 0.0), MODULE).cost.memory for jobs in (200, 2_000))
    assert many < 3 * few
