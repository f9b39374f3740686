# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rulebook for budget alarms: it launches the workflow of the AWX pack and nothing else, whoever posts what.

The messages have the form of "HTTP or HTTPS Message Format" in the user guides of SMN (Open Telekom Cloud, Huawei Cloud: smn_ug_a9002).
"""

from __future__ import annotations

import json
import os
import pathlib
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import yaml

from tests.awx.surveys import survey_errors
from tests.eda.controller import WORKFLOW, Controller, controller

ROOT = pathlib.Path(__file__).resolve().parents[2]
EDA = ROOT / "extensions" / "eda"
RULEBOOK = EDA / "rulebooks" / "budget_alarm.yml"
TOOLS = ROOT / ".venv" / "eda" / "bin"
VARIABLES: dict[str, Any] = yaml.safe_load((EDA / "vars.yml").read_text(encoding="utf-8"))
RULESETS: list[dict[str, Any]] = yaml.safe_load(RULEBOOK.read_text(encoding="utf-8"))
SECRETS = {"OTC_EDA_TOKEN": "a-token", "OTC_EDA_SMN_PATH": "smn/a-path"}
NOTIFICATION = {
    "type": "Notification", "topic_urn": VARIABLES["otc_eda_smn_topic"], "message_id": "1", "subject": "budget", "message": "80 % of the budget",
    "signature": "x", "signature_version": "v1", "signing_cert_url": "https://smn.eu-de.otc.t-systems.com/smn/SMN_eu-de_1.pem",
    "unsubscribe_url": "https://console.otc.t-systems.com/smn/subscription/unsubscribe?x=1", "timestamp": "2026-11-26T20:00:00Z",
}
CONFIRMATION = {**NOTIFICATION, "type": "SubscriptionConfirmation", "subscribe_url": "https://console.otc.t-systems.com/smn/subscription/confirm?token=7"}


def pack(name: str) -> Any:
    """The objects of a file of the AWX pack."""
    return yaml.safe_load((ROOT / "extensions" / "awx" / "objects" / name).read_text(encoding="utf-8"))


def test_nothing_is_launched_but_the_workflow_with_an_approval() -> None:
    """Each action launches it with nothing of what was posted, at most once an hour, or says something."""
    rules = [rule for ruleset in RULESETS for rule in ruleset["rules"]]
    launching = [rule for rule in rules if "run_workflow_template" in rule["action"]]
    assert len(launching) == 2 and all(list(rule["action"]) == ["debug"] for rule in rules if rule not in launching)
    for rule in launching:
        action = rule["action"]["run_workflow_template"]
        assert action["name"] == WORKFLOW and action["include_events"] is False and rule["throttle"]["once_within"] == "1 hour"
    [workflow] = [one for one in pack("controller_workflows.yml")["controller_workflows"] if one["name"] == WORKFLOW]
    assert [node["identifier"] for node in workflow["workflow_nodes"]] == ["plan", "review"]


def test_the_answers_are_those_of_the_survey() -> None:
    spec = pack("surveys.yml")["otc_site_survey_selection"]["spec"]
    answers = VARIABLES["otc_eda_answers"]
    assert survey_errors(spec, answers) == [] and set(answers) <= {question["variable"] for question in spec}


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def post(port: int, path: str, body: Any, **headers: str) -> int:
    """The status of the answer, 0 if there is none."""
    request = urllib.request.Request(f"http://127.0.0.1:{port}/{path}", json.dumps(body).encode(), headers=headers)
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


def until(reached: Callable[[], Any], output: pathlib.Path, process: subprocess.Popen[bytes]) -> None:
    """Wait for it, for two minutes at most."""
    end = time.monotonic() + 120
    while not reached():
        text = output.read_text(encoding="utf-8")
        assert process.poll() is None and time.monotonic() < end, text
        time.sleep(0.1)


@pytest.fixture
def rulebook(tmp_path: pathlib.Path) -> Iterator[tuple[Controller, dict[str, Any], Callable[[], str], Callable[[Callable[[], Any]], None]]]:
    """ansible-rulebook with the rulebook: its controller, its variables, what it has printed, and how to wait; both sources listen."""
    if not (TOOLS / "ansible-rulebook").exists():
        pytest.skip("ansible-rulebook is not installed (make .venv/.eda)")
    if not shutil.which("java"):
        pytest.skip("ansible-rulebook needs Java 17 (on Debian and Ubuntu: openjdk-17-jre-headless)")
    variables = {**VARIABLES, "otc_eda_port": free_port(), "otc_eda_smn_port": free_port(), "otc_eda_limit": "eu-de"}
    (tmp_path / "vars.yml").write_text(json.dumps(variables), encoding="utf-8")
    output = tmp_path / "output"
    with controller() as awx, output.open("wb") as file:
        command = [str(TOOLS / "ansible-rulebook"), "--rulebook", str(RULEBOOK), "--vars", "vars.yml", "--env-vars", ",".join(SECRETS),
                   "--controller-url", awx.url, "--controller-token", "x"]
        environ = {**os.environ, **SECRETS, "PATH": f"{TOOLS}:{os.environ['PATH']}", "EDA_JOB_TEMPLATE_REFRESH_DELAY": "0.2", "NO_PROXY": "127.0.0.1"}
        process = subprocess.Popen(command, cwd=tmp_path, env=environ, stdout=file, stderr=subprocess.STDOUT)
        try:
            for port in (variables["otc_eda_port"], variables["otc_eda_smn_port"]):
                until(lambda port=port: post(port, "is-it-there", {"status": "resolved"}), output, process)
            yield awx, variables, lambda: output.read_text(encoding="utf-8"), lambda reached: until(reached, output, process)
        finally:
            process.kill()
            process.wait()


@pytest.mark.slow
def test_alarms_make_a_plan_and_whatever_else_is_posted_makes_nothing(rulebook: Any) -> None:
    """A confirmation that is shown tells that all before it was looked at."""
    awx, variables, printed, wait_for = rulebook
    token, secret = {"Authorization": f"Bearer {SECRETS['OTC_EDA_TOKEN']}"}, SECRETS["OTC_EDA_SMN_PATH"]
    programs, cloud = variables["otc_eda_port"], variables["otc_eda_smn_port"]
    alarm = {"status": "firing", "limit": "all", "extra_vars": {"teardown_max_stops": 1000}, "meta": {"hosts": "other", "limit": "other"}}

    assert [post(programs, "x", alarm), post(programs, "x", alarm, Authorization="Bearer another")] == [401, 401]
    assert post(programs, "x", {**alarm, "status": "resolved"}, **token) == 200
    elsewhere = {**CONFIRMATION, "subscribe_url": "https://elsewhere.example.com/"}
    for path, body in ((secret, {**NOTIFICATION, "topic_urn": "urn:smn:eu-de:another"}), ("smn/another", NOTIFICATION), (secret, {"type": "Notification"}),
                       (secret, {**NOTIFICATION, "type": "UnsubscribeConfirmation"}), ("smn/another", elsewhere), (secret, CONFIRMATION)):
        assert post(cloud, path, body) == 200
    wait_for(lambda: CONFIRMATION["subscribe_url"] in printed())
    assert awx.launched == [] and elsewhere["subscribe_url"] not in printed()

    again = {**CONFIRMATION, "subscribe_url": "https://console.otc.t-systems.com/smn/subscription/confirm?token=8"}
    assert post(programs, "x", alarm, **token) == post(programs, "x", alarm, **token) == 200
    assert [post(cloud, secret, body) for body in (NOTIFICATION, NOTIFICATION, again)] == [200, 200, 200]
    wait_for(lambda: len(awx.launched) >= 2 and again["subscribe_url"] in printed())
    plan = ("/api/v2/workflow_job_templates/7/launch/", {"limit": "eu-de", "extra_vars": VARIABLES["otc_eda_answers"]})
    assert awx.launched == [plan, plan], printed()
    assert not [text for text in SECRETS.values() if text in printed()]
