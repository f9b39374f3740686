# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Shows lines, or a warning of Ansible."""

from __future__ import annotations

from typing import Any

from ansible.plugins.action import ActionBase

ARGUMENTS = {"msg": {"type": "list", "elements": "str", "default": []}, "warning": {"type": "str", "default": ""}}


class ActionModule(ActionBase):
    """Action plugin `otc.teardown.notice`."""

    _requires_connection = False
    _supports_check_mode = True

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Show the lines, which need no `-v`, and warn."""
        result: dict[str, Any] = super().run(tmp, task_vars)
        _checked, given = self.validate_argument_spec(ARGUMENTS)
        said = {"msg": given["msg"], "_ansible_verbose_always": True} if given["msg"] else {}
        warned = {"warnings": [given["warning"]]} if given["warning"] else {}
        return {**result, **said, **warned, "changed": False}
