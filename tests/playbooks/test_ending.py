# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""After the end nothing is sent: for every way in which a run can end, while its stops wait for their turn."""

from __future__ import annotations

import contextlib
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import time

import pytest
import yaml

from tests.simulator import Simulator
from tests.support.harness import PASSWORD_LOGIN
from tests.support.playbooks import environment

pytestmark = [
    pytest.mark.e2e, pytest.mark.slow, pytest.mark.usefixtures("hangup_heard"),
    pytest.mark.skipif(not os.path.isdir("/proc/self"), reason="looks at /proc"),
]

MODULE = "modelarts_visualization_job"
JOBS = 40
# How the stops come to wait: at a pace that the API has told, or for a pause that it has asked for.
PACED = {
    "limit": {"rate_limit": {"limit": 1, "seconds": 4}},
    "pause": {"faults": [{"operation": "stop", "skip": 3, "throttle": "seconds", "retry_after": 30, "message": "slow down"}]},
}


def processes():
    """Number, parent and command line of each process."""
    for folder in pathlib.Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError, IndexError):
            stat = (folder / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
            if stat[0] != "Z":
                command = (folder / "cmdline").read_text(encoding="utf-8", errors="replace")
                yield int(folder.name), int(stat[1]), command


def modules(folder, wrappers=True):
    """The processes of modules that were sent into this folder, with the shells and wrappers that start them."""
    ours = [(number, command) for number, _above, command in processes() if "AnsiballZ_" in command and str(folder) in command]
    return [number for number, command in ours if wrappers or re.fullmatch(r"\S+\0[^\0]+/AnsiballZ_\w+\.py\0", command)]


def until(condition, what):
    """Wait for something that happens in another process."""
    patience = time.monotonic() + 120
    while not condition():
        assert time.monotonic() < patience, f"it did not come to this: {what}"
        time.sleep(0.02)


def rows(path):
    """What a journal holds, by ID."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return {row["id"]: row for row in map(json.loads, lines)}


class Play:
    """A run of ansible-playbook in a session of its own, which stops 40 jobs (`hosts`: as many for each of two hosts)."""

    def __init__(self, folder, paced, hosts=False, options=(), **keys):
        jobs = [{"id": n} for n in range(1, JOBS + 1)]
        self.sim = Simulator({"visualization_jobs": jobs, "stop_delay": 0.1, **PACED[paced]})
        self.folder, self.journal = folder, folder / "journal-localhost"
        self.hosts, self.options, self.keys = hosts, dict(options), keys

    def __enter__(self):
        self.sim.start()
        options = {**PASSWORD_LOGIN, "endpoints": self.sim.endpoints, "all": True, "wait_interval": 0.2,
                   "journal": str(self.folder / "journal-{{ inventory_hostname }}"), **self.options}
        task = {"name": "Stop", f"otc.teardown.{MODULE}": options, **self.keys}
        path = self.folder / "play.yml"
        hosts = "a,b" if self.hosts else "localhost"
        path.write_text(yaml.safe_dump([{"hosts": hosts, "gather_facts": False, "tasks": [task]}]), encoding="utf-8")
        where = ["-i", "a,b,", "-c", "local", "--forks", "2", "-e", f"ansible_python_interpreter={sys.executable}"] if self.hosts else []
        self.output = (self.folder / "output").open("w+", encoding="utf-8")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "ansible", "playbook", str(path), *where], cwd=self.folder, start_new_session=True,
            env=environment(self.folder, {}), stdout=self.output, stderr=subprocess.STDOUT,
        )
        return self

    def __exit__(self, *_exception):
        for number in modules(self.folder):
            with contextlib.suppress(OSError):
                os.kill(number, signal.SIGKILL)
        with contextlib.suppress(OSError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(60)
        self.output.close()
        self.sim.stop()

    def wait_for_stops(self, number=4):
        """Wait until stops have been sent and all others wait for their turn, which takes seconds to come."""
        until(lambda: len(self.sim.stops()) >= number, "stops are sent")
        seen = 0
        while seen < len(self.sim.journal()):
            seen = len(self.sim.journal())
            time.sleep(1)

    def assert_nothing_comes_after_the_end(self):
        """What has arrived when ansible-playbook has ended is all that arrives until its modules have ended."""
        self.process.wait(120)
        arrived = len(self.sim.journal())
        assert len(self.sim.stops()) < JOBS, "there was nothing left to send"
        until(lambda: not modules(self.folder), "the modules end")
        assert len(self.sim.journal()) == arrived, self.sim.journal()[arrived:]

    def assert_every_row_is_in_the_journal(self, name="localhost"):
        """Those of jobs that were not stopped, too."""
        found = rows(self.folder / f"journal-{name}")
        assert len(found) == JOBS
        accepted = {str(n) for n in range(1, JOBS + 1) if self.sim.accepted(MODULE, str(n))}
        if not self.hosts:  # else two have stopped the same jobs
            assert {job for job, row in found.items() if row["changed"]} == accepted
        assert {row["outcome"] for row in found.values()} <= {"failed", "stopped"}


def to_ansible(number):
    """The signal goes to ansible-playbook alone."""
    return lambda play: play.process.send_signal(number)


def to_the_group(number):
    """As a terminal does it."""
    return lambda play: os.killpg(play.process.pid, number)


def to_the_worker(number):
    """To the process in which ansible-playbook runs the task."""
    def send(play):
        for worker in [one for one, above, _command in processes() if above == play.process.pid]:
            os.kill(worker, number)
    return send


ENDS = {
    "Ctrl-C": to_the_group(signal.SIGINT),
    "SIGINT": to_ansible(signal.SIGINT),
    "SIGTERM": to_ansible(signal.SIGTERM),
    "the terminal is closed": to_the_group(signal.SIGHUP),
    "killed": to_ansible(signal.SIGKILL),
    "worker killed": to_the_worker(signal.SIGKILL),
}


@pytest.mark.parametrize("paced", PACED)
@pytest.mark.parametrize("end", ENDS)
def test_nothing_is_sent_after_the_end(tmp_path, end, paced):
    with Play(tmp_path, paced) as play:
        play.wait_for_stops()
        ENDS[end](play)
        play.assert_nothing_comes_after_the_end()
        play.assert_every_row_is_in_the_journal()


@pytest.mark.parametrize("keys", [{}, {"no_log": True}], ids=["shown", "no_log"])
def test_the_timeout_of_a_task_is_an_end(tmp_path, keys):
    """Also where nothing of the task may be shown."""
    with Play(tmp_path, "limit", timeout=15, **keys) as play:
        play.wait_for_stops(1)
        play.assert_nothing_comes_after_the_end()
        play.assert_every_row_is_in_the_journal()


@pytest.mark.parametrize("end", ["Ctrl-C", "SIGTERM", "killed"])
def test_two_hosts_side_by_side(tmp_path, end):
    with Play(tmp_path, "limit", hosts=True) as play:
        play.wait_for_stops()
        until(lambda: len(modules(tmp_path)) >= 2, "both modules run")
        ENDS[end](play)
        play.assert_nothing_comes_after_the_end()


def test_a_task_in_the_background_ends_with_its_own_time(tmp_path):
    """It is killed by its wrapper; until then it works whatever becomes of ansible-playbook."""
    with Play(tmp_path, "limit", **{"async": 25, "poll": 1}) as play:
        play.wait_for_stops(1)
        play.process.kill()
        play.process.wait(60)
        seen = len(play.sim.stops())
        until(lambda: len(play.sim.stops()) > seen, "it goes on without Ansible")
        until(lambda: not modules(tmp_path), "its time is over")
        arrived = len(play.sim.journal())
        assert len(play.sim.stops()) < JOBS
    assert len(play.sim.core.journal.entries()) == arrived


def test_a_task_in_the_background_can_be_ended_by_a_signal(tmp_path):
    """Ansible has no other way to cancel one; each row is in the journal."""
    with Play(tmp_path, "limit", **{"async": 300, "poll": 1}) as play:
        play.wait_for_stops(3)
        for number in modules(tmp_path, wrappers=False):
            os.kill(number, signal.SIGTERM)
        play.assert_nothing_comes_after_the_end()
        play.assert_every_row_is_in_the_journal()
