# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A cloud that is nothing but its lists, and what is asked of it."""

from __future__ import annotations

import json
import types

from ansible_collections.otc.teardown.plugins.module_utils._api.api import Api
from ansible_collections.otc.teardown.plugins.module_utils._base.threads import Pool
from ansible_collections.otc.teardown.plugins.module_utils._engine.lister import Lister
from ansible_collections.otc.teardown.plugins.module_utils._engine.selection import Selection
from ansible_collections.otc.teardown.plugins.module_utils._http.answers import Answer
from ansible_collections.otc.teardown.plugins.module_utils._resources import (
    drs_job,
    modelarts_notebook,
    modelarts_processor_task_version,
    modelarts_service_task,
    modelarts_visualization_job,
)

DRS, VISUALIZATION = drs_job.RESOURCE, modelarts_visualization_job.RESOURCE
NOTEBOOK = modelarts_notebook.RESOURCE
SERVICE, PROCESSOR = modelarts_service_task.RESOURCE, modelarts_processor_task_version.RESOURCE
ALL = Selection(keys=None)
REFUSED = (422, {"error_code": "X.1", "error_msg": "no"})
INVALID, NOT_FOUND, DENIED = (413, {}), (404, {}), (403, {})
ABSENT = (400, {"error_code": "ModelArts.3502", "error_msg": "Service does not exist."})


class Cloud:
    """Stands in for a connection. `answer(path, parameters)` gives status and document; `asked` is what it was asked."""

    project_id = "p"

    def __init__(self, answer):
        self.answer, self.asked, self.deadlines = answer, [], []
        self.client = types.SimpleNamespace()

    def url(self, service):
        return f"https://{service}"

    def exchange(self, request, deadline=None):
        assert request.safe
        path = request.url.partition("/p/")[2]
        parameters = {**dict(request.query), **json.loads(request.body or b"{}")}
        self.asked.append((path, parameters))
        self.deadlines.append(deadline)
        status, document = self.answer(path, parameters)
        return Answer(status, {}, json.dumps(document).encode())


class OwnThread(Pool):
    """Remembers which calls were to begin with one alone."""

    def __init__(self):
        super().__init__(1)
        self.first_alone = []

    def map(self, function, arguments, first_alone=False):
        self.first_alone.append(first_alone)
        return super().map(function, arguments)


def lister(resource, answer, choice=None):
    cloud = Cloud(answer)
    pool = OwnThread()
    api = Api(cloud, resource, choice or resource.dialects[0].name)
    return cloud, pool, Lister(api, pool)


def ids(found):
    return [(job.key.parent, job.key.id) for job in found.jobs]


def every(job):
    return True


def by_type(**lists):
    def answer(_path, parameters):
        rows = lists.get(parameters.get("job_type") or parameters.get("db_use_type"), [])
        return 200, {"jobs": rows, "total_count": len(rows), "total_record": len(rows)}
    return answer


def edge(services, tasks):
    """Services as (id, sort), tasks as service -> ids, or the answer to the question for them."""
    def answer(path, _parameters):
        if path == "services":
            rows = [{"service_id": one, "infer_type": sort} for one, sort in services]
            return 200, {"services": rows, "total_count": len(rows)}
        found = tasks[path.split("/")[1]]
        if isinstance(found, tuple):
            return found
        return 200, {"tasks": [{"id": one, "state": "RUNNING"} for one in found], "count": len(found)}
    return answer
