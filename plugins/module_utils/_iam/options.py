# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options -> settings -> client, for modules and the inventory plugin; all checks come before the first request."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ansible_collections.otc.teardown.plugins.module_utils._base.errors import InputError
from ansible_collections.otc.teardown.plugins.module_utils._base.files import why_no_file
from ansible_collections.otc.teardown.plugins.module_utils._base.signals import Ending
from ansible_collections.otc.teardown.plugins.module_utils._base.text import Redactor
from ansible_collections.otc.teardown.plugins.module_utils._http.client import Client
from ansible_collections.otc.teardown.plugins.module_utils._http.transport import TransportOptions
from ansible_collections.otc.teardown.plugins.module_utils._iam import endpoints
from ansible_collections.otc.teardown.plugins.module_utils._iam.clouds_yaml import load_cloud
from ansible_collections.otc.teardown.plugins.module_utils._iam.settings import Settings, resolve

LONGEST_READING = 3600.0
"""Seconds after which a task without a deadline of its own stops waiting and retrying."""


def settings_of(
    params: Mapping[str, Any],
    redact: Redactor,
    project_needed: bool = True,
    warn: Callable[[str], None] = lambda text: None,
    services: Sequence[str] = (),
) -> Settings:
    """The checked settings from these options and the environment; their secrets are added to `redact`.

    `warn` gets warnings for the user; `services` are the services of the caller.
    Raises InputError, which names the option, and MissingLibrary if clouds.yaml is needed and openstacksdk is missing.
    """
    given = {name: url for name, url in (params["endpoints"] or {}).items() if url}
    urls = {**endpoints.endpoints_in(os.environ, services), **given}
    settings = resolve({**params, "endpoints": urls}, os.environ, load_cloud, project_needed, warn)
    redact.add(*settings.secrets)
    endpoints.check_urls(settings)
    reason = why_no_file(settings.verify, folder_too=True) if isinstance(settings.verify, str) else None
    if reason:
        raise InputError("ca_cert", settings.verify, f"{reason}; name a file with certificates")
    return settings


def client_of(
    params: Mapping[str, Any],
    settings: Settings,
    redact: Redactor,
    check_mode: bool = False,
    deadline: float | None = None,
    ending: Ending | None = None,
) -> Client:
    """A client for these options, not yet logged in. Without `deadline`, its deadline is LONGEST_READING from now."""
    options = TransportOptions(
        verify=settings.verify,
        timeout=params["api_timeout"],
        tries=params["api_retries"],
        connections=params.get("concurrency", 1),
    )
    return Client(options, redact, check_mode=check_mode, deadline=deadline, ending=ending, longest=LONGEST_READING)


def why_insecure(url: str) -> str | None:
    """A warning if the traffic to a URL is not encrypted; None if it is."""
    if endpoints.is_unencrypted(url):
        return f"{url} is not encrypted: anyone on the network path can read the credentials; use https"
    return None
