# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The API calls of a kind of job as data: the request, and the form of the answer."""

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
    """One API call: method, path below the base URL of the service, and the constant parts of the request.

    `{project_id}`, `{id}` and `{parent}` in the path are replaced, percent-encoded. `changes`: the call stops something; all other
    calls are safe, with any method.
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
        """Whether the path contains the id of a job or a parent; then a plain 404 may mean that this one does not exist."""
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
    """A call that returns one job. `item`: the key of the job in the answer; None if the answer is the job."""

    call: Call
    item: str | None = None


class ReadMany(NamedTuple):
    """A call that returns jobs by their ids. `ids` and `page`: keys of the body. `size`: the number of ids in one call."""

    call: Call
    items: str
    total: str
    size: int
    ids: str = "jobs"
    page: str = "page_req"


class Acceptance(NamedTuple):
    """The documented forms of an answer that accepts a stop.

    `nothing`: an empty answer (no body, or `{}`). `key`: an answer in which this key holds `value`: True, or a word in lower
    case, which the answer may write in any case. An answer that contains the job with a status of being stopped also accepts the stop.
    After any other answer, it is unknown whether the stop was accepted. `statuses`: the HTTP statuses of such answers.
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
    """A call that stops one job. `body(force)` returns its body; None: no body.

    `answers_job`: the answer is the job itself, so its `status` is the status of the job, not the result of the call.
    """

    call: Call
    accepted: Acceptance
    body: Callable[[bool], Mapping[str, Any]] | None = None
    answers_job: bool = False

    def __post_init__(self) -> None:
        """Refuse a call that is not marked with `changes`: check mode would send it."""
        _refuse_unmarked(self.call)


@dataclasses.dataclass(frozen=True)
class StopMany:
    """A call that stops several jobs. `jobs`: the key of the `entry(id, force)` of each; `results`: the key of the answers for each.

    `accepted`: the form of an answer for one job that accepts its stop.
    """

    call: Call
    entry: Callable[[str, bool], Mapping[str, Any]]
    results: str
    size: int
    accepted: Acceptance
    jobs: str = "jobs"

    def __post_init__(self) -> None:
        """Refuse a call that is not marked with `changes`."""
        _refuse_unmarked(self.call)
