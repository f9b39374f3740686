# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The body of a login request, and the facts about a token in the answer of IAM. Pure.

Source: OTC IAM API reference, "Obtaining a User Token Through Password Authentication"; OpenStack
Identity API v3.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from ansible_collections.otc.teardown.plugins.module_utils._base.text import plain
from ansible_collections.otc.teardown.plugins.module_utils._iam.settings import Settings


class Identity(NamedTuple):
    """Facts from IAM about a token: project, user, catalog, time of expiry (ISO 8601, UTC) and account.

    `domain` is the account of the project, else of the token, else of the user.
    """

    project_id: str | None
    project_name: str | None
    catalog: tuple[Mapping[str, Any], ...]
    expires_at: str | None
    user: Mapping[str, Any]
    domain: Mapping[str, Any]


def login_body(settings: Settings) -> dict[str, Any]:
    """The body of a password login; without a project the request has no scope."""
    user = {"name": settings.username, "password": settings.password, "domain": dict(settings.user_domain)}
    auth: dict[str, Any] = {"identity": {"methods": ["password"], "password": {"user": user}}}
    if settings.project_id:
        auth["scope"] = {"project": {"id": settings.project_id}}
    elif settings.project_name:
        # Keystone finds a project by name only within its domain.
        auth["scope"] = {"project": {"name": settings.project_name, "domain": dict(settings.project_domain)}}
    return {"auth": auth}


def identity_of(document: Mapping[str, Any]) -> Identity:
    """The Identity from the body of an answer about a token; missing facts are None or empty."""
    token = _mapping(document.get("token"))
    project, user = _mapping(token.get("project")), _mapping(token.get("user"))
    domains = (_mapping(domain) for domain in (project.get("domain"), token.get("domain"), user.get("domain")))
    entries = token.get("catalog")
    return Identity(
        project_id=_text(project.get("id")),
        project_name=_text(project.get("name")),
        catalog=tuple(entry for entry in entries if isinstance(entry, dict)) if isinstance(entries, list) else (),
        expires_at=_text(token.get("expires_at")),
        user=user,
        domain=next((domain for domain in domains if domain), {}),
    )


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str | None:
    return plain(value) if isinstance(value, str) and value else None
