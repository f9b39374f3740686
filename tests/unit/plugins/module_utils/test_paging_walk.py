# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Walking through paged listings of many kinds of server: complete, or an error, and in few requests."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.otc.teardown.plugins.module_utils._base.errors import ListingError
from ansible_collections.otc.teardown.plugins.module_utils._model import paging
from ansible_collections.otc.teardown.plugins.module_utils._model.paging import PAGES, RECORDS, Pager, Walk

reproducible = settings(derandomize=True, deadline=None, database=None)

PAGE_FROM_1 = Pager("page", "per_page", size=10, first=1, counts=PAGES)
PAGE_FROM_0 = Pager("offset", "limit", size=10, counts=PAGES)
RECORD = Pager("offset", "limit", size=10)
PAGE_OR_RECORD = Pager("offset", "limit", size=10, counts=PAGES, may_count=RECORDS)
RECORD_OR_PAGE = Pager("offset", "limit", size=10, counts=RECORDS, may_count=PAGES)
PAGERS = {"page from 1": PAGE_FROM_1, "page from 0": PAGE_FROM_0, "record": RECORD,
          "page, or record?": PAGE_OR_RECORD, "record, or page?": RECORD_OR_PAGE}


def serve(ids, pager, counts, longest=1000):
    """A server that holds these ids: position and limit -> a page. It never sends more than `longest` at once."""
    def page(position, limit):
        length = min(limit, longest)
        start = position - pager.first if counts == RECORDS else (position - pager.first) * length
        return ids[start:start + length] if start >= 0 else []
    return page


def walk_through(pager, page, total, strict=True, most=1000):
    """(the walk, the number of requests) of a whole listing; `total` of a number, or of the request's number."""
    walk, requests = Walk(pager, strict), 0
    while not walk.ended:
        assert requests < most, "an endless walk"
        parameters = walk.parameters()
        assert set(parameters) == {pager.position, pager.limit}
        items = page(parameters[pager.position], parameters[pager.limit])
        requests += 1
        walk.take(items, total(requests) if callable(total) else total)
    return walk, requests


