# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Turns options into a Selection. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from ansible_collections.otc.teardown.plugins.module_utils._base.errors import InputError
from ansible_collections.otc.teardown.plugins.module_utils._base.patterns import (
    read_chosen_ids,
    read_one,
)
from ansible_collections.otc.teardown.plugins.module_utils._base.text import why_not_a_path_segment
from ansible_collections.otc.teardown.plugins.module_utils._engine.exclusion import Exclude, read_exclude, refusals
from ansible_collections.otc.teardown.plugins.module_utils._engine.filters import NO_FILTERS, Filters, read_filters
from ansible_collections.otc.teardown.plugins.module_utils._model.key import Key
from ansible_collections.otc.teardown.plugins.module_utils._model.resource import Resource

_REMEDY = "give exactly one of {options}"
NARROWING = ("jobs", "filters", "exclude", "max_stops")


class Selection(NamedTuple):
    """The selected jobs of one kind.

    `keys`: the selected jobs themselves; None: all jobs (below `parent`, or in this home, if given) that pass the filters. `parent_names`: id
    of a parent -> its name, from rows with both.
    """

    keys: tuple[Key, ...] | None
    parent: str | None = None
    filters: Filters = NO_FILTERS
    exclude: Exclude = Exclude()
    parent_names: Mapping[str, str] = {}

    @property
    def is_empty(self) -> bool:
        """Whether the user gave an empty list: then nothing is selected and no request is needed."""
        return self.keys == ()


def select(params: Mapping[str, Any], resource: Resource, written: Mapping[str, Any] | None = None) -> Selection:
    """The selection in the options of a module. Raises InputError, which names the option, its value and the remedy.

    `written`: the options before Ansible converted their types; None if `params` are unconverted. Options that name or
    exclude jobs are read from `written`, because Ansible turns `2024_01` into a number and then into a different text.
    """
    written = params if written is None else written
    parent = _parent(written, resource)
    ids, jobs = written.get(resource.ids_option), params.get("jobs")
    filters, everything = written.get("filters"), params.get("all")
    given = {resource.ids_option: ids is not None, "jobs": jobs is not None,
             "filters": filters is not None, "all": bool(everything)}
    _refuse_unclear(given, parent, resource)
    keys = None
    if ids is not None:
        chosen = read_chosen_ids(resource.ids_option, ids)
        keys = tuple(Key(_checked_id(resource.ids_option, text, resource), parent) for text in chosen)
    elif jobs is not None:
        keys = tuple(_key_of(row, number, resource) for number, row in enumerate(jobs))
    spared = dictionary("exclude", written.get("exclude"))
    exclude = read_exclude(spared)
    for error in refusals(spared, [resource]):
        raise error
    conditions = read_filters(dictionary("filters", filters), resource) if filters is not None else NO_FILTERS
    return Selection(
        keys=None if keys is None else tuple(dict.fromkeys(keys)),
        parent=parent or _home(conditions, resource),
        filters=conditions,
        exclude=exclude,
        parent_names=_parent_names(jobs or (), resource),
    )


def refuse_nulls(written: Mapping[str, Any], resource: Resource) -> None:
    """Raise InputError for an option that limits the selection or excludes jobs, and has no value.

    Such a key can remain in YAML when its content is commented out. It must not silently select more jobs or exclude none.
    """
    parent = [resource.parent.option] if resource.parent else []
    refuse_nulls_in(written, (resource.ids_option, *parent, *NARROWING))


def refuse_nulls_in(written: Mapping[str, Any], options: Sequence[str]) -> None:
    """Raise InputError for one of these options that is null."""
    for option in options:
        if option in written and written[option] is None:
            raise InputError(option, None, "is null; give it a value, or leave the option out (in a template: omit)")


def dictionary(option: str, value: Any) -> Mapping[str, Any]:
    """The dictionary of an option, empty for None. Raises InputError for anything else."""
    if value is not None and not isinstance(value, Mapping):
        raise InputError(option, value, "is not a dictionary; give its keys and their values")
    return value or {}


def _parent(written: Mapping[str, Any], resource: Resource) -> str | None:
    value = written.get(resource.parent.option) if resource.parent else None
    if value is None or resource.parent is None:
        return None
    remedy = f"give the id of one {resource.parent.noun}"
    text = read_one(resource.parent.option, value, remedy)
    reason = why_not_a_path_segment(text)
    if reason:
        raise InputError(resource.parent.option, text, f"{reason}; {remedy}")
    return text


def _home(filters: Filters, resource: Resource) -> str | None:
    text = filters.places.get(resource.home.option) if resource.home else None
    return None if text is None or resource.home is None else _checked_place(f"filters.{resource.home.option}", text)


def _checked_place(option: str, text: str) -> str:
    reason = why_not_a_path_segment(text) or (None if text.isascii() else "holds letters that no header can hold")
    if reason:
        raise InputError(option, text, f"{reason}; give the id as the service shows it")
    return text


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


def _checked_segment(option: str, text: str) -> str:
    reason = why_not_a_path_segment(text)
    if reason:
        raise InputError(option, text, f"{reason}; give the id of one job")
    return text


def _checked_id(option: str, value: str, resource: Resource) -> str:
    text = _checked_segment(option, value)
    if resource.id_pattern and not re.fullmatch(resource.id_pattern[0], text, re.ASCII):
        raise InputError(option, text, f"is not an id of a {resource.name}; it has {resource.id_pattern[1]}. To select by name, use "
                         "filters.names")
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
    elif resource.home and row.get(resource.home.option) is not None:
        parent = _checked_place(f"{option}.{resource.home.option}", _identity(row, resource.home.option, option))
    return Key(_checked_id(f"{option}.id", job_id, resource), parent)


def _parent_names(rows: Sequence[Mapping[str, Any]], resource: Resource) -> dict[str, str]:
    named = [(row.get(resource.parent.option), row.get("parent_name")) for row in rows] if resource.parent else []
    return {str(parent): name for parent, name in named if isinstance(name, str)}


def _identity(row: Mapping[str, Any], key: str, option: str) -> str:
    value = row.get(key)
    if value is None or isinstance(value, (bool, dict, list, float)):
        raise InputError(f"{option}.{key}", value, "is missing or not an id; give the row as it was returned")
    return str(value)
