# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Filters that turn reports of a teardown into pages."""

from __future__ import annotations

from typing import Any

from ansible_collections.otc.teardown.plugins.plugin_utils._filters import imported_when_called, untemplated


class FilterModule:
    """Filters of this file by name."""

    def filters(self) -> dict[str, Any]:
        """Name -> function."""
        return {
            "report_html": untemplated(imported_when_called("_report.html", "html")),
            "report_markdown": untemplated(imported_when_called("_report.markdown", "markdown")),
        }
