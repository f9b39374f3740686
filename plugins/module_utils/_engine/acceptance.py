# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads the answer to a stop, for one job: the stop was accepted, it was refused, or the answer is unclear.

A stop is accepted only if the answer has the form that the API documents for this call (`Acceptance`). It is refused if
the answer reports a failure in a known form. Every other answer is unclear (GARBLED), and the caller must read the job.
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
from ansible_collections.otc.teardown.plugins.module_utils._model.key import Key
from ansible_collections.otc.teardown.plugins.module_utils._model.resource import Dialect, Resource
from ansible_collections.otc.teardown.plugins.module_utils._model.status import ENDED, STOPPABLE, STOPPING

_NAMES_OF_ERRORS = ("error", "error_code", "errorCode", "error_msg", "error_message", "errorMsg")


def unclear(answer: Answer) -> Problem:
    """The problem of a job for an answer that neither accepts nor refuses its stop."""
    received = excerpt(answer) or "nothing"
    text = f"the answer does not say that the stop was accepted: {received}"
    return Problem(text, Meaning.GARBLED, http_status=answer.status, request_id=request_id_of(answer))


def verdict(
    item: Mapping[str, Any], answer: Answer, acceptance: Acceptance, is_ending: bool = False
) -> Problem | None:
    """The result of the stop of one job: None if it was accepted, otherwise the problem.

    `item` is the part of the answer about this job; for a call that stops one job, it is the whole document. `is_ending`:
    the item shows the job, and the job is being stopped or has been stopped (`shows_end`). An answer that both accepts and
    refuses the stop is unclear.
    """
    whole = stated_failure(answer)
    own = item_problem(item, answer)
    accepted = answer.status in acceptance.statuses and (is_ending or _names_acceptance(item, acceptance))
    if whole is None and own is None and accepted and not any(map(item.get, _NAMES_OF_ERRORS)):
        return None
    refusal = whole or own
    return unclear(answer) if accepted or refusal is None else refusal


def shows_end(item: Mapping[str, Any], resource: Resource, dialect: Dialect, key: Key) -> bool:
    """Whether the item is this job, and it is stopping or has an end status that it cannot reach without a stop."""
    job = _job_in(item, resource, dialect, key)
    return job is not None and _is_ending(job, resource)


def shows_job(item: Mapping[str, Any], resource: Resource, dialect: Dialect, key: Key) -> bool:
    """As `shows_end`, but a stoppable job counts too: for a call whose answer is the job."""
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
