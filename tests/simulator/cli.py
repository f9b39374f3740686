# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line: start a simulator, and run it until a signal."""
from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from .admin import endpoints
from .checks import ScenarioError
from .core import Core
from .scenario import load
from .server import Server, check_host
from .shell import environment

_DEMO = Path(__file__).parent / "scenarios" / "demo.yml"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the simulator; return the exit code."""
    options = _options(arguments)
    try:
        check_host(options.host)
        core = Core(load(options.scenario))
    except ValueError as problem:
        kind = "scenario: " if isinstance(problem, ScenarioError) else ""
        print(f"simulator: {kind}{problem}", file=sys.stderr)
        return 2
    try:
        return asyncio.run(_run(Server(core, options.host, options.port), core, options.ready_file))
    except OSError as problem:
        print(f"simulator: cannot listen on {options.host} port {options.port}, or write the ready file: {problem}", file=sys.stderr)
        return 1


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.simulator", description="Simulates the cloud on loopback. See docs/rehearse.md.")
    parser.add_argument("--scenario", metavar="FILE", default=_DEMO, help="YAML or JSON file with projects, jobs and behavior (default: scenarios/demo.yml)")
    parser.add_argument("--host", default="127.0.0.1", help="a loopback address (default: %(default)s)")
    parser.add_argument("--port", type=int, default=0, help="0 (the default) takes any free port")
    parser.add_argument("--ready-file", type=Path, metavar="PATH", help="JSON file with url and pid, written once the simulator listens")
    return parser.parse_args(arguments)


async def _run(server: Server, core: Core, ready_file: Path | None) -> int:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    url = await server.start()
    try:
        if ready_file is not None:
            _write_ready_file(ready_file, url)
        print("\n".join([f"simulator ready on {url}", *environment(core.scenario, url, endpoints(url))]), flush=True)
        await stopped.wait()
    finally:
        await server.close()
        if ready_file is not None:
            ready_file.unlink(missing_ok=True)
    return 0


def _write_ready_file(path: Path, url: str) -> None:
    """Write the file under another name and rename it, so that no reader sees an incomplete file."""
    partial = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump({"url": url, "pid": os.getpid()}, file)
    partial.replace(path)
