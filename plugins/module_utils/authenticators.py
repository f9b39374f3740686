# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Proof of identity for requests: a password login, a ready token, or an access key.

Sources: OTC IAM API reference ("Obtaining a User Token Through Password Authentication"); Huawei Cloud
API request signing guide.
"""

from __future__ import annotations

import datetime
import json
import re
import threading
from collections.abc import Callable, Mapping

from ansible_collections.otc.teardown.plugins.module_utils import answers, catalog, signing
from ansible_collections.otc.teardown.plugins.module_utils.client import Client
from ansible_collections.otc.teardown.plugins.module_utils.errors import ApiError, Meaning, TeardownError
from ansible_collections.otc.teardown.plugins.module_utils.identity import Identity, identity_of, login_body
from ansible_collections.otc.teardown.plugins.module_utils.request import Request
from ansible_collections.otc.teardown.plugins.module_utils.settings import Settings


class TokenAuthenticator:
    """A token that was handed to us."""

    def __init__(self, token: str) -> None:
        self.token = token

    def headers_for(self, request: Request) -> Mapping[str, str]:
        """The token header."""
        return {"X-Auth-Token": self.token}

    def renew(self, rejected: Mapping[str, str]) -> bool:
        """Never: there is nothing to log in with."""
        return False


class PasswordAuthenticator:
    """A token got by password; logs in once more if it is rejected in mid-run."""

    def __init__(self, client: Client, settings: Settings) -> None:
        self._client = client
        self._settings = settings
        self._lock = threading.Lock()
        self._renewed = False
        self.token, self.identity = self._log_in()

    def headers_for(self, request: Request) -> Mapping[str, str]:
        """The token header."""
        return {"X-Auth-Token": self.token}

    def renew(self, rejected: Mapping[str, str]) -> bool:
        """One login for all threads whose token was rejected, once in a run."""
        with self._lock:
            if rejected.get("X-Auth-Token") != self.token:
                return True
            if self._renewed:
                return False
            self._renewed = True
            self.token, self.identity = self._log_in()
            return True

    def _log_in(self) -> tuple[str, Identity]:
        url = catalog.iam_url(self._settings) + "/auth/tokens"
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
    """Signs every request with an access key; no login is needed."""

    def __init__(
        self, settings: Settings, project_id: str | None = None, now: Callable[[], datetime.datetime] | None = None
    ) -> None:
        self._settings = settings
        self._project_id = project_id
        self._now = now or (lambda: datetime.datetime.now(datetime.timezone.utc))

    def for_project(self, project_id: str | None) -> KeyAuthenticator:
        """The same keys for requests to the services of a project."""
        return KeyAuthenticator(self._settings, project_id, self._now)

    def headers_for(self, request: Request) -> Mapping[str, str]:
        """Date, project, security token and signature over all headers that are sent on purpose."""
        settings = self._settings
        proof = {"Host": request.host, "X-Sdk-Date": signing.format_date(self._now())}
        if self._project_id:
            proof["X-Project-Id"] = self._project_id
        elif settings.user_domain.get("id"):
            proof["X-Domain-Id"] = settings.user_domain["id"]
        if settings.security_token:
            proof["X-Security-Token"] = settings.security_token
        proof["Authorization"] = signing.authorization(
            settings.access_key or "",
            settings.secret_key or "",
            request.method,
            request.full_url,
            {**request.headers, **proof},
            request.body or b"",
        )
        return proof

    def renew(self, rejected: Mapping[str, str]) -> bool:
        """Never: a signature that is wrong once is wrong again, and repeating it locks the key."""
        return False


def _login_error(error: ApiError, request: Request) -> ApiError:
    problem = error.problem
    if problem.meaning is Meaning.REAUTH:
        problem = problem._replace(meaning=Meaning.CREDENTIALS)
    return ApiError(problem, request.doing)
