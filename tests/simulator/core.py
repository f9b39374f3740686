# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole state of a running simulator; a new scenario replaces all of it."""
from __future__ import annotations

import time
from typing import Any

from .faults import Fault, make_fault, validate_fault
from .iam import Iam
from .journal import Journal
from .scenario import validate
from .throttle import Limit, Throttle
from .world import World


class Core:
    """The state behind the HTTP server."""

    def __init__(self, scenario: Any = None) -> None:
        self.url = ""
        self.journal = Journal()
        self._start = time.monotonic()
        self._skipped = 0.0
        self.load(scenario)

    def clock(self) -> float:
        """Return the seconds since the start; all scripted changes use this clock."""
        return time.monotonic() - self._start + self._skipped

    def wall(self) -> float:
        """Return the time of day; tokens and times of creation use it."""
        return time.time() + self._skipped

    def skip(self, seconds: float) -> None:
        """Move the clock forward at once; delays, tokens, locks and rate limits follow it."""
        self._skipped += seconds

    def load(self, scenario: Any) -> None:
        """Load a scenario, or raise ScenarioError and keep the current one."""
        full = validate(scenario)
        world = World(full, self.clock, self.wall())
        self.scenario: dict[str, Any] = full
        self.world = world
        self.iam = Iam(full, self.clock, self.wall)
        self.faults: list[Fault] = [make_fault(rule, full["seed"] + index) for index, rule in enumerate(full["faults"])]
        limit = full["rate_limit"]
        self.throttle = Throttle(Limit(**{**limit, **({"services": tuple(limit["services"])} if "services" in limit else {})}) if limit else None)
        self.journal.clear()

    def add_fault(self, rule: Any) -> Fault:
        """Add a fault after the existing ones."""
        fault = make_fault(validate_fault(rule, "fault"), self.scenario["seed"] + len(self.faults))
        self.faults.append(fault)
        return fault
