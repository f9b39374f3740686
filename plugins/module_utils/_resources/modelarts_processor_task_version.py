# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Versions of ModelArts data-processing tasks.

Source: OTC ModelArts API reference, "Data Management (Old Version)", the pages on processing tasks
and their versions. Answers contain the `version_id` of paths as `task_version_id`; their `version_id`
is the version of a dataset.
"""

from __future__ import annotations

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

NAME = "modelarts_processor_task_version"
_TASKS = "/v2/{project_id}/processor-tasks"
_VERSIONS = _TASKS + "/{parent}/versions"

# `offset` is described as "start page" but named like a record offset.
_PAGER = Pager("offset", "limit", size=100, counts=PAGES, may_count=RECORDS)

RESOURCE = Resource(
    name=NAME,
    service="modelarts",
    order=20,
    ids_option="version_ids",
    # There is no status for a version that is being stopped.
    statuses=Statuses(
        phases=phases(stoppable="INITIALIZED RUNNING", ended="COMPLETED FAILED STOPPED"),
        numbers={0: "INITIALIZED", 1: "RUNNING", 2: "COMPLETED", 3: "FAILED", 4: "STOPPED"},
        by_itself=frozenset({"COMPLETED"}),
    ),
    parent=Parent(
        option="task_id",
        noun="processor task",
        listing=Listing(
            call=Call("GET", _TASKS, f"list the tasks of {NAME}", query={"return_result": "false"}),
            items="tasks",
            total="count",
            pager=_PAGER,
            filters={"workspace_id": ("workspace_id",)},
            repeats=frozenset({"workspace_id"}),
        ),
        id=("task_id",),
        # The documents contain both: the first as a sort key, the second as a filter.
        name=("name", "task_name"),
    ),
    dialects=(
        Dialect(
            name="v2",
            fields=Fields(
                id=("task_version_id",),
                name=("version_name",),
                status=("status",),
                created=("create_time",),
                duration=("duration_seconds",),
            ),
            listing=Listing(
                call=Call("GET", _VERSIONS, f"list {NAME}"),
                items="versions",
                total="count",
                pager=_PAGER,
                shows_all=True,
            ),
            read_one=ReadOne(Call("GET", _VERSIONS + "/{id}", f"read {NAME}")),
            stop_one=StopOne(
                Call("POST", _VERSIONS + "/{id}/stop", f"stop {NAME}", changes=True),
                # The documented answer is a 200 with `{}`.
                accepted=Acceptance(nothing=True),
            ),
        ),
    ),
)
