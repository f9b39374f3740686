# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every status of every kind of job: its name, its phase, and what is done about a job that has it."""

from __future__ import annotations

import pytest

from ansible_collections.otc.teardown.plugins.module_utils._engine.decision import Track, decide
from ansible_collections.otc.teardown.plugins.module_utils._model.job import job_from
from ansible_collections.otc.teardown.plugins.module_utils._modules.kinds import KINDS as RESOURCES
from tests.support.cases import each_case

# Kind -> phase -> the statuses as the API reference lists them, "number NAME" where the API sends numbers.
TABLE = {
    "modelarts_visualization_job": {
        "stoppable": ["1 INIT", "2 IMAGE_CREATING", "4 SUBMIT_TRYING", "7 WAITING", "8 RUNNING", "15 SCALING",
                      "18 CHECK_INIT", "19 CHECK_RUNNING"],
        "stopping": ["9 KILLING"],
        "ended": ["3 IMAGE_FAILED", "5 SUBMIT_FAILED", "10 COMPLETED", "11 FAILED", "12 KILLED", "13 CANCELED",
                  "16 SUBMIT_MODEL_FAILED", "17 DEPLOY_SERVICE_FAILED", "21 CHECK_FAILED"],
        "unknown": ["0 UNKNOWN", "6 DELETE_FAILED", "14 LOST", "20 CHECK_RUNNING_COMPLETED"],
    },
    "modelarts_training_job_version": {
        "stoppable": ["1 INIT", "2 IMAGE_CREATING", "4 SUBMIT_TRYING", "7 WAITING", "8 RUNNING", "15 SCALING",
                      "18 CHECK_INIT", "19 CHECK_RUNNING"],
        "stopping": ["9 KILLING"],
        "ended": ["3 IMAGE_FAILED", "5 SUBMIT_FAILED", "10 COMPLETED", "11 FAILED", "12 KILLED", "13 CANCELED",
                  "16 SUBMIT_MODEL_FAILED", "17 DEPLOY_SERVICE_FAILED", "21 CHECK_FAILED"],
        "unclear": ["0 UNKNOWN", "6 DELETE_FAILED", "14 LOST", "20 CHECK_RUNNING_COMPLETED"],
    },
    "modelarts_processor_task_version": {
        "stoppable": ["0 INITIALIZED", "1 RUNNING"],
        "stopping": [],
        "ended": ["2 COMPLETED", "3 FAILED", "4 STOPPED"],
        "unknown": [],
    },
    "modelarts_service_task": {
        "stoppable": ["RUNNING", "PENDING", "STARTING", "RECOVERING", "UPGRADING", "ABNORMAL"],
        "stopping": ["STOPPING", "DELETING", "FREEZING"],
        "ended": ["STOPPED", "SUCCEEDED", "FAILED", "CREATE_FAILED", "START_FAILED", "FROZEN"],
        "unknown": [],
    },
    "modelarts_training_job": {
        "stoppable": ["CREATING", "PENDING", "RUNNING"],
        "stopping": ["TERMINATING"],
        "ended": ["TERMINATED", "COMPLETED", "FAILED", "ABNORMAL"],
        "unknown": [],
    },
    "modelarts_workflow_execution": {
        "stoppable": ["INIT", "RUNNING"],
        "stopping": [],
        "ended": ["STOPPED", "COMPLETED", "ABNORMAL"],
        "unknown": [],
    },
    "modelarts_notebook": {
        "stoppable": ["RUNNING", "INIT", "CREATING", "STARTING", "SNAPSHOTTING"],
        "stopping": ["STOPPING", "DELETING"],
        "ended": ["STOPPED", "CREATE_FAILED", "START_FAILED", "FROZEN", "DELETED"],
        "unclear": ["ERROR", "DELETE_FAILED"],
    },
    "modelarts_service": {
        "stoppable": ["RUNNING", "CONCERNING", "DEPLOYING", "PENDING", "WAITING"],
        "stopping": ["STOPPING", "DELETING"],
        "ended": ["STOPPED", "FINISHED", "FAILED"],
    },
    "modelarts_inference_service": {
        "stoppable": ["RUNNING", "CONCERNING", "DEPLOYING", "UPGRADING"],
        "stopping": ["STOPPING", "DELETING"],
        "ended": ["INIT", "STOPPED", "FAILED"],
        "unknown": ["INTERRUPTING"],
        "unclear": ["ERROR"],
    },
    "modelarts_dev_environment": {
        "stoppable": ["RUNNING", "CREATING", "STARTING", "RESTARTING", "RESIZING", "CREATE_QUEUING", "START_QUEUING", "READY_TO_START"],
        "stopping": ["STOPPING", "DELETING"],
        "ended": ["STOPPED", "CREATE_FAILED", "START_FAILED", "DELETED"],
        "unclear": ["UNAVAILABLE", "RESIZE_FAILED"],
    },
    "modelarts_lite_server": {
        "stoppable": ["RUNNING", "STARTING", "CREATING", "REBOOTING", "CHANGINGOS", "REINSTALLINGOS", "STOP_FAILED"],
        "stopping": ["STOPPING", "DELETING"],
        "ended": ["STOPPED", "CREATE_FAILED", "DELETED"],
        "unclear": ["START_FAILED", "REBOOT_FAILED", "CHANGINGOS_FAILED", "REINSTALLINGOS_FAILED", "DELETE_FAILED", "ERROR"],
    },
    "dli_spark_batch": {
        "stoppable": ["STARTING", "RUNNING", "RECOVERING"],
        "stopping": [],
        "ended": ["DEAD", "SUCCESS"],
    },
    "dli_sql_job": {
        "stoppable": ["LAUNCHING", "RUNNING", "SCALING"],
        "stopping": [],
        "ended": ["FINISHED", "FAILED", "CANCELLED"],
    },
    "mrs_job": {
        "stoppable": ["NEW", "NEW_SAVING", "SUBMITTED", "ACCEPTED", "RUNNING"],
        "stopping": [],
        "ended": ["FINISHED", "FAILED", "KILLED"],
    },
    "dlf_job": {
        "stoppable": ["SCHEDULING", "NORMAL", "EXCEPTION", "STARTING"],
        "stopping": ["STOPPING"],
        "ended": ["STOPPED", "PAUSED"],
    },
    "modelarts_intelligent_task": {
        "stoppable": ["-1 QUEUING", "0 INITIALIZING", "1 RUNNING"],
        "stopping": ["4 STOPPING"],
        "ended": ["2 FAILED", "3 SUCCEEDED", "5 STOPPED"],
    },
    "drs_job": {
        "stoppable": [
            "CREATING", "CONFIGURATION", "WAITING_FOR_START", "STARTJOBING", "START_JOB_FAILED",
            "FULL_TRANSFER_STARTED", "FULL_TRANSFER_FAILED", "FULL_TRANSFER_COMPLETE", "INCRE_TRANSFER_STARTED",
            "INCRE_TRANSFER_FAILED", "PAUSING", "CHANGE_JOB_STARTED", "CHANGE_JOB_FAILED", "CHILD_TRANSFER_STARTING",
            "CHILD_TRANSFER_STARTED", "CHILD_TRANSFER_COMPLETE", "CHILD_TRANSFER_FAILED", "RELEASE_RESOURCE_FAILED",
            "REBUILD_NODE_STARTED", "REBUILD_NODE_FAILED", "NODE_UPGRADE_START", "NODE_UPGRADE_COMPLETE",
            "NODE_UPGRADE_FAILED",
        ],
        "stopping": ["RELEASE_RESOURCE_STARTED", "RELEASE_CHILD_TRANSFER_STARTED"],
        "ended": ["RELEASE_RESOURCE_COMPLETE", "RELEASE_CHILD_TRANSFER_COMPLETE", "CREATE_FAILED", "DELETED"],
        "unknown": [],
    },
}

