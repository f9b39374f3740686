# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writes a report into a folder in all its forms, keeps copies, and writes the index of those. Raises OSError."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence

from ansible_collections.otc.teardown.plugins.plugin_utils import _whole_files
from ansible_collections.otc.teardown.plugins.plugin_utils._report import history
from ansible_collections.otc.teardown.plugins.plugin_utils._report.html import html, index_html
from ansible_collections.otc.teardown.plugins.plugin_utils._report.markdown import markdown
from ansible_collections.otc.teardown.plugins.plugin_utils._report.schema import Report, ReportError, reports_of


def as_json(value: object) -> str:
    """The text of a JSON file, for reports and plans."""
    return json.dumps(value, indent=4, sort_keys=True) + "\n"


def write_report(folder: str, report: Report, most: int) -> None:
    """Write the forms of a report as `<mode>.json`, `.md` and `.html`, and keep up to `most` reports; 0 keeps and deletes none."""
    name = _keep(os.path.join(folder, history.FOLDER), report, most) if most else None
    page = html(report, kept=f"{history.FOLDER}/{name}.html", runs=history.INDEX) if name else html(report)
    for ending, text in (("json", as_json(report)), ("md", markdown(report)), ("html", page)):
        _whole_files.write(os.path.join(folder, f"{report['mode']}.{ending}"), text)
    if name:
        write_index(folder, [history.FOLDER])


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
