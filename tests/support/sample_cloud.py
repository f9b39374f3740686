# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A simulated cloud that holds what the examples in the documentation speak of."""

from __future__ import annotations

from typing import Any

from tests.simulator.kinds import KINDS
from tests.support.documents import ROOT
from tests.tools.kinds.words import kinds_of


def samples() -> dict[str, Any]:
    """The list of a scenario -> the job that the documentation of its kind takes as a sample."""
    found: dict[str, Any] = {}
    for kind in kinds_of(ROOT):
        there, sample = KINDS[kind.name], kind.words["sample"]
        job = {"id": sample["id"], **({"name": sample["name"]} if sample.get("name") else {})}
        above = {"id": sample["parent"], "name": sample["parent_name"] or "above", there.below: [job]} if there.below else job
        found[there.listed_as] = [above]
    return found


SCENARIO: dict[str, Any] = {
    **samples(),
    "projects": [{"id": "0123456789abcdef0123456789abcdef", "name": "eu-de"}, {"id": "fedcba9876543210fedcba9876543210", "name": "eu-de_team"}],
    "stop_delay": 0.05,
    "visualization_jobs": [
        {"id": 10, "name": "tb-dev", "status": "RUNNING", "age": 90000, "duration": 90000},
        {"id": 11, "name": "demo-1", "status": "RUNNING", "age": 90000, "duration": 90000},
    ],
    "processor_tasks": [
        {"id": "pkxyYJDmEWSoZlr5rPm", "name": "clean", "versions": [
            {"id": "tYzCVnNHnSvMqZEp8kX", "name": "V002", "status": "RUNNING"},
        ]},
    ],
    "services": [
        {"id": "88bb1c2d-0a1b-4c2d-8e3f-0123456789ab", "name": "edge", "tasks": [
            {"id": "53e4c2b1a09f8e7d6c5b4a3928b55b3e", "name": "camera-7", "status": "RUNNING", "age": 90000},
        ]},
    ],
    "dlf_jobs": [
        {"id": "nightly-load", "name": "nightly-load"},
        {"id": "weekly-load", "name": "weekly-load", "workspace_id": "b610c6b5d5f7417ba2a0c3dd2e1aa8f6"},
    ],
    "drs_jobs": [
        {"id": "c7debc9c-8e09-4a5d-8dd6-cc44f78jb20r", "name": "test-orders", "status": "FULL_TRANSFER_STARTED",
         "age": 900000},
    ],
}
