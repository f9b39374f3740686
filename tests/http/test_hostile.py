# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An IAM with arbitrary answers, unusable proxies, unexpected errors: plain words, and no secret."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from ansible_collections.otc.teardown.plugins.module_utils._modules.module import TeardownModule
from tests.http.test_secrets import assert_free_of, texts
from tests.simulator import Simulator
from tests.support.harness import KINDS, PASSWORD_LOGIN, run, run_at

KIND = KINDS[0]
MODULES = ["iam_token", "iam_caller_info", "iam_project_info", KIND.module, f"{KIND.module}_info"]
HOSTILE = "\x1b]0;x\x07a\nb\r\u202ec\u2066\x9b\ud800{{ 7*7 }}"
SHOWN = "".join(map(chr, range(32))) + "\x7f\x9b\u202e\u2066\u2028\ud800"


def values(value: Any) -> Any:
    """A document with everything in it that is text made hostile, but for what leads on."""
    if isinstance(value, dict):
        return {key: one if key in ("url", "interface", "type") else values(one) for key, one in value.items()}
    if isinstance(value, list):
        return [values(one) for one in value]
    return HOSTILE if isinstance(value, str) else value


def ask(sim: Simulator, module: str, **options: Any) -> dict[str, Any]:
    """The result of a module without project, region and any address but that of IAM."""
    selection = KIND.args(1, wait_timeout=60) if module == KIND.module else {}
    if module.endswith("job_info"):
        selection = KIND.args(1)
    base = {**PASSWORD_LOGIN, "auth_url": sim.endpoints["iam"], "api_retries": 1}
    return run_at(sim, module, {**base, **selection, **options})


def assert_plain(result: dict[str, Any]) -> None:
    """No text in a result does anything to a terminal, and there was no error in the collection itself."""
    assert "please report it" not in result.get("msg", "")
    for text in texts({key: value for key, value in result.items() if key != "invocation"}):
        assert not set(text) & set(SHOWN), repr(text)


def login_document(sim: Simulator) -> dict[str, Any]:
    """What IAM says of a token."""
    _text, token = sim.core.iam.issue("deployer", sim.core.scenario["projects"][0]["id"], False)
    return {"token": {
        "user": {"id": "u", "name": "n", "domain": {"id": "d", "name": "n"}}, "expires_at": "2999-01-01T00:00:00Z",
        "project": {"id": token.project, "name": "eu-de", "domain": {"id": "d", "name": "n"}},
        "catalog": [{"type": "modelarts", "name": "modelarts", "endpoints": [
            {"interface": "public", "region": region, "region_id": region, "url": sim.endpoints["modelarts"]}
            for region in ("eu-de", "eu-nl")]}],
    }}


@pytest.mark.parametrize("module", MODULES)
@pytest.mark.parametrize("region", ["eu-de", None])
def test_what_iam_says_comes_back_plain(module: str, region: str | None) -> None:
    with KIND.cloud({}) as sim:
        true, headers = login_document(sim), {"X-Subject-Token": "MII-token"}
        document = values(true)
        document["token"]["catalog"][0]["endpoints"][1]["region_id"] = f"{HOSTILE}2"
        half_true = {"token": {**document["token"], "project": true["token"]["project"]}}
        for told in (document, half_true):
            sim.add_fault(operation="login", status=201, body=json.dumps(told), headers=headers, times=1)
        projects = {"projects": [{"id": HOSTILE, "name": HOSTILE, "domain_id": HOSTILE, "description": HOSTILE}]}
        sim.add_fault(operation="projects", status=200, body=json.dumps(projects))
        for _turn in range(2):
            assert_plain(ask(sim, module, region=region, **{} if "job" in module else {"project_name": None}))
        assert sim.stops() == []


ODD: list[Any] = [None, True, 0, -1, 1.5, "", "..", "a/b", "\u20ac", [], {}, ["x"], {"id": 1}, "x" * 100_000, 10**30]
PLACES = [("project",), ("project", "id"), ("project", "name"), ("user",), ("user", "name"), ("user", "domain"), ("expires_at",),
          ("catalog",), ("catalog", 0), ("catalog", 0, "endpoints"), ("catalog", 0, "endpoints", 0, "url"), ()]


@pytest.mark.parametrize("module", MODULES)
@pytest.mark.parametrize("place", PLACES, ids=str)
def test_an_odd_document_about_a_token_is_no_accident(module: str, place: tuple[Any, ...]) -> None:
    with KIND.cloud({}) as sim:
        for odd in ODD:
            document = copy.deepcopy(login_document(sim))
            *way, last = ("token", *place)
            inner: Any = document
            for step in way:
                inner = inner[step]
            inner[last] = odd
            sim.clear_faults()
            sim.add_fault(operation="login", status=201, body=json.dumps(document), headers={"X-Subject-Token": "MII-token"})
            assert_plain(ask(sim, module))
            assert sim.stops() == []


PROXIES = ["http://user:pr0x%2fy-pass@127.0.0.1:9", "http://user:pr0x%2fy-pass@[bad", "http://user:pr0x%2fy-pass@host:port",
           "user:pr0x%2fy-pass@127.0.0.1:9", "http://:pr0x%2fy-pass@127.0.0.1:9", "socks5://user:pr0x%2fy-pass@127.0.0.1:9"]


@pytest.mark.parametrize("proxy", PROXIES)
@pytest.mark.parametrize("module", MODULES)
def test_the_password_of_a_proxy_is_not_shown(module: str, proxy: str) -> None:
    environ = {"http_proxy": proxy, "HTTP_PROXY": proxy, "no_proxy": "", "NO_PROXY": ""}
    with KIND.cloud({}) as sim:
        selection = {"job_ids": ["1"]} if "job" in module else {}
        result = run(sim, module, {"api_retries": 1, **selection}, environ=environ)
        assert result["failed"] and sim.journal() == []
        assert_free_of(result, "pr0x/y-pass", "pr0x%2fy-pass")


@pytest.mark.parametrize("module", MODULES)
def test_an_error_that_nobody_foresaw_is_told_without_its_secrets(module: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(task: TeardownModule, *_services: Any, **_options: Any) -> None:
        raise KeyError(f"with {task.params['password']}")

    monkeypatch.setattr(TeardownModule, "connect", fail)
    with KIND.cloud({}) as sim:
        result = ask(sim, module)
    assert (result["failed"], result.get("changed"), result["api_calls"]) == (True, False, 0)
    assert "an error in otc.teardown, please report it: KeyError" in result["msg"]
    assert_free_of(result, PASSWORD_LOGIN["password"])
