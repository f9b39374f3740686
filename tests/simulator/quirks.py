# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Quirks: behavior that the public documents leave open and a scenario can choose. Each has a name, a default and choices."""
from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Quirk:
    """One quirk: its default, and either its allowed values or the type of its numbers."""

    default: Any
    choices: tuple[Any, ...] = ()
    number: type | None = None

    def read(self, value: Any) -> Any:
        """Return the choice for a value (400 and "400" are the same), or a number not below 0; None if the value is neither."""
        if self.number is None:
            same = (choice for choice in self.choices if str(choice) == str(value) and isinstance(choice, bool) == isinstance(value, bool))
            return next(same, None)
        allowed = (int, float) if self.number is float else (int,)
        return value if isinstance(value, allowed) and not isinstance(value, bool) and value >= 0 else None

    def describe(self) -> str:
        """Return the allowed values as text, for an error message."""
        if self.number is not None:
            return "a number from 0 up" if self.number is float else "a whole number from 0 up"
        return " or ".join(str(choice).lower() for choice in self.choices)


def _switch(default: bool) -> Quirk:
    return Quirk(default, (True, False))


def _choice(*choices: Any) -> Quirk:
    return Quirk(choices[0], choices)


QUIRKS: dict[str, Quirk] = {
    # all services
    "ids_as_strings": _switch(False),
    "status_as_strings": _switch(False),
    "list_lag": Quirk(0.0, number=float),
    "limit_over_max": _choice("refuse", "cap"),
    "token_refusal": _choice("gateway", "service"),
    "tags": _choice("shown", "absent", "null"),
    # kinds with a list of everybody's jobs and one of the caller's own
    "others_jobs": _choice("shown", "denied"),
    # visualization jobs
    "visualization_failure_status": _choice(400, 200),
    "visualization_stop_body": _choice("is_success", "empty_object", "none"),
    "visualization_missing": _choice("404", "400_code", "200_code"),
    # edge services and their tasks
    "services_offset": _choice("page", "record"),
    "service_task_offset": _choice("record", "page"),
    "service_task_limit_max": Quirk(100, number=int),
    "service_task_missing": _choice("404", "404_code", "400_code"),
    "edge": _switch(False),
    "inference_service_missing": _choice("3502", "3822", "404"),
    # inference services of API v2
    "inference_v2_missing": _choice(404, 400),
    "inference_v2_stop_status": _choice(200, 202),
    # datasets and their intelligent tasks
    "datasets_offset": _choice("page", "record"),
    "dataset_missing": _choice("4338", "4352", "4301", "404"),
    "intelligent_task_missing": _choice("4612", "4631", "4636", "4700", "404"),
    # processor tasks
    "processor_offset": _choice("page", "record"),
    "processor_missing": _choice("404_code", "404", "400_code"),
    "processor_stop_again": _choice("accept", "refuse"),
    # notebooks
    "notebook_offset": _choice("record", "page"),
    "notebook_limit_max": Quirk(50, number=int),
    "notebook_workspace_key": _choice("workspaceId", "workspace_id"),
    "notebook_workspaces": _choice("default", "all"),
    "notebook_missing": _choice("404", "6309", "6404", "6357"),
    # DLI
    "dli_missing": _choice("400", "404"),
    # MRS
    "mrs_missing": _choice("0176", "0201"),
    "mrs_offset": _choice("page", "record"),
    "mrs_limit_max": Quirk(100, number=int),
    # DataArts Factory
    "dlf_offset": _choice("page", "record"),
    # old development environments
    "dev_environment_offset": _choice("record", "page"),
    "dev_environment_missing": _choice("404", "6309"),
    # Lite servers
    "lite_server_all": _choice("page", "ignore", "refuse"),
    "lite_server_missing": _choice("6404", "404"),
    # workflows and their executions
    "workflow_limit_max": Quirk(100, number=int),
    "workflow_missing": _choice("400_code", "404"),
    "workflow_stop_status": _choice(200, 201, 202),
    # versions of training jobs of the old API
    "training_version_missing": _choice("404", "400_0102", "200_0102", "400_0105"),
    # training jobs
    "training_offset": _choice("page", "record"),
    "training_workspace": _choice("honored", "ignored", "refused"),
    "training_missing": _choice("2775", "2842", "404"),
    "training_stop_status": _choice(202, 200),
    # DRS
    "drs_v5": _switch(True),
    "drs_v3": _switch(True),
    "drs_batch_stop": _switch(True),
    "drs_batch_max": Quirk(0, number=int),
    "drs_v5_limit_max": Quirk(1000, number=int),
    "drs_v5_refusal": _choice(200, 400),
    "drs_result_case": _choice("lower", "title"),
    "drs_missing_in_status": _choice("item", "omitted", "400"),
    "drs_pauseing": _switch(False),
    "drs_create_time": _choice("documented", "epoch_ms", "epoch_ms_string", "space", "iso"),
    "drs_force_while_stopping": _choice("accept", "refuse"),
    "drs_parent_stop": _choice("accept", "refuse"),
    "drs_children": _choice("inside", "twice", "alone"),
}

DEFAULTS: dict[str, Any] = {name: quirk.default for name, quirk in QUIRKS.items()}
