# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Validates teardown reports; the error names the key, the fault and the remedy."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ansible_collections.otc.teardown.plugins.module_utils._base.errors import TeardownError
from ansible_collections.otc.teardown.plugins.module_utils._base.text import plain
from ansible_collections.otc.teardown.plugins.plugin_utils._report import parents
from ansible_collections.otc.teardown.plugins.plugin_utils._report.groups import GROUPS, WHY
from ansible_collections.otc.teardown.plugins.plugin_utils._schemas import REPORT

Report = Mapping[str, Any]
Check = Callable[[Any, str], None]


class ReportError(TeardownError):
    """The input is not a report; the text names the key, the fault and the remedy."""


def reports_of(value: Any) -> list[Report]:
    """The reports in `value`, which is one report or a list of them. All keys that the collection reads are checked.

    Raises ReportError for anything else, and for an empty list.
    """
    if isinstance(value, Mapping):
        value = [value]
    if not isinstance(value, (list, tuple)):
        raise ReportError(f"expected a report or a list of reports, found {_kind(value)}; read a JSON report with from_json")
    if not value:
        raise ReportError("the list holds no report; give at least one")
    for number, report in enumerate(value, start=1):
        where = "report" if len(value) == 1 else f"report {number}"
        if not isinstance(report, Mapping):
            raise ReportError(f"{where} is {_kind(report)}, expected a dictionary; read a JSON report with from_json")
        if report.get("schema") != REPORT:
            found = plain(report.get("schema"))[:60]
            raise ReportError(f"{where} has the schema {found}, expected {REPORT}; write it with the role otc.teardown.teardown")
        _REPORT(report, where)
    return list(value)


def _kind(value: Any) -> str:
    return "nothing" if value is None else type(value).__name__.lstrip("_")


def _scalar(words: str, *types: type) -> Check:
    def check(value: Any, where: str) -> None:
        if not isinstance(value, types) or (isinstance(value, bool) and bool not in types):
            raise ReportError(f"{where} is {_kind(value)}, expected {words}")
    return check


def _number(value: Any, where: str) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 10**12:
        raise ReportError(f"{where} is {plain(value)[:60]} ({_kind(value)}), expected a whole number from 0")


def _one_of(*words: str) -> Check:
    def check(value: Any, where: str) -> None:
        if value not in words:
            raise ReportError(f"{where} is {plain(value)[:60]}, expected one of {', '.join(words)}")
    return check


def _maybe(check: Check) -> Check:
    return lambda value, where: None if value is None else check(value, where)


def _listed(check: Check) -> Check:
    def check_all(value: Any, where: str) -> None:
        if not isinstance(value, (list, tuple)):
            raise ReportError(f"{where} is {_kind(value)}, expected a list")
        for number, one in enumerate(value):
            check(one, f"{where}[{number}]")
    return check_all


def _keyed(**checks: Check) -> Check:
    """A check for a dictionary with these keys; a missing key counts as null, other keys are ignored."""
    def check_all(value: Any, where: str) -> None:
        if not isinstance(value, Mapping):
            raise ReportError(f"{where} is {_kind(value)}, expected a dictionary")
        for key, check in checks.items():
            check(value.get(key), f"{where}.{key}")
    return check_all


def _tags(value: Any, where: str) -> None:
    """A dictionary whose values are texts or lists of texts."""
    if not isinstance(value, Mapping):
        raise ReportError(f"{where} is {_kind(value)}, expected a dictionary")
    for key, one in value.items():
        (_TEXTS if isinstance(one, (list, tuple)) else _TEXT)(one, f"{where}.{plain(key)[:60]}")


