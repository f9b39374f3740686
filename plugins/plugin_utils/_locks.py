# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Locks of projects: one file for each project that a run works on, so that a second run is refused.

A file holds who works on the project. Whoever reads or changes it holds `flock` meanwhile, for an instant, so that two
runs never both take it. Who it names counts as long as that process runs; on another machine, until its time is over.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import re
import stat
import time
from collections.abc import Iterator, Mapping
from typing import Any, Callable, NamedTuple

from ansible_collections.otc.teardown.plugins.module_utils._base.controller import is_alive
from ansible_collections.otc.teardown.plugins.module_utils._base.errors import InputError
from ansible_collections.otc.teardown.plugins.module_utils._base.text import plain
from ansible_collections.otc.teardown.plugins.module_utils._base.times import format_time, parse_time

OPTION = "teardown_lock"
SCHEMA = "otc.teardown/lock/1"
LARGEST = 4096

_SAFE = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)
_PROCESS = re.compile(r"[1-9]\d{0,8}(?: \d+)?", re.ASCII)
_TRIES, _PAUSE = 100, 0.05


class Holder(NamedTuple):
    """Who works on a project. `process`: as `controller.name_of` names it. `place`: where that name means something; see `place`.

    `play_host`: the host in the inventory. `started`, `until`: seconds since 1970; `until` is for other machines.
    """

    host: str
    process: str
    place: str
    play_host: str
    started: float
    until: float

    def written(self) -> str:
        """The text of the file."""
        times = {key: format_time(getattr(self, key)) for key in ("started", "until")}
        return json.dumps({"schema": SCHEMA, **self._asdict(), **times}, indent=4) + "\n"

    def __str__(self) -> str:
        """`process 4711 on ctl1 (host eu-de of the inventory), since 2026-11-26 19:00:00 UTC`."""
        since = str(format_time(self.started)).replace("T", " ").replace("Z", " UTC")
        return f"process {self.process.partition(' ')[0]} on {plain(self.host)} (host {plain(self.play_host)} of the inventory), since {since}"


def holder_in(text: str) -> Holder:
    """Who a file names. Raises ValueError if it is no lock."""
    found = json.loads(text)
    if not isinstance(found, Mapping) or found.get("schema") != SCHEMA:
        raise ValueError("no lock")
    texts = {key: found[key] for key in Holder._fields if isinstance(found.get(key), str) and len(found[key]) < 300}
    if len(texts) < len(Holder._fields) or not _PROCESS.fullmatch(texts["process"]):
        raise ValueError("no lock")
    started, until = (parse_time(texts.pop(key)) or 0.0 for key in ("started", "until"))
    return Holder(**texts, started=started, until=until)


def why_held(path: str, holder: Holder, me: Holder, alive: Callable[[str], bool] = is_alive) -> str | None:
    """Why `me` must not work on the project of `holder` now; None if the lock is its own, or left behind."""
    here = holder.place == me.place if holder.place and me.place else holder.host == me.host
    if here and holder.process == me.process:
        if holder.play_host == me.play_host:
            return None
        return (f"{OPTION}: this very run works on the project already, for the host {plain(holder.play_host)} of the inventory; "
                "name each project once, run such hosts one after the other (serial: 1), or set teardown_lock: false")
    if here:
        return f"{OPTION}: another run works on this project: {holder}; wait until it has ended" if alive(holder.process) else None
    if me.started > holder.until:
        return None
    until = str(format_time(holder.until)).replace("T", " ").replace("Z", " UTC")
    return (f"{OPTION}: another run works on this project: {holder}; wait until it has ended. Whether it still runs cannot be seen from here: "
            f"the lock ends by itself at {until}, or delete {plain(path)} if that run is gone")


def place() -> str:
    """This boot of this machine and this space of process ids (a container has its own); empty where the system does not tell."""
    with contextlib.suppress(OSError), open("/proc/sys/kernel/random/boot_id", encoding="ascii") as file:
        return f"{file.read().strip()} {os.readlink('/proc/self/ns/pid')}"
    return ""


def path_in(folder: str, project: str) -> str:
    """The file for a project. A project id that is no plain word is hashed."""
    name = project if _SAFE.fullmatch(project) else hashlib.sha256(project.encode("utf-8", "replace")).hexdigest()
    return os.path.join(folder, f"{name}.lock")


def take(path: str, me: Holder, sleep: Callable[[float], None] = time.sleep) -> str | None:
    """Take a lock: None, or why somebody else has it. Raises OSError or InputError if the file cannot be used."""
    with _locked(path, os.O_CREAT, sleep) as file:
        text = os.read(file, LARGEST + 1).decode("utf-8", "replace")
        if text.strip():  # an empty file is one that was just made
            try:
                refusal = why_held(path, holder_in(text), me)
            except (ValueError, RecursionError):
                raise InputError(OPTION, path, "holds something else than a lock; delete it if no other run works on this project") from None
            if refusal:
                return refusal
        os.ftruncate(file, 0)
        os.pwrite(file, me.written().encode(), 0)
    return None


def release(path: str, me: Holder, sleep: Callable[[float], None] = time.sleep) -> None:
    """Delete a lock if it is of this run. Raises OSError or InputError if the file cannot be used."""
    with _locked(path, 0, sleep) as file:
        holder = holder_in(os.read(file, LARGEST + 1).decode("utf-8", "replace"))
        if holder[:4] == me[:4]:
            os.unlink(path)


@contextlib.contextmanager
def _locked(path: str, create: int, sleep: Callable[[float], None]) -> Iterator[int]:
    """The opened file, while nobody else may read or change it."""
    for _try in range(_TRIES):
        with contextlib.suppress(FileNotFoundError):
            _refuse_others(path, os.lstat(path).st_mode)  # before opening: the opening itself may start a device
        file = os.open(path, os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC | create, 0o600)
        try:
            _refuse_others(path, os.fstat(file).st_mode)
            if _is_ours_alone(path, file):
                yield file
                return
        finally:
            os.close(file)
        sleep(_PAUSE)
    raise InputError(OPTION, path, "is being changed by another process all the time; look which process has it open, and end that")


def _refuse_others(path: str, mode: int) -> None:
    if not stat.S_ISREG(mode):
        raise InputError(OPTION, path, "is not a regular file; delete it, or give another folder")


def _is_ours_alone(path: str, file: int) -> bool:
    """Whether `flock` was got at once, and the path still leads to this file: the one before may have deleted it."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return os.path.samestat(os.fstat(file), os.stat(path, follow_symlinks=False))
    except (BlockingIOError, FileNotFoundError):
        return False


def holder_now(process: str, play_host: str, now: float, seconds: float) -> Holder:
    """This run, for a lock. `seconds`: how long other machines heed it."""
    return Holder(os.uname().nodename, process, place(), play_host, now, now + seconds)


def as_facts(refusal: str | None = None, warning: str | None = None, taken: bool = False) -> dict[str, Any]:
    """What the role gets: why the run must not go on, what to warn of, and whether there is a lock to release."""
    return {"refusal": refusal or "", "warning": warning or "", "taken": taken}
