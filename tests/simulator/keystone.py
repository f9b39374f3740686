# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Asks a real Keystone about tokens, for scenarios that use one instead of the simulated IAM."""
from __future__ import annotations

import asyncio

import aiohttp

from .call import Caller

_REMEMBERED = 1.0


class KeystoneUnreachable(Exception):
    """Keystone gave no answer about the token."""


class Keystone:
    """Validates each token with the token itself, and remembers a valid one for a second."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/") + "/auth/tokens"
        self._session: aiohttp.ClientSession | None = None
        self._good: dict[str, tuple[float, Caller]] = {}

    async def caller(self, token: str, now: float) -> Caller | None:
        """Return the caller of a token, None if Keystone does not accept it."""
        until, known = self._good.get(token, (0.0, None))
        if known is not None and now < until:
            return known
        self._good.pop(token, None)
        found = await self._ask(token)
        if found is not None:
            self._good[token] = (now + _REMEMBERED, found)
        return found

    async def _ask(self, token: str) -> Caller | None:
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10))
        try:
            async with self._session.get(self._url, headers={"X-Auth-Token": token, "X-Subject-Token": token}) as answer:
                if answer.status in (401, 404):
                    return None
                if answer.status != 200:
                    raise KeystoneUnreachable(f"HTTP {answer.status}")
                document = (await answer.json(content_type=None))["token"]
                return Caller(document["user"]["name"], None, document.get("project", {}).get("id"))
        except (aiohttp.ClientError, asyncio.TimeoutError, ValueError, KeyError, TypeError) as problem:
            raise KeystoneUnreachable(type(problem).__name__) from None

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()
