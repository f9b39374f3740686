# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Listing jobs: all that a selection covers, proven complete, or page by page for those who look for some."""

from __future__ import annotations

import collections
from collections.abc import Iterator, Mapping
from typing import Any, Callable, NamedTuple

from ansible_collections.otc.teardown.plugins.module_utils._api.api import Api
from ansible_collections.otc.teardown.plugins.module_utils._api.pages import walk_pages
from ansible_collections.otc.teardown.plugins.module_utils._base.errors import ApiError, Meaning
from ansible_collections.otc.teardown.plugins.module_utils._base.text import why_not_a_path_segment
from ansible_collections.otc.teardown.plugins.module_utils._base.threads import Pool
from ansible_collections.otc.teardown.plugins.module_utils._engine.families import Families
from ansible_collections.otc.teardown.plugins.module_utils._engine.filters import NO_FILTERS, Filters
from ansible_collections.otc.teardown.plugins.module_utils._engine.selection import Selection
from ansible_collections.otc.teardown.plugins.module_utils._model.job import (
    Job,
    is_of_this_kind,
    job_from,
    places_of,
    text_at,
)
from ansible_collections.otc.teardown.plugins.module_utils._model.paging import Walk
from ansible_collections.otc.teardown.plugins.module_utils._model.resource import Key, Listing, Parent

_NO_SUCH_LIST = frozenset({Meaning.INVALID, Meaning.REFUSED, Meaning.NOT_FOUND})


class Scope(NamedTuple):
    """What one listing covers: the jobs below a parent, or of one pass, or all."""

    parent: str | None = None
    pass_value: str | None = None


class Above(NamedTuple):
    """A parent whose jobs are listed.

    `ruled_out`: the filters exclude it. `childless`: its type has no jobs of this kind. `unreadable`: the filters that cannot be
    evaluated for it.
    """

    id: str | None
    name: str | None = None
    ruled_out: bool = False
    childless: bool = False
    unreadable: frozenset[str] = frozenset()


class Page(NamedTuple):
    """The jobs on one page, and the state of the walk after it."""

    jobs: list[Job]
    walk: Walk


class Listed(NamedTuple):
    """What listings hold: the jobs that are kept; of all jobs, each counted once, how many are in each phase, and who is whose child."""

    jobs: list[Job]
    phases: collections.Counter[str]
    families: Families


