# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Entries of clouds.yaml, in our own words and as openstacksdk's loader reads them."""

from __future__ import annotations

import sys

import pytest

from ansible_collections.otc.teardown.plugins.module_utils._base.errors import InputError, MissingLibrary
from ansible_collections.otc.teardown.plugins.module_utils._iam import clouds_yaml
from ansible_collections.otc.teardown.plugins.module_utils._iam.endpoints import iam_url
from ansible_collections.otc.teardown.plugins.module_utils._iam.settings import resolve

pytestmark = pytest.mark.filterwarnings("ignore:Support for InfluxDB")

FILE = """
clouds:
  plain:
    region_name: eu-de
    auth:
      auth_url: https://iam.eu-de.otc.t-systems.com/v3
      username: deployer
      password: pa55
      user_domain_name: OTC-EU-DE-1
      project_name: eu-de_team
  profile:
    profile: otc
    region_name: eu-de
    auth: {username: deployer, password: pa55, user_domain_name: OTC-EU-DE-1, project_name: eu-de}
  keys:
    region_name: eu-de
    ak: AK1
    sk: SK1
    verify: false
    cacert: /ca.pem
    drs_endpoint_override: https://drs.example.com
    auth: {auth_url: "https://iam.eu-de.otc.t-systems.com/v3", project_id: 0123456789abcdef0123456789abcdef}
  ready:
    auth_type: token
    auth: {auth_url: "https://iam.eu-de.otc.t-systems.com/v3", token: t0ken, project_id: p}
  numbers:
    region_name: eu-de
    auth: {auth_url: "https://x/v3", username: 7, password: 12345, user_domain_name: D, project_name: 8}
  application:
    region_name: eu-de
    auth_type: v3applicationcredential
    auth: {auth_url: "https://x/v3", application_credential_id: abc, application_credential_secret: s3cret}
  silent:
    region_name: eu-de
    auth: {auth_url: "https://x/v3", application_credential_id: abc, application_credential_secret: s3cret}
  totp:
    region_name: eu-de
    auth_type: v3totp
    auth: {auth_url: "https://x/v3", username: u, password: p, passcode: "1", user_domain_name: D, project_name: n}
  oidc_keys:
    region_name: eu-de
    auth_type: v3oidcpassword
    ak: AK1
    sk: SK1
    auth: {auth_url: "https://x/v3", username: u, password: p, project_id: p}
  regions:
    regions: [eu-de, eu-nl]
    auth: {auth_url: "https://iam.{region_name}.example.com/v3", username: u, password: p, user_domain_name: D,
           project_name: n}
"""
SECURE = """
clouds:
  plain:
    auth: {password: from-secure-yaml}
"""


@pytest.fixture
def files(tmp_path, monkeypatch):
    loader = pytest.importorskip("openstack.config.loader")
    monkeypatch.setattr(loader, "CONFIG_FILES", [str(tmp_path / "clouds.yaml")])
    monkeypatch.setattr(loader, "SECURE_FILES", [str(tmp_path / "secure.yaml")])
    for variable in ("OS_CLIENT_SECURE_FILE", "OS_CLOUD", "OS_USERNAME", "OS_PASSWORD"):
        monkeypatch.delenv(variable, raising=False)
    (tmp_path / "my-clouds.yaml").write_text(FILE)
    monkeypatch.setenv("OS_CLIENT_CONFIG_FILE", str(tmp_path / "my-clouds.yaml"))
    return tmp_path


def settings_of(cloud, **params):
    return resolve({"cloud": cloud, **params}, {}, clouds_yaml.load_cloud)


def test_an_entry_with_a_password(files):
    settings = settings_of("plain")
    assert (settings.method, settings.username, settings.password) == ("password", "deployer", "pa55")
    assert (settings.user_domain, settings.project_name) == ({"name": "OTC-EU-DE-1"}, "eu-de_team")
    assert (settings.region, settings.verify) == ("eu-de", True)
    assert iam_url(settings) == "https://iam.eu-de.otc.t-systems.com/v3"


def test_secrets_may_lie_in_another_file(files, monkeypatch):
    (files / "my-secure.yaml").write_text(SECURE)
    monkeypatch.setenv("OS_CLIENT_SECURE_FILE", str(files / "my-secure.yaml"))
    assert settings_of("plain").password == "from-secure-yaml"


def test_a_file_where_openstack_users_keep_it(files, monkeypatch):
    (files / "clouds.yaml").write_text(FILE.replace("deployer", "somebody"))
    (files / "secure.yaml").write_text(SECURE)
    assert settings_of("plain").username == "deployer", "OS_CLIENT_CONFIG_FILE comes first"
    monkeypatch.delenv("OS_CLIENT_CONFIG_FILE")
    assert settings_of("plain").username == "somebody"
    assert settings_of("plain").password == "from-secure-yaml"


def test_the_profile_of_the_cloud(files):
    assert iam_url(settings_of("profile")) == "https://iam.eu-de.otc.t-systems.com/v3"


def test_an_entry_with_an_access_key(files):
    settings = settings_of("keys")
    assert (settings.method, settings.access_key, settings.secret_key) == ("access_key", "AK1", "SK1")
    assert (settings.verify, settings.endpoints) == (False, {"drs": "https://drs.example.com"})
    assert settings_of("keys", validate_certs=True).verify == "/ca.pem"


def test_an_entry_with_a_token(files):
    settings = settings_of("ready")
    assert (settings.method, settings.token, settings.project_id) == ("token", "t0ken", "p")


