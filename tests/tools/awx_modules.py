# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes tests/awx/modules.json: what the modules of awx.awx take that extensions/awx/configure.yml calls.

Run it by a Python that has the collection awx.awx 24.6.1, which the package `ansible` held up to 12 (on Python 3.11):

    python -m venv /tmp/awx && /tmp/awx/bin/pip install ansible==12.3.0
    /tmp/awx/bin/python tests/tools/awx_modules.py > tests/awx/modules.json
"""

from __future__ import annotations

import contextlib
import importlib
import json
import pathlib
import re
import sys
from typing import Any

PACK = pathlib.Path(__file__).resolve().parents[2] / "extensions" / "awx"


class _TakenError(Exception):
    """Ends a module as soon as it has said what it takes."""


def taken(name: str) -> dict[str, Any]:
    """What a module gives to AnsibleModule about its options, without what is the default there."""
    api = importlib.import_module("ansible_collections.awx.awx.plugins.module_utils.controller_api").ControllerAPIModule
    found: dict[str, Any] = {}

    def note(_self: Any, **given: Any) -> None:
        found.update(given)
        raise _TakenError

    api.__init__ = note
    with contextlib.suppress(_TakenError):
        importlib.import_module(f"ansible_collections.awx.awx.plugins.modules.{name}").main()
    options = {option: {"type": "str", **spec} for option, spec in found.pop("argument_spec").items()}
    return {"argument_spec": options, **{key: value for key, value in found.items() if value}}


def main() -> None:
    """Print the table."""
    called = re.findall(r"^ +awx\.awx\.(\w+):", (PACK / "configure.yml").read_text(encoding="utf-8"), re.MULTILINE)
    table = {name: taken(name) for name in sorted(set(called))}
    sys.stdout.write(json.dumps(table, indent=1, sort_keys=True) + "\n")


if __name__ == "__main__":
    main()
