# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an access key signs, and how the project of its requests is found."""

from __future__ import annotations

import datetime

import pytest

from ansible_collections.otc.teardown.plugins.module_utils._http import signature
from ansible_collections.otc.teardown.plugins.module_utils._http.request import Request
from ansible_collections.otc.teardown.plugins.module_utils._iam.authenticators import KeyAuthenticator
from tests.unit.plugins.module_utils.login_scene import (
    EU_DE,
    IAM,
    READ,
    by_key,
    connected,
    json_answer,
    projects,
    refusal,
    refused,
)


@pytest.mark.parametrize("name", [None, "eu-de"])
def test_a_key_needs_no_login(name):
    settings = by_key(project_id="p1", project_name=name)
    scene, connection = connected(settings, refused(500))
    assert (scene.wire.sent, connection.project_id, connection.token) == ([], "p1", None)
    assert (connection.client, connection.settings) == (scene.client, settings)
    assert (connection.identity, connection.found) == (None, None)
    assert connection.authenticator.headers_for(READ)["X-Project-Id"] == "p1"
    assert scene.redact.secrets == {"secret-key-1"}


def test_a_key_without_a_project():
    scene, connection = connected(by_key(), refused(500))
    assert (scene.wire.sent, connection.project_id, connection.found) == ([], None, None)
    assert "X-Project-Id" not in connection.authenticator.headers_for(READ)


NAMELESS = {"name": "eu-de"}
SEARCH = Request("GET", IAM + "/projects", "find project eu-de", True, (("name", "eu-de"),))
OWN = Request("GET", IAM + "/auth/projects", "find project eu-de", True)


@pytest.mark.parametrize(("answers", "asked"), [
    ([projects(EU_DE)], [SEARCH]),
    ([projects({"id": "p2", "name": "eu-de_x"}, NAMELESS, "x", EU_DE, EU_DE)], [SEARCH]),
    ([refused(403), projects({"id": "p2", "name": "eu-nl"}, EU_DE)], [SEARCH, OWN]),
])
def test_a_project_is_found_by_its_name(answers, asked):
    scene, connection = connected(by_key(project_name="eu-de"), *answers)
    assert [sent[0] for sent in scene.wire.sent] == asked
    assert all("Authorization" in proof and "X-Project-Id" not in proof for _request, proof, _timeout in scene.wire.sent)
    assert (connection.project_id, connection.found) == ("p1", EU_DE)
    assert connection.authenticator.headers_for(READ)["X-Project-Id"] == "p1"


@pytest.mark.parametrize(("answers", "words"), [
    ([projects()], "project_name: 'eu-de': is no project that the login may enter; those are none"),
    ([projects(NAMELESS), projects({"id": "p2", "name": "eu-nl"}, {"id": "p3", "name": "eu-de_dev"})],
     "project_name: 'eu-de': is no project that the login may enter; those are eu-de_dev, eu-nl (did you mean eu-de_dev?)"),
    ([projects(), refused(500)], "project_name: 'eu-de': the caller has no project of this name; check it, or set project_id"),
    ([projects(EU_DE, {"id": "p2", "name": "eu-de"})],
     "project_name: 'eu-de': there are 2 projects of this name; set project_id instead"),
    ([json_answer(200, {})], "Failed to list projects: the answer of IAM holds no list of projects"),
    ([refused(500), projects(EU_DE)], "Failed to find project eu-de: no (HTTP 500)"),
    ([refused(403), refused(500)], "Failed to find project eu-de: no (HTTP 500)"),
])
def test_a_project_that_is_not_found(answers, words):
    assert str(refusal(by_key(project_name="eu-de"), *answers)) == words


@pytest.mark.parametrize(("settings", "project", "headers"), [
    ({}, None, {}),
    ({"user_domain": {"id": "d1"}}, None, {"X-Domain-Id": "d1"}),
    ({"user_domain": {"id": "d1"}}, "p1", {"X-Project-Id": "p1"}),
    ({"user_domain": {"name": "OTC-1"}}, None, {}),
    ({"security_token": "st"}, "p1", {"X-Project-Id": "p1", "X-Security-Token": "st"}),
])
@pytest.mark.parametrize("request_", [READ, Request("POST", READ.url, "stop", False, (("a", "b"),), b"{}", {"X-A": "1"})])
def test_what_a_key_signs(settings, project, headers, request_):
    now = datetime.datetime(2025, 1, 2, 3, 4, 5, tzinfo=datetime.timezone.utc)
    how = KeyAuthenticator(by_key(**settings), now=lambda: now).for_project(project)
    proof = how.headers_for(request_)
    signed = {"Host": "drs.eu-de.otc.t-systems.com", "X-Sdk-Date": "20250102T030405Z", **headers}
    body = request_.body or b""
    assert proof == {**signed, "Authorization": signature.authorization(
        "AK1", "secret-key-1", request_.method, request_.full_url, {**request_.headers, **signed}, body)}
    assert how.renew(proof) is False


def test_a_key_signs_with_the_time_of_now():
    moment = KeyAuthenticator(by_key()).headers_for(READ)["X-Sdk-Date"]
    age = datetime.datetime.now(datetime.timezone.utc) - datetime.datetime.strptime(moment + "+0000", "%Y%m%dT%H%M%SZ%z")
    assert abs(age) < datetime.timedelta(hours=1)
