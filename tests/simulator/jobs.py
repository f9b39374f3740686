# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The state machine of one job. It has no timers: each call passes the current time."""
from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .kinds import ENDED, GONE, STOPPABLE, STOPPING, Kind


@dataclass(frozen=True)
class Script:
    """How a job reacts to a stop, and how it changes without one."""

    stop_delay: float = 0.0
    stop_fails: int = 0
    needs_force: bool = False
    never_ends: bool = False
    refuse_times: int = 0
    refuse_graceful: bool = False
    refuse_code: str | None = None
    refuse_status: int | None = None
    ends_by_itself_after: float | None = None
    ends_after_reads: int | None = None
    ends_before_stop: bool = False
    vanishes_after_stop: bool = False
    status_changes: tuple[tuple[float, str], ...] = ()


@dataclass(frozen=True)
class Verdict:
    """The answer to a request to stop: accepted, or the reason why not."""

    accepted: bool
    reason: str = ""
    """`ended`, `stopping` or `busy`."""


ACCEPTED = Verdict(True)


@dataclass
class Job:
    """One job and its history of statuses."""

    kind: Kind
    id: str
    name: str
    project: str
    status: str
    created: float
    parent: str | None = None
    script: Script = Script()
    fields: dict[str, Any] = field(default_factory=dict)
    children: list[Job] = field(default_factory=list)
    master: str | None = None
    born: float = 0.0
    stops_accepted: int = 0
    stops_refused: int = 0
    reads: int = 0

    def __post_init__(self) -> None:
        self._history = [(self.born, self.status)]
        changes = [(self.born + after, status) for after, status in self.script.status_changes]
        if self.script.ends_by_itself_after is not None:
            changes.append((self.born + self.script.ends_by_itself_after, self.kind.completed))
        self._pending = sorted(changes)
        self._forced = False
        self._stop_under_way = False
        self._stops_begun = 0

    @property
    def gone(self) -> bool:
        """Whether the job no longer exists."""
        return self.status == GONE

    @property
    def phase(self) -> str:
        """The phase of the current status."""
        return self.kind.phase(self.status)

    def advance(self, now: float) -> None:
        """Apply every change that is due by now."""
        while self._pending and self._pending[0][0] <= now:
            self._set(*self._pending.pop(0))

    def read(self, now: float) -> None:
        """Note that a client has read the job. A job that begins as stopping starts its delay at the first read, so that it is seen."""
        self.reads += 1
        if self.reads == self.script.ends_after_reads:
            self.become(self.kind.end_of(self.status), now)
        elif self.reads == 1 and self._left_stopping():
            self._pending.append((now + self.script.stop_delay, self.kind.end_of(self.status)))

    def _left_stopping(self) -> bool:
        """Whether the job is stopping and has no planned end."""
        script = self.script
        return self.phase == STOPPING and not (self._stops_begun or self._pending or script.never_ends or script.ends_after_reads)

    def status_at(self, moment: float) -> str:
        """Return the status at that moment (for lists that lag behind); before the creation, the first status."""
        past = [status for when, status in self._history if when <= moment]
        return past[-1] if past else self._history[0][1]

    def ended_at(self) -> float | None:
        """Return the time when the job ended, None if it has not ended or began as ended."""
        return self._history[-1][0] if self.phase == ENDED and len(self._history) > 1 else None

    def become(self, status: str, now: float) -> None:
        """Set a status from outside; planned changes are canceled."""
        self._pending.clear()
        self._stop_under_way = False
        self._set(now, status)

    def request_stop(self, now: float, force: bool = False, force_over_graceful: bool = True, again: bool = True) -> Verdict:
        """Decide on a request to stop and, if it is accepted, begin to stop."""
        self.advance(now)
        if self.script.ends_before_stop and self.phase == STOPPABLE:
            self.become(self.kind.completed, now)
        verdict = self._judge(force and not self._forced and force_over_graceful, again, force)
        if verdict.accepted:
            self.stops_accepted += 1
            self._begin_stop(now, force)
        else:
            self.stops_refused += 1
        return verdict

    def _judge(self, may_overrule: bool, again: bool, force: bool) -> Verdict:
        if self.phase == ENDED:
            return Verdict(False, "ended")
        if self.phase == STOPPING or (self._stop_under_way and not again):
            return ACCEPTED if may_overrule else Verdict(False, "stopping")
        if self.stops_refused < self.script.refuse_times or (self.script.refuse_graceful and not force):
            return Verdict(False, "busy")
        return ACCEPTED

    def _begin_stop(self, now: float, force: bool) -> None:
        if self._stop_under_way and self.kind.on_stop is None:
            return
        self._forced = force
        self._stops_begun += 1
        stopping, stopped = self._path_of_stop()
        self._pending.clear()
        self._stop_under_way = True
        if stopping and self.status != stopping:
            self._set(now, stopping)
        if not self.script.never_ends and (force or not self.script.needs_force):
            self._pending.append((now + self.script.stop_delay, stopped))
        self._take_along(now, force)

    def _take_along(self, now: float, force: bool) -> None:
        for child in self.children:
            if child.phase == STOPPABLE:
                child._begin_stop(now, force)
            else:
                child._take_along(now, force)

    def _path_of_stop(self) -> tuple[str | None, str]:
        """Return the statuses while stopping and after it; sub-tasks of DRS have their own status names."""
        if self.script.vanishes_after_stop:
            return self.kind.on_stop, GONE
        if self.kind.stop_failed and self._stops_begun <= self.script.stop_fails:
            return self.kind.on_stop, self.kind.stop_failed
        if self.status.startswith(("CHILD_", "RELEASE_CHILD_")):
            return "RELEASE_CHILD_TRANSFER_STARTED", "RELEASE_CHILD_TRANSFER_COMPLETE"
        return self.kind.on_stop, self.kind.stopped

    def _set(self, when: float, status: str) -> None:
        self.status = status
        self._history.append((when, status))
        if self.phase == ENDED or (self.kind.on_stop is not None and self.phase != STOPPING):
            self._stop_under_way = False
            self._forced = False
