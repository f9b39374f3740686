# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A kind of job is facts and words: the two files of docs/dev/adding-a-kind.md are enough for everything to know it."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys

import pytest
import yaml

from ansible_collections.otc.teardown.plugins.module_utils._modules.info import run_info
from ansible_collections.otc.teardown.plugins.module_utils._modules.stop import run_stop
from tests.simulator import Simulator
from tests.support.documents import blocks_of
from tests.support.harness import PACE, PASSWORD_LOGIN, outcomes, run_main
from tests.support.playbooks import ROOT, play_tasks, run_ansible
from tests.support.render_service import RenderService
from tests.support.virtual_time import virtual_time

STATUSES = {"a": "RUNNING", "b": "DONE", "c": "ENDING", "d": "QUEUED", "e": "RUNNING"}
ALL = {"all": True}
STOPPED = {"a": "stopped", "b": "already_ended", "c": "ended", "d": "failed", "e": "stopped"}


WORDS = "docs/kinds/render_job.yml"


def block(language, file=""):
    """The block of this language in the recipe, for this file if it names one."""
    blocks = blocks_of(ROOT / "docs/dev/adding-a-kind.md")
    return next(one.text for one in blocks if (one.language, one.file) == (language, file))


@pytest.fixture
def resource(tmp_path):
    """The description, loaded from a file in a temporary folder."""
    path = tmp_path / "render_job.py"
    path.write_text(block("python"), encoding="utf-8")
    spec = importlib.util.spec_from_file_location("render_job", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.RESOURCE


@pytest.fixture
def service():
    """The service whose jobs are to be stopped; one of them refuses."""
    with RenderService(dict(STATUSES)) as service:
        yield service


@pytest.fixture
def cloud(service):
    """IAM, whose catalog knows that service."""
    catalog = [{"type": "render", "url": service.url}, {"type": "identity", "url": "{url}/iam/v3"}]
    with Simulator({"catalog": catalog}) as sim, virtual_time(sim):
        yield {**PASSWORD_LOGIN, "endpoints": {"iam": sim.endpoints["iam"]}}


def stop(resource, cloud, options, **modes):
    """The result of the resource module."""
    return run_main(lambda: run_stop(resource), {**cloud, **PACE, "wait_timeout": 60, **options}, **modes)


def info(resource, cloud, options):
    """The result of the info module."""
    return run_main(lambda: run_info(resource), {**cloud, **options})


def test_info_reads_every_page(resource, cloud):
    """The rows of all pages, in the order of the list."""
    result = info(resource, cloud, ALL)
    assert result["complete"] and result["count"] == 5
    assert [(row["id"], row["phase"]) for row in result["jobs"]] == [
        ("a", "stoppable"), ("b", "ended"), ("c", "stopping"), ("d", "stoppable"), ("e", "stoppable"),
    ]
    assert result["jobs"][0] == {
        "id": "a", "name": "film a", "resource": "render_job", "status": "RUNNING", "status_raw": "RUNNING",
        "phase": "stoppable", "created_at": "2024-05-01T10:00:00Z",
    }


def test_check_mode_stops_nothing(resource, cloud, service):
    """It predicts, with the same diff as the run."""
    result = stop(resource, cloud, ALL, check_mode=True, diff_mode=True)
    assert outcomes(result) == {
        "a": "would_stop", "b": "already_ended", "c": "already_stopping", "d": "would_stop", "e": "would_stop",
    }
    assert result["changed"] and "render_job a (film a): RUNNING" in result["diff"]["before"]
    assert service.stops == []


def test_a_run_stops_and_waits_and_a_second_finds_nothing_to_do(resource, cloud, service):
    """Each job that runs is stopped once, a refused one does not keep the others, and nothing is sent twice."""
    result = stop(resource, cloud, ALL)
    assert outcomes(result) == STOPPED
    assert result["failed"] and result["changed"]
    assert re.search(r"Failed to stop render_job d( \([^)]*\))?: it does not run \(Render.0409, HTTP 409", result["msg"])
    assert sorted(service.stops) == ["a", "e"]

    service.statuses["d"] = "DONE"
    again = stop(resource, cloud, ALL)
    assert not again["changed"] and not again.get("failed")
    assert set(outcomes(again).values()) == {"already_ended"}
    assert sorted(service.stops) == ["a", "e"]


@pytest.mark.parametrize(("options", "expected"), [
    ({"job_ids": ["a", "nobody"], "on_missing": "ignore"}, {"a": "stopped", "nobody": "missing"}),
    ({"filters": {"statuses": ["RUNNING"]}, "exclude": {"ids": ["e"]}}, {"a": "stopped", "e": "excluded"}),
    ({"jobs": [{"id": "a", "resource": "render_job"}]}, {"a": "stopped"}),
], ids=["ids", "filters", "rows"])
def test_every_way_to_select(resource, cloud, options, expected):
    """Options mean what they mean for every kind."""
    assert outcomes(stop(resource, cloud, options)) == expected


@pytest.mark.parametrize(("options", "part"), [
    ({"filters": {"running_longer_than": "1h"}}, "use names, older_than, statuses"),
    ({"jobs": [{"id": "a", "resource": "drs_job"}]}, "give rows of render_job only"),
    ({**ALL, "endpoints": {"rendr": "http://127.0.0.1"}}, "iam, modelarts, mrs, render"),
])
def test_what_does_not_fit_is_refused(resource, cloud, service, options, part):
    """Messages speak of the new kind, and nothing is sent."""
    result = stop(resource, cloud, options)
    assert result["failed"] and part in result["msg"]
    assert service.stops == []


def test_its_endpoint_can_be_given(resource, cloud, service):
    """The service is no part of the catalog, but of `endpoints`."""
    endpoints = {**cloud["endpoints"], "render": service.url}
    with Simulator({}) as sim:
        assert info(resource, {**cloud, "endpoints": {**endpoints, "iam": sim.endpoints["iam"]}}, ALL)["count"] == 5


def run_the_recipe(root):
    """What `make kinds` prints in a collection at this place."""
    done = subprocess.run([sys.executable, "-m", "tests.tools.kinds", str(root)], cwd=ROOT, capture_output=True, text=True,
                          env={key: value for key, value in os.environ.items() if key != "PYTHONPATH"}, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.splitlines()


@pytest.fixture
def copy(tmp_path):
    """A copy of the collection with the two files of the recipe, and the rest written from them."""
    copy = tmp_path / "tree" / "ansible_collections" / "otc" / "teardown"
    for folder in ("plugins", "meta", "roles", "docs", "extensions"):
        shutil.copytree(ROOT / folder, copy / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "README.md", copy)
    (copy / "plugins/module_utils/_resources/render_job.py").write_text(block("python"), encoding="utf-8")
    (copy / WORDS).write_text(block("yaml", WORDS), encoding="utf-8")
    assert "wrote plugins/modules/render_job.py" in run_the_recipe(copy)
    assert run_the_recipe(copy) == []
    return copy


def read(path):
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def test_everything_knows_it(copy):
    """Two files, and no other was touched by hand."""
    runtime = read(copy / "meta/runtime.yml")
    assert {"render_job", "render_job_info"} <= set(runtime["action_groups"]["all"])
    assert runtime["plugin_routing"]["modules"]["render_job_info"] == {"action_plugin": "otc.teardown.jobs"}
    options = read(copy / "roles/teardown/meta/argument_specs.yml")["argument_specs"]["main"]["options"]
    defaults = read(copy / "roles/teardown/defaults/main.yml")
    for name in ("teardown_resources", "teardown_order"):
        assert options[name]["default"] == defaults[name]
        assert defaults[name][-1] == "render_job"
    survey = read(copy / "extensions/awx/objects/surveys.yml")["otc_site_survey_selection"]["spec"][0]
    assert survey["choices"] == survey["default"].split("\n") == defaults["teardown_resources"]
    schedule = read(copy / "extensions/awx/objects/controller_schedules.yml")["controller_schedules"][0]
    assert schedule["extra_data"]["teardown_resources"] == defaults["teardown_resources"]
    assert "render_job" not in (copy / "roles/modelarts_stop/defaults/main.yml").read_text(encoding="utf-8")
    for page in ("README.md", "docs/kinds.md", "docs/decision-table.md", "docs/permissions.md", "roles/teardown/README.md"):
        assert "`render_job`" in (copy / page).read_text(encoding="utf-8"), page


def test_a_kind_that_is_gone_leaves_nothing(copy):
    """Without its two files, everything is again as in this checkout."""
    (copy / "plugins/module_utils/_resources/render_job.py").unlink()
    (copy / WORDS).unlink()
    assert "removed plugins/modules/render_job_info.py" in run_the_recipe(copy)
    changed = subprocess.run(["diff", "-rq", "-x", "__pycache__", *(str(root / "plugins") for root in (ROOT, copy))],
                             capture_output=True, text=True, check=False)
    assert changed.stdout == ""


@pytest.mark.e2e
def test_the_recipe(tmp_path, copy, cloud, service):
    """The files that the recipe makes are modules for ansible-playbook, in the action group; iam_caller_info tries it out."""
    service.statuses.update(c="DONE", d="DONE")
    tasks = [
        {"name": "Look", "otc.teardown.render_job_info": ALL, "register": "found"},
        {"name": "Stop", "otc.teardown.render_job": {**ALL, "wait_interval": 0.1}, "register": "stopped"},
        {"name": "Try out", "otc.teardown.iam_caller_info": {"services": True}, "register": "caller"},
    ]

    checked = play_tasks(tmp_path, tasks, cloud, "--check")
    assert (checked.code, checked.changed, service.stops) == (0, 1, []), checked.output
    played = play_tasks(tmp_path, tasks, cloud)
    assert (played.code, played.changed, sorted(service.stops)) == (0, 1, ["a", "e"]), played.output
    assert outcomes(played.results["stopped"]) == {**STOPPED, "c": "already_ended", "d": "already_ended"}
    row = played.results["caller"]["services"][-1]
    assert (row["resource"], row["ok"], row["jobs"]) == ("render_job", True, 5)
    again = play_tasks(tmp_path, tasks, cloud)
    assert (again.code, again.changed, sorted(service.stops)) == (0, 0, ["a", "e"]), again.output
    documented = run_ansible(tmp_path, "doc", "-t", "module", "otc.teardown.render_job", "otc.teardown.render_job_info")
    assert "Stops running rendering jobs" in documented.stdout and "Returns rendering jobs" in documented.stdout, documented.stderr
