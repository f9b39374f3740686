# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What spares jobs, through Ansible: from files, inventories and the command line, in the types that these make of it.

Every form is in tests/unit/plugins/plugin_utils/test_spare_role_variables.py; here is what only Ansible can change on its way.
"""

from __future__ import annotations

import json
import pathlib
import sys
from typing import Any

import pytest

from tests.simulator import Simulator
from tests.support.playbooks import login_environment, play, run_ansible

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

KIND = "modelarts_visualization_job"
WORLD: dict[str, Any] = {
    "stop_delay": 0.05,
    "visualization_jobs": [
        {"id": 1, "name": "prod-a"}, {"id": 2, "name": "keep-b"}, {"id": 3, "name": "tb-dev"}, {"id": 4, "name": "prod\tdb"},
    ],
}
USUAL: dict[str, Any] = {
    "teardown_all": True, "teardown_resources": [KIND], "teardown_settle": 0, "teardown_wait_interval": 0.1,
    "teardown_projects_allowed": [{"id": "0123456789abcdef0123456789abcdef", "name": "eu-de"}],
}
PYTHON = f"ansible_python_interpreter={sys.executable}"
PROTECT = {"reason": "runs the shop", "until": "2999-12-31"}


def nightly(folder: pathlib.Path, sim: Simulator, *flags: str, **variables: Any) -> tuple[int, str]:
    """How `otc.teardown.nightly` ended with these variables from the command line, and what it printed."""
    given = ["-e", json.dumps({**USUAL, **variables})]
    done = run_ansible(folder, "playbook", "otc.teardown.nightly", *given, *flags, environ=login_environment(sim))
    return done.returncode, " ".join((done.stdout + done.stderr).split())


@pytest.mark.main
@pytest.mark.parametrize("variables", [
    {"teardown_exclude": {"names": "keep-*, prod*"}},
    {"teardown_exclude": {"names": ["{{ keep_list }}"], "ids": 1}, "keep_list": ["keep-*"],
     "teardown_protect": json.dumps([{**PROTECT, "names": "x\nprod\\x09db"}])},
], ids=str)
def test_what_is_spared_is_not_stopped(tmp_path: pathlib.Path, variables: dict[str, Any]) -> None:
    with Simulator(WORLD) as sim:
        code, output = nightly(tmp_path, sim, **variables)
        assert code == 0, output
        assert [entry["ids"] for entry in sim.stops()] == [["3"]]


UNQUOTED = [
    ("teardown_exclude: {names: [on]}", "teardown_exclude.names: True: is not text"),
    ("teardown_exclude: {names: [2024_01]}", "teardown_exclude.names: 202401: is not text"),
    ("teardown_exclude: {names: [0123]}", "teardown_exclude.names: 83: is not text"),
    ("teardown_exclude: {names: [12:30]}", "teardown_exclude.names: 750: is not text"),
    ("teardown_exclude: {names: [1.10]}", "teardown_exclude.names: 1.1: is not text"),
    ("teardown_exclude: {names: [2024-01-01]}", "put it in quotes"),
    ("teardown_exclude: {names: null}", "teardown_exclude.names: is null"),
    ("teardown_exclude: null", "teardown_exclude"),
    ("teardown_exclude: ''", "teardown_exclude"),
    ("teardown_protect: [{names: [0123], reason: r}]", "teardown_protect[0].names: 83: is not text"),
    ("teardown_protect: [{names: [2024-01-01], reason: r}]", "put it in quotes"),
    ("teardown_protect: null", "teardown_protect: is not a list of dictionaries"),
    ("teardown_projects_forbidden: [01234567012345670123456701234567]", "teardown_projects_forbidden: "),
    ("teardown_projects_forbidden: null", "teardown_projects_forbidden: is null"),
    ("teardown_all: false\nteardown_filters: {names: ['*'], older_than: null}", "teardown_filters.older_than: is null"),
    ("teardown_resources: [drs_job]\nteardown_exclude: {tags: {on: x}}", "teardown_exclude.tags: True: is not the key of a tag: put it in quotes"),
    ("teardown_resources: [drs_job]\nteardown_exclude: {tags: {a: 2024-01-01}}", "put it in quotes"),
    ("teardown_keep_tag: keep-until", "teardown_keep_tag: 'keep-until': cannot be evaluated for"),
    ("teardown_keep_tag: null", "teardown_keep_tag: is not the key of a tag"), ("teardown_keep_tag: [a]", "is not the key of a tag"),
    ("teardown_baseline: null", "teardown_baseline: is null"), ("teardown_baseline: nowhere", "nowhere is not a file that can be read"),
    ("teardown_baseline: .", "is not a file that can be read"), ("teardown_baseline: 0.yml", "0.yml holds no rows of jobs"),
]


def test_what_yaml_makes_of_words_is_refused_before_anything_is_sent(tmp_path: pathlib.Path) -> None:
    """One play for all: the role is called with each file of variables, and how it failed is kept."""
    for number, (text, _words) in enumerate(UNQUOTED):
        (tmp_path / f"{number}.yml").write_text(f"{text}\n", encoding="utf-8")
    (tmp_path / "once.yml").write_text("""
- block:
    - name: Plan
      ansible.builtin.include_role:
        name: otc.teardown.teardown
      vars: {teardown_all: true}
  rescue:
    - ansible.builtin.copy:
        content: "{{ ansible_failed_result.msg }}"
        dest: "{{ folder }}/{{ inventory_hostname }}.said"
        mode: "0600"
