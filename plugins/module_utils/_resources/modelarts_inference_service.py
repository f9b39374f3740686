# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""ModelArts inference services (API v2), with all their deployments.

Sources: Huawei Cloud ModelArts API reference, "ListInferServices", "ShowInferService" and "StopInferService"; Huawei Cloud's Python
SDK for ModelArts, the models of the same calls; Huawei Cloud's Terraform provider (a service that is gone answers 404, the stop has
no body).

An interruption ends in STOPPED or back in RUNNING, depending on what it interrupts, so nothing is concluded from INTERRUPTING. When a
service stops by itself stands in a list of schedules, so it is not shown.
"""

from __future__ import annotations

from ansible_collections.otc.teardown.plugins.module_utils._model.calls import Acceptance, Call, ReadOne, StopOne
from ansible_collections.otc.teardown.plugins.module_utils._model.paging import RECORDS, Pager
from ansible_collections.otc.teardown.plugins.module_utils._model.resource import (
    Caution,
    Dialect,
    Fields,
    Listing,
    Resource,
)
from ansible_collections.otc.teardown.plugins.module_utils._model.status import Statuses, phases

NAME = "modelarts_inference_service"
_SERVICES = "/v2/{project_id}/services"

RESOURCE = Resource(
    name=NAME,
    service="modelarts",
    order=24,
    ids_option="service_ids",
    statuses=Statuses(
        phases=phases(
            stoppable="RUNNING CONCERNING DEPLOYING UPGRADING",
            stopping="STOPPING DELETING",
            ended="INIT STOPPED FAILED",
            unknown="INTERRUPTING ERROR",
        ),
        by_itself=frozenset({"FAILED"}),
        unclear=frozenset({"ERROR"}),
    ),
    cautions=(
        Caution("provider", None, "belongs to a provider of the cloud: a stop from here may be refused"),
    ),
    dialects=(
        Dialect(
            name="v2",
            # Only the list tells who created a service.
            fields=Fields(
                id=("id",), name=("name",), status=("status",), created=("create_at",), owner=("user_name",), tags=("tags",),
            ),
            listing=Listing(
                call=Call("GET", _SERVICES, f"list {NAME}"),
                items="data",
                total="total",
                # The offset must be a multiple of the limit, which it is as long as no page but the last is short.
                pager=Pager("offset", "limit", size=500, counts=RECORDS),
                filters={"workspace_id": ("workspace_id",)},
                repeats=frozenset({"workspace_id"}),
            ),
            read_one=ReadOne(Call("GET", _SERVICES + "/{id}", f"read {NAME}")),
            stop_one=StopOne(
                Call("POST", _SERVICES + "/{id}/stop", f"stop {NAME}", changes=True),
                # The documented answer is the service; which HTTP status goes with it is not documented.
                accepted=Acceptance(statuses=frozenset({200, 201, 202, 204})),
                answers_job=True,
            ),
        ),
    ),
)
