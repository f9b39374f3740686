# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The picture of growth."""

from __future__ import annotations

import math
import pathlib
from collections.abc import Callable

import matplotlib

from tests.benchmark.bench import Measured
from tests.benchmark.figures import Results
from tests.benchmark.plan import AIOHTTP, MODULE, REQUESTS, TASK, URI, VISUALIZATION

matplotlib.use("svg")
from matplotlib import pyplot, ticker  # noqa: E402 - a backend without a screen must be chosen first

# Blue, orange, green, red and gray of Okabe and Ito: told apart by everybody.
_LINES = {TASK: "#0072b2", MODULE: "#56b4e9", REQUESTS: "#e69f00", AIOHTTP: "#009e73", URI: "#d55e00"}
_LABELS = {URI: "uri loop"}
_CONCURRENCY, _LATENCY = 32, 0.05


def draw(results: Results, path: pathlib.Path) -> None:
    """Write an SVG: seconds of the whole process and memory over the number of jobs, at one setting."""
    # The same measurements give the same file.
    with pyplot.rc_context({"svg.hashsalt": "otc.teardown", "svg.fonttype": "path", "font.size": 9}):
        figure, (left, right) = pyplot.subplots(1, 2, figsize=(9, 3.8), layout="constrained")
        _panel(left, results, "seconds, whole process", lambda measured: measured.cost.wall)
        _panel(right, results, "MiB, largest process", lambda measured: measured.cost.memory)
        left.set_yscale("log")
        left.set_ylim(1, 10 ** math.ceil(math.log10(left.get_ylim()[1])))
        _plainly(left.yaxis)
        right.set_ylim(bottom=0)
        left.legend(frameon=False)
        figure.suptitle(f"Visualization jobs, half of them stopped: {_CONCURRENCY} requests at once, "
                        f"{_LATENCY * 1000:.0f} ms per answer", fontsize=10)
        figure.savefig(path, format="svg", metadata={"Date": None, "Creator": None})
        pyplot.close(figure)


def _panel(axes: pyplot.Axes, results: Results, label: str, of: Callable[[Measured], float]) -> None:
    for way, color in _LINES.items():
        points = sorted(
            (cell.jobs, of(measured)) for (cell, done), measured in results.items()
            if done == way and cell.kind is VISUALIZATION and cell.latency == _LATENCY and cell.wait
            and cell.concurrency == _CONCURRENCY and cell.by_id == (way == URI) and not cell.names
        )
        if points:
            axes.plot(*zip(*points), color=color, marker="o", markersize=4, label=_LABELS.get(way, way))
    axes.set_xscale("log")
    _plainly(axes.xaxis)
    axes.set_xlabel("jobs")
    axes.set_ylabel(label)
    axes.grid(True, which="major", color="#dddddd", linewidth=0.6)
    axes.spines[["top", "right"]].set_visible(False)


def _plainly(axis: matplotlib.axis.Axis) -> None:
    """Write 1,000 and not a power of ten, and nothing between."""
    axis.set_major_formatter(lambda value, _position: f"{value:,g}")
    axis.set_minor_formatter(ticker.NullFormatter())
