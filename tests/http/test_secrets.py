# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""No secret in any result, whatever the server sends back; and nothing in a result that harms a terminal."""

from __future__ import annotations

import base64
import json
import urllib.parse
from typing import Any

import pytest

from tests.simulator import Simulator
from tests.support.harness import KINDS, PASSWORD_LOGIN, Kind, each_kind, outcomes, run, run_at

PASSWORD = 'p&ss/wörd+"quoted" {{ 7*7 }}'
SECRET_KEY, SECURITY_TOKEN = "s3cr3t/key+with=signs", "secur1ty/token+with=signs"
PROJECT = "0123456789abcdef0123456789abcdef"
WORLD: dict[str, Any] = {
    "users": [{"name": "deployer", "password": PASSWORD}],
    "access_keys": [{"access_key": "TEMPORARYAK000000001", "secret_key": SECRET_KEY, "security_token": SECURITY_TOKEN}],
}
BY_PASSWORD = {**PASSWORD_LOGIN, "password": PASSWORD}
BY_KEYS = {
    "region": "eu-de",
    "project_id": PROJECT,
    "access_key": "TEMPORARYAK000000001",
    "secret_key": SECRET_KEY,
    "security_token": SECURITY_TOKEN,
}


def spellings(secret: str) -> set[str]:
    """The ways in which a secret may be written."""
    return {
        secret,
        urllib.parse.quote(secret),
        urllib.parse.quote(secret, safe=""),
        urllib.parse.quote_plus(secret),
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
        base64.b64encode(secret.encode()).decode(),
        base64.b64encode(f"deployer:{secret}".encode()).decode(),
        base64.urlsafe_b64encode(secret.encode()).decode(),
    }


def texts(value: Any) -> list[str]:
    """Every text in a result, keys too, outside of the options that Ansible repeats and masks itself."""
    if isinstance(value, dict):
        return [text for pair in value.items() for one in pair for text in texts(one)]
    if isinstance(value, list):
        return [text for one in value for text in texts(one)]
    return [value] if isinstance(value, str) else []


def assert_free_of(result: dict[str, Any], *secrets: str) -> None:
    """No secret stands in a result in any spelling."""
    whole = "\n".join([json.dumps(result), json.dumps(result, ensure_ascii=False), *texts(result)])
    for secret in secrets:
        for spelling in spellings(secret):
            assert spelling not in whole, spelling


LOGINS = {"password": BY_PASSWORD, "token": {"region": "eu-de", "project_id": PROJECT}, "keys": BY_KEYS}


@each_kind
@pytest.mark.parametrize("login", LOGINS)
@pytest.mark.parametrize("fate", ["good", "refused", "login fails", "list fails", "html"])
def test_no_secret_in_any_result_even_if_the_server_repeats_it(kind: Kind, login: str, fate: str) -> None:
    with kind.cloud({}, {"name": "two"}, **WORLD) as sim:
        issued: list[str] = []
        remember = sim.core.iam.issue

        def issue(*args: Any) -> Any:
            text, token = remember(*args)
            issued.append(text)
            return text, token

        sim.core.iam.issue = issue
        options = dict(LOGINS[login])
        if login == "token":
            options["token"] = token_of_world(sim)
        secrets = {PASSWORD, SECRET_KEY, SECURITY_TOKEN, *issued, *filter(None, [options.get("token")])}
        told = " ".join(sorted(set().union(*map(spellings, secrets))))
        operation = {
            "refused": kind.stop_operation(2),
            "login fails": "login",
            "list fails": "list",
            "html": "list",
        }.get(fate)
        if operation:
            body = told if fate == "html" else {"error_code": told[:90], "error_msg": told, "request_id": told[:80]}
            sim.add_fault(
                operation=operation,
                status=403,
                body=body,
                headers={"X-Request-Id": PASSWORD.encode("ascii", "replace").decode()},
            )
        for module in (kind.module, f"{kind.module}_info"):
            selection = {**kind.options, "all": True, "endpoints": sim.endpoints}
            result = run_at(sim, module, {**selection, **options}, diff_mode=True)
            assert_free_of(result, *(secrets_of(login, options) | set(issued)))


def secrets_of(login: str, options: dict[str, Any]) -> set[str]:
    """The secrets that this login knows of."""
    return {options[key] for key in ("password", "token", "secret_key", "security_token") if key in options}


def token_of_world(sim: Simulator) -> str:
    """A token of the user with the difficult password."""
    token, _more = sim.core.iam.issue("deployer", PROJECT, False)
    return token


@each_kind
def test_a_token_got_by_password_that_the_server_repeats_is_masked(kind: Kind) -> None:
    """The token is not known before the login, so the simulator is asked to tell one that it will issue."""
    with kind.cloud({"name": "job"}) as sim:
        sim.core.iam.issue = lambda *args, _issue=sim.core.iam.issue: (
            "MII-known-token/+=",
            _store(sim, _issue(*args)[1]),
        )
        sim.add_fault(
            operation=kind.stop_operation(), status=403, code="X.1", message="your token is MII-known-token/+="
        )
        result = kind.stop(sim, 1)
        assert "your token is ****" in result["msg"]
        assert_free_of(result, "MII-known-token/+=")


def _store(sim: Simulator, token: Any) -> Any:
    sim.core.iam._tokens["MII-known-token/+="] = token
    return token


