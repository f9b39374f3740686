# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Checks the variables of the role `teardown` and brings them into one form. Pure."""

from __future__ import annotations

import types
from collections.abc import Mapping
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.otc.teardown.plugins.module_utils._base.errors import InputError
from ansible_collections.otc.teardown.plugins.module_utils._engine import exclusion
from ansible_collections.otc.teardown.plugins.module_utils._engine.filters import refusals
from ansible_collections.otc.teardown.plugins.module_utils._engine.selection import select
from ansible_collections.otc.teardown.plugins.module_utils._modules.argument_spec import selection_spec
from ansible_collections.otc.teardown.plugins.module_utils._modules.kinds import KINDS
from ansible_collections.otc.teardown.plugins.plugin_utils._literals import dictionaries, mapping
from ansible_collections.otc.teardown.plugins.plugin_utils._spare.entries import read_entries, untagged
from ansible_collections.otc.teardown.plugins.plugin_utils._spare.exclusions import read_exclude, texts_of
from ansible_collections.otc.teardown.plugins.plugin_utils._spare.keep_tag import read_keep_tag
from ansible_collections.otc.teardown.plugins.plugin_utils._teardown import variables as v
from ansible_collections.otc.teardown.plugins.plugin_utils._teardown.filters import read_filters
from ansible_collections.otc.teardown.plugins.plugin_utils._teardown.notify import public, read_notify
from ansible_collections.otc.teardown.plugins.plugin_utils._teardown.prices import read_prices
from ansible_collections.otc.teardown.plugins.plugin_utils._teardown.project_lists import read_allowed, read_forbidden
from ansible_collections.otc.teardown.plugins.plugin_utils._when.option import DateFiles, read_windows

MODES = ("plan", "apply", "verify")

_REMEDY = "name only these in teardown_resources, or give each kind filters of its own with teardown_filters_by_resource"


def teardown_options(given: Mapping[str, Any], date_files: DateFiles = types.MappingProxyType({})) -> dict[str, Any]:
    """The options, with names without `teardown_`: numbers as numbers, durations in seconds, kinds in their order.

    `given` has the variables of the role under the same names; `date_files` what the files hold that `windows` names.
    `errors` in the result lists the faults, each with name, value and remedy; the other keys can be used only if it is empty.
    """
    reader = v.Reader("teardown_", given)
    options = {
        "mode": reader.read("mode", v.choice(*MODES)),
        "resources": reader.read("resources", v.kinds),
        "plan_file": reader.read("plan_file", v.path),
        "report_dir": reader.read("report_dir", v.path),
        "history": reader.read("history", v.whole_to(10_000)),
        "prices": reader.read("prices", read_prices),
        "price_hours": reader.read("price_hours", v.number(8784)),
        "metrics_file": reader.read("metrics_file", v.path) if given["metrics_file"] != "" else "",
        "notify": reader.read("notify", lambda value: public(read_notify(value))),
        "plan_ttl": reader.read("plan_ttl", v.seconds),
        "settle": reader.read("settle", v.seconds),
        "confirm": str(given.get("confirm") or "").strip(),
        "allow_incomplete": reader.read("allow_incomplete", v.boolean),
        "on_unclear": reader.read("on_unclear", v.choice("warn", "fail")),
        "max_drift_percent": reader.read("max_drift_percent", v.number(100)),
        "max_stops": reader.read("max_stops", v.number()),
        "max_percent": reader.read("max_percent", v.number(100)),
        "max_percent_floor": reader.read("max_percent_floor", v.number()),
        "projects_allowed": reader.read("projects_allowed", read_allowed),
        "projects_forbidden": reader.read("projects_forbidden", read_forbidden),
        "canary": reader.read("canary", _canaries),
        "windows": reader.read("windows", lambda value: read_windows(value, date_files)),
        "lock": reader.read("lock", v.switch_or_folder),
        "lock_seconds": _lock_seconds(given["wait_timeout"]),
        "outside_windows": reader.read("outside_windows", v.choice("refuse", "skip")),
        "baseline": reader.read("baseline", v.path) if given["baseline"] != "" else "",
        "exclude": reader.read("exclude", lambda value: read_exclude("teardown_exclude", value)) or {},
    }
    options["protect"] = _protect(reader, options["resources"] or [])
    options["keep_tag"] = reader.read("keep_tag", lambda value: read_keep_tag(value, options["resources"] or []))
    _check_ways(reader)
    order = options["order"] = reader.read("order", v.kinds)
    if options["resources"] and order:
        missing = [kind for kind in options["resources"] if kind not in order]
        if missing:
            reader.errors.append(f"teardown_order: it does not hold {', '.join(missing)}; name every kind of teardown_resources")
        options["resources"] = [kind for kind in order if kind in options["resources"]]
    options["selections"] = {}
    if options["mode"] == "plan":
        options["selections"] = _selections(reader, options["resources"] or [], texts_of(options["exclude"]))
    return {**options, "errors": reader.errors}


