# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where lines of progress would disturb, there are none; the action plugin still follows the module."""

from __future__ import annotations

import json

import pytest

from tests.playbooks.test_progress import LINE, MODULE, book, cloud
from tests.support.playbooks import play, run_ansible

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

# As ansible.posix.json: nothing is printed but one document at the end.
CALLBACK = """
import json
from ansible.plugins.callback import CallbackBase


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "stdout"
    CALLBACK_NAME = "{name}"

    def v2_playbook_on_stats(self, stats):
        self._display.display(json.dumps({{"hosts": sorted(stats.processed)}}))
"""
VARIABLE = "OTC_TEARDOWN_PROGRESS_LINES"


@pytest.mark.parametrize(("environ", "options", "shown"), [
    ({}, {}, True),
    ({}, {"progress": "auto"}, True),
    ({}, {"progress": "off"}, False),
    ({}, {"progress": False}, False),
    ({VARIABLE: "off"}, {}, False),
    ({VARIABLE: "OFF"}, {"progress": "auto"}, False),
    ({VARIABLE: "auto"}, {"progress": "{{ 'off' }}"}, False),
    ({VARIABLE: ""}, {}, True),
], ids=str)
def test_lines_can_be_turned_off(tmp_path, environ, options, shown):
    with cloud({}, {}, stop_delay=1.5) as sim:
        played = play(tmp_path, book(sim, options={"all": True, **options}), environ=environ)
        assert played.code == 0 and len(sim.stops()) == 2, played.output
    assert bool(LINE.search(played.output)) == shown, played.output


def test_a_value_that_is_none_of_both_is_said_once(tmp_path):
    with cloud({}, stop_delay=1.5) as sim:
        tasks = [{**book(sim)[0]["tasks"][0], "loop": [1, 2]}, book(sim)[0]["tasks"][0]]
        played = play(tmp_path, [{**book(sim)[0], "tasks": tasks}], environ={VARIABLE: "no\x1b[31m"})
    assert played.code == 0 and LINE.search(played.output), played.output
    assert "".join(played.output.split()).count("isneitherautonoroff") == 1, played.output
    assert "\x1b[31m" not in played.output


def test_an_unknown_choice_is_refused(tmp_path):
    with cloud({}) as sim:
        played = play(tmp_path, book(sim, options={"all": True, "progress": "loud"}))
        assert played.code != 0 and sim.journal() == []
    assert "value of progress must be one of: auto, off" in played.output


@pytest.mark.parametrize("name", ["json", "my_jsonl"])
def test_a_document_on_stdout_stays_one(tmp_path, name):
    """That of a callback which prints JSON: nothing stands before it."""
    (tmp_path / "callbacks").mkdir()
    (tmp_path / "callbacks" / f"{name}.py").write_text(CALLBACK.format(name=name), encoding="utf-8")
    environ = {"ANSIBLE_CALLBACK_PLUGINS": str(tmp_path / "callbacks"), "ANSIBLE_STDOUT_CALLBACK": name}
    with cloud({}, {}, stop_delay=1.5) as sim:
        path = tmp_path / "play.yml"
        path.write_text(json.dumps(book(sim)), encoding="utf-8")
        done = run_ansible(tmp_path, "playbook", str(path), environ=environ)
        assert len(sim.stops()) == 2, done.stdout + done.stderr
    assert json.loads(done.stdout) == {"hosts": ["localhost"]}, done.stdout
    assert MODULE not in done.stdout