""", encoding="utf-8")
    hosts = "".join(f"h{number} number={number} folder={tmp_path} {PYTHON}\n" for number in range(len(UNQUOTED)))
    (tmp_path / "hosts.ini").write_text(hosts, encoding="utf-8")
    book = [{"hosts": "all", "connection": "local", "gather_facts": False, "tasks": [
        {"ansible.builtin.include_vars": "{{ number }}.yml"},
        {"ansible.builtin.include_tasks": "once.yml"},
    ]}]
    with Simulator(WORLD) as sim:
        played = play(tmp_path, book, "-i", "hosts.ini", "-f", "4", environ=login_environment(sim))
        said = [(tmp_path / f"h{number}.said") for number in range(len(UNQUOTED))]
        assert [path.name for path in said if not path.exists()] == [], played.output
        told = [" ".join(path.read_text(encoding="utf-8").split()) for path in said]
        assert [(text, one) for (text, words), one in zip(UNQUOTED, told) if words not in one] == []
        assert sim.journal() == []


def test_an_inventory_gives_everything_as_text(tmp_path: pathlib.Path) -> None:
    (tmp_path / "hosts.ini").write_text(f"localhost ansible_connection=local {PYTHON}\n" """
[all:vars]
teardown_exclude={"names": ["keep-*", "prod-*"]}
teardown_protect=[{"names": "prod*", "reason": "r"}]
teardown_projects_forbidden=eu-de_*, *_prod
""", encoding="utf-8")
    with Simulator(WORLD) as sim:
        code, output = nightly(tmp_path, sim, "-i", "hosts.ini")
        assert code == 0, output
        assert [entry["ids"] for entry in sim.stops()] == [["3"]]
        code, output = nightly(tmp_path, sim, "-i", "hosts.ini", teardown_projects_forbidden="eu-*")
        assert code == 2 and "teardown_projects_forbidden holds the project eu-de" in output
        written = json.loads((tmp_path / "teardown_report" / "apply.json").read_text(encoding="utf-8"))
        assert written["headline"].startswith("refused; nothing was sent: teardown_projects_forbidden holds the project eu-de")


@pytest.mark.parametrize("role", ["modelarts_stop", "drs_stop"])
def test_an_exclusion_that_is_none_fails_the_roles_of_the_services(tmp_path: pathlib.Path, role: str) -> None:
    """`{}` spares nothing; what is null, empty or no dictionary does not mean that."""
    said = []
    with Simulator(WORLD) as sim:
        for value in (None, "", "keep-*", []):
            book = [{"hosts": "localhost", "connection": "local", "gather_facts": False, "tasks": [
                {"ansible.builtin.include_role": {"name": f"otc.teardown.{role}"}, "vars": {f"{role}_all": True, f"{role}_exclude": value}},
            ]}]
            said.append((value, play(tmp_path, book, environ=login_environment(sim)).code))
        assert [value for value, code in said if code != 2] == []
        assert sim.writes() == []


NOTEBOOKS = [f"11111111-0000-4000-8000-00000000000{number}" for number in range(1, 6)]
TAGGED: dict[str, Any] = {"stop_delay": 0.05, "notebooks": [
    {"id": NOTEBOOKS[0], "name": "kept", "tags": {"keep-until": "2999-12-31"}}, {"id": NOTEBOOKS[1], "name": "past", "tags": {"keep-until": "2020-01-01"}},
    {"id": NOTEBOOKS[2], "name": "odd", "tags": {"keep-until": "{{ 7 * 7 }}"}}, {"id": NOTEBOOKS[3], "name": "team", "tags": {"team": "ml-1"}},
    {"id": NOTEBOOKS[4], "name": "before", "tags": {"team": "data"}},
]}
BEFORE = [{"hosts": "localhost", "gather_facts": False, "tasks": [
    {"otc.teardown.jobs_info": {"resources": ["modelarts_notebook"], "filters": {"names": ["before"]}, "caller": True,
                                "exclude": {"tags": {"team": "ml*"}, "owners": ["nobody"]}}, "register": "found"},
    {"ansible.builtin.copy": {"content": "{{ found | to_nice_yaml }}", "dest": "{{ here }}/before", "mode": "0600"}},
]}]


@pytest.mark.main
def test_a_keep_tag_tags_and_a_baseline(tmp_path: pathlib.Path) -> None:
    variables = {
        "teardown_resources": ["modelarts_notebook"], "teardown_keep_tag": "keep-until", "teardown_baseline": "before",
        "teardown_exclude": {"tags": {"team": ["ml-*"]}, "owners": ["nobody"]}, "teardown_protect": [{"tags": {"team": "x"}, "reason": "r"}],
    }
    with Simulator(TAGGED) as sim:
        played = play(tmp_path, BEFORE, "-e", f"here={tmp_path}", environ=login_environment(sim))
        assert played.code == 0, played.output
        code, output = nightly(tmp_path, sim, **variables)
        assert code == 0, output
        assert [entry["ids"] for entry in sim.stops()] == [[NOTEBOOKS[1]]]
    report = json.loads((tmp_path / "teardown_report/apply.json").read_text(encoding="utf-8"))
    reasons = {row["name"]: row["reason"] for row in report["rows"]}
    assert reasons["kept"] == "protected until 2999-12-31 by its tag keep-until" and reasons["before"] == "protected, because it is in teardown_baseline"
    assert reasons["odd"].startswith("protected, because its tag keep-until is '{{ 7 * 7 }}', which is neither")
    assert {row["name"]: row["tags"] for row in report["rows"]}["team"] == {"team": "ml-1"}
