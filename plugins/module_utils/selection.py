# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which jobs are meant: from options to a Selection, and from a Selection to a verdict on each job. Pure."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from ansible_collections.otc.teardown.plugins.module_utils.errors import InputError
from ansible_collections.otc.teardown.plugins.module_utils.job import Job
from ansible_collections.otc.teardown.plugins.module_utils.resource import Key, Resource
from ansible_collections.otc.teardown.plugins.module_utils.text import why_not_a_path_segment
from ansible_collections.otc.teardown.plugins.module_utils.times import parse_duration

_REMEDY = "give exactly one of {options}"


class Filters(NamedTuple):
    """Conditions that must all hold; None is no condition. Durations in seconds."""

    names: tuple[str, ...] | None = None
    statuses: tuple[str, ...] | None = None
    older_than: int | None = None
    running_longer_than: int | None = None
    workspace_id: str | None = None
    enterprise_project_id: str | None = None
    job_types: tuple[str, ...] | None = None


NO_FILTERS = Filters()


class Selection(NamedTuple):
    """`keys` names jobs one by one; None means all jobs (below `parent`, if given) that pass the filters."""

    keys: tuple[Key, ...] | None
    parent: str | None = None
    filters: Filters = NO_FILTERS
    exclude_ids: frozenset[str] = frozenset()
    exclude_names: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether an empty list was given: nothing is selected, and nothing has to be asked."""
        return self.keys == ()


def select(params: Mapping[str, Any], resource: Resource) -> Selection:
    """The selection in the options of a module. Raises InputError naming the option, its value and the remedy."""
    parent = _parent(params, resource)
    ids, jobs = params.get(resource.ids_option), params.get("jobs")
    filters, everything = params.get("filters"), params.get("all")
    given = {resource.ids_option: ids is not None, "jobs": jobs is not None,
             "filters": filters is not None, "all": bool(everything)}
    _refuse_unclear(given, parent, resource)
    keys = None
    if ids is not None:
        keys = tuple(Key(_checked_id(resource.ids_option, value, resource), parent) for value in ids)
    elif jobs is not None:
        keys = tuple(_key_of(row, number, resource) for number, row in enumerate(jobs))
    exclude = params.get("exclude") or {}
    return Selection(
        keys=None if keys is None else tuple(dict.fromkeys(keys)),
        parent=parent,
        filters=_filters(filters, resource) if filters is not None else NO_FILTERS,
        exclude_ids=frozenset(_checked_segment("exclude.ids", value) for value in exclude.get("ids") or ()),
        exclude_names=_patterns("exclude.names", exclude.get("names")) or (),
    )


def is_excluded(job_id: str, name: str | None, selection: Selection) -> bool | None:
    """Whether `exclude` names this job; None if that cannot be told, for want of a name."""
    if job_id in selection.exclude_ids:
        return True
    if not selection.exclude_names:
        return False
    return None if name is None else name in selection.exclude_names or _matches_any(name, selection.exclude_names)


def why_unreadable(job: Job, filters: Filters, now: float) -> str | None:
    """What keeps a job from being judged by the filters, None if they can judge it. See `matches`."""
    verdicts = _verdicts(job, filters, now)
    return next((f"{field} cannot be read, so filters.{option} cannot be evaluated"
                 for option, (field, passed) in verdicts.items() if passed is None), None)


def matches(job: Job, filters: Filters, now: float) -> bool:
    """False if any filter rules the job out for certain. `now` in seconds since 1970.

    A job that passes may still have a field that could not be read: see `why_unreadable`.
    """
    return all(passed is not False for _field, passed in _verdicts(job, filters, now).values())


def _verdicts(job: Job, filters: Filters, now: float) -> dict[str, tuple[str, bool | None]]:
    """Filter option -> (field it looks at, passed); None where the field cannot be read."""
    verdicts: dict[str, tuple[str, bool | None]] = {}
    if filters.names is not None:
        passed = None if job.name is None else _matches_any(job.name, filters.names)
        verdicts["names"] = ("name", passed)
    if filters.statuses is not None:
        verdicts["statuses"] = ("status", None if job.status is None else job.status in filters.statuses)
    if filters.older_than is not None:
        verdicts["older_than"] = ("created_at", None if job.created is None else now - job.created > filters.older_than)
    if filters.running_longer_than is not None:
        passed = None if job.duration is None else job.duration > filters.running_longer_than
        verdicts["running_longer_than"] = ("duration", passed)
    # The server has applied these two; where its answer says otherwise, believe the answer.
    if filters.workspace_id is not None:
        verdicts["workspace_id"] = ("workspace_id", job.workspace in (None, filters.workspace_id))
    if filters.enterprise_project_id is not None:
        passed = job.enterprise_project in (None, filters.enterprise_project_id)
        verdicts["enterprise_project_id"] = ("enterprise_project_id", passed)
    return verdicts


def _matches_any(name: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns)


def _parent(params: Mapping[str, Any], resource: Resource) -> str | None:
    value = params.get(resource.parent.option) if resource.parent else None
    if value is None or resource.parent is None:
        return None
    reason = why_not_a_path_segment(value)
    if reason:
        raise InputError(resource.parent.option, value, f"{reason}; give the id of one {resource.parent.noun}")
    return str(value)


def _refuse_unclear(given: Mapping[str, bool], parent: str | None, resource: Resource) -> None:
    used = [option for option, is_given in given.items() if is_given]
    remedy = _REMEDY.format(options=", ".join(given))
    if not used:
        if parent and resource.parent:
            raise InputError(resource.parent.option, parent, f"selects nothing by itself; add {resource.ids_option}, "
                             "filters or all: true")
        raise InputError(resource.ids_option, None, f"nothing was selected; {remedy}")
    if len(used) > 1:
        raise InputError(" and ".join(used), None, f"select in {len(used)} ways at once; {remedy}")
    if resource.parent and used == [resource.ids_option] and not parent:
        raise InputError(resource.parent.option, None, f"is needed with {resource.ids_option}; set it, or give rows "
                         "of several parents with jobs")
    if resource.parent and used == ["jobs"] and parent:
        raise InputError(resource.parent.option, parent, "goes with filters or all, not with jobs, whose rows name "
                         "their parent; leave it out")


def _checked_segment(option: str, value: Any) -> str:
    text = str(value)
    reason = why_not_a_path_segment(text)
    if reason:
        raise InputError(option, text, f"{reason}; give the id of one job")
    return text


def _checked_id(option: str, value: Any, resource: Resource) -> str:
    text = _checked_segment(option, value)
    if resource.id_pattern and not re.fullmatch(resource.id_pattern[0], text, re.ASCII):
        raise InputError(option, text, f"is not an id of a {resource.name}; it has {resource.id_pattern[1]}")
    return text


def _key_of(row: Any, number: int, resource: Resource) -> Key:
    option = f"jobs[{number}]"
    if not isinstance(row, dict):
        raise InputError(option, row, "is not a row; give rows as a module of this collection returns them")
    kind = row.get("resource")
    if kind not in (None, resource.name):
        raise InputError(option, kind, f"is a row of another kind; give rows of {resource.name} only")
    job_id = _identity(row, "id", option)
    parent = None
    if resource.parent:
        parent = _identity(row, resource.parent.option, option)
        reason = why_not_a_path_segment(parent)
        if reason:
            raise InputError(f"{option}.{resource.parent.option}", parent, f"{reason}; give the row as it was returned")
    return Key(_checked_id(f"{option}.id", job_id, resource), parent)


def _identity(row: Mapping[str, Any], key: str, option: str) -> str:
    value = row.get(key)
    if value is None or isinstance(value, (bool, dict, list, float)):
        raise InputError(f"{option}.{key}", value, "is missing or not an id; give the row as it was returned")
    return str(value)


def _filters(given: Mapping[str, Any], resource: Resource) -> Filters:
    set_ones = {option: value for option, value in given.items() if value is not None}
    if not set_ones:
        raise InputError("filters", {}, "would select everything; give a filter, or all: true if that is meant")
    for option, value in set_ones.items():
        if option not in resource.filters:
            usable = ", ".join(sorted(resource.filters))
            raise InputError(f"filters.{option}", value, f"cannot be evaluated for {resource.name}, whose API has no "
                             f"such field; use {usable}")
        if value in ("", [], ()):
            raise InputError(f"filters.{option}", value, "matches nothing; give a value or leave the filter out")
    return Filters(
        names=_patterns("filters.names", set_ones.get("names")),
        statuses=_statuses(set_ones.get("statuses"), resource),
        older_than=_duration("filters.older_than", set_ones.get("older_than")),
        running_longer_than=_duration("filters.running_longer_than", set_ones.get("running_longer_than")),
        workspace_id=set_ones.get("workspace_id"),
        enterprise_project_id=set_ones.get("enterprise_project_id"),
        job_types=_job_types(set_ones.get("job_types"), resource),
    )


def _patterns(option: str, values: list[str] | None) -> tuple[str, ...] | None:
    for value in values or ():
        if not value.strip():
            raise InputError(option, value, "is an empty pattern; give a shell pattern such as tb-*")
    return None if values is None else tuple(values)


def _duration(option: str, text: str | None) -> int | None:
    if text is None:
        return None
    try:
        return parse_duration(text)
    except ValueError as error:
        raise InputError(option, text, str(error)) from None


def _statuses(values: list[str] | None, resource: Resource) -> tuple[str, ...] | None:
    if values is None:
        return None
    names = tuple(resource.statuses.aliases.get(value.upper(), value.upper()) for value in values)
    for value, name in zip(values, names):
        if name not in resource.statuses.phases:
            known = ", ".join(resource.statuses.phases)
            raise InputError("filters.statuses", value, f"is not a status of {resource.name}; choose from {known}")
    return names


def _job_types(values: list[str] | None, resource: Resource) -> tuple[str, ...] | None:
    if values is None:
        return None
    known = next(
        (dialect.listing.passes.values for dialect in resource.dialects if dialect.listing.passes), ()
    )
    for value in values:
        if value not in known:
            raise InputError("filters.job_types", value, f"is not a job type; choose from {', '.join(known)}")
    return tuple(values)
