# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An account in a real Keystone, as the clouds set it up: a domain, a project for a region and one below it, users, a catalog."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

import requests

from tests.keystone.running import ADMIN_PASSWORD, Keystone
from tests.simulator import Simulator

ACCOUNT = "OTC-EU-DE-00000000001000000000"
# The first is that of the jobs.
PROJECTS = ("eu-de_dev", "eu-de", "eu-de_closed")
PASSWORD = "p&ss/w\u00f6rd+" + secrets.token_hex(8)
NOWHERE = "http://127.0.0.1:9"

# User -> projects that it may enter; `retired` is disabled.
MEMBERS = {"deployer": ("eu-de", "eu-de_dev", "eu-de_closed"), "narrow": ("eu-de_dev",), "stranger": (), "retired": ("eu-de",)}


class World:
    """A seeded Keystone, and a simulated cloud that asks it about every token.

    `projects` and `users` name -> id, `user(name)` the options of a password login. `expired` is the URL of a
    second Keystone for the same account, whose tokens have expired when it issues them.
    """

    def __init__(self, keystone: Keystone, expired: Keystone, sim: Simulator) -> None:
        self.keystone = keystone
        self.url = keystone.url
        self.expired = expired.url
        self.sim = sim
        default = {"id": "default"}
        self._admin = login(self.url, "admin", ADMIN_PASSWORD, default, {"project": {"name": "admin", "domain": default}})
        self._catalog()
        self.domain = self._make("domains", name=ACCOUNT)
        self.projects = {name: self._make("projects", name=name, domain_id=self.domain) for name in PROJECTS}
        self.users = {
            name: self._make("users", name=name, domain_id=self.domain, password=PASSWORD, enabled=name != "retired")
            for name in MEMBERS
        }
        self._let_in()
        self.call("PATCH", f"/projects/{self.projects['eu-de_closed']}", {"project": {"enabled": False}})

    def load(self, **scenario: Any) -> Simulator:
        """The simulated cloud with this scenario."""
        projects = [{"id": identifier, "name": name} for name, identifier in self.projects.items()]
        self.sim.load({"stop_delay": 0.05, **scenario, "iam": {"keystone": self.url}, "projects": projects})
        return self.sim

    def user(self, name: str, **options: Any) -> dict[str, Any]:
        """Options of a password login; the catalog tells where the services are."""
        base = {"auth_url": self.url, "region": "eu-de", "username": name, "password": PASSWORD, "domain_name": ACCOUNT}
        return {**base, **options}

    def token(self, name: str, project: str | None, url: str | None = None) -> str:
        """A token of this user for a project, or for none."""
        scope = {"project": {"id": self.projects[project]}} if project else None
        return login(url or self.url, name, PASSWORD, {"name": ACCOUNT}, scope)

    def revoke(self, token: str) -> None:
        """Make one token worthless."""
        headers = {"X-Auth-Token": token, "X-Subject-Token": token}
        _checked(requests.delete(f"{self.url}/auth/tokens", headers=headers, timeout=30))

    def call(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, subject: str | None = None
    ) -> dict[str, Any]:
        """What Keystone answers to its administrator; `subject` is a token that is asked about."""
        headers = {"X-Auth-Token": self._admin, **({"X-Subject-Token": subject} if subject else {})}
        answer = _checked(requests.request(method, self.url + path, json=body, headers=headers, timeout=30))
        return answer.json() if answer.content else {}

    def _make(self, kind: str, **facts: Any) -> str:
        one = kind[:-1]
        return str(self.call("POST", f"/{kind}", {one: facts})[one]["id"])

    def _catalog(self) -> None:
        """All services in two regions, one without servers, and at an address that is not public."""
        self._make("regions", id="eu-nl")
        for service, path in (
            ("modelarts", "/modelarts/v1/$(project_id)s"), ("drs", "/drs/v3/$(tenant_id)s"), ("dli", "/dli/v1.0/$(project_id)s"),
            ("mrs", "/mrs/v2/$(project_id)s"), ("dayu-dlf", "/dlf/v1/$(project_id)s"),
        ):
            identifier = self._make("services", name=service, type=service)
            for region, interface, url in (
                ("eu-nl", "public", NOWHERE), ("eu-de", "internal", NOWHERE), ("eu-de", "public", self.sim.url),
            ):
                self._make("endpoints", service_id=identifier, interface=interface, region_id=region, url=url + path)

    def _let_in(self) -> None:
        member = next(role["id"] for role in self.call("GET", "/roles")["roles"] if role["name"] == "member")
        for user, projects in MEMBERS.items():
            for project in projects:
                self.call("PUT", f"/projects/{self.projects[project]}/users/{self.users[user]}/roles/{member}")


def login(url: str, name: str, password: str, domain: Mapping[str, str], scope: Mapping[str, Any] | None) -> str:
    """A token by password, got without the collection."""
    user = {"name": name, "password": password, "domain": domain}
    auth: dict[str, Any] = {"identity": {"methods": ["password"], "password": {"user": user}}}
    auth.update({"scope": scope} if scope else {})
    answer = _checked(requests.post(f"{url}/auth/tokens", json={"auth": auth}, timeout=30))
    return answer.headers["X-Subject-Token"]


def _checked(answer: requests.Response) -> requests.Response:
    assert answer.ok, f"{answer.request.method} {answer.url}: {answer.status_code} {answer.text[:500]}"
    return answer
