# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The part of docs/dev/performance.md that tells what was compared. Every sentence with a number is made from what was measured."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from tests.benchmark.cloud import ROOT
from tests.benchmark.house.packed import Packed
from tests.benchmark.house.plays import MODES, Round, least

NAME = "before and after"
PAGE = ROOT / "docs" / "dev" / "performance.md"
GOAL = 1 / 3
"""What each mode, and all three together, are to take of the processor, as a share of what that took before."""

_PART = re.compile(rf"(?s)<!-- {NAME}: .*<!-- end of {NAME} -->\n")
_NONE = "–"
_NEW = "jobs"
"""The module that was made then; others that are on one side only are no comparison."""


class Compared(NamedTuple):
    """What was measured of the commit before (`commit`) and of this checkout: rounds of each, and modules by name.

    `times`: how often each module was imported.
    """

    commit: str
    times: int
    plays: Sequence[Sequence[Round]]
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
    before, after = map(least, found.plays)
    yield (f"Seconds of processor of `ansible-playbook` and all that it starts, without the simulator: the least of {len(found.plays[0])} "
           "rounds over the project of the demo, which has jobs of four kinds and is made anew for each round.")
    yield ""
    yield "| what | before s | after s | after / before | a third reached |"
    yield "|---|--:|--:|--:|---|"
    pairs = {mode: (before.processor[mode], after.processor[mode]) for mode in MODES}
    pairs["all three"] = (sum(before.processor.values()), sum(after.processor.values()))
    for what, (old, new) in pairs.items():
        yield f"| {what} | {old:.2f} | {new:.2f} | {new / old:.3f} | {'yes' if new <= GOAL * old else '**no**'} |"
    yield ""
    yield (f"Both stopped the same {after.served.stopped} jobs; before, that took {before.served.requests} requests and "
           f"{before.served.logins} logins, now {after.served.requests} and {after.served.logins}. {spread(*found.plays)}")
    yield ""


def spread(before: Sequence[Round], after: Sequence[Round]) -> str:
    """How far the rounds lie apart, which tells how much else the machine did meanwhile."""
    sums = [sorted(sum(each.processor.values()) for each in rounds) for rounds in (before, after)]
    ratios = sorted(sum(new.processor.values()) / sum(old.processor.values()) for old, new in zip(before, after, strict=True))
    return (f"Whole rounds took from {sums[0][0]:.2f} to {sums[0][-1]:.2f} s before and from {sums[1][0]:.2f} to {sums[1][-1]:.2f} s now; "
            f"after / before of rounds that followed each other was {ratios[0]:.3f} to {ratios[-1]:.3f}.")


def _modules(found: Compared) -> Iterable[str]:
    before, after = found.modules
    yield ("What Ansible packs and sends to run a module: files of this collection and their size, the size of all that is sent, and "
           "the seconds of processor that a fresh Python takes to import the module from the archive, Ansible's part and `requests` "
           f"included; the least of {found.times}.")
    yield ""
    yield ("| module | files before | after | KiB of ours before | after | KiB sent before | after "
           "| import s before | after | after / before |")
    yield "|---" + "|--:" * 9 + "|"
    for module in sorted({*before} & {*after} | {_NEW} & {*after}):
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
