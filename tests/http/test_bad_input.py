# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bad input: a message with the option, the value and the remedy, before any request."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from ansible_collections.otc.teardown.plugins.module_utils._http import transport
from tests.support.cases import each_case
from tests.support.harness import KINDS, PASSWORD_LOGIN, Kind, each_kind, run_module

CONNECTION = {key: PASSWORD_LOGIN[key] for key in ("region", "username", "password", "domain_name", "project_name")}
BAD_IDS = ["", " ", "..", ".", "a/b", "../x", "a?b", "a#b", "a%2e", "a\nb", "a\x1b[31m", "a b", "\u202egpj", "x" * 129]


STOPPING = {
    "wait",
    "wait_timeout",
    "wait_interval",
    "on_missing",
    "on_timeout",
    "max_stops",
    "force",
    "force_after",
    "state",
}


def refused(kind: Kind, options: dict[str, Any], login: dict[str, Any] | None = None) -> str:
    """The message for these options, which must not have sent anything; that of the info module must be alike."""
    with kind.cloud({}) as sim:
        given = {"endpoints": sim.endpoints, "api_retries": 1, **(CONNECTION if login is None else login), **options}
        result = run_module(kind.module, given)
        assert (result["failed"], sim.journal()) == (True, []), result
        assert not result.get("changed") and not result.get("jobs")
        assert "please report it" not in result["msg"] and "Traceback" not in result["msg"]
        if not STOPPING & set(options):
            info = run_module(f"{kind.module}_info", given)
            assert (info["failed"], info["msg"].replace("_info", ""), sim.journal()) == (True, result["msg"], [])
    return result["msg"]


BAD_OPTIONS: list[tuple[dict[str, Any], list[str]]] = [
    ({}, ["nothing was selected", "{ids}", "filters", "all"]),
    ({"all": False}, ["nothing was selected", "all"]),
    ({"all": True, "jobs": []}, ["all", "jobs", "exactly one"]),
    ({"all": True, "filters": {"names": ["x"]}}, ["all", "filters", "exactly one"]),
    ({"filters": {}}, ["filters", "{{}}", "all: true"]),
    ({"filters": {"nmaes": ["x"]}}, ["filters", "nmaes", "names"]),
    ({"filters": {"names": []}}, ["filters.names", "[]"]),
    ({"filters": {"names": [" "]}}, ["filters.names", "' '", "pattern"]),
    ({"filters": {"older_than": "soon"}}, ["filters.older_than", "'soon'", "90m"]),
    ({"filters": {"older_than": "7"}}, ["filters.older_than", "'7'", "90m"]),
    ({"filters": {"older_than": "1h1h"}}, ["filters.older_than", "'1h1h'", "90m"]),
    ({"filters": {"older_than": "-5m"}}, ["filters.older_than", "'-5m'", "90m"]),
    ({"filters": {"statuses": ["RUNING"]}}, ["filters.statuses", "'RUNING'", "{running}"]),
    ({"all": True, "exclude": {"names": [""]}}, ["exclude.names", "''", "pattern"]),
    ({"all": True, "exclude": {"nmaes": ["x"]}}, ["exclude", "nmaes", "names"]),
    ({"jobs": [{"name": "x"}]}, ["jobs[0]", "id"]),
    ({"jobs": [{"id": "..", "{parent}": "p"}]}, ["jobs[0].id", "'..'"]),
    ({"jobs": [{"id": "1", "{parent}": "p", "resource": "other"}]}, ["jobs[0]", "'other'", "{module}"]),
    ({"all": True, "concurrency": 0}, ["concurrency", "0", "1 or more"]),
    ({"all": True, "concurrency": -3}, ["concurrency", "-3", "1 or more"]),
    ({"all": True, "concurrency": "many"}, ["concurrency", "convert"]),
    ({"all": True, "api_retries": 0}, ["api_retries", "0", "1 or more"]),
    ({"all": True, "api_timeout": 0}, ["api_timeout", "0", "seconds"]),
    ({"all": True, "api_timeout": "nan"}, ["api_timeout", "nan", "seconds"]),
    ({"all": True, "wait_interval": -1}, ["wait_interval", "-1", "seconds"]),
    ({"all": True, "wait_interval": 0}, ["wait_interval", "0", "seconds"]),
    ({"all": True, "wait_interval": "nan"}, ["wait_interval", "nan", "seconds"]),
    ({"all": True, "wait_interval": "inf"}, ["wait_interval", "inf", "seconds"]),
    ({"all": True, "wait_timeout": -1}, ["wait_timeout", "-1", "seconds"]),
    ({"all": True, "wait_timeout": "inf"}, ["wait_timeout", "'inf'", "seconds nor a duration"]),
    ({"all": True, "wait_timeout": "10 m"}, ["wait_timeout", "'10 m'", "1h30m"]),
    ({"all": True, "wait_timeout": True}, ["wait_timeout", "True", "1h30m"]),
    ({"all": True, "wait_timeout": "5w"}, ["wait_timeout", "days"]),
    ({"all": True, "max_stops": -1}, ["max_stops", "-1", "0 or more"]),
    ({"all": True, "state": "absent"}, ["state", "absent", "stopped"]),
    ({"all": True, "on_missing": "cry"}, ["on_missing", "cry", "warn"]),
]


