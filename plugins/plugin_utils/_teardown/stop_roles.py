# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Checks the types of the variables of the roles that stop jobs without a plan; the module `jobs` checks all else. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.otc.teardown.plugins.plugin_utils._teardown import variables as v

_HANDLED = ("fail", "warn", "ignore")
_CHECKS: Mapping[str, v.Check] = {
    "resources": v.kinds, "all": v.boolean, "families": v.boolean, "preview": v.boolean, "wait": v.boolean, "force": v.boolean,
    "on_missing": v.choice(*_HANDLED), "on_timeout": v.choice(*_HANDLED[:2]), "on_unclear": v.choice(*_HANDLED[:2]),
    "drs_api": v.choice("auto", "v5", "v3"), "journal": v.path,
}
_WITHIN: Mapping[str, v.Check] = {
    "wait_timeout": v.seconds, "wait_interval": v.seconds, "force_after": v.seconds_or_never, "max_stops": v.whole, "concurrency": v.whole,
}
_DICTIONARIES = ("filters", "filters_by_resource", "exclude", "connection")


def role_errors(given: Mapping[str, Any], role: str, found: Sequence[str], known: Sequence[str]) -> list[str]:
    """What is wrong with the variables of a role, each with name, value and remedy; empty if nothing is.

    `given`: the variables without the prefix of the role. `found`: the names of variables that the role does not have.
    `known`: the names of those that it has.
    """
    prefix = f"{role}_"
    reader = v.Reader(prefix, given)
    for name in given:
        if name in _CHECKS:
            reader.read(name, _CHECKS[name])
        elif name in _WITHIN:
            reader.within(name, _WITHIN[name])
        elif name in _DICTIONARIES:
            reader.read(name, v.dictionary(prefix + name))
        elif name == "jobs":
            reader.read(name, v.rows(prefix + name))
    return [*v.unknown(role, found, known), *reader.errors]
