# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Connection settings: which place wins, what is missing, what contradicts itself."""

from __future__ import annotations

import pytest

from ansible_collections.otc.teardown.plugins.module_utils._base.errors import InputError
from ansible_collections.otc.teardown.plugins.module_utils._iam.settings import resolve

OPTIONS = {"username": "u", "password": "p", "domain_name": "D", "project_name": "eu-de", "region": "eu-de"}
ENVIRON = {"OS_USERNAME": "env-u", "OS_PASSWORD": "env-p", "OS_USER_DOMAIN_NAME": "env-D",
           "OS_PROJECT_NAME": "env-project", "OS_REGION_NAME": "env-region", "OS_AUTH_URL": "https://env"}
CLOUD = {"username": "cloud-u", "password": "cloud-p", "domain_name": "cloud-D", "project_name": "cloud-project",
         "region": "cloud-region", "auth_url": "https://cloud", "validate_certs": True}


def resolved(params=None, environ=None, cloud=None, project_needed=True):
    def load_cloud(name, region):
        assert cloud is not None, "clouds.yaml must not be read"
        return cloud
    return resolve(params or {}, environ or {}, load_cloud, project_needed)


def refusal(**places):
    with pytest.raises(InputError) as caught:
        resolved(**places)
    return str(caught.value)


# What holds beside an entry of clouds.yaml, too
OURS = {"endpoint_domain"}
VARIABLES = [
    ("auth_url", "OS_AUTH_URL", "https://x"), ("region", "OS_REGION_NAME", "r"), ("project_id", "OS_PROJECT_ID", "i"),
    ("project_name", "OS_PROJECT_NAME", "n"), ("username", "OS_USERNAME", "n"), ("password", "OS_PASSWORD", "n"),
    ("endpoint_domain", "OTC_ENDPOINT_DOMAIN", "example.com"),
]


@pytest.mark.parametrize(("option", "variable", "value"), VARIABLES)
def test_an_option_beats_clouds_yaml_and_that_beats_the_environment_unless_it_is_ours(option, variable, value):
    rest = {key: text for key, text in CLOUD.items() if key not in (option, "project_name")}
    cloud = {**rest, option: f"{value}3", **({"project_name": "x"} if option != "project_id" else {})}
    if option == "project_name":
        cloud["project_name"] = f"{value}3"
    environ = {"OS_CLOUD": "c", variable: f"{value}2"}
    assert getattr(resolved({option: f"{value}1"}, environ, cloud), option) == f"{value}1"
    second = f"{value}2" if option in OURS else f"{value}3"
    assert getattr(resolved({}, environ, cloud), option) == second
    assert getattr(resolved({option: None}, environ, cloud), option) == second
    assert getattr(resolved({option: ""}, {"OS_CLOUD": "c", variable: ""}, cloud), option) == f"{value}3"


@pytest.mark.parametrize(("variables", "method", "facts"), [
    ({"OS_TOKEN": "t"}, "token", {"token": "t"}),
    ({"OS_ACCESS_KEY": "a", "OS_SECRET_KEY": "s"}, "access_key", {"access_key": "a", "secret_key": "s"}),
    ({"HUAWEICLOUD_SDK_AK": "a", "HUAWEICLOUD_SDK_SK": "s", "HUAWEICLOUD_SDK_SECURITY_TOKEN": "x"}, "access_key",
     {"access_key": "a", "secret_key": "s", "security_token": "x"}),
    ({"OS_ACCESS_KEY": "a", "OS_SECRET_KEY": "s", "OS_SECURITY_TOKEN": "x", "HUAWEICLOUD_SDK_AK": "b"}, "access_key",
     {"access_key": "a", "secret_key": "s", "security_token": "x"}),
    ({"OS_USERNAME": "u", "OS_PASSWORD": "p", "OS_DOMAIN_NAME": "D"}, "password", {"user_domain": {"name": "D"}}),
    ({"OS_USERNAME": "u", "OS_PASSWORD": "p", "OS_USER_DOMAIN_NAME": "U", "OS_DOMAIN_NAME": "D"}, "password",
     {"user_domain": {"name": "U"}, "project_domain": {"name": "U"}}),
    ({"OS_USERNAME": "u", "OS_PASSWORD": "p", "OS_USER_DOMAIN_ID": "i", "OS_PROJECT_DOMAIN_NAME": "P"}, "password",
     {"user_domain": {"id": "i"}, "project_domain": {"name": "P"}}),
    ({"OS_USERNAME": "u", "OS_PASSWORD": "p", "OS_DOMAIN_ID": "i", "OS_PROJECT_DOMAIN_ID": "j"}, "password",
     {"user_domain": {"id": "i"}, "project_domain": {"id": "j"}}),
])
def test_logins_from_the_environment(variables, method, facts):
    settings = resolved(environ={**variables, "OS_PROJECT_ID": "p"})
    assert settings.method == method
    assert {name: getattr(settings, name) for name in facts} == facts


