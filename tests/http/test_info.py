# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The info twins, and the two modules of IAM."""

from __future__ import annotations

from typing import Any

import pytest

from tests.simulator import Simulator
from tests.support.harness import KINDS, PASSWORD_LOGIN, Kind, each_kind, run, run_module

PROJECT = "0123456789abcdef0123456789abcdef"
OUTCOME_FIELDS = {"outcome", "changed", "error", "status_before", "status_after", "spared_by"}
MISSING_PARENT = [kind for kind in KINDS if kind.parent]


@each_kind
@pytest.mark.parametrize("selection", ["ids", "all", "names", "statuses", "jobs", "exclude"])
def test_the_info_module_selects_what_the_resource_module_selects(kind: Kind, selection: str) -> None:
    jobs = [{}, {"status": kind.completed}, {"name": "other"}, {"raw_status": kind.unknown}]
    with kind.cloud(*jobs) as sim:
        ids = [kind.id(n) for n in (1, 3, 4)]
        chosen: dict[str, Any] = {
            "ids": {kind.ids_option: ids},
            "all": {"all": True},
            "names": {"filters": {"names": ["job-*"]}},
            "statuses": {"filters": {"statuses": [kind.running, kind.completed]}},
            "jobs": {"jobs": [{"id": one, **({kind.parent[0]: kind.parent[1]} if kind.parent else {})} for one in ids]},
            "exclude": {"all": True, "exclude": {"names": ["other"], "ids": [kind.id(2)]}},
        }[selection]
        predicted = kind.stop(sim, check_mode=True, **chosen)
        info = kind.info(sim, **chosen)
        rows = [row for row in predicted["jobs"] if row["outcome"] != "excluded"]
        assert info["jobs"] == [{key: row[key] for key in row if key not in OUTCOME_FIELDS} for row in rows]
        assert (info["changed"], info["count"], info["complete"], "failed" in info) == (False, len(rows), True, False)
        assert not OUTCOME_FIELDS & set(info["jobs"][0])
        assert (len(info["jobs"]) > 0, sim.writes()) == (True, [])


@each_kind
def test_rows_hold_what_is_promised(kind: Kind) -> None:
    with kind.cloud({"created_at": "2019-08-07T03:48:56Z"}) as sim:
        row = kind.info(sim, 1)["jobs"][0]
        parent = {kind.parent[0]: kind.parent[1]} if kind.parent else {}
        assert row == {
            "id": kind.id(1),
            **parent,
            "name": "job-1",
            "resource": kind.module,
            "status": kind.running,
            "status_raw": row["status_raw"],
            "phase": "stoppable",
            "created_at": "2019-08-07T03:48:56Z",
            **({"parent_name": row["parent_name"]} if kind.parent else {}),
            **({"owner": "operator"} if kind.label in ("service", "training") else {}),
            **({"flavor": "modelarts.vm.cpu.2u"} if kind.label == "training" else {}),
            **({"owner": None, "lease": None} if kind.label == "inference" else {}),
            **({"tags": {}} if kind.module == "drs_job" else {}),
        }
        assert (row["status_raw"] == kind.running) is (kind.label in ("service", "drs-v5", "drs-v3"))


@each_kind
@pytest.mark.parametrize("options", [{"all": True}, {"filters": {"names": ["no-such-*"]}}, "missing"], ids=str)
def test_an_empty_result_is_no_failure(kind: Kind, options: Any) -> None:
    with kind.cloud() as sim:
        info = kind.info(sim, 7) if options == "missing" else kind.info(sim, **options)
        assert (info["jobs"], info["count"], info["complete"], "failed" in info) == ([], 0, True, False)


@pytest.mark.parametrize("kind", MISSING_PARENT, ids=lambda kind: kind.label)
@pytest.mark.parametrize("by_id", [True, False])
def test_a_missing_parent_has_no_jobs(kind: Kind, by_id: bool) -> None:
    assert kind.parent
    with kind.cloud({}) as sim:
        chosen: dict[str, Any] = {kind.ids_option: [kind.id(1)]} if by_id else {"all": True}
        info = run(sim, f"{kind.module}_info", {kind.parent[0]: "no-such-parent", **chosen})
        assert (info["jobs"], info["count"], "failed" in info) == ([], 0, False), info.get("msg")


