# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the services are: options, the catalog of a token, the usual pattern."""

from __future__ import annotations

import pytest

from ansible_collections.otc.teardown.plugins.module_utils._base.errors import InputError
from ansible_collections.otc.teardown.plugins.module_utils._iam.endpoints import (
    base_url,
    check_urls,
    iam_url,
    is_unencrypted,
    service_url,
)
from ansible_collections.otc.teardown.plugins.module_utils._iam.settings import Settings

PROJECT = "0123456789abcdef0123456789abcdef"


def settings(**facts):
    return Settings(method="token", **facts)


def entry(kind, *endpoints, name=""):
    return {"type": kind, "id": "x", "name": name, "endpoints": [
        {"id": "x", "interface": interface, "region": region, "region_id": region, "url": url}
        for region, url, interface in endpoints
    ]}


@pytest.mark.parametrize(("facts", "url"), [
    ({"region": "eu-de"}, "https://iam.eu-de.otc.t-systems.com/v3"),
    ({"region": "eu-nl"}, "https://iam.eu-nl.otc.t-systems.com/v3"),
    ({"region": "cn-north-4", "endpoint_domain": "myhuaweicloud.com"}, "https://iam.cn-north-4.myhuaweicloud.com/v3"),
    ({"auth_url": "https://iam.eu-de.otc.t-systems.com/v3"}, "https://iam.eu-de.otc.t-systems.com/v3"),
    ({"auth_url": "https://iam.eu-de.otc.t-systems.com:443/v3"}, "https://iam.eu-de.otc.t-systems.com:443/v3"),
    ({"auth_url": "https://iam.eu-de.otc.t-systems.com/v3/auth/tokens"}, "https://iam.eu-de.otc.t-systems.com/v3"),
    ({"auth_url": "https://iam.eu-de.otc.t-systems.com/v3/auth/tokens/"}, "https://iam.eu-de.otc.t-systems.com/v3"),
    ({"auth_url": "https://iam.eu-de.otc.t-systems.com/auth/tokens"}, "https://iam.eu-de.otc.t-systems.com/v3"),
    ({"endpoints": {"iam": "http://127.0.0.1:8080/iam/v3/auth/tokens"}}, "http://127.0.0.1:8080/iam/v3"),
    ({"auth_url": "https://iam.eu-de.otc.t-systems.com"}, "https://iam.eu-de.otc.t-systems.com/v3"),
    ({"auth_url": "https://iam.eu-de.otc.t-systems.com/v3/"}, "https://iam.eu-de.otc.t-systems.com/v3"),
    ({"auth_url": "iam-pub.eu-ch2.sc.otc.t-systems.com/v3"}, "https://iam-pub.eu-ch2.sc.otc.t-systems.com/v3"),
    ({"auth_url": "http://127.0.0.1:8080/iam/v3"}, "http://127.0.0.1:8080/iam/v3"),
    ({"auth_url": "https://a", "region": "eu-de"}, "https://a/v3"),
    ({"auth_url": "https://a", "endpoints": {"iam": "https://b"}}, "https://b/v3"),
])
def test_iam(facts, url):
    assert iam_url(settings(**facts)) == url


@pytest.mark.parametrize(("service", "facts", "url"), [
    ("drs", {"region": "eu-de"}, "https://drs.eu-de.otc.t-systems.com"),
    ("modelarts", {"region": "eu-de"}, "https://modelarts.eu-de.otc.t-systems.com"),
    ("drs", {"region": "eu-west-101", "endpoint_domain": "myhuaweicloud.eu"},
     "https://drs.eu-west-101.myhuaweicloud.eu"),
    ("drs", {"region": "eu-ch2", "endpoint_domain": "sc.otc.t-systems.com"}, "https://drs.eu-ch2.sc.otc.t-systems.com"),
    ("drs", {"endpoints": {"drs": "https://x/v5/"}}, "https://x"),
    ("drs", {"endpoints": {"drs": "http://127.0.0.1:9/drs"}}, "http://127.0.0.1:9/drs"),
    ("drs", {"endpoints": {"modelarts": "https://x"}, "region": "eu-de"}, "https://drs.eu-de.otc.t-systems.com"),
])
def test_services_without_a_catalog(service, facts, url):
    assert service_url(service, settings(**facts)) == url


