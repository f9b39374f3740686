# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pictures of the documentation are drawn from their sources."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pytest
import yaml

from tests.support.documents import ROOT, markdown_files
from tests.tools.pictures import SOURCES, PictureError, picture, pictures

STATES = yaml.safe_load((SOURCES / "states.yml").read_text(encoding="utf-8"))
TWO = {"title": "Two", "describe": "a and b", "cell": [200, 80], "boxes": {
    "a": {"at": [0, 0], "title": "a <b>", "text": ["# reads", "one `two` three"]}, "b": {"at": [2, 0], "title": "b"},
}}


def test_pictures_are_up_to_date():
    assert [path.name for path, text in pictures().items() if path.read_text(encoding="utf-8") != text] == [], "run `make pictures`"


def test_a_picture_says_what_is_in_it():
    """It is XML, has a title and a description, shows text as text, and has colors for light and dark."""
    drawn = ET.fromstring(picture({**TWO, "arrows": [{"from": "a", "to": "b", "text": "go"}]}, "two"))
    texts = ["".join(one.itertext()) for one in drawn.iter() if one.tag.endswith(("title", "desc", "text"))]
    assert texts == ["Two", "a and b", "a <b>", "reads", "one two three", "b", "go"]
    assert "prefers-color-scheme: dark" in "".join(drawn.itertext())


def test_all_of_a_picture_is_in_its_frame():
    """Also an arrow that swings out."""
    arrow = {"from": "a.top", "to": "b.top", "bend": 200}
    _left, top, _width, height = map(float, ET.fromstring(picture({**TWO, "arrows": [arrow]}, "two")).attrib["viewBox"].split())
    assert top < -100 and height > 200


@pytest.mark.parametrize("end", ["c", "a.above"])
def test_an_arrow_from_nowhere_is_an_error(end):
    with pytest.raises(PictureError, match=f"two: arrow 1: '{end}' is no box, nor a side of one"):
        picture({**TWO, "arrows": [{"from": end, "to": "b"}]}, "two")


def test_the_states_show_every_outcome():
    """Those that the table of decisions names."""
    table = (ROOT / "docs" / "decision-table.md").read_text(encoding="utf-8").partition("## By how it is read")[0]
    cells = re.findall(r"^\|[^|]*\|[^|]*\|([^|]*)\| (?:yes|no)", table, re.MULTILINE)
    outcomes = {name for cell in cells for name in re.findall(r"`([a-z_]+)`", cell)} - {"spared_by"}
    shown = {name for arrow in STATES["arrows"] for name in re.findall(r"`([a-z_]+)`", arrow["text"])}
    assert shown == outcomes


def test_the_parts_of_the_plan_page_are_those_of_the_page():
    parts = yaml.safe_load((SOURCES / "plan-page.yml").read_text(encoding="utf-8"))["boxes"]
    page = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "plugins/plugin_utils/_report").rglob("*.*") if path.suffix in (".j2", ".py"))
    headings = [parts[name]["title"] for name in ("asked", "jobs", "kinds", "who")]
    assert [heading for heading in headings if heading not in page] == []


def test_every_picture_is_shown_somewhere():
    pages = "\n".join(path.read_text(encoding="utf-8") for path in markdown_files())
    shown = set(re.findall(r"images/([\w.-]+\.(?:svg|png))", pages))
    assert shown == {path.name for path in SOURCES.iterdir() if path.suffix != ".yml"}
