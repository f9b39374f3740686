# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The only module that uses the network: one request per call, over connections that a task keeps open."""

from __future__ import annotations

import collections
import os
import threading
import traceback
import urllib.parse
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from ansible_collections.otc.teardown.plugins.module_utils._base.errors import (
    InputError,
    Meaning,
    MissingLibrary,
    Problem,
)
from ansible_collections.otc.teardown.plugins.module_utils._base.text import Redactor, login_in, passwords_in, plain
from ansible_collections.otc.teardown.plugins.module_utils._http.answers import Answer
from ansible_collections.otc.teardown.plugins.module_utils._http.read_timeout import timed_pools, whole_body
from ansible_collections.otc.teardown.plugins.module_utils._http.request import Request

try:
    import requests
    import requests.adapters
    import urllib3
except ImportError:
    REQUESTS_IMPORT_ERROR: str | None = traceback.format_exc()
else:
    REQUESTS_IMPORT_ERROR = None
    # Errors of requests are OSErrors; those of codecs and of the URL parser ValueErrors.
    _FAILURES = (OSError, ValueError, urllib3.exceptions.HTTPError)

_HEADERS = {
    "User-Agent": "ansible-collection-otc.teardown", "Accept": "application/json", "Accept-Encoding": "identity",
    "Connection": "keep-alive",
}

LARGEST_ANSWER = 32 * 1024 * 1024
"""Bytes after decompression. A page of the largest list is a tenth of this."""


class TransportOptions(NamedTuple):
    """Connection options: `verify` (True, False or a CA file), `timeout` in seconds for a whole answer, `tries` of a safe
    request, and `connections`, the size of the pool.
    """

    verify: bool | str = True
    timeout: float = 30.0
    tries: int = 5
    connections: int = 8


class Route(NamedTuple):
    """How requests reach one host, which is the same for all requests of a task.

    `adapter`: what made the pool, and closes it. `pool`: its connections. `prefix`: what stands before the path of a request:
    scheme and host for a proxy without a tunnel, else nothing.
    """

    adapter: Any
    pool: Any
    prefix: str


class Transport:
    """Sends single requests over reused connections and counts them.

    Redirects are not followed, no cookie is kept, no .netrc is read. Proxies come from the environment; a proxy whose
    login cannot be read raises InputError.
    `check` is called after a new connection is open, which may take some time; if it raises, the request is not sent.
    """

    def __init__(
        self, options: TransportOptions, redact: Redactor, check: Callable[[], None] = lambda: None
    ) -> None:
        if REQUESTS_IMPORT_ERROR is not None:
            raise MissingLibrary("requests", REQUESTS_IMPORT_ERROR, "to talk to the cloud")
        self.redact = redact
        self._calls: collections.Counter[str] = collections.Counter()
        self._options = options
        self._check = check
        self._lock = threading.Lock()
        self._routes: dict[str, Route] = {}
        self._mine = threading.local()
        if options.verify is False:
            urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)
        for name, url in _proxies():
            redact.add(*passwords_in(url))
            _refuse_unreadable_login(name, url)

    @property
    def calls(self) -> int:
        """Number of requests sent so far."""
        return sum(self._calls.values())

    def calls_about(self, resource: str) -> int:
        """Number of requests sent so far for one kind of job."""
        return self._calls[resource]

    def close(self) -> None:
        """Close all connections."""
        for route in self._routes.values():
            route.adapter.close()

    def send(self, request: Request, proof: Mapping[str, str], timeout: float) -> Answer | Problem:
        """Send one request with these authentication headers: its answer, or the problem if there is no answer."""
        with self._lock:
            self._calls[request.about] += 1
        self._mine.sent = False
        try:
            response = self._response(request, proof, timeout)
            headers = {name.lower(): value for name, value in response.headers.itermerged()}
            content = whole_body(response.stream(65536, decode_content=False), headers, LARGEST_ANSWER)
        except _FAILURES as error:
            return self._no_answer(request, error)
        if content is None:
            response.close()
            return Problem(f"the answer of {request.host} is larger than {LARGEST_ANSWER} bytes", Meaning.GARBLED)
        return Answer(response.status, headers, content, self.redact, request.codes)

    def _response(self, request: Request, proof: Mapping[str, str], timeout: float) -> Any:
        """The response of urllib3 to this request, with its body still to be read. Raises one of _FAILURES."""
        url = request.full_url
        origin = "/".join(url.split("/", 3)[:3])
        route = self._routes.get(origin) or self._settle(origin)
        headers = {**request.headers, **proof}
        for header in headers.items():
            requests.utils.check_header_validity(header)
        return route.pool.request_encode_url(  # `request` would copy the headers into a type of its own
            request.method, route.prefix + (url[len(origin):] or "/"), body=request.body, headers={**_HEADERS, **headers},
            timeout=urllib3.Timeout(connect=timeout, read=timeout), retries=route.adapter.max_retries, redirect=False,
            assert_same_host=False, preload_content=False, decode_content=False,
        )

    def _settle(self, origin: str) -> Route:
        """Read from the environment how requests reach this host; once per task, because it takes as long as a request."""
        with self._lock:
            if origin not in self._routes:
                prepared = requests.PreparedRequest()
                prepared.prepare_url(origin, None)
                settings = requests.Session().merge_environment_settings(prepared.url, {}, True, self._options.verify, None)
                adapter = _adapter(self._options.connections, self._check, self._note_sending)
                pool = _pool(adapter, prepared, settings["verify"], settings["proxies"])
                self._routes[origin] = Route(adapter, pool, adapter.request_url(prepared, settings["proxies"]).rstrip("/"))
            return self._routes[origin]

    def _note_sending(self) -> None:
        self._mine.sent = True

    def _no_answer(self, request: Request, error: Exception) -> Problem:
        meaning = _meaning_of_silence(error, self._mine.sent)
        verb = {Meaning.LOST: "no answer from", Meaning.INVALID: "cannot send this to"}.get(meaning, "cannot connect to")
        return Problem(f"{verb} {request.host}: {plain(self.redact(_cause(error)))[:300]}", meaning)


