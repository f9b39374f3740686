# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every way to log in, and what becomes of logins that fail at once or in mid-run."""

from __future__ import annotations

import pathlib
import threading
from typing import Any
from unittest import mock

import pytest

from ansible_collections.otc.teardown.plugins.module_utils._base.errors import Problem
from ansible_collections.otc.teardown.plugins.module_utils._http import transport
from ansible_collections.otc.teardown.plugins.module_utils._http.answers import Answer
from tests.simulator import Simulator
from tests.support.harness import KINDS, PASSWORD_LOGIN, Kind, each_kind, outcomes, run_at, token_of

PROJECT = "0123456789abcdef0123456789abcdef"
KEYS = {"access_key": "SIMULATORAK000000001", "secret_key": "simulator-secret-key"}
TEMPORARY = {"access_key": "TEMPORARYAK000000001", "secret_key": "temporary-secret-key", "security_token": "temp-token"}
WORLD: dict[str, Any] = {
    "projects": [{"id": PROJECT, "name": "eu-de"}, {"id": "f" * 32, "name": "eu-de_other"}],
    "access_keys": [KEYS, TEMPORARY],
}
USER = {key: PASSWORD_LOGIN[key] for key in ("username", "password", "domain_name")}
# name -> options, and what is asked of IAM; {token} is a token of the project.
LOGINS: dict[str, tuple[dict[str, Any], list[str]]] = {
    "password, project name": ({**USER, "project_name": "eu-de"}, ["login"]),
    "password, project id": ({**USER, "project_id": PROJECT}, ["login"]),
    "token, all given": ({"token": "{token}", "project_id": PROJECT}, []),
    "token alone": ({"token": "{token}"}, ["token_show"]),
    "token, project name": ({"token": "{token}", "project_name": "eu-de"}, ["token_show"]),
    "keys, project id": ({**KEYS, "project_id": PROJECT}, []),
    "keys, project name": ({**KEYS, "project_name": "eu-de"}, ["projects"]),
    "temporary keys, project id": ({**TEMPORARY, "project_id": PROJECT}, []),
    "temporary keys, project name": ({**TEMPORARY, "project_name": "eu-de"}, ["projects"]),
}
VARIABLES = {
    "username": "OS_USERNAME",
    "password": "OS_PASSWORD",
    "domain_name": "OS_USER_DOMAIN_NAME",
    "token": "OS_TOKEN",
    "project_name": "OS_PROJECT_NAME",
    "project_id": "OS_PROJECT_ID",
    "access_key": "HUAWEICLOUD_SDK_AK",
    "secret_key": "HUAWEICLOUD_SDK_SK",
    "security_token": "HUAWEICLOUD_SDK_SECURITY_TOKEN",
}


def call(kind: Kind, sim: Simulator, *numbers: int, **options: Any) -> dict[str, Any]:
    """The result of the resource module with these options for the login, and no others."""
    environ = options.pop("environ", {})
    base = {"region": "eu-de", "endpoints": sim.endpoints}
    return run_at(sim, kind.module, {**base, **kind.args(*numbers, **options)}, environ=environ)


@each_kind
@pytest.mark.parametrize("login", LOGINS)
@pytest.mark.parametrize("place", ["options", "environment"])
def test_every_login_stops_a_job(kind: Kind, login: str, place: str) -> None:
    options, asked = LOGINS[login]
    with kind.cloud({}, {}, **WORLD) as sim:
        filled = {key: value.replace("{token}", token_of(sim)) for key, value in options.items()}
        sim.clear_journal()
        if place == "options":
            result = call(kind, sim, 1, 2, **filled)
        else:
            result = call(kind, sim, 1, 2, environ={VARIABLES[key]: value for key, value in filled.items()})
        assert outcomes(result) == {kind.id(1): "stopped", kind.id(2): "stopped"}, result["msg"]
        assert [entry["operation"] for entry in sim.journal(service="iam")] == asked
        assert all(entry["status"] < 400 for entry in sim.journal())


def test_a_cloud_of_clouds_yaml_leaves_the_environment_out(tmp_path: pathlib.Path) -> None:
    kind = KINDS[0]
    with kind.cloud({}) as sim:
        file = tmp_path / "clouds.yaml"
        file.write_text(f"""
clouds:
  mine:
    region_name: eu-de
    auth: {{auth_url: "{sim.endpoints["iam"]}", username: deployer, password: simulator-password, project_name: eu-de,
            user_domain_name: OTC-EU-DE-00000000001000000000}}
""")
        wrong = {"OS_CLIENT_CONFIG_FILE": str(file), "OS_USERNAME": "nobody", "OS_PASSWORD": "wrong", "OS_TOKEN": "x"}
        result = run_at(sim, kind.module, {"cloud": "mine", **kind.args(1)}, environ=wrong)
        assert outcomes(result) == {kind.id(1): "stopped"}, result["msg"]


