# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""ModelArts training jobs (API v2).

Sources: OTC ModelArts API reference, "Training Management" ("Terminating a Training Job", "Querying a Training Job List",
"Querying the Details About a Training Job") and appendix "Error Codes"; OTC ModelArts user guide, "Stopping, Rebuilding, or
Searching for a Training Job" (failed and abnormal jobs cannot be stopped); Huawei Cloud's Python SDK and Terraform provider
(code of a job that is gone, page offsets).

An unfiltered list may hide jobs of other workspaces than the default one, and on Huawei Cloud fine-tuning jobs: only its Terraform
provider names a key of the body (`unified_jobs`) that shows them, and a cloud that does not know a key may refuse the list. The
SDK's `train_type` only narrows such a list. The documents do not say for certain whose jobs a list shows.
"""

from __future__ import annotations

from ansible_collections.otc.teardown.plugins.module_utils._base.errors import Meaning
from ansible_collections.otc.teardown.plugins.module_utils._model.calls import Acceptance, Call, ReadOne, StopOne
from ansible_collections.otc.teardown.plugins.module_utils._model.paging import PAGES, RECORDS, Pager
from ansible_collections.otc.teardown.plugins.module_utils._model.resource import (
    Caution,
    Dialect,
    Fields,
    Listing,
    Resource,
)
from ansible_collections.otc.teardown.plugins.module_utils._model.status import Statuses, phases

NAME = "modelarts_training_job"
_JOBS = "/v2/{project_id}/training-jobs"
_SEARCH = "/v2/{project_id}/training-job-searches"

_LOOK = "look in the console whether it still holds resources"

RESOURCE = Resource(
    name=NAME,
    service="modelarts",
    order=6,
    ids_option="job_ids",
    statuses=Statuses(
        phases=phases(
            stoppable="CREATING PENDING RUNNING",
            stopping="TERMINATING",
            ended="TERMINATED COMPLETED FAILED ABNORMAL",
        ),
        by_itself=frozenset({"COMPLETED", "FAILED", "ABNORMAL"}),
    ),
    # The documents advise against relying on the secondary phase, so it is never taken for the status.
    cautions=(
        Caution("status.phase", "ABNORMAL", f"is abnormal: {_LOOK}"),
        Caution("status.secondary_phase", "TERMINATEDFAILED", f"has the secondary phase TerminatedFailed: {_LOOK}"),
        Caution("status.secondary_phase", "UNKNOWN", f"has the secondary phase Unknown: {_LOOK}"),
        Caution("status.secondary_phase", "LOST", f"has the secondary phase Lost: {_LOOK}"),
    ),
    # In general, this code may be about an experiment as well.
    codes={"ModelArts.2775": Meaning.ABSENT},
    dialects=(
        Dialect(
            name="v2",
            fields=Fields(
                id=("metadata.id",),
                name=("metadata.name",),
                status=("status.phase",),
                created=("metadata.create_time",),
                duration=("status.duration",),
                duration_unit=0.001,
                places={"workspace_id": ("metadata.workspace_id",)},
                owner=("metadata.user_name",),
                flavor=("spec.resource.flavor_id",),
            ),
            listing=Listing(
                # The oldest come first, so that new jobs do not move the pages.
                call=Call("POST", _SEARCH, f"list {NAME}", body={"sort_by": "create_time", "order": "asc"}),
                items="items",
                # By words, `total` counts the caller's jobs and `count` those that match; in a sample, `count` is that of the page.
                total="total",
                or_total="count",
                # The references and the SDK count pages; a program of others counts jobs.
                pager=Pager("offset", "limit", size=50, counts=PAGES, may_count=RECORDS),
                in_body=True,
                # Only Huawei Cloud names this parameter. Both say in their answers for which workspace they are.
                filters={"workspace_id": ("workspace_id",)},
                repeats=frozenset({"workspace_id"}),
                echoes={"workspace_id": "workspace_id"},
            ),
            read_one=ReadOne(Call("GET", _JOBS + "/{id}", f"read {NAME}")),
            stop_one=StopOne(
                Call("POST", _JOBS + "/{id}/actions", f"stop {NAME}", changes=True, body={"action_type": "terminate"}),
                # The documented answer is a 202 with the job.
                accepted=Acceptance(),
                answers_job=True,
            ),
        ),
    ),
)
