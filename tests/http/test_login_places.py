# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a login and the addresses come from: left-over variables, older names, rehearsals that must stay on this machine."""

from __future__ import annotations

import pathlib
from typing import Any

import pytest
import yaml

from tests.simulator import Simulator
from tests.support.harness import KINDS, PASSWORD_LOGIN, Kind, each_kind, outcomes, run_module

PROJECT, OTHER = "0123456789abcdef0123456789abcdef", "f" * 32
KEYS = {"access_key": "SIMULATORAK000000001", "secret_key": "simulator-secret-key"}
TEMPORARY = {"access_key": "TEMPORARYAK000000001", "secret_key": "temporary-secret-key", "security_token": "temp-token"}
WORLD: dict[str, Any] = {
    "projects": [{"id": PROJECT, "name": "eu-de"}, {"id": OTHER, "name": "eu-de_other"}], "access_keys": [KEYS, TEMPORARY],
}
USER = {"OS_USERNAME": "deployer", "OS_PASSWORD": "simulator-password", "OS_USER_DOMAIN_NAME": PASSWORD_LOGIN["domain_name"],
        "OS_REGION_NAME": "eu-de"}
QUICK = {"wait_interval": 0.02, "wait_timeout": 15, "api_retries": 1}


def ask(kind: Kind, *numbers: int, environ: dict[str, str] | None = None, info: bool = False, **options: Any) -> dict[str, Any]:
    """The result of a module with nothing but these options and variables."""
    pace = {} if info else QUICK
    name = kind.module + ("_info" if info else "")
    return run_module(name, {**pace, **kind.args(*numbers, **options)}, environ=environ or {})


def clouds_file(folder: pathlib.Path, sim: Simulator, **more: Any) -> str:
    """A clouds.yaml with the entry `dev` for the first project."""
    auth = {"auth_url": sim.endpoints["iam"], "username": "deployer", "password": "simulator-password",
            "user_domain_name": PASSWORD_LOGIN["domain_name"], "project_name": "eu-de"}
    path = folder / "clouds.yaml"
    path.write_text(yaml.safe_dump({"clouds": {"dev": {"region_name": "eu-de", "auth": auth, **more}}}), encoding="utf-8")
    return str(path)


@each_kind
@pytest.mark.parametrize("info", [False, True], ids=["stop", "info"])
@pytest.mark.parametrize("left_over", ["OS_PROJECT_NAME", "OS_PROJECT_ID", "OS_TENANT_NAME"])
def test_a_left_over_project_does_not_act(kind: Kind, info: bool, left_over: str, tmp_path: pathlib.Path) -> None:
    with kind.cloud({}, **WORLD) as sim:
        environ = {"OS_CLOUD": "dev", "OS_CLIENT_CONFIG_FILE": clouds_file(tmp_path, sim),
                   left_over: OTHER if left_over.endswith("ID") else "eu-de_other"}
        result = ask(kind, 1, environ=environ, info=info)
        assert not result.get("failed"), result["msg"]
        assert [row["id"] for row in result["jobs"]] == [kind.id(1)]
        assert not [entry["path"] for entry in sim.journal() if OTHER in entry["path"]]
        assert left_over in str(result["warnings"]) and "eu-de_other" not in str(result["warnings"])
        said = ask(kind, 1, environ=environ, info=info, project_name="eu-de_other", on_missing="ignore") if not info else {}
        assert "warnings" not in said, "an option is no left-over"


@each_kind
@pytest.mark.parametrize("info", [False, True], ids=["stop", "info"])
@pytest.mark.parametrize("project", [{"project_id": PROJECT}, {"project_name": "eu-de"}], ids=str)
def test_a_rehearsal_with_a_key_does_not_reach_the_real_cloud(kind: Kind, info: bool, project: dict[str, str]) -> None:
    """There is no catalog with a key, and the usual pattern leads to the real cloud."""
    service = "drs" if kind.module == "drs_job" else "modelarts"
    with kind.cloud({}, **WORLD) as sim:
        login = {**KEYS, **project, "region": "eu-de", "auth_url": sim.endpoints["iam"]}
        result = ask(kind, 1, info=info, **login)
        assert result["failed"] and not result["changed"] and result["api_calls"] == len(sim.journal()) <= 1
        assert f"endpoints.{service}: is not given" in result["msg"] and f"OTC_ENDPOINT_{service.upper()}" in result["msg"]
        named = ask(kind, 1, info=info, environ={f"OTC_ENDPOINT_{service.upper()}": sim.endpoints[service]}, **login)
        assert not named.get("failed"), named["msg"]


