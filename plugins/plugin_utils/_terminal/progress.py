# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Shows the progress of a module while it runs. Used by the action plugin of the modules of this collection."""

from __future__ import annotations

import contextlib
import os
import signal
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from typing import Any

from ansible import constants as C
from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase
from ansible.utils.display import Display
from ansible.utils.unsafe_proxy import wrap_var

from ansible_collections.otc.teardown.plugins.module_utils._base.errors import InputError
from ansible_collections.otc.teardown.plugins.module_utils._base.signals import signals_kept
from ansible_collections.otc.teardown.plugins.module_utils._base.text import plain, quoted
from ansible_collections.otc.teardown.plugins.module_utils._base.variables import (
    CONTROLLER_VARIABLE,
    FOLDER_VARIABLE,
    PROGRESS_VARIABLE,
)
from ansible_collections.otc.teardown.plugins.plugin_utils._arguments import refuse_dates, refuse_unknown_keys
from ansible_collections.otc.teardown.plugins.plugin_utils._main_process import main_process
from ansible_collections.otc.teardown.plugins.plugin_utils._terminal import output

SECONDS_BETWEEN_LOOKS = 0.5
SECONDS_FOR_A_NUMBER = 10.0
"""How long a module may take from removing the progress file to writing its process id."""
OWN_BLOCK_VARIABLE = "__teardown_shows_a_block"
"""Variable of the role `teardown`, which shows the jobs of all its modules together."""
LINES_VARIABLE = "OTC_TEARDOWN_PROGRESS_LINES"
"""Environment variable on the controller: `off` shows no progress, `auto` shows it if the output allows it."""


class ProgressAction(ActionBase):
    """Runs the module of the task as Ansible does without an action plugin, shows its progress, and can end it.

    Both need a module that runs on the controller. Progress is not shown with `no_log`.
    """

    _supports_async = True
    _supports_check_mode = True

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """The result of the module. Raises AnsibleActionFail before the module starts if an argument is a date."""
        result: dict[str, Any] = super().run(tmp, task_vars)
        try:
            refuse_dates(self._task.args)
            refuse_unknown_keys(self._task.args)
        except InputError as error:
            raise AnsibleActionFail(str(error)) from None
        with self._folder_named(), self._controller_named(), self._progress_shown():
            wrapped = self._task.async_val and not self._connection.has_native_async
            result.update(self._execute_module(task_vars=task_vars, wrap_async=wrapped))
        if self._can_follow() and self._wanted() and not self._task.no_log and not (task_vars or {}).get(OWN_BLOCK_VARIABLE):
            _show_block(result)
        return result

    @contextlib.contextmanager
    def _folder_named(self) -> Iterator[None]:
        """Tell a module that runs on this machine where the user started Ansible."""
        environment = self._task.environment
        folder = _started_in() if self._connection.transport == "local" else None
        if folder:
            # Before ansible-core 2.19, text in a folder name that looks like a template would be evaluated.
            self._task.environment = [*(environment or []), {FOLDER_VARIABLE: wrap_var(folder)}]
        try:
            yield
        finally:
            self._task.environment = environment

    @contextlib.contextmanager
    def _controller_named(self) -> Iterator[None]:
        """Tell a module on this machine which process it belongs to, unless it runs in the background (`async`)."""
        environment = self._task.environment
        if self._connection.transport == "local" and not self._task.async_val:
            self._task.environment = [*(environment or []), {CONTROLLER_VARIABLE: main_process()}]
        try:
            yield
        finally:
            self._task.environment = environment

    @contextlib.contextmanager
    def _progress_shown(self) -> Iterator[None]:
        if not self._can_follow():
            yield
            return
        follower = _Follower(shown=self._wanted() and not self._task.no_log)
        environment = self._task.environment
        self._task.environment = [*(environment or []), {PROGRESS_VARIABLE: wrap_var(follower.path)}]
        with signals_kept():
            follower.start()
        try:
            yield
        except BaseException:  # for example the `timeout:` of the task
            if follower.end_module():
                Display().warning(self._unreported())
            raise
        finally:
            follower.stop()
            self._task.environment = environment

    def _unreported(self) -> str:
        journal = None if self._task.no_log else self._task.args.get("journal")
        where = f"the journal {journal} lists" if journal else "the option journal would have listed"
        return (f"{self._task.action} was ended before it could report. Stops that it sent are not undone, and are missing "
                f"from its result, even from 'changed'; {where} the outcome of each job. Run the task again, and limit its "
                "time with the option wait_timeout: then every job is reported.")

    def _wanted(self) -> bool:
        """Whether to show progress lines; without them the module is still followed, so that it can be ended."""
        given = str(self._task.args.get("progress", "auto")).lower()
        lines = os.environ.get(LINES_VARIABLE, "") or "auto"
        if lines.lower() not in ("auto", "off"):
            _warn_once(f"{LINES_VARIABLE}: {quoted(lines)} is neither auto nor off; set it to one of them. Progress is shown.")
        # Ansible reads the choice `off` without quotes as false.
        return given not in ("off", "false") and lines.lower() != "off" and not output.is_read_by_a_program()

    def _can_follow(self) -> bool:
        task = self._task
        return not (task.async_val or task.check_mode or self._connection.become) and self._connection.transport == "local"


