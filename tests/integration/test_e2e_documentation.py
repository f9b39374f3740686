# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every example in the documentation is run against a simulated cloud that holds what it speaks of."""

from __future__ import annotations

import ast
import pathlib
import re

import pytest
import yaml

from tests.integration.playbooks import ROOT, login_environment, play
from tests.simulator import Simulator

pytestmark = pytest.mark.e2e

SCENARIO = {
    "stop_delay": 0.05,
    "visualization_jobs": [
        {"id": 10, "name": "tb-dev", "status": "RUNNING", "age": 90000, "duration": 90000},
        {"id": 11, "name": "demo-1", "status": "RUNNING", "age": 90000, "duration": 90000},
    ],
    "processor_tasks": [
        {"id": "pkxyYJDmEWSoZlr5rPm", "name": "clean", "versions": [
            {"id": "tYzCVnNHnSvMqZEp8kX", "name": "V002", "status": "RUNNING"},
        ]},
    ],
    "services": [
        {"id": "88bb1c2d-0a1b-4c2d-8e3f-0123456789ab", "name": "edge", "tasks": [
            {"id": "53e4c2b1a09f8e7d6c5b4a3928b55b3e", "name": "camera-7", "status": "RUNNING"},
        ]},
    ],
    "drs_jobs": [
        {"id": "c7debc9c-8e09-4a5d-8dd6-cc44f78jb20r", "name": "test-orders", "status": "FULL_TRANSFER_STARTED",
         "age": 900000},
    ],
}


def documents():
    """(where, YAML text) of each example in a Markdown file or in a module."""
    for path in sorted([ROOT / "README.md", *ROOT.glob("docs/*.md")]):
        for number, text in enumerate(re.findall(r"```yaml\n(.*?)```", path.read_text(encoding="utf-8"), re.DOTALL)):
            if "otc.teardown." in text:
                yield f"{path.name}-{number}", text
    for path in sorted(ROOT.glob("plugins/modules/*.py")):
        yield path.stem, examples_of(path)


def examples_of(path: pathlib.Path) -> str:
    """The EXAMPLES of a module."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "EXAMPLES":
            return ast.literal_eval(node.value)
    raise AssertionError(f"{path.name} has no EXAMPLES")


def playbook(text, sim):
    """A playbook of an example: itself, or its tasks, with the simulator for the hosts of the cloud."""
    for service, url in sim.endpoints.items():
        text = text.replace(f"https://{service}.eu-de.otc.t-systems.com", url)
    found = yaml.safe_load(text.replace("http://127.0.0.1:8080", sim.url))
    if "hosts" in found[0]:
        return found
    return [{"hosts": "localhost", "gather_facts": False, "tasks": found}]


@pytest.mark.parametrize(("where", "text"), [pytest.param(*pair, id=pair[0]) for pair in documents()])
def test_example(tmp_path, where, text):
    """The example plays to its end."""
    with Simulator(SCENARIO) as sim:
        book = playbook(text, sim)
        played = play(tmp_path, book, "-e", "vault_password=simulator-password", environ=login_environment(sim))
        assert played.code == 0, f"{where}: {played.output}"
        assert sim.journal(), f"{where} sent nothing"