DRS = "https://drs.eu-de.otc.t-systems.com"
ARTS = "https://modelarts.eu-de.otc.t-systems.com"


@pytest.mark.parametrize(("service", "entries", "url"), [
    ("modelarts", [entry("modelartsv1", ("eu-de", f"{ARTS}:8443/v1/$(tenant_id)s", "public"))], f"{ARTS}:8443"),
    ("modelarts", [entry("modelartsv2", ("eu-de", f"{ARTS}:8443/v2/{PROJECT}", "public"))], f"{ARTS}:8443"),
    ("modelarts", [entry("modelarts", ("eu-de", f"{ARTS}:8443", "public"))], f"{ARTS}:8443"),
    ("modelarts", [entry("ai", ("eu-de", f"{ARTS}:8443/v1/%(project_id)s", "public"), name="modelarts")],
     f"{ARTS}:8443"),
    ("modelarts", [entry("modelartsv1", ("eu-de", f"{ARTS}:1/v1", "public")),
                   entry("modelartsv2", ("eu-de", f"{ARTS}:2/v2", "public"))], f"{ARTS}:1"),
    ("drs", [entry("drs", ("eu-de", f"{DRS}:8443/v3/$(project_id)s", "public"))], f"{DRS}:8443"),
    ("drs", [entry("drs", ("eu-de", f"{DRS}:8443/v3", "public"))], f"{DRS}:8443"),
    ("drs", [entry("drs", ("eu-de", f"{DRS}:8443/v3/{PROJECT}/", "public"))], f"{DRS}:8443"),
    ("drs", [entry("drs", ("eu-de", "drs.example.com", "public"))], "https://drs.example.com"),
    # of many regions and interfaces
    ("drs", [entry("drs", ("eu-nl", "https://nl", "public"), ("eu-de", "https://de", "public"))], "https://de"),
    ("drs", [entry("drs", ("eu-de", "https://in", "internal"), ("eu-de", "https://de", "public"))], "https://de"),
    ("drs", [entry("drs", ("*", "https://all", "public"))], "https://all"),
    ("drs", [entry("drs", ("*", "https://all", "public"), ("eu-de", "https://de", "public"))], "https://de"),
    # the usual pattern where the catalog has nothing that fits
    ("drs", [], DRS),
    ("drs", [entry("drs", ("eu-nl", "https://nl", "public")), entry("rds", ("eu-de", "https://rds", "internal"))], DRS),
    ("drs", [entry("drs", ("eu-de", "https://in", "internal"))], DRS),
    ("drs", [entry("drs", ("eu-de", "", "public"))], DRS),
    ("drs", [entry("rds", ("eu-de", "https://rds", "public"))], DRS),
    ("drs", [{"type": "drs"}, {"type": "drs", "endpoints": None}, {}], DRS),
    ("drs", [{"type": "drs", "endpoints": [{"interface": "public", "region": "eu-de", "url": "https://r"}]}],
     "https://r"),
    ("drs", [{"type": "drs", "endpoints": [{"interface": "public", "region_id": "eu-de", "url": "https://r"}]}],
     "https://r"),
    ("drs", [{"type": "drs", "endpoints": [
        {"interface": "public", "region_id": "eu-nl", "region": "eu-de", "url": "https://r"}]}], DRS),
    ("drs", [{"type": "drs", "endpoints": [{"interface": "public", "url": "https://r"}]}], "https://r"),
    ("drs", [entry("rds", ("eu-de", "https://rds", "public")), entry("drs", ("eu-de", "https://de", "public"))], "https://de"),
    ("obs", [entry("obs", ("eu-de", "https://obs", "public"))], "https://obs"),
])
def test_services_in_a_catalog(service, entries, url):
    assert service_url(service, settings(region="eu-de"), entries) == url


