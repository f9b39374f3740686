# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""States of jobs: the provider's names, and the four phases that decide what we do."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from ansible_collections.otc.teardown.plugins.module_utils._base.text import plain

STOPPABLE, STOPPING, ENDED, UNKNOWN = "stoppable", "stopping", "ended", "unknown"


class Statuses(NamedTuple):
    """The statuses of one kind of job.

    `phases` name -> phase. `numbers` raw integer -> name, where the API reports integers. `aliases`
    other spelling -> name. `by_itself` names that a job reaches without any stop, so that they prove
    nothing about a stop whose answer was lost. `stop_failed` names that say that a stop failed. `absent` names
    under which a read by id shows what does not exist any more. `unclear` names, of phase unknown, that a leftover keeps: nobody
    documents whether it still costs anything.
    """

    phases: Mapping[str, str]
    numbers: Mapping[int, str] = {}
    aliases: Mapping[str, str] = {}
    by_itself: frozenset[str] = frozenset()
    stop_failed: frozenset[str] = frozenset()
    absent: frozenset[str] = frozenset()
    unclear: frozenset[str] = frozenset()

    def name(self, raw: Any) -> str | None:
        """The provider's name for a raw status in capitals; None where there is none."""
        if raw is None or isinstance(raw, (bool, dict, list)) or raw == "":
            return None
        text = plain(raw).strip()
        if self.numbers and re.fullmatch(r"-?\d{1,18}", text, re.ASCII):
            return self.numbers.get(int(text), text)
        text = text.upper()
        return self.aliases.get(text, text)

    def phase(self, name: str | None) -> str:
        """The phase of a status name; `unknown` for any that is not in the table."""
        return self.phases.get(name or "", UNKNOWN)


def phases(**names: str) -> dict[str, str]:
    """A table from blank-separated status names per phase: `phases(stoppable="RUNNING", ended="DONE")`."""
    return {name: phase for phase, listed in names.items() for name in listed.split()}
