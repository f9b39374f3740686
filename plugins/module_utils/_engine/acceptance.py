# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an answer to a stop says of one job: that the stop was accepted, that it was refused, or nothing certain.

Accepted is only what the documents of the call name (`Acceptance`). A refusal is what states a failure in
a known shape. Everything else is GARBLED: nobody can tell, so the job is read before anything is said of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.otc.teardown.plugins.module_utils._base.errors import Meaning, Problem
from ansible_collections.otc.teardown.plugins.module_utils._http.answers import (
    Answer,
    excerpt,
    item_problem,
    request_id_of,
    stated_failure,
)
from ansible_collections.otc.teardown.plugins.module_utils._model.calls import Acceptance
from ansible_collections.otc.teardown.plugins.module_utils._model.job import Job, job_from
from ansible_collections.otc.teardown.plugins.module_utils._model.resource import Dialect, Key, Resource
from ansible_collections.otc.teardown.plugins.module_utils._model.status import ENDED, STOPPABLE, STOPPING

_CARRIED_OUT = frozenset({200, 202, 204})
_NAMES_OF_ERRORS = ("error", "error_code", "errorCode", "error_msg", "error_message", "errorMsg")


def unclear(answer: Answer) -> Problem:
    """The problem of a job of which an answer says neither that its stop was accepted nor that it was refused."""
    received = excerpt(answer) or "nothing"
    text = f"the answer does not say that the stop was accepted: {received}"
    return Problem(text, Meaning.GARBLED, http_status=answer.status, request_id=request_id_of(answer))


def verdict(
    item: Mapping[str, Any], answer: Answer, acceptance: Acceptance, is_ending: bool = False
) -> Problem | None:
    """What the part of an answer that is about one job says of its stop: None if it was accepted.

    `item` is the whole document where the call stops one job. `is_ending`: it shows the job itself, and that
    it is being stopped or has been (`shows_end`). An answer that says both yes and no is unclear.
    """
    whole = stated_failure(answer)
    own = item_problem(item, answer)
    accepted = answer.status in _CARRIED_OUT and (is_ending or _names_acceptance(item, acceptance))
    if whole is None and own is None and accepted and not any(map(item.get, _NAMES_OF_ERRORS)):
        return None
    refusal = whole or own
    return unclear(answer) if accepted or refusal is None else refusal


def shows_end(item: Mapping[str, Any], resource: Resource, dialect: Dialect, key: Key) -> bool:
    """Whether this is the job itself, in a state of being stopped, or in an end to which it does not come by itself."""
    job = _job_in(item, resource, dialect, key)
    return job is not None and _is_ending(job, resource)


def shows_job(item: Mapping[str, Any], resource: Resource, dialect: Dialect, key: Key) -> bool:
    """The same, or the job itself in a state from which it can be stopped: for a call that answers with the job."""
    job = _job_in(item, resource, dialect, key)
    return job is not None and (job.phase == STOPPABLE or _is_ending(job, resource))


def _is_ending(job: Job, resource: Resource) -> bool:
    return job.phase == STOPPING or (job.phase == ENDED and job.status not in resource.statuses.by_itself)


def _job_in(item: Mapping[str, Any], resource: Resource, dialect: Dialect, key: Key) -> Job | None:
    reader = dialect.read_one.item if dialect.read_one else None
    inner = item.get(reader) if reader else None
    job = job_from(inner if isinstance(inner, dict) else item, resource, dialect.fields, key.parent)
    return job if job and job.key == key else None


def _names_acceptance(item: Mapping[str, Any], acceptance: Acceptance) -> bool:
    if not item:
        return acceptance.nothing
    value = item.get(acceptance.key) if acceptance.key else None
    if isinstance(value, str) and isinstance(acceptance.value, str):
        return value.lower() == acceptance.value
    return value is True and acceptance.value is True