# The decision table: what the state before calls for, whatever the kind.
DECISIONS = {
    "stoppable": ("stop", None),
    "stopping": ("wait", "already_stopping"),
    "ended": ("done", "already_ended"),
    "unknown": ("done", "failed"),
    "unclear": ("done", "unclear"),
}
PHASES = {"unclear": "unknown"}
"""Parts of the table above that are no phase -> the phase of their statuses."""

ITEMS = {
    "modelarts_notebook": ("id", "cf63aba9-63b1-4219-b717-708a2665100b", "status"),
    "modelarts_service": ("service_id", "cf63aba9-63b1-4219-b717-708a2665100b", "status"),
    "modelarts_inference_service": ("id", "cf63aba9-63b1-4219-b717-708a2665100b", "status"),
    "modelarts_dev_environment": ("id", "cf63aba9-63b1-4219-b717-708a2665100b", "status"),
    "modelarts_lite_server": ("id", "cf63aba9-63b1-4219-b717-708a2665100b", "status"),
    "dli_spark_batch": ("id", "cf63aba9-63b1-4219-b717-708a2665100b", "state"),
    "dli_sql_job": ("job_id", "cf63aba9-63b1-4219-b717-708a2665100b", "status"),
    "mrs_job": ("job_id", "cf63aba9-63b1-4219-b717-708a2665100b", "job_state"),
    "dlf_job": ("name", "nightly", "status"),
    "modelarts_intelligent_task": ("task_id", "14cyxyu6UXaNT3lrPFl", "status"),
    "drs_job": ("id", "c7debc9c-8e09-4a5d-8dd6-cc44f78jb20r", "status"),
    "modelarts_processor_task_version": ("task_version_id", "SSRSmm62Nn6vmoLWFsl", "status"),
    "modelarts_service_task": ("id", "0123456789abcdef0123456789abcdef", "state"),
    "modelarts_training_job": ("metadata.id", "cf63aba9-63b1-4219-b717-708a2665100b", "status.phase"),
    "modelarts_training_job_version": ("version_id", 10, "status"),
    "modelarts_visualization_job": ("job_id", 10, "status"),
    "modelarts_workflow_execution": ("execution_id", "1d2f3a4b-5c6d-4e7f-8a9b-0c1d2e3f4a5b", "status"),
}


