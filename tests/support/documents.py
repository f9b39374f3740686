# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The examples in the documentation: in Markdown, in plugins and in roles.

A block of YAML with a file name behind its language is a file of the guide; a block without one that uses this
collection is a playbook, or tasks. Each line in a block of shell that plays something is a command of the guide.
"""

from __future__ import annotations

import ast
import pathlib
import re
import shlex
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
_BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_OF_ANSIBLE = ("ansible-playbook ", "ansible-inventory ", "ansible-vault ")
_OF_THE_SHELL = ("curl ",)
_REAL_ADDRESS = "https://{service}.eu-de.otc.t-systems.com"


class Block(NamedTuple):
    """A fenced block: its language, the name of its file if it has one, its text."""

    language: str
    file: str
    text: str

    def commands(self) -> list[list[str]]:
        """The commands in a block of shell that can be played; a line that ends in a backslash goes on in the next.

        A line with a command of Ansible is split into words; another one, which may hold pipes and variables, goes to bash.
        """
        if self.language != "shell":
            return []
        lines = self.text.replace("\\\n", " ").splitlines()
        return [shlex.split(line) if line.startswith(_OF_ANSIBLE) else ["bash", "-euo", "pipefail", "-c", line]
                for line in lines if line.startswith(_OF_ANSIBLE + _OF_THE_SHELL)]


def markdown_files() -> list[pathlib.Path]:
    """README, the pages of docs/, and the READMEs of roles."""
    return [ROOT / "README.md", *sorted(ROOT.glob("docs/**/*.md")), *sorted(ROOT.glob("roles/*/README.md"))]


def blocks_of(path: pathlib.Path) -> list[Block]:
    """All fenced blocks of a Markdown file."""
    return [Block(*found) for found in _BLOCK.findall(path.read_text(encoding="utf-8"))]


def guides() -> list[pathlib.Path]:
    """The files that hold commands to run, which makes them stories from their first line to their last."""
    return [path for path in markdown_files() if any(block.commands() for block in blocks_of(path))]


class Example(NamedTuple):
    """A playbook or tasks: where it stands, its YAML text, and the files of the same document by name."""

    where: str
    text: str
    files: Mapping[str, str] = {}


def examples() -> Iterator[Example]:
    """Each example that is a playbook or tasks and uses this collection."""
    for path in markdown_files():
        where = f"role-{path.parent.name}" if path.parent.parent.name == "roles" else path.stem
        blocks = blocks_of(path)
        files = {block.file: block.text for block in blocks if block.file}
        texts = [block.text for block in blocks if block.language == "yaml" and not block.file]
        yield from (Example(f"{where}-{number}", text, files) for number, text in enumerate(texts) if "otc.teardown." in text)
    for path in sorted(ROOT.glob("plugins/modules/[!_]*.py")):
        yield Example(path.stem, _examples_in(path))
    for path in sorted(ROOT.glob("plugins/filter/*.yml")):
        yield Example(path.stem, yaml.safe_load(path.read_text(encoding="utf-8"))["EXAMPLES"])


def inventories() -> list[tuple[str, str]]:
    """(name of the file, YAML text) of each example of the inventory plugin; a comment names the file."""
    texts = _examples_in(ROOT / "plugins" / "inventory" / "projects.py").split("\n---\n")
    return [(re.search(r"^# (\S+):", text, re.MULTILINE)[1], text) for text in texts]


def _examples_in(path: pathlib.Path) -> str:
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "EXAMPLES":
            return ast.literal_eval(node.value)
    raise AssertionError(f"{path.name} has no EXAMPLES")


def playbook(text: str) -> list[dict[str, Any]]:
    """The example as a playbook: itself, or a play of its tasks."""
    found = yaml.safe_load(text)
    if "hosts" in found[0] or "ansible.builtin.import_playbook" in found[0]:
        return found
    return [{"name": "Play the example", "hosts": "localhost", "gather_facts": False, "tasks": found}]


def here(text: str, url: str, endpoints: dict[str, str]) -> str:
    """The text with the addresses of a simulated cloud in place of those of the real one."""
    for service, address in endpoints.items():
        text = text.replace(_REAL_ADDRESS.format(service=service), address)
    return text.replace("http://127.0.0.1:8080", url)
