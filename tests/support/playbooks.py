# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Running ansible-playbook as users do, in a process of its own."""

from __future__ import annotations

import dataclasses
import json
import os
import pathlib
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from tests.simulator import Simulator
from tests.support.harness import PASSWORD_LOGIN

ROOT = pathlib.Path(__file__).resolve().parents[2]
_NOT_INHERITED = ("OS_", "OTC_", "HUAWEICLOUD_", "ANSIBLE_")


@dataclasses.dataclass(frozen=True)
class Played:
    """How a playbook ended: exit code, everything printed, and the results that it registered by name."""

    code: int
    output: str
    results: Mapping[str, Any]

    @property
    def changed(self) -> int:
        """The number of changed tasks in the recap."""
        return int(re.findall(r"changed=(\d+)", self.output)[-1])


def login_environment(sim: Simulator) -> dict[str, str]:
    """The environment variables of a password login; the catalog tells where the services are."""
    return {
        "OS_AUTH_URL": sim.endpoints["iam"],
        "OS_REGION_NAME": PASSWORD_LOGIN["region"],
        "OS_USERNAME": PASSWORD_LOGIN["username"],
        "OS_PASSWORD": PASSWORD_LOGIN["password"],
        "OS_USER_DOMAIN_NAME": PASSWORD_LOGIN["domain_name"],
        "OS_PROJECT_NAME": PASSWORD_LOGIN["project_name"],
    }


def play_tasks(
    folder: pathlib.Path,
    tasks: Sequence[Mapping[str, Any]],
    defaults: Mapping[str, Any],
    *flags: str,
    environ: Mapping[str, str] | None = None,
) -> Played:
    """Play these tasks with these module_defaults of the action group; what they register comes back."""
    names = [task["register"] for task in tasks if "register" in task]
    keep = {
        "name": "Keep the results",
        "ansible.builtin.copy": {
            "content": "{{ results | to_json }}",
            "dest": str(folder / "results.json"),
            "mode": "0600",
        },
        "vars": {"results": {name: "{{ " + name + " }}" for name in names}},
        "check_mode": False,
        "diff": False,
        "changed_when": False,
        "no_log": True,
    }
    book = [{
        "hosts": "localhost",
        "connection": "local",
        "gather_facts": False,
        "module_defaults": {"group/otc.teardown.all": dict(defaults)},
        "tasks": [*map(dict, tasks), *([keep] if names else [])],
    }]
    return play(folder, book, *flags, environ=environ)


def play(folder: pathlib.Path, book: Any, *flags: str, environ: Mapping[str, str] | None = None) -> Played:
    """Play a whole playbook, given as data or text."""
    path = folder / "playbook.yml"
    path.write_text(book if isinstance(book, str) else yaml.safe_dump(book, sort_keys=False), encoding="utf-8")
    results = folder / "results.json"
    results.unlink(missing_ok=True)
    # On localhost, modules run under the Python of the controller unless a variable says otherwise.
    target = os.environ.get("MODULE_PYTHON")
    interpreter = ["-e", f"ansible_python_interpreter={target}"] if target else []
    done = run_ansible(folder, "playbook", str(path), *interpreter, *flags, environ=environ)
    kept = json.loads(results.read_text(encoding="utf-8")) if results.exists() else {}
    return Played(done.returncode, done.stdout + done.stderr, kept)


def run_ansible(
    folder: pathlib.Path, tool: str, *arguments: str, environ: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """How ansible-playbook, ansible-inventory or another tool ended, with this collection and these variables."""
    return subprocess.run(
        [sys.executable, "-m", "ansible", tool, *arguments],
        capture_output=True, text=True, check=False, timeout=600, cwd=folder, env=environment(folder, environ or {}),
    )


def environment(folder: pathlib.Path, variables: Mapping[str, str]) -> dict[str, str]:
    """The environment of a run in a folder, with these variables: nothing of the caller's Ansible or cloud is in it."""
    tree = folder / "tree" / "ansible_collections" / "otc" / "teardown"
    tree.parent.mkdir(parents=True, exist_ok=True)
    if not tree.exists():
        tree.symlink_to(ROOT)
    (folder / "ansible.cfg").touch()
    inherited = {key: value for key, value in os.environ.items() if not key.startswith(_NOT_INHERITED)}
    return {
        **inherited,
        "ANSIBLE_COLLECTIONS_PATH": str(folder / "tree"),
        "ANSIBLE_CONFIG": str(folder / "ansible.cfg"),
        "ANSIBLE_HOME": str(folder / "home"),  # locks of projects are there; all tests have the same project
        "ANSIBLE_LOCAL_TEMP": str(folder / "local"),
        "ANSIBLE_REMOTE_TEMP": str(folder / "remote"),
        "ANSIBLE_LOCALHOST_WARNING": "false",
        "ANSIBLE_NOCOLOR": "true",
        "NO_PROXY": "127.0.0.1",
        **variables,
    }
