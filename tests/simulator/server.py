# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The HTTP server. Each request is recorded in the journal, struck by faults, authenticated, throttled, and answered, in this order."""
from __future__ import annotations

import asyncio
import functools
import importlib
import ipaddress
import math
import os
import pkgutil
import time
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from .admin import Admin
from .answers import Refusal, gateway_error
from .auth import authenticate
from .call import Call, Route, parsed
from .core import Core
from .fault_answers import Delivery, deliver, spoiled
from .faults import Target, first_striking
from .journal import Entry, masked
from .keystone import Keystone

_BODY_LIMIT = 12 * 1024 * 1024


@functools.cache
def routes() -> list[Route]:
    """The routes of every file in this folder that has some. Some of these files import this one, so not at its import."""
    files = (found.name for found in pkgutil.iter_modules([os.path.dirname(__file__)]) if found.name != "__main__")
    return [route for name in files for route in getattr(importlib.import_module(f".{name}", __package__), "ROUTES", ())]


def check_host(host: str) -> str:
    """Return the host, or raise ValueError if it is not loopback: every client that can reach the simulator can control it."""
    if host != "localhost":
        try:
            loopback = ipaddress.ip_address(host).is_loopback
        except ValueError:
            loopback = False
        if not loopback:
            raise ValueError(f"host: {host!r} is not a loopback address; the simulator listens on 127.0.0.1, ::1 or localhost only")
    return host


class Server:
    """A simulator that listens for HTTP requests."""

    def __init__(self, core: Core, host: str = "127.0.0.1", port: int = 0) -> None:
        self.core = core
        self._host, self._port = check_host(host), port
        self._runner: web.AppRunner | None = None
        self._keystone: Keystone | None = None

    async def start(self) -> str:
        """Listen, and return the URL."""
        await self._connect_keystone()
        app = web.Application(client_max_size=_BODY_LIMIT)
        Admin(self.core, self.load).add_to(app)
        for route in routes():
            # also without the prefix: the SDK of Huawei removes the path from an endpoint
            for path in (route.path, route.path.removeprefix(f"/{route.service}")):
                app.router.add_route(route.method, path, self._handler(route))
        app.router.add_route("*", "/{tail:.*}", self._handler(None))
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, self._host, self._port).start()
        port = self._runner.addresses[0][1]
        self.core.url = f"http://[{self._host}]:{port}" if ":" in self._host else f"http://{self._host}:{port}"
        return self.core.url

    async def close(self) -> None:
        """Stop listening, and close all connections."""
        if self._runner is not None:
            await self._runner.cleanup()
        if self._keystone is not None:
            await self._keystone.close()

    async def load(self, scenario: Any) -> None:
        """Load another scenario, or raise ScenarioError and keep the current one."""
        self.core.load(scenario)
        await self._connect_keystone()

    async def _connect_keystone(self) -> None:
        if self._keystone is not None:
            await self._keystone.close()
        url = self.core.scenario["iam"]["keystone"]
        self._keystone = Keystone(url) if url else None

    def _handler(self, route: Route | None) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def handle(request: web.Request) -> web.StreamResponse:
            return await self._serve(request, route or _unknown(request))
        return handle

    async def _serve(self, request: web.Request, route: Route) -> web.StreamResponse:
        try:
            body = await request.read()
        except web.HTTPRequestEntityTooLarge:
            return gateway_error(413, self.core.scenario["gateway_prefix"], "0201", "The request body is larger than 12 MB.")
        call = Call(self.core, request, route, request.match_info, body)
        entry = self.core.journal.open(_entry(call))
        started = time.monotonic()
        try:
            await asyncio.sleep(self.core.scenario["latency"])
            delivery = await self._delivery(call, entry)
        finally:
            # written before the answer is sent, so that a client that has the answer finds a complete entry
            entry.update(seconds=round(time.monotonic() - started, 4), acted=list(call.acted), authenticated_as=call.caller.name if call.caller else None)
        entry["status"] = delivery.status
        return await deliver(request, delivery)

    async def _delivery(self, call: Call, entry: Entry) -> Delivery:
        fault = first_striking(self.core.faults, target_of(call, self.core.journal.stop_seen))
        if fault is None:
            return Delivery(await self._carry_out(call))
        call.fault, entry["fault"] = fault, fault.name
        if fault.action == "token_death":
            self.core.iam.revoke()
        answer = await self._carry_out(call) if fault.acts is True else None
        if fault.action == "token_death":
            self.core.iam.revoke()  # that of a login, too
        entry["acted"] = list(call.acted)
        if fault.action == "hang":
            await asyncio.sleep(fault.rule["hang"])
        if fault.acts == "late":
            answer = await self._carry_out(call)
        return spoiled(call, fault, answer)

    async def _carry_out(self, call: Call) -> web.Response:
        try:
            if self._is_off(call.route):
                raise Refusal(self._not_offered())
            call.caller = await authenticate(call, self._keystone)
            self._throttle(call)
            return call.route.handler(call)
        except Refusal as refusal:
            return refusal.answer

    def _is_off(self, route: Route) -> bool:
        if route.switch == "drs_batch_stop" and not self.core.scenario["quirks"]["drs_v5"]:
            return True
        if route.service == "iam" and self._keystone is not None:
            return True
        return route.operation == "unknown" or bool(route.switch and not self.core.scenario["quirks"][route.switch])

    def _not_offered(self) -> web.Response:
        return gateway_error(404, self.core.scenario["gateway_prefix"], "0101", "The API does not exist or has not been published in the environment")

    def _throttle(self, call: Call) -> None:
        who = call.caller.name if call.caller else str(call.request.remote)
        wait = self.core.throttle.wait_for(call.route.service, who, self.core.clock())
        if not wait:
            return
        limit = self.core.throttle.limit
        message = f"Throttled by policy: policy user over ratelimit,limit:{limit.limit},time:{limit.seconds:g} second"
        headers = {"Retry-After": str(math.ceil(wait))} if limit.retry_after else {}
        raise Refusal(gateway_error(429, self.core.scenario["gateway_prefix"], "0308", message, headers))


def _unknown(request: web.Request) -> Route:
    """Return a placeholder route for a call that does not exist; it is never carried out."""
    service = request.path.split("/")[1]
    return Route(request.method, f"/{service}", "unknown", "", lambda call: web.Response(status=404))


def target_of(call: Call, after_stop: bool) -> Target:
    """Return the facts about a request that faults are matched with."""
    return Target(call.route.operation, call.route.service, call.route.resource, call.target_ids(), _page(call), after_stop)


def _page(call: Call) -> int | None:
    """Return the number of the requested page, None if the call has no pages or an invalid page."""
    try:
        return call.route.page(call) if call.route.page else None
    except Refusal:
        return None


def _entry(call: Call) -> dict[str, Any]:
    peer = call.request.transport.get_extra_info("peername") if call.request.transport else None
    return {
        "n": 0, "time": round(call.core.clock(), 4), "seconds": None, "service": call.route.service, "operation": call.route.operation,
        "resource": call.route.resource, "ids": call.target_ids(), "parent": call.parent(), "method": call.request.method,
        "path": call.request.raw_path.partition("?")[0],
        "query": masked(dict(call.query)), "body": masked(parsed(call.body)), "status": None, "acted": [], "fault": None,
        "authenticated_as": None, "connection": peer[1] if peer else None,
    }
