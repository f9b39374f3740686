# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Output while a task runs: a journal of finished rows, and progress lines."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from typing import IO, Any, Callable, Protocol

from ansible_collections.otc.teardown.plugins.module_utils._base.errors import InputError
from ansible_collections.otc.teardown.plugins.module_utils._base.files import open_to_append
from ansible_collections.otc.teardown.plugins.module_utils._base.signals import Interrupted
from ansible_collections.otc.teardown.plugins.module_utils._base.times import format_span
from ansible_collections.otc.teardown.plugins.module_utils._engine.decision import Track

SECONDS_BETWEEN_LINES = 3.0


class Observer(Protocol):
    """Receives the events of a run; its methods must not raise."""

    def settled(self, track: Track) -> None:
        """Called when a job has its outcome."""

    def moved(self, tracks: Sequence[Track], now: float) -> None:
        """Called when something may have changed; `now` in seconds on the steady clock."""


class Journal:
    """A file to which each finished row is appended immediately, as a line of JSON.

    It shows what a killed run has done. The constructor opens the file, and raises InputError if that fails or if it is not
    a regular file. A later error, such as a full disk, causes one warning and ends the journal, but not the task.
    """

    def __init__(self, path: str, row_of: Callable[[Track], dict[str, Any]], warn: Callable[[str], None]) -> None:
        self._path = path
        self._row_of = row_of
        self._warn = warn
        self._file: IO[str] | None = None
        try:
            self._file = open_to_append(path, create=True)
        except OSError as error:
            raise InputError("journal", path, f"cannot be written: {error.strerror}; name a regular file in a folder "
                             "that exists and may be written") from None

    def settled(self, track: Track) -> None:
        """Append the row of a finished job."""
        if self._file is None:
            return
        line = json.dumps(self._row_of(track)) + "\n"
        try:
            self._file.write(line)
            self._file.flush()
        except OSError as error:
            self._file = None
            self._warn(f"journal: {self._path}: cannot be written any more ({error.strerror})")

    def moved(self, tracks: Sequence[Track], now: float) -> None:
        """Do nothing: the journal contains only finished rows."""


class ProgressFile:
    """The file with the progress lines of a task; all kinds of jobs share it. The action plugin reads it.

    The first line is the id of this process, so that the action plugin can end it. The constructor removes the file as soon
    as it is open: the action plugin has opened it before, and a killed process leaves no file behind. The action plugin
    removes the file if it gives up the task: if the file no longer exists, the constructor raises Interrupted. Any other
    error with the file ends the progress lines, but not the task.
    """

    def __init__(self, path: str) -> None:
        self._file: IO[str] | None = None
        try:
            self._file = open_to_append(path)
            os.unlink(path)
        except FileNotFoundError:
            raise Interrupted("Ansible gave up the task before it began") from None
        except OSError:
            pass
        self.write(str(os.getpid()))

    def write(self, line: str) -> None:
        """Append a line."""
        try:
            if self._file is not None:
                self._file.write(line + "\n")
                self._file.flush()
        except OSError:
            self._file = None


class Progress:
    """Writes lines such as `drs_job: 3 of 20 stopped, 17 stopping, 0 failed (2m10s of 10m)`.

    It writes a line when the counts have changed, but at most one every few seconds. Times are seconds on the steady clock.
    """

    def __init__(self, file: ProgressFile, name: str, started: float, wait_timeout: float) -> None:
        self._file = file
        self._name = name
        self._started = started
        self._wait_timeout = wait_timeout
        self._counts: tuple[int, ...] = ()
        self._next = 0.0

    def settled(self, track: Track) -> None:
        """Do nothing: a progress line counts all jobs."""

    def moved(self, tracks: Sequence[Track], now: float) -> None:
        """Append a line if the counts have changed and the last line is old enough."""
        if now < self._next:  # before the jobs are counted: this is called after each stop
            return
        counts = _counts(tracks)
        if counts == self._counts or not counts[0]:
            return
        self._counts, self._next = counts, now + SECONDS_BETWEEN_LINES
        self._say(counts, f"({format_span(now - self._started)} of {format_span(self._wait_timeout)})")

    def close(self, tracks: Sequence[Track], now: float) -> None:
        """Append a line with the final counts, if any job had to be stopped or watched."""
        counts = _counts(tracks)
        if counts[0]:
            self._say(counts, f"after {format_span(now - self._started)}")

    def _say(self, counts: tuple[int, int, int, int], when: str) -> None:
        total, stopped, stopping, failed = counts
        self._file.write(f"{self._name}: {stopped} of {total} stopped, {stopping} stopping, {failed} failed {when}")


def _counts(tracks: Sequence[Track]) -> tuple[int, int, int, int]:
    """The counts (all, ended, being stopped, failed) of the jobs that have to be stopped or watched."""
    concerned = [track for track in tracks if track.needed]
    ended = sum(track.outcome in ("stopped", "ended", "ended_meanwhile") for track in concerned)
    failed = sum(track.outcome in ("failed", "timed_out") for track in concerned)
    under_way = sum(track.outcome in (None, "stop_requested") and (track.accepted or track.foreign) for track in concerned)
    return len(concerned), ended, under_way, failed
