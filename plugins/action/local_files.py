# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writes files and reports on the controller, without starting a process for each."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Mapping
from typing import Any

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase

from ansible_collections.otc.teardown.plugins.module_utils._base.errors import TeardownError
from ansible_collections.otc.teardown.plugins.plugin_utils import _whole_files
from ansible_collections.otc.teardown.plugins.plugin_utils._filters import imported_when_called

ARGUMENTS = {
    "folder": {"type": "path", "required": True},
    "option": {"type": "str", "default": "folder"},
    "files": {
        "type": "list",
        "elements": "dict",
        "default": [],
        "options": {
            "name": {"type": "str", "required": True},
            "content": {"type": "raw"},
            "option": {"type": "str"},
        },
    },
    "report": {"type": "dict"},
    "keep": {"type": "int", "default": 0},
    "index": {"type": "bool", "default": False},
    "metrics_file": {"type": "path"},
}
_as_json = imported_when_called("_report.folder", "as_json")
_write_report = imported_when_called("_report.folder", "write_report")
_write_index = imported_when_called("_report.folder", "write_index")
_histories = imported_when_called("_report.folder", "histories")
_metrics_before = imported_when_called("_report.folder", "metrics_before")


class ActionModule(ActionBase):
    """Action plugin `otc.teardown.local_files`."""

    _requires_connection = False
    _supports_check_mode = True

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Write the files, except in check mode. Raises AnsibleActionFail if the folder or a file cannot be written."""
        result: dict[str, Any] = super().run(tmp, task_vars)
        _checked, given = self.validate_argument_spec(ARGUMENTS)
        folder = os.path.abspath(given["folder"])
        if not self._task.check_mode:
            try:
                _write(folder, given)
            except TeardownError as error:
                raise AnsibleActionFail(str(error)) from error
        return {**result, "changed": False}


def _write(folder: str, given: Mapping[str, Any]) -> None:
    with _named(given["option"], folder):
        _whole_files.try_to_write(folder)
    for file in given["files"]:
        path, content = os.path.join(folder, file["name"]), file["content"]
        with _named(file["option"] or given["option"], path):
            if content is None:
                _whole_files.try_to_replace(path)
            else:
                _whole_files.write(path, content if isinstance(content, str) else _as_json(content))
    with _named(given["option"], folder):
        if given["report"]:
            _write_report(folder, given["report"], given["keep"], given["metrics_file"])
        elif given["metrics_file"]:
            _metrics_before(given["metrics_file"])
        if given["index"]:
            _write_index(folder, _histories(folder))


@contextlib.contextmanager
def _named(option: str, path: str) -> Iterator[None]:
    """Turn OSError into AnsibleActionFail, which names the option and the path."""
    try:
        yield
    except OSError as error:
        found = error.filename2 or error.filename or path
        raise AnsibleActionFail(f"{option}: {found}: cannot be written ({error.strerror}); name a folder that may be written") from error