_TEXT = _scalar("text", str)
_BOOL = _scalar("true or false", bool)
_TEXTS = _listed(_TEXT)
_MAYBE_TEXT = _maybe(_TEXT)
_NUMBER = _scalar("a number", int, float)
_MAYBE_NUMBER = _maybe(_NUMBER)
_COST = _keyed(jobs=_number, unpriced=_number, per_hour=_NUMBER)
_WHO = _keyed(id=_MAYBE_TEXT, name=_MAYBE_TEXT)
_COUNTS = _keyed(
    selected=_number, stopped=_number, would_stop=_maybe(_number), ended=_number, protected=_number, failed=_number,
    untouched=_number,
)
_ROW = _keyed(
    resource=_TEXT, id=_TEXT, name=_MAYBE_TEXT, created_at=_MAYBE_TEXT,
    status_before=_MAYBE_TEXT, status_after=_MAYBE_TEXT,
    verdict=_one_of("stopped", "would_stop", "ended", "protected", "failed", "untouched"),
    group=_one_of(*GROUPS), why=_maybe(_one_of(*WHY)), phase=_MAYBE_TEXT,
    outcome=_MAYBE_TEXT, drift=_MAYBE_TEXT, reason=_MAYBE_TEXT, request_id=_MAYBE_TEXT,
    changed=_maybe(_BOOL), parent_name=_MAYBE_TEXT, owner=_MAYBE_TEXT, flavor=_MAYBE_TEXT, price_per_hour=_MAYBE_NUMBER, tags=_maybe(_tags),
)


def _filter(value: Any, where: str) -> None:
    """A value of a filter: text, a whole number, or a list of texts; a dictionary of them, as for tags."""
    if isinstance(value, Mapping):
        _filters(value, where)
    elif isinstance(value, (list, tuple)):
        _TEXTS(value, where)
    else:
        _scalar("text, a number or a list of texts", str, int, bool)(value, where)


def _filters(value: Any, where: str) -> None:
    if not isinstance(value, Mapping):
        raise ReportError(f"{where} is {_kind(value)}, expected a dictionary")
    for key, one in value.items():
        _filter(one, f"{where}.{plain(key)[:60]}")


def _row(value: Any, where: str) -> None:
    _ROW(value, where)
    for option in parents.OPTIONS:
        _MAYBE_TEXT(value.get(option), f"{where}.{option}")


_REPORT = _keyed(
    mode=_one_of("plan", "apply", "verify"),
    result=_one_of("ok", "changed", "failed", "refused"),
    headline=_TEXT,
    identity=_keyed(domain=_maybe(_WHO), user=_maybe(_WHO), project=_maybe(_WHO), region=_MAYBE_TEXT),
    started_at=_MAYBE_TEXT, finished_at=_MAYBE_TEXT, duration_seconds=_MAYBE_NUMBER,
    plan=_maybe(_keyed(
        file=_MAYBE_TEXT, digest=_MAYBE_TEXT, created_at=_MAYBE_TEXT, valid_until=_MAYBE_TEXT, complete=_maybe(_BOOL),
        requests=_maybe(_keyed(plan=_number, apply=_number)),
    )),
    selection=_maybe(_keyed(
        resources=_listed(_keyed(resource=_TEXT, filters=_filters, all=_BOOL)), exclude=_filters,
    )),
    guards=_maybe(_listed(_keyed(
        guard=_TEXT, text=_TEXT, value=_MAYBE_NUMBER, limit=_MAYBE_NUMBER, applies=_BOOL, refuses=_BOOL,
    ))),
    protections=_maybe(_listed(_keyed(
        names=_TEXTS, ids=_TEXTS, tags=_maybe(_tags), resource=_MAYBE_TEXT, owner=_MAYBE_TEXT, reason=_TEXT, until=_MAYBE_TEXT, expired=_BOOL, jobs=_number,
    ))),
    window=_maybe(_keyed(open=_BOOL, text=_TEXT, windows=_TEXTS)),
    collection_version=_MAYBE_TEXT,
    asked_for=_keyed(host=_MAYBE_TEXT, project=_MAYBE_TEXT, region=_MAYBE_TEXT),
    problems=_TEXTS, would_refuse=_TEXTS, warnings=_TEXTS,
    resources=_listed(_keyed(
        resource=_TEXT, error=_MAYBE_TEXT, complete=_BOOL, api_calls=_number, counts=_COUNTS, reads=_MAYBE_TEXT,
        goes_on_costing=_MAYBE_TEXT,
    )),
    rows=_listed(_row), not_in_plan=_listed(_row),
    protect=_keyed(expired=_TEXTS, unreadable=_TEXTS, unmatched=_TEXTS),
    counts=_COUNTS, api_calls=_number,
    costs=_maybe(_keyed(currency=_TEXT, hours=_NUMBER, stopped=_COST, running=_COST)),
)
