# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Logins at a real Keystone, and its tokens at the simulated services, which ask it about each of them."""

from __future__ import annotations

import json
import pathlib
import re
from typing import Any

import pytest

from ansible_collections.otc.teardown.plugins.module_utils._modules.kinds import KINDS as RESOURCES
from tests.keystone.world import ACCOUNT, MEMBERS, NOWHERE, PASSWORD, World
from tests.simulator import Simulator, keystone
from tests.support.harness import KINDS, Kind, each_kind, outcomes, run_module
from tests.support.playbooks import play

KIND = KINDS[0]
LOGIN = "POST /v3/auth/tokens"


def cloud(world: World, kind: Kind = KIND, **job: Any) -> Simulator:
    """One running job in the project eu-de_dev."""
    return world.load(**kind.scenario(job))


def stop(kind: Kind = KIND, **options: Any) -> dict[str, Any]:
    """The result of a task that stops that job."""
    modes = {key: options.pop(key) for key in ("environ",) if key in options}
    pace = {"wait_interval": 0.05, "wait_timeout": 600, "api_retries": 2}
    return run_module(kind.module, {**pace, **kind.args(1, **options)}, **modes)


def logins(world: World, since: int) -> list[str]:
    """The logins that Keystone has seen after this many requests."""
    return [line for line in world.keystone.requests()[since:] if line.startswith(LOGIN)]


@each_kind
@pytest.mark.parametrize("by", ["project_name", "project_id"])
def test_a_password_login_stops_a_job(world: World, kind: Kind, by: str) -> None:
    sim, before = cloud(world, kind), len(world.keystone.requests())
    project = {"project_name": "eu-de_dev", "project_id": world.projects["eu-de_dev"]}[by]
    result = stop(kind, **world.user("deployer", **{by: project}))
    assert outcomes(result) == {kind.id(1): "stopped"}, result["msg"]
    assert logins(world, before) == [f"{LOGIN} 201"]
    assert {entry["authenticated_as"] for entry in sim.journal()} == {"deployer"}


REFUSED: dict[str, tuple[str, dict[str, Any]]] = {
    "wrong password": ("deployer", {"password": "not-the-one", "project_name": "eu-de_dev"}),
    "unknown user": ("nobody", {"project_name": "eu-de_dev"}),
    "unknown account": ("deployer", {"domain_name": "OTC-EU-DE-00000000009999999999", "project_name": "eu-de_dev"}),
    "unknown project": ("deployer", {"project_name": "eu-de_nowhere"}),
    "project of others": ("narrow", {"project_name": "eu-de"}),
    "closed project": ("deployer", {"project_name": "eu-de_closed"}),
    "disabled user": ("retired", {"project_name": "eu-de"}),
}


@pytest.mark.parametrize("case", REFUSED)
@pytest.mark.parametrize("module", [KIND.module, "iam_token"])
def test_a_login_that_is_refused_is_tried_once(world: World, case: str, module: str) -> None:
    sim, before = cloud(world), len(world.keystone.requests())
    name, options = REFUSED[case]
    selection = KIND.args(1) if module == KIND.module else {}
    result = run_module(module, {**selection, **world.user(name, **options)})
    assert (result["failed"], result["changed"], result["api_calls"]) == (True, False, 1)
    assert result["msg"].startswith("Failed to log in: The request you have made requires authentication. (HTTP 401")
    assert "tried once only" in result["msg"] and PASSWORD not in str(result)
    assert world.keystone.requests()[before:] == [f"{LOGIN} 401"]
    assert sim.journal() == []


def dead_token(world: World, death: str) -> str:
    """A token that was good and is not any more."""
    if death == "expired":
        return world.token("deployer", "eu-de_dev", world.expired)
    token = world.token("deployer", "eu-de_dev")
    world.revoke(token)
    return token


@pytest.mark.parametrize("death", ["expired", "revoked"])
@each_kind
def test_a_dead_token_is_refused_by_the_service(world: World, kind: Kind, death: str) -> None:
    sim = cloud(world, kind)
    given = {"token": dead_token(world, death), "project_id": world.projects["eu-de_dev"], "endpoints": sim.endpoints}
    result = stop(kind, **given)
    assert (result["failed"], result["changed"], sim.stops()) == (True, False, [])
    assert "expired or was revoked" in result["msg"] and "iam_token" in result["msg"]
    assert len(sim.journal()) == 1


