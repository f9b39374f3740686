# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The raw numbers, as a table for programs."""

from __future__ import annotations

import csv
import io

from tests.benchmark.figures import Results

COLUMNS = (
    "module", "jobs", "to_stop", "at_once", "answer_ms", "by_id", "wait", "way", "process_s", "processor_s", "memory_mib", "requests", "stops",
    "first_to_last_s", "first_to_last_stop_s",
)


def table(results: Results) -> str:
    """CSV with a line for each way of doing each piece of work."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for (cell, way), (cost, served) in results.items():
        writer.writerow([
            cell.kind.module, cell.jobs, cell.to_stop, cell.concurrency, f"{cell.latency * 1000:.0f}", str(cell.by_id).lower(),
            str(cell.wait).lower(), way, f"{cost.wall:.3f}", f"{cost.cpu:.3f}", f"{cost.memory:.1f}", served.requests, served.stops,
            f"{served.span:.3f}", f"{served.stopping:.3f}",
        ])
    return text.getvalue()
