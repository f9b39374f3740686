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
    Kind("dev-environment", "modelarts_dev_environment", "instance_ids", "dev_environments", "DE-{:08x}-0000-11ea-8000-000000000000",
         "RUNNING", "STOPPING", "STOPPED", "STOPPED", "HIBERNATING", "ModelArts.6306"),
    Kind("lite-server", "modelarts_lite_server", "server_ids", "lite_servers", "{:08x}-0000-4000-8000-000000000000",
         "RUNNING", "STOPPING", "STOPPED", "STOPPED", "HIBERNATING", "ModelArts.5044"),
    Kind("spark-batch", "dli_spark_batch", "batch_ids", "spark_batches", "0a324461-d9d9-45da-a52a-{:012x}",
         "RUNNING", None, "DEAD", "SUCCESS", "HIBERNATING", "DLI.0012"),
)
every_kind = pytest.mark.parametrize("kind", ALL_KINDS, ids=lambda kind: kind.label)
"""Runs a test for all kinds."""
