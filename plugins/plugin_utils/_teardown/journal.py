# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads the journal of earlier runs. Pure."""

from __future__ import annotations

import json

from ansible_collections.otc.teardown.plugins.module_utils._modules.kinds import KINDS
from ansible_collections.otc.teardown.plugins.plugin_utils._jobs import Mark, mark_of


def stopped_before(journal: str) -> frozenset[Mark]:
    """The marks of the jobs whose stop was accepted, from the text of a journal; invalid lines are ignored."""
    marks = set()
    for line in journal.splitlines():
        try:
            row = json.loads(line)
            if row["changed"] is True and row["resource"] in KINDS:
                marks.add(mark_of(row))
        except (KeyError, TypeError, ValueError):
            continue
    return frozenset(marks)
