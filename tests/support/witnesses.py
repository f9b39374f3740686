# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests with clients of others share: the kinds, the rows that both sides must show, and what was sent."""

from __future__ import annotations

from typing import Any

from ansible_collections.otc.teardown.plugins.module_utils._modules.kinds import KINDS as RESOURCES
from tests.simulator import Simulator
from tests.support.all_kinds import ALL_KINDS
from tests.support.harness import Kind


def kind_of(name: str) -> Kind:
    """What the other tests know of the kind."""
    return next(kind for kind in ALL_KINDS if kind.module == name)


def expected(kind: Kind, number: int, named: bool = True) -> dict[str, Any]:
    """A running job as both sides must show it, but for the spelling of its status."""
    return {"id": kind.id(number), "name": f"job-{number}" if named else None, "status": kind.running}


def as_we_write_it(kind: Kind, row: dict[str, Any]) -> dict[str, Any]:
    """The row with its id as text and its status by our name."""
    return {**row, "id": str(row["id"]), "status": RESOURCES[kind.module].statuses.name(row["status"])}


def sent(sim: Simulator) -> list[tuple[str, str, Any, Any]]:
    """Method, path, query and body of what changes something."""
    return [(entry["method"], entry["path"], entry["query"], entry["body"]) for entry in sim.writes()]
