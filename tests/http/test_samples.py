# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What RETURN says is what comes back: the same keys at each level, the types, and samples from a recorded run."""

from __future__ import annotations

import importlib
import json

import pytest
import yaml

from ansible_collections.otc.teardown.plugins.module_utils._modules.kinds import KINDS as RESOURCES
from tests.simulator import Simulator
from tests.support.all_kinds import ALL_KINDS
from tests.support.harness import run
from tests.support.playbooks import ROOT

# What makes the simulator tell whose the job of the documentation is, and when it stops by itself.
FIELDS = {
    "modelarts_service_task": {"creator": "anna"},
    "modelarts_training_job": {"metadata": {"user_name": "anna"}},
    "modelarts_service": {"owner": "8f1d2c3b4a5968778695a4b3c2d1e0f9", "due_time": 1536562055000},
    "modelarts_inference_service": {"user_name": "anna"},
    "modelarts_notebook": {
        "user": {"name": "anna"},
        "lease": {"create_at": 1638954828000, "duration": 3600000, "enable": True, "type": "TIMING", "update_at": 1638954828000},
    },
    "modelarts_dev_environment": {"user": {"name": "anna"}, "spec": {"auto_stop": {"enable": True, "stop_timestamp": 1594888618000}}},
    "dli_spark_batch": {"owner": "anna"},
    "dli_sql_job": {"owner": "anna"},
    "mrs_job": {"user": "anna"},
    "dlf_job": {"owner": "anna"},
}
DRS = {"id": "c7debc9c-8e09-4a5d-8dd6-cc44f78jb20r", "name": "DRS-orders"}
DENIED = {"resource": "modelarts_visualization_job", "operation": "list", "status": 403, "code": "ModelArts.0112",
          "message": "Insufficient permissions"}
HOSTS = {"dlf": "dayu-dlf"}
PROJECTS = [{"id": "0123456789abcdef0123456789abcdef", "name": "eu-de"}]
IAM = {
    "iam_caller_info": {"faults": [DENIED], "drs_jobs": [DRS]},
    "iam_project_info": {},
    "iam_token": {},
}
TYPES = {"str": str, "int": int, "bool": bool, "dict": dict, "list": list, "raw": (str, int)}
# Different in every run or with every kind that is added, or empty in those that are recorded: what is documented only looks like it.
VARIES = {"token", "expires_at", "request_id", "families", "iam_caller_info.api_calls", "drs_job.jobs.tags", "drs_job_info.jobs.tags"}
FROM_ANSIBLE = {"invocation", "warnings", "deprecations"}


def sample_of(module):
    """The job that the documentation of a kind speaks of."""
    words = yaml.safe_load((ROOT / "docs" / "kinds" / f"{module}.yml").read_text(encoding="utf-8"))
    return words["sample"]


def of_a_kind(kind, info):
    """(module, scenario, options) of a run that stops, or lists, the job of the documentation, beside two that have ended."""
    sample, ended = sample_of(kind.module), {"status": kind.stopped, "created_at": "2019-01-01T00:00:00Z"}
    first = {key: sample[key] for key in ("id", "name", "created_at") if sample.get(key)}
    resource = RESOURCES[kind.module]
    running = resource.statuses.name(sample["status_before"])
    jobs = [{**first, "fields": FIELDS.get(kind.module, {}), "status": running}, *({"id": kind.id(n), **ended} for n in (90001, 90002))]
    tags = sample.get("tags", {})
    jobs[0].update({"tags": tags} if tags and not kind.parent else {})
    above = {"fields": {"tags": ",".join(map("=".join, tags.items()))}} if tags else {}
    listed = [{"id": sample["parent"], "name": sample.get("parent_name"), kind.parent[2]: jobs, **above}] if kind.parent else jobs
    selection = {"filters": {"statuses": [running]}} if info and not resource.lists_statuses else {"all": True}
    return f"{kind.module}_info" if info else kind.module, {"stop_delay": 0, kind.jobs_key: listed}, selection


def recorded():
    """(module, scenario, options) for each module."""
    for kind in ALL_KINDS:
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
