# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writes a report into a folder in all its forms, keeps copies, and writes the index of those. Raises OSError."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence

from ansible_collections.otc.teardown.plugins.module_utils._base.errors import InputError
from ansible_collections.otc.teardown.plugins.plugin_utils import _whole_files
from ansible_collections.otc.teardown.plugins.plugin_utils._report import history
from ansible_collections.otc.teardown.plugins.plugin_utils._report.html import html, index_html
from ansible_collections.otc.teardown.plugins.plugin_utils._report.markdown import markdown
from ansible_collections.otc.teardown.plugins.plugin_utils._report.metrics import is_ours, metrics
from ansible_collections.otc.teardown.plugins.plugin_utils._report.schema import Report, ReportError, reports_of
from ansible_collections.otc.teardown.plugins.plugin_utils._report.spreadsheet import rows_csv


def as_json(value: object) -> str:
    """The text of a JSON file, for reports and plans."""
    return json.dumps(value, indent=4, sort_keys=True) + "\n"


def write_report(folder: str, report: Report, most: int, metrics_file: str | None = None) -> None:
    """Write the forms of a report as `<mode>.json`, `.md`, `.html` and `.csv`, and its figures into `metrics_file` if one is given.

    Up to `most` reports are kept; 0 keeps and deletes none.
    """
    name = _keep(os.path.join(folder, history.FOLDER), report, most) if most else None
    page = html(report, kept=f"{history.FOLDER}/{name}.html", runs=history.INDEX) if name else html(report)
    for ending, text in (("json", as_json(report)), ("md", markdown(report)), ("html", page), ("csv", rows_csv(report))):
        _whole_files.write(os.path.join(folder, f"{report['mode']}.{ending}"), text)
    if metrics_file:
        _whole_files.write(metrics_file, metrics(report, metrics_before(metrics_file)), mode=0o644)
    if name:
        write_index(folder, [history.FOLDER])


def metrics_before(path: str) -> str:
    """The text of the file for metrics before a run, empty if there is no such file. Raises InputError if it cannot be replaced."""
    folder, option = os.path.dirname(path), "teardown_metrics_file"
    if not os.path.isdir(folder):
        raise InputError(option, path, "is in a folder that does not exist; create it, or give another path")
    try:
        _whole_files.try_to_write(folder)
    except OSError as error:
        raise InputError(option, path, f"cannot be written ({error.strerror}); make its folder writable, or give another path") from error
    if not os.path.lexists(path):
        return ""
    if not os.path.isfile(path) or os.path.islink(path):
        raise InputError(option, path, "is not a regular file; give another path")
    try:
        with open(path, encoding="utf-8") as file:
            text = file.read()
    except (OSError, ValueError) as error:
        raise InputError(option, path, f"cannot be read ({error}); give another path") from error
    if not is_ours(text):
        raise InputError(option, path, "holds something else than metrics of this collection; give another path")
    return text


def write_index(folder: str, below: Sequence[str]) -> None:
    """Write the index of the reports that are kept in these folders, whose paths are relative to `folder`."""
    kept, unread, pages = [], [], set()
    for path in (os.path.join(place, name) for place in below for name in _names(os.path.join(folder, place))):
        try:
            kept.append((path, _read(os.path.join(folder, f"{path}.json"))))
        except (ValueError, RecursionError, ReportError, OSError) as error:
            unread.append(f"{path}.json: {error}")
        if os.path.isfile(os.path.join(folder, f"{path}.html")):
            pages.add(path)
    _whole_files.write(os.path.join(folder, history.INDEX), index_html(history.index_of(kept, unread, pages)))


def histories(folder: str) -> list[str]:
    """The folders of kept reports in `folder` and below, relative to it."""
    found = [os.path.relpath(path, folder) for path, _folders, _files in os.walk(folder) if os.path.basename(path) == history.FOLDER]
    return sorted(found)


def _keep(folder: str, report: Report, most: int) -> str:
    """Write a copy of a report, as JSON and as a page, delete the oldest of those that are too many, and return its name."""
    names = _names(folder)
    name = history.new_name(report, names)
    for ending, text in (("json", as_json(report)), ("html", html(report, runs=f"../{history.INDEX}"))):
        _whole_files.write(os.path.join(folder, f"{name}.{ending}"), text)
    for old in history.surplus([*names, name], most):
        _delete(folder, old)
    return name


def _delete(folder: str, name: str) -> None:
    """Delete a kept report and its page. What is no report of ours stays, whatever its name."""
    try:
        _read(os.path.join(folder, f"{name}.json"))
    except (ValueError, RecursionError, ReportError, OSError):
        return
    for ending in ("html", "json"):
        path = os.path.join(folder, f"{name}.{ending}")
        if os.path.isfile(path):
            os.unlink(path)


def _names(folder: str) -> list[str]:
    """The names of the kept reports in a folder, without their ending; only regular files count."""
    if not os.path.isdir(folder):
        return []
    with os.scandir(folder) as entries:
        found = [os.path.splitext(entry.name) for entry in entries if entry.is_file(follow_symlinks=False)]
    return sorted(name for name, ending in found if ending == ".json" and history.is_ours(name))


def _read(path: str) -> Report:
    with open(path, encoding="utf-8") as file:
        return reports_of(json.load(file))[0]
