# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The calls of IAM, according to "Token Management" and "Project Management" in the OTC IAM API reference."""
from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

from aiohttp import web

from .answers import Refusal, error, keystone_error, reply
from .call import Call, Route, parsed
from .iam import Iam, LoginError, Token

_LOGIN_ERRORS = {
    "password": (401, "IAM.0062", "Unauthorized", "The username or password is wrong."),
    "locked": (401, "IAM.0061", "Unauthorized", "The account is locked after too many failed logins."),
    "disabled": (403, "IAM.0082", "Forbidden", "The user is disabled."),
    "project": (401, "IAM.0064", "Unauthorized", "The user has no such project."),
}


def refusal(call: Call, status: int, code: str, title: str, message: str) -> Refusal:
    """Return an error in the format that the scenario sets: that of Keystone or that of IAM."""
    if call.core.scenario["iam"]["error_shape"] == "iam":
        return Refusal(error(status, code, message))
    return Refusal(keystone_error(status, title, message))


def _bad_request(call: Call, message: str) -> Refusal:
    return refusal(call, 400, "IAM.0011", "Bad Request", message)


def _part(call: Call, document: Any, *keys: str) -> Any:
    """Return the value under the nested keys, or raise Refusal."""
    for key in keys:
        if not isinstance(document, dict) or key not in document:
            raise _bad_request(call, f"The request body is invalid: {'.'.join(keys)} is missing.")
        document = document[key]
    return document


def create_token(call: Call) -> web.Response:
    """Answer "Obtaining a User Token Through Password Authentication"."""
    auth = _part(call, parsed(call.body), "auth")
    if _part(call, auth, "identity", "methods") != ["password"]:
        raise _bad_request(call, "The simulator knows the method password only.")
    given = _part(call, auth, "identity", "password", "user")
    name, domain = _user_in(call, given)
    password = _part(call, given, "password")
    if not isinstance(password, str):
        raise _bad_request(call, "The password is not a text.")
    try:
        user = call.core.iam.login(name, domain, password)
        project, domain_scope = _scope(call, user, auth.get("scope"))
    except LoginError as problem:
        raise refusal(call, *_LOGIN_ERRORS[problem.reason]) from None
    text, token = call.core.iam.issue(user["name"], project, domain_scope)
    return reply({"token": _document(call, token)}, 201, {"X-Subject-Token": text})


def _user_in(call: Call, given: Any) -> tuple[str, str | None]:
    """Return the user's name or id, and the domain that goes with a name."""
    if isinstance(given, dict) and isinstance(given.get("id"), str):
        return given["id"], None
    name, domain = _part(call, given, "name"), _part(call, given, "domain")
    domain = domain.get("name", domain.get("id")) if isinstance(domain, dict) else None
    if not isinstance(name, str) or not isinstance(domain, str):
        raise _bad_request(call, "The user needs a name and a domain with a name or an id.")
    return name, domain


def _scope(call: Call, user: dict[str, Any], scope: Any) -> tuple[str | None, bool]:
    """Return the project id, and whether the scope is the domain; a project wins over a domain."""
    if scope is None:
        return None, False
    if not isinstance(scope, dict):
        raise _bad_request(call, "The scope is not an object.")
    if "project" not in scope:
        domain = _part(call, scope, "domain")
        if not isinstance(domain, dict) or not set(domain.values()) & set(call.core.scenario["domain"].values()):
            raise LoginError("project")
        return None, True
    project = scope["project"] if isinstance(scope["project"], dict) else {}
    if isinstance(project.get("id"), str):
        return call.core.iam.project_for(user, project["id"])["id"], False
    wanted = _part(call, project, "name")
    domain = project.get("domain")
    if domain is None and call.core.scenario["iam"]["require_project_domain"]:
        raise _bad_request(call, "A project by name needs its domain.")
    if domain is not None and (not isinstance(domain, dict) or not set(domain.values()) & set(call.core.scenario["domain"].values())):
        raise LoginError("project")
    found = call.core.iam.project_for(user, str(wanted))
    return found["id"], False


def show_token(call: Call) -> web.Response:
    """Answer "Verifying a Token", with the document, for HEAD without it."""
    token = _subject(call)
    return reply(None if call.request.method == "HEAD" else {"token": _document(call, token)}, headers={"X-Subject-Token": call.headers["X-Subject-Token"]})


def revoke_token(call: Call) -> web.Response:
    """Answer the revocation of a token."""
    _subject(call)
    call.core.iam.revoke(call.headers["X-Subject-Token"])
    return reply(status=204)


def _subject(call: Call) -> Token:
    token = call.core.iam.good_token(call.headers.get("X-Subject-Token", ""))
    if token is None:
        raise refusal(call, 404, "IAM.0004", "Not Found", "The subject token could not be found.")
    return token


def list_own_projects(call: Call) -> web.Response:
    """Answer "Querying the Projects Accessible to a User"."""
    return reply({"links": {"self": f"{call.core.url}/iam/v3/auth/projects"}, "projects": _projects(call)})


