# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Record a command in a terminal as an asciicast (version 2): python record.py OUT.cast COMMAND [ARGUMENT ...]

The recording has the output with its times, but no pause is longer than MOST_SECONDS.
"""

from __future__ import annotations

import codecs
import json
import os
import pathlib
import pty
import sys
import time

COLUMNS, ROWS = 132, 34
MOST_SECONDS = 1.2
LAST_SECONDS = 6.0


def record(command: list[str]) -> tuple[list[tuple[float, str]], int]:
    """(Seconds since the start, text) for everything that a command printed, and its exit code."""
    child, terminal = pty.fork()
    if child == 0:
        os.execvpe(command[0], command, {**os.environ, "TERM": "xterm-256color", "COLUMNS": str(COLUMNS), "LINES": str(ROWS)})
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    events, shown, last = [], 0.0, time.monotonic()
    while True:
        try:
            printed = os.read(terminal, 65536)
        except OSError:  # the terminal closes when the command ends
            printed = b""
        if not printed:
            break
        now = time.monotonic()
        shown, last = shown + min(now - last, MOST_SECONDS), now
        events.append((round(shown, 3), decoder.decode(printed)))
    return events, os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def main() -> int:
    """Write the recording; exit with the code of the command."""
    events, code = record(sys.argv[2:])
    end = (events[-1][0] + LAST_SECONDS, "") if events else (0.0, "")
    lines = [{"version": 2, "width": COLUMNS, "height": ROWS}, *([at, "o", text] for at, text in [*events, end])]
    pathlib.Path(sys.argv[1]).write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return code


if __name__ == "__main__":
    sys.exit(main())
