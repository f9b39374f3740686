# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The examples of the modules of all kinds, played in this process: options reach the modules, and results the tasks that follow.

Their tasks use few keys. ansible-playbook plays those of some kinds (tests/playbooks/test_documentation.py), and ansible-lint reads all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import jinja2.nativetypes
import pytest
import yaml

from tests.simulator import Simulator
from tests.simulator.kinds import KINDS
from tests.support.documents import examples
from tests.support.harness import PASSWORD_LOGIN, run
from tests.support.sample_cloud import SCENARIO

EXAMPLES = {where: text for where, text, _files in examples() if where.removesuffix("_info") in KINDS}
COLLECTION, GROUP = "otc.teardown.", "group/otc.teardown.all"
KEYS = {"name", "register", "loop", "loop_control", "check_mode", "diff"}
_JINJA = jinja2.nativetypes.NativeEnvironment(undefined=jinja2.StrictUndefined)


def filled(value: Any, variables: Mapping[str, Any]) -> Any:
    """A value from a task with its templates filled."""
    if isinstance(value, Mapping):
        return {key: filled(one, variables) for key, one in value.items()}
    if isinstance(value, list):
        return [filled(one, variables) for one in value]
    return _JINJA.from_string(value).render(variables) if isinstance(value, str) and "{{" in value else value


def play(sim: Simulator, tasks: Sequence[Mapping[str, Any]], variables: dict[str, Any], defaults: Mapping[str, Any]) -> list[bool]:
    """Whether each task of this collection has changed something. A task that fails, or has an unknown key, fails the test."""
    changed: list[bool] = []
    for task in tasks:
        if "block" in task:
            assert task.keys() == {"name", "module_defaults", "block"}
            changed += play(sim, task["block"], variables, filled(task["module_defaults"][GROUP], variables))
            continue
        (module,) = task.keys() - KEYS
        for item in filled(task.get("loop", [None]), variables):
            options = filled(task[module], {**variables, "item": item})
            if module.startswith(COLLECTION):
                result = run(sim, module.removeprefix(COLLECTION), {**defaults, **options}, check_mode=task.get("check_mode", False))
                assert not result.get("failed"), f"{task['name']}: {result['msg']}"
                variables[task.get("register", "_")] = result
                changed.append(result["changed"])
            else:
                assert module == "ansible.builtin.debug" and options["msg"]
    return changed


@pytest.mark.parametrize("where", sorted(EXAMPLES))
def test_examples_of_a_module(where):
    """They play to their ends. Of a module that stops, the first one does; of one that lists, none changes anything."""
    tasks = yaml.safe_load(EXAMPLES[where])
    assert 4 <= len(tasks) <= 6
    with Simulator(SCENARIO) as sim:
        changed = play(sim, tasks, {"vault_password": PASSWORD_LOGIN["password"]}, {})
    assert changed[0] != where.endswith("_info")
    assert not (where.endswith("_info") and any(changed))


def test_every_kind_has_examples():
    assert EXAMPLES.keys() == {name + end for name in KINDS for end in ("", "_info")}
