# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads the filters of the role `teardown`; input that is not clear is refused. Pure."""

from __future__ import annotations

from typing import Any

from ansible_collections.otc.teardown.plugins.module_utils._base import patterns
from ansible_collections.otc.teardown.plugins.module_utils._base.errors import InputError
from ansible_collections.otc.teardown.plugins.plugin_utils._literals import literal, mapping, shown

_LISTS = ("names", "statuses", "owners", "job_types")


def read_filters(option: str, value: Any) -> dict[str, Any]:
    """Filters, with every list as a list of text. Raises InputError for null, and for a value that must be text and is not.

    Does not check whether a kind can evaluate the filters.
    """
    return {str(key): _filter(f"{option}.{key}", str(key), one) for key, one in mapping(option, value).items()}


def _filter(option: str, key: str, value: Any) -> Any:
    if value is None:
        raise InputError(option, None, "is null, which would drop this filter; give a value, or leave the filter out")
    if key == "tags":
        return {tag: list(values) for tag, values in patterns.read_by_key(option, literal(option, value), patterns.read_patterns)}
    if key in _LISTS or isinstance(value, (list, tuple)):
        return list(patterns.read_patterns(option, value))
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        raise InputError(option, shown(value), "is not text; put it in quotes")
    return value
