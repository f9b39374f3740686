# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""ModelArts inference services (API v1): real-time and batch services.

Sources: OTC ModelArts API reference, "Service Management" ("Obtaining Services", "Obtaining Service Details", "Updating Service
Configurations") and appendix "Error Codes"; OTC ModelArts user guide, "Starting, Stopping, Deleting, or Restarting a Service"; Huawei
Cloud ModelArts API reference, "Querying the List of Services" (edge services are a type; without a workspace, the default one) and
"Service Management Permissions".

Whether the call that stops a service would stop an edge service is not documented; their tasks are jobs of another kind.
"""

from __future__ import annotations

from ansible_collections.otc.teardown.plugins.module_utils._base.errors import Meaning
from ansible_collections.otc.teardown.plugins.module_utils._model.calls import Acceptance, Call, ReadOne, StopOne
from ansible_collections.otc.teardown.plugins.module_utils._model.paging import PAGES, RECORDS, Pager
from ansible_collections.otc.teardown.plugins.module_utils._model.resource import (
    Caution,
    Dialect,
    Fields,
    Lease,
    Listing,
    Resource,
)
from ansible_collections.otc.teardown.plugins.module_utils._model.status import Statuses, phases

NAME = "modelarts_service"
_SERVICES = "/v1/{project_id}/services"

RESOURCE = Resource(
    name=NAME,
    service="modelarts",
    order=22,
    ids_option="service_ids",
    statuses=Statuses(
        phases=phases(
            stoppable="RUNNING CONCERNING DEPLOYING PENDING WAITING",
            stopping="STOPPING DELETING",
            ended="STOPPED FINISHED FAILED",
        ),
        by_itself=frozenset({"FINISHED", "FAILED"}),
    ),
    cautions=(Caution("is_shared", "TRUE", "was subscribed to, and belongs to somebody else: the API may refuse to stop it"),),
    # In general, this code may be about something else that a service uses.
    codes={"ModelArts.3822": Meaning.ABSENT},
    dialects=(
        Dialect(
            name="v1",
            fields=Fields(
                id=("service_id",),
                name=("service_name",),
                status=("status",),
                # The latest release; the API tells no creation.
                created=("publish_at",),
                owner=("owner",),
                lease=Lease(at="due_time"),
                types=("infer_type", ("real-time", "batch")),
            ),
            listing=Listing(
                call=Call("GET", _SERVICES, f"list {NAME}"),
                items="services",
                total="total_count",
                # `offset` is described as "start page"; a program of others counts services. The default limit is the only one named.
                pager=Pager("offset", "limit", size=1000, smaller=(100, 10), counts=PAGES, may_count=RECORDS),
                filters={"workspace_id": ("workspace_id",)},
                repeats=frozenset({"workspace_id"}),
            ),
            read_one=ReadOne(Call("GET", _SERVICES + "/{id}", f"read {NAME}")),
            stop_one=StopOne(
                # Nothing else may stand in this body: any other key would change the service.
                Call("PUT", _SERVICES + "/{id}", f"stop {NAME}", changes=True, body={"status": "stopped"}),
                # The documented answer is a 200 with `{}`.
                accepted=Acceptance(nothing=True),
            ),
        ),
    ),
)
