# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Over TLS: which certificates are trusted. And what a request must not take from the machine or from an answer before."""

from __future__ import annotations

import contextlib
import http.server
import pathlib
import ssl
import threading
from collections.abc import Iterator

import pytest

from ansible_collections.otc.teardown.plugins.module_utils._base.errors import Meaning, Problem
from ansible_collections.otc.teardown.plugins.module_utils._base.text import Redactor
from ansible_collections.otc.teardown.plugins.module_utils._http.answers import Answer
from ansible_collections.otc.teardown.plugins.module_utils._http.request import Request
from ansible_collections.otc.teardown.plugins.module_utils._http.transport import Transport, TransportOptions


class Handler(http.server.BaseHTTPRequestHandler):
    """Answers everything, sets a cookie, and keeps the headers that came."""

    protocol_version = "HTTP/1.1"
    seen: list[dict[str, str]] = []

    def do_GET(self) -> None:
        """Answer."""
        self.seen.append(dict(self.headers))
        self.send_response(200)
        self.send_header("Set-Cookie", "session=1; Path=/")
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@contextlib.contextmanager
def served(certificate: pathlib.Path | None = None) -> Iterator[str]:
    """The address of a server, over TLS if it has a certificate."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.handle_error = lambda *args: None  # type: ignore[method-assign]  # clients that do not trust it
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield f"http{'s' if certificate else ''}://127.0.0.1:{server.server_address[1]}/jobs"
        finally:
            server.shutdown()
            thread.join()


def asked(url: str, times: int = 1, **options: bool | str) -> Answer | Problem:
    """What the last of some requests to this address gives."""
    sender = Transport(TransportOptions(**options), Redactor())  # type: ignore[arg-type]
    with contextlib.closing(sender):
        return [sender.send(Request("GET", url, "list", True), {}, 30.0) for _time in range(times)][-1]


def test_only_a_certificate_that_somebody_vouches_for_is_trusted(certificate: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with served(certificate) as url:
        refused = asked(url, 2)
        assert isinstance(refused, Problem) and refused.meaning is Meaning.UNSENT and "certificate" in refused.message
        for verify in (str(certificate), False):
            assert isinstance(asked(url, 2, verify=verify), Answer)
        missing = asked(url, verify=f"{certificate}.none")
        assert isinstance(missing, Problem) and "CA certificate bundle" in missing.message
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
        assert isinstance(asked(url), Answer)


def test_no_login_of_a_netrc_and_no_cookie_is_sent(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login agent password Secret\n", encoding="utf-8")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    Handler.seen.clear()
    with served() as url:
        asked(url, 3)
    assert len(Handler.seen) == 3
    assert not [name for headers in Handler.seen for name in headers if name.lower() in ("authorization", "cookie")]
