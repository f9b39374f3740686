# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Locks of projects: who is refused, what is left behind, and files that are no locks."""

from __future__ import annotations

import concurrent.futures
import fcntl
import json
import os
import pathlib
import stat
from typing import Any

import pytest

from ansible_collections.otc.teardown.plugins.module_utils._base.controller import name_of
from ansible_collections.otc.teardown.plugins.module_utils._base.errors import InputError
from ansible_collections.otc.teardown.plugins.plugin_utils import _locks
from ansible_collections.otc.teardown.plugins.plugin_utils._locks import (
    Holder,
    holder_in,
    holder_now,
    path_in,
    release,
    take,
    why_held,
)
from ansible_collections.otc.teardown.plugins.plugin_utils._teardown import run
from ansible_collections.otc.teardown.plugins.plugin_utils._teardown.options import teardown_options
from tests.unit.plugins.plugin_utils.teardown_rows import NOW, VARIABLES

ME = Holder("ctl1", "100 5", "boot-1 pid:[1]", "eu-de", NOW, NOW + 3600)
HERE = ME._replace(process="200 6", started=NOW - 60)
ELSEWHERE = HERE._replace(host="ctl2", place="boot-2 pid:[1]")
WORKS = "teardown_lock: another run works on this project: process 200 on "
SINCE = "(host eu-de of the inventory), since 2026-11-18 11:05:40 UTC; wait until it has ended"


@pytest.mark.parametrize(("holder", "me", "alive", "words"), [
    pytest.param(HERE, ME, True, f"{WORKS}ctl1 {SINCE}", id="it runs"),
    pytest.param(HERE, ME, False, None, id="it has ended, however it ended"),
    pytest.param(HERE._replace(place=""), ME._replace(place=""), True, f"{WORKS}ctl1 {SINCE}", id="a system that tells no place, the same host"),
    pytest.param(HERE._replace(host="renamed"), ME, True, f"{WORKS}renamed {SINCE}", id="the host was renamed"),
    pytest.param(ME, ME, True, None, id="its own"),
    pytest.param(ME._replace(play_host="b"), ME, True, "teardown_lock: this very run works on the project already, for the host b", id="two hosts of a play"),
    pytest.param(ELSEWHERE, ME, False, f"{WORKS}ctl2 {SINCE}. Whether it still runs cannot be seen from here: the lock ends by itself at "
                 "2026-11-18 12:06:40 UTC, or delete /locks/p.lock if that run is gone", id="another machine"),
    pytest.param(ELSEWHERE, ME._replace(started=NOW + 3601), True, None, id="another machine, too long ago"),
    pytest.param(HERE._replace(place="boot-1 pid:[2]"), ME, False, f"{WORKS}ctl1 {SINCE}. Whether", id="another container of this machine"),
    pytest.param(HERE._replace(place="boot-0 pid:[1]"), ME, False, f"{WORKS}ctl1 {SINCE}. Whether", id="the machine was started anew, or has a namesake"),
    pytest.param(ELSEWHERE._replace(place=""), ME, False, f"{WORKS}ctl2 {SINCE}. Whether", id="a machine that tells no place"),
    pytest.param(HERE._replace(host="\x1b[31m"), ME, True, f"{WORKS}\\x1b[31m", id="hostile text"),
])
def test_who_is_refused(holder: Holder, me: Holder, alive: bool, words: str | None) -> None:
    found = why_held("/locks/p.lock", holder, me, lambda process: alive)
    assert found is None if words is None else found is not None and found.startswith(words)


def me_now(play_host: str = "eu-de") -> Holder:
    """This process."""
    return holder_now(name_of(os.getpid()), play_host, NOW, 3600)


def test_a_lock_is_taken_read_and_released(tmp_path: pathlib.Path) -> None:
    path = str(tmp_path / "p.lock")
    assert take(path, me_now()) is None
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
    assert holder_in(pathlib.Path(path).read_text(encoding="utf-8")) == me_now()
    assert "this very run works on the project already, for the host eu-de" in str(take(path, me_now("other")))
    release(path, me_now("other"))
    assert os.path.exists(path), "only its own"
    assert take(path, me_now()) is None
    release(path, me_now())
    assert os.listdir(tmp_path) == []


def test_a_lock_that_was_left_behind_is_taken_over(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "p.lock"
    path.write_text(me_now()._replace(process="999999999 1").written(), encoding="utf-8")
    assert take(str(path), me_now()) is None
    assert holder_in(path.read_text(encoding="utf-8")) == me_now()
    path.write_text("", encoding="utf-8")  # killed between making and writing
    assert take(str(path), me_now()) is None


def test_of_many_at_once_one_gets_it(tmp_path: pathlib.Path) -> None:
    """From nothing, and from a lock that was left behind, which all of them see."""
    for number in range(20):
        path = tmp_path / f"{number}.lock"
        if number % 2:
            path.write_text(me_now()._replace(process="999999999 1").written(), encoding="utf-8")
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            found = list(pool.map(lambda who, where=str(path): take(where, me_now(str(who))), range(8)))
        assert found.count(None) == 1


@pytest.mark.parametrize("text", [
    "x", "{}", "[]", "null", "[" * 3000, "\x00", '{"schema": "otc.teardown/lock/1"}', "y" * 5000,
    ME.written().replace("100 5", "-1"), ME.written().replace("100 5", "0"), ME.written().replace("100 5", "1 \\u0000"),
    ME.written().replace("2026", "soon"), ME.written().replace("eu-de", "e" * 300),
], ids=lambda text: text[:20])
def test_what_is_no_lock_is_left_alone(tmp_path: pathlib.Path, text: str) -> None:
    path = tmp_path / "p.lock"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="holds something else than a lock; delete it if no other run works on this project"):
        take(str(path), me_now())
    assert path.read_text(encoding="utf-8") == text


