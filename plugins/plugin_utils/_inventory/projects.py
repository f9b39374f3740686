# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Turns projects into hosts of an inventory. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from ansible_collections.otc.teardown.plugins.module_utils._base import patterns
from ansible_collections.otc.teardown.plugins.module_utils._base.errors import InputError
from ansible_collections.otc.teardown.plugins.module_utils._base.text import plain
from ansible_collections.otc.teardown.plugins.module_utils._iam.identity import Identity
from ansible_collections.otc.teardown.plugins.module_utils._iam.settings import SECRET_OPTIONS
from ansible_collections.otc.teardown.plugins.module_utils._modules.argument_spec import connection_spec

# Texts that Ansible cannot read as a template or as a host pattern.
_USABLE = re.compile(r"[\w.@-]+")
_REGION = re.compile(r"[a-z]{2}-[a-z0-9-]+")

_LOGINS = (("username", "password"), ("access_key", "secret_key", "security_token"), ("token",))
_OF_THE_HOST = ("region", "project_id", "project_name")


class Wish(NamedTuple):
    """The request of an inventory file: regions, and shell patterns for names of projects (to select, exclude, group)."""

    regions: Sequence[str] = ()
    names: Sequence[str] = ()
    exclude: Sequence[patterns.Entry] = ()
    name_groups: Mapping[str, Sequence[str]] = {}
    host_prefix: str = ""


class Host(NamedTuple):
    """One project as a host: its name in the inventory, its region, its groups, its row."""

    name: str
    region: str
    groups: tuple[str, ...]
    project: Mapping[str, Any]

    def variables(self, connection: Mapping[str, Any]) -> dict[str, Any]:
        """The variables of the host; `connection` are the options that all hosts of the file share."""
        return {
            "otc_project_id": self.project["id"],
            "otc_project_name": self.project["name"],
            "otc_region": self.region,
            "otc_domain_id": _usable(self.project["domain_id"]),
            "otc_domain_name": _usable(self.project["domain_name"]),
            "teardown_connection": {**connection, "region": self.region, "project_id": self.project["id"]},
        }


def read_wish(given: Mapping[str, Any], host_prefix: str = "") -> Wish:
    """The request of a file, from its options as the user wrote them (templates evaluated).

    Every reading of an exclusion excludes; a selection must have exactly one reading. Raises InputError, which names the
    option and the remedy, for null, empty values and anything that is not text.
    """
    groups = given.get("name_groups", {})
    if not isinstance(groups, Mapping):
        raise InputError("name_groups", None if groups is None else str(groups), "is not a dictionary of groups with shell patterns")
    chosen = {option: patterns.read_patterns(option, given[option]) for option in ("regions", "names") if option in given}
    for option, texts in chosen.items():
        if not texts:
            raise InputError(option, None, "is an empty list; remove it if everything is wanted")
    return Wish(
        **chosen,
        exclude=patterns.read_names("exclude", given.get("exclude", [])),
        name_groups={str(group): patterns.read_patterns(f"name_groups.{group}", texts) for group, texts in groups.items()},
        host_prefix=host_prefix,
    )


def rows_of(listed: Iterable[Mapping[str, Any]], identity: Identity | None) -> list[dict[str, Any]]:
    """Per enabled project a row with `id`, `name`, `domain_id` and `domain_name`. The rows may be cached: no secrets."""
    account = identity.domain if identity else {}
    rows = []
    for project in listed:
        row = {key: project.get(key) if isinstance(project.get(key), str) else None for key in ("id", "name", "domain_id")}
        known = row["domain_id"] is not None and row["domain_id"] == account.get("id")
        if row["id"] and row["name"] and project.get("enabled") is not False:
            rows.append({**row, "domain_name": account.get("name") if known else None})
    return rows


def region_of(project_name: str, regions: Sequence[str]) -> str | None:
    """The region of a project: its name up to the first `_`, if that is in `regions` (if `regions` is empty: if it looks
    like a region); otherwise None.

    Source: OTC IAM API reference, "Creating a Project": names begin with the region. A project without a region, such as
    `MOS` for the object storage, gives no access to other services.
    """
    region = project_name.partition("_")[0]
    fits = region in regions if regions else _REGION.fullmatch(region)
    return region if fits else None


