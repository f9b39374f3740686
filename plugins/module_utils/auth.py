# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Logging in: by password, with a ready token, or with an access key.

Sources: OTC IAM API reference ("Obtaining a User Token Through Password Authentication", "Verifying
a Token", "Querying Project Information"); OpenStack Identity API v3; Huawei Cloud signing guide.
"""

from __future__ import annotations

import dataclasses
import datetime
import json
import threading
from collections.abc import Callable, Mapping
from typing import Any

from ansible_collections.otc.teardown.plugins.module_utils import answers, catalog, signing
from ansible_collections.otc.teardown.plugins.module_utils.errors import (
    ApiError,
    InputError,
    Meaning,
    TeardownError,
)
from ansible_collections.otc.teardown.plugins.module_utils.http import Authenticator, Client
from ansible_collections.otc.teardown.plugins.module_utils.settings import KEYS, PASSWORD, Settings
from ansible_collections.otc.teardown.plugins.module_utils.transport import Request

_JSON = {"Content-Type": "application/json"}


@dataclasses.dataclass(frozen=True)
class Identity:
    """What IAM says of a token: its project, user, catalog and end of life (ISO 8601, UTC)."""

    project_id: str | None
    project_name: str | None
    catalog: tuple[Mapping[str, Any], ...]
    expires_at: str | None
    user: Mapping[str, Any]


@dataclasses.dataclass(frozen=True)
class Connection:
    """A client that is logged in to one project. `identity` is None where IAM was not asked."""

    client: Client
    authenticator: Authenticator
    settings: Settings
    project_id: str | None
    identity: Identity | None = None

    def url(self, service: str) -> str:
        """The base URL of a service, without version."""
        listed = self.identity.catalog if self.identity else ()
        return catalog.service_url(service, self.settings, listed)

    def send(self, request: Request, deadline: float | None = None) -> dict[str, Any]:
        """The JSON object of the answer; raises ApiError."""
        return self.client.send(request, self.authenticator, deadline)

    def exchange(self, request: Request, deadline: float | None = None) -> answers.Answer:
        """The answer, whatever it says; raises ApiError if there is none."""
        return self.client.exchange(request, self.authenticator, deadline)


def connect(client: Client, settings: Settings, service: str | None = None) -> Connection:
    """Log in, as far as it is needed to use `service` in the project of these settings.

    Raises ApiError, or InputError if the project cannot be found or is not that of the token.
    """
    client.redact.add(*settings.secrets)
    if settings.method == KEYS:
        keys = KeyAuthenticator(settings)
        project_id = settings.project_id or _find_project(client, keys, settings)
        return Connection(client, keys.for_project(project_id), settings, project_id)
    if settings.method == PASSWORD:
        password = PasswordAuthenticator(client, settings)
        return _connection(client, password, settings, password.identity)
    token = TokenAuthenticator(settings.token or "")
    if settings.project_id and service in settings.endpoints:
        return Connection(client, token, settings, settings.project_id)
    return _connection(client, token, settings, _show_token(client, token, settings))


class TokenAuthenticator:
    """A token that was handed to us."""

    def __init__(self, token: str) -> None:
        self._token = token

    def headers_for(self, request: Request) -> Mapping[str, str]:
        """The token header."""
        return {"X-Auth-Token": self._token}

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
        request = Request("POST", url, "log in", True, body=body, headers=_JSON)
        answer = self._client.exchange(request)
        try:
            document = answers.read_document(answer)
        except ApiError as error:
            raise _login_error(error, request) from None
        token = answer.headers.get("x-subject-token")
        if not token:
            raise TeardownError(f"Failed to log in: {request.host} sent no X-Subject-Token (HTTP {answer.status})")
        self._client.redact.add(token)
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


def login_body(settings: Settings) -> dict[str, Any]:
    """The body of a password login; without a project the token has no scope of its own."""
    user = {"name": settings.username, "password": settings.password, "domain": dict(settings.user_domain)}
    auth: dict[str, Any] = {"identity": {"methods": ["password"], "password": {"user": user}}}
    if settings.project_id:
        auth["scope"] = {"project": {"id": settings.project_id}}
    elif settings.project_name:
        # Keystone finds a project by name only within its domain.
        auth["scope"] = {"project": {"name": settings.project_name, "domain": dict(settings.project_domain)}}
    return {"auth": auth}


def identity_of(document: Mapping[str, Any]) -> Identity:
    """The Identity in the body of an answer about a token; what is absent stays empty."""
    token = _mapping(document.get("token"))
    project = _mapping(token.get("project"))
    entries = token.get("catalog")
    return Identity(
        project_id=project.get("id"),
        project_name=project.get("name"),
        catalog=tuple(entry for entry in entries if isinstance(entry, dict)) if isinstance(entries, list) else (),
        expires_at=token.get("expires_at"),
        user=_mapping(token.get("user")),
    )


def projects_of(connection: Connection) -> list[dict[str, Any]]:
    """The projects that the caller may enter, as IAM lists them."""
    url = catalog.iam_url(connection.settings) + "/auth/projects"
    document = connection.send(Request("GET", url, "list the projects of the caller", True))
    return _projects(document)


def _connection(client: Client, how: Authenticator, settings: Settings, identity: Identity) -> Connection:
    wanted_id, wanted_name = settings.project_id, settings.project_name
    if wanted_id and identity.project_id and identity.project_id != wanted_id:
        raise InputError("project_id", wanted_id, f"the token belongs to project {identity.project_id}")
    if wanted_name and not wanted_id and identity.project_name != wanted_name:
        raise InputError("project_name", wanted_name, f"the token belongs to project {identity.project_name}")
    return Connection(client, how, settings, identity.project_id or wanted_id, identity)


def _show_token(client: Client, token: TokenAuthenticator, settings: Settings) -> Identity:
    url = catalog.iam_url(settings) + "/auth/tokens"
    headers = {"X-Subject-Token": settings.token or ""}
    request = Request("GET", url, "look up the given token", True, headers=headers)
    try:
        return identity_of(client.send(request, token))
    except ApiError as error:
        if error.problem.http_status in (401, 404):
            raise ApiError(dataclasses.replace(error.problem, meaning=Meaning.REAUTH), request.doing) from None
        raise


def _find_project(client: Client, keys: KeyAuthenticator, settings: Settings) -> str | None:
    if not settings.project_name:
        return None
    name = settings.project_name
    found = {project.get("id") for project in _projects_by_name(client, keys, settings, name)} - {None}
    if len(found) == 1:
        return str(found.pop())
    if found:
        raise InputError("project_name", name, f"there are {len(found)} projects of this name; set project_id instead")
    raise InputError("project_name", name, "the caller has no project of this name; check it, or set project_id")


def _projects_by_name(
    client: Client, keys: KeyAuthenticator, settings: Settings, name: str
) -> list[dict[str, Any]]:
    url = catalog.iam_url(settings)
    doing = f"find project {name}"
    try:
        document = client.send(Request("GET", f"{url}/projects", doing, True, query=(("name", name),)), keys)
    except ApiError as error:
        if error.problem.meaning is not Meaning.DENIED:
            raise
        # An ordinary user may not search all projects, but may always see its own.
        document = client.send(Request("GET", f"{url}/auth/projects", doing, True), keys)
    return [project for project in _projects(document) if project.get("name") == name]


def _projects(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    projects = document.get("projects")
    if not isinstance(projects, list):
        raise TeardownError("Failed to list projects: the answer of IAM holds no list of projects")
    return [project for project in projects if isinstance(project, dict)]


def _login_error(error: ApiError, request: Request) -> ApiError:
    problem = error.problem
    if problem.meaning is Meaning.REAUTH:
        problem = dataclasses.replace(problem, meaning=Meaning.CREDENTIALS)
    return ApiError(problem, request.doing)


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
