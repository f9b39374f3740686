# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Jobs of DataArts Factory (DLF), a part of DataArts Studio: the schedules of batch jobs, and the runs of real-time jobs.

Sources: OTC DataArts Studio API reference, "Viewing a Job List", "Viewing Running Status of a Real-Time Job", "Stopping a Job", "Common
Message Headers", "DataArts Factory Error Codes"; offset in records from the Terraform provider of Huawei Cloud. No call reads the status of
one batch job, so the complete list is read. That the instances of a batch job go on after its stop, and that EXCEPTION still runs, is
not stated.
"""

from __future__ import annotations

from ansible_collections.otc.teardown.plugins.module_utils._model.calls import Acceptance, Call, StopOne
from ansible_collections.otc.teardown.plugins.module_utils._model.paging import PAGES, RECORDS, Pager
from ansible_collections.otc.teardown.plugins.module_utils._model.resource import (
    Dialect,
    Fields,
    Home,
    Listing,
    Passes,
    Resource,
)
from ansible_collections.otc.teardown.plugins.module_utils._model.status import Statuses, phases

NAME = "dlf_job"
_JOBS = "/v1/{project_id}/jobs"

RESOURCE = Resource(
    name=NAME,
    service="dlf",
    # First, because its jobs start jobs of other services.
    order=1,
    ids_option="job_names",
    id_pattern=(r"[A-Za-z0-9_.-]{1,128}", "1 to 128 letters, digits, hyphens, underscores and periods"),
    statuses=Statuses(
        phases=phases(stoppable="SCHEDULING STARTING NORMAL EXCEPTION", stopping="STOPPING", ended="STOPPED PAUSED"),
        by_itself=frozenset({"PAUSED"}),
    ),
    home=Home("workspace_id", header="workspace"),
    dialects=(
        Dialect(
            name="v1",
            fields=Fields(
                id=("name",),
                name=("name",),
                status=("status",),
                created=("createTime",),
                owner=("owner",),
            ),
            listing=Listing(
                call=Call("GET", _JOBS, f"list {NAME}"),
                items="jobs",
                total="total",
                # "Number of pages" by the reference, records by the provider.
                pager=Pager("offset", "limit", size=100, counts=PAGES, may_count=RECORDS),
                passes=Passes("jobType", ("BATCH", "REAL_TIME")),
                shows_all=True,
            ),
            stop_one=StopOne(
                Call("POST", _JOBS + "/{id}/stop", f"stop {NAME}", changes=True),
                # The documented answer is a 204.
                accepted=Acceptance(nothing=True),
            ),
        ),
    ),
)
