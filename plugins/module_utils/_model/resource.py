# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The data types of the descriptions in `_resources/`. Each description holds all facts about one kind of job.

A description is data. Every difference between two kinds is a field here, so that no other code asks which kind a job has.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
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
"""The filters by the place of a job within a project."""

SAME_NAMES: Mapping[str, tuple[str, ...]] = {place: (place,) for place in PLACES}
"""The paths in answers that use the names of the filters."""


class Lease(NamedTuple):
    """The paths in an answer that tell when a job stops by itself: `at` a moment, or `length` (in `unit` seconds) after `start`.

    All paths are dotted. `enabled`: the path of a boolean; the job stops by itself only if it is true. `unless` (dotted path, word in
    capitals): if the path holds this word, in any case, the moment is unknown.
    """

    at: str = ""
    start: str = ""
    length: str = ""
    unit: float = 1.0
    enabled: str = ""
    unless: tuple[str, str] | None = None


class Fields(NamedTuple):
    """The paths of the facts about a job in an answer. Each fact has a list of dotted paths; the first one present is used.

    `duration_unit`: one unit of the reported duration, in seconds. `places`: filter option of PLACES -> paths of the place of the
    job; the program checks these filters again. `owner`: all paths of the name or id of the user who owns the job; the first
    one is shown. `lease`: when the job stops by itself. `types` (dotted path, values): an item with another value there
    belongs to another kind. `parent_name`: the name of the parent. `flavor`: the machine that the job runs on. `above`: paths that may name a parent job,
    for kinds whose listing has `children`. `tags`: the tags of the job. `tags_may_lack`: documented as left out for a job without tags;
    otherwise an answer without them does not tell the tags.
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
    flavor: tuple[str, ...] = ()
    lease: Lease | None = None
    types: tuple[str, tuple[str, ...]] | None = None
    above: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    tags_may_lack: bool = False


class Passes(NamedTuple):
    """One listing for each of these values of a parameter; the filter `option` may choose among them.

    `job_types`: for an API that lists one type of jobs at a time. `statuses`: for an API that keeps ended jobs forever; only jobs
    with these statuses are listed, and the filter may name no other status. `doubtful`: values that not every document names; if the
    API refuses one, there are no such jobs.
    """

    parameter: str
    values: tuple[str, ...]
    option: str = "job_types"
    doubtful: frozenset[str] = frozenset()

    @property
    def are_moving(self) -> bool:
        """Whether jobs leave these listings while they run: a list by status gets shorter by itself."""
        return self.option == "statuses"


class Listing(NamedTuple):
    """A paged list call: the key of the items and the key of the total that the server reports.

    `in_body`: the paging parameters and filters go into the body. `passes`: for an API that needs several listings.
    `narrower`: the call to use if `call` is forbidden; it shows the caller's own jobs. `filters`: our filter option -> parameters of the
    API, several where documents disagree about the name. `repeats`: the options whose field is documented
    in each item; if an item lacks it, the filter cannot be evaluated. `echoes`: parameter -> key under which the answer repeats it;
    another value there means that the API does not know the parameter. `or_total`: a second field that may hold the total, where
    documents disagree; the larger number counts.
    `children`: the key under which an item holds further items. `shows_all`: without filters, it contains every job that can
    be read by id, so a job that is not in it does not exist.
    """

    call: Call
    items: str
    total: str
    pager: Pager
    in_body: bool = False
    passes: Passes | None = None
    narrower: Call | None = None
    filters: Mapping[str, tuple[str, ...]] = {}
    repeats: frozenset[str] = frozenset()
    children: str | None = None
    shows_all: bool = False
    or_total: str | None = None
    echoes: Mapping[str, str] = {}


class Dialect(NamedTuple):
    """One version of the API of a kind. It needs `stop_one` or `stop_many`. Without `read_one` and `read_many`, jobs are read from lists.

    `read_many` and `poll_many`: the first call that the gateway offers is used. `tags_by_id`: lists do not tell the tags of a job; a read
    by its id does.
    """

    name: str
    fields: Fields
    listing: Listing
    read_one: ReadOne | None = None
    read_many: tuple[ReadMany, ...] = ()
    poll_many: tuple[ReadMany, ...] = ()
    stop_one: StopOne | None = None
    stop_many: StopMany | None = None
    tags_by_id: bool = False

    def calls_to_stop(self, jobs: int) -> int:
        """The number of calls to stop this many jobs."""
        return -(-jobs // self.stop_many.size) if self.stop_many else jobs


class Parent(NamedTuple):
    """The parents of the jobs of a kind, such as services: the option for the id of one, and the list of all.

    `filters` of the listing select parents, for an API that cannot filter the jobs. `places`: as in Fields. `name`: the paths of the
    name of the parent in an item. `childless` (dotted path, values): parents with such a value have no jobs of this kind, so a
    refused list below them is not a failure. `gone` (dotted path, values): parents with such a value stay in the list but no longer
    exist, so nothing is asked below them. `tags`: the tags of the parent, which count as those of its jobs.
    """

    option: str
    noun: str
    listing: Listing
    id: tuple[str, ...]
    name: tuple[str, ...] = ()
    places: Mapping[str, tuple[str, ...]] = SAME_NAMES
    childless: tuple[str, frozenset[str]] | None = None
    gone: tuple[str, frozenset[str]] | None = None
    tags: tuple[str, ...] = ()


class Home(NamedTuple):
    """The place (an option of PLACES) in which the ids of a kind are unique; every call sends it in `header`.

    Without the header, the API uses its default place. No call lists the places.
    """

    option: str
    header: str


class Caution(NamedTuple):
    """A warning about a job if the dotted path in the answer holds this value, in any case; None: any text."""

    path: str
    value: str | None
    text: str


class Resource(NamedTuple):
    """The description of one kind of job.

    `name`: the name of the module. `ids_option`: its option for ids. `id_pattern`: a documented pattern, and its description.
    `order`: kinds are stopped in this order, the lowest first. `dialect_option`: the option that selects one of several dialects;
    the first dialect is tried first. A kind has a `parent` or a `home`, not both. `codes`: error code -> its meaning for this kind,
    if that differs from its general meaning. `spelled`: one spelling for the ids of a job that the API writes in several ways.
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
    spelled: Callable[[str], str] = str

    @property
    def filters(self) -> tuple[str, ...]:
        """The options of `filters` that this kind supports, because the API has the field or the parameter."""
        fields = [dialect.fields for dialect in self.dialects]
        listings = [dialect.listing for dialect in self.dialects] + ([self.parent.listing] if self.parent else [])
        by_field = {
            "names": True,
            "statuses": True,
            "older_than": any(one.created for one in fields),
            "running_longer_than": any(one.duration for one in fields),
            "owners": any(one.owner for one in fields),
            "tags": self.tells_tags,
            **{place: self._asks_for(place) or any(place in one.filters or place in one.repeats for one in listings) for place in PLACES},
            "job_types": bool(self.job_types),
        }
        return tuple(option for option, usable in by_field.items() if usable)

    def _asks_for(self, place: str) -> bool:
        return self.home is not None and self.home.option == place

    @property
    def above(self) -> str | None:
        """The row key that, with `id`, identifies a job: the key of the parent or the home; None without these."""
        return (self.parent and self.parent.option) or (self.home and self.home.option)

    @property
    def job_types(self) -> tuple[str, ...]:
        """The values of the filter `job_types`; empty if the kind has no types."""
        return next((found for found in map(_job_types, self.dialects) if found), ())

    @property
    def lists_statuses(self) -> tuple[str, ...]:
        """The only statuses whose jobs are listed; empty if jobs with any status are listed."""
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
    def names_parents(self) -> bool:
        """Whether its jobs have parents with names."""
        return self.parent is not None and bool(self.parent.name or any(dialect.fields.parent_name for dialect in self.dialects))

    @property
    def tells_flavor(self) -> bool:
        """Whether the API says on which flavor a job runs."""
        return any(dialect.fields.flavor for dialect in self.dialects)

    @property
    def tells_owner(self) -> bool:
        """Whether the API says who owns a job."""
        return any(dialect.fields.owner for dialect in self.dialects)

    @property
    def tells_tags(self) -> bool:
        """Whether the API says which tags a job has, or its parent."""
        return any(dialect.fields.tags for dialect in self.dialects) or (self.parent is not None and bool(self.parent.tags))

    @property
    def tells_tags_by_id(self) -> bool:
        """Whether the tags of a job are told by reads by its id only."""
        return any(dialect.tags_by_id for dialect in self.dialects)

    @property
    def has_families(self) -> bool:
        """Whether jobs of this kind can have parent and child jobs; stopping one may stop the other."""
        return any(dialect.listing.children for dialect in self.dialects)


def _job_types(dialect: Dialect) -> tuple[str, ...]:
    passes, types = dialect.listing.passes, dialect.fields.types
    if passes and passes.option == "job_types":
        return passes.values
    return types[1] if types else ()
