# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One run: read, decide, stop, wait for the end. The only place where time passes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Callable, NamedTuple

from ansible_collections.otc.teardown.plugins.module_utils._base.errors import (
    ApiError,
    ListingError,
    Meaning,
    Problem,
)
from ansible_collections.otc.teardown.plugins.module_utils._base.threads import Pool
from ansible_collections.otc.teardown.plugins.module_utils._base.times import format_span
from ansible_collections.otc.teardown.plugins.module_utils._engine.api import Api
from ansible_collections.otc.teardown.plugins.module_utils._engine.decision import (
    DONE,
    FORCE,
    STOP,
    WAIT,
    Options,
    Sight,
    Step,
    Track,
    decide,
    force_moment,
    is_absent,
    judge,
    note_answer,
    note_sight,
    rests_on_a_state,
)
from ansible_collections.otc.teardown.plugins.module_utils._engine.families import Families
from ansible_collections.otc.teardown.plugins.module_utils._engine.filters import matches, why_unreadable
from ansible_collections.otc.teardown.plugins.module_utils._engine.lister import Lister
from ansible_collections.otc.teardown.plugins.module_utils._engine.observers import Observer
from ansible_collections.otc.teardown.plugins.module_utils._engine.reader import Looker
from ansible_collections.otc.teardown.plugins.module_utils._engine.relatives import may_be_stopped, spare
from ansible_collections.otc.teardown.plugins.module_utils._engine.selection import Meetings, Selection, is_excluded
from ansible_collections.otc.teardown.plugins.module_utils._engine.stopper import Order, Stopper
from ansible_collections.otc.teardown.plugins.module_utils._model.job import Job
from ansible_collections.otc.teardown.plugins.module_utils._model.resource import Key
from ansible_collections.otc.teardown.plugins.module_utils._model.status import STOPPABLE, STOPPING

INTERVAL_GROWTH = 1.25
LONGEST_INTERVAL = 15.0

GRACE = 15.0
"""Seconds that the first stops, and the looks on which a verdict rests, have even if `wait_timeout` has ended before."""

CLOSE_LOOKS = 100
"""Jobs that are read by themselves before the time is looked at again."""
EVERYTHING = Selection(keys=None)


class Clock(NamedTuple):
    """Where time comes from: a steady clock, a way to let it pass, and the time of day (all in seconds)."""

    now: Callable[[], float]
    sleep: Callable[[float], None]
    time_of_day: Callable[[], float]


