# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Make this checkout importable as ansible_collections.otc.teardown, wherever it was cloned to."""

from __future__ import annotations

import os
import pathlib
import signal
import sys
import tempfile
from collections.abc import Iterator
from typing import Any

import pytest
from ansible.release import __version__ as ansible_version

from tests import counting

ROOT = pathlib.Path(__file__).resolve().parents[1]

# Under ansible-test the checkout already lies in such a tree.
if ROOT.parent.parent.name != "ansible_collections":
    _tree = tempfile.TemporaryDirectory(prefix="otc-teardown-")
    _link = pathlib.Path(_tree.name, "ansible_collections", "otc", "teardown")
    _link.parent.mkdir(parents=True)
    _link.symlink_to(ROOT)
    sys.path.insert(0, _tree.name)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """For `-n auto`: one more than there are processors, because plays wait a tenth of their time for the simulated cloud."""
    return (os.cpu_count() or 1) + 1


def pytest_report_header() -> str:
    """What is tested against."""
    target = os.environ.get("MODULE_PYTHON")
    return f"ansible-core {ansible_version}" + (f", modules under {target}" if target else "")


@pytest.fixture
def hangup_heard() -> Iterator[None]:
    """Tests and the processes that they start react to SIGHUP, also under nohup."""
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGHUP, before)


def pytest_sessionstart(session: pytest.Session) -> None:
    """Count this run."""
    if _is_counted(session.config):
        counting.begin()


def pytest_terminal_summary(terminalreporter: Any, exitstatus: int, config: pytest.Config) -> None:
    """Note what came of it."""
    if _is_counted(config):
        counting.end(terminalreporter.stats, exitstatus == pytest.ExitCode.OK)


def _is_counted(config: pytest.Config) -> bool:
    return "TEST_COUNTS" in os.environ and not hasattr(config, "workerinput")
