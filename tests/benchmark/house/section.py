# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The part of docs/performance.md that tells what was compared. Every sentence with a number is made from what was measured."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from tests.benchmark.cloud import ROOT
from tests.benchmark.house.packed import Packed
from tests.benchmark.house.plays import MODES, Round

NAME = "before and after"
PAGE = ROOT / "docs" / "performance.md"
GOAL = 1 / 3
"""What plan, apply and verify are to take of the processor, as a share of what they took before."""

_PART = re.compile(rf"(?s)<!-- {NAME}: .*<!-- end of {NAME} -->\n")
_NONE = "–"


class Compared(NamedTuple):
    """What was measured of the commit before (`commit`) and of this checkout: plays, and modules by name."""

    commit: str
    rounds: int
    times: int
    plays: Sequence[Round]
    modules: Sequence[Mapping[str, Packed]]


def section(found: Compared, machine: str) -> str:
    """The whole part, without its marks."""
    return "\n".join([
        "## Plan, apply and verify before and after one module for all kinds",
        "",
        f"Commit `{found.commit}` is the last one at which the role `teardown` called a role and a module for each kind of job; now one",
        "module, `jobs`, does the work for all kinds ([why](decisions.md#one-module-for-all-kinds)). `make bench-house` measures both",
        "anew, in turns on the same machine, and writes this part of the page; `ARGS=\"--before COMMIT --rounds 5\"` compares with",
        "another commit, and more often.",
        "",
        machine,
        "",
        *_plays(found),
        *_modules(found),
    ]).rstrip()


def kept() -> str:
    """The part as it stands in the page, with its marks."""
    part = _PART.search(PAGE.read_text(encoding="utf-8"))
    return part.group(0) if part else ""


def _plays(found: Compared) -> Iterable[str]:
    before, after = found.plays
    yield (f"Seconds of processor of `ansible-playbook` and all that it starts, without the simulator: the least of {found.rounds} "
           "rounds over the project of the demo, which has jobs of four kinds and is made anew for each round.")
    yield ""
    yield "| what | before s | after s | after / before |"
    yield "|---|--:|--:|--:|"
    for mode in MODES:
        yield _seconds(mode, before.processor[mode], after.processor[mode])
    total = [sum(each.processor.values()) for each in (before, after)]
    yield _seconds("all three", *total)
    yield ""
    share = total[1] / total[0]
    reached = "which is reached" if share <= GOAL else f"which is **missed**: it is {share:.3f}"
    yield (f"The goal was a third (0.333) for all three, {reached}. Both stopped the same {after.served.stopped} jobs; "
           f"before, that took {before.served.requests} requests and {before.served.logins} logins, "
           f"now {after.served.requests} and {after.served.logins}.")
    yield ""


def _seconds(what: str, before: float, after: float) -> str:
    return f"| {what} | {before:.2f} | {after:.2f} | {after / before:.2f} |"


def _modules(found: Compared) -> Iterable[str]:
    before, after = found.modules
    yield ("What Ansible packs and sends to run a module: files of this collection and their size, the size of all that is sent, and "
           "the seconds of processor that a fresh Python takes to import the module from the archive, Ansible's part and `requests` "
           f"included; the least of {found.times}.")
    yield ""
    yield ("| module | files before | after | KiB of ours before | after | KiB sent before | after "
           "| import s before | after | after / before |")
    yield "|---" + "|--:" * 9 + "|"
    for module in sorted({*before, *after}):
        yield "| " + " | ".join([f"`{module}`", *_pairs(before.get(module), after.get(module))]) + " |"
    yield ""


def _pairs(before: Packed | None, after: Packed | None) -> Iterable[str]:
    """The cells of a module that may be on one side only."""
    ways = (
        lambda it: str(it.files), lambda it: f"{it.ours / 1024:.0f}", lambda it: f"{it.sent / 1024:.0f}",
        lambda it: f"{it.seconds:.3f}",
    )
    for way in ways:
        yield from (_NONE if it is None else way(it) for it in (before, after))
    yield f"{after.seconds / before.seconds:.2f}" if before and after else _NONE
