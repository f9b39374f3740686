# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every kind of job as the tests need it. Most tests run for one kind of each shape (`harness.KINDS`); tests/http/test_kinds.py for all."""

from __future__ import annotations

import pytest

from tests.support.harness import KINDS, Kind

ALL_KINDS: tuple[Kind, ...] = (
    *KINDS,
    Kind("notebook", "modelarts_notebook", "notebook_ids", "notebooks", "{:08x}-0000-4000-8000-000000000000",
         "RUNNING", "STOPPING", "STOPPED", "STOPPED", "HIBERNATING", "ModelArts.6306"),
    Kind("spark-batch", "dli_spark_batch", "batch_ids", "spark_batches", "0a324461-d9d9-45da-a52a-{:012x}",
         "RUNNING", None, "DEAD", "SUCCESS", "HIBERNATING", "DLI.0012"),
    Kind("sql", "dli_sql_job", "job_ids", "sql_jobs", "37286cc7-0508-4ffd-b636-{:012x}",
         "RUNNING", None, "CANCELLED", "FINISHED", "HIBERNATING", "DLI.0012"),
    Kind("dev-environment", "modelarts_dev_environment", "instance_ids", "dev_environments", "DE-{:08x}-0000-11ea-8000-000000000000",
         "RUNNING", "STOPPING", "STOPPED", "STOPPED", "HIBERNATING", "ModelArts.6306"),
    Kind("lite-server", "modelarts_lite_server", "server_ids", "lite_servers", "{:08x}-0000-4000-8000-000000000000",
         "RUNNING", "STOPPING", "STOPPED", "STOPPED", "HIBERNATING", "ModelArts.5044"),
    Kind("training-version", "modelarts_training_job_version", "version_ids", "old_training_jobs", "{}",
         "RUNNING", "KILLING", "KILLED", "COMPLETED", 77, "ModelArts.0105", ("job_id", "4711", "versions")),
    Kind("workflow-execution", "modelarts_workflow_execution", "execution_ids", "workflows", "1d2f3a4b-5c6d-4e7f-8a9b-{:012d}",
         "RUNNING", None, "STOPPED", "COMPLETED", "HIBERNATING", "ModelArts.0105",
         ("workflow_id", "0f60d6b4-b9d2-4c0e-8f41-6f31a44c7b3f", "executions")),
    Kind("inference-v2", "modelarts_inference_service", "service_ids", "inference_services_v2", "7d2e5a90-1c4b-4f83-9e6a-{:012d}",
         "RUNNING", "STOPPING", "STOPPED", "FAILED", "HIBERNATING", "ModelArts.9409"),
    Kind("intelligent", "modelarts_intelligent_task", "task_ids", "datasets", "task{:015d}",
         "RUNNING", "STOPPING", "STOPPED", "SUCCEEDED", 77, "ModelArts.4821", ("dataset_id", "dataset000000000001", "tasks")),
    Kind("mrs", "mrs_job", "job_ids", "mrs_clusters", "431b135e-c090-489f-b1db-{:012x}",
         "RUNNING", None, "KILLED", "FINISHED", "HIBERNATING", "0175", ("cluster_id", "e955a7a3-d334-4943-a39a-994976900d56", "jobs")),
    Kind("dlf", "dlf_job", "job_names", "dlf_jobs", "job-{}",
         "NORMAL", "STOPPING", "STOPPED", "STOPPED", "HIBERNATING", "DLF.6423", names_are_ids=True),
)
every_kind = pytest.mark.parametrize("kind", ALL_KINDS, ids=lambda kind: kind.label)
"""Runs a test for all kinds."""