def test_links_pipes_and_folders_are_refused(tmp_path: pathlib.Path) -> None:
    target = tmp_path / "target"
    target.write_text("", encoding="utf-8")
    (tmp_path / "link").symlink_to(target)
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    for name in ("link", "dangling", "pipe", "folder"):
        with pytest.raises(InputError, match="is not a regular file"):
            take(str(tmp_path / name), me_now())
    assert target.read_text(encoding="utf-8") == "" and not (tmp_path / "nowhere").exists()


def test_a_file_that_somebody_holds_is_waited_for_but_not_for_ever(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "p.lock"
    pauses: list[float] = []
    with open(path, "w", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        with pytest.raises(InputError, match="is being changed by another process all the time"):
            take(str(path), me_now(), pauses.append)
    assert 1 < sum(pauses) < 10
    assert take(str(path), me_now(), pauses.append) is None


def test_a_file_that_is_deleted_meanwhile_is_no_lock(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The other run releases between our opening and our lock: what we hold is a file that nobody sees."""
    path, flock = tmp_path / "p.lock", fcntl.flock

    def deleted_first(file: int, how: int) -> None:
        monkeypatch.setattr(fcntl, "flock", flock)
        path.unlink()
        flock(file, how)

    monkeypatch.setattr(fcntl, "flock", deleted_first)
    assert take(str(path), me_now(), lambda _seconds: None) is None
    assert holder_in(path.read_text(encoding="utf-8")) == me_now()


@pytest.mark.parametrize(("project", "name"), [
    ("0123456789abcdef0123456789abcdef", "0123456789abcdef0123456789abcdef.lock"),
    ("../../x", None), ("", None), ("a" * 65, None), ("a/b", None), ("\ud800", None), ("None", "None.lock"),
])
def test_a_project_names_its_file(project: str, name: str | None) -> None:
    found = os.path.relpath(path_in("/locks", project), "/locks")
    assert found == name if name else len(found) == 64 + len(".lock") and "/" not in found


@pytest.mark.parametrize(("value", "becomes"), [
    (True, {"on": True, "folder": ""}), ("yes", {"on": True, "folder": ""}), (False, {"on": False, "folder": ""}), ("off", {"on": False, "folder": ""}),
    ("./locks", {"on": True, "folder": "./locks"}), (" ~/locks ", {"on": True, "folder": "~/locks"}),
])
def test_the_variable_in_many_forms(value: Any, becomes: Any) -> None:
    found = teardown_options({**VARIABLES, "lock": value})
    assert (found["errors"], found["lock"]) == ([], becomes)


@pytest.mark.parametrize("value", ["flase", "", [], {}, "locks"])
def test_what_is_neither_a_switch_nor_a_folder_is_refused(value: Any) -> None:
    [error] = teardown_options({**VARIABLES, "lock": value})["errors"]
    assert error.startswith("teardown_lock: ") and "is neither true nor false, nor the path of a folder; write a path with a slash, such as ./locks" in error


def test_null_is_refused() -> None:
    assert teardown_options({**VARIABLES, "lock": None})["errors"] == ["teardown_lock: is null; give a value, or leave the variable out"]


@pytest.mark.parametrize(("wait_timeout", "seconds"), [(600, 5400), ("10m", 5400), (0, 3600)])
def test_other_machines_heed_a_lock_as_long_as_a_run_may_take(wait_timeout: Any, seconds: float) -> None:
    assert teardown_options({**VARIABLES, "wait_timeout": wait_timeout})["lock_seconds"] == seconds


def test_a_wrong_wait_timeout_is_told_once() -> None:
    assert len(teardown_options({**VARIABLES, "wait_timeout": "long"})["errors"]) == 1


def test_a_run_that_does_not_get_the_lock_is_refused_and_one_without_a_lock_warns() -> None:
    known = run.begin({}, NOW, variables={**VARIABLES, "mode": "apply"})
    nothing = {"caller": {}, "selected": {}, "looked_at": {}, "stopped": {}}
    refused = run.finish({**known, "refusals": []}, NOW, **nothing, lock=_locks.as_facts(refusal=str(WORKS)))["report"]
    assert (refused["result"], refused["headline"]) == ("refused", f"refused; nothing was sent: {WORKS}")
    warned = run.finish(known, NOW, **nothing, lock=_locks.as_facts(warning="no lock"))["report"]
    assert warned["warnings"] == ["no lock"]


def test_the_text_of_a_lock_is_for_people_too() -> None:
    assert json.loads(ME.written()) == {
        "schema": "otc.teardown/lock/1", "host": "ctl1", "process": "100 5", "place": "boot-1 pid:[1]", "play_host": "eu-de",
        "started": "2026-11-18T11:06:40Z", "until": "2026-11-18T12:06:40Z",
    }
