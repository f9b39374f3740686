# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a webhook is told: about a run of the role, or about the latest reports of many. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.otc.teardown.plugins.module_utils._base.errors import InputError, TeardownError
from ansible_collections.otc.teardown.plugins.module_utils._base.times import parse_time
from ansible_collections.otc.teardown.plugins.plugin_utils._report.message import message, without_report
from ansible_collections.otc.teardown.plugins.plugin_utils._report.schema import ReportError, reports_of
from ansible_collections.otc.teardown.plugins.plugin_utils._teardown import notify as options


def message_of(report: Mapping[str, Any], notify: Mapping[str, Any], more_follows: bool) -> dict[str, Any] | None:
    """The message about a run of the role, None if none is due. `notify`: its options.

    `more_follows`: the next run of the same play tells more, so only a failure is worth a message now.
    """
    due = options.is_due("failure" if more_follows else notify["when"], [report])
    return message([report], notify["link"]) if due else None


def message_of_all(value: Any, reports: Sequence[Any], folders: Sequence[str], now: float, notice: Any = None) -> dict[str, Any]:
    """One message about the latest report of each folder, empty if none is due; a folder without a recent report makes it due.

    `value`: `teardown_notify`. `folders`: of each report. `notice`: as for `why_no_template`. Raises InputError for a wrong option,
    ReportError for what is no report.
    """
    notify = options.read_notify(value)
    if notify is None:
        raise InputError(options.OPTION, None, "is not set; give url, and a format or a template")
    for error in options.why_no_template(notify, notice):
        raise TeardownError(error)
    latest: dict[str, Mapping[str, Any]] = {}
    for report, folder in zip(reports, folders):
        try:
            checked = reports_of(report)[0]
        except ReportError as error:
            raise ReportError(f"{folder}: {error}") from error
        if folder not in latest or _ended(latest[folder]) <= _ended(checked):
            latest[folder] = checked
    recent, older = ([report for report in latest.values() if (abs(now - _ended(report)) > notify["max_age"]) is old] for old in (False, True))
    if not recent:
        return without_report(notify["max_age"], notify["link"])
    return message(recent, notify["link"], older) if older or options.is_due(notify["when"], recent) else {}


def sample(_value: Any = None) -> dict[str, Any]:
    """What a template is tried with before anything else happens."""
    return {
        **message([], "https://example.com/report"), "title": "Teardown: Sample", "headline": "1 stopped", "lines": ["sample: 1 stopped"],
        "projects": [{"project": "sample", "region": "eu-de", "mode": "apply", "result": "changed", "headline": "1 stopped"}],
    }


def _ended(report: Mapping[str, Any]) -> float:
    try:
        return parse_time(report.get("finished_at")) or 0
    except ValueError:
        return 0
