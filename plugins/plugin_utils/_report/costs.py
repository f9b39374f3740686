# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What jobs cost by the prices that the user gave: figures of a run, of a month, and both in words. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ansible_collections.otc.teardown.plugins.module_utils._base.text import plain
from ansible_collections.otc.teardown.plugins.module_utils._base.times import parse_time
from ansible_collections.otc.teardown.plugins.plugin_utils._report.groups import IN_STOP, RUNNING, STOPPED, WOULD_STOP
from ansible_collections.otc.teardown.plugins.plugin_utils._report.parents import parent_of

Rows = Sequence[Mapping[str, Any]]


def was_stopped(row: Mapping[str, Any]) -> bool:
    """Whether the run stopped this job."""
    return row["group"] in (STOPPED, IN_STOP) and bool(row.get("changed"))


def costs_of(mode: str, rows: Rows, currency: str, hours: float) -> dict[str, Any]:
    """The figures of a run: what it stopped (a plan: would stop) and what still runs, each for an hour.

    `rows`: with `price_per_hour`, None where no price fits. `hours`: for how long a stopped job counts in sums over time, at most.
    """
    stopped = [row for row in rows if (row["group"] == WOULD_STOP if mode == "plan" else was_stopped(row))]
    return {"currency": currency, "hours": hours, "stopped": _sum(stopped), "running": _sum([row for row in rows if row["group"] == RUNNING])}


def _sum(rows: Rows) -> dict[str, Any]:
    prices = [row["price_per_hour"] for row in rows]
    known = [price for price in prices if price is not None]
    return {"jobs": len(prices), "unpriced": len(prices) - len(known), "per_hour": round(sum(known), 4)}


def in_words(mode: str, costs: Mapping[str, Any] | None) -> list[str]:
    """`stops 12 jobs, about 31.40 € an hour (2 of them have no price)`, and the same for what still runs; empty without prices."""
    if not costs:
        return []
    verbs = {"plan": ("stops", "would still run: ")}.get(mode, ("stopped", "still running: "))
    parts = ((f"{verbs[0]} ", costs["stopped"]), (verbs[1], costs["running"]))
    return [beginning + _words(part, costs["currency"]) for beginning, part in parts if part["jobs"]]


def _words(part: Mapping[str, Any], currency: str) -> str:
    jobs = "1 job" if part["jobs"] == 1 else f"{part['jobs']:,} jobs"
    if part["unpriced"] == part["jobs"]:
        return f"{jobs} without a price"
    unpriced = f" ({part['unpriced']:,} of them without a price)" if part["unpriced"] else ""
    return f"{jobs}, about {amount(part['per_hour'], currency)} an hour{unpriced}"


def amount(value: float, currency: str) -> str:
    """`31.40 €`; from 1,000 without cents."""
    return f"{value:,.0f} {plain(currency)}" if value >= 1000 else f"{value:,.2f} {plain(currency)}"


def saved(reports: Iterable[Mapping[str, Any]]) -> dict[tuple[str, str], float]:
    """(month, currency) -> what the jobs that apply stopped would have cost, had each gone on for the hours of its report.

    A job that was stopped again later counts until then only. `reports`: checked ones, in any order, of several projects too.
    """
    stops: dict[tuple[Any, ...], list[tuple[float, float, Mapping[str, Any]]]] = {}
    for report in reports:
        start = _seconds(report.get("started_at"))
        if report["mode"] != "apply" or not report.get("costs") or start is None:
            continue
        for row in filter(was_stopped, report["rows"]):
            if row.get("price_per_hour") is not None:
                job = ((report["identity"].get("project") or {}).get("id"), row["resource"], parent_of(row), row["id"])
                stops.setdefault(job, []).append((start, row["price_per_hour"], report))
    found: dict[tuple[str, str], float] = {}
    for times in stops.values():
        times.sort(key=lambda one: one[0])
        ends = [*(start for start, _price, _report in times[1:]), float("inf")]
        for (start, price, report), end in zip(times, ends):
            key = (report["started_at"][:7], report["costs"]["currency"])
            found[key] = found.get(key, 0.0) + price * min(report["costs"]["hours"], (end - start) / 3600)
    return found


def _seconds(time: Any) -> float | None:
    try:
        return parse_time(time)
    except ValueError:
        return None
