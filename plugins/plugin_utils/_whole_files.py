# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writes files on the controller whole or not at all. All functions raise OSError if that is not possible."""

from __future__ import annotations

import errno
import os
import tempfile


def try_to_write(folder: str) -> None:
    """Make sure that files can be written into this folder; it is created if it does not exist, for its owner only."""
    os.makedirs(folder, mode=0o700, exist_ok=True)
    with tempfile.TemporaryFile(dir=folder):
        pass


def try_to_replace(path: str) -> None:
    """Make sure that `write` can write this file, which stays as it is."""
    try_to_write(os.path.dirname(path))
    if os.path.isdir(path):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), path)


def write(path: str, text: str, mode: int = 0o600) -> None:
    """Write a text into a file, in place of an existing one."""
    os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
    descriptor, trial = tempfile.mkstemp(dir=os.path.dirname(path), prefix=".")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="replace") as file:
            file.write(text)
        os.chmod(trial, mode)
        os.replace(trial, path)
    except BaseException:
        os.unlink(trial)
        raise