@each_kind
def test_a_token_revoked_in_mid_run_takes_one_login_between_all_threads(kind: Kind) -> None:
    with kind.cloud(*[{"stop_delay": 30}] * 40, latency=0.01) as sim:
        once = threading.Lock()
        send = transport.Transport.send

        def send_and_revoke(*args: Any) -> Answer | Problem:
            answer = send(*args)
            if sim.stops() and once.acquire(blocking=False):
                sim.revoke_tokens()
            return answer

        with mock.patch.object(transport.Transport, "send", send_and_revoke):
            result = kind.stop(sim, *range(1, 41))
        assert result["summary"] == {"selected": 40, "stopped": 40}, result["msg"]
        assert len(sim.journal(operation="login")) == 2
        assert any(entry["status"] == 401 for entry in sim.journal())
        assert [kind.accepted(sim, n) for n in range(1, 41)] == [1] * 40


@each_kind
@pytest.mark.parametrize("refusal", ["gateway", "service"])
def test_a_token_that_is_never_accepted_is_renewed_once_only(kind: Kind, refusal: str) -> None:
    drs = kind.module == "drs_job"
    status, code = (
        (401, "APIGW.0307") if refusal == "gateway" else (403, "DRS.M00100") if drs else (401, "ModelArts.0203")
    )
    with kind.cloud({}) as sim:
        # Not for ever, so that a client that never gives up is seen to succeed.
        sim.add_fault(operation="list", status=status, code=code, times=5)
        result = kind.stop(sim, all=True)
        assert (result["failed"], result["changed"], len(sim.journal(operation="login"))) == (True, False, 2)
        assert len(sim.journal()) == 4


@each_kind
@pytest.mark.parametrize("selection", ["ids", "all"])
@pytest.mark.parametrize("refusal", ["gateway", "service"])
def test_a_given_token_that_has_expired_is_told_so(kind: Kind, selection: str, refusal: str) -> None:
    with kind.cloud({}, quirks={"token_refusal": refusal}, **WORLD) as sim:
        token = token_of(sim)
        sim.revoke_tokens()
        sim.clear_journal()
        numbers = (1,) if selection == "ids" else ()
        result = call(kind, sim, *numbers, token=token, project_id=PROJECT, **({} if numbers else {"all": True}))
        assert (result["failed"], result["changed"]) == (True, False)
        assert "expired" in result["msg"] and "iam_token" in result["msg"]
        assert len(sim.journal()) == 1


@each_kind
def test_an_expired_token_whose_project_must_be_asked_for_is_told_so(kind: Kind) -> None:
    with kind.cloud({}, **WORLD) as sim:
        token = token_of(sim)
        sim.revoke_tokens()
        sim.clear_journal()
        result = call(kind, sim, 1, token=token)
        assert result["failed"] and "expired" in result["msg"] and "iam_token" in result["msg"]
        assert [entry["operation"] for entry in sim.journal()] == ["token_show"]


@each_kind
@pytest.mark.parametrize("shape", ["keystone", "iam"])
def test_a_wrong_password_is_tried_once(kind: Kind, shape: str) -> None:
    with kind.cloud({}, iam={"error_shape": shape}) as sim:
        result = call(kind, sim, 1, **{**USER, "password": "not-the-one", "project_name": "eu-de"})
        assert (result["failed"], result["changed"], result["api_calls"]) == (True, False, 1)
        assert "log in" in result["msg"] and "is wrong" in result["msg"] and "check username" in result["msg"]
        assert [entry["operation"] for entry in sim.journal()] == ["login"]


@each_kind
@pytest.mark.parametrize("project", [{"project_id": PROJECT}, {"project_name": "eu-de"}], ids=str)
@pytest.mark.parametrize("numbers", [(), (1,), (1, 2, 3), (1, 2, 3, 4, 5, 6)], ids=str)
def test_a_wrong_signature_is_tried_once(kind: Kind, project: dict[str, str], numbers: tuple[int, ...]) -> None:
    """The cloud locks a key after five of them."""
    with kind.cloud(*[{}] * 6) as sim:
        result = call(
            kind, sim, *numbers, **({} if numbers else {"all": True}), **{**KEYS, "secret_key": "no"}, **project
        )
        assert (result["failed"], result["changed"], sim.stops()) == (True, False, [])
        assert "key" in result["msg"]
        assert len(sim.journal()) == 1


