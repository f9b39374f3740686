# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All jobs and their parents in one place, built from a scenario and changed by stops, time and the admin API."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any

from .checks import ScenarioError, fail
from .job_spec import JOB_LISTS, made_up_id, script_of
from .jobs import Job
from .kinds import GONE, KINDS, Kind

LISTS = {kind.listed_as: kind for kind in KINDS.values()}
CHILDREN = {kind.listed_as: kind.below for kind in KINDS.values() if kind.below}
_OWN_KEYS = ("workspace_id", "job_type", "engine_type", "net_type", "task_type", "enterprise_project_id", "description", "duration", "infer_type",
             "tags")


@dataclass
class Parent:
    """What jobs belong to, such as an edge service."""

    id: str
    name: str
    project: str
    created: float
    status: str | None = None
    fields: dict[str, Any] = field(default_factory=dict)


class World:
    """The jobs of all projects."""

    def __init__(self, scenario: dict[str, Any], clock: Callable[[], float], wall: float) -> None:
        self.clock = clock
        self._wall = wall
        self._scenario = scenario
        self._projects = {project[key]: project["id"] for project in scenario["projects"] for key in ("id", "name")}
        self._jobs: dict[tuple[str, str, str | None, str], Job] = {}
        self._parents: dict[tuple[str, str, str], Parent] = {}
        self._last_number = 0
        self.known_ids: set[str] = set()
        for name in JOB_LISTS:
            for spec in scenario[name]:
                self._add(name, spec)

    def job(self, resource: str, project: str, parent: str | None, job_id: str) -> Job | None:
        """Return a job in its current state, None if it does not exist (any more)."""
        job = self._jobs.get((resource, project, parent, job_id))
        if job is None:
            return None
        job.advance(self.clock())
        return None if job.gone else job

    def jobs(self, resource: str, project: str, parent: str | None = None, sub_tasks: bool = False) -> list[tuple[Job, str]]:
        """Return the jobs of a list with the status that the list shows, which may lag behind; DRS sub-tasks only with `sub_tasks`."""
        now, lag = self.clock(), self._scenario["quirks"]["list_lag"]
        found = []
        for (kind, owner, above, _id), job in list(self._jobs.items()):
            if (kind, owner, above) == (resource, project, parent) and (sub_tasks or job.master is None):
                job.advance(now)
                status = job.status_at(now - lag) if lag else job.status
                if status != GONE:
                    found.append((job, status))
        return found

    def parents(self, collection: str, project: str) -> list[Parent]:
        """Return the parents of one collection in a project."""
        return [parent for (name, owner, _id), parent in self._parents.items() if (name, owner) == (collection, project)]

    def parent(self, collection: str, project: str, parent_id: str) -> Parent | None:
        """Return one parent."""
        return self._parents.get((collection, project, parent_id))

    def dump(self) -> list[dict[str, Any]]:
        """Return the full state of every job, for the admin API."""
        for job in self._jobs.values():
            job.advance(self.clock())
        return [
            {
                "resource": job.kind.resource, "project": job.project, "parent": job.parent, "master": job.master, "id": job.id, "name": job.name,
                "status": job.status or "GONE", "raw": None if job.gone else job.kind.raw(job.status), "phase": "gone" if job.gone else job.phase,
                "stops_accepted": job.stops_accepted, "stops_refused": job.stops_refused, "reads": job.reads,
            }
            for job in self._jobs.values()
        ]

    def every(self, kind: Kind) -> list[Job]:
        """Return all jobs of a kind, in all projects and below all parents."""
        return [job for job in self._jobs.values() if job.kind is kind]

    def create(self, kind: Kind, spec: dict[str, Any], parent_id: str | None) -> None:
        """Add a job, written as in a scenario, to a parent if its kind has one."""
        name = kind.listed_as
        if name not in CHILDREN:
            for job in JOB_LISTS[name]([spec], "create"):
                self._add(name, job)
            return
        parent = next((parent for (above, _project, key), parent in self._parents.items() if (above, key) == (name, parent_id)), None)
        if parent is None:
            raise ScenarioError(f"parent: there is no {parent_id!r} in {name}")
        for job in JOB_LISTS[name]([{CHILDREN[name]: [spec]}], "create")[0][CHILDREN[name]]:
            self._add_job(kind, job, parent.project, parent.id)

    def _add(self, name: str, spec: dict[str, Any]) -> None:
        project = self._projects[spec.get("project", self._scenario["projects"][0]["id"])]
        if name not in CHILDREN:
            home = LISTS[name].home
            self._add_job(LISTS[name], spec, project, spec.get(home) if home else None)
            return
        parent = self._make_parent(name, spec, project)
        for child in spec.get(CHILDREN[name], []):
            self._add_job(LISTS[name], child, project, parent.id)

    def _make_parent(self, name: str, spec: dict[str, Any], project: str) -> Parent:
        kind = LISTS[name]
        key = spec.get("id") or self._made_up_id(kind.parent_ids, kind.parent, project, len(self._parents))
        if (name, project, key) in self._parents:
            raise ScenarioError(f"{name}: the id {key!r} is there twice")
        parent = Parent(key, spec.get("name", f"{kind.parent}-{len(self._parents) + 1}"), project, self._created(spec), spec.get("status"), _extra(spec))
        self._parents[name, project, key] = parent
        return parent

    def _add_job(self, kind: Kind, spec: dict[str, Any], project: str, parent: str | None, master: Job | None = None) -> Job:
        key = spec.get("id") or self._next_id(kind, project, parent)
        if kind.ids == "number":
            self._last_number = max(self._last_number, int(key))
        if (kind.resource, project, parent, key) in self._jobs:
            raise ScenarioError(f"{kind.resource}: the id {key!r} is there twice")
        job = Job(
            kind, key, spec.get("name", f"job-{len(self._jobs) + 1}"), project, spec.get("raw_status", spec.get("status", kind.running)),
            self._created(spec), parent, script_of(spec, self._scenario["stop_delay"][kind.resource]), _extra(spec),
            master=master.id if master else None, born=self.clock(),
        )
        self._jobs[kind.resource, project, parent, key] = job
        self.known_ids.add(key)
        job.children = [self._add_job(kind, child, project, parent, job) for child in spec.get("children", [])]
        return job

    def _next_id(self, kind: Kind, project: str, parent: str | None) -> str:
        return self._made_up_id(kind.ids, kind.resource, project, parent, len(self._jobs))

    def _made_up_id(self, form: str, *parts: object) -> str:
        if form != "number":
            return made_up_id(form, *parts)
        self._last_number += 1
        return str(self._last_number)

    def _created(self, spec: dict[str, Any]) -> float:
        given = spec.get("created_at")
        if given is None:
            return self._wall - spec.get("age", 3600)
        if isinstance(given, (int, float)) and not isinstance(given, bool):
            return given / 1000
        try:
            moment = given if isinstance(given, datetime) else datetime.fromisoformat(str(given).replace("Z", "+00:00"))
        except ValueError:
            raise fail("created_at", given, "an ISO time or a number of milliseconds since 1970") from None
        return (moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)).timestamp()


def _extra(spec: dict[str, Any]) -> dict[str, Any]:
    return {**{key: spec[key] for key in _OWN_KEYS if key in spec}, **spec.get("fields", {})}
