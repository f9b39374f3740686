# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Listing jobs: all that a selection covers, proven complete, or page by page for those who look for some."""

from __future__ import annotations

import collections
import re
from collections.abc import Iterator, Mapping
from typing import Any, Callable, NamedTuple

from ansible_collections.otc.teardown.plugins.module_utils._base.errors import ApiError, ListingError, Meaning
from ansible_collections.otc.teardown.plugins.module_utils._base.text import why_not_a_path_segment
from ansible_collections.otc.teardown.plugins.module_utils._base.threads import Pool
from ansible_collections.otc.teardown.plugins.module_utils._engine.api import Api
from ansible_collections.otc.teardown.plugins.module_utils._engine.families import Families
from ansible_collections.otc.teardown.plugins.module_utils._engine.filters import NO_FILTERS, Filters
from ansible_collections.otc.teardown.plugins.module_utils._engine.selection import Selection
from ansible_collections.otc.teardown.plugins.module_utils._model.job import Job, job_from, text_at
from ansible_collections.otc.teardown.plugins.module_utils._model.paging import Walk
from ansible_collections.otc.teardown.plugins.module_utils._model.resource import Key, Listing, Parent

_NO_SUCH_LIST = frozenset({Meaning.INVALID, Meaning.REFUSED, Meaning.NOT_FOUND})
_MAYBE_TOO_LARGE = frozenset({Meaning.INVALID, Meaning.REFUSED})


class Scope(NamedTuple):
    """What one listing covers: the jobs below a parent, or of one pass, or all."""

    parent: str | None = None
    pass_value: str | None = None


class Above(NamedTuple):
    """A parent to look below: whether it is of a sort that has no jobs of this kind, and the filters that it cannot be judged by."""

    childless: bool = False
    unreadable: frozenset[str] = frozenset()


class Page(NamedTuple):
    """The jobs on one page, and the state of the walk after it."""

    jobs: list[Job]
    walk: Walk


class Lister:
    """Lists the jobs of one kind."""

    def __init__(self, api: Api, pool: Pool) -> None:
        self._api = api
        self._pool = pool
        self._lengths: dict[Scope, int] = {}
        self.phases: collections.Counter[str] = collections.Counter()
        self.families = Families()

    def selected(self, selection: Selection, keep: Callable[[Job], bool]) -> list[Job]:
        """Every job below the selection's parent (or in the project) that is to be kept, in the order of the listings.

        Filters that the API evaluates are applied by it, all others are up to `keep`. How many jobs of
        each phase the listings held, kept or not, each once, is then in `phases`, and who is whose child among them, for
        a kind that has such, in `families`. Raises ListingError if a listing is not
        proven complete, ApiError if a page cannot be had or the given parent does not exist.
        """
        parents = self._parents(selection)

        def listed(scope: Scope) -> tuple[list[Job], dict[Key, str], Families]:
            kept: list[Job] = []
            phases: dict[Key, str] = {}
            families = Families()
            try:
                for page in self.pages(scope, selection.filters, strict=True):
                    jobs = [_doubted(job, parents[scope.parent].unreadable) for job in page.jobs]
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
        self.phases = collections.Counter(latest.values())
        self.families = Families()
        for _jobs, _phases, families in parts:
            self.families.join(families)
        return list({job.key: job for jobs, _phases, _families in parts for job in jobs}.values())

    def is_narrowed(self, filters: Filters) -> bool:
        """Whether the API itself leaves jobs out for these filters, of which some may be relatives of those that it shows."""
        return bool(_parameters(self._api.dialect.listing, filters)) or self.scopes_of(None, filters) != self.scopes_of(None)

    def scopes_of(self, parent: str | None, filters: Filters = NO_FILTERS) -> list[Scope]:
        """The listings in which jobs below this parent (None for kinds without) can stand."""
        passes = self._api.dialect.listing.passes
        if passes is None:
            return [Scope(parent)]
        chosen = getattr(filters, passes.option)
        return [Scope(parent, value) for value in passes.values if chosen is None or value in chosen]

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
            stated = {"workspace_id": job.workspace, "enterprise_project_id": job.enterprise_project} if job else {}
            return job and _doubted(job, _unstated(stated, listing, filters))

        steps = _walk(self._api, listing, scope.parent, parameters, job_of, strict, deadline)
        for number, (jobs, walk) in enumerate(steps, start=1):
            self._lengths[scope] = number + (0 if walk.ended else walk.pages_left)
            yield Page(jobs, walk)

    def _parents(self, selection: Selection) -> dict[str | None, Above]:
        """The parents to look below."""
        parent = self._api.resource.parent
        narrowed = parent is not None and _parameters(parent.listing, selection.filters)
        if parent is None or (selection.parent is not None and not narrowed):
            return {selection.parent: Above()}
        listed = self._all_parents(parent, selection.filters)
        return {one: above for one, above in listed if above is not None and selection.parent in (None, one)}

    def parents(self, deadline: float | None = None) -> frozenset[str]:
        """The ids of all parents that the API lists without filters; raises as `selected` does."""
        parent = self._api.resource.parent
        return frozenset(one for one, _above in self._all_parents(parent, NO_FILTERS, deadline)) if parent else frozenset()

    def _all_parents(
        self, parent: Parent, filters: Filters, deadline: float | None = None
    ) -> list[tuple[str, Above | None]]:
        """Every parent; with None those that the filters rule out by what the answer says of them."""
        def parent_of(item: Any) -> tuple[str, Above | None] | None:
            identifier = text_at(item, parent.id)
            if not identifier or why_not_a_path_segment(identifier):
                return None
            workspace = text_at(item, parent.workspace)
            if workspace and filters.workspace_id not in (None, workspace):
                return identifier, None
            sort = parent.childless and text_at(item, (parent.childless[0],))
            unreadable = _unstated({"workspace_id": workspace}, parent.listing, filters)
            return identifier, Above(bool(parent.childless and sort in parent.childless[1]), unreadable)

        parameters = _parameters(parent.listing, filters)
        pages = _walk(self._api, parent.listing, None, parameters, parent_of, True, deadline)
        return [one for page, _walked in pages for one in page]


