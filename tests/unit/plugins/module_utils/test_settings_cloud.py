# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""OS_CLOUD is read as openstacksdk reads it; older names of variables; what is left out is said."""

from __future__ import annotations

import itertools
import os

import pytest

from ansible_collections.otc.teardown.plugins.module_utils._base.errors import InputError
from ansible_collections.otc.teardown.plugins.module_utils._iam import clouds_yaml
from ansible_collections.otc.teardown.plugins.module_utils._iam.settings import ENVIRONMENT, resolve

pytestmark = pytest.mark.filterwarnings("ignore:Support for InfluxDB")

FILE = """
clouds:
  dev:
    region_name: eu-de
    auth: {auth_url: "https://iam.eu-de.otc.t-systems.com/v3", username: deployer, password: pa55, user_domain_name: OTC-1,
           project_name: eu-de_dev}
  by-id:
    region_name: eu-de
    cacert: /entry.pem
    auth: {auth_url: "https://iam/v3", username: deployer, password: pa55, user_domain_id: d1, project_id: p1, project_domain_id: d2}
  tenant:
    region_name: eu-de
    auth: {auth_url: "https://iam/v3", username: deployer, password: pa55, user_domain_name: OTC-1, tenant_name: eu-de_old}
  several:
    regions: [eu-de, eu-nl]
    auth: {auth_url: "https://iam/v3", username: deployer, password: pa55, user_domain_name: OTC-1, project_name: eu-de}
  ready:
    region_name: eu-nl
    auth_type: token
    auth: {auth_url: "https://iam/v3", token: t0ken, project_id: p}
"""
LEFT_OVER = {
    "OS_AUTH_URL": "https://other/v3", "OS_REGION_NAME": "eu-nl", "OS_PROJECT_NAME": "eu-de_prod", "OS_PROJECT_ID": "other",
    "OS_TENANT_NAME": "eu-de_prod", "OS_TENANT_ID": "other", "OS_USERNAME": "somebody", "OS_PASSWORD": "other-pa55",
    "OS_USER_DOMAIN_NAME": "OTC-2", "OS_USER_DOMAIN_ID": "d9", "OS_PROJECT_DOMAIN_NAME": "OTC-2", "OS_PROJECT_DOMAIN_ID": "d9",
    "OS_TOKEN": "other-t0ken", "OS_AUTH_TOKEN": "other-t0ken", "OS_CACERT": "/other.pem",
}
ENVIRONMENTS = [{}, LEFT_OVER, *({name: value} for name, value in LEFT_OVER.items()),
                *(dict(pair) for pair in itertools.combinations(list(LEFT_OVER.items())[::3], 2))]


