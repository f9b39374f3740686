# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads the option `filters`, and evaluates its conditions for each job. Pure."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from ansible_collections.otc.teardown.plugins.module_utils._base.errors import InputError
from ansible_collections.otc.teardown.plugins.module_utils._base.patterns import read_by_key, read_one, read_patterns
from ansible_collections.otc.teardown.plugins.module_utils._base.suggestions import did_you_mean
from ansible_collections.otc.teardown.plugins.module_utils._base.text import plain
from ansible_collections.otc.teardown.plugins.module_utils._base.times import seconds_of
from ansible_collections.otc.teardown.plugins.module_utils._model.job import Job
from ansible_collections.otc.teardown.plugins.module_utils._model.resource import PLACES, Resource
from ansible_collections.otc.teardown.plugins.module_utils._model.tags import Tags

_REMEDY = "give a value or leave the filter out"


class Filters(NamedTuple):
    """Conditions that must all hold; None: no condition. Durations are in seconds. `places`: option of PLACES -> required value.

    `tags`: for each key, shell patterns for the value, of which one must match.
    """

    names: tuple[str, ...] | None = None
    statuses: tuple[str, ...] | None = None
    older_than: float | None = None
    running_longer_than: float | None = None
    owners: tuple[str, ...] | None = None
    tags: tuple[tuple[str, tuple[str, ...]], ...] | None = None
    job_types: tuple[str, ...] | None = None
    places: Mapping[str, str] = {}


NO_FILTERS = Filters()

FILTERS = (*(field for field in Filters._fields if field != "places"), *PLACES)

_FIELD = "cannot be evaluated for {kinds}, whose API has no such field"
_STATUS = "is not a status of {kinds}"
_LIVE = "is not a status in which {kinds} is listed"
_TYPE = "is not a job type of {kinds}"


class Unusable(NamedTuple):
    """A filter, or one value of it, that a kind does not have. `words`: says so, with `{kinds}`. `choices`: what the kind has."""

    option: str
    value: Any
    words: str
    choices: tuple[str, ...]


def read_filters(given: Mapping[str, Any], resource: Resource) -> Filters:
    """The conditions in the option `filters`, as the user wrote it.

    Raises InputError, which names the filter, its value and the remedy, for null and empty values (they would silently
    remove a condition), for ambiguous values, and for filters that this kind cannot evaluate.
    """
    for error in refusals(given, [resource]):
        raise error
    return Filters(
        names=_list("names", given),
        statuses=_statuses(given, resource),
        older_than=_duration("older_than", given),
        running_longer_than=_duration("running_longer_than", given),
        owners=_list("owners", given),
        tags=read_by_key("filters.tags", given["tags"], read_patterns) if "tags" in given else None,
        job_types=_list("job_types", given),
        places={option: text for option in PLACES for text in [_one(option, given)] if text is not None},
    )


def refusals(given: Mapping[str, Any], resources: Sequence[Resource], option: str = "filters", remedy: str = "") -> list[InputError]:
    """Why the filters cannot be used for all of these kinds; empty if they can. An error names all kinds that lack something, once.

    `option`: the name of the option, for the text. `remedy`: what to do if some kinds have what others lack.
    """
    for error in _wrong_for_all(given, option):
        return [error]
    lacking: dict[tuple[str, str, str], dict[str, Unusable]] = {}
    for resource in resources:
        for fault in _unusable(given, resource):
            lacking.setdefault((fault.option, str(fault.value), fault.words), {})[resource.name] = fault
    errors = []
    for (name, text, words), faults in lacking.items():
        others = {kind for (its, value, why), kinds in lacking.items() if its == name and (value == text or why == _FIELD) for kind in kinds}
        having = [resource.name for resource in resources if resource.name not in others]
        fault = next(iter(faults.values()))
        if len(resources) == 1:
            advice = f"{'use' if words == _FIELD else 'choose from'} {', '.join(fault.choices)}"
        elif having:
            advice = f"{', '.join(having)} {'has' if len(having) == 1 else 'have'} it; {remedy}"
        else:
            advice = "none of the kinds has it; leave it out"
        errors.append(InputError(f"{option}.{name}", fault.value, f"{words.format(kinds=', '.join(faults))}; {advice}"))
    return errors


def _wrong_for_all(given: Mapping[str, Any], option: str) -> Iterator[InputError]:
    if not given:
        yield InputError(option, {}, "would select everything; give a filter, or all: true if that is meant")
    for name, value in given.items():
        if name not in FILTERS:
            yield InputError(f"{option}.{name}", value, f"is not a filter{did_you_mean(name, FILTERS)}; choose from {', '.join(FILTERS)}")
        elif value is None:
            yield InputError(f"{option}.{name}", None, f"is null, which would be no condition at all; {_REMEDY}")
        elif value in ("", [], (), {}):
            yield InputError(f"{option}.{name}", value, f"matches nothing; {_REMEDY}")


def _unusable(given: Mapping[str, Any], resource: Resource) -> Iterator[Unusable]:
    """What a kind lacks of the filters. Raises InputError for a list that cannot be read."""
    for option, value in given.items():
        if option not in resource.filters:
            yield Unusable(option, value, _FIELD, tuple(sorted(resource.filters)))
    for value in _list("statuses", given) or ():
        name = resource.statuses.aliases.get(value.upper(), value.upper())
        if name not in resource.statuses.phases:
            yield Unusable("statuses", value, _STATUS, tuple(resource.statuses.phases))
        elif resource.lists_statuses and name not in resource.lists_statuses:
            yield Unusable("statuses", value, _LIVE, resource.lists_statuses)
    for value in _list("job_types", given) or () if resource.job_types else ():
        if value not in resource.job_types:
            yield Unusable("job_types", value, _TYPE, resource.job_types)


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


def has_tag(tags: Tags, key: str, patterns: Sequence[str]) -> bool:
    """Whether a tag with this key has a value that a shell pattern matches."""
    return any(key in (its, plain(its)) and matches_any(value, patterns) for its, value in tags)


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
    if filters.tags is not None:
        verdicts["tags"] = ("tags", None if job.tags is None else all(has_tag(job.tags, *wanted) for wanted in filters.tags))
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


def _duration(option: str, given: Mapping[str, Any]) -> float | None:
    text = _one(option, given)
    if text is None:
        return None
    try:
        seconds = seconds_of(text)
    except ValueError as error:
        raise InputError(f"filters.{option}", text, str(error)) from None
    if text.strip().isdecimal() and 0 < seconds < 60:
        raise InputError(f"filters.{option}", text, f"would be so many seconds; write {text.strip()}s if that is meant, or for "
                         "example 90m, 12h, 7d or 1h30m")
    if seconds < 0:
        raise InputError(f"filters.{option}", text, "is negative; write for example 90m, 12h, 7d or 1h30m")
    return seconds


def _statuses(given: Mapping[str, Any], resource: Resource) -> tuple[str, ...] | None:
    values = _list("statuses", given)
    return None if values is None else tuple(resource.statuses.aliases.get(value.upper(), value.upper()) for value in values)
