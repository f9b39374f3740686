# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Running whole modules in this process, against a simulated cloud over real HTTP."""

from __future__ import annotations

import contextlib
import dataclasses
import importlib
import io
import json
import os
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from unittest import mock

import pytest
import requests
from ansible.module_utils import basic
from ansible.module_utils.common import warnings

from tests.simulator import Simulator
from tests.support.virtual_time import virtual_time

PASSWORD_LOGIN = {
    "region": "eu-de",
    "username": "deployer",
    "password": "simulator-password",
    "domain_name": "OTC-EU-DE-00000000001000000000",
    "project_name": "eu-de",
}
PACE = {"wait_interval": 1}

_CLOUD_VARIABLES = ("OS_", "OTC_", "HUAWEICLOUD_")


def run_module(name: str, args: Mapping[str, Any], **modes: Any) -> dict[str, Any]:
    """The result of one call of a module of this collection; see `run_main`."""
    module = importlib.import_module(f"ansible_collections.otc.teardown.plugins.modules.{name}")
    return run_main(module.main, args, **modes)


def run_main(
    main: Callable[[], None],
    args: Mapping[str, Any],
    check_mode: bool = False,
    diff_mode: bool = False,
    environ: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """The result of a module's main with exactly these options and these cloud variables in the environment."""
    given = {**args, "_ansible_check_mode": check_mode, "_ansible_diff": diff_mode}
    output = io.StringIO()
    getattr(warnings, "_global_warnings").clear()  # noqa: B009 - of earlier calls in this process
    ended = contextlib.suppress(SystemExit)
    with _module_args(given), _environment(environ or {}), contextlib.redirect_stdout(output), ended:
        main()
    return json.loads(output.getvalue())


def run(sim: Simulator, name: str, args: Mapping[str, Any], **modes: Any) -> dict[str, Any]:
    """The result of one module call at a simulator, logged in by password unless the options say otherwise."""
    pace = {} if name.endswith("_info") or name.startswith("iam_") else PACE
    return run_at(sim, name, {**PASSWORD_LOGIN, "endpoints": sim.endpoints, **pace, **args}, **modes)


def run_at(sim: Simulator, name: str, args: Mapping[str, Any], **modes: Any) -> dict[str, Any]:
    """The result of `run_module` with pauses that take no time, neither for the module nor for the simulator.

    So times in a test can be as long as in life, and a busy machine cannot use them up.
    """
    with virtual_time(sim):
        return run_module(name, args, **modes)


def token_of(sim: Simulator) -> str:
    """A token, got by a login of its own."""
    answer = requests.post(sim.endpoints["iam"] + "/auth/tokens", timeout=10, json={"auth": {
        "identity": {"methods": ["password"], "password": {"user": {
            "name": PASSWORD_LOGIN["username"],
            "password": PASSWORD_LOGIN["password"],
            "domain": {"name": PASSWORD_LOGIN["domain_name"]},
        }}},
        "scope": {"project": {
            "name": PASSWORD_LOGIN["project_name"], "domain": {"name": PASSWORD_LOGIN["domain_name"]},
        }},
    }})
    return answer.headers["X-Subject-Token"]


def outcomes(result: Mapping[str, Any]) -> dict[str, str]:
    """Job id -> outcome."""
    return {row["id"]: row["outcome"] for row in result["jobs"]}


@dataclasses.dataclass(frozen=True)
class Kind:
    """One kind of job as the tests need it: how it is put into a scenario, named in options, and stopped.

    `jobs_key` is the list of a scenario, `parent` the option, the id and the key of the jobs below a
    parent. `unknown` is a status that nobody documents; `stopping` is None where there is no such status.
    """

    label: str
    module: str
    ids_option: str
    jobs_key: str
    id_form: str
    running: str
    stopping: str | None
    stopped: str
    completed: str
    unknown: str | int
    refusal: str
    parent: tuple[str, str, str] | None = None
    options: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    names_are_ids: bool = False

    def id(self, number: int) -> str:
        """The id of the job with this number."""
        return self.id_form.format(number)

    def scenario(self, *jobs: Mapping[str, Any], **more: Any) -> dict[str, Any]:
        """A scenario with these jobs, numbered from 1, which take 0.05 s to stop unless they say otherwise."""
        listed = [{"id": self.id(n), "name": f"job-{n}", **job} for n, job in enumerate(jobs, start=1)]
        if self.names_are_ids:
            listed = [{**job, "id": job["name"]} for job in listed]
        above = [{"id": self.parent[1], self.parent[2]: listed}] if self.parent else listed
        return {"stop_delay": 0.05, self.jobs_key: above, **more}

    def cloud(self, *jobs: Mapping[str, Any], **more: Any) -> Simulator:
        """A simulator with this scenario."""
        return Simulator(self.scenario(*jobs, **more))

    def args(self, *numbers: int, **options: Any) -> dict[str, Any]:
        """Options that select the jobs with these numbers; with none, those are left to `options`."""
        above = {self.parent[0]: self.parent[1]} if self.parent and "jobs" not in options else {}
        named = {self.ids_option: [self.id(number) for number in numbers]} if numbers else {}
        return {**self.options, **above, **named, **options}

    def stop(
        self, sim: Simulator, *numbers: int, check_mode: bool = False, diff_mode: bool = False, **options: Any
    ) -> dict[str, Any]:
        """The result of the resource module for the jobs with these numbers, or whatever `options` select."""
        args = {"wait_timeout": 600, **self.args(*numbers, **options)}
        return run(sim, self.module, args, check_mode=check_mode, diff_mode=diff_mode)

    def info(self, sim: Simulator, *numbers: int, **options: Any) -> dict[str, Any]:
        """The result of the info module."""
        return run(sim, f"{self.module}_info", self.args(*numbers, **options))

    def accepted(self, sim: Simulator, number: int) -> int:
        """How many stops of the job with this number were accepted."""
        return sim.accepted(self.module, self.id(number))

    def stop_operation(self, jobs: int = 1) -> str:
        """What the journal calls a stop of so many jobs at once."""
        batch = self.module == "drs_job" and (jobs > 1 or self.options == {"drs_api": "v3"})
        return "batch_stop" if batch else "stop"


_PROCESSOR = "modelarts_processor_task_version"
_DRS: dict[str, Any] = {
    "module": "drs_job", "ids_option": "job_ids", "jobs_key": "drs_jobs", "id_form": "c7debc9c-8e09-4a5d-8dd6-{:07d}jb20r",
    "running": "INCRE_TRANSFER_STARTED", "stopping": "RELEASE_RESOURCE_STARTED", "stopped": "RELEASE_RESOURCE_COMPLETE",
    "completed": "RELEASE_RESOURCE_COMPLETE", "unknown": "HIBERNATING", "refusal": "DRS.M01504",
}
KINDS = (
    Kind("visualization", "modelarts_visualization_job", "job_ids", "visualization_jobs", "{}",
         "RUNNING", "KILLING", "KILLED", "COMPLETED", 77, "ModelArts.0105"),
    Kind("processor", _PROCESSOR, "version_ids", "processor_tasks", "version{:012d}",
         "RUNNING", None, "STOPPED", "COMPLETED", 77, "ModelArts.4850", ("task_id", "task0000000000000001", "versions")),
    Kind("service", "modelarts_service_task", "task_ids", "services", "{:032x}",
         "RUNNING", "STOPPING", "STOPPED", "SUCCEEDED", "HIBERNATING", "ModelArts.5044",
         ("service_id", "a1b2c3d4-0000-4000-8000-000000000001", "tasks")),
    Kind("training", "modelarts_training_job", "job_ids", "training_jobs", "cf63aba9-63b1-4219-b717-{:012d}",
         "RUNNING", "TERMINATING", "TERMINATED", "COMPLETED", "HIBERNATING", "ModelArts.2878"),
    Kind("inference", "modelarts_service", "service_ids", "inference_services", "195c1f2d-136d-40af-a0f3-{:012d}",
         "RUNNING", "STOPPING", "STOPPED", "FINISHED", "HIBERNATING", "ModelArts.3519"),
    Kind("drs-v5", **_DRS, options={"drs_api": "v5"}),
    Kind("drs-v3", **_DRS, options={"drs_api": "v3"}),
)
each_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.label)
"""Runs a test for one kind of each shape: flat list, parents, list by POST, stop by PUT, batches, two dialects. See tests/support/all_kinds.py for all."""


def before_stops(sim: Simulator) -> list[str]:
    """What the journal holds up to the first stop, that included."""
    operations = [entry["operation"] for entry in sim.journal()]
    return operations[: next(n for n, name in enumerate(operations, start=1) if name in ("stop", "batch_stop"))]


@contextlib.contextmanager
def _module_args(args: Mapping[str, Any]) -> Iterator[None]:
    raw = json.dumps({"ANSIBLE_MODULE_ARGS": dict(args)}).encode("utf-8")
    with mock.patch.object(basic, "_ANSIBLE_ARGS", raw), mock.patch.object(basic, "_ANSIBLE_PROFILE", "legacy", create=True):
        yield


@contextlib.contextmanager
def _environment(variables: Mapping[str, str]) -> Iterator[None]:
    clean = {key: value for key, value in os.environ.items() if not key.startswith(_CLOUD_VARIABLES)}
    with mock.patch.dict(os.environ, {**clean, **variables}, clear=True):
        yield
