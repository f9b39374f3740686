# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Checks task arguments for values that no module can take, while they still have the types from YAML. Pure.

The messages of Ansible about keys in dictionaries name neither the key that was meant nor the dictionary.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from ansible_collections.otc.teardown.plugins.module_utils._base.errors import InputError
from ansible_collections.otc.teardown.plugins.module_utils._base.suggestions import did_you_mean


def refuse_dates(args: Mapping[str, Any]) -> None:
    """Raise InputError, which names the option, the value and the remedy, for a date anywhere in the arguments of a task.

    No option takes a date: YAML turns a name such as `2024-01-01` into one. ansible-core 2.19 and later cannot pass a date
    to a module; before 2.19, the module gets it as text that may differ from what the user wrote.
    """
    for option, value in args.items():
        for path, date in _dates(str(option), value):
            raise InputError(path, str(date), "is not text: YAML makes a date of it; put it in quotes")


def _dates(path: str, value: Any) -> Iterator[tuple[str, datetime.date]]:
    """(path, date) for every date in a value. `path` is the option and its keys; entries of a list add nothing to it."""
    if isinstance(value, datetime.date):
        yield path, value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _dates(path, key)
            yield from _dates(f"{path}.{key}", inner)
    elif isinstance(value, (list, tuple, set, frozenset)):
        for inner in value:
            yield from _dates(path, inner)


def refuse_unknown_keys(args: Mapping[str, Any]) -> None:
    """Raise InputError, with the key that may be meant, for an unknown key in an option of the modules that is a dictionary."""
    for option, value in args.items():
        if option in _KEYS and isinstance(value, Mapping):
            _check_keys(option, value, _KEYS[option](value))
            for kind, filters in value.items() if option == "filters_by_resource" else ():
                _check_keys(f"{option}.{kind}", filters, _filters())


# Each task of Ansible has a process of its own, which compiles what it imports: so these are imported when they are needed.
def _filters(_given: Mapping[str, Any] | None = None) -> Iterable[str]:
    from ansible_collections.otc.teardown.plugins.module_utils._engine.filters import FILTERS

    return FILTERS


def _parts_of_exclude(_given: Mapping[str, Any]) -> Iterable[str]:
    from ansible_collections.otc.teardown.plugins.module_utils._engine.exclusion import Exclude

    return Exclude._fields


def _services(given: Mapping[str, Any]) -> Iterable[str]:
    from ansible_collections.otc.teardown.plugins.module_utils._iam.endpoints import CATALOG_NAMES

    if given.keys() <= CATALOG_NAMES.keys():
        return CATALOG_NAMES
    from ansible_collections.otc.teardown.plugins.module_utils._modules.kinds import KINDS

    return tuple(dict.fromkeys([*CATALOG_NAMES, *(kind.service for kind in KINDS.values())]))


def _kinds(_given: Mapping[str, Any]) -> Iterable[str]:
    from ansible_collections.otc.teardown.plugins.module_utils._modules.kinds import KINDS

    return KINDS


_KEYS: Mapping[str, Callable[[Mapping[str, Any]], Iterable[str]]] = {
    "filters": _filters, "exclude": _parts_of_exclude, "endpoints": _services, "filters_by_resource": _kinds,
}


def _check_keys(option: str, value: Any, known: Iterable[str]) -> None:
    for key in value if isinstance(value, Mapping) else ():
        if key not in known:
            raise InputError(f"{option}.{key}", None, f"is not known{did_you_mean(key, known)}; choose from {', '.join(known)}")
