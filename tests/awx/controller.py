# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What AWX does with our objects, as far as it can be done without one: the same files given to ansible-runner.

After ansible/awx, of October 2024: awx/main/tasks/jobs.py (files of a job), models/credential.py (injectors),
models/mixins.py (surveys), models/workflow.py (what jobs hand on), models/inventory.py (script and slices).
"""

from __future__ import annotations

import dataclasses
import json
import os
import pathlib
import subprocess
import sys
from collections.abc import Iterator, Mapping
from typing import Any

import yaml
from jinja2 import sandbox

from tests.awx.configured import Objects
from tests.awx.surveys import runtime_variables, survey_errors
from tests.support.playbooks import ROOT, environment, run_ansible

Variables = Mapping[str, Any]


def injected(credential_type: Mapping[str, Any], inputs: Mapping[str, str]) -> dict[str, str]:
    """The environment that a credential with these inputs gives to a job. What has no input becomes empty."""
    jinja = sandbox.ImmutableSandboxedEnvironment()
    given = {name: value for name, value in inputs.items() if value}
    return {name: jinja.from_string(text).render(**given) for name, text in credential_type["injectors"]["env"].items()}


@dataclasses.dataclass(frozen=True)
class Job:
    """How a job ended: what it hands on (set_stats), its events, its output, and the folder with all of it."""

    status: str
    artifacts: Variables
    events: list[dict[str, Any]]
    output: str
    folder: pathlib.Path


class Controller:
    """Runs job templates and workflows in folders below `folder`, logged in with these inputs of the credential type."""

    def __init__(self, folder: pathlib.Path, objects: Objects, inputs: Mapping[str, str], **inventory: Any) -> None:
        self.folder = folder
        self.objects = objects
        self.environ = injected(objects["credential_type"]["Open Telekom Cloud"], inputs)
        self.inventory = {**objects["inventory"]["OTC projects"]["variables"], **inventory}
        self.hosts: dict[str, Any] = {}
        self.jobs = 0
        self.job_metadata = ""

    def sync(self) -> list[str]:
        """Read the inventory source: the names of its hosts."""
        source = self.objects["inventory_source"]["OTC projects of the login"]
        done = run_ansible(self.folder, "inventory", "--list", "--export", "-i", str(ROOT / source["source_path"]),
                           environ={**self.environ, **source["source_vars"]})
        assert done.returncode == 0, done.stderr
        self.hosts = json.loads(done.stdout)["_meta"]["hostvars"]
        return sorted(self.hosts)

    def launch(self, template: str, answers: Variables | None = None, **ways: Any) -> Job:
        """Launch a job template as a person does, who answers its survey; see `run` for the other ways."""
        spec = self.objects["job_template"][template].get("survey_spec", {}).get("spec", [])
        assert survey_errors(spec, answers or {}) == []
        return self.run(template, answers or {}, **ways)

    def workflow(self, name: str, answers: Variables, **ways: Any) -> Iterator[tuple[str, Job | None]]:
        """Each node of a workflow with its job, and those of the workflow in it; approvals are given. See `run` for `limit`.

        The other way is `slices`, the number of jobs that each template is divided into. At an approval, `job_metadata` is what
        messages about it can use.
        """
        found = self.objects["workflow_job_template"][name]
        assert survey_errors(found["survey_spec"]["spec"], answers) == []
        own, handed_on = dict(answers), {}
        every = self.objects["workflow_job_template_node"]
        nodes = {key.partition("/")[2]: node for key, node in every.items() if key.startswith(f"{name}/")}
        inner = {one for node in nodes.values() for one in (*node.get("success_nodes", ()), *node.get("always_nodes", ()))}
        at = [one for one in nodes if one not in inner]
        while at:
            (node,) = (nodes[one] for one in at)
            good, unified = True, node.get("unified_job_template")
            if unified is None:
                self.job_metadata = json.dumps({"name": node["approval_node"]["name"], "extra_vars": json.dumps(own)}, indent=4)
                yield at[0], None
            elif unified in self.objects["workflow_job_template"]:
                # What the jobs before it left becomes a variable of the inner workflow.
                yield from self.workflow(unified, {**own, **handed_on}, **ways)
            else:
                for job in self._divided(unified, {**handed_on, **own}, **ways):
                    handed_on.update(job.artifacts)
                    good = good and job.status == "successful"
                    yield at[0], job
            at = [*(node.get("success_nodes", ()) if good else ()), *node.get("always_nodes", ())]

    def _divided(self, template: str, variables: Variables, slices: int = 1, limit: str = "") -> Iterator[Job]:
        for part in range(slices):
            yield self.run(template, variables, limit=limit, of=(part, slices))

    def run(self, template: str, variables: Variables, limit: str = "", of: tuple[int, int] = (0, 1)) -> Job:
        """Run a job template with these variables over its own, on a limit of hosts, or as a slice (number, slices)."""
        self.jobs += 1
        found = self.objects["job_template"][template]
        private = self.folder / f"job-{self.jobs}"
        extra = runtime_variables(found, variables)
        extra["awx_job_id"] = self.jobs
        files = {
            "env/extravars": _extra_variables(extra, found.get("extra_vars", {})),
            "env/envvars": json.dumps({**self.environ, "ANSIBLE_RETRY_FILES_ENABLED": "False"}),
            "env/settings": json.dumps({"job_timeout": found["timeout"]}),
            "env/cmdline": f"-u root --forks={found['forks']}" + (f" -l {limit}" if limit else ""),
            "inventory/hosts": f"#! /usr/bin/env python3\nprint({self._inventory(*of)!r})\n",
        }
        for name, text in files.items():
            path = private / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        (private / "inventory" / "hosts").chmod(0o700)
        (private / "project").symlink_to(ROOT)
        return self._played(private, found["playbook"])

    def _inventory(self, part: int, slices: int) -> str:
        names = sorted(self.hosts)[part::slices]
        return json.dumps({
            "all": {"vars": self.inventory, "hosts": names},
            "_meta": {"hostvars": {name: self.hosts[name] for name in names}},
        })

    def _played(self, private: pathlib.Path, playbook: str) -> Job:
        path = f"{pathlib.Path(sys.executable).parent}:{os.environ['PATH']}"
        subprocess.run(
            [sys.executable, "-m", "ansible_runner", "run", str(private), "-p", playbook, "-i", "1", "--omit-env-files"],
            env=environment(self.folder, {"PATH": path}), capture_output=True, check=False, timeout=300,
        )
        folder = private / "artifacts" / "1"
        files = (folder / "job_events").glob("*.json")
        events = sorted((json.loads(file.read_text(encoding="utf-8")) for file in files), key=lambda event: event["counter"])
        told = [event["event_data"].get("artifact_data", {}) for event in events if event["event"] == "playbook_on_stats"]
        output = (folder / "stdout").read_text(encoding="utf-8")
        return Job((folder / "status").read_text(encoding="utf-8"), told[-1] if told else {}, events, output, folder)


class _Unsafe(yaml.SafeDumper):
    """Text as text that is never a template."""

    def represent_data(self, data: Any) -> Any:
        return self.represent_scalar("!unsafe", data) if isinstance(data, str) else super().represent_data(data)


def _extra_variables(variables: Variables, own: Variables) -> str:
    safe = {name: value for name, value in variables.items() if name in own and own[name] == value}
    rest = {name: value for name, value in variables.items() if name not in safe}
    texts = [yaml.safe_dump({name: value}) for name, value in safe.items()]
    texts += [yaml.dump({name: value}, Dumper=_Unsafe) for name, value in rest.items()]
    return "".join(texts)
