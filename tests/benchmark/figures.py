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
    LARGE,
    MANY_LISTED,
    MANY_RUNNING,
    MODULE,
    QUICK,
    REQUESTS,
    TASK,
    URI,
    Cell,
    against_uri,
)
from tests.benchmark.startup import ANSIBLE, LIBRARY, Startup

Results = Mapping[tuple[Cell, str], Measured]


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

    @property
    def by_how_much(self) -> str:
        """What was measured instead of the goal."""
        return f"{self.value:.3g}{self.unit} where {self.goal:g}{self.unit} was wanted"


def figures(results: Results, startup: Startup) -> list[Figure]:
    """All figures, in the order of the report."""
    return [*_against_uri(results), *_against_scripts(results), *_requests(results), *_growth(results), *_start(startup)]


def _against_uri(results: Results) -> list[Figure]:
    found = []
    for wait, goal, words in ((True, 45, "that waits for the end of each"), (False, 40, "that does not wait")):
        cell = against_uri(100, wait)
        found.append(Figure(
            f"100 jobs: a task is quicker than the `uri` loop {words}, whole processes", goal, " times",
            _ratio(results, (cell, URI), (cell, TASK), _wall), True, _why_not_quicker(results, cell),
        ))
    return found


def _start(startup: Startup) -> list[Figure]:
    floor = (f"The module's own process starts Python and `AnsibleModule` ({startup.profile.get(ANSIBLE, 0):.2f} s, of which `ping` has a part), "
             f"imports `requests` ({startup.profile.get(LIBRARY, 0):.2f} s) and compiles its own files; the controller packs them.")
    return [
        Figure("A task with one ended job, over an empty task (`ping`)", 0.35, " s", startup.overhead, reason=floor),
        Figure("`jobs` over four kinds with nothing to do, over an empty task (`ping`)", 0.5, " s", startup.nothing - startup.empty,
               reason=floor + " Each kind is listed in a request of its own."),
        Figure(f"The plan of 16 jobs in four kinds, against a play of as many tasks ({startup.tasks}) that do nothing (`debug`)", 2, " times",
               startup.plan / startup.idle,
               reason=f"The plan takes {startup.plan:.2f} s, the idle play {startup.idle:.2f} s, and as many `ping` {startup.pings:.2f} s: some of "
               "its tasks are modules that log in and read the project, which costs what a task of ours costs over one that does nothing."),
    ]


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
    for cell, goal in ((COMPARED, 1.05), (LARGE, 1.4)):
        found.append(Figure(
            f"{_words(cell)}: from the first request to the last answer, against aiohttp",
            goal, " times", _ratio(results, (cell, MODULE), (cell, AIOHTTP), _span), reason=_why_not_as_quick(results, cell),
        ))
    for cell in (COMPARED, LARGE):
        found.append(Figure(
            f"{_words(cell)}: the module's process against the script with `requests`",
            1.1, " times", _ratio(results, (cell, MODULE), (cell, REQUESTS), _wall), reason=_why_not_as_quick(results, cell),
        ))
    return found


def _words(cell: Cell) -> str:
    return f"{cell.jobs:,} jobs at {cell.latency * 1000:.0f} ms, {cell.concurrency} at once"


def _why_not_as_quick(results: Results, cell: Cell) -> str:
    parts = []
    for way in (MODULE, REQUESTS, AIOHTTP):
        if (cell, way) in results:
            cost, served = results[cell, way]
            parts.append(f"{way} {cost.wall:.2f} s, {cost.cpu:.2f} s of them processor time, stops {served.stopping:.2f} s")
    return "; ".join(parts) + "."


def _requests(results: Results) -> list[Figure]:
    return [
        Figure("1,000 jobs, half of them running: requests that are no stop, per stop", 1, " %", _value(lambda: _reads(results[COMPARED, MODULE]))),
        Figure("200 DRS jobs to stop: requests in all", 70, "",
               _value(lambda: float(results[ALL_DRS, MODULE].served.requests))),
    ]


def _reads(measured: Measured) -> float:
    return 100 * (measured.served.requests - measured.served.stops) / measured.served.stops


def _growth(results: Results) -> list[Figure]:
    small, large = (COMPARED._replace(latency=QUICK), MODULE), (LARGE, MODULE)
    return [
        Figure("From 1,000 to 10,000 jobs: time of the module", 11, " times", _ratio(results, large, small, _wall)),
        Figure("From 1,000 to 10,000 jobs: memory of the module", 3, " times", _ratio(results, large, small, lambda it: it.cost.memory)),
        Figure("Memory of the module with 100,000 jobs of which 50,000 run", 250, " MiB",
               _value(lambda: results[MANY_RUNNING, MODULE].cost.memory), reason=_why_so_much(results)),
        Figure("Memory of the module with 100,000 jobs listed and 50 that match", 150, " MiB",
               _value(lambda: results[MANY_LISTED, MODULE].cost.memory)),
    ]


def _why_so_much(results: Results) -> str:
    if not {(MANY_LISTED, MODULE), (MANY_RUNNING, MODULE)} <= results.keys():
        return ""
    listed, running = (results[cell, MODULE].cost.memory for cell in (MANY_LISTED, MANY_RUNNING))
    return (f"{listed:.0f} MiB are needed where as many are listed and few match; the rest is {(running - listed) * 1024 / MANY_RUNNING.jobs:.1f} KiB "
            "for each job: what the task knows of it, its row in the result, and the copy that Ansible makes of all rows before it prints them.")


def server_share(results: Results) -> tuple[float, Cell] | None:
    """The largest share of a core that the server needed while aiohttp asked, pauses not counted, and where."""
    shares = [(m.served.busy / (m.served.span - m.served.pauses), cell) for (cell, way), m in results.items()
              if way == AIOHTTP and cell.jobs >= COMPARED.jobs]
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