@pytest.fixture
def file(tmp_path, monkeypatch):
    path = tmp_path / "clouds.yaml"
    path.write_text(FILE, encoding="utf-8")
    for name in [name for name in os.environ if name.startswith(("OS_", "OTC_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("OS_CLIENT_CONFIG_FILE", str(path))
    return path


def as_openstacksdk_reads_it(environ, monkeypatch):
    """What openstack.connect() would log in with, in our own words."""
    loader = pytest.importorskip("openstack.config.loader")
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    return clouds_yaml.from_entry(loader.OpenStackConfig().get_one(validate=False).config)


@pytest.mark.parametrize("cloud", ["dev", "by-id", "tenant", "several", "ready"])
@pytest.mark.parametrize("environ", ENVIRONMENTS, ids=lambda environ: "+".join(environ) if len(environ) < 5 else "all")
def test_a_named_entry_holds_alone_as_for_openstacksdk(file, monkeypatch, cloud, environ):
    environ = {"OS_CLOUD": cloud, **environ}
    theirs = as_openstacksdk_reads_it(environ, monkeypatch)
    ours = resolve({}, environ, clouds_yaml.load_cloud)
    for key in ("auth_url", "region", "project_id", "project_name", "username", "password", "token"):
        assert getattr(ours, key) == theirs.get(key), key
    assert ours.user_domain in ({"id": theirs.get("domain_id")}, {"name": theirs.get("domain_name")}, {})
    assert ours.verify == theirs.get("ca_cert", True)


CLOUD = {"auth_url": "https://iam/v3", "region": "eu-de", "username": "u", "password": "pa55", "domain_name": "D",
         "project_name": "eu-de_dev"}


def told(environ, **params):
    """The warnings of a task with OS_CLOUD."""
    texts = []
    resolve(params, {"OS_CLOUD": "dev", **environ}, lambda name, region: CLOUD, warn=texts.append)
    return texts


@pytest.mark.parametrize("name", sorted(LEFT_OVER) + ["OS_ACCESS_KEY", "HUAWEICLOUD_SDK_SK", "OS_DOMAIN_ID"])
def test_a_variable_that_disagrees_is_named_and_its_value_is_not(name):
    (text,) = told({name: "other-value"})
    assert name in text and "OS_CLOUD" in text and "unset" in text
    assert "other-value" not in text and "pa55" not in text


@pytest.mark.parametrize("environ", [
    {}, {"OS_PROJECT_NAME": ""}, {"OS_PROJECT_NAME": "eu-de_dev"}, {"OS_AUTH_URL": "https://iam/v3/"}, {"OS_PASSWORD": "pa55"},
    {"OS_USER_DOMAIN_NAME": "D", "OS_PROJECT_DOMAIN_NAME": "D", "OS_USERNAME": "u", "OS_REGION_NAME": "eu-de"},
    {"OTC_ENDPOINT_DOMAIN": "example.com", "OTC_ENDPOINT_DRS": "https://x"}, {"OS_IDENTITY_API_VERSION": "3"},
], ids=str)
def test_what_agrees_is_not_mentioned(environ):
    assert told(environ) == []


@pytest.mark.parametrize(("params", "environ", "named"), [
    ({"project_name": "x"}, {"OS_PROJECT_NAME": "y", "OS_PROJECT_ID": "z", "OS_TENANT_ID": "z"}, None),
    ({"region": "eu-nl"}, {"OS_REGION_NAME": "y"}, None),
    ({"cloud": "dev"}, LEFT_OVER, None),
    ({"region": "eu-nl"}, {"OS_REGION_NAME": "y", "OS_PROJECT_NAME": "z"}, "OS_PROJECT_NAME;"),
])
def test_an_option_that_wins_in_any_case_needs_no_warning(params, environ, named):
    texts = told(environ, **params)
    assert [named is not None and named in text and "OS_REGION_NAME" not in text for text in texts] == ([True] if named else [])


def test_the_warning_comes_before_the_error_that_it_explains():
    texts = []
    entry = {key: value for key, value in CLOUD.items() if key != "project_name"}
    with pytest.raises(InputError, match="no project was given"):
        resolve({}, {"OS_CLOUD": "dev", "OS_PROJECT_NAME": "x"}, lambda name, region: entry, warn=texts.append)
    assert "OS_PROJECT_NAME" in texts[0]


PASSWORD = {"OS_USERNAME": "u", "OS_PASSWORD": "p", "OS_USER_DOMAIN_NAME": "D"}
KEY = {"OS_ACCESS_KEY": "a", "OS_SECRET_KEY": "s"}
SDK = {"HUAWEICLOUD_SDK_AK": "b", "HUAWEICLOUD_SDK_SK": "t", "HUAWEICLOUD_SDK_SECURITY_TOKEN": "x"}


@pytest.mark.parametrize(("environ", "facts"), [
    ({**PASSWORD, "OS_TENANT_NAME": "old"}, {"project_name": "old", "project_id": None}),
    ({**PASSWORD, "OS_TENANT_ID": "old"}, {"project_name": None, "project_id": "old"}),
    ({**PASSWORD, "OS_TENANT_ID": "i", "OS_TENANT_NAME": "n"}, {"project_name": "n", "project_id": "i"}),
    ({**PASSWORD, "OS_TENANT_ID": "old", "OS_PROJECT_NAME": "new"}, {"project_name": "new", "project_id": None}),
    ({**PASSWORD, "OS_TENANT_NAME": "old", "OS_PROJECT_ID": "new"}, {"project_name": None, "project_id": "new"}),
    ({**KEY, "OS_TENANT_ID": "old", "OS_PROJECT_NAME": "new"}, {"project_name": "new", "project_id": None}),
    ({"OS_AUTH_TOKEN": "t", "OS_PROJECT_ID": "p"}, {"method": "token", "token": "t"}),
    ({"OS_AUTH_TOKEN": "t", "OS_TOKEN": "u", "OS_PROJECT_ID": "p"}, {"token": "u"}),
    # Nor are two accounts or two keys mixed.
    ({**PASSWORD, "OS_DOMAIN_ID": "other", "OS_PROJECT_ID": "p"}, {"user_domain": {"name": "D"}}),
    ({**KEY, **SDK, "OS_PROJECT_ID": "p"}, {"access_key": "a", "secret_key": "s", "security_token": None}),
    ({**SDK, "OS_PROJECT_ID": "p"}, {"access_key": "b", "secret_key": "t", "security_token": "x"}),
])
def test_older_names_stand_in_as_a_whole(environ, facts):
    settings = resolve({}, environ, clouds_yaml.load_cloud)
    assert {name: getattr(settings, name) for name in facts} == facts


def test_every_variable_is_known_to_these_tests():
    ours = {name for names in ENVIRONMENT.values() for name in names if name.startswith("OS_")}
    assert ours - set(LEFT_OVER) == {"OS_DOMAIN_NAME", "OS_DOMAIN_ID", "OS_ACCESS_KEY", "OS_SECRET_KEY", "OS_SECURITY_TOKEN"}
