# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Figures of runs as OpenMetrics text, which the textfile collector of node_exporter reads. Pure.

The file holds the figures of the latest run of each project and mode: a run replaces its own and keeps the others. All
metrics are gauges without timestamps, so that the older text format of Prometheus, which the collector expects, reads the same.
"""

from __future__ import annotations

import collections
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ansible_collections.otc.teardown.plugins.module_utils._base.text import plain
from ansible_collections.otc.teardown.plugins.module_utils._base.times import parse_time
from ansible_collections.otc.teardown.plugins.plugin_utils._report.groups import RUNNING
from ansible_collections.otc.teardown.plugins.plugin_utils._report.place import project_in
from ansible_collections.otc.teardown.plugins.plugin_utils._report.schema import Report

PREFIX = "otc_teardown_"
_SUCCESS = "last_success_timestamp_seconds"

_HELP: Mapping[str, str] = {
    "jobs": "Jobs of the last run by kind and outcome.",
    "still_running": "Jobs that still run after the last run, by kind and reason.",
    "requests": "Requests that the last run sent.",
    "duration_seconds": "How long the last run took.",
    "last_run_timestamp_seconds": "When the last run began.",
    _SUCCESS: "When the last run began that did not fail, and that was not outside of its windows.",
    "stopped_price_per_hour": "What the jobs that the last run stopped, or would stop, cost for an hour.",
    "running_price_per_hour": "What the jobs that still run cost for an hour.",
}
_SAMPLE = re.compile(rf"{PREFIX}([a-z_]+){{(.*)}} (-?[0-9.e+-]+)", re.ASCII)

Sample = tuple[str, tuple[tuple[str, str], ...], float]
"""The name without its prefix, the labels, the value."""


def is_ours(text: str) -> bool:
    """Whether a text holds nothing but metrics of this collection, so that it may be replaced."""
    return all(not line or line.startswith("#") or _SAMPLE.fullmatch(line) for line in text.splitlines())


def metrics(report: Report, earlier: str = "") -> str:
    """The text of the file after a run. `earlier`: its text before; what it says of other projects and modes is kept."""
    own = _own_labels(report)
    lines: dict[str, list[str]] = {name: [] for name in _HELP}
    before = [(match.group(1), match.group(2), line) for line in earlier.splitlines() if (match := _SAMPLE.fullmatch(line))]
    mine = f"{_labels(own)},"
    for name, labels, line in before:
        if name in lines and not f"{labels},".startswith(mine):
            lines[name].append(line)
    for name, labels, value in _samples(report, own):
        lines[name].append(f"{PREFIX}{name}{{{_labels(labels)}}} {value:.15g}")
    if not any(f"{{{_labels(own)}}}" in line for line in lines[_SUCCESS]):
        lines[_SUCCESS] += [line for name, labels, line in before if name == _SUCCESS and labels == _labels(own)]
    parts = [
        [f"# TYPE {PREFIX}{name} gauge", f"# HELP {PREFIX}{name} {_HELP[name]}", *sorted(found)] for name, found in lines.items() if found
    ]
    return "".join(f"{line}\n" for part in parts for line in part) + "# EOF\n"


def _own_labels(report: Report) -> Sequence[tuple[str, str]]:
    region = report["identity"].get("region") or report["asked_for"].get("region")
    return (("project", plain(project_in(report) or "")), ("region", plain(region or "")), ("mode", report["mode"]))


def _samples(report: Report, own: Sequence[tuple[str, str]]) -> Iterable[Sample]:
    rows = [*report["rows"], *report["not_in_plan"]]
    jobs = collections.Counter((row["resource"], row["group"]) for row in rows)
    running = collections.Counter((row["resource"], row["why"] or "left_alone") for row in rows if row["group"] == RUNNING)
    for (kind, outcome), number in jobs.items():
        yield "jobs", (*own, ("kind", kind), ("outcome", outcome)), number
    for (kind, why), number in running.items():
        yield "still_running", (*own, ("kind", kind), ("reason", why)), number
    yield "requests", tuple(own), report["api_calls"]
    if report.get("duration_seconds") is not None:
        yield "duration_seconds", tuple(own), report["duration_seconds"]
    began = parse_time(report.get("started_at"))
    if began is not None:
        yield "last_run_timestamp_seconds", tuple(own), began
        if report["result"] in ("ok", "changed") and not _was_shut(report):
            yield _SUCCESS, tuple(own), began
    costs = report.get("costs") or {}
    for part in ("stopped", "running") if costs else ():
        yield f"{part}_price_per_hour", (*own, ("currency", plain(costs["currency"]))), costs[part]["per_hour"]


def _was_shut(report: Report) -> bool:
    """Whether apply did nothing because no window was open: windows in which nothing ever runs must not look like success."""
    return report["mode"] == "apply" and not (report.get("window") or {"open": True})["open"]


def _labels(labels: Iterable[tuple[str, Any]]) -> str:
    """`project="eu-de",mode="apply"`; in a value, backslash, quote and line break are escaped."""
    return ",".join(f'{name}="{_escaped(plain(value))}"' for name, value in labels)


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
