# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the steps of the role import is loaded before Ansible starts the processes of the tasks, which inherit it."""

from __future__ import annotations

import json
import pathlib

import pytest
import yaml

from tests.support.playbooks import ROOT, run_ansible

pytestmark = pytest.mark.e2e

VERSION = yaml.safe_load((ROOT / "galaxy.yml").read_text(encoding="utf-8"))["version"]

LOOKS = """
import sys

from ansible.plugins.callback import CallbackBase


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "looks"

    def v2_playbook_on_task_start(self, task, is_conditional):
        loaded = "ansible_collections.otc.teardown.plugins.plugin_utils._teardown.run" in sys.modules
        self._display.display(f"{task.get_name()}, loaded: {loaded}")
"""


def test_the_main_process_has_loaded_the_steps_when_the_first_one_begins(tmp_path: pathlib.Path) -> None:
    (tmp_path / "callbacks").mkdir()
    (tmp_path / "callbacks" / "looks.py").write_text(LOOKS, encoding="utf-8")
    environ = {"ANSIBLE_CALLBACK_PLUGINS": str(tmp_path / "callbacks"), "ANSIBLE_CALLBACKS_ENABLED": "looks"}
    book = [{"hosts": "localhost", "gather_facts": False, "roles": ["otc.teardown.teardown"]}]
    (tmp_path / "play.yml").write_text(json.dumps(book), encoding="utf-8")
    done = run_ansible(tmp_path, "playbook", "play.yml", environ=environ)
    assert f"otc.teardown.teardown : Begin, by otc.teardown {VERSION}, loaded: True" in done.stdout, done.stdout
