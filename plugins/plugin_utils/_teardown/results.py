# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Results of several kinds of jobs, gathered into one. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


def add_result(
    gathered: Mapping[str, Any], resource: str | None = None, result: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """What was gathered so far (an empty mapping to begin with), with the result of one module.

    The result may be that of a module that failed, or of a task that Ansible could not even start.
    """
    kinds = list(gathered.get("kinds", ()))
    jobs = list(gathered.get("jobs", ()))
    if resource is not None:
        kinds.append(_kind(resource, result or {}))
        jobs += (result or {}).get("jobs") or []
    return {
        "jobs": jobs,
        "kinds": kinds,
        "changed": any(kind["changed"] for kind in kinds),
        "complete": all(kind["complete"] for kind in kinds),
        "api_calls": sum(kind["api_calls"] for kind in kinds),
        "errors": [f"{kind['resource']}: {kind['error']}" for kind in kinds if kind["error"]],
    }


def join(results: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Several gathered results as one, in their order."""
    joined = add_result({})
    joined["kinds"] = [kind for result in results for kind in result["kinds"]]
    joined["jobs"] = [row for result in results for row in result["jobs"]]
    return add_result(joined)


def _kind(resource: str, result: Mapping[str, Any]) -> dict[str, Any]:
    failed = bool(result.get("failed"))
    return {
        "resource": resource,
        "changed": bool(result.get("changed")),
        "complete": bool(result.get("complete")),
        "listed": result.get("listed"),
        "unmatched": result.get("unmatched"),
        "families": result.get("families"),
        "api_calls": result.get("api_calls") or 0,
        "error": str(result.get("msg") or "it failed without a message") if failed else None,
    }