@each_kind
def test_which_endpoint_wins(kind: Kind, tmp_path: pathlib.Path) -> None:
    """An option, then the environment, also with an explicit `cloud`, then clouds.yaml."""
    service, dead = ("drs" if kind.module == "drs_job" else "modelarts"), "http://127.0.0.1:9"
    variable = f"OTC_ENDPOINT_{service.upper()}"
    with kind.cloud({}, **WORLD) as sim:
        file = clouds_file(tmp_path, sim, **{f"{service}_endpoint_override": dead})
        environ = {"OS_CLIENT_CONFIG_FILE": file, variable: sim.endpoints[service]}
        assert outcomes(ask(kind, 1, environ=environ, cloud="dev")) == {kind.id(1): "stopped"}
        there = {"OS_CLIENT_CONFIG_FILE": file, variable: dead}
        option = ask(kind, 1, environ=there, cloud="dev", endpoints={service: sim.endpoints[service]})
        assert outcomes(option) == {kind.id(1): "already_ended"}, option["msg"]
        assert "127.0.0.1:9" in ask(kind, 1, environ={"OS_CLIENT_CONFIG_FILE": file}, cloud="dev")["msg"]


@pytest.mark.parametrize("module", ["iam_token", "iam_caller_info", "iam_project_info", KINDS[0].module, f"{KINDS[-1].module}_info"])
def test_a_misspelt_variable_ends_every_module_before_a_request(module: str) -> None:
    with KINDS[0].cloud({}) as sim:
        chosen = {"all": True} if "job" in module else {}
        environ = {**USER, "OS_PROJECT_NAME": "eu-de", "OS_AUTH_URL": sim.endpoints["iam"], "OTC_ENDPOINT_MODELART": sim.url}
        result = run_module(module, chosen, environ=environ)
        assert result["failed"] and result["msg"].startswith("OTC_ENDPOINT_MODELART: names no service"), result
        assert sim.journal() == []


@pytest.mark.parametrize("variables", [
    {"OS_TENANT_NAME": "eu-de"}, {"OS_TENANT_ID": PROJECT}, {"OS_PROJECT_NAME": "eu-de", "OS_TENANT_ID": OTHER},
], ids=str)
@pytest.mark.parametrize("end", ["", "/", "/auth/tokens", "/auth/tokens/"])
def test_older_names_and_the_whole_address_of_the_login(variables: dict[str, str], end: str) -> None:
    kind = KINDS[0]
    with kind.cloud({}, **WORLD) as sim:
        result = ask(kind, 1, environ={**USER, **variables, "OS_AUTH_URL": sim.endpoints["iam"] + end})
        assert outcomes(result) == {kind.id(1): "stopped"}, result["msg"]


REFUSALS = [
    (401, "APIG.0301", "Incorrect IAM authentication information: ak TEMPORARYAK000000001 not exist"),
    (401, "IAM.1106", "ak not exist"),
    (403, "APIG.0301", "Incorrect IAM authentication information: verify ak sk signature fail"),
]


@each_kind
@pytest.mark.parametrize(("status", "code", "message"), REFUSALS)
def test_a_forgotten_security_token_is_named_as_a_cause(kind: Kind, status: int, code: str, message: str) -> None:
    forgotten = {key: value for key, value in TEMPORARY.items() if key != "security_token"}
    with kind.cloud({}, **WORLD) as sim:
        sim.add_fault(operation="list", status=status, code=code, message=message)
        result = ask(kind, all=True, region="eu-de", project_id=PROJECT, endpoints=sim.endpoints, **forgotten)
        assert (result["failed"], len(sim.journal())) == (True, 1)
        assert message in result["msg"] and "a temporary one needs its security_token" in result["msg"]
