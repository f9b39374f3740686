# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The journal of a task: on a full disk, and where something else than a file is named."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ansible_collections.otc.teardown.plugins.module_utils._engine import observers
from tests.simulator import Simulator
from tests.support.harness import Kind, each_kind, run

MODULE = "modelarts_visualization_job"


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="only Linux has a disk that is always full")
@pytest.mark.parametrize(("output", "rest"), [
    ("full", "the rows are in the result"),
    ("summary", "with output: summary, the result has the rows of failures and warnings only"),
])
def test_a_disk_that_is_full_disturbs_nothing_but_the_journal(monkeypatch, output, rest):
    """Every job is stopped and reported, and one warning says what the journal lacks."""
    # As a device, /dev/full would be refused.
    monkeypatch.setattr(observers, "open_to_append", lambda path, create: os.fdopen(os.open(path, os.O_WRONLY), "w"))
    jobs = [{"id": n, "name": f"job-{n}", "status": "RUNNING" if n < 4 else "COMPLETED"} for n in (1, 2, 3, 4)]
    with Simulator({"stop_delay": 0.05, "visualization_jobs": jobs}) as sim:
        result = run(sim, MODULE, {"all": True, "journal": "/dev/full", "output": output})
        assert {job["status"] for job in sim.jobs(MODULE)} == {"KILLED", "COMPLETED"}
    assert "failed" not in result and result["summary"] == {"selected": 4, "stopped": 3, "already_ended": 1}
    text = f"journal: /dev/full: cannot be written any more (No space left on device); {rest}"
    assert len(result["warnings"]) == 1 and text in str(result["warnings"])


@each_kind
@pytest.mark.parametrize("what", ["pipe", "folder", "device", "link"])
def test_a_journal_that_is_no_regular_file_is_refused_before_anything_is_sent(kind: Kind, what: str, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to("file")
    path = "/dev/null" if what == "device" else str(tmp_path / what)
    with kind.cloud({}) as sim:
        result = kind.stop(sim, 1, journal=path)
        assert (result["failed"], result["changed"], sim.journal()) == (True, False, [])
    said = {"link": "a symbolic link"}.get(what, f"a {what}")
    assert f"journal: {path!r}: cannot be written: it is {said}; name a regular file" in result["msg"]


@pytest.mark.parametrize("module", [MODULE, f"{MODULE}_info", "iam_project_info"])
def test_certificates_in_a_pipe_are_refused_before_anything_is_sent(module: str, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with Simulator({}) as sim:
        selection = {"all": True} if module.startswith(MODULE) else {}
        result = run(sim, module, {"ca_cert": str(tmp_path / "pipe"), **selection})
        assert (result["failed"], sim.journal()) == (True, [])
    assert result["msg"].endswith(f"ca_cert: {str(tmp_path / 'pipe')!r}: is a pipe; name a file with certificates")
