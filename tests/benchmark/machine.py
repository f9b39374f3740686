# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The machine and the programs with which something was measured, in words."""

from __future__ import annotations

import importlib.metadata
import os
import pathlib
import platform
import re
import time
from collections.abc import Sequence

PACKAGES = ("ansible-core", "requests", "aiohttp", "huaweicloudsdkdrs")


def load() -> float:
    """How many processes were running or waiting to run in the last minute, on average."""
    return os.getloadavg()[0]


def describe(load_before: float, packages: Sequence[str] = PACKAGES) -> str:
    """A few sentences, at the end of a measurement; `load_before` is what `load` said at its beginning."""
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in packages)
    return (
        f"Measured on {time.strftime('%Y-%m-%d')} on {os.cpu_count()} cores ({_processor()}) with {_memory()} GiB of memory, "
        f"Python {platform.python_version()}, {versions}. Besides, {load_before:.1f} processes on "
        f"average were running or waiting to run in the minute before it began; in its last minute, {load():.1f} with its own."
    )


def _processor() -> str:
    found = re.search(r"model name\s*: (.+)", pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8"))
    return found.group(1) if found else platform.machine()


def _memory() -> int:
    return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30)
