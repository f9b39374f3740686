# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads the part of an answer about one job: the job, or the problem why it cannot be read."""

from __future__ import annotations

from typing import Any

from ansible_collections.otc.teardown.plugins.module_utils._base.errors import Meaning, Problem
from ansible_collections.otc.teardown.plugins.module_utils._engine.decision import Sight, is_absent
from ansible_collections.otc.teardown.plugins.module_utils._http.answers import Answer, problem_of
from ansible_collections.otc.teardown.plugins.module_utils._http.error_codes import GATEWAY
from ansible_collections.otc.teardown.plugins.module_utils._model.job import is_of_this_kind, job_from
from ansible_collections.otc.teardown.plugins.module_utils._model.key import Key
from ansible_collections.otc.teardown.plugins.module_utils._model.resource import Fields, Resource
from ansible_collections.otc.teardown.plugins.module_utils._model.status import UNKNOWN

# Answers about an id that may mean "does not exist", if the list does not contain the job either.
_MAYBE_ABSENT = frozenset({Meaning.NOT_FOUND, Meaning.REFUSED, Meaning.INVALID})
_MAYBE_ABSENT_STATUS = frozenset({200, 400, 404, 410, 422})


def described(item: Any, key: Key, resource: Resource, fields: Fields) -> Sight:
    """The job in this item of an answer; a Problem if the item is no job, another job, or a job that no longer exists."""
    job = job_from(item, resource, fields, key.parent) if isinstance(item, dict) else None
    if job is None or job.key.parent != key.parent or resource.spelled(job.key.id) != resource.spelled(key.id):
        return Problem(f"the answer does not describe {resource.name} {key}", Meaning.GARBLED)
    if not is_of_this_kind(job, fields):
        return Problem(f"it is of the type {job.type}, which is not {resource.name}", Meaning.INVALID)
    if job.status in resource.statuses.absent:
        return Problem(f"the job is {job.status}", Meaning.ABSENT)
    return job._replace(key=key)


def believed(seen: Sight, stated: Problem | None) -> Sight:
    """The sight of a job from an item that both describes a job (`seen`) and reports an error (`stated`).

    A job with a documented status was read, and the error belongs to the job: the job has failed and reports the reason. Two
    errors belong to the read itself: one that means "does not exist", with any status, and any error without a documented status.
    """
    if stated is None:
        return seen
    if stated.meaning is Meaning.ABSENT:
        return stated
    was_read = is_absent(seen) if isinstance(seen, Problem) else seen.phase != UNKNOWN or seen.is_unclear
    return seen if was_read else stated


def may_mean_absent(problem: Problem) -> bool:
    """Whether the problem may be the answer of the service itself (not of its gateway) for something that does not exist."""
    by_gateway = (problem.code or "").startswith(GATEWAY)
    return problem.meaning in _MAYBE_ABSENT and problem.http_status in _MAYBE_ABSENT_STATUS and not by_gateway


def says_too_little(problem: Problem, again: bool) -> bool:
    """Whether the problem is a 404 or, before a stop, a refusal whose code does not tell the reason. `again`: not the first read."""
    return problem.meaning is Meaning.NOT_FOUND or (
        problem.meaning is Meaning.REFUSED and problem.code is not None and not again
    )


def unreadable_item(answer: Answer) -> Problem:
    """The problem of jobs that an answer does not show, if the answer contains an item without a usable id."""
    if answer.status >= 300:
        return problem_of(answer)
    text = "the answer holds an item without a usable id, and does not show this job"
    return Problem(text, Meaning.GARBLED, http_status=answer.status)
