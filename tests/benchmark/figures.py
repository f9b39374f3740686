# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The figures that are to be reached, and what was measured of each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from tests.benchmark.bench import WAIT_INTERVAL, Measured
from tests.benchmark.plan import (
    AIOHTTP,
    ALL_DRS,
    COMPARED,
    MANY_LISTED,
    MODULE,
    REQUESTS,
    TASK,
    URI,
    VISUALIZATION,
    Cell,
    against_uri,
)
from tests.benchmark.startup import Startup

Results = Mapping[tuple[Cell, str], Measured]

LARGEST = 10_000


class Figure(NamedTuple):
    """One figure: what it says, its goal with its unit, and the value; None if it was not measured.

    `at_least`: the goal is a lower bound. `reason`: where the rest goes, if the goal was missed.
    """

    text: str
    goal: float
    unit: str
    value: float | None
    at_least: bool = False
    reason: str = ""

    @property
    def reached(self) -> bool:
        """Whether the value is as good as the goal."""
        return self.value is not None and (self.value >= self.goal if self.at_least else self.value <= self.goal)


def figures(results: Results, startup: Startup) -> list[Figure]:
    """All figures, in the order of the report."""
    return [
        *_against_uri(results),
        *_against_scripts(results),
        *_requests(results),
        *_growth(results),
        Figure("Memory of the module with 100,000 jobs listed and 50 that match", 150, " MiB",
               _value(lambda: results[MANY_LISTED, MODULE].cost.memory)),
        Figure("A task with one ended job, over an empty task (`ansible.builtin.ping`)", 0.25, " s", startup.overhead,
               reason="See [what one task costs](#what-one-task-costs)."),
    ]


def _against_uri(results: Results) -> list[Figure]:
    found = []
    for wait, words in ((True, "that waits for the end of each"), (False, "that does not wait")):
        cell = against_uri(100, 0.05, wait)
        found.append(Figure(
            f"100 jobs at 50 ms: our task is quicker than the `uri` loop {words}, whole processes", 40, " times",
            _ratio(results, (cell, URI), (cell, TASK), _wall), True, _why_not_quicker(results, cell),
        ))
    return found


def _why_not_quicker(results: Results, cell: Cell) -> str:
    if (cell, TASK) not in results:
        return ""
    cost, served = results[cell, TASK]
    rest = cost.wall - served.span
    return (f"Of {cost.wall:.1f} s of our task, {served.span:.1f} s lie between its first request and the last answer"
            + (f", with a pause of {WAIT_INTERVAL} s (`wait_interval`)" if cell.wait else "")
            + f", and {rest:.1f} s are Ansible's start and the start of the module.")


def _against_scripts(results: Results) -> list[Figure]:
    found = []
    for latency, goal in ((0.05, 1.15), (0.005, 2.0)):
        cell = Cell(VISUALIZATION, *COMPARED, latency=latency)
        found.append(Figure(
            f"1,000 jobs at {latency * 1000:.0f} ms, 32 at once: from the first request to the last answer, against aiohttp",
            goal, " times", _ratio(results, (cell, MODULE), (cell, AIOHTTP), _span), reason=_why_not_as_quick(results, cell),
        ))
    for latency in (0.05, 0.005):
        cell = Cell(VISUALIZATION, *COMPARED, latency=latency)
        found.append(Figure(
            f"1,000 jobs at {latency * 1000:.0f} ms, 32 at once: the module's process against the script with requests",
            1.3, " times", _ratio(results, (cell, MODULE), (cell, REQUESTS), _wall), reason=_why_not_as_quick(results, cell),
        ))
    return found


def _why_not_as_quick(results: Results, cell: Cell) -> str:
    parts = []
    for way in (MODULE, REQUESTS, AIOHTTP):
        if (cell, way) in results:
            cost, served = results[cell, way]
            parts.append(f"{way} {cost.wall:.2f} s, {cost.cpu:.2f} s of them processor time, stops {served.stopping:.2f} s")
    return "; ".join(parts) + "."


def _requests(results: Results) -> list[Figure]:
    compared = [m for (cell, way), m in results.items()
                if way == MODULE and cell.kind is VISUALIZATION and cell.jobs == COMPARED[0]]
    share = max((100 * (m.served.requests - m.served.stops) / m.served.stops for m in compared), default=None)
    return [
        Figure("1,000 visualization jobs, half of them running: reads and polls per stop", 1, " %", share),
        Figure("200 DRS jobs to stop: requests in all", 70, "",
               _value(lambda: float(results[ALL_DRS, MODULE].served.requests))),
    ]


def _growth(results: Results) -> list[Figure]:
    pairs = [
        (results[cell, MODULE], results[cell._replace(jobs=LARGEST), MODULE])
        for cell, way in results
        if way == MODULE and cell.jobs == COMPARED[0] and (cell._replace(jobs=LARGEST), MODULE) in results
    ]
    return [
        Figure("From 1,000 to 10,000 jobs: time of the module, at worst", 11, " times",
               max((_wall(large) / _wall(small) for small, large in pairs), default=None)),
        Figure("From 1,000 to 10,000 jobs: memory of the module, at worst", 3, " times",
               max((large.cost.memory / small.cost.memory for small, large in pairs), default=None)),
    ]


def server_share(results: Results) -> tuple[float, Cell] | None:
    """The largest share of a core that the server needed while aiohttp asked, pauses not counted, and where."""
    shares = [(m.served.busy / (m.served.span - m.served.pauses), cell) for (cell, way), m in results.items()
              if way == AIOHTTP and cell.jobs >= COMPARED[0]]
    return max(shares, key=lambda pair: pair[0], default=None)


def _wall(measured: Measured) -> float:
    return measured.cost.wall


def _span(measured: Measured) -> float:
    return measured.served.span


def _ratio(
    results: Results, above: tuple[Cell, str], below: tuple[Cell, str], of: Callable[[Measured], float]
) -> float | None:
    return _value(lambda: of(results[above]) / of(results[below]))


def _value(read: Callable[[], float]) -> float | None:
    try:
        return read()
    except KeyError:
        return None
