# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two runs at once in one project: the second is refused, whatever becomes of the first."""

from __future__ import annotations

import json
import os
import pathlib
import signal
import subprocess
import sys
import time

import pytest

from ansible_collections.otc.teardown.plugins.module_utils._base.controller import name_of
from ansible_collections.otc.teardown.plugins.plugin_utils._locks import holder_in, holder_now
from tests.playbooks.test_windows import JOBS, PROJECT, USUAL, report, run
from tests.simulator import Simulator
from tests.support.playbooks import environment, login_environment

pytestmark = [pytest.mark.e2e]


@pytest.mark.main
@pytest.mark.slow
def test_a_second_run_is_refused_until_the_first_has_ended(tmp_path: pathlib.Path) -> None:
    """The first run waits for jobs that do not end; then it is killed, which leaves its lock behind."""
    home = tmp_path / "home"
    path = home / "otc_teardown_locks" / f"{PROJECT['id']}.lock"
    with Simulator({**JOBS, "stop_delay": 3600}) as sim:
        environ = environment(tmp_path, login_environment(sim))

        def started(*arguments: str) -> subprocess.Popen[str]:
            return subprocess.Popen([sys.executable, "-m", "ansible", "playbook", *arguments, "-e", json.dumps(USUAL)], cwd=tmp_path, env=environ,
                                    stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True)

        assert started("otc.teardown.plan").wait() == 0
        assert not path.exists(), "a plan needs no lock"
        first = started("otc.teardown.apply")
        while not sim.stops():
            assert first.poll() is None
            time.sleep(0.05)
        holder = holder_in(path.read_text(encoding="utf-8"))
        assert holder.process == name_of(first.pid), "the process that lives as long as the play"

        sent = len(sim.stops())
        second = started("otc.teardown.apply")
        output = second.communicate()[0]
        written = report(tmp_path, "apply")
        assert (second.returncode, written["result"], len(sim.stops())) == (2, "refused", sent), output
        assert f"teardown_lock: another run works on this project: process {first.pid} on " in written["headline"]
        assert written["api_calls"] == 0
        assert holder_in(path.read_text(encoding="utf-8")) == holder, "the second has not released what it has not taken"

        os.killpg(first.pid, signal.SIGKILL)
        first.wait()
        assert path.exists()
        sim.change("modelarts_visualization_job", id="11", status="CANCELED")
        third = started("otc.teardown.apply")
        output = third.communicate()[0]
        assert (third.returncode, path.exists()) == (0, False), output


def test_a_folder_for_locks_that_is_of_no_use_and_what_needs_no_lock(tmp_path: pathlib.Path) -> None:
    folder = tmp_path / "locks"
    mine = folder / f"{PROJECT['id']}.lock"
    with Simulator(JOBS) as sim:
        assert run(tmp_path, sim, "plan", teardown_lock="/proc/no").code == 0
        assert run(tmp_path, sim, "apply", "--check", teardown_lock="/proc/no").code == 0
        sent = len(sim.journal())
        refused = run(tmp_path, sim, "apply", teardown_lock="/proc/no")
        assert refused.code == 2 and "no lock can be written into /proc/no" in report(tmp_path, "apply")["headline"]
        folder.mkdir()
        mine.write_text("of somebody else", encoding="utf-8")
        assert run(tmp_path, sim, "apply", teardown_lock="./locks").code == 2
        assert "holds something else than a lock" in report(tmp_path, "apply")["headline"]
        mine.write_text(holder_now(name_of(os.getpid()), "eu-de", time.time(), 60).written(), encoding="utf-8")
        assert run(tmp_path, sim, "apply", teardown_lock=str(folder)).code == 2
        assert len(sim.journal()) == sent, "all of this was found out before the login"
        applied = run(tmp_path, sim, "apply", teardown_lock=False)
        assert (applied.code, sim.accepted("modelarts_visualization_job", "11")) == (0, 1), applied.output
        assert mine.exists()
