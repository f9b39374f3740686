# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Listing jobs: what is asked, page by page, and which answers are no list."""

from __future__ import annotations

import pytest

from ansible_collections.otc.teardown.plugins.module_utils._api.api import Api
from ansible_collections.otc.teardown.plugins.module_utils._api.pages import content_of
from ansible_collections.otc.teardown.plugins.module_utils._base.errors import ApiError, ListingError, Meaning
from ansible_collections.otc.teardown.plugins.module_utils._engine.filters import Filters
from ansible_collections.otc.teardown.plugins.module_utils._engine.lister import Lister, Scope
from ansible_collections.otc.teardown.plugins.module_utils._model.key import Key
from ansible_collections.otc.teardown.plugins.module_utils._resources import (
    dli_sql_job,
    drs_job,
    modelarts_notebook,
    modelarts_training_job,
)
from tests.unit.plugins.module_utils.listing_scene import (
    ALL,
    DENIED,
    DRS,
    INVALID,
    NOT_FOUND,
    NOTEBOOK,
    REFUSED,
    SERVICE,
    VISUALIZATION,
    Cloud,
    OwnThread,
    by_type,
    edge,
    every,
    ids,
    lister,
)


def drs(job_id, status="CREATING", **more):
    return {"id": job_id, "status": status, **more}


def test_a_filter_goes_out_under_every_name_that_documents_give_it():
    cloud, _pool, one = lister(modelarts_notebook.RESOURCE, lambda _path, _parameters: (200, {"data": [], "total": 0}))
    one.selected(ALL._replace(filters=Filters(places={"workspace_id": "w"})), every)
    assert all((asked["workspaceId"], asked["workspace_id"]) == ("w", "w") for _path, asked in cloud.asked)


@pytest.mark.parametrize(("document", "expected"), [
    ({"total": 0, "data": None}, ([], 0)),
    ({"total": "0", "data": None}, ([], 0)),
    ({"total": 1, "data": None}, None),
    ({"total": 0}, None),
    ({"total": 1, "count": 3, "data": []}, ([], 1)),
])
def test_a_null_is_an_empty_list_if_the_total_says_so(document, expected):
    listing = NOTEBOOK.dialects[0].listing
    if expected is None:
        with pytest.raises(ListingError, match="no list data"):
            content_of(document, listing)
    else:
        assert content_of(document, listing) == expected


@pytest.mark.parametrize(("total", "count", "expected"), [(1, 3, 3), (3, 1, 3), (3, None, 3), (None, 3, None)])
def test_the_larger_of_two_totals_counts(total, count, expected):
    listing = modelarts_training_job.RESOURCE.dialects[0].listing
    document = {"items": [], "total": total, "count": count}
    if expected is None:
        with pytest.raises(ListingError, match="no number total"):
            content_of(document, listing)
    else:
        assert content_of(document, listing) == ([], expected)


def sql(answers):
    """A list of SQL jobs: status -> documents in turn; a status without documents is refused."""
    def answer(_path, parameters):
        documents = answers.get(parameters["job-status"])
        return (200, documents.pop(0)) if documents else (400, {"error_code": "DLI.0001"})
    return answer


def sql_page(total, *job_ids):
    return {"job_count": total, "jobs": [{"job_id": one, "job_type": "QUERY", "status": "RUNNING"} for one in job_ids]}


def test_a_list_by_status_that_gets_shorter_is_read_again():
    shrinking = [sql_page(3, "a", "b"), sql_page(2, "c")]
    lists = {"LAUNCHING": [sql_page(0)], "RUNNING": [*shrinking, sql_page(2, "b", "c")], "SCALING": [sql_page(0)]}
    _cloud, _pool, one = lister(dli_sql_job.RESOURCE, sql(lists))
    assert ids(one.selected(ALL, every)) == [(None, "b"), (None, "c")]
    lists = {"LAUNCHING": [sql_page(0)], "RUNNING": [sql_page(3, "a", "b"), sql_page(2, "c")] * 4}
    _cloud, _pool, one = lister(dli_sql_job.RESOURCE, sql(lists))
    with pytest.raises(ListingError, match="the total shrank from 3 to 2"):
        one.selected(ALL, every)


