# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A connection that breaks: whether the server may have had the request, whatever the error is called."""

from __future__ import annotations

import contextlib
import pathlib
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator

import pytest

from ansible_collections.otc.teardown.plugins.module_utils._base.errors import Meaning, Problem
from ansible_collections.otc.teardown.plugins.module_utils._base.text import Redactor
from ansible_collections.otc.teardown.plugins.module_utils._http.request import Request
from ansible_collections.otc.teardown.plugins.module_utils._http.transport import Transport, TransportOptions

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
TUNNEL = b"HTTP/1.1 200 Connection established\r\n\r\n"
RECORD_OF_NONSENSE = b"\x17\x03\x03\x00\x20" + b"n" * 32
"""A record of TLS that nobody can decrypt."""

Play = Callable[[socket.socket, ssl.SSLContext], None]


def read_head(connection: socket.socket) -> bytes:
    """The head of a request."""
    head = b""
    while b"\r\n\r\n" not in head:
        head += connection.recv(65536) or b"\r\n\r\n"
    return head


def reset(connection: socket.socket) -> None:
    """Close with a reset."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def in_clear(connection: socket.socket, context: ssl.SSLContext) -> None:
    """Read the request, then reset."""
    read_head(connection)
    reset(connection)


def without_a_goodbye(connection: socket.socket, context: ssl.SSLContext) -> None:
    """Read the request over TLS, then end the connection below it."""
    tls = context.wrap_socket(connection, server_side=True)
    read_head(tls)
    tls.shutdown(socket.SHUT_RDWR)
    tls.close()


def with_a_reset(connection: socket.socket, context: ssl.SSLContext) -> None:
    """Read the request over TLS, then reset."""
    tls = context.wrap_socket(connection, server_side=True)
    read_head(tls)
    reset(tls)


def with_nonsense(connection: socket.socket, context: ssl.SSLContext) -> None:
    """Read the request over TLS, then send what is no TLS."""
    tls = context.wrap_socket(connection, server_side=True)
    read_head(tls)
    plain = socket.socket(fileno=tls.detach())
    plain.sendall(RECORD_OF_NONSENSE)
    plain.close()


def through_a_tunnel(connection: socket.socket, context: ssl.SSLContext) -> None:
    """A proxy whose tunnel breaks after the request."""
    read_head(connection)
    connection.sendall(TUNNEL)
    without_a_goodbye(connection, context)


def before_the_handshake(connection: socket.socket, context: ssl.SSLContext) -> None:
    """End the connection before TLS."""
    connection.recv(1)
    reset(connection)


def no_tunnel(connection: socket.socket, context: ssl.SSLContext) -> None:
    """A proxy that refuses."""
    read_head(connection)
    connection.sendall(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
    connection.close()


@contextlib.contextmanager
def playing(play: Play, certificate: pathlib.Path, answers: int = 0) -> Iterator[int]:
    """The port of a server that plays this with each connection; with `answers`, so many requests in clear text are answered first."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _address = listening.accept()
                connection.settimeout(10)
                with contextlib.suppress(OSError):
                    for _answer in range(answers):
                        read_head(connection)
                        connection.sendall(OK)
                    play(connection, context)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield listening.getsockname()[1]
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join()


def stopped(url: str, requests: int = 1) -> Problem:
    """The problem of the last of so many stops to this address."""
    sender = Transport(TransportOptions(verify=False), Redactor())
    with contextlib.closing(sender):
        found = [sender.send(Request("POST", url, "stop", False), {}, 10.0) for _request in range(requests)][-1]
    assert isinstance(found, Problem)
    return found


LOST = [
    # what the server does, scheme, whether it is a proxy, requests that it answers before
    (in_clear, "http", False, 0), (in_clear, "http", False, 1), (in_clear, "http", True, 0), (in_clear, "http", True, 1),
    (without_a_goodbye, "https", False, 0), (with_a_reset, "https", False, 0), (with_nonsense, "https", False, 0),
    (through_a_tunnel, "https", True, 0),
]
UNSENT = [(before_the_handshake, "https", False, 0), (no_tunnel, "https", True, 0), (before_the_handshake, "https", True, 0)]


@pytest.mark.parametrize(("play", "scheme", "proxy", "answers", "meaning"), [
    *((*row, Meaning.LOST) for row in LOST), *((*row, Meaning.UNSENT) for row in UNSENT),
])
def test_a_request_that_the_server_may_have_had_is_not_called_unsent(
    play: Play, scheme: str, proxy: bool, answers: int, meaning: Meaning, certificate: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("no_proxy", "" if proxy else "127.0.0.1")
    monkeypatch.setenv("NO_PROXY", "" if proxy else "127.0.0.1")
    with playing(play, certificate, answers) as port:
        if proxy:
            monkeypatch.setenv(f"{scheme}_proxy", f"http://127.0.0.1:{port}")
        problem = stopped(f"{scheme}://{'cloud.example.com' if proxy else f'127.0.0.1:{port}'}/stop", answers + 1)
    assert problem.meaning is meaning, problem.message
    assert problem.message.startswith("no answer from" if meaning is Meaning.LOST else "cannot connect to")
