# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Facts about the caller: pure functions from answers of IAM to the result of `iam_caller_info`.

A token names its user, account and project. For an access key, IAM returns only the list of projects, so the project
and the id of the account are known, but not the user.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ansible_collections.otc.teardown.plugins.module_utils._base.errors import InputError
from ansible_collections.otc.teardown.plugins.module_utils._base.text import plain
from ansible_collections.otc.teardown.plugins.module_utils._iam.connection import Connection, projects_of
from ansible_collections.otc.teardown.plugins.module_utils._iam.identity import Identity
from ansible_collections.otc.teardown.plugins.module_utils._iam.settings import Settings

Facts = dict[str, Any]


def facts_of(connection: Connection) -> Facts:
    """Who the caller is, how it has logged in, and where the services are. Lists the projects of an access key; raises as that does."""
    settings = connection.settings
    if connection.identity:
        facts = facts_of_token(connection.identity)
    else:
        facts = facts_of_key([connection.found] if connection.found else projects_of(connection), settings)
    return {"method": settings.method, "region": settings.region, "endpoints": connection.endpoints(), **facts}


def facts_of_token(identity: Identity) -> Facts:
    """User, domain, project and time of expiry of a token; null for facts that the token does not have."""
    return {
        "user": _named(identity.user.get("id"), identity.user.get("name")),
        "domain": _named(identity.domain.get("id"), identity.domain.get("name")),
        "project": _named(identity.project_id, identity.project_name),
        "expires_at": _text(identity.expires_at),
    }


def facts_of_key(projects: Iterable[Mapping[str, Any]], settings: Settings) -> Facts:
    """As `facts_of_token`, but for an access key, from the projects that it has access to.

    Raises InputError if these do not include the project id of the settings.
    """
    listed = list(projects)
    project: Mapping[str, Any] = {}
    if settings.project_id or settings.project_name:
        project = next((one for one in listed if _is_meant(one, settings)), {})
    if settings.project_id and not project:
        names = ", ".join(sorted(plain(one.get("name")) for one in listed)) or "none"
        raise InputError("project_id", settings.project_id, "is not among the projects that the caller may enter "
                         f"({names}); correct it, or grant the user a role there")
    domains = {one.get("domain_id") for one in ([project] if project else listed)}
    return {
        "user": _named(None, None),
        "domain": _named(domains.pop() if len(domains) == 1 else None, None),
        "project": _named(project.get("id"), project.get("name")),
        "expires_at": None,
    }


def _is_meant(project: Mapping[str, Any], settings: Settings) -> bool:
    if settings.project_id:
        return project.get("id") == settings.project_id
    return project.get("name") == settings.project_name


def _named(identifier: Any, name: Any) -> dict[str, str | None]:
    return {"id": _text(identifier), "name": _text(name)}


def _text(value: Any) -> str | None:
    return plain(value) if isinstance(value, (str, int)) and not isinstance(value, bool) else None
