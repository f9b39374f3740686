# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The job templates and the workflow, run by ansible-runner with the files that AWX would give it."""

from __future__ import annotations

import json
import pathlib
import re
from typing import Any

import pytest
from ansible.release import __version__ as ansible_version
from jinja2 import ChainableUndefined, sandbox

from tests.awx.configured import Objects
from tests.awx.controller import Controller, Job
from tests.simulator import Simulator
from tests.support.harness import PASSWORD_LOGIN, token_of
from tests.support.playbooks import login_environment, run_ansible

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

KIND = "modelarts_visualization_job"
PROJECTS = [{"id": f"{n:032x}", "name": name} for n, name in enumerate(("eu-de", "eu-de_dev"), start=1)]
WORLD: dict[str, Any] = {
    "projects": PROJECTS,
    "stop_delay": 0.05,
    "visualization_jobs": [
        {"id": 1, "name": "one", "project": "eu-de"},
        {"id": 2, "name": "two", "project": "eu-de_dev"},
        {"id": 3, "name": "keep-it", "project": "eu-de_dev"},
    ],
}
ANSWERS = {
    "teardown_resources": [KIND], "otc_names": "one, two*", "otc_except": "", "otc_older_than": "any age", "teardown_max_stops": 5,
}
INPUTS = {key: PASSWORD_LOGIN[key] for key in ("region", "username", "password", "domain_name")}
# The beginning of every token of the simulator is among them.
SECRETS = ("simulator-password", "simulator-secret-key", "MII")


def controller(folder: pathlib.Path, objects: Objects, sim: Simulator, inputs: dict[str, str] | None = None) -> Controller:
    """An AWX that is configured with our objects, and whose projects may be torn down."""
    login = {**(inputs or INPUTS), "auth_url": sim.endpoints["iam"]}
    made = Controller(folder, objects, login, otc_folder=str(folder / "shared"), teardown_projects_allowed=PROJECTS, teardown_settle=0)
    made.sync()
    return made


def leaks(folder: pathlib.Path) -> list[str]:
    """Files with a secret among those that a run leaves: events, output, plans, reports, journal.

    In the file `command`, ansible-runner keeps what it was started with. It lies in the folder that AWX makes
    for a job and removes after it, as the files do which it is started with.
    """
    found = [path for part in ("shared", "job-*/artifacts") for path in folder.glob(f"{part}/**/*") if path.is_file()]
    kept = [path for path in found if path.name != "command"]
    assert len(kept) > 10
    return [f"{path}: {secret}" for path in kept for secret in SECRETS if secret in path.read_text(encoding="utf-8")]


def mail(objects: Objects, job: Job) -> str:
    """The mail about a job that succeeded."""
    text = objects["notification_template"]["OTC teardown mail"]["messages"]["success"]["body"]
    jinja = sandbox.ImmutableSandboxedEnvironment(undefined=ChainableUndefined)
    return jinja.from_string(text).render(job={"name": "plan", "id": 1, "status": job.status, "artifacts": job.artifacts}, url="there")


def request_for_approval(objects: Objects, awx: Controller) -> str:
    """The mail about the plan that waits."""
    text = objects["notification_template"]["OTC teardown mail"]["messages"]["workflow_approval"]["running"]["body"]
    known = {"approval_node_name": "Stop?", "workflow_url": "there", "job_metadata": awx.job_metadata}
    return sandbox.ImmutableSandboxedEnvironment().from_string(text).render(known)


def test_a_workflow_in_slices_stops_what_was_approved_and_nothing_else(tmp_path: pathlib.Path, objects: Objects) -> None:
    with Simulator(WORLD) as sim:
        awx = controller(tmp_path, objects, sim)
        assert sorted(awx.hosts) == ["eu-de", "eu-de_dev"]
        steps: list[tuple[str, Job | None]] = []
        for step, job in awx.workflow("OTC teardown", ANSWERS, slices=2):
            steps.append((step, job))
            assert job is None or job.status == "successful", job.output
            if step == "approval":
                assert sim.writes() == []
                planned = [one for _step, one in steps if one]
                assert "eu-de_dev: ok. 1 would be stopped" in mail(objects, planned[1])
                asked = request_for_approval(objects, awx)
                assert "eu-de: ok. 1 would be stopped\n" in asked and "eu-de_dev: ok. 1 would be stopped" in asked
                assert all(job.artifacts["otc_teardown_digest"] in asked for job in planned)
                sim.change(KIND, create={"id": 4, "name": "two-late", "project": "eu-de_dev"})
        assert [step for step, _job in steps] == ["plan", "plan", "approval", "apply", "apply", "verify", "verify"]
        assert [entry["ids"] for entry in sim.stops()] == [["1"], ["2"]]
        jobs = [job for _step, job in steps if job]
        digests = [value["digest"] for job in jobs for key, value in job.artifacts.items() if "_project_" in key]
        assert digests == digests[:2] * 3 and digests[0] != digests[1]
        hosts = [{event["event_data"]["host"] for event in job.events if event["event"] == "runner_on_ok"} for job in jobs]
        assert hosts == [{"eu-de"}, {"eu-de_dev"}] * 3
        assert re.search(rf"two-late +{KIND} +RUNNING +new", jobs[3].output), jobs[3].output
        assert leaks(tmp_path) == []


