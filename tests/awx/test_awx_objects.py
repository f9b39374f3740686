# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The objects for AWX: taken by the modules of awx.awx, in line with each other and with the rules of AWX."""

from __future__ import annotations

import json
import pathlib
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from typing import Any

import jsonschema
import pytest
import yaml
from jinja2 import StrictUndefined, sandbox

from ansible_collections.otc.teardown.plugins.module_utils._iam.settings import ENVIRONMENT, SECRET_OPTIONS
from tests.awx.configured import MODULES, PACK, Objects, configure
from tests.awx.surveys import survey_errors
from tests.support.playbooks import ROOT

pytestmark = pytest.mark.e2e

# ansible/awx, awx/main/fields.py: what the inputs of a custom credential type may hold
_FIELD = {
    "type": "object",
    "additionalProperties": False,
    "required": ["id", "label"],
    "properties": {
        "id": {"type": "string", "pattern": "^[a-zA-Z_]+[a-zA-Z0-9_]*$"},
        "type": {"enum": ["string", "boolean"]},
        "format": {"enum": ["ssh_private_key", "url"]},
        "label": {"type": "string"},
        "help_text": {"type": "string"},
        "secret": {"type": "boolean"},
    },
}
# ansible/awx, awx/main/utils/ansible.py: what a file of a project must hold to count as a playbook
_PLAYBOOK = re.compile(r"^\s*?-?\s*?(?:hosts|(ansible\.builtin\.)?import_playbook):\s*?.*?$", re.MULTILINE)
_ROLE = yaml.safe_load((ROOT / "roles/teardown/meta/argument_specs.yml").read_text(encoding="utf-8"))
OPTIONS: dict[str, Any] = _ROLE["argument_specs"]["main"]["options"]
# Option -> the module whose objects it names, where the two do not have the same name
_NAMES = {
    "teams": "team", "job_templates": "job_template", "workflows": "workflow_job_template",
    "credentials": "credential", "instance_groups": "instance_group", "labels": "label", "source_project": "project",
    "default_environment": "execution_environment", "unified_job_template": "job_template",
    "notification_templates_started": "notification_template", "notification_templates_success": "notification_template",
    "notification_templates_error": "notification_template", "notification_templates_approvals": "notification_template",
}


def asking(objects: Objects) -> dict[str, Any]:
    """Every template and workflow, by name."""
    return {**objects["job_template"], **objects["workflow_job_template"]}


def questions(objects: Objects, name: str) -> dict[str, Any]:
    """The questions of a survey, by variable."""
    return {question["variable"]: question for question in asking(objects)[name].get("survey_spec", {}).get("spec", [])}


