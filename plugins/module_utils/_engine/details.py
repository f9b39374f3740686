# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads what the first answers did not tell of the selected jobs, if the selection needs it: names and tags of parents, tags of jobs."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping

from ansible_collections.otc.teardown.plugins.module_utils._api.api import Api
from ansible_collections.otc.teardown.plugins.module_utils._base.errors import ApiError, ListingError
from ansible_collections.otc.teardown.plugins.module_utils._engine.decision import Sight, is_absent
from ansible_collections.otc.teardown.plugins.module_utils._engine.families import Families
from ansible_collections.otc.teardown.plugins.module_utils._engine.lister import Above, Lister
from ansible_collections.otc.teardown.plugins.module_utils._engine.reader import Reader
from ansible_collections.otc.teardown.plugins.module_utils._engine.selection import Selection
from ansible_collections.otc.teardown.plugins.module_utils._model.job import Job
from ansible_collections.otc.teardown.plugins.module_utils._model.key import Key
from ansible_collections.otc.teardown.plugins.module_utils._model.status import ENDED

Sights = Mapping[Key, Sight]


class Details:
    """Completes sights for one selection. What cannot be read stays unknown, and then the job is not stopped.

    `tags`: the tags are wanted whatever the selection says.
    """

    def __init__(self, api: Api, lister: Lister, reader: Reader, selection: Selection, tags: bool) -> None:
        self._api = api
        self._lister = lister
        self._reader = reader
        self._selection = selection
        self._needs_tags = tags or bool(selection.exclude.tags or selection.filters.tags)

    def complete(self, sights: Sights) -> Sights:
        """The sights with names and tags; a job that has disappeared meanwhile becomes a Problem. Raises ApiError if all reads fail."""
        return self._with_own_tags(self._with_parents(sights))

    def _with_parents(self, sights: Sights) -> Sights:
        """One list of the parents tells their names and tags."""
        resource, selection = self._api.resource, self._selection
        tagged = bool(resource.parent and resource.parent.tags) and self._needs_tags
        named = bool(selection.exclude.names) and resource.names_parents
        running = [sight for sight in sights.values() if isinstance(sight, Job) and sight.phase != ENDED]
        if not any((named and job.parent_name is None) or (tagged and job.tags is None) for job in running):
            return sights
        known: Mapping[str, Above] = {}
        with contextlib.suppress(ApiError, ListingError):
            known = self._lister.known_parents(selection.filters)
        return {key: _below(sight, known.get(key.parent or "")) for key, sight in sights.items()}

    def _with_own_tags(self, sights: Sights) -> Sights:
        """Reads by id tell the tags of jobs whose lists do not. A job that has ended needs them for a filter only."""
        if not (self._needs_tags and self._api.dialect.tags_by_id):
            return sights
        matter = bool(self._selection.filters.tags)
        keys = [key for key, sight in sights.items() if isinstance(sight, Job) and sight.tags is None and (matter or sight.phase != ENDED)]
        return {**sights, **{key: _tagged(sights[key], sight) for key, sight in self._read(keys).items()}}

    def tell_tags_of_relatives(self, families: Families, jobs: Iterable[Job]) -> None:
        """Add the tags of these jobs, and of all their relatives that may still run, if tags matter and only reads by id tell them."""
        if not (self._needs_tags and self._api.dialect.tags_by_id):
            return
        listed = [job for job in jobs if job.key.id in families]
        families.take(listed)
        relatives = dict.fromkeys(relative for job in listed for relative in families.relatives(job.key.id))
        unknown = [Key(one) for one in relatives if families.may_run(one) and families.tags(one) is None]
        families.take(sight for sight in self._read(unknown).values() if isinstance(sight, Job))

    def _read(self, keys: list[Key]) -> Sights:
        return self._reader.look(keys, closely=True) if keys else {}


def _below(sight: Sight, parent: Above | None) -> Sight:
    if not isinstance(sight, Job) or parent is None:
        return sight
    return sight._replace(parent_name=sight.parent_name or parent.name, tags=parent.tags if sight.tags is None else sight.tags)


def _tagged(before: Sight, now: Sight) -> Sight:
    """The job as it was seen, with the tags of a later read; that read if the job does not exist any more."""
    if isinstance(now, Job) and isinstance(before, Job):
        return before._replace(tags=now.tags)
    return now if is_absent(now) else before
