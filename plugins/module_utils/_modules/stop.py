# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The modules that stop jobs, from their options to their results."""

from __future__ import annotations

import functools
import os
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ansible_collections.otc.teardown.plugins.module_utils._base.signals import Interrupted, interruptible
from ansible_collections.otc.teardown.plugins.module_utils._base.variables import PROGRESS_VARIABLE
from ansible_collections.otc.teardown.plugins.module_utils._engine.decision import Options, Track
from ansible_collections.otc.teardown.plugins.module_utils._engine.observers import (
    Journal,
    Observer,
    Progress,
    ProgressFile,
)
from ansible_collections.otc.teardown.plugins.module_utils._engine.rounds import Clock
from ansible_collections.otc.teardown.plugins.module_utils._model.resource import Resource
from ansible_collections.otc.teardown.plugins.module_utils._modules import argument_spec, rows
from ansible_collections.otc.teardown.plugins.module_utils._modules.module import MadeWhenRead, TeardownModule
from ansible_collections.otc.teardown.plugins.module_utils._modules.work import Choose, Work, families_of, select_of_one

Result = dict[str, Any]


def run_stop(resource: Resource) -> None:
    """The module of one kind: stop the selected jobs."""
    spec = {**argument_spec.selection_spec(resource), **argument_spec.stopping_spec([resource])}
    task = StopTask(TeardownModule(spec, [resource.service]), [resource], functools.partial(_of_one, resource))
    task.run(lambda params, written: [(resource, select_of_one(params, resource, written))])
    task.report()


class StopTask:
    """One call of a module that stops jobs of these kinds.

    `more`: makes further keys of the result from Work, options and diffs. `named`: see Work.
    """

    def __init__(
        self,
        module: TeardownModule,
        kinds: Sequence[Resource],
        more: Callable[[Work, Options, Any], Result],
        named: Sequence[str] | None = None,
    ) -> None:
        self.module = module
        self.options = _options(module.params)
        self._kinds = kinds
        self._more = more
        self._clock = Clock(time.monotonic, time.sleep, time.time)
        self._started = self._clock.now()
        self._file: ProgressFile | None = None
        self._progress: dict[str, Progress] = {}
        self.work = Work(module, self._clock, named)

    def run(self, choose: Choose, check: Callable[[Work], str | None] | None = None) -> None:
        """Read the selected jobs of each kind, and stop them. `choose`: makes the selections from the options.

        `check`: is called after the read, and returns the reason if no job may be stopped. Without `check`, the task fails if a
        kind cannot be read.
        """
        try:
            with interruptible(self.module.ending):
                selections = self.work.choose(choose)
                if not selections:
                    self.module.exit({**self.result(), "complete": True, "msg": rows.sentence([])})
                deadline = self._started + self.options.wait_timeout
                self.work.read(selections, self.options.on_missing, deadline, self._observers)
                refusal = (check or _no_error)(self.work)
                for text in [*self.work.narrowed(), *self.work.unmatched()]:
                    self.module.warn(text)
                self.work.stop(self.options, self._started, refusal)
                self._close_progress()
        except Interrupted as interruption:
            text = f"the task was interrupted ({interruption})"
            self.work.give_up(text)
            self._close_progress()
            self.module.fail(f"{text}. In all: {rows.sentence(self._tracks)}", self.result())
        except Exception as error:  # stops may have been sent, so every row must be reported
            self.work.give_up(self.module.in_words(error))
            self._close_progress()
            self.module.fail_with(error, self.result())

    def report(self) -> None:
        """Give the warnings and return the result; the task fails if a job failed or a kind could not be read."""
        for run in self.work.runs:
            for track in rows.handled_by("warn", run.tracks, self.options):
                self.module.warn(rows.describe(track, run.resource))
            for text in [*rows.cautions(run.tracks, run.resource), *rows.spared(run.tracks, run.resource)]:
                self.module.warn(text)
        failed = [(track, kind) for track, kind in self.work.tracks() if self.options.handling(track.outcome) == "fail"]
        unread = [f"{run.resource.name} could not be read: {error}" for run, error in self.work.errors.items()]
        if failed or unread:
            self.module.fail(rows.failure_text(failed, self._tracks, unread), self.result())
        self.module.exit({**self.result(), "msg": rows.sentence(self._tracks)})

    def result(self) -> Result:
        """The result of the task so far, also after a failure."""
        full = self.module.params["output"] == "full"
        shown = [pair for pair in self.work.tracks() if full or self.options.handling(pair[0].outcome) != "ignore"]
        return {
            "changed": any(track.changed for track in self._tracks),
            "jobs": MadeWhenRead(shown, lambda pair: rows.stop_row(*pair)),
            "summary": rows.summarize(self._tracks),
            "api_calls": self.module.api_calls,
            "complete": self.work.complete,
            "unmatched": self.work.unmatched(),
            **self._more(self.work, self.options, self._diffs()),
        }

    def _diffs(self) -> list[dict[str, str]] | None:
        if not self.module.module._diff:
            return None
        found = [rows.diff(run.tracks, run.resource, self.options) for run in self.work.runs]
        return found or [rows.diff([], self._kinds[0], self.options)]

    @property
    def _tracks(self) -> list[Track]:
        return [track for track, _kind in self.work.tracks()]

    def _observers(self, resource: Resource) -> Sequence[Observer]:
        observers: list[Observer] = []
        if self.module.module.check_mode:
            return observers
        if self.module.params["journal"]:
            observers.append(self._journal(resource))
        if os.environ.get(PROGRESS_VARIABLE):
            self._file = self._file or ProgressFile(os.environ[PROGRESS_VARIABLE])
            self._progress[resource.name] = self._progress_in(self._file, resource.name)
            observers.append(self._progress[resource.name])
        return observers

    def _progress_in(self, file: ProgressFile, name: str) -> Progress:
        return Progress(file, name, self._started, self.options.wait_timeout)

    def _close_progress(self) -> None:
        """Write a final progress line for each kind, and one for all kinds together, if there are several kinds."""
        if self._file is None:
            return
        now = self._clock.now()
        for run in self.work.runs:
            self._progress[run.resource.name].close(run.tracks, now)
        if len(self._progress) > 1:
            self._progress_in(self._file, "all kinds").close(self._tracks, now)

    def _journal(self, resource: Resource) -> Journal:
        rest = "the rows are in the result"
        if self.module.params["output"] != "full":
            rest = "with output: summary, the result has the rows of failures and warnings only"
        return Journal(
            self.module.params["journal"],
            lambda track: self.module.clean(rows.stop_row(track, resource)),
            lambda text: self.module.warn(f"{text}; {rest}"),
        )


def _of_one(kind: Resource, work: Work, options: Options, diffs: list[dict[str, str]] | None) -> Result:
    listed = work.runs[0].listed if work.runs else None
    return {"listed": listed, **families_of(work.runs, kind), **({"diff": diffs[0]} if diffs else {})}


def _no_error(work: Work) -> None:
    for error in work.errors.values():
        raise error


def _options(params: Mapping[str, Any]) -> Options:
    return Options(
        wait=params["wait"],
        wait_timeout=params["wait_timeout"],
        wait_interval=params["wait_interval"],
        force=params.get("force", False),
        force_after=params.get("force_after"),
        max_stops=params["max_stops"],
        on_missing=params["on_missing"],
        on_timeout=params["on_timeout"],
        on_unclear=params["on_unclear"],
    )
