# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Running a command and accounting for it.

The system counts what a process held before it became another program. So that the memory of a command is not that of
the benchmark, a small process of its own starts it: this file, run as a program.
"""

from __future__ import annotations

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from typing import NamedTuple


class Cost(NamedTuple):
    """What a command took: seconds on the clock, seconds of processor, MiB of the largest process in it."""

    wall: float
    cpu: float
    memory: float
    output: str


def run(command: Sequence[str], environment: Mapping[str, str], folder: pathlib.Path, given: str = "") -> Cost:
    """Run a command with this standard input to its end; RuntimeError with its output if it fails."""
    with tempfile.TemporaryFile() as source, tempfile.TemporaryFile() as output:
        source.write(given.encode("utf-8"))
        source.seek(0)
        starter = [sys.executable, "-S", "-E", __file__, str(output.fileno()), *command]
        done = subprocess.run(
            starter, stdin=source, capture_output=True, text=True, check=True, cwd=folder, env=dict(environment),
            pass_fds=(output.fileno(),),
        )
        output.seek(0)
        text = output.read().decode("utf-8", "replace")
    code, wall, cpu, memory = json.loads(done.stdout)
    if code != 0:
        raise RuntimeError(f"{' '.join(command)} ended with {code}:\n{text[-4000:]}")
    return Cost(wall, cpu, memory, text)


def _account(output: int, command: Sequence[str]) -> tuple[int, float, float, float]:
    """(exit code, seconds on the clock, of processor, MiB of the largest process) of a command."""
    started = time.monotonic()
    process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)
    _pid, status, usage = os.wait4(process.pid, 0)
    wall = time.monotonic() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode, wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


if __name__ == "__main__":
    print(json.dumps(_account(int(sys.argv[1]), sys.argv[2:])))
