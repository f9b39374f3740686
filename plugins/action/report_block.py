# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Shows the end of a run of the role on the terminal, as text."""

from __future__ import annotations

from typing import Any

from ansible.plugins.action import ActionBase

from ansible_collections.otc.teardown.plugins.plugin_utils._report.block import report_block
from ansible_collections.otc.teardown.plugins.plugin_utils._report.next_step import next_step
from ansible_collections.otc.teardown.plugins.plugin_utils._terminal import output

ARGUMENTS = {"report": {"type": "dict", "required": True}, "page": {"type": "str", "required": True}}


class ActionModule(ActionBase):
    """Action plugin `otc.teardown.report_block`."""

    _requires_connection = False
    _supports_check_mode = True

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Show the report, except with `no_log` and with a stdout callback that programs read."""
        result: dict[str, Any] = super().run(tmp, task_vars)
        _checked, given = self.validate_argument_spec(ARGUMENTS)
        report, check_mode = given["report"], bool(self._task.check_mode)
        if not (self._task.no_log or output.is_read_by_a_program()):
            host = str((task_vars or {}).get("inventory_hostname", "localhost"))
            following = next_step(report, output.command_line(), host, check_mode)
            output.show(report_block(report, None if check_mode else given["page"], following, output.width()))
        return {**result, "changed": False}
