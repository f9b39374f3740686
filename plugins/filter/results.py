# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Filters that the roles need around the calls of the modules."""

from __future__ import annotations

import time

from ansible_collections.otc.teardown.plugins.module_utils.argument_spec import connection_spec
from ansible_collections.otc.teardown.plugins.plugin_utils.gathering import add_result
from ansible_collections.otc.teardown.plugins.plugin_utils.safely import untemplated
from ansible_collections.otc.teardown.plugins.plugin_utils.teardown_run import take


def _unknown_connection_options(connection):
    known = set()
    for name, option in connection_spec(None).items():
        known.update((name, *option.get("aliases", ())))
    return sorted(set(connection) - known)


class FilterModule:
    """Filters of this file by name."""

    def filters(self):
        """Name -> function."""
        return {
            "add_result": untemplated(add_result),
            "teardown_step": untemplated(lambda run, step, **data: take(run, time.time(), step, **data)),
            "unknown_connection_options": untemplated(_unknown_connection_options),
        }
