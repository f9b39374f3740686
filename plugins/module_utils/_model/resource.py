# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What there is to know of a kind of job: the types in which the descriptions in resources/ are written.

A description is data. Whatever differs between two kinds is a field here, so that the code above
never asks which kind it has before it.
"""

from __future__ import annotations

import dataclasses
import json
import string
import urllib.parse
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from ansible_collections.otc.teardown.plugins.module_utils._http.request import Request
from ansible_collections.otc.teardown.plugins.module_utils._model.paging import Pager
from ansible_collections.otc.teardown.plugins.module_utils._model.status import Statuses


class Key(NamedTuple):
    """Which job: its id, and the id of its parent where the kind has one."""

    id: str
    parent: str | None = None

    def __str__(self) -> str:
        """`10`, or `<parent>/<id>`."""
        return f"{self.parent}/{self.id}" if self.parent else self.id


class Call(NamedTuple):
    """One API call: method, path below the service's base URL, and what always goes with it.

    `{project_id}`, `{id}` and `{parent}` in the path are filled in, percent-encoded. `changes` marks
    the calls that stop something; all others are safe, whatever their method.
    """

    method: str
    path: str
    doing: str
    changes: bool = False
    query: Mapping[str, str] = {}
    body: Mapping[str, Any] | None = None
    headers: Mapping[str, str] = {}

    def request(
        self,
        base_url: str,
        names: Mapping[str, str | None],
        query: Mapping[str, Any] | None = None,
        body: Mapping[str, Any] | None = None,
        about: str = "",
    ) -> Request:
        """The request for these path names, with further query parameters and body keys."""
        used = [name for _text, name, _spec, _conversion in string.Formatter().parse(self.path) if name]
        path = self.path.format(**{name: urllib.parse.quote(names[name] or "", safe="") for name in used})
        pairs = {**self.query, **(query or {})}
        whole = None if self.body is None and body is None else {**(self.body or {}), **(body or {})}
        return Request(
            method=self.method,
            url=base_url + path,
            doing=self.doing,
            safe=not self.changes,
            query=tuple((key, str(value)) for key, value in pairs.items()),
            body=None if whole is None else json.dumps(whole).encode("utf-8"),
            headers={**({"Content-Type": "application/json"} if whole is not None else {}), **self.headers},
            about=about,
        )


class Fields(NamedTuple):
    """Where an answer holds what we need of a job; each is a list of dotted paths, the first present one wins.

    `duration_unit` is what one unit of the reported duration is in seconds. `workspace` and
    `enterprise_project` are checked again on our side where an answer holds them. `above` are places, each of which may
    name a job whose child this one is, for kinds whose listing has `children`.
    """

    id: tuple[str, ...]
    name: tuple[str, ...]
    status: tuple[str, ...]
    created: tuple[str, ...]
    duration: tuple[str, ...] = ()
    duration_unit: float = 1.0
    workspace: tuple[str, ...] = ("workspace_id",)
    enterprise_project: tuple[str, ...] = ("enterprise_project_id",)
    above: tuple[str, ...] = ()


class Passes(NamedTuple):
    """One listing for each of these values of a parameter; the filter `option` may choose among them."""

    parameter: str
    values: tuple[str, ...]
    option: str


class Listing(NamedTuple):
    """A paged list call: which key holds the items and which the server's own total.

    `in_body`: the paging parameters and filters go into the body. `passes` for an API that lists one
    kind at a time. `filters`: our filter option -> parameter of the API; `repeats`: those of these options whose field
    the documents list in each item, so that an item without it cannot be judged. `children`: the key under
    which an item holds further items. `shows_all`: without filters it shows every job that can be
    asked for by id, so that what it lacks does not exist.
    """

    call: Call
    items: str
    total: str
    pager: Pager
    in_body: bool = False
    passes: Passes | None = None
    filters: Mapping[str, str] = {}
    repeats: frozenset[str] = frozenset()
    children: str | None = None
    shows_all: bool = False


class ReadOne(NamedTuple):
    """A call that shows one job; `item` is the key that holds it, None for the document itself."""

    call: Call
    item: str | None = None


class ReadMany(NamedTuple):
    """A call that shows many jobs by id: `ids` and `page` are the body's keys, `size` ids go in one call."""

    call: Call
    items: str
    total: str
    size: int
    ids: str = "jobs"
    page: str = "page_req"