def job_with(kind, raw):
    id_key, job_id, status_key = ITEMS[kind]
    resource = RESOURCES[kind]
    return job_from({**nested(id_key, job_id), **nested(status_key, raw)}, resource, resource.dialects[0].fields, None)


def nested(path, value):
    outer, _dot, inner = path.partition(".")
    return {outer: {inner: value} if inner else value}


def decided(kind, raw):
    job = job_with(kind, raw)
    step = decide(Track(job.key, job, job))
    return step.action, step.outcome


def row(kind, phase, status):
    number, _blank, name = status.rpartition(" ")
    return kind, int(number) if number else name, name, phase


ROWS = [
    row(kind, phase, status)
    for kind, phases in TABLE.items() for phase, statuses in phases.items() for status in statuses
]


def test_every_status_has_its_name_its_phase_and_its_decision():
    with each_case() as case:
        for kind, raw, name, phase in ROWS:
            with case(f"{kind} {name}"):
                job = job_with(kind, raw)
                assert (job.status, job.status_raw, job.phase) == (name, raw, PHASES.get(phase, phase))
                assert decided(kind, raw) == DECISIONS[phase]


def test_a_status_may_come_as_text_and_in_any_capitals():
    with each_case() as case:
        for kind, raw, name, phase in ROWS:
            with case(f"{kind} {name}"):
                spelled = str(raw).lower()
                job = job_with(kind, spelled)
                assert (job.status, job.status_raw, job.phase) == (name, spelled, PHASES.get(phase, phase))


def test_every_kind_is_in_the_table_above():
    assert set(TABLE) == set(ITEMS) == set(RESOURCES)


@pytest.mark.parametrize("kind", TABLE)
def test_no_status_is_missing_from_the_table_above(kind):
    named = {status.split()[-1] for statuses in TABLE[kind].values() for status in statuses}
    assert set(RESOURCES[kind].statuses.phases) == named


NOT_KNOWN = [
    ("BRAND_NEW", "BRAND_NEW"), ("brand_new", "BRAND_NEW"), (99, "99"), ("99", "99"), (-7, "-7"), (8.5, "8.5"),
    (None, None), ("", None), (True, None), (False, None), ({}, None), ({"a": 1}, None), ([8], None),
    ("RUNNING\x1b[2J", "RUNNING\\X1B[2J"),
]


@pytest.mark.parametrize("kind", TABLE)
def test_a_status_that_is_not_known_is_never_stopped(kind):
    with each_case() as case:
        for raw, name in NOT_KNOWN:
            with case(repr(raw)):
                job = job_with(kind, raw)
                assert (job.status, job.phase) == (name, "unknown")
                assert decided(kind, raw) == ("done", "failed")


@pytest.mark.parametrize("kind", ["modelarts_processor_task_version", "modelarts_training_job_version", "modelarts_visualization_job"])
def test_a_number_that_is_none_is_a_status_that_is_not_known(kind):
    with each_case() as case:
        for raw in ("\u00b2", "\u0668", "--1", "1-", "-", "8 8", "0x8", "9" * 50, "9" * 5000):
            with case(f"{raw!r:.20}"):
                assert job_with(kind, raw).phase == "unknown"


def test_paused_drs_jobs_in_both_spellings():
    with each_case() as case:
        for spelling in ("PAUSEING", "pauseing", "PAUSING"):
            with case(spelling):
                job = job_with("drs_job", spelling)
                assert (job.status, job.status_raw, job.phase) == ("PAUSING", spelling, "stoppable")


@pytest.mark.parametrize("kind", ["drs_job", "modelarts_service_task"])
def test_a_number_means_nothing_where_the_api_sends_names(kind):
    assert job_with(kind, 8).status == "8"
    assert job_with(kind, 8).phase == "unknown"


def test_a_failed_drs_job_still_holds_an_instance_and_is_stopped():
    failed = {"START_JOB_FAILED", "FULL_TRANSFER_FAILED", "INCRE_TRANSFER_FAILED", "CHANGE_JOB_FAILED", "CHILD_TRANSFER_FAILED",
              "RELEASE_RESOURCE_FAILED"}
    assert {status for status in failed if decided("drs_job", status) == ("stop", None)} == failed


def test_a_drs_job_that_was_never_created_holds_nothing():
    assert decided("drs_job", "CREATE_FAILED") == ("done", "already_ended")
