# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""All kinds of jobs in one task: one login, one run per kind, reads at the same time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from ansible_collections.otc.teardown.plugins.module_utils._api.api import Api
from ansible_collections.otc.teardown.plugins.module_utils._base.errors import (
    ApiError,
    InputError,
    Meaning,
    TeardownError,
)
from ansible_collections.otc.teardown.plugins.module_utils._base.threads import Pool
from ansible_collections.otc.teardown.plugins.module_utils._engine import rounds
from ansible_collections.otc.teardown.plugins.module_utils._engine.decision import Options, Track
from ansible_collections.otc.teardown.plugins.module_utils._engine.observers import Observer
from ansible_collections.otc.teardown.plugins.module_utils._engine.rounds import Clock
from ansible_collections.otc.teardown.plugins.module_utils._engine.run import Run
from ansible_collections.otc.teardown.plugins.module_utils._engine.selection import Selection, refuse_nulls, select
from ansible_collections.otc.teardown.plugins.module_utils._iam.connection import Connection
from ansible_collections.otc.teardown.plugins.module_utils._model.resource import Resource
from ansible_collections.otc.teardown.plugins.module_utils._modules.caller_facts import facts_of
from ansible_collections.otc.teardown.plugins.module_utils._modules.module import TeardownModule

Selections = Sequence[tuple[Resource, Selection]]
"""(kind, selection) for each kind, in the order of the kinds."""

Choose = Callable[[Mapping[str, Any], Mapping[str, Any]], Selections]
"""Function (options, options before Ansible converted their types) -> selections."""

Observed = Callable[[Resource], Sequence[Observer]]
"""Function (kind) -> observers of its run."""


