# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Names the place that a report is about, also if the login failed. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def project_in(report: Mapping[str, Any]) -> str | None:
    """The name of the project, or its ID; after a failed login the project that was asked for; None if nobody knows."""
    project: Mapping[str, str | None] = report["identity"]["project"] or {}
    return project.get("name") or project.get("id") or report["asked_for"]["project"]


def place(report: Mapping[str, Any]) -> str:
    """`eu-de`, with the host if that has another name; after a failed login `eu-de (region eu-de)`, from what was asked for."""
    asked, name = report["asked_for"], project_in(report)
    host, region = asked["host"], asked["region"]
    details = [f"host {host}"] if name and host not in (None, "localhost", name) else []
    details += [f"region {region}"] if region and not (report["identity"]["project"] or {}).get("id") else []
    return (name or f"host {host or 'unknown'}") + (f" ({', '.join(details)})" if details else "")
