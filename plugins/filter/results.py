# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Filters that the roles use before and after the calls of the modules."""

from __future__ import annotations

import time
from typing import Any

from ansible_collections.otc.teardown.plugins.plugin_utils._filters import imported_when_called, untemplated

_take = imported_when_called("_teardown.run", "take")
_date_files = imported_when_called("_when.date_files", "date_files")
_notices = {
    "usable": imported_when_called("_teardown.notify", "usable"),
    "body": imported_when_called("_teardown.notify", "body"),
    "outcome": imported_when_called("_teardown.notify", "outcome"),
    "sample": imported_when_called("_teardown.messages", "sample"),
    "message_of_all": imported_when_called("_teardown.messages", "message_of_all"),
}


def _notice(value: Any, step: str, **data: Any) -> Any:
    """What is asked of messages to a webhook."""
    return _notices[step](value, **data)


def _step(run: Any, step: str, **data: Any) -> Any:
    """A step of a run now, with the files that it needs."""
    if step == "begin":
        data["date_files"] = _date_files(data["variables"]["windows"])
    return _take(run, time.time(), step, **data)


class FilterModule:
    """Filters of this file by name."""

    def filters(self) -> dict[str, Any]:
        """Name -> function."""
        return {
            "role_errors": untemplated(imported_when_called("_teardown.stop_roles", "role_errors")),
            "teardown_facts": untemplated(imported_when_called("_teardown.stats", "facts")),
            "teardown_notice": untemplated(_notice),
            "teardown_stats": untemplated(imported_when_called("_teardown.stats", "stats")),
            "teardown_step": untemplated(_step),
            "unknown_connection_options": untemplated(imported_when_called("_teardown.connection", "unknown")),
        }
