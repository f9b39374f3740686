# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A service that no cloud has, with one kind of job: for docs/dev/adding-a-kind.md and the test of what it says."""

from __future__ import annotations

import http.server
import json
import re
import threading
import urllib.parse
from typing import Any

_PATH = re.compile(r"/v1/(?P<project>\w+)/renderings(/(?P<id>[^/]+)(?P<stop>/stop)?)?")
_LARGEST_PAGE = 2


class RenderService:
    """`with RenderService({"a": "RUNNING"}) as service:` listens; `statuses` is its state, `stops` the ids it was sent.

    A stopped rendering is seen ENDING once, then ENDED.
    """

    def __init__(self, statuses: dict[str, str]) -> None:
        self.statuses = statuses
        self.stops: list[str] = []
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> RenderService:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def answer(self, method: str, url: str) -> tuple[int, dict[str, Any]]:
        """Status and document for a request."""
        parts = urllib.parse.urlsplit(url)
        asked = _PATH.fullmatch(parts.path)
        if asked is None:
            return 404, {"error_code": "APIGW.0101", "error_msg": "The API does not exist"}
        identifier, stop = asked["id"], asked["stop"]
        if identifier is None:
            query = dict(urllib.parse.parse_qsl(parts.query))
            start = int(query["offset"])
            shown = list(self.statuses)[start:start + min(int(query["limit"]), _LARGEST_PAGE)]
            return 200, {"renderings": [self._show(one) for one in shown], "total": len(self.statuses)}
        if identifier not in self.statuses:
            return 404, {"error_code": "Render.0404", "error_msg": "no such rendering"}
        if not stop:
            return 200, self._show(identifier)
        if method != "POST" or self.statuses[identifier] != "RUNNING":
            return 409, {"error_code": "Render.0409", "error_msg": "it does not run"}
        self.stops.append(identifier)
        self.statuses[identifier] = "ENDING"
        return 202, {}

    def _show(self, identifier: str) -> dict[str, Any]:
        status = self.statuses[identifier]
        if status == "ENDING":
            self.statuses[identifier] = "ENDED"
        return {"id": identifier, "title": f"film {identifier}", "state": status, "created": "2024-05-01T10:00:00Z"}


def _handler(service: RenderService) -> type[http.server.BaseHTTPRequestHandler]:
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _serve(self) -> None:
            known = bool(self.headers.get("X-Auth-Token"))
            status, document = service.answer(self.command, self.path) if known else (401, {})
            body = json.dumps(document).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = _serve

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    return Handler
