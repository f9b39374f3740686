# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Listing jobs that belong to something: below which parents, and which of them have none."""

from __future__ import annotations

import pytest

from ansible_collections.otc.teardown.plugins.module_utils._base.errors import ApiError, ListingError, Meaning
from ansible_collections.otc.teardown.plugins.module_utils._engine.filters import Filters
from ansible_collections.otc.teardown.plugins.module_utils._engine.selection import Selection
from tests.unit.plugins.module_utils.listing_scene import (
    ABSENT,
    ALL,
    DENIED,
    INVALID,
    NOT_FOUND,
    PROCESSOR,
    REFUSED,
    SERVICE,
    VISUALIZATION,
    edge,
    every,
    ids,
    lister,
)


def test_a_list_below_every_parent():
    cloud, pool, one = lister(SERVICE, edge([("s1", "edge"), ("s2", None)], {"s1": ["a", "b"], "s2": ["a"]}))
    assert ids(one.selected(ALL, every)) == [("s1", "a"), ("s1", "b"), ("s2", "a")]
    assert cloud.asked == [
        ("services", {"offset": "0", "limit": "1000"}),
        ("services/s1/tasks", {"offset": "0", "limit": "100"}),
        ("services/s2/tasks", {"offset": "0", "limit": "100"}),
    ]
    assert pool.first_alone == [False], "the list of parents has proven the login"


@pytest.mark.parametrize(("selection", "services", "expected", "asked"), [
    (Selection(None, parent="s2"), [], ["s2"], []),
    (Selection(None, parent="s2", filters=Filters(places={"workspace_id": "w"})), ["s1", "s2"], ["s2"], [{"workspace_id": "w"}]),
    (Selection(None, parent="s2", filters=Filters(places={"workspace_id": "w"})), ["s1"], [], [{"workspace_id": "w"}]),
    (Selection(None, filters=Filters(places={"workspace_id": "w"})), ["s1", "s2"], ["s1", "s2"], [{"workspace_id": "w"}]),
    (Selection(None, parent="s2", filters=Filters(names=("x",))), [], ["s2"], []),
])
def test_the_parents_of_a_selection(selection, services, expected, asked):
    cloud, _pool, one = lister(SERVICE, edge([(one, "edge") for one in services], {"s1": ["a"], "s2": ["a"]}))
    assert ids(one.selected(selection, every)) == [(parent, "a") for parent in expected]
    paths = dict(cloud.asked)
    assert [{key: paths["services"][key] for key in paths["services"] if key == "workspace_id"}
            for path in paths if path == "services"] == asked
    assert all("workspace_id" not in parameters for path, parameters in cloud.asked if path != "services")


@pytest.mark.parametrize(("answer", "sort", "given", "meaning"), [
    # what the list below a parent answers, the sort of the parent, whether it was given -> what that is (None: no jobs)
    (ABSENT, "edge", False, None),
    (ABSENT, "edge", True, Meaning.ABSENT),
    (ABSENT, "batch", False, None),
    (REFUSED, "batch", False, None),
    (INVALID, "real-time", False, None),
    (NOT_FOUND, "batch", False, None),
    (REFUSED, "edge", False, Meaning.REFUSED),
    (NOT_FOUND, None, False, Meaning.NOT_FOUND),
    (DENIED, "batch", False, Meaning.DENIED),
    (REFUSED, "batch", True, Meaning.REFUSED),
])
def test_a_parent_that_lists_no_jobs(answer, sort, given, meaning):
    _cloud, _pool, one = lister(SERVICE, edge([("s1", sort), ("s2", "edge")], {"s1": answer, "s2": ["b"]}))
    selection = Selection(None, parent="s1") if given else ALL
    if meaning is None:
        found = one.selected(selection, every)
        assert ids(found) == [("s2", "b")]
        assert found.phases == {"stoppable": 1}
    else:
        with pytest.raises(ApiError, match="^Failed to list modelarts_service_task: ") as caught:
            one.selected(selection, every)
        assert caught.value.problem.meaning is meaning


def test_jobs_of_a_parent_that_vanished_meanwhile_are_not_counted():
    pages = [(200, {"tasks": [{"id": "a", "state": "RUNNING"}], "count": 2}), ABSENT]
    services = edge([("s1", "edge"), ("s2", "edge")], {"s2": ["a"]})
    _cloud, _pool, one = lister(SERVICE, lambda path, given: pages.pop(0) if "s1" in path else services(path, given))
    found = one.selected(ALL, every)
    assert ids(found) == [("s2", "a")]
    assert found.phases == {"stoppable": 1} and pages == []


def test_a_job_of_one_id_below_two_parents_is_two_jobs():
    _cloud, _pool, one = lister(SERVICE, edge([("s1", "edge"), ("s2", "edge")], {"s1": ["a"], "s2": ["a"]}))
    assert one.selected(ALL, every).phases == {"stoppable": 2}


def test_a_list_of_a_kind_without_parents_that_does_not_exist_is_a_failure():
    _cloud, _pool, one = lister(VISUALIZATION, lambda _path, _parameters: ABSENT)
    with pytest.raises(ApiError):
        one.selected(ALL, every)


def test_parents_of_a_kind_without_sorts_all_have_jobs():
    assert PROCESSOR.parent.childless is None
    _cloud, _pool, one = lister(PROCESSOR, lambda path, _parameters: REFUSED if "versions" in path else (
        200, {"tasks": [{"task_id": "t", "infer_type": "batch"}], "count": 1}))
    with pytest.raises(ApiError):
        one.selected(ALL, every)


@pytest.mark.parametrize("item", [{}, {"service_id": None}, {"service_id": "a/b"}, {"service_id": ""}, "s1", None])
def test_a_parent_without_a_usable_id_is_an_error(item):
    _cloud, _pool, one = lister(SERVICE, lambda _path, _parameters: (200, {"services": [item], "total_count": 1}))
    words = "^Failed to list the services of modelarts_service_task: the list holds an item without a usable id$"
    with pytest.raises(ListingError, match=words):
        one.selected(ALL, every)


def test_the_list_of_parents_must_be_complete_too():
    _cloud, _pool, one = lister(SERVICE, lambda _path, _parameters: (200, {"services": [], "total_count": 3}))
    with pytest.raises(ListingError, match="^Failed to list the services of modelarts_service_task: page 1 is empty"):
        one.selected(ALL, every)
