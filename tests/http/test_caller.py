# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who am I, and what do the services say: iam_caller_info with every login and every sort of trouble."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ansible_collections.otc.teardown.plugins.module_utils._model.paging import Pager
from ansible_collections.otc.teardown.plugins.module_utils._model.resource import Resource
from ansible_collections.otc.teardown.plugins.module_utils._modules.kinds import KINDS as RESOURCES
from tests.simulator import Simulator
from tests.support.harness import PASSWORD_LOGIN, run_at, token_of

PROJECT, OTHER = "0123456789abcdef0123456789abcdef", "f" * 32
ACCOUNT = {"id": "fedcba9876543210fedcba9876543210", "name": "OTC-EU-DE-00000000001000000000"}
KEYS = {"access_key": "SIMULATORAK000000001", "secret_key": "simulator-secret-key"}
TEMPORARY = {"access_key": "TEMPORARYAK000000001", "secret_key": "temporary-secret-key", "security_token": "temp-token"}
USER = {key: PASSWORD_LOGIN[key] for key in ("username", "password", "domain_name")}
SECRET_OPTIONS = ("password", "token", "secret_key", "security_token")
WORLD: dict[str, Any] = {
    "projects": [{"id": PROJECT, "name": "eu-de"}, {"id": OTHER, "name": "eu-de_other"}],
    "access_keys": [KEYS, TEMPORARY],
}
JOBS: dict[str, Any] = {
    "visualization_jobs": [{"generate": {"count": 12}}],
    "processor_tasks": [{"versions": [{}, {}]}, {"versions": [{}]}],
    "services": [{"tasks": [{}]}, {"tasks": []}, {"tasks": []}],
    "drs_jobs": [{"job_type": "sync"}, {"job_type": "sync"}, {"job_type": "migration"}, {"status": "CREATE_FAILED"}],
}
NOTHING = {"id": None, "name": None}
FIRST, SECOND = {"id": PROJECT, "name": "eu-de"}, {"id": OTHER, "name": "eu-de_other"}

# name -> options, the project that is found, and what is asked of IAM
LOGINS: dict[str, tuple[dict[str, Any], dict[str, Any], list[str]]] = {
    "password, name": ({**USER, "project_name": "eu-de_other"}, SECOND, ["login"]),
    "password, id": ({**USER, "project_id": OTHER}, SECOND, ["login"]),
    "password": (USER, NOTHING, ["login"]),
    "token, id": ({"token": "{token}", "project_id": PROJECT}, FIRST, ["token_show"]),
    "token, name": ({"token": "{token}", "project_name": "eu-de"}, FIRST, ["token_show"]),
    "token": ({"token": "{token}"}, FIRST, ["token_show"]),
    "keys, name": ({**KEYS, "project_name": "eu-de_other"}, SECOND, ["projects"]),
    "keys, id": ({**KEYS, "project_id": OTHER}, SECOND, ["projects"]),
    "keys": (KEYS, NOTHING, ["projects"]),
    "temporary keys, id": ({**TEMPORARY, "project_id": PROJECT}, FIRST, ["projects"]),
}


def pager_of(kind: Resource) -> Pager:
    """How the list that is tried is paged."""
    return (kind.parent.listing if kind.parent else kind.dialects[0].listing).pager


def requests_to_list(kind: Resource) -> int:
    """One for each pass of the list that is tried."""
    listing = kind.parent.listing if kind.parent else kind.dialects[0].listing
    return len(listing.passes.values) if listing.passes else 1


def ask(sim: Simulator, options: dict[str, Any], **modes: Any) -> dict[str, Any]:
    """The result of iam_caller_info, free of secrets, after a journal cleared of what the test itself did."""
    token = token_of(sim) if options.get("token") == "{token}" else ""
    given = {**options, **({"token": token} if token else {})}
    sim.clear_journal()
    result = run_at(sim, "iam_caller_info", {"region": "eu-de", "endpoints": sim.endpoints, **given}, **modes)
    text = json.dumps(result)
    assert not [given[option] for option in SECRET_OPTIONS if option in given and given[option] in text]
    assert (result["changed"], sim.writes()) == (False, [])
    return result


