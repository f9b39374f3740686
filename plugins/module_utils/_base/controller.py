# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether anybody is left for whom a module works: its Ansible may have been killed, and then nobody tells it so."""

from __future__ import annotations

import contextlib
import os
import select
from collections.abc import Mapping
from typing import Callable

from ansible_collections.otc.teardown.plugins.module_utils._base.variables import CONTROLLER_VARIABLE

_STANDARD_OUTPUT = 1


def name_of(process: int) -> str:
    """A process in a form for `is_alive`: its number, and when it began where that can be told (Linux)."""
    return f"{process} {_state_and_birth(process)[1]}".strip()


def is_alive(name: str) -> bool:
    """Whether this process (see `name_of`) still runs. One that has ended and waits to be noticed does not."""
    number, _blank, birth = name.partition(" ")
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass  # it runs as somebody else
    state, now = _state_and_birth(int(number))
    return state not in ("Z", "X") and (not birth or not now or birth == now)


def has_reader(descriptor: int) -> bool:
    """Whether what is written to this file, pipe or terminal can still be read by somebody."""
    watched = select.poll()
    watched.register(descriptor, 0)
    return not any(event & (select.POLLERR | select.POLLHUP) for _one, event in watched.poll(0))


def watcher(environ: Mapping[str, str]) -> Callable[[], str | None]:
    """Says why the task has lost its purpose: None while its Ansible runs and somebody can read its result.

    An action plugin names that Ansible in the environment if it runs on this machine. A task in the background has
    async_wrapper as the reader of its result, so it outlives Ansible, as it is meant to.
    """
    controller = environ.get(CONTROLLER_VARIABLE, "")

    def why_over() -> str | None:
        if controller and not is_alive(controller):
            return "Ansible is gone"
        return None if has_reader(_STANDARD_OUTPUT) else "nobody reads its result any more"

    return why_over


def _state_and_birth(process: int) -> tuple[str, str]:
    """State and start of a process as Linux has them (proc(5), `stat`, fields 3 and 22); empty where that is hidden."""
    with contextlib.suppress(OSError), open(f"/proc/{process}/stat", encoding="utf-8", errors="replace") as file:
        fields = file.read().rpartition(")")[2].split()
        return fields[0], fields[19]
    return "", ""
