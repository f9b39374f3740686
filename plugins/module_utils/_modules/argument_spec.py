# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The argument specs of the modules, in the same groups as the documentation fragments."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from ansible_collections.otc.teardown.plugins.module_utils._base.errors import InputError
from ansible_collections.otc.teardown.plugins.module_utils._base.times import seconds_of
from ansible_collections.otc.teardown.plugins.module_utils._iam.endpoints import CATALOG_NAMES
from ansible_collections.otc.teardown.plugins.module_utils._model.resource import PLACES, Resource

Spec = dict[str, dict[str, Any]]


def connection_spec(services: Iterable[str] = ()) -> Spec:
    """Options of the fragment `connection`, for a module that uses these services.

    The specs have no fallback to the environment: `settings_of` reads it later, because it comes after other sources.
    """
    known = dict.fromkeys([*CATALOG_NAMES, *services])
    return {
        "cloud": {"type": "str"},
        "auth_url": {"type": "str"},
        "region": {"type": "str", "aliases": ["region_name"]},
        "project_id": {"type": "str"},
        "project_name": {"type": "str"},
        "username": {"type": "str"},
        "password": {"type": "str", "no_log": True},
        "domain_name": {"type": "str", "aliases": ["user_domain_name"]},
        "token": {"type": "str", "no_log": True},
        "access_key": {"type": "str", "no_log": False},
        "secret_key": {"type": "str", "no_log": True},
        "security_token": {"type": "str", "no_log": True},
        "endpoints": {"type": "dict", "options": {name: {"type": "str"} for name in known}},
        "endpoint_domain": {"type": "str"},
        "validate_certs": {"type": "bool"},
        "ca_cert": {"type": "path"},
        "api_timeout": {"type": "raw", "default": 30.0},
        "api_retries": {"type": "int", "default": 5},
    }


def selection_spec(resource: Resource) -> Spec:
    """Options of the fragment `selection`, and the options for the ids, the parent, the dialect and the families of one kind."""
    spec = {**_selection(), resource.ids_option: {"type": "list", "elements": "str"}, **_dialects([resource]), **_families([resource]), **_tags([resource])}
    if resource.parent:
        spec[resource.parent.option] = {"type": "str"}
    return spec


def kinds_spec(kinds: Sequence[Resource]) -> Spec:
    """Options of the fragment `selection`, and the options that select from several kinds."""
    return {
        **_selection(),
        "resources": {"type": "list", "elements": "str"},
        "filters_by_resource": {"type": "dict"},
        "caller": {"type": "bool", "default": False},
        "on_unreadable": {"type": "str", "choices": ["continue", "fail"], "default": "continue"},
        **_dialects(kinds),
        **_families(kinds),
        **_tags(kinds),
    }


def _selection() -> Spec:
    return {
        "jobs": {"type": "list", "elements": "dict"},
        "filters": {
            "type": "dict",
            "options": {
                "names": {"type": "list", "elements": "str"},
                "statuses": {"type": "list", "elements": "str"},
                "older_than": {"type": "str"},
                "running_longer_than": {"type": "str"},
                "owners": {"type": "list", "elements": "str"},
                "tags": {"type": "dict"},
                **{place: {"type": "str"} for place in PLACES},
                "job_types": {"type": "list", "elements": "str"},
            },
        },
        "all": {"type": "bool", "default": False},
        "exclude": {
            "type": "dict",
            "options": {
                "ids": {"type": "list", "elements": "str"},
                "names": {"type": "list", "elements": "str"},
                "owners": {"type": "list", "elements": "str"},
                "tags": {"type": "dict"},
            },
        },
        "concurrency": {"type": "int", "default": 8},
    }


def _dialects(kinds: Sequence[Resource]) -> Spec:
    return {
        kind.dialect_option: {"type": "str", "choices": ["auto", *(dialect.name for dialect in kind.dialects)], "default": "auto"}
        for kind in kinds if kind.dialect_option
    }


def _families(kinds: Sequence[Resource]) -> Spec:
    return {"families": {"type": "bool", "default": False}} if any(kind.has_families for kind in kinds) else {}


def _tags(kinds: Sequence[Resource]) -> Spec:
    return {"tags": {"type": "bool", "default": False}} if any(kind.tells_tags_by_id for kind in kinds) else {}


def stopping_spec(kinds: Sequence[Resource]) -> Spec:
    """Options of the fragment `stopping`; with `force` and `force_after` if at least one of the kinds can be forced."""
    spec: Spec = {
        "state": {"type": "str", "choices": ["stopped"], "default": "stopped"},
        "wait": {"type": "bool", "default": True},
        "wait_timeout": {"type": "raw", "default": 600.0},
        "wait_interval": {"type": "raw", "default": 0.5},
        "on_missing": {"type": "str", "choices": ["fail", "warn", "ignore"], "default": "fail"},
        "on_timeout": {"type": "str", "choices": ["fail", "warn"], "default": "fail"},
        "on_unclear": {"type": "str", "choices": ["fail", "warn"], "default": "fail"},
        "max_stops": {"type": "int"},
        "output": {"type": "str", "choices": ["full", "summary"], "default": "full"},
        "journal": {"type": "path"},
        "progress": {"type": "str", "choices": ["auto", "off"], "default": "auto"},
    }
    if any(kind.can_force for kind in kinds):
        spec["force"] = {"type": "bool", "default": False}
        spec["force_after"] = {"type": "raw"}
    return spec


_TIMES = ("api_timeout", "wait_timeout", "wait_interval", "force_after")


def read_times(params: dict[str, Any]) -> None:
    """Turn the options that are times into seconds. Raises InputError for a value that is neither seconds nor a duration."""
    for option in _TIMES:
        value = params.get(option)
        if value is not None:
            try:
                params[option] = seconds_of(value)
            except ValueError as error:
                raise InputError(option, value, str(error)) from None


_LOWEST: dict[str, tuple[float, str]] = {
    "api_timeout": (0.1, "0.1 or more seconds"),
    "api_retries": (1, "1 or more tries"),
    "concurrency": (1, "1 or more"),
    "wait_timeout": (0, "0 or more seconds"),
    "wait_interval": (0.01, "0.01 or more seconds"),
    "max_stops": (0, "0 or more"),
    "force_after": (0, "0 or more seconds"),
}
_HIGHEST: dict[str, tuple[float, str]] = {
    "api_timeout": (3600, "at most 3600 seconds"),
    "api_retries": (100, "at most 100 tries"),
    "concurrency": (256, "at most 256"),
    "wait_timeout": (30 * 86400, "at most 30 days of seconds"),
    "wait_interval": (3600, "at most 3600 seconds"),
    "force_after": (30 * 86400, "at most 30 days of seconds"),
}


def check_numbers(params: dict[str, Any]) -> None:
    """Raise InputError, which names the allowed values, for a number that is too small or too large."""
    for option, (lowest, remedy) in _LOWEST.items():
        value = params.get(option)
        if value is not None and not value >= lowest:
            raise InputError(option, value, f"is too small; give {remedy}")
    for option, (highest, remedy) in _HIGHEST.items():
        value = params.get(option)
        if value is not None and value > highest:
            raise InputError(option, value, f"is too large; give {remedy}")
