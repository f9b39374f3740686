# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A job as an answer describes it, the same for all calls."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from ansible_collections.otc.teardown.plugins.module_utils._base.text import why_not_a_path_segment
from ansible_collections.otc.teardown.plugins.module_utils._base.times import parse_time
from ansible_collections.otc.teardown.plugins.module_utils._model.key import Key
from ansible_collections.otc.teardown.plugins.module_utils._model.resource import Caution, Fields, Lease, Resource
from ansible_collections.otc.teardown.plugins.module_utils._model.tags import Tags, tags_at

_NOTHING: frozenset[str] = frozenset()
"""One for all jobs, because Python makes each empty frozenset anew."""


class Job(NamedTuple):
    """The facts about one job.

    Texts are as the API sent them; pass them through `plain` before they are shown. `created`: seconds since 1970. `duration`:
    seconds. Both are None if the API does not report them. `owners`: all names and ids of the owner. `parent_name`: the name of the
    parent. `places`: filter option of PLACES -> place of the job, if the answer contains it. `unreadable`: facts whose value is not
    valid, and filters whose documented field is missing. `above`: the ids of parent jobs, if the answer contains them.
    `is_unclear`: the status is in Statuses.unclear. `lease`: when the job stops by itself, seconds since 1970. `flavor`: see Fields. `type`: see Fields.types.
    `is_nameless`: jobs of this kind have no names. `tags`: its tags, or those of its parent; None if they are not known.
    """

    key: Key
    name: str | None
    status: str | None
    status_raw: Any
    phase: str
    created: float | None = None
    duration: float | None = None
    places: Mapping[str, str] = {}
    owners: tuple[str, ...] = ()
    parent_name: str | None = None
    unreadable: frozenset[str] = _NOTHING
    cautions: tuple[str, ...] = ()
    is_unclear: bool = False
    lease: float | None = None
    flavor: str | None = None
    type: str | None = None
    is_nameless: bool = False
    above: frozenset[str] = _NOTHING
    tags: Tags | None = None

    @property
    def id(self) -> str:
        """Its id."""
        return self.key.id


def job_from(item: Mapping[str, Any], resource: Resource, fields: Fields, parent: str | None) -> Job | None:
    """The job in one item of an answer; None if the item has no id that is valid in a URL."""
    job_id = text_at(item, fields.id)
    if not job_id or why_not_a_path_segment(job_id):
        return None
    raw = find(item, fields.status)
    status = resource.statuses.name(raw)
    unreadable = set()

    def number(fact: str, read: Callable[[], float | None]) -> float | None:
        try:
            return read()
        except (TypeError, ValueError, OverflowError):
            unreadable.add(fact)
            return None

    created = number("created_at", lambda: parse_time(find(item, fields.created)))
    duration = number("duration", lambda: _seconds(find(item, fields.duration), fields.duration_unit))
    lease = number("lease", lambda: _lease(item, fields.lease) if fields.lease else None)
    sort = text_at(item, (fields.types[0],)) if fields.types else None
    if fields.types and sort is None:
        unreadable.add("job_types")
    return Job(
        key=Key(job_id, parent),
        name=text_at(item, fields.name),
        status=status,
        status_raw=raw if isinstance(raw, (int, str)) and not isinstance(raw, bool) else None,
        phase=resource.statuses.phase(status),
        created=created,
        duration=duration,
        places=places_of(item, fields.places),
        owners=_all_texts(item, fields.owner),
        parent_name=text_at(item, fields.parent_name),
        unreadable=frozenset(unreadable) or _NOTHING,
        cautions=tuple(caution.text for caution in resource.cautions if _concerns(caution, item)),
        is_unclear=status in resource.statuses.unclear,
        lease=lease,
        flavor=text_at(item, fields.flavor),
        type=sort,
        is_nameless=not fields.name,
        above=frozenset(_all_texts(item, fields.above)) or _NOTHING,
        tags=tags_at(item, fields.tags, fields.tags_may_lack),
    )


def is_of_this_kind(job: Job, fields: Fields) -> bool:
    """False if the type in the answer belongs to another kind."""
    return fields.types is None or job.type in (None, *fields.types[1])


def places_of(item: Mapping[str, Any], places: Mapping[str, tuple[str, ...]]) -> Mapping[str, str]:
    """Filter option -> place, for the places that the item contains; `places` as in Fields."""
    found = ((option, text_at(item, paths)) for option, paths in places.items())
    return _same_places(tuple((option, text) for option, text in found if text))


@functools.lru_cache(maxsize=1000)
def _same_places(places: tuple[tuple[str, str], ...]) -> Mapping[str, str]:
    """The places as a mapping that all jobs there share: it would be a third of the memory of each."""
    return dict(places)


def _concerns(caution: Caution, item: Mapping[str, Any]) -> bool:
    if caution.value is None:
        return bool(text_at(item, (caution.path,)))
    return str(find(item, (caution.path,))).upper() == caution.value


def _lease(item: Mapping[str, Any], lease: Lease) -> float | None:
    if lease.enabled and find(item, (lease.enabled,)) is not True:
        return None
    if lease.unless and str(find(item, lease.unless[:1])).upper() == lease.unless[1]:
        return None
    if lease.at:
        return parse_time(find(item, (lease.at,)))
    start, length = parse_time(find(item, (lease.start,))), _seconds(find(item, (lease.length,)), lease.unit)
    return None if start is None or length is None else start + length


def _all_texts(item: Mapping[str, Any], paths: Sequence[str]) -> tuple[str, ...]:
    return tuple(text for text in (text_at(item, (path,)) for path in paths) if text)


def find(item: Mapping[str, Any], paths: Sequence[str]) -> Any:
    """The first value that one of these dotted paths has; None if none has one."""
    for path in paths:
        value: Any = item
        for step in path.split("."):
            value = value.get(step) if isinstance(value, dict) else None
        if value is not None:
            return value
    return None


def text_at(item: Mapping[str, Any], paths: Sequence[str]) -> str | None:
    """The text at these paths as it was sent, or an integer as text; None for other values."""
    value = find(item, paths)
    if value is None or isinstance(value, (bool, dict, list, float)):
        return None
    return str(value)


def _seconds(value: Any, unit: float) -> float | None:
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        raise ValueError("a truth value is not a duration")
    seconds = float(value) * unit
    if not 0 <= seconds < 1e12:
        raise ValueError("out of range")
    return seconds
