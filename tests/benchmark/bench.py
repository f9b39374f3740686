# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Doing one piece of work in one way, and accounting for it."""

from __future__ import annotations

import contextlib
import json
import os
import pathlib
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from tests.benchmark.cloud import KEYS, ROOT, Cloud, Served
from tests.benchmark.plan import AIOHTTP, DRS, MODULE, REQUESTS, SDK, TASK, URI, Cell
from tests.benchmark.processes import Cost, run

WAIT_INTERVAL = 0.5
"""The first pause before a look, the default of the modules."""

_PREFIX = "ansible_collections.otc.teardown.plugins.modules"
_SCRIPTS = {REQUESTS: "requests_threads", AIOHTTP: "asyncio_aiohttp", SDK: "huawei_sdk"}
_PLAYBOOK = [sys.executable, "-m", "ansible", "playbook"]


class Measured(NamedTuple):
    """One piece of work, done in one way."""

    cost: Cost
    served: Served


class Bench:
    """Runs the ways of doing things against a cloud. `folder` is scratch space."""

    def __init__(self, cloud: Cloud, folder: pathlib.Path) -> None:
        self.cloud = cloud
        self.folder = folder
        self.environment = _environment(folder)

    def measure(self, cell: Cell, way: str) -> Measured:
        """Do the work of a cell once, from a fresh cloud. RuntimeError if not every running job was stopped."""
        counts = {cell.kind.running: cell.to_stop, cell.kind.ended: cell.jobs - cell.to_stop}
        self.cloud.load(cell.kind.jobs_key, {status: count for status, count in counts.items() if count}, cell.latency)
        options = self._options(cell)
        if way in (TASK, URI):
            cost = self._play(cell, way, options)
        elif way == MODULE:
            cost = self.run_module(cell.kind.module, options)
        else:
            script = f"tests.benchmark.straight.{_SCRIPTS[way]}"
            cost = run([sys.executable, "-m", script], self.environment, ROOT, json.dumps(options))
        served = self.cloud.served()
        if served.stopped != cell.to_stop:
            raise RuntimeError(f"{way} stopped {served.stopped} of {cell.to_stop} jobs:\n{cost.output[-4000:]}")
        return Measured(cost, served)

    def run_module(self, module: str, options: Mapping[str, Any], *flags: str) -> Cost:
        """Run a module by itself, which compiles its files each time, as it does when Ansible runs it."""
        return self.run_python([*flags, "-m", f"{_PREFIX}.{module}"], json.dumps({"ANSIBLE_MODULE_ARGS": dict(options)}))

    def run_python(self, arguments: Sequence[str], given: str = "") -> Cost:
        """Run Python with these arguments where it finds the collection, and compiles it each time."""
        environment = {**self.environment, "PYTHONPATH": str(self.folder), "PYTHONDONTWRITEBYTECODE": "1"}
        return run([sys.executable, *arguments], environment, self.folder, given)

    def play(self, action: str, options: Mapping[str, Any], times: int = 1) -> Cost:
        """Run a playbook of so many of these tasks."""
        book = [{"hosts": "localhost", "gather_facts": False, "tasks": [{action: dict(options)}] * times}]
        path = self.folder / "playbook.json"
        path.write_text(json.dumps(book), encoding="utf-8")
        return run([*_PLAYBOOK, str(path)], self.environment, self.folder)

    def play_book(self, book: pathlib.Path, variables: Mapping[str, Any]) -> Cost:
        """Run a playbook with these variables."""
        path = self.folder / "variables.json"
        path.write_text(json.dumps(variables), encoding="utf-8")
        return run([*_PLAYBOOK, str(book), "-e", f"@{path}"], self.environment, self.folder)

    def _play(self, cell: Cell, way: str, options: Mapping[str, Any]) -> Cost:
        if way == TASK:
            return self.play(f"otc.teardown.{cell.kind.module}", options)
        variables = {"cloud_connection": self.cloud.connection(), "job_ids": options["job_ids"], "wait": cell.wait}
        return self.play_book(ROOT / "tests" / "benchmark" / "uri_loop.yml", variables)

    def _options(self, cell: Cell) -> dict[str, Any]:
        connection = self.cloud.connection()
        if cell.kind is DRS:
            connection = {**KEYS, "region": connection["region"], "endpoints": connection["endpoints"]}
        options = {**connection, "concurrency": cell.concurrency, "wait_interval": WAIT_INTERVAL, "wait": cell.wait}
        if cell.by_id:
            return {**options, "job_ids": self.cloud.ids()}
        return {**options, **({"filters": {"names": [cell.names]}} if cell.names else {"all": True})}


@contextlib.contextmanager
def bench_at(cloud: Cloud) -> Iterator[Bench]:
    """A bench with a copy of the collection, as it is installed: without compiled files."""
    with tempfile.TemporaryDirectory(prefix="otc-teardown-bench-") as name:
        folder = pathlib.Path(name)
        collection = folder / "ansible_collections" / "otc" / "teardown"
        for part in ("plugins", "meta", "roles"):
            shutil.copytree(ROOT / part, collection / part, ignore=shutil.ignore_patterns("__pycache__"))
        (folder / "ansible.cfg").touch()
        yield Bench(cloud, folder)


def _environment(folder: pathlib.Path) -> dict[str, str]:
    kept = {key: os.environ[key] for key in ("PATH", "HOME", "LANG") if key in os.environ}
    return {
        **kept,
        "ANSIBLE_COLLECTIONS_PATH": str(folder),
        "ANSIBLE_CONFIG": str(folder / "ansible.cfg"),
        "ANSIBLE_HOME": str(folder / "home"),
        "ANSIBLE_LOCALHOST_WARNING": "false",
        "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
        "NO_PROXY": "127.0.0.1",
    }
