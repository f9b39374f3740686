# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The kinds of jobs: the description of each, and the words about it."""

from __future__ import annotations

import importlib.util
import pathlib
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import yaml

from ansible_collections.otc.teardown.plugins.module_utils._model.resource import Resource
from ansible_collections.otc.teardown.plugins.module_utils._model.status import ENDED, STOPPABLE

DESCRIPTIONS, WORDS = "plugins/module_utils/_resources", "docs/kinds"
KEYS = {
    "jobs", "stops", "documented_for", "version_added", "description", "options", "notes", "notes_on_stopping", "examples",
    "sample", "done_when", "a_stop_loses", "goes_on_costing", "reads", "unfiltered_list_hides", "permissions",
}


class WordsError(Exception):
    """A file of words is missing, or does not fit its description; the text names the remedy."""


class Kind(NamedTuple):
    """One kind of job: the facts about its API and the words about it."""

    resource: Resource
    words: Mapping[str, Any]

    @property
    def name(self) -> str:
        """The name of its module."""
        return self.resource.name

    def number(self, status: str) -> int | None:
        """The number that the API sends for a status; None if it sends names."""
        return next((number for number, name in self.resource.statuses.numbers.items() if name == status), None)


def kinds_of(root: pathlib.Path) -> list[Kind]:
    """All kinds of a collection, in the order in which they are stopped. Raises WordsError."""
    names = sorted(path.stem for path in (root / DESCRIPTIONS).glob("*.py") if path.stem != "__init__")
    kinds = [Kind(_description(root, name), _words(root, name)) for name in names]
    extra = {path.stem for path in (root / WORDS).glob("*.yml")} - set(names)
    if extra:
        raise WordsError(f"{WORDS}/{min(extra)}.yml is about no kind: there is no {DESCRIPTIONS}/{min(extra)}.py")
    for kind in kinds:
        _check(kind)
    return sorted(kinds, key=lambda kind: (kind.resource.order, kind.name))


def _description(root: pathlib.Path, name: str) -> Resource:
    path = root / DESCRIPTIONS / f"{name}.py"
    spec = importlib.util.spec_from_file_location(f"described_{name}", path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    if module.RESOURCE.name != name:
        raise WordsError(f"{DESCRIPTIONS}/{name}.py: the name is {module.RESOURCE.name!r}; a file is named after its kind")
    return module.RESOURCE


def _words(root: pathlib.Path, name: str) -> Mapping[str, Any]:
    path = root / WORDS / f"{name}.yml"
    if not path.is_file():
        raise WordsError(f"{WORDS}/{name}.yml is missing; write it after the example of {WORDS}/drs_job.yml")
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def _check(kind: Kind) -> None:
    """Raise WordsError unless the words are complete and name exactly the options and statuses of the description."""
    resource, words = kind
    _same(kind, "keys", words, KEYS)
    options = {resource.ids_option, resource.dialect_option, resource.parent and resource.parent.option} - {None}
    options |= {"families"} if resource.has_families else set()
    options |= {"tags"} if resource.tells_tags_by_id else set()
    options |= {"force_after"} if resource.can_force else set()
    _same(kind, "options", words["options"], options)
    _same(kind, "examples", words["examples"], {"stop", "info"})
    parent = {"parent", "parent_name"} if resource.parent else set()
    parent |= {resource.home.option} if resource.home else set()
    parent |= {"owner"} if resource.tells_owner else set()
    parent |= {"flavor"} if resource.tells_flavor else set()
    parent |= {"tags"} if resource.tells_tags else set()
    parent |= {"lease"} if resource.has_lease else set()
    parent |= {"child"} if resource.has_families else set()
    _same(kind, "sample", words["sample"], {"id", "name", "created_at", "status_before", "status_after"} | parent)
    _same(kind, "permissions", {"begin_with": [], **words["permissions"]}, {"read", "stop", "begin_with"})
    for key, phase in (("status_before", STOPPABLE), ("status_after", ENDED)):
        status = words["sample"][key]  # as the API spells it
        if resource.statuses.phase(resource.statuses.name(status)) != phase:
            raise WordsError(f"{WORDS}/{kind.name}.yml: sample.{key}: {status!r} is not {phase} by its description")


def _same(kind: Kind, what: str, found: Iterable[str], wanted: Iterable[str]) -> None:
    missing, unknown = set(wanted) - set(found), set(found) - set(wanted)
    if missing or unknown:
        wrong = [f"missing: {', '.join(sorted(missing))}"] if missing else []
        wrong += [f"unknown: {', '.join(sorted(unknown))}"] if unknown else []
        raise WordsError(f"{WORDS}/{kind.name}.yml: {what}: {'; '.join(wrong)}")
