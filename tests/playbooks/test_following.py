# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can be followed while a task runs: lines of progress, the journal, and the end by a signal."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import time

import pytest

from tests.simulator import Simulator
from tests.support.harness import PASSWORD_LOGIN, run
from tests.support.playbooks import ROOT, play_tasks

MODULE = "modelarts_visualization_job"
LINE = re.compile(rf"^{MODULE}: \d of 3 stopped, \d stopping, 0 failed \(\d+s of 10m\)$", re.MULTILINE)


def three_jobs(**more):
    """Three running jobs."""
    return {"visualization_jobs": [{"id": n, "name": f"job-{n}", "status": "RUNNING", **more} for n in (1, 2, 3)]}


def stop_all(**more):
    """A task that stops them, in time for a line or two."""
    return {"name": "Stop", f"otc.teardown.{MODULE}": {"all": True, "wait_interval": 0.2}, "register": "stopped", **more}


@pytest.mark.e2e
@pytest.mark.parametrize(("task", "flags", "lines"), [
    pytest.param({}, [], True, id="shown", marks=pytest.mark.main),
    pytest.param({"no_log": True}, [], False, id="no_log"),
    pytest.param({}, ["--check"], False, id="check"),
    pytest.param({"async": 300, "poll": 1}, [], False, id="async", marks=pytest.mark.main),
])
def test_progress_is_shown_where_it_may_be(tmp_path, task, flags, lines):
    """Lines appear on the terminal, but not with no_log, in check mode or in the background; the result is the same."""
    with Simulator({"stop_delay": 6 if lines else 0.5, **three_jobs()}) as sim:
        played = play_tasks(tmp_path, [stop_all(**task)], {**PASSWORD_LOGIN, "endpoints": sim.endpoints}, *flags)
    assert played.code == 0, played.output
    assert bool(LINE.search(played.output)) is lines, played.output
    assert {row["outcome"] for row in played.results["stopped"]["jobs"]} == {"would_stop" if flags else "stopped"}


@pytest.mark.main
@pytest.mark.e2e
def test_loops_and_delegation_keep_working(tmp_path):
    """One result per loop item, and a task that is delegated to the controller."""
    task = stop_all(loop=[1, 2], delegate_to="localhost")
    task[f"otc.teardown.{MODULE}"] = {"job_ids": "{{ item }}", "wait_interval": 0.2}
    with Simulator({"stop_delay": 0.1, **three_jobs()}) as sim:
        played = play_tasks(tmp_path, [task], {**PASSWORD_LOGIN, "endpoints": sim.endpoints})
    assert [item["summary"]["stopped"] for item in played.results["stopped"]["results"]] == [1, 1], played.output


def test_the_journal_holds_every_finished_row(tmp_path):
    """Rows are appended as they are returned; a second run adds its own."""
    path = tmp_path / "journal.jsonl"
    with Simulator({"stop_delay": 0.05, **three_jobs()}) as sim:
        results = [run(sim, MODULE, {"all": True, "journal": str(path)}) for _run in range(2)]
    written = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    by_run = [sorted(rows, key=lambda row: row["id"]) for rows in (written[:3], written[3:])]
    assert by_run == [result["jobs"] for result in results]
    assert path.stat().st_mode & 0o777 == 0o600


def test_check_mode_writes_no_journal(tmp_path):
    """Nothing was finished, so nothing is written."""
    with Simulator(three_jobs()) as sim:
        run(sim, MODULE, {"all": True, "journal": str(tmp_path / "journal")}, check_mode=True)
    assert list(tmp_path.iterdir()) == []


def test_a_journal_that_cannot_be_written_stops_nothing(tmp_path):
    """It is found out before any request."""
    with Simulator(three_jobs()) as sim:
        result = run(sim, MODULE, {"all": True, "journal": str(tmp_path / "no" / "journal")})
        assert result["failed"] and "journal:" in result["msg"] and str(tmp_path) in result["msg"]
        assert sim.journal() == []


@pytest.mark.parametrize(("scenario", "shown"), [
    (three_jobs(), []),
    ({"visualization_jobs": three_jobs()["visualization_jobs"] + [{"id": 4, "status": "LOST"}]}, ["4"]),
])
def test_a_summary_holds_failures_only(scenario, shown):
    """The counts are still complete."""
    with Simulator({"stop_delay": 0.05, **scenario}) as sim:
        result = run(sim, MODULE, {"all": True, "output": "summary"})
    assert [row["id"] for row in result["jobs"]] == shown
    assert (result["changed"], result["summary"]["stopped"]) == (True, 3)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_task_with_every_row(tmp_path, number):
    """What was accepted is reported as changed, and nothing more is sent."""
    with Simulator({"stop_delay": 600, **three_jobs()}) as sim:
        args = {**PASSWORD_LOGIN, "endpoints": sim.endpoints, "all": True, "wait_interval": 0.2}
        with subprocess.Popen(
            [sys.executable, "-c", _MAIN], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT,
        ) as process:
            process.stdin.write(json.dumps(args))
            process.stdin.close()
            _until(lambda: len(sim.stops()) == 3)
            process.send_signal(number)
            result = json.loads(process.stdout.read())
    assert result["failed"] and result["changed"]
    assert f"interrupted ({number.name})" in result["msg"]
    assert [(row["outcome"], row["changed"]) for row in result["jobs"]] == [("failed", True)] * 3


_MAIN = """
import json, sys
import tests.conftest
from tests.support.harness import run_module
print(json.dumps(run_module("modelarts_visualization_job", json.load(sys.stdin))))
"""


def _until(condition):
    for _attempt in range(2400):
        if condition():
            return
        time.sleep(0.05)
    raise AssertionError("it did not come to that")
