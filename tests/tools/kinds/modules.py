# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The files that are generated as a whole: the modules of each kind, and the table of all kinds."""

from __future__ import annotations

import json
import pathlib
import re
import textwrap
from collections.abc import Sequence
from typing import Any

import jinja2
import yaml

from ansible_collections.otc.teardown.plugins.module_utils._modules.argument_spec import selection_spec
from tests.tools.kinds.words import Kind

TEMPLATES = pathlib.Path(__file__).parent / "templates"
WIDTH = 120


def modules(kind: Kind) -> dict[str, str]:
    """The two modules of a kind: file below the root -> text."""
    dialect = kind.resource.dialects[0]
    passes = len(dialect.listing.passes.values) if dialect.listing.passes else 1
    values = {
        "kind": kind.resource,
        "words": kind.words,
        "hints": _hints(kind),
        "select": _select(kind),
        "raw": {name: number for number, name in kind.resource.statuses.numbers.items()},
        # One login, one request for the list of parents, one for each pass of the list.
        "calls_to_list": 1 + bool(kind.resource.parent) + passes,
        "calls_to_poll": 1 if dialect.read_one or dialect.poll_many else passes,
    }
    return {
        f"plugins/modules/{kind.name}.py": _rendered("stop.py.j2", **values),
        f"plugins/modules/{kind.name}_info.py": _rendered("info.py.j2", **values),
    }


def _select(kind: Kind) -> str:
    """How to select jobs of this kind, in one paragraph: the options stand in alphabetical order between many others."""
    resource = kind.resource
    by_id = f"O({resource.ids_option})"
    if resource.parent:
        by_id = f"O({resource.parent.option}) with {by_id}"
    known = selection_spec(resource)["filters"]["options"]
    filters = ", ".join(f"O(filters.{name})" for name in known if name in resource.filters)
    narrower = f" O({resource.parent.option}) also narrows O(filters) and O(all)." if resource.parent else ""
    return (f"B(How to select:) exactly one of {by_id}, O(jobs), O(filters) and O(all).{narrower} O(exclude) always wins. "
            f"Filters of this kind: {filters}.")


def _hints(kind: Kind) -> dict[str, list[str]]:
    """Notes that every kind has: of both modules, and of the one that stops."""
    words = kind.words
    both = [f"Without filters, the module reads: {words['reads']}."]
    both += [f"Without filters, it does not show: {words['unfiltered_list_hides']}."] if words["unfiltered_list_hides"] else []
    types = ", ".join(f"V({value})" for value in kind.resource.job_types)
    both += [f"The types for O(filters.job_types) are {types}."] if types else []
    stop = [f"A stop loses {words['a_stop_loses']}."] if words["a_stop_loses"] else []
    stop += [f"Costs that continue after the stop: {words['goes_on_costing']}."] if words["goes_on_costing"] else []
    # Words are Markdown, modules have markup of their own.
    return {key: [re.sub(r"`([^`]+)`", r"C(\1)", text) for text in texts] for key, texts in (("both", both), ("stop", stop))}


def table(kinds: Sequence[Kind]) -> dict[str, str]:
    """The tables of all kinds for the code, facts and words: file below the root -> text."""
    names = [kind.name for kind in kinds]
    return {
        "plugins/module_utils/_modules/kinds.py": _rendered("kinds.py.j2", names=names),
        "plugins/plugin_utils/_words.py": _rendered("words.py.j2", kinds=kinds),
    }


def literal(text: str | None) -> str:
    """A text, or None, as Python: in double quotes, in several parts if it is long."""
    if text is None:
        return "None"
    lines = textwrap.wrap(text, WIDTH, break_long_words=False, break_on_hyphens=False, drop_whitespace=False)
    return "\n        ".join(json.dumps(line, ensure_ascii=False) for line in lines)


def scalar(text: str | None, indent: int = 0) -> str:
    """A text, or None, as YAML: plain if possible, else in quotes; wrapped, with further lines indented by `indent` blanks."""
    if text is None:
        return "null"
    if not _is_plain(text):
        quoted = text.replace("\\", "\\\\").replace('"', '\\"')
        text = f'"{quoted}"'
    lines = textwrap.wrap(text, WIDTH - indent, break_long_words=False, break_on_hyphens=False)
    return f"\n{' ' * indent}".join(lines)


def _is_plain(text: str) -> bool:
    try:
        return bool(yaml.safe_load(f"- {text}") == [text])
    except yaml.YAMLError:
        return False


def items(texts: Sequence[str], indent: int) -> str:
    """Texts as a list in YAML, indented by `indent` blanks."""
    return "\n".join(f"{' ' * indent}- {scalar(text, indent + 2)}" for text in texts)


def _rendered(template: str, **values: Any) -> str:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES), undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True,
        keep_trailing_newline=True, autoescape=False,
    )
    environment.filters.update(scalar=scalar, items=items, literal=literal)
    return environment.get_template(template).render(**values)