class Acceptance(NamedTuple):
    """What in a successful answer says that a stop was accepted, as the documents of the call name it.

    `nothing`: that it is empty (no body, or `{}`). `key`: that this key holds `value`: True, or a word in small
    letters that may come in any. Beside that, the job itself counts where the answer shows it in a state of
    being stopped. Whatever else is answered leaves open what became of the stop.
    """

    nothing: bool = False
    key: str | None = None
    value: bool | str | None = None


def _refuse_unmarked(call: Call) -> None:
    if not call.changes:
        raise ValueError(f"the call to {call.doing} stops something and must be marked with changes=True")


@dataclasses.dataclass(frozen=True)
class StopOne:
    """A call that stops one job: what it answers where it does. `body(force)` makes its body, None for none."""

    call: Call
    accepted: Acceptance
    body: Callable[[bool], Mapping[str, Any]] | None = None

    def __post_init__(self) -> None:
        """Refuse a description that forgets what the call does: check mode would let it pass."""
        _refuse_unmarked(self.call)


@dataclasses.dataclass(frozen=True)
class StopMany:
    """A call that stops many jobs: `entry(id, force)` for each under `jobs`, own answers under `results`.

    `accepted` is what a job's own answer says where its stop was accepted.
    """

    call: Call
    entry: Callable[[str, bool], Mapping[str, Any]]
    results: str
    size: int
    accepted: Acceptance
    jobs: str = "jobs"

    def __post_init__(self) -> None:
        """As for one job."""
        _refuse_unmarked(self.call)


class Dialect(NamedTuple):
    """One version of the API of a kind. `read_one` or `read_many` and `stop_one` or `stop_many` must be there.

    Of `read_many` and `poll_many` the first call that the gateway offers is used.
    """

    name: str
    fields: Fields
    listing: Listing
    read_one: ReadOne | None = None
    read_many: tuple[ReadMany, ...] = ()
    poll_many: tuple[ReadMany, ...] = ()
    stop_one: StopOne | None = None
    stop_many: StopMany | None = None

    def calls_to_stop(self, jobs: int) -> int:
        """How many calls it takes to stop this many jobs."""
        return -(-jobs // self.stop_many.size) if self.stop_many else jobs


class Parent(NamedTuple):
    """What the jobs of a kind belong to: the option that names it, and the list of all of them.

    `filters` of the listing narrow the parents, for an API whose jobs cannot be filtered themselves; `workspace` is where
    an item of it says what `workspace_id` asks for.
    `childless` (dotted path, values) marks parents of a sort that has no such jobs: that they refuse to
    list any is no failure.
    """

    option: str
    noun: str
    listing: Listing
    id: tuple[str, ...]
    workspace: tuple[str, ...] = ("workspace_id",)
    childless: tuple[str, frozenset[str]] | None = None


class Caution(NamedTuple):
    """A warning about a job whose answer holds this value (any capitals) at this dotted path."""

    path: str
    value: str
    text: str


class Resource(NamedTuple):
    """The description of one kind of job.

    `name` is the module's, `ids_option` its option for ids, `id_pattern` a documented pattern with its
    words. `filters` are the filter options that its API can evaluate. `order`: where it stands among the kinds
    when several are stopped, the lowest first. `dialect_option` is the option that chooses among several
    dialects; the first dialect is tried first.
    """

    name: str
    service: str
    ids_option: str
    statuses: Statuses
    dialects: tuple[Dialect, ...]
    filters: frozenset[str]
    order: int
    parent: Parent | None = None
    id_pattern: tuple[str, str] | None = None
    can_force: bool = False
    dialect_option: str | None = None
    cautions: tuple[Caution, ...] = ()

    @property
    def has_families(self) -> bool:
        """Whether a job of this kind may be the child of another one, so that the stop of one may end the other."""
        return any(dialect.listing.children for dialect in self.dialects)
