# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is left of a task that is watched, crowded or ended from outside: events, lines, journal, and no files."""

from __future__ import annotations

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
from tests.support.playbooks import environment, play, play_tasks

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

MODULE = "modelarts_visualization_job"
LINE = re.compile(rf"{MODULE}: \d of \d stopped, \d stopping, 0 failed \(\d+s of 10m\)")


def cloud(*jobs, **more):
    """Running jobs, numbered from 1, with these keys each."""
    return Simulator({"visualization_jobs": [{"id": n, **job} for n, job in enumerate(jobs, start=1)], **more})


def book(sim, hosts="localhost", options=(), **keys):
    """A playbook that stops all jobs."""
    options = {**PASSWORD_LOGIN, "endpoints": sim.endpoints, "wait_interval": 0.2, **dict(options or {"all": True})}
    task = {"name": "Stop", f"otc.teardown.{MODULE}": options, "register": "stopped", **keys}
    return [{"hosts": hosts, "gather_facts": False, "tasks": [task]}]


def until(condition):
    """Wait for something that happens in another process."""
    for _attempt in range(2400):
        if condition():
            return
        time.sleep(0.05)
    raise AssertionError("it did not come to that")


def rows(path):
    """What a journal holds, by ID."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return {row["id"]: row for row in map(json.loads, lines)}


def left_behind(folder):
    """Our own files in the folders for temporary files of these tests."""
    return [path for path in folder.rglob("otc-teardown-*") if not path.is_relative_to(folder / "tree")]


def test_ansible_runner_shows_progress_as_events(tmp_path):
    """Events with the lines come while the task runs, that is before the event of its end: so AWX shows them."""
    project = tmp_path / "project"
    project.mkdir()
    path = f"{pathlib.Path(sys.executable).parent}:{os.environ['PATH']}"
    with cloud({}, {}, stop_delay=6) as sim:
        (project / "play.yml").write_text(yaml.safe_dump(book(sim)), encoding="utf-8")
        ran = subprocess.run(
            [sys.executable, "-m", "ansible_runner", "run", str(tmp_path), "-p", "play.yml", "-i", "job-1"],
            env=environment(tmp_path, {"PATH": path}), capture_output=True, text=True, check=False, timeout=600,
        )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    files = (tmp_path / "artifacts" / "job-1" / "job_events").glob("*.json")
    events = sorted((json.loads(file.read_text(encoding="utf-8")) for file in files), key=lambda event: event["counter"])
    kinds = [event["event"] for event in events]
    shown = [event for event in events if event["event"] == "verbose" and LINE.search(event["stdout"])]
    assert shown, events
    assert kinds.index("runner_on_start") < events.index(shown[0]) < kinds.index("runner_on_ok")


def test_many_hosts_at_once(tmp_path):
    """Each task follows its own module: twenty at a time, one stop for each job, and no line is lost."""
    names = [f"host{n}" for n in range(1, 23)]
    with cloud(*[{}] * len(names), stop_delay=10) as sim:
        played = play(
            tmp_path, book(sim, "all", {"job_ids": "{{ inventory_hostname[4:] }}"}), "--forks", "20", "-c", "local",
            "-i", ",".join(names), "-e", f"ansible_python_interpreter={sys.executable}",
        )
        accepted = [sim.accepted(MODULE, str(n)) for n in range(1, len(names) + 1)]
    assert played.code == 0, played.output
    assert accepted == [1] * len(names)
    assert len(re.findall(f"{MODULE}: 0 of 1 stopped, 1 stopping", played.output)) == len(names)
    assert left_behind(tmp_path) == []


@pytest.mark.parametrize("keys", [
    pytest.param({"loop": [1, 2]}, id="loop"),
    pytest.param({"delegate_to": "localhost"}, id="delegated"),
    pytest.param({"become": False}, id="without become"),
])
def test_lines_appear_with_keywords_of_tasks(tmp_path, keys):
    """Also for a host that is not this machine, if the task is delegated to it."""
    far = "delegate_to" in keys
    where = ("-i", "far.invalid,") if far else ()
    options = {"job_ids": "{{ item }}"} if "loop" in keys else {"all": True}
    with cloud({}, {}, stop_delay=6) as sim:
        played = play(tmp_path, book(sim, "all" if far else "localhost", options, **keys), *where)
    assert played.code == 0, played.output
    assert len(LINE.findall(played.output)) >= len(keys.get("loop", [1]))


def test_the_timeout_of_a_task_ends_the_module_too(tmp_path):
    """The message says where to look, the journal has every row, and nothing is sent any more."""
    journal = tmp_path / "journal"
    with cloud({"stop_delay": 0.1}, {}, {}, stop_delay=600) as sim:
        task = book(sim, options={"all": True, "journal": str(journal)}, timeout=20, ignore_errors=True)[0]["tasks"][0]
        played = play_tasks(tmp_path, [task], {})
        until(lambda: len(rows(journal)) == 3)
        sent = len(sim.journal())
        time.sleep(1)
        assert len(sim.journal()) == sent
    result = played.results["stopped"]
    assert result["failed"] and not result.get("changed"), result
    warned = "".join(played.output.split())  # some versions of Ansible break lines within words
    assert f"{MODULE}wasendedbeforeitcouldreport" in warned and f"thejournal{journal}liststheoutcome" in warned, played.output
    found = {job: (row["outcome"], row["changed"]) for job, row in rows(journal).items()}
    assert found == {"1": ("stopped", True), "2": ("failed", True), "3": ("failed", True)}
    assert all("interrupted (SIGTERM)" in rows(journal)[job]["error"]["message"] for job in ("2", "3"))
    assert left_behind(tmp_path) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_killed_task_leaves_no_file_of_ours(tmp_path, number):
    """Whether or not the module outlives Ansible, its journal is complete."""
    journal, temporary = tmp_path / "journal", tmp_path / "temporary"
    temporary.mkdir()
    with cloud({}, {}, stop_delay=3) as sim:
        path = tmp_path / "play.yml"
        path.write_text(yaml.safe_dump(book(sim, options={"all": True, "journal": str(journal)})), encoding="utf-8")
        process = subprocess.Popen(
            [sys.executable, "-m", "ansible", "playbook", str(path)], cwd=tmp_path, start_new_session=True,
            env=environment(tmp_path, {"TMPDIR": str(temporary)}), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
        until(lambda: len(sim.stops()) == 2)
        process.send_signal(number)
        process.wait(120)
        assert left_behind(tmp_path) == []
        until(lambda: len(rows(journal)) == 2)
    assert all(row["changed"] for row in rows(journal).values())
