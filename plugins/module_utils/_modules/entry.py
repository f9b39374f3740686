# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What each module does, from its options to its result: all there is below its documentation."""

from __future__ import annotations

import os
import time
from typing import Any

from ansible_collections.otc.teardown.plugins.module_utils._base.errors import (
    ApiError,
    InputError,
    Meaning,
    Problem,
    in_words,
)
from ansible_collections.otc.teardown.plugins.module_utils._base.signals import Interrupted, interruptible
from ansible_collections.otc.teardown.plugins.module_utils._base.variables import PROGRESS_VARIABLE, UNMATCHED_VARIABLE
from ansible_collections.otc.teardown.plugins.module_utils._engine.api import Api
from ansible_collections.otc.teardown.plugins.module_utils._engine.decision import UNNAMED, Options, Track, is_absent
from ansible_collections.otc.teardown.plugins.module_utils._engine.observers import Journal, Observer, Progress
from ansible_collections.otc.teardown.plugins.module_utils._engine.run import Clock, Run
from ansible_collections.otc.teardown.plugins.module_utils._engine.selection import Selection, refuse_nulls, select
from ansible_collections.otc.teardown.plugins.module_utils._iam.connection import projects_of
from ansible_collections.otc.teardown.plugins.module_utils._iam.settings import PASSWORD
from ansible_collections.otc.teardown.plugins.module_utils._model.job import Job
from ansible_collections.otc.teardown.plugins.module_utils._model.resource import Resource
from ansible_collections.otc.teardown.plugins.module_utils._modules import argument_spec, rows
from ansible_collections.otc.teardown.plugins.module_utils._modules.module import Task


def run_stop(resource: Resource) -> None:
    """A resource module: stop the selected jobs of one kind."""
    clock = Clock(time.monotonic, time.sleep, time.time)
    started = clock.now()
    spec = {**argument_spec.selection_spec(resource), **argument_spec.stopping_spec(resource)}
    task = Task(spec, resource.service)
    options = _options(task.params)
    run: Run | None = None
    try:
        with interruptible(task.ending):
            selection = _selection(task, resource)
            if selection.is_empty:
                task.exit({**_stop_result(task, None, resource, options), "complete": True, "msg": rows.sentence([])})
            observers = _observers(task, resource, started, options)
            api = _api(task, resource, started + options.wait_timeout)
            run = Run(api, task.params["concurrency"], clock, observers)
            _read(task, run, resource, selection, options.on_missing)
            run.stop(options, task.module.check_mode, started)
    except Interrupted as interruption:
        text = f"the task was interrupted ({interruption})"
        if run:
            run.give_up(text)
        task.fail(f"{text}. In all: {rows.sentence(run.tracks if run else [])}",
                  _stop_result(task, run, resource, options))
    except Exception as error:  # whatever it was, stops may have been sent, and every row must be reported
        if run:
            run.give_up(in_words(error))
        task.fail_with(error, _stop_result(task, run, resource, options))
    _report(task, run, resource, options)


def run_info(resource: Resource) -> None:
    """An info module: return the selected jobs of one kind."""
    task = Task(argument_spec.selection_spec(resource), resource.service)
    clock = Clock(time.monotonic, time.sleep, time.time)
    run: Run | None = None
    try:
        with interruptible(task.ending):
            selection = _selection(task, resource)
            if selection.is_empty:
                task.exit({**_info_result(task, None, resource), "complete": True})
            run = Run(_api(task, resource), task.params["concurrency"], clock)
            _read(task, run, resource, selection, "ignore")
    except Interrupted as interruption:
        task.fail(f"the task was interrupted ({interruption})", _info_result(task, run, resource))
    except Exception as error:
        task.fail_with(error, _info_result(task, run, resource))
    unread = [(track, reason) for track, reason in zip(run.tracks, map(_why_unread, run.tracks)) if reason]
    if unread:
        run.complete = False
        text = f"Failed to read {resource.name} {unread[0][0].key}: {unread[0][1]}"
        task.fail(text, _info_result(task, run, resource))
    for track in run.tracks:
        if track.unreadable and not track.excluded:
            task.warn(f"{resource.name} {track.key}: {track.unreadable}; a stop would report it as failed")
    for text in [*rows.cautions(run.tracks, resource), *rows.spared(run.tracks, resource)]:
        task.warn(text)
    task.exit(_info_result(task, run, resource))


def run_token() -> None:
    """iam_token: log in once for a whole play."""
    task = Task({})
    try:
        task.check_numbers()
        settings = task.settings(project_needed=False)
        if settings.method != PASSWORD:
            raise InputError("username", None, "a token can be had with username and password only; give these")
        connection = task.connect(settings)
    except Exception as error:
        task.fail_with(error, {"changed": False, "api_calls": task.api_calls})
    returned = {"changed": False, "region": settings.region, "api_calls": task.api_calls}
    task.exit({**returned, **rows.token_facts(connection)}, reveal={"token": connection.token})


