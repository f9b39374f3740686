# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""ModelArts visualization (TensorBoard) jobs.

Source: OTC ModelArts API reference, "Visualization Jobs" and "Job Statuses" (historical chapter).
"""

from __future__ import annotations

from ansible_collections.otc.teardown.plugins.module_utils._model.calls import Acceptance, Call, ReadOne, StopOne
from ansible_collections.otc.teardown.plugins.module_utils._model.paging import PAGES, Pager
from ansible_collections.otc.teardown.plugins.module_utils._model.resource import Dialect, Fields, Listing, Resource
from ansible_collections.otc.teardown.plugins.module_utils._model.status import Statuses, phases

NAME = "modelarts_visualization_job"
_JOBS = "/v1/{project_id}/visualization-jobs"

_NAMES = (
    "UNKNOWN", "INIT", "IMAGE_CREATING", "IMAGE_FAILED", "SUBMIT_TRYING", "SUBMIT_FAILED", "DELETE_FAILED", "WAITING",
    "RUNNING", "KILLING", "COMPLETED", "FAILED", "KILLED", "CANCELED", "LOST", "SCALING", "SUBMIT_MODEL_FAILED",
    "DEPLOY_SERVICE_FAILED", "CHECK_INIT", "CHECK_RUNNING", "CHECK_RUNNING_COMPLETED", "CHECK_FAILED",
)

RESOURCE = Resource(
    name=NAME,
    service="modelarts",
    order=30,
    ids_option="job_ids",
    statuses=Statuses(
        phases=phases(
            stoppable="INIT IMAGE_CREATING SUBMIT_TRYING WAITING RUNNING SCALING CHECK_INIT CHECK_RUNNING",
            stopping="KILLING",
            ended="IMAGE_FAILED SUBMIT_FAILED COMPLETED FAILED KILLED CANCELED SUBMIT_MODEL_FAILED "
                  "DEPLOY_SERVICE_FAILED CHECK_FAILED",
            unknown="UNKNOWN DELETE_FAILED LOST CHECK_RUNNING_COMPLETED",
        ),
        numbers=dict(enumerate(_NAMES)),
        by_itself=frozenset({"COMPLETED"}),
    ),
    dialects=(
        Dialect(
            name="v1",
            fields=Fields(
                id=("job_id",),
                name=("job_name",),
                status=("status",),
                created=("create_time",),
                duration=("duration",),
                duration_unit=0.001,
            ),
            listing=Listing(
                call=Call("GET", _JOBS, f"list {NAME}"),
                items="jobs",
                total="job_total_count",
                pager=Pager("page", "per_page", size=1000, first=1, counts=PAGES),
                # No document says that the answer contains the workspace of a job, so the result of the server is not checked.
                filters={"workspace_id": ("workspace_id",)},
            ),
            read_one=ReadOne(Call("GET", _JOBS + "/{id}", f"read {NAME}")),
            stop_one=StopOne(
                Call("POST", _JOBS + "/{id}/stop", f"stop {NAME}", changes=True),
                # The documents show `is_success: true`, but no HTTP status.
                accepted=Acceptance(key="is_success", value=True),
            ),
        ),
    ),
)
