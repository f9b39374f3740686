# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The files that are generated as a whole: the modules of each kind, and the table of all kinds."""

from __future__ import annotations

import pathlib
import textwrap
from collections.abc import Sequence
from typing import Any

import jinja2
import yaml

from tests.tools.kinds.words import Kind

TEMPLATES = pathlib.Path(__file__).parent / "templates"
WIDTH = 120


def modules(kind: Kind) -> dict[str, str]:
    """The two modules of a kind: file below the root -> text."""
    statuses, listing = kind.resource.statuses, kind.resource.dialects[0].listing
    values = {
        "kind": kind.resource,
        "words": kind.words,
        "raw": {name: name for name in statuses.phases} | {name: number for number, name in statuses.numbers.items()},
        # One request for the login, one for each pass of the list.
        "calls_to_list": 1 + (len(listing.passes.values) if listing.passes else 1),
    }
    return {
        f"plugins/modules/{kind.name}.py": _rendered("stop.py.j2", **values),
        f"plugins/modules/{kind.name}_info.py": _rendered("info.py.j2", **values),
    }


def table(kinds: Sequence[Kind]) -> dict[str, str]:
    """The table of all kinds for the code: file below the root -> text."""
    names = [kind.name for kind in kinds]
    return {"plugins/module_utils/_modules/kinds.py": _rendered("kinds.py.j2", names=names)}


def scalar(text: str, indent: int = 0) -> str:
    """A text as YAML: plain if possible, else in quotes; wrapped, with further lines indented by `indent` blanks."""
    if yaml.safe_load(f"- {text}") != [text]:
        quoted = text.replace("\\", "\\\\").replace('"', '\\"')
        text = f'"{quoted}"'
    lines = textwrap.wrap(text, WIDTH - indent, break_long_words=False, break_on_hyphens=False)
    return f"\n{' ' * indent}".join(lines)


def items(texts: Sequence[str], indent: int) -> str:
    """Texts as a list in YAML, indented by `indent` blanks."""
    return "\n".join(f"{' ' * indent}- {scalar(text, indent + 2)}" for text in texts)


def _rendered(template: str, **values: Any) -> str:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES), undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True,
        keep_trailing_newline=True, autoescape=False,
    )
    environment.filters.update(scalar=scalar, items=items)
    return environment.get_template(template).render(**values)
