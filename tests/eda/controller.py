# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The part of AWX's API that ansible-rulebook asks, as far as its job_template_runner.py (1.3.2) does; keeps what is launched."""

from __future__ import annotations

import http.server
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit

WORKFLOW = "OTC teardown"


class Controller(http.server.ThreadingHTTPServer):
    """`launched`: (name, body) of each launch, in their order."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.launched: list[tuple[str, Any]] = []
        self.asked: list[str] = []

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(http.server.BaseHTTPRequestHandler):
    server: Controller

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        path, query = urlsplit(self.path).path, parse_qs(urlsplit(self.path).query)
        if path == "/api/v2/config/":
            return self._answer({"version": "24.6.1"})
        if path == "/api/v2/unified_job_templates/":
            template = {
                "id": 7, "name": query["name"][0], "type": "workflow_job_template", "related": {"launch": "/api/v2/workflow_job_templates/7/launch/"},
                "summary_fields": {"organization": {"name": "Default"}}, "ask_limit_on_launch": True, "ask_labels_on_launch": False,
                "ask_inventory_on_launch": False, "ask_variables_on_launch": False,
            }
            return self._answer({"count": 1, "next": None, "results": [template] if query["name"] == [WORKFLOW] else []})
        if path == "/api/v2/workflow_jobs/":
            done = [{"id": int(one), "status": "successful", "created": "2026-11-26T20:00:00Z"} for one in query["id__in"][0].split(",")]
            return self._answer({"count": len(done), "next": None, "results": done})
        return self._answer({"count": 0, "results": []})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.launched.append((self.path, body))
        number = len(self.server.launched)
        self._answer({"id": number, "url": f"/api/v2/workflow_jobs/{number}/"}, 201)

    def _answer(self, body: Any, status: int = 200) -> None:
        text = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_args: Any) -> None:
        """Print nothing."""


@contextmanager
def controller() -> Iterator[Controller]:
    """A controller that runs."""
    server = Controller()
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
