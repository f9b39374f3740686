# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads certain jobs with as few requests as possible: from list pages, with calls for many ids, or one by one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from ansible_collections.otc.teardown.plugins.module_utils._api.api import Api
from ansible_collections.otc.teardown.plugins.module_utils._base.errors import (
    CONCERNS_ALL,
    ApiError,
    ListingError,
    Meaning,
    Problem,
)
from ansible_collections.otc.teardown.plugins.module_utils._base.threads import Pool
from ansible_collections.otc.teardown.plugins.module_utils._engine.decision import Sight
from ansible_collections.otc.teardown.plugins.module_utils._engine.lister import Lister
from ansible_collections.otc.teardown.plugins.module_utils._engine.sights import (
    believed,
    described,
    may_mean_absent,
    says_too_little,
    unreadable_item,
)
from ansible_collections.otc.teardown.plugins.module_utils._http.answers import (
    Answer,
    document_of,
    item_problem,
    problem_of,
    stated_failure,
)
from ansible_collections.otc.teardown.plugins.module_utils._model.calls import ReadMany
from ansible_collections.otc.teardown.plugins.module_utils._model.job import Job, text_at
from ansible_collections.otc.teardown.plugins.module_utils._model.key import Key, by_parent

# The list is refused or cannot be understood; reads of single jobs may still work.
_NO_LIST = frozenset({Meaning.DENIED, Meaning.INVALID, Meaning.REFUSED, Meaning.NOT_FOUND, Meaning.GARBLED})

# If a call for many ids is refused with one of these meanings, it is split until the refusal concerns a single id.
_WORTH_PARTING = frozenset({
    Meaning.ABSENT, Meaning.NOT_FOUND, Meaning.REFUSED, Meaning.INVALID, Meaning.BATCH_SIZE, Meaning.BUSY,
    Meaning.DENIED,
})


