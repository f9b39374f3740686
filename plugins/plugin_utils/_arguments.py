# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What no module can be given, checked where the arguments of a task still have the types that YAML gave them. Pure."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.otc.teardown.plugins.module_utils._base.errors import InputError


def refuse_dates(args: Mapping[str, Any]) -> None:
    """Raise InputError for a date anywhere in the arguments of a task, naming the option, the value and the remedy.

    No option takes one: YAML makes it of a name such as `2024-01-01`. ansible-core 2.19 and later cannot hand it to a
    module; before, a module gets it as a text that need not be the one that was written.
    """
    for option, value in args.items():
        for path, date in _dates(str(option), value):
            raise InputError(path, str(date), "is not text: YAML makes a date of it; put it in quotes")


def _dates(path: str, value: Any) -> Iterator[tuple[str, datetime.date]]:
    """Every date in a value, with the option that it stands below; entries of a list have no name of their own."""
    if isinstance(value, datetime.date):
        yield path, value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _dates(path, key)
            yield from _dates(f"{path}.{key}", inner)
    elif isinstance(value, (list, tuple, set, frozenset)):
        for inner in value:
            yield from _dates(path, inner)
