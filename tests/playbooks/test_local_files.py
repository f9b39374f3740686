# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files that the role leaves on the controller: whole or not at all, for their owner only."""

from __future__ import annotations

import json
import pathlib
import stat
from typing import Any

import pytest

from tests.support.playbooks import play_tasks
from tests.unit.plugins.plugin_utils.report_samples import a_report

pytestmark = [pytest.mark.e2e, pytest.mark.main]

HOSTILE = "{{ lookup('pipe', 'touch trapped') }} \u00e4 \U0001f600"


def task(name: str, folder: pathlib.Path, *files: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A task that writes these files and registers its result; its failure does not end the play."""
    return {"name": name, "otc.teardown.local_files": {"folder": str(folder), "files": list(files)},
            "register": name, "ignore_errors": True, **more}


def test_files_are_written_whole_or_not_at_all(tmp_path: pathlib.Path) -> None:
    there = tmp_path / "there"
    there.mkdir()
    (there / "old.json").write_text("a longer text than the new one", encoding="utf-8")
    (there / "old.json").chmod(0o644)
    (there / "folder.md").mkdir()
    (tmp_path / "run.json").write_text(json.dumps(a_report(lambda _key: HOSTILE)), encoding="utf-8")
    run = f"{{{{ lookup('ansible.builtin.file', '{tmp_path}/run.json') | from_json }}}}"
    (tmp_path / "blocked").mkdir()
    (tmp_path / "blocked" / "history").write_text("", encoding="utf-8")
    data = {"z": 1, "name": "{{ hostile }}", "none": None, "yes": True, "a": [0.5]}
    played = play_tasks(tmp_path, [
        task("made", tmp_path / "a" / "b", {"name": "x.json", "content": data}, {"name": "y.md", "content": "- {{ hostile }}\n"}),
        task("replaced", there, {"name": "old.json", "content": "new"}),
        task("tried", tmp_path / "tried"),
        task("checked", tmp_path / "checked", {"name": "x.md", "content": "new"}, check_mode=True),
        task("refused", pathlib.Path("/proc/no"), {"name": "x.md", "content": "new"}),
        task("occupied", there, {"name": "folder.md", "content": "new"}),
        task("possible", there, {"name": "old.json"}),
        task("impossible", there, {"name": "folder.md", "option": "plan"}),
        task("unnamed", there, {"content": "new"}),
        {"name": "reported", "otc.teardown.local_files": {
            "folder": str(tmp_path / "reports" / "one"), "report": run, "keep": 1}, "register": "reported"},
        {"name": "listed", "otc.teardown.local_files": {"folder": str(tmp_path / "reports"), "index": True}, "register": "listed"},
        {"name": "kept", "otc.teardown.local_files": {"folder": str(tmp_path / "blocked"), "report": run, "keep": 1},
         "register": "kept", "ignore_errors": True},
    ], {}, "-e", json.dumps({"hostile": {"__ansible_unsafe": HOSTILE}}))
    assert played.code == 0, played.output
    results = played.results

    made = tmp_path / "a" / "b"
    assert json.loads((made / "x.json").read_text(encoding="utf-8")) == {**data, "name": HOSTILE}
    assert list(json.loads((made / "x.json").read_text(encoding="utf-8"))) == sorted(data)
    assert (made / "y.md").read_text(encoding="utf-8") == f"- {HOSTILE}\n"
    assert stat.S_IMODE(made.stat().st_mode) == 0o700
    assert (there / "old.json").read_text(encoding="utf-8") == "new"
    assert [stat.S_IMODE(path.stat().st_mode) for path in (made / "x.json", there / "old.json")] == [0o600, 0o600]
    assert (tmp_path / "tried").is_dir() and not (tmp_path / "checked").exists()
    assert "folder: /proc/no: cannot be written" in results["refused"]["msg"]
    assert "folder.md: cannot be written" in results["occupied"]["msg"]
    assert "plan: " in results["impossible"]["msg"] and "folder.md: cannot be written" in results["impossible"]["msg"]
    assert not results["possible"]["failed"] and "name" in results["unnamed"]["msg"]
    assert sorted(path.name for path in there.iterdir()) == ["folder.md", "old.json"], "no trial stays"
    reports = tmp_path / "reports"
    assert json.loads((reports / "one" / "apply.json").read_text(encoding="utf-8"))["headline"] == HOSTILE
    names = [path.name for path in sorted((reports / "one" / "history").iterdir())]
    assert names == ["2026-11-22T010000Z-apply.html", "2026-11-22T010000Z-apply.json"]
    assert f'href="one/history/{names[0]}"' in (reports / "index.html").read_text(encoding="utf-8")
    assert "history: cannot be written (File exists)" in results["kept"]["msg"]
    assert not (tmp_path / "trapped").exists()
    assert {result["changed"] for result in results.values()} == {False}
