# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The API of one kind of job: sends its calls to the URL of its service, in the dialect of the cloud."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Callable, TypeVar

from ansible_collections.otc.teardown.plugins.module_utils._base.errors import ApiError, InputError, Meaning
from ansible_collections.otc.teardown.plugins.module_utils._base.text import why_not_a_path_segment
from ansible_collections.otc.teardown.plugins.module_utils._http.answers import Answer, problem_of, read_document
from ansible_collections.otc.teardown.plugins.module_utils._http.window import Limit
from ansible_collections.otc.teardown.plugins.module_utils._iam.connection import Connection
from ansible_collections.otc.teardown.plugins.module_utils._model.calls import Call
from ansible_collections.otc.teardown.plugins.module_utils._model.resource import Dialect, Listing, Resource

T = TypeVar("T")


class _NotOffered(Exception):
    """The gateway does not know this dialect, and there is another one to try."""


class Api:
    """Sends the calls of one kind of job in one project.

    `choice`: the name of a dialect; None: the first dialect that the gateway knows. Raises InputError for a project id that
    is not valid in a URL, or if no setting gives the URL of the service.
    """

    def __init__(self, connection: Connection, resource: Resource, choice: str | None = None) -> None:
        reason = why_not_a_path_segment(connection.project_id or "")
        if reason:
            raise InputError("project_id", connection.project_id, f"{reason}; give the project's id or name")
        self.resource = resource
        self._connection = connection
        self._base_url = connection.url(resource.service)
        self._candidates = [dialect for dialect in resource.dialects if choice in (None, dialect.name)]
        self._answered = False
        self.shows_own_only = False
        """Whether the list of all jobs was forbidden, so that the list of the caller's own jobs is used."""

    @property
    def dialect(self) -> Dialect:
        """The current dialect."""
        return self._candidates[0]

    def slowest(self, stops: int) -> tuple[Limit, float] | None:
        """The limit stated by the API by which so many stops take longest, and the seconds that they take; None if it stated none."""
        return self._connection.client.pace.slowest(stops)

    @property
    def settled(self) -> bool:
        """Whether an answer of the service itself has shown that login, address and dialect are right."""
        return self._answered

    def in_some_dialect(self, operation: Callable[[], T]) -> T:
        """The result of an operation. If the gateway does not know the dialect, it is run again with the next one."""
        while True:
            try:
                return operation()
            except _NotOffered:
                self._candidates.pop(0)

    def ask_for_page(
        self, listing: Listing, parent: str | None, asked: Mapping[str, Any], deadline: float | None = None
    ) -> tuple[dict[str, Any], Answer]:
        """A page of a listing, as `ask` returns it. `asked`: the parameters, in the body or the query as the listing wants them.

        If the list of all jobs is forbidden, and the API has a list of the caller's own jobs, that one is used from then on.
        """
        call = listing.narrower if listing.narrower and self.shows_own_only else listing.call
        body, query = (asked, None) if listing.in_body else (None, asked)
        try:
            return self.ask(call, {"parent": parent}, query, body, deadline)
        except ApiError as error:
            if error.problem.meaning is not Meaning.DENIED or listing.narrower in (None, call):
                raise
        self.shows_own_only = True
        return self.ask_for_page(listing, parent, asked, deadline)

    def ask(
        self,
        call: Call,
        names: Mapping[str, str | None],
        query: Mapping[str, Any] | None = None,
        body: Mapping[str, Any] | None = None,
        deadline: float | None = None,
    ) -> tuple[dict[str, Any], Answer]:
        """(JSON object of the answer, answer). Raises ApiError if the call fails or the answer is not a JSON object."""
        answer = self.exchange(call, names, query, body, deadline)
        try:
            return read_document(answer), answer
        except ApiError as error:
            raise ApiError(error.problem, call.doing, not call.names_a_job) from None

    def exchange(
        self,
        call: Call,
        names: Mapping[str, str | None],
        query: Mapping[str, Any] | None = None,
        body: Mapping[str, Any] | None = None,
        deadline: float | None = None,
    ) -> Answer:
        """The answer, also if it reports a failure; raises ApiError if there is none.

        If the answer shows that the gateway does not know this dialect, `in_some_dialect` runs the operation again with the next one.
        """
        home = self.resource.home
        if home and names.get("parent"):
            call = call._replace(headers={**call.headers, home.header: str(names["parent"])})
        request = call.request(self._base_url, {**names, "project_id": self._connection.project_id}, query, body, self.resource.name, self.resource.codes)
        answer = self._connection.exchange(request, deadline)
        self._settle(call, answer)
        return answer

    def _settle(self, call: Call, answer: Answer) -> None:
        """Remember that the service answers in the current dialect; raise _NotOffered if the gateway does not know it.

        A plain 404 counts only for a call that names no job: for a single job, it may mean that the job does not exist.
        """
        if answer.status < 300 or answer.status in (400, 409, 422):
            self._answered = True
        elif answer.status in (404, 405) and len(self._candidates) > 1 and not self._answered:
            meaning = problem_of(answer).meaning
            if meaning is Meaning.ADDRESS or (meaning is Meaning.NOT_FOUND and not call.names_a_job):
                raise _NotOffered
