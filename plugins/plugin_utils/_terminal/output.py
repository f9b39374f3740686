# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Shows lines on the terminal of a run, unless a program reads its output."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

from ansible import constants as C
from ansible import context
from ansible.utils.color import ANSIBLE_COLOR, stringc
from ansible.utils.display import Display

_NARROWEST = 79
"""The columns that Ansible assumes where it cannot ask, for example in a schedule."""
_WITHOUT_TERMINAL = 120
_COLORS = {"failed": "COLOR_ERROR", "running": "COLOR_CHANGED", "stopped": "COLOR_OK"}


def show(lines: Sequence[tuple[str, str | None]]) -> None:
    """Show the lines (text, tone) together, so that those of hosts at the same time do not mix; in color where Ansible uses color."""
    if not lines:
        return
    colored = [stringc(text, getattr(C, _COLORS[tone])) if tone in _COLORS else text for text, tone in lines]
    Display().display("\n".join(colored), screen_only=True)
    Display().display("\n".join(text for text, _tone in lines), log_only=True)


def width() -> int:
    """The number of columns to use."""
    columns: int = Display().columns
    return columns if columns > _NARROWEST or ANSIBLE_COLOR else _WITHOUT_TERMINAL


def is_read_by_a_program() -> bool:
    """Whether the stdout callback of this run is one that other lines would break."""
    return is_machine_readable(C.DEFAULT_STDOUT_CALLBACK)


def is_machine_readable(callback: str) -> bool:
    """Whether a stdout callback prints JSON (one document or JSON lines) or nothing, so that other lines break its output."""
    name = callback.rpartition(".")[2].lower()
    return "json" in name or name == "null"


def command_line() -> Mapping[str, Any]:
    """The arguments of ansible-playbook; empty where no person typed them, as in AWX."""
    given = context.CLIARGS
    if os.environ.get("AWX_ISOLATED_DATA_DIR") or not given.get("args"):  # set by ansible-runner
        return {}
    names = ("args", "vault_ids", "vault_password_files", "ask_vault_pass")
    inventories = [path for path in given.get("inventory") or () if path not in C.DEFAULT_HOST_LIST]
    files = [f"@{_short(text[1:])}" if text.startswith("@") else text for text in given.get("extra_vars") or ()]
    return {
        **{name: given.get(name) for name in names},
        "inventory": [path if "," in path else _short(path) for path in inventories],
        "extra_vars": files,
    }


def _short(path: str) -> str:
    """A path as it may have been typed: relative, if it is below the current folder."""
    try:
        relative = os.path.relpath(path)
    except (OSError, ValueError):
        return path
    return path if relative.startswith("..") else relative
