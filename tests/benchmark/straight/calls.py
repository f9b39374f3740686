# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the scripts for visualization jobs have in common: names and numbers of the API."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

RUNNING, KILLED = 8, 12
PAGE_SIZE = 1000


def login_body(options: dict[str, Any]) -> dict[str, Any]:
    """The body of a login by password."""
    domain = {"name": options["domain_name"]}
    user = {"name": options["username"], "password": options["password"], "domain": domain}
    scope = {"project": {"name": options["project_name"], "domain": domain}}
    return {"auth": {"identity": {"methods": ["password"], "password": {"user": user}}, "scope": scope}}


def jobs_url(options: dict[str, Any], login: dict[str, Any]) -> str:
    """The address of the visualization jobs of the project that the login was for."""
    return f"{options['endpoints']['modelarts']}/v1/{login['token']['project']['id']}/visualization-jobs"


def pauses(first: float) -> Iterator[float]:
    """Seconds between two looks, as the modules take them."""
    while True:
        yield first
        first = min(first * 1.6, 15)
