# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The base URLs of the services: pure functions of the settings and the catalog of a token.

Sources: OTC "Regions and Endpoints"; OTC IAM API reference, "Obtaining a User Token"; service types
`modelartsv1`/`modelartsv2` and `mrs` from python-otcextensions, `modelarts` and `drs` from catalog listings; `dayu-dlf` is the
host of DataArts Factory in the DataArts Studio API reference, "Endpoints".
"""

from __future__ import annotations

import ipaddress
import re
import urllib.parse
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ansible_collections.otc.teardown.plugins.module_utils._base.errors import InputError
from ansible_collections.otc.teardown.plugins.module_utils._base.suggestions import choice_of, did_you_mean
from ansible_collections.otc.teardown.plugins.module_utils._iam.settings import Settings

CATALOG_NAMES = {
    "iam": frozenset({"identity", "iam", "keystone"}),
    "modelarts": frozenset({"modelarts", "modelartsv1", "modelartsv2"}),
    "drs": frozenset({"drs", "drsv3", "drsv5"}),
    "dli": frozenset({"dli"}),
    "mrs": frozenset({"mrs"}),
    "dlf": frozenset({"dlf", "dayu-dlf"}),
}
"""Service -> its types and names in a catalog; a service that is not in this table has its own name there."""

_HOSTS = {"dlf": "dayu-dlf"}
"""Service -> how its usual host name begins, where that is not the name of the service."""

_NOT_IN_URL = re.compile(r"[^A-Za-z0-9._~:/\[\]%-]")
_VERSION_AT_END = re.compile(r"(/v\d+(\.\d+)?)?/auth/tokens$|/v\d+(\.\d+)?(/[^/]*)?$")
_LOOPBACK_IN_SHORT = re.compile(r"127(\.\d{1,3}){1,3}")
_ANY_ADDRESS = ("0.0.0.0", "::")  # servers print these as their listening address, and users copy them
_VARIABLE = "OTC_ENDPOINT_"


def iam_url(settings: Settings) -> str:
    """The base URL of IAM, ending in /v3. Raises InputError if no setting gives it."""
    given = settings.endpoints.get("iam")
    if given:
        return base_url("endpoints.iam", given) + "/v3"
    if settings.auth_url:
        return base_url("auth_url", settings.auth_url) + "/v3"
    if settings.region:
        return base_url("region", f"https://iam.{settings.region}.{settings.endpoint_domain}") + "/v3"
    raise InputError("region", None, "no region was given; set region or auth_url (or OS_REGION_NAME, OS_AUTH_URL)")


def service_url(service: str, settings: Settings, catalog: Sequence[Mapping[str, Any]] = ()) -> str:
    """The base URL of a service without version: from `endpoints`, else from the catalog, else from region and domain.

    Raises InputError, which names the option to set.
    """
    given = settings.endpoints.get(service)
    if given:
        return base_url(f"endpoints.{service}", given)
    listed = _in_catalog(service, settings.region, catalog)
    if listed:
        url = base_url("the token's catalog", listed)
        _refuse_to_leave_this_machine(service, url, settings)
        if is_unencrypted(url) and iam_url(settings).startswith("https:"):
            raise InputError(f"endpoints.{service}", None, f"the token's catalog names {url}, where the token would not be "
                             "encrypted, though IAM is; set this option to that URL if it is meant")
        return url
    if settings.region:
        _refuse_unlisted_region(settings.region, catalog)
        url = base_url("region", f"https://{_HOSTS.get(service, service)}.{settings.region}.{settings.endpoint_domain}")
        _refuse_to_leave_this_machine(service, url, settings)
        return url
    raise InputError("region", None, f"no region was given; set region or endpoints.{service} (or OS_REGION_NAME)")


def is_listed(service: str, settings: Settings, catalog: Iterable[Mapping[str, Any]]) -> bool:
    """Whether a catalog says where a service is. Raises InputError if it names several regions, and no region was given."""
    return _in_catalog(service, settings.region, catalog) is not None


def is_rehearsal(settings: Settings) -> bool:
    """Whether IAM is on this machine, so that nothing may be sent to the usual addresses of the cloud."""
    if not (settings.endpoints.get("iam") or settings.auth_url):
        return False
    iam = iam_url(settings)
    return _is_on_this_machine(iam) or urllib.parse.urlsplit(iam).hostname in _ANY_ADDRESS


def variable_of(service: str) -> str:
    """The environment variable with the base URL of a service."""
    return _VARIABLE + re.sub("[^A-Z0-9]", "_", service.upper())


def endpoints_in(environ: Mapping[str, str], services: Iterable[str] = ()) -> dict[str, str]:
    """Service -> base URL from the variables `OTC_ENDPOINT_<SERVICE>`; `services`: more services than those of the table.

    Raises InputError, which names the variable, if its service is unknown (with a misspelled variable, requests would go
    to the real cloud) or its value is not a URL.
    """
    known = {variable_of(service): service for service in [*CATALOG_NAMES, *services]}
    given = {name: url for name, url in environ.items() if name.startswith(_VARIABLE) and url and name != _VARIABLE + "DOMAIN"}
    for name, url in given.items():
        if name not in known:
            raise InputError(name, None, f"names no service; set one of {', '.join(known)}, or unset it{did_you_mean(name, known)}")
        base_url(name, url)
    return {known[name]: url for name, url in given.items()}


def check_urls(settings: Settings) -> None:
    """Raise InputError for a setting that must be a URL and is not."""
    for service, url in settings.endpoints.items():
        base_url(f"endpoints.{service}", url)
    if settings.auth_url:
        base_url("auth_url", settings.auth_url)


def base_url(option: str, url: str) -> str:
    """A base URL without version, project or slash at its end; `https://` is added if there is no scheme.

    Raises InputError, which names `option`, for anything that is not an http(s) URL with a host.
    """
    text = url.strip() if "://" in url else f"https://{url.strip()}"
    try:
        parts = urllib.parse.urlsplit(text)
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0 and "@" not in text
    except ValueError:
        usable = False
    if usable:
        base = f"{parts.scheme}://{parts.netloc}{_VERSION_AT_END.sub('', parts.path.rstrip('/'))}"
        if not _NOT_IN_URL.search(base):
            return base
    raise InputError(option, _without_userinfo(url), "is not a URL such as https://drs.eu-de.otc.t-systems.com")


def is_unencrypted(url: str) -> bool:
    """True for plain http to another machine."""
    return urllib.parse.urlsplit(url).scheme == "http" and not _is_on_this_machine(url)


def _is_on_this_machine(url: str) -> bool:
    """Whether a URL has a loopback address. RFC 6761, section 6.3, reserves `localhost` and all names below it."""
    host = (urllib.parse.urlsplit(url).hostname or "").rstrip(".")
    if host == "localhost" or host.endswith(".localhost") or _LOOPBACK_IN_SHORT.fullmatch(host):
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    inner = getattr(address, "ipv4_mapped", None) or address
    return bool(inner.is_loopback)


def _refuse_to_leave_this_machine(service: str, url: str, settings: Settings) -> None:
    """Raise InputError if IAM is on this machine and the URL is not: a test run must not reach the real cloud by a
    default address.
    """
    if is_rehearsal(settings) and not _is_on_this_machine(url):
        raise InputError(f"endpoints.{service}", None, f"is not given, and IAM is on this machine ({iam_url(settings)}), but "
                         f"without it requests would go to {url}; set it or {variable_of(service)}, to that URL if it is meant")


def given_nearby(settings: Settings) -> str | None:
    """A service whose given URL is on this machine, None if there is none."""
    return next((name for name, url in settings.endpoints.items() if _is_on_this_machine(base_url(name, url))), None)


def _without_userinfo(url: str) -> str:
    return re.sub(r"^([^:/]*://)?.*@", r"\1***@", url)


def _refuse_unlisted_region(region: str, catalog: Iterable[Mapping[str, Any]]) -> None:
    """Raise InputError if a catalog names regions, but not this one."""
    lists = [entry.get("endpoints") for entry in catalog]
    found = [endpoint for listed in lists if isinstance(listed, list) for endpoint in listed if isinstance(endpoint, dict)]
    regions = {str(endpoint[key]) for endpoint in found for key in ("region_id", "region") if endpoint.get(key)} - {"*"}
    if regions and region not in regions:
        raise InputError("region", region, f"is not a region of the token's catalog, which has {choice_of(regions)}"
                         f"{did_you_mean(region, regions)}; correct it, or set endpoints")


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
