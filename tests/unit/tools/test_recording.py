# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A recording shows what a terminal has shown."""

from __future__ import annotations

import re
import sys
import xml.etree.ElementTree as ET

import pytest

from tests.support.documents import ROOT
from tests.tools.recording import COLUMNS, FIRST_LINES, ROWS, SECONDS, Line, Span, drawn, lines_of, record


def shown(text):
    """The lines of a text that was printed at once."""
    return [line.spans for line in lines_of([(0.0, text)])]


@pytest.mark.parametrize(("printed", "spans"), [
    ("plain\r\n", [(Span("", "plain"),)]),
    ("\x1b[0;33mchanged\x1b[0m: x\r\n", [(Span("c33", "changed"), Span("", ": x"))]),
    ("\x1b[1m$ \x1b[31mred\x1b[0m\n", [(Span("bold", "$ "), Span("bold c31", "red"))]),
    ("\x1b[32mone\ntwo\x1b[0m\n", [(Span("c32", "one"),), (Span("c32", "two"),)]),
    ("\n", [()]),
    ("x" * (COLUMNS + 2) + "\n", [(Span("", "x" * COLUMNS),), (Span("", "xx"),)]),
    ("no end", []),
])
def test_lines_have_the_colors_of_the_terminal(printed, spans):
    assert shown(printed) == spans


def test_a_line_is_there_when_its_end_was_printed():
    assert [line.at for line in lines_of([(0.5, "a\nb"), (2.0, "\n")])] == [0.5, 2.0]


def test_a_recording_begins_with_lines_ends_with_the_last_and_heeds_who_wants_less_motion():
    lines = [Line(number / 2, (Span("", f"<{number}>"),)) for number in range(60)]
    picture = drawn(lines, "a & b")
    root = ET.fromstring(picture)
    texts = ["".join(one.itertext()) for one in root.iter() if one.tag.endswith("text")]
    assert texts == [f"<{number}>" for number in range(60)]
    frames = [int(pixels) for pixels in re.findall(r"translateY\((\d+)px\)", picture.partition("@keyframes show")[2].partition("@keyframes scroll")[0])]
    assert frames[0] == FIRST_LINES * 18 and frames[-1] == 60 * 18 and f"show {SECONDS}s" in picture
    still = f"translateY({-(60 - ROWS) * 18}px)"
    assert picture.count(still) >= 2 and "prefers-reduced-motion: reduce) { .all { animation: none; } }" in picture


def test_a_command_sees_a_terminal():
    events, code = record([sys.executable, "-c", "import os, sys; print(os.get_terminal_size().columns, sys.stdout.isatty()); sys.exit(3)"])
    assert ([line.spans for line in lines_of(events)], code) == ([(Span("", f"{COLUMNS} True"),)], 3)


def test_the_recording_of_the_readme_is_short_and_shows_three_runs():
    picture = (ROOT / "docs" / "images" / "demo.svg").read_text(encoding="utf-8")
    texts = "\n".join("".join(one.itertext()) for one in ET.fromstring(picture).iter() if one.tag.endswith("text"))
    assert re.findall(r"\$ ansible-playbook (.*)", texts) == ["stop.yml --check --diff", "stop.yml", "stop.yml"]
    assert re.findall(r"changed=\d+", texts) == ["changed=1", "changed=1", "changed=0"]
    assert SECONDS <= 12 and "prefers-reduced-motion" in picture
