# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether the Ansible of a module is still there, with real processes and pipes."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from ansible_collections.otc.teardown.plugins.module_utils._base import controller
from ansible_collections.otc.teardown.plugins.module_utils._base.controller import (
    has_reader,
    is_alive,
    name_of,
    watcher,
)
from ansible_collections.otc.teardown.plugins.module_utils._base.variables import CONTROLLER_VARIABLE

ME = os.getpid()


@pytest.fixture
def other():
    """A process that runs until it is killed."""
    process = subprocess.Popen([sys.executable, "-c", "import time; print(flush=True); time.sleep(600)"], stdout=subprocess.PIPE)
    assert process.stdout and process.stdout.readline()
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


def test_a_process_that_runs_is_alive(other):
    assert is_alive(name_of(ME)) and is_alive(name_of(other.pid)) and is_alive(str(ME))


def test_a_process_that_was_killed_is_not_even_before_anybody_has_noticed(other):
    """Whoever started it need not have waited for it yet."""
    name = name_of(other.pid)
    other.kill()
    os.waitid(os.P_PID, other.pid, os.WEXITED | os.WNOWAIT)
    assert not is_alive(name)
    other.wait()
    assert not is_alive(name)


def test_another_process_of_the_same_number_is_another(other):
    number, birth = name_of(other.pid).split()
    assert not is_alive(f"{number} {int(birth) - 1}")


def test_a_process_of_somebody_else_is_alive(monkeypatch):
    def refused(_number, _signal):
        raise PermissionError

    monkeypatch.setattr(controller.os, "kill", refused)
    assert is_alive(name_of(ME))


@pytest.mark.parametrize("birth", ["", " 12345"])
def test_where_processes_are_hidden_their_number_must_do(monkeypatch, birth):
    """On other systems than Linux, and where /proc shows one's own only."""
    monkeypatch.setattr(controller, "_state_and_birth", lambda _process: ("", ""))
    assert name_of(ME) == str(ME) and is_alive(f"{ME}{birth}")


def test_a_pipe_has_a_reader_until_it_is_closed():
    reading, writing = os.pipe()
    assert has_reader(writing)
    os.close(reading)
    assert not has_reader(writing)
    os.close(writing)
    assert has_reader(writing), "what is not open is no sign of an end"


def test_files_have_readers(tmp_path):
    with open(tmp_path / "file", "w", encoding="utf-8") as file, open(os.devnull, "w", encoding="utf-8") as nothing:
        assert has_reader(file.fileno()) and has_reader(nothing.fileno())


def test_why_a_task_is_over(monkeypatch, other):
    monkeypatch.setattr(controller, "has_reader", lambda _descriptor: True)
    why = watcher({CONTROLLER_VARIABLE: name_of(other.pid)})
    assert why() is None and watcher({})() is None
    other.kill()
    os.waitid(os.P_PID, other.pid, os.WEXITED | os.WNOWAIT)
    assert why() == "Ansible is gone"
    monkeypatch.setattr(controller, "has_reader", lambda descriptor: descriptor != 1)
    assert watcher({})() == "nobody reads its result any more"