def test_a_job_without_a_name_is_not_shown_where_names_are_excluded() -> None:
    kind = next(kind for kind in KINDS if kind.label == "drs-v3")
    with kind.cloud({"name": "spared"}) as sim:
        sim.add_fault(operation="batch_detail", status=404)  # then only statuses can be read
        info = kind.info(sim, 1, exclude={"names": ["spared"]})
        assert (info["failed"], info["jobs"], info["complete"]) == (True, [], False)
        assert kind.id(1) in info["msg"] and "exclude.names cannot be evaluated" in info["msg"]
        assert kind.info(sim, 1)["count"] == 1


@each_kind
def test_a_job_that_cannot_be_read_fails_the_info_module(kind: Kind) -> None:
    with kind.cloud({}) as sim:
        for operation in ("read", "batch_detail", "batch_status", "list"):
            sim.add_fault(operation=operation, status=403, code="X.1", message="not for you")
        info = kind.info(sim, 1)
        assert (info["failed"], info["complete"], info["jobs"]) == (True, False, [])
        assert "not for you" in info["msg"]


def test_iam_token_logs_in_once_for_a_whole_play() -> None:
    with Simulator({"visualization_jobs": [{"id": 1}], "drs_jobs": [{"id": "a"}], "stop_delay": 0}) as sim:
        login = run(sim, "iam_token", {})
        assert (login["changed"], login["api_calls"], login["project_id"]) == (False, 1, PROJECT)
        assert (login["project_name"], login["region"]) == ("eu-de", "eu-de")
        assert login["expires_at"].endswith("Z")
        given = {
            "region": "eu-de",
            "token": login["token"],
            "project_id": login["project_id"],
            "endpoints": sim.endpoints,
        }
        for module, options in (("modelarts_visualization_job", {"job_ids": 1}), ("drs_job", {"job_ids": "a"})):
            assert run_module(module, {**given, **options, "wait": False})["summary"]["stop_requested"] == 1
        assert len(sim.journal(service="iam")) == 1


def test_iam_token_tells_the_endpoints_of_its_catalog() -> None:
    with Simulator({"drs_jobs": [{"id": "a"}], "stop_delay": 0}) as sim:
        login = run_module("iam_token", {**PASSWORD_LOGIN, "auth_url": sim.endpoints["iam"]})
        assert login["endpoints"] == sim.endpoints
        given = {"token": login["token"], "project_id": login["project_id"], "endpoints": login["endpoints"]}
        assert run_module("drs_job", {**given, "job_ids": "a", "wait": False})["summary"]["stop_requested"] == 1


def test_iam_token_needs_no_project_and_works_in_check_mode() -> None:
    with Simulator({}) as sim:
        login = run(sim, "iam_token", {"project_name": None}, check_mode=True)
        assert (login["token"][:3], login["project_id"]) == ("MII", None)


@pytest.mark.parametrize(
    "options",
    [
        {"username": None, "password": None, "token": "T"},
        {"username": None, "password": None, "access_key": "AK", "secret_key": "SK"},
    ],
    ids=["token", "keys"],
)
def test_iam_token_wants_a_password(options: dict[str, Any]) -> None:
    with Simulator({}) as sim:
        result = run(sim, "iam_token", options)
        assert result["failed"] and "username" in result["msg"] and sim.journal() == []