@pytest.mark.parametrize(("options", "environ", "cloud", "method"), [
    ({"token": "t"}, ENVIRON, None, "token"),
    ({"access_key": "a", "secret_key": "s"}, {**ENVIRON, "OS_TOKEN": "t"}, None, "access_key"),
    ({"username": "u"}, {**ENVIRON, "OS_TOKEN": "t"}, None, "password"),
    ({"password": "p"}, {**ENVIRON, "OS_TOKEN": "t", "OS_ACCESS_KEY": "a"}, None, "password"),
    ({}, {**ENVIRON, "OS_TOKEN": "t"}, None, "token"),
    ({}, {"OS_CLOUD": "c", "OS_TOKEN": "t"}, CLOUD, "password"),
    ({"token": "t"}, {"OS_CLOUD": "c"}, CLOUD, "token"),
    ({"cloud": "c"}, {"OS_TOKEN": "t"}, CLOUD, "password"),
    ({"cloud": "c"}, ENVIRON, {**CLOUD, "access_key": "a", "secret_key": "s"}, "access_key"),
    ({"cloud": "c"}, ENVIRON, {**CLOUD, "token": "t"}, "token"),
])
def test_the_nearest_place_with_credentials_decides_how_to_log_in(options, environ, cloud, method):
    settings = resolved({"project_id": "p", **options}, environ, cloud)
    assert settings.method == method
    owned = {"token": {"token"}, "access_key": {"access_key", "secret_key"}, "password": {"username", "password"}}
    for name in {"token", "access_key", "secret_key", "username", "password"} - owned[method]:
        assert getattr(settings, name) is None, "what is not used does not stay"


def test_an_explicit_cloud_leaves_the_environment_out():
    environ = {**ENVIRON, "OS_PROJECT_ID": "x", "OS_CACERT": "/x", "OS_CLOUD": "other",
               "OTC_ENDPOINT_DOMAIN": "example.com"}
    settings = resolved({"cloud": "c"}, environ, CLOUD)
    assert (settings.username, settings.password, settings.user_domain) == ("cloud-u", "cloud-p", {"name": "cloud-D"})
    assert (settings.project_id, settings.project_name) == (None, "cloud-project")
    assert (settings.region, settings.auth_url, settings.verify) == ("cloud-region", "https://cloud", True)
    assert settings.endpoint_domain == "example.com", "this is no variable of OpenStack"


@pytest.mark.parametrize(("params", "environ", "asked"), [
    ({"cloud": "a"}, {"OS_CLOUD": "b", "OS_REGION_NAME": "r"}, ("a", None)),
    ({"cloud": "a", "region": "q"}, {"OS_REGION_NAME": "r"}, ("a", "q")),
    ({}, {"OS_CLOUD": "b", "OS_REGION_NAME": "r"}, ("b", None)),
    ({"region": "q"}, {"OS_CLOUD": "b", "OS_REGION_NAME": "r"}, ("b", "q")),
    ({}, {"OS_CLOUD": "b"}, ("b", None)),
])
def test_which_entry_of_clouds_yaml_is_read(params, environ, asked):
    read = []
    resolve(params, environ, lambda *args: read.append(args) or CLOUD)
    assert read == [asked]


@pytest.mark.parametrize(("options", "environ", "project"), [
    ({"project_id": "1"}, {"OS_PROJECT_NAME": "n"}, ("1", None)),
    ({"project_name": "n"}, {"OS_PROJECT_ID": "1"}, (None, "n")),
    ({"project_id": "1", "project_name": "n"}, {}, ("1", "n")),
    ({}, {"OS_PROJECT_ID": "1", "OS_PROJECT_NAME": "n"}, ("1", "n")),
])
def test_what_names_the_project_comes_from_one_place(options, environ, project):
    settings = resolved({**OPTIONS, "project_name": None, **options}, environ)
    assert (settings.project_id, settings.project_name) == project


