# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The only module that uses the network: one `requests` session per task, one request per call."""

from __future__ import annotations

import collections
import http.cookiejar
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
    import urllib3.exceptions
except ImportError:
    REQUESTS_IMPORT_ERROR: str | None = traceback.format_exc()
else:
    REQUESTS_IMPORT_ERROR = None
    # Errors of requests are OSErrors; sometimes errors of urllib3, of codecs and of the URL parser come through.
    _FAILURES = (OSError, ValueError, urllib3.exceptions.HTTPError)

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
        self._verify = options.verify
        self._lock = threading.Lock()
        self._session = _new_session(options, check)
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
        self._session.close()

    def send(self, request: Request, proof: Mapping[str, str], timeout: float) -> Answer | Problem:
        """Send one request with these authentication headers: its answer, or the problem if there is no answer."""
        with self._lock:
            self._calls[request.about] += 1
        try:
            response = self._session.request(
                request.method,
                request.full_url,
                data=request.body,
                headers={**request.headers, **proof},
                auth=_keep_headers,
                timeout=timeout,
                allow_redirects=False,
                verify=self._verify,
                stream=True,
            )
            headers = {name.lower(): value for name, value in response.headers.items()}
            content = whole_body(response.raw.stream(65536, decode_content=False), headers, LARGEST_ANSWER)
        except _FAILURES as error:
            return self._no_answer(request, error)
        if content is None:
            response.close()
            return Problem(f"the answer of {request.host} is larger than {LARGEST_ANSWER} bytes", Meaning.GARBLED)
        return Answer(response.status_code, headers, content, self.redact, request.codes)

    def _no_answer(self, request: Request, error: Exception) -> Problem:
        meaning = _meaning_of_silence(error)
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


def _keep_headers(prepared: Any) -> Any:
    """A dummy for `auth`, so that requests does not add credentials from a .netrc to the request."""
    return prepared


def _new_session(options: TransportOptions, check: Callable[[], None]) -> Any:
    class Session(requests.Session):
        """Ignores the target of a redirect: the library parses it even when it does not follow it, and this may fail."""

        def get_redirect_target(self, resp: Any) -> None:
            return None

    session = Session()
    adapter = _adapter(options.connections, check)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    session.cookies.set_policy(http.cookiejar.DefaultCookiePolicy(allowed_domains=[]))
    session.headers.update({
        "User-Agent": "ansible-collection-otc.teardown", "Accept": "application/json", "Accept-Encoding": "identity",
    })
    if options.verify is False:
        urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)
    return session


def _adapter(connections: int, check: Callable[[], None]) -> Any:
    class Adapter(requests.adapters.HTTPAdapter):
        """Receives answers within the timeout, also through a proxy."""

        def init_poolmanager(self, *args: Any, **options: Any) -> None:
            super().init_poolmanager(*args, **options)
            self.poolmanager.pool_classes_by_scheme = timed_pools(self.poolmanager.pool_classes_by_scheme, check)

        def proxy_manager_for(self, *args: Any, **options: Any) -> Any:
            manager = super().proxy_manager_for(*args, **options)
            manager.pool_classes_by_scheme = self.poolmanager.pool_classes_by_scheme
            return manager

    return Adapter(pool_maxsize=connections, max_retries=0)


def _meaning_of_silence(error: Exception) -> Meaning:
    if isinstance(error, ValueError):  # a URL or header that cannot be sent
        return Meaning.INVALID
    never_connected = (
        requests.exceptions.ConnectTimeout,
        requests.exceptions.SSLError,
        requests.exceptions.ProxyError,
    )
    if isinstance(error, never_connected) or isinstance(_reason(error), urllib3.exceptions.NewConnectionError):
        return Meaning.UNSENT
    return Meaning.LOST


def _reason(error: BaseException) -> Any:
    return getattr(error.args[0], "reason", None) if error.args else None


def _cause(error: BaseException) -> str:
    """The part of a nested network error that names the cause."""
    text = str(_reason(error) or error)
    return text.rpartition(": ")[2] if "object at 0x" in text else text
