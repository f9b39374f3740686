# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The kinds of jobs as data: statuses, phases, and the statuses after a stop.

Sources: OTC ModelArts API reference ("Job Statuses", "Obtaining Service Tasks", "Querying the Version List of a
Data Processing Task", "Querying All Notebook Instances"), the DRS API references of OTC ("Task Statuses") and Huawei Cloud (v5 task
list), and the references of OTC about Data Lake Insight, the MapReduce Service and DataArts Studio (lists of jobs).
"""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

STOPPABLE, STOPPING, ENDED, UNKNOWN = "stoppable", "stopping", "ended", "unknown"
GONE = ""
"""The status of a job that no longer exists; no API has an empty status."""


SERVICES = ("modelarts", "drs", "dli", "mrs", "dlf")
"""The services that have jobs; each is the first part of its paths."""

ID_FORMS = {
    "uuid": "8-4-4-4-12",
    "drs": "8-4-4-4-7",
    "32": "32",
    "19": "19",
    "number": "",
    "uuid4": "8-4-4-4-12",
}
"""Form of a made-up id -> lengths of its parts; a number is counted up."""


@dataclass(frozen=True)
class Kind:
    """One resource: its statuses by phase and the path of a stop through them."""

    resource: str
    phases: Mapping[str, str]
    running: str
    on_stop: str | None
    stopped: str
    completed: str
    listed_as: str
    """The list of a scenario that holds the jobs, or the parents if the kind has any."""
    below: str | None = None
    """The list in a parent that holds the jobs."""
    parent: str | None = None
    """What a parent is called."""
    home: str | None = None
    """The key of a job in a scenario that is part of its identity, beside its id."""
    ids: str = "uuid"
    parent_ids: str = "uuid"
    """The form of made-up ids: a key of ID_FORMS."""
    can_force: bool = False
    stop_failed: str | None = None
    ends_as: Mapping[str, str] = field(default_factory=dict)
    """Stopping status -> the status at its end, if that is not `stopped`."""
    numbers: Mapping[str, int] = field(default_factory=dict)

    def phase(self, status: str) -> str:
        """Return the phase of a status; the phase of an undocumented status is unknown."""
        return self.phases.get(status, UNKNOWN)

    def end_of(self, status: str) -> str:
        """Return the final status after a status: that of its stop, or that of completion."""
        return self.ends_as.get(status, self.stopped) if self.phase(status) == STOPPING else self.completed

    def raw(self, status: str) -> str | int:
        """Return the status as the API writes it: a number for the integer kinds."""
        if not self.numbers:
            return status
        number = self.numbers.get(status)
        return int(status) if number is None else number

    def named(self, value: object) -> str | None:
        """Return the name of a status, given its name or number; None if it is not documented."""
        text = str(value)
        if text in self.phases:
            return text
        return next((name for name, number in self.numbers.items() if str(number) == text), None)


def _phases(**names: str) -> dict[str, str]:
    return {name: phase for phase, listed in names.items() for name in listed.split()}


def _numbered(text: str) -> dict[str, int]:
    return {name: number for number, name in enumerate(text.split())}


VISUALIZATION = Kind(
    resource="modelarts_visualization_job",
    phases=_phases(
        stoppable="INIT IMAGE_CREATING SUBMIT_TRYING WAITING RUNNING SCALING CHECK_INIT CHECK_RUNNING",
        stopping="KILLING",
        ended="IMAGE_FAILED SUBMIT_FAILED COMPLETED FAILED KILLED CANCELED SUBMIT_MODEL_FAILED DEPLOY_SERVICE_FAILED CHECK_FAILED",
        unknown="UNKNOWN DELETE_FAILED LOST CHECK_RUNNING_COMPLETED",
    ),
    running="RUNNING", on_stop="KILLING", stopped="KILLED", completed="COMPLETED", listed_as="visualization_jobs", ids="number",
    numbers=_numbered(
        "UNKNOWN INIT IMAGE_CREATING IMAGE_FAILED SUBMIT_TRYING SUBMIT_FAILED DELETE_FAILED WAITING RUNNING KILLING COMPLETED FAILED "
        "KILLED CANCELED LOST SCALING SUBMIT_MODEL_FAILED DEPLOY_SERVICE_FAILED CHECK_INIT CHECK_RUNNING CHECK_RUNNING_COMPLETED CHECK_FAILED"
    ),
)

PROCESSOR = Kind(
    resource="modelarts_processor_task_version",
    phases=_phases(stoppable="INITIALIZED RUNNING", ended="COMPLETED FAILED STOPPED"),
    running="RUNNING", on_stop=None, stopped="STOPPED", completed="COMPLETED",
    listed_as="processor_tasks", below="versions", parent="processor_task", ids="19", parent_ids="19",
    numbers=_numbered("INITIALIZED RUNNING COMPLETED FAILED STOPPED"),
)

SERVICE_TASK = Kind(
    resource="modelarts_service_task",
    phases=_phases(
        stoppable="RUNNING PENDING STARTING RECOVERING UPGRADING ABNORMAL",
        stopping="STOPPING DELETING FREEZING",
        ended="STOPPED SUCCEEDED FAILED CREATE_FAILED START_FAILED FROZEN",
    ),
    running="RUNNING", on_stop="STOPPING", stopped="STOPPED", completed="SUCCEEDED",
    listed_as="services", below="tasks", parent="service", ids="32",
    ends_as={"DELETING": GONE, "FREEZING": "FROZEN"},
)

DRS = Kind(
    resource="drs_job",
    phases=_phases(
        stoppable="CREATING CONFIGURATION WAITING_FOR_START STARTJOBING START_JOB_FAILED FULL_TRANSFER_STARTED FULL_TRANSFER_FAILED "
        "FULL_TRANSFER_COMPLETE INCRE_TRANSFER_STARTED INCRE_TRANSFER_FAILED PAUSING PAUSEING CHANGE_JOB_STARTED CHANGE_JOB_FAILED "
        "CHILD_TRANSFER_STARTING CHILD_TRANSFER_STARTED CHILD_TRANSFER_COMPLETE CHILD_TRANSFER_FAILED RELEASE_RESOURCE_FAILED "
        "REBUILD_NODE_STARTED REBUILD_NODE_FAILED NODE_UPGRADE_START NODE_UPGRADE_COMPLETE NODE_UPGRADE_FAILED",
        stopping="RELEASE_RESOURCE_STARTED RELEASE_CHILD_TRANSFER_STARTED",
        ended="RELEASE_RESOURCE_COMPLETE RELEASE_CHILD_TRANSFER_COMPLETE CREATE_FAILED DELETED",
    ),
    running="INCRE_TRANSFER_STARTED", on_stop="RELEASE_RESOURCE_STARTED", stopped="RELEASE_RESOURCE_COMPLETE",
    completed="RELEASE_RESOURCE_COMPLETE", stop_failed="RELEASE_RESOURCE_FAILED", listed_as="drs_jobs", ids="drs", can_force=True,
    ends_as={"RELEASE_CHILD_TRANSFER_STARTED": "RELEASE_CHILD_TRANSFER_COMPLETE"},
)

NOTEBOOK = Kind(
    resource="modelarts_notebook",
    phases=_phases(
        stoppable="RUNNING INIT CREATING STARTING SNAPSHOTTING",
        stopping="STOPPING DELETING",
        ended="STOPPED CREATE_FAILED START_FAILED FROZEN DELETED",
        unknown="ERROR DELETE_FAILED",
    ),
    running="RUNNING", on_stop="STOPPING", stopped="STOPPED", completed="STOPPED", listed_as="notebooks",
    ends_as={"DELETING": GONE},
)

SPARK_BATCH = Kind(
    resource="dli_spark_batch",
    phases=_phases(stoppable="STARTING RUNNING RECOVERING", ended="DEAD SUCCESS"),
    running="RUNNING", on_stop=None, stopped="DEAD", completed="SUCCESS", listed_as="spark_batches",
)

SQL_JOB = Kind(
    resource="dli_sql_job",
    phases=_phases(stoppable="LAUNCHING RUNNING SCALING", ended="FINISHED FAILED CANCELLED"),
    running="RUNNING", on_stop=None, stopped="CANCELLED", completed="FINISHED", listed_as="sql_jobs",
)

DEV_ENVIRONMENT = Kind(
    resource="modelarts_dev_environment",
    phases=_phases(
        stoppable="RUNNING CREATING STARTING RESTARTING RESIZING CREATE_QUEUING START_QUEUING READY_TO_START",
        stopping="STOPPING DELETING",
        ended="STOPPED CREATE_FAILED START_FAILED DELETED",
        unknown="UNAVAILABLE RESIZE_FAILED",
    ),
    running="RUNNING", on_stop="STOPPING", stopped="STOPPED", completed="STOPPED", listed_as="dev_environments",
    ends_as={"DELETING": GONE},
)

LITE_SERVER = Kind(
    resource="modelarts_lite_server",
    phases=_phases(
        stoppable="RUNNING STOP_FAILED STARTING CREATING REBOOTING CHANGINGOS REINSTALLINGOS",
        stopping="STOPPING DELETING",
        ended="STOPPED CREATE_FAILED DELETED",
        unknown="START_FAILED REBOOT_FAILED CHANGINGOS_FAILED REINSTALLINGOS_FAILED DELETE_FAILED ERROR",
    ),
    running="RUNNING", on_stop="STOPPING", stopped="STOPPED", completed="STOPPED", stop_failed="STOP_FAILED",
    listed_as="lite_servers", ids="uuid4", ends_as={"DELETING": GONE},
)

TRAINING = Kind(
    resource="modelarts_training_job",
    phases=_phases(stoppable="CREATING PENDING RUNNING", stopping="TERMINATING", ended="TERMINATED COMPLETED FAILED ABNORMAL"),
    running="RUNNING", on_stop="TERMINATING", stopped="TERMINATED", completed="COMPLETED", listed_as="training_jobs",
)

TRAINING_VERSION = Kind(
    resource="modelarts_training_job_version",
    phases=VISUALIZATION.phases, numbers=VISUALIZATION.numbers,
    running="RUNNING", on_stop="KILLING", stopped="KILLED", completed="COMPLETED",
    listed_as="old_training_jobs", below="versions", parent="old_training_job", ids="number", parent_ids="number",
)

WORKFLOW_EXECUTION = Kind(
    resource="modelarts_workflow_execution",
    phases=_phases(stoppable="INIT RUNNING", ended="STOPPED COMPLETED ABNORMAL"),
    running="RUNNING", on_stop=None, stopped="STOPPED", completed="COMPLETED",
    listed_as="workflows", below="executions", parent="workflow",
)

SERVICE = Kind(
    resource="modelarts_service",
    phases=_phases(
        stoppable="RUNNING CONCERNING DEPLOYING PENDING WAITING",
        stopping="STOPPING DELETING",
        ended="STOPPED FINISHED FAILED",
    ),
    running="RUNNING", on_stop="STOPPING", stopped="STOPPED", completed="FINISHED", listed_as="inference_services",
    ends_as={"DELETING": GONE},
)

INTELLIGENT = Kind(
    resource="modelarts_intelligent_task",
    phases=_phases(stoppable="QUEUING INITIALIZING RUNNING", stopping="STOPPING", ended="FAILED SUCCEEDED STOPPED"),
    running="RUNNING", on_stop="STOPPING", stopped="STOPPED", completed="SUCCEEDED",
    listed_as="datasets", below="tasks", parent="dataset", ids="19", parent_ids="19",
    numbers={"QUEUING": -1, **_numbered("INITIALIZING RUNNING FAILED SUCCEEDED STOPPING STOPPED")},
)

INFERENCE_V2 = Kind(
    resource="modelarts_inference_service",
    phases=_phases(
        stoppable="RUNNING CONCERNING DEPLOYING UPGRADING",
        stopping="STOPPING DELETING",
        ended="INIT STOPPED FAILED",
        unknown="INTERRUPTING ERROR",
    ),
    running="RUNNING", on_stop="STOPPING", stopped="STOPPED", completed="FAILED", listed_as="inference_services_v2",
    ends_as={"DELETING": GONE},
)

MRS_JOB = Kind(
    resource="mrs_job",
    phases=_phases(stoppable="NEW NEW_SAVING SUBMITTED ACCEPTED RUNNING", ended="FINISHED FAILED KILLED"),
    running="RUNNING", on_stop=None, stopped="KILLED", completed="FINISHED", listed_as="mrs_clusters", below="jobs", parent="mrs_cluster",
)

DLF_JOB = Kind(
    resource="dlf_job",
    phases=_phases(stoppable="SCHEDULING STARTING NORMAL EXCEPTION", stopping="STOPPING", ended="STOPPED PAUSED"),
    running="NORMAL", on_stop="STOPPING", stopped="STOPPED", completed="STOPPED", listed_as="dlf_jobs", home="workspace_id",
)

KINDS: dict[str, Kind] = {kind.resource: kind for kind in list(globals().values()) if isinstance(kind, Kind)}
"""Every kind above."""
