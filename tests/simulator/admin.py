# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulator's own interface: health, journal, jobs, faults, changes, scenario, tokens."""
from __future__ import annotations

import os
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from .call import parsed
from .changes import change
from .checks import ScenarioError, mapping, number
from .core import Core
from .kinds import SERVICES

PREFIX = "/_simulator"


class Admin:
    """The request handlers of the admin API; they read and change the state in `core`."""

    def __init__(self, core: Core, load: Callable[[Any], Awaitable[None]]) -> None:
        self._core = core
        self._load = load

    def add_to(self, app: web.Application) -> None:
        """Add the routes."""
        app.router.add_get("/health", self._health)
        for method, name, handler in (
            ("GET", "journal", self._journal), ("DELETE", "journal", self._clear_journal), ("GET", "jobs", self._jobs),
            ("POST", "faults", self._add_fault), ("DELETE", "faults", self._clear_faults), ("POST", "change", self._change),
            ("POST", "scenario", self._scenario), ("DELETE", "tokens", self._revoke),
            ("POST", "skip", self._skip),
        ):
            app.router.add_route(method, f"{PREFIX}/{name}", _checked(handler))

    async def _health(self, _request: web.Request) -> web.Response:
        core = self._core
        return web.json_response({
            "status": "ok", "pid": os.getpid(), "url": core.url, "jobs": len(core.world.dump()), "requests": len(core.journal),
            "faults": len(core.faults), "endpoints": endpoints(core.url),
        })

    async def _journal(self, _request: web.Request) -> web.Response:
        return web.json_response(self._core.journal.entries())

    async def _clear_journal(self, _request: web.Request) -> web.Response:
        self._core.journal.clear()
        return web.json_response({})

    async def _jobs(self, _request: web.Request) -> web.Response:
        return web.json_response(self._core.world.dump())

    async def _add_fault(self, request: web.Request) -> web.Response:
        fault = self._core.add_fault(await _document(request))
        return web.json_response({"name": fault.name}, status=201)

    async def _clear_faults(self, _request: web.Request) -> web.Response:
        self._core.faults.clear()
        return web.json_response({})

    async def _change(self, request: web.Request) -> web.Response:
        change(self._core.world, await _document(request))
        return web.json_response({})

    async def _scenario(self, request: web.Request) -> web.Response:
        await self._load(await _document(request))
        return web.json_response({})

    async def _skip(self, request: web.Request) -> web.Response:
        order = mapping({"seconds": number()}, ("seconds",))(await _document(request), "")
        self._core.skip(order["seconds"])
        return web.json_response({})

    async def _revoke(self, _request: web.Request) -> web.Response:
        self._core.iam.revoke()
        return web.json_response({})


def endpoints(url: str) -> dict[str, str]:
    """Return the base URL of each service."""
    return {"iam": f"{url}/iam/v3", **{service: f"{url}/{service}" for service in SERVICES}}


async def _document(request: web.Request) -> Any:
    document = parsed(await request.read())
    if document is None:
        raise ScenarioError("the body is not JSON")
    return document


def _checked(handler: Callable[[web.Request], Awaitable[web.Response]]) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def guarded(request: web.Request) -> web.Response:
        try:
            return await handler(request)
        except ScenarioError as problem:
            return web.json_response({"error": str(problem)}, status=400)
    return guarded
