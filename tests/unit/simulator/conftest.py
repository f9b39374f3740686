# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A simulator per test, and a client that does no more than log in and send."""
from __future__ import annotations

import contextlib

import pytest
import requests

from tests.simulator import Simulator

PROJECT = "0123456789abcdef0123456789abcdef"
DOMAIN = "OTC-EU-DE-00000000001000000000"


def login_body(password="simulator-password", user="deployer", scope=None):
    """Return the body of a password login, scoped to the project by default."""
    given = {"name": user, "password": password, "domain": {"name": DOMAIN}}
    auth = {"identity": {"methods": ["password"], "password": {"user": given}}, "scope": {"project": {"id": PROJECT}} if scope is None else scope}
    if scope == {}:
        del auth["scope"]
    return {"auth": auth}


class Client:
    """Sends requests with a token, to paths in which {p} stands for the project."""

    def __init__(self, sim):
        self.sim = sim
        self.session = requests.Session()
        self.session.trust_env = False

    def login(self, **options):
        answer = self.send("POST", "/iam/v3/auth/tokens", json=login_body(**options))
        assert answer.status_code == 201, answer.text
        self.session.headers["X-Auth-Token"] = answer.headers["X-Subject-Token"]
        return answer

    def send(self, method, path, **options):
        options.setdefault("timeout", 60)
        options.setdefault("allow_redirects", False)
        return self.session.request(method, self.sim.url + path.replace("{p}", PROJECT), **options)

    def get(self, path, **query):
        return self.send("GET", path, params=query)

    def post(self, path, body=None, **options):
        return self.send("POST", path, json=body, **options)


@pytest.fixture
def simulate():
    """Return a function that starts a simulator and logs a client in."""
    with contextlib.ExitStack() as stack:
        def start(scenario=None, login=True, **keys):
            sim = stack.enter_context(Simulator({**(scenario or {}), **keys}))
            client = Client(sim)
            stack.callback(client.session.close)
            if login:
                client.login()
                sim.clear_journal()
            return sim, client
        yield start
