# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The jobs that were there before and are never stopped (`teardown_baseline`): reads the file, and compares jobs with it. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from ansible_collections.otc.teardown.plugins.module_utils._base.errors import TeardownError
from ansible_collections.otc.teardown.plugins.module_utils._base.text import quoted
from ansible_collections.otc.teardown.plugins.module_utils._base.times import format_time, parse_time
from ansible_collections.otc.teardown.plugins.module_utils._engine.selection import select
from ansible_collections.otc.teardown.plugins.module_utils._modules.kinds import KINDS
from ansible_collections.otc.teardown.plugins.plugin_utils._jobs import key_of
from ansible_collections.otc.teardown.plugins.plugin_utils._measures import Identity, Measure
from ansible_collections.otc.teardown.plugins.plugin_utils._schemas import PLAN, REPORT

OPTION = "teardown_baseline"
_REMEDY = "give a report or a plan of the role, or what otc.teardown.jobs_info returned, as JSON or YAML"

Facts = Mapping[str, Any]
"""What a run keeps of a baseline, for JSON: `file`, `project` (its id) and `region`, None if the file does not say it, `jobs`: a list of
kind, parent or home, id, and time of creation, and `kinds`: those that were read -> whether filters left jobs out; None if the file does
not say it."""


class _Unusable(TeardownError):
    """The file is no baseline; the text goes on after its path."""


class _Texts(yaml.SafeLoader):
    """Makes text of all scalars but null: an ID such as 0123 and a time stay as they are written."""


_Texts.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag == "tag:yaml.org,2002:null"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def read_baseline(content: str | None, path: str) -> tuple[Facts | None, list[str]]:
    """(facts, errors) from the text of a file (None: no such file, or it cannot be read); with errors there are no facts."""
    if content is None:
        return None, [f"{OPTION}: {path} is not a file that can be read; {_REMEDY}"]
    try:
        return {"file": path, **_facts(_parsed(content))}, []
    except _Unusable as error:
        return None, [f"{OPTION}: {path} {error}"]


def _parsed(content: str) -> Any:
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        pass
    try:
        return yaml.load(content, Loader=_Texts)
    except (yaml.YAMLError, RecursionError, ValueError):
        raise _Unusable(f"is neither JSON nor YAML; {_REMEDY}") from None


def _facts(value: Any) -> dict[str, Any]:
    """The facts in a report, a plan, a result of a module, or a list of rows."""
    whole = value if isinstance(value, Mapping) else {"rows": value}
    if whole.get("schema", REPORT) not in (REPORT, PLAN):
        raise _Unusable(f"has the schema {quoted(whole['schema'])}, but this version of the collection reads {REPORT} and {PLAN}; {_REMEDY}")
    lists = [whole[key] for key in ("rows", "jobs", "not_in_plan") if key in whole]
    if not lists or not all(isinstance(rows, list) for rows in lists):
        raise _Unusable(f"holds no rows of jobs; {_REMEDY}")
    rows = [row for found in lists for row in found]
    _refuse_incomplete(whole, rows)
    place = whole.get("identity") or whole.get("caller") or {}
    project = place.get("project") if isinstance(place, Mapping) else None
    return {
        "project": _text(project.get("id")) if isinstance(project, Mapping) else None,
        "region": _text(place.get("region")) if isinstance(place, Mapping) else None,
        "kinds": _kinds_in(whole),
        "jobs": [_job(number, row) for number, row in enumerate(rows, start=1)],
    }


def _refuse_incomplete(whole: Mapping[str, Any], rows: Sequence[Any]) -> None:
    """Raise _Unusable if jobs that were there may be missing in the file."""
    kinds = whole.get("resources")
    read = [part.get("complete") for part in (whole, *(kinds if isinstance(kinds, list) else [])) if isinstance(part, Mapping)]
    plan = whole.get("plan")
    if any(_is(one, "false") for one in [*read, *([plan.get("complete")] if isinstance(plan, Mapping) else [])]):
        raise _Unusable("is incomplete: a kind of jobs could not be read, so jobs that were there may be missing; make it again, or for the "
                        "kinds that can be read only")
    if str(whole.get("result")) in ("refused", "failed") and (not rows or whole.get("mode") == "plan"):
        raise _Unusable(f"is the report of a run that was refused or failed, so jobs that were there may be missing; {_REMEDY}")
    if not rows and not any(_is(one, "true") for one in read):  # that its plan was complete does not say that this run has read anything
        raise _Unusable(f"holds no row, so it would spare nothing; {_REMEDY}, or leave {OPTION} out")


