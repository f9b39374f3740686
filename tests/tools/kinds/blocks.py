# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Generates blocks in files that people write: the text between two marks, in Markdown and in YAML.

In Markdown the marks are `<!-- kinds: NAME -->` and `<!-- /kinds -->`, in YAML `# kinds: NAME` and `# /kinds`. A NAME may be
followed by `of SERVICE`, for the kinds of that service only.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Iterable, Sequence

from ansible_collections.otc.teardown.plugins.module_utils._model.resource import Caution
from ansible_collections.otc.teardown.plugins.module_utils._model.status import ENDED, STOPPABLE, STOPPING, UNKNOWN
from ansible_collections.otc.teardown.plugins.module_utils._modules.argument_spec import selection_spec
from tests.tools.kinds import policy
from tests.tools.kinds.words import Kind, WordsError

ACTION = "otc.teardown.jobs"
"""The action plugin that shows the progress of every module of a kind."""

_BLOCK = re.compile(
    r"^(?P<indent> *)(?P<mark><!-- |# )kinds: (?P<name>[a-z-]+)(?: of (?P<service>\w+))?(?: -->)?\n"
    r"(?P<body>.*?)(?P<end>^ *(?:<!-- |# )/kinds(?: -->)?$)",
    re.MULTILINE | re.DOTALL,
)


def filled(text: str, kinds: Sequence[Kind], where: str) -> str:
    """The text of a file with all its blocks up to date. Raises WordsError for an unknown block."""
    def fill(found: re.Match[str]) -> str:
        if found["name"] not in BLOCKS:
            raise WordsError(f"{where}: there is no block {found['name']}; choose from {', '.join(BLOCKS)}")
        chosen = [kind for kind in kinds if found["service"] in (None, kind.resource.service)]
        body = textwrap.indent("".join(f"{line}\n" for line in BLOCKS[found["name"]](chosen)), found["indent"])
        head = text[found.start():found.start("body")]
        return f"{head}{body}{found['end']}"
    return _BLOCK.sub(fill, text)


def without_blocks(text: str) -> str:
    """The text of a file without the content of its generated blocks."""
    return _BLOCK.sub("", text)


def _names(kinds: Sequence[Kind]) -> list[str]:
    return [f"- {kind.name}" for kind in kinds]


def _indented_names(kinds: Sequence[Kind]) -> list[str]:
    return [f"  {line}" for line in _names(kinds)]


def _default(kinds: Sequence[Kind]) -> list[str]:
    return ["default:", *_indented_names(kinds)]


def _survey(kinds: Sequence[Kind]) -> list[str]:
    return ["choices:", *_indented_names(kinds), "default: |-", *(f"  {kind.name}" for kind in kinds)]


def _modules(kinds: Sequence[Kind]) -> list[str]:
    return sorted(f"- {kind.name}{end}" for kind in kinds for end in ("", "_info"))


def _routing(kinds: Sequence[Kind]) -> list[str]:
    return [line for name in _modules(kinds) for line in (f"{name[2:]}:", f"  action_plugin: {ACTION}")]


def _see(kinds: Sequence[Kind]) -> list[str]:
    return [f"- module: otc.teardown.{kind.name}" for kind in kinds]


def _table(*rows: Iterable[str]) -> list[str]:
    head, *rest = rows
    return [_row(head), "|" + "---|" * len(tuple(head)), *map(_row, rest)]


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _code(names: Iterable[str]) -> str:
    return " ".join(f"`{name}`" for name in names)


def _in_phase(kind: Kind, phase: str) -> list[str]:
    return [name for name, one in kind.resource.statuses.phases.items() if one == phase]


def _offer(kinds: Sequence[Kind]) -> list[str]:
    return _table(("module", "stops", "documented for"),
                  *((f"`{kind.name}`", kind.words["stops"], kind.words["documented_for"]) for kind in kinds))


def _costs(kinds: Sequence[Kind]) -> list[str]:
    return _table(("module", "a job is done when it is", "goes on costing"),
                  *((f"`{kind.name}`", kind.words["done_when"], kind.words["goes_on_costing"] or "not documented") for kind in kinds))


def _phases(kinds: Sequence[Kind]) -> list[str]:
    return _table(
        ("kind", *(f"`{phase}`" for phase in (STOPPABLE, STOPPING, ENDED, UNKNOWN))),
        *((f"`{kind.name}`", *(_code(_in_phase(kind, phase)) or "there is none" for phase in (STOPPABLE, STOPPING, ENDED)),
           f"{_code(_in_phase(kind, UNKNOWN))} and every other".removeprefix(" and ")) for kind in kinds),
    )


def _filters(kinds: Sequence[Kind]) -> list[str]:
    known = selection_spec(kinds[0].resource)["filters"]["options"]
    common = [name for name in known if all(name in kind.resource.filters for kind in kinds)]
    return _table(
        ("kind", "filters"),
        ("every kind", _code(common)),
        *((f"`{kind.name}`", _code(name for name in known if name in kind.resource.filters and name not in common) or "no more")
          for kind in kinds),
    )


def _statuses(kinds: Sequence[Kind]) -> list[str]:
    lines: list[str] = []
    for kind in kinds:
        rows = [(f"`{name}`", str(kind.number(name) if kind.resource.statuses.numbers else ""), phase, _remark(kind, name))
                for name, phase in kind.resource.statuses.phases.items()]
        lines += [*([""] if lines else []), f"### {kind.name}", "", *_table(("status", "number", "phase", "remark"), *rows)]
    return lines


def _remark(kind: Kind, name: str) -> str:
    statuses = kind.resource.statuses
    spelled = [alias for alias, meant in statuses.aliases.items() if meant == name]
    return "; ".join(text for true, text in (
        (name in statuses.by_itself, "reached without a stop"),
        (name in statuses.stop_failed, "a stop has failed"),
        (name in statuses.absent, "does not exist any more"),
        (name in statuses.unclear, "unclear whether it still costs anything"),
        (spelled, f"also spelled {_code(spelled)}"),
        *((_status_is(kind, caution, name), caution.text) for caution in kind.resource.cautions),
    ) if true)


def _status_is(kind: Kind, caution: Caution, name: str) -> bool:
    return caution.value == name and any(caution.path in dialect.fields.status for dialect in kind.resource.dialects)


def _hidden(kinds: Sequence[Kind]) -> list[str]:
    return _table(("kind", "hidden without filters"),
                  *((f"`{kind.name}`", kind.words["unfiltered_list_hides"] or "nothing that is documented") for kind in kinds))


def _permissions(kinds: Sequence[Kind]) -> list[str]:
    return _table(
        ("kind of job", "read", "stop"),
        *((f"`{kind.name}`", policy.listed(named["read"]), policy.listed(named["stop"], named.get("begin_with", ())))
          for kind in kinds for named in [kind.words["permissions"]]),
    )


BLOCKS: dict[str, Callable[[Sequence[Kind]], list[str]]] = {
    "names": _names, "default": _default, "survey": _survey, "modules": _modules, "routing": _routing, "seealso": _see,
    "offer": _offer, "costs": _costs, "phases": _phases, "filters": _filters, "statuses": _statuses, "hidden": _hidden,
    "permissions": _permissions, "policy": policy.document, "policy-to-stop": policy.to_stop,
}
"""Name of a block -> its lines."""
