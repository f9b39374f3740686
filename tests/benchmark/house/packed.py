# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Ansible sends to a host to run a module there, and how long that takes to import."""

from __future__ import annotations

import base64
import json
import pathlib
import re
import sys
import zipfile
from collections.abc import Sequence
from typing import NamedTuple

from tests.benchmark.house.sides import Side
from tests.benchmark.processes import run

_OURS = "ansible_collections/otc/teardown/"
_ZIP = re.compile(r"""["'](UEsD[A-Za-z0-9+/=]+)["']""")
_IMPORT = """
import time
begin = time.process_time()
import ansible_collections.otc.teardown.plugins.modules.{module}
print(time.process_time() - begin)
"""


class Packed(NamedTuple):
    """A module as it is sent: files of this collection that are not empty, their bytes, bytes of all, seconds to import.

    The seconds are of processor, in a fresh Python that compiles all it imports from the archive, as a host does it.
    """

    files: int
    ours: int
    sent: int
    seconds: float


def packed_modules(sides: Sequence[Side], times: int) -> list[dict[str, Packed]]:
    """For each side its modules by name, each imported so many times; the quickest counts, and the sides take turns."""
    sent = [_sent(side) for side in sides]
    seconds: list[dict[str, list[float]]] = [{module: [] for module in scripts} for scripts in sent]
    for _turn in range(times):
        for side, scripts, found in zip(sides, sent, seconds, strict=True):
            for module in scripts:
                found[module].append(_import(_archive(side, module), module, side.folder))
    return [
        {module: _packed(_archive(side, module), script, min(found[module])) for module, script in scripts.items()}
        for side, scripts, found in zip(sides, sent, seconds, strict=True)
    ]


def _sent(side: Side) -> dict[str, pathlib.Path]:
    """What Ansible made of each module: tasks without options, which fail, and whose files are kept."""
    tasks = [{f"otc.teardown.{module}": {}, "ignore_errors": True} for module in side.modules()]
    book = side.folder / "modules.json"
    book.write_text(json.dumps([{"hosts": "localhost", "gather_facts": False, "tasks": tasks}]), encoding="utf-8")
    side.play(book, ANSIBLE_KEEP_REMOTE_FILES="true")
    sent = {path.stem.removeprefix("AnsiballZ_"): path for path in (side.folder / "remote").glob("*/AnsiballZ_*.py")}
    for module, script in sent.items():
        _archive(side, module).write_bytes(archive_in(script.read_text(encoding="utf-8")))
    return {module: sent[module] for module in side.modules()}


def _archive(side: Side, module: str) -> pathlib.Path:
    return side.folder / f"{module}.zip"


def _packed(archive: pathlib.Path, script: pathlib.Path, seconds: float) -> Packed:
    files = ours(archive)
    return Packed(len(files), sum(files), script.stat().st_size, seconds)


def archive_in(script: str) -> bytes:
    """The archive that is written into the script. ValueError if there is none."""
    found = _ZIP.search(script)
    if found is None:
        raise ValueError("this is not what Ansible makes of a module: there is no archive in it")
    return base64.b64decode(found.group(1))


def ours(archive: pathlib.Path) -> Sequence[int]:
    """The bytes of each file of this collection in an archive; those that only make a folder a package do not count."""
    with zipfile.ZipFile(archive) as opened:
        return [each.file_size for each in opened.infolist() if each.filename.startswith(_OURS) and each.file_size]


def _import(archive: pathlib.Path, module: str, folder: pathlib.Path) -> float:
    environment = {"PYTHONPATH": str(archive), "PYTHONDONTWRITEBYTECODE": "1"}
    return float(run([sys.executable, "-c", _IMPORT.format(module=module)], environment, folder).output)