def references(found: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The objects that an object names, each with its module."""
    for key, names in found.items():
        module = _NAMES.get(key, key)
        if module in MODULES and key != "role":
            yield from ((module, name) for name in ([names] if isinstance(names, str) else names))


def test_what_the_modules_do_not_know_is_refused(tmp_path: pathlib.Path) -> None:
    with pytest.raises(AssertionError, match="Unsupported parameters for .*flavor"):
        configure(tmp_path, {}, "-e", '{"controller_labels": [{"name": "x", "organization": "Default", "flavor": "red"}]}')


def test_a_secret_is_given_to_awx_and_printed_nowhere(configured: tuple[Objects, str]) -> None:
    objects, output = configured
    assert objects["credential"]["OTC teardown login"]["inputs"]["password"] == "simulator-password"
    assert "secret-address" in objects["notification_template"]["OTC teardown webhook"]["notification_configuration"]["url"]
    assert "simulator-password" not in output and "secret-address" not in output


def test_what_refers_to_an_object_finds_it(objects: Objects) -> None:
    items = [item for kind in objects.values() for item in kind.values()]
    named = [reference for item in items for reference in references(item)]
    assert len(named) > 30
    launched = {**objects["job_template"], **objects["workflow_job_template"]}
    assert [(module, name) for module, name in named if name not in {"job_template": launched}.get(module, objects[module])] == []
    # AWX has notifications of its own.
    assert {template["playbook"] for template in objects["job_template"].values()} == {
        f"playbooks/{path.name}" for path in (ROOT / "playbooks").glob("*.yml") if path.name != "notify.yml"
    }
    told = [found.get(key) for found in asking(objects).values() for key in found if key.startswith("notification_templates_")]
    assert told and all(names == ["OTC teardown mail", "OTC teardown webhook"] for names in told)
    for template in objects["job_template"].values():
        assert _PLAYBOOK.search((ROOT / template["playbook"]).read_text(encoding="utf-8"))
    assert (ROOT / objects["inventory_source"]["OTC projects of the login"]["source_path"]).is_file()


def test_the_credential_type_is_what_awx_and_the_modules_take(objects: Objects) -> None:
    found = objects["credential_type"]["Open Telekom Cloud"]
    fields = {field["id"]: field for field in found["inputs"]["fields"]}
    jsonschema.validate(found["inputs"]["fields"], {"type": "array", "items": _FIELD})
    assert set(found["inputs"]["required"]) <= set(fields)
    assert [name for name, field in fields.items() if field.get("secret")] == [name for name in fields if name in SECRET_OPTIONS]
    assert set(SECRET_OPTIONS) <= set(fields)
    given = {name: text.strip("{} ") for name, text in found["injectors"]["env"].items()}
    assert sorted(given.values()) == sorted(fields)
    assert {name: option for option, names in ENVIRONMENT.items() for name in names if name in given} == given


def test_the_rules_of_the_house_are_variables_of_the_role(objects: Objects) -> None:
    variables = objects["inventory"]["OTC projects"]["variables"]
    assert {name for name in variables if name.startswith("teardown_")} <= set(OPTIONS)
    assert variables["teardown_projects_allowed"] == []


def test_surveys_follow_the_rules_of_awx(objects: Objects) -> None:
    for name in asking(objects):
        for variable, question in questions(objects, name).items():
            assert {"question_name", "required", "type"} <= set(question)
            assert variable in OPTIONS or variable in ("otc_names", "otc_except", "otc_older_than")
            default = question.get("default")
            if question["type"] == "multiselect":
                assert default.splitlines() == question["choices"] == OPTIONS[variable]["default"]
            elif default is not None:
                assert survey_errors([question], {variable: default}) == []


@pytest.mark.parametrize(("answers", "wrong"), [
    ({}, "otc_names: value missing"),
    ({"otc_names": "*"}, "otc_names: too small or too large"),
    ({"teardown_resources": ["servers"]}, "teardown_resources: servers is no choice"),
    ({"otc_older_than": "2h"}, "otc_older_than: 2h is no choice"),
    ({"teardown_max_stops": 5000}, "teardown_max_stops: too small or too large"),
    ({"teardown_max_stops": "5"}, "teardown_max_stops: '5' is not of type integer"),
])
def test_answers_that_make_no_sense_are_refused_in_the_form(objects: Objects, answers: dict[str, Any], wrong: str) -> None:
    spec = objects["workflow_job_template"]["OTC teardown"]["survey_spec"]["spec"]
    assert wrong in survey_errors(spec, answers)


def test_only_the_digest_of_the_reviewed_plan_confirms_in_a_workflow(objects: Objects) -> None:
    """Variables of a workflow win over what jobs hand on, and a default of the survey over the variables of the inventory."""
    assert not any(found.get("ask_variables_on_launch") for found in asking(objects).values())
    assert not any("confirm" in variable or "digest" in variable for variable in questions(objects, "OTC teardown"))
    confirm = questions(objects, "OTC teardown apply")
    assert list(confirm) == ["teardown_confirm"]
    assert confirm["teardown_confirm"]["required"] is False and "default" not in confirm["teardown_confirm"]
    assert not any("teardown_confirm" in found.get("extra_vars", {}) for found in asking(objects).values())


def test_the_workflow_goes_on_after_success_only_and_verifies_in_any_case(objects: Objects) -> None:
    nodes = objects["workflow_job_template_node"]
    ways = {name: {key: ones for key, ones in node.items() if key.endswith("_nodes")} for name, node in nodes.items()}
    assert ways == {
        "OTC teardown/plan": {"success_nodes": ["review"]},
        "OTC teardown/review": {},
        "OTC teardown review/approval": {"success_nodes": ["apply"]},
        "OTC teardown review/apply": {"always_nodes": ["verify"]},
        "OTC teardown review/verify": {},
    }
    # Shorter than the plan holds, and than the hosts are kept.
    timeout = nodes["OTC teardown review/approval"]["approval_node"]["timeout"]
    assert 0 < timeout < 24 * 3600
    assert timeout < objects["inventory_source"]["OTC projects of the login"]["update_cache_timeout"]
    # An answer reaches a job in the inner workflow only if that workflow asks for it, too.
    outer, inner = (objects["workflow_job_template"][name] for name in ("OTC teardown", "OTC teardown review"))
    assert inner["survey_spec"] == outer["survey_spec"]
    assert inner["ask_limit_on_launch"] is outer["ask_limit_on_launch"] is True


def test_a_second_run_can_mend_and_changes_nothing(objects: Objects) -> None:
    """The module of workflows reports approvals in workflow_nodes as changed each time, that of projects syncs on request only."""
    assert not any("workflow_nodes" in found for found in objects["workflow_job_template"].values())
    assert all(found["update_project"] and found["wait"] for found in objects["project"].values())


def test_who_asks_cannot_approve_and_who_approves_can_read(objects: Objects) -> None:
    found: dict[str, dict[str, set[str]]] = {}
    for given in objects["role"].values():
        (team,) = given["teams"]
        found.setdefault(team, {}).setdefault(given["role"], set()).update([*given.get("workflows", []), *given.get("job_templates", [])])
    asks, approves = found["OTC teardown requesters"], found["OTC teardown approvers"]
    assert approves["approval"] == {"OTC teardown review"} and "approval" not in asks and "execute" not in approves
    assert "OTC teardown plan" in approves["read"]
    assert not asks["execute"] & {"OTC teardown apply", "OTC teardown nightly", "OTC teardown review"}
    assert found.keys() == objects["team"].keys()


def blocks(page: str) -> Iterator[dict[str, Any]]:
    """The YAML of a page that is objects of the pack."""
    for text in re.findall(r"```yaml\n(.*?)```", (ROOT / "docs" / page).read_text(encoding="utf-8"), re.DOTALL):
        found = yaml.safe_load(text)
        if isinstance(found, dict) and any(key.startswith("controller_") for key in found):
            yield found


@pytest.mark.slow
def test_another_site_has_slices_and_no_limit_and_the_objects_of_the_page(tmp_path: pathlib.Path) -> None:
    """AWX divides before it limits, so a limit leaves some slices without a host, and they fail."""
    shown = [json.dumps(block) for block in blocks("awx.md")]
    assert shown
    flags = [part for block in shown for part in ("-e", block)]
    objects, _output = configure(tmp_path, {}, "-e", '{"otc_site_slices": 3}', *flags)
    for name, found in asking(objects).items():
        sliced = name != "OTC teardown report"
        assert found["ask_limit_on_launch"] is False, name
        if name in objects["job_template"]:
            assert (found["job_slice_count"], found["ask_job_slice_count_on_launch"]) == (3 if sliced else 1, False)
    assert list(objects["notification_template"]) == ["OTC teardown mail"]
    assert objects["inventory"]["OTC projects of developers"]["kind"] == "constructed"


def test_the_schedule_answers_the_survey_and_is_not_enabled(objects: Objects) -> None:
    (schedule,) = objects["schedule"].values()
    template = objects["job_template"][schedule["unified_job_template"]]
    assert schedule["enabled"] is False
    assert survey_errors(template["survey_spec"]["spec"], schedule["extra_data"]) == []
    # ansible/awx, awx/api/serializers.py: each rule has an interval, and an exception (EXDATE) its time zone.
    rules = schedule["rrule"].split(" ")
    assert re.fullmatch(r"DTSTART;TZID=[\w/]+:\d{8}T\d{6}", rules[0])
    assert all(re.fullmatch(r"(EX|R)RULE:FREQ=\w+;INTERVAL=\d+(;BY[A-Z]+=[A-Z0-9,]+)+", rule) for rule in rules[1:])


# ansible/awx, awx/main/models/notifications.py and workflow.py: what a message may speak of (of jobs, only what is used here)
HOSTILE = "a 'quote' <!channel> & {{ url }} é \U0001f600"
FOUND = {"project": "eu-de", "message": f"eu-de: apply would refuse: {HOSTILE}; 1 would be stopped\n  digest 12ab"}
_STUB = {
    "job": {"id": 42, "name": "Stub", "status": "running", "artifacts": {"otc_teardown_project_1": FOUND, "otc_teardown_mode": "plan"}},
    "url": "https://awx.example.com/#/jobs/playbook/42",
    "workflow_url": "https://awx.example.com/#/jobs/workflow/43",
    "approval_node_name": "Stop?",
    "approval_status": "approved",
    "job_metadata": json.dumps({
        "name": "Stop?",
        "extra_vars": json.dumps({"otc_names": 'x", "message": "answer', "otc_teardown_project_1": FOUND, "otc_teardown_project_2": FOUND}),
    }, indent=4),
}
_EMPTY = {**_STUB, "job": {**_STUB["job"], "artifacts": {}}, "job_metadata": json.dumps({"extra_vars": "{}"})}


def messages_of(objects: Objects, name: str) -> dict[str, dict[str, str]]:
    """The messages of a notification by event; those about approvals too."""
    found = dict(objects["notification_template"][name]["messages"])
    approvals = found.pop("workflow_approval")
    assert set(found) == {"started", "success", "error"}
    assert set(approvals) == {"running", "approved", "timed_out", "denied"}
    return {**found, **approvals}


def rendered(text: str, context: Mapping[str, Any]) -> str:
    """A message as AWX renders it."""
    return sandbox.ImmutableSandboxedEnvironment(undefined=StrictUndefined).from_string(text).render(context)


@pytest.mark.parametrize("context", [_STUB, _EMPTY], ids=["figures", "none"])
def test_mails_say_what_the_jobs_left_and_have_single_blank_lines(objects: Objects, context: dict[str, Any]) -> None:
    for event, message in messages_of(objects, "OTC teardown mail").items():
        subject, body = (rendered(message[part], context) for part in ("message", "body"))
        assert subject.strip() and "\n" not in subject
        assert "\n\n\n" not in body and body == body.strip()
        times = {"approved": 0, "timed_out": 0, "denied": 0, "running": 2}.get(event, 1) if context is _STUB else 0
        shown = re.findall(rf"\n\n{re.escape(FOUND['message'])}(?=\n\n)", body)
        assert len(shown) == times, body


@pytest.mark.parametrize("context", [_STUB, _EMPTY], ids=["figures", "none"])
def test_a_chat_gets_json_in_which_text_is_no_markup(objects: Objects, context: dict[str, Any]) -> None:
    for event, message in messages_of(objects, "OTC teardown webhook").items():
        body = json.loads(rendered(message["body"], context))
        assert list(body) == ["text"] and "https://awx.example.com/" in body["text"]
        assert "<" not in body["text"]
        if context is _STUB and event not in ("approved", "timed_out", "denied"):
            assert HOSTILE.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;") in body["text"]
            assert "answer" not in body["text"]


def test_the_pod_has_the_shared_folder(objects: Objects) -> None:
    pod = yaml.safe_load(objects["instance_group"]["OTC teardown"]["pod_spec_override"])
    (mount,) = pod["spec"]["containers"][0]["volumeMounts"]
    assert mount["mountPath"] == objects["inventory"]["OTC projects"]["variables"]["otc_folder"]
    assert [volume["name"] for volume in pod["spec"]["volumes"]] == [mount["name"]]


def test_the_execution_environment_is_pinned_and_can_be_prepared(tmp_path: pathlib.Path) -> None:
    definition = yaml.safe_load((PACK / "execution-environment.yml").read_text(encoding="utf-8"))
    version = yaml.safe_load((ROOT / "galaxy.yml").read_text(encoding="utf-8"))["version"]
    wanted = definition["dependencies"]
    assert all(re.search(r"==\d", package) for package in [
        wanted["ansible_core"]["package_pip"], wanted["ansible_runner"]["package_pip"], *wanted["python"],
    ])
    assert re.search(r":\d[\d.]*-\d+$", definition["images"]["base_image"]["name"])
    tarball = (PACK / definition["additional_build_files"][0]["src"]).resolve()
    assert tarball == ROOT / "dist" / f"otc-teardown-{version}.tar.gz"
    # The tool wants the tarball to be there, and looks for it relative to the file.
    copy = tmp_path / "extensions" / "awx" / "execution-environment.yml"
    for path, text in ((copy, yaml.safe_dump(definition)), (tmp_path / "dist" / tarball.name, "")):
        path.parent.mkdir(parents=True)
        path.write_text(text, encoding="utf-8")
    context = tmp_path / "context"
    subprocess.run(
        [sys.executable, "-m", "ansible_builder", "create", "--file", str(copy), "--context", str(context), "--output-filename", "Containerfile"],
        check=True, capture_output=True, text=True, cwd=tmp_path,
    )
    assert (context / "_build" / "collections" / tarball.name).exists()
    assert wanted["ansible_core"]["package_pip"] in (context / "Containerfile").read_text(encoding="utf-8")