def rows(result: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Kind -> its row."""
    return {row["resource"]: row for row in result["services"]}


@pytest.mark.parametrize("login", LOGINS)
@pytest.mark.parametrize("check_mode", [False, True])
def test_every_login_tells_who_it_is(login: str, check_mode: bool) -> None:
    options, project, asked = LOGINS[login]
    by_key = "access_key" in options
    with Simulator(WORLD) as sim:
        result = ask(sim, options, check_mode=check_mode)
        assert result["method"] == ("access_key" if by_key else "token" if "token" in options else "password")
        assert (result["project"], result["region"]) == (project, "eu-de")
        assert result["domain"] == ({**ACCOUNT, "name": None} if by_key else ACCOUNT)
        assert result["user"]["name"] == (None if by_key else "deployer")
        assert (result["user"]["id"] is None) is by_key
        assert (result["expires_at"] is None) is by_key
        assert result["endpoints"] == {**sim.endpoints, "iam": sim.endpoints["iam"].removesuffix("/v3") + "/v3"}
        assert [entry["operation"] for entry in sim.journal()] == asked
        assert (result["api_calls"], "services" in result) == (1, False)


@pytest.mark.parametrize(("options", "words"), [
    ({**USER, "password": "wrong"}, ["log in", "check username"]),
    ({**USER, "project_name": "eu-de_nowhere"}, ["project_name", "eu-de_nowhere", "those are"]),
    ({**KEYS, "secret_key": "wrong"}, ["the clock of this machine"]),
    ({**KEYS, "project_name": "eu-de_nowhere"}, ["project_name", "eu-de_nowhere"]),
    ({"token": "MII-no-longer-known"}, ["expired", "iam_token"]),
    ({"token": "{token}", "project_id": OTHER}, ["project_id", "belongs to project"]),
    (USER | {"api_retries": 0}, ["api_retries"]),
    ({}, ["no way to log in"]),
], ids=str)
def test_a_failed_login_fails_with_advice(options: dict[str, Any], words: list[str]) -> None:
    with Simulator(WORLD) as sim:
        result = ask(sim, options)
        assert result["failed"] and [word for word in words if word not in result["msg"]] == []
        # What may be entered instead of a project that does not exist costs more requests.
        assert len(sim.journal()) == result["api_calls"] <= (3 if "those are" in words else 2 if "project_name" in words else 1)


def test_a_project_that_the_key_may_not_enter_is_told_with_those_that_it_may() -> None:
    keys = [{**KEYS, "user": "deployer"}]
    users = [{"name": "deployer", "password": "simulator-password", "projects": ["eu-de"]}]
    with Simulator({**WORLD, "access_keys": keys, "users": users}) as sim:
        result = ask(sim, {**KEYS, "project_id": "a" * 32})
        assert result["failed"] and "project_id" in result["msg"], result["msg"]


@pytest.mark.parametrize("login", ["password, id", "token", "keys, id"])
@pytest.mark.parametrize("v5", [True, False])
def test_services_are_asked_for_one_small_page_each(login: str, v5: bool) -> None:
    options = {**LOGINS[login][0], "services": True}
    if "project_id" in options:
        options["project_id"] = PROJECT
    with Simulator({**WORLD, **JOBS, "quirks": {"drs_v5": v5}}) as sim:
        result = ask(sim, options)
        found = {kind: (row["ok"], row["jobs"], row["parents"], row["api"]) for kind, row in rows(result).items()}
        known = {
            "modelarts_service_task": (True, None, 3, "v1"),
            "modelarts_processor_task_version": (True, None, 2, "v2"),
            "modelarts_visualization_job": (True, 12, None, "v1"),
            "drs_job": (True, 4, None, "v5" if v5 else "v3"),
        }
        nothing = {name: (True, None if kind.parent else 0, 0 if kind.parent else None, kind.dialects[0].name) for name, kind in RESOURCES.items()}
        # The services of the edge tasks are in the list of the inference services.
        assert found == {**nothing, **known, **({"modelarts_service": found["modelarts_service"]} if "modelarts_service" in found else {})}
        for row in result["services"]:
            assert (row["http_status"], row["error"], row["advice"]) == (200, None, None)
            assert row["endpoint"] == sim.endpoints[row["service"]]
        asked = [entry for entry in sim.journal() if entry["service"] != "iam"]
        assert len(asked) == sum(map(requests_to_list, RESOURCES.values())) + (0 if v5 else 1)
        sizes = {str((entry["body"] or entry["query"]).get(key)) for entry in asked for key in ("limit", "per_page")}
        assert sizes <= {"1", "None", *(str(pager_of(kind).least) for kind in RESOURCES.values())} and "1" in sizes


# name -> fault, and what the row says: HTTP status, code, a word of the advice
TROUBLE: dict[str, tuple[dict[str, Any], int | None, str | None, str]] = {
    "no permission": ({"status": 403, "code": "ModelArts.0112"}, 403, "ModelArts.0112", "role"),
    "not offered": ({"status": 404, "code": "APIGW.0101"}, 404, "APIGW.0101", "leave this kind out"),
    "plain 404": ({"status": 404, "body": {}}, 404, None, "leave this kind out"),
    "throttled": ({"throttle": "plain", "message": "too many"}, 429, "APIGW.0308", "wait"),
    "trouble": ({"status": 500, "code": "ModelArts.0010"}, 500, "ModelArts.0010", "later"),
    "proxy": ({"html": True}, 502, None, "later"),
    "garbage": ({"garbage": True}, 200, None, "proxy"),
    "no total": ({"wrong_types": "total"}, None, None, "endpoints"),
    "refused": ({"status": 400, "code": "ModelArts.9999"}, 400, "ModelArts.9999", "message"),
    "redirect": ({"redirect": "http://127.0.0.1:1/"}, 302, None, "endpoint"),
    "silence": ({"drop_before": True}, None, None, "network"),
}


@pytest.mark.parametrize("trouble", TROUBLE)
@pytest.mark.parametrize("kind", ["modelarts_visualization_job", "drs_job", "modelarts_service"])
def test_a_service_in_trouble_fails_its_row_only(trouble: str, kind: str) -> None:
    fault, status, code, word = TROUBLE[trouble]
    with Simulator({**WORLD, **JOBS, "quirks": {"drs_v5": False}}) as sim:
        sim.add_fault(operation="list", resource=kind, **fault)
        result = ask(sim, {**USER, "project_name": "eu-de", "services": True, "api_retries": 1})
        assert "failed" not in result, result
        name = "modelarts_service_task" if kind == "modelarts_service" else kind
        row = rows(result).pop(name)
        assert (row["ok"], row["jobs"], row["parents"], row["api"]) == (False, None, None, None)
        assert (row["http_status"], row["error"]["code"]) == (status, code)
        assert row["error"]["message"] and word in row["advice"], row
        behind = list(RESOURCES)[list(RESOURCES).index(name):]
        same = [one for one in behind if RESOURCES[one].service == RESOURCES[name].service]
        broken = set(same) if trouble == "silence" else {one for one in same if one == "modelarts_service" == kind}
        assert {one for one, row in rows(result).items() if not row["ok"]} == {name, *broken}


@pytest.mark.parametrize("login", [KEYS, USER], ids=["keys", "password"])
def test_a_service_that_refuses_the_login_is_not_asked_for_the_other_kinds(login: dict[str, Any]) -> None:
    with Simulator({**WORLD, **JOBS}) as sim:
        sim.add_fault(service="modelarts", status=401, code="APIGW.0301")
        result = ask(sim, {**login, "project_name": "eu-de", "services": True})
        modelarts = [row for row in result["services"] if row["service"] == "modelarts"]
        kinds = [kind for kind in RESOURCES.values() if kind.service == "modelarts"]
        assert [(row["ok"], row["http_status"]) for row in modelarts] == [(False, 401)] * len(kinds)
        assert all("clock" in row["advice"] for row in modelarts)
        # A password login tries a newer token once. A key that one service has rejected is not shown to another.
        assert len(sim.journal(service="modelarts")) == (1 if login is KEYS else 2)
        drs = rows(result)["drs_job"]
        assert drs["ok"] is (login is USER)
        assert len(sim.journal(service="drs")) == (0 if login is KEYS else 3)
        if login is KEYS:
            assert drs["error"]["message"].startswith("not sent: the access key was rejected before: ")


def test_a_service_that_cannot_be_reached_is_tried_for_one_kind_only() -> None:
    with Simulator({**WORLD, **JOBS}) as sim:
        endpoints = {**sim.endpoints, "modelarts": "http://127.0.0.1:1"}
        result = ask(sim, {**USER, "project_name": "eu-de", "services": True, "endpoints": endpoints, "api_retries": 1})
        assert [row["ok"] for row in result["services"]] == [row["service"] != "modelarts" for row in result["services"]]
        assert "network" in rows(result)["modelarts_service_task"]["advice"]
        others = [kind for kind in RESOURCES.values() if kind.service != "modelarts"]
        assert result["api_calls"] == 1 + 1 + sum(map(requests_to_list, others))


@pytest.mark.parametrize("login", [USER, KEYS, {"token": "{unscoped}"}], ids=["password", "keys", "token"])
def test_without_a_project_the_rows_say_so(login: dict[str, Any]) -> None:
    with Simulator({**WORLD, **JOBS}) as sim:
        unscoped = {"token": sim.core.iam.issue("deployer", None, False)[0]} if "token" in login else login
        result = ask(sim, {**unscoped, "services": True})
        assert (result["project"], result["api_calls"], len(result["services"])) == (NOTHING, 1, len(RESOURCES))
        for row in result["services"]:
            assert (row["ok"], row["http_status"]) == (False, None)
            assert "project" in row["error"]["message"] and row["advice"]


def test_a_message_that_repeats_secrets_is_masked() -> None:
    with Simulator({**WORLD, **JOBS}) as sim:
        told = " ".join(TEMPORARY.values())
        sim.add_fault(operation="list", status=403, code="X.1", message=f"no {told}")
        result = ask(sim, {**TEMPORARY, "project_id": PROJECT, "services": True})
        assert "********" in rows(result)["drs_job"]["error"]["message"]