@pytest.mark.parametrize(("cloud", "named"), [
    ("application", "v3applicationcredential"), ("silent", "v3applicationcredential"), ("totp", "v3totp"),
])
def test_a_way_to_log_in_that_we_do_not_have_is_named(files, cloud, named):
    """Also where a password stands beside it: it would be tried in vain, and the cloud locks accounts."""
    with pytest.raises(InputError) as caught:
        settings_of(cloud)
    assert str(caught.value).startswith(f"cloud: its entry in clouds.yaml logs in by auth_type {named}, which this collection cannot")
    assert "access_key and secret_key" in str(caught.value) and "s3cret" not in str(caught.value)
    settings = settings_of(cloud, token="t0ken")
    assert (settings.method, settings.token, settings.region) == ("token", "t0ken", "eu-de"), "the rest of the entry can be used"


def test_an_access_key_beside_another_way_to_log_in_is_used(files):
    settings = settings_of("oidc_keys")
    assert (settings.method, settings.access_key, settings.username) == ("access_key", "AK1", None)


def test_numbers_are_text_too(files):
    settings = settings_of("numbers")
    assert (settings.username, settings.password, settings.project_name) == ("7", "12345", "8")


@pytest.mark.parametrize("region", ["eu-de", "eu-nl"])
def test_one_of_several_regions(files, region):
    settings = settings_of("regions", region=region)
    assert settings.region == region
    assert iam_url(settings) == f"https://iam.{region}.example.com/v3"


def test_the_environment_of_openstack_is_not_read_by_the_loader(files, monkeypatch):
    monkeypatch.setenv("OS_USERNAME", "from-the-environment")
    assert clouds_yaml.load_cloud("plain", None)["username"] == "deployer"
    with pytest.raises(InputError):
        clouds_yaml.load_cloud("envvars", None)


@pytest.mark.parametrize(("name", "region", "words"), [
    ("nowhere", None, "is not an entry of clouds.yaml; entries found: "),
    ("regions", "eu-xx", "cannot be read from clouds.yaml: "),
])
def test_an_entry_that_cannot_be_had(files, name, region, words):
    with pytest.raises(InputError) as caught:
        clouds_yaml.load_cloud(name, region)
    assert str(caught.value).startswith(f"cloud: '{name}': {words}")
    assert ("application, keys, numbers, oidc_keys, plain, profile, ready, regions, silent, totp" in str(caught.value)) == (name == "nowhere")


# openstacksdk has learned to skip a file that is no YAML; older ones let the error through.
@pytest.mark.parametrize("content", [
    "", "clouds: {}", "[]", "{", "\x00", "clouds: [a]", "clouds: {plain: 5}", "clouds: {plain: {auth: x}}",
])
def test_a_file_that_is_no_clouds_yaml(files, content):
    (files / "my-clouds.yaml").write_text(content)
    with pytest.raises(InputError, match="cloud: 'plain': "):
        clouds_yaml.load_cloud("plain", None)


def test_without_openstacksdk(monkeypatch):
    monkeypatch.setitem(sys.modules, "openstack.config", None)
    with pytest.raises(MissingLibrary, match=r"openstacksdk is not installed; it is needed to read clouds.yaml"):
        clouds_yaml.load_cloud("plain", None)


@pytest.mark.parametrize(("entry", "options"), [
    ({}, {}),
    ({"auth": None}, {}),
    ({"auth": {}, "region_name": "", "verify": None, "cacert": None}, {}),
    ({"region_name": "eu-de", "auth": {"auth_url": "https://iam.{region_name}.x/v3"}},
     {"region": "eu-de", "auth_url": "https://iam.eu-de.x/v3"}),
    ({"auth": {"username": "u", "password": "p", "user_domain_name": "D", "domain_name": "E"}},
     {"username": "u", "password": "p", "domain_name": "D"}),
    ({"auth": {"domain_name": "E", "domain_id": "i"}}, {"domain_name": "E", "domain_id": "i"}),
    ({"auth": {"user_domain_id": "i", "domain_id": "j"}}, {"domain_id": "i"}),
    ({"auth": {"project_domain_name": "P", "project_domain_id": "i", "project_id": "p", "project_name": "n"}},
     {"project_domain_name": "P", "project_domain_id": "i", "project_id": "p", "project_name": "n"}),
    ({"auth": {"token": "t"}}, {"token": "t"}),
    ({"ak": "a", "sk": "s", "security_token": "x"}, {"access_key": "a", "secret_key": "s", "security_token": "x"}),
    ({"auth": {"ak": "a", "sk": "s", "security_token": "x"}},
     {"access_key": "a", "secret_key": "s", "security_token": "x"}),
    ({"access_key": "a", "secret_key": "s", "auth": {"ak": "b"}}, {"access_key": "a", "secret_key": "s"}),
    ({"verify": False, "cacert": "/ca"}, {"validate_certs": False, "ca_cert": "/ca"}),
    ({"verify": True}, {"validate_certs": True}),
    ({"identity_endpoint_override": "i", "modelartsv1_endpoint_override": "m", "drs_endpoint_override": "d"},
     {"endpoints": {"iam": "i", "modelarts": "m", "drs": "d"}}),
    ({"modelarts_endpoint_override": "1", "modelartsv2_endpoint_override": "2"}, {"endpoints": {"modelarts": "1"}}),
    ({"profile": "otc", "interface": "public", "compute_endpoint_override": "c"}, {}),
])
def test_an_entry_in_our_own_words(entry, options):
    assert clouds_yaml.from_entry(entry) == options
