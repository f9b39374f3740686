# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Shows what a module reports while it runs. Behind every action plugin of this collection."""

from __future__ import annotations

import contextlib
import os
import signal
import tempfile
import threading
from collections.abc import Iterator
from typing import Any

from ansible import constants as C
from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase
from ansible.utils.display import Display

from ansible_collections.otc.teardown.plugins.module_utils.errors import InputError
from ansible_collections.otc.teardown.plugins.module_utils.progress import PROGRESS_VARIABLE
from ansible_collections.otc.teardown.plugins.plugin_utils.arguments import refuse_dates

SECONDS_BETWEEN_LOOKS = 0.5


class ProgressAction(ActionBase):
    """Runs the module of its own name, as if there were no action plugin, and shows its progress if it can.

    It can where the module runs on the controller and its output may be seen.
    """

    _supports_async = True
    _supports_check_mode = True

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """The result of the module. Fails before it is started for arguments that it cannot be given."""
        result: dict[str, Any] = super().run(tmp, task_vars)
        try:
            refuse_dates(self._task.args)
        except InputError as error:
            raise AnsibleActionFail(str(error)) from None
        with self._progress_shown():
            wrapped = self._task.async_val and not self._connection.has_native_async
            result.update(self._execute_module(task_vars=task_vars, wrap_async=wrapped))
        return result

    @contextlib.contextmanager
    def _progress_shown(self) -> Iterator[None]:
        if not self._can_show():
            yield
            return
        follower = _Follower()
        environment = self._task.environment
        self._task.environment = [*(environment or []), {PROGRESS_VARIABLE: follower.path}]
        follower.start()
        try:
            yield
        except BaseException:  # such as the end of the task's own time
            if follower.end_module():
                Display().warning(self._unreported())
            raise
        finally:
            follower.stop()
            self._task.environment = environment

    def _unreported(self) -> str:
        journal = self._task.args.get("journal")
        where = f"the journal {journal} has" if journal else "the option journal would have kept"
        return (f"{self._task.action} was ended before it could report. Stops that it sent are not undone, and are missing "
                f"from its result, even from 'changed'; {where} what became of each job. Run the task again, and prefer the "
                "option wait_timeout, with which every job is reported.")

    def _can_show(self) -> bool:
        task = self._task
        return not (
            task.async_val or task.check_mode or task.no_log or self._connection.become
        ) and self._connection.transport == "local"


class _Follower(threading.Thread):
    """Shows each line that a module appends to a file. The first line is the number of the module's process."""

    def __init__(self) -> None:
        super().__init__(name="otc.teardown progress", daemon=True)
        # Ansible removes this folder itself, also when it is interrupted.
        descriptor, self.path = tempfile.mkstemp(prefix="otc-teardown-", dir=C.DEFAULT_LOCAL_TMP)
        self._file = os.fdopen(descriptor, encoding="utf-8")
        self._ended = threading.Event()
        self._begun = ""
        self._module: int | None = None

    def run(self) -> None:
        """Look at the file now and then, until told to stop."""
        while not self._ended.wait(SECONDS_BETWEEN_LOOKS):
            self._show_news()

    def end_module(self) -> bool:
        """Tell the module to end and to send nothing more; False if it does not run."""
        self._end()
        self._show_news()
        with contextlib.suppress(OSError):
            if self._module is not None:
                os.kill(self._module, signal.SIGTERM)
                return True
        return False

    def stop(self) -> None:
        """Look no more, and leave nothing behind."""
        self._end()
        self._file.close()
        with contextlib.suppress(OSError):  # the module removes it when it begins
            os.unlink(self.path)

    def _end(self) -> None:
        self._ended.set()
        self.join()

    def _show_news(self) -> None:
        *lines, self._begun = (self._begun + self._file.read()).split("\n")
        if lines and self._module is None:
            self._module = int(lines.pop(0))
        for line in lines:
            Display().display(line)
