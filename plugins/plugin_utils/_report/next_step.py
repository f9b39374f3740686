# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The command that follows a run, ready to copy, from the command line of that run. Pure."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterable, Mapping
from typing import Any

import yaml

PLAYBOOKS = "otc.teardown."
_FOLLOWING = {"plan": "apply", "apply": "verify"}
_KEPT = ("teardown_hosts", "teardown_plan_file", "teardown_report_dir")
"""Variables from the command line that are repeated. Others may be secret, or not needed any more; they are named only."""
_NOT_NEEDED = ("teardown_filters", "teardown_filters_by_resource", "teardown_all", "teardown_confirm", "teardown_mode")
_PLAIN = re.compile(r"[\w.@-]+", re.ASCII)
_PLAIN_VALUE = re.compile(r"[\w.@:/~-]+", re.ASCII)


def next_step(report: Mapping[str, Any], cli: Mapping[str, Any], host: str, check_mode: bool) -> str | None:
    """The next command; words if the run was no playbook of ours on a command line; None if nothing follows.

    `cli`: the arguments of ansible-playbook: `args` (playbooks), `inventory`, `extra_vars`, `vault_ids`,
    `vault_password_files`, `ask_vault_pass`; empty if the run has no command line that a person could repeat.
    """
    mode = report["mode"]
    if check_mode or report["result"] in ("failed", "refused") or report["would_refuse"] or mode not in _FOLLOWING:
        return None
    if mode == "apply" and not (report.get("window") or {"open": True})["open"]:
        return None  # it did nothing
    playbook = next((name[len(PLAYBOOKS):] for name in cli.get("args") or () if name.startswith(PLAYBOOKS)), None)
    if playbook == "nightly" and mode == "plan":
        return None
    following = _FOLLOWING[mode]
    confirm = [f"teardown_confirm={_confirmation(report)}"] if following == "apply" else []
    if not playbook:
        return f"the role with teardown_mode={following}{' and ' + confirm[0] if confirm else ''}"
    kept, named = _extra(cli.get("extra_vars") or ())
    words = ["ansible-playbook", *_options(cli), PLAYBOOKS + following, *(["--limit", host] if host != "localhost" else [])]
    words += [word for text in [*kept, *confirm] for word in ("-e", text)]
    return shlex.join(words) + (f"  (with your {', '.join(named)})" if named else "")


def _confirmation(report: Mapping[str, Any]) -> str:
    """The name of the project if a shell and `-e` take it as it is, else the digest of the plan."""
    name = (report["identity"]["project"] or {}).get("name") or ""
    return name if _PLAIN.fullmatch(name) else str(report["plan"]["digest"])


def _options(cli: Mapping[str, Any]) -> list[str]:
    inventories = [word for path in cli.get("inventory") or () for word in ("-i", path)]
    vaults = [word for one in cli.get("vault_ids") or () for word in ("--vault-id", one)]
    vaults += [word for one in cli.get("vault_password_files") or () for word in ("--vault-password-file", one)]
    return [*inventories, *vaults, *(["--ask-vault-pass"] if cli.get("ask_vault_pass") else [])]


def _extra(given: Iterable[str]) -> tuple[list[str], list[str]]:
    """(texts for `-e`, names of variables that are left out) from the extra variables of a command line."""
    kept, named = [], []
    for text in given:
        if text.startswith("@"):
            kept.append(text)
            continue
        for name, value in _variables(text).items():
            if name in _KEPT:
                kept.append(f"{name}={value}" if _PLAIN_VALUE.fullmatch(str(value)) else json.dumps({name: value}))
            elif name not in _NOT_NEEDED:
                named.append(name)
    return kept, list(dict.fromkeys(named))


def _variables(text: str) -> Mapping[str, Any]:
    """The variables in one text for `-e`: YAML, JSON or `name=value name=value`; empty if it cannot be read."""
    try:
        if text.lstrip().startswith(("{", "[")):
            found = yaml.safe_load(text)
            return found if isinstance(found, Mapping) else {}
        return {name: value for name, _equals, value in (word.partition("=") for word in shlex.split(text))}
    except (ValueError, yaml.YAMLError):
        return {}