def _check_ways(reader: v.Reader) -> None:
    """Check the variables that go to the modules as they are: how to ask, stop and wait."""
    for name in ("wait", "force"):
        reader.read(name, v.boolean)
    reader.read("drs_api", v.choice("auto", "v5", "v3"))
    reader.read("connection", v.dictionary("teardown_connection"))
    checks: Mapping[str, v.Check] = {
        "wait_timeout": v.seconds, "wait_interval": v.seconds, "force_after": v.seconds_or_never, "concurrency": v.whole,
    }
    for name, check in checks.items():
        reader.within(name, check)


def _lock_seconds(wait_timeout: Any) -> float:
    """How long a run takes at most: each of its two readings and the stops have this deadline, and an hour is for all else."""
    try:
        return 3 * v.seconds(wait_timeout) + 3600
    except ValueError:
        return 0.0  # its own error is among the others


def _protect(reader: v.Reader, kinds: list[str]) -> list[dict[str, Any]]:
    """The entries of `teardown_protect`, all values as text, because the state of a run is kept as JSON between tasks."""
    entries, errors = read_entries(reader.read("protect", lambda value: dictionaries("teardown_protect", value)) or [])
    reader.errors += [*errors, *untagged(entries, kinds)]
    return [entry.written() for entry in entries]


def _canaries(value: Any) -> list[dict[str, str]]:
    rows = []
    for item in dictionaries("teardown_canary", value):
        row = mapping("teardown_canary", item)
        kind = KINDS.get(str(row.get("resource")))
        keys = {"resource", "id", *([kind.parent.option] if kind and kind.parent else [])}
        optional = {kind.home.option} if kind and kind.home else set()
        if kind is None or set(row) - optional != keys:
            wanted = ", ".join(sorted(keys)) if kind else f"resource (one of {', '.join(KINDS)}) and id"
            raise ValueError(f"must be a list of dictionaries with {wanted}")
        try:
            select({"jobs": [row]}, kind)
        except InputError as error:
            raise ValueError(f"cannot be used: {error}") from None
        rows.append({key: str(text) for key, text in row.items()})
    return rows


def _selections(reader: v.Reader, resources: list[str], exclude: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Kind -> its `filters`, `all` and `exclude`."""
    own = reader.read("filters_by_resource", _filters_by_kind)
    filters = reader.read("filters", lambda value: read_filters("teardown_filters", value))
    everything = reader.read("all", v.boolean)
    if own is None or filters is None or everything is None:
        return {}
    stray = sorted(set(own) - set(resources))
    if stray:
        reader.errors.append(f"teardown_filters_by_resource: {', '.join(stray)} is not among teardown_resources")
    if filters and everything:
        reader.errors.append("teardown_filters and teardown_all are both given; give one of them")
    selections = {
        kind: {"filters": own.get(kind, filters), "all": everything and kind not in own, "exclude": exclude} for kind in resources
    }
    spared = exclusion.refusals(exclude, [KINDS[kind] for kind in resources], "teardown_exclude", "name only these in teardown_resources")
    reader.errors += map(str, spared)
    shared = [KINDS[kind] for kind in resources if kind not in own]
    refused = refusals(filters, shared, "teardown_filters", _REMEDY) if filters and shared else []
    reader.errors += map(str, refused)
    unselected = [kind.name for kind in shared if not filters and not everything]
    if unselected:
        reader.errors.append(f"nothing selects jobs of the kind {', '.join(unselected)}; give teardown_filters, "
                             "teardown_filters_by_resource or teardown_all: true")
    checked = own if refused or unselected else resources
    faults = [(kind, fault) for kind in checked for fault in _faults(kind, {**selections[kind], **({"exclude": {}} if spared else {})})]
    for text in dict.fromkeys(fault for _kind, fault in faults):
        kinds = [kind for kind, fault in faults if fault == text]
        where = f" for {', '.join(kinds)}" if kinds != resources or len(kinds) == 1 else ""
        reader.errors.append(f"teardown selection{where}: {text}")
    return selections


def _filters_by_kind(value: Any) -> dict[str, dict[str, Any]]:
    option = "teardown_filters_by_resource"
    return {str(kind): read_filters(f"{option}.{kind}", filters) for kind, filters in mapping(option, value).items()}


def _faults(kind: str, selection: Mapping[str, Any]) -> list[str]:
    """What is wrong with the selection of one kind."""
    if not selection["filters"] and not selection["all"]:
        return [f"teardown_filters_by_resource.{kind} is empty; give a filter, or leave it out"]
    params = {"filters": selection["filters"] or None, "all": selection["all"], "exclude": selection["exclude"] or None}
    refused = refusals(selection["filters"], [KINDS[kind]]) if selection["filters"] else []
    checked = ArgumentSpecValidator(selection_spec(KINDS[kind])).validate(params)
    if refused or checked.error_messages:
        return list(map(str, refused)) or list(checked.error_messages)
    try:
        select(checked.validated_parameters, KINDS[kind], params)
    except InputError as error:
        return [str(error)]
    return []


def selection_of(selections: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """The selections of all kinds as options of the module `jobs` (without `families` and `tags`, which `begin` adds)."""
    return {
        "resources": list(selections),
        "filters_by_resource": {kind: chosen["filters"] for kind, chosen in selections.items() if chosen["filters"]},
        "all": any(chosen["all"] for chosen in selections.values()),
        "exclude": next((chosen["exclude"] for chosen in selections.values()), {}),
    }
