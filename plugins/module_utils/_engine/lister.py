# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lists jobs: all jobs of a selection, checked to be complete, or page by page to find certain jobs."""

from __future__ import annotations

import collections
import contextlib
from collections.abc import Iterator, Mapping
from typing import Any, Callable, NamedTuple

from ansible_collections.otc.teardown.plugins.module_utils._api.api import Api
from ansible_collections.otc.teardown.plugins.module_utils._api.pages import walk_pages
from ansible_collections.otc.teardown.plugins.module_utils._base.errors import ApiError, ListingError, Meaning
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
from ansible_collections.otc.teardown.plugins.module_utils._model.key import Key
from ansible_collections.otc.teardown.plugins.module_utils._model.paging import Walk
from ansible_collections.otc.teardown.plugins.module_utils._model.resource import Listing, Parent
from ansible_collections.otc.teardown.plugins.module_utils._model.tags import Tags, tags_at

_NO_SUCH_LIST = frozenset({Meaning.INVALID, Meaning.REFUSED, Meaning.NOT_FOUND})
_NO_SUCH_VALUE = frozenset({Meaning.INVALID, Meaning.REFUSED})

MOST_RESTARTS = 3
"""How often a listing that gets shorter by itself is read again."""


class Scope(NamedTuple):
    """The jobs that one listing covers: all, or those below a parent, or those of one pass."""

    parent: str | None = None
    pass_value: str | None = None


class Above(NamedTuple):
    """A parent whose jobs are listed.

    `ruled_out`: the filters exclude it, or it no longer exists. `childless`: parents of its type have no jobs of this kind. `unreadable`: the filters
    that cannot be evaluated for it.
    """

    id: str | None
    name: str | None = None
    tags: Tags | None = None
    ruled_out: bool = False
    childless: bool = False
    unreadable: frozenset[str] = frozenset()


_Part = tuple[list[Job], dict[Key, str], Families]
"""Of one listing: the jobs to keep, the phase of each listed job, and the families."""


class _Shown(NamedTuple):
    """A parent that a list has shown: with these filters, and in these places (filter option -> place)."""

    filters: Filters
    places: Mapping[str, str]


class Page(NamedTuple):
    """The jobs on one page, and the state of the walk after it."""

    jobs: list[Job]
    walk: Walk


class Listed(NamedTuple):
    """The result of listings: the jobs to keep, and for all listed jobs the number in each phase and their families."""

    jobs: list[Job]
    phases: collections.Counter[str]
    families: Families


