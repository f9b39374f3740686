# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Markdown files: links lead somewhere, and quoted messages are those of the code."""

from __future__ import annotations

import ast
import re

import pytest

from tests.support.documents import ROOT, markdown_files
from tests.tools.check_links import broken_markdown_links
from tests.tools.docsite import for_the_site

MESSAGES = re.compile(r"^\| message \|.*\n\|---.*\n((?:\|.*\n)+)", re.MULTILINE)


def test_links_lead_somewhere():
    files = [*markdown_files(), *ROOT.glob("*.md")]
    assert broken_markdown_links(dict.fromkeys(files)) == []


@pytest.mark.parametrize(("text", "wrong"), [
    ("[a](b.md)", "b.md leads to nothing"),
    ("[a](other.md#nowhere)", "other.md#nowhere leads to a heading"),
    ("[a](#nowhere)", "#nowhere leads to a heading"),
    ("[a](http://example.com)", "is not an address with https"),
    ("[a](other.md#one-two) [b](https://example.com) `[c](d)` [e](#here)\n## Here\n```\n[f](g)\n```\n", None),
])
def test_wrong_links_are_found(tmp_path, text, wrong):
    (tmp_path / "page.md").write_text(text, encoding="utf-8")
    (tmp_path / "other.md").write_text("# One: `two`\n", encoding="utf-8")
    found = broken_markdown_links(tmp_path.glob("*.md"))
    assert (wrong in found[0] and len(found) == 1) if wrong else not found


def titles():
    """Each page -> its title."""
    return {path.resolve(): path.read_text(encoding="utf-8").partition("\n")[0].removeprefix("# ") for path in ROOT.glob("docs/**/*.md")}


def test_pages_are_linked_by_their_titles_in_the_readme():
    """In its list of guides; and no page for users is missing there."""
    table = (ROOT / "README.md").read_text(encoding="utf-8").partition("## Guides")[2].partition("\n## ")[0]
    linked = {(ROOT / target).resolve(): text for text, target in re.findall(r"\[([^\]]+)\]\(([^)]+)\)", table)}
    assert linked == {path: title for path, title in titles().items() if path.parent == ROOT / "docs"}


def test_the_start_page_leads_to_every_page_by_its_title():
    """The side bar takes a title from the page, because no entry gives another one."""
    start = (ROOT / "docs/docsite/index.md").read_text(encoding="utf-8")
    entries = "\n".join(re.findall(r"^```{toctree}\n(?::[^\n]*\n)*\n(.*?)```", start, re.MULTILINE | re.DOTALL)).split()
    assert "<" not in "".join(entries)
    assert {path.stem for path in titles() if path.parent == ROOT / "docs"} <= set(entries)


def texts_of_the_code():
    """All texts in the code, with a null character for what is filled in."""
    for path in ROOT.glob("plugins/**/*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.JoinedStr):
                yield "".join(part.value if isinstance(part, ast.Constant) else "\0" for part in node.values)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value
    for path in (*ROOT.glob("roles/*/tasks/*.yml"), *ROOT.glob("playbooks/**/*.yml")):
        yield path.read_text(encoding="utf-8")


def test_messages_are_those_of_the_code():
    """A reworded message fails here until its line in the guide is changed."""
    guide = (ROOT / "docs" / "troubleshooting.md").read_text(encoding="utf-8")
    cells = [row.split(" | ")[0] for table in MESSAGES.findall(guide) for row in table.splitlines()]
    quoted = [part.strip(" ;:") for cell in cells for message in re.findall(r"`([^`]+)`", cell) for part in message.split("…")]
    code = "\n".join(texts_of_the_code())
    assert len(cells) > 40
    assert [part for part in quoted if part and part not in code] == []


@pytest.mark.parametrize(("page", "link", "turned"), [
    ("docs/awx.md", "login.md#four-ways", "login.md#four-ways"),
    ("docs/awx.md", "dev/decisions.md", "dev/decisions.md"),
    ("docs/awx.md", "../roles/teardown/README.md#variables", "#ansible_collections.otc.teardown.teardown_role"),
    ("docs/awx.md", "../plugins/x.py", "https://github.com/otc-teardown/otc.teardown/blob/main/plugins/x.py"),
    ("docs/awx.md", "#here", "#here"),
    ("docs/awx.md", "https://example.com/a", "https://example.com/a"),
    ("docs/dev/decisions.md", "../kinds.md#statuses", "../kinds.md#statuses"),
    ("docs/dev/decisions.md", "../../tests/matrix.py", "https://github.com/otc-teardown/otc.teardown/blob/main/tests/matrix.py"),
    ("docs/docsite/index.md", "../login.md", "login.md"),
    ("docs/docsite/index.md", "../images/a.svg", "images/a.svg"),
    ("docs/login.md", "docsite/index.md", "index.md"),
])
def test_links_of_pages_fit_the_site(page, link, turned):
    """A link between pages stays; one to a role leads to its page; one to anything else leads to the repository."""
    assert for_the_site(f"[a]({link})", page) == f"[a]({turned})"
