# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which files depend on ansible-core: those that import it, or that import a file of this checkout that does."""

from __future__ import annotations

import ast
import functools
import pathlib
from collections.abc import Iterator

ROOT = pathlib.Path(__file__).resolve().parents[2]
_COLLECTION = "ansible_collections.otc.teardown."


@functools.cache
def depends_on_core(path: pathlib.Path) -> bool:
    """Whether the file, or any that it imports from this checkout, imports ansible; wherever in it, and whether it is run or not."""
    waiting, seen = [path], set()
    while waiting:
        here = waiting.pop()
        if here in seen:
            continue
        seen.add(here)
        names = _imported(here)
        if any(name.partition(".")[0] == "ansible" for name in names):
            return True
        waiting += [file for name in names for file in _files_of(name)]
    return False


@functools.cache
def _imported(path: pathlib.Path) -> frozenset[str]:
    """The full names of all that a file imports."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"), str(path))):
        if isinstance(node, ast.Import):
            names |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {f"{node.module}.{name.name}" for name in node.names}
    return frozenset(names)


def _files_of(name: str) -> Iterator[pathlib.Path]:
    """What is run of this checkout to import something: a module, or what a name stands in, and the packages around it."""
    parts = name.removeprefix(_COLLECTION).split(".")
    if parts[0] in ("plugins", "tests"):
        for depth in range(1, len(parts) + 1):
            place = ROOT.joinpath(*parts[:depth])
            yield from (file for file in (place.with_suffix(".py"), place / "__init__.py") if file.is_file())
