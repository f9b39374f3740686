# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role `teardown` without Ansible: the same steps and module calls in one process, for tests that need many runs."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from typing import Any

from ansible_collections.otc.teardown.plugins.plugin_utils._teardown.kinds import KINDS as KIND_DESCRIPTIONS
from ansible_collections.otc.teardown.plugins.plugin_utils._teardown.results import add_result
from ansible_collections.otc.teardown.plugins.plugin_utils._teardown.run import take
from tests.integration.harness import run
from tests.simulator import Simulator

Known = dict[str, Any]

KINDS = ("modelarts_service_task", "modelarts_processor_task_version", "modelarts_visualization_job", "drs_job")
PROJECT = {"id": "0123456789abcdef0123456789abcdef", "name": "eu-de"}
VARIABLES: dict[str, Any] = {
    "mode": "plan", "resources": list(KINDS), "order": list(KINDS), "filters": {}, "filters_by_resource": {}, "all": True,
    "exclude": {}, "plan_file": "plan.json", "report_dir": "report", "plan_ttl": "24h", "confirm": "eu-de",
    "allow_incomplete": False, "max_drift_percent": 100, "settle": 0, "projects_allowed": [PROJECT], "projects_forbidden": [],
    "max_stops": 1000, "max_percent": 100, "max_percent_floor": 0, "canary": [], "protect": [],
}


class Driver:
    """Plans, applies and verifies at one simulator."""

    def __init__(self, sim: Simulator) -> None:
        self.sim = sim

    def plan(self, **variables: Any) -> Known:
        """What is known after `teardown_mode: plan`."""
        known = self._select(self._identify(self._begin("plan", variables)))
        return _step(_step(known, "make_plan"), "report")

    def apply(self, plan: Known, killed_after: int | None = None, **variables: Any) -> Known:
        """What is known after `teardown_mode: apply`, killed before the kind with this number is stopped."""
        known = self._select(self._load("apply", plan, variables))
        known = _step(known, "compare")
        if not known["refusals"]:
            to_stop = known["to_stop"]
            for number, kind in enumerate(_kinds_of(to_stop)):
                if number == killed_after:
                    return known
                known = self._rows(known, "stopped", kind, to_stop, preview=False)
        return _step(known, "report")

    def verify(self, plan: Known, **variables: Any) -> Known:
        """What is known after `teardown_mode: verify`."""
        known = self._select(self._load("verify", plan, variables))
        return _step(_step(known, "verify"), "report")

    def _begin(self, mode: str, variables: dict[str, Any]) -> Known:
        known = _step({}, "begin", variables={**VARIABLES, "mode": mode, **variables})
        assert known["options"]["errors"] == []
        return known

    def _identify(self, known: Known) -> Known:
        return _step(known, "identify", caller=run(self.sim, "iam_caller_info", {}))

    def _load(self, mode: str, plan: Known, variables: dict[str, Any]) -> Known:
        known = _step(self._begin(mode, variables), "read_plan", content=json.dumps(plan))
        known = _step(self._identify(known), "check_plan")
        assert known["refusals"] == []
        return known

    def _select(self, known: Known) -> Known:
        for kind, selection in known["selections"].items():
            given = {key: value for key, value in selection.items() if value}
            if KIND_DESCRIPTIONS[kind].has_families:
                given["families"] = all(group["families"] for group in known["select_groups"])
            result = run(self.sim, kind, given, check_mode=True)
            known = _step(known, "keep", stage="selected", kinds=[kind], result=add_result({}, kind, result))
        known = _step(known, "look")
        for kind in _kinds_of(known["to_look_at"]):
            known = self._rows(known, "looked_at", kind, known["to_look_at"], preview=True)
        return known

    def _rows(self, known: Known, stage: str, kind: str, rows: Sequence[Known], preview: bool) -> Known:
        given = {"jobs": [row for row in rows if row["resource"] == kind], "on_missing": "ignore"}
        result = run(self.sim, kind, given, check_mode=preview)
        return _step(known, "keep", stage=stage, kinds=[kind], result=add_result({}, kind, result))


def _step(known: Known, name: str, **data: Any) -> Known:
    # Ansible keeps facts as JSON does.
    return json.loads(json.dumps(take(known, time.time(), name, **data)))


def _kinds_of(rows: Sequence[Known]) -> list[str]:
    named = {row["resource"] for row in rows}
    return [kind for kind in KINDS if kind in named]
