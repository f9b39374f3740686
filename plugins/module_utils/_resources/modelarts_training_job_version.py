# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Versions of ModelArts training jobs (old API, v1).

Source: OTC ModelArts API reference, "Historical APIs", "Training Management (Old Version)": the pages on training jobs and their
versions, and "Job Statuses". Without `workspace_id`, the list of jobs shows those of the workspace 0.

The code ModelArts.0102 means by its table that there is no such workspace; a program of others takes it for a job that does not
exist, so the list decides.
"""

from __future__ import annotations

from ansible_collections.otc.teardown.plugins.module_utils._base.errors import Meaning
from ansible_collections.otc.teardown.plugins.module_utils._model.calls import Acceptance, Call, ReadOne, StopOne
from ansible_collections.otc.teardown.plugins.module_utils._model.paging import PAGES, Pager
from ansible_collections.otc.teardown.plugins.module_utils._model.resource import (
    Dialect,
    Fields,
    Listing,
    Parent,
    Resource,
)
from ansible_collections.otc.teardown.plugins.module_utils._model.status import Statuses, phases

NAME = "modelarts_training_job_version"
_JOBS = "/v1/{project_id}/training-jobs"
_VERSIONS = _JOBS + "/{parent}/versions"

# Of versions, the page 0 is the default, and means all of them without pages.
_PAGER = Pager("page", "per_page", size=1000, first=1, counts=PAGES)

_NAMES = (
    "UNKNOWN", "INIT", "IMAGE_CREATING", "IMAGE_FAILED", "SUBMIT_TRYING", "SUBMIT_FAILED", "DELETE_FAILED", "WAITING",
    "RUNNING", "KILLING", "COMPLETED", "FAILED", "KILLED", "CANCELED", "LOST", "SCALING", "SUBMIT_MODEL_FAILED",
    "DEPLOY_SERVICE_FAILED", "CHECK_INIT", "CHECK_RUNNING", "CHECK_RUNNING_COMPLETED", "CHECK_FAILED",
)
_UNCLEAR = "UNKNOWN DELETE_FAILED LOST CHECK_RUNNING_COMPLETED"

RESOURCE = Resource(
    name=NAME,
    service="modelarts",
    order=8,
    ids_option="version_ids",
    id_pattern=(r"[0-9]+", "digits"),
    statuses=Statuses(
        phases=phases(
            stoppable="INIT IMAGE_CREATING SUBMIT_TRYING WAITING RUNNING SCALING CHECK_INIT CHECK_RUNNING",
            stopping="KILLING",
            ended="IMAGE_FAILED SUBMIT_FAILED COMPLETED FAILED KILLED CANCELED SUBMIT_MODEL_FAILED "
                  "DEPLOY_SERVICE_FAILED CHECK_FAILED",
            unknown=_UNCLEAR,
        ),
        numbers=dict(enumerate(_NAMES)),
        by_itself=frozenset({"COMPLETED"}),
        unclear=frozenset(_UNCLEAR.split()),
    ),
    codes={"ModelArts.0102": Meaning.NOT_FOUND},
    parent=Parent(
        option="job_id",
        noun="training job",
        listing=Listing(
            call=Call("GET", _JOBS, f"list the jobs of {NAME}"),
            items="jobs",
            total="job_total_count",
            pager=_PAGER,
            # Its answer is not documented to hold the workspace of a job, so the server's word has to do.
            filters={"workspace_id": ("workspace_id",)},
        ),
        id=("job_id",),
        name=("job_name",),
    ),
    dialects=(
        Dialect(
            name="v1",
            fields=Fields(
                id=("version_id",),
                name=("version_name",),
                status=("status",),
                created=("create_time",),
                duration=("duration",),
                duration_unit=0.001,
                parent_name=("job_name",),
            ),
            listing=Listing(
                call=Call("GET", _VERSIONS, f"list {NAME}"),
                items="versions",
                total="version_count",
                pager=_PAGER,
                shows_all=True,
            ),
            read_one=ReadOne(Call("GET", _VERSIONS + "/{id}", f"read {NAME}")),
            stop_one=StopOne(
                Call("POST", _VERSIONS + "/{id}/stop", f"stop {NAME}", changes=True),
                # Documented as `is_success: true`; which HTTP status goes with it is not.
                accepted=Acceptance(key="is_success", value=True, statuses=frozenset({200, 201, 202, 204})),
            ),
        ),
    ),
)
