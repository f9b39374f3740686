# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write the README of each role from its meta/argument_specs.yml.

Usage: role_readme.py, from anywhere; tests/unit/tools/test_role_readme.py fails if one is out of date.
"""

from __future__ import annotations

import pathlib
import re
from collections.abc import Iterator, Mapping
from typing import Any

import yaml

ROLES = pathlib.Path(__file__).resolve().parents[2] / "roles"

_NOTE = "<!-- Generated from meta/argument_specs.yml by `make role-readmes`. Edit that file, not this one. -->"
_MARKED = re.compile(r"\b(?:O|V|C|E|M|P)\(([^()]*)\)")
_OF_A_PLUGIN = re.compile(r"(?P<plugin>[\w.]+)#\w+:(?P<option>.+)")


def argument_specs(role: pathlib.Path) -> Mapping[str, Any]:
    """The entry point `main` of a role."""
    text = (role / "meta" / "argument_specs.yml").read_text(encoding="utf-8")
    return yaml.safe_load(text)["argument_specs"]["main"]


def readme(name: str, spec: Mapping[str, Any]) -> str:
    """The README of a role."""
    blocks = [
        _NOTE,
        f"# otc.teardown.{name}",
        f"{markdown(spec['short_description'])}.",
        *map(markdown, _texts(spec["description"])),
        "## Variables",
        "\n".join(_table(spec["options"])),
        "## Examples",
        f"```yaml\n{spec['examples'].strip()}\n```",
        "## See also",
        "\n".join(map(_see, spec["seealso"])),
    ]
    return "\n\n".join(blocks) + "\n"


def markdown(text: str) -> str:
    """Ansible's markup as Markdown: marked text becomes code, `option: value` as in YAML; an option of a plugin names the plugin."""
    return _MARKED.sub(lambda found: _code(found[1].replace("=", ": ")), text)


def _code(marked: str) -> str:
    elsewhere = _OF_A_PLUGIN.fullmatch(marked)
    if elsewhere:
        return f"`{elsewhere['option']}` of `{elsewhere['plugin']}`"
    return f"`{marked.partition('#')[0]}`"


def _texts(given: str | list[str]) -> list[str]:
    return [given] if isinstance(given, str) else given


def _table(options: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    yield "| variable | type | default | |"
    yield "|---|---|---|---|"
    for name, option in options.items():
        words = " ".join([*map(markdown, _texts(option["description"])), *_kinds(option)]).replace("|", "\\|")
        yield f"| `{name}` | {_type(option)} | {_default(option)} | {words} |"


def _type(option: Mapping[str, Any]) -> str:
    """The type of the default where the specification leaves the check to the role, so that its messages are short."""
    if option["type"] != "raw":
        return str(option["type"])
    return {bool: "bool", int: "number", float: "number", list: "list", dict: "dict"}.get(type(option.get("default")), "see text")


def _kinds(option: Mapping[str, Any]) -> list[str]:
    """A sentence with the choices of a variable whose default is a list of all of them."""
    default = option.get("default")
    return [f"Any of {', '.join(f'`{name}`' for name in default)}."] if isinstance(default, list) and default else []


def _default(option: Mapping[str, Any]) -> str:
    if "default" not in option:
        return "not set"
    if _kinds(option):
        return "all of them, in this order"
    value = yaml.safe_dump(option["default"], default_flow_style=True, width=1000).split("\n")[0]
    return f"`{value}`"


def _see(entry: Mapping[str, str]) -> str:
    if "link" in entry:
        return f"- [{entry['name']}]({entry['link']}): {entry['description']}"
    return f"- `{entry.get('module') or entry.get('plugin')}`" + (f" ({entry['plugin_type']})" if "plugin_type" in entry else "")


def main() -> None:
    """Write the README of every role."""
    for role in sorted(path.parent.parent for path in ROLES.glob("*/meta/argument_specs.yml")):
        (role / "README.md").write_text(readme(role.name, argument_specs(role)), encoding="utf-8")


if __name__ == "__main__":
    main()