@pytest.mark.parametrize(("known", "error"), [(("LAUNCHING", "RUNNING"), False), (("LAUNCHING", "SCALING"), True)])
def test_only_a_doubtful_status_may_be_refused(known, error):
    _cloud, _pool, one = lister(dli_sql_job.RESOURCE, sql({status: [sql_page(1, status)] for status in known}))
    if error:
        with pytest.raises(ApiError, match=r"DLI\.0001"):
            one.selected(ALL, every)
    else:
        assert ids(one.selected(ALL, every)) == [(None, "LAUNCHING"), (None, "RUNNING")]


def test_a_list_in_passes_with_children():
    family = drs("a", children=[drs("a1", "DELETED"), drs("a2")])
    cloud, _pool, one = lister(DRS, by_type(migration=[family, drs("b", "CREATE_FAILED")], sync=[drs("c", "?"), drs("b")]))
    found = one.selected(ALL, lambda job: job.key.id != "a2")
    assert ids(found) == [(None, "a"), (None, "b"), (None, "a1"), (None, "c")]
    assert [job.status for job in found.jobs] == ["CREATING", "CREATING", "DELETED", "?"], "the latest look at it counts"
    assert found.phases == {"stoppable": 3, "ended": 1, "unknown": 1}, "each job once"
    assert cloud.asked == [
        ("jobs", {"job_type": kind, "offset": "0", "limit": "100"}) for kind in ("migration", "sync", "cloudDataGuard")
    ]


@pytest.mark.parametrize("children", [None, 5, "x", {}, []])
def test_children_in_another_form_are_none(children):
    _cloud, _pool, one = lister(DRS, by_type(migration=[drs("a", children=children)]))
    assert ids(one.selected(ALL, every)) == [(None, "a")]


def test_a_list_whose_parameters_go_into_the_body():
    cloud, _pool, one = lister(DRS, by_type(sync=[drs("a")]), "v3")
    filters = Filters(job_types=("sync", "cloudDataGuard"), places={"enterprise_project_id": "e"})
    assert ids(one.selected(ALL._replace(filters=filters), every)) == [(None, "a")]
    assert cloud.asked == [
        ("jobs", {"engine_type": "", "cur_page": 1, "per_page": 100, "db_use_type": kind, "enterprise_project_id": "e"})
        for kind in ("sync", "cloudDataGuard")
    ]


def test_the_scopes_of_a_kind():
    for resource, parent, filters, scopes in (
        (DRS, None, Filters(), [Scope(None, kind) for kind in drs_job.JOB_TYPES]),
        (DRS, None, Filters(job_types=("sync",)), [Scope(None, "sync")]),
        (VISUALIZATION, None, Filters(job_types=("sync",)), [Scope()]),
        (SERVICE, "s", Filters(), [Scope("s")]),
        (DRS, "s", Filters(), [Scope("s", kind) for kind in drs_job.JOB_TYPES]),
    ):
        one = lister(resource, None)[2]
        assert one.scopes_of(parent, filters) == scopes
    assert lister(DRS, None)[2].scopes_of(None) == [Scope(None, kind) for kind in drs_job.JOB_TYPES]


def test_the_first_of_several_lists_goes_alone_until_login_and_address_are_proven():
    _cloud, pool, one = lister(DRS, by_type())
    one.selected(ALL, every)
    one.selected(ALL, every)
    assert pool.first_alone == [True, False]


@pytest.mark.parametrize("item", [{}, {"id": "a/b"}, "a", None, 5])
@pytest.mark.parametrize("where", ["job", "child"])
def test_a_job_without_a_usable_id_is_an_error(item, where):
    row = item if where == "job" else drs("a", children=[item])
    _cloud, _pool, one = lister(DRS, by_type(migration=[row]))
    with pytest.raises(ListingError, match="^Failed to list drs_job: the list holds an item without a usable id$"):
        one.selected(ALL, every)


