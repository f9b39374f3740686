# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When in a run a fault can strike: taken from the description of a kind, so that a call it lacks makes no phase."""

from __future__ import annotations

import dataclasses
import importlib
import re
from collections.abc import Iterator, Mapping
from typing import Any

from tests.simulator.server import routes
from tests.support.harness import Kind


@dataclasses.dataclass(frozen=True)
class Phase:
    """One phase of a run, and what a run must be like to come to it.

    `rules` match its requests (the keys of a fault of the simulator). `jobs`: how many are selected, at
    least and at most. `by_ids`: by their ids, or by a filter, or (None) by either. `rows` and `parents`: how
    many ended jobs and empty parents more the lists hold. `narrowed`: the parents are listed, too.
    `reads`: what only reads comes here, too.
    """

    name: str
    rules: tuple[Mapping[str, Any], ...]
    jobs: tuple[int, int] = (1, 3)
    by_ids: bool | None = None
    rows: int = 0
    parents: int = 0
    narrowed: bool = False
    reads: bool = True

    @property
    def paged(self) -> bool:
        """Whether it is about a list of several pages."""
        return bool(self.rows or self.parents)

    @property
    def lists(self) -> bool:
        """Whether lists are among what it asks for."""
        return any(rule["operation"] == "list" for rule in self.rules)


def description_of(kind: Kind) -> Any:
    """The resource that the module of a kind works by."""
    name = f"ansible_collections.otc.teardown.plugins.module_utils._resources.{kind.module}"
    return importlib.import_module(name).RESOURCE


def dialect_of(kind: Kind) -> Any:
    """The dialect of the API that a kind is tested in."""
    resource = description_of(kind)
    wanted = kind.options.get(resource.dialect_option)
    return next(one for one in resource.dialects if wanted in (None, one.name))


def phases_of(kind: Kind) -> Iterator[Phase]:
    """The phases of a run of this kind, in their order."""
    resource, dialect = description_of(kind), dialect_of(kind)
    listing, one, many = dialect.listing, dialect.stop_one, dialect.stop_many

    def rules(*calls: Any, **more: Any) -> tuple[Mapping[str, Any], ...]:
        return tuple({**_route(resource, call), **more} for call in calls)

    yield Phase("login", ({"operation": "login"}, {"operation": "projects"}))
    for parent in filter(None, [resource.parent]):
        above = parent.listing
        yield Phase("list of parents, page 1", rules(above.call, page=1), by_ids=False, narrowed=True)
        yield Phase("list of parents, page n", rules(above.call, page=2), by_ids=False, parents=above.pager.size, narrowed=True)
    yield Phase("list, page 1", rules(listing.call, page=1), by_ids=False)
    yield Phase("list, page n", rules(listing.call, page=2), by_ids=False, rows=listing.pager.size)
    for reader in filter(None, [dialect.read_one]):
        yield Phase("single read", rules(reader.call), jobs=(1, 1), by_ids=True)
    for reader in dialect.read_many[:1]:
        yield Phase("read by ids", rules(reader.call), jobs=(1, 4), by_ids=True)
    for stop in filter(None, [one]):
        yield Phase("stop", rules(stop.call), jobs=(1, 1 if many else 3), reads=False)
    for stop in filter(None, [many]):
        yield Phase("batch stop", rules(stop.call), jobs=(2, stop.size + 2), reads=False)
    looks = [reader.call for reader in (listing, dialect.read_one, *dialect.poll_many) if reader]
    yield Phase("poll", rules(*looks, after_stop=True), jobs=(1, 4), reads=False)


def _route(resource: Any, call: Any) -> dict[str, str]:
    """What the simulator calls this call."""
    wanted = (call.method, _shape(f"/{resource.service}{call.path}"))
    route = next(route for route in routes() if (route.method, _shape(route.path)) == wanted)
    return {"operation": route.operation, "resource": route.resource}


def _shape(path: str) -> str:
    return re.sub(r"{\w+}", "{}", path)
