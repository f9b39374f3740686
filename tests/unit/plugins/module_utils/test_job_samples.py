# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A job out of an answer: the samples of the API references, and what else a server may send."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.otc.teardown.plugins.module_utils._base.text import plain
from ansible_collections.otc.teardown.plugins.module_utils._model.job import Job, find, job_from, text_at
from ansible_collections.otc.teardown.plugins.module_utils._model.key import Key
from ansible_collections.otc.teardown.plugins.module_utils._resources import (
    drs_job,
    modelarts_notebook,
    modelarts_processor_task_version,
    modelarts_service_task,
    modelarts_training_job,
    modelarts_training_job_version,
    modelarts_visualization_job,
    modelarts_workflow_execution,
)

reproducible = settings(derandomize=True, deadline=None, database=None)

VISUALIZATION, DRS = modelarts_visualization_job.RESOURCE, drs_job.RESOURCE
VERSION, TASK = modelarts_processor_task_version.RESOURCE, modelarts_service_task.RESOURCE
TRAINING, TRAINING_VERSION = modelarts_training_job.RESOURCE, modelarts_training_job_version.RESOURCE
RESOURCES = [VISUALIZATION, DRS, VERSION, TASK]
SERVICE = "11111111-2222-3333-4444-555555555555"


def read(resource, item, parent=None, dialect=0):
    return job_from(item, resource, resource.dialects[dialect].fields, parent)