def hosts_of(projects: Sequence[Mapping[str, Any]], wish: Wish) -> tuple[list[Host], list[str]]:
    """(hosts sorted by name, warnings) for these projects.

    Raises InputError if two projects would become the same host.
    """
    hosts: dict[str, Host] = {}
    warnings = _patterns_without_match([project["name"] for project in projects], wish)
    for project in sorted(projects, key=lambda one: (one["name"], one["id"])):
        name, region = project["name"], region_of(project["name"], wish.regions)
        chosen = not wish.names or _matches(name, wish.names)
        if region is None or not chosen or any(entry.fits(name) for entry in wish.exclude):
            continue
        if not (_usable(name) and _usable(project["id"])):
            warnings.append(f"project {name!r} ({project['id']}) is left out: a host cannot have such a name")
            continue
        groups = [group for group, patterns in wish.name_groups.items() if _matches(name, patterns)]
        host = Host(wish.host_prefix + name, region, (region_group(region), *groups), project)
        other = hosts.setdefault(host.name, host)
        if other.project["id"] != project["id"]:
            raise InputError("project_id", None, f"projects {other.project['id']} and {project['id']} are both named {name}, "
                             "and an inventory cannot have two hosts of one name; choose one of them by its ID")
    if not hosts:
        known = ", ".join(sorted(project["name"] for project in projects)) or "none"
        warnings.append(f"no project fits; those that can be entered: {known}")
    return list(hosts.values()), [plain(warning) for warning in warnings]


def region_group(region: str) -> str:
    """The group of all projects of a region."""
    return "otc_region_" + re.sub(r"\W", "_", region)


def without_aliases(config: Mapping[str, Any]) -> dict[str, Any]:
    """The connection options in an inventory file, unevaluated, with aliases replaced by the names of the options."""
    spec = connection_spec()
    names = {alias: option for option, facts in spec.items() for alias in (option, *facts.get("aliases", ()))}
    return {names[key]: value for key, value in config.items() if key in names and value is not None}


def shared_connection(given: Mapping[str, Any], params: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """(connection options for the hosts, warnings).

    `given` are the options as written in the file, `params` the same options evaluated. A secret is passed on only as
    an unevaluated template (Ansible evaluates it for each task) or as vaulted text.
    """
    login = {option for options in _LOGINS for option in options}
    shared = {option: params[option] for option in given if option not in login and option not in _OF_THE_HOST}
    warnings = []
    for options in _LOGINS:
        present = [option for option in options if option in given]
        readable = [option for option in present if option in SECRET_OPTIONS and not _is_covered(given[option])]
        if readable:
            warnings.append(f"{', '.join(readable)}: in plain text, so not passed on to the hosts; use a template, a "
                            "vaulted text or the environment")
            present = [option for option in present if option == "username"]
        shared.update({option: given[option] if option in SECRET_OPTIONS else params[option] for option in present})
    return shared, warnings


def _patterns_without_match(names: Sequence[str], wish: Wish) -> list[str]:
    asked = [("names", wish.names), *((f"name_groups.{group}", texts) for group, texts in wish.name_groups.items())]
    entries = [(option, patterns.Entry(text, (text,))) for option, texts in asked for text in texts]
    entries += [("exclude", entry) for entry in wish.exclude]
    return [
        f"{option}: {entry.given!r} matches no project that can be entered{entry.hint}"
        for option, entry in entries if not any(entry.fits(name) for name in names)
    ]


def _matches(name: str, wanted: Iterable[str]) -> bool:
    return any(patterns.fits(pattern, name) for pattern in wanted)


def _is_covered(value: Any) -> bool:
    if isinstance(value, str):
        return "{{" in value or "{%" in value
    return not isinstance(value, (int, float))  # encrypted text has its own type


def _usable(value: Any) -> str | None:
    return value if isinstance(value, str) and _USABLE.fullmatch(value) else None
