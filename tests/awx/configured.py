# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What extensions/awx/configure.yml gives to the modules of awx.awx, with stand-ins for them that take what they take."""

from __future__ import annotations

import json
import pathlib
from collections.abc import Mapping
from typing import Any

from tests.support.playbooks import ROOT, run_ansible

PACK = ROOT / "extensions" / "awx"
MODULES: dict[str, Any] = json.loads(pathlib.Path(__file__).with_name("modules.json").read_text(encoding="utf-8"))

# Objects by module and name.
Objects = Mapping[str, Mapping[str, Mapping[str, Any]]]

_MODULE = """\
import json
import pathlib
from ansible.module_utils.basic import AnsibleModule
module = AnsibleModule(**json.loads({spec!r}))
given = {{key: value for key, value in module.params.items() if value is not None}}
with pathlib.Path({file!r}).open("a") as file:
    file.write(json.dumps({{"module": {name!r}, **given}}) + "\\n")
module.exit_json(changed=False)
"""


def name_of(made: Mapping[str, Any]) -> str:
    """What tells an object from the others of its module; a node is made first and linked later."""
    if "identifier" in made:
        return f"{made['workflow_job_template']}/{made['identifier']}"
    return str(made["name"] if "name" in made else (made["teams"], made["role"]))


def configure(folder: pathlib.Path, environ: Mapping[str, str], *flags: str) -> tuple[Objects, str]:
    """Play configure.yml, with this environment: the objects that it makes, in their order, and its output."""
    record = folder / "objects.jsonl"
    record.unlink(missing_ok=True)
    modules = folder / "tree" / "ansible_collections" / "awx" / "awx" / "plugins" / "modules"
    modules.mkdir(parents=True, exist_ok=True)
    for name, options in MODULES.items():
        text = _MODULE.format(spec=json.dumps(options), file=str(record), name=name)
        (modules / f"{name}.py").write_text(text, encoding="utf-8")
    done = run_ansible(folder, "playbook", str(PACK / "configure.yml"), *flags, environ=environ)
    assert done.returncode == 0, done.stdout + done.stderr
    objects: dict[str, dict[str, Any]] = {}
    for line in record.read_text(encoding="utf-8").splitlines():
        made = json.loads(line)
        objects.setdefault(made.pop("module"), {}).setdefault(name_of(made), {}).update(made)
    return objects, done.stdout + done.stderr
