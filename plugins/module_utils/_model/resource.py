# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What there is to know of a kind of job: the types in which the descriptions in resources/ are written.

A description is data. Whatever differs between two kinds is a field here, so that the code above
never asks which kind it has before it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from ansible_collections.otc.teardown.plugins.module_utils._base.errors import Meaning
from ansible_collections.otc.teardown.plugins.module_utils._model.calls import (
    Call,
    ReadMany,
    ReadOne,
    StopMany,
    StopOne,
)
from ansible_collections.otc.teardown.plugins.module_utils._model.paging import Pager
from ansible_collections.otc.teardown.plugins.module_utils._model.status import Statuses

PLACES = ("workspace_id", "enterprise_project_id")
"""The filters by what a job belongs to within a project."""

SAME_NAMES: Mapping[str, tuple[str, ...]] = {place: (place,) for place in PLACES}
"""Answers that use the names of the filters."""


class Key(NamedTuple):
    """Which job: its id, and the id of its parent, or of its home, where the kind has one."""

    id: str
    parent: str | None = None

    def __str__(self) -> str:
        """`10`, or `<parent>/<id>`."""
        return f"{self.parent}/{self.id}" if self.parent else self.id


class Lease(NamedTuple):
    """Where an answer says when a job stops by itself: `at` a moment, or `length` (in `unit` seconds) after `start`.

    All are dotted paths. `enabled` names a truth value: only if that is true, the job stops by itself. `unless` (dotted path, word in
    capitals): with this word there, in any capitals, nobody can tell the moment.
    """

    at: str = ""
    start: str = ""
    length: str = ""
    unit: float = 1.0
    enabled: str = ""
    unless: tuple[str, str] | None = None


class Fields(NamedTuple):
    """Where an answer holds what we need of a job; each is a list of dotted paths, the first present one wins.

    `duration_unit` is one unit of the reported duration in seconds. `places`: filter option of PLACES -> where an answer says
    to what the job belongs; our side checks it again. `owner`: all paths that name the user who owns the job, by name or by
    id; the first is shown. `lease`: when the job stops by itself. `types` (dotted path, values): an item with another value there
    is a job of another kind. `parent_name`: the name of the parent. `above`: paths that may name a job whose child this one is,
    for kinds whose listing has `children`.
    """

    id: tuple[str, ...]
    name: tuple[str, ...]
    status: tuple[str, ...]
    created: tuple[str, ...]
    duration: tuple[str, ...] = ()
    duration_unit: float = 1.0
    places: Mapping[str, tuple[str, ...]] = SAME_NAMES
    owner: tuple[str, ...] = ()
    parent_name: tuple[str, ...] = ()
    lease: Lease | None = None
    types: tuple[str, tuple[str, ...]] | None = None
    above: tuple[str, ...] = ()


class Passes(NamedTuple):
    """One listing for each of these values of a parameter; the filter `option` may choose among them.

    `job_types` for an API that lists one type of jobs at a time. `statuses` for one that keeps ended jobs for ever: only the values
    named here are listed, and the filter may name no other.
    """

    parameter: str
    values: tuple[str, ...]
    option: str = "job_types"


