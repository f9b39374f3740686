# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tells a module whether its Ansible still runs: when Ansible is killed, the module receives no signal."""

from __future__ import annotations

import contextlib
import os
import select
from collections.abc import Mapping
from typing import Callable

from ansible_collections.otc.teardown.plugins.module_utils._base.variables import CONTROLLER_VARIABLE

_STANDARD_OUTPUT = 1


def name_of(process: int) -> str:
    """The process id and, on Linux, the start time of a process, as text for `is_alive`."""
    return f"{process} {_state_and_birth(process)[1]}".strip()


def is_alive(name: str) -> bool:
    """Whether the process with this name (see `name_of`) still runs. A zombie does not count as running."""
    number, _blank, birth = name.partition(" ")
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass  # it runs as another user
    state, now = _state_and_birth(int(number))
    return state not in ("Z", "X") and (not birth or not now or birth == now)


def has_reader(descriptor: int) -> bool:
    """Whether this file, pipe or terminal still has a reader."""
    watched = select.poll()
    watched.register(descriptor, 0)
    return not any(event & (select.POLLERR | select.POLLHUP) for _one, event in watched.poll(0))


def watcher(environ: Mapping[str, str]) -> Callable[[], str | None]:
    """Returns a function that says why the task should end: None while its Ansible runs and its result has a reader.

    If Ansible runs on this machine, an action plugin names its process in `environ`. The result of a background task
    is read by async_wrapper, so such a task continues without Ansible, as intended.
    """
    controller = environ.get(CONTROLLER_VARIABLE, "")

    def why_over() -> str | None:
        if controller and not is_alive(controller):
            return "Ansible is gone"
        return None if has_reader(_STANDARD_OUTPUT) else "nobody reads its result any more"

    return why_over


def _state_and_birth(process: int) -> tuple[str, str]:
    """State and start time of a process on Linux (proc(5), `stat`, fields 3 and 22); empty texts if they cannot be read."""
    with contextlib.suppress(OSError), open(f"/proc/{process}/stat", encoding="utf-8", errors="replace") as file:
        fields = file.read().rpartition(")")[2].split()
        return fields[0], fields[19]
    return "", ""
