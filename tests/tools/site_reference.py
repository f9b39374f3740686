# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages of the docsite that list modules, roles and playbooks, and other plugins. What is internal is not listed."""

from __future__ import annotations

import json
import pathlib
import subprocess
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import yaml

COLLECTION = "otc.teardown."
LINKS = "module-links.txt"
"""A part of the start page."""
_INTERNAL = "Internal"
_TO_LIST = "_info"
_ALL_KINDS = "jobs"
_BREAK = "\N{ZERO WIDTH SPACE}"
# The theme shows the headings of a page beside it, and refuses a list of them in the text.
_CONTENTS = ".. contents::\n   :local:\n   :depth: 1\n"


class Entry(NamedTuple):
    """A plugin or role: its short name, its page below reference/, and what it does in one line."""

    name: str
    page: str
    text: str

    @property
    def title(self) -> str:
        """The name, which may be broken after an underscore: on a phone, and in the side bar."""
        return self.name.replace("_", f"_{_BREAK}")

    @property
    def link(self) -> str:
        """Markdown that leads to the page."""
        return f"[{self.title}](reference/{self.page}.rst)"


def documented(dump: Mapping[str, Any], kind: str) -> list[Entry]:
    """Plugins or roles of this type in what ansible-doc says of the collection, without internal ones."""
    found = []
    for name, entry in dump.get(kind, {}).items():
        doc = entry["entry_points"]["main"] if kind == "role" else entry["doc"]
        short = name.removeprefix(COLLECTION)
        if not doc["description"][0].startswith(_INTERNAL):
            found.append(Entry(short, f"{short}_{kind}", doc["short_description"]))
    return found


def described(root: pathlib.Path) -> Mapping[str, Any]:
    """What ansible-doc says of every plugin of the collection. Raises CalledProcessError if it fails."""
    done = subprocess.run(["ansible-doc", "--metadata-dump", COLLECTION.rstrip(".")], cwd=root, check=True, capture_output=True)
    return json.loads(done.stdout)["all"]


def links_to(modules: Iterable[Entry]) -> str:
    """One line with a link to each module, for the start page; a twin that lists stands in the page of the one that stops."""
    return " · ".join(entry.link for entry in modules if not entry.name.endswith(_TO_LIST)) + "\n"


def modules_page(modules: Iterable[Entry]) -> str:
    """A table of the modules that stop, each beside its twin that lists; then the other modules."""
    found = {entry.name: entry for entry in modules}
    stops = sorted((name for name in found if name + _TO_LIST in found), key=lambda name: (name != _ALL_KINDS, name))
    rows = [f"| {found[name].text} | {found[name].link} | {found[name + _TO_LIST].link} |" for name in stops]
    paired = {*stops, *(name + _TO_LIST for name in stops)}
    return "\n".join([
        "# Modules", "", "Each kind of job has two modules with the same selection: one stops, one lists and changes nothing.", "",
        "| | Stop | List |", "|---|---|---|", *rows, "",
        *_bullets(entry for name, entry in found.items() if name not in paired), "", *_tree(found.values()),
    ])


def roles_page(roles: Iterable[Entry], root: pathlib.Path) -> str:
    """Playbooks with the names of their plays, and roles."""
    plays = [(path.stem, yaml.safe_load(path.read_text(encoding="utf-8"))[0]["name"]) for path in sorted(root.glob("playbooks/*.yml"))]
    return "\n".join([
        "# Playbooks and roles", "", "| playbook | |", "|---|---|", *(f"| `{COLLECTION}{name}` | {text} |" for name, text in plays), "",
        "The variables of the playbooks are those of the role `teardown`.", "", *_bullets(roles), "", *_tree(roles),
    ])


def others_page(others: Iterable[Entry]) -> str:
    """Filters and the inventory plugin."""
    return "\n".join(["# Inventory and filters", "", *_bullets(others), "", *_tree(others)])


def _bullets(entries: Iterable[Entry]) -> list[str]:
    return [f"- {entry.link}: {entry.text}" for entry in entries]


def _tree(entries: Iterable[Entry]) -> list[str]:
    """The pages in the side bar, by their short names."""
    return ["```{toctree}", ":hidden:", *(f"{entry.title} <reference/{entry.page}>" for entry in entries), "```", ""]


def fit(reference: pathlib.Path) -> None:
    """Fit the pages of antsibull-docs to the theme."""
    for path in reference.glob("*.rst"):
        path.write_text(path.read_text(encoding="utf-8").replace(_CONTENTS, ""), encoding="utf-8")


def write(source: pathlib.Path, root: pathlib.Path) -> None:
    """Write the three pages, and the links for the start page, into the source of the site."""
    dump = described(root)
    modules = documented(dump, "module")
    (source / LINKS).write_text(links_to(modules), encoding="utf-8")
    others = [*documented(dump, "inventory"), *documented(dump, "filter")]
    for name, text in (("modules", modules_page(modules)),
                       ("playbooks-and-roles", roles_page(documented(dump, "role"), root)),
                       ("inventory-and-filters", others_page(others))):
        (source / f"{name}.md").write_text(text, encoding="utf-8")