class Lister:
    """Lists the jobs of one kind."""

    def __init__(self, api: Api, pool: Pool) -> None:
        self._api = api
        self._pool = pool
        self._lengths: dict[Scope, int] = {}
        self._parents_shown: dict[str, _Shown] = {}

    def selected(self, selection: Selection, keep: Callable[[Job], bool]) -> Listed:
        """The jobs below the parent of the selection (or in the project) for which `keep` is true, in the order of the listings.

        The API applies the filters that it can evaluate; `keep` applies all others. Raises ListingError if a listing cannot
        be shown to be complete, ApiError if a page cannot be read or the given parent does not exist.
        """
        parents = self._parents(selection)

        def read(scope: Scope) -> _Part:
            kept: list[Job] = []
            phases: dict[Key, str] = {}
            families = Families()
            for page in self.pages(scope, selection.filters, strict=True):
                jobs = [_below(job, parents[scope.parent]) for job in page.jobs]
                phases.update((job.key, job.phase) for job in jobs)
                if self._api.resource.has_families:
                    families.take(jobs)
                kept += [job for job in jobs if keep(job)]
            return kept, phases, families

        def listed(scope: Scope) -> _Part:
            try:
                return self._until_still(lambda: read(scope))
            except ApiError as error:
                was_listed = scope.parent is not None and selection.parent is None
                gone_since = was_listed and error.problem.meaning is Meaning.ABSENT
                has_none = parents[scope.parent].childless and error.problem.meaning in _NO_SUCH_LIST
                if gone_since or has_none:
                    return [], {}, Families()
                raise

        scopes = [scope for parent in parents for scope in self.scopes_of(parent, selection.filters)]
        parts = self._pool.map(listed, scopes, not self._api.settled)
        latest = {key: phase for _jobs, phases, _families in parts for key, phase in phases.items()}
        known = Families()
        for _jobs, _phases, families in parts:
            known.join(families)
        jobs = list({job.key: job for jobs, _phases, _families in parts for job in jobs}.values())
        return Listed(jobs, collections.Counter(latest.values()), known)

    def _until_still(self, read: Callable[[], _Part]) -> _Part:
        """The result of a listing. If jobs may leave it between two pages, it is read again a few times before that is an error."""
        passes = self._api.dialect.listing.passes
        for _attempt in range(MOST_RESTARTS if passes and passes.are_moving else 0):
            with contextlib.suppress(ListingError):
                return read()
        return read()

    def is_narrowed(self, filters: Filters) -> bool:
        """Whether the API itself leaves out jobs because of these filters; they may be relatives of the listed jobs."""
        return bool(_parameters(self._api.dialect.listing, filters)) or self.scopes_of(None, filters) != self.scopes_of(None)

    def scopes_of(self, parent: str | None, filters: Filters = NO_FILTERS) -> list[Scope]:
        """The listings that can contain jobs below this parent (None for kinds without parents)."""
        passes = self._api.dialect.listing.passes
        if passes is None:
            return [Scope(parent)]
        wanted = {"job_types": filters.job_types, "statuses": filters.statuses}[passes.option]
        return [Scope(parent, value) for value in passes.values if wanted is None or value in wanted]

    def pages_expected(self, scope: Scope) -> int:
        """The number of pages that a listing had when it was last read; 1 if it was never read."""
        return self._lengths.get(scope, 1)

    def pages(
        self, scope: Scope, filters: Filters = NO_FILTERS, strict: bool = False, deadline: float | None = None
    ) -> Iterator[Page]:
        """The pages of one listing; each page is one request.

        With `strict`, an incomplete listing raises ListingError; otherwise it simply ends.
        """
        dialect, resource = self._api.dialect, self._api.resource
        listing = dialect.listing
        parameters = {**self._place_of_parent(scope.parent, listing), **_parameters(listing, filters)}
        if listing.passes and scope.pass_value:
            parameters[listing.passes.parameter] = scope.pass_value

        def job_of(item: Any) -> Job | None:
            job = job_from(item, resource, dialect.fields, scope.parent)
            return job and _doubted(job, _unstated(job.places, listing, filters))

        steps = walk_pages(self._api, listing, scope.parent, parameters, job_of, strict, deadline)
        try:
            for number, (jobs, walk) in enumerate(steps, start=1):
                self._lengths[scope] = number + (0 if walk.ended else walk.pages_left)
                yield Page([job for job in jobs if is_of_this_kind(job, dialect.fields)], walk)
        except ApiError as error:
            doubtful = listing.passes is not None and scope.pass_value in listing.passes.doubtful
            if not doubtful or error.problem.meaning not in _NO_SUCH_VALUE:
                raise

    def _place_of_parent(self, identifier: str | None, listing: Listing) -> dict[str, str]:
        """Query parameter -> value for the place that a list stated for this parent; without it, the API takes its default."""
        shown = self._parents_shown.get(identifier or "")
        return _asked(listing, shown.places) if shown else {}

    def _parents(self, selection: Selection) -> dict[str | None, Above]:
        """Id -> parent, for the parents whose jobs must be listed; {None: Above(None)} for a kind without parents."""
        parent = self._api.resource.parent
        narrowed = parent is not None and _parameters(parent.listing, selection.filters)
        if parent is None or (selection.parent is not None and not narrowed):
            return {selection.parent: Above(selection.parent)}
        listed = self._all_parents(parent, selection.filters)
        return {above.id: above for above in listed if not above.ruled_out and selection.parent in (None, above.id)}

    def known_parents(self, filters: Filters) -> dict[str, Above]:
        """Id -> parent, for the parents that the list shows. Raises ListingError and ApiError like `selected`."""
        parent = self._api.resource.parent
        return {str(above.id): above for above in self._all_parents(parent, filters)} if parent else {}

    def tells_of_parent(self, identifier: str, refused: bool) -> bool:
        """Whether a list of parents without this one proves that it does not exist.

        `refused`: the only sign so far is a refusal whose reason is unknown. Then the list must have shown this parent before,
        or show every parent: by default, many lists show one workspace only.
        """
        parent = self._api.resource.parent
        return parent is not None and (not refused or parent.listing.shows_all or identifier in self._parents_shown)

    def shows_parent(self, identifier: str, deadline: float | None = None) -> bool:
        """Whether the list of parents shows this one, with the filters that showed it before, if any.

        Raises ListingError and ApiError like `selected`.
        """
        parent = self._api.resource.parent
        if parent is None:
            return False
        shown = self._parents_shown.get(identifier)
        return any(above.id == identifier for above in self._all_parents(parent, shown.filters if shown else NO_FILTERS, deadline))

    def _all_parents(self, parent: Parent, filters: Filters, deadline: float | None = None) -> list[Above]:
        """Every parent, including those that the filters exclude."""
        def parent_of(item: Any) -> Above | None:
            identifier = text_at(item, parent.id)
            if not identifier or why_not_a_path_segment(identifier):
                return None
            stated = places_of(item, parent.places)
            self._parents_shown[identifier] = _Shown(filters, stated)
            elsewhere = any(stated.get(option, wanted) != wanted for option, wanted in filters.places.items())
            return Above(
                identifier,
                text_at(item, parent.name),
                tags_at(item, parent.tags),
                elsewhere or _has(item, parent.gone),
                _has(item, parent.childless),
                _unstated(stated, parent.listing, filters),
            )

        parameters = _parameters(parent.listing, filters)
        pages = walk_pages(self._api, parent.listing, None, parameters, parent_of, True, deadline)
        return [one for page, _walked in pages for one in page]


def _unstated(stated: Mapping[str, str], listing: Listing, filters: Filters) -> frozenset[str]:
    """The filters in use whose field is missing in an item, although the API documents it for every item."""
    return frozenset(option for option in listing.repeats if option in filters.places and option not in stated)


def _has(item: Mapping[str, Any], sort: tuple[str, frozenset[str]] | None) -> bool:
    """Whether an item has one of these values at this dotted path."""
    return sort is not None and text_at(item, sort[:1]) in sort[1]


def _below(job: Job, parent: Above) -> Job:
    """The job with the name and the tags of its parent, and with the filters that cannot be evaluated for this parent."""
    known = job if job.parent_name or parent.name is None else job._replace(parent_name=parent.name)
    known = known if known.tags is not None or parent.tags is None else known._replace(tags=parent.tags)
    return _doubted(known, parent.unreadable)


def _doubted(job: Job, unreadable: frozenset[str]) -> Job:
    return job._replace(unreadable=job.unreadable | unreadable) if unreadable else job


def _parameters(listing: Listing, filters: Filters) -> dict[str, str]:
    """Query parameter -> value for the filters that the API evaluates itself."""
    return _asked(listing, filters.places)


def _asked(listing: Listing, places: Mapping[str, str]) -> dict[str, str]:
    return {name: places[option] for option, names in listing.filters.items() if option in places for name in names}
