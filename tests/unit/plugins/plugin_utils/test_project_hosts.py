# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which projects become hosts, under which names, and what the hosts know."""

from __future__ import annotations

import pytest

from ansible_collections.otc.teardown.plugins.module_utils._base.errors import InputError
from ansible_collections.otc.teardown.plugins.module_utils._iam.identity import identity_of
from ansible_collections.otc.teardown.plugins.plugin_utils._inventory.projects import (
    Wish,
    hosts_of,
    read_wish,
    region_of,
    rows_of,
    shared_connection,
    without_aliases,
)

NAMES = ("eu-de", "eu-de_dev", "eu-de_prod", "eu-nl", "eu-nl_dev", "MOS")


def rows(*names):
    return [{"id": f"id-{name}", "name": name, "domain_id": "d", "domain_name": "D"} for name in names or NAMES]


@pytest.mark.parametrize(("name", "regions", "region"), [
    ("eu-de", ["eu-de"], "eu-de"),
    ("eu-de_team", ["eu-de"], "eu-de"),
    ("eu-de_team_two", ["eu-nl", "eu-de"], "eu-de"),
    ("eu-nl", ["eu-de"], None),
    ("eu-dead", ["eu-de"], None),
    ("MOS", ["eu-de"], None),
    ("MOS", [], None),
    ("cn-north-4_x", [], "cn-north-4"),
    ("demo", [], None),
    ("RegionOne_demo", ["RegionOne"], "RegionOne"),
    ("_x", [], None),
])
def test_the_region_is_the_beginning_of_the_name(name, regions, region):
    assert region_of(name, regions) == region


@pytest.mark.parametrize(("wish", "names"), [
    ({}, ["eu-de", "eu-de_dev", "eu-de_prod", "eu-nl", "eu-nl_dev"]),
    ({"regions": ["eu-de"]}, ["eu-de", "eu-de_dev", "eu-de_prod"]),
    ({"names": ["*_dev"]}, ["eu-de_dev", "eu-nl_dev"]),
    ({"names": ["*_dev", "eu-de"], "regions": ["eu-de"]}, ["eu-de", "eu-de_dev"]),
    ({"exclude": ["*_prod", "eu-nl*"]}, ["eu-de", "eu-de_dev"]),
    ({"names": ["eu-de_prod"], "exclude": ["eu-de_*"]}, []),
    ({"names": ["EU-DE"]}, []),
], ids=str)
def test_patterns_and_regions_choose(wish, names):
    hosts, _warnings = hosts_of(rows(), read_wish(wish))
    assert [host.name for host in hosts] == names


def test_hosts_are_in_the_groups_of_their_region_and_of_the_patterns():
    wish = Wish(name_groups={"small": ["*_dev"], "german": ["eu-de*"]}, host_prefix="acme-")
    hosts, warnings = hosts_of(rows("eu-de_dev", "eu-nl"), wish)
    assert [(host.name, host.groups) for host in hosts] == [
        ("acme-eu-de_dev", ("otc_region_eu_de", "small", "german")),
        ("acme-eu-nl", ("otc_region_eu_nl",)),
    ]
    assert warnings == []


@pytest.mark.parametrize(("wish", "words"), [
    ({"names": ["eu-de", "typo*"]}, "names: 'typo*'"),
    ({"exclude": ["typo*"]}, "exclude: 'typo*'"),
    ({"name_groups": {"small": ["typo*"]}}, "name_groups.small: 'typo*'"),
    ({"regions": ["eu-ch2"]}, "no project fits; those that can be entered: MOS, eu-de,"),
], ids=str)
def test_what_matches_nothing_is_told(wish, words):
    _hosts, warnings = hosts_of(rows(), read_wish(wish))
    assert words in warnings[0] and len(warnings) == 1


@pytest.mark.parametrize("name", ["eu-de_{{ 7*7 }}", "eu-de_{% if %}", "eu-de_a:b", "eu-de_a,b", "eu-de_a b", "eu-de_!x", "eu-de_*", "eu-de_\x1b"])
@pytest.mark.parametrize("where", ["name", "id"])
def test_what_a_host_cannot_be_named_is_left_out_and_told(name, where):
    hosts, warnings = hosts_of([{**rows("eu-de_x")[0], where: name}, *rows("eu-de")], Wish())
    assert [host.name for host in hosts] == ["eu-de"]
    assert "is left out" in warnings[0] and "\x1b" not in warnings[0]


