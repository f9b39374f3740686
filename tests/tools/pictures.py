# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Draw the pictures of the documentation: docs/images/NAME.yml becomes NAME.svg, in light and dark colors.

Usage: pictures.py. A source has these keys:

- `title`, `describe`: for people who do not see the picture. `cell`: width and height of a cell in pixels. `equal`: whether all boxes
  are as high as the highest.
- `boxes`: name -> `at` (column and row of its middle, fractions allowed), `title`, `text` (a paragraph or a list of them; a word in
  backticks is code; a paragraph that begins with `#` is a small heading), `look` (a class of STYLE), `width` (in cells).
- `arrows`: `from` and `to` (a box, or `box.side`), `text`, `bend` (pixels by which it swings out), `leave` and `arrive` (pixels from
  the middle of the side), `look`, `at` (where on its way the text stands, from 0 to 1).
"""

from __future__ import annotations

import html
import pathlib
import re
import sys
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
SOURCES = ROOT / "docs" / "images"

PADDING, GAP, LINE, HEADING, MOST_STRAIGHT = 14, 28, 18, 22, 14
# Widths of characters in pixels: a little more than the usual fonts need.
WIDE, WIDE_TITLE = 6.9, 8.6
_CODE = re.compile(r"`([^`]+)`")
_OUT = {"top": (0, -1), "bottom": (0, 1), "left": (-1, 0), "right": (1, 0)}

STYLE = """
svg { --paper: #ffffff; --ink: #1f2328; --muted: #59636e; --line: #6e7781;
  --plain: #f6f8fa; --go: #dff3e4; --stop: #fdeae8; --wait: #fff4d6; --step: #e1effe; --edge: #c4ccd4;
  font: 13px system-ui, -apple-system, "Segoe UI", Helvetica, Arial, sans-serif; }
