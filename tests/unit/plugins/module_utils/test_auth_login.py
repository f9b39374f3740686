# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a login by password or token asks IAM, what is made of its answers, and what a connection can do then."""

from __future__ import annotations

import json

import pytest

from ansible_collections.otc.teardown.plugins.module_utils._base.errors import ApiError, InputError, Meaning
from ansible_collections.otc.teardown.plugins.module_utils._http.request import Request
from ansible_collections.otc.teardown.plugins.module_utils._iam.authenticators import MOST_REPEATS, TokenAuthenticator
from ansible_collections.otc.teardown.plugins.module_utils._iam.connection import projects_of
from tests.unit.plugins.module_utils.login_scene import (
    ACCOUNT,
    EU_DE,
    IAM,
    READ,
    about_token,
    by_key,
    by_password,
    by_token,
    connected,
    json_answer,
    projects,
    refusal,
    refused,
)


def test_a_login_by_password():
    settings = by_password()
    scene, connection = connected(settings, about_token())
    (request, proof, _timeout), = scene.wire.sent
    user = {"name": "me", "password": "pass-word", "domain": ACCOUNT}
    assert json.loads(request.body) == {"auth": {
        "identity": {"methods": ["password"], "password": {"user": user}},
        "scope": {"project": {"name": "eu-de", "domain": {"name": "OTC-2"}}},
    }}
    assert request == Request("POST", IAM + "/auth/tokens", "log in", True, (), request.body, {"Content-Type": "application/json"})
    assert proof == {}
    assert (connection.client, connection.settings, connection.project_id) == (scene.client, settings, "p1")
    assert (connection.token, connection.identity.project_name, connection.found) == ("token-1", "eu-de", None)
    assert scene.redact.secrets == {"pass-word", "token-1"}


@pytest.mark.parametrize(("project", "scope"), [
    ({"project_id": "p1"}, {"project": {"id": "p1"}}),
    ({"project_id": "p1", "project_name": "eu-de"}, {"project": {"id": "p1"}}),
    ({}, None),
])
def test_the_scope_of_a_login(project, scope):
    scene, _connection = connected(by_password(**{"project_name": None, **project}), about_token())
    assert json.loads(scene.wire.sent[0][0].body)["auth"].get("scope") == scope


@pytest.mark.parametrize(("answer", "meaning", "words"), [
    (refused(401), Meaning.CREDENTIALS, "Failed to log in: no (HTTP 401); check username"),
    (refused(403), Meaning.DENIED, "Failed to log in: no (HTTP 403); the caller lacks"),
    (refused(503), Meaning.TRANSIENT, "Failed to log in: no (HTTP 503)"),
    (json_answer(201, []), Meaning.GARBLED, "Failed to log in: the answer is not a JSON object: [] (HTTP 201)"),
])
def test_a_login_that_fails(answer, meaning, words):
    error = refusal(by_password(), answer)
    assert error.problem.meaning is meaning
    assert str(error).startswith(words)


def test_a_login_that_gives_no_token():
    error = refusal(by_password(), json_answer(201, {"token": {}}))
    assert str(error) == "Failed to log in: iam.eu-de.otc.t-systems.com sent no X-Subject-Token (HTTP 201)"


def test_a_password_gives_a_new_token_once_for_all_who_held_the_old_one():
    scene, connection = connected(by_password(), about_token(), about_token(token="token-2"), about_token(token="token-3"))
    how, old = connection.authenticator, {"X-Auth-Token": "token-1"}
    assert how.headers_for(READ) == old
    assert how.renew(old) is True
    assert (how.headers_for(READ), connection.token, scene.client.calls) == ({"X-Auth-Token": "token-2"}, "token-2", 2)
    assert how.renew(old) is True
    assert how.renew({}) is True
    assert scene.client.calls == 2
    repeated = [how.renew({"X-Auth-Token": "token-2"}, safe=False) for _number in range(MOST_REPEATS + 1)]
    assert how.renew({"X-Auth-Token": "token-2"}) is False, "a read is not repeated"
    assert repeated == [True] * MOST_REPEATS + [False]
    assert scene.client.calls == 2 and "token-2" in scene.redact.secrets


@pytest.mark.parametrize(("settings", "service", "asked"), [
    ({"project_id": "p1", "endpoints": {"drs": "https://drs.example.com"}}, "drs", False),
    ({"project_id": "p1", "endpoints": {"drs": "https://drs.example.com"}}, "modelarts", True),
    ({"project_id": "p1"}, "drs", True),
    ({"endpoints": {"drs": "https://drs.example.com"}}, "drs", True),
    ({}, None, True),
])
def test_a_given_token_is_looked_up_unless_all_is_known(settings, service, asked):
    settings = by_token(**settings)
    scene, connection = connected(settings, about_token(), service=service)
    look = Request("GET", IAM + "/auth/tokens", "look up the given token", True, headers={"X-Subject-Token": "given-token"})
    assert scene.wire.sent == ([(look, {"X-Auth-Token": "given-token"}, 30.0)] if asked else [])
    assert (connection.project_id, connection.token, connection.found) == ("p1", "given-token", None)
    assert (connection.identity is not None) == asked
    assert (connection.client, connection.settings) == (scene.client, settings)
    assert connection.authenticator.headers_for(READ) == {"X-Auth-Token": "given-token"}


