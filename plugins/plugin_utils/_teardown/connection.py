# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether a connection, given to a role as one dictionary, names only options that there are. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from ansible_collections.otc.teardown.plugins.module_utils._modules.argument_spec import connection_spec


def unknown(connection: Iterable[str]) -> list[str]:
    """Those of these names that are neither connection options nor aliases of them, sorted."""
    known: set[str] = set()
    for name, option in connection_spec().items():
        known.update((name, *option.get("aliases", ())))
    return sorted(set(connection) - known)
