# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Old development environments of ModelArts, those before notebooks.

Source: OTC ModelArts API reference, "DevEnviron (Old Version)" (historical chapter): "Obtaining Development Environment
Instances", "Obtaining Details About a Development Environment Instance", "Managing a Development Environment Instance".
`READY_TO_START` and `DELETING` are in no table, but working code of others meets them.

A list must name a type of environments, of which `Notebook` is the only one that is documented. It shows the caller's own
ones unless `show_self` is false, and without a workspace those of workspace 0.
"""

from __future__ import annotations

from ansible_collections.otc.teardown.plugins.module_utils._base.errors import Meaning
from ansible_collections.otc.teardown.plugins.module_utils._model.calls import Acceptance, Call, ReadOne, StopOne
from ansible_collections.otc.teardown.plugins.module_utils._model.paging import PAGES, RECORDS, Pager
from ansible_collections.otc.teardown.plugins.module_utils._model.resource import (
    Dialect,
    Fields,
    Lease,
    Listing,
    Resource,
)
from ansible_collections.otc.teardown.plugins.module_utils._model.status import Statuses, phases

NAME = "modelarts_dev_environment"
_INSTANCES = "/v1/{project_id}/demanager/instances"


def _list(show_self: str) -> Call:
    return Call("GET", _INSTANCES, f"list {NAME}", query={"de_type": "Notebook", "show_self": show_self})


RESOURCE = Resource(
    name=NAME,
    service="modelarts",
    order=34,
    ids_option="instance_ids",
    statuses=Statuses(
        phases=phases(
            # All but RUNNING refuse a stop at first.
            stoppable="RUNNING CREATING STARTING RESTARTING RESIZING CREATE_QUEUING START_QUEUING READY_TO_START",
            stopping="STOPPING DELETING",
            ended="STOPPED CREATE_FAILED START_FAILED DELETED",
            unknown="UNAVAILABLE RESIZE_FAILED",
        ),
        by_itself=frozenset({"CREATE_FAILED", "START_FAILED"}),
        absent=frozenset({"DELETED"}),
        unclear=frozenset({"UNAVAILABLE", "RESIZE_FAILED"}),
    ),
    codes={"ModelArts.6309": Meaning.ABSENT},
    # The page of the details writes `DE-` before the id, that of the stop does not.
    spelled=lambda text: text[3:] if text.startswith("DE-") else text,
    dialects=(
        Dialect(
            name="v1",
            fields=Fields(
                id=("id",),
                name=("name",),
                status=("status",),
                created=("creation_timestamp",),
                places={"workspace_id": ("workspace.id",)},
                owner=("user.name", "user.id"),
                flavor=("flavor",),
                lease=Lease(at="spec.auto_stop.stop_timestamp", enabled="spec.auto_stop.enable"),
            ),
            listing=Listing(
                call=_list(show_self="false"),
                items="instances",
                total="total_count",
                # Any limit above 0 is permitted; `offset` is a "start index".
                pager=Pager("offset", "limit", size=1000, counts=RECORDS, may_count=PAGES),
                narrower=_list(show_self="true"),
                filters={"workspace_id": ("workspace_id",)},
                repeats=frozenset({"workspace_id"}),
            ),
            read_one=ReadOne(Call("GET", _INSTANCES + "/{id}", f"read {NAME}")),
            stop_one=StopOne(
                Call("POST", _INSTANCES + "/{id}/action", f"stop {NAME}", changes=True, body={"action": "stop"}),
                # The sample is that of a start; which HTTP status goes with it is not documented.
                accepted=Acceptance(key="current_status", value="stopping", statuses=frozenset({200, 201, 202, 204})),
            ),
        ),
    ),
)