class Reader:
    """Reads jobs of one kind."""

    def __init__(self, api: Api, lister: Lister, pool: Pool) -> None:
        self._api = api
        self._lister = lister
        self._pool = pool
        self._most_ids = 1000
        self._listed: set[Key] = set()
        self.second_hand: set[Key] = set()
        """Jobs whose latest sight comes only from a list, or which could not be read because a list failed."""

    def remember(self, jobs: Iterable[Job]) -> None:
        """Remember that a list contained these jobs."""
        self._listed.update(job.key for job in jobs)

    def look(
        self, keys: Sequence[Key], deadline: float | None = None, again: bool = False, closely: bool = False
    ) -> dict[Key, Sight]:
        """Read each of these jobs now: key -> sight.

        `again`: only the states are needed. `closely`: do not use lists, because they may be out of date. A problem of one job
        is the sight of this job; a problem of all jobs (login, address, a failed listing) raises ApiError or ListingError.
        """
        dialect = self._api.dialect
        many = dialect.poll_many if again else dialect.read_many
        self.second_hand = set() if many else set(keys)
        if many:
            return self._by_ids(keys, many, deadline)
        sights: dict[Key, Sight] = {}
        groups = [] if closely else list(by_parent(keys).items())
        for found in self._pool.map(lambda group: self._in_lists(*group, deadline), groups, not self._api.settled):
            sights.update(found)
        self.second_hand = set(sights)
        if dialect.read_one is None:
            self.second_hand = set(keys)
            return {**sights, **self._by_lists([key for key in keys if key not in sights], deadline, again)}
        rest = [key for key in keys if key not in sights]
        sights.update(zip(rest, self._pool.map(lambda key: self._one(key, deadline), rest, not self._api.settled)))
        return self._confirm(sights, deadline, again, closely)

    def _in_lists(self, parent: str | None, keys: Sequence[Key], deadline: float | None) -> dict[Key, Job]:
        """The jobs among `keys` that are in the lists. Reads list pages only while they need fewer requests than single reads."""
        scopes = self._lister.scopes_of(parent)
        wanted = set(keys)
        found: dict[Key, Job] = {}
        for number, scope in enumerate(scopes):
            later = sum(map(self._lister.pages_expected, scopes[number + 1:]))
            if len(wanted) <= later + self._lister.pages_expected(scope):
                break
            try:
                for page in self._lister.pages(scope, deadline=deadline):
                    here = {job.key: job for job in page.jobs if job.key in wanted}
                    found.update(here)
                    wanted.difference_update(here)
                    if not page.walk.ended and len(wanted) <= later + page.walk.pages_left:
                        break
            except ListingError:
                continue  # a defect of the list, such as a broken row of another job, says nothing about these jobs
            except ApiError as error:
                if error.problem.meaning not in _NO_LIST:
                    raise
                break
        self.remember(found.values())
        return found

    def _by_lists(self, keys: Sequence[Key], deadline: float | None, again: bool) -> dict[Key, Sight]:
        """Read jobs from complete lists, for an API without a call for one job.

        A job that is not listed is absent if lists show all, and so is one whose parent does not exist.
        """
        sights: dict[Key, Sight] = {}
        lacking = Problem("the list does not show it, and the API has no call to read it", Meaning.NOT_FOUND)
        for parent, below in by_parent(keys).items():
            listed: dict[Key, Job] = {}
            try:
                listed = self._everything(parent, deadline)
                shown = self._api.dialect.listing.shows_all
                missing = lacking._replace(meaning=Meaning.ABSENT) if shown else lacking
            except ApiError as error:
                if error.problem.meaning in CONCERNS_ALL:
                    raise
                gone = self._is_parent_missing(parent, error.problem, deadline, again)
                missing = error.problem._replace(meaning=Meaning.ABSENT) if gone else error.problem
            except ListingError as error:
                missing = Problem(str(error), Meaning.GARBLED)
            sights.update({key: listed.get(key, missing) for key in below})
        return sights

    def _one(self, key: Key, deadline: float | None) -> Sight:
        reader = self._api.dialect.read_one
        if reader is None:
            raise AssertionError(f"{self._api.resource.name} describes no way to read one job")
        try:
            answer = self._api.exchange(reader.call, {"id": key.id, "parent": key.parent}, deadline=deadline)
            sight = self._read_in(answer, reader.item, key)
            if isinstance(sight, Problem):
                raise ApiError(sight, reader.call.doing)
            return sight
        except ApiError as error:
            if error.problem.meaning in CONCERNS_ALL:
                raise
            return error.problem

    def _read_in(self, answer: Answer, item: str | None, key: Key) -> Sight:
        """The sight in the answer to a read of this job. An error in the same answer as a readable job belongs to the job."""
        document, failure = document_of(answer), stated_failure(answer)
        if failure and (answer.status >= 300 or document.get("is_success") is False):
            return failure
        return believed(self._described(document.get(item) if item else document, key), failure)

    def _described(self, item: Any, key: Key) -> Sight:
        return described(item, key, self._api.resource, self._api.dialect.fields)

    def _confirm(self, sights: dict[Key, Sight], deadline: float | None, again: bool, closely: bool) -> dict[Key, Sight]:
        """For reads that may mean "does not exist", check the list. `closely`: a list that shows the job may be out of date."""
        doubtful = {
            key: sight for key, sight in sights.items()
            if isinstance(sight, Problem) and self._list_can_tell(key, sight, again)
        }
        for parent, below in by_parent(doubtful).items():
            listed = self._all_below(parent, deadline, again)
            if listed is not None:
                unsure = [key for key in below if not (closely and key in listed)]
                sights.update({key: listed.get(key) or self._unlisted(key, doubtful[key], deadline) for key in unsure})
        return sights

    def _unlisted(self, key: Key, problem: Problem, deadline: float | None) -> Sight:
        """The sight of a job that the complete list does not show.

        If the list may hide it, a refusal whose reason is unknown must repeat: it may have been about the moment of the read.
        """
        if self._may_be_hidden(key, problem):
            return problem
        if problem.meaning is Meaning.REFUSED and key not in self._listed and not self._api.dialect.listing.shows_all:
            sight = self._one(key, deadline)
            if not isinstance(sight, Problem) or not may_mean_absent(sight):
                return sight
        return problem._replace(meaning=Meaning.ABSENT)

    def _may_be_hidden(self, key: Key, problem: Problem) -> bool:
        """Whether a refused read and a list without the job prove nothing: the list shows the caller's own jobs only."""
        return self._api.shows_own_only and problem.meaning is not Meaning.NOT_FOUND and key not in self._listed

    def _all_below(self, parent: str | None, deadline: float | None, again: bool) -> dict[Key, Job] | None:
        """Every job in the complete list below a parent; empty if the parent does not exist, None if this is unknown."""
        try:
            return self._everything(parent, deadline)
        except ListingError:
            return None
        except ApiError as error:
            return {} if self._is_parent_missing(parent, error.problem, deadline, again) else None

    def _is_parent_missing(self, parent: str | None, problem: Problem, deadline: float | None, again: bool) -> bool:
        """Whether the list of jobs below a parent failed because the parent does not exist; the list of parents is asked if need be."""
        if problem.meaning is Meaning.ABSENT:
            return True
        if not may_mean_absent(problem) or not says_too_little(problem, again):
            return False
        if parent is None or not self._lister.tells_of_parent(parent, refused=problem.meaning is not Meaning.NOT_FOUND):
            return False
        try:
            return not self._lister.shows_parent(parent, deadline)
        except (ApiError, ListingError):
            return False

    def _list_can_tell(self, key: Key, problem: Problem, again: bool) -> bool:
        """Whether a job with this problem is absent if a complete list does not contain it.

        If the list would contain the job, because it shows all jobs or because it has shown this one before, any refusal is
        enough. Otherwise the problem must be a 404 or, before a stop, a refusal whose code does not tell the reason.
        """
        if not may_mean_absent(problem):
            return False
        return self._api.dialect.listing.shows_all or key in self._listed or says_too_little(problem, again)

    def _everything(self, parent: str | None, deadline: float | None) -> dict[Key, Job]:
        scopes = self._lister.scopes_of(parent)
        pages = (page for scope in scopes for page in self._lister.pages(scope, strict=True, deadline=deadline))
        return {job.key: job for page in pages for job in page.jobs}

    def _by_ids(self, keys: Sequence[Key], calls: Sequence[ReadMany], deadline: float | None) -> dict[Key, Sight]:
        size = min(calls[0].size, self._most_ids)
        parts = [list(keys[start:start + size]) for start in range(0, len(keys), size)]
        sights: dict[Key, Sight] = {}
        for part in self._pool.map(lambda part: self._part(part, calls, deadline), parts, not self._api.settled):
            sights.update(part)
        return sights

    def _part(self, keys: list[Key], calls: Sequence[ReadMany], deadline: float | None) -> dict[Key, Sight]:
        """The sights of the jobs of one call; the jobs that the answer does not cover are read again in smaller parts."""
        try:
            sights, complete = self._ask_by_ids(keys, calls[0], deadline)
        except ApiError as error:
            if error.problem.http_status in (404, 405) and len(calls) > 1:
                return self._part(keys, calls[1:], deadline)
            if error.problem.meaning in CONCERNS_ALL:
                raise
            if len(keys) == 1 or error.problem.meaning not in _WORTH_PARTING:
                return dict.fromkeys(keys, error.problem)
            self._most_ids = max(1, min(self._most_ids, len(keys) // 2))
            sights, complete = {}, False
        rest = [key for key in keys if key not in sights]
        if (complete and not sights) or len(keys) == 1:  # a truncated page also omits jobs, but never all of them
            sights.update({key: Problem("the service does not know this id", Meaning.ABSENT) for key in rest})
            return sights
        middle = len(rest) if sights else len(rest) // 2  # no job was read: halve the call
        for part in filter(None, (rest[:middle], rest[middle:])):
            sights.update(self._part(part, calls, deadline))
        return sights

    def _ask_by_ids(
        self, keys: list[Key], reader: ReadMany, deadline: float | None
    ) -> tuple[dict[Key, Sight], bool]:
        """The sights in the answer to one call, and whether the answer is complete."""
        body = {reader.ids: [key.id for key in keys], reader.page: {"cur_page": 1, "per_page": reader.size}}
        answer = self._api.exchange(reader.call, {}, body=body, deadline=deadline)
        document = document_of(answer)
        items = document.get(reader.items)
        if not isinstance(items, list):
            raise ApiError(problem_of(answer), reader.call.doing)
        wanted = {key.id: key for key in keys}
        sights: dict[Key, Sight] = {}
        nameless = []
        for item in items:
            job_id = text_at(item, self._api.dialect.fields.id) if isinstance(item, dict) else None
            if job_id in wanted:
                sights[wanted[job_id]] = self._sight_of(item, wanted[job_id], answer)
            elif not job_id:
                nameless.append(item)
        errors = [item for item in nameless if isinstance(item, dict) and (answer.status >= 300 or item_problem(item, answer))]
        if errors and len(keys) == 1:
            sights.setdefault(keys[0], self._sight_of(errors[0], keys[0], answer))  # the error may not repeat the id
        if nameless and not errors:
            return {**dict.fromkeys(keys, unreadable_item(answer)), **sights}, True
        if errors and len(keys) > 1:
            return sights, False
        if answer.status >= 300:
            if not sights and len(keys) == 1:
                raise ApiError(problem_of(answer), reader.call.doing)
            return sights, False
        total = document.get(reader.total)
        return sights, not isinstance(total, int) or total <= len(items)

    def _sight_of(self, item: dict[str, Any], key: Key, answer: Answer) -> Sight:
        stated = {name: value for name, value in item.items() if name != "status"}
        return believed(self._described(item, key), item_problem(stated, answer))
