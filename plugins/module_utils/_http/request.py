# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One HTTP request as data: job descriptions create it, authentication completes it, the transport sends it."""

from __future__ import annotations

import urllib.parse
from collections.abc import Mapping
from typing import NamedTuple

from ansible_collections.otc.teardown.plugins.module_utils._base.errors import Meaning
from ansible_collections.otc.teardown.plugins.module_utils._http import signature


class Request(NamedTuple):
    """One request, complete except for its authentication.

    `doing` is the phrase for errors ("list drs_job"). `safe`: it changes nothing. `about` is the kind of job that it is
    counted for. `codes`: error code -> its meaning in the answer, if that differs from its general meaning.
    """

    method: str
    url: str
    doing: str
    safe: bool
    query: tuple[tuple[str, str], ...] = ()
    body: bytes | None = None
    headers: Mapping[str, str] = {}
    about: str = ""
    codes: Mapping[str, Meaning] = {}

    @property
    def full_url(self) -> str:
        """The URL with its query, exactly as it is sent and signed."""
        return f"{self.url}?{signature.canonical_query(self.query)}" if self.query else self.url

    @property
    def host(self) -> str:
        """Host and port, as in the Host header."""
        return urllib.parse.urlsplit(self.url).netloc
