# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads a paged listing page by page, and checks that it is complete.

A Walk receives the content of each page and returns the parameters of the next page; it does no I/O. A listing is complete when the
number of jobs reaches the total that the server reports. A strict walk ends with a ListingError if a page repeats listed jobs, if the
total shrinks, or if it is smaller than the number of listed jobs. A walk that is not strict (polling) goes on while pages contain
new jobs.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from ansible_collections.otc.teardown.plugins.module_utils._base.errors import ListingError

PAGES, RECORDS = "pages", "records"

MOST_STALE_PAGES = 2
"""This many pages in a row without new jobs end a walk that looks for skipped pages."""

MOST_PAGES = 10_000
"""More pages than any list has. Without this limit, a server that always sends new jobs would keep a task busy forever."""


class Pager(NamedTuple):
    """How one list call is paged.

    `position` and `limit`: the names of the two parameters. `size`: the largest documented page; without one, a moderate size, with
    `smaller` sizes to use if it is refused (0: no parameters at all). `least`: the smallest permitted page. `first`: the position of
    the first page. `counts`: the unit of the position. `may_count`: the other possible unit, if the documents are not clear; the walk
    finds out which one is right. `total_is_capped`: the total may be that of one page, so after a full page one more is read.
    """

    position: str
    limit: str
    size: int
    first: int = 0
    counts: str = RECORDS
    may_count: str | None = None
    smaller: tuple[int, ...] = ()
    least: int = 1
    total_is_capped: bool = False


class Walk:
    """The state of one listing."""

    def __init__(self, pager: Pager, strict: bool) -> None:
        self._pager = pager
        self._strict = strict
        self._sizes = [pager.size, *pager.smaller]
        self._counts = pager.counts
        self._other = pager.may_count
        self._page = 0
        self._records = 0
        self._longest = 1
        self._again = False
        self._stale = 0
        self._was_full = False
        self._below: set[Any] = set()
        self.total = 0
        self.seen: set[Any] = set()
        self.complete = False
        self.ended = False

    @property
    def pages_left(self) -> int:
        """The number of pages still to read, if they have the length of the pages so far."""
        missing = self.total - len(self.seen)
        if missing < 0:
            return 0 if self.ended else 1  # the total proves nothing, so the next page tells
        return -(-missing // self._longest)

    def parameters(self) -> Mapping[str, int]:
        """The paging parameters of the next page."""
        if not self._sizes[0]:
            return {}
        passed = self._page if self._counts == PAGES else self._records
        return {self._pager.position: self._pager.first + passed, self._pager.limit: self._sizes[0]}

    def shrink(self) -> bool:
        """Use smaller pages, or no parameters, after the first page was refused; False if nothing smaller is left."""
        if self._page or len(self._sizes) == 1:
            return False
        self._sizes.pop(0)
        return True

    def take(self, ids: Collection[Any], total: int, below: Collection[Any] = ()) -> None:
        """Record the ids on a page and the total that the server reports.

        `below`: the ids of jobs nested in others (children); some servers may count them in the total.
        """
        if self._page >= MOST_PAGES:
            raise ListingError(f"there is no end after {MOST_PAGES} pages, with {len(self.seen)} of {total} jobs listed")
        fresh = set(ids) - self.seen
        if self._pager.total_is_capped:
            total = max(total, self.total, len(self.seen) + len(fresh))
        if self._strict and total < self.total:
            raise ListingError(f"the total shrank from {self.total} to {total} between two pages")
        self.total = total
        self.seen |= fresh
        if self._strict and total < len(self.seen):
            raise ListingError(f"the total is {total}, but {len(self.seen)} jobs were listed")
        self._below.update(below)
        self._page += 1
        self._records += len(ids)
        self._longest = max(self._longest, len(ids))
        if fresh:
            self._was_full = len(ids) >= self._sizes[0] > 0
        self._stale = 0 if fresh else self._stale + 1
        self._go_on(len(ids), len(fresh))

    def _go_on(self, length: int, fresh: int) -> None:
        if len(self.seen) == self.total and not (self._pager.total_is_capped and self._was_full and fresh):
            self.complete = self.ended = True
        elif self._misread(length, fresh):
            self._read_otherwise()
        elif not fresh and not (self._again and length and self._stale < MOST_STALE_PAGES):
            self._dead_end(length)

    def _misread(self, length: int, fresh: int) -> bool:
        """Whether a page shows that the position counts something else than was assumed.

        A record offset taken for a page index shows little that is new on the second page; a page index
        taken for a record offset leads behind the end too soon. A page that is seen twice is neither.
        """
        if self._other is None:
            return False
        if self._counts == PAGES:
            return self._page == 2 and 0 < fresh <= length // 2
        return length == 0

    def _read_otherwise(self) -> None:
        # A page index taken for a record offset has skipped pages: all come once more.
        self._again = self._counts == RECORDS
        self._counts, self._other = str(self._other), None
        self._page = 1
        self._stale = 0
        self._records = len(self.seen)

    def _dead_end(self, length: int) -> None:
        self.ended = True
        self.complete = len(self.seen) <= self.total <= len(self.seen | self._below)
        if self._strict and not self.complete:
            what = "repeats what was listed before" if length else "is empty"
            raise ListingError(f"page {self._page} {what}, with {len(self.seen)} of {self.total} jobs listed")