def _show_block(result: Mapping[str, Any]) -> None:
    """Show the jobs of a module that has stopped some or failed."""
    if result.get("changed") or result.get("failed"):
        # Each task has a process of its own, which compiles what it imports: so this is imported when it is needed.
        from ansible_collections.otc.teardown.plugins.plugin_utils._report.block import result_block

        output.show(result_block(result, output.width()))


def _warn_once(text: str) -> None:
    """Warn once per run of Ansible. A file marks the warning as given, because each task has its own process."""
    with contextlib.suppress(OSError):
        os.close(os.open(os.path.join(C.DEFAULT_LOCAL_TMP, "otc-teardown-warned"), os.O_CREAT | os.O_EXCL, 0o600))
        Display().warning(text)


def _started_in() -> str | None:
    """The folder in which the user started Ansible, None if it no longer exists."""
    with contextlib.suppress(OSError):
        return os.getcwd()
    return None


class _Follower(threading.Thread):
    """Reads the lines that a module appends to its progress file, and with `shown` displays them.

    The first line is the process id of the module; it is not displayed.
    """

    def __init__(self, shown: bool) -> None:
        super().__init__(name="otc.teardown progress", daemon=True)
        self._shown = shown
        # Ansible removes this folder itself, also when it is interrupted.
        descriptor, self.path = tempfile.mkstemp(prefix="otc-teardown-", dir=C.DEFAULT_LOCAL_TMP)
        self._file = os.fdopen(descriptor, encoding="utf-8")
        self._ended = threading.Event()
        self._begun = ""
        self._module: int | None = None

    def run(self) -> None:
        """Read new lines every SECONDS_BETWEEN_LOOKS, until `stop` or `end_module`."""
        while not self._ended.wait(SECONDS_BETWEEN_LOOKS):
            self._show_news()

    def end_module(self) -> bool:
        """Send SIGTERM to the module, so that it sends nothing more; False if it does not run or has not begun.

        Module and action plugin both try to remove the file, and only one succeeds. A module that cannot remove it ends
        and sends nothing.
        """
        self._end()
        with contextlib.suppress(OSError):
            os.unlink(self.path)
            return False
        patience = time.monotonic() + SECONDS_FOR_A_NUMBER
        while self._module is None and time.monotonic() < patience:
            self._show_news()
            time.sleep(0.01)
        with contextlib.suppress(OSError):
            if self._module is not None:
                os.kill(self._module, signal.SIGTERM)
                return True
        return False

    def stop(self) -> None:
        """End the thread, show the last lines, close the file and remove it."""
        self._end()
        self._show_news()
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
        for line in lines if self._shown else ():
            Display().display(plain(line))
