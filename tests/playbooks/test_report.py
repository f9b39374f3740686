# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filters of the report in real playbooks: no text of a report is a template, wherever the result is used."""

from __future__ import annotations

import json
import re

import pytest

from ansible_collections.otc.teardown.plugins.plugin_utils._report.html import html
from ansible_collections.otc.teardown.plugins.plugin_utils._report.markdown import markdown
from tests.support.playbooks import ROOT, play
from tests.unit.plugins.plugin_utils.report_samples import a_report

pytestmark = pytest.mark.e2e

RENDERERS = {"report_html": html, "report_markdown": markdown}
READ = "lookup('ansible.builtin.file', 'report.json') | from_json"


def hostile(folder):
    """A report whose every text runs a command if it is taken for a template."""
    command = f"touch {folder}/pwned"
    return a_report(lambda key: "{{ lookup('pipe', '" + command + "') }}{% raw %}" + key)


def copy(expression, name, **task):
    return {
        "name": f"Write {name}",
        "ansible.builtin.copy": {"content": "{{ " + expression + " }}", "dest": f"{{{{ playbook_dir }}}}/{name}", "mode": "0600"},
        **task,
    }


def fact(name, expression):
    return {"name": "Keep it", "ansible.builtin.set_fact": {name: "{{ " + expression + " }}"}}


def ways(text_of):
    """Ways to write a report with a filter: at once, and by way of variables, facts and loops."""
    yield copy(text_of(READ), "at-once")
    yield fact("kept_report", READ)
    yield copy(text_of("kept_report"), "from-fact")
    yield fact("kept_text", text_of("kept_report"))
    yield copy("kept_text", "as-fact")
    yield copy("text", "from-variable", vars={"text": "{{ " + text_of("kept_report") + " }}"})
    yield copy("item.text", "from-loop", loop=[{"text": "{{ " + text_of("kept_report") + " }}"}])
    yield copy(text_of("made"), "from-template", vars={"made": "{{ kept_report | combine({'headline': 'mine'}) }}"})
    yield copy(text_of("[kept_report, kept_report]"), "of-two")


@pytest.mark.parametrize(("name", "native"), [("report_html", "false"), ("report_markdown", "true")])
def test_texts_of_a_report_are_never_templates(tmp_path, name, native):
    report, render = hostile(tmp_path), RENDERERS[name]
    (tmp_path / "report.json").write_text(json.dumps(report), encoding="utf-8")
    tasks = list(ways(lambda expression: f"({expression}) | otc.teardown.{name}"))
    book = [{"hosts": "localhost", "connection": "local", "gather_facts": False, "tasks": tasks}]

    played = play(tmp_path, book, environ={"ANSIBLE_JINJA2_NATIVE": native})

    assert played.code == 0, played.output
    assert not (tmp_path / "pwned").exists()
    changed = {"from-template": render({**report, "headline": "mine"}), "of-two": render([report, report])}
    for task in tasks:
        if "ansible.builtin.copy" in task:
            file = task["name"].removeprefix("Write ")
            assert (tmp_path / file).read_text(encoding="utf-8") == changed.get(file, render(report)), file


def test_what_is_no_report_is_refused_in_words(tmp_path):
    book = [{"hosts": "localhost", "gather_facts": False, "tasks": [copy("[{}] | otc.teardown.report_html", "x.html")]}]
    played = play(tmp_path, book)
    assert played.code != 0 and not (tmp_path / "x.html").exists()
    assert "report has the schema None, expected otc.teardown/report/1" in played.output
    assert "Traceback" not in played.output


def test_the_example_in_the_documentation(tmp_path):
    example = re.search(r"```yaml merge.yml\n(.*?)```", (ROOT / "docs" / "report.md").read_text(encoding="utf-8"), re.DOTALL)
    (tmp_path / "reports").mkdir()
    for name in ("one", "two"):
        report = a_report(identity={"domain": None, "user": None, "project": {"id": "1", "name": name}, "region": "eu-de"})
        (tmp_path / "reports" / f"{name}.json").write_text(json.dumps(report), encoding="utf-8")
    played = play(tmp_path, example.group(1))
    assert played.code == 0, played.output
    for file in ("all.html", "all.md"):
        text = (tmp_path / file).read_text(encoding="utf-8")
        assert "2 projects" in text and "one" in text and "two" in text
