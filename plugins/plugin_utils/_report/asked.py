# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What was asked for, for the second pair of eyes: selection, exclusions, protection, and how near the guards are. Pure."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from typing import Any

from ansible_collections.otc.teardown.plugins.plugin_utils._report import texts
from ansible_collections.otc.teardown.plugins.plugin_utils._report.schema import Report

NEAR = 80
"""The percentage of a limit from which a guard is shown as near to it."""


@dataclasses.dataclass(frozen=True)
class Choice:
    """`filters`: in words. `kinds`: those that have these filters."""

    filters: str
    kinds: tuple[str, ...]


@dataclasses.dataclass(frozen=True)
class Shield:
    """An entry of `teardown_protect`. `jobs`: how many it covered, in words."""

    jobs_meant: str
    reason: str
    until: str | None
    jobs: str


@dataclasses.dataclass(frozen=True)
class Guard:
    """`state` and `state_word`: as a badge has them. `figures`: value and limit in words. `percent`: of the limit, up to 100."""

    name: str
    text: str
    state: str
    state_word: str
    figures: str | None
    percent: int | None


@dataclasses.dataclass(frozen=True)
class Asked:
    """Everything that a reviewer compares with the intention."""

    choices: tuple[Choice, ...]
    exclude: str | None
    shields: tuple[Shield, ...]
    guards: tuple[Guard, ...]
    windows: tuple[str, ...]
    requests: str | None


def asked(report: Report) -> Asked | None:
    """What a report says about it; None if it says nothing, because the run failed before or the report is older."""
    selection, plan = report.get("selection") or {}, report.get("plan") or {}
    requests = plan.get("requests") if report["mode"] == "plan" else None
    found = Asked(
        choices=tuple(_choices(selection.get("resources") or ())),
        exclude=texts.sentence(_words(selection.get("exclude") or {})),
        shields=tuple(_shield(entry) for entry in report.get("protections") or ()),
        guards=tuple(_guard(measure) for measure in report.get("guards") or ()),
        windows=texts.sentences((report.get("window") or {}).get("windows") or ()),
        requests=f"{requests['plan']:,} to make this plan; {requests['apply']:,} to apply it, and more while it waits for the ends" if requests else None,
    )
    return found if any(vars(found).values()) else None


def _choices(resources: Iterable[Mapping[str, Any]]) -> Iterable[Choice]:
    kinds: dict[str, list[str]] = {}
    for entry in resources:
        words = "everything" if entry["all"] else _words(entry["filters"]) or "nothing"
        kinds.setdefault(texts.sentence(words) or "", []).append(texts.name(entry["resource"]) or "unknown")
    return (Choice(filters, tuple(names)) for filters, names in kinds.items())


def _words(filters: Mapping[str, Any]) -> str:
    """`names: tb-*, gpu-*; older_than: 12h`."""
    return "; ".join(f"{key}: {_value(value)}" for key, value in filters.items() if value not in ([], {}))


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        return f"({_words(value)})"
    return ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)


def _shield(entry: Mapping[str, Any]) -> Shield:
    meant = _words({"names": entry["names"], "ids": entry["ids"], "tags": entry.get("tags") or {}, "kind": entry.get("resource") or []})
    reason = f"{entry['reason']}, by {entry['owner']}" if entry.get("owner") else entry["reason"]
    number = f"{entry['jobs']:,} {'job' if entry['jobs'] == 1 else 'jobs'}"
    return Shield(
        jobs_meant=texts.sentence(meant) or "nothing",
        reason=texts.sentence(reason) or "",
        until=texts.name(entry.get("until")),
        jobs="expired" if entry["expired"] else number,
    )


def _guard(measure: Mapping[str, Any]) -> Guard:
    value, limit = measure.get("value"), measure.get("limit")
    percent = min(100, int(value * 100 / limit)) if value is not None and limit else None
    unit = " %" if measure["guard"].endswith("_percent") else ""
    figures = None
    if limit is not None:
        figures = f"at most {limit:g}{unit}" if value is None else f"{value:g}{unit} of {limit:g}{unit}"
    state, word = _state(measure, percent)
    return Guard(texts.name(measure["guard"]) or "", texts.sentence(measure["text"]) or "", state, word, figures, percent)


def _state(measure: Mapping[str, Any], percent: int | None) -> tuple[str, str]:
    if measure["refuses"]:
        return "failed", "refuses"
    if not measure["applies"]:
        return "ended", "does not count"
    return ("running", "near") if percent is not None and percent >= NEAR else ("ok", "passes")