SAMPLES = [
    ("visualization, list and detail", VISUALIZATION, 0, None, {
        "job_id": 1, "job_name": "v", "status": 8, "create_time": 1565149736000, "duration": 33000,
        "job_desc": "d", "service_url": "https://x", "train_url": "/obs", "resource_id": "0d6fe0e2",
    }, Job(Key("1"), "v", "RUNNING", 8, "stoppable", 1565149736.0, 33.0)),
    ("visualization, as its creation prints it", VISUALIZATION, 0, None, {
        "job_id": "10", "job_name": "v", "status": "1", "create_time": "1565149736000",
    }, Job(Key("10"), "v", "INIT", "1", "stoppable", 1565149736.0)),
    ("version of a processor task", VERSION, 0, "SSRSmm62Nn6vmoLWFsl", {
        "task_version_id": "T5vZJWsWFhz2DSlBV1U", "task_id": "SSRSmm62Nn6vmoLWFsl", "version_id": "dataset",
        "version_name": "V002", "status": 0, "create_time": 1606377874450, "duration_seconds": 151, "inputs": [],
    }, Job(Key("T5vZJWsWFhz2DSlBV1U", "SSRSmm62Nn6vmoLWFsl"), "V002", "INITIALIZED", 0, "stoppable",
           1606377874.45, 151.0)),
    ("service task", TASK, 0, SERVICE, {
        "id": "f" * 32, "name": "t", "service_id": SERVICE, "state": "RUNNING", "status": "a text of the service",
        "created_at": "2021-01-01T00:00:00Z", "updated_at": "2021-01-02T00:00:00Z", "schedule_status": "INACTIVATED",
        "input": {"data": [{"username": "u", "password": "p"}]}, "error": {"code": "x", "message": "y"},
    }, Job(Key("f" * 32, SERVICE), "t", "RUNNING", "RUNNING", "stoppable", 1609459200.0)),
    ("service task that may start again", TASK, 0, SERVICE, {
        "id": "f" * 32, "state": "STOPPED", "schedule_status": "activated",
    }, Job(Key("f" * 32, SERVICE), None, "STOPPED", "STOPPED", "ended",
           cautions=("has an active schedule: it may start again by itself",))),
    ("frozen service task", TASK, 0, SERVICE, {"id": "f" * 32, "state": "FROZEN"},
     Job(Key("f" * 32, SERVICE), None, "FROZEN", "FROZEN", "ended",
         cautions=("is frozen: it may resume when the account is in credit again",))),
    ("training job", TRAINING, 0, None, {
        "kind": "job",
        "metadata": {"id": "cf63aba9", "name": "trainjob", "create_time": 1630654978000, "workspace_id": "0", "user_name": "anna",
                     "description": "d", "annotations": {"job_template": "Template DL"}},
        "status": {"phase": "Running", "secondary_phase": "Running", "duration": 60000, "start_time": 0, "tasks": ["worker-0"]},
    }, Job(Key("cf63aba9"), "trainjob", "RUNNING", "Running", "stoppable", 1630654978.0, 60.0, places={"workspace_id": "0"}, owners=("anna",))),
    ("training job whose termination failed", TRAINING, 0, None, {
        "metadata": {"id": "cf63aba9"}, "status": {"phase": "Abnormal", "secondary_phase": "TerminatedFailed", "duration": 0},
    }, Job(Key("cf63aba9"), None, "ABNORMAL", "Abnormal", "ended", None, 0.0,
           cautions=("is abnormal: look in the console whether it still holds resources",
                     "has the secondary phase TerminatedFailed: look in the console whether it still holds resources",))),
    ("training job that could not be created", TRAINING, 0, None, {
        "metadata": {"id": "cf63aba9"}, "status": {"phase": "Abnormal", "secondary_phase": "CreateFailed"},
    }, Job(Key("cf63aba9"), None, "ABNORMAL", "Abnormal", "ended", cautions=("is abnormal: look in the console whether it still holds resources",))),
    ("version of an old training job, list", TRAINING_VERSION, 0, "10", {
        "version_id": 25, "version_name": "V0001", "status": 8, "create_time": 1565149736000, "start_time": 1565149736000, "duration": 532003,
        "resource_id": "4787c885-e18d-4ef1-aa12-c4ed0c364b27",
    }, Job(Key("25", "10"), "V0001", "RUNNING", 8, "stoppable", 1565149736.0, 532.003)),
    ("version of an old training job, detail", TRAINING_VERSION, 0, "10", {
        "is_success": True, "job_id": 10, "job_name": "train-flowers", "version_id": "25", "version_name": "V0001", "status": "12",
    }, Job(Key("25", "10"), "V0001", "KILLED", "12", "ended", parent_name="train-flowers")),
    ("execution of a workflow", modelarts_workflow_execution.RESOURCE, 0, "w", {
        "execution_id": "e", "name": "execution-003", "status": "running", "created_at": "2021-01-01T00:00:00Z", "workspace_id": "0",
        "workflow_id": "w", "workflow_name": "retrain", "duration": "00:05:10", "steps_execution": [{"status": "failed", "error_info": {"error_code": "x"}}],
    }, Job(Key("e", "w"), "execution-003", "RUNNING", "running", "stoppable", 1609459200.0, places={"workspace_id": "0"}, parent_name="retrain")),
    ("DRS v5, list", DRS, 0, None, {
        "id": "a-jb201", "name": "n", "status": "INCRE_TRANSFER_STARTED", "create_time": "1608545869000",
        "enterprise_project_id": "0", "job_action": {"available_actions": []}, "children": [],
    }, Job(Key("a-jb201"), "n", "INCRE_TRANSFER_STARTED", "INCRE_TRANSFER_STARTED", "stoppable", 1608545869.0,
           places={"enterprise_project_id": "0"})),
    ("DRS v5, detail", DRS, 0, None, {
        "id": "a-jb201", "status": "CONFIGURATION", "create_time": "2020-12-21T10:17:49Z",
        "base_info": {"name": "n", "enterprise_project_id": "e"}, "source_endpoint": [{"db_password": "p"}],
    }, Job(Key("a-jb201"), "n", "CONFIGURATION", "CONFIGURATION", "stoppable", 1608545869.0, places={"enterprise_project_id": "e"})),
    ("DRS v3, list", DRS, 1, None, {
        "id": "a-jb101", "name": "n", "status": "RELEASE_RESOURCE_COMPLETE", "create_time": "2020-12-21 10:17:49",
        "billing_tag": False,
    }, Job(Key("a-jb101"), "n", "RELEASE_RESOURCE_COMPLETE", "RELEASE_RESOURCE_COMPLETE", "ended", 1608545869.0)),
    ("DRS v3, status", DRS, 1, None, {"id": "a-jb101", "status": "PAUSEING"},
     Job(Key("a-jb101"), None, "PAUSING", "PAUSEING", "stoppable")),
]


@pytest.mark.parametrize(
    ("resource", "dialect", "parent", "item", "job"), [pytest.param(*row[1:], id=row[0]) for row in SAMPLES]
)
def test_samples(resource, dialect, parent, item, job):
    assert read(resource, item, parent, dialect) == job


@pytest.mark.parametrize("value", [None, "", " ", ".", "..", "a/b", "a?b", "%2e", True, False, [], {}, 1.5, "x" * 129])
@pytest.mark.parametrize("resource", RESOURCES, ids=lambda resource: resource.name)
def test_an_item_without_a_usable_id_is_no_job(resource, value):
    key = resource.dialects[0].fields.id[0]
    assert read(resource, {key: value, "status": 8, "state": "RUNNING"}) is None
    assert read(resource, {}) is None


