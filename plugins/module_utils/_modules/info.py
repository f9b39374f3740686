# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The modules that list jobs, from their options to their results."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

from ansible_collections.otc.teardown.plugins.module_utils._base.errors import Problem
from ansible_collections.otc.teardown.plugins.module_utils._base.signals import Interrupted, interruptible
from ansible_collections.otc.teardown.plugins.module_utils._engine.decision import Track, is_absent
from ansible_collections.otc.teardown.plugins.module_utils._engine.exclusion import UNNAMED
from ansible_collections.otc.teardown.plugins.module_utils._engine.rounds import Clock
from ansible_collections.otc.teardown.plugins.module_utils._model.job import Job
from ansible_collections.otc.teardown.plugins.module_utils._model.resource import Resource
from ansible_collections.otc.teardown.plugins.module_utils._modules import argument_spec, rows
from ansible_collections.otc.teardown.plugins.module_utils._modules.module import MadeWhenRead, TeardownModule
from ansible_collections.otc.teardown.plugins.module_utils._modules.work import Choose, Work, families_of, select_of_one


def run_info(resource: Resource) -> None:
    """An info module: return the selected jobs of one kind."""
    module = TeardownModule(argument_spec.selection_spec(resource), [resource.service])
    task = InfoTask(module, lambda work: {"listed": work.runs[0].listed if work.runs else None, **families_of(work.runs, resource)})
    task.run(lambda params, written: [(resource, select_of_one(params, resource, written))])
    task.report(tolerant=False)


class InfoTask:
    """One call of a module that lists jobs. `more`: makes further keys of the result from the Work; `named`: see Work."""

    def __init__(self, module: TeardownModule, more: Callable[[Work], dict[str, Any]], named: Sequence[str] | None = None) -> None:
        self.module = module
        self._more = more
        self.work = Work(module, Clock(time.monotonic, time.sleep, time.time), named)

    def run(self, choose: Choose) -> None:
        """Read the selected jobs of each kind. `choose`: makes the selections from the options."""
        try:
            with interruptible(self.module.ending):
                selections = self.work.choose(choose)
                if not selections:
                    self.module.exit({**self.result(), "complete": True})
                self.work.read(selections, "ignore")
        except Interrupted as interruption:
            self.module.fail(f"the task was interrupted ({interruption})", self.result())
        except Exception as error:
            self.module.fail_with(error, self.result())

    def report(self, tolerant: bool) -> None:
        """Give the warnings and return the result; the task fails if a job or a kind could not be read.

        If a kind could not be read: without `tolerant`, the first such error is the message of the task; with it, the message
        names all kinds and jobs that could not be read.
        """
        for text in [*self.work.narrowed(), *self.work.unmatched()]:
            self.module.warn(text)
        errors = list(self.work.errors.items())
        if errors and not tolerant:
            self.module.fail_with(errors[0][1], self.result())
        unread = [f"{run.resource.name} could not be read: {error}" for run, error in errors]
        for track, kind in self.work.tracks():
            reason = _why_unread(track)
            if reason:
                unread.append(f"Failed to read {kind.name} {track.key}: {reason}")
            if track.unreadable and not track.excluded:
                self.module.warn(f"{kind.name} {track.key}: {track.unreadable}; a stop would report it as failed")
        if unread:
            self.module.fail("; ".join(unread[:rows.SHOWN_FAILURES]), {**self.result(), "complete": False})
        for run in self.work.runs:
            for text in [*rows.cautions(run.tracks, run.resource), *rows.spared(run.tracks, run.resource)]:
                self.module.warn(text)
        self.module.exit(self.result())

    def result(self) -> dict[str, Any]:
        """The result of the task so far, also after a failure."""
        shown = [(track.before, kind) for track, kind in self.work.tracks() if track.excluded is False]
        jobs = [(job, kind) for job, kind in shown if isinstance(job, Job)]
        return {
            "changed": False,
            "jobs": MadeWhenRead(jobs, lambda pair: rows.info_row(*pair)),
            "count": len(jobs),
            "api_calls": self.module.api_calls,
            "complete": self.work.complete,
            "unmatched": self.work.unmatched(),
            **self._more(self.work),
        }


def _why_unread(track: Track) -> Problem | str | None:
    """Why a job, or its exclusion, could not be read; None if both are known."""
    if track.excluded or is_absent(track.before):
        return None
    if isinstance(track.before, Problem):
        return track.before
    return (track.why_excluded or UNNAMED) if track.excluded is None else None
