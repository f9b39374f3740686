# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What extensions/awx/configure.yml gives to the modules of awx.awx, with stand-ins for them that know their options."""

from __future__ import annotations

import json
import pathlib
from collections.abc import Mapping
from typing import Any

import yaml

from tests.support.playbooks import ROOT, run_ansible

PACK = ROOT / "extensions" / "awx"
MODULES: dict[str, Any] = yaml.safe_load(pathlib.Path(__file__).with_name("modules.yml").read_text(encoding="utf-8"))

# Objects by module and name.
Objects = Mapping[str, Mapping[str, Mapping[str, Any]]]

_MODULE = """\
import json
import pathlib
from ansible.module_utils.basic import AnsibleModule
module = AnsibleModule(argument_spec=json.loads({spec!r}))
given = {{key: value for key, value in module.params.items() if value is not None}}
with pathlib.Path({file!r}).open("a") as file:
    file.write(json.dumps({{"module": {name!r}, **given}}) + "\\n")
module.exit_json(changed=False)
"""


def argument_spec(options: Mapping[str, Any]) -> dict[str, Any]:
    """The argument_spec of a module, or of the suboptions of an option, from the table."""
    spec: dict[str, Any] = {}
    for kind in ("str", "bool", "int", "float", "list", "dict"):
        for name in options.get(kind, "").split():
            spec[name] = {"type": kind, "required": name in options.get("required", "").split()}
            if name in options.get("choices", {}):
                spec[name]["choices"] = options["choices"][name]
    for name, below in options.get("suboptions", {}).items():
        spec[name]["options"] = argument_spec(below)
        if spec[name]["type"] == "list":
            spec[name]["elements"] = "dict"
    return spec


def configure(folder: pathlib.Path, environ: Mapping[str, str], *flags: str) -> tuple[Objects, str]:
    """Play configure.yml, with this environment: the objects that it makes, in their order, and its output."""
    record = folder / "objects.jsonl"
    record.unlink(missing_ok=True)
    modules = folder / "tree" / "ansible_collections" / "awx" / "awx" / "plugins" / "modules"
    modules.mkdir(parents=True, exist_ok=True)
    for name, options in MODULES.items():
        text = _MODULE.format(spec=json.dumps(argument_spec(options)), file=str(record), name=name)
        (modules / f"{name}.py").write_text(text, encoding="utf-8")
    done = run_ansible(folder, "playbook", str(PACK / "configure.yml"), *flags, environ=environ)
    assert done.returncode == 0, done.stdout + done.stderr
    objects: dict[str, dict[str, Any]] = {}
    for line in record.read_text(encoding="utf-8").splitlines():
        made = json.loads(line)
        objects.setdefault(made.pop("module"), {})[made["name"]] = made
    return objects, done.stdout + done.stderr
