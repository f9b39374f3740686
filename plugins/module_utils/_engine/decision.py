# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The decision table: the next step for a job, and its outcome. Pure functions over data.

`decide` chooses the first step from the state before the task. `judge` chooses the next step from a later read of the
job, after a stop of this task or during a stop by someone else. The tables in the documentation and in the tests say the
same as these functions.
"""

from __future__ import annotations

import dataclasses
from typing import NamedTuple, Union

from ansible_collections.otc.teardown.plugins.module_utils._base.errors import HOPELESS, MAYBE_ACTED, Meaning, Problem
from ansible_collections.otc.teardown.plugins.module_utils._engine.exclusion import UNNAMED
from ansible_collections.otc.teardown.plugins.module_utils._model.job import Job
from ansible_collections.otc.teardown.plugins.module_utils._model.key import Key
from ansible_collections.otc.teardown.plugins.module_utils._model.status import ENDED, STOPPABLE, STOPPING, Statuses

Sight = Union[Job, Problem]
"""The result of a read: the job, or a Problem if it could not be read. A Problem with ABSENT: the job does not exist."""

# Steps
STOP, FORCE, WAIT, DONE = "stop", "force", "wait", "done"

GONE = "GONE"
"""The status of a job that disappeared while the task waited for its end."""

SECONDS_BETWEEN_STOPS = 2.0
"""The shortest time between two stops of the same job, unless four times `wait_interval` is less."""

_NOT_ASKED = HOPELESS | {Meaning.UNSENT, Meaning.THROTTLED}
"""With these meanings, the service has not considered the stop, so `force_after` does not count from it."""


class Options(NamedTuple):
    """Options of a stop. `wait_timeout`: seconds for the whole task; `wait_interval`: seconds of the first pause.

    `force_after`: seconds from the first graceful stop to the forced one (None: never).
    """

    wait: bool = True
    wait_timeout: float = 600.0
    wait_interval: float = 0.5
    force: bool = False
    force_after: float | None = None
    max_stops: int | None = None
    on_missing: str = "fail"
    on_timeout: str = "fail"
    on_unclear: str = "fail"

    def handling(self, outcome: str | None) -> str:
        """What the task does about a row with this outcome: `fail`, `warn` or `ignore`."""
        if outcome == "failed":
            return "fail"
        return {"missing": self.on_missing, "timed_out": self.on_timeout, "unclear": self.on_unclear}.get(outcome or "", "ignore")


class Step(NamedTuple):
    """The next step for one job. DONE has an outcome, and a problem if there is one."""

    action: str
    outcome: str | None = None
    problem: Problem | None = None


@dataclasses.dataclass
class Track:
    """The history of one selected job in one run.

    `before` and `seen`: the first and the latest sight of the job. `needed`: the job had to be stopped, or was already being
    stopped. `excluded`: None if it cannot be evaluated. `why_excluded`: the relative that is the reason for the exclusion, or
    why `exclude` cannot be evaluated (unless the reason is a missing name). `unreadable`: why a filter cannot be evaluated.
    `asked_at`: the time of the first graceful stop that was accepted, refused or got no answer. `sent_at`: the time of the latest
    stop. `accepted`: a stop of this task was accepted. `doubtful`: at least one stop got no clear answer; `doubts`: how many did.
    `forced`: a forced stop was accepted. `refusal`: the problem of the latest stop. `foreign`: the job was being stopped by someone else.
    `sent_at_status`: the status when the latest stop was sent; `moved`: the job has left this status since. `unread`: why the job
    could not be read by itself, so that `seen` comes from a list.
    """

    key: Key
    before: Sight
    seen: Sight
    excluded: bool | None = False
    why_excluded: str | None = None
    unreadable: str | None = None
    needed: bool = False
    asked_at: float | None = None
    sent_at: float | None = None
    accepted: bool = False
    doubtful: bool = False
    doubts: int = 0
    foreign: bool = False
    forced: bool = False
    refusal: Problem | None = None
    sent_at_status: str | None = None
    moved: bool = False
    unread: Problem | None = None
    outcome: str | None = None
    problem: Problem | None = None

    @property
    def changed(self) -> bool:
        """Whether a stop of this task was accepted, took effect without an answer, or would be sent."""
        return self.accepted or self.outcome in ("stopped", "would_stop")


def is_absent(sight: Sight) -> bool:
    """Whether the read reported that the job does not exist."""
    return isinstance(sight, Problem) and sight.meaning is Meaning.ABSENT


def decide(track: Track) -> Step:
    """The first step for a job, from its state before the task; the same in check mode and in a real run.

    STOP if the job must be stopped, WAIT if it is already being stopped, otherwise DONE.
    """
    if track.excluded:
        return Step(DONE, "excluded")
    if is_absent(track.before):
        return Step(DONE, "missing", _problem(track.before))
    if isinstance(track.before, Problem):
        return Step(DONE, "failed", track.before)
    reason = track.unreadable
    if track.excluded is None:
        reason = track.why_excluded or UNNAMED
    if reason:
        return Step(DONE, "failed", Problem(reason, Meaning.GARBLED))
    if track.before.phase == ENDED:
        return Step(DONE, "already_ended")
    if track.before.phase == STOPPING:
        return Step(WAIT, "already_stopping")
    if track.before.phase == STOPPABLE:
        return Step(STOP)
    return _unknown(track.before, "nothing was sent")


def judge(track: Track, options: Options, statuses: Statuses, now: float, deadline: float) -> Step:
    """The next step for a job, from its latest sight, after a stop was sent or during a stop by someone else.

    `now` and `deadline` are seconds on the same clock.
    """
    seen = track.seen
    if is_absent(seen):
        return _ended(track, by_itself=False)
    if isinstance(seen, Problem):
        return _blind(track, seen, now, deadline)
    if seen.phase == ENDED:
        return _ended(track, seen.status in statuses.by_itself)
    if seen.phase == STOPPING:
        return _stopping(track, options, now, deadline)
    if track.accepted:
        return _accepted(track, seen, options, statuses, now, deadline)
    if track.foreign:
        return _foreign(track, seen, statuses, now, deadline)
    if seen.phase != STOPPABLE:
        return _unknown(seen, "no further stop was sent")
    return _refused(track, options, now, deadline)


def _ended(track: Track, by_itself: bool) -> Step:
    if track.accepted or (track.doubtful and not by_itself):
        return Step(DONE, "stopped")
    return Step(DONE, "ended" if track.foreign else "ended_meanwhile")


def _stopping(track: Track, options: Options, now: float, deadline: float) -> Step:
    if not options.wait:
        return Step(DONE, "stop_requested" if track.accepted else "already_stopping")
    if _force_is_due(track, options, now, deadline):
        return Step(FORCE)
    return _patience(track, now, deadline)


def _accepted(
    track: Track, seen: Job, options: Options, statuses: Statuses, now: float, deadline: float
) -> Step:
    """The step for an accepted stop that has no visible effect yet, or that has failed."""
    if not options.wait:
        return Step(DONE, "stop_requested")
    if _force_is_due(track, options, now, deadline):
        return Step(FORCE)
    moved = track.moved or seen.status != track.sent_at_status
    failed = moved and seen.status in statuses.stop_failed
    if failed and (track.forced or options.force_after is None):
        return Step(DONE, "failed", Problem(f"the stop failed: the job is now {seen.status}", Meaning.REFUSED))
    return _patience(track, now, deadline)


def _foreign(track: Track, seen: Job, statuses: Statuses, now: float, deadline: float) -> Step:
    """The step for a job that someone else was stopping and that is no longer being stopped."""
    if seen.status in statuses.stop_failed:
        text = f"a stop that was under way failed: the job is now {seen.status}; run the task again to stop it"
        return Step(DONE, "failed", Problem(text, Meaning.REFUSED))
    return _patience(track, now, deadline)


def _refused(track: Track, options: Options, now: float, deadline: float) -> Step:
    """The step for a job that is still stoppable, if no stop of this task is known to be accepted."""
    problem = track.refusal
    if now >= deadline:
        return Step(DONE, "failed", problem)
    if problem is not None and problem.meaning in HOPELESS:
        # An earlier stop without an answer may have taken effect; that would explain this refusal.
        return Step(WAIT) if track.doubtful else Step(DONE, "failed", problem)
    if problem is not None and problem.meaning is Meaning.ELSEWHERE:
        return Step(WAIT)  # the stop of its parent or its children may end it
    if _force_is_due(track, options, now, deadline):
        return Step(FORCE)
    rest = min(SECONDS_BETWEEN_STOPS, 4 * options.wait_interval)
    return Step(STOP if track.sent_at is None or now >= track.sent_at + rest else WAIT)


def _blind(track: Track, problem: Problem, now: float, deadline: float) -> Step:
    if problem.meaning in HOPELESS or (now >= deadline and not (track.accepted or track.foreign)):
        # If the stop itself was refused for a permanent reason, report that reason and not the failed read.
        told = track.refusal and track.refusal.meaning in HOPELESS
        return Step(DONE, "failed", track.refusal if told else problem)
    return _patience(track, now, deadline)


def _patience(track: Track, now: float, deadline: float) -> Step:
    if now < deadline:
        return Step(WAIT)
    status = track.seen.status if isinstance(track.seen, Job) else None
    words = f"still {status}" if status else "its status still could not be read"
    by_list = f", says a list; the job itself could not be read: {track.unread}" if status and track.unread else ""
    still = Problem(f"{words} when wait_timeout ended{by_list}", Meaning.BUSY)
    return Step(DONE, "timed_out", _problem(track.seen) or still)


def _force_is_due(track: Track, options: Options, now: float, deadline: float) -> bool:
    moment = force_moment(track, options)
    hopeless = track.refusal is not None and track.refusal.meaning in HOPELESS
    return moment is not None and not hopeless and moment <= now < deadline


def force_moment(track: Track, options: Options) -> float | None:
    """The time at which the stop of a job is repeated with force; None: never. Stops by someone else are not forced."""
    if options.force_after is None or track.asked_at is None or track.forced or (track.foreign and not track.accepted):
        return None
    return track.asked_at + options.force_after


def rests_on_a_state(step: Step, seen: Sight) -> bool:
    """Whether the step reports a failure that a newer read of the job might turn into a success."""
    blind_for_good = isinstance(seen, Problem) and seen.meaning in HOPELESS
    return step.outcome in ("failed", "timed_out") and not blind_for_good


def note_decision(track: Track, step: Step) -> None:
    """Record the first step in the track."""
    track.needed = step.action != DONE
    track.foreign = step.action == WAIT


def note_answer(track: Track, problem: Problem | None, force: bool, now: float) -> None:
    """Record the result of a stop that was just sent. `problem`: None if the stop was accepted."""
    track.sent_at_status = track.seen.status if isinstance(track.seen, Job) else None
    track.moved = False
    track.sent_at = now
    if track.asked_at is None and not force and (problem is None or problem.meaning not in _NOT_ASKED):
        track.asked_at = now
    if problem is None:
        track.accepted = True
        track.forced = track.forced or force
        track.refusal = None
        return
    track.refusal = problem
    if problem.meaning in MAYBE_ACTED:
        track.doubtful = True
        track.doubts += 1


def note_sight(track: Track, sight: Sight) -> None:
    """Record a later read of the job. If the job is stopping, also record whether the stop is from this task."""
    track.seen, track.unread = sight, None
    track.moved = track.moved or (isinstance(sight, Job) and sight.status != track.sent_at_status)
    if isinstance(sight, Job) and sight.phase == STOPPING and not track.accepted:
        if track.doubtful:
            track.accepted = True  # the stop got no answer, but took effect
        else:
            track.foreign = True


def _problem(sight: Sight) -> Problem | None:
    return sight if isinstance(sight, Problem) else None


def _unknown(job: Job, result: str) -> Step:
    """The step for a job whose status is unknown, or whose status does not tell whether the job still costs anything."""
    if job.is_unclear:
        text = (f"nobody documents whether it still costs anything in the status {job.status}, so {result}: look at it in the console, "
                "and delete it if nobody needs it")
        return Step(DONE, "unclear", Problem(text, Meaning.REFUSED))
    raw = job.status if job.status is not None else "none"
    return Step(DONE, "failed", Problem(f"its status {raw} is not known to this collection, so {result}", Meaning.REFUSED))
