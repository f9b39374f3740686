# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulated cloud in a process of its own, as the benchmark drives and watches it."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
STOP_DELAY = 0.5
"""Seconds that a job takes to end after its stop."""

KEYS = {
    "access_key": "SIMULATORAK000000001",
    "secret_key": "simulator-secret-key",
    "project_id": "0123456789abcdef0123456789abcdef",
}
"""A signed login with the simulator's own key, as Huawei's SDK does it."""


class Served(NamedTuple):
    """What the server saw of one run: requests, logins and stops among them, jobs stopped, and seconds.

    `span` from the first request to the last answer, `pauses` of it without any request, `stopping` from the first stop
    to the answer of the last, `busy` the processor time of the server.
    """

    requests: int
    stops: int
    stopped: int
    span: float
    pauses: float
    stopping: float
    busy: float
    logins: int = 0


class Cloud:
    """A running simulator."""

    def __init__(self, url: str, pid: int) -> None:
        self.url = url
        self._pid = pid
        self._busy_before = 0.0

    def connection(self) -> dict[str, Any]:
        """The options of a connection with a password login."""
        text = (ROOT / "tests" / "demo" / "connection.yml").read_text(encoding="utf-8")
        return yaml.safe_load(text.replace("{{ simulator }}", self.url))["cloud_connection"]

    def load(self, jobs_key: str, counts: dict[str, int], latency: float) -> None:
        """Begin anew with so many jobs in each status; every answer takes `latency` seconds."""
        jobs = [
            {"generate": {"count": count, "name": f"{status.lower()}-{{n}}", "status": status}}
            for status, count in counts.items()
        ]
        self.begin({"latency": latency, "stop_delay": STOP_DELAY, jobs_key: jobs})

    def begin(self, scenario: Mapping[str, Any]) -> None:
        """Begin anew with this scenario."""
        self._call("POST", "/_simulator/scenario", scenario)
        self._busy_before = self._busy()

    def ids(self) -> list[str]:
        """The IDs of all jobs."""
        return [job["id"] for job in self._call("GET", "/_simulator/jobs")]

    def served(self) -> Served:
        """What came since the last `load`."""
        busy = self._busy() - self._busy_before
        entries = self._call("GET", "/_simulator/journal")
        stops = [entry for entry in entries if entry["operation"] in ("stop", "batch_stop")]
        return Served(
            requests=len(entries),
            stops=len(stops),
            stopped=sum(len(entry["acted"]) for entry in stops),
            span=_span(entries),
            pauses=_pauses(entries),
            stopping=_span(stops),
            busy=busy,
            logins=sum(entry["operation"] == "login" for entry in entries),
        )

    def _call(self, method: str, path: str, document: Any = None) -> Any:
        body = None if document is None else json.dumps(document).encode("utf-8")
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(urllib.request.Request(self.url + path, body, method=method), timeout=120) as answer:
            return json.load(answer)

    def _busy(self) -> float:
        fields = pathlib.Path(f"/proc/{self._pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextlib.contextmanager
def running_cloud() -> Iterator[Cloud]:
    """A simulator that runs until the block ends."""
    with tempfile.TemporaryDirectory(prefix="otc-teardown-bench-") as folder:
        ready = pathlib.Path(folder, "ready.json")
        scenario = pathlib.Path(folder, "scenario.json")
        scenario.write_text("{}", encoding="utf-8")
        command = [sys.executable, "-m", "tests.simulator", "--scenario", str(scenario), "--ready-file", str(ready)]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL) as process:
            try:
                yield Cloud(_url(ready), process.pid)
            finally:
                process.terminate()


def _url(ready: pathlib.Path) -> str:
    for _attempt in range(300):
        if ready.exists():
            return json.loads(ready.read_text(encoding="utf-8"))["url"]
        time.sleep(0.1)
    raise RuntimeError("the simulator did not start")


def _span(entries: list[dict[str, Any]]) -> float:
    return max(map(_end, entries), default=0.0) - min((entry["time"] for entry in entries), default=0.0)


def _pauses(entries: list[dict[str, Any]]) -> float:
    """The time in which the client waited on purpose: from an answer to the next request, a second or more."""
    gaps = (after["time"] - _end(before) for before, after in itertools.pairwise(entries))
    return sum(gap for gap in gaps if gap >= 1)


def _end(entry: dict[str, Any]) -> float:
    return entry["time"] + (entry["seconds"] or 0)
