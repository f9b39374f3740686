# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The two sides of the comparison: the collection as it was at a commit, and as it is in this checkout."""

from __future__ import annotations

import io
import os
import pathlib
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from tests.benchmark.cloud import ROOT
from tests.benchmark.processes import Cost, run

PARTS = ("plugins", "meta", "roles", "playbooks", "galaxy.yml", "tests/demo")
"""What is installed of the collection, and the playbooks of the demo, which set the variables of their time."""

_INHERITED = ("PATH", "HOME", "LANG")


class Side(NamedTuple):
    """One side: its name and its own folder, in which Ansible finds the collection."""

    name: str
    folder: pathlib.Path

    @property
    def collection(self) -> pathlib.Path:
        """The root of the collection."""
        return self.folder / "ansible_collections" / "otc" / "teardown"

    def modules(self) -> list[str]:
        """The modules that run in a process of their own, by name."""
        actions = {path.stem for path in (self.collection / "plugins" / "action").glob("local_*.py")}
        return sorted({path.stem for path in (self.collection / "plugins" / "modules").glob("*.py")} - actions)

    def play(self, book: pathlib.Path, *flags: str, **variables: str) -> Cost:
        """Run ansible-playbook with these flags and environment variables; RuntimeError with its output if it fails."""
        environment = {**_environment(self.folder), **variables}
        return run([sys.executable, "-m", "ansible", "playbook", str(book), *flags], environment, self.folder)


def at_commit(commit: str, folder: pathlib.Path) -> Side:
    """The side of a commit of this repository. RuntimeError if there is none of that name."""
    found = _git("rev-parse", "--short", "--verify", f"{commit}^{{commit}}").decode("ascii").strip()
    side = Side(found, folder)
    side.collection.mkdir(parents=True)
    with tarfile.open(fileobj=io.BytesIO(_git("archive", "--format=tar", found, *PARTS))) as archive:
        archive.extractall(side.collection, **_safely(archive))
    (folder / "ansible.cfg").touch()
    return side


def of_checkout(folder: pathlib.Path) -> Side:
    """The side of the files as they are now, committed or not."""
    side = Side("this checkout", folder)
    for part in PARTS:
        source, target = ROOT / part, side.collection / part
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target)
    (folder / "ansible.cfg").touch()
    return side


def _safely(archive: tarfile.TarFile) -> Mapping[str, str]:
    """Options that newer versions of Python need, and older ones do not know."""
    return {"filter": "data"} if hasattr(archive, "extraction_filter") else {}


def _git(*arguments: str) -> bytes:
    words: Sequence[str] = ("git", *arguments)
    done = subprocess.run(words, cwd=ROOT, capture_output=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(words)}: {done.stderr.decode('utf-8', 'replace').strip()}")
    return done.stdout


def _environment(folder: pathlib.Path) -> dict[str, str]:
    return {
        **{key: os.environ[key] for key in _INHERITED if key in os.environ},
        "ANSIBLE_COLLECTIONS_PATH": str(folder),
        "ANSIBLE_CONFIG": str(folder / "ansible.cfg"),
        "ANSIBLE_HOME": str(folder / "home"),
        "ANSIBLE_LOCAL_TEMP": str(folder / "local"),
        "ANSIBLE_REMOTE_TEMP": str(folder / "remote"),
        "ANSIBLE_LOCALHOST_WARNING": "false",
        "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
        "NO_PROXY": "127.0.0.1",
    }
