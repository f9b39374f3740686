# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Intelligent tasks of ModelArts datasets: auto labeling (active learning, pre-labeling) and auto grouping.

Sources: OTC ModelArts API reference, "Data Management (Old Version)" ("Stopping an Intelligent Task", "Obtaining an Auto Labeling
Task List by Page", "Obtaining Details About an Auto Labeling Task", "Querying the Dataset List") and appendix "Error Codes"; the first
of these pages is in Huawei Cloud's API reference as well.

The documents number the statuses and describe them; the names are ours. A sample of the details of one task holds no id, so tasks
are read from the lists of their dataset. `elapsed_time` has no documented unit, so it is not used.
"""

from __future__ import annotations

from ansible_collections.otc.teardown.plugins.module_utils._base.errors import Meaning
from ansible_collections.otc.teardown.plugins.module_utils._model.calls import Acceptance, Call, StopOne
from ansible_collections.otc.teardown.plugins.module_utils._model.paging import PAGES, RECORDS, Pager
from ansible_collections.otc.teardown.plugins.module_utils._model.resource import (
    Dialect,
    Fields,
    Listing,
    Parent,
    Passes,
    Resource,
)
from ansible_collections.otc.teardown.plugins.module_utils._model.status import Statuses, phases

NAME = "modelarts_intelligent_task"
_DATASETS = "/v2/{project_id}/datasets"
_TASKS = _DATASETS + "/{parent}/tasks"

# `offset` is described as "start page" but named like a record offset.
_PAGER = Pager("offset", "limit", size=100, counts=PAGES, may_count=RECORDS)

# In general, these may be about another kind of task. 4338 and 4352 are about the dataset, without which there is no task.
_ABSENT = dict.fromkeys(
    (f"ModelArts.{number}" for number in ("4338", "4352", "4612", "4631", "4636")), Meaning.ABSENT
)

RESOURCE = Resource(
    name=NAME,
    service="modelarts",
    order=4,
    ids_option="task_ids",
    statuses=Statuses(
        phases=phases(
            stoppable="QUEUING INITIALIZING RUNNING",
            stopping="STOPPING",
            ended="FAILED SUCCEEDED STOPPED",
        ),
        numbers={
            -1: "QUEUING", 0: "INITIALIZING", 1: "RUNNING", 2: "FAILED", 3: "SUCCEEDED", 4: "STOPPING", 5: "STOPPED",
        },
        by_itself=frozenset({"SUCCEEDED", "FAILED"}),
    ),
    codes=_ABSENT,
    parent=Parent(
        option="dataset_id",
        noun="dataset",
        listing=Listing(
            # Its total "cannot exceed 100": perhaps it is the number on the page.
            # Left out, only datasets from before they were decoupled from labeling tasks may come.
            call=Call("GET", _DATASETS, f"list the datasets of {NAME}", query={"dataset_version": "all"}),
            items="datasets",
            total="total_number",
            pager=_PAGER._replace(total_is_capped=True),
            filters={"workspace_id": ("workspace_id",)},
            repeats=frozenset({"workspace_id"}),
        ),
        id=("dataset_id",),
        name=("dataset_name",),
    ),
    dialects=(
        Dialect(
            name="v2",
            fields=Fields(id=("task_id",), name=("task_name",), status=("status",), created=("create_time",)),
            listing=Listing(
                call=Call("GET", _TASKS, f"list {NAME}"),
                items="tasks",
                total="total_count",
                pager=_PAGER,
                passes=Passes("type", ("auto-label", "pre-label", "auto-grouping")),
                shows_all=True,
            ),
            stop_one=StopOne(
                Call("POST", _TASKS + "/{id}/stop", f"stop {NAME}", changes=True),
                # The documented answer is a 204; the page prints `{ }` below it.
                accepted=Acceptance(nothing=True),
            ),
        ),
    ),
)
