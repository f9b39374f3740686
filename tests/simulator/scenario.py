# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Loads and validates scenario files, and adds defaults. docs/simulator.md describes the schema."""
from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from .checks import Check, ScenarioError, boolean, choice, integer, listing, mapping, number, string, text
from .faults import validate_fault
from .job_spec import JOB_LISTS
from .kinds import KINDS, SERVICES
from .quirks import DEFAULTS, QUIRKS

PROJECT_ID = "0123456789abcdef0123456789abcdef"
_DEFAULTS: dict[str, Any] = {
    "region": "eu-de",
    "domain": {"id": "fedcba9876543210fedcba9876543210", "name": "OTC-EU-DE-00000000001000000000"},
    "projects": [{"id": PROJECT_ID, "name": "eu-de"}],
    "users": [{"name": "deployer", "password": "simulator-password"}],
    "access_keys": [{"access_key": "SIMULATORAK000000001", "secret_key": "simulator-secret-key"}],
    "catalog": None,
    "iam": {},
    "token_life": 86400,
    "gateway_prefix": "APIGW",
    "stop_delay": 0.5,
    "latency": 0,
    "rate_limit": None,
    "faults": [],
    "seed": 0,
}
_IAM_DEFAULTS: dict[str, Any] = {
    "keystone": None, "error_shape": "keystone", "require_project_domain": True, "fill_placeholders": True,
    "lock_after": 5, "lock_seconds": 900, "key_lock_after": 5, "key_lock_seconds": 300,
}


def _quirk(name: str) -> Check:
    def check(value: Any, where: str) -> Any:
        chosen = QUIRKS[name].read(value)
        if chosen is None:
            raise ScenarioError(f"{where}: {value!r} is not {QUIRKS[name].describe()}")
        return chosen
    return check


def _stop_delay(value: Any, where: str) -> dict[str, float]:
    if isinstance(value, dict):
        return {resource: 0.5 for resource in KINDS} | mapping({resource: number() for resource in KINDS})(value, where)
    return dict.fromkeys(KINDS, number()(value, where))


def _nullable(check: Check) -> Check:
    return lambda value, where: None if value is None else check(value, where)


_SCHEMA = mapping({
    "region": text,
    "domain": mapping({"id": text, "name": text}, ("id", "name")),
    "projects": listing(mapping({"id": text, "name": text}, ("id", "name"))),
    "users": listing(mapping(
        {"name": text, "password": text, "id": text, "projects": listing(text), "may_list_projects": boolean, "enabled": boolean}, ("name", "password"))),
    "access_keys": listing(mapping(
        {"access_key": text, "secret_key": text, "security_token": text, "user": text, "projects": listing(text)}, ("access_key", "secret_key"))),
    "catalog": _nullable(listing(mapping({"type": text, "name": text, "url": text, "region": text, "interface": text}, ("type", "url")))),
    "iam": mapping({
        "keystone": _nullable(text), "error_shape": choice("keystone", "iam"), "require_project_domain": boolean, "fill_placeholders": boolean,
        "lock_after": integer(1), "lock_seconds": number(), "key_lock_after": integer(1), "key_lock_seconds": number(),
    }),
    "token_life": number(0, above=True),
    "gateway_prefix": string,
    "stop_delay": _stop_delay,
    "latency": number(),
    "rate_limit": _nullable(mapping(
        {"limit": integer(1), "seconds": number(0, above=True), "retry_after": boolean, "services": listing(choice("iam", *SERVICES))},
        ("limit", "seconds"))),
    "quirks": mapping({name: _quirk(name) for name in QUIRKS}),
    "faults": listing(validate_fault),
    "seed": integer(),
    **JOB_LISTS,
})


def validate(scenario: Any) -> dict[str, Any]:
    """Return the scenario with all defaults, or raise ScenarioError."""
    given = _SCHEMA({} if scenario is None else scenario, "")
    full = {**_SCHEMA(_DEFAULTS, ""), **{name: [] for name in JOB_LISTS}, **given}
    full["iam"] = {**_IAM_DEFAULTS, **full["iam"]}
    full["quirks"] = {**DEFAULTS, **given.get("quirks", {})}
    if not full["projects"]:
        raise ScenarioError("projects: at least one is needed")
    _check_references(full)
    return full


def _check_references(full: dict[str, Any]) -> None:
    """Raise ScenarioError for a reference to a project, by id or by name, that does not exist."""
    known = {project[key] for project in full["projects"] for key in ("id", "name")}
    for name in ("users", "access_keys"):
        for index, entry in enumerate(full[name]):
            for project in entry.get("projects", []):
                if project not in known:
                    raise ScenarioError(f"{name}[{index}].projects: {project!r} is not one of the projects")
    for name in JOB_LISTS:
        for index, entry in enumerate(full[name]):
            if entry.get("project", full["projects"][0]["id"]) not in known:
                raise ScenarioError(f"{name}[{index}].project: {entry['project']!r} is not one of the projects")


def load(path: str | Path) -> Any:
    """Read a scenario file, JSON by its suffix and YAML otherwise; it is not validated yet."""
    try:
        source = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        raise ScenarioError(f"cannot read the scenario {path}: {problem}") from None
    if str(path).endswith(".json"):
        try:
            return json.loads(source)
        except ValueError as problem:
            raise ScenarioError(f"{path} is not JSON: {problem}") from None
    return _load_yaml(source, path)


def _load_yaml(source: str, path: str | Path) -> Any:
    import yaml  # only here: scenarios given as JSON or as a dict do not need it
    try:
        return yaml.safe_load(source)
    except yaml.YAMLError as problem:
        raise ScenarioError(f"{path} is not YAML: {problem}") from None
