# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From options to a client: what modules and the inventory plugin have in common, checked before any request."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from ansible_collections.otc.teardown.plugins.module_utils import catalog
from ansible_collections.otc.teardown.plugins.module_utils.client import Client
from ansible_collections.otc.teardown.plugins.module_utils.clouds import load_cloud
from ansible_collections.otc.teardown.plugins.module_utils.errors import InputError
from ansible_collections.otc.teardown.plugins.module_utils.files import why_no_file
from ansible_collections.otc.teardown.plugins.module_utils.settings import Settings, resolve
from ansible_collections.otc.teardown.plugins.module_utils.text import Redactor
from ansible_collections.otc.teardown.plugins.module_utils.transport import TransportOptions


def settings_of(params: Mapping[str, Any], redact: Redactor, project_needed: bool = True) -> Settings:
    """The settings in these options and the environment, all checked; `redact` learns the secrets in them.

    Raises InputError naming the option, MissingLibrary where clouds.yaml cannot be read.
    """
    endpoints = {name: url for name, url in (params["endpoints"] or {}).items() if url}
    settings = resolve({**params, "endpoints": endpoints}, os.environ, load_cloud, project_needed)
    redact.add(*settings.secrets)
    catalog.check_urls(settings)
    reason = why_no_file(settings.verify, folder_too=True) if isinstance(settings.verify, str) else None
    if reason:
        raise InputError("ca_cert", settings.verify, f"{reason}; name a file with certificates")
    return settings


def client_of(params: Mapping[str, Any], settings: Settings, redact: Redactor, check_mode: bool = False) -> Client:
    """A client for these options, not yet logged in."""
    options = TransportOptions(
        verify=settings.verify,
        timeout=params["api_timeout"],
        tries=params["api_retries"],
        connections=params.get("concurrency", 1),
    )
    return Client(options, redact, check_mode=check_mode)


def why_insecure(url: str) -> str | None:
    """A warning about a URL whose traffic others can read; None if they cannot."""
    if catalog.is_unencrypted(url):
        return f"{url} is not encrypted: whoever listens on the way can read the credentials; use https"
    return None