@pytest.mark.parametrize(("region", "words"), [
    ("eu-dee", "region: 'eu-dee': is not a region of the token's catalog, which has eu-de, eu-nl (did you mean eu-de?); correct it, or set "),
    ("xx", "region: 'xx': is not a region of the token's catalog, which has eu-de, eu-nl; correct it, or set endpoints"),
])
def test_a_region_that_no_catalog_knows(region, words):
    catalog = [entry("iam", ("*", "https://iam", "public")), entry("drs", ("eu-nl", "https://nl", "public"), ("eu-de", "https://de", "public"))]
    with pytest.raises(InputError) as caught:
        service_url("modelarts", settings(region=region), catalog)
    assert str(caught.value).startswith(words)
    assert service_url("drs", settings(region=region, endpoints={"drs": "https://x"}), catalog) == "https://x"


@pytest.mark.parametrize("catalog_entry", [
    {"type": ["drs"]}, {"type": "drs", "endpoints": 5}, {"type": "drs", "endpoints": {"a": 1}},
    {"type": "drs", "endpoints": ["x"]},
    {"type": "drs", "endpoints": [{"interface": "public", "region": "eu-de", "url": 5}]},
])
def test_a_catalog_in_another_form_is_as_good_as_none(catalog_entry):
    assert service_url("drs", settings(region="eu-de"), [catalog_entry]) == DRS


@pytest.mark.parametrize(("entries", "url"), [
    ([entry("drs", ("eu-de", "https://de", "public"))], "https://de"),
    ([entry("drs", ("*", "https://all", "public"))], "https://all"),
])
def test_without_a_region_a_catalog_must_be_clear(entries, url):
    assert service_url("drs", settings(), entries) == url


@pytest.mark.parametrize(("service", "entries", "words"), [
    ("drs", [], "region: no region was given; set region or endpoints.drs (or OS_REGION_NAME)"),
    ("modelarts", [], "region: no region was given; set region or endpoints.modelarts"),
    ("drs", [entry("drs", ("eu-nl", "https://nl", "public"), ("eu-de", "https://de", "public"))],
     "region: the catalog has drs in eu-de, eu-nl; set region"),
])
def test_a_missing_region(service, entries, words):
    with pytest.raises(InputError) as caught:
        service_url(service, settings(), entries)
    assert str(caught.value).startswith(words)
    with pytest.raises(InputError) as caught:
        iam_url(settings())
    assert str(caught.value) == "region: no region was given; set region or auth_url (or OS_REGION_NAME, OS_AUTH_URL)"


def test_an_endpoint_wins_over_the_catalog():
    entries = [entry("drs", ("eu-de", "https://de", "public"))]
    assert service_url("drs", settings(region="eu-de", endpoints={"drs": "https://mine/v3"}), entries) == "https://mine"


@pytest.mark.parametrize(("iam", "url", "refused"), [
    ("https://iam.example.com", "http://drs.example.com", True),
    ("https://iam.example.com", "HTTP://drs.example.com:80/v3", True),
    ("https://iam.example.com", "https://drs.example.com", False),
    ("https://iam.example.com", "http://127.0.0.1:8080", False),
    ("http://iam.example.com", "http://drs.example.com", False),
])
def test_a_catalog_does_not_lead_out_of_encryption(iam, url, refused):
    entries, facts = [entry("drs", ("eu-de", url, "public"))], settings(region="eu-de", auth_url=iam)
    if not refused:
        assert service_url("drs", facts, entries).lower() in url.lower()
        return
    with pytest.raises(InputError) as caught:
        service_url("drs", facts, entries)
    assert str(caught.value) == (f"endpoints.drs: the token's catalog names {base_url('', url)}, where the token would not be "
                                 "encrypted, though IAM is; set this option to that URL if it is meant")
    meant = settings(region="eu-de", auth_url=iam, endpoints={"drs": url})
    assert service_url("drs", meant, entries).lower() in url.lower()


