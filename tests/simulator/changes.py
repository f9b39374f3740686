# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Orders of the admin API that change jobs from outside, as another user of the cloud would."""
from __future__ import annotations

from typing import Any

from .checks import ScenarioError, boolean, choice, dictionary, fail, mapping, string, text
from .job_spec import raw_status_check, status_check
from .jobs import Job
from .kinds import GONE, KINDS
from .world import World

_ACTIONS = ("status", "raw_status", "name", "tags", "remove", "create")


def change(world: World, order: Any) -> None:
    """Set a status, a name or tags, remove a job, or create one; raise ScenarioError and change nothing if the order is wrong."""
    checked = _checked(order)
    kind = KINDS[checked["resource"]]
    if "create" in checked:
        world.create(kind, checked["create"], checked.get("parent"))
        return
    found = [job for job in world.every(kind) if job.id == checked.get("id") and checked.get("parent", job.parent) == job.parent]
    if not found:
        raise ScenarioError(f"id: there is no {kind.resource} {checked.get('id')!r}")
    for job in found:
        _apply(job, checked, world.clock())


def _checked(order: Any) -> dict[str, Any]:
    resource = order.get("resource") if isinstance(order, dict) else None
    if isinstance(order, dict) and resource not in KINDS:
        raise fail("resource", resource, f"one of {', '.join(KINDS)}")
    kind = KINDS.get(str(resource), next(iter(KINDS.values())))
    checked = mapping({
        "resource": choice(*KINDS), "id": text, "parent": text, "status": status_check(kind), "raw_status": raw_status_check(kind),
        "name": string, "tags": dictionary, "remove": boolean, "create": dictionary,
    })(order, "")
    if not any(key in checked for key in _ACTIONS):
        raise ScenarioError(f"one of {', '.join(_ACTIONS)} is needed")
    return checked


def _apply(job: Job, order: dict[str, Any], now: float) -> None:
    job.name = order.get("name", job.name)
    job.fields.update({"tags": order["tags"]} if "tags" in order else {})
    status = GONE if order.get("remove") else order.get("raw_status", order.get("status"))
    if status is not None:
        job.become(status, now)