@pytest.mark.parametrize(("refusals", "limits", "end"), [
    ([INVALID], ["1000", "100"], None),
    ([REFUSED, INVALID], ["1000", "100", "10"], None),
    ([REFUSED] * 3, ["1000", "100", "10"], Meaning.REFUSED),
    ([DENIED], ["1000"], Meaning.DENIED),
    ([NOT_FOUND], ["1000"], Meaning.NOT_FOUND),
])
def test_a_page_that_is_too_large_is_asked_for_in_smaller_ones(refusals, limits, end):
    left = list(refusals)
    cloud, _pool, one = lister(SERVICE, lambda _path, _parameters: left.pop(0) if left else (
        200, {"services": [], "total_count": 0}))
    if end is None:
        assert one.selected(ALL, every).jobs == []
    else:
        with pytest.raises(ApiError) as caught:
            one.selected(ALL, every)
        assert caught.value.problem.meaning is end
    assert [parameters["limit"] for _path, parameters in cloud.asked] == limits


def paged(total, length=2):
    """A list of visualization jobs with so many on each page."""
    def answer(_path, parameters):
        first = (int(parameters["page"]) - 1) * length
        rows = [{"job_id": number, "status": 8} for number in range(first, min(first + length, total))]
        return 200, {"jobs": rows, "job_total_count": total}
    return answer


def test_the_jobs_of_all_pages_are_kept():
    cloud, _pool, one = lister(VISUALIZATION, paged(5))
    found = one.selected(ALL, lambda job: job.key.id != "1")
    assert ids(found) == [(None, number) for number in "0234"]
    assert found.phases == {"stoppable": 5} and len(cloud.asked) == 3


def test_a_job_that_comes_on_several_pages_is_counted_once():
    def answer(_path, parameters):
        rows = [{"job_id": number, "status": 8} for number in range(int(parameters["page"]) + 1)]
        return 200, {"jobs": rows, "job_total_count": 4}

    _cloud, _pool, one = lister(VISUALIZATION, answer)
    found = one.selected(ALL, lambda job: job.key.id == "2")
    assert ids(found) == [(None, "2")]
    assert found.phases == {"stoppable": 4}


def test_a_job_that_comes_in_every_pass_is_counted_once_by_the_latest_look():
    lists = {"migration": "CREATING", "sync": "CREATING", "cloudDataGuard": "DELETED"}
    _cloud, _pool, one = lister(DRS, lambda _path, parameters: (
        200, {"jobs": [drs("a", lists[parameters["job_type"]]), drs("b")], "total_count": 2}))
    assert one.selected(ALL, lambda job: False).phases == {"ended": 1, "stoppable": 1}


def test_a_list_in_passes_may_be_walked_without_one():
    for resource in (DRS, VISUALIZATION):
        rows = {"jobs": [], "total_count": 0, "job_total_count": 0}
        cloud, _pool, one = lister(resource, lambda _path, _parameters, rows=rows: (200, rows))
        scope = Scope(None, None if resource is DRS else "sync")
        assert [page.jobs for page in one.pages(scope)] == [[]]
        assert "job_type" not in cloud.asked[0][1]


def test_pages_one_by_one_and_how_many_are_to_come():
    cloud, _pool, one = lister(VISUALIZATION, paged(5))
    scope, expected = Scope(), []
    assert one.pages_expected(scope) == 1
    for page in one.pages(scope, deadline=7.0):
        expected.append((ids(page), page.walk.ended, one.pages_expected(scope)))
    assert expected == [
        ([(None, "0"), (None, "1")], False, 3), ([(None, "2"), (None, "3")], False, 3), ([(None, "4")], True, 3),
    ]
    assert [parameters["page"] for _path, parameters in cloud.asked] == ["1", "2", "3"]
    assert cloud.deadlines == [7.0] * 3
    assert one.pages_expected(Scope("other")) == 1


def test_a_list_that_shrinks_is_expected_to_be_that_short():
    sizes = [9, 2]

    def shrinking(path, parameters):
        return paged(sizes.pop(0))(path, parameters)

    _cloud, _pool, one = lister(VISUALIZATION, shrinking)
    assert len(list(one.pages(Scope()))) == 2
    assert one.pages_expected(Scope()) == 2


def test_what_is_asked_page_by_page():
    cloud, _pool, one = lister(DRS, by_type(sync=[drs("a")]))
    page, = one.pages(Scope(None, "sync"), Filters(places={"enterprise_project_id": "e"}, names=("x",)))
    assert ids(page) == [(None, "a")]
    assert cloud.asked == [("jobs", {"job_type": "sync", "enterprise_project_id": "e", "offset": "0", "limit": "100"})]
    assert cloud.deadlines == [None]
    cloud, _pool, one = lister(SERVICE, edge([], {"s/1": ["a"], "s%2F1": ["a"]}))
    page, = one.pages(Scope("s/1"))
    assert page.jobs[0].key == Key("a", "s/1")


