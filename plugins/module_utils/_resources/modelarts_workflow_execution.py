# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Executions of ModelArts workflows, on Huawei Cloud only.

Sources: Huawei Cloud's Python SDK (ModelArts v1: CreateWorkflowExecutionsAction, ListWorkflowExecutions, WorkflowExecutionResp,
ListWorkflows, Workflow) and Terraform provider (page size, codes of what is gone).

The list of workflows shows all workspaces, that of executions the workspace 0 unless another one is named. An execution has a
`duration`, but nobody documents its unit.
"""

from __future__ import annotations

from ansible_collections.otc.teardown.plugins.module_utils._model.calls import Acceptance, Call, ReadOne, StopOne
from ansible_collections.otc.teardown.plugins.module_utils._model.paging import Pager
from ansible_collections.otc.teardown.plugins.module_utils._model.resource import (
    Dialect,
    Fields,
    Listing,
    Parent,
    Resource,
)
from ansible_collections.otc.teardown.plugins.module_utils._model.status import Statuses, phases

NAME = "modelarts_workflow_execution"
_WORKFLOWS = "/v2/{project_id}/workflows"
_EXECUTIONS = _WORKFLOWS + "/{parent}/executions"

# The largest page is not documented.
_PAGER = Pager("offset", "limit", size=100, smaller=(10,))

RESOURCE = Resource(
    name=NAME,
    service="modelarts",
    order=2,
    ids_option="execution_ids",
    # There is no status for an execution that is being stopped. That an abnormal one has ended is not said, but it may be run again.
    statuses=Statuses(
        phases=phases(stoppable="INIT RUNNING", ended="STOPPED COMPLETED ABNORMAL"),
        by_itself=frozenset({"COMPLETED", "ABNORMAL"}),
    ),
    parent=Parent(
        option="workflow_id",
        noun="workflow",
        listing=Listing(
            call=Call("GET", _WORKFLOWS, f"list the workflows of {NAME}"),
            items="items",
            total="total",
            or_total="count",
            pager=_PAGER,
            repeats=frozenset({"workspace_id"}),
            shows_all=True,
        ),
        id=("workflow_id",),
        name=("name",),
    ),
    dialects=(
        Dialect(
            name="v2",
            fields=Fields(
                id=("execution_id",),
                name=("name",),
                status=("status",),
                created=("created_at",),
                parent_name=("workflow_name",),
            ),
            listing=Listing(
                call=Call("GET", _EXECUTIONS, f"list {NAME}"),
                items="items",
                total="total",
                pager=_PAGER,
                filters={"workspace_id": ("workspace_id",)},
                repeats=frozenset({"workspace_id"}),
            ),
            read_one=ReadOne(Call("GET", _EXECUTIONS + "/{id}", f"read {NAME}")),
            stop_one=StopOne(
                Call("POST", _EXECUTIONS + "/{id}/actions", f"stop {NAME}", changes=True, body={"action_name": "stop"}),
                # The answer is the execution; which HTTP status goes with it is not documented, so it may be empty as well.
                accepted=Acceptance(nothing=True, statuses=frozenset({200, 201, 202, 204})),
                answers_job=True,
            ),
        ),
    ),
)
