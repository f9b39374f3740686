# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads entries of clouds.yaml with the loader of openstacksdk, which is imported only when needed."""

from __future__ import annotations

import os
import traceback
from collections.abc import Mapping
from typing import Any

from ansible_collections.otc.teardown.plugins.module_utils._base.errors import InputError, MissingLibrary
from ansible_collections.otc.teardown.plugins.module_utils._base.files import why_no_file

_SERVICES = {
    "iam": ("identity",),
    "modelarts": ("modelarts", "modelartsv1", "modelartsv2"),
    "drs": ("drs", "drsv3"),
}


def load_cloud(name: str, region: str | None) -> dict[str, Any]:
    """The entry `name` of clouds.yaml, with the names of the module options as keys.

    Searches the usual places of OpenStack (including `OS_CLIENT_CONFIG_FILE`). Raises InputError for an unknown entry
    or region, MissingLibrary without openstacksdk.
    """
    try:
        from openstack.config import loader
    except ImportError:
        raise MissingLibrary("openstacksdk", traceback.format_exc(), "to read clouds.yaml (option cloud)") from None
    try:
        files = [os.environ["OS_CLIENT_CONFIG_FILE"]] if os.environ.get("OS_CLIENT_CONFIG_FILE") else []
        secure = [os.environ["OS_CLIENT_SECURE_FILE"]] if os.environ.get("OS_CLIENT_SECURE_FILE") else []
        _refuse_what_is_no_file(name, files + secure + loader.CONFIG_FILES + loader.SECURE_FILES + loader.VENDOR_FILES)
        config = loader.OpenStackConfig(
            config_files=files + loader.CONFIG_FILES, secure_files=secure + loader.SECURE_FILES, load_envvars=False
        )
        if name not in config.get_cloud_names():
            raise InputError("cloud", name, _unknown(config.get_cloud_names()))
        entry = config.get_one(cloud=name, region_name=region or "", validate=False).config
        return from_entry(entry)
    except InputError:
        raise
    except Exception as error:  # openstacksdk raises errors of any type for a malformed file
        raise InputError("cloud", name, f"cannot be read from clouds.yaml: {error}") from None


# Supported login methods; openstacksdk fills in `password` if an entry names none.
_LOGINS = frozenset({"", "password", "v3password", "token", "v3token"})


def _other_login(entry: Mapping[str, Any]) -> str | None:
    """The login method of an entry if this collection does not support it, otherwise None."""
    wanted = str(entry.get("auth_type") or "").lower()
    if wanted in ("", "password") and (entry.get("auth") or {}).get("application_credential_id"):
        return "v3applicationcredential"
    return None if wanted in _LOGINS else wanted


def from_entry(entry: Mapping[str, Any]) -> dict[str, Any]:
    """A merged clouds.yaml entry as module options; access and secret key may be inside or outside `auth`.

    The result has `auth_type` only for an unsupported login method; then it has no username, password and token.
    """
    auth = entry.get("auth") or {}
    region = entry.get("region_name") or None
    found = {
        "region": region,
        "auth_url": _url(auth.get("auth_url"), region),
        "username": auth.get("username"),
        "password": auth.get("password"),
        "token": auth.get("token"),
        "domain_name": auth.get("user_domain_name") or auth.get("domain_name"),
        "domain_id": auth.get("user_domain_id") or auth.get("domain_id"),
        "project_domain_name": auth.get("project_domain_name"),
        "project_domain_id": auth.get("project_domain_id"),
        "project_id": auth.get("project_id"),
        "project_name": auth.get("project_name"),
        "access_key": _first((entry, auth), ("access_key", "ak")),
        "secret_key": _first((entry, auth), ("secret_key", "sk")),
        "security_token": _first((entry, auth), ("security_token",)),
        "ca_cert": entry.get("cacert"),
        "validate_certs": entry.get("verify"),
        "endpoints": _endpoints(entry),
    }
    other = _other_login(entry)
    if other:
        found.update(username=None, password=None, token=None, auth_type=other)
    return {key: value for key, value in found.items() if value not in (None, "", {})}


def _refuse_what_is_no_file(name: str, paths: list[str]) -> None:
    for path in filter(os.path.exists, paths):
        reason = why_no_file(path)
        if reason:
            raise InputError("cloud", name, f"{path} {reason}; clouds.yaml and secure.yaml must be regular files")


def _unknown(names: list[str]) -> str:
    known = ", ".join(sorted(names)) or "none"
    return f"is not an entry of clouds.yaml; entries found: {known}"


def _url(url: str | None, region: str | None) -> str | None:
    return url.replace("{region_name}", region or "") if url else None


def _first(places: tuple[Mapping[str, Any], ...], keys: tuple[str, ...]) -> Any:
    return next((place[key] for place in places for key in keys if place.get(key)), None)


def _endpoints(entry: Mapping[str, Any]) -> dict[str, str]:
    overrides = {
        service: _first((entry,), tuple(f"{name}_endpoint_override" for name in names))
        for service, names in _SERVICES.items()
    }
    return {service: url for service, url in overrides.items() if url}