@pytest.mark.parametrize("project", [None, "eu-de"])
def test_iam_project_info_lists_the_projects(project: str | None) -> None:
    projects = [{"id": PROJECT, "name": "eu-de"}, {"id": "f" * 32, "name": "eu-de_te\x1b[31mam"}]
    with Simulator({"projects": projects}) as sim:
        result = run(sim, "iam_project_info", {"project_name": project})
        assert (result["changed"], result["count"], result["api_calls"]) == (False, 2, len(sim.journal()))
        assert [row["id"] for row in result["projects"]] == [PROJECT, "f" * 32]
        assert set(result["projects"][0]) == {"id", "name", "domain_id", "parent_id", "enabled", "description"}
        assert "\x1b" not in result["projects"][1]["name"]


def test_iam_project_info_with_an_access_key_and_with_a_token() -> None:
    with Simulator({}) as sim:
        token = run(sim, "iam_token", {})["token"]
        for login in ({"token": token}, {"access_key": "SIMULATORAK000000001", "secret_key": "simulator-secret-key"}):
            result = run_module("iam_project_info", {"region": "eu-de", "endpoints": sim.endpoints, **login})
            assert result["projects"][0]["name"] == "eu-de", result.get("msg")


@pytest.mark.parametrize(
    "fault", [{"status": 500}, {"html": 200}, {"status": 200, "body": {"projects": "none"}}], ids=str
)
def test_iam_project_info_fails_with_words(fault: dict[str, Any]) -> None:
    with Simulator({}) as sim:
        sim.add_fault(operation="projects", **fault)
        result = run(sim, "iam_project_info", {"api_retries": 1})
        assert result["failed"] and "projects" in result["msg"] and result["projects"] == []


@pytest.mark.parametrize("kind", MISSING_PARENT, ids=lambda kind: kind.label)
def test_rows_name_what_a_job_belongs_to(kind: Kind) -> None:
    """The list of parents names it, an answer about the job may, and rows carry on what an earlier task knew."""
    scenario = kind.scenario({})
    scenario[kind.jobs_key][0]["name"] = "gate\u202e-1"
    with Simulator(scenario) as sim:
        listed = run(sim, f"{kind.module}_info", {"all": True})["jobs"]
        assert [row["parent_name"] for row in listed] == ["gate\\u202e-1"]
        for rows in (listed, [{**listed[0], "parent_name": "as it was"}]):
            [row] = run(sim, kind.module, {"jobs": rows}, check_mode=True)["jobs"]
            said_by_the_job = kind.label == "service"
            assert row["parent_name"] == (listed if said_by_the_job else rows)[0]["parent_name"]
        [row] = kind.info(sim, 1)["jobs"]
        assert row["parent_name"] == ("gate\\u202e-1" if kind.label == "service" else None)
        [row] = kind.stop(sim, 7, on_missing="ignore")["jobs"]
        assert row["parent_name"] is None


@pytest.mark.parametrize(("owners", "stopped"), [
    (["ann*"], ["anna"]), ("ann*, op?rator", ["anna", "operator"]), (["Anna"], []), (["*"], ["anna", "operator"]),
])
def test_jobs_of_some_owners(owners: list[str], stopped: list[str]) -> None:
    kind = KINDS[2]
    jobs = [{"fields": {"creator": "anna"}}, {}, {"fields": {"creator": ""}}]
    with kind.cloud(*jobs) as sim:
        result = run(sim, kind.module, {"filters": {"owners": owners}})
        assert [row["owner"] for row in result["jobs"] if row["outcome"] == "stopped"] == stopped
        [unknown] = [row for row in result["jobs"] if row["outcome"] != "stopped"]
        words = "owner cannot be read, so filters.owners cannot be evaluated"
        assert (unknown["id"], unknown["owner"], unknown["outcome"], unknown["error"]["message"]) == (kind.id(3), None, "failed", words)
        assert result["failed"] and kind.accepted(sim, 3) == 0


def test_a_kind_without_owners_cannot_be_filtered_by_them() -> None:
    kind = KINDS[0]
    with kind.cloud({}) as sim:
        result = run(sim, kind.module, {"filters": {"owners": ["a"]}})
        assert result["msg"].startswith("filters.owners: ['a']: cannot be evaluated for modelarts_visualization_job")
        assert sim.journal() == []
