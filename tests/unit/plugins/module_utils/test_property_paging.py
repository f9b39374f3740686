# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Listings of sets that change while they are read: complete, or refused, and never endless."""

from __future__ import annotations

from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.otc.teardown.plugins.module_utils._base.errors import ListingError
from ansible_collections.otc.teardown.plugins.module_utils._model import paging
from ansible_collections.otc.teardown.plugins.module_utils._model.paging import PAGES, RECORDS, Pager, Walk

MOST_REQUESTS = 200

readings = st.sampled_from([PAGES, RECORDS])
pagers = st.builds(
    lambda size, first, counts, unsure: Pager("p", "n", size, first, counts, may_count=_other(counts) if unsure else None),
    st.integers(1, 12), st.integers(0, 1), readings, st.booleans(),
)


def _other(counts):
    return RECORDS if counts == PAGES else PAGES


def page_of(items, pager, counts, longest, asked):
    """What a server that counts like this answers."""
    length = min(asked[pager.limit], longest)
    place = asked[pager.position] - pager.first
    start = place if counts == RECORDS else place * length
    return items[start:start + length] if start >= 0 else []


def walked(pager, strict, answers):
    """The walk to its end; `answers(number, parameters)` gives (ids, total) of each page."""
    walk, number = Walk(pager, strict), 0
    while not walk.ended:
        number += 1
        assert number < MOST_REQUESTS, "an endless walk"
        ids, total = answers(number, dict(walk.parameters()))
        walk.take(ids, total)
    return walk


changes = st.lists(st.tuples(st.sampled_from(["first", "last", "middle"]), st.integers(1, 5)), max_size=6)


@given(pagers, st.booleans(), st.integers(0, 60), st.integers(1, 15), changes, st.booleans())
def test_a_growing_set_is_listed_completely_or_refused(pager, reads_rightly, count, longest, growth, strict):
    counts = pager.counts if reads_rightly or not pager.may_count else _other(pager.counts)
    items = list(range(count))

    def answer(number, asked):
        if 1 < number <= len(growth) + 1:
            where, how_many = growth[number - 2]
            at = {"first": 0, "middle": len(items) // 2, "last": len(items)}[where]
            items[at:at] = [f"{number}/{new}" for new in range(how_many)]
        return page_of(items, pager, counts, longest, asked), len(items)

    try:
        walk = walked(pager, strict, answer)
    except ListingError:
        assert strict
        return
    assert walk.complete == (walk.seen == set(items))
    assert walk.complete or not strict


@given(pagers, st.booleans(), st.integers(1, 60), st.integers(1, 15), changes)
def test_a_shrinking_set_is_never_called_complete_with_a_job_missing(pager, reads_rightly, count, longest, losses):
    counts = pager.counts if reads_rightly or not pager.may_count else _other(pager.counts)
    items = list(range(count))

    def answer(number, asked):
        if 1 < number <= len(losses) + 1:
            where, how_many = losses[number - 2]
            at = {"first": 0, "middle": len(items) // 2, "last": max(0, len(items) - how_many)}[where]
            del items[at:at + how_many]
        return page_of(items, pager, counts, longest, asked), len(items)

    try:
        walk = walked(pager, True, answer)
    except ListingError:
        return
    assert walk.complete and walk.seen >= set(items)


@given(pagers, st.booleans(), st.integers(1, 60), st.integers(1, 15), st.sets(st.integers(1, 6)), st.booleans())
def test_pages_that_repeat_hide_nothing(pager, reads_rightly, count, longest, repeated, strict):
    """At some requests the server sends the page before once more."""
    counts = pager.counts if reads_rightly or not pager.may_count else _other(pager.counts)
    items, last = list(range(count)), []

    def answer(number, asked):
        if number not in repeated or not last:
            last[:] = page_of(items, pager, counts, longest, asked)
        return list(last), count

    try:
        walk = walked(pager, strict, answer)
    except ListingError:
        assert strict
        return
    assert walk.complete == (walk.seen == set(items))
    assert walk.complete or not strict


@given(pagers, st.lists(st.integers(1, 50), max_size=4), st.integers(0, 60), st.integers(1, 60))
def test_smaller_pages_are_asked_for_until_one_is_taken(pager, smaller, count, taken):
    pager = Pager(pager.position, pager.limit, pager.size, pager.first, pager.counts, pager.may_count, tuple(smaller))
    sizes, walk, items = [pager.size, *smaller], Walk(pager, True), list(range(count))
    while walk.parameters()[pager.limit] > taken:
        if not walk.shrink():
            assert all(size > taken for size in sizes)
            return
    accepted = next(size for size in sizes if size <= taken)
    assert walk.parameters()[pager.limit] == accepted
    while not walk.ended:
        asked = dict(walk.parameters())
        assert asked[pager.limit] == accepted
        walk.take(page_of(items, pager, pager.counts, 1000, asked), count)
        assert walk.ended or not walk.shrink(), "a listing that has begun keeps its page size"
    assert walk.seen == set(items)


@given(pagers, st.booleans(), st.integers(1, 3))
def test_a_list_without_an_end_is_given_up(pager, strict, length):
    walk, number = Walk(pager, strict), 0
    with mock.patch.object(paging, "MOST_PAGES", 50), pytest.raises(ListingError, match="no end after 50 pages"):
        while not walk.ended:
            number += 1
            assert number <= 51
            walk.take([f"{number}/{new}" for new in range(length)], 10 ** 9)