HOSTILE = {
    "escape": "\x1b[31mred\x1b[0m",
    "lines": "a\nb\r\nc",
    "template": "{{ 7*7 }}{% if x %}",
    "bidi": "\u202egpj.exe\u2066",
    "controls": "".join(map(chr, range(1, 32))) + "\x7f\x85\u2028\u2029",
    "surrogate": "\ud800",
}


@each_kind
@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_names_and_messages_come_back_as_plain_text(kind: Kind, text: str) -> None:
    hostile = HOSTILE[text]
    field = {"visualization": "job_name", "processor": "version_name"}.get(kind.label, "name")
    name = hostile if text != "surrogate" else "s"
    with kind.cloud({}, {"fields": {field: name}}) as sim:
        # As text, because a lone surrogate can be sent in an escape only.
        body = json.dumps({"error_code": hostile[:50], "error_msg": hostile})
        sim.add_fault(operation=kind.stop_operation(), status=403, body=body, times=1)
        result = kind.stop(sim, 1, diff_mode=True)
        assert result["failed"] is True
        listed = kind.stop(sim, all=True, check_mode=True, diff_mode=True)
        rows = kind.info(sim, all=True)
        for one in (result, listed, rows):
            for shown in texts({key: value for key, value in one.items() if key not in ("diff", "invocation")}):
                assert not any(ord(char) < 32 or char in "\x7f\x85\u2028\u2029\u202e\u2066\ud800" for char in shown), (
                    shown
                )
        for side in ("before", "after"):
            lines = listed["diff"][side].split("\n")
            assert (len(lines), "\x1b" in listed["diff"][side]) == (3, False)
        if text == "template":
            assert "{{ 7*7 }}" in result["msg"] and "49" not in result["jobs"][0]["error"]["message"]


@pytest.mark.parametrize("kind", [KINDS[0], KINDS[-1]], ids=lambda kind: kind.label)
def test_a_message_of_a_megabyte_is_cut(kind: Kind) -> None:
    with kind.cloud({}) as sim:
        sim.add_fault(operation=kind.stop_operation(), status=403, code="X.1", message="m" * 1_000_000, times=1)
        assert len(json.dumps(kind.stop(sim, 1)["jobs"])) < 5000
        sim.add_fault(operation="list", status=403, body="h" * 1_000_000)
        assert len(kind.stop(sim, all=True)["msg"]) < 5000


def test_the_token_of_iam_token_is_there_and_the_password_is_not() -> None:
    with Simulator(WORLD) as sim:
        result = run(sim, "iam_token", {"password": PASSWORD})
        assert result["token"].startswith("MII")
        assert_free_of(result, PASSWORD)
        sim.add_fault(operation="login", status=401, code="IAM.0062", message=f"no {PASSWORD}")
        assert_free_of(run(sim, "iam_token", {"password": PASSWORD}), PASSWORD)
        assert_free_of(run(sim, "iam_project_info", {"password": PASSWORD}), PASSWORD)


def test_a_secret_that_stands_in_a_name_of_a_job_is_masked() -> None:
    kind = KINDS[0]
    with kind.cloud({"name": f"x {SECRET_KEY} y"}, **WORLD) as sim:
        result = run_at(
            sim, kind.module, {**BY_KEYS, "endpoints": sim.endpoints, "job_ids": ["1"], "wait": False}, diff_mode=True
        )
        assert outcomes(result) == {"1": "stop_requested"}
        assert_free_of(result, SECRET_KEY, token_of_world(sim))


@pytest.mark.parametrize("password", ["password", "job", "stopped", "10", "RUNNING", "tb"])
def test_a_password_that_is_a_word_masks_no_word_of_ours(password: str) -> None:
    """Masked, it could be read from the sentence, and rows would name other kinds, jobs and outcomes."""
    kind = KINDS[0]
    login = {**PASSWORD_LOGIN, "password": password}
    with kind.cloud({"id": 10, "name": "tb-dev"}, users=[{"name": "deployer", "password": password}]) as sim:
        stopped = run_at(sim, kind.module, {**login, "endpoints": sim.endpoints, "job_ids": ["10"]}, diff_mode=True)
        row = stopped["jobs"][0]
        assert (row["resource"], row["name"], row["id"], row["outcome"]) == (kind.module, "tb-dev", "10", "stopped")
        assert stopped["msg"] == "1 stopped" and "RUNNING" in stopped["diff"]["before"]
        sim.add_fault(operation="login", status=401, code="IAM.0062", message=f"no such password as {password}!")
        failed = run_at(sim, kind.module, {**login, "endpoints": sim.endpoints, "all": True})
        assert "check username, password, domain_name" in failed["msg"], failed["msg"]
        assert f"as {password}!" not in failed["msg"] and "as ********!" in failed["msg"]
        wrong = run_at(sim, kind.module, {**login, "endpoints": sim.endpoints, "all": True, "region": f"../{password}"})
        assert "region: " in wrong["msg"]
        for result in (stopped, failed, wrong):
            assert result["invocation"]["module_args"]["password"] == "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"


def test_the_helper_that_looks_for_secrets_finds_them() -> None:
    for spelling in spellings(PASSWORD):
        with pytest.raises(AssertionError):
            assert_free_of({"jobs": [{"name": f"a{spelling}b"}]}, PASSWORD)
