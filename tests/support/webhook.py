# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A webhook on loopback, which keeps what it gets, and answers or misbehaves as it is told."""

from __future__ import annotations

import http.server
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

SECRET = "T0K3N-which-nobody-may-see"


class Webhook(http.server.ThreadingHTTPServer):
    """`got`: body and headers of each POST. `answer`: a status, or how to fail: `close`, `hang`, `drip`."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answer: int | str = 200
        self.got: list[tuple[Any, dict[str, str]]] = []
        self.paths: list[str] = []
        self.ended = threading.Event()

    @property
    def url(self) -> str:
        """With a secret in its path and in its query."""
        return f"http://127.0.0.1:{self.server_port}/services/{SECRET}?sig={SECRET}"

    @property
    def bodies(self) -> list[Any]:
        """The body of each POST."""
        return [body for body, _headers in self.got]


class _Handler(http.server.BaseHTTPRequestHandler):
    server: Webhook

    def do_POST(self) -> None:
        text = self.rfile.read(int(self.headers["Content-Length"])).decode("utf-8")
        self.server.got.append((json.loads(text), dict(self.headers)))
        self.server.paths.append(self.path)
        answer = self.server.answer
        if answer == "close":
            self.close_connection = True
        elif answer == "hang":
            self.server.ended.wait(60)
        elif answer == "drip":
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n")
            while not self.server.ended.wait(0.3):
                self.wfile.write(b" ")
        else:
            self.send_response(int(answer))
            self.send_header("Location", "/elsewhere")
            self.end_headers()
            self.wfile.write(f"Cannot POST {self.path}".encode())

    def do_GET(self) -> None:
        """`/answer/close`: answer so from now on."""
        self.server.paths.append(f"GET {self.path}")
        if self.path.startswith("/answer/"):
            answer = self.path.rpartition("/")[2]
            self.server.answer = int(answer) if answer.isdigit() else answer
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_args: Any) -> None:
        """Print nothing."""


@contextmanager
def webhook() -> Iterator[Webhook]:
    """A webhook that runs."""
    server = Webhook()
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield server
    finally:
        server.ended.set()
        server.shutdown()
        server.server_close()
