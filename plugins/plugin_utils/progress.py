# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Shows what a module reports while it runs. Behind every action plugin of this collection."""

from __future__ import annotations

import contextlib
import os
import tempfile
import threading
from collections.abc import Iterator
from typing import Any

from ansible.plugins.action import ActionBase
from ansible.utils.display import Display

from ansible_collections.otc.teardown.plugins.module_utils.progress import PROGRESS_VARIABLE

SECONDS_BETWEEN_LOOKS = 0.5


class ProgressAction(ActionBase):
    """Runs the module of its own name, as if there were no action plugin, and shows its progress if it can.

    It can where the module runs on the controller and its output may be seen.
    """

    _supports_async = True
    _supports_check_mode = True

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """The result of the module."""
        result: dict[str, Any] = super().run(tmp, task_vars)
        with self._progress_shown():
            wrapped = self._task.async_val and not self._connection.has_native_async
            result.update(self._execute_module(task_vars=task_vars, wrap_async=wrapped))
        return result

    @contextlib.contextmanager
    def _progress_shown(self) -> Iterator[None]:
        if not self._can_show():
            yield
            return
        with tempfile.TemporaryDirectory(prefix="otc-teardown-") as folder:
            follower = _Follower(os.path.join(folder, "progress"))
            environment = self._task.environment
            self._task.environment = [*(environment or []), {PROGRESS_VARIABLE: follower.path}]
            follower.start()
            try:
                yield
            finally:
                follower.stop()
                self._task.environment = environment

    def _can_show(self) -> bool:
        task = self._task
        return not (
            task.async_val or task.check_mode or task.no_log or self._connection.become
        ) and self._connection.transport == "local"


class _Follower(threading.Thread):
    """Shows each line that is appended to a file."""

    def __init__(self, path: str) -> None:
        super().__init__(name="otc.teardown progress", daemon=True)
        self.path = path
        self._ended = threading.Event()
        self._shown = 0

    def run(self) -> None:
        """Look at the file now and then, until told to stop."""
        while not self._ended.wait(SECONDS_BETWEEN_LOOKS):
            self._show_news()

    def stop(self) -> None:
        """Look no more."""
        self._ended.set()
        self.join()

    def _show_news(self) -> None:
        try:
            with open(self.path, encoding="utf-8") as file:
                lines = file.read().split("\n")[:-1]
        except OSError:
            return
        for line in lines[self._shown:]:
            Display().display(line)
        self._shown = len(lines)
