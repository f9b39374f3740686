# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Connection settings from three sources: options, environment, clouds.yaml.

An option has priority over the environment. If an option or `OS_CLOUD` names an entry of clouds.yaml, the other `OS_*`
variables are ignored, as openstacksdk does (`OpenStackConfig.get_one`, where they are an entry of their own). The login
method comes from the first source that has credentials.
"""

from __future__ import annotations

import dataclasses
import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

from ansible_collections.otc.teardown.plugins.module_utils._base.errors import InputError
from ansible_collections.otc.teardown.plugins.module_utils._base.text import why_not_a_path_segment

PASSWORD, TOKEN, KEYS = "password", "token", "access_key"

SECRET_OPTIONS = ("password", "token", "secret_key", "security_token")

ENVIRONMENT: dict[str, tuple[str, ...]] = {
    "auth_url": ("OS_AUTH_URL",),
    "region": ("OS_REGION_NAME",),
    "project_id": ("OS_PROJECT_ID", "OS_TENANT_ID"),
    "project_name": ("OS_PROJECT_NAME", "OS_TENANT_NAME"),
    "username": ("OS_USERNAME",),
    "password": ("OS_PASSWORD",),
    "domain_name": ("OS_USER_DOMAIN_NAME", "OS_DOMAIN_NAME"),
    "domain_id": ("OS_USER_DOMAIN_ID", "OS_DOMAIN_ID"),
    "project_domain_name": ("OS_PROJECT_DOMAIN_NAME",),
    "project_domain_id": ("OS_PROJECT_DOMAIN_ID",),
    "token": ("OS_TOKEN", "OS_AUTH_TOKEN"),
    "access_key": ("OS_ACCESS_KEY", "HUAWEICLOUD_SDK_AK"),
    "secret_key": ("OS_SECRET_KEY", "HUAWEICLOUD_SDK_SK"),
    "security_token": ("OS_SECURITY_TOKEN", "HUAWEICLOUD_SDK_SECURITY_TOKEN"),
    "endpoint_domain": ("OTC_ENDPOINT_DOMAIN",),
    "ca_cert": ("OS_CACERT",),
}
"""Option -> environment variables; the first one that is set is used. The `OTC_*` variables also apply with `cloud`."""

# Options of a group describe one object, so all of them come from the same source.
_TOGETHER = (
    ("project_id", "project_name"),
    ("access_key", "secret_key", "security_token"),
    ("domain_name", "domain_id"),
    ("project_domain_name", "project_domain_id"),
)
# If one of the first variables is set, the second ones are ignored: otherwise two projects, accounts or keys would mix.
_INSTEAD_OF = (
    (("OS_PROJECT_ID", "OS_PROJECT_NAME"), ("OS_TENANT_ID", "OS_TENANT_NAME")),
    (("OS_USER_DOMAIN_ID", "OS_USER_DOMAIN_NAME"), ("OS_DOMAIN_ID", "OS_DOMAIN_NAME")),
    (("OS_ACCESS_KEY", "OS_SECRET_KEY"), ("HUAWEICLOUD_SDK_AK", "HUAWEICLOUD_SDK_SK", "HUAWEICLOUD_SDK_SECURITY_TOKEN")),
)

# The options of each login method; if one source has several methods, the first one is used.
_METHODS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (TOKEN, ("token",)),
    (KEYS, ("access_key", "secret_key", "security_token")),
    (PASSWORD, ("username", "password")),
)
_IN_HEADERS = ("token", "access_key", "security_token", "project_id")


@dataclasses.dataclass(frozen=True)
class Settings:
    """All settings for the login and for finding the services. Its repr contains no secrets."""

    method: str
    auth_url: str | None = None
    region: str | None = None
    project_id: str | None = None
    project_name: str | None = None
    username: str | None = None
    password: str | None = dataclasses.field(default=None, repr=False)
    user_domain: Mapping[str, str] = dataclasses.field(default_factory=dict)
    project_domain: Mapping[str, str] = dataclasses.field(default_factory=dict)
    token: str | None = dataclasses.field(default=None, repr=False)
    access_key: str | None = None
    secret_key: str | None = dataclasses.field(default=None, repr=False)
    security_token: str | None = dataclasses.field(default=None, repr=False)
    endpoints: Mapping[str, str] = dataclasses.field(default_factory=dict)
    endpoint_domain: str = "otc.t-systems.com"
    verify: bool | str = True

    @property
    def secrets(self) -> tuple[str, ...]:
        """The secrets among the settings."""
        return tuple(value for value in (getattr(self, name) for name in SECRET_OPTIONS) if value)


def resolve(
    params: Mapping[str, Any],
    environ: Mapping[str, str],
    load_cloud: Callable[[str, str | None], Mapping[str, Any]],
    project_needed: bool = True,
    warn: Callable[[str], None] = lambda text: None,
) -> Settings:
    """The settings for a task, complete and without contradictions.

    `params`: module options. `environ`: the environment. `load_cloud` (name, region) reads an entry of clouds.yaml, with
    the names of the options as keys. `warn` gets a warning about ignored variables that differ from the entry.
    Raises InputError, which names the option.
    """
    explicit = {key: value for key, value in params.items() if value not in (None, "")}
    _refuse_two_logins(explicit)
    name = explicit.get("cloud") or environ.get("OS_CLOUD")
    environment = _from_environment(environ, without_os=bool(name))
    cloud = load_cloud(name, explicit.get("region")) if name else {}
    if name and "cloud" not in explicit:
        _warn_of_left_out(environ, explicit, cloud, warn)
    places = (explicit, environment, cloud)
    method = _method(places)
    values = _merge(places, method)
    settings = _build(method, values, explicit, cloud)
    _refuse_incomplete(settings, project_needed)
    return settings


def _from_environment(environ: Mapping[str, str], without_os: bool) -> dict[str, str]:
    found = {}
    outdone = {name for names, others in _INSTEAD_OF if any(environ.get(name) for name in names) for name in others}
    for option, names in ENVIRONMENT.items():
        usable = [name for name in names if name.startswith("OTC_") or not (without_os or name in outdone)]
        value = next((environ[name] for name in usable if environ.get(name)), None)
        if value is not None:
            found[option] = value
    return found


def _warn_of_left_out(
    environ: Mapping[str, str], explicit: Mapping[str, Any], cloud: Mapping[str, Any], warn: Callable[[str], None]
) -> None:
    """Warn about ignored variables that differ from the entry. Only names are shown: values may be secrets."""
    given = {key for group in _TOGETHER if explicit.keys() & set(group) for key in group} | explicit.keys()
    names = [
        name for option, names in ENVIRONMENT.items() if option not in given
        for name in names if environ.get(name) and not name.startswith("OTC_") and not _agrees(environ[name], option, cloud)
    ]
    if names:
        warn(f"OS_CLOUD names an entry of clouds.yaml, and only that entry is used, as in openstacksdk. These variables "
             f"differ from it and are ignored: {', '.join(names)}; unset them, or unset OS_CLOUD")


def _agrees(value: str, option: str, cloud: Mapping[str, Any]) -> bool:
    # Without a domain of the project, the domain of the user is used.
    said = cloud.get(option) or cloud.get(option.replace("project_domain_", "domain_"))
    return value.rstrip("/") == str(said).rstrip("/")


def _refuse_two_logins(explicit: Mapping[str, Any]) -> None:
    given = {method: [key for key in keys if key in explicit] for method, keys in _METHODS}
    used = {method: keys for method, keys in given.items() if keys}
    if len(used) > 1:
        named = " and ".join("/".join(keys) for keys in used.values())
        raise InputError(named, None, "two ways to log in were given at once; keep one of token, "
                         "access_key with secret_key, or username with password")


def _method(places: tuple[Mapping[str, Any], ...]) -> str:
    for place in places:
        for method, keys in _METHODS:
            if any(place.get(key) for key in keys):
                return method
    other = next((place["auth_type"] for place in places if place.get("auth_type")), None)
    if other:
        raise InputError("cloud", None, f"its entry in clouds.yaml logs in by auth_type {other}, which this collection cannot; "
                         "give username and password, a token, or access_key and secret_key, in the entry or as options")
    raise InputError("username", None, "no way to log in was given; set username and password, token, or access_key "
                     "and secret_key, or name an entry of clouds.yaml with cloud (each also in the environment)")


def _merge(places: tuple[Mapping[str, Any], ...], method: str) -> dict[str, Any]:
    """One value per option, from the first source that has it; the options of a group come from the same source."""
    values: dict[str, Any] = {}
    for group in _TOGETHER:
        place = next((place for place in places if any(place.get(key) for key in group)), {})
        values.update({key: place.get(key) for key in group})
    for key in ("auth_url", "region", "username", "password", "token", "endpoint_domain", "ca_cert"):
        values[key] = next((place[key] for place in places if place.get(key)), None)
    foreign = {key for other, keys in _METHODS if other != method for key in keys}
    return {key: None if key in foreign else value for key, value in values.items()}


def _build(method: str, values: Mapping[str, Any], explicit: Mapping[str, Any], cloud: Mapping[str, Any]) -> Settings:
    user_domain = _domain(values["domain_id"], values["domain_name"])
    validate = explicit.get("validate_certs")
    if validate is None:
        # A CA file from an option or the environment means that certificates must be checked.
        nearer = values["ca_cert"] and values["ca_cert"] != cloud.get("ca_cert")
        validate = True if nearer else cloud.get("validate_certs", True)
    return Settings(
        method=method,
        user_domain=user_domain,
        project_domain=_domain(values["project_domain_id"], values["project_domain_name"]) or user_domain,
        endpoints={**cloud.get("endpoints", {}), **explicit.get("endpoints", {})},
        endpoint_domain=values["endpoint_domain"] or "otc.t-systems.com",
        verify=False if validate is False else (values["ca_cert"] or True),
        **{key: values[key] for key in (
            "auth_url", "region", "project_id", "project_name", "username", "password", "token",
            "access_key", "secret_key", "security_token",
        )},
    )


def _domain(identifier: str | None, name: str | None) -> dict[str, str]:
    if identifier:
        return {"id": identifier}
    return {"name": name} if name else {}


def _refuse_incomplete(settings: Settings, project_needed: bool) -> None:
    if settings.method == PASSWORD:
        _need(settings.username, "username", "is needed with password; set it or OS_USERNAME")
        _need(settings.password, "password", "is needed with username; set it or OS_PASSWORD")
        _need(settings.user_domain, "domain_name",
              "is needed with username and password (the account name, for example OTC-EU-DE-000000000010000xxxxx); "
              "set it or OS_USER_DOMAIN_NAME")
    if settings.method == KEYS:
        _need(settings.access_key, "access_key", "is needed with secret_key; set it or OS_ACCESS_KEY")
        _need(settings.secret_key, "secret_key", "is needed with access_key; set it or OS_SECRET_KEY")
    for option in SECRET_OPTIONS:
        if any(unicodedata.category(char) == "Cc" for char in getattr(settings, option) or ""):
            raise InputError(option, None, "holds a line break or another control character; remove it")
    sent = {option: getattr(settings, option) for option in _IN_HEADERS}
    for option, value in {**sent, "domain_id": settings.user_domain.get("id")}.items():
        if value and not re.fullmatch("[!-~]+", value):
            raise InputError(option, None, "holds a blank or a character beyond ASCII, which no header can carry; correct it")
    for option in ("project_id", "region", "endpoint_domain"):
        value = getattr(settings, option)
        reason = why_not_a_path_segment(value) if value else None
        if reason:
            raise InputError(option, value, f"{reason}; correct it")
    project_known = settings.project_id or settings.project_name or settings.method == TOKEN
    if project_needed and not project_known:
        raise InputError("project_name", None, "no project was given; set project_id or project_name (for example "
                         "eu-de or eu-de_team), or OS_PROJECT_ID or OS_PROJECT_NAME")


def _need(value: Any, option: str, remedy: str) -> None:
    if not value:
        raise InputError(option, None, remedy)
