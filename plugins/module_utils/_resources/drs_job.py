# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""DRS data-replication jobs, in the two dialects of the API.

Sources: Huawei Cloud DRS API reference v5 ("Querying the Job List", "Stopping a Task", "Stopping
Tasks in Batches"); OTC Data Replication Service API reference v3 ("Querying Tasks of a Tenant",
"Querying Task Details in Batches", "Stopping or Deleting Tasks in Batches", appendix "Task Statuses");
status values of node rebuilds and upgrades from Huawei Cloud's SDK. In both dialects *stop* or
*terminate* ends a job and releases what it holds; `delete` is never sent.
"""

from __future__ import annotations

from ansible_collections.otc.teardown.plugins.module_utils._model.calls import (
    Acceptance,
    Call,
    ReadMany,
    ReadOne,
    StopMany,
    StopOne,
)
from ansible_collections.otc.teardown.plugins.module_utils._model.paging import PAGES, Pager
from ansible_collections.otc.teardown.plugins.module_utils._model.resource import (
    Dialect,
    Fields,
    Listing,
    Passes,
    Resource,
)
from ansible_collections.otc.teardown.plugins.module_utils._model.status import Statuses, phases

NAME = "drs_job"
JOB_TYPES = ("migration", "sync", "cloudDataGuard")

# Every call needs these headers, also without a body. X-Language sets the language of the error texts.
_HEADERS = {"Content-Type": "application/json", "X-Language": "en-us"}
_V5, _V3 = "/v5/{project_id}/jobs", "/v3/{project_id}/jobs"

# The documents of v5 show `success` for one job and for several, a related page `Success`; those of v3 show it for each item of a 202.
_ACCEPTED = Acceptance(key="status", value="success")

# The size of a batch is not documented; it shrinks when the API refuses it.
_BATCH = 10

_STATUSES = Statuses(
    phases=phases(
        # A failed job keeps its replication instance, and is billed, until a stop ends it.
        stoppable="CREATING CONFIGURATION WAITING_FOR_START STARTJOBING START_JOB_FAILED FULL_TRANSFER_STARTED "
                  "FULL_TRANSFER_FAILED FULL_TRANSFER_COMPLETE INCRE_TRANSFER_STARTED INCRE_TRANSFER_FAILED PAUSING "
                  "CHANGE_JOB_STARTED CHANGE_JOB_FAILED CHILD_TRANSFER_STARTING CHILD_TRANSFER_STARTED "
                  "CHILD_TRANSFER_COMPLETE CHILD_TRANSFER_FAILED RELEASE_RESOURCE_FAILED REBUILD_NODE_STARTED "
                  "REBUILD_NODE_FAILED NODE_UPGRADE_START NODE_UPGRADE_COMPLETE NODE_UPGRADE_FAILED",
        stopping="RELEASE_RESOURCE_STARTED RELEASE_CHILD_TRANSFER_STARTED",
        ended="RELEASE_RESOURCE_COMPLETE RELEASE_CHILD_TRANSFER_COMPLETE CREATE_FAILED DELETED",
    ),
    aliases={"PAUSEING": "PAUSING"},
    stop_failed=frozenset({"RELEASE_RESOURCE_FAILED"}),
    absent=frozenset({"DELETED"}),
)

_FIELDS = Fields(
    id=("id",),
    name=("name", "base_info.name"),
    status=("status",),
    created=("create_time",),
    places={"enterprise_project_id": ("enterprise_project_id", "base_info.enterprise_project_id")},
    # `master_job_id` is the other half of a dual-active disaster recovery. It is not a child, but no document says whether a stop affects it.
    above=("parent_id", "master_job_id"),
    # Documented by Huawei Cloud for the details of both versions, and for no list.
    tags=("tags", "base_info.tags"),
)

_DIALECT_V5 = Dialect(
    name="v5",
    fields=_FIELDS,
    listing=Listing(
        call=Call("GET", _V5, f"list {NAME}", headers=_HEADERS),
        items="jobs",
        total="total_count",
        pager=Pager("offset", "limit", size=100, smaller=(50, 10)),
        passes=Passes("job_type", JOB_TYPES),
        filters={"enterprise_project_id": ("enterprise_project_id",)},
        repeats=frozenset({"enterprise_project_id"}),
        children="children",
    ),
    read_one=ReadOne(Call("GET", _V5 + "/{id}", f"read {NAME}", query={"type": "detail"}, headers=_HEADERS), "job"),
    stop_one=StopOne(
        Call("POST", _V5 + "/{id}/stop", f"stop {NAME}", changes=True, headers=_HEADERS),
        accepted=_ACCEPTED,
        body=lambda force: {"is_force_stop": force},
    ),
    stop_many=StopMany(
        Call("POST", _V5 + "/batch-stop", f"stop {NAME}", changes=True, headers=_HEADERS),
        entry=lambda job_id, force: {"job_id": job_id, "is_force_stop": force},
        results="jobs",
        size=_BATCH,
        accepted=_ACCEPTED,
    ),
    tags_by_id=True,
)


def _by_ids(path: str) -> ReadMany:
    return ReadMany(
        Call("POST", f"{_V3}/{path}", f"read {NAME}", headers=_HEADERS), items="results", total="count", size=100
    )


_DIALECT_V3 = Dialect(
    name="v3",
    fields=_FIELDS,
    listing=Listing(
        # Without engine_type, the API lists only mysql.
        call=Call("POST", _V3, f"list {NAME}", body={"engine_type": ""}, headers=_HEADERS),
        items="jobs",
        total="total_record",
        pager=Pager("cur_page", "per_page", size=100, first=1, counts=PAGES),
        in_body=True,
        passes=Passes("db_use_type", JOB_TYPES),
        # No document says that the answer contains the enterprise project of a job, so the result of the server is not checked.
        filters={"enterprise_project_id": ("enterprise_project_id",)},
        children="children",
    ),
    read_many=(_by_ids("batch-detail"), _by_ids("batch-status")),
    poll_many=(_by_ids("batch-status"), _by_ids("batch-detail")),
    stop_many=StopMany(
        Call("DELETE", _V3 + "/batch-jobs", f"stop {NAME}", changes=True, headers=_HEADERS),
        entry=lambda job_id, force: {
            "delete_type": "force_terminate" if force else "terminate", "job_id": job_id,
        },
        results="results",
        size=_BATCH,
        accepted=_ACCEPTED,
    ),
    tags_by_id=True,
)

RESOURCE = Resource(
    name=NAME,
    service="drs",
    order=40,
    ids_option="job_ids",
    statuses=_STATUSES,
    dialects=(_DIALECT_V5, _DIALECT_V3),
    dialect_option="drs_api",
    can_force=True,
)
