# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Walking through a paged listing, and proving that it was complete.

A Walk is told what each page held and says what to ask next; it does no I/O. A listing counts as
complete when the server's own total is reached. A page that repeats what was seen, a total that shrinks or
one that is smaller than what was listed ends a strict walk with a ListingError; a lenient one (polling)
goes on while there is anything new.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from ansible_collections.otc.teardown.plugins.module_utils._base.errors import ListingError

PAGES, RECORDS = "pages", "records"

MOST_STALE_PAGES = 2
"""So many pages in succession without anything new end a walk that looks for pages it has skipped."""

MOST_PAGES = 10_000
"""More than any list has: a server that goes on sending new jobs must not keep a task busy for ever."""


class Pager(NamedTuple):
    """How one list call is paged.

    `position` and `limit` are the names of the two parameters. `size`: the largest page that the API documents, or else a fair one
    with `smaller` ones to fall back on (0: no parameters at all). `least`: the smallest page that may be asked for. `first`: the position of the first page.
    `counts`: what the position counts. `may_count`: the other reading where the documents leave it open; the walk finds out
    which one is true.
    """

    position: str
    limit: str
    size: int
    first: int = 0
    counts: str = RECORDS
    may_count: str | None = None
    smaller: tuple[int, ...] = ()
    least: int = 1


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
        self._below: set[Any] = set()
        self.total = 0
        self.seen: set[Any] = set()
        self.complete = False
        self.ended = False

    @property
    def pages_left(self) -> int:
        """How many more pages it takes at the length that pages have had so far."""
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
        """Ask for smaller pages, or without parameters, after the first was refused; False if none are left to try."""
        if self._page or len(self._sizes) == 1:
            return False
        self._sizes.pop(0)
        return True

    def take(self, ids: Collection[Any], total: int, below: Collection[Any] = ()) -> None:
        """Note what a page held and what the server says the total is.

        `below` are ids of jobs that came inside others (children): some servers may count them too.
        """
        if self._page >= MOST_PAGES:
            raise ListingError(f"there is no end after {MOST_PAGES} pages, with {len(self.seen)} of {total} jobs listed")
        if self._strict and total < self.total:
            raise ListingError(f"the total shrank from {self.total} to {total} between two pages")
        fresh = set(ids) - self.seen
        self.total = total
        self.seen |= fresh
        if self._strict and total < len(self.seen):
            raise ListingError(f"the total is {total}, but {len(self.seen)} jobs were listed")
        self._below.update(below)
        self._page += 1
        self._records += len(ids)
        self._longest = max(self._longest, len(ids))
        self._stale = 0 if fresh else self._stale + 1
        self._go_on(len(ids), len(fresh))

    def _go_on(self, length: int, fresh: int) -> None:
        if len(self.seen) == self.total:
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