@each_kind
def test_bad_options(kind: Kind) -> None:
    parent = kind.parent[0] if kind.parent else "parent"
    with each_case() as case:
        for options, words in BAD_OPTIONS:
            with case(options):
                given = dict(options)
                if "jobs" in options:
                    given["jobs"] = [
                        {parent if key == "{parent}" else key: value for key, value in row.items()} for row in options["jobs"]
                    ]
                text = refused(kind, {**kind.options, **given})
                for word in words:
                    filled = word.format(ids=kind.ids_option, running=kind.running, module=kind.module)
                    assert filled in text, text


@each_kind
def test_ids_that_cannot_be_a_path_segment(kind: Kind) -> None:
    with each_case() as case:
        for bad in BAD_IDS:
            with case(ascii(bad)):
                text = refused(kind, kind.args(**{kind.ids_option: [kind.id(1), bad]}))
                assert kind.ids_option in text and "give the id" in text
                assert not any(char in text for char in "\n\x1b\u202e")
                if kind.parent:
                    text = refused(kind, {kind.parent[0]: bad, kind.ids_option: [kind.id(1)]})
                    assert kind.parent[0] in text and "give the id" in text
                    row = {"id": kind.id(1), kind.parent[0]: bad}
                    assert f"jobs[0].{kind.parent[0]}" in refused(kind, {"jobs": [row]})


def test_a_task_id_that_breaks_the_documented_pattern() -> None:
    kind = KINDS[2]
    with each_case() as case:
        for bad in ("1", "A" * 32, "g" * 32, "a" * 31, "a" * 33):
            with case(bad):
                text = refused(kind, kind.args(**{kind.ids_option: [bad]}))
                assert "task_ids" in text and repr(bad) in text and "32 lower-case hexadecimal digits" in text


@each_kind
def test_filters_that_a_kind_cannot_evaluate(kind: Kind) -> None:
    values = {"running_longer_than": "1h", "workspace_id": "0", "enterprise_project_id": "0", "job_types": ["sync"]}
    cannot = {
        "visualization": ("enterprise_project_id", "job_types"),
        "processor": ("enterprise_project_id", "job_types"),
        "service": ("running_longer_than", "enterprise_project_id", "job_types"),
        "training": ("enterprise_project_id", "job_types"),
        "inference": ("running_longer_than", "enterprise_project_id"),
    }.get(kind.label, ("running_longer_than", "workspace_id"))
    for option in cannot:
        text = refused(kind, {**kind.options, "filters": {option: values[option]}})
        assert f"filters.{option}" in text and "cannot be evaluated" in text and "names" in text


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.parent], ids=lambda kind: kind.label)
def test_parents_alone_without_ids_or_with_rows(kind: Kind) -> None:
    assert kind.parent
    option = kind.parent[0]
    assert option in refused(kind, {option: "p"}) and "selects nothing" in refused(kind, {option: "p"})
    assert option in refused(kind, {kind.ids_option: [kind.id(1)]})
    assert option in refused(kind, {option: "p", "jobs": [{"id": kind.id(1), option: "p"}]})


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.module == "drs_job"], ids=lambda kind: kind.label)
def test_options_of_drs(kind: Kind) -> None:
    assert "v4" in refused(kind, {"all": True, "drs_api": "v4"})
    assert "force_after: -1.0" in refused(kind, {"all": True, "force_after": -1})
    assert "cloudDataGuard" in refused(kind, {"filters": {"job_types": ["migrations"]}})


