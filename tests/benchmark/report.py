# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page that tells what was measured. Every sentence with a number is made from the measurements."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from tests.benchmark.bench import WAIT_INTERVAL, Measured
from tests.benchmark.cloud import STOP_DELAY
from tests.benchmark.figures import Figure, Results, figures, server_share
from tests.benchmark.plan import AIOHTTP, DRS, MODULE, REQUESTS, SDK, TASK, URI, VISUALIZATION, Cell
from tests.benchmark.startup import Startup

WAYS = {
    TASK: "task", MODULE: "module", URI: "`uri` loop", REQUESTS: "requests", AIOHTTP: "aiohttp", SDK: "Huawei's SDK",
}

_BUSY = 0.8
"""The share of a core from which on the server is taken to be a limit."""

_INTRODUCTION = f"""# Performance

Measured with `make bench`, which makes this page and its picture anew, against the [simulator](simulator.md) in a process
of its own. Half of the jobs run, and end {STOP_DELAY} s after their stop. Every way of doing it logs in, lists the
jobs, stops those that run, and lists again until all have ended, with a first pause of {WAIT_INTERVAL} s before it looks.

- *task*: one task of this collection in a playbook, with `ansible-playbook`.
- *module*: its module by itself, without Ansible's controller; its files are compiled each time, as Ansible does it.
- *`uri` loop*: a playbook with `ansible.builtin.uri`, one request per item: read each job, stop each that runs, wait for
  each. The task beside it is given the same IDs.
- *requests*: a script with `requests` and threads that sends the same calls, and believes every answer.
- *aiohttp*: the same with asyncio and aiohttp, the practical limit.
- *Huawei's SDK*: a script with Huawei Cloud's SDK for Python and threads; DRS jobs, batches of ten.

*Wall* is the time of the whole process, *first to last* that from the first request to the last answer as the server's
journal has it, *stops* that from the first stop to the answer of the last, *MiB* the largest process.
"""


def page(results: Results, startup: Startup, machine: str, quick: bool = False) -> str:
    """The whole page; `quick` says that this is a part of the measurements only."""
    return "\n".join([
        _INTRODUCTION,
        machine,
        "",
        *(["A part of the measurements only (`make bench ARGS=--quick`).", ""] if quick else []),
        *_goals(figures(results, startup)),
        *_server(results),
        *_growth_picture(),
        *_startup(startup),
        "## Against the `uri` loop",
        "",
        "Jobs by ID, half of them running.",
        "",
        *_table(results, [cell for cell, way in results if way == URI], (TASK, URI), _long_label),
        *_by_setting(results, "Visualization jobs", VISUALIZATION, (TASK, MODULE, REQUESTS, AIOHTTP)),
        *_by_setting(results, "DRS jobs", DRS, (TASK, MODULE, SDK)),
    ]).rstrip() + "\n"


def _goals(found: Sequence[Figure]) -> Iterable[str]:
    measured = [figure for figure in found if figure.value is not None]
    missed = [figure for figure in measured if not figure.reached]
    yield "## Goals"
    yield ""
    yield f"{len(measured) - len(missed)} of {len(measured)} reached."
    yield ""
    yield "| figure | goal | measured | reached |"
    yield "|---|---|---|---|"
    for figure in measured:
        goal = f"{'at least' if figure.at_least else 'at most'} {figure.goal:g}{figure.unit}"
        yield f"| {figure.text} | {goal} | {figure.value:.3g}{figure.unit} | {'yes' if figure.reached else '**no**'} |"
    yield ""
    for figure in missed:
        yield f"- {figure.text}: {_by_how_much(figure)}. {figure.reason}".rstrip()
    if missed:
        yield ""


def _by_how_much(figure: Figure) -> str:
    return f"{figure.value:.3g}{figure.unit} where {figure.goal:g}{figure.unit} was wanted"


def _server(results: Results) -> Iterable[str]:
    found = server_share(results)
    if found is None:
        return
    share, cell = found
    where = f"{cell.jobs:,} jobs, {cell.concurrency} requests at once and {cell.latency * 1000:.0f} ms"
    if share < _BUSY:
        yield (f"The server had time to spare in all of this: asked by aiohttp, which asked the most of it, it used at most "
               f"{share:.0%} of one core (with {where}; pauses not counted).")
    else:
        yield (f"With {where}, aiohttp kept the server busy for {share:.0%} of one core (pauses not counted): there, the server "
               "is part of what limits aiohttp, and a quicker one would make the ratios to aiohttp larger.")
    yield ""


def _growth_picture() -> Iterable[str]:
    yield "## Growth"
    yield ""
    yield "![Seconds and memory over the number of jobs](performance.svg)"
    yield ""


def _startup(startup: Startup) -> Iterable[str]:
    yield "## What one task costs"
    yield ""
    yield (f"A playbook with one empty task takes {startup.empty:.2f} s, one with a task of this collection that logs in and "
           f"finds one ended job {startup.ours:.2f} s: {startup.overhead:.2f} s more. The module's own process spends its time "
           "like this (the rest is Ansible's controller, which packs more files for a larger module):")
    yield ""
    yield "| part | seconds |"
    yield "|---|---|"
    for part, seconds in startup.profile.items():
        yield f"| {part} | {seconds:.3f} |"
    yield ""


def _by_setting(results: Results, title: str, kind: object, ways: Sequence[str]) -> Iterable[str]:
    cells = [cell for cell, way in results if way == TASK and cell.kind is kind and not cell.by_id]
    for concurrency, latency in dict.fromkeys((cell.concurrency, cell.latency) for cell in cells):
        chosen = [cell for cell in cells if (cell.concurrency, cell.latency) == (concurrency, latency)]
        yield f"## {title}: {concurrency} requests at once, {latency * 1000:.0f} ms per answer"
        yield ""
        yield from _table(results, chosen, ways, lambda cell: f"{cell.jobs:,}")


def _long_label(cell: Cell) -> str:
    return f"{cell.jobs:,} at {cell.latency * 1000:.0f} ms" + ("" if cell.wait else ", without waiting")


def _table(results: Results, cells: Iterable[Cell], ways: Sequence[str], label: Callable[[Cell], str]) -> Iterable[str]:
    """One line per cell and way; the last columns say how many times as long it took as each of the other ways."""
    others = [way for way in ways if way not in (TASK, MODULE)]
    yield ("| jobs | way | wall s | processor s | MiB | requests | first to last s | stops s |"
           + "".join(f" wall / {WAYS[way]} | first to last / {WAYS[way]} |" for way in others))
    yield "|---|---" + "|--:" * (6 + 2 * len(others)) + "|"
    for cell in dict.fromkeys(cells):
        for way in ways:
            if (cell, way) in results:
                yield _line(label(cell), results[cell, way], WAYS[way], [results.get((cell, other)) for other in others])
    yield ""


def _line(label: str, measured: Measured, way: str, others: Sequence[Measured | None]) -> str:
    cost, served = measured
    values = [label, way, f"{cost.wall:.2f}", f"{cost.cpu:.2f}", f"{cost.memory:.0f}", f"{served.requests:,}",
              f"{served.span:.2f}", f"{served.stopping:.2f}"]
    for other in others:
        values += [_share(measured, other, index) for index in (0, 1)]
    return "| " + " | ".join(values) + " |"


def _share(measured: Measured, other: Measured | None, index: int) -> str:
    if other is None or other is measured:
        return ""
    mine, theirs = ((one.cost.wall, one.served.span)[index] for one in (measured, other))
    return f"{mine / theirs:.2f}" if theirs else ""
