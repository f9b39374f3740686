# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page is made from what was measured, whatever that was."""

from __future__ import annotations

import csv
import re

import pytest

from tests.benchmark import maintainers, plot, raw
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


def started(overhead=0.3, plan=3.0):
    """Playbooks that took so much longer than an empty one."""
    return Startup(1.0, 1.0 + overhead, 1.4, plan, 2.0, 6.0, 25, {"a part": 0.1})


@pytest.mark.parametrize(("slow_way", "startup", "missed"), [
    pytest.param(URI, started(), 1, id="all but the requests for DRS, which are made up"),
    pytest.param(None, started(), 3, id="no quicker than the loop"),
    pytest.param(MODULE, started(), 7, id="slower than the scripts"),
    pytest.param(URI, started(0.4), 2, id="slow to start"),
    pytest.param(URI, started(0.4, 4.5), 3, id="slow to plan"),
])
def test_sentences_follow_the_measurements(slow_way, startup, missed):
    results = made_up(slow_way)
    text, goals = page(results, startup, "A machine."), maintainers.page(results, startup, "A machine.")
    reached, measured = map(int, re.search(r"^(\d+) of (\d+) goals are reached", text, re.MULTILINE).groups())
    assert measured - reached == goals.count("| **no** |") == len(re.findall(r"^- .* was wanted\.", text, re.MULTILINE)) == missed
    assert measured == goals.count("| yes |") + missed


def test_the_table_shows_each_piece_of_work_with_its_seconds_and_requests():
    text = page(made_up(URI), started(), "A machine.")
    assert "| 100 | 1.1 | 53 | 110.0 | 53 | 1.1 | 53 |" in text
    assert "| 10,000 | 11.0 | 5,003 | – | – | 11.0 | 5,003 |" in text
    assert "it is 100 times as quick" in text


def test_the_raw_numbers_have_a_line_for_each_way():
    results = made_up()
    head, *lines = csv.reader(raw.table(results).splitlines())
    assert tuple(head) == raw.COLUMNS and len(lines) == len(results)
    assert lines[0][:9] == ["modelarts_visualization_job", "10", "5", "32", "50", "false", "true", "task", "1.010"]


@pytest.mark.parametrize(("busy", "words"), [(0.1, "had time to spare"), (0.96, "kept the server busy for 96%")])
def test_it_says_whether_the_server_was_the_limit(busy, words):
    assert words in maintainers.page(made_up(busy=busy), started(), "A machine.")


def test_a_part_of_the_measurements_is_told_as_such(tmp_path):
    results = {key: value for key, value in made_up(quick=True).items() if key[1] != AIOHTTP}
    assert "A part of the measurements only" in page(results, started(), "A machine.", quick=True)
    goals = maintainers.page(results, started(), "A machine.")
    assert "against aiohttp" not in goals and "had time to spare" not in goals
    plot.draw(results, tmp_path / "growth.svg")
    first = (tmp_path / "growth.svg").read_bytes()
    plot.draw(results, tmp_path / "growth.svg")
    assert (tmp_path / "growth.svg").read_bytes() == first
