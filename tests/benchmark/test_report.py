# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page is made from what was measured, whatever that was."""

from __future__ import annotations

import re

import pytest

from tests.benchmark import plot
from tests.benchmark.bench import Measured
from tests.benchmark.cloud import Served
from tests.benchmark.plan import AIOHTTP, MODULE, URI, plan
from tests.benchmark.processes import Cost
from tests.benchmark.report import page
from tests.benchmark.startup import Startup


def made_up(slow_way=None, busy=0.1, quick=False):
    """Measurements of a whole plan, in which one way takes a hundred times as long as the others."""
    return {
        (cell, way): Measured(
            Cost((1 + cell.jobs / 1000) * (100 if way == slow_way else 1), 0.5, 40.0, ""),
            Served(cell.to_stop + 3, cell.to_stop, cell.to_stop, 3.0 * (100 if way == slow_way else 1), 2.0, 0.5, busy),
        )
        for cell, ways, _times in plan(quick) for way in ways
    }


@pytest.mark.parametrize(("slow_way", "overhead", "missed"), [
    pytest.param(URI, 0.2, 1, id="all but the requests for DRS, which are made up"),
    pytest.param(None, 0.2, 3, id="no quicker than the loop"),
    pytest.param(MODULE, 0.2, 7, id="slower than the scripts"),
    pytest.param(URI, 0.3, 2, id="slow to start"),
])
def test_sentences_follow_the_measurements(slow_way, overhead, missed):
    text = page(made_up(slow_way), Startup(1.0, 1.0 + overhead, {"a part": 0.1}), "A machine.")
    reached, measured = map(int, re.search(r"^(\d+) of (\d+) reached\.$", text, re.MULTILINE).groups())
    assert measured - reached == text.count("| **no** |") == len(re.findall(r"^- .* was wanted\.", text, re.MULTILINE)) == missed


@pytest.mark.parametrize(("busy", "words"), [(0.1, "had time to spare"), (0.96, "kept the server busy for 96%")])
def test_it_says_whether_the_server_was_the_limit(busy, words):
    assert words in page(made_up(busy=busy), Startup(1.0, 1.2, {}), "A machine.")


def test_a_part_of_the_measurements_is_told_as_such(tmp_path):
    results = {key: value for key, value in made_up(quick=True).items() if key[1] != AIOHTTP}
    text = page(results, Startup(1.0, 1.2, {}), "A machine.")
    assert "against aiohttp" not in text and "had time to spare" not in text
    plot.draw(results, tmp_path / "growth.svg")
    first = (tmp_path / "growth.svg").read_bytes()
    plot.draw(results, tmp_path / "growth.svg")
    assert (tmp_path / "growth.svg").read_bytes() == first
