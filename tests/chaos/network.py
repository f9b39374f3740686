# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A way to the simulator on which requests get lost: no such host, no connection, no TLS."""

from __future__ import annotations

import contextlib
import os
import re
import socket
import threading
import types
import urllib.parse
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from unittest import mock

import requests.structures
import urllib3

from tests.simulator import Simulator
from tests.simulator.call import Call
from tests.simulator.faults import first_striking, make_fault, validate_fault
from tests.simulator.server import routes, target_of

_NO_SUCH_HOST = "no-such-host.invalid"
# It never comes to certificates, and to load those of all authorities takes long.
_NO_AUTHORITIES = {"SSL_CERT_FILE": os.devnull}


class Lost:
    """How many requests did not arrive."""

    def __init__(self) -> None:
        self.count = 0


@contextlib.contextmanager
def broken_way(sim: Simulator, way: str, rules: Sequence[Mapping[str, Any]]) -> Iterator[Lost]:
    """Within this block, requests that these faults match go to an address without a server: `dns`, `refused` or `tls`."""
    faults = [make_fault(validate_fault(dict(rule), "rule")) for rule in rules]
    urlopen, resolve = urllib3.HTTPConnectionPool.urlopen, socket.getaddrinfo
    lost, lock = Lost(), threading.Lock()

    def sending(pool: Any, method: str, url: str, headers: Mapping[str, str], body: bytes | None = None, **options: Any) -> Any:
        call = _call_of(sim, method, url, body, headers)
        with lock:
            struck = first_striking(faults, target_of(call, sim.core.journal.stop_seen))
            lost.count += bool(struck)
        if struck:
            pool = urllib3.PoolManager(cert_reqs="CERT_NONE").connection_from_url(_detours(sim.url, deaf)[way])
        return urlopen(pool, method, url, body=body, headers=headers, **options)

    def resolving(host: Any, *args: Any, **options: Any) -> Any:
        if host == _NO_SUCH_HOST:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return resolve(host, *args, **options)

    with socket.socket() as deaf, mock.patch.object(urllib3.HTTPConnectionPool, "urlopen", sending):
        deaf.bind(("127.0.0.1", 0))  # taken, but nobody listens
        with mock.patch.object(socket, "getaddrinfo", resolving), mock.patch.dict(os.environ, _NO_AUTHORITIES):
            yield lost


def _detours(url: str, deaf: socket.socket) -> dict[str, str]:
    return {
        "dns": f"http://{_NO_SUCH_HOST}/",
        "refused": f"http://127.0.0.1:{deaf.getsockname()[1]}/",
        "tls": url.replace("http:", "https:"),
    }


def _call_of(sim: Simulator, method: str, target: str, body: bytes | None, headers: Mapping[str, str]) -> Call:
    """The call of the simulator that this request would be."""
    url = urllib.parse.urlsplit(target)
    for route in routes():
        found = re.fullmatch(re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", route.path), url.path)
        if found and route.method == method:
            arrived = types.SimpleNamespace(query=dict(urllib.parse.parse_qsl(url.query)), headers=requests.structures.CaseInsensitiveDict(headers))
            return Call(sim.core, arrived, route, found.groupdict(), body or b"")
    raise AssertionError(f"the simulator has no {method} {url.path}")
