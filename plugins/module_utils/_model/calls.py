# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The API calls of a kind of job as data: what is sent, and what its answer means."""

from __future__ import annotations

import dataclasses
import json
import string
import urllib.parse
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from ansible_collections.otc.teardown.plugins.module_utils._base.errors import Meaning
from ansible_collections.otc.teardown.plugins.module_utils._http.request import Request


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

    @property
    def names_a_job(self) -> bool:
        """Whether the path names one job, or the parent of some: then a plain 404 may be about these."""
        return "{id}" in self.path or "{parent}" in self.path

    def request(
        self,
        base_url: str,
        names: Mapping[str, str | None],
        query: Mapping[str, Any] | None = None,
        body: Mapping[str, Any] | None = None,
        about: str = "",
        codes: Mapping[str, Meaning] | None = None,
    ) -> Request:
        """The request for these path names, with further query parameters and body keys; `about` and `codes` as in Request."""
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
            codes=codes or {},
        )


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
    being stopped. Whatever else is answered leaves open what became of the stop. `statuses`: the HTTP statuses of an
    answer that can accept it.
    """

    nothing: bool = False
    key: str | None = None
    value: bool | str | None = None
    statuses: frozenset[int] = frozenset({200, 202, 204})


def _refuse_unmarked(call: Call) -> None:
    if not call.changes:
        raise ValueError(f"the call to {call.doing} stops something and must be marked with changes=True")


@dataclasses.dataclass(frozen=True)
class StopOne:
    """A call that stops one job: what it answers where it does. `body(force)` makes its body, None for none.

    `answers_job`: the answer is the job itself, so its `status` is a state, not a verdict.
    """

    call: Call
    accepted: Acceptance
    body: Callable[[bool], Mapping[str, Any]] | None = None
    answers_job: bool = False

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
