# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The modules `jobs` and `jobs_info`: they do the same as the modules of the single kinds, for all kinds in one task."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.otc.teardown.plugins.module_utils._base.errors import in_words
from ansible_collections.otc.teardown.plugins.module_utils._engine.decision import Options
from ansible_collections.otc.teardown.plugins.module_utils._engine.kinds_selection import named_kinds, select_kinds
from ansible_collections.otc.teardown.plugins.module_utils._engine.run import Run
from ansible_collections.otc.teardown.plugins.module_utils._model.job import Job
from ansible_collections.otc.teardown.plugins.module_utils._modules import argument_spec, rows
from ansible_collections.otc.teardown.plugins.module_utils._modules.info import InfoTask
from ansible_collections.otc.teardown.plugins.module_utils._modules.kinds import KINDS
from ansible_collections.otc.teardown.plugins.module_utils._modules.module import TeardownModule
from ansible_collections.otc.teardown.plugins.module_utils._modules.stop import StopTask
from ansible_collections.otc.teardown.plugins.module_utils._modules.work import Selections, Work, families_of

Result = dict[str, Any]


def run_jobs() -> None:
    """jobs: stop the selected jobs of all kinds."""
    kinds = list(KINDS.values())
    order: argument_spec.Spec = {"order": {"type": "list", "elements": "str"}}
    module = TeardownModule({**argument_spec.kinds_spec(kinds), **argument_spec.stopping_spec(kinds), **order}, _services())
    task = StopTask(module, kinds, lambda work, options, diffs: _of_all(module, work, options, diffs), named_kinds(module.params, KINDS))

    def check(work: Work) -> str | None:
        work.set_aside_what_is_not_offered()
        if work.errors and module.params["on_unreadable"] == "fail":
            unread = ", ".join(run.resource.name for run in work.errors)
            return f"{unread} could not be read, and on_unreadable is fail, so nothing was stopped"
        return None

    task.run(_selections, check)
    task.report()


def run_jobs_info() -> None:
    """jobs_info: return the selected jobs of all kinds."""
    module = TeardownModule(argument_spec.kinds_spec(list(KINDS.values())), _services())
    task = InfoTask(module, lambda work: {"by_resource": _by_resource(module, work, _counted), **_caller(module, work)}, named_kinds(module.params, KINDS))
    task.run(_selections)
    task.work.set_aside_what_is_not_offered()
    task.report(tolerant=module.params["on_unreadable"] == "continue")


def _selections(params: Mapping[str, Any], written: Mapping[str, Any]) -> Selections:
    return select_kinds(params, KINDS, written)


def _services() -> list[str]:
    return list(dict.fromkeys(kind.service for kind in KINDS.values()))


def _of_all(module: TeardownModule, work: Work, options: Options, diffs: list[dict[str, str]] | None) -> Result:
    def facts(run: Run | None) -> Result:
        return {"summary": rows.summarize(run.tracks if run else [])}

    found = _by_resource(module, work, facts)
    for run in work.runs:
        failed = [(track, run.resource) for track in rows.handled_by("fail", run.tracks, options)]
        if failed:
            found[run.resource.name]["error"] = rows.failure_text(failed, run.tracks)
    return {"by_resource": found, **_caller(module, work), **({} if diffs is None else {"diff": [one for one in diffs if one["before"]]})}


def _caller(module: TeardownModule, work: Work) -> Result:
    if work.caller:
        return {"caller": work.caller}
    return {"asked_for": module.asked_for} if module.params["caller"] else {}


def _by_resource(module: TeardownModule, work: Work, facts: Any) -> dict[str, Result]:
    found = {
        run.resource.name: {
            **facts(run),
            "listed": run.listed,
            "complete": run.complete,
            "api_calls": module.calls_about(run.resource.name),
            "error": in_words(work.errors[run]) if run in work.errors else None,
            "not_offered": run in work.not_offered,
            "own_only": run.own_only,
            **families_of(work.runs, run.resource),
        }
        for run in work.runs
    }
    unlocated = {kind.name: {**facts(None), **_UNLOCATED, **families_of((), kind)} for kind, _error in work.unlocated}
    return {**found, **unlocated}


_UNLOCATED: Result = {
    "listed": None, "complete": False, "api_calls": 0, "error": None, "not_offered": True, "own_only": False,
}


def _counted(run: Run | None) -> Result:
    tracks = run.tracks if run else []
    return {"count": sum(track.excluded is False and isinstance(track.before, Job) for track in tracks)}
