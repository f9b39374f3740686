# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One run: read, decide, stop, wait for the end. The only place where time passes."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import Callable

from ansible_collections.otc.teardown.plugins.module_utils.api import Api
from ansible_collections.otc.teardown.plugins.module_utils.decision import (
    DONE,
    FORCE,
    STOP,
    WAIT,
    Options,
    Sight,
    Step,
    Track,
    decide,
    judge,
    note_answer,
    note_sight,
)
from ansible_collections.otc.teardown.plugins.module_utils.errors import (
    ApiError,
    ListingError,
    Meaning,
    Problem,
)
from ansible_collections.otc.teardown.plugins.module_utils.job import Job
from ansible_collections.otc.teardown.plugins.module_utils.listing import Lister
from ansible_collections.otc.teardown.plugins.module_utils.looking import Looker
from ansible_collections.otc.teardown.plugins.module_utils.pool import Pool
from ansible_collections.otc.teardown.plugins.module_utils.resource import Key
from ansible_collections.otc.teardown.plugins.module_utils.selection import (
    Selection,
    is_excluded,
    matches,
    why_unreadable,
)
from ansible_collections.otc.teardown.plugins.module_utils.stopping import Order, Stopper

INTERVAL_GROWTH = 1.25
LONGEST_INTERVAL = 15.0


@dataclasses.dataclass(frozen=True)
class Clock:
    """Where time comes from: a steady clock, a way to let it pass, and the time of day (all in seconds)."""

    now: Callable[[], float]
    sleep: Callable[[float], None]
    time_of_day: Callable[[], float]


class Run:
    """Everything that happens to the selected jobs of one kind in one task."""

    def __init__(self, api: Api, concurrency: int, clock: Clock) -> None:
        self._api = api
        self._clock = clock
        self._pool = Pool(concurrency)
        self._concurrency = concurrency
        self._lister = Lister(api, self._pool)
        self._looker = Looker(api, self._lister, self._pool)
        self.tracks: list[Track] = []
        self.complete = False

    def read(self, selection: Selection) -> None:
        """Fill `tracks` with every selected job as it is before anything is done.

        Raises ListingError or ApiError if the selection cannot be read completely.
        """
        if selection.keys is None:
            now = self._clock.time_of_day()
            filters = selection.filters
            jobs = self._api.in_some_dialect(
                lambda: self._lister.selected(selection, lambda job: matches(job, filters, now))
            )
            self.tracks = [self._track(job.key, job, selection, why_unreadable(job, filters, now)) for job in jobs]
        else:
            keys = selection.keys
            sights = self._api.in_some_dialect(lambda: self._looker.look(keys))
            self.tracks = [self._track(key, sights[key], selection, None) for key in keys]
        self.complete = True

    def stop(self, options: Options, check_mode: bool, started: float) -> None:
        """Bring every track to its outcome; with `check_mode` by prediction. `started` on the steady clock."""
        steps = [(track, decide(track)) for track in self.tracks]
        for track, step in steps:
            if step.action == DONE:
                _settle(track, step)
        due = [track for track, step in steps if step.action == STOP]
        if options.max_stops is not None and len(due) > options.max_stops:
            self._refuse(due, options.max_stops)
            check_mode = True
        if check_mode:
            for track, step in steps:
                if track.outcome is None:
                    track.outcome = step.outcome or "would_stop"
            return
        for track, step in steps:
            if step.action == WAIT:
                track.foreign = True
                track.outcome = None if options.wait else step.outcome
        self._carry_out(due, options, started + options.wait_timeout)

    def give_up(self, reason: str) -> None:
        """Settle what is open after an error that nobody foresaw, so that every row is reported."""
        for track in self._open():
            _settle(track, Step(DONE, "failed", Problem(reason, Meaning.LOST)))

    def _carry_out(self, due: list[Track], options: Options, deadline: float) -> None:
        stopper = Stopper(self._api, self._pool, self._concurrency)
        orders = [Order(track.key, options.force) for track in due]
        interval = options.wait_interval
        while True:
            self._send(stopper, orders, deadline)
            if not options.wait:
                for track in self._open():
                    if track.accepted:
                        track.outcome = "stop_requested"
            pending = list(self._open())
            if not pending:
                return
            self._pause(interval, deadline, options, pending)
            interval = max(interval, min(interval * INTERVAL_GROWTH, LONGEST_INTERVAL))
            self._look(pending, deadline)
            orders = self._next_orders(pending, options, deadline)

    def _send(self, stopper: Stopper, orders: list[Order], deadline: float) -> None:
        tracks = {track.key: track for track in self._open()}

        def note(order: Order, problem: Problem | None) -> None:
            note_answer(tracks[order.key], problem, order.force, self._clock.now())

        if orders:
            stopper.send(orders, deadline, note)

    def _pause(self, interval: float, deadline: float, options: Options, pending: list[Track]) -> None:
        now = self._clock.now()
        moments = [now + interval, deadline]
        if options.force_after is not None:
            forces = (track.accepted_at + options.force_after for track in pending if track.accepted)
            moments += [moment for moment in forces if moment > now]
        if min(moments) > now:
            self._clock.sleep(min(moments) - now)

    def _look(self, pending: list[Track], deadline: float) -> None:
        keys = [track.key for track in pending]
        sights: dict[Key, Sight]
        try:
            sights = self._looker.look(keys, deadline, again=True)
        except ApiError as error:
            sights = dict.fromkeys(keys, error.problem)
        except ListingError as error:
            sights = dict.fromkeys(keys, Problem(str(error), Meaning.GARBLED))
        now = self._clock.now()
        for track in pending:
            note_sight(track, sights[track.key], now)

    def _next_orders(self, pending: list[Track], options: Options, deadline: float) -> list[Order]:
        orders = []
        now = self._clock.now()
        for track in pending:
            step = judge(track, options, self._api.resource.statuses, now, deadline)
            if step.action == DONE:
                _settle(track, step)
            elif step.action in (STOP, FORCE):
                orders.append(Order(track.key, options.force or step.action == FORCE))
        return orders

    def _open(self) -> Iterable[Track]:
        return (track for track in self.tracks if track.outcome is None)

    def _track(self, key: Key, sight: Sight, selection: Selection, unreadable: str | None) -> Track:
        name = sight.name if isinstance(sight, Job) else None
        return Track(key, sight, sight, is_excluded(key.id, name, selection), unreadable)

    def _refuse(self, due: list[Track], limit: int) -> None:
        text = f"{len(due)} jobs would be stopped, max_stops allows {limit}, so none was"
        for track in due:
            _settle(track, Step(DONE, "failed", Problem(text, Meaning.REFUSED, "max_stops")))


def _settle(track: Track, step: Step) -> None:
    track.outcome = step.outcome
    track.problem = step.problem
