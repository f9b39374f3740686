# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tasks of ModelArts edge services (IEF).

Source: OTC ModelArts API reference, "Service Task Management" and "Service Management" (list of services).
"""

from __future__ import annotations

from ansible_collections.otc.teardown.plugins.module_utils._model.calls import Acceptance, Call, ReadOne, StopOne
from ansible_collections.otc.teardown.plugins.module_utils._model.paging import PAGES, RECORDS, Pager
from ansible_collections.otc.teardown.plugins.module_utils._model.resource import (
    Caution,
    Dialect,
    Fields,
    Listing,
    Parent,
    Resource,
)
from ansible_collections.otc.teardown.plugins.module_utils._model.status import Statuses, phases

NAME = "modelarts_service_task"
_SERVICES = "/v1/{project_id}/services"
_TASKS = _SERVICES + "/{parent}/tasks"

RESOURCE = Resource(
    name=NAME,
    service="modelarts",
    order=10,
    ids_option="task_ids",
    id_pattern=(r"[0-9a-f]{32}", "32 lower-case hexadecimal digits"),
    statuses=Statuses(
        phases=phases(
            stoppable="RUNNING PENDING STARTING RECOVERING UPGRADING ABNORMAL",
            stopping="STOPPING DELETING FREEZING",
            ended="STOPPED SUCCEEDED FAILED CREATE_FAILED START_FAILED FROZEN",
        ),
        by_itself=frozenset({"SUCCEEDED"}),
    ),
    cautions=(
        Caution("state", "FROZEN", "is frozen: it may resume when the account is in credit again"),
        Caution("schedule_status", "ACTIVATED", "has an active schedule: it may start again by itself"),
    ),
    parent=Parent(
        option="service_id",
        noun="service",
        listing=Listing(
            call=Call("GET", _SERVICES, f"list the services of {NAME}"),
            items="services",
            total="total_count",
            pager=Pager("offset", "limit", size=1000, smaller=(100, 10), counts=PAGES, may_count=RECORDS),
            filters={"workspace_id": ("workspace_id",)},
            repeats=frozenset({"workspace_id"}),
        ),
        id=("service_id",),
        name=("service_name",),
        childless=("infer_type", frozenset({"real-time", "batch"})),
    ),
    dialects=(
        Dialect(
            name="v1",
            fields=Fields(
                id=("id",), name=("name",), status=("state",), created=("created_at",), owner=("creator",), parent_name=("service_name",),
            ),
            listing=Listing(
                call=Call("GET", _TASKS, f"list {NAME}"),
                items="tasks",
                total="count",
                pager=Pager("offset", "limit", size=100, smaller=(10,), counts=RECORDS, may_count=PAGES),
                shows_all=True,
            ),
            read_one=ReadOne(Call("GET", _TASKS + "/{id}", f"read {NAME}")),
            stop_one=StopOne(
                Call("POST", _TASKS + "/{id}/stop", f"stop {NAME}", changes=True),
                # The documented answer is a 202 without a body.
                accepted=Acceptance(nothing=True),
            ),
        ),
    ),
)
