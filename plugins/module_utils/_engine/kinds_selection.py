# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Turns the options of the module `jobs` into one Selection per kind. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.otc.teardown.plugins.module_utils._base.errors import InputError, InputErrors
from ansible_collections.otc.teardown.plugins.module_utils._base.suggestions import did_you_mean
from ansible_collections.otc.teardown.plugins.module_utils._engine import exclusion
from ansible_collections.otc.teardown.plugins.module_utils._engine.filters import refusals
from ansible_collections.otc.teardown.plugins.module_utils._engine.selection import (
    NARROWING,
    Selection,
    dictionary,
    refuse_nulls_in,
    select,
)
from ansible_collections.otc.teardown.plugins.module_utils._model.resource import Resource

Kinds = Mapping[str, Resource]

_REMEDY = "select only these with resources, or give each kind filters of its own with filters_by_resource"


def select_kinds(
    params: Mapping[str, Any], kinds: Kinds, written: Mapping[str, Any] | None = None
) -> list[tuple[Resource, Selection]]:
    """(kind, selection) for each selected kind, in the order in which the kinds are stopped.

    `kinds`: all kinds of the collection. `written`: the options before Ansible converted their types (see select). Raises
    InputError, which names the option, its value and the remedy.
    """
    written = params if written is None else written
    refuse_nulls_in(written, (*NARROWING, "filters_by_resource", "resources", "order"))
    params = {**params, **{option: written[option] for option in ("filters", "filters_by_resource", "exclude") if option in written}}
    names = _names("resources", params.get("resources"), kinds)
    order = _names("order", params.get("order"), kinds) or []
    ranked = [*order, *(name for name in kinds if name not in order)]
    chosen = _by_rows(params, names, kinds) if params.get("jobs") is not None else _by_filters(params, names, kinds)
    return [(kinds[name], chosen[name]) for name in ranked if name in chosen]


def named_kinds(params: Mapping[str, Any], kinds: Kinds) -> list[str]:
    """The kinds that the user named explicitly, so that the cloud must offer them: the kinds of rows, and those in `resources`.

    A list of all kinds, or of all kinds of a service with several kinds, does not count as naming them.
    """
    given = list(params.get("resources") or ())
    rows = [str(row.get("resource")) for row in params.get("jobs") or () if isinstance(row, Mapping)]
    if set(given) >= set(kinds):
        return rows
    services = {name: [other for other, kind in kinds.items() if kind.service == kinds[name].service] for name in given if name in kinds}
    return rows + [name for name, others in services.items() if len(others) == 1 or not set(others) <= set(given)]


def _names(option: str, values: Sequence[str] | None, kinds: Kinds) -> list[str] | None:
    if values is None:
        return None
    names = [str(value).strip() for value in values]
    for name in names:
        if name not in kinds:
            raise InputError(option, name, f"is not a kind of job{did_you_mean(name, kinds)}; choose from {', '.join(kinds)}")
    if not names:
        raise InputError(option, [], f"names no kind; leave it out, or choose from {', '.join(kinds)}")
    return list(dict.fromkeys(names))


def _by_rows(params: Mapping[str, Any], names: Sequence[str] | None, kinds: Kinds) -> dict[str, Selection]:
    given = [option for option in ("filters", "filters_by_resource", "all") if params.get(option)]
    if given:
        raise InputError(" and ".join(["jobs", *given]), None, "select in two ways at once; give rows, or say which jobs are meant")
    rows: dict[str, list[Any]] = {}
    for number, row in enumerate(params["jobs"]):
        kind = row.get("resource") if isinstance(row, Mapping) else None
        usable = names or list(kinds)
        if kind not in usable:
            raise InputError(f"jobs[{number}].resource", kind, f"is missing or none of {', '.join(usable)}; give rows as a module of "
                             "this collection returns them")
        rows.setdefault(str(kind), []).append(row)
    exclude = params.get("exclude")
    _refuse_exclude(exclude, [kinds[kind] for kind in rows])
    return {kind: select({"jobs": found, "exclude": exclude}, kinds[kind]) for kind, found in rows.items()}


def _by_filters(params: Mapping[str, Any], names: Sequence[str] | None, kinds: Kinds) -> dict[str, Selection]:
    own, filters, everything = params.get("filters_by_resource") or {}, params.get("filters"), bool(params.get("all"))
    if filters is not None and everything:
        raise InputError("filters and all", None, "select in two ways at once; give one of them")
    if not (own or filters is not None or everything):
        raise InputError("all", None, "nothing was selected; give exactly one of jobs, filters (or filters_by_resource), all")
    _names("filters_by_resource", list(own) or None, kinds)
    meant = names or (list(kinds) if filters is not None or everything else list(own))
    stray = [kind for kind in own if kind not in meant]
    if stray:
        raise InputError("filters_by_resource", stray[0], f"is not among resources ({', '.join(meant)}); add it there")
    shared = [kinds[name] for name in meant if name not in own]
    errors = refusals(dictionary("filters", filters), shared, remedy=_REMEDY) if filters is not None and shared else []
    if errors:
        raise InputErrors(errors)
    _refuse_exclude(params.get("exclude"), [kinds[name] for name in meant])
    return {name: _of_kind(name, params, own, kinds[name]) for name in meant}


def _refuse_exclude(exclude: Any, kinds: Sequence[Resource]) -> None:
    errors = exclusion.refusals(dictionary("exclude", exclude), kinds, remedy="select only these with resources")
    if errors:
        raise InputErrors(errors)


def _of_kind(name: str, params: Mapping[str, Any], own: Mapping[str, Any], kind: Resource) -> Selection:
    if name not in own:
        chosen = {"filters": params.get("filters"), "all": params.get("all")}
        if chosen["filters"] is None and not chosen["all"]:
            raise InputError("filters_by_resource", None, f"nothing selects jobs of the kind {name}; give filters, filters_by_resource "
                             "or all: true, or leave it out of resources")
    else:
        chosen = _own(name, own[name], kind)
    try:
        return select({**chosen, "exclude": params.get("exclude")}, kind)
    except InputError as error:
        if name not in own:
            raise
        raise InputError(f"filters_by_resource.{name}", None, str(error)) from None


def _own(name: str, filters: Any, kind: Resource) -> dict[str, Any]:
    """The entry of one kind in `filters_by_resource`, as options of its module; the entry may contain the parent."""
    if not isinstance(filters, Mapping) or not filters:
        raise InputError(f"filters_by_resource.{name}", filters, "is not a dictionary of filters; give a filter, or all: true")
    if kind.parent is None or kind.parent.option not in filters:
        return {"filters": filters}
    rest = {key: value for key, value in filters.items() if key != kind.parent.option}
    parent = {kind.parent.option: filters[kind.parent.option]}
    return {**parent, "filters": rest} if rest else {**parent, "all": True}
