# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads the exclusions of the role `teardown`, and tells what they match; input that is not clear is refused. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ansible_collections.otc.teardown.plugins.module_utils._base import patterns
from ansible_collections.otc.teardown.plugins.module_utils._base.errors import InputError
from ansible_collections.otc.teardown.plugins.module_utils._base.suggestions import did_you_mean
from ansible_collections.otc.teardown.plugins.module_utils._base.text import why_not_a_path_segment
from ansible_collections.otc.teardown.plugins.module_utils._model.tags import pairs_of
from ansible_collections.otc.teardown.plugins.plugin_utils._literals import literal, mapping, usable
from ansible_collections.otc.teardown.plugins.plugin_utils._spare.tags import fits

Entries = list[list[str]]
"""A list of entries; an entry is the list of its readings, and the first one is what was written."""

Exclude = dict[str, Any]
"""`ids`, `names` and `owners`, each Entries; `tags`: key -> Entries."""

_READERS = {"ids": patterns.read_ids, "names": patterns.read_names, "owners": patterns.read_names}
_KEYS = (*_READERS, "tags")


def read_exclude(option: str, value: Any) -> Exclude:
    """The entries of an exclusion. Raises InputError for unknown keys, and for values that `patterns` refuses."""
    given = mapping(option, value)
    unknown = sorted(set(map(str, given)) - set(_KEYS))
    if unknown:
        raise InputError(option, ", ".join(unknown), f"cannot be excluded by; use {', '.join(_KEYS)}{did_you_mean(unknown[0], _KEYS)}")
    found: Exclude = {key: _readings(read(f"{option}.{key}", given[key])) for key, read in _READERS.items() if key in given}
    if "ids" in found:
        found["ids"] = [usable(f"{option}.ids", readings, why_not_a_path_segment) for readings in found["ids"]]
    if "tags" in given:
        tags = patterns.read_by_key(f"{option}.tags", literal(f"{option}.tags", given["tags"]), patterns.read_names)
        found["tags"] = {key: _readings(entries) for key, entries in tags}
    return {key: entries for key, entries in found.items() if entries}


def _readings(entries: Iterable[patterns.Entry]) -> Entries:
    return [list(entry.readings) for entry in entries]


def texts_of(exclude: Exclude) -> dict[str, Any]:
    """An exclusion in the form that the modules take: every reading is a separate entry."""
    found: dict[str, Any] = {key: _texts(exclude[key]) for key in exclude if key != "tags"}
    return {**found, **({"tags": {key: _texts(entries) for key, entries in exclude["tags"].items()}} if "tags" in exclude else {})}


def _texts(entries: Entries) -> list[str]:
    return list(dict.fromkeys(text for readings in entries for text in readings))


def names_job(exclude: Exclude, row: Mapping[str, Any]) -> bool:
    """Whether an exclusion holds the id of a job, or matches its name, that of its parent, its owner or its tags, as its row shows them."""
    if any(str(row["id"]) in readings for readings in exclude.get("ids", [])):
        return True
    names = [name for name in (row["name"], row.get("parent_name")) if name is not None]
    owners = [owner for owner in (row.get("owner"),) if owner is not None]
    tags = pairs_of(row.get("tags"))
    wanted = tuple((key, tuple(patterns.Entry(readings[0], tuple(readings)) for readings in entries)) for key, entries in exclude.get("tags", {}).items())
    return _matched(exclude.get("names", []), names) or _matched(exclude.get("owners", []), owners) or bool(wanted and tags and fits(tags, wanted))


def _matched(entries: Entries, names: Sequence[str]) -> bool:
    return any(patterns.fits(text, name) for readings in entries for text in readings for name in names)


def unmatched_everywhere(exclude: Exclude, kinds: Iterable[Mapping[str, Any]]) -> list[str]:
    """A notice for each entry of the exclusion that matched no job of any kind.

    `kinds`: the results of the modules; `unmatched` in them is a list of texts, or None if it is not known.
    """
    reports = [kind["unmatched"] for kind in kinds if not kind["error"]]
    if not reports or None in reports:
        return []
    everywhere = [text for text in reports[0] if all(text in report for report in reports)]
    own = [[_notice(key, text) for text in readings] for key, entries in exclude.items() if key != "tags" for readings in entries]
    known = {text for texts in own for text in texts}
    found = [texts[0] for texts in own if all(text in everywhere for text in texts)]
    return [f"teardown_{text}" for text in dict.fromkeys([*found, *(text for text in everywhere if text not in known)])]


def _notice(key: str, text: str) -> str:
    return patterns.unmatched(f"exclude.{key}", [patterns.Entry(text, (text,))], [])[0]
