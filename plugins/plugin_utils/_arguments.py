# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Checks task arguments for values that no module can take, while they still have the types from YAML. Pure."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.otc.teardown.plugins.module_utils._base.errors import InputError


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