def test_nothing_of_the_account_is_a_template():
    project = {**rows("eu-de")[0], "domain_id": "{{ 1 }}", "domain_name": "{{ 2 }}"}
    variables = hosts_of([project], Wish())[0][0].variables({})
    assert (variables["otc_domain_id"], variables["otc_domain_name"]) == (None, None)


def test_two_projects_of_one_name_are_refused():
    with pytest.raises(InputError, match="one and two are both named eu-de"):
        hosts_of([{**rows("eu-de")[0], "id": one} for one in ("one", "two")], Wish())


def test_a_project_listed_twice_is_one_host():
    assert [host.name for host in hosts_of(rows("eu-de") * 2, Wish())[0]] == ["eu-de"]


def test_a_host_knows_its_project_and_its_connection():
    host = hosts_of(rows("eu-de_dev"), Wish())[0][0]
    assert host.variables({"auth_url": "https://iam", "region": "other"}) == {
        "otc_project_id": "id-eu-de_dev",
        "otc_project_name": "eu-de_dev",
        "otc_region": "eu-de",
        "otc_domain_id": "d",
        "otc_domain_name": "D",
        "teardown_connection": {"auth_url": "https://iam", "region": "eu-de", "project_id": "id-eu-de_dev"},
    }


def test_rows_hold_what_is_needed_of_projects_that_can_be_entered():
    listed = [
        {"id": "1", "name": "eu-de", "domain_id": "d", "enabled": True, "description": "secret?", "links": {}},
        {"id": "2", "name": "eu-de_off", "domain_id": "d", "enabled": False},
        {"id": "3", "name": "eu-de_foreign", "domain_id": "other"},
        {"id": "4", "name": None, "domain_id": "d"},
        {"id": 5, "name": "eu-de_number", "domain_id": "d"},
        {"id": "6", "name": "eu-de_bare", "domain_id": None},
    ]
    identity = identity_of({"token": {"user": {"domain": {"id": "d", "name": "D"}}}})
    assert rows_of(listed, identity) == [
        {"id": "1", "name": "eu-de", "domain_id": "d", "domain_name": "D"},
        {"id": "3", "name": "eu-de_foreign", "domain_id": "other", "domain_name": None},
        {"id": "6", "name": "eu-de_bare", "domain_id": None, "domain_name": None},
    ]
    assert [row["domain_name"] for row in rows_of(listed, None)] == [None, None, None]


class Vaulted:
    """Stands for text that is still encrypted, which is no str."""


TEMPLATE, VAULTED = "{{ lookup('env', 'X') }}", Vaulted()


@pytest.mark.parametrize(("given", "shared", "told"), [
    ({"username": "u", "password": TEMPLATE}, {"username": "u", "password": TEMPLATE}, ""),
    ({"username": "u", "password": VAULTED}, {"username": "u", "password": VAULTED}, ""),
    ({"username": "u", "password": "plain"}, {"username": "u"}, "password"),
    ({"username": "u", "password": 12345}, {"username": "u"}, "password"),
    ({"username": "u"}, {"username": "u"}, ""),
    ({"access_key": "a", "secret_key": TEMPLATE}, {"access_key": "a", "secret_key": TEMPLATE}, ""),
    ({"access_key": "a", "secret_key": "plain", "security_token": TEMPLATE}, {}, "secret_key"),
    ({"token": VAULTED}, {"token": VAULTED}, ""),
    ({"token": "plain"}, {}, "token"),
    ({"region": "r", "project_name": "p", "project_id": "i", "api_retries": 3}, {"api_retries": 3}, ""),
], ids=lambda value: str(value).replace(str(VAULTED), "vaulted"))
def test_hosts_get_no_secret_that_can_be_read(given, shared, told):
    evaluated = {key: f"value of {key}" if key in ("password", "secret_key", "security_token", "token") else value
                 for key, value in given.items()}
    found, warnings = shared_connection(given, evaluated)
    assert found == shared
    assert [warning.partition(":")[0] for warning in warnings] == ([told] if told else [])
    assert "plain'" not in str(warnings) and "12345" not in str(warnings)


def test_the_template_of_what_is_no_secret_is_evaluated():
    shared, _warnings = shared_connection({"auth_url": TEMPLATE, "username": TEMPLATE}, {"auth_url": "a", "username": "u"})
    assert shared == {"auth_url": "a", "username": "u"}


def test_options_are_known_by_their_aliases():
    config = {"plugin": "x", "region_name": "eu-de", "user_domain_name": "D", "token": None, "names": ["a"]}
    assert without_aliases(config) == {"region": "eu-de", "domain_name": "D"}
