# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Logs in to a project, with only the requests that a task needs.

Source: OTC IAM API reference, "Verifying a Token" and "Querying Project Information".
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from ansible_collections.otc.teardown.plugins.module_utils._base.errors import (
    ApiError,
    InputError,
    Meaning,
    TeardownError,
)
from ansible_collections.otc.teardown.plugins.module_utils._base.suggestions import choice_of, did_you_mean
from ansible_collections.otc.teardown.plugins.module_utils._base.text import plain, quoted
from ansible_collections.otc.teardown.plugins.module_utils._http import answers
from ansible_collections.otc.teardown.plugins.module_utils._http.client import Authenticator, Client
from ansible_collections.otc.teardown.plugins.module_utils._http.request import Request
from ansible_collections.otc.teardown.plugins.module_utils._iam import endpoints
from ansible_collections.otc.teardown.plugins.module_utils._iam.authenticators import (
    KeyAuthenticator,
    PasswordAuthenticator,
    TokenAuthenticator,
)
from ansible_collections.otc.teardown.plugins.module_utils._iam.identity import Identity, identity_of
from ansible_collections.otc.teardown.plugins.module_utils._iam.settings import KEYS, PASSWORD, Settings


class Connection(NamedTuple):
    """A client that is logged in to one project.

    `identity` is the answer of IAM about the token, None if IAM was not asked; `found` is the project as IAM
    lists it, if it was looked up by name.
    """

    client: Client
    authenticator: Authenticator
    settings: Settings
    project_id: str | None
    identity: Identity | None = None
    found: Mapping[str, Any] | None = None

    def url(self, service: str) -> str:
        """The base URL of a service, without version."""
        listed = self.identity.catalog if self.identity else ()
        return endpoints.service_url(service, self.settings, listed)

    @property
    def knows_catalog(self) -> bool:
        """Whether the token came with a catalog of services."""
        return bool(self.identity and self.identity.catalog)

    def is_located(self, service: str) -> bool:
        """Whether the options or the catalog of the token say where a service is; without a catalog, whether its usual address may be used."""
        if self.settings.endpoints.get(service):
            return True
        catalog = self.identity.catalog if self.identity else ()
        if catalog:
            return endpoints.is_listed(service, self.settings, catalog)
        return not (endpoints.is_rehearsal(self.settings) or endpoints.given_nearby(self.settings))

    def refuse_to_leave_this_machine(self, service: str) -> None:
        """Raise InputError if nothing says where a service is, and the URL that is given for another one is on this machine."""
        near = endpoints.given_nearby(self.settings)
        if near and not self.is_located(service):
            raise InputError(f"endpoints.{service}", None, f"is not given, and endpoints.{near} is on this machine; set it too, or "
                             f"{endpoints.variable_of(service)}")

    def endpoints(self) -> dict[str, str]:
        """Service -> base URL for all services whose URL is known, in the form of the option `endpoints`."""
        found = {}
        for service in endpoints.CATALOG_NAMES:
            try:
                found[service] = endpoints.iam_url(self.settings) if service == "iam" else self.url(service)
            except InputError:
                continue  # no region was given, and no other source has the URL of this service
        return found

    @property
    def token(self) -> str | None:
        """The current token, None if requests are signed."""
        return getattr(self.authenticator, "token", None)

    def send(self, request: Request, deadline: float | None = None) -> dict[str, Any]:
        """The JSON object of the answer; raises ApiError."""
        return self.client.send(request, self.authenticator, deadline)

    def exchange(self, request: Request, deadline: float | None = None) -> answers.Answer:
        """The answer, also if it reports a failure; raises ApiError if there is none."""
        return self.client.exchange(request, self.authenticator, deadline)


# Answers to a login whose password is right. Source: OTC IAM API reference, "Error Codes"; a wrong password is IAM.0062. The form
# of Keystone has no codes; a sentence that names the project as the fault is as clear.
_NO_SUCH_PROJECT = frozenset({"IAM.0064", "IAM.1109"})
_SAYS_NO_SUCH_PROJECT = re.compile(r"no such project|could not find project|project.{0,60} (?:not found|not be found|not exist)", re.IGNORECASE)


def log_in(client: Client, settings: Settings, services: Sequence[str] = ()) -> Connection:
    """Log in to the project of these settings, with only the requests that these services need.

    Raises ApiError, or InputError if the project is not found or is not the project of the token.
    """
    client.redact.add(*settings.secrets)
    try:
        return _log_in(client, settings, services)
    except ApiError as error:
        raise _explained(error, client, settings) from None


def _explained(error: ApiError, client: Client, settings: Settings) -> TeardownError:
    """The error of a login, with what is known about a wrong project or region."""
    problem, project = error.problem, settings.project_id or settings.project_name
    unknown = problem.code in _NO_SUCH_PROJECT or (problem.http_status == 401 and _SAYS_NO_SUCH_PROJECT.search(problem.message))
    if unknown and settings.method == PASSWORD and project:
        try:
            elsewhere = dataclasses.replace(settings, project_id=None, project_name=None)
            return _not_among("project_id" if settings.project_id else "project_name", project, projects_of(_log_in(client, elsewhere, ())))
        except TeardownError:
            return error
    if problem.meaning is Meaning.UNSENT and settings.region and not (settings.auth_url or settings.endpoints.get("iam")):
        words = f"{problem.message}, an address that comes from region: {quoted(settings.region)}"
        return ApiError(problem._replace(message=words), error.doing, error.about_all)
    return error


