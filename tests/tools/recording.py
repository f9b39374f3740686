# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Record a command in a terminal as an animated SVG: recording.py OUT.svg COMMAND [ARGUMENT ...]

The colors are those of the terminal, for light and dark. The first frame is not empty; a reader who wants less motion sees the last
one. Pauses are cut, and all of it lasts SECONDS. The command may print lines and colors, but not move
the cursor.
"""

from __future__ import annotations

import codecs
import fcntl
import html
import os
import pathlib
import pty
import re
import struct
import sys
import termios
import time
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

COLUMNS, ROWS = 90, 25
SECONDS, LAST_SECONDS = 12.0, 3.0
MOST_SECONDS = 0.9
"""The longest pause, before everything is fitted into SECONDS."""
FIRST_LINES = 16
"""The first frame has so many lines: who sees only it sees something."""
WIDTH, HEIGHT, PADDING = 7.8, 18, 14
_STYLED = re.compile(r"\x1b\[([\d;]*)m")

STYLE = """
svg { --paper: #ffffff; --ink: #1f2328; --edge: #d1d9e0; --red: #b3261e; --green: #116329; --yellow: #7a4b00; --blue: #0550ae;
  --purple: #7a3ea8; --cyan: #0b6370; --gray: #59636e; }
@media (prefers-color-scheme: dark) {
  svg { --paper: #0d1117; --ink: #e6edf3; --edge: #3d444d; --red: #ff8f87; --green: #56d364; --yellow: #e3b341; --blue: #79c0ff;
    --purple: #d2a8ff; --cyan: #56d4dd; --gray: #a0a9b4; } }
text { font: 13px ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace; fill: var(--ink); white-space: pre; }
.paper { fill: var(--paper); stroke: var(--edge); } .cover { fill: var(--paper); }
.c30, .c90 { fill: var(--gray); } .c31, .c91 { fill: var(--red); } .c32, .c92 { fill: var(--green); } .c33, .c93 { fill: var(--yellow); }
.c34, .c94 { fill: var(--blue); } .c35, .c95 { fill: var(--purple); } .c36, .c96 { fill: var(--cyan); } .bold { font-weight: 600; }
.all { transform: translateY(%(last)spx); animation: scroll %(seconds)ss step-end infinite; }
.cover { display: none; }
@media (prefers-reduced-motion: no-preference) { .cover { display: inline; animation: show %(seconds)ss step-end infinite; } }
@media (prefers-reduced-motion: reduce) { .all { animation: none; } }
"""


class Span(NamedTuple):
    """A piece of a line: its classes and its text."""

    look: str
    text: str


class Line(NamedTuple):
    """A line of the terminal, and the second at which it was there."""

    at: float
    spans: tuple[Span, ...]


def record(command: Sequence[str]) -> tuple[list[tuple[float, str]], int]:
    """(Seconds since the start, text) for everything that a command printed, and its exit code."""
    child, terminal = pty.fork()
    if child == 0:
        fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        os.execvpe(command[0], list(command), {**os.environ, "TERM": "xterm-256color", "COLUMNS": str(COLUMNS), "LINES": str(ROWS)})
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
        events.append((shown, decoder.decode(printed)))
    return events, os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def lines_of(events: Iterable[tuple[float, str]]) -> list[Line]:
    """The lines of the terminal; a long one is broken at its edge. A line is there when its end was printed."""
    lines: list[Line] = []
    open_text, look = "", ""
    for at, text in events:
        *ended, open_text = (open_text + text).replace("\r\n", "\n").split("\n")
        for line in ended:
            spans, look = _spans(line, look)
            lines += [Line(at, part) for part in _broken(spans)]
    return lines


def _spans(text: str, look: str) -> tuple[list[Span], str]:
    """The pieces of a line that begins with a look, and the look at its end."""
    first, *rest = _STYLED.split(text)
    spans = [Span(look, first)]
    for codes, piece in zip(rest[::2], rest[1::2]):
        for code in codes.split(";"):
            look = _changed(look, int(code or 0))
        spans.append(Span(look, piece))
    return [span for span in spans if span.text], look


def _changed(look: str, code: int) -> str:
    bold = "bold" in look or code == 1
    color = next((one for one in look.split() if one != "bold"), "")
    if code == 0:
        return ""
    if 30 <= code <= 37 or 90 <= code <= 97:
        color = f"c{code}"
    return " ".join(filter(None, ("bold" if bold else "", color)))


def _broken(spans: Sequence[Span]) -> Iterator[tuple[Span, ...]]:
    """Lines of at most COLUMNS characters."""
    cells = [(span.look, character) for span in spans for character in span.text]
    for first in range(0, max(1, len(cells)), COLUMNS):
        line: list[Span] = []
        for look, character in cells[first:first + COLUMNS]:
            line = [*line[:-1], Span(look, line[-1].text + character)] if line and line[-1].look == look else [*line, Span(look, character)]
        yield tuple(line)


def drawn(lines: Sequence[Line], describe: str) -> str:
    """The animated SVG of these lines."""
    first = lines[min(FIRST_LINES, len(lines)) - 1].at
    length = lines[-1].at - first or 1.0
    moments = [max(0.0, line.at - first) / length * (SECONDS - LAST_SECONDS) / SECONDS * 100 for line in lines]
    width, height = COLUMNS * WIDTH + 2 * PADDING, ROWS * HEIGHT + 2 * PADDING
    last = -max(0, len(lines) - ROWS) * HEIGHT
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height}" width="{width:.0f}" role="img" aria-labelledby="title">',
        f'<title id="title">{html.escape(describe)}</title>',
        "<!-- Made by `make recording` -->",
        f"<style>{STYLE % {'seconds': SECONDS, 'last': last}}{_keyframes(moments)}</style>",
        f'<clipPath id="screen"><rect x="{PADDING / 2}" y="{PADDING}" width="{width - PADDING:.0f}" height="{ROWS * HEIGHT}"/></clipPath>',
        f'<rect class="paper" x="0.5" y="0.5" width="{width - 1:.0f}" height="{height - 1}" rx="8"/>',
        '<g clip-path="url(#screen)"><g class="all">',
        *(_text(line, number) for number, line in enumerate(lines)),
        f'<rect class="cover" x="0" y="{PADDING}" width="{width:.0f}" height="{len(lines) * HEIGHT + 10}"/>',
        "</g></g>", "</svg>",
    ]) + "\n"


def _text(line: Line, number: int) -> str:
    """A line of text; each piece stands at its column, whatever the width of the font."""
    column, pieces = 0, []
    for span in line.spans:
        look = f' class="{span.look}"' if span.look else ""
        pieces.append(f'<tspan x="{PADDING + column * WIDTH:.1f}"{look}>{html.escape(span.text, quote=False)}</tspan>')
        column += len(span.text)
    return f'<text y="{PADDING + (number + 1) * HEIGHT - 5}">{"".join(pieces)}</text>'


def _keyframes(moments: Sequence[float]) -> str:
    """When how many lines are shown, and how far they have scrolled."""
    shown = {f"{moment:.1f}": number for number, moment in enumerate(moments, start=1)}
    steps = [(moment, number * HEIGHT, -max(0, number - ROWS) * HEIGHT) for moment, number in shown.items()]
    covers = " ".join(f"{moment}% {{ transform: translateY({down}px) }}" for moment, down, _up in steps)
    scrolls = " ".join(f"{moment}% {{ transform: translateY({up}px) }}" for moment, _down, up in steps)
    return f"@keyframes show {{ {covers} }}\n@keyframes scroll {{ {scrolls} }}\n"


def main() -> int:
    """Write the recording; exit with the code of the command."""
    events, code = record(sys.argv[2:])
    lines = lines_of(events)
    if code == 0:
        pathlib.Path(sys.argv[1]).write_text(drawn(lines, "A terminal: a check, a run, and a second run without changes"), encoding="utf-8")
    else:
        print("".join(text for _at, text in events))
    return code


if __name__ == "__main__":
    sys.exit(main())