@media (prefers-color-scheme: dark) {
  svg { --paper: #0d1117; --ink: #e6edf3; --muted: #a0a9b4; --line: #8b949e;
    --plain: #161b22; --go: #12331f; --stop: #43201f; --wait: #3a2f12; --step: #15304f; --edge: #3d444d; } }
text { fill: var(--ink); }
.paper { fill: var(--paper); }
.box { stroke: var(--edge); fill: var(--plain); }
.go { fill: var(--go); } .stop { fill: var(--stop); } .wait { fill: var(--wait); } .step { fill: var(--step); }
.none { fill: none; stroke: none; }
.title { font-weight: 600; font-size: 15px; } .head { fill: var(--muted); font-size: 11.5px; }
.code { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; font-size: 12px; }
.arrow { fill: none; stroke: var(--line); stroke-width: 1.5; } .dashed { stroke-dasharray: 5 4; }
.tip { fill: var(--line); }
.label { text-anchor: middle; font-size: 12px; stroke: var(--paper); stroke-width: 7px; paint-order: stroke; stroke-linejoin: round; }
"""


class PictureError(Exception):
    """A source is wrong; the text says where."""


class Line(NamedTuple):
    """A line of text in a box: its look, its text, its height."""

    look: str
    text: str
    height: int


class Box(NamedTuple):
    """A box with its middle and size in pixels."""

    x: float
    y: float
    width: float
    height: float
    look: str
    lines: tuple[Line, ...]

    def edge(self, side: str) -> tuple[float, float]:
        """The middle of a side."""
        across, down = _OUT[side]
        return self.x + across * self.width / 2, self.y + down * self.height / 2


class Arrow(NamedTuple):
    """The four points of its curve, its tip and the side where it arrives, its look, its texts, and where on its way they stand."""

    curve: tuple[tuple[float, float], ...]
    stop: tuple[float, float]
    into: str
    look: str
    texts: tuple[str, ...]
    at: float

    def point(self, at: float) -> tuple[float, float]:
        """The place on the curve; 0 is its beginning, 1 its end."""
        shares = ((1 - at) ** 3, 3 * at * (1 - at) ** 2, 3 * at ** 2 * (1 - at), at ** 3)
        x, y = (sum(share * point[axis] for share, point in zip(shares, self.curve)) for axis in (0, 1))
        return x, y


def picture(source: Mapping[str, Any], name: str) -> str:
    """The SVG of a source. Raises PictureError."""
    boxes = {key: _box(one, source["cell"]) for key, one in source["boxes"].items()}
    if source.get("equal"):
        boxes = {key: box._replace(height=max(other.height for other in boxes.values())) for key, box in boxes.items()}
    arrows = [_arrow(one, boxes, f"{name}: arrow {number}") for number, one in enumerate(source.get("arrows", ()), start=1)]
    left, top, width, height = _frame([*boxes.values()], arrows)
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{left:.0f} {top:.0f} {width:.0f} {height:.0f}"'
        f' width="{width:.0f}" role="img"'
        ' aria-labelledby="title describe">',
        f'<title id="title">{html.escape(source["title"])}</title>',
        f'<desc id="describe">{html.escape(source["describe"].strip())}</desc>',
        f"<!-- Made by `make pictures` from {name}.yml -->",
        f"<style>{STYLE}</style>",
        f'<rect class="paper" x="{left:.0f}" y="{top:.0f}" width="{width:.0f}" height="{height:.0f}" rx="8"/>',
        *(line for box in boxes.values() for line in _drawn(box)),
        *(line for arrow in arrows for line in _drawn_arrow(arrow)),
        "</svg>",
    ]) + "\n"


def _box(source: Mapping[str, Any], cell: tuple[float, float]) -> Box:
    width = source.get("width", 1) * cell[0] - GAP
    lines = list(_lines(source, int((width - 2 * PADDING) / WIDE), int((width - 2 * PADDING) / WIDE_TITLE)))
    height = sum(line.height for line in lines) + 2 * PADDING - 6
    column, row = source["at"]
    return Box((column + 0.5) * cell[0], (row + 0.5) * cell[1], width, height, source.get("look", ""), tuple(lines))


def _lines(source: Mapping[str, Any], most: int, most_in_title: int) -> Iterator[Line]:
    yield from (Line("title", line, HEADING) for line in textwrap.wrap(source.get("title", ""), most_in_title))
    texts = source.get("text", ())
    for text in [texts] if isinstance(texts, str) else texts:
        look = "head" if text.startswith("#") else "body"
        height = LINE + 6 if look == "head" else LINE
        yield from (Line(look, line, height) for line in textwrap.wrap(text.lstrip("# "), most, break_long_words=False, break_on_hyphens=False))


def _drawn(box: Box) -> Iterator[str]:
    left, top = box.x - box.width / 2, box.y - box.height / 2
    yield f'<rect class="box {box.look}" x="{left:.1f}" y="{top:.1f}" width="{box.width:.1f}" height="{box.height:.1f}" rx="8"/>'
    below = top + PADDING
    for line in box.lines:
        below += line.height
        yield f'<text class="{line.look}" x="{left + PADDING:.1f}" y="{below - 5:.1f}">{_spans(line.text)}</text>'


def _spans(text: str) -> str:
    return _CODE.sub(r'<tspan class="code">\1</tspan>', html.escape(text, quote=False))


def _arrow(source: Mapping[str, Any], boxes: Mapping[str, Box], where: str) -> Arrow:
    (first, out), (last, into) = (_end(source[key], boxes, where) for key in ("from", "to"))
    out, into = out or _facing(first, last), into or _facing(last, first)
    apart = 18 if first is last else 0
    start = _beside(first.edge(out), out, source.get("leave", 0) - apart)
    stop = _beside(last.edge(into), into, source.get("arrive", 0) + apart)
    bend = source.get("bend", max(MOST_STRAIGHT, abs(stop[bool(_OUT[out][1])] - start[bool(_OUT[out][1])]) / 2))
    tip = _moved(stop, into, 7)
    curve = (start, _moved(start, out, bend), _moved(tip, into, bend), tip)
    texts = tuple(filter(None, str(source.get("text", "")).split("\n")))
    return Arrow(curve, stop, into, source.get("look", ""), texts, source.get("at", 0.5))


def _drawn_arrow(arrow: Arrow) -> Iterator[str]:
    points = [f"{x:.1f},{y:.1f}" for x, y in arrow.curve]
    yield f'<path class="arrow {arrow.look}" d="M{points[0]} C{" ".join(points[1:])}"/>'
    yield _tip(arrow.stop, arrow.into)
    x, y = arrow.point(arrow.at)
    for number, text in enumerate(arrow.texts):
        yield f'<text class="label" x="{x:.1f}" y="{y + 4 + LINE * (number - (len(arrow.texts) - 1) / 2):.1f}">{_spans(text)}</text>'


def _frame(boxes: Iterable[Box], arrows: Iterable[Arrow]) -> tuple[float, float, float, float]:
    """Left, top, width and height of a picture with all of these in it."""
    points = [(box.x + sign * box.width / 2, box.y + sign * box.height / 2) for box in boxes for sign in (-1, 1)]
    points += [arrow.point(step / 20) for arrow in arrows for step in range(21)]
    (left, right), (top, bottom) = ((min(line) - GAP / 2, max(line) + GAP / 2) for line in zip(*points))
    return left, top, right - left, bottom - top


def _end(written: str, boxes: Mapping[str, Box], where: str) -> tuple[Box, str]:
    name, _dot, side = written.partition(".")
    if name not in boxes or side not in ("", *_OUT):
        raise PictureError(f"{where}: {written!r} is no box, nor a side of one ({', '.join(_OUT)})")
    return boxes[name], side


def _facing(here: Box, there: Box) -> str:
    """The side of a box that faces another one."""
    across, down = there.x - here.x, there.y - here.y
    if abs(across) - (here.width + there.width) / 2 >= abs(down) - (here.height + there.height) / 2:
        return "right" if across > 0 else "left"
    return "bottom" if down > 0 else "top"


def _moved(point: tuple[float, float], side: str, pixels: float) -> tuple[float, float]:
    return point[0] + _OUT[side][0] * pixels, point[1] + _OUT[side][1] * pixels


def _beside(point: tuple[float, float], side: str, pixels: float) -> tuple[float, float]:
    """Along the side: the two ends of an arrow from a box to itself must not be the same point."""
    return point[0] + abs(_OUT[side][1]) * pixels, point[1] + abs(_OUT[side][0]) * pixels


def _tip(point: tuple[float, float], side: str) -> str:
    (across, down), back = _OUT[side], _moved(point, side, 9)
    corners = (point, (back[0] + down * 4.5, back[1] + across * 4.5), (back[0] - down * 4.5, back[1] - across * 4.5))
    return f'<polygon class="tip" points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in corners)}"/>'


def pictures(folder: pathlib.Path = SOURCES) -> dict[pathlib.Path, str]:
    """File -> the SVG that it should hold, for each source in a folder."""
    return {path.with_suffix(".svg"): picture(yaml.safe_load(path.read_text(encoding="utf-8")), path.stem)
            for path in sorted(folder.glob("*.yml"))}


def main() -> int:
    """Write the pictures that have changed."""
    for path, text in pictures().items():
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            print(f"wrote {path.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
