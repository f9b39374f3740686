# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The jobs of one kind in one task: reads them, decides, sends the stops, and reads the jobs again."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ansible_collections.otc.teardown.plugins.module_utils._api.api import Api
from ansible_collections.otc.teardown.plugins.module_utils._base.errors import (
    ApiError,
    ListingError,
    Meaning,
    Problem,
)
from ansible_collections.otc.teardown.plugins.module_utils._base.threads import Pool
from ansible_collections.otc.teardown.plugins.module_utils._engine.decision import (
    DONE,
    FORCE,
    STOP,
    Options,
    Sight,
    Step,
    Track,
    decide,
    force_moment,
    is_absent,
    judge,
    note_answer,
    note_decision,
    note_sight,
    rests_on_a_state,
)
from ansible_collections.otc.teardown.plugins.module_utils._engine.details import Details, Sights
from ansible_collections.otc.teardown.plugins.module_utils._engine.exclusion import Meetings, facts_of, judged
from ansible_collections.otc.teardown.plugins.module_utils._engine.families import Families
from ansible_collections.otc.teardown.plugins.module_utils._engine.filters import matches, why_unreadable
from ansible_collections.otc.teardown.plugins.module_utils._engine.lister import Lister
from ansible_collections.otc.teardown.plugins.module_utils._engine.observers import Observer
from ansible_collections.otc.teardown.plugins.module_utils._engine.reader import Reader
from ansible_collections.otc.teardown.plugins.module_utils._engine.relatives import may_be_stopped, spare
from ansible_collections.otc.teardown.plugins.module_utils._engine.selection import Selection
from ansible_collections.otc.teardown.plugins.module_utils._engine.stopper import Order, Stopper
from ansible_collections.otc.teardown.plugins.module_utils._http.window import Limit
from ansible_collections.otc.teardown.plugins.module_utils._model.job import Job
from ansible_collections.otc.teardown.plugins.module_utils._model.key import Key
from ansible_collections.otc.teardown.plugins.module_utils._model.resource import Resource
from ansible_collections.otc.teardown.plugins.module_utils._model.status import STOPPABLE, STOPPING

CLOSE_LOOKS = 100
"""How many jobs are read one by one before the clock is checked again."""

EVERYTHING = Selection(keys=None)


