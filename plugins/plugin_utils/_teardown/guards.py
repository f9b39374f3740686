# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Conditions for the first stop: the right project, not too many jobs, and a login that can see the jobs. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.otc.teardown.plugins.module_utils._base.patterns import fits

Identity = Mapping[str, Any]
"""The caller and the place: `user`, `domain` and `project` (each with `id` and `name`), and `region`; each may be None."""


def refusals(
    options: Mapping[str, Any],
    identity: Identity,
    stops: Mapping[str, int],
    stoppable: Mapping[str, int],
    unseen_canaries: Sequence[str],
) -> list[str]:
    """The reasons against every stop; empty if the stops may begin.

    `stops`: the number of jobs of each kind to stop. `stoppable`: the number of running jobs in each listing.
    """
    return [
        *_project(options, identity),
        *_number(options, stops),
        *_percent(options, stops, stoppable),
        *blindness(unseen_canaries),
    ]


def blindness(unseen_canaries: Sequence[str]) -> list[str]:
    """Why a job that is not visible may still exist; empty if every canary was visible."""
    return [
        f"teardown_canary: {canary} cannot be seen, so an empty answer may mean a missing permission; "
        "check the login, or name a job that exists" for canary in unseen_canaries
    ]


def _project(options: Mapping[str, Any], identity: Identity) -> list[str]:
    project = identity["project"]
    shown = f"{project['name']} ({project['id']})"
    found = []
    if not options["projects_allowed"]:
        found.append("teardown_projects_allowed is empty; name each project that may be torn down, "
                     f"for example {{id: {project['id']}, name: {project['name']}}}")
    elif not any(_is_exactly(entry, project) for entry in options["projects_allowed"]):
        found.append(f"teardown_projects_allowed does not hold the project {shown} with this id and this name")
    found += [
        f"teardown_projects_forbidden holds the project {shown}"
        for entry in options["projects_forbidden"] if _is_meant(entry, project)
    ]
    return found


def _is_exactly(entry: Mapping[str, Any], project: Mapping[str, Any]) -> bool:
    return (entry.get("id"), entry.get("name")) == (project["id"], project["name"])


def _is_meant(entry: Mapping[str, str], project: Mapping[str, Any]) -> bool:
    return any(project[key] is not None and fits(pattern, project[key]) for key, pattern in entry.items())


def _number(options: Mapping[str, Any], stops: Mapping[str, int]) -> list[str]:
    total = sum(stops.values())
    if total <= options["max_stops"]:
        return []
    return [f"teardown_max_stops: {total} jobs would be stopped, {options['max_stops']} are allowed; "
            "select fewer, or raise it if that is meant"]


def _percent(options: Mapping[str, Any], stops: Mapping[str, int], stoppable: Mapping[str, int]) -> list[str]:
    return [
        f"teardown_max_percent: {number} of {stoppable[kind]} running jobs of the kind {kind} would be stopped, "
        f"{options['max_percent']} % are allowed; select fewer, or raise it if that is meant"
        for kind, number in stops.items()
        if stoppable.get(kind, 0) > options["max_percent_floor"]
        and number * 100 > options["max_percent"] * stoppable[kind]
    ]
