# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs OpenStack Keystone on loopback: the Identity API v3 that the IAM of both clouds speaks, by those who made it."""

from __future__ import annotations

import base64
import contextlib
import os
import pathlib
import shutil
import socket
import sqlite3
import subprocess
import time
from types import TracebackType

import requests

ROOT = pathlib.Path(__file__).resolve().parents[2]
ENVIRONMENT = ROOT / ".venv" / "keystone"
INSTALL_LOG = ROOT / ".venv" / "keystone.log"
ADMIN_PASSWORD = "administrator"

_SECONDS_TO_START = 120
_CONFIGURATION = """\
[DEFAULT]
use_stderr = true
[database]
connection = sqlite:///{folder}/keystone.db
[fernet_tokens]
key_repository = {folder}/fernet
[fernet_receipts]
key_repository = {folder}/fernet
[credential]
key_repository = {folder}/fernet
[identity]
password_hash_rounds = 4
[token]
expiration = {life}
"""
_SERVER = """\
wsgi_app = "keystone.wsgi.api:application"
bind = "fd://{handle}"
workers, threads = 1, 1
control_socket_disable = True
accesslog = "{folder}/access.log"
access_log_format = "%(m)s %(U)s %(s)s"
"""


def why_not_installed() -> str | None:
    """What kept Keystone from being installed, None if it is."""
    if (ENVIRONMENT / "bin" / "gunicorn").exists():
        return None
    if not INSTALL_LOG.exists():
        return "nobody has tried, which make test does"
    return (INSTALL_LOG.read_text(encoding="utf-8").strip().splitlines() or ["no reason was given"])[-1][:300]


class Keystone:
    """One process of Keystone: `with Keystone(folder) as keystone`, then `wait`; its `url` ends in /v3.

    `life` of tokens in seconds; with 0 they have expired when they are issued. Two with the same `database`
    (a folder that another has filled) know the same users and accept each other's tokens.
    """

    def __init__(self, folder: pathlib.Path, life: int = 3600, database: pathlib.Path | None = None) -> None:
        self._folder = folder
        self._database = database or folder
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}/v3"
        self._write("keystone.conf", _CONFIGURATION.format(folder=self._database, life=life))
        # Gunicorn gets no arguments, because Keystone would read them as its own.
        self._write("gunicorn.conf.py", _SERVER.format(folder=folder, handle=self._socket.fileno()))
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Keystone:
        if self._database == self._folder:
            self._fill()
        with open(self._folder / "server.log", "wb") as log:
            self._process = subprocess.Popen(
                [ENVIRONMENT / "bin" / "gunicorn"], cwd=self._folder, env=self._environment(), stdout=log, stderr=log,
                pass_fds=[self._socket.fileno()],
            )
        return self

    def wait(self) -> None:
        """Return when it answers; raises RuntimeError with its last words if it does not."""
        last = time.monotonic() + _SECONDS_TO_START
        while not self._answers():
            if self._process is None or self._process.poll() is not None or time.monotonic() > last:
                raise RuntimeError(f"Keystone does not start:\n{self._log('server.log')}")
            time.sleep(0.05)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._socket.close()

    def requests(self) -> list[str]:
        """What was asked of it so far, each as `POST /v3/auth/tokens 201`."""
        # A request is noted after its answer went out, by the only thread there is, so before this one is answered.
        requests.get(self.url.removesuffix("v3"), timeout=30)
        lines = (self._folder / "access.log").read_text(encoding="utf-8").splitlines()
        return [line for line in lines if not line.startswith("GET / ")]

    def _fill(self) -> None:
        """Keys, tables and an administrator. The tables are made once for each installation: that takes long."""
        (self._folder / "fernet").mkdir(mode=0o700)
        for number in "01":
            self._write(f"fernet/{number}", base64.urlsafe_b64encode(os.urandom(32)).decode("ascii"))
        made, mine = ENVIRONMENT / "filled.db", self._folder / "keystone.db"
        if made.exists():
            shutil.copy(made, mine)
            return
        self._manage("db_sync")
        self._manage("bootstrap", "--bootstrap-password", ADMIN_PASSWORD, "--bootstrap-region-id", "eu-de")
        with contextlib.closing(sqlite3.connect(mine)) as database:
            database.execute("PRAGMA journal_mode = WAL")  # two processes, of which one writes
        whole = shutil.copy(mine, f"{made}.{os.getpid()}")
        os.replace(whole, made)

    def _manage(self, *arguments: str) -> None:
        command = [ENVIRONMENT / "bin" / "keystone-manage", "--config-file", self._folder / "keystone.conf", *arguments]
        done = subprocess.run(command, env=self._environment(), capture_output=True, text=True, check=False, timeout=120)
        if done.returncode:
            raise RuntimeError(f"keystone-manage {arguments[0]} failed:\n{done.stderr[-2000:]}")

    def _answers(self) -> bool:
        try:
            return requests.get(self.url, timeout=5).ok
        except requests.RequestException:
            return False

    def _environment(self) -> dict[str, str]:
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("OS_", "PYTHON"))}
        return {**clean, "OS_KEYSTONE_CONFIG_FILES": str(self._folder / "keystone.conf"), "PYTHONWARNINGS": "ignore"}

    def _write(self, name: str, text: str) -> None:
        (self._folder / name).write_text(text, encoding="utf-8")

    def _log(self, name: str) -> str:
        return (self._folder / name).read_text(encoding="utf-8", errors="replace")[-2000:]
