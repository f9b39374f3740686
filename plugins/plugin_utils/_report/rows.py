# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The jobs of a report under their headings. Pure functions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ansible_collections.otc.teardown.plugins.plugin_utils._report import texts
from ansible_collections.otc.teardown.plugins.plugin_utils._report.costs import amount
from ansible_collections.otc.teardown.plugins.plugin_utils._report.groups import (
    FAILED,
    GROUPS,
    HAS_ENDED,
    MISSING,
    RUNNING,
    WHY,
    WOULD_STOP,
)
from ansible_collections.otc.teardown.plugins.plugin_utils._report.model import Group, Row, class_words
from ansible_collections.otc.teardown.plugins.plugin_utils._report.parents import parent_of
from ansible_collections.otc.teardown.plugins.plugin_utils._report.reasons import telling

MANY_ROWS = 2000
"""If a project has more rows than this, rows of jobs that had ended already are only counted, and no more that still run are shown."""

_STOPS = ("stopped", "would_stop")


def groups(mode: str, rows: Sequence[Mapping[str, Any]], end: Any, currency: str | None) -> Iterable[Group]:
    """The groups that have jobs, in the order in which they are shown; `end`: when the run finished; `currency`: of prices.

    A plan shows what it would stop before what would still run.
    """
    reasons = list(WHY)
    titles = {**GROUPS, RUNNING: class_words([mode])[RUNNING]}
    first = [FAILED, WOULD_STOP] if mode == "plan" else []
    for key in dict.fromkeys([*first, *titles]):
        chosen = [row for row in rows if row["group"] == key]
        if not chosen:
            continue
        limit = len(chosen)
        if len(rows) > MANY_ROWS:
            limit = {HAS_ENDED: 0, MISSING: 0, RUNNING: MANY_ROWS}.get(key, limit)
        chosen.sort(key=lambda row: (
            reasons.index(row["why"]) if row["why"] in WHY else len(reasons), row["resource"], row.get("name") or "", row["id"],
        ))
        shown = tuple(_row(row, end, currency) for row in chosen[:limit])
        yield Group(key, titles[key], tuple(_details(chosen) if key == RUNNING else ()), shown, len(chosen) - len(shown))


def _details(rows: Sequence[Mapping[str, Any]]) -> Iterable[str]:
    """`1 started again`, `2 protected`: how many jobs run for which reason."""
    found = [row["why"] for row in rows]
    return [f"{found.count(why):,} {words}" for why, words in [*WHY.items(), (None, "left alone")] if why in found]


def _row(row: Mapping[str, Any], end: Any, currency: str | None) -> Row:
    price = row.get("price_per_hour")
    return Row(
        resource=texts.name(row["resource"]) or "unknown",
        id=texts.name(row["id"]) or "unknown",
        parent=texts.name(parent_of(row)),
        owner=texts.name(row.get("owner")),
        name=texts.name(row.get("name")),
        age=texts.age(row.get("created_at"), end),
        price=None if price is None or currency is None else f"{amount(price, currency)} an hour",
        created=texts.moment(row.get("created_at")),
        before=texts.name(row.get("status_before")),
        after=texts.name(row.get("status_after")),
        notes=tuple(_notes(row)),
        why=WHY.get(row["why"]) if row["group"] == RUNNING else None,
        reason=texts.sentence(telling(row.get("reason"))),
        request_id=texts.name(row.get("request_id")),
    )


def _notes(row: Mapping[str, Any]) -> Iterable[str]:
    """Remarks on a row that its group and reason do not contain."""
    outcome, verdict, tags = row.get("outcome"), row["verdict"], texts.name(texts.tags_in_words(row.get("tags")))
    if tags:
        yield f"tags: {tags}"
    if verdict in ("failed", *_STOPS):
        if outcome and outcome not in (verdict, row["why"], "stop_requested"):
            yield texts.name(outcome) or ""
        if row.get("drift") == "progressed":
            yield "went on since the plan"
    if row.get("changed") and verdict not in _STOPS:
        yield "a stop was accepted"