class Work:
    """The runs of a task, in the order of its kinds.

    `errors`: run -> error for the runs that could not be read; `not_offered`: the runs of kinds that this cloud does not have.
    `named`: the kinds that the user named, so that the cloud must offer them; None: all kinds.
    """

    def __init__(self, module: TeardownModule, clock: Clock, named: Sequence[str] | None = None) -> None:
        self._module = module
        self._clock = clock
        self._pool = Pool(module.params["concurrency"])
        self.runs: list[Run] = []
        self.errors: dict[Run, TeardownError] = {}
        self.not_offered: set[Run] = set()
        self.unlocated: list[tuple[Resource, InputError]] = []
        """Kinds that the user did not name and whose service has no known URL; they count as not offered, too."""
        self._named = named
        self._connection: Connection | None = None
        self.caller: dict[str, Any] | None = None

    @property
    def readable(self) -> list[Run]:
        """The runs whose jobs were read."""
        return [run for run in self.runs if run.was_read]

    @property
    def complete(self) -> bool:
        """Whether all selected jobs were read; kinds that this cloud does not offer do not count."""
        return bool(self.runs) and all(run.complete or run in self.not_offered for run in self.runs)

    def tracks(self) -> Iterator[tuple[Track, Resource]]:
        """Every selected job with its kind."""
        return ((track, run.resource) for run in self.runs for track in run.tracks)

    def choose(self, choose: Choose) -> Selections:
        """The selections from the options, without empty ones. Raises InputError."""
        self._module.check_numbers()
        return [(kind, selection) for kind, selection in choose(self._module.params, self._module.written) if not selection.is_empty]

    def read(
        self, selections: Selections, on_missing: str, deadline: float | None = None, observed: Observed = lambda resource: ()
    ) -> None:
        """Log in, and read the selected jobs of each kind. `deadline`: that of the whole task, on the steady clock.

        `observed`: makes the observers of each run. Raises TeardownError for an error that affects all kinds.
        """
        services = list(dict.fromkeys(resource.service for resource, _selection in selections))
        needed = {resource.service for resource, _selection in selections if self._is_named(resource)}
        observers = [observed(resource) for resource, _selection in selections]
        identify = bool(self._module.params.get("caller"))
        self._connection = self._module.connect(services, deadline=deadline, identify=identify, needed=needed)
        self.caller = facts_of(self._connection) if identify else None
        chosen: dict[Run, Selection] = {}
        for (resource, selection), watchers in zip(selections, observers):
            api = self._api(self._connection, resource)
            if api is not None:
                run = Run(api, self._module.params["concurrency"], self._clock.now, watchers)
                chosen[run] = selection
                self.runs.append(run)
        if not self.runs:
            raise self.unlocated[0][1]
        self._warn_of_unlocated()
        errors = rounds.read(chosen, self._pool, self._clock.time_of_day(), *(bool(self._module.params.get(option)) for option in ("families", "tags")))
        self.errors = {run: error for run, error in errors.items() if not self._is_missing_parent(error, chosen[run], run, on_missing)}

    def _warn_of_unlocated(self) -> None:
        """Warn of kinds that are left out although no catalog says that the cloud lacks their service."""
        if self.unlocated and not (self._connection and self._connection.knows_catalog):
            kinds = ", ".join(resource.name for resource, _error in self.unlocated)
            self._module.warn(f"{kinds}: not looked at, since nothing says where their services are ({self.unlocated[0][1]})")

    def narrowed(self) -> list[str]:
        """A warning for each kind whose list contained only the caller's own jobs."""
        return [f"{run.resource.name}: the caller may not list the jobs of other users in this project, so only its own were selected"
                for run in self.runs if run.own_only]

    def unmatched(self) -> list[str]:
        """A text for each part of the selection that matches no job of any kind.

        Empty if a kind could not be read, because its jobs might match.
        """
        said = [run.unmatched for run in self.runs if run not in self.not_offered]
        if self.errors or not said:
            return []
        return [text for text in said[0] if all(text in others for others in said[1:])]

    def set_aside_what_is_not_offered(self) -> None:
        """Move kinds that this cloud does not offer from `errors` to `not_offered`, unless the user named them.

        A kind is not offered in two cases: the gateway does not know its list, but knows the list of another kind of the same
        service; or the catalog of the token does not contain its service, and the service does not answer at its usual URL.
        """
        known = {run.resource.service for run in self.readable}
        for run, error in list(self.errors.items()):
            problem = error.problem if isinstance(error, ApiError) else None
            no_list = _says_no_such_list(error)
            nowhere = known and self._is_unlisted(run.resource) and (no_list or (problem and problem.meaning is Meaning.UNSENT))
            if ((run.resource.service in known and no_list) or nowhere) and not self._is_named(run.resource):
                self.not_offered.add(run)
                del self.errors[run]

    def stop(self, options: Options, started: float, refusal: str | None = None) -> None:
        """Give every job that was read its outcome; in check mode, predict it. `refusal`: the reason if no job may be stopped."""
        check_mode = self._module.module.check_mode
        rounds.stop(self.readable, options, check_mode, started, self._clock, self._pool, refusal)

    def give_up(self, reason: str) -> None:
        """Settle all pending jobs as failed, so that every row is reported."""
        for run in self.runs:
            run.give_up(reason)

    def _api(self, connection: Connection, resource: Resource) -> Api | None:
        """The API of a kind; None if its service has no known URL and the user did not name the kind."""
        choice = self._module.params.get(resource.dialect_option or "") or "auto"
        try:
            if not self._is_named(resource):
                connection.refuse_to_leave_this_machine(resource.service)
            return Api(connection, resource, None if choice == "auto" else choice)
        except InputError as error:
            if self._is_named(resource) or not self._is_unlisted(resource):
                raise
            self.unlocated.append((resource, error))
            return None

    def _is_named(self, resource: Resource) -> bool:
        return self._named is None or resource.name in self._named

    def _is_unlisted(self, resource: Resource) -> bool:
        """Whether neither the options nor the catalog contain the URL of the service of a kind."""
        return self._connection is not None and not self._connection.is_located(resource.service)

    def _is_missing_parent(self, error: TeardownError, selection: Selection, run: Run, on_missing: str) -> bool:
        """Whether the error only means that the given parent does not exist, and `on_missing` accepts that.

        If so, the selection counts as empty, and with `on_missing: warn` the module warns.
        """
        absent = isinstance(error, ApiError) and error.problem.meaning is Meaning.ABSENT
        if not absent or selection.parent is None or selection.keys is not None or on_missing == "fail":
            return False
        if on_missing == "warn" and run.resource.parent:
            self._module.warn(f"{run.resource.parent.noun} {selection.parent} does not exist: {error}")
        run.has_nothing_selected()
        return True


def _says_no_such_list(error: TeardownError) -> bool:
    """Whether the error means that the list does not exist: the gateway says so, or it is a plain 404 to a call that names no parent."""
    if not isinstance(error, ApiError):
        return False
    plainly = error.problem.meaning is Meaning.NOT_FOUND and error.problem.http_status == 404 and error.about_all
    return plainly or error.problem.meaning is Meaning.ADDRESS


def select_of_one(params: Mapping[str, Any], resource: Resource, written: Mapping[str, Any]) -> Selection:
    """The selection in the options of a module for one kind; raises InputError (see select)."""
    refuse_nulls(written, resource)
    return select(params, resource, written)


def families_of(runs: Sequence[Run], kind: Resource) -> dict[str, Any]:
    """{"families": rows} for a kind with parents and children, otherwise {}; the rows are None if not all jobs were read."""
    if not kind.has_families:
        return {}
    known = next((run.families for run in runs if run.resource is kind), None)
    return {"families": known.rows() if known else None}
