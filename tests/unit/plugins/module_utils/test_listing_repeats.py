# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filters that the server evaluates: an answer that must repeat the field and does not leaves the row unjudged."""

from __future__ import annotations

import pytest

from ansible_collections.otc.teardown.plugins.module_utils._engine.filters import Filters, matches, why_unreadable
from ansible_collections.otc.teardown.plugins.module_utils._engine.selection import Selection
from tests.unit.plugins.module_utils.listing_scene import DRS, PROCESSOR, SERVICE, VISUALIZATION, every, lister

MINE, ALL = Filters(places={"enterprise_project_id": "e", "workspace_id": "w"}), Filters()
STATED = [("e", True), (None, None), ("", None), (True, None), ([], None), ({"id": "e"}, None), (1.5, None), ("f", False)]


def verdict(job, filters):
    """True to be stopped, None for failed, False for ruled out."""
    return matches(job, filters, 0.0) and (None if why_unreadable(job, filters, 0.0) else True)


@pytest.mark.parametrize(("value", "passes"), STATED, ids=str)
@pytest.mark.parametrize("child", [False, True])
@pytest.mark.parametrize("key", ["enterprise_project_id", "base_info"])
def test_jobs_of_drs_v5_say_their_enterprise_project(key, child, value, passes):
    inner = {"enterprise_project_id": value} if key == "base_info" else value
    row = {"id": "j", "status": "CREATING", "children": [], key: inner}
    rows = [{"id": "p", "status": "CREATING", "enterprise_project_id": "e", "children": [row]}] if child else [row]

    def answer(_path, parameters):
        return 200, {"jobs": rows if parameters["job_type"] == "sync" else [], "total_count": len(rows) * (parameters["job_type"] == "sync")}

    for filters, expected in ((Filters(places={"enterprise_project_id": "e"}), passes), (ALL, True)):
        jobs = lister(DRS, answer, "v5")[2].selected(Selection(None, filters=filters), every).jobs
        assert [verdict(job, filters) for job in jobs if job.key.id == "j"] == [expected]


def test_jobs_of_drs_v3_and_visualization_jobs_are_not_documented_to_say_it():
    def answer(_path, parameters):
        rows = [] if parameters.get("db_use_type", "sync") != "sync" else [{"id": "j", "job_id": 1, "status": "CREATING"}]
        return 200, {"jobs": rows, "total_record": len(rows), "job_total_count": len(rows)}

    for resource, choice in ((DRS, "v3"), (VISUALIZATION, None)):
        [job] = lister(resource, answer, choice)[2].selected(Selection(None, filters=MINE), every).jobs
        assert verdict(job, MINE) is True


@pytest.mark.parametrize(("value", "passes"), [("w" if value == "e" else value, passes) for value, passes in STATED], ids=str)
@pytest.mark.parametrize("named", [False, True])
@pytest.mark.parametrize("resource", [SERVICE, PROCESSOR], ids=lambda one: one.name)
def test_parents_say_their_workspace_and_their_jobs_are_judged_by_it(resource, named, value, passes):
    above, below = resource.parent.listing, resource.dialects[0].listing
    parent = {resource.parent.id[0]: "p", "workspace_id": value}
    row = {"id": "1" * 32, "task_version_id": "v", "status": 1, "state": "RUNNING"}

    def answer(path, _parameters):
        listing, rows = (above, [parent]) if "/" not in path else (below, [row])
        return 200, {listing.items: rows, listing.total: 1}

    for filters, expected in ((Filters(places={"workspace_id": "w"}), passes), (ALL, True)):
        jobs = lister(resource, answer)[2].selected(Selection(None, "p" if named else None, filters), every).jobs
        assert [verdict(job, filters) for job in jobs] == ([] if expected is False else [expected])
