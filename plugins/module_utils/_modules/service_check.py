# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Checks the services: requests the list of each kind of job, with as few requests as possible."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from ansible_collections.otc.teardown.plugins.module_utils._api.api import Api
from ansible_collections.otc.teardown.plugins.module_utils._api.pages import MAYBE_TOO_LARGE, content_of
from ansible_collections.otc.teardown.plugins.module_utils._base.errors import (
    ADVICE,
    ApiError,
    InputError,
    Meaning,
    Problem,
    TeardownError,
)
from ansible_collections.otc.teardown.plugins.module_utils._http.answers import Answer
from ansible_collections.otc.teardown.plugins.module_utils._iam.connection import Connection
from ansible_collections.otc.teardown.plugins.module_utils._model.resource import Listing, Resource

# After one of these, a request for another kind of the same service cannot succeed, and may lock an access key.
_TRUE_OF_THE_SERVICE = frozenset({Meaning.REAUTH, Meaning.CREDENTIALS, Meaning.UNSENT, Meaning.LOST})

_NOT_OFFERED = f"{ADVICE[Meaning.ADDRESS]}; if they are right, this cloud does not offer it: leave this kind out"
_ADVICE = {
    **ADVICE,
    Meaning.ADDRESS: _NOT_OFFERED,
    Meaning.NOT_FOUND: _NOT_OFFERED,
    Meaning.DENIED: "give the user's group a role in this project that may list these jobs",
    Meaning.INVALID: "correct what the message names; check the project and endpoints",
    Meaning.THROTTLED: "too many requests: wait, and run fewer tasks of this user at the same time",
    Meaning.TRANSIENT: "the service has trouble: try again later; the cloud's support can look up the request id",
    Meaning.LOST: "check the network and the proxy settings, or raise api_timeout",
    Meaning.GARBLED: "the answer is not from this service, or is from an unknown version of it: check endpoints and the proxy",
}
_ELSE = "read the message; if it makes no sense, report it with the request id to the cloud's support"


class Answered(NamedTuple):
    """The answer of one list: the total that it reports, or the problem."""

    endpoint: str | None = None
    dialect: str | None = None
    total: int | None = None
    http_status: int | None = None
    problem: Problem | None = None


def probe(connection: Connection, resources: Sequence[Resource]) -> list[dict[str, Any]]:
    """One row for each kind of job. No more requests go to a service that refuses the login or cannot be reached."""
    given_up: dict[str, Answered] = {}
    rows = []
    for resource in resources:
        answered = given_up.get(resource.service) or _look(connection, resource)
        if answered.problem and answered.problem.meaning in _TRUE_OF_THE_SERVICE:
            given_up[resource.service] = answered
        rows.append(_row(resource, answered))
    return rows


def _row(resource: Resource, answered: Answered) -> dict[str, Any]:
    problem = answered.problem
    return {
        "resource": resource.name,
        "service": resource.service,
        "endpoint": answered.endpoint,
        "api": answered.dialect,
        "ok": problem is None,
        "http_status": problem.http_status if problem else answered.http_status,
        "jobs": None if resource.parent else answered.total,
        "parent": resource.parent.noun if resource.parent else None,
        "parents": answered.total if resource.parent else None,
        "error": problem.as_row() if problem else None,
        "advice": _ADVICE.get(problem.meaning, _ELSE) if problem else None,
    }


def _look(connection: Connection, resource: Resource) -> Answered:
    endpoint = None
    try:
        endpoint = connection.url(resource.service)
        api = Api(connection, resource)
        total, http_status = api.in_some_dialect(lambda: _total(api))
        return Answered(endpoint, api.dialect.name, total, http_status)
    except ApiError as error:
        problem = error.problem
    except InputError as error:
        problem = Problem(str(error), Meaning.INVALID)
    except TeardownError as error:
        problem = Problem(str(error), Meaning.GARBLED)
    return Answered(endpoint, problem=problem)


def _one_page(api: Api, listing: Listing, chosen: Mapping[str, str]) -> tuple[dict[str, Any], Answer]:
    """A page as small as permitted; one without parameters, if the list may refuse them and does."""
    pager = listing.pager
    try:
        return api.ask_for_page(listing, None, {**chosen, pager.position: pager.first, pager.limit: pager.least})
    except ApiError as error:
        if 0 not in pager.smaller or error.problem.meaning not in MAYBE_TOO_LARGE:
            raise
    return api.ask_for_page(listing, None, chosen)


def _total(api: Api) -> tuple[int, int]:
    """The total the server reports (of parents, where the kind has them), summed over all passes, and the HTTP status."""
    parent = api.resource.parent
    listing = parent.listing if parent else api.dialect.listing
    passes = [{listing.passes.parameter: value} for value in listing.passes.values] if listing.passes else [{}]
    total = status = 0
    for chosen in passes:
        document, answer = _one_page(api, listing, chosen)
        total += content_of(document, listing)[1]
        status = answer.status
    return total, status