class Listing(NamedTuple):
    """A paged list call: which key holds the items and which the server's own total.

    `in_body`: the paging parameters and filters go into the body. `passes`: for an API that must be asked several times.
    `narrower`: the call to use if `call` is forbidden; it shows the caller's own jobs. `filters`: our filter option -> parameter of the
    API, or several with blanks between them where documents disagree about its name. `repeats`: the options whose field the documents
    list in each item, so that an item without it cannot be judged.
    `children`: the key under which an item holds further items. `shows_all`: without filters, it shows every job that can be
    read by id, so a job that it lacks does not exist.
    """

    call: Call
    items: str
    total: str
    pager: Pager
    in_body: bool = False
    passes: Passes | None = None
    narrower: Call | None = None
    filters: Mapping[str, str] = {}
    repeats: frozenset[str] = frozenset()
    children: str | None = None
    shows_all: bool = False


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

    `filters` of the listing narrow the parents, for an API whose jobs cannot be filtered themselves; `places` as in Fields.
    `name` is where an item of the list holds the name of the parent.
    `childless` (dotted path, values) marks parents of a sort that has no such jobs: that they refuse to
    list any is no failure.
    """

    option: str
    noun: str
    listing: Listing
    id: tuple[str, ...]
    name: tuple[str, ...] = ()
    places: Mapping[str, tuple[str, ...]] = SAME_NAMES
    childless: tuple[str, frozenset[str]] | None = None


class Home(NamedTuple):
    """The place (an option of PLACES) in which the ids of a kind are unique; every call names it in this `header`.

    Without it, the API takes its default place. Nothing lists the places.
    """

    option: str
    header: str


class Caution(NamedTuple):
    """A warning about a job whose answer holds this value (any capitals) at this dotted path."""

    path: str
    value: str
    text: str


class Resource(NamedTuple):
    """The description of one kind of job.

    `name` is the module's, `ids_option` its option for ids, `id_pattern` a documented pattern with its
    words. `order`: where it stands among the kinds when several are stopped, the lowest first. `dialect_option` is the
    option that chooses among several dialects; the first dialect is tried first. `parent` and `home` exclude each other.
    `codes`: error code -> what it means when it is about this kind, where that differs from what it means in general.
    """

    name: str
    service: str
    ids_option: str
    statuses: Statuses
    dialects: tuple[Dialect, ...]
    order: int
    parent: Parent | None = None
    home: Home | None = None
    id_pattern: tuple[str, str] | None = None
    can_force: bool = False
    dialect_option: str | None = None
    cautions: tuple[Caution, ...] = ()
    codes: Mapping[str, Meaning] = {}

    @property
    def filters(self) -> tuple[str, ...]:
        """The options of `filters` that can be evaluated for this kind, because the API has the field or the parameter."""
        fields = [dialect.fields for dialect in self.dialects]
        listings = [dialect.listing for dialect in self.dialects] + ([self.parent.listing] if self.parent else [])
        by_field = {
            "names": True,
            "statuses": True,
            "older_than": any(one.created for one in fields),
            "running_longer_than": any(one.duration for one in fields),
            "owners": any(one.owner for one in fields),
            **{place: self._asks_for(place) or any(place in one.filters or place in one.repeats for one in listings) for place in PLACES},
            "job_types": bool(self.job_types),
        }
        return tuple(option for option, usable in by_field.items() if usable)

    def _asks_for(self, place: str) -> bool:
        return self.home is not None and self.home.option == place

    @property
    def above(self) -> str | None:
        """The key of a row that is part of the identity of its job, beside `id`: that of the parent, or the home."""
        return (self.parent and self.parent.option) or (self.home and self.home.option)

    @property
    def job_types(self) -> tuple[str, ...]:
        """The values of the filter `job_types`: the types of jobs that the API lists one at a time."""
        return next((found for found in map(_job_types, self.dialects) if found), ())

    @property
    def lists_statuses(self) -> tuple[str, ...]:
        """The only statuses in which the API is asked for jobs; empty if it is asked for all."""
        passes = self.dialects[0].listing.passes
        return passes.values if passes and passes.option == "statuses" else ()

    @property
    def has_lease(self) -> bool:
        """Whether the API says when a job stops by itself."""
        return any(dialect.fields.lease for dialect in self.dialects)

    @property
    def has_names(self) -> bool:
        """Whether its jobs have names."""
        return any(dialect.fields.name for dialect in self.dialects)

    @property
    def tells_owner(self) -> bool:
        """Whether the API says who owns a job."""
        return any(dialect.fields.owner for dialect in self.dialects)

    @property
    def has_families(self) -> bool:
        """Whether a job of this kind may be the child of another one, so that the stop of one may end the other."""
        return any(dialect.listing.children for dialect in self.dialects)


def _job_types(dialect: Dialect) -> tuple[str, ...]:
    passes, types = dialect.listing.passes, dialect.fields.types
    if passes and passes.option == "job_types":
        return passes.values
    return types[1] if types else ()
