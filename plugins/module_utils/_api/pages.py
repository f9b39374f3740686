# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Requests the pages of one listing, and reads their items."""

from __future__ import annotations

import collections
import re
from collections.abc import Iterator, Mapping
from typing import Any, Callable

from ansible_collections.otc.teardown.plugins.module_utils._api.api import Api
from ansible_collections.otc.teardown.plugins.module_utils._base.errors import ApiError, ListingError, Meaning
from ansible_collections.otc.teardown.plugins.module_utils._base.text import quoted
from ansible_collections.otc.teardown.plugins.module_utils._model.paging import Walk
from ansible_collections.otc.teardown.plugins.module_utils._model.resource import Listing

MAYBE_TOO_LARGE = frozenset({Meaning.INVALID, Meaning.REFUSED})
"""Meanings of a refused page that may be too large, or whose parameters the list does not take."""


def walk_pages(
    api: Api,
    listing: Listing,
    parent: str | None,
    parameters: Mapping[str, Any],
    read: Callable[[Any], Any],
    strict: bool,
    deadline: float | None,
) -> Iterator[tuple[list[Any], Walk]]:
    """(objects of a page, state of the walk after it) for each page, one request each, until the walk ends.

    `read` turns an item into an object with an `id`; None if the item has no usable id. `parameters` are sent with every
    request. Children of items follow the items of their page; their `above` contains the id of the item around them. Raises
    ApiError if a page cannot be read, ListingError for an answer that is not a page and, with `strict`, for a listing that
    cannot be shown to be complete.
    """
    walk = Walk(listing.pager, strict)
    while not walk.ended:
        asked = {**parameters, **walk.parameters()}
        try:
            document, _answer = api.ask_for_page(listing, parent, asked, deadline)
        except ApiError as error:
            if error.problem.meaning in MAYBE_TOO_LARGE and walk.shrink():
                continue
            raise
        try:
            _check_echoes(document, listing, asked)
            items, total = content_of(document, listing)
            found = [_usable(read(item)) for item in items]
            below = [child for item, one in zip(items, found) for child in _below(item, one, listing, read)]
            walk.take([one.id for one in found], total, [one.id for one in below])
        except ListingError as error:
            raise ListingError(f"Failed to {listing.call.doing}: {error}") from None
        yield found + below, walk


def content_of(document: Mapping[str, Any], listing: Listing) -> tuple[list[Any], int]:
    """(items of one page, total that the server reports). Raises ListingError if one of them is missing or invalid."""
    items, total = document.get(listing.items), _number_at(document, listing.total)
    if items is None and listing.items in document and total == 0:
        items = []
    if not isinstance(items, list):
        raise ListingError(f"the answer holds no list {listing.items}")
    if total is None:
        raise ListingError(f"the answer holds no number {listing.total}, so the list cannot be proven complete")
    other = _number_at(document, listing.or_total) if listing.or_total else None
    return items, max(total, other or 0)


def _check_echoes(document: Mapping[str, Any], listing: Listing, asked: Mapping[str, Any]) -> None:
    """Raise ListingError if the answer repeats a parameter with another value: then the API has not applied it."""
    for parameter, key in listing.echoes.items():
        told = document.get(key)
        if parameter in asked and told is not None and str(told) != str(asked[parameter]):
            raise ListingError(f"the answer is about {key} {quoted(told)}, not {quoted(asked[parameter])}: this cloud does not know this "
                               "filter here, so leave it out")


def _number_at(document: Mapping[str, Any], key: str) -> int | None:
    value = document.get(key)
    if isinstance(value, str) and re.fullmatch(r"\d{1,18}", value, re.ASCII):
        value = int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def _below(item: Mapping[str, Any], one: Any, listing: Listing, read: Callable[[Any], Any]) -> Iterator[Any]:
    """The objects nested in an item, at any depth; `above` of each contains the id of the object directly around it."""
    waiting = collections.deque([(item, one)])
    while waiting:
        outer, above = waiting.popleft()
        for inner in _children(outer, listing):
            child = _usable(read(inner))
            yield child._replace(above=child.above | {above.id})
            waiting.append((inner, child))


def _children(item: Mapping[str, Any], listing: Listing) -> list[Any]:
    children = item.get(listing.children) if listing.children else None
    return children if isinstance(children, list) else []


def _usable(one: Any) -> Any:
    if one is None:
        raise ListingError("the list holds an item without a usable id")
    return one