def _proxies() -> list[tuple[str, str]]:
    """The environment variables that name proxies, with their URLs."""
    return [(name, url) for name, url in os.environ.items() if name.lower() in ("http_proxy", "https_proxy", "all_proxy")]


def _refuse_unreadable_login(name: str, url: str) -> None:
    """Raise InputError for a proxy whose login contains unescaped special characters.

    urllib3 reads the start of such a password as a host or a port, connects to it, and shows it.
    """
    login = login_in(url)
    if login is None:
        return
    try:
        parts = urllib.parse.urlsplit(url if "//" in url else f"//{url}")
        readable = parts.hostname is not None and parts.port != 0 and parts.netloc.rpartition("@")[0] == login
    except ValueError:
        readable = False
    if not readable or "\\" in login:
        raise InputError(name, None, "is a URL whose login or port cannot be read (not shown, because it contains a password); write / ? # \\ "
                         "and blanks in user name and password as %2F %3F %23 %5C %20")


def _adapter(connections: int, check: Callable[[], None], sending: Callable[[], None]) -> Any:
    class Adapter(requests.adapters.HTTPAdapter):
        """What requests knows about certificates and proxies. Its connections receive answers within the timeout, also through a proxy."""

        def init_poolmanager(self, *args: Any, **options: Any) -> None:
            super().init_poolmanager(*args, **options)
            self.poolmanager.pool_classes_by_scheme = timed_pools(self.poolmanager.pool_classes_by_scheme, check, sending)

        def proxy_manager_for(self, *args: Any, **options: Any) -> Any:
            manager = super().proxy_manager_for(*args, **options)
            manager.pool_classes_by_scheme = self.poolmanager.pool_classes_by_scheme
            return manager

    return Adapter(pool_maxsize=connections, max_retries=0)


def _pool(adapter: Any, prepared: Any, verify: bool | str | None, proxies: Mapping[str, str]) -> Any:
    """The pool of connections to a host, as `adapter.send` makes it."""
    if hasattr(adapter, "get_connection_with_tls_context"):
        pool = adapter.get_connection_with_tls_context(prepared, verify, proxies=proxies)
    else:  # before requests 2.32
        pool = adapter.get_connection(prepared.url, proxies)
    adapter.cert_verify(pool, prepared.url, verify, None)
    return pool


def _meaning_of_silence(error: Exception, sent: bool) -> Meaning:
    """What an error means; `sent`: whether the request has begun to be sent. Its class does not tell: an error of TLS or of a proxy
    may come before the request or instead of its answer.
    """
    if sent:
        return Meaning.LOST
    return Meaning.INVALID if isinstance(error, ValueError) else Meaning.UNSENT  # INVALID: a URL or header that cannot be sent


def _cause(error: Exception) -> str:
    """The part of a nested network error that names the cause."""
    text = str(getattr(error, "reason", None) or error)
    return text.rpartition(": ")[2] if "object at 0x" in text else text
