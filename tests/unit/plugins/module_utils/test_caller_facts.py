# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who the caller is, from what IAM says; and advice for everything that can be wrong with a service."""

from __future__ import annotations

import importlib

import pytest
import yaml

from ansible_collections.otc.teardown.plugins.module_utils._base.errors import InputError, Meaning, Problem
from ansible_collections.otc.teardown.plugins.module_utils._iam.identity import identity_of
from ansible_collections.otc.teardown.plugins.module_utils._iam.settings import KEYS, Settings
from ansible_collections.otc.teardown.plugins.module_utils._modules import service_check
from ansible_collections.otc.teardown.plugins.module_utils._modules.caller_facts import facts_of_key, facts_of_token

NOTHING = {"id": None, "name": None}
ACCOUNT, OTHER_ACCOUNT = {"id": "d1", "name": "OTC-1"}, {"id": "d2", "name": "OTC-2"}
USER = {"id": "u1", "name": "deployer"}
PROJECTS = [
    {"id": "p1", "name": "eu-de", "domain_id": "d1"},
    {"id": "p2", "name": "eu-de_team", "domain_id": "d1"},
    {"id": "p3", "name": "shared", "domain_id": "d2"},
    {"name": "no id"},
]


@pytest.mark.parametrize(("token", "domain"), [
    ({"project": {"id": "p", "domain": ACCOUNT}, "user": {**USER, "domain": OTHER_ACCOUNT}}, ACCOUNT),
    ({"domain": ACCOUNT, "user": {**USER, "domain": OTHER_ACCOUNT}}, ACCOUNT),
    ({"user": {**USER, "domain": OTHER_ACCOUNT}}, OTHER_ACCOUNT),
    ({"project": {"id": "p", "domain": "no object"}, "user": USER}, NOTHING),
], ids=["of the project", "of the token", "of the user", "none"])
def test_the_account_is_that_of_the_project_before_that_of_the_user(token, domain):
    facts = facts_of_token(identity_of({"token": token}))
    assert (facts["domain"], facts["user"]) == (domain, USER)


@pytest.mark.parametrize("document", [{}, {"token": None}, {"token": {"user": [], "project": 1, "expires_at": {}}}], ids=str)
def test_a_token_that_says_nothing_has_no_facts(document):
    facts = facts_of_token(identity_of(document))
    assert facts == {"user": NOTHING, "domain": NOTHING, "project": NOTHING, "expires_at": None}


@pytest.mark.parametrize(("value", "text"), [
    ("2026-01-02T03:04:05.000000Z", "2026-01-02T03:04:05.000000Z"), ("a\n", "a\\x0a"), ("", None), (5, None), (None, None), ({}, None),
])
def test_only_text_is_taken_for_text(value, text):
    identity = identity_of({"token": {"expires_at": value, "project": {"id": value, "name": value}}})
    assert (identity.expires_at, identity.project_id, identity.project_name) == (text, text, text)


def test_text_of_iam_is_shown_as_plain_text():
    facts = facts_of_token(identity_of({"token": {"user": {"id": "u", "name": "\x1b[31mred\n"}}}))
    assert facts["user"]["name"] == "\\x1b[31mred\\x0a"


@pytest.mark.parametrize(("settings", "project", "account"), [
    ({"project_id": "p2"}, ("p2", "eu-de_team"), "d1"),
    ({"project_name": "shared"}, ("p3", "shared"), "d2"),
    ({"project_id": "p1", "project_name": "shared"}, ("p1", "eu-de"), "d1"),
    ({}, (None, None), None),
], ids=str)
def test_a_key_is_known_by_its_project(settings, project, account):
    facts = facts_of_key(PROJECTS, Settings(KEYS, **settings))
    assert (facts["project"]["id"], facts["project"]["name"]) == project
    assert facts["domain"] == {"id": account, "name": None}
    assert (facts["user"], facts["expires_at"]) == (NOTHING, None)


def test_a_key_without_a_project_belongs_to_the_account_of_all_its_projects():
    assert facts_of_key(PROJECTS[:2], Settings(KEYS))["domain"]["id"] == "d1"
    assert facts_of_key([], Settings(KEYS))["domain"] == NOTHING


def test_a_project_that_the_key_may_not_enter_is_refused_with_those_that_it_may():
    with pytest.raises(InputError, match=r"project_id: 'p9'.*eu-de, eu-de_team"):
        facts_of_key(PROJECTS[:2], Settings(KEYS, project_id="p9"))


@pytest.mark.parametrize("meaning", Meaning)
@pytest.mark.parametrize("kind", ["drs_job", "modelarts_service_task"])
def test_every_problem_of_a_service_has_advice_and_rows_are_documented(meaning, kind):
    prefix = "ansible_collections.otc.teardown.plugins."
    resource = importlib.import_module(f"{prefix}module_utils._resources.{kind}").RESOURCE
    row = service_check._row(resource, service_check.Answered("https://x", problem=Problem("no", meaning, "X.1", 400, "r")))
    assert (row["ok"], row["error"]["code"]) == (False, "X.1") and len(row["advice"]) > 20
    documented = yaml.safe_load(importlib.import_module(f"{prefix}modules.iam_caller_info").RETURN)
    assert set(documented["services"]["contains"]) == set(row)
    assert set(documented["services"]["contains"]["error"]["contains"]) == set(row["error"])