@pytest.mark.parametrize("death", ["expired", "revoked"])
def test_a_dead_token_is_found_out_when_iam_is_asked_about_it(world: World, death: str) -> None:
    sim = cloud(world)
    for module, selection in ((KIND.module, KIND.args(1)), ("iam_project_info", {})):
        token = dead_token(world, death)
        result = run_module(module, {**selection, "auth_url": world.url, "region": "eu-de", "token": token})
        assert (result["failed"], result["api_calls"]) == (True, 1)
        assert "expired or was revoked" in result["msg"] and token not in str(result)
    assert sim.journal() == []


@each_kind
def test_a_token_revoked_in_mid_run_is_renewed_once(world: World, kind: Kind, monkeypatch: pytest.MonkeyPatch) -> None:
    """The token of a stop becomes invalid as soon as the stop is accepted."""
    sim, before = cloud(world, kind, stop_delay=0.3), len(world.keystone.requests())
    ask, killed = keystone.Keystone.caller, []

    async def caller(self: keystone.Keystone, token: str, now: float) -> Any:
        if not killed and any(entry["acted"] for entry in sim.core.journal.entries()):
            killed.append(token)
            world.revoke(token)
            self._good.clear()
        return await ask(self, token, now)

    monkeypatch.setattr(keystone.Keystone, "caller", caller)
    result = stop(kind, **world.user("deployer", project_name="eu-de_dev"))
    assert outcomes(result) == {kind.id(1): "stopped"}, result["msg"]
    assert (kind.accepted(sim, 1), len(killed)) == (1, 1)
    assert logins(world, before) == [f"{LOGIN} 201"] * 2
    assert [entry["status"] for entry in sim.journal()].count(401) == 1


@pytest.mark.parametrize(("region", "words"), [
    ("eu-nl", "cannot connect to 127.0.0.1:9"),
    (None, "region: the catalog has modelarts in eu-de, eu-nl; set region"),
    ("eu-ch2", "region: 'eu-ch2': is not a region of the token's catalog, which has eu-de, eu-nl"),
])
def test_the_region_chooses_among_those_of_the_catalog(world: World, region: str | None, words: str) -> None:
    sim = cloud(world)
    login = world.user("deployer", project_name="eu-de_dev", region=region, endpoint_domain="cloud.invalid")
    result = stop(**login)
    assert result["failed"] and words in result["msg"]
    assert sim.journal() == []


def test_iam_token_logs_in_for_the_tasks_that_follow(world: World) -> None:
    sim = cloud(world)
    got = run_module("iam_token", world.user("deployer", project_name="eu-de_dev"))
    shown = world.call("GET", "/auth/tokens", subject=got["token"])["token"]
    assert (got["project_id"], got["project_name"]) == (world.projects["eu-de_dev"], "eu-de_dev")
    assert (shown["project"]["id"], shown["expires_at"]) == (got["project_id"], got["expires_at"])
    assert (shown["user"]["id"], got["changed"], got["api_calls"]) == (world.users["deployer"], False, 1)
    assert got["endpoints"] == {**sim.endpoints, "iam": world.url}
    before = len(world.keystone.requests())
    result = stop(token=got["token"], project_id=got["project_id"], endpoints=got["endpoints"])
    assert outcomes(result) == {"1": "stopped"}, result["msg"]
    # What the services ask; the task itself asks nothing.
    assert {entry["service"] for entry in sim.journal()} == {"modelarts"}
    assert set(world.keystone.requests()[before:]) == {"GET /v3/auth/tokens 200"}


def test_iam_token_without_a_project(world: World) -> None:
    got = run_module("iam_token", world.user("deployer"))
    assert (got["project_id"], got["project_name"], got["changed"]) == (None, None, False)
    shown = world.call("GET", "/auth/tokens", subject=got["token"])["token"]
    assert "project" not in shown and shown["user"]["name"] == "deployer"


