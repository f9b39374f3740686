# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where the services are: pure functions from settings and a token's catalog to base URLs.

Sources: OTC "Regions and Endpoints"; OTC IAM API reference, "Obtaining a User Token"; service types
`modelartsv1`/`modelartsv2` from python-otcextensions, `modelarts` and `drs` from catalog listings.
"""

from __future__ import annotations

import ipaddress
import re
import urllib.parse
from collections.abc import Iterable, Mapping
from typing import Any

from ansible_collections.otc.teardown.plugins.module_utils.errors import InputError
from ansible_collections.otc.teardown.plugins.module_utils.settings import Settings

CATALOG_NAMES = {
    "iam": frozenset({"identity", "iam", "keystone"}),
    "modelarts": frozenset({"modelarts", "modelartsv1", "modelartsv2"}),
    "drs": frozenset({"drs", "drsv3", "drsv5"}),
}
"""Service -> what it may be called in a catalog, as type or name; one that is not here is called as it is."""

_NOT_IN_URL = re.compile(r"[^A-Za-z0-9._~:/\[\]%-]")
_VERSION_AT_END = re.compile(r"/v\d+(\.\d+)?(/[^/]*)?$")


def iam_url(settings: Settings) -> str:
    """The base URL of IAM, ending in /v3. Raises InputError if nothing tells it."""
    given = settings.endpoints.get("iam")
    if given:
        return base_url("endpoints.iam", given) + "/v3"
    if settings.auth_url:
        return base_url("auth_url", settings.auth_url) + "/v3"
    if settings.region:
        return base_url("region", f"https://iam.{settings.region}.{settings.endpoint_domain}") + "/v3"
    raise InputError("region", None, "no region was given; set region or auth_url (or OS_REGION_NAME, OS_AUTH_URL)")


def service_url(service: str, settings: Settings, catalog: Iterable[Mapping[str, Any]] = ()) -> str:
    """The base URL of a service without version: `endpoints`, else the catalog, else the usual pattern.

    Raises InputError naming the option that would tell it.
    """
    given = settings.endpoints.get(service)
    if given:
        return base_url(f"endpoints.{service}", given)
    listed = _in_catalog(service, settings.region, catalog)
    if listed:
        url = base_url("the token's catalog", listed)
        if is_unencrypted(url) and iam_url(settings).startswith("https:"):
            raise InputError(f"endpoints.{service}", None, f"the token's catalog names {url}, where the token would not be "
                             "encrypted, though IAM is; set this option to that URL if it is meant")
        return url
    if settings.region:
        return base_url("region", f"https://{service}.{settings.region}.{settings.endpoint_domain}")
    raise InputError("region", None, f"no region was given; set region or endpoints.{service} (or OS_REGION_NAME)")


def check_urls(settings: Settings) -> None:
    """Raise InputError for a given URL that is none."""
    for service, url in settings.endpoints.items():
        base_url(f"endpoints.{service}", url)
    if settings.auth_url:
        base_url("auth_url", settings.auth_url)


def base_url(option: str, url: str) -> str:
    """A base URL without version, project or slash at its end; `https://` is added where no scheme is given.

    Raises InputError for what is not an http(s) URL of a host.
    """
    text = url.strip() if "://" in url else f"https://{url.strip()}"
    try:
        parts = urllib.parse.urlsplit(text)
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0 and parts.username is None
    except ValueError:
        usable = False
    if usable:
        base = f"{parts.scheme}://{parts.netloc}{_VERSION_AT_END.sub('', parts.path.rstrip('/'))}"
        if not _NOT_IN_URL.search(base):
            return base
    raise InputError(option, _without_userinfo(url), "is not a URL such as https://drs.eu-de.otc.t-systems.com")


def is_unencrypted(url: str) -> bool:
    """True for plain http to anything but this machine."""
    parts = urllib.parse.urlsplit(url)
    if parts.scheme != "http" or parts.hostname == "localhost":
        return False
    try:
        return not ipaddress.ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return True


def _without_userinfo(url: str) -> str:
    return re.sub(r"^([^:/]*://)?.*@", r"\1***@", url)


def _in_catalog(service: str, region: str | None, catalog: Iterable[Mapping[str, Any]]) -> str | None:
    urls: dict[str, str] = {}
    names = CATALOG_NAMES.get(service, frozenset({service}))
    for entry in catalog:
        if not any(entry.get(key) == name for key in ("type", "name") for name in names):
            continue
        endpoints = entry.get("endpoints")
        for endpoint in endpoints if isinstance(endpoints, list) else []:
            url = endpoint.get("url") if isinstance(endpoint, dict) else None
            if isinstance(url, str) and url and endpoint.get("interface") == "public":
                urls.setdefault(str(endpoint.get("region_id") or endpoint.get("region") or "*"), url)
    if region:
        return urls.get(region) or urls.get("*")
    if len(urls) > 1:
        raise InputError("region", None, f"the catalog has {service} in {', '.join(sorted(urls))}; set region")
    return next(iter(urls.values()), None)
