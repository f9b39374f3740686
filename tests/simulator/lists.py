# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Code for all lists of ModelArts: filters, order, and the formats of ids and statuses."""
from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from aiohttp import web

from .answers import Refusal, error
from .call import Call
from .jobs import Job

Row = TypeVar("Row")
Listed = tuple[Job, str]


def raw_status(call: Call, job: Job, status: str) -> str | int:
    """Return a status as the API sends it, or as text if the scenario sets that."""
    raw = job.kind.raw(status)
    return str(raw) if call.quirk("status_as_strings") else raw


def one_of(call: Call, name: str, choices: Sequence[str], refuse: Callable[[str], web.Response]) -> str:
    """Return a query parameter that must be one of the choices; the first is the default."""
    value = call.query.get(name, choices[0])
    if value not in choices:
        raise Refusal(refuse(f"{name} must be one of {', '.join(choices)}, not {value!r}"))
    return value


def in_workspace(call: Call, fields: dict[str, Any]) -> bool:
    """Whether an object is in the requested workspace; both default to "0"."""
    return str(fields.get("workspace_id", "0")) == call.query.get("workspace_id", "0")


def user_of(call: Call, job: Job) -> dict[str, str]:
    """Return who owns a job: the first user, unless the scenario gives it another `user`."""
    first = call.core.scenario["users"][0]
    return {"id": call.core.iam.user_id(first), "name": first["name"], **job.fields.get("user", {})}


def is_own(call: Call, job: Job) -> bool:
    """Whether the caller owns a job; a caller without a name is the first user."""
    name = call.caller.user if call.caller else None
    return user_of(call, job)["name"] == (name or call.core.scenario["users"][0]["name"])


def refuse_others(call: Call) -> None:
    """Refuse a list of everybody's jobs if the scenario sets that."""
    if call.quirk("others_jobs") == "denied":
        raise Refusal(error(403, "ModelArts.0112", "You have no permission to list the jobs of others."))


def own_fields(job: Job) -> dict[str, Any]:
    """Return the fields that a scenario adds to the row of a job, without the duration (see `duration`)."""
    return {key: value for key, value in job.fields.items() if key not in ("duration", "tags")}


def tags_of(call: Call, job: Job) -> dict[str, Any]:
    """Return the field `tags` of a job, for the APIs that have it; a scenario may give a raw value in place of a mapping."""
    reading, tags = call.quirk("tags"), job.fields.get("tags", {})
    if reading == "absent":
        return {}
    if reading == "null":
        return {"tags": None}
    return {"tags": [{"key": key, "value": value} for key, value in tags.items()] if isinstance(tags, dict) else tags}


def ordered(rows: list[Row], key: Callable[[Row], Any], descending: bool) -> list[Row]:
    """Sort the rows; equal rows keep their order."""
    return sorted(rows, key=key, reverse=descending)


def milliseconds(seconds: float) -> int:
    """Return a time in seconds as the APIs send it: in milliseconds."""
    return int(seconds * 1000)


def duration(call: Call, job: Job) -> float:
    """Return the run time of a job: until now, or until its end."""
    if "duration" in job.fields:
        return job.fields["duration"]
    ended = job.ended_at()
    if ended is not None:
        return max(0.0, call.core.wall() - job.created - (call.core.clock() - ended))
    return max(0.0, call.core.wall() - job.created) if job.phase != "ended" else 0.0
