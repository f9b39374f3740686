# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Takes and releases the lock of a project on the controller."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from typing import Any

from ansible import constants as C
from ansible.plugins.action import ActionBase

from ansible_collections.otc.teardown.plugins.module_utils._base.errors import TeardownError
from ansible_collections.otc.teardown.plugins.plugin_utils import _locks, _whole_files
from ansible_collections.otc.teardown.plugins.plugin_utils._main_process import main_process

ARGUMENTS = {
    "project": {"type": "str", "required": True},
    "folder": {"type": "path"},
    "seconds": {"type": "float", "default": 3600.0},
    "state": {"type": "str", "choices": ["taken", "released"], "default": "taken"},
}


class ActionModule(ActionBase):
    """Action plugin `otc.teardown.project_lock`."""

    _requires_connection = False
    _supports_check_mode = True

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Take or release the lock, except in check mode. Never fails: the role decides what a refusal means."""
        result: dict[str, Any] = super().run(tmp, task_vars)
        _checked, given = self.validate_argument_spec(ARGUMENTS)
        facts = _locks.as_facts()
        if not self._task.check_mode:
            host = str((task_vars or {}).get("inventory_hostname", "localhost"))
            me = _locks.holder_now(main_process(), host, time.time(), given["seconds"])
            facts = _take(given, me) if given["state"] == "taken" else _release(given, me)
        return {**result, **facts, "changed": False}


def _folder(given: Mapping[str, Any]) -> str:
    return os.path.abspath(given["folder"]) if given["folder"] else os.path.join(C.ANSIBLE_HOME, "otc_teardown_locks")


def _take(given: Mapping[str, Any], me: _locks.Holder) -> dict[str, Any]:
    folder = _folder(given)
    try:
        _whole_files.try_to_write(folder)
    except OSError as error:
        problem = f"{_locks.OPTION}: no lock can be written into {folder} ({error.strerror})"
        if given["folder"]:
            return _locks.as_facts(refusal=f"{problem}; name a folder that may be written, or set teardown_lock: false")
        return _locks.as_facts(warning=f"{problem}, so another run in this project would not be noticed; name a folder")
    try:
        refusal = _locks.take(_locks.path_in(folder, given["project"]), me)
    except TeardownError as error:
        return _locks.as_facts(refusal=str(error))
    except OSError as error:
        return _locks.as_facts(refusal=f"{_locks.OPTION}: {_locks.path_in(folder, given['project'])}: cannot be locked ({error.strerror}); perhaps it is "
                                       "of another user: delete it if no other run works on this project, or give another folder")
    return _locks.as_facts(refusal=refusal, taken=not refusal)


def _release(given: Mapping[str, Any], me: _locks.Holder) -> dict[str, Any]:
    path = _locks.path_in(_folder(given), given["project"])
    try:
        _locks.release(path, me)
    except (OSError, TeardownError, ValueError) as error:
        return _locks.as_facts(warning=f"{_locks.OPTION}: {path}: cannot be released ({error}); it does not count any more when this run has ended")
    return _locks.as_facts()
