# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Jobs of clusters of the MapReduce Service (MRS).

Sources: OTC MapReduce Service API reference, "Querying a List of Jobs", "Querying Information About a Job", "Terminating a Job" (V2),
"Querying a Cluster List" (V1.1), appendix "Error Code"; offset as a page number from the Terraform provider of Huawei Cloud. What lists
and reads say beside, such as the arguments and properties of a job, is not read: they may hold secrets. The old API cancels a job by a
GET; it is never used.
"""

from __future__ import annotations

from ansible_collections.otc.teardown.plugins.module_utils._base.errors import Meaning
from ansible_collections.otc.teardown.plugins.module_utils._model.calls import Acceptance, Call, ReadOne, StopOne
from ansible_collections.otc.teardown.plugins.module_utils._model.paging import PAGES, RECORDS, Pager
from ansible_collections.otc.teardown.plugins.module_utils._model.resource import (
    Dialect,
    Fields,
    Listing,
    Parent,
    Resource,
)
from ansible_collections.otc.teardown.plugins.module_utils._model.status import Statuses, phases

NAME = "mrs_job"
_JOBS = "/v2/{project_id}/clusters/{parent}/job-executions"

# Codes are numbers without a name of the service; most come with HTTP 500, which would be a failure that passes.
_CODES = {
    "0176": Meaning.ABSENT,
    "0201": Meaning.ABSENT,
    "12000003": Meaning.ABSENT,  # the cluster
    "0160": Meaning.REFUSED,
    "0175": Meaning.REFUSED,
    "0200": Meaning.REFUSED,
    "0167": Meaning.REFUSED,  # the cluster does not take this API
    "12000064": Meaning.REFUSED,  # nor does a security cluster
    "0180": Meaning.BUSY,
    "0183": Meaning.BUSY,
    "0202": Meaning.BUSY,
    "0178": Meaning.INVALID,
    "12000002": Meaning.INVALID,
    "12000009": Meaning.INVALID,
    "12000107": Meaning.ADDRESS,  # the project
    "0192": Meaning.DENIED,  # the user is not known to the cluster
    "12000052": Meaning.DENIED,
    "130000002": Meaning.REAUTH,
}

RESOURCE = Resource(
    name=NAME,
    service="mrs",
    order=54,
    ids_option="job_ids",
    # There is no status for a job that is being stopped.
    statuses=Statuses(
        phases=phases(stoppable="NEW NEW_SAVING SUBMITTED ACCEPTED RUNNING", ended="FINISHED FAILED KILLED"),
        by_itself=frozenset({"FINISHED", "FAILED"}),
    ),
    codes=_CODES,
    parent=Parent(
        option="cluster_id",
        noun="cluster",
        listing=Listing(
            # Without a state, clusters in every state are listed. Only Huawei Cloud knows the state `existing`.
            call=Call("GET", "/v1.1/{project_id}/cluster_infos", f"list the clusters of {NAME}"),
            items="clusters",
            total="clusterTotal",
            pager=Pager("currentPage", "pageSize", size=1000, smaller=(100, 10), first=1, counts=PAGES),
        ),
        id=("clusterId",),
        name=("clusterName",),
        # Jobs run on clusters in the other states: running, abnormal, scaling-out, scaling-in.
        childless=("clusterState", frozenset({"starting", "failed", "terminating", "frozen"})),
        gone=("clusterState", frozenset({"terminated"})),
        # Documented by Huawei Cloud only; a cluster without this field is one whose tags are not known.
        tags=("tags",),
    ),
    dialects=(
        Dialect(
            name="v2",
            fields=Fields(
                id=("job_id",),
                name=("job_name",),
                status=("job_state",),
                created=("submitted_time",),
                duration=("elapsed_time",),
                duration_unit=0.001,
                owner=("user",),
            ),
            listing=Listing(
                call=Call("GET", _JOBS, f"list {NAME}"),
                items="job_list",
                total="total_record",
                # An offset that begins at 1, by the words of the reference; neither its unit nor the largest page is documented.
                pager=Pager("offset", "limit", size=100, smaller=(10,), first=1, counts=PAGES, may_count=RECORDS),
            ),
            read_one=ReadOne(Call("GET", _JOBS + "/{id}", f"read {NAME}"), "job_detail"),
            stop_one=StopOne(
                Call("POST", _JOBS + "/{id}/kill", f"stop {NAME}", changes=True),
                # The documented answer is a 202 without a body.
                accepted=Acceptance(nothing=True),
            ),
        ),
    ),
)
