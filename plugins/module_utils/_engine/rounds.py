# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One task: reads the jobs of each kind, stops them, and reads them again until they have ended. Only this module waits."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from typing import Callable, NamedTuple

from ansible_collections.otc.teardown.plugins.module_utils._base.errors import ApiError, Meaning, TeardownError
from ansible_collections.otc.teardown.plugins.module_utils._base.threads import Pool
from ansible_collections.otc.teardown.plugins.module_utils._base.times import format_span
from ansible_collections.otc.teardown.plugins.module_utils._engine.decision import Options
from ansible_collections.otc.teardown.plugins.module_utils._engine.run import Run
from ansible_collections.otc.teardown.plugins.module_utils._engine.selection import Selection

INTERVAL_GROWTH = 1.6
LONGEST_INTERVAL = 15.0

GRACE = 15.0
"""Minimum seconds for the first stops, and for the reads that decide an outcome, even after the end of `wait_timeout`."""

_TRUE_OF_EVERY_KIND = frozenset({Meaning.REAUTH, Meaning.CREDENTIALS})


class Clock(NamedTuple):
    """The source of time, in seconds: a steady clock, a function that sleeps, and the time since 1970."""

    now: Callable[[], float]
    sleep: Callable[[float], None]
    time_of_day: Callable[[], float]


def read(
    runs: Mapping[Run, Selection], pool: Pool, time_of_day: float, families: bool = False, tags: bool = False
) -> dict[Run, TeardownError]:
    """Read the selected jobs of all kinds concurrently. Returns run -> error for the kinds that could not be read.

    `families`: also read parents and children, for kinds that have them; `tags`: also read tags (see Run.read).

    The first kind is read alone, so that a wrong login is tried only once. A refused login raises ApiError, because it
    affects every kind.
    """

    def one(run: Run) -> TeardownError | None:
        try:
            run.read(runs[run], time_of_day, families, tags)
        except TeardownError as error:
            if isinstance(error, ApiError) and error.problem.meaning in _TRUE_OF_EVERY_KIND:
                raise
            return error
        return None

    errors = zip(runs, pool.map(one, runs, first_alone=True))
    return {run: error for run, error in errors if error is not None}


def stop(
    runs: Sequence[Run],
    options: Options,
    check_mode: bool,
    started: float,
    clock: Clock,
    pool: Pool,
    refusal: str | None = None,
) -> None:
    """Give every job of these kinds its outcome; in `check_mode`, predict it.

    Stops are sent kind by kind, in the order of `runs`; then the task waits for all jobs together. `started`: start of the
    task on the steady clock. `refusal`: the reason if no job may be stopped.
    """
    for run in runs:
        run.decide()
    deadline = started + options.wait_timeout
    refusal = refusal or _too_many(runs, options) or _too_slow(runs, deadline, clock.now())
    for run in runs:
        run.settle_what_is_known(refusal, check_mode, options)
    if any(run.pending for run in runs):
        _carry_out(runs, options, deadline, clock, pool)


def _carry_out(runs: Sequence[Run], options: Options, deadline: float, clock: Clock, pool: Pool) -> None:
    interval = options.wait_interval
    for run in runs:
        run.send(run.first_orders(options), options, _at_least_grace(deadline, clock))
    while True:
        pending = [run for run in runs if run.pending]
        if not pending:
            return
        _pause(pending, interval, deadline, options, clock)
        interval = max(interval, min(interval * INTERVAL_GROWTH, LONGEST_INTERVAL))
        until = _at_least_grace(deadline, clock)
        pool.map(functools.partial(Run.look_again, until=until), pending)
        for run in pending:
            run.send(run.next_orders(options, deadline, until), options, deadline)


def _at_least_grace(deadline: float, clock: Clock) -> float:
    return max(deadline, clock.now() + GRACE)


def _pause(pending: Sequence[Run], interval: float, deadline: float, options: Options, clock: Clock) -> None:
    now = clock.now()
    moments = [now + interval, deadline]
    moments += [moment for run in pending for moment in run.moments_to_force(options) if moment > now]
    if min(moments) > now:
        clock.sleep(min(moments) - now)


def _too_many(runs: Sequence[Run], options: Options) -> str | None:
    stops = sum(len(run.due) for run in runs)
    if options.max_stops is None or stops <= options.max_stops:
        return None
    return f"{stops} jobs would be stopped, but max_stops allows {options.max_stops}, so no job was stopped"


def _too_slow(runs: Sequence[Run], deadline: float, now: float) -> str | None:
    """An error text if the API has stated a limit by which the stops do not fit into the time; otherwise None."""
    calls = sum(run.calls_to_stop for run in runs)
    found = runs[0].slowest(calls) if runs else None  # all kinds of a task share its pace
    if found is None or now + found[1] <= max(deadline, now + GRACE):
        return None
    (requests, seconds), needed = found
    return (f"the API allows {requests} request{'s' if requests > 1 else ''} in {format_span(seconds)}, so the stops take "
            f"{format_span(needed)} ({calls} to send), but "
            f"wait_timeout leaves {format_span(deadline - now)}; nothing was stopped: raise wait_timeout or select fewer jobs")
