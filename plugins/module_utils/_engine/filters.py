# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads the option `filters`, and evaluates its conditions for each job. Pure."""

from __future__ import annotations

import fnmatch
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from ansible_collections.otc.teardown.plugins.module_utils._base.errors import InputError
from ansible_collections.otc.teardown.plugins.module_utils._base.patterns import read_one, read_patterns
from ansible_collections.otc.teardown.plugins.module_utils._base.text import plain
from ansible_collections.otc.teardown.plugins.module_utils._base.times import parse_duration
from ansible_collections.otc.teardown.plugins.module_utils._model.job import Job
from ansible_collections.otc.teardown.plugins.module_utils._model.resource import PLACES, Resource

_REMEDY = "give a value or leave the filter out"


class Filters(NamedTuple):
    """Conditions that must all hold; None: no condition. Durations are in seconds. `places`: option of PLACES -> required value."""

    names: tuple[str, ...] | None = None
    statuses: tuple[str, ...] | None = None
    older_than: int | None = None
    running_longer_than: int | None = None
    owners: tuple[str, ...] | None = None
    job_types: tuple[str, ...] | None = None
    places: Mapping[str, str] = {}


NO_FILTERS = Filters()


def read_filters(given: Mapping[str, Any], resource: Resource) -> Filters:
    """The conditions in the option `filters`, as the user wrote it.

    Raises InputError, which names the filter, its value and the remedy, for null and empty values (they would silently
    remove a condition), for ambiguous values, and for filters that this kind cannot evaluate.
    """
    if not given:
        raise InputError("filters", {}, "would select everything; give a filter, or all: true if that is meant")
    for option, value in given.items():
        if option not in resource.filters:
            usable = ", ".join(sorted(resource.filters))
            raise InputError(f"filters.{option}", value, f"cannot be evaluated for {resource.name}, whose API has no "
                             f"such field; use {usable}")
        if value is None:
            raise InputError(f"filters.{option}", None, f"is null, which would be no condition at all; {_REMEDY}")
        if value in ("", [], ()):
            raise InputError(f"filters.{option}", value, f"matches nothing; {_REMEDY}")
    return Filters(
        names=_list("names", given),
        statuses=_statuses(_list("statuses", given), resource),
        older_than=_duration("older_than", given),
        running_longer_than=_duration("running_longer_than", given),
        owners=_list("owners", given),
        job_types=_job_types(_list("job_types", given), resource),
        places={option: text for option in PLACES for text in [_one(option, given)] if text is not None},
    )


def why_unreadable(job: Job, filters: Filters, now: float) -> str | None:
    """Why a filter cannot be evaluated for a job; None if all can. See `matches`."""
    verdicts = _verdicts(job, filters, now)
    return next((f"{field} cannot be read, so filters.{option} cannot be evaluated"
                 for option, (field, passed) in verdicts.items() if passed is None), None)


def matches(job: Job, filters: Filters, now: float) -> bool:
    """False if at least one filter definitely does not match the job. `now` in seconds since 1970.

    A job that passes may still have an unreadable field: see `why_unreadable`.
    """
    return all(passed is not False for _field, passed in _verdicts(job, filters, now).values())


def matches_any(name: str, patterns: Sequence[str]) -> bool:
    """Whether at least one shell pattern matches the name, either as the API sent it or as it is shown."""
    return any(fnmatch.fnmatchcase(form, pattern) for form in (name, plain(name)) for pattern in patterns)


def _verdicts(job: Job, filters: Filters, now: float) -> dict[str, tuple[str, bool | None]]:
    """Filter option -> (field that it checks, whether the job passes: None if the field cannot be read)."""
    verdicts: dict[str, tuple[str, bool | None]] = {}
    if filters.names is not None:
        passed = None if job.name is None else matches_any(job.name, filters.names)
        verdicts["names"] = ("name", False if job.is_nameless else passed)
    if filters.statuses is not None:
        verdicts["statuses"] = ("status", None if job.status is None else job.status in filters.statuses)
    if filters.older_than is not None:
        verdicts["older_than"] = ("created_at", None if job.created is None else now - job.created > filters.older_than)
    if filters.running_longer_than is not None:
        passed = None if job.duration is None else job.duration > filters.running_longer_than
        verdicts["running_longer_than"] = ("duration", passed)
    if filters.owners is not None:
        passed = any(matches_any(owner, filters.owners) for owner in job.owners)
        verdicts["owners"] = ("owner", passed if job.owners else None)
    if filters.job_types is not None and (job.type or "job_types" in job.unreadable):
        verdicts["job_types"] = ("type", job.type in filters.job_types if job.type else None)
    # The server has already applied these filters; if a field in the answer disagrees, the field decides.
    for option, wanted in filters.places.items():
        verdicts[option] = (option, None if option in job.unreadable else job.places.get(option, wanted) == wanted)
    return verdicts


def _list(option: str, given: Mapping[str, Any]) -> tuple[str, ...] | None:
    if option not in given:
        return None
    found = read_patterns(f"filters.{option}", given[option])
    if not found:
        raise InputError(f"filters.{option}", given[option], f"matches nothing; {_REMEDY}")
    return found


def _one(option: str, given: Mapping[str, Any]) -> str | None:
    return read_one(f"filters.{option}", given[option], _REMEDY) if option in given else None


def _duration(option: str, given: Mapping[str, Any]) -> int | None:
    text = _one(option, given)
    try:
        return None if text is None else parse_duration(text)
    except ValueError as error:
        raise InputError(f"filters.{option}", text, str(error)) from None


def _statuses(values: tuple[str, ...] | None, resource: Resource) -> tuple[str, ...] | None:
    if values is None:
        return None
    names = tuple(resource.statuses.aliases.get(value.upper(), value.upper()) for value in values)
    for value, name in zip(values, names):
        if name not in resource.statuses.phases:
            known = ", ".join(resource.statuses.phases)
            raise InputError("filters.statuses", value, f"is not a status of {resource.name}; choose from {known}")
        if resource.lists_statuses and name not in resource.lists_statuses:
            live = ", ".join(resource.lists_statuses)
            raise InputError("filters.statuses", value, f"is not a status in which {resource.name} is listed; choose from {live}")
    return names


def _job_types(values: tuple[str, ...] | None, resource: Resource) -> tuple[str, ...] | None:
    for value in values or ():
        if value not in resource.job_types:
            raise InputError("filters.job_types", value, f"is not a job type; choose from {', '.join(resource.job_types)}")
    return values
