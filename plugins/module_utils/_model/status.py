# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Statuses of jobs: the names of the provider, and the four phases that decide what the program does."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from ansible_collections.otc.teardown.plugins.module_utils._base.text import plain

STOPPABLE, STOPPING, ENDED, UNKNOWN = "stoppable", "stopping", "ended", "unknown"


class Statuses(NamedTuple):
    """The statuses of one kind of job.

    `phases`: name -> phase. `numbers`: integer -> name, if the API reports integers. `aliases`: other spelling -> name. `by_itself`:
    names that a job can reach without a stop; they do not prove that a stop without an answer had its effect. `stop_failed`: names that
    mean that a stop failed. `absent`: names that a read by id reports for jobs that no longer exist. `unclear`: names with the phase
    unknown of which no document says whether such a job still costs anything.
    """

    phases: Mapping[str, str]
    numbers: Mapping[int, str] = {}
    aliases: Mapping[str, str] = {}
    by_itself: frozenset[str] = frozenset()
    stop_failed: frozenset[str] = frozenset()
    absent: frozenset[str] = frozenset()
    unclear: frozenset[str] = frozenset()

    def name(self, raw: Any) -> str | None:
        """The provider's name of a raw status, in capitals; None without a status."""
        if raw is None or isinstance(raw, (bool, dict, list)) or raw == "":
            return None
        text = plain(raw).strip()
        if self.numbers and re.fullmatch(r"-?\d{1,18}", text, re.ASCII):
            return self.numbers.get(int(text), text)
        text = text.upper()
        return self.aliases.get(text, text)

    def phase(self, name: str | None) -> str:
        """The phase of a status name; `unknown` if it is not in the table."""
        return self.phases.get(name or "", UNKNOWN)


def phases(**names: str) -> dict[str, str]:
    """A table from blank-separated status names per phase: `phases(stoppable="RUNNING", ended="DONE")`."""
    return {name: phase for phase, listed in names.items() for name in listed.split()}
