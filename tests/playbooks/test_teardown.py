# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The roles, as users play them: plan, a changed world, apply, apply again, verify; and what is refused."""

from __future__ import annotations

import json
import os
import pathlib
from typing import Any

import pytest

from tests.simulator import Simulator
from tests.support.harness import KINDS, PASSWORD_LOGIN
from tests.support.playbooks import Played, login_environment, play, run_ansible

WORLD = [kind for kind in KINDS if kind.label in ("visualization", "processor", "service", "drs-v5")]
PROJECT = {"id": "0123456789abcdef0123456789abcdef", "name": "eu-de"}
TRAP = "{{ lookup('pipe', 'touch trapped') }}<script>"
PACE = {"drs_stop_wait_interval": 0.1, "modelarts_stop_wait_interval": 0.1}
USUAL = {"teardown_projects_allowed": [PROJECT], "teardown_settle": 0, "teardown_wait_interval": 0.1}


def world(*jobs: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A scenario with these jobs of each kind."""
    scenario: dict[str, Any] = {}
    for kind in WORLD:
        scenario.update(kind.scenario(*jobs))
    return {**scenario, **more}


def teardown(folder: pathlib.Path, sim: Simulator, mode: str, *flags: str, **variables: Any) -> Played:
    """Play the role once in this mode."""
    book = [{
        "name": "Tear down",
        "hosts": "localhost",
        "connection": "local",
        "gather_facts": False,
        "vars": {**USUAL, "teardown_mode": mode, **variables},
        "roles": [{"role": "otc.teardown.teardown"}],
    }]
    return play(folder, book, *flags, environ=login_environment(sim))


def report(folder: pathlib.Path, mode: str) -> dict[str, Any]:
    """The report that was written."""
    return json.loads((folder / "teardown_report" / f"{mode}.json").read_text(encoding="utf-8"))


@pytest.mark.e2e
@pytest.mark.slow
def test_nightly_confirms_the_plan_that_it_wrote_however_late_it_looks_at_the_clock(tmp_path: pathlib.Path) -> None:
    """Each look at the clock of Ansible is two seconds later than the one before, so nothing may be judged twice."""
    ticking = "import itertools, time\nlate, now = itertools.count(0, 2), time.time\ntime.time = lambda: now() + next(late)\n"
    (tmp_path / "sitecustomize.py").write_text(ticking, encoding="utf-8")
    with Simulator(world({})) as sim:
        environ = {**login_environment(sim), "PYTHONPATH": str(tmp_path)}
        given = json.dumps({**USUAL, "teardown_all": True, "teardown_plan_ttl": "30d", "teardown_resources": ["drs_job"]})
        done = run_ansible(tmp_path, "playbook", "otc.teardown.nightly", "-e", given, environ=environ)
        assert done.returncode == 0, done.stdout + done.stderr
        assert len(sim.stops()) == 1


@pytest.mark.e2e
@pytest.mark.slow
def test_plan_apply_apply_verify(tmp_path: pathlib.Path) -> None:
    with Simulator(world({"name": TRAP}, {}, {}, {})) as sim:
        protect = [{"names": ["job-4"], "reason": "demo week", "until": "2999-12-31"}]
        made = teardown(tmp_path, sim, "plan", "-vvv", teardown_all=True, teardown_protect=protect)
        assert (made.code, made.changed, sim.writes()) == (0, 0, [])
        plan = json.loads((tmp_path / "teardown_plan.json").read_text(encoding="utf-8"))
        assert plan["counts"] == {"stop": 12, "none": 0, "protected": 4, "excluded": 0, "unclear": 0, "failed": 0}
        assert (tmp_path / "teardown_plan.json").stat().st_mode & 0o777 == 0o600

        for kind in WORLD:
            parent = {"parent": kind.parent[1]} if kind.parent else {}
            sim.change(kind.module, id=kind.id(2), status=kind.completed)
            sim.change(kind.module, create={"id": kind.id(9), "name": "new"}, **parent)
        sim.change("modelarts_visualization_job", id="3", name="somebody-elses")

        applied = teardown(tmp_path, sim, "apply", teardown_confirm=plan["digest"], teardown_protect=protect)
        assert applied.code == 0, applied.output
        accepted = {(kind.label, n): kind.accepted(sim, n) for kind in WORLD for n in (1, 2, 3, 4, 9)}
        assert {key for key, count in accepted.items() if count} == {
            (kind.label, n) for kind in WORLD for n in (1, 3)
        } - {("visualization", 3)}
        assert set(accepted.values()) == {0, 1}
        written = report(tmp_path, "apply")
        assert (written["result"], written["headline"]) == (
            "changed", "7 stopped, 4 ended already. Still running: 9 (4 new, 1 changed since the plan, 4 protected)"
        )
        assert {row["id"] for row in written["not_in_plan"]} == {kind.id(9) for kind in WORLD}
        assert TRAP in {row["name"] for row in written["rows"]}

        sent = len(sim.stops())
        again = teardown(tmp_path, sim, "apply", teardown_confirm="eu-de", teardown_protect=protect)
        assert (again.code, again.changed, len(sim.stops())) == (0, 0, sent)
        verified = teardown(tmp_path, sim, "verify", teardown_protect=protect)
        assert (verified.code, verified.changed) == (0, 0)
        seen = report(tmp_path, "verify")
        still = "Still running: 9 (4 new, 1 changed since the plan, 4 protected)"
        assert (seen["result"], seen["headline"]) == ("ok", f"11 ended already. {still}")

        sim.change("drs_job", id=next(k for k in WORLD if k.label == "drs-v5").id(1), status="FULL_TRANSFER_STARTED")
        restarted = teardown(tmp_path, sim, "verify", teardown_protect=protect, teardown_resources="drs_job")
        assert restarted.code == 2 and "it runs: FULL_TRANSFER_STARTED" in restarted.output
        assert "(1 started again, " in report(tmp_path, "verify")["headline"]

        kept = sorted(path.name for path in (tmp_path / "teardown_report" / "history").iterdir())
        assert [name.partition("Z-")[2] for name in kept] == [
            f"{mode}.{ending}" for mode in ("plan", "apply", "apply", "verify", "verify") for ending in ("html", "json")
        ]
        index = (tmp_path / "teardown_report" / "index.html").read_text(encoding="utf-8")
        assert all(f'href="history/{name}"' in index for name in kept if name.endswith(".html"))

        everything = made.output + applied.output + "".join(
            path.read_text(encoding="utf-8") for path in tmp_path.rglob("*") if path.is_file() and "tree" not in path.parts
        )
        assert PASSWORD_LOGIN["password"] not in everything
        assert not list(tmp_path.rglob("trapped"))


@pytest.mark.e2e
@pytest.mark.slow
def test_one_kind_failing_does_not_keep_the_others_from_being_stopped(tmp_path: pathlib.Path) -> None:
    with Simulator(world({})) as sim:
        kinds = ["modelarts_service_task", "drs_job"]
        assert teardown(tmp_path, sim, "plan", teardown_all=True, teardown_resources=kinds).code == 0
        sim.add_fault(operation="stop", service="modelarts", resource="modelarts_service_task", status=403, code="ModelArts.0206", times=99)
        applied = teardown(tmp_path, sim, "apply", teardown_confirm="eu-de", teardown_wait_timeout=60)
        written = report(tmp_path, "apply")
        assert (applied.code, written["result"], written["headline"]) == (2, "failed", "1 failed, 1 stopped")
        assert "modelarts_service_task" in applied.output.split("Fail if the run failed or was refused")[1]
        assert (tmp_path / "teardown_report" / "apply.html").exists()
        sim.clear_faults()
        assert (teardown(tmp_path, sim, "apply", teardown_confirm="eu-de").code, sim.accepted("drs_job", WORLD[3].id(1))) == (0, 1)


@pytest.mark.main
@pytest.mark.e2e
def test_check_mode_sends_and_writes_nothing_and_the_run_after_it_stops(tmp_path: pathlib.Path) -> None:
    with Simulator(world({})) as sim:
        assert teardown(tmp_path, sim, "plan", teardown_all=True, teardown_resources="drs_job").code == 0
        reported = (tmp_path / "teardown_report" / "plan.json").read_bytes()
        checked = teardown(tmp_path, sim, "apply", "--check", teardown_confirm="eu-de")
        assert (checked.code, checked.changed, sim.writes()) == (0, 1, [])
        assert not (tmp_path / "teardown_report" / "apply.json").exists()
        assert (tmp_path / "teardown_report" / "plan.json").read_bytes() == reported
        applied = teardown(tmp_path, sim, "apply", teardown_confirm="eu-de")
        assert (applied.code, applied.changed, sim.accepted("drs_job", WORLD[3].id(1))) == (0, 1, 1), applied.output


@pytest.mark.e2e
@pytest.mark.parametrize(("mode", "variables", "words"), [
    ("plan", {}, "nothing selects jobs of the kind"),
    ("plan", {"teardown_al": True}, "There is no teardown_al (did you mean teardown_all?);"),
    ("plan", {"teardown_all": True, "teardown_connection": {"regoin": "x"}}, "There is no teardown_connection.regoin (did you mean "),
    ("plan", {"teardown_all": True, "teardown_connection": "eu-de", "teardown_wait": []}, "teardown_connection: 'eu-de': is not a dictionary"),
    ("plan", {"teardown_filters": {"name": "x"}, "teardown_max_stops": "many"}, "teardown_max_stops: 'many' is not a number"),
    ("plan", {"teardown_all": True, "teardown_report_dir": "/proc/no"}, "teardown_report_dir: /proc/no"),
    ("plan", {"teardown_all": True, "teardown_plan_file": "/proc/no/plan.json"}, "teardown_plan_file: /proc/no: cannot be written"),
    ("plan", {"teardown_all": True, "teardown_protect": [{"names": ["x"]}]}, "teardown_protect[0]: has no reason"),
    ("plan", {"teardown_all": True, "teardown_metrics_file": "/nowhere/x.prom"}, "teardown_metrics_file: '/nowhere/x.prom': is in a folder that does not"),
    ("plan", {"teardown_all": True, "teardown_prices": [{"resource": "drs_job", "price": "cheap"}]}, "teardown_prices[0].price: 'cheap': is not a price"),
    ("plan", {"teardown_all": True, "teardown_windows": [{"from": 1320, "timezone": "UTC"}]}, "YAML makes this number of 22:00 without quotes"),
    ("destroy", {"teardown_all": True}, "teardown_mode: 'destroy' is none of"),
    ("plan", {"teardown_all": True, "teardown_resources": ["drs_jobs"]}, "there is no 'drs_jobs' (did you mean drs_job?)"),
    ("apply", {}, "is not a file; make a plan"),
    ("apply", {"teardown_plan_file": "playbook.yml"}, "is not JSON; make a plan"),
    ("verify", {"teardown_plan_file": "."}, "is not a file; make a plan"),
])
def test_bad_input_sends_nothing(tmp_path: pathlib.Path, mode: str, variables: dict[str, Any], words: str) -> None:
    with Simulator(world({})) as sim:
        played = teardown(tmp_path, sim, mode, **variables)
        assert played.code == 2
        assert words in " ".join(played.output.split())
        assert sim.journal() == [] and "argument_spec_data" not in played.output


@pytest.mark.e2e
@pytest.mark.slow
def test_a_refused_apply_is_reported(tmp_path: pathlib.Path) -> None:
    with Simulator(world({})) as sim:
        options = {"teardown_all": True, "teardown_resources": "drs_job"}
        assert teardown(tmp_path, sim, "plan", teardown_projects_allowed=[], **options).code == 0
        [refusal] = report(tmp_path, "plan")["would_refuse"]
        assert refusal.startswith("teardown_projects_allowed is empty")
        played = teardown(tmp_path, sim, "apply", teardown_confirm="eu-de", teardown_projects_allowed=[])
        assert (played.code, report(tmp_path, "apply")["result"], sim.writes()) == (2, "refused", [])


@pytest.mark.e2e
@pytest.mark.slow
def test_an_incomplete_plan_is_red_and_not_applied(tmp_path: pathlib.Path) -> None:
    with Simulator(world({}, faults=[{"operation": "list", "resource": "drs_job", "status": 403, "times": 99}])) as sim:
        made = teardown(tmp_path, sim, "plan", teardown_all=True, teardown_resources=["drs_job", "modelarts_service_task"])
        plan = json.loads((tmp_path / "teardown_plan.json").read_text(encoding="utf-8"))
        assert (made.code, plan["complete"], plan["counts"]["stop"]) == (2, False, 1)
        assert "the plan is incomplete: drs_job" in made.output
        assert teardown(tmp_path, sim, "apply", teardown_confirm="eu-de").code == 2
        assert sim.writes() == []


@pytest.mark.e2e
def test_a_pipe_in_the_place_of_the_journal_or_the_plan_is_not_waited_for(tmp_path: pathlib.Path) -> None:
    with Simulator(world({})) as sim:
        options = {"teardown_resources": "drs_job"}
        assert teardown(tmp_path, sim, "plan", teardown_all=True, **options).code == 0
        os.mkfifo(tmp_path / "teardown_report" / "journal.jsonl")
        played = teardown(tmp_path, sim, "apply", teardown_confirm="eu-de", **options)
        said = "".join(played.output.split())  # some versions of Ansible break lines within words
        assert played.code == 2 and "cannotbewritten:itisapipe" in said, played.output
        os.mkfifo(tmp_path / "pipe")
        pipe = teardown(tmp_path, sim, "apply", teardown_confirm="eu-de", teardown_plan_file=str(tmp_path / "pipe"), **options)
        assert pipe.code == 2 and "is not a file; make a plan" in pipe.output
        assert sim.writes() == []


@pytest.mark.e2e
def test_a_login_that_fails_is_reported(tmp_path: pathlib.Path) -> None:
    with Simulator(world({})) as sim:
        played = teardown(tmp_path, sim, "plan", teardown_all=True, teardown_connection={"password": "wrong-password"})
        written = report(tmp_path, "plan")
        assert (played.code, written["result"], len(sim.journal())) == (2, "failed", 1)
        assert "check username, password" in written["problems"][0]
        assert "wrong-password" not in played.output.replace(str(tmp_path), "") + json.dumps(written)


STOP_ROLES = [
    {"name": "Stop what a filter finds", "ansible.builtin.include_role": {"name": "otc.teardown.modelarts_stop"},
     "vars": {"modelarts_stop_filters": {"names": ["job-1"]}}},
    {"name": "Stop the rest by rows", "ansible.builtin.include_role": {"name": "otc.teardown.modelarts_stop"},
     "vars": {"modelarts_stop_all": True, "modelarts_stop_preview": True}},
    {"name": "Stop these", "ansible.builtin.include_role": {"name": "otc.teardown.modelarts_stop"},
     "vars": {"modelarts_stop_jobs": "{{ modelarts_stop_result.jobs | selectattr('outcome', 'eq', 'would_stop') }}"}},
    {"name": "Stop a replication job", "ansible.builtin.include_role": {"name": "otc.teardown.drs_stop"},
     "vars": {"drs_stop_jobs": [{"resource": "drs_job", "id": WORLD[3].id(2)}], "drs_stop_force": True}},
]


@pytest.mark.main
@pytest.mark.e2e
@pytest.mark.slow
def test_the_stop_roles(tmp_path: pathlib.Path) -> None:
    book = [{
        "name": "Stop", "hosts": "localhost", "connection": "local", "gather_facts": False, "tasks": STOP_ROLES,
        "vars": PACE,
    }]
    with Simulator(world({}, {})) as sim:
        played = play(tmp_path, book, environ=login_environment(sim))
        assert (played.code, played.changed) == (0, 3), played.output
        accepted = {(kind.label, n): kind.accepted(sim, n) for kind in WORLD for n in (1, 2)}
        assert accepted == {(kind.label, n): int((kind.label, n) != ("drs-v5", 1)) for kind in WORLD for n in (1, 2)}


@pytest.mark.e2e
@pytest.mark.parametrize(("where", "said", "stops"), [
    ("play", True, 0),
    pytest.param("play", "{{ rehearsal }}", 4, marks=pytest.mark.main),
    ("role", True, 0),
    ("role", "{{ rehearsal }}", 4),
    ("command line", True, 0),
])
def test_the_stop_roles_obey_check_mode_whoever_says_it(tmp_path: pathlib.Path, where: str, said: Any, stops: int) -> None:
    book: list[dict[str, Any]] = [{
        "name": "Stop", "hosts": "localhost", "connection": "local", "gather_facts": False,
        "vars": {"drs_stop_all": True, "modelarts_stop_all": True, "rehearsal": False, **PACE},
        "roles": [{"role": f"otc.teardown.{role}"} for role in ("modelarts_stop", "drs_stop")],
    }]
    for place in {"play": book, "role": book[0]["roles"]}.get(where, []):
        place["check_mode"] = said
    with Simulator(world({})) as sim:
        played = play(tmp_path, book, *(["--check"] if where == "command line" else []), environ=login_environment(sim))
        assert (played.code, played.changed, len(sim.stops())) == (0, 2, stops), played.output


@pytest.mark.e2e
@pytest.mark.slow
def test_an_apply_that_was_killed_goes_on_though_what_it_stopped_is_gone(tmp_path: pathlib.Path) -> None:
    kind = "modelarts_visualization_job"
    with Simulator({"visualization_jobs": [{"name": "short", "vanishes_after_stop": True}, {"name": "long"}]}) as sim:
        options = {"teardown_resources": kind}
        assert teardown(tmp_path, sim, "plan", teardown_all=True, **options).code == 0
        first, second = json.loads((tmp_path / "teardown_plan.json").read_text(encoding="utf-8"))["rows"]
        sim.add_fault(operation="stop", id=second["id"], status=403, times=99)
        assert teardown(tmp_path, sim, "apply", teardown_confirm="eu-de", teardown_wait_timeout=60, **options).code == 2
        sim.clear_faults()
        again = teardown(tmp_path, sim, "apply", teardown_confirm="eu-de", **options)
        assert (again.code, [sim.accepted(kind, row["id"]) for row in (first, second)]) == (0, [1, 1]), again.output


@pytest.mark.e2e
def test_hosts_do_not_overwrite_each_other(tmp_path: pathlib.Path) -> None:
    book = [{
        "name": "Plan", "hosts": "a,b", "connection": "local", "gather_facts": False, "vars": {"teardown_all": True},
        "roles": [{"role": "otc.teardown.teardown"}],
    }]
    with Simulator(world({})) as sim:
        played = play(tmp_path, book, "-i", "a,b", "-e", "teardown_report_dir=one", environ=login_environment(sim))
        assert (played.code, sim.journal()) == (2, [])
        assert "several hosts of this play would write to the same place" in " ".join(played.output.split())


@pytest.mark.e2e
def test_a_playbook_keeps_to_its_mode(tmp_path: pathlib.Path) -> None:
    with Simulator(world({})) as sim:
        for name, mode in (("plan", "apply"), ("apply", "verify"), ("verify", "plan"), ("nightly", "plan")):
            done = run_ansible(tmp_path, "playbook", f"otc.teardown.{name}", "-e", f"teardown_mode={mode}", environ=login_environment(sim))
            assert (done.returncode, sim.journal()) == (2, [])
            assert "teardown_mode: " in done.stdout


@pytest.mark.e2e
@pytest.mark.parametrize(("role", "variables", "words"), [
    ("modelarts_stop", {}, "all: nothing was selected; give exactly one of jobs, filters"),
    ("modelarts_stop", {"modelarts_stop_jobs": [{"id": "1"}]}, "jobs[0].resource: is missing or none of modelarts_"),
    ("modelarts_stop", {"modelarts_stop_jobs": [{"id": "1", "resource": "drs_job"}]}, "jobs[0].resource: 'drs_job': is missing or none of"),
    ("modelarts_stop", {"modelarts_stop_all": True, "modelarts_stop_pattern": "x"}, "There is no modelarts_stop_pattern;"),
    ("modelarts_stop", {"modelarts_stop_all": True, "modelarts_stop_connection": {"filters": {}}}, "modelarts_stop_connection.filters"),
    ("drs_stop", {"drs_stop_all": True, "drs_stop_drs_api": "v4", "drs_stop_wait_timeout": "10 min"},
     "drs_stop_drs_api: 'v4' is none of auto, v5, v3"),
    ("drs_stop", {"drs_stop_filters": {"name": "x"}}, "filters.name: is not known (did you mean names?)"),
    ("drs_stop", {}, "all: nothing was selected; give exactly one of jobs, filters"),
])
def test_the_stop_roles_refuse(tmp_path: pathlib.Path, role: str, variables: dict[str, Any], words: str) -> None:
    book = [{
        "name": "Stop", "hosts": "localhost", "connection": "local", "gather_facts": False, "vars": variables,
        "roles": [{"role": f"otc.teardown.{role}"}],
    }]
    with Simulator(world({})) as sim:
        played = play(tmp_path, book, environ=login_environment(sim))
        assert played.code == 2
        assert words in " ".join(played.output.split())
        assert sim.journal() == []