def test_what_apply_would_refuse_comes_first_and_the_other_projects_are_verified(tmp_path: pathlib.Path, objects: Objects) -> None:
    with Simulator(WORLD) as sim:
        awx = controller(tmp_path, objects, sim)
        awx.inventory["teardown_projects_allowed"] = PROJECTS[:1]
        steps = []
        for step, job in awx.workflow("OTC teardown", ANSWERS):
            steps.append((step, job.status if job else ""))
            if step == "approval":
                asked = request_for_approval(objects, awx)
                assert "eu-de: ok. 1 would be stopped\n" in asked
                assert "eu-de_dev: apply would refuse: teardown_projects_allowed" in asked
        assert steps == [("plan", "successful"), ("approval", ""), ("apply", "failed"), ("verify", "failed")]
        assert [entry["ids"] for entry in sim.stops()] == [["1"]]
        assert job is not None
        figures = {value["project"]: value["message"] for key, value in job.artifacts.items() if "_project_" in key}
        assert figures["eu-de"].startswith("eu-de: ok. 1 ended already")
        assert "Still running: 1" in figures["eu-de_dev"]


def test_a_slice_without_a_chosen_project_is_green(tmp_path: pathlib.Path, objects: Objects) -> None:
    with Simulator(WORLD) as sim:
        awx = controller(tmp_path, objects, sim)
        job = awx.run("OTC teardown plan", {**ANSWERS, "teardown_hosts": "*_dev"}, of=(0, 2))
        assert (job.status, job.artifacts) == ("successful", {}), job.output
        assert "no hosts matched" in job.output
        # What the page says of a limit: Ansible ends before a playbook begins.
        job = awx.run("OTC teardown plan", ANSWERS, of=(0, 2), limit="eu-de_dev")
        assert job.status == "failed" and "no hosts to target" in job.output
        assert sim.writes() == []


def test_no_plan_but_the_reviewed_one_is_carried_out(tmp_path: pathlib.Path, objects: Objects) -> None:
    with Simulator(WORLD) as sim:
        awx = controller(tmp_path, objects, sim)
        reviewed = awx.launch("OTC teardown plan", ANSWERS, limit="eu-de")
        assert reviewed.status == "successful", reviewed.output
        later = awx.launch("OTC teardown plan", {**ANSWERS, "otc_names": "**"}, limit="eu-de")
        assert later.status == "successful", later.output
        for job, words in (
            # The first plan was approved, the second one lies there now.
            (awx.run("OTC teardown apply", reviewed.artifacts, limit="eu-de"), "teardown_confirm"),
            (awx.launch("OTC teardown apply", limit="eu-de"), "teardown_confirm"),
        ):
            assert job.status == "failed"
            assert words in job.output
        assert sim.writes() == []
        assert leaks(tmp_path) == []


@pytest.mark.parametrize("login", ["password", "access_key", "token"])
def test_each_login_of_the_credential_type_gets_in(tmp_path: pathlib.Path, objects: Objects, login: str) -> None:
    with Simulator({}) as sim:
        inputs = {
            "password": INPUTS,
            "access_key": {"region": "eu-de", "access_key": "SIMULATORAK000000001", "secret_key": "simulator-secret-key"},
            "token": {"region": "eu-de", "token": token_of(sim)},
        }[login]
        awx = controller(tmp_path, objects, sim, inputs)
        assert list(awx.hosts) == ["eu-de"]
        if login == "access_key":  # No token, so no catalog that tells where the services are
            awx.hosts["eu-de"]["teardown_connection"]["endpoints"] = sim.endpoints
        job = awx.launch("OTC whoami")
        assert job.status == "successful", job.output
        assert f"Login:    {login}" in job.output
        assert "OK:       drs_job: 0 jobs" in job.output
        assert leaks(tmp_path) == []


def test_the_schedule_of_the_nightly_job_stops_what_its_answers_select(tmp_path: pathlib.Path, objects: Objects) -> None:
    (schedule,) = objects["schedule"].values()
    with Simulator(WORLD) as sim:
        awx = controller(tmp_path, objects, sim)
        answers = {**schedule["extra_data"], "teardown_resources": [KIND], "otc_older_than": "any age"}
        job = awx.launch(schedule["unified_job_template"], answers, limit="eu-de")
        assert job.status == "successful", job.output
        assert job.artifacts["otc_teardown_headline"] == "1 stopped"
        assert [entry["ids"] for entry in sim.stops()] == [["1"]]
        report = awx.run("OTC teardown report", {"teardown_report_dir": str(tmp_path / "shared")})
        assert report.status == "successful", report.output
        assert "eu-de" in (tmp_path / "shared" / "apply_all.html").read_text(encoding="utf-8")


