# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""ModelArts notebooks.

Sources: OTC ModelArts API reference, "Development Environment Management" ("Querying Notebook Instances", "Querying All
Notebook Instances", "Querying Details of a Notebook Instance", "Stopping a Notebook Instance"), appendix "Error Codes"; Huawei
Cloud SDK for Python (ListAllNotebooks: the only limits are 10, 20 and 50, and the workspace is `workspace_id`);
Huawei Cloud Terraform provider (ModelArts.6404 for a notebook that does not exist).

A list without a feature holds billed notebooks only, so both features are asked for. Which workspaces it holds without a
workspace is not clear; the default is said to be workspace 0.
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
    Passes,
    Resource,
)
from ansible_collections.otc.teardown.plugins.module_utils._model.status import Statuses, phases

NAME = "modelarts_notebook"
_NOTEBOOKS = "/v1/{project_id}/notebooks"

RESOURCE = Resource(
    name=NAME,
    service="modelarts",
    order=32,
    ids_option="notebook_ids",
    statuses=Statuses(
        phases=phases(
            # All but RUNNING refuse a stop at first.
            stoppable="RUNNING INIT CREATING STARTING SNAPSHOTTING",
            stopping="STOPPING DELETING",
            ended="STOPPED CREATE_FAILED START_FAILED FROZEN DELETED",
            unknown="ERROR DELETE_FAILED",
        ),
        by_itself=frozenset({"CREATE_FAILED", "START_FAILED", "FROZEN"}),
        absent=frozenset({"DELETED"}),
        unclear=frozenset({"ERROR", "DELETE_FAILED"}),
    ),
    cautions=(Caution("status", "FROZEN", "is frozen: it may resume when the account is in credit again"),),
    codes={
        "ModelArts.6309": Meaning.ABSENT,
        "ModelArts.6404": Meaning.ABSENT,
        # "Another operation is in progress, or it is in this state already"; some clients take it for "does not exist".
        "ModelArts.6357": Meaning.REFUSED,
    },
    dialects=(
        Dialect(
            name="v1",
            fields=Fields(
                id=("id",),
                name=("name",),
                status=("status",),
                # The first is in samples only; the second outlives restarts.
                created=("create_at", "lease.create_at"),
                owner=("user.name", "user.id", "user_id"),
                flavor=("flavor",),
                # Documented by Huawei Cloud only.
                tags=("tags",),
                lease=Lease(
                    start="lease.create_at",
                    length="lease.duration",
                    unit=0.001,
                    enabled="lease.enable",
                    # Then the length counts from the last use.
                    unless=("lease.type", "IDLE"),
                ),
            ),
            listing=Listing(
                call=Call("GET", _NOTEBOOKS + "/all", f"list {NAME}"),
                items="data",
                total="total",
                # A record offset by its words; nothing in the answers proves it.
                pager=Pager("offset", "limit", size=50, smaller=(20, 10), least=10, counts=RECORDS, may_count=PAGES),
                passes=Passes("feature", ("NOTEBOOK", "DEFAULT")),
                narrower=Call("GET", _NOTEBOOKS, f"list {NAME}"),
                filters={"workspace_id": ("workspaceId", "workspace_id")},
                repeats=frozenset({"workspace_id"}),
            ),
            read_one=ReadOne(Call("GET", _NOTEBOOKS + "/{id}", f"read {NAME}")),
            stop_one=StopOne(
                Call("POST", _NOTEBOOKS + "/{id}/stop", f"stop {NAME}", changes=True),
                # The documented answer is the notebook, in the status STOPPING; 201 is among its codes.
                accepted=Acceptance(statuses=frozenset({200, 201, 202, 204})),
                answers_job=True,
            ),
        ),
    ),
)
