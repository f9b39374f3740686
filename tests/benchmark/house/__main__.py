# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`python -m tests.benchmark.house` compares an older commit with this checkout, and writes it to docs/dev/performance.md."""

from __future__ import annotations

import argparse
import contextlib
import os
import pathlib
import signal
import sys
import tempfile
import time
from collections.abc import Sequence

from tests import reliability
from tests.benchmark.cloud import running_cloud
from tests.benchmark.house.packed import packed_modules
from tests.benchmark.house.plays import Round, take_turns
from tests.benchmark.house.section import NAME, PAGE, Compared, section
from tests.benchmark.house.sides import Side, at_commit, of_checkout
from tests.benchmark.machine import describe, load

BEFORE = "b7776c5"
"""The last commit with a role and a module for each kind."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print the part of the page, and write it unless it is to be shown only; the exit code."""
    given = _given(arguments)
    load_before = load()
    try:
        with tempfile.TemporaryDirectory(prefix="otc-teardown-bench-") as folder:
            found = _compared(pathlib.Path(folder), given)
    except RuntimeError as problem:
        print(problem, file=sys.stderr)
        return 1
    text = section(found, describe(load_before, ("ansible-core", "requests")))
    print(text)
    if not given.show:
        reliability.put(NAME, text, PAGE)
    return 0


def _given(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmark.house", description=__doc__)
    parser.add_argument(
        "--before", default=os.environ.get("BENCH_BEFORE") or BEFORE, metavar="COMMIT",
        help="the commit to compare with (BENCH_BEFORE of the environment, or %(default)s)",
    )
    parser.add_argument("--rounds", type=int, default=5, help="how often each side plays, at least 3 (%(default)s)")
    parser.add_argument("--imports", type=int, default=7, help="how often each module is imported (%(default)s)")
    parser.add_argument("--show", action="store_true", help="print the part of the page, and leave the page as it is")
    given = parser.parse_args(arguments)
    if given.rounds < 3 or given.imports < 1:
        parser.error("--rounds must be at least 3, --imports at least 1")
    return given


def _compared(folder: pathlib.Path, given: argparse.Namespace) -> Compared:
    sides = [at_commit(given.before, folder / "before"), of_checkout(folder / "after")]
    modules = packed_modules(sides, given.imports)
    with running_cloud() as cloud:
        plays = take_turns(cloud, sides, given.rounds, _tell)
    return Compared(sides[0].name, given.imports, plays, modules)


def _tell(side: Side, found: Round) -> None:
    seconds = ", ".join(f"{mode} {spent:.2f} s" for mode, spent in found.processor.items())
    print(f"{time.strftime('%H:%M:%S')} {side.name}: {seconds} of processor", file=sys.stderr, flush=True)


if __name__ == "__main__":
    # So that a kill ends the simulator too, as Ctrl-C does.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with contextlib.suppress(KeyboardInterrupt):
        sys.exit(main())