class Lister:
    """Lists the jobs of one kind."""

    def __init__(self, api: Api, pool: Pool) -> None:
        self._api = api
        self._pool = pool
        self._lengths: dict[Scope, int] = {}

    def selected(self, selection: Selection, keep: Callable[[Job], bool]) -> Listed:
        """Every job below the selection's parent (or in the project) that is to be kept, in the order of the listings.

        The API applies the filters that it evaluates; `keep` applies all others. Raises ListingError if a listing is not
        proven complete, ApiError if a page cannot be read or the given parent does not exist.
        """
        parents = self._parents(selection)

        def listed(scope: Scope) -> tuple[list[Job], dict[Key, str], Families]:
            kept: list[Job] = []
            phases: dict[Key, str] = {}
            families = Families()
            try:
                for page in self.pages(scope, selection.filters, strict=True):
                    jobs = [_below(job, parents[scope.parent]) for job in page.jobs]
                    phases.update((job.key, job.phase) for job in jobs)
                    if self._api.resource.has_families:
                        families.take(jobs)
                    kept += [job for job in jobs if keep(job)]
                return kept, phases, families
            except ApiError as error:
                was_listed = scope.parent is not None and selection.parent is None
                gone_since = was_listed and error.problem.meaning is Meaning.ABSENT
                has_none = parents[scope.parent].childless and error.problem.meaning in _NO_SUCH_LIST
                if gone_since or has_none:
                    return [], {}, families
                raise

        scopes = [scope for parent in parents for scope in self.scopes_of(parent, selection.filters)]
        parts = self._pool.map(listed, scopes, not self._api.settled)
        latest = {key: phase for _jobs, phases, _families in parts for key, phase in phases.items()}
        known = Families()
        for _jobs, _phases, families in parts:
            known.join(families)
        jobs = list({job.key: job for jobs, _phases, _families in parts for job in jobs}.values())
        return Listed(jobs, collections.Counter(latest.values()), known)

    def is_narrowed(self, filters: Filters) -> bool:
        """Whether the API itself leaves jobs out for these filters, of which some may be relatives of those that it shows."""
        return bool(_parameters(self._api.dialect.listing, filters)) or self.scopes_of(None, filters) != self.scopes_of(None)

    def scopes_of(self, parent: str | None, filters: Filters = NO_FILTERS) -> list[Scope]:
        """The listings in which jobs below this parent (None for kinds without) can stand."""
        passes = self._api.dialect.listing.passes
        if passes is None:
            return [Scope(parent)]
        wanted = {"job_types": filters.job_types, "statuses": filters.statuses}[passes.option]
        return [Scope(parent, value) for value in passes.values if wanted is None or value in wanted]

    def pages_expected(self, scope: Scope) -> int:
        """How many pages a listing had when it was last walked, 1 if it was not."""
        return self._lengths.get(scope, 1)

    def pages(
        self, scope: Scope, filters: Filters = NO_FILTERS, strict: bool = False, deadline: float | None = None
    ) -> Iterator[Page]:
        """The pages of one listing, one request each.

        A strict listing raises ListingError unless it is complete; one that is not strict just ends.
        """
        dialect, resource = self._api.dialect, self._api.resource
        listing = dialect.listing
        parameters = _parameters(listing, filters)
        if listing.passes and scope.pass_value:
            parameters[listing.passes.parameter] = scope.pass_value

        def job_of(item: Any) -> Job | None:
            job = job_from(item, resource, dialect.fields, scope.parent)
            return job and _doubted(job, _unstated(job.places, listing, filters))

        steps = walk_pages(self._api, listing, scope.parent, parameters, job_of, strict, deadline)
        for number, (jobs, walk) in enumerate(steps, start=1):
            self._lengths[scope] = number + (0 if walk.ended else walk.pages_left)
            yield Page([job for job in jobs if is_of_this_kind(job, dialect.fields)], walk)

    def _parents(self, selection: Selection) -> dict[str | None, Above]:
        """The parents to look below."""
        parent = self._api.resource.parent
        narrowed = parent is not None and _parameters(parent.listing, selection.filters)
        if parent is None or (selection.parent is not None and not narrowed):
            return {selection.parent: Above(selection.parent)}
        listed = self._all_parents(parent, selection.filters)
        return {above.id: above for above in listed if not above.ruled_out and selection.parent in (None, above.id)}

    def parents(self, deadline: float | None = None) -> frozenset[str]:
        """The ids of all parents that the API lists without filters; raises as `selected` does."""
        parent = self._api.resource.parent
        return frozenset(str(above.id) for above in self._all_parents(parent, NO_FILTERS, deadline)) if parent else frozenset()

    def _all_parents(self, parent: Parent, filters: Filters, deadline: float | None = None) -> list[Above]:
        """Every parent, also those that the filters rule out."""
        def parent_of(item: Any) -> Above | None:
            identifier = text_at(item, parent.id)
            if not identifier or why_not_a_path_segment(identifier):
                return None
            stated = places_of(item, parent.places)
            sort = parent.childless and text_at(item, (parent.childless[0],))
            return Above(
                identifier,
                text_at(item, parent.name),
                any(stated.get(option, wanted) != wanted for option, wanted in filters.places.items()),
                bool(parent.childless and sort in parent.childless[1]),
                _unstated(stated, parent.listing, filters),
            )

        parameters = _parameters(parent.listing, filters)
        pages = walk_pages(self._api, parent.listing, None, parameters, parent_of, True, deadline)
        return [one for page, _walked in pages for one in page]


def _unstated(stated: Mapping[str, str], listing: Listing, filters: Filters) -> frozenset[str]:
    """The filters in use whose field an item should hold, as the documents say, and does not."""
    return frozenset(option for option in listing.repeats if option in filters.places and option not in stated)


def _below(job: Job, parent: Above) -> Job:
    """A job with what the list of parents says of its parent."""
    named = job if job.parent_name or parent.name is None else job._replace(parent_name=parent.name)
    return _doubted(named, parent.unreadable)


def _doubted(job: Job, unreadable: frozenset[str]) -> Job:
    return job._replace(unreadable=job.unreadable | unreadable) if unreadable else job


def _parameters(listing: Listing, filters: Filters) -> dict[str, Any]:
    """The filters that the API evaluates itself, under its own names."""
    return {
        name: filters.places[option] for option, names in listing.filters.items() if option in filters.places for name in names.split()
    }
