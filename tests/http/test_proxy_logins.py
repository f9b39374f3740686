# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""No part of a login in a URL is shown: of proxies, of addresses among the options, of addresses in the environment."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from tests.simulator import Simulator
from tests.support.harness import KINDS, PASSWORD_LOGIN, outcomes, run_module

MODULES = ["iam_token", "iam_caller_info", "iam_project_info", KINDS[0].module, f"{KINDS[-1].module}_info"]
# What urllib3 takes for a host, a port or the start of a path: `Seccc` and `tttet` are the halves to look for.
ODD = ["Seccc/tttet", "Seccc?tttet", "Seccc#tttet", "Seccc\\tttet", "6789/tttet", "6789?tttet", "6789#tttet", "6789\\tttet",
       "Seccc//tttet", "/Seccc", "Seccc/", "#Seccc", "Seccc[tttet", "Seccc]tttet", "Seccc\ttttet", "Seccc/@tttet", "Seccc:/tttet"]
HALVES = ("Seccc", "tttet", "6789")
SCHEMES = ["http://", "https://", "socks5h://", "", "//"]
VARIABLES = ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"]


def ask(sim: Simulator, module: str, environ: dict[str, str], **options: Any) -> dict[str, Any]:
    """The result of a module that selects everything, where it selects at all."""
    chosen = {"all": True} if "job" in module else {}
    return run_module(module, {**PASSWORD_LOGIN, "endpoints": sim.endpoints, "api_retries": 1, **chosen, **options}, environ=environ)


def assert_nothing_of_it(result: dict[str, Any], *halves: str) -> None:
    """No half of a password stands anywhere in a result, the options that Ansible repeats included."""
    whole = re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1", json.dumps(result))  # a port may look like the number
    assert not [half for half in halves or HALVES if half in whole], whole


def through(**variables: str) -> dict[str, str]:
    """An environment in which nothing goes past the proxy."""
    return {"no_proxy": "", "NO_PROXY": "", **variables}


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("password", ODD)
def test_a_proxy_whose_login_cannot_be_read_is_named_and_not_shown(scheme: str, password: str) -> None:
    with Simulator({}) as sim:
        for variable, module in zip(VARIABLES, MODULES):
            result = ask(sim, module, through(**{variable: f"{scheme}agent:{password}@127.0.0.1:9"}))
            assert result["failed"] and sim.journal() == [] and result["api_calls"] == 0
            assert result["msg"].startswith(f"{variable}: is a URL whose login or port cannot be read"), result["msg"]
            assert "%2F" in result["msg"]
            assert_nothing_of_it(result)


@pytest.mark.parametrize("password", ["Seccc%2Ftttet", "Seccc%3Ftttet%23", "Seccc@tttet", "Seccc:tttet", "Seccc%5Ctttet", "Seccc%40tttet", "Seccc&tttet"])
@pytest.mark.parametrize("scheme", ["http://", "socks5h://", ""])
def test_a_proxy_whose_login_can_be_read_is_used_and_not_shown(scheme: str, password: str) -> None:
    with Simulator({}) as sim:
        for module in MODULES:
            result = ask(sim, module, through(http_proxy=f"{scheme}agent:{password}@127.0.0.1:9"))
            assert result["failed"] and sim.journal() == []
            assert "cannot be read" not in result["msg"]
            assert_nothing_of_it(result)


@pytest.mark.parametrize("environ", [
    {"ftp_proxy": "http://agent:Seccc/tttet@host"}, {"no_proxy": "127.0.0.1,a/b@c", "NO_PROXY": "127.0.0.1"},
    {"http_proxy": "http://proxy:3128/path", "no_proxy": "127.0.0.1", "NO_PROXY": "127.0.0.1"},
    {"https_proxy": "http://agent@[::1]:3128"},
], ids=str)
def test_what_is_no_login_of_a_proxy_of_ours_is_left_alone(environ: dict[str, str]) -> None:
    kind = KINDS[0]
    with kind.cloud({}) as sim:
        result = run_module(kind.module, {**PASSWORD_LOGIN, "endpoints": sim.endpoints, "wait_interval": 0.02, **kind.args(1)}, environ=environ)
        assert outcomes(result) == {kind.id(1): "stopped"}, result["msg"]


@pytest.mark.parametrize("password", ["Secccttt", *ODD])
@pytest.mark.parametrize("place", ["auth_url", "endpoints.iam", "endpoints.drs", "OS_AUTH_URL", "OTC_ENDPOINT_DRS"])
def test_a_login_in_an_address_is_refused_and_not_shown(place: str, password: str) -> None:
    url = f"https://agent:{password}@iam.example.com/v3"
    with Simulator({}) as sim:
        for module in MODULES:
            option, _dot, service = place.partition(".")
            options = {option: {service: url} if service else url} if place[0].islower() else {}
            given = {"auth_url": None, "endpoints": None, **options}
            result = ask(sim, module, {} if options else {place: url}, **given)
            assert result["failed"] and result["api_calls"] == 0
            assert result["msg"].startswith(f"{'auth_url' if place == 'OS_AUTH_URL' else place}: "), result["msg"]
            assert "***@iam.example.com" in result["msg"]
            assert_nothing_of_it(result, "Seccc", "tttet")