# Every form is in tests/unit/plugins/plugin_utils/test_spare_role_variables.py; these are what AWX makes of some of them.
@pytest.mark.parametrize("answer", ["keep-*\ntwo ;x\n", '["keep-*", "two"]'], ids=repr)
def test_what_the_survey_leaves_alone_in_any_form_is_not_stopped(tmp_path: pathlib.Path, objects: Objects, answer: str) -> None:
    with Simulator(WORLD) as sim:
        awx = controller(tmp_path, objects, sim)
        job = awx.launch("OTC teardown nightly", {**ANSWERS, "otc_names": "**", "otc_except": answer}, limit="eu-de_dev")
        assert job.status == "successful", job.output
        assert sim.writes() == []
        plan = json.loads(plan_of(tmp_path).read_text(encoding="utf-8"))
        assert [row["decision"] for row in plan["rows"]] == ["excluded", "excluded"]


def test_without_an_age_the_default_of_the_survey_holds(tmp_path: pathlib.Path, objects: Objects) -> None:
    with Simulator(WORLD) as sim:
        awx = controller(tmp_path, objects, sim)
        answers = {key: value for key, value in ANSWERS.items() if key != "otc_older_than"}
        job = awx.run("OTC teardown plan", answers, limit="eu-de_dev")
        assert job.status == "successful", job.output
        plan = json.loads(plan_of(tmp_path).read_text(encoding="utf-8"))
        assert plan["selections"][KIND]["filters"] == {"names": ["one", "two*"], "older_than": "12h"}


@pytest.mark.parametrize(("answers", "words"), [
    ({"otc_older_than": None}, "teardown_filters.older_than: is null"),
    ({"teardown_resources": []}, "(in AWX: the question Kinds of jobs)"),
], ids=str)
def test_answers_that_would_drop_a_limit_are_refused(tmp_path: pathlib.Path, objects: Objects, answers: dict[str, Any], words: str) -> None:
    with Simulator(WORLD) as sim:
        awx = controller(tmp_path, objects, sim)
        job = awx.run("OTC teardown nightly", {**ANSWERS, **answers}, limit="eu-de_dev")
        assert job.status == "failed"
        assert words in " ".join(job.output.split())
        assert sim.writes() == []


@pytest.mark.parametrize(("answer", "part"), [("otc_except", "exclude"), ("otc_names", "filters")])
def test_an_answer_of_digits_is_taken_as_text_or_refused(tmp_path: pathlib.Path, objects: Objects, answer: str, part: str) -> None:
    """AWX hands it on without quotes; of that, ansible-core makes a number since 2.19, and 0123 would become 83."""
    with Simulator(WORLD) as sim:
        awx = controller(tmp_path, objects, sim)
        job = awx.run("OTC teardown plan", {**ANSWERS, answer: "0123"}, limit="eu-de_dev")
        if ansible_version.split(".")[:2] >= ["2", "19"]:
            assert job.status == "failed"
            assert "is not text: YAML makes a number of it; put it in quotes" in " ".join(job.output.split())
        else:
            plan = json.loads(plan_of(tmp_path).read_text(encoding="utf-8"))
            assert plan["selections"][KIND][part]["names"] == ["0123"]


def plan_of(folder: pathlib.Path) -> pathlib.Path:
    """The plan file in the shared folder."""
    (path,) = folder.glob("shared/*/teardown_plan.json")
    return path


def test_variables_may_be_text(tmp_path: pathlib.Path) -> None:
    """Whatever a survey asks for: lists with commas, dictionaries as JSON, numbers and truth values as words."""
    texts = {
        "teardown_resources": f"{KIND},drs_job",
        "teardown_filters": '{"names": ["one", "x"]}',
        "teardown_all": "no",
        "teardown_exclude": '{"names": ["keep-*"]}',
        "teardown_protect": '[{"names": "nobody, nothing", "reason": "text"}]',
        "teardown_projects_allowed": json.dumps(PROJECTS),
        "teardown_projects_forbidden": "eu-nl*, id=f*",
        "teardown_max_stops": "5",
        "teardown_max_percent": "50.0",
        "teardown_settle": "0s",
    }
    with Simulator(WORLD) as sim:
        done = run_ansible(tmp_path, "playbook", "otc.teardown.plan", "-e", json.dumps(texts), environ=login_environment(sim))
    assert done.returncode == 0, done.stdout + done.stderr
    plan = json.loads((tmp_path / "teardown_plan.json").read_text(encoding="utf-8"))
    asked = {"filters": {"names": ["one", "x"]}, "all": False, "exclude": {"names": ["keep-*"]}}
    assert plan["selections"] == {KIND: asked, "drs_job": asked}
    assert [row["id"] for row in plan["rows"]] == ["1"]
