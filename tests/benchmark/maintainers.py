# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page for maintainers: goals, the limits of the measurement, and where the time of a task goes. Made from the measurements."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tests.benchmark.figures import Figure, Results, figures, server_share
from tests.benchmark.startup import Startup

_BUSY = 0.8
"""The share of a core from which on the server is taken to be a limit."""

_INTRODUCTION = """# Performance, for maintainers

`make bench` makes this page together with [that for users](../performance.md) and [the raw numbers](../performance.csv). The ways:

- *task*: one task of this collection in a playbook, with `ansible-playbook`.
- *module*: its module by itself, without Ansible's controller; its files are compiled each time, as Ansible does it.
- *uri*: a playbook with `ansible.builtin.uri`, one request per item: read each job, stop each that runs, wait for each. The task beside
  it is given the same IDs.
- *requests*: a script with `requests` and threads that sends the same calls, and believes every answer.
- *aiohttp*: the same with asyncio and aiohttp, the practical limit.
- *sdk*: a script with Huawei Cloud's SDK for Python and threads; DRS jobs, batches of ten.
"""


def page(results: Results, startup: Startup, machine: str) -> str:
    """The whole page, without the part that compares with an older commit."""
    return "\n".join([_INTRODUCTION, machine, "", *_goals(figures(results, startup)), *_server(results), *_startup(startup)]).rstrip() + "\n"


def _goals(found: Sequence[Figure]) -> Iterable[str]:
    yield "## Goals"
    yield ""
    yield "| figure | goal | measured | reached |"
    yield "|---|---|---|---|"
    for figure in found:
        if figure.value is not None:
            goal = f"{'at least' if figure.at_least else 'at most'} {figure.goal:g}{figure.unit}"
            yield f"| {figure.text} | {goal} | {figure.value:.3g}{figure.unit} | {'yes' if figure.reached else '**no**'} |"
    yield ""


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


def _startup(startup: Startup) -> Iterable[str]:
    yield "## What one task costs"
    yield ""
    yield (f"A playbook with one empty task takes {startup.empty:.2f} s, one with a task of this collection that logs in and "
           f"finds one ended job {startup.ours:.2f} s: {startup.overhead:.2f} s more; `jobs` over four kinds with nothing to do "
           f"{startup.nothing:.2f} s. The plan of 16 jobs takes {startup.plan:.2f} s, {startup.tasks} tasks that do nothing {startup.idle:.2f} s, "
           f"as many `ping` {startup.pings:.2f} s. "
           "The module's own process spends its time like this (the rest is Ansible's controller, which packs more files for a larger module):")
    yield ""
    yield "| part | seconds |"
    yield "|---|---|"
    for part, seconds in startup.profile.items():
        yield f"| {part} | {seconds:.3f} |"
    yield ""