@pytest.mark.parametrize("name", ["deployer", "narrow", "stranger"])
def test_iam_project_info_lists_what_the_caller_may_enter(world: World, name: str) -> None:
    mine = {project: project != "eu-de_closed" for project in MEMBERS[name]}
    result = run_module("iam_project_info", world.user(name))
    assert {row["name"]: row["enabled"] for row in result["projects"]} == mine
    assert {row["id"] for row in result["projects"]} == {world.projects[project] for project in mine}
    assert {row["domain_id"] for row in result["projects"]} <= {world.domain}
    assert (result["count"], result["changed"], result["api_calls"]) == (len(mine), False, 2)


def test_iam_project_info_with_a_token(world: World) -> None:
    token = world.token("narrow", "eu-de_dev")
    result = run_module("iam_project_info", {"token": token, "auth_url": world.url, "region": "eu-de"})
    assert [row["name"] for row in result["projects"]] == ["eu-de_dev"]


@pytest.mark.parametrize("project", ["eu-de_dev", None])
@pytest.mark.parametrize("method", ["password", "token"])
def test_iam_caller_info_tells_who_the_caller_is(world: World, project: str | None, method: str) -> None:
    sim = world.load()
    options = world.user("deployer", project_name=project)
    if method == "token":
        options = {"token": world.token("deployer", project), "auth_url": world.url, "region": "eu-de"}
    result = run_module("iam_caller_info", {**options, "services": project is not None})
    assert result["user"] == {"id": world.users["deployer"], "name": "deployer"}, result
    assert result["domain"] == {"id": world.domain, "name": ACCOUNT}
    assert result["project"] == {"id": world.projects[project] if project else None, "name": project}
    assert (result["method"], result["region"], result["changed"]) == (method, "eu-de", False)
    if project:
        assert result["endpoints"] == {**sim.endpoints, "iam": world.url}
        assert all(row["ok"] for row in result["services"]) and len(result["services"]) == len(RESOURCES), result["services"]


@pytest.mark.e2e
def test_the_inventory_of_projects_is_a_play_for_each(world: World, tmp_path: pathlib.Path) -> None:
    """As long as they can be entered: the one that is closed is left out."""
    sim = cloud(world)
    file = tmp_path / "otc_projects.yml"
    file.write_text("plugin: otc.teardown.projects", encoding="utf-8")
    book = [{
        "hosts": "all", "gather_facts": False,
        "module_defaults": {"group/otc.teardown.all": "{{ teardown_connection }}"},
        "tasks": [{"otc.teardown.modelarts_visualization_job": {"all": True, "wait_interval": 0.05}}],
    }]
    login = world.user("deployer")
    environ = {"OS_AUTH_URL": world.url, "OS_REGION_NAME": "eu-de", "OS_USERNAME": login["username"],
               "OS_PASSWORD": login["password"], "OS_USER_DOMAIN_NAME": ACCOUNT}
    played = play(tmp_path, book, "-i", str(file), environ=environ)
    assert played.code == 0, played.output
    recap = dict(re.findall(r"^(\S+)\s+: ok=1\s+changed=(\d)", played.output, re.MULTILINE))
    assert recap == {"eu-de": "0", "eu-de_dev": "1"}
    assert KIND.accepted(sim, 1) == 1 and PASSWORD not in played.output


def test_a_token_of_another_project_is_found_out(world: World) -> None:
    sim = cloud(world)
    given = {"token": world.token("deployer", "eu-de"), "auth_url": world.url, "region": "eu-de"}
    for wanted in ({"project_name": "eu-de_dev"}, {"project_id": world.projects["eu-de_dev"]}):
        result = stop(**given, **wanted)
        assert result["failed"] and "the token belongs to project" in result["msg"]
    assert sim.journal() == []


def test_a_cloud_of_clouds_yaml(world: World, tmp_path: pathlib.Path) -> None:
    cloud(world)
    auth = {"auth_url": world.url, "username": "deployer", "password": PASSWORD, "user_domain_name": ACCOUNT,
            "project_name": "eu-de_dev"}
    file = tmp_path / "clouds.yaml"
    file.write_text(json.dumps({"clouds": {"mine": {"region_name": "eu-de", "auth": auth}}}), encoding="utf-8")
    result = stop(cloud="mine", environ={"OS_CLIENT_CONFIG_FILE": str(file), "OS_AUTH_URL": NOWHERE})
    assert outcomes(result) == {"1": "stopped"}, result["msg"]
