# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""ModelArts Lite servers (dev servers).

Sources: Huawei Cloud SDK for Python (ListAllDevServers, ListDevServers, StopDevServer, ServerResponse; hyper instances for the
stop of one whose stop has failed); Huawei Cloud Terraform provider (the PUT has no body, ModelArts.6404 for a server that does
not exist).

The list of the tenant's servers is documented without any parameter, that of the user's own with a limit and an offset. The
wide one is asked with both, and without them if it refuses them; its total proves in either case whether it is complete.
"""

from __future__ import annotations

from ansible_collections.otc.teardown.plugins.module_utils._base.errors import Meaning
from ansible_collections.otc.teardown.plugins.module_utils._model.calls import Acceptance, Call, ReadOne, StopOne
from ansible_collections.otc.teardown.plugins.module_utils._model.paging import Pager
from ansible_collections.otc.teardown.plugins.module_utils._model.resource import (
    Caution,
    Dialect,
    Fields,
    Listing,
    Resource,
)
from ansible_collections.otc.teardown.plugins.module_utils._model.status import Statuses, phases

NAME = "modelarts_lite_server"
_SERVERS = "/v1/{project_id}/dev-servers"

_UNCLEAR = "START_FAILED REBOOT_FAILED CHANGINGOS_FAILED REINSTALLINGOS_FAILED DELETE_FAILED ERROR"

RESOURCE = Resource(
    name=NAME,
    service="modelarts",
    order=36,
    ids_option="server_ids",
    id_pattern=(
        r"[0-9a-f]{8}-[0-9a-f]{4}-[1-5][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}",
        "the form of a UUID, in lower-case hexadecimal digits",
    ),
    statuses=Statuses(
        phases=phases(
            # All but RUNNING and STOP_FAILED refuse a stop at first.
            stoppable="RUNNING STOP_FAILED STARTING CREATING REBOOTING CHANGINGOS REINSTALLINGOS",
            stopping="STOPPING DELETING",
            ended="STOPPED CREATE_FAILED DELETED",
            unknown=_UNCLEAR,
        ),
        by_itself=frozenset({"CREATE_FAILED"}),
        stop_failed=frozenset({"STOP_FAILED"}),
        absent=frozenset({"DELETED"}),
        unclear=frozenset(_UNCLEAR.split()),
    ),
    cautions=(Caution("charging_mode", "PRE_PAID", "is prepaid: a stop saves nothing"),),
    codes={"ModelArts.6404": Meaning.ABSENT},
    dialects=(
        Dialect(
            name="v1",
            fields=Fields(id=("id",), name=("name",), status=("status",), created=("create_at",), places={}, flavor=("flavor",)),
            listing=Listing(
                call=Call("GET", _SERVERS + "/all", f"list {NAME}"),
                items="data",
                total="total",
                pager=Pager("offset", "limit", size=1024, smaller=(0,)),
                narrower=Call("GET", _SERVERS, f"list {NAME}"),
            ),
            read_one=ReadOne(Call("GET", _SERVERS + "/{id}", f"read {NAME}")),
            stop_one=StopOne(
                Call("PUT", _SERVERS + "/{id}/stop", f"stop {NAME}", changes=True),
                # The answer is the server.
                accepted=Acceptance(),
                answers_job=True,
            ),
        ),
    ),
)
