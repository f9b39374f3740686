# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The environment of a rehearsal, as lines for a shell. docs/rehearse.md says to copy them."""
from __future__ import annotations

import shlex
from collections.abc import Mapping
from typing import Any

# Variables of another login win over user name and password, and OS_CLOUD over all of them.
_ELSEWHERE = (
    "OS_CLOUD", "OS_TOKEN", "OS_AUTH_TOKEN", "OS_ACCESS_KEY", "OS_SECRET_KEY", "OS_SECURITY_TOKEN", "HUAWEICLOUD_SDK_AK",
    "HUAWEICLOUD_SDK_SK", "HUAWEICLOUD_SDK_SECURITY_TOKEN", "OS_PROJECT_ID", "OS_USER_DOMAIN_ID", "OS_PROJECT_DOMAIN_ID",
    "OS_PROJECT_DOMAIN_NAME",
)


def environment(scenario: Mapping[str, Any], url: str, endpoints: Mapping[str, str]) -> list[str]:
    """Return the lines that log a shell in as the first user, to the first project; none if a real Keystone has the users."""
    if scenario["iam"]["keystone"] or not scenario["users"]:
        return []
    user = scenario["users"][0]
    login = {
        "OS_AUTH_URL": endpoints["iam"], "OS_REGION_NAME": scenario["region"], "OS_PROJECT_NAME": scenario["projects"][0]["name"],
        "OS_USERNAME": user["name"], "OS_PASSWORD": user["password"], "OS_USER_DOMAIN_NAME": scenario["domain"]["name"],
    }
    # A key has no catalog, and a variable that is left from a real cloud wins over the catalog.
    services = {f"OTC_ENDPOINT_{service.upper()}": address for service, address in endpoints.items()}
    groups = (dict(list(login.items())[:3]), dict(list(login.items())[3:]), services, {"SIMULATOR": url})
    return [f"unset {' '.join(_ELSEWHERE)}", *map(_export, groups), 'export NO_PROXY="127.0.0.1,localhost,$NO_PROXY"']


def _export(variables: Mapping[str, str]) -> str:
    return "export " + " ".join(f"{name}={shlex.quote(value)}" for name, value in variables.items())
