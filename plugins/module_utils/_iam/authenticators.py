# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Authentication of requests: a password login, a given token, or an access key.

Sources: OTC IAM API reference ("Obtaining a User Token Through Password Authentication"); Huawei Cloud
API request signing guide.
"""

from __future__ import annotations

import contextlib
import datetime
import json
import re
import threading
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Any

from ansible_collections.otc.teardown.plugins.module_utils._base.errors import ApiError, Meaning, Problem, TeardownError
from ansible_collections.otc.teardown.plugins.module_utils._http import answers, signature
from ansible_collections.otc.teardown.plugins.module_utils._http.client import Client
from ansible_collections.otc.teardown.plugins.module_utils._http.request import Request
from ansible_collections.otc.teardown.plugins.module_utils._iam import endpoints
from ansible_collections.otc.teardown.plugins.module_utils._iam.identity import Identity, identity_of, login_body
from ansible_collections.otc.teardown.plugins.module_utils._iam.settings import Settings

MOST_SIGNED_AT_ONCE = 4
"""Maximum number of concurrent requests with an access key: five wrong ones in a row lock a key, so fewer than five."""

MOST_RENEWALS = 5
"""Maximum number of logins in one run after the first; a token is valid for a day."""

MOST_REPEATS = 2
"""Maximum number of stops that are repeated with a new token that was rejected before it worked for any request: the rejection may
concern these stops only."""

# After a failure with one of these meanings, a later login may succeed.
_MAY_PASS = frozenset({Meaning.TRANSIENT, Meaning.LOST, Meaning.UNSENT, Meaning.THROTTLED})


def _not_sent(what: str, rejection: Problem) -> Problem:
    return Problem(f"not sent: the {what} was rejected before: {rejection}", rejection.meaning)


class TokenAuthenticator:
    """A token given by the user. No more requests go to a service that has rejected it."""

    slot: AbstractContextManager[Any] = contextlib.nullcontext()

    def __init__(self, token: str) -> None:
        self.token = token
        self._rejections: dict[str, Problem] = {}

    def why_not(self, request: Request) -> Problem | None:
        """A problem if this service has rejected the token before; otherwise None."""
        rejection = self._rejections.get(request.host)
        return _not_sent("token", rejection) if rejection else None

    def headers_for(self, request: Request) -> Mapping[str, str]:
        """The token header."""
        return {"X-Auth-Token": self.token}

    def note(self, request: Request, proof: Mapping[str, str], rejection: Problem | None) -> None:
        """Remember a rejection."""
        if rejection:
            self._rejections.setdefault(request.host, rejection)

    def renew(self, rejected: Mapping[str, str], safe: bool = True) -> bool:
        """Always False: there are no credentials for a login."""
        return False


class PasswordAuthenticator:
    """A token from a password login; logs in again if the token is rejected during the run.

    It logs in again only if the token has worked since its login, at most MOST_RENEWALS times, and never after a
    refused login. So neither a service that rejects every token nor a changed password causes a loop of logins. A stop whose
    new token is rejected before it has worked is sent again with it, at most MOST_REPEATS times in all.
    """

    slot: AbstractContextManager[Any] = contextlib.nullcontext()

    def __init__(self, client: Client, settings: Settings) -> None:
        self._client = client
        self._settings = settings
        self._lock = threading.Lock()
        self._has_worked = True  # the first token may be renewed without this proof
        self._renewals = 0
        self._repeats = 0
        self._refusal: TeardownError | None = None
        self.token, self.identity = self._log_in()

    def why_not(self, request: Request) -> Problem | None:
        """Always None: a rejected token can be renewed."""
        return None

    def headers_for(self, request: Request) -> Mapping[str, str]:
        """The token header."""
        return {"X-Auth-Token": self.token}

    def note(self, request: Request, proof: Mapping[str, str], rejection: Problem | None) -> None:
        """Remember that the current token works."""
        if rejection is None and proof.get("X-Auth-Token") == self.token:
            self._has_worked = True

    def renew(self, rejected: Mapping[str, str], safe: bool = True) -> bool:
        """Log in once for all threads whose token was rejected; raises TeardownError if a login is or was refused."""
        with self._lock:
            if rejected.get("X-Auth-Token") != self.token:
                return True
            if self._refusal:
                raise self._refusal
            if not self._has_worked:
                self._repeats += not safe
                return not safe and self._repeats <= MOST_REPEATS
            if self._renewals == MOST_RENEWALS:
                return False
            try:
                self.token, self.identity = self._log_in()
            except TeardownError as error:
                if not (isinstance(error, ApiError) and error.problem.meaning in _MAY_PASS):
                    self._refusal = error
                raise
            self._has_worked = False
            self._repeats = 0
            self._renewals += 1
            return True

    def _log_in(self) -> tuple[str, Identity]:
        url = endpoints.iam_url(self._settings) + "/auth/tokens"
        body = json.dumps(login_body(self._settings)).encode("utf-8")
        request = Request("POST", url, "log in", True, body=body, headers={"Content-Type": "application/json"})
        answer = self._client.exchange(request)
        try:
            document = answers.read_document(answer)
        except ApiError as error:
            raise _login_error(error, request) from None
        token = answer.headers.get("x-subject-token")
        if not token:
            raise TeardownError(f"Failed to log in: {request.host} sent no X-Subject-Token (HTTP {answer.status})")
        self._client.redact.add(token)
        if not re.fullmatch("[!-~]+", token):
            raise TeardownError(f"Failed to log in: the X-Subject-Token of {request.host} holds characters that no token can hold")
        return token, identity_of(document)


class KeyAuthenticator:
    """Signs every request with an access key; no login is needed.

    After the first rejection by any service it signs no more requests: several wrong signatures lock a key.
    """

    def __init__(
        self, settings: Settings, project_id: str | None = None, now: Callable[[], datetime.datetime] | None = None
    ) -> None:
        self.slot: AbstractContextManager[Any] = threading.BoundedSemaphore(MOST_SIGNED_AT_ONCE)
        self._rejections: list[Problem] = []
        self._settings = settings
        self._project_id = project_id
        self._now = now or (lambda: datetime.datetime.now(datetime.timezone.utc))

    def for_project(self, project_id: str | None) -> KeyAuthenticator:
        """An authenticator with the same key for requests to the services of a project; it shares the rejections."""
        other = KeyAuthenticator(self._settings, project_id, self._now)
        other.slot, other._rejections = self.slot, self._rejections
        return other

    def why_not(self, request: Request) -> Problem | None:
        """A problem if the key was rejected before; otherwise None."""
        return _not_sent("access key", self._rejections[0]) if self._rejections else None

    def headers_for(self, request: Request) -> Mapping[str, str]:
        """Date, project, security token, and the signature over all headers set by this collection."""
        settings = self._settings
        proof = {"Host": request.host, "X-Sdk-Date": signature.format_date(self._now())}
        if self._project_id:
            proof["X-Project-Id"] = self._project_id
        elif settings.user_domain.get("id"):
            proof["X-Domain-Id"] = settings.user_domain["id"]
        if settings.security_token:
            proof["X-Security-Token"] = settings.security_token
        proof["Authorization"] = signature.authorization(
            settings.access_key or "",
            settings.secret_key or "",
            request.method,
            request.full_url,
            {**request.headers, **proof},
            request.body or b"",
        )
        return proof

    def note(self, request: Request, proof: Mapping[str, str], rejection: Problem | None) -> None:
        """Remember a rejection."""
        if rejection:
            self._rejections.append(rejection)

    def renew(self, rejected: Mapping[str, str], safe: bool = True) -> bool:
        """Always False: a second wrong signature is wrong again, and repetitions lock the key."""
        return False


def _login_error(error: ApiError, request: Request) -> ApiError:
    problem = error.problem
    if problem.meaning is Meaning.REAUTH:
        problem = problem._replace(meaning=Meaning.CREDENTIALS)
    return ApiError(problem, request.doing)
