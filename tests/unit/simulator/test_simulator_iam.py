# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""IAM: logins, scopes, tokens, projects and catalogs."""
from __future__ import annotations

import pytest

from tests.simulator import Simulator

PROJECT = "0123456789abcdef0123456789abcdef"
DOMAIN = "OTC-EU-DE-00000000001000000000"
JOBS = "/modelarts/v1/{p}/visualization-jobs"
TWO_PROJECTS = [{"id": PROJECT, "name": "eu-de"}, {"id": "f" * 32, "name": "eu-de_dev"}]


def body(user=None, scope=None, **auth):
    """Return a login body, as odd as wanted."""
    user = user or {"name": "deployer", "password": "simulator-password", "domain": {"name": DOMAIN}}
    made = {"identity": {"methods": ["password"], "password": {"user": user}}, **auth}
    return {"auth": {**made, "scope": scope} if scope is not None else made}


@pytest.mark.parametrize(("scope", "project"), [
    ({"project": {"id": PROJECT}}, PROJECT),
    ({"project": {"name": "eu-de", "domain": {"name": DOMAIN}}}, PROJECT),
    ({"project": {"name": "eu-de_dev", "domain": {"id": "fedcba9876543210fedcba9876543210"}}}, "f" * 32),
    ({"domain": {"name": DOMAIN}}, None),
    ({"project": {"id": PROJECT}, "domain": {"name": DOMAIN}}, PROJECT),
    (None, None),
])
def test_scopes(simulate, scope, project):
    _sim, client = simulate(login=False, projects=TWO_PROJECTS)
    answer = client.post("/iam/v3/auth/tokens", body(scope=scope))
    token = answer.json()["token"]
    assert answer.status_code == 201
    assert len(answer.headers["X-Subject-Token"]) > 100
    assert token.get("project", {}).get("id") == project
    assert ("domain" in token) == bool(scope and "project" not in scope)
    assert token["user"]["name"] == "deployer"
    assert token["expires_at"].endswith("Z")


@pytest.mark.parametrize(("wrong", "status"), [
    ({}, 400),
    ({"auth": {}}, 400),
    ({"auth": {"identity": {"methods": ["totp"]}}}, 400),
    (body(user={"name": "deployer", "password": "simulator-password"}), 400),
    (body(user={"name": "deployer", "domain": {"name": DOMAIN}}), 400),
    (body(user={"name": "deployer", "password": 1, "domain": {"name": DOMAIN}}), 400),
    (body(user={"name": "deployer", "password": "wrong", "domain": {"name": DOMAIN}}), 401),
    (body(user={"name": "nobody", "password": "wrong", "domain": {"name": DOMAIN}}), 401),
    (body(user={"name": "deployer", "password": "simulator-password", "domain": {"name": "other"}}), 401),
    (body(scope={"project": {"id": "0" * 32}}), 401),
    (body(scope={"project": {"name": "eu-nl", "domain": {"name": DOMAIN}}}), 401),
    (body(scope={"project": {"name": "eu-de"}}), 400),
    (body(scope={"project": {"name": "eu-de", "domain": {"name": "other"}}}), 401),
    (body(scope={"domain": {"name": "other"}}), 401),
    (body(scope=[]), 400),
])
def test_refused_logins(simulate, wrong, status):
    _sim, client = simulate(login=False)
    answer = client.post("/iam/v3/auth/tokens", wrong)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, status)


def test_other_shapes_and_a_lenient_scope(simulate):
    _sim, client = simulate(login=False, iam={"error_shape": "iam", "require_project_domain": False})
    wrong = body(user={"name": "deployer", "password": "wrong", "domain": {"name": DOMAIN}})
    assert client.post("/iam/v3/auth/tokens", wrong).json()["error_code"] == "IAM.0062"
    assert client.post("/iam/v3/auth/tokens", body(scope={"project": {"name": "eu-de"}})).status_code == 201


def test_an_account_is_locked_after_five_wrong_passwords(simulate):
    sim, client = simulate(login=False, iam={"error_shape": "iam"})
    wrong = body(user={"name": "deployer", "password": "wrong", "domain": {"name": DOMAIN}})
    codes = [client.post("/iam/v3/auth/tokens", wrong).json()["error_code"] for _again in range(5)]
    assert codes == ["IAM.0062"] * 5
    assert client.post("/iam/v3/auth/tokens", body()).json()["error_code"] == "IAM.0061"
    sim.skip(901)
    assert client.post("/iam/v3/auth/tokens", body()).status_code == 201


def test_a_disabled_user(simulate):
    _sim, client = simulate(login=False, users=[{"name": "deployer", "password": "simulator-password", "enabled": False}])
    assert client.post("/iam/v3/auth/tokens", body()).status_code == 403


def test_catalog(simulate):
    sim, client = simulate()
    entries = {entry["type"]: entry["endpoints"][0] for entry in client.get("/iam/v3/auth/catalog").json()["catalog"]}
    assert entries["modelarts"]["url"] == f"{sim.url}/modelarts/v1/{PROJECT}"
    assert entries["drs"]["url"] == f"{sim.url}/drs/v3/{PROJECT}"
    assert entries["identity"]["region"] == "*"
    answer = client.send("POST", "/iam/v3/auth/tokens?nocatalog=1", json=body(scope={"project": {"id": PROJECT}}))
    assert "catalog" not in answer.json()["token"]


