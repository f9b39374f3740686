# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""SQL jobs of Data Lake Insight (DLI).

Source: OTC Data Lake Insight API reference, "Querying All Jobs", "Querying Job Status", "Canceling a Job (Recommended)", "Error Codes".
What lists and reads say beside, such as the SQL statement, is not read: it may hold secrets.
"""

from __future__ import annotations

from ansible_collections.otc.teardown.plugins.module_utils._model.calls import Acceptance, Call, ReadOne, StopOne
from ansible_collections.otc.teardown.plugins.module_utils._model.paging import PAGES, Pager
from ansible_collections.otc.teardown.plugins.module_utils._model.resource import (
    Dialect,
    Fields,
    Listing,
    Passes,
    Resource,
)
from ansible_collections.otc.teardown.plugins.module_utils._model.status import Statuses, phases

NAME = "dli_sql_job"
_JOBS = "/v1.0/{project_id}/jobs"

# The same list holds jobs of the types RESTART_QUEUE and SCALE_QUEUE, which work on a queue itself.
_TYPES = ("DDL", "DCL", "IMPORT", "EXPORT", "QUERY", "INSERT", "DATA_MIGRATION", "UPDATE", "DELETE")

RESOURCE = Resource(
    name=NAME,
    service="dli",
    order=52,
    ids_option="job_ids",
    # There is no status for a job that is being stopped.
    statuses=Statuses(
        phases=phases(stoppable="LAUNCHING RUNNING SCALING", ended="FINISHED FAILED CANCELLED"),
        # The text about the status of one job in Huawei Cloud's SDK spells it so.
        aliases={"FINISH": "FINISHED"},
        by_itself=frozenset({"FINISHED", "FAILED"}),
    ),
    dialects=(
        Dialect(
            name="v1.0",
            fields=Fields(
                id=("job_id",),
                name=(),
                status=("status",),
                created=("start_time",),
                duration=("duration",),
                duration_unit=0.001,
                owner=("owner",),
                tags=("tags",),
                tags_may_lack=True,
                types=("job_type", _TYPES),
            ),
            listing=Listing(
                call=Call("GET", _JOBS, f"list {NAME}"),
                items="jobs",
                total="job_count",
                # The position is at most 100, so that no more than 10,000 jobs of a status can be listed.
                pager=Pager("current-page", "page-size", size=100, first=1, counts=PAGES),
                # Ended jobs are kept. In the order in which a job passes through them, so that one on its way is not overlooked.
                # Huawei Cloud's SDK does not name SCALING.
                passes=Passes(
                    "job-status", ("LAUNCHING", "RUNNING", "SCALING"), option="statuses", doubtful=frozenset({"SCALING"}),
                ),
            ),
            read_one=ReadOne(Call("GET", _JOBS + "/{id}/status", f"read {NAME}")),
            stop_one=StopOne(
                Call("DELETE", _JOBS + "/{id}", f"stop {NAME}", changes=True),
                accepted=Acceptance(key="is_success", value=True),
            ),
        ),
    ),
)