def _unstated(stated: Mapping[str, str | None], listing: Listing, filters: Filters) -> frozenset[str]:
    """The filters in use whose field an item should hold, as the documents say, and does not."""
    return frozenset(option for option in listing.repeats if getattr(filters, option) is not None and not stated.get(option))


def _doubted(job: Job, unreadable: frozenset[str]) -> Job:
    return job._replace(unreadable=job.unreadable | unreadable) if unreadable else job


def _parameters(listing: Listing, filters: Filters) -> dict[str, Any]:
    """The filters that the API evaluates itself, under its own names."""
    pairs = ((name, getattr(filters, option)) for option, name in listing.filters.items())
    return {name: value for name, value in pairs if value is not None}


def _walk(
    api: Api,
    listing: Listing,
    parent: str | None,
    parameters: Mapping[str, Any],
    read: Callable[[Any], Any],
    strict: bool,
    deadline: float | None,
) -> Iterator[tuple[list[Any], Walk]]:
    """What `read` makes of the items of each page (children after their page), until the walk ends."""
    walk = Walk(listing.pager, strict)
    while not walk.ended:
        asked = {**parameters, **walk.parameters()}
        try:
            where = {"body": asked} if listing.in_body else {"query": asked}
            document, _answer = api.ask(listing.call, {"parent": parent}, deadline=deadline, **where)
        except ApiError as error:
            api.check_offered(error, listing=True)
            if error.problem.meaning in _MAYBE_TOO_LARGE and walk.shrink():
                continue
            raise
        try:
            items, total = content_of(document, listing)
            found = [_usable(read(item)) for item in items]
            below = [child for item, one in zip(items, found) for child in _below(item, one, listing, read)]
            walk.take([_identity(one) for one in found], total, [_identity(one) for one in below])
        except ListingError as error:
            raise ListingError(f"Failed to {listing.call.doing}: {error}") from None
        yield found + below, walk


def content_of(document: Mapping[str, Any], listing: Listing) -> tuple[list[Any], int]:
    """The items of one page and the server's own total; raises ListingError if they are not there."""
    items, total = document.get(listing.items), document.get(listing.total)
    if not isinstance(items, list):
        raise ListingError(f"the answer holds no list {listing.items}")
    if isinstance(total, str) and re.fullmatch(r"\d{1,18}", total, re.ASCII):
        total = int(total)
    if not isinstance(total, int) or isinstance(total, bool) or total < 0:
        raise ListingError(f"the answer holds no number {listing.total}, so the list cannot be proven complete")
    return items, total


def _below(item: Mapping[str, Any], one: Any, listing: Listing, read: Callable[[Any], Any]) -> Iterator[Any]:
    """What stands inside an item, however deep, each with the id of what it stands in."""
    waiting = collections.deque([(item, one)])
    while waiting:
        outer, above = waiting.popleft()
        for inner in _children(outer, listing):
            child = _usable(read(inner))
            yield child._replace(above=child.above | {_identity(above)})
            waiting.append((inner, child))


def _children(item: Mapping[str, Any], listing: Listing) -> list[Any]:
    children = item.get(listing.children) if listing.children else None
    return children if isinstance(children, list) else []


def _usable(one: Any) -> Any:
    if one is None:
        raise ListingError("the list holds an item without a usable id")
    return one


def _identity(one: Job | tuple[str, Above | None]) -> str:
    return one.key.id if isinstance(one, Job) else one[0]