class Run:
    """The run of one kind in one task, from the first read of the selected jobs to their outcomes.

    `tracks`: the selected jobs. `due`: those that must be stopped. `listed`: the numbers of listed jobs, None if jobs were
    read by id. `families`: parents and children in the whole project, None if they were not read.
    """

    def __init__(self, api: Api, concurrency: int, now: Callable[[], float], observers: Sequence[Observer] = ()) -> None:
        self._api = api
        self._observers = observers
        self._now = now
        self._pool = Pool(concurrency)
        self._concurrency = concurrency
        self._lister = Lister(api, self._pool)
        self._reader = Reader(api, self._lister, self._pool)
        self._stopper: Stopper | None = None
        self.tracks: list[Track] = []
        self.due: list[Track] = []
        self.listed: dict[str, int] | None = None
        self.unmatched: list[str] = []
        self.families: Families | None = None
        self.was_read = False
        self._lists_matter = False

    @property
    def complete(self) -> bool:
        """Whether all selected jobs were read; False if a list shows only the caller's own jobs."""
        return self.was_read and not self.own_only

    @property
    def own_only(self) -> bool:
        """Whether the selection comes from a list of only the caller's own jobs, because the list of all jobs is forbidden."""
        return self._lists_matter and self._api.shows_own_only

    @property
    def resource(self) -> Resource:
        """The kind of job."""
        return self._api.resource

    @property
    def pending(self) -> list[Track]:
        """The jobs that have no outcome yet."""
        return [track for track in self.tracks if track.outcome is None]

    def slowest(self, stops: int) -> tuple[Limit, float] | None:
        """The limit stated by the API by which so many stops take longest, and the seconds that they take; None if it stated none."""
        return self._api.slowest(stops)

    @property
    def calls_to_stop(self) -> int:
        """The number of requests for the stops in `due`."""
        return self._api.dialect.calls_to_stop(len(self.due))

    def read(self, selection: Selection, time_of_day: float, families: bool = False, tags: bool = False) -> None:
        """Read the selected jobs into `tracks`, and the numbers of listed jobs into `listed`.

        `unmatched` gets a text for each part of the selection that matches none of the jobs that were read. `families`: read
        the parents and children of all jobs in the project, whatever is selected; an `exclude` needs them in any case. `tags`: read the
        tags of the jobs (and of these relatives), also where only reads by id tell them; filters and `exclude` may need them in any case.
        `time_of_day` in seconds since 1970. Raises ListingError or ApiError if the selection cannot be read completely.
        """
        details = Details(self._api, self._lister, self._reader, selection, tags)
        meetings = Meetings(selection.exclude, selection.filters.names or ())
        self._lists_matter = selection.keys is None
        if selection.keys is None:
            sights = self._read_listed(selection, time_of_day, details, meetings)
        else:
            keys = selection.keys
            sights = details.complete(self._api.in_some_dialect(lambda: self._reader.look(keys)))
            self.tracks = [self._track(key, sights[key], selection, None) for key in keys]
        for key, sight in sights.items():
            meetings.note(facts_of(key.id, sight, self.resource, selection.parent_names.get(key.parent or "")))
        self.unmatched = meetings.unmatched()
        if self._api.resource.has_families:
            self._relate(selection, families, details)
        self.was_read = True

    def _read_listed(self, selection: Selection, now: float, details: Details, meetings: Meetings) -> Sights:
        """Read the jobs that pass the filters into `tracks`; returns the sights of all jobs for which this took more than a list."""
        filters = selection.filters

        def keep(job: Job) -> bool:
            meetings.note(facts_of(job.key.id, job, self.resource))
            return matches(job, filters, now)

        found = self._api.in_some_dialect(lambda: self._lister.selected(selection, keep))
        self._reader.remember(found.jobs)
        phases = found.phases
        self.listed = {"jobs": sum(phases.values()), "stoppable": phases[STOPPABLE], "stopping": phases[STOPPING]}
        sights = details.complete({job.key: job for job in found.jobs})
        jobs = [sight for sight in sights.values() if isinstance(sight, Job) and matches(sight, filters, now)]
        self.tracks = [self._track(job.key, job, selection, why_unreadable(job, filters, now)) for job in jobs]
        if self.resource.has_families and not self._lister.is_narrowed(filters):
            self.families = found.families
        return sights

    def _relate(self, selection: Selection, wanted: bool, details: Details) -> None:
        """Read parents and children into `families` if they are needed, and exclude the relatives of excluded jobs."""
        excludes = not selection.exclude.is_empty and may_be_stopped(self.tracks)
        unread = None
        if self.families is None and (wanted or excludes):
            try:
                self.families = self._lister.selected(EVERYTHING, lambda job: False).families
            except (ApiError, ListingError) as error:
                unread = str(error)
        if self.families is not None and (wanted or excludes):
            details.tell_tags_of_relatives(self.families, [track.before for track in self.tracks if isinstance(track.before, Job)])
        if excludes:
            spare(self.tracks, selection, self.families or Families(), unread)

    def decide(self) -> None:
        """Decide the first step for every job. Jobs to stop are put into `due`; jobs that are already stopping remain pending."""
        self.due = []
        for track in self.tracks:
            step = decide(track)
            note_decision(track, step)
            if step.action == STOP:
                self.due.append(track)
            elif step.action == DONE:
                self._settle(track, step)

    def has_nothing_selected(self) -> None:
        """Treat the selection as read and empty, because the given parent does not exist."""
        self.was_read = True

    def settle_what_is_known(self, refusal: str | None, check_mode: bool, options: Options) -> None:
        """Settle the jobs that need no request: all jobs if nothing may be sent, and stopping jobs if the task does not wait."""
        refused = Step(DONE, "failed", Problem(refusal or "", Meaning.GUARDED))
        for track in self.pending:
            if track.foreign and (refusal or check_mode or not options.wait):
                self._settle(track, Step(DONE, "already_stopping"))
            elif not track.foreign and (refusal or check_mode):
                self._settle(track, refused if refusal else Step(DONE, "would_stop"))

    def give_up(self, reason: str) -> None:
        """Settle all pending jobs as failed after an unexpected error, so that every row is reported."""
        for track in self.pending:
            self._settle(track, Step(DONE, "failed", Problem(reason, Meaning.LOST)))

    def first_orders(self, options: Options) -> list[Order]:
        """The first stops to send."""
        return [Order(track.key, options.force) for track in self.due if track.outcome is None]

    def send(self, orders: Sequence[Order], options: Options, deadline: float) -> None:
        """Send each of these stops once, and record the answers. Without `wait`, settle the accepted ones."""
        if orders:
            self._stopper = self._stopper or Stopper(self._api, self._pool, self._concurrency)
            tracks = {track.key: track for track in self.pending}

            def note(order: Order, problem: Problem | None) -> None:
                note_answer(tracks[order.key], problem, order.force, self._now())
                self._tell()

            self._stopper.send(orders, deadline, note)
        for track in self.pending:
            if track.accepted and not options.wait:
                self._settle(track, Step(DONE, "stop_requested"))
        self._tell()

    def moments_to_force(self, options: Options) -> list[float]:
        """The times at which pending stops are repeated with force, on the steady clock."""
        moments = (force_moment(track, options) for track in self.pending)
        return [moment for moment in moments if moment is not None]

    def look_again(self, until: float) -> None:
        """Read each pending job again, with requests that end at `until`."""
        self._look(self.pending, until)

    def _look(self, pending: Sequence[Track], deadline: float, closely: bool = False) -> None:
        keys = [track.key for track in pending]
        sights: dict[Key, Sight]
        try:
            sights = self._reader.look(keys, deadline, again=True, closely=closely)
        except ApiError as error:
            sights = dict.fromkeys(keys, error.problem)
        except ListingError as error:
            sights = dict.fromkeys(keys, Problem(str(error), Meaning.GARBLED))
        for track in pending:
            sight = sights[track.key]
            if not closely or isinstance(sight, Job) or is_absent(sight):
                note_sight(track, sight)
            else:
                track.unread = sight  # and keep the sight from the list

    def _look_closely(self, tracks: list[Track], until: float) -> None:
        """Read these jobs one by one, because lists may be out of date. Jobs not read by `until` keep their sight from the list."""
        for start in range(0, len(tracks), CLOSE_LOOKS):
            if self._now() < until:
                self._look(tracks[start:start + CLOSE_LOOKS], until, closely=True)

    def next_orders(self, options: Options, deadline: float, until: float) -> list[Order]:
        """The stops to send now; jobs that are done are settled. Reads of single jobs end at `until`."""
        pending = self.pending
        orders = []
        now = self._now()
        statuses = self._api.resource.statuses
        self._look_closely([
            track for track in pending if track.key in self._reader.second_hand
            and rests_on_a_state(judge(track, options, statuses, now, deadline), track.seen)
        ], until)
        for track in pending:
            step = judge(track, options, statuses, now, deadline)
            if step.action == DONE:
                self._settle(track, step)
            elif step.action in (STOP, FORCE):
                orders.append(Order(track.key, options.force or step.action == FORCE, alone=track.doubts > 1))
        # The reads may have used up the time: then nothing more is sent, and the next round settles the jobs.
        return orders if self._now() < deadline else []

    def _track(self, key: Key, sight: Sight, selection: Selection, unreadable: str | None) -> Track:
        row_name = selection.parent_names.get(key.parent or "")
        noun = self.resource.parent.noun if self.resource.parent else ""
        verdict = judged(facts_of(key.id, sight, self.resource, row_name), selection.exclude, noun)
        if row_name is not None and isinstance(sight, Job) and sight.parent_name is None:
            sight = sight._replace(parent_name=row_name)
        return Track(key, before=sight, seen=sight, excluded=verdict.excluded, why_excluded=verdict.why, unreadable=unreadable)

    def _settle(self, track: Track, step: Step) -> None:
        track.outcome, track.problem = step.outcome, step.problem
        for observer in self._observers:
            observer.settled(track)

    def _tell(self) -> None:
        now = self._now()
        for observer in self._observers:
            observer.moved(self.tracks, now)