DEAD = {"iam": "http://127.0.0.1:9"}
SAFE = {name: "https://127.0.0.1:9" for name in ("iam", "modelarts", "drs")}
KEYS = {"access_key": "AK", "secret_key": "SK"}
NO_PROJECT = {key: value for key, value in CONNECTION.items() if key != "project_name"}


BAD_LOGINS: list[tuple[dict[str, Any], list[str]]] = [
    (
        {"region": "eu-de", "project_name": "eu-de"},
        ["no way to log in", "username", "token", "access_key", "cloud"],
    ),
    (NO_PROJECT, ["project_name", "project_id", "OS_PROJECT_ID"]),
    ({"region": "eu-de", **KEYS}, ["project_name", "project_id"]),
    ({**CONNECTION, "token": "T"}, ["token", "username/password", "keep one"]),
    ({**CONNECTION, **KEYS}, ["access_key/secret_key", "username/password", "keep one"]),
    ({"project_id": "p", "token": "T", **KEYS}, ["token", "access_key", "keep one"]),
    ({**CONNECTION, "password": None}, ["password", "OS_PASSWORD"]),
    ({**CONNECTION, "username": None}, ["username", "OS_USERNAME"]),
    ({**CONNECTION, "domain_name": None}, ["domain_name", "OS_USER_DOMAIN_NAME"]),
    ({"access_key": "AK", "project_id": "p"}, ["secret_key", "OS_SECRET_KEY"]),
    ({"secret_key": "SK", "project_id": "p"}, ["access_key", "OS_ACCESS_KEY"]),
    ({**CONNECTION, "password": "a\nb"}, ["password", "line break"]),
    ({"token": "a\r\nX-Evil: 1", "project_id": "p"}, ["token", "line break"]),
    ({**CONNECTION, "project_name": None, "project_id": "../x"}, ["project_id", "'../x'"]),
    ({**CONNECTION, "region": "eu/de"}, ["region", "'eu/de'"]),
    ({**CONNECTION, "endpoint_domain": "a b"}, ["endpoint_domain", "'a b'"]),
    ({**CONNECTION, "endpoints": {"iam": "ftp://x"}}, ["endpoints.iam", "ftp://x", "https://"]),
    ({**CONNECTION, "endpoints": {**DEAD, "drs": "://", "modelarts": "://"}}, ["endpoints", "://", "https://"]),
    ({**CONNECTION, "endpoints": {"dsr": "https://x"}}, ["dsr", "drs"]),
    ({**CONNECTION, "auth_url": "https://u:hidden@x", "endpoints": {}}, ["auth_url", "https://"]),
    ({**CONNECTION, "cloud": "nowhere"}, ["cloud", "'nowhere'", "clouds.yaml"]),
    ({**CONNECTION, "ca_cert": "/no/such/file.pem", "endpoints": SAFE}, ["ca_cert", "/no/such/file.pem"]),
]


@each_kind
def test_bad_logins(kind: Kind) -> None:
    with each_case() as case:
        for login, words in BAD_LOGINS:
            with case(login):
                text = refused(kind, {**kind.options, "all": True}, login)
                for word in words:
                    assert word in text, text
                assert "hidden" not in text


@each_kind
def test_a_login_without_region_and_address(kind: Kind) -> None:
    login = {
        **CONNECTION,
        "region": None,
        "endpoints": {"modelarts": "http://127.0.0.1:9", "drs": "http://127.0.0.1:9"},
    }
    text = refused(kind, {**kind.options, "all": True}, login)
    assert "region" in text and "auth_url" in text and "OS_REGION_NAME" in text


@each_kind
def test_missing_libraries(kind: Kind, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "REQUESTS_IMPORT_ERROR", "Traceback")
    text = refused(kind, {**kind.options, "all": True})
    assert "requests" in text and "Failed to import the required Python library" in text
    monkeypatch.setattr(transport, "REQUESTS_IMPORT_ERROR", None)
    monkeypatch.setitem(sys.modules, "openstack.config", None)
    text = refused(kind, {**kind.options, "all": True}, {"cloud": "mine"})
    assert "openstacksdk" in text and "Failed to import the required Python library" in text