def pages_of(total, size):
    return max(1, -(-total // size))


@pytest.mark.parametrize("total", [0, 1, 9, 10, 11, 20, 25, 100, 101])
@pytest.mark.parametrize("longest", [1000, 10, 7])
@pytest.mark.parametrize("name", PAGERS)
def test_a_server_that_does_what_was_assumed(name, longest, total):
    pager, ids = PAGERS[name], list(range(total))
    walk, requests = walk_through(pager, serve(ids, pager, pager.counts, longest), total)
    assert walk.seen == set(ids) and walk.complete
    assert requests == pages_of(total, min(10, longest))


@pytest.mark.parametrize("total", [0, 1, 9, 10, 11, 20, 25, 99, 100])
@pytest.mark.parametrize(("pager", "counts", "longest"), [
    (PAGE_OR_RECORD, RECORDS, 1000), (PAGE_OR_RECORD, RECORDS, 7), (RECORD_OR_PAGE, PAGES, 1000),
])
def test_a_server_that_counts_the_other_thing(pager, counts, longest, total):
    ids = list(range(total))
    walk, requests = walk_through(pager, serve(ids, pager, counts, longest), total)
    assert walk.seen == set(ids) and walk.complete
    assert requests <= pages_of(total, min(10, longest)) + 1, "one request to find out"


@pytest.mark.parametrize(("total", "longest"), [(101, 1000), (250, 1000), (25, 2)])
def test_a_server_that_counts_pages_and_has_a_page_where_a_record_was_asked_for(total, longest):
    ids = list(range(total))
    walk, _requests = walk_through(RECORD_OR_PAGE, serve(ids, RECORD_OR_PAGE, PAGES, longest), total)
    assert walk.seen == set(ids) and walk.complete


@pytest.mark.parametrize("said", [
    lambda total, page: total, lambda total, page: min(total, 10), lambda total, page: len(page),
], ids=["of all", "at most a page", "of the page"])
@pytest.mark.parametrize("counts", [PAGES, RECORDS])
@pytest.mark.parametrize("total", [0, 1, 9, 10, 11, 20, 25])
def test_a_total_that_may_be_that_of_one_page(counts, total, said):
    pager = PAGE_OR_RECORD._replace(total_is_capped=True)
    served, walk = serve(list(range(total)), pager, counts), Walk(pager, strict=True)
    while not walk.ended:
        page = served(walk.parameters()["offset"], walk.parameters()["limit"])
        walk.take(page, said(total, page))
    assert walk.seen == set(range(total)) and walk.complete


@pytest.mark.parametrize(("pager", "first", "second"), [
    (PAGE_FROM_1, {"page": 1, "per_page": 10}, {"page": 2, "per_page": 10}),
    (PAGE_FROM_0, {"offset": 0, "limit": 10}, {"offset": 1, "limit": 10}),
    (RECORD, {"offset": 0, "limit": 10}, {"offset": 4, "limit": 10}),
])
def test_the_parameters(pager, first, second):
    walk = Walk(pager, strict=True)
    assert (dict(walk.parameters()), walk.ended, walk.complete) == (first, False, False)
    walk.take(list("abcd"), 8)
    assert (dict(walk.parameters()), walk.ended, walk.complete) == (second, False, False)


@pytest.mark.parametrize("pager", [PAGE_FROM_1, RECORD])
def test_a_listing_that_grows_meanwhile_is_walked_to_its_new_end(pager):
    ids = list(range(35))
    walk, requests = walk_through(pager, serve(ids, pager, pager.counts), lambda request: 25 if request < 2 else 35)
    assert walk.seen == set(ids) and walk.complete and requests == 4


@pytest.mark.parametrize(("pages", "totals", "words"), [
    ([[1, 2], [3]], [5, 4], "the total shrank from 5 to 4 between two pages"),
    ([[1, 2], [3, 4], [5]], [9, 9, 5], "the total shrank from 9 to 5"),
    ([[1, 2], [1, 2]], [4, 4], "page 2 repeats what was listed before, with 2 of 4 jobs listed"),
    ([[1, 2], [2, 3], [2, 3]], [4, 4, 4], "page 3 repeats what was listed before, with 3 of 4 jobs listed"),
    ([[]], [3], "page 1 is empty, with 0 of 3 jobs listed"),
    ([[1, 2], []], [3, 3], "page 2 is empty, with 2 of 3 jobs listed"),
    ([[1, 2], [3], []], [4, 4, 4], "page 3 is empty, with 3 of 4 jobs listed"),
    ([[1, 1], [1]], [2, 2], "page 2 repeats what was listed before, with 1 of 2 jobs listed"),
])
def test_a_listing_that_cannot_be_complete(pages, totals, words):
    def answered(strict):
        walk = Walk(RECORD, strict)
        for ids, total in zip(pages, totals):
            assert not walk.ended
            walk.take(ids, total)
        return walk

    with pytest.raises(ListingError, match=words):
        answered(strict=True)
    walk = answered(strict=False)
    assert walk.ended == (words.startswith("page") or len(walk.seen) >= walk.total)
    if words.startswith("page"):
        assert not walk.complete


@pytest.mark.parametrize("strict", [True, False])
def test_children_may_be_counted_by_the_server_or_not(strict):
    counted = Walk(RECORD, strict)
    counted.take(["a", "b"], 4, below=["a1", "a2"])
    assert not counted.ended
    counted.take([], 4)
    assert counted.ended and counted.complete
    not_counted = Walk(RECORD, strict)
    not_counted.take(["a", "b"], 2, below=["a1", "a2"])
    assert not_counted.ended and not_counted.complete


def test_children_do_not_stand_in_for_jobs_while_there_are_more():
    walk = Walk(RECORD, strict=True)
    walk.take(["a", "b"], 4, below=["a1", "a2"])
    walk.take(["c", "d"], 4)
    assert walk.complete and walk.seen == {"a", "b", "c", "d"}


@pytest.mark.parametrize(("pages", "total", "left"), [
    ([], 0, 0), ([[1, 2, 3]], 3, 0), ([[1, 2, 3]], 4, 1), ([[1, 2, 3]], 10, 3), ([[1, 2, 3], [4]], 10, 2),
    ([[1]], 5, 4),
])
def test_how_many_pages_are_left(pages, total, left):
    walk = Walk(RECORD, strict=False)
    for ids in pages:
        walk.take(ids, total)
    assert walk.pages_left == left


@pytest.mark.parametrize(("total", "complete"), [(3, True), (4, False)])
def test_a_list_that_refuses_all_paging_is_asked_without_it(total, complete):
    walk = Walk(Pager("offset", "limit", size=100, smaller=(0,)), strict=True)
    assert walk.shrink()
    assert walk.parameters() == {}
    walk.take("abc", total)
    assert (walk.complete, walk.ended, walk.parameters()) == (complete, complete, {})
    if not complete:
        with pytest.raises(ListingError, match="repeats what was listed before, with 3 of 4"):
            walk.take("abc", total)


def test_a_first_page_that_is_too_large_is_asked_for_in_smaller_ones():
    walk = Walk(Pager("offset", "limit", size=100, smaller=(20, 5)), strict=True)
    sizes, shrunk = [walk.parameters()["limit"]], []
    for _turn in range(3):
        shrunk.append(walk.shrink())
        sizes.append(walk.parameters()["limit"])
    assert (sizes, shrunk) == ([100, 20, 5, 5], [True, True, False])


def test_a_later_page_is_never_too_large():
    walk = Walk(Pager("offset", "limit", size=100, smaller=(20,)), strict=True)
    walk.take(["a"], 2)
    assert walk.shrink() is False
    assert walk.parameters() == {"offset": 1, "limit": 100}


@pytest.mark.parametrize(("second", "position"), [
    # the second page of ten: how many of it are new -> where the third is asked for
    (list("0123456789"), 2), (list("123456789a"), 11), (list("56789abcde"), 15), (list("456789abcd"), 14),
    (list("6789abcdef"), 2), (list("89a"), 11), (list("9ab"), 2),
])
def test_a_record_offset_taken_for_a_page_shows_on_the_second_page(second, position):
    walk = Walk(PAGE_OR_RECORD, strict=False)
    walk.take(list("0123456789"), 100)
    walk.take(second, 100)
    assert walk.parameters()["offset"] == position


def test_a_list_without_end_is_given_up(monkeypatch):
    monkeypatch.setattr(paging, "MOST_PAGES", 3)
    walk = Walk(RECORD, strict=False)
    for number in range(3):
        walk.take([number], 10)
    with pytest.raises(ListingError, match="^there is no end after 3 pages, with 3 of 10 jobs listed$"):
        walk.take([3], 10)


@pytest.mark.parametrize("total", [0, 1, 5, 7])
@pytest.mark.parametrize("name", PAGERS)
def test_a_total_below_what_was_listed_proves_nothing(name, total):
    pager = PAGERS[name]
    page = serve(list(range(8)), pager, pager.counts)
    with pytest.raises(ListingError, match=f"^the total is {total}, but 8 jobs were listed$"):
        walk_through(pager, page, total)
    walk, requests = walk_through(pager, page, total, strict=False)
    assert (walk.complete, len(walk.seen)) == (False, 8)
    # An empty page may also mean that the position counts pages: two more that hold nothing new.
    assert requests == (4 if name == "record, or page?" else 2)


@pytest.mark.parametrize("strict", [True, False])
@pytest.mark.parametrize("name", PAGERS)
def test_a_lenient_walk_reads_on_behind_a_total_that_is_too_small(name, strict):
    pager = PAGERS[name]
    page = serve(list(range(25)), pager, pager.counts)
    if strict:
        with pytest.raises(ListingError, match="^the total is 15, but 20 jobs were listed$"):
            walk_through(pager, page, 15)
    else:
        walk, _requests = walk_through(pager, page, 15, strict=False)
        assert (walk.complete, walk.seen) == (False, set(range(25)))


@pytest.mark.parametrize("strict", [True, False])
@pytest.mark.parametrize(("ids", "below", "total", "complete"), [
    ("ab", "cd", 1, False), ("ab", "cd", 2, True), ("ab", "cd", 3, True), ("ab", "cd", 4, True), ("ab", "cd", 5, False),
    ("ab", "ab", 3, False), ("aab", "", 3, False), ("aab", "", 2, True), ("", "", 0, True),
])
def test_a_total_may_count_children_but_never_fewer_than_the_rows(strict, ids, below, total, complete):
    def walked():
        walk = Walk(RECORD, strict)
        walk.take(list(ids), total, below=list(below))
        if not walk.ended:
            walk.take([], total)
        assert walk.ended
        return walk.complete

    if complete or not strict:
        assert walked() == complete
    else:
        with pytest.raises(ListingError):
            walked()


@pytest.mark.parametrize("count", [1, 2, 9, 10, 97, 98, 250])
@pytest.mark.parametrize("more", [1, 5, 10**9])
@pytest.mark.parametrize("counts", [PAGES, RECORDS])
@pytest.mark.parametrize("name", ["page, or record?", "record, or page?"])
def test_a_total_that_is_too_large_ends_after_two_pages_without_anything_new(name, counts, more, count):
    pager = PAGERS[name]._replace(size=100)
    page = serve(list(range(count)), pager, counts)
    requests = []

    def noted(position, limit):
        requests.append(position)
        return page(position, limit)

    with pytest.raises(ListingError, match=f"with {count} of {count + more} jobs listed$"):
        walk_through(pager, noted, count + more)
    # Beside the pages, what it takes to find out what the position counts, and the two.
    assert len(requests) <= pages_of(count, 100) + 3
    walk, lenient = walk_through(pager, page, count + more, strict=False)
    assert (walk.complete, lenient) == (False, len(requests))


@reproducible
@given(total=st.integers(0, 300), size=st.integers(1, 50), longest=st.integers(1, 60), first=st.integers(0, 1),
       counts=st.sampled_from([PAGES, RECORDS]))
def test_any_honest_server_is_read_completely_in_as_few_requests_as_it_takes(total, size, longest, first, counts):
    pager, ids = Pager("p", "n", size, first, counts), list(range(total))
    walk, requests = walk_through(pager, serve(ids, pager, counts, longest), total)
    assert walk.complete and walk.seen == set(ids)
    assert requests == pages_of(total, min(size, longest))


@reproducible
@given(total=st.integers(0, 300), size=st.integers(1, 50), longest=st.integers(1, 60),
       assumed=st.sampled_from([PAGES, RECORDS]), counts=st.sampled_from([PAGES, RECORDS]))
def test_a_server_of_either_reading_is_read_completely(total, size, longest, assumed, counts):
    other = RECORDS if assumed == PAGES else PAGES
    pager, ids = Pager("p", "n", size, 0, assumed, may_count=other), list(range(total))
    page = serve(ids, pager, counts, longest)
    walk, requests = walk_through(pager, page, total)
    assert walk.complete and walk.seen == set(ids)
    # Pages that were skipped under the wrong reading come once more.
    assert requests <= (1 if assumed == counts else 2) * pages_of(total, min(size, longest)) + 1


@reproducible
@given(pages=st.lists(st.lists(st.integers(0, 9), max_size=5), min_size=1, max_size=8),
       totals=st.lists(st.integers(0, 12), min_size=8, max_size=8), strict=st.booleans(),
       pager=st.sampled_from(sorted(PAGERS)))
def test_a_lying_server_never_gets_a_walk_to_call_itself_complete_for_nothing(pages, totals, strict, pager):
    walk = Walk(PAGERS[pager], strict)
    shown = set()
    try:
        for ids, total in zip(pages, totals):
            if walk.ended:
                break
            walk.take(ids, total)
            shown |= set(ids)
            assert walk.seen == shown
            assert not walk.complete or len(shown) == total
            assert walk.complete or len(shown) != total
            assert not strict or len(shown) <= total
            assert walk.ended or not walk.complete
    except ListingError:
        assert strict and not walk.complete