@pytest.mark.parametrize(("url", "base"), [
    ("https://x", "https://x"), ("https://x/", "https://x"), (" https://x ", "https://x"), ("x", "https://x"),
    ("x:8443", "https://x:8443"), ("HTTPS://x", "https://x"), ("http://x", "http://x"), ("https://x/v3", "https://x"),
    ("https://x/v2.0", "https://x"), ("https://x/v1/p", "https://x"), ("https://x/a/v1/p/", "https://x/a"),
    ("https://x/a/b", "https://x/a/b"), ("https://x/v3?y=1#z", "https://x"), ("https://[::1]:9/v3", "https://[::1]:9"),
    ("https://x/aX/", "https://x/aX"), ("https://x/version", "https://x/version"), ("https://x/v3/a/b", "https://x/v3/a/b"),
])
def test_base_urls(url, base):
    assert base_url("endpoints.drs", url) == base


@pytest.mark.parametrize("url", [
    "", " ", "https://", "ftp://x", "file:///etc/passwd", "https:///path", "https://x:99999", "https://x:abc",
    "https://x:0",
    "https://[::1", "https://x y", "https://x\r\nHost: y", "https://x/\x00", "https://ü", "https://x/<script>",
    "https://user@x", "https://user:pa55@x", "javascript:alert(1)",
])
def test_what_is_no_url_of_a_service(url):
    with pytest.raises(InputError) as caught:
        base_url("endpoints.drs", url)
    text = str(caught.value)
    assert text.startswith("endpoints.drs: ")
    assert text.endswith("is not a URL such as https://drs.eu-de.otc.t-systems.com")
    assert "pa55" not in text


BAD = "ftp://x"


@pytest.mark.parametrize(("find", "facts", "option"), [
    (iam_url, {"endpoints": {"iam": BAD}}, f"endpoints.iam: '{BAD}'"),
    (iam_url, {"auth_url": BAD}, f"auth_url: '{BAD}'"),
    (iam_url, {"region": "a b"}, "region: 'https://iam.a b.otc.t-systems.com'"),
    (check_urls, {"endpoints": {"drs": "https://x", "modelarts": BAD}}, f"endpoints.modelarts: '{BAD}'"),
    (check_urls, {"auth_url": BAD, "endpoints": {"drs": "https://x"}}, f"auth_url: '{BAD}'"),
    (lambda facts: service_url("drs", facts), {"endpoints": {"drs": BAD}}, f"endpoints.drs: '{BAD}'"),
    (lambda facts: service_url("drs", facts), {"region": "a b"}, "region: 'https://drs.a b.otc.t-systems.com'"),
    (lambda facts: service_url("drs", facts, [entry("drs", ("eu-de", BAD, "public"))]), {}, f"the token's catalog: '{BAD}'"),
    (check_urls, {"auth_url": "https://me:word@x"}, "auth_url: 'https://***@x'"),
    (check_urls, {"auth_url": "me:word@x"}, "auth_url: '***@x'"),
])
def test_an_address_that_is_none_is_refused_by_the_name_of_its_option(find, facts, option):
    with pytest.raises(InputError) as caught:
        find(settings(**facts))
    assert str(caught.value) == f"{option}: is not a URL such as https://drs.eu-de.otc.t-systems.com"


def test_good_addresses_are_let_through():
    assert check_urls(settings(auth_url="https://x", endpoints={"drs": "y", "iam": "http://z"})) is None


@pytest.mark.parametrize("url", ["user:pa55@x", "https://user:pa55/w0rd@x", "https://user:x@pa55@y"])
def test_a_password_in_a_url_is_not_shown(url):
    with pytest.raises(InputError) as caught:
        base_url("auth_url", url)
    assert "pa55" not in str(caught.value)


@pytest.mark.parametrize(("url", "unencrypted"), [
    ("https://x", False), ("https://10.0.0.1", False), ("http://x", True), ("http://10.0.0.1:80", True),
    ("http://localhost:8080", False), ("http://LOCALHOST", False), ("http://127.0.0.1", False),
    ("http://127.8.9.10:1", False), ("http://[::1]:1/x", False), ("http://[2001:db8::1]", True),
    ("http://localhost.example.com", True), ("http://127.0.0.1.example.com", True), ("http://0.0.0.0", True),
])
def test_what_travels_in_the_open(url, unencrypted):
    assert is_unencrypted(url) == unencrypted
