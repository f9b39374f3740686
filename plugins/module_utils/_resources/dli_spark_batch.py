# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Batch processing jobs of Spark in Data Lake Insight (DLI).

Sources: OTC Data Lake Insight API reference, "Listing Batch Processing Jobs", "Querying Batch Processing Job Details", "Querying a
Batch Processing Job Status", "Canceling a Batch Processing Job", "Error Codes"; size of a page and position in records from the
Terraform provider of Huawei Cloud. What lists and reads say beside, such as the request with its arguments and the log, is not read.
"""

from __future__ import annotations

from ansible_collections.otc.teardown.plugins.module_utils._base.errors import Meaning
from ansible_collections.otc.teardown.plugins.module_utils._model.calls import Acceptance, Call, ReadOne, StopOne
from ansible_collections.otc.teardown.plugins.module_utils._model.paging import Pager
from ansible_collections.otc.teardown.plugins.module_utils._model.resource import Dialect, Fields, Listing, Resource
from ansible_collections.otc.teardown.plugins.module_utils._model.status import Statuses, phases

NAME = "dli_spark_batch"
_BATCHES = "/v2.0/{project_id}/batches"

RESOURCE = Resource(
    name=NAME,
    service="dli",
    order=50,
    ids_option="batch_ids",
    id_pattern=(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", "8-4-4-4-12 hexadecimal digits"),
    spelled=str.lower,
    # The code of a job that is gone is not documented; the Terraform provider takes any 400 for one, so the list decides.
    codes={"DLI.0001": Meaning.REFUSED},
    # There is no status for a job that is being stopped. A stopped one is DEAD, as one that has failed.
    statuses=Statuses(
        phases=phases(stoppable="STARTING RUNNING RECOVERING", ended="DEAD SUCCESS"),
        by_itself=frozenset({"DEAD", "SUCCESS"}),
    ),
    dialects=(
        Dialect(
            name="v2.0",
            fields=Fields(
                id=("id",),
                name=("name",),
                status=("state",),
                created=("create_time",),
                duration=("duration",),
                duration_unit=0.001,
                owner=("owner",),
            ),
            listing=Listing(
                call=Call("GET", _BATCHES, f"list {NAME}"),
                items="sessions",
                total="total",
                pager=Pager("from", "size", size=100, smaller=(10,)),
            ),
            read_one=ReadOne(Call("GET", _BATCHES + "/{id}", f"read {NAME}")),
            stop_one=StopOne(
                Call("DELETE", _BATCHES + "/{id}", f"stop {NAME}", changes=True),
                accepted=Acceptance(key="msg", value="deleted"),
            ),
        ),
    ),
)
