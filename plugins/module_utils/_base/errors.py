# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Errors as data: meanings of failed requests, and the exceptions. Part of the lowest layer."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from typing import Any, NamedTuple

from ansible_collections.otc.teardown.plugins.module_utils._base.text import quoted


class Meaning(str, enum.Enum):
    """What a failed request means for the program; the next step depends only on this."""

    ABSENT = "absent"            # the service says that this id does not exist
    NOT_FOUND = "not_found"      # a plain 404: absent only if the list agrees
    ADDRESS = "address"          # wrong host, path, region or project
    REAUTH = "reauth"            # the token is no longer accepted
    CREDENTIALS = "credentials"  # wrong password, key or signature: tried only once
    DENIED = "denied"            # no permission
    INVALID = "invalid"          # the request itself is wrong
    REFUSED = "refused"          # refused, the reason is not clear: read the state again
    GUARDED = "guarded"          # a guard of the task: no stop of any job was sent
    BUSY = "busy"                # refused for now
    ELSEWHERE = "elsewhere"      # can be stopped only through its parent or its children
    BATCH_SIZE = "batch_size"    # too many jobs in one call
    THROTTLED = "throttled"      # too many requests; this one had no effect
    TRANSIENT = "transient"      # a 5xx: the request may have had its effect
    LOST = "lost"                # no answer: the request may have had its effect
    GARBLED = "garbled"          # an unreadable answer: the request may have had its effect
    UNSENT = "unsent"            # never reached the server


MAYBE_ACTED = frozenset({Meaning.TRANSIENT, Meaning.LOST, Meaning.GARBLED})
"""The request may have had its effect, so the program must read the state before it does anything else."""

HOPELESS = frozenset({Meaning.ADDRESS, Meaning.REAUTH, Meaning.CREDENTIALS, Meaning.DENIED})
"""Sending the same stop again cannot help. INVALID is not among them: the only parameter of a stop is an id that was
read before, so such an answer refers to the state of the job."""

CONCERNS_ALL = frozenset({Meaning.ADDRESS, Meaning.REAUTH, Meaning.CREDENTIALS})
"""The fault is in the login or the address, so all requests fail, not only this one."""

ADVICE = {
    Meaning.ADDRESS: "check region, endpoints, endpoint_domain and the project",
    Meaning.REAUTH: "the login was rejected: the token has expired or was revoked (replace a given one, for example "
                    "with iam_token); with an access key, check the key (a temporary one needs its security_token) "
                    "and the clock of this machine",
    Meaning.CREDENTIALS: "check username, password, domain_name and the project, or the access key (a temporary "
                         "one needs its security_token) and the clock of this machine; they were tried once only, because "
                         "the cloud locks accounts and keys",
    Meaning.DENIED: "the caller lacks a permission for this call",
    Meaning.UNSENT: "check the network, the proxy settings and the endpoint",
}


class Problem(NamedTuple):
    """Why one request failed, as plain text without secrets."""

    message: str
    meaning: Meaning
    code: str | None = None
    http_status: int | None = None
    request_id: str | None = None

    def __str__(self) -> str:
        """`This job can't be stop. job status: 10 (ModelArts.0105, HTTP 400, request 4f...)`."""
        notes = [
            self.code,
            f"HTTP {self.http_status}" if self.http_status is not None else None,
            f"request {self.request_id}" if self.request_id else None,
        ]
        known = ", ".join(note for note in notes if note)
        return f"{self.message} ({known})" if known else self.message

    def as_row(self) -> dict[str, Any]:
        """The `error` of a row: code, message, http_status, request_id."""
        return {
            "code": self.code,
            "message": self.message,
            "http_status": self.http_status,
            "request_id": self.request_id,
        }


class TeardownError(Exception):
    """Any error that ends a task; its text is shown to the user unchanged."""


class InputError(TeardownError):
    """An option has an unusable value; the text names the option, its value and the remedy."""

    def __init__(self, option: str, value: Any, remedy: str) -> None:
        shown = "" if value is None else f" {quoted(value)}:"
        super().__init__(f"{option}:{shown} {remedy}")
        self.option = option


class InputErrors(InputError):
    """Several input errors in one."""

    def __init__(self, errors: Sequence[InputError]) -> None:
        super().__init__(errors[0].option, None, "")
        self.args = ("; ".join(map(str, errors)),)


class ApiError(TeardownError):
    """A request failed finally; `problem` says why, and `doing` ("list drs_job") what it was for."""

    def __init__(self, problem: Problem, doing: str | None = None, about_all: bool = False) -> None:
        text = f"Failed to {doing}: {problem}" if doing else str(problem)
        advice = ADVICE.get(problem.meaning)
        super().__init__(f"{text}; {advice}" if advice else text)
        self.problem = problem
        self.doing = doing
        self.about_all = about_all
        """Whether the call named no job and no parent, so that a plain 404 is not about one of these."""


class ListingError(TeardownError):
    """The program could not prove that a listing is complete."""


class MissingLibrary(TeardownError):
    """A Python library is not installed on the machine that runs the module."""

    def __init__(self, library: str, traceback: str | None, reason: str) -> None:
        super().__init__(f"{library} is not installed; it is needed {reason}")
        self.library = library
        self.traceback = traceback
        self.reason = reason


def in_words(error: Exception) -> str:
    """The text that the user sees for an error; for an unexpected error it asks the user to report it."""
    if isinstance(error, TeardownError):
        return str(error)
    return f"an error in otc.teardown, please report it: {type(error).__name__}: {error}"
