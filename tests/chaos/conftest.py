# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`make chaos` writes what it measured into docs/dev/reliability.md."""

from __future__ import annotations

import os
import time
from typing import Any

import pytest

from tests import reliability
from tests.chaos.report import page_part

_STARTED = time.monotonic()


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Gather what the tests of all workers noted."""
    if "CHAOS_REPORT" not in os.environ or hasattr(config, "workerinput"):
        return
    ended = [report for outcome in ("passed", "failed") for report in terminalreporter.stats.get(outcome, [])]
    notes = [value for report in ended for name, value in report.user_properties if name == "chaos"]
    seeds = len({value for report in ended for name, value in report.user_properties if name == "seed"})
    reliability.put("chaos", page_part(notes, seeds, time.monotonic() - _STARTED))
