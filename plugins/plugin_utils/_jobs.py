# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keys, marks and labels of jobs, for rows of all kinds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.otc.teardown.plugins.module_utils._modules.kinds import KINDS


def key_of(row: Mapping[str, Any]) -> tuple[str, str | None, str]:
    """The identity of a job: its kind, the id of its parent or home (None for kinds without, and for the default home), its id."""
    kind = KINDS[row["resource"]]
    above = None
    if kind.above:
        above = row.get(kind.above) if kind.home else row[kind.above]
    return row["resource"], None if above is None else str(above), str(row["id"])


Mark = tuple[Any, ...]
"""Identity of a job including its creation time, so that a later job with the same id differs."""


def mark_of(row: Mapping[str, Any]) -> Mark:
    """The mark of a row."""
    return (*key_of(row), row["created_at"])


def naming_keys(row: Mapping[str, Any]) -> dict[str, Any]:
    """The keys of a row that name its job, as the option `jobs` of the modules takes them."""
    resource, parent, job_id = key_of(row)
    above = KINDS[resource].above
    return {"resource": resource, "id": job_id, **({above: parent} if above else {})}


def described(row: Mapping[str, Any]) -> dict[str, Any]:
    """What a row says of its job beside its ID and its state: name, time of creation, name of its parent, owner, flavor, tags."""
    more = {key: row[key] for key in ("parent_name", "owner", "flavor", "tags") if key in row}
    return {"name": row["name"], "created_at": row["created_at"], **more}


def label(row: Mapping[str, Any]) -> str:
    """`drs_job 00000000-... (orders)`, for messages."""
    _resource, parent, job_id = key_of(row)
    name = f" ({row['name']})" if row.get("name") else ""
    return f"{row['resource']} {parent + '/' if parent else ''}{job_id}{name}"
