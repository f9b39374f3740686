# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writes files on the controller, without starting a process for each."""

from __future__ import annotations

import json
import os
import tempfile
from typing import Any

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase

ARGUMENTS = {
    "folder": {"type": "path", "required": True},
    "files": {
        "type": "list",
        "elements": "dict",
        "default": [],
        "options": {"name": {"type": "str", "required": True}, "content": {"type": "raw", "required": True}},
    },
}


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
                _try_to_write(folder)
                for file in given["files"]:
                    _write(os.path.join(folder, file["name"]), _text(file["content"]))
            except OSError as error:
                path = error.filename2 or error.filename or folder
                raise AnsibleActionFail(f"folder: {path}: cannot be written ({error.strerror})") from error
        return {**result, "changed": False}


def _text(content: Any) -> str:
    return content if isinstance(content, str) else json.dumps(content, indent=4, sort_keys=True) + "\n"


def _try_to_write(folder: str) -> None:
    os.makedirs(folder, mode=0o700, exist_ok=True)
    with tempfile.TemporaryFile(dir=folder):
        pass


def _write(path: str, text: str) -> None:
    os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
    descriptor, trial = tempfile.mkstemp(dir=os.path.dirname(path), prefix=".")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="replace") as file:
            file.write(text)
        os.replace(trial, path)
    except BaseException:
        os.unlink(trial)
        raise
