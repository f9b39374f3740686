# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A home: a place that is part of the identity of a job, and travels in a header of every call."""

from __future__ import annotations

import json

import pytest

from ansible_collections.otc.teardown.plugins.module_utils._api.api import Api
from ansible_collections.otc.teardown.plugins.module_utils._base.errors import InputError
from ansible_collections.otc.teardown.plugins.module_utils._engine.selection import select
from ansible_collections.otc.teardown.plugins.module_utils._http.answers import Answer
from ansible_collections.otc.teardown.plugins.module_utils._model.job import job_from
from ansible_collections.otc.teardown.plugins.module_utils._model.key import Key
from ansible_collections.otc.teardown.plugins.module_utils._modules.rows import info_row
from ansible_collections.otc.teardown.plugins.module_utils._resources import (
    dlf_job,
    drs_job,
    modelarts_service_task,
    mrs_job,
)

DLF = dlf_job.RESOURCE
CALLS = (DLF.dialects[0].listing.call, DLF.dialects[0].stop_one.call)


class Cloud:
    """Stands in for a connection, and remembers the headers."""

    project_id = "p"

    def __init__(self):
        self.headers = []

    def url(self, service):
        return f"https://{service}"

    def exchange(self, request, deadline=None):
        self.headers.append(dict(request.headers))
        return Answer(200, {}, json.dumps({}).encode())


@pytest.mark.parametrize("call", CALLS, ids=lambda call: call.doing)
@pytest.mark.parametrize(("home", "headers"), [("w", {"workspace": "w"}), (None, {})])
def test_every_call_names_it_in_its_header(call, home, headers):
    cloud = Cloud()
    Api(cloud, DLF).ask(call, {"id": "a", "parent": home})
    assert cloud.headers == [headers]


def test_a_parent_is_no_header():
    cloud = Cloud()
    Api(cloud, mrs_job.RESOURCE).ask(mrs_job.RESOURCE.dialects[0].listing.call, {"parent": "c"})
    assert cloud.headers == [{}]


@pytest.mark.parametrize(("options", "parent", "keys"), [
    ({"filters": {"workspace_id": "w"}}, "w", None),
    ({"filters": {"names": ["a"]}}, None, None),
    ({"all": True}, None, None),
    ({"job_names": ["a"]}, None, (Key("a"),)),
    ({"jobs": [{"id": "a", "workspace_id": "w"}, {"id": "a", "workspace_id": None}, {"id": "a"}]}, None, (Key("a", "w"), Key("a"))),
])
def test_it_is_part_of_a_selection(options, parent, keys):
    selection = select(options, DLF)
    assert (selection.parent, selection.keys) == (parent, keys)


@pytest.mark.parametrize("value", ["a/b", "a b", "..", "w\u00f6rk", "w\n"])
def test_what_no_header_can_hold_is_refused(value):
    for options in ({"filters": {"workspace_id": value}}, {"jobs": [{"id": "a", "workspace_id": value}]}):
        if options.get("filters") and value.strip() != value:
            continue  # blanks around a filter are no part of it
        with pytest.raises(InputError, match="workspace_id"):
            select(options, DLF)


def test_rows_tell_it():
    item = {"name": "a", "status": "NORMAL", "createTime": 1700000000000}
    for home in ("w", None):
        row = info_row(job_from(item, DLF, DLF.dialects[0].fields, home), DLF)
        assert (row["id"], row["workspace_id"], "parent_name" in row) == ("a", home, False)


def test_what_is_part_of_an_identity():
    assert [one.above for one in (DLF, mrs_job.RESOURCE, modelarts_service_task.RESOURCE, drs_job.RESOURCE)] == [
        "workspace_id", "cluster_id", "service_id", None,
    ]
    assert "workspace_id" in DLF.filters and "workspace_id" not in mrs_job.RESOURCE.filters
