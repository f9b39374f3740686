# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Turns reports into one self-contained HTML page: no scripts, no network access, every text escaped."""

from __future__ import annotations

import functools
import os

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup, escape

from ansible_collections.otc.teardown.plugins.plugin_utils._report.history import Index
from ansible_collections.otc.teardown.plugins.plugin_utils._report.merge import overview
from ansible_collections.otc.teardown.plugins.plugin_utils._report.model import CLASSES, class_words
from ansible_collections.otc.teardown.plugins.plugin_utils._report.schema import reports_of
from ansible_collections.otc.teardown.plugins.plugin_utils._version import COLLECTION_VERSION

_TEMPLATES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "templates")


def html(value: object, kept: str | None = None, runs: str | None = None) -> str:
    """The HTML page for one report, or for a list of reports with an overview. Raises ReportError for anything else.

    `kept`: the path of the copy that is kept, if the next run overwrites this page. `runs`: the address of the index.
    """
    together = overview(reports_of(value))
    words = class_words(one.mode for one in together.projects)
    return _template("report.html.j2").render(all=together, foot=together.foot, classes=CLASSES, words=words, kept=kept, runs=runs)


def index_html(index: Index) -> str:
    """The page of all kept reports."""
    titles = {run.head.title for run in index.runs}
    title = titles.pop() if len(titles) == 1 else f"{len(titles):,} projects"
    return _template("index.html.j2").render(index=index, title=title, foot=f"Teardown: all runs of {title}, otc.teardown {COLLECTION_VERSION}")


def breakable(text: object) -> Markup:
    """The text, escaped, with a place for a line break after each underscore; copying it gives the text without them."""
    return escape(text).replace("_", Markup("_<wbr>"))


def css_text(text: str) -> Markup:
    """The text as a string in a style sheet. Every character is a number, so that none can end the string or the style."""
    return Markup('"{}"'.format("".join(f"\\{ord(char):06x}" for char in text)))


@functools.lru_cache(maxsize=2)
def _template(name: str) -> Template:
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, loader=FileSystemLoader(_TEMPLATES), trim_blocks=True, lstrip_blocks=True,
    )
    environment.filters.update(breakable=breakable, css_text=css_text)
    return environment.get_template(name)
