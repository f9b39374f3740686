# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tags of jobs and parents, in the forms in which APIs send them. Pure.

Sources: Huawei Cloud's Python SDK (lists of `key` and `value`); python-otcextensions (text such as `k1=v1,k2=v2` for clusters of MRS).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.otc.teardown.plugins.module_utils._base.text import plain

Tags = tuple[tuple[str, str], ...]
"""Pairs of key and value; a tag without a value has the value "". A key may occur twice."""

_MISSING = object()


def tags_at(item: Mapping[str, Any], paths: Sequence[str], may_lack: bool = False) -> Tags | None:
    """The tags at the first of these dotted paths that an answer has; None if it does not tell them, or not in a known form.

    `may_lack`: an answer without any of these paths means that there are no tags.
    """
    for path in paths:
        value: Any = item
        for step in path.split("."):
            value = value.get(step, _MISSING) if isinstance(value, Mapping) else _MISSING
        if value is not _MISSING:
            return read_tags(value)
    return () if may_lack and paths else None


def read_tags(value: Any) -> Tags | None:
    """The tags in a list of objects with `key` and `value`, in an object, or in a text; None for anything else."""
    if value is None or value == "":
        return ()
    if isinstance(value, str):
        pairs = [part.partition("=")[::2] for part in value.split(",")]
        return tuple((key.strip(), text.strip()) for key, text in pairs) if all(key.strip() for key, _text in pairs) else None
    if isinstance(value, Mapping):
        return _checked(list(value.items()))
    if isinstance(value, list) and all(isinstance(one, Mapping) for one in value):
        return _checked([(one.get("key"), one.get("value")) for one in value])
    return None


def as_dictionary(tags: Tags | None) -> dict[str, Any] | None:
    """Key -> value of each tag as text for display, or a list of values if the key occurs more than once; None for None."""
    if tags is None:
        return None
    values: dict[str, list[str]] = {}
    for key, value in tags:
        values.setdefault(plain(key), []).append(plain(value))
    return {key: found[0] if len(found) == 1 else found for key, found in values.items()}


def pairs_of(shown: Any) -> Tags | None:
    """The tags in a dictionary that `as_dictionary` made; None for anything else."""
    if not isinstance(shown, Mapping):
        return None
    return tuple((str(key), str(value)) for key, values in shown.items() for value in (values if isinstance(values, (list, tuple)) else [values]))


def _checked(pairs: Sequence[tuple[Any, Any]]) -> Tags | None:
    if not all(isinstance(key, str) and key and _is_text(value) for key, value in pairs):
        return None
    return tuple((key, "" if value is None else str(value)) for key, value in pairs)


def _is_text(value: Any) -> bool:
    return value is None or (isinstance(value, (str, int, float)) and not isinstance(value, bool))
