# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The error of a job is not the error of the read: what holds where an answer describes a job and states an error."""

from __future__ import annotations

import pytest

from ansible_collections.otc.teardown.plugins.module_utils._base.errors import Meaning, Problem
from ansible_collections.otc.teardown.plugins.module_utils._engine.sights import (
    believed,
    described,
    may_mean_absent,
    says_too_little,
)
from ansible_collections.otc.teardown.plugins.module_utils._model.job import Job
from ansible_collections.otc.teardown.plugins.module_utils._model.key import Key
from ansible_collections.otc.teardown.plugins.module_utils._resources import (
    drs_job,
    modelarts_notebook,
    modelarts_visualization_job,
)

DRS, VISUALIZATION, NOTEBOOK = drs_job.RESOURCE, modelarts_visualization_job.RESOURCE, modelarts_notebook.RESOURCE


def seen(item, resource=DRS, job_id="a"):
    return described(item, Key(job_id), resource, resource.dialects[0].fields)


@pytest.mark.parametrize(("item", "meaning"), [
    ({"id": "a", "status": "INCRE_TRANSFER_FAILED"}, None), ({"id": "a"}, None), ({"id": "a", "status": "odd"}, None),
    ({"id": "a", "status": "DELETED"}, Meaning.ABSENT), ({"id": "b", "status": "CREATING"}, Meaning.GARBLED),
    ({"status": "CREATING"}, Meaning.GARBLED), ({}, Meaning.GARBLED), ([], Meaning.GARBLED), (None, Meaning.GARBLED),
    ("a", Meaning.GARBLED),
])
def test_what_an_item_describes(item, meaning):
    sight = seen(item)
    if meaning is None:
        assert isinstance(sight, Job) and sight.key == Key("a")
    else:
        assert sight.meaning is meaning


KEPT, ERROR = "the job", "the error"


@pytest.mark.parametrize(("status", "meaning", "expected"), [
    # a status that we know, beside an error: the job has failed, and says why
    ("INCRE_TRANSFER_FAILED", Meaning.REFUSED, KEPT), ("FULL_TRANSFER_FAILED", Meaning.TRANSIENT, KEPT),
    ("START_JOB_FAILED", Meaning.BUSY, KEPT), ("INCRE_TRANSFER_STARTED", Meaning.DENIED, KEPT),
    ("RELEASE_RESOURCE_COMPLETE", Meaning.INVALID, KEPT), ("DELETED", Meaning.REFUSED, KEPT),
    # none, or one that nobody knows: the read has failed
    ("", Meaning.REFUSED, ERROR), (None, Meaning.REFUSED, ERROR), ("HIBERNATING", Meaning.REFUSED, ERROR),
    ("failed", Meaning.REFUSED, ERROR), ({"code": 1}, Meaning.REFUSED, ERROR), ("", Meaning.ADDRESS, ERROR),
    # there is no such job, whatever stands beside it
    ("", Meaning.ABSENT, ERROR), ("INCRE_TRANSFER_STARTED", Meaning.ABSENT, ERROR), ("DELETED", Meaning.ABSENT, ERROR),
])
def test_whose_error_it_is(status, meaning, expected):
    sight, stated = seen({"id": "a", "status": status}), Problem("why", meaning, "X.1")
    assert believed(sight, None) is sight
    assert believed(sight, stated) is (sight if expected == KEPT else stated)


def test_a_status_that_leaves_open_whether_it_costs_is_documented_too():
    item, stated = {"id": "n", "status": "ERROR"}, Problem("why", Meaning.REFUSED, "X.1")
    sight = seen(item, NOTEBOOK, "n")
    assert believed(sight, stated) is sight
    assert sight.is_unclear


def test_an_error_beside_another_job_is_the_error_of_the_read():
    stated = Problem("why", Meaning.REFUSED, "X.1")
    assert believed(seen({"id": "b", "status": "INCRE_TRANSFER_FAILED"}), stated) is stated
    assert believed(seen({}, VISUALIZATION), stated) is stated


@pytest.mark.parametrize(("meaning", "status", "code", "may", "little", "little_again"), [
    (Meaning.NOT_FOUND, 404, None, True, True, True), (Meaning.NOT_FOUND, 400, "ModelArts.4338", True, True, True),
    (Meaning.NOT_FOUND, 410, None, True, True, True), (Meaning.REFUSED, 400, "X.1", True, True, False),
    (Meaning.REFUSED, 400, None, True, False, False), (Meaning.INVALID, 400, "X.1", True, False, False),
    (Meaning.DENIED, 403, "X.1", False, False, False), (Meaning.NOT_FOUND, 404, "APIG.9", False, True, True),
    (Meaning.NOT_FOUND, 403, None, False, True, True), (Meaning.TRANSIENT, 500, None, False, False, False),
])
def test_what_may_mean_that_there_is_no_such_thing(meaning, status, code, may, little, little_again):
    problem = Problem("why", meaning, code, status)
    assert (may_mean_absent(problem), says_too_little(problem, False), says_too_little(problem, True)) == (may, little, little_again)