def test_a_key_and_its_secret_come_from_one_place():
    text = refusal(params={"access_key": "a", "project_id": "p"}, environ={"OS_SECRET_KEY": "s", "OS_ACCESS_KEY": "b"})
    assert text.startswith("secret_key: is needed with access_key; set it or OS_SECRET_KEY")
    settings = resolved({"access_key": "a", "secret_key": "s", "project_id": "p"}, {"OS_SECURITY_TOKEN": "x"})
    assert settings.security_token is None, "that of another key"


@pytest.mark.parametrize(("options", "environ", "domain"), [
    ({"domain_name": "D"}, {"OS_USER_DOMAIN_ID": "i"}, {"name": "D"}),
    ({}, {"OS_USER_DOMAIN_ID": "i", "OS_USER_DOMAIN_NAME": "D"}, {"id": "i"}),
])
def test_domains(options, environ, domain):
    settings = resolved({**OPTIONS, "domain_name": None, **options}, environ)
    assert settings.user_domain == settings.project_domain == domain


@pytest.mark.parametrize(("options", "words"), [
    ({"token": "t", "password": "p"}, "token and username/password|token and password"),
    ({"token": "t", "username": "u", "password": "p"}, "token and username/password"),
    ({"token": "t", "access_key": "a", "secret_key": "s"}, "token and access_key/secret_key"),
    ({"access_key": "a", "username": "u"}, "access_key and username"),
    ({"token": "t", "security_token": "x"}, "token and security_token"),
])
def test_two_logins_at_once(options, words):
    text = refusal(params={"project_id": "p", **options})
    named, _colon, rest = text.partition(": ")
    assert named in words.split("|")
    assert rest.startswith("two ways to log in were given at once; keep one of")


@pytest.mark.parametrize(("options", "environ", "words"), [
    ({}, {}, "username: no way to log in was given; set username and password, token, or access_key"),
    ({"project_name": "eu-de", "region": "eu-de"}, {}, "username: no way to log in was given"),
    ({**OPTIONS, "username": None}, {}, "username: is needed with password; set it or OS_USERNAME"),
    ({**OPTIONS, "password": None}, {}, "password: is needed with username; set it or OS_PASSWORD"),
    ({**OPTIONS, "domain_name": None}, {}, "domain_name: is needed with username and password (the account name"),
    ({**OPTIONS, "project_name": None}, {}, "project_name: no project was given; set project_id or project_name"),
    ({"access_key": "a", "project_id": "p"}, {}, "secret_key: is needed with access_key; set it or OS_SECRET_KEY"),
    ({"secret_key": "s", "project_id": "p"}, {}, "access_key: is needed with secret_key; set it or OS_ACCESS_KEY"),
    ({"access_key": "a", "secret_key": "s"}, {}, "project_name: no project was given"),
    ({**OPTIONS, "password": "p\n"}, {}, "password: holds a line break or another control character; remove it"),
    ({"token": "t\r\nX-Evil: 1", "project_id": "p"}, {}, "token: holds a line break"),
    ({"access_key": "a\x00", "secret_key": "s", "project_id": "p"}, {}, "access_key: holds a blank or a character beyond ASCII"),
    ({"access_key": "a", "secret_key": "s\n", "project_id": "p"}, {}, "secret_key: holds a line break"),
    ({"access_key": "a", "secret_key": "s", "security_token": "x\t", "project_id": "p"}, {}, "security_token: holds a"),
    # What stands in headers is what headers can carry; a password and a secret key are not sent in one.
    ({"token": " t", "project_id": "p"}, {}, "token: holds a blank or a character beyond ASCII"),
    ({"token": "t\u20ac", "project_id": "p"}, {}, "token: holds a blank or a character beyond ASCII"),
    ({"access_key": "\u00fc", "secret_key": "s", "project_id": "p"}, {}, "access_key: holds a blank or a character"),
    ({"token": "t", "project_id": "p\u00fc"}, {}, "project_id: holds a blank or a character beyond ASCII"),
    ({"access_key": "a", "secret_key": "s", "project_id": "p"}, {"OS_USER_DOMAIN_ID": "x\r\nEvil: 1"}, "domain_id: holds a"),
    ({"token": "t", "project_id": "../x"}, {}, "project_id: '../x': holds one of"),
    ({"token": "t", "project_id": "p", "region": "eu-de/x"}, {}, "region: 'eu-de/x': holds one of"),
    ({"token": "t", "project_id": "p", "region": "a@b c"}, {}, "region: 'a@b c': holds one of"),
    ({"token": "t", "project_id": "p", "endpoint_domain": "x/y?"}, {}, "endpoint_domain: 'x/y?': holds one of"),
])
def test_each_missing_or_unusable_piece_is_named(options, environ, words):
    text = refusal(params=options, environ=environ)
    assert text.startswith(words)
    for option in ("password", "token", "secret_key", "security_token"):
        assert repr(options.get(option) or "no such secret") not in text