@pytest.mark.parametrize("strict", [True, False])
def test_only_a_strict_list_must_be_complete(strict):
    _cloud, _pool, one = lister(VISUALIZATION, lambda _path, _parameters: (200, {"jobs": [], "job_total_count": 3}))
    if strict:
        words = "^Failed to list modelarts_visualization_job: page 1 is empty, with 0 of 3 jobs listed$"
        with pytest.raises(ListingError, match=words):
            list(one.pages(Scope(), strict=True))
        with pytest.raises(ListingError, match=words):
            one.selected(ALL, every)
    else:
        assert [page.jobs for page in one.pages(Scope())] == [[]]
        assert one.pages_expected(Scope()) == 1


def test_children_may_be_counted_by_the_server():
    pages = [(200, {"jobs": [drs("a", children=[drs("b")])], "total_count": 2}), (200, {"jobs": [], "total_count": 2})]
    _cloud, _pool, one = lister(DRS, lambda _path, _parameters: pages.pop(0))
    assert [pair for page in one.pages(Scope(None, "sync"), strict=True) for pair in ids(page)] == [(None, "a"), (None, "b")]
    assert pages == []


@pytest.mark.parametrize("status", [404, 405])
def test_a_list_that_the_gateway_does_not_know_leads_to_the_next_dialect(status):
    cloud = Cloud(lambda path, parameters: (status, {}) if "job_type" in parameters else by_type(sync=[drs("a")])(path, parameters))
    api = Api(cloud, DRS)
    one = Lister(api, OwnThread())
    assert ids(api.in_some_dialect(lambda: one.selected(ALL, every))) == [(None, "a")]
    assert api.dialect.name == "v3"


LISTING = DRS.dialects[0].listing


@pytest.mark.parametrize(("document", "content"), [
    ({"jobs": [1], "total_count": 5}, ([1], 5)),
    ({"jobs": [], "total_count": "12"}, ([], 12)),
    ({"jobs": [], "total_count": 0}, ([], 0)),
    ({}, "the answer holds no list jobs"),
    ({"jobs": {}, "total_count": 5}, "the answer holds no list jobs"),
    ({"jobs": []}, "the answer holds no number total_count, so the list cannot be proven complete"),
    ({"jobs": [], "total_count": -1}, "the answer holds no number total_count, so the list cannot be proven complete"),
    ({"jobs": [], "total_count": True}, "the answer holds no number total_count, so the list cannot be proven complete"),
    ({"jobs": [], "total_count": False}, "the answer holds no number total_count, so the list cannot be proven complete"),
    ({"jobs": [], "total_count": 1.5}, "the answer holds no number total_count, so the list cannot be proven complete"),
    ({"jobs": [], "total_count": "-1"}, "the answer holds no number total_count, so the list cannot be proven complete"),
])
def test_what_a_page_must_hold(document, content):
    if isinstance(content, tuple):
        assert content_of(document, LISTING) == content
    else:
        with pytest.raises(ListingError, match=f"^{content}$"):
            content_of(document, LISTING)


def test_a_wide_list_that_is_forbidden_while_another_thread_falls_back_is_no_failure():
    """Both threads have asked the list of all jobs before the first answer comes."""
    def answer(path, _parameters):
        if path.endswith("/all"):
            api.shows_own_only = True  # as the other thread leaves it
            return DENIED
        return 200, {"data": [{"id": "a", "status": "RUNNING"}], "total": 1}

    api = Api(Cloud(answer), NOTEBOOK)
    document, _answer = api.ask_for_page(NOTEBOOK.dialects[0].listing, None, {})
    assert document["total"] == 1 and [path for path, _parameters in api._connection.asked] == ["notebooks/all", "notebooks"]
    with pytest.raises(ApiError):
        Api(Cloud(lambda _path, _parameters: DENIED), NOTEBOOK).ask_for_page(NOTEBOOK.dialects[0].listing, None, {})
