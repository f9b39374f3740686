# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Brings results of the module `jobs` into the form that the steps of the role read. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ansible_collections.otc.teardown.plugins.module_utils._base.text import plain

_LONGEST_LINE = 300

NOTHING: Mapping[str, Any] = {"jobs": [], "kinds": [], "changed": False, "complete": True, "api_calls": 0, "errors": []}
"""The result of a task that had nothing to do, or that did not run."""


def gathered(result: Mapping[str, Any], kinds: Iterable[str]) -> dict[str, Any]:
    """The rows of a result, and the facts on each of `kinds` (all requested kinds).

    `result` is the result of the module, also if it failed or Ansible could not start it: then each kind that is missing
    in it counts as failed. A skipped task gives NOTHING.
    """
    if not result or result.get("skipped"):
        return dict(NOTHING)
    known = result.get("by_resource") or {}
    rows = [_kind(kind, known.get(kind), result) for kind in kinds]
    return _sum(result.get("jobs") or [], rows, result.get("api_calls") or 0)


def why_none(result: Mapping[str, Any]) -> str:
    """Why the module ended without a result of ours, from what Ansible returned in its place.

    If the module could not start, Ansible's own words are the same for every cause; Python's last words tell the cause.
    """
    written = str(result.get("module_stderr") or result.get("module_stdout") or "").strip().splitlines()
    if not written:
        return str(result.get("msg") or "no result came back")
    telling = plain((written[-1] if written[0].startswith("Traceback") else written[0]).strip())
    return (f"the module could not run: {telling[:_LONGEST_LINE]}; let ansible_python_interpreter name a Python that "
            "runs this collection's modules (docs/troubleshooting.md)")


def join(results: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Several gathered results as one, in the given order."""
    return _sum(
        [row for result in results for row in result["jobs"]],
        [kind for result in results for kind in result["kinds"]],
        sum(result["api_calls"] for result in results),
    )


def _sum(jobs: list[Any], kinds: list[dict[str, Any]], api_calls: int) -> dict[str, Any]:
    return {
        "jobs": jobs,
        "kinds": kinds,
        "changed": any(kind["changed"] for kind in kinds),
        "complete": all(kind["complete"] for kind in kinds),
        "api_calls": api_calls,
        "errors": [f"{kind['resource']}: {kind['error']}" for kind in kinds if kind["error"]],
    }


def _kind(resource: str, facts: Mapping[str, Any] | None, result: Mapping[str, Any]) -> dict[str, Any]:
    rows = [row for row in result.get("jobs") or [] if row["resource"] == resource]
    if facts is None:
        error = why_none(result)
        return {"resource": resource, "changed": False, "complete": False, "listed": None, "unmatched": None, "families": None,
                "api_calls": 0, "error": error, "not_offered": False, "own_only": False}
    return {
        "resource": resource,
        "changed": any(row.get("changed") for row in rows),
        "complete": bool(facts["complete"]) or facts["not_offered"],
        "listed": facts["listed"],
        "unmatched": result.get("unmatched"),
        "families": facts.get("families"),
        "api_calls": facts["api_calls"],
        "error": facts["error"],
        "not_offered": facts["not_offered"],
        "own_only": facts.get("own_only", False),
    }
