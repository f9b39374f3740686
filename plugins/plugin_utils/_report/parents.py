# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The parent of a job in a report, such as a service: its id is in the row, under the option name of the kind's module."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ansible_collections.otc.teardown.plugins.module_utils._model.resource import Resource
from ansible_collections.otc.teardown.plugins.module_utils._modules.kinds import KINDS


def options_of(kinds: Iterable[Resource]) -> tuple[str, ...]:
    """The options that name a parent or home, each once: `service_id`, `task_id`."""
    return tuple(dict.fromkeys(kind.above for kind in kinds if kind.above))


OPTIONS = options_of(KINDS.values())


def parent_of(row: Mapping[str, Any]) -> str | None:
    """The parent of a job as type, name if known, and id: `service gate-cameras 88bb1c2d-...`; None if it has none."""
    found = next(((option.removesuffix("_id"), row[option]) for option in OPTIONS if row.get(option)), None)
    return " ".join(str(part) for part in (found[0], row.get("parent_name"), found[1]) if part) if found else None