def test_a_password_may_hold_what_a_header_may_not():
    assert resolved({**OPTIONS, "password": " p\u00e4ss w\u20acrd "}).password == " p\u00e4ss w\u20acrd "


def test_a_project_is_not_always_needed():
    assert resolved({**OPTIONS, "project_name": None}, project_needed=False).project_name is None
    assert resolved({"access_key": "a", "secret_key": "s"}, project_needed=False).project_id is None
    assert resolved({"token": "t"}).project_id is None, "a token knows its project"


@pytest.mark.parametrize(("options", "environ", "cloud", "verify"), [
    ({}, {}, None, True),
    ({"validate_certs": False}, {}, None, False),
    ({"validate_certs": True}, {}, None, True),
    ({"ca_cert": "/ca"}, {}, None, "/ca"),
    ({}, {"OS_CACERT": "/env"}, None, "/env"),
    ({"ca_cert": "/ca"}, {"OS_CACERT": "/env"}, None, "/ca"),
    ({"validate_certs": False, "ca_cert": "/ca"}, {}, None, False),
    ({"cloud": "c"}, {"OS_CACERT": "/env"}, {**CLOUD, "ca_cert": "/cloud"}, "/cloud"),
    ({"cloud": "c"}, {}, {**CLOUD, "validate_certs": False}, False),
    ({"cloud": "c", "validate_certs": True}, {}, {**CLOUD, "validate_certs": False}, True),
    ({"cloud": "c", "validate_certs": False}, {}, CLOUD, False),
    ({}, {"OS_CLOUD": "c", "OS_CACERT": "/env"}, {**CLOUD, "ca_cert": "/cloud"}, "/cloud"),
])
def test_certificates(options, environ, cloud, verify):
    assert resolved({**({} if cloud else OPTIONS), **options}, environ, cloud).verify == verify


@pytest.mark.parametrize(("options", "environ"), [({"cloud": "c", "ca_cert": "/ca"}, {}),
                                                  ({"ca_cert": "/ca"}, {"OS_CLOUD": "c"})])
def test_authorities_named_nearer_than_clouds_yaml_are_asked(options, environ):
    assert resolved(options, environ, {**CLOUD, "validate_certs": False}).verify == "/ca"


def test_endpoints_of_an_option_stand_beside_those_of_clouds_yaml():
    cloud = {**CLOUD, "endpoints": {"iam": "https://iam", "drs": "https://drs"}}
    settings = resolved({"cloud": "c", "endpoints": {"drs": "https://mine"}}, {}, cloud)
    assert settings.endpoints == {"iam": "https://iam", "drs": "https://mine"}
    assert resolved({**OPTIONS, "endpoints": {}}).endpoints == {}
    assert resolved(OPTIONS).endpoint_domain == "otc.t-systems.com"


def test_secrets_are_known_as_such_and_not_printed():
    secret = {"access_key": "a", "secret_key": "s3cret", "security_token": "t0ken", "project_id": "p"}
    settings = resolved(secret)
    assert set(settings.secrets) == {"s3cret", "t0ken"}
    assert "s3cret" not in repr(settings) and "t0ken" not in repr(settings)
    assert resolved({**OPTIONS, "password": "pa55"}).secrets == ("pa55",)
    assert "pa55" not in repr(resolved({**OPTIONS, "password": "pa55"}))
    assert resolved({"token": "t0ken"}).secrets == ("t0ken",)
    assert "t0ken" not in repr(resolved({"token": "t0ken"}))
