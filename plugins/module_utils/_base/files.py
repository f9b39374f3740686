# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Opens files that users name, but only regular files: opening a pipe or a device may block forever."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from typing import IO

_OTHERS = (
    (stat.S_ISDIR, "a folder"), (stat.S_ISFIFO, "a pipe"), (stat.S_ISSOCK, "a socket"), (stat.S_ISLNK, "a symbolic link"),
)


def why_no_file(path: str, folder_too: bool = False) -> str | None:
    """Why a path cannot be read as a regular file, such as `is a pipe`; None if it can. Links are followed.

    With `folder_too`, a folder is accepted as well.
    """
    try:
        mode = os.stat(path).st_mode
    except FileNotFoundError:
        return "does not exist"
    except OSError as error:
        return f"cannot be read ({error.strerror})"
    return None if folder_too and stat.S_ISDIR(mode) else _what_else(mode)


def open_to_append(path: str, create: bool = False) -> IO[str]:
    """Open a regular file to append text. `create`: create a missing file, with access for its owner only.

    Never blocks. Raises OSError, also for a symbolic link and for anything else that is not a regular file.
    """
    flags = os.O_WRONLY | os.O_APPEND | os.O_NONBLOCK | os.O_NOFOLLOW
    with contextlib.suppress(FileNotFoundError):
        _refuse_others(os.lstat(path))  # before opening: the opening itself may start a device
    handle = os.open(path, flags | os.O_CREAT if create else flags, 0o600)
    try:
        _refuse_others(os.fstat(handle))
        return os.fdopen(handle, "a", encoding="utf-8")
    except BaseException:
        os.close(handle)
        raise


def _refuse_others(found: os.stat_result) -> None:
    reason = _what_else(found.st_mode)
    if reason:
        raise OSError(errno.EINVAL, f"it {reason}")


def _what_else(mode: int) -> str | None:
    if stat.S_ISREG(mode):
        return None
    return "is " + next((name for applies, name in _OTHERS if applies(mode)), "a device")
