# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Checks the names in a connection, which a role takes as one dictionary. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from ansible_collections.otc.teardown.plugins.module_utils._modules.argument_spec import connection_spec


def unknown(connection: object) -> list[str]:
    """The names that are neither connection options nor their aliases, sorted; empty for what is no dictionary."""
    if not isinstance(connection, Mapping):
        return []
    known: set[str] = set()
    for name, option in connection_spec().items():
        known.update((name, *option.get("aliases", ())))
    return sorted(set(connection) - known)