def list_projects(call: Call) -> web.Response:
    """Answer "Querying Project Information"; not every user has this permission."""
    user = _user(call)
    if user and not user.get("may_list_projects", True):
        raise refusal(call, 403, "IAM.0002", "Forbidden", "You are not authorized to perform the requested action: identity:list_projects.")
    name = call.query.get("name")
    found = [project for project in _projects(call) if name in (None, project["name"])]
    return reply({"links": {"self": f"{call.core.url}/iam/v3/projects"}, "projects": found})


def _user(call: Call) -> dict[str, Any] | None:
    return call.core.iam.user(call.caller.user) if call.caller and call.caller.user else None


def _projects(call: Call) -> list[dict[str, Any]]:
    domain = call.core.scenario["domain"]["id"]
    return [
        {
            "id": project["id"], "name": project["name"], "domain_id": domain, "parent_id": domain,
            "enabled": True, "is_domain": False, "description": "", "links": {},
        }
        for project in call.core.iam.projects_of(_user(call))
    ]


def list_domains(call: Call) -> web.Response:
    """Answer "Querying the Account Accessible to a User"."""
    return reply({"links": {"self": f"{call.core.url}/iam/v3/auth/domains"}, "domains": [{**call.core.scenario["domain"], "enabled": True, "links": {}}]})


def show_catalog(call: Call) -> web.Response:
    """Answer "Querying the Service Catalog", only for callers with a project."""
    if call.caller is None or call.caller.project is None:
        raise refusal(call, 403, "IAM.0002", "Forbidden", "A project-scoped token is required.")
    return reply({"catalog": catalog(call, call.caller.project), "links": {"self": f"{call.core.url}/iam/v3/auth/catalog"}})


def catalog(call: Call, project: str) -> list[dict[str, Any]]:
    """Return the catalog, one entry per type and name."""
    entries: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for item in call.core.scenario["catalog"] or _DEFAULT_CATALOG:
        found = entries.setdefault((item["type"], item.get("name", item["type"])), [])
        region = item.get("region", call.core.scenario["region"])
        url = item["url"].replace("{url}", call.core.url)
        if call.core.scenario["iam"]["fill_placeholders"]:
            for placeholder in ("$(tenant_id)s", "%(tenant_id)s", "$(project_id)s", "%(project_id)s"):
                url = url.replace(placeholder, project)
        found.append({"id": f"{len(entries):032x}", "url": url, "region": region, "region_id": region, "interface": item.get("interface", "public")})
    return [{"id": f"{index:032x}", "type": kind, "name": name, "endpoints": ends} for index, ((kind, name), ends) in enumerate(entries.items(), 1)]


_DEFAULT_CATALOG: list[dict[str, str]] = [
    {"type": "identity", "name": "iam", "url": "{url}/iam/v3", "region": "*"},
    {"type": "modelarts", "url": "{url}/modelarts/v1/$(tenant_id)s"},
    {"type": "drs", "url": "{url}/drs/v3/$(tenant_id)s"},
    {"type": "dli", "url": "{url}/dli/v1.0/$(tenant_id)s"},
    {"type": "mrs", "url": "{url}/mrs/v1.1/$(tenant_id)s"},
    {"type": "dayu-dlf", "url": "{url}/dlf"},
]


def _document(call: Call, token: Token) -> dict[str, Any]:
    domain = call.core.scenario["domain"]
    user = call.core.iam.user(token.user) or {"name": token.user}
    document: dict[str, Any] = {
        "methods": ["password"], "issued_at": _time(token.issued), "expires_at": _time(token.expires),
        "user": {"id": Iam.user_id(user), "name": token.user, "domain": domain, "password_expires_at": ""},
        "roles": [{"id": "0", "name": "te_admin"}],
    }
    if token.project:
        name = next((project["name"] for project in call.core.scenario["projects"] if project["id"] == token.project), "")
        document["project"] = {"id": token.project, "name": name, "domain": domain}
    elif token.domain_scope:
        document["domain"] = domain
    if not call.query.get("nocatalog") and (token.project or token.domain_scope):
        document["catalog"] = catalog(call, token.project or "")
    return document


def _time(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


_BASE = "/iam/v3"
ROUTES = [
    Route("POST", _BASE + "/auth/tokens", "login", "token", create_token),
    Route("GET", _BASE + "/auth/tokens", "token_show", "token", show_token),
    Route("HEAD", _BASE + "/auth/tokens", "token_show", "token", show_token),
    Route("DELETE", _BASE + "/auth/tokens", "token_revoke", "token", revoke_token),
    Route("GET", _BASE + "/auth/projects", "projects", "project", list_own_projects),
    Route("GET", _BASE + "/projects", "projects", "project", list_projects),
    Route("GET", _BASE + "/auth/catalog", "catalog", "catalog", show_catalog),
    Route("GET", _BASE + "/auth/domains", "domains", "domain", list_domains),
]