def _not_among(option: str, given: str, projects: Sequence[Mapping[str, Any]]) -> InputError:
    names = [plain(project.get(option.removeprefix("project_"))) for project in projects]
    shown = [f"{plain(project.get('name'))} ({plain(project.get('id'))})" for project in projects] if option == "project_id" else names
    return InputError(option, given, f"is no project that the login may enter; those are {choice_of(shown)}{did_you_mean(given, names)}")


def _log_in(client: Client, settings: Settings, services: Sequence[str]) -> Connection:
    if settings.method == KEYS:
        keys = KeyAuthenticator(settings)
        found = None if settings.project_id else _find_project(client, keys, settings)
        project_id = str(found["id"]) if found else settings.project_id
        return Connection(client, keys.for_project(project_id), settings, project_id, found=found)
    if settings.method == PASSWORD:
        password = PasswordAuthenticator(client, settings)
        return _connection(client, password, settings, password.identity)
    token = TokenAuthenticator(settings.token or "")
    if settings.project_id and services and set(services) <= settings.endpoints.keys():
        return Connection(client, token, settings, settings.project_id)
    return _connection(client, token, settings, _show_token(client, token, settings))


def projects_of(connection: Connection) -> list[dict[str, Any]]:
    """The projects that the caller has access to, as IAM lists them."""
    url = endpoints.iam_url(connection.settings) + "/auth/projects"
    document = connection.send(Request("GET", url, "list the projects of the caller", True))
    return _projects(document)


_REMEDY = "give a token of the project that is meant, or name that of the token"


def _connection(client: Client, how: Authenticator, settings: Settings, identity: Identity) -> Connection:
    wanted_id, wanted_name = settings.project_id, settings.project_name
    if wanted_id and identity.project_id and identity.project_id != wanted_id:
        raise InputError("project_id", wanted_id, f"the token belongs to project {identity.project_id}; {_REMEDY}")
    if wanted_name and identity.project_name != wanted_name and (identity.project_name or not wanted_id):
        owner = f"project {identity.project_name}" if identity.project_name else "no project with a name"
        raise InputError("project_name", wanted_name, f"the token belongs to {owner}; {_REMEDY}")
    if wanted_name and not (identity.project_id or wanted_id):
        raise TeardownError(f"Failed to log in: the answer of IAM holds no id of project {wanted_name}")
    return Connection(client, how, settings, identity.project_id or wanted_id, identity)


def _show_token(client: Client, token: TokenAuthenticator, settings: Settings) -> Identity:
    url = endpoints.iam_url(settings) + "/auth/tokens"
    headers = {"X-Subject-Token": settings.token or ""}
    request = Request("GET", url, "look up the given token", True, headers=headers)
    try:
        return identity_of(client.send(request, token))
    except ApiError as error:
        if error.problem.http_status in (401, 404):
            raise ApiError(error.problem._replace(meaning=Meaning.REAUTH), request.doing) from None
        raise


def _find_project(client: Client, keys: KeyAuthenticator, settings: Settings) -> Mapping[str, Any] | None:
    if not settings.project_name:
        return None
    name = settings.project_name
    listed = _projects_by_name(client, keys, settings, name)
    found = {project["id"]: project for project in listed if project.get("id")}
    if len(found) == 1:
        return next(iter(found.values()))
    if found:
        raise InputError("project_name", name, f"there are {len(found)} projects of this name; set project_id instead")
    try:
        own = _projects_by_key(client, keys, settings, f"find project {name}")
    except TeardownError:
        raise InputError("project_name", name, "the caller has no project of this name; check it, or set project_id") from None
    raise _not_among("project_name", name, own)


def _projects_by_name(
    client: Client, keys: KeyAuthenticator, settings: Settings, name: str
) -> list[dict[str, Any]]:
    url = endpoints.iam_url(settings)
    doing = f"find project {name}"
    try:
        document = client.send(Request("GET", f"{url}/projects", doing, True, query=(("name", name),)), keys)
    except ApiError as error:
        if error.problem.meaning is not Meaning.DENIED:
            raise
        # A normal user may not search all projects, but may always list its own.
        return [project for project in _projects_by_key(client, keys, settings, doing) if project.get("name") == name]
    return [project for project in _projects(document) if project.get("name") == name]


def _projects_by_key(client: Client, keys: KeyAuthenticator, settings: Settings, doing: str) -> list[dict[str, Any]]:
    return _projects(client.send(Request("GET", f"{endpoints.iam_url(settings)}/auth/projects", doing, True), keys))


def _projects(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    projects = document.get("projects")
    if not isinstance(projects, list):
        raise TeardownError("Failed to list projects: the answer of IAM holds no list of projects")
    return [project for project in projects if isinstance(project, dict)]