@pytest.mark.parametrize("label", ["processor", "service"])
def test_a_wrong_signature_is_tried_once_whatever_number_of_parents(label: str) -> None:
    kind = next(kind for kind in KINDS if kind.label == label)
    assert kind.parent
    rows = [{"id": kind.id(1), kind.parent[0]: f"parent-{n}"} for n in range(8)]
    with kind.cloud({}) as sim:
        result = call(kind, sim, jobs=rows, **{**KEYS, "secret_key": "no"}, project_id=PROJECT)
        assert result["failed"] is True
        assert len(sim.journal()) == 1


@each_kind
@pytest.mark.parametrize("selection", ["ids", "all"])
def test_a_token_of_another_project_is_an_error_and_no_missing_job(kind: Kind, selection: str) -> None:
    with kind.cloud({}, **WORLD) as sim:
        token = token_of(sim)
        sim.clear_journal()
        chosen: dict[str, Any] = {"on_missing": "ignore"} if selection == "ids" else {"all": True}
        numbers = (1,) if selection == "ids" else ()
        result = call(kind, sim, *numbers, token=token, project_id="f" * 32, **chosen)
        assert (result["failed"], result["changed"], sim.stops()) == (True, False, [])
        assert "missing" not in result["summary"]
        assert "project" in result["msg"]


@each_kind
def test_a_token_of_another_project_is_found_out_at_the_look_up(kind: Kind) -> None:
    with kind.cloud({}, **WORLD) as sim:
        for wanted in ({"project_name": "eu-de_other"},):
            result = call(kind, sim, 1, token=token_of(sim), **wanted)
            assert result["failed"] and "project_name" in result["msg"] and "eu-de_other" in result["msg"]
        assert sim.stops() == []


@pytest.mark.parametrize("shape", ["keystone", "iam"])
@pytest.mark.parametrize("login", [USER, KEYS], ids=["password", "keys"])
def test_an_unknown_project_is_named(login: dict[str, str], shape: str) -> None:
    """And those that there are. Only a password that was accepted is sent again for it."""
    kind = KINDS[0]
    projects = [{"id": "1" * 32, "name": "eu-de"}, {"id": "2" * 32, "name": "eu-de_dev"}]
    with kind.cloud({}, projects=projects, iam={"error_shape": shape}) as sim:
        result = call(kind, sim, 1, **login, project_name="eu-de_dve")
        assert result["failed"] and result["msg"].startswith(
            "project_name: 'eu-de_dve': is no project that the login may enter; those are eu-de, eu-de_dev (did you mean eu-de_dev?)")
        assert len(sim.journal()) == (3 if login is USER else 2)
        if login is USER:
            by_id = call(kind, sim, 1, **login, project_id="3" * 32)["msg"]
            assert by_id.endswith(f"those are eu-de ({'1' * 32}), eu-de_dev ({'2' * 32})"), by_id
            sim.clear_journal()
            assert call(kind, sim, 1, **{**login, "password": "not-the-one"}, project_name="eu-de_dve")["failed"]
            assert len(sim.journal()) == 1


def test_an_unknown_region_is_named() -> None:
    kind = KINDS[0]
    with kind.cloud({}) as sim:
        options = {**USER, "project_name": "eu-de", "auth_url": f"{sim.endpoints['iam']}/v3", "region": "eu-dee"}
        result = run_at(sim, kind.module, {**kind.options, "all": True, "endpoints": {}, **options})
        assert result["msg"].startswith("region: 'eu-dee': is not a region of the token's catalog, which has eu-de (did you mean eu-de?)"), result


def test_a_user_who_may_not_search_projects_finds_its_own() -> None:
    kind = KINDS[0]
    users = [{"name": "deployer", "password": "simulator-password", "may_list_projects": False}]
    keys = [{**KEYS, "user": "deployer"}]
    with kind.cloud({}, users=users, access_keys=keys) as sim:
        result = call(kind, sim, 1, **KEYS, project_name="eu-de")
        assert outcomes(result) == {kind.id(1): "stopped"}, result["msg"]