@pytest.mark.parametrize(("status", "code", "meaning"), [
    (401, None, Meaning.REAUTH), (401, "IAM.0061", Meaning.REAUTH), (404, None, Meaning.REAUTH), (403, None, Meaning.DENIED),
    (503, None, Meaning.TRANSIENT), (400, None, Meaning.REFUSED),
])
def test_a_given_token_that_is_refused(status, code, meaning):
    error = refusal(by_token(), refused(status, code))
    assert error.problem.meaning is meaning and error.problem.http_status == status
    noted = f"{code}, HTTP {status}" if code else f"HTTP {status}"
    assert str(error).startswith(f"Failed to look up the given token: no ({noted})")
    assert ("the token has expired" in str(error)) == (meaning is Meaning.REAUTH)


@pytest.mark.parametrize(("wanted", "told", "outcome"), [
    # id and name that are wanted, those of the token -> the project, or what is said
    (("p1", None), ("p1", "x"), "p1"),
    (("p1", None), ("p2", "x"), "project_id: 'p1': the token belongs to project p2"),
    (("p1", None), (None, None), "p1"),
    ((None, "eu"), ("p1", "eu"), "p1"),
    ((None, "eu"), ("p1", "nl"), "project_name: 'eu': the token belongs to project nl"),
    ((None, "eu"), ("p1", None), "project_name: 'eu': the token belongs to no project with a name"),
    ((None, "eu"), (None, "eu"), "Failed to log in: the answer of IAM holds no id of project eu"),
    (("p1", "eu"), ("p1", "eu"), "p1"),
    (("p1", "eu"), ("p1", None), "p1"),
    (("p1", "eu"), (None, "eu"), "p1"),
    (("p1", "eu"), ("p1", "nl"), "project_name: 'eu': the token belongs to project nl"),
    ((None, None), ("p1", "x"), "p1"),
    ((None, None), (None, None), None),
])
@pytest.mark.parametrize("way", [by_password, by_token])
def test_the_project_must_be_that_of_the_token(way, wanted, told, outcome):
    settings, answer = way(project_id=wanted[0], project_name=wanted[1]), about_token(*told)
    if outcome in ("p1", None):
        assert connected(settings, answer)[1].project_id == outcome
    else:
        remedy = "; give a token of the project that is meant, or name that of the token" if "belongs to" in outcome else ""
        assert str(refusal(settings, answer)) == outcome + remedy


def test_the_projects_of_the_caller():
    scene, connection = connected(by_token(), about_token(), projects(EU_DE, 5, {"id": "p2"}))
    assert projects_of(connection) == [EU_DE, {"id": "p2"}]
    url = IAM + "/auth/projects"
    assert scene.wire.sent[-1][:2] == (Request("GET", url, "list the projects of the caller", True), {"X-Auth-Token": "given-token"})


def test_a_connection_knows_its_addresses():
    usual = "https://{}.eu-de.otc.t-systems.com"
    _scene, connection = connected(by_token(), about_token())
    assert connection.url("drs") == "https://drs.example.com"
    assert connection.url("modelarts") == usual.format("modelarts")
    assert connection.endpoints() == {
        "iam": IAM, **{service: usual.format(service) for service in ("modelarts", "dli", "mrs")}, "dlf": usual.format("dayu-dlf"),
        "drs": "https://drs.example.com",
    }
    without = by_key(project_id="p1", region=None, endpoints={"drs": "https://drs.example.com"})
    _scene, connection = connected(without, refused(500))
    assert connection.endpoints() == {"drs": "https://drs.example.com"}
    with pytest.raises(InputError, match="^region: no region was given"):
        connection.url("modelarts")


def test_a_connection_sends_with_its_token_and_in_time():
    scene, connection = connected(by_token(), about_token(), json_answer(200, {"a": 1}))
    assert connection.send(READ, 110.0) == {"a": 1}
    assert connection.exchange(READ, 105.0).status == 200
    assert connection.send(READ) == {"a": 1}
    proof = {"X-Auth-Token": "given-token"}
    assert scene.wire.sent[1:] == [(READ, proof, 10.0), (READ, proof, 5.0), (READ, proof, 30.0)]


def test_a_given_token_is_never_renewed():
    assert TokenAuthenticator("t").renew({"X-Auth-Token": "t"}) is False


def test_an_error_of_the_network_names_what_was_done():
    with pytest.raises(ApiError, match="^Failed to list jobs: "):
        connected(by_token(), about_token(), refused(500))[1].send(READ)