@pytest.mark.parametrize(("field", "value", "fact", "expected", "unreadable"), [
    ("create_time", 0, "created", None, {"created_at"}), ("create_time", "soon", "created", None, {"created_at"}),
    ("create_time", True, "created", None, {"created_at"}), ("create_time", {}, "created", None, {"created_at"}),
    ("create_time", 10**400, "created", None, {"created_at"}), ("create_time", None, "created", None, set()),
    ("create_time", "", "created", None, set()),
    ("create_time", "2019-08-07T03:48:56Z", "created", 1565149736.0, set()),
    ("create_time", "0001-01-01T00:00:00Z", "created", None, {"created_at"}),
    ("duration", "long", "duration", None, {"duration"}), ("duration", -1, "duration", None, {"duration"}),
    ("duration", True, "duration", None, {"duration"}), ("duration", [], "duration", None, {"duration"}),
    ("duration", {}, "duration", None, {"duration"}), ("duration", float("nan"), "duration", None, {"duration"}),
    ("duration", float("inf"), "duration", None, {"duration"}), ("duration", 10**17, "duration", None, {"duration"}),
    ("duration", None, "duration", None, set()), ("duration", "", "duration", None, set()),
    ("duration", 0, "duration", 0.0, set()), ("duration", "33000", "duration", 33.0, set()),
    ("job_name", 5, "name", "5", set()), ("job_name", None, "name", None, set()), ("job_name", [], "name", None, set()),
    ("job_name", True, "name", None, set()), ("job_name", "a\x1b[2J\n", "name", "a\x1b[2J\n", set()),
    ("job_name", "", "name", "", set()), ("workspace_id", "w", "places", {"workspace_id": "w"}, set()),
    ("workspace_id", 0, "places", {"workspace_id": "0"}, set()), ("workspace_id", "", "places", {}, set()),
])
def test_facts_that_make_sense_and_facts_that_do_not(field, value, fact, expected, unreadable):
    job = read(VISUALIZATION, {"job_id": 1, "status": 8, field: value})
    assert getattr(job, fact) == expected
    assert job.unreadable == unreadable
    assert job.phase == "stoppable", "one fact does not spoil another"


@pytest.mark.parametrize(("kind", "moment"), [("TIMING", 1700003600.0), ("timing", 1700003600.0), (None, 1700003600.0), ("IDLE", None), ("idle", None)])
def test_nobody_can_tell_when_an_idle_notebook_stops(kind, moment):
    lease = {"create_at": 1700000000000, "duration": 3600000, "enable": True, "type": kind}
    assert read(modelarts_notebook.RESOURCE, {"id": "n", "status": "RUNNING", "lease": lease}).lease == moment


def test_a_huge_duration_makes_no_sense():
    assert read(VISUALIZATION, {"job_id": 1, "status": 8, "duration": 10**400}).unreadable == {"duration"}


@pytest.mark.parametrize(("item", "paths", "value"), [
    ({"a": 1}, ("a",), 1), ({"a": {"b": 2}}, ("a.b",), 2), ({"a": None, "b": 3}, ("a", "b"), 3),
    ({"a": 0}, ("a", "b"), 0),
    ({"a": {"b": None}, "c": 4}, ("a.b", "c"), 4), ({"a": [1]}, ("a.b",), None), ({"a": "x"}, ("a.b", "a"), "x"),
    ({}, ("a",), None), ({"a": 1}, (), None), ({"a.b": 1}, ("a.b",), None),
])
def test_paths_into_an_item(item, paths, value):
    assert find(item, paths) == value


@pytest.mark.parametrize(("value", "text"), [
    ("x", "x"), (5, "5"), (0, "0"), ("", ""), (None, None), (True, None), (1.5, None), ([], None), ({}, None),
    ("\u202ex\t", "\u202ex\t"),
])
def test_texts_in_an_item(value, text):
    assert text_at({"a": value}, ("a",)) == text


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-10**20, 10**20) | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3), max_leaves=6,
)
KEYS = ("id", "job_id", "task_version_id", "name", "job_name", "status", "state", "create_time", "created_at",
        "duration", "duration_seconds", "base_info", "schedule_status", "workspace_id", "enterprise_project_id")


@reproducible
@given(st.fixed_dictionaries({}, optional=dict.fromkeys(KEYS, json_values)),
       st.sampled_from([(resource, dialect) for resource in RESOURCES for dialect in range(len(resource.dialects))]))
def test_no_item_whatsoever_is_an_error(item, kind):
    resource, dialect = kind
    job = read(resource, item, "p", dialect)
    if job is not None:
        assert job.key.id and "/" not in job.key.id
        assert job.phase in ("stoppable", "stopping", "ended", "unknown")
        assert job.status is None or job.status == plain(job.status)
