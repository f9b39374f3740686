# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The identity of a job."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


class Key(NamedTuple):
    """The identity of a job: its id, and the id of its parent or its home if the kind has one."""

    id: str
    parent: str | None = None

    def __str__(self) -> str:
        """`10`, or `<parent>/<id>`."""
        return f"{self.parent}/{self.id}" if self.parent else self.id


def by_parent(keys: Iterable[Key]) -> dict[str | None, list[Key]]:
    """Parent -> keys below it, in the order of the keys."""
    groups: dict[str | None, list[Key]] = {}
    for key in keys:
        groups.setdefault(key.parent, []).append(key)
    return groups
