# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What RETURN says is what comes back: the same keys at each level, the types, and samples from a recorded run."""

from __future__ import annotations

import importlib
import json

import pytest
import yaml

from tests.simulator import Simulator
from tests.support.harness import KINDS, run

# Of each kind the job that the documentation speaks of, and two that have ended.
JOBS = {
    "modelarts_visualization_job": {"id": 10, "name": "tb-dev", "created_at": "2019-08-07T03:48:56Z"},
    "modelarts_processor_task_version": {"id": "tYzCVnNHnSvMqZEp8kX", "name": "V002", "created_at": "2020-11-26T08:04:34Z"},
    "modelarts_service_task": {
        "id": "53e4c2b1a09f8e7d6c5b4a3928b55b3e", "name": "camera-7", "created_at": "2021-01-01T00:00:00Z", "fields": {"creator": "anna"},
    },
    "drs_job": {"id": "c7debc9c-8e09-4a5d-8dd6-cc44f78jb20r", "name": "DRS-orders", "created_at": "2020-12-21T10:57:49Z"},
}
PARENTS = {"task_id": "pkxyYJDmEWSoZlr5rPm", "service_id": "88bb1c2d-0a1b-4c2d-8e3f-0123456789ab"}
PARENT_NAMES = {"task_id": "augment-images", "service_id": "gate-cameras"}
DENIED = {"resource": "modelarts_visualization_job", "operation": "list", "status": 403, "code": "ModelArts.0112",
          "message": "Insufficient permissions"}
HOSTS = {"dlf": "dayu-dlf"}
PROJECTS = [{"id": "0123456789abcdef0123456789abcdef", "name": "eu-de"}]
IAM = {
    "iam_caller_info": {"faults": [DENIED], "drs_jobs": [JOBS["drs_job"]]},
    "iam_project_info": {},
    "iam_token": {},
}
TYPES = {"str": str, "int": int, "bool": bool, "dict": dict, "list": list, "raw": (str, int)}
# Different in every run or with every kind that is added, or empty in those that are recorded: what is documented only looks like it.
VARIES = {"token", "expires_at", "request_id", "families", "iam_caller_info.api_calls"}
FROM_ANSIBLE = {"invocation", "warnings", "deprecations"}


def of_a_kind(kind, info):
    """(module, scenario, options) of a run that stops, or lists, the job of the documentation."""
    ended = {"status": kind.stopped, "created_at": "2019-01-01T00:00:00Z"}
    jobs = [{**JOBS[kind.module], "status": kind.running}, {"id": kind.id(90001), **ended}, {"id": kind.id(90002), **ended}]
    parent = kind.parent and PARENTS[kind.parent[0]]
    listed = [{"id": parent, "name": PARENT_NAMES[kind.parent[0]], kind.parent[2]: jobs}] if kind.parent else jobs
    selection = {"filters": {"statuses": [kind.running]}} if info else {"all": True}
    return f"{kind.module}_info" if info else kind.module, {"stop_delay": 0, kind.jobs_key: listed}, selection


def recorded():
    """(module, scenario, options) for each module."""
    for kind in KINDS:
        if kind.options != {"drs_api": "v3"}:
            yield of_a_kind(kind, info=False)
            yield of_a_kind(kind, info=True)
    for module, scenario in IAM.items():
        yield module, {"projects": PROJECTS, **scenario}, {"services": True} if module == "iam_caller_info" else {}


def problems(where, documented, values):
    """What differs between the documented keys of a level and the dictionaries (of several rows) that came back."""
    for value in values:
        if set(value) != set(documented):
            yield f"{where}: {sorted(set(value) ^ set(documented))} is documented, or returned, but not both"
    for key, facts in documented.items():
        found = [value[key] for value in values if value.get(key) is not None]
        yield from leaf_problems(f"{where}.{key}", facts, found, any(value.get(key) is None for value in values))


def leaf_problems(where, facts, found, some_null):
    wrong = [value for value in found if not isinstance(value, TYPES[facts["type"]])]
    if wrong:
        yield f"{where}: {wrong[0]!r} is no {facts['type']}"
    if "contains" in facts:
        rows = [row for value in found for row in (value if facts["type"] == "list" else [value])]
        yield from problems(where, facts["contains"], rows)
    elif VARIES & {where, where.rpartition(".")[2]}:
        if not facts.get("sample"):
            yield f"{where}: has no sample"
    elif "sample" not in facts:
        yield f"{where}: has no sample"
    elif facts["sample"] not in found and not (facts["sample"] is None and some_null):
        yield f"{where}: the sample {facts['sample']!r} is not what came back: {found}"


@pytest.mark.parametrize(("module", "scenario", "options"), [pytest.param(*one, id=one[0]) for one in recorded()])
def test_return_is_what_comes_back(module, scenario, options):
    documented = yaml.safe_load(importlib.import_module(f"ansible_collections.otc.teardown.plugins.modules.{module}").RETURN)
    with Simulator(scenario) as sim:
        text = json.dumps(run(sim, module, options))
        for service, url in sim.endpoints.items():
            text = text.replace(url, f"https://{HOSTS.get(service, service)}.eu-de.otc.t-systems.com" + ("/v3" if service == "iam" else ""))
    result = {key: value for key, value in json.loads(text).items() if key not in FROM_ANSIBLE}
    changed = result.pop("changed")
    assert changed is ("summary" in documented)
    assert list(problems(module, documented, [result])) == []
