# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The files of docs/nightly.md: the script runs, what calls it is well formed, and the chat gets its message."""

from __future__ import annotations

import json
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import time

import pytest
import yaml

from tests.simulator import Simulator
from tests.support.documents import ROOT, blocks_of
from tests.support.playbooks import environment, login_environment
from tests.support.webhook import SECRET, webhook
from tests.unit.plugins.plugin_utils.report_samples import a_report

pytestmark = pytest.mark.e2e

BLOCKS = blocks_of(ROOT / "docs" / "nightly.md")
FILES = {block.file: block.text for block in BLOCKS if block.file}
SCENARIO = {
    "stop_delay": 0.05,
    "visualization_jobs": [
        {"id": 10, "name": "always-there", "status": "COMPLETED", "age": 90000},
        {"id": 11, "name": "tb-dev", "age": 90000},
        {"id": 12, "name": "tb-keep", "age": 90000},
    ],
}
FORBIDDEN = {"operation": "stop", "status": 403, "code": "ModelArts.0112", "message": "denied"}


@pytest.fixture
def folder(tmp_path):
    """The folder of the page, with an ansible-playbook that knows this checkout."""
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (tmp_path / "nightly.sh").chmod(0o700)
    command = tmp_path / "bin" / "ansible-playbook"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m ansible playbook "$@"\n', encoding="utf-8")
    command.chmod(0o700)
    return tmp_path


def run(folder: pathlib.Path, line: str, sim: Simulator, **more: str) -> subprocess.CompletedProcess[str]:
    """How a line of the page ended; of the login, the file of the page keeps the names and gets the simulator's values."""
    login = {**login_environment(sim), **more}
    names = [text.partition("=")[0] for text in FILES["login.env"].splitlines()]
    assert set(names) < set(login)
    (folder / "login.env").write_text("".join(f"{name}={shlex.quote(value)}\n" for name, value in login.items()), encoding="utf-8")
    path = f"{folder / 'bin'}:/usr/local/bin:/usr/bin:/bin"
    return subprocess.run(["bash", "-c", line.replace("/srv/nightly", str(folder))], cwd=folder, capture_output=True, text=True, check=False,
                          env={**environment(folder, {}), "PATH": path})


def cron_line() -> str:
    """The command of the crontab of the page."""
    *variables, entry = FILES["crontab"].strip().splitlines()
    assert [re.fullmatch(r"(\w+)=\S+", line)[1] for line in variables] == ["MAILTO", "PATH", "CRON_TZ"]
    return re.fullmatch(r"(?:[\d*,/-]+ ){5}(.+)", entry)[1]


def test_cron_prints_nothing_after_a_good_night_and_all_of_it_after_a_bad_one(folder):
    with Simulator(SCENARIO) as sim:
        good = run(folder, cron_line(), sim)
        assert (good.returncode, good.stdout, good.stderr) == (0, "", ""), good.stdout
        assert [job["id"] for job in sim.jobs("modelarts_visualization_job") if job["stops_accepted"]] == ["11"]
        latest = folder / "teardown_report"
        assert json.loads((latest / "apply.json").read_text(encoding="utf-8"))["result"] == "changed"

        sim.change("modelarts_visualization_job", id="11", status="RUNNING")
        sim.add_fault(**FORBIDDEN)
        bad = run(folder, cron_line(), sim)
        assert bad.returncode == 2 and "denied" in bad.stdout
        assert len(list((latest / "history").glob("*-apply.json"))) == 2 and (latest / "index.html").is_file()


def test_units_are_valid(folder):
    """systemd finds no fault in them once their programs are there."""
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd-analyze is not installed")
    for name in FILES:
        if name.startswith("otc-teardown"):
            unit = folder / name
            unit.write_text(unit.read_text(encoding="utf-8").replace("/srv/nightly", str(folder)), encoding="utf-8")
    units = sorted(str(path) for path in folder.glob("otc-teardown*"))
    assert len(units) == 3
    done = subprocess.run(["systemd-analyze", "verify", *units], capture_output=True, text=True, check=False)
    ours = [line for line in (done.stdout + done.stderr).splitlines() if "otc-teardown" in line]
    assert ours == [], done.stderr


def commands_of(name: str) -> list[str]:
    """The lines that a file for CI runs."""
    text = yaml.safe_load(FILES[name])
    if name == ".gitlab-ci.yml":
        return text["teardown"]["script"]
    return [step["run"] for step in text["jobs"]["teardown"]["steps"] if "run" in step]


def test_ci_runs_the_teardown_and_keeps_its_report(folder):
    install, collection, teardown = commands_of(".gitlab-ci.yml")
    assert commands_of(".github/workflows/teardown.yml") == [install, collection, teardown]
    assert install == "pip install ansible-core requests"
    repository = yaml.safe_load((ROOT / "galaxy.yml").read_text(encoding="utf-8"))["repository"]
    assert collection == f"ansible-galaxy collection install git+{repository}"
    with Simulator(SCENARIO) as sim:
        done = run(folder, f"set -a; source ./login.env; {teardown}", sim)
    assert done.returncode == 0, done.stdout
    gitlab, github = (yaml.safe_load(FILES[name])["jobs" if "github" in name else "teardown"] for name in (".gitlab-ci.yml", ".github/workflows/teardown.yml"))
    kept = [*gitlab["artifacts"]["paths"], github["teardown"]["steps"][-1]["with"]["path"]]
    assert [(folder / path / "apply.html").is_file() for path in kept] == [True, True]


def test_the_chat_gets_the_headline(folder):
    """Of the latest report; also after a run without one. A message that does not arrive is printed, and nothing else."""
    line = next(block.text for block in BLOCKS if block.language == "bash" and not block.file).strip()
    call = f"set -a; source ./login.env; {line}"
    night = folder / "teardown_report"
    night.mkdir()
    with webhook() as chat, Simulator() as sim:
        assert run(folder, call, sim, CHAT_WEBHOOK=chat.url).stdout == ""
        now = time.time()
        for mode, age, headline in (("apply", 90000, "of yesterday"), ("plan", 60, "refused: <!channel> & {{ 1 }}")):
            finished = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now - age))
            report = a_report(mode=mode, headline=headline, finished_at=finished)
            (night / f"{mode}.json").write_text(json.dumps(report), encoding="utf-8")
        assert run(folder, call, sim, CHAT_WEBHOOK=chat.url).stdout == ""
        first, second = ([block["text"]["text"] for block in body["blocks"]] for body in chat.bodies)
        assert first[1] == "No run has written a report in the last 3h; see the output of the run."
        assert second[1] == "project name (region): refused: &lt;!channel&gt; &amp; {{ 1 }}"
        chat.answer = 410
        lost = run(folder, call, sim, CHAT_WEBHOOK=chat.url).stdout
        assert lost.startswith("[WARNING]: teardown_notify: the message may not have arrived") and "410" in lost and SECRET not in lost
        assert "teardown_notify.url: is empty" in run(folder, call, sim, CHAT_WEBHOOK="").stdout
