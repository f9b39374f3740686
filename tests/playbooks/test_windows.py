# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When apply may stop, in the playbooks. Windows are made from the clock: one that is open now, one that opens in some hours."""

from __future__ import annotations

import datetime
import json
import pathlib
from typing import Any

import pytest

from tests.simulator import Simulator
from tests.support.documents import ROOT, blocks_of
from tests.support.playbooks import Played, login_environment, run_ansible

pytestmark = [pytest.mark.e2e]

PROJECT = {"id": "0123456789abcdef0123456789abcdef", "name": "eu-de"}
USUAL = {
    "teardown_all": True, "teardown_resources": ["modelarts_visualization_job"], "teardown_projects_allowed": [PROJECT], "teardown_settle": 0,
    "teardown_wait_interval": 0.1, "teardown_confirm": "eu-de",
}
JOBS = {"stop_delay": 0.05, "visualization_jobs": [{"id": 11, "name": "tb", "age": 90000}]}
PAGE = {block.file: block.text for block in blocks_of(ROOT / "docs" / "nightly.md") if block.file}


def window(begins: int, ends: int, **more: Any) -> dict[str, Any]:
    """A window from and to so many hours from now."""
    now = datetime.datetime.now(datetime.timezone.utc)
    begin, end = (f"{now + datetime.timedelta(hours=hours):%H:%M}" for hours in (begins, ends))
    return {"from": begin, "to": end, "timezone": "UTC", **more}


def run(folder: pathlib.Path, sim: Simulator, name: str, *flags: str, **variables: Any) -> Played:
    """How a playbook of the collection ended."""
    done = run_ansible(folder, "playbook", f"otc.teardown.{name}", "-e", json.dumps({**USUAL, **variables}), *flags, environ=login_environment(sim))
    return Played(done.returncode, done.stdout + done.stderr, {})


def report(folder: pathlib.Path, mode: str) -> dict[str, Any]:
    """The report that was written."""
    return json.loads((folder / "teardown_report" / f"{mode}.json").read_text(encoding="utf-8"))


@pytest.mark.main
@pytest.mark.slow
def test_jobs_are_stopped_while_a_window_is_open_and_at_no_other_time(tmp_path: pathlib.Path) -> None:
    later = {"teardown_windows": [window(3, 5)]}
    with Simulator(JOBS) as sim:
        made = run(tmp_path, sim, "plan", **later)
        assert made.code == 0 and "window  outside the window: apply may stop from " in made.output
        assert "ansible-playbook otc.teardown.apply" in made.output, "the next command is still there"
        read = len(sim.journal())

        refused = run(tmp_path, sim, "apply", **later)
        assert (refused.code, report(tmp_path, "apply")["result"], len(sim.journal())) == (2, "refused", read)
        assert "refused; nothing was sent: teardown_windows: outside the window: apply may stop from " in report(tmp_path, "apply")["headline"]

        night = run(tmp_path, sim, "nightly", **later)
        assert (night.code, sim.writes()) == (0, []), night.output
        assert "apply of eu-de (region eu-de): ok. nothing done, outside the window: apply may stop from " in night.output
        assert run(tmp_path, sim, "verify", **later).code == 2
        assert run(tmp_path, sim, "verify", **later, teardown_outside_windows="skip").code == 0

        opened = run(tmp_path, sim, "nightly", teardown_windows=[window(3, 5), window(-2, 2)])
        assert (opened.code, sim.accepted("modelarts_visualization_job", "11")) == (0, 1), opened.output


def test_the_files_of_the_page_on_a_holiday(tmp_path: pathlib.Path) -> None:
    """Its windows are read, a date without quotes too; today is a holiday, and yesterday, to which a night may belong."""
    for name in ("windows.yml", "holidays.txt"):
        (tmp_path / name).write_text(PAGE[name], encoding="utf-8")
    days = [datetime.datetime.now(datetime.timezone.utc).date() - datetime.timedelta(days=ago) for ago in (-1, 0, 1)]
    (tmp_path / "holidays.txt").write_text(PAGE["holidays.txt"] + "".join(f"{day}  # today, somewhere\n" for day in days), encoding="utf-8")
    unquoted = "".join(f"      - {day}\n" for day in days)
    (tmp_path / "own.yml").write_text(f"teardown_windows:\n  - timezone: UTC\n    days: mon-sun\n    skip_dates:\n{unquoted}", encoding="utf-8")
    with Simulator(JOBS) as sim:
        for name in ("windows.yml", "own.yml"):
            night = run(tmp_path, sim, "nightly", "-e", f"@{name}")
            assert (night.code, sim.writes()) == (0, []), night.output
            assert "nothing done, outside the window: apply may stop from " in night.output
        (tmp_path / "holidays.txt").unlink()
        sent = len(sim.journal())
        missing = run(tmp_path, sim, "nightly", "-e", "@windows.yml")
        said = " ".join(missing.output.split())
        assert missing.code == 2 and "'holidays.txt': is neither a date (YYYY-MM-DD) nor a file that can be read: it does not exist" in said
        assert len(sim.journal()) == sent
