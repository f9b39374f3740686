# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Conditions for the first stop: the right project, not too many jobs, and a login that can see the jobs. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.otc.teardown.plugins.module_utils._base.patterns import fits
from ansible_collections.otc.teardown.plugins.plugin_utils._measures import Identity, Measure


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
    found = [*_project(options, identity), *_number(options, stops), *_percent(options, stops, stoppable)]
    return [*(measure.refusal for measure in found if measure.refusal), *blindness(unseen_canaries)]


def blindness(unseen_canaries: Sequence[str]) -> list[str]:
    """Why a job that is not visible may still exist; empty if every canary was visible."""
    return [
        f"teardown_canary: {canary} cannot be seen, so an empty answer may mean a missing permission; "
        "check the login, or give the id of a job that exists" for canary in unseen_canaries
    ]


def measures(
    options: Mapping[str, Any],
    identity: Identity,
    stops: Mapping[str, int],
    stoppable: Mapping[str, int],
    canaries: Sequence[str],
    unseen_canaries: Sequence[str],
    more: Sequence[Measure] = (),
) -> list[dict[str, Any]]:
    """All guards and `more` for a reviewer, as a report has them: how near each is to its limit. `canaries`: the labels of all canaries."""
    found = [
        *_project(options, identity),
        *_number(options, stops),
        *_percent(options, stops, stoppable),
        Measure("teardown_max_drift_percent", "percentage of planned jobs that may be gone or changed at apply", limit=options["max_drift_percent"]),
        *([Measure("teardown_allow_incomplete", "a plan may be applied that does not know all jobs")] if options["allow_incomplete"] else []),
    ]
    for canary in canaries:
        seen = canary not in unseen_canaries
        found.append(Measure("teardown_canary", f"{canary} is {'' if seen else 'not '}seen", None if seen else blindness([canary])[0]))
    found += more
    return [
        {"guard": one.guard, "text": one.text, "value": one.value, "limit": one.limit, "applies": one.applies, "refuses": bool(one.refusal)}
        for one in found
    ]


def _project(options: Mapping[str, Any], identity: Identity) -> list[Measure]:
    project = identity["project"]
    shown = f"{project['name']} ({project['id']})"
    allowed, forbidden = options["projects_allowed"], options["projects_forbidden"]
    refusal = None
    if not allowed:
        refusal = ("teardown_projects_allowed is empty; name each project that may be torn down, "
                   f"for example {{id: {project['id']}, name: {project['name']}}}")
    elif not any(_is_exactly(entry, project) for entry in allowed):
        refusal = f"teardown_projects_allowed does not hold the project {shown} with this id and this name"
    found = [Measure("teardown_projects_allowed", f"{'does not hold' if refusal else 'holds'} {shown}", refusal)]
    meant = [entry for entry in forbidden if _is_meant(entry, project)]
    for _entry in meant:
        found.append(Measure("teardown_projects_forbidden", f"holds {shown}", f"teardown_projects_forbidden holds the project {shown}"))
    if forbidden and not meant:
        found.append(Measure("teardown_projects_forbidden", f"does not hold {shown}"))
    return found


def _is_exactly(entry: Mapping[str, Any], project: Mapping[str, Any]) -> bool:
    return (entry.get("id"), entry.get("name")) == (project["id"], project["name"])


def _is_meant(entry: Mapping[str, str], project: Mapping[str, Any]) -> bool:
    return any(project[key] is not None and fits(pattern, project[key]) for key, pattern in entry.items())


def _number(options: Mapping[str, Any], stops: Mapping[str, int]) -> list[Measure]:
    total, most = sum(stops.values()), options["max_stops"]
    refusal = f"teardown_max_stops: {total} jobs would be stopped, but it allows {most}; select fewer, or raise it if that is meant"
    return [Measure("teardown_max_stops", f"{total} jobs would be stopped", refusal if total > most else None, total, most)]


def _percent(options: Mapping[str, Any], stops: Mapping[str, int], stoppable: Mapping[str, int]) -> list[Measure]:
    """One measure for each kind with many running jobs, and one for all others together."""
    most, floor = options["max_percent"], options["max_percent_floor"]
    found = []
    for kind, number in stops.items():
        running = stoppable.get(kind, 0)
        if running > floor:
            words = f"{number} of {running} running jobs of the kind {kind} would be stopped"
            refusal = f"teardown_max_percent: {words}, {most} % are allowed; select fewer, or raise it if that is meant"
            percent = round(number * 100 / running, 1)
            found.append(Measure("teardown_max_percent", words, refusal if number * 100 > most * running else None, percent, most))
    few = len(stops) - len(found)
    if few:
        words = f"{few} {'kinds have' if few > 1 else 'kind has'} no more than {floor} running jobs, so the percentage does not apply"
        found.append(Measure("teardown_max_percent", words, limit=most, applies=False))
    return found