def _is(value: Any, word: str) -> bool:
    """Whether this is that truth value; YAML is read as text."""
    return str(value).lower() == word


def _kinds_in(whole: Mapping[str, Any]) -> dict[str, bool] | None:
    """The kinds that were read -> whether filters left jobs out, as a plan, a report or a result of `jobs_info` says it; None if none does."""
    by_name, selection = whole.get("selections"), whole.get("selection")
    chosen = selection.get("resources") if isinstance(selection, Mapping) else None
    if isinstance(chosen, list):
        by_name = {str(one.get("resource")): one for one in chosen if isinstance(one, Mapping)}
    found = by_name or whole.get("by_resource")
    if not isinstance(found, Mapping):
        return None
    return {str(kind): bool(one.get("filters")) for kind, one in found.items() if isinstance(one, Mapping)}


def _job(number: int, row: Any) -> list[Any]:
    if not isinstance(row, Mapping) or str(row.get("resource")) not in KINDS:
        raise _Unusable(f"has a row without a kind of job in resource (number {number}); {_REMEDY}")
    try:
        select({"jobs": [row]}, KINDS[row["resource"]])
        return [*key_of(row), _time(row.get("created_at"))]
    except (KeyError, TeardownError) as error:
        why = str(error).partition(": ")[2]
        raise _Unusable(f"has a row that names no job (number {number}): {why}; {_REMEDY}") from None


def _time(value: Any) -> str | None:
    """The time in the form of rows; None if it is missing or unreadable, which is no time that a job can differ from."""
    try:
        return format_time(parse_time(_text(value)))
    except ValueError:
        return None


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None


def why_elsewhere(baseline: Facts | None, identity: Identity) -> list[str]:
    """An error if the baseline is of another project or region than the caller's; otherwise empty."""
    if baseline is None:
        return []
    here = {"project": identity["project"]["id"], "region": identity["region"]}
    other = [f"{what} {baseline[what]}, but the login is for {what} {here[what]}" for what in here if baseline[what] not in (None, here[what])]
    return [f"{OPTION}: {baseline['file']} is of {' and '.join(other)}; give the baseline of this project, or leave it out"] if other else []


def _gaps(facts: Facts, kinds: Sequence[str]) -> list[str]:
    """Warnings about those of the kinds of a run of which the file cannot hold all jobs that were there."""
    if facts["kinds"] is None:
        return []
    unread = [kind for kind in kinds if kind not in facts["kinds"]]
    filtered = [kind for kind in kinds if facts["kinds"].get(kind)]
    remedy = "make it with otc.teardown.jobs_info and all: true"
    return [
        *([f"{OPTION}: {facts['file']} was made without {', '.join(unread)}, so it spares none of their jobs; {remedy}"] if unread else []),
        *([f"{OPTION}: {facts['file']} was made with filters for {', '.join(filtered)}, so it spares only the jobs that matched them then; "
           f"{remedy}"] if filtered else []),
    ]


class Baseline:
    """The jobs of a baseline; records which of them were met. `kinds`: those of the run."""

    def __init__(self, facts: Facts, kinds: Sequence[str]) -> None:
        self._file = facts["file"]
        self._gaps = _gaps(facts, kinds)
        self._created = {(kind, above, job_id): created for kind, above, job_id, created in facts["jobs"]}
        self._met: set[tuple[str, str | None, str]] = set()

    def concerns(self, resource: str) -> bool:
        """Whether it holds jobs of this kind."""
        return any(kind == resource for kind, _above, _id in self._created)

    def why(self, rows: Sequence[Mapping[str, Any]]) -> str | None:
        """Why this job must not be stopped, None if the baseline does not hold its ID. `rows`: the job as several readings show it."""
        key = key_of(rows[-1])
        if key not in self._created:
            return None
        self._met.add(key)
        before, now = self._created[key], rows[-1].get("created_at")
        if before and now and before != now:
            return (f"protected, because {OPTION} holds its ID, although with another time of creation ({before}); whether it is the same job "
                    "cannot be known")
        return f"protected, because it is in {OPTION}"

    def notices(self) -> Mapping[str, list[str]]:
        """A notice if none of its jobs was met, and warnings about jobs that it cannot hold."""
        strange = bool(self._created) and not self._met
        return {
            "unmatched": [f"{OPTION}: no job of {self._file} was found; is it the right file?"] if strange else [],
            "warnings": self._gaps,
        }

    def measure(self) -> Measure:
        """How many jobs it holds, and how many of them were met."""
        return Measure(OPTION, f"jobs in {self._file}: {len(self._created):,}; found now and left alone: {len(self._met):,}")
