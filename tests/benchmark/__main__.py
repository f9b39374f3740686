# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`python -m tests.benchmark` measures everything and writes docs/performance.md with its picture and CSV, and docs/dev/performance.md."""

from __future__ import annotations

import argparse
import contextlib
import signal
import sys
import time
from collections.abc import Sequence

from tests.benchmark.bench import Bench, Measured, bench_at
from tests.benchmark.cloud import ROOT, running_cloud
from tests.benchmark.machine import describe, load
from tests.benchmark.plan import Cell, Item, plan
from tests.benchmark.startup import measure_startup


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print the page, and write it with its picture; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmark", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="measure a part of it, and write to build/benchmark instead")
    quick = parser.parse_args(arguments).quick
    target = ROOT / "build" / "benchmark" if quick else ROOT / "docs"
    load_before = load()
    with running_cloud() as cloud, bench_at(cloud) as bench:
        startup = measure_startup(bench, 2 if quick else 5)
        results = _measured(bench, plan(quick))
        machine = describe(load_before)
    # Only now: the memory of this process is a lower bound of what is measured of others.
    from tests.benchmark import maintainers, plot, raw, report
    from tests.benchmark.house import section

    written = {
        "performance.md": report.page(results, startup, machine, quick),
        "performance.csv": raw.table(results),
        "dev/performance.md": f"{maintainers.page(results, startup, machine)}\n{section.kept()}",
    }
    (target / "dev").mkdir(parents=True, exist_ok=True)
    for name, text in written.items():
        (target / name).write_text(text, encoding="utf-8")
    plot.draw(results, target / "performance.svg")
    print(written["performance.md"], written["dev/performance.md"], sep="\n")
    print(f"written to {target.relative_to(ROOT)}: {', '.join(written)}, performance.svg")
    return 0


def _measured(bench: Bench, items: Sequence[Item]) -> dict[tuple[Cell, str], Measured]:
    """The quickest run of each; the ways of one cell take turns, so that a disturbance meets all of them."""
    results: dict[tuple[Cell, str], Measured] = {}
    for cell, ways, times in items:
        for _turn in range(times):
            for way in ways:
                measured = bench.measure(cell, way)
                _tell(cell, way, measured)
                best = results.get((cell, way))
                if best is None or measured.cost.wall < best.cost.wall:
                    results[cell, way] = measured
    return results


def _tell(cell: Cell, way: str, measured: Measured) -> None:
    print(f"{time.strftime('%H:%M:%S')} {cell.kind.module} {cell.jobs} jobs, {cell.concurrency} at once, "
          f"{cell.latency * 1000:.0f} ms, {way}: {measured.cost.wall:.2f} s", file=sys.stderr, flush=True)


if __name__ == "__main__":
    # So that a kill ends the simulator too, as Ctrl-C does.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with contextlib.suppress(KeyboardInterrupt):
        sys.exit(main())
