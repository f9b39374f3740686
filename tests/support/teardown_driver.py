# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role `teardown` without Ansible: the same steps and module calls in one process, for tests that need many runs."""

from __future__ import annotations

import json
import time
from typing import Any

from ansible_collections.otc.teardown.plugins.plugin_utils._teardown.run import take
from tests.simulator import Simulator
from tests.support.harness import run

Known = dict[str, Any]

KINDS = (
    "modelarts_training_job", "modelarts_service_task", "modelarts_processor_task_version", "modelarts_service", "modelarts_visualization_job", "drs_job",
)
PROJECT = {"id": "0123456789abcdef0123456789abcdef", "name": "eu-de"}
VARIABLES: dict[str, Any] = {
    "mode": "plan", "resources": list(KINDS), "order": list(KINDS), "filters": {}, "filters_by_resource": {}, "all": True,
    "exclude": {}, "plan_file": "plan.json", "report_dir": "report", "history": 0, "metrics_file": "", "prices": [], "price_hours": 24, "notify": {},
    "plan_ttl": "24h", "confirm": "eu-de",
    "allow_incomplete": False, "on_unclear": "warn", "max_drift_percent": 100, "settle": 0, "projects_allowed": [PROJECT], "projects_forbidden": [],
    "max_stops": 1000, "max_percent": 100, "max_percent_floor": 0, "canary": [], "protect": [], "keep_tag": "", "baseline": "",
    "connection": {}, "wait": True, "wait_timeout": 600, "wait_interval": 0.5, "concurrency": 8, "drs_api": "auto", "force": False,
    "force_after": "", "windows": [], "outside_windows": "refuse", "lock": True,
}


class Driver:
    """Plans, applies and verifies at one simulator."""

    def __init__(self, sim: Simulator) -> None:
        self.sim = sim

    def plan(self, **variables: Any) -> Known:
        """What is known after `teardown_mode: plan`."""
        known = self._begin("plan", variables)
        seen = self._read(known)
        return _step(known, "finish", caller=seen["selected"]["caller"], stopped={}, **seen)

    def apply(self, plan: Known, killed_after: int | None = None, **variables: Any) -> Known:
        """What is known after `teardown_mode: apply`, killed before the kind with this number is stopped."""
        known = self._load("apply", plan, variables)
        seen = self._read(known)
        caller = seen["selected"]["caller"]
        known = _step(known, "compare", caller=caller, **seen)
        stopped: Known = {}
        if not known["refusals"] and known["to_stop"]:
            kinds = [kind for kind in known["options"]["order"] if kind in {row["resource"] for row in known["to_stop"]}][:killed_after]
            rows = [row for row in known["to_stop"] if row["resource"] in kinds]
            stopped = self._jobs({"jobs": rows, "on_missing": "ignore"}) if rows else {}
            if killed_after is not None and len(rows) < len(known["to_stop"]):
                return known
        return _step(known, "finish", caller=caller, stopped=stopped, **seen)

    def verify(self, plan: Known, **variables: Any) -> Known:
        """What is known after `teardown_mode: verify`."""
        known = self._load("verify", plan, variables)
        seen = self._read(known)
        return _step(known, "finish", caller=seen["selected"]["caller"], stopped={}, **seen)

    def _begin(self, mode: str, variables: dict[str, Any], content: str | None = None) -> Known:
        baseline = variables.pop("content", None)
        known = _step({}, "begin", variables={**VARIABLES, "mode": mode, **variables}, content=content, baseline=baseline)
        assert known["options"]["errors"] == []
        return known

    def _load(self, mode: str, plan: Known, variables: dict[str, Any]) -> Known:
        known = self._begin(mode, variables, json.dumps(plan))
        assert known["refusals"] == []
        return known

    def _read(self, known: Known) -> Known:
        """The results of the two readings."""
        selection = {"caller": True, **{key: value for key, value in known["selection"].items() if value}}
        selected = self._jobs(selection, check_mode=True)
        rows = _step(known, "unseen", selected=selected)
        given = {"jobs": rows, "on_missing": "ignore", **{key: known["selection"][key] for key in ("families", "tags")}}
        looked_at = self._jobs(given, check_mode=True) if rows else {}
        return {"selected": selected, "looked_at": looked_at}

    def _jobs(self, options: Known, **modes: Any) -> Known:
        return run(self.sim, "jobs", options, **modes)


def _step(known: Known, name: str, **data: Any) -> Any:
    # Ansible keeps facts as JSON does.
    return json.loads(json.dumps(take(known, time.time(), name, **data)))
