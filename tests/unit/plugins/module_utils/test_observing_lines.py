# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lines of progress: when there is one, what it counts, and what happens to the file. The journal on a full disk."""

from __future__ import annotations

import os

import pytest

from ansible_collections.otc.teardown.plugins.module_utils._base.errors import Meaning, Problem
from ansible_collections.otc.teardown.plugins.module_utils._base.signals import Interrupted
from ansible_collections.otc.teardown.plugins.module_utils._engine import observers
from ansible_collections.otc.teardown.plugins.module_utils._engine.decision import Track
from ansible_collections.otc.teardown.plugins.module_utils._engine.observers import Journal, Progress, ProgressFile
from ansible_collections.otc.teardown.plugins.module_utils._model.key import Key

FULL = "/dev/full"
UNSEEN = Problem("not seen", Meaning.LOST)


def track(needed=True, **facts):
    """A job that is to be stopped, with these facts."""
    return Track(Key("1"), UNSEEN, UNSEEN, needed=needed, **facts)


@pytest.fixture
def followed(tmp_path):
    """A progress of ten minutes that began at 100, and a function that reads the lines so far."""
    path = tmp_path / "progress"
    path.touch()
    with path.open(encoding="utf-8") as reader:
        progress = Progress(ProgressFile(str(path)), "drs_job", 100.0, 600.0)
        assert not path.exists(), "nothing may be left if the module is killed"
        assert reader.read() == f"{os.getpid()}\n"
        yield progress, lambda: reader.read().splitlines()


def test_a_line_counts_what_needs_something(followed):
    progress, lines = followed
    tracks = [
        track(outcome="stopped"), track(outcome="ended", foreign=True), track(outcome="ended_meanwhile"),
        track(outcome="failed"), track(outcome="timed_out", accepted=True),
        track(accepted=True), track(foreign=True), track(outcome="stop_requested", accepted=True), track(),
        track(needed=False, outcome="already_ended"), track(needed=False, outcome="excluded"),
    ]
    progress.moved(tracks, 230.9)
    assert lines() == ["drs_job: 3 of 9 stopped, 3 stopping, 2 failed (2m10s of 10m)"]


def test_a_line_comes_with_news_only_and_every_few_seconds_at_most(followed):
    progress, lines = followed
    job = track()
    progress.moved([job], 101.0)
    assert len(lines()) == 1
    progress.moved([job], 120.0)
    assert lines() == [], "nothing has changed"
    job.accepted = True
    progress.moved([job], 121.0)
    assert len(lines()) == 1
    job.outcome = "stopped"
    progress.moved([job], 123.9)
    assert lines() == [], "it is too soon"
    progress.moved([job], 124.0)
    assert lines() == ["drs_job: 1 of 1 stopped, 0 stopping, 0 failed (24s of 10m)"]


def test_jobs_are_counted_only_when_a_line_may_come(followed):
    """It gets a call for each stop, so counting all jobs in each call would take quadratic time."""
    progress, _lines = followed
    progress.moved([track()], 101.0)
    progress.moved(None, 103.9)


def test_no_line_if_nothing_is_to_be_done(followed):
    progress, lines = followed
    progress.moved([track(needed=False, outcome="already_ended")], 101.0)
    progress.moved([], 200.0)
    assert lines() == []


@pytest.mark.parametrize("name", ["folder", "pipe"])
def test_trouble_with_the_file_is_no_trouble(tmp_path, name):
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    Progress(ProgressFile(str(tmp_path / name)), "drs_job", 0.0, 600.0).moved([track()], 1.0)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["folder", "pipe"]


def test_a_file_that_is_gone_says_that_the_task_was_given_up(tmp_path):
    """The follower of a module removes the file if it ends the module before the module has begun."""
    with pytest.raises(Interrupted, match="gave up the task before it began"):
        Progress(ProgressFile(str(tmp_path / "absent")), "drs_job", 0.0, 600.0)


def test_only_one_side_can_remove_the_file(tmp_path, monkeypatch):
    """A module that has opened it, and finds that the other side was quicker to remove it, ends as well."""
    path = tmp_path / "progress"
    path.touch()
    opened = os.open
    monkeypatch.setattr(os, "open", lambda *args: (opened(*args), path.unlink())[0])
    with pytest.raises(Interrupted):
        Progress(ProgressFile(str(path)), "drs_job", 0.0, 600.0)


@pytest.mark.skipif(not os.path.exists(FULL), reason="only Linux has a disk that is always full")
def test_a_journal_on_a_full_disk_is_given_up_with_one_warning(monkeypatch):
    warnings = []
    monkeypatch.setattr(observers, "open_to_append", lambda path, create: os.fdopen(os.open(path, os.O_WRONLY), "w"))
    journal = Journal(FULL, lambda track: {"id": track.key.id}, warnings.append)
    for _turn in range(3):
        journal.settled(track(outcome="stopped"))
    assert warnings == [f"journal: {FULL}: cannot be written any more (No space left on device)"]


def test_a_journal_warns_of_nothing_while_it_can_be_written(tmp_path):
    warnings = []
    journal = Journal(str(tmp_path / "journal"), lambda track: {"id": track.key.id}, warnings.append)
    for _turn in range(2):
        journal.settled(track(outcome="stopped"))
    assert (tmp_path / "journal").read_text(encoding="utf-8") == '{"id": "1"}\n' * 2
    assert warnings == []