def run_projects() -> None:
    """iam_project_info: list the projects that the caller may enter."""
    task = Task({})
    projects: list[dict[str, Any]] = []
    try:
        task.check_numbers()
        listed = projects_of(task.connect(task.settings(project_needed=False)))
        projects = [rows.project_row(project) for project in listed]
    except Exception as error:
        task.fail_with(error, {"changed": False, "projects": [], "count": 0, "api_calls": task.api_calls})
    task.exit({"changed": False, "projects": projects, "count": len(projects), "api_calls": task.api_calls})


def _options(params: dict[str, Any]) -> Options:
    return Options(
        wait=params["wait"],
        wait_timeout=params["wait_timeout"],
        wait_interval=params["wait_interval"],
        force=params.get("force", False),
        force_after=params.get("force_after"),
        max_stops=params["max_stops"],
        on_missing=params["on_missing"],
        on_timeout=params["on_timeout"],
    )


def _observers(task: Task, resource: Resource, started: float, options: Options) -> list[Observer]:
    observers: list[Observer] = []
    if task.module.check_mode:
        return observers
    if task.params["journal"]:
        observers.append(_journal(task, resource))
    if os.environ.get(PROGRESS_VARIABLE):
        path = os.environ[PROGRESS_VARIABLE]
        observers.append(Progress(path, resource.name, started, options.wait_timeout))
    return observers


def _journal(task: Task, resource: Resource) -> Journal:
    rest = "the rows are in the result"
    if task.params["output"] != "full":
        rest = "with output: summary, the result has the rows of failures and warnings only"
    return Journal(
        task.params["journal"],
        lambda track: task.clean(rows.stop_row(track, resource)),
        lambda text: task.warn(f"{text}; {rest}"),
    )


def _selection(task: Task, resource: Resource) -> Selection:
    task.check_numbers()
    refuse_nulls(task.written, resource)
    return select(task.params, resource, task.written)


def _api(task: Task, resource: Resource, deadline: float | None = None) -> Api:
    choice = task.params[resource.dialect_option] if resource.dialect_option else "auto"
    connection = task.connect(task.settings(), resource.service, deadline)
    return Api(connection, resource, None if choice == "auto" else choice)


def _read(task: Task, run: Run, resource: Resource, selection: Selection, on_missing: str) -> None:
    try:
        run.read(selection, bool(task.params.get("families")))
    except ApiError as error:
        parent_missing = error.problem.meaning is Meaning.ABSENT and selection.parent and selection.keys is None
        if not parent_missing or on_missing == "fail":
            raise
        if on_missing == "warn" and resource.parent:
            task.warn(f"{resource.parent.noun} {selection.parent} does not exist: {error.problem}")
        run.complete = True
    if os.environ.get(UNMATCHED_VARIABLE) != "returned":
        for text in run.unmatched:
            task.warn(text)


def _report(task: Task, run: Run, resource: Resource, options: Options) -> None:
    failed = rows.handled_by("fail", run.tracks, options)
    for track in rows.handled_by("warn", run.tracks, options):
        task.warn(rows.describe(track, resource))
    for text in [*rows.cautions(run.tracks, resource), *rows.spared(run.tracks, resource)]:
        task.warn(text)
    returned = _stop_result(task, run, resource, options)
    if failed:
        task.fail(rows.failure_text(failed, run.tracks, resource), returned)
    task.exit({**returned, "msg": rows.sentence(run.tracks)})


def _stop_result(task: Task, run: Run | None, resource: Resource, options: Options) -> dict[str, Any]:
    tracks = run.tracks if run else []
    shown = tracks if task.params["output"] == "full" else [
        track for track in tracks if options.handling(track.outcome) != "ignore"
    ]
    returned: dict[str, Any] = {
        "changed": any(track.changed for track in tracks),
        "jobs": [rows.stop_row(track, resource) for track in shown],
        "summary": rows.summarize(tracks),
        "api_calls": task.api_calls,
        "complete": bool(run and run.complete),
        "listed": run.listed if run else None,
        "unmatched": run.unmatched if run else [],
        **_families(run, resource),
    }
    if task.module._diff:
        returned["diff"] = rows.diff(tracks, resource, options)
    return returned


def _info_result(task: Task, run: Run | None, resource: Resource) -> dict[str, Any]:
    shown = [track.before for track in run.tracks if track.excluded is False] if run else []
    jobs = [rows.info_row(job, resource) for job in shown if isinstance(job, Job)]
    return {
        "changed": False,
        "jobs": jobs,
        "count": len(jobs),
        "api_calls": task.api_calls,
        "complete": bool(run and run.complete),
        "listed": run.listed if run else None,
        "unmatched": run.unmatched if run else [],
        **_families(run, resource),
    }


def _families(run: Run | None, resource: Resource) -> dict[str, Any]:
    if not resource.has_families:
        return {}
    return {"families": run.families.rows() if run and run.families else None}


def _why_unread(track: Track) -> Problem | str | None:
    """Why it cannot be said whether or how to show a job; None if it can."""
    if track.excluded or is_absent(track.before):
        return None
    if isinstance(track.before, Problem):
        return track.before
    return (track.why_excluded or UNNAMED) if track.excluded is None else None
