# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The kinds of jobs that there are: one for each description in `module_utils/resources`."""

from __future__ import annotations

import importlib
import itertools
import pkgutil
from collections.abc import Iterable, Mapping
from typing import Any

from ansible_collections.otc.teardown.plugins.module_utils import _resources
from ansible_collections.otc.teardown.plugins.module_utils._model.resource import Resource

KINDS: Mapping[str, Resource] = {
    found.name: importlib.import_module(f"{_resources.__name__}.{found.name}").RESOURCE
    for found in pkgutil.iter_modules(_resources.__path__)
}
"""Name of the module -> description."""


def groups_of(kinds: Iterable[str]) -> list[dict[str, Any]]:
    """Kinds in their order, those of one service that follow each other together: `role` that stops them, and `kinds`."""
    return [
        {"role": f"{service}_stop", "kinds": list(group)}
        for service, group in itertools.groupby(kinds, key=lambda kind: KINDS[kind].service)
    ]


def key_of(row: Mapping[str, Any]) -> tuple[str, str | None, str]:
    """What tells a job from all others: its kind, its parent (None for kinds without), its id."""
    parent = KINDS[row["resource"]].parent
    return row["resource"], str(row[parent.option]) if parent else None, str(row["id"])


Mark = tuple[Any, ...]
"""What tells a job from all others, also from a later one with its ID."""


def mark_of(row: Mapping[str, Any]) -> Mark:
    """The mark of a row."""
    return (*key_of(row), row["created_at"])


def identity_of(row: Mapping[str, Any]) -> dict[str, Any]:
    """The keys of a row that name its job, as the option `jobs` of the modules takes them."""
    resource, parent, job_id = key_of(row)
    above = KINDS[resource].parent
    return {"resource": resource, "id": job_id, **({above.option: parent} if above else {})}


def label(row: Mapping[str, Any]) -> str:
    """`drs_job 00000000-... (orders)`, for messages."""
    _resource, parent, job_id = key_of(row)
    name = f" ({row['name']})" if row.get("name") else ""
    return f"{row['resource']} {parent + '/' if parent else ''}{job_id}{name}"
