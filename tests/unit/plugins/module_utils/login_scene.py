# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings for every way to log in, and what IAM may answer to them."""

from __future__ import annotations

import json

import pytest

from ansible_collections.otc.teardown.plugins.module_utils._base.errors import TeardownError
from ansible_collections.otc.teardown.plugins.module_utils._http.answers import Answer
from ansible_collections.otc.teardown.plugins.module_utils._http.request import Request
from ansible_collections.otc.teardown.plugins.module_utils._iam.connection import log_in
from ansible_collections.otc.teardown.plugins.module_utils._iam.settings import KEYS, PASSWORD, TOKEN, Settings
from tests.unit.plugins.module_utils.client_scene import Scene

IAM = "https://iam.eu-de.otc.t-systems.com/v3"
ACCOUNT = {"name": "OTC-1"}
READ = Request("GET", "https://drs.eu-de.otc.t-systems.com/v5/jobs", "list jobs", True)
CATALOG = [{"type": "drs", "endpoints": [{"interface": "public", "region": "eu-de", "url": "https://drs.example.com/v5"}]}]
EU_DE = {"id": "p1", "name": "eu-de"}


def by_password(**more):
    return Settings(PASSWORD, **{"region": "eu-de", "username": "me", "password": "pass-word", "user_domain": ACCOUNT,
                                 "project_domain": {"name": "OTC-2"}, "project_name": "eu-de", **more})


def by_token(**more):
    return Settings(TOKEN, **{"region": "eu-de", "token": "given-token", **more})


def by_key(**more):
    return Settings(KEYS, **{"region": "eu-de", "access_key": "AK1", "secret_key": "secret-key-1", **more})


def json_answer(status, document, **headers):
    return Answer(status, {name.replace("_", "-"): value for name, value in headers.items()}, json.dumps(document).encode())


def about_token(project_id="p1", name="eu-de", token="token-1", **more):
    project = {key: value for key, value in (("id", project_id), ("name", name)) if value}
    return json_answer(201, {"token": {"project": project, "catalog": CATALOG, **more}}, x_subject_token=token)


def projects(*rows):
    return json_answer(200, {"projects": list(rows)})


def refused(status, code=None):
    return json_answer(status, {"error_code": code, "error_msg": "no"} if code else {"error": {"message": "no"}})


def connected(settings, *answers, service="drs"):
    scene = Scene(*answers, tries=1)
    return scene, log_in(scene.client, settings, [service] if service else ())


def refusal(settings, *answers):
    scene = Scene(*answers, tries=1)
    with pytest.raises(TeardownError) as caught:
        log_in(scene.client, settings, ["drs"])
    return caught.value