class Run:
    """Everything that happens to the selected jobs of one kind in one task."""

    def __init__(self, api: Api, concurrency: int, clock: Clock, observers: Sequence[Observer] = ()) -> None:
        self._api = api
        self._observers = observers
        self._clock = clock
        self._pool = Pool(concurrency)
        self._concurrency = concurrency
        self._lister = Lister(api, self._pool)
        self._looker = Looker(api, self._lister, self._pool)
        self.tracks: list[Track] = []
        self.listed: dict[str, int] | None = None
        self.unmatched: list[str] = []
        self.families: Families | None = None
        self.complete = False

    def read(self, selection: Selection, families: bool = False) -> None:
        """Fill `tracks` with every selected job as it is before anything is done, and count in `listed` among how many.

        What of the selection fits none of all jobs that were seen is then in `unmatched`, in words.
        `families` says that it must be known who is whose child in the whole project, whatever is selected. With an exclude
        it must anyway. Raises ListingError or ApiError if the selection cannot be read completely.
        """
        meetings = Meetings(selection)
        if selection.keys is None:
            now = self._clock.time_of_day()
            filters = selection.filters

            def keep(job: Job) -> bool:
                meetings.note(job.key.id, job.name)
                return matches(job, filters, now)

            jobs = self._api.in_some_dialect(lambda: self._lister.selected(selection, keep))
            self._looker.remember(jobs)
            phases = self._lister.phases
            self.listed = {"jobs": sum(phases.values()), "stoppable": phases[STOPPABLE], "stopping": phases[STOPPING]}
            self.tracks = [self._track(job.key, job, selection, why_unreadable(job, filters, now)) for job in jobs]
        else:
            keys = selection.keys
            sights = self._api.in_some_dialect(lambda: self._looker.look(keys))
            self.tracks = [self._track(key, sights[key], selection, None) for key in keys]
            for key, sight in sights.items():
                meetings.note(key.id, sight.name if isinstance(sight, Job) else None)
        self.unmatched = meetings.unmatched()
        if self._api.resource.has_families:
            self._relate(selection, families)
        self.complete = True

    def _relate(self, selection: Selection, wanted: bool) -> None:
        """Find out who is whose child, in `families` if all of the project was listed, and spare the relatives of excluded jobs."""
        excludes = bool(selection.exclude_ids or selection.exclude_names) and may_be_stopped(self.tracks)
        unread = None
        if selection.keys is None and not self._lister.is_narrowed(selection.filters):
            self.families = self._lister.families
        elif wanted or excludes:
            try:
                self._lister.selected(EVERYTHING, lambda job: False)
                self.families = self._lister.families
            except (ApiError, ListingError) as error:
                unread = str(error)
        if excludes:
            spare(self.tracks, selection, self.families or Families(), unread)

    def stop(self, options: Options, check_mode: bool, started: float) -> None:
        """Bring every track to its outcome; with `check_mode` by prediction. `started` on the steady clock."""
        due, stopping = [], []
        for track in self.tracks:
            step = decide(track)
            track.needed = step.action != DONE
            if step.action == STOP:
                due.append(track)
            elif step.action == WAIT:
                stopping.append(track)
            else:
                self._settle(track, step)
        deadline = started + options.wait_timeout
        refusal = self._too_slow(len(due), deadline)
        if options.max_stops is not None and len(due) > options.max_stops:
            refusal = f"{len(due)} jobs would be stopped, max_stops allows {options.max_stops}, so none was"
        refused = Step(DONE, "failed", Problem(refusal or "", Meaning.REFUSED))
        for track in due:
            if refusal or check_mode:
                self._settle(track, refused if refusal else Step(DONE, "would_stop"))
        for track in stopping:
            track.foreign = True
            if refusal or check_mode or not options.wait:
                self._settle(track, Step(DONE, "already_stopping"))
        if any(self._open()):
            self._carry_out(due, options, deadline)

    def give_up(self, reason: str) -> None:
        """Settle what is open after an error that nobody foresaw, so that every row is reported."""
        for track in list(self._open()):
            self._settle(track, Step(DONE, "failed", Problem(reason, Meaning.LOST)))

    def _carry_out(self, due: list[Track], options: Options, deadline: float) -> None:
        stopper = Stopper(self._api, self._pool, self._concurrency)
        orders = [Order(track.key, options.force) for track in due]
        interval = options.wait_interval
        self._send(stopper, orders, self._at_least_grace(deadline))
        while True:
            for track in list(self._open()):
                if track.accepted and not options.wait:
                    self._settle(track, Step(DONE, "stop_requested"))
            self._tell()
            pending = list(self._open())
            if not pending:
                return
            self._pause(interval, deadline, options, pending)
            interval = max(interval, min(interval * INTERVAL_GROWTH, LONGEST_INTERVAL))
            until = self._at_least_grace(deadline)
            self._look(pending, until)
            self._send(stopper, self._next_orders(pending, options, deadline, until), deadline)

    def _send(self, stopper: Stopper, orders: list[Order], deadline: float) -> None:
        tracks = {track.key: track for track in self._open()}

        def note(order: Order, problem: Problem | None) -> None:
            note_answer(tracks[order.key], problem, order.force, self._clock.now())
            self._tell()

        if orders:
            stopper.send(orders, deadline, note)

    def _pause(self, interval: float, deadline: float, options: Options, pending: list[Track]) -> None:
        now = self._clock.now()
        forces = (force_moment(track, options) for track in pending)
        moments = [now + interval, deadline, *(moment for moment in forces if moment is not None and moment > now)]
        if min(moments) > now:
            self._clock.sleep(min(moments) - now)

    def _at_least_grace(self, deadline: float) -> float:
        return max(deadline, self._clock.now() + GRACE)

    def _look(self, pending: Sequence[Track], deadline: float, closely: bool = False) -> None:
        keys = [track.key for track in pending]
        sights: dict[Key, Sight]
        try:
            sights = self._looker.look(keys, deadline, again=True, closely=closely)
        except ApiError as error:
            sights = dict.fromkeys(keys, error.problem)
        except ListingError as error:
            sights = dict.fromkeys(keys, Problem(str(error), Meaning.GARBLED))
        for track in pending:
            sight = sights[track.key]
            if not closely or isinstance(sight, Job) or is_absent(sight):  # else what the list said is as good
                note_sight(track, sight)

    def _look_closely(self, tracks: list[Track], until: float) -> None:
        """Ask the jobs themselves, since lists may lag behind; of those that are not reached in time the list's word stands."""
        for start in range(0, len(tracks), CLOSE_LOOKS):
            if self._clock.now() < until:
                self._look(tracks[start:start + CLOSE_LOOKS], until, closely=True)

    def _next_orders(self, pending: list[Track], options: Options, deadline: float, until: float) -> list[Order]:
        """The stops to send now; what needs none and has come to its end is settled. Closer looks end at `until`."""
        orders = []
        now = self._clock.now()
        statuses = self._api.resource.statuses
        self._look_closely([
            track for track in pending if track.key in self._looker.second_hand
            and rests_on_a_state(judge(track, options, statuses, now, deadline), track.seen)
        ], until)
        for track in pending:
            step = judge(track, options, statuses, now, deadline)
            if step.action == DONE:
                self._settle(track, step)
            elif step.action in (STOP, FORCE):
                orders.append(Order(track.key, options.force or step.action == FORCE, alone=track.doubts > 1))
        # What took its time may have used up all of it: then the next round, which sends nothing, is the last.
        return orders if self._clock.now() < deadline else []

    def _open(self) -> Iterable[Track]:
        return (track for track in self.tracks if track.outcome is None)

    def _track(self, key: Key, sight: Sight, selection: Selection, unreadable: str | None) -> Track:
        name = sight.name if isinstance(sight, Job) else None
        excluded = is_excluded(key.id, name, selection)
        return Track(key, before=sight, seen=sight, excluded=excluded, unreadable=unreadable)

    def _settle(self, track: Track, step: Step) -> None:
        track.outcome, track.problem = step.outcome, step.problem
        for observer in self._observers:
            observer.settled(track)

    def _tell(self) -> None:
        now = self._clock.now()
        for observer in self._observers:
            observer.moved(self.tracks, now)

    def _too_slow(self, stops: int, deadline: float) -> str | None:
        """Why the pace that the API demands does not allow so many stops in time; None if it does, or if none is demanded."""
        now = self._clock.now()
        calls = self._api.dialect.calls_to_stop(stops)
        if now + calls * self._api.spacing <= self._at_least_grace(deadline):
            return None
        return (f"the API allows one request every {self._api.spacing:.2f} seconds, so {calls} requests take "
                f"{format_span(calls * self._api.spacing)}, but wait_timeout leaves {format_span(deadline - now)}; nothing was "
                "stopped: raise wait_timeout or select fewer jobs")
