# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks links in built HTML pages and in Markdown files, without a network: the targets of internal links must exist."""

from __future__ import annotations

import html.parser
import pathlib
import re
import urllib.parse
from collections.abc import Iterable

_FENCE = re.compile(r"^(```|~~~).*?^\1", re.DOTALL | re.MULTILINE)
_CODE = re.compile(r"`[^`\n]*`")
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.*)$", re.MULTILINE)


class _Page(html.parser.HTMLParser):
    def __init__(self, path: pathlib.Path) -> None:
        super().__init__()
        self.links: set[str] = set()
        self.anchors: set[str] = set()
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.anchors.update(filter(None, (given.get("id"), given.get("name") if tag == "a" else None)))
        target = given.get("href") if tag in ("a", "link") else given.get("src")
        if target and target != "#":
            self.links.add(target)


def broken_links(site: pathlib.Path) -> list[str]:
    """Errors in the links of the HTML pages below a folder, one text each."""
    pages = {path: _Page(path) for path in sorted(site.rglob("*.html"))}
    anchors = {path: page.anchors for path, page in pages.items()}
    return [problem for path, page in pages.items() for problem in _problems(path, page.links, anchors)]


def broken_markdown_links(files: Iterable[pathlib.Path]) -> list[str]:
    """Errors in the links of Markdown files as GitHub renders them, one text each."""
    texts = {path.resolve(): _CODE.sub("", _FENCE.sub("", path.read_text(encoding="utf-8"))) for path in files}
    anchors = {path: set(map(_slug, _HEADING.findall(path.read_text(encoding="utf-8")))) for path in texts}
    return [problem for path, text in texts.items() for problem in _problems(path, set(_LINK.findall(text)), anchors)]


def _slug(heading: str) -> str:
    """The anchor that GitHub gives a heading."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def _problems(path: pathlib.Path, links: set[str], anchors: dict[pathlib.Path, set[str]]) -> list[str]:
    return [f"{path}: {link} {why}" for link in sorted(links) if (why := _why_broken(path, link, anchors))]


def _why_broken(path: pathlib.Path, link: str, anchors: dict[pathlib.Path, set[str]]) -> str | None:
    parts = urllib.parse.urlsplit(link)
    if parts.scheme or parts.netloc:
        fine = parts.scheme in ("https", "mailto", "data") and (parts.netloc or parts.scheme != "https")
        return None if fine else "is not an address with https"
    target = (path.parent / urllib.parse.unquote(parts.path)).resolve() if parts.path else path
    if not target.exists():
        return "leads to nothing"
    if parts.fragment and target in anchors and urllib.parse.unquote(parts.fragment) not in anchors[target]:
        return "leads to a heading or an anchor that is not there"
    return None
