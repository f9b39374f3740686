# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A rehearsal stays on this machine; the environment names endpoints; a URL with a login is refused without showing it."""

from __future__ import annotations

import pytest

from ansible_collections.otc.teardown.plugins.module_utils._base.errors import InputError
from ansible_collections.otc.teardown.plugins.module_utils._iam.endpoints import (
    CATALOG_NAMES,
    base_url,
    endpoints_in,
    service_url,
    variable_of,
)
from ansible_collections.otc.teardown.plugins.module_utils._iam.settings import Settings

REAL, HERE = "https://drs.eu-de.otc.t-systems.com", "http://127.0.0.1:8080/drs"
LOOPBACK = ["http://127.0.0.1:8080/iam/v3", "http://localhost:1", "https://LOCALHOST.", "http://iam.localhost:8080", "http://[::1]:9",
            "http://127.8.9.1", "http://127.1:80", "http://[::ffff:127.0.0.1]:9", "http://0.0.0.0:8080", "http://[::]:8080"]
ELSEWHERE = ["https://iam.eu-de.otc.t-systems.com/v3", "https://10.0.0.1", "https://localhost.example.com", "https://127.example.com",
             "https://127.0.0.1.example.com"]


def listed(url):
    """A catalog that names one service."""
    return [{"type": "drs", "endpoints": [{"interface": "public", "region": "eu-de", "url": url}]}]


@pytest.mark.parametrize("option", ["auth_url", "endpoints"])
@pytest.mark.parametrize(("catalog", "url"), [([], REAL), (listed(REAL), REAL), (listed("http://drs.example.com"), "http://drs.example.com")],
                         ids=["pattern", "catalog", "open catalog"])
@pytest.mark.parametrize("iam", LOOPBACK)
def test_an_iam_on_this_machine_leads_nowhere_else(option, catalog, url, iam):
    where = {"auth_url": iam} if option == "auth_url" else {"endpoints": {"iam": iam}}
    settings = Settings("token", region="eu-de", **where)
    with pytest.raises(InputError, match=r"endpoints\.drs: is not given, and IAM is on this machine .*OTC_ENDPOINT_DRS") as caught:
        service_url("drs", settings, catalog)
    assert f"requests would go to {url};" in str(caught.value)
    for given in (HERE, REAL):
        meant = Settings("token", region="eu-de", auth_url=iam, endpoints={"drs": given})
        assert service_url("drs", meant, catalog) == given, "what is given is meant"
    assert service_url("drs", settings, listed(HERE)) == HERE


@pytest.mark.parametrize("iam", ELSEWHERE)
def test_any_other_iam_leads_where_it_says(iam):
    settings = Settings("token", region="eu-de", auth_url=iam)
    assert service_url("drs", settings) == REAL
    assert service_url("drs", settings, listed("https://10.0.0.2")) == "https://10.0.0.2"


@pytest.mark.parametrize(("environ", "services", "found"), [
    ({}, (), {}),
    ({"OTC_ENDPOINT_DRS": HERE, "OTC_ENDPOINT_MODELARTS": "x", "OTC_ENDPOINT_IAM": "https://i/v3"}, (),
     {"drs": HERE, "modelarts": "x", "iam": "https://i/v3"}),
    ({"OTC_ENDPOINT_DOMAIN": "example.com", "OTC_ENDPOINT_DRS": "", "OTC_ENDPOINT_NOTHING": ""}, (), {}),
    ({"OTC_ENDPOINT_RENDER_FARM": HERE}, ("render-farm",), {"render-farm": HERE}),
    ({"OTC_ENDPOINTS": HERE, "MY_OTC_ENDPOINT_DRS": HERE, "otc_endpoint_drs": HERE}, (), {}),
])
def test_endpoints_in_the_environment(environ, services, found):
    assert endpoints_in(environ, services) == found


@pytest.mark.parametrize("service", CATALOG_NAMES)
def test_each_service_has_its_variable(service):
    assert endpoints_in({variable_of(service): HERE}) == {service: HERE}


@pytest.mark.parametrize(("name", "url", "words"), [
    ("OTC_ENDPOINT_MODELART", HERE, "names no service; set one of OTC_ENDPOINT_IAM, OTC_ENDPOINT_MODELARTS, OTC_ENDPOINT_DRS"),
    ("OTC_ENDPOINT_", HERE, "names no service"),
    ("OTC_ENDPOINT_DRS", "ftp://x", "'ftp://x': is not a URL"),
])
def test_a_variable_that_cannot_be_meant_is_named(name, url, words):
    with pytest.raises(InputError) as caught:
        endpoints_in({name: url})
    assert str(caught.value).startswith(f"{name}: {words}")


@pytest.mark.parametrize("text", ["Sec/ret", "12/ret", "12?ret", "12#ret", "12\\ret", "Sec@ret", "Sec:ret", "", "12", "a b", "//ret", "?#/\\"])
@pytest.mark.parametrize("scheme", ["https://", "http://", ""])
def test_a_login_in_a_url_is_refused_and_not_shown(text, scheme):
    with pytest.raises(InputError) as caught:
        base_url("auth_url", f"{scheme}agent:{text}@iam.example.com/v3")
    shown = str(caught.value)
    assert shown.endswith("***@iam.example.com/v3': is not a URL such as https://drs.eu-de.otc.t-systems.com")
    assert not text.strip("/") or text not in shown