def test_a_catalog_of_the_scenario(simulate):
    catalog = [
        {"type": "drs", "url": "{url}/drs/v3/$(tenant_id)s", "region": "eu-de"},
        {"type": "drs", "url": "https://drs.eu-nl.example/v3/%(project_id)s", "region": "eu-nl", "interface": "internal"},
    ]
    sim, client = simulate(catalog=catalog, iam={"fill_placeholders": False})
    (entry,) = client.get("/iam/v3/auth/catalog").json()["catalog"]
    assert [end["url"] for end in entry["endpoints"]] == [f"{sim.url}/drs/v3/$(tenant_id)s", "https://drs.eu-nl.example/v3/%(project_id)s"]
    assert [(end["region"], end["interface"]) for end in entry["endpoints"]] == [("eu-de", "public"), ("eu-nl", "internal")]


def test_catalog_needs_a_project(simulate):
    _sim, client = simulate(login=False)
    client.login(scope={})
    assert client.get("/iam/v3/auth/catalog").status_code == 403


def test_projects(simulate):
    users = [{"name": "deployer", "password": "simulator-password", "projects": ["eu-de"], "may_list_projects": False}]
    _sim, client = simulate(projects=TWO_PROJECTS, users=users)
    assert [project["name"] for project in client.get("/iam/v3/auth/projects").json()["projects"]] == ["eu-de"]
    assert client.get("/iam/v3/projects", name="eu-de").status_code == 403
    assert client.get("/iam/v3/auth/domains").json()["domains"][0]["name"] == DOMAIN


def test_projects_by_name(simulate):
    _sim, client = simulate(projects=TWO_PROJECTS)
    assert [project["id"] for project in client.get("/iam/v3/projects", name="eu-de_dev").json()["projects"]] == ["f" * 32]
    assert client.get("/iam/v3/projects", name="none").json()["projects"] == []


def test_showing_and_revoking_a_token(simulate):
    _sim, client = simulate()
    token = client.session.headers["X-Auth-Token"]
    head = {"X-Subject-Token": token}
    shown = client.send("GET", "/iam/v3/auth/tokens", headers=head)
    assert shown.json()["token"]["project"]["id"] == PROJECT
    assert client.send("HEAD", "/iam/v3/auth/tokens", headers=head).status_code == 200
    assert client.send("GET", "/iam/v3/auth/tokens", headers={"X-Subject-Token": "other"}).status_code == 404
    assert client.send("DELETE", "/iam/v3/auth/tokens", headers=head).status_code == 204
    assert client.send("GET", "/iam/v3/auth/tokens", headers=head).status_code == 401


@pytest.mark.parametrize(("path", "reading", "status", "code"), [
    (JOBS, "gateway", 401, "APIGW.0307"),
    (JOBS, "service", 401, "ModelArts.0203"),
    ("/drs/v5/{p}/jobs?job_type=sync", "gateway", 401, "APIGW.0307"),
    ("/drs/v5/{p}/jobs?job_type=sync", "service", 403, "DRS.M00100"),
])
def test_unknown_tokens(simulate, path, reading, status, code):
    _sim, client = simulate(login=False, quirks={"token_refusal": reading})
    answer = client.send("GET", path, headers={"X-Auth-Token": "made-up"})
    assert (answer.status_code, answer.json()["error_code"]) == (status, code)


@pytest.mark.parametrize(("path", "code"), [(JOBS, "ModelArts.0201"), ("/drs/v5/{p}/jobs?job_type=sync", "APIG.0301")])
def test_no_token(simulate, path, code):
    _sim, client = simulate(login=False, gateway_prefix="APIG")
    answer = client.get(path)
    assert (answer.status_code, answer.json()["error_code"]) == (401, code)


def test_a_token_expires(simulate):
    sim, client = simulate(token_life=60, quirks={"token_refusal": "service"})
    assert client.get(JOBS).status_code == 200
    sim.skip(61)
    assert client.get(JOBS).json()["error_code"] == "ModelArts.0202"


def test_all_tokens_can_be_revoked(simulate):
    sim, client = simulate()
    sim.revoke_tokens()
    assert client.get(JOBS).status_code == 401
    client.login()
    assert client.get(JOBS).status_code == 200


@pytest.mark.parametrize(("path", "status", "code"), [
    ("/modelarts/v1/{other}/visualization-jobs", 404, "ModelArts.2786"),
    ("/drs/v5/{other}/jobs?job_type=sync", 403, "DRS.M00261"),
])
def test_a_token_of_another_project(simulate, path, status, code):
    _sim, client = simulate()
    answer = client.get(path.replace("{other}", "e" * 32))
    assert (answer.status_code, answer.json()["error_code"]) == (status, code)


def test_a_token_without_a_project(simulate):
    _sim, client = simulate(login=False)
    client.login(scope={})
    assert client.get(JOBS).json()["error_code"] == "ModelArts.0204"
    assert client.get("/drs/v5/{p}/jobs?job_type=sync").json()["error_code"] == "DRS.M00261"


def test_tokens_of_a_real_keystone(simulate):
    """Another simulator stands in for Keystone: the two speak the same protocol."""
    with Simulator() as keystone:
        sim, client = simulate(login=False, visualization_jobs=[{}], iam={"keystone": keystone.endpoints["iam"]})
        assert client.get("/iam/v3/auth/projects").status_code == 404
        client.sim = keystone
        client.login()
        client.sim = sim
        assert client.get(JOBS).json()["job_total_count"] == 1
        assert client.get(JOBS).status_code == 200
        assert len(keystone.journal(operation="token_show")) == 1
        assert client.send("GET", JOBS, headers={"X-Auth-Token": "made-up"}).status_code == 401
        assert client.send("GET", JOBS, headers={"X-Auth-Token": ""}).status_code == 401
    assert client.send("GET", JOBS, headers={"X-Auth-Token": "other"}).status_code == 503
