# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The modules `iam_token` and `iam_project_info`, from their options to their results."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.otc.teardown.plugins.module_utils._base.text import plain
from ansible_collections.otc.teardown.plugins.module_utils._iam.connection import Connection, projects_of
from ansible_collections.otc.teardown.plugins.module_utils._iam.settings import PASSWORD
from ansible_collections.otc.teardown.plugins.module_utils._modules.module import TeardownModule


def run_token() -> None:
    """iam_token: log in once for a whole play."""
    module = TeardownModule({})
    try:
        connection = module.connect(project_needed=False, method=PASSWORD)
    except Exception as error:
        module.fail_with(error, {"changed": False, "api_calls": module.api_calls})
    returned = {"changed": False, "region": connection.settings.region, "api_calls": module.api_calls}
    module.exit({**returned, **_facts_of(connection)}, reveal={"token": connection.token})


def run_projects() -> None:
    """iam_project_info: list the projects that the caller has access to."""
    module = TeardownModule({})
    projects: list[dict[str, Any]] = []
    try:
        listed = projects_of(module.connect(project_needed=False))
        projects = [project_row(project) for project in listed]
    except Exception as error:
        module.fail_with(error, {"changed": False, "projects": [], "count": 0, "api_calls": module.api_calls})
    module.exit({"changed": False, "projects": projects, "count": len(projects), "api_calls": module.api_calls})


def _facts_of(connection: Connection) -> dict[str, Any]:
    """The facts that are returned with a token: its expiry, its project and the endpoints of its services."""
    identity = connection.identity
    return {
        "expires_at": identity.expires_at if identity else None,
        "project_id": connection.project_id,
        "project_name": identity.project_name if identity else None,
        "endpoints": connection.endpoints(),
    }


def project_row(project: Mapping[str, Any]) -> dict[str, Any]:
    """A project as a row of `iam_project_info`; all texts are made plain."""
    keys = ("id", "name", "domain_id", "parent_id", "enabled", "description")
    values = ((key, project.get(key)) for key in keys)
    return {key: plain(value) if isinstance(value, str) else value for key, value in values}
