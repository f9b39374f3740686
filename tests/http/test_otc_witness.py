# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Open Telekom Cloud's own client as a witness: otcextensions lists, shows and stops at the simulator, where Huawei's SDK has no such calls.

It logs in like openstacksdk, and finds the service by the same entry of the catalog as our modules. It has no call for the other
kinds: neither notebooks, training jobs of API v2, intelligent tasks, jobs of DLI, MRS and DataArts Factory, nor jobs of DRS.
"""

from __future__ import annotations

import dataclasses
import importlib
from collections.abc import Iterator
from typing import Any

import pytest

from ansible_collections.otc.teardown.plugins.module_utils._model.resource import Dialect
from ansible_collections.otc.teardown.plugins.module_utils._modules.kinds import KINDS as RESOURCES
from tests.simulator import Simulator
from tests.support.harness import PASSWORD_LOGIN, Kind, outcomes
from tests.support.witnesses import as_we_write_it, expected, kind_of, sent

PROJECT = "0123456789abcdef0123456789abcdef"
CATALOG = [
    {"type": "identity", "name": "iam", "url": "{url}/iam/v3", "region": "*"},
    {"type": "modelartsv1", "url": "{url}/modelarts/v1/$(tenant_id)s"},
]


@dataclasses.dataclass(frozen=True)
class Witness:
    """How otcextensions does what one of our modules does: its class, the methods of its proxy, and where a row has its name."""

    model: str
    list: str
    show: str
    stop: str
    name: str = "name"
    parents: str = ""


WITNESSES = {
    "modelarts_service": Witness("service.Service", "services", "get_service", "stop_service"),
    "modelarts_training_job_version": Witness(
        "training_job_version.TrainingJobVersion", "training_job_versions", "get_training_job_version", "stop_training_job_version",
        name="version_name", parents="training_jobs",
    ),
    "modelarts_dev_environment": Witness("devenv.Devenv", "devenv_instances", "get_devenv_instance", "stop_devenv_instance"),
    "modelarts_visualization_job": Witness(
        "visualization_job.VisualizationJob", "visualization_jobs", "get_visualization_job", "stop_visualization_job",
    ),
}
# All that the two know or do differently.
UNKNOWN_PARAMETERS = {
    "modelarts_visualization_job": {"workspace_id"},  # of the reference
}
UNKNOWN_FIELDS: dict[str, set[str]] = {}
MADE_UP: dict[str, set[str]] = {}
BLIND_TO_REFUSALS = {  # it takes `is_success: false` in a 200, which the reference shows for a refusal, for success
    "modelarts_training_job_version",
}
pytestmark = pytest.mark.filterwarnings("ignore::PendingDeprecationWarning", "ignore::DeprecationWarning")
every_witness = pytest.mark.parametrize("name", WITNESSES)


@pytest.fixture(autouse=True)
def _works_with_a_recent_openstacksdk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its classes read an attribute that openstacksdk had until 4.13: without it they fail once the answer is there."""
    resource = pytest.importorskip("openstack.resource")
    monkeypatch.setattr(resource.Resource, "has_body", True, raising=False)


class Client:
    """The client for one kind, logged in at a simulator by password."""

    def __init__(self, sim: Simulator, kind: Kind) -> None:
        self.witness = WITNESSES[kind.module]
        self.model = model_of(kind.module)
        self._parent = [kind.parent[1]] if kind.parent else []
        login = {
            "auth_url": sim.endpoints["iam"], "username": PASSWORD_LOGIN["username"], "password": PASSWORD_LOGIN["password"],
            "project_name": PASSWORD_LOGIN["project_name"],
            **dict.fromkeys(("user_domain_name", "project_domain_name"), PASSWORD_LOGIN["domain_name"]),
        }
        connection = importlib.import_module("openstack.connection").Connection(
            auth_type="v3password", auth=login, region_name=PASSWORD_LOGIN["region"],
        )
        importlib.import_module("otcextensions.sdk").register_single_service(connection, "modelartsv1", PROJECT)
        self.proxy = connection.modelartsv1

    def jobs(self) -> list[dict[str, Any]]:
        """The rows of the list."""
        return [self._row(job) for job in getattr(self.proxy, self.witness.list)(*self._parent)]

    def parents(self) -> list[str]:
        """The ids of what is above the jobs."""
        return [str(parent.id) for parent in getattr(self.proxy, self.witness.parents)()]

    def show(self, job_id: str) -> dict[str, Any]:
        """One job."""
        return self._row(getattr(self.proxy, self.witness.show)(*self._parent, self._named(job_id)))

    def stop(self, job_id: str) -> None:
        """Stop one job."""
        getattr(self.proxy, self.witness.stop)(*self._parent, self._named(job_id))

    def answer_to(self, path: str, **query: str) -> Any:
        """The document that a call returns, as the service sends it."""
        answer = self.proxy.get(path, params=query)
        assert answer.status_code == 200
        return answer.json()

    def _named(self, job_id: str) -> Any:
        """The job as its methods take it: the id; or a version of a training job, which would lose the id of the training job."""
        if not self._parent:
            return job_id
        version = self.model.new(id=job_id)
        version._uri.attributes["job_id"] = self._parent[0]
        return version

    def _row(self, job: Any) -> dict[str, Any]:
        return {"id": job.id, "name": getattr(job, self.witness.name), "status": job.status}


def model_of(name: str) -> Any:
    """Its class for this kind; without otcextensions, the test is skipped."""
    pytest.importorskip("otcextensions")
    module, _dot, model = WITNESSES[name].model.partition(".")
    return getattr(importlib.import_module(f"otcextensions.sdk.modelartsv1.v1.{module}"), model)


def dialect_of(name: str) -> Dialect:
    """Our description of its API."""
    [dialect] = RESOURCES[name].dialects
    return dialect


def cloud(kind: Kind, *jobs: dict[str, Any], **more: Any) -> Simulator:
    """A simulator with these jobs and a catalog that otcextensions knows."""
    return kind.cloud(*jobs, catalog=CATALOG, **more)


def types_of(model: Any) -> dict[str, Any]:
    """The fields of a class as they are sent, with the type of each."""
    fields = importlib.import_module("openstack.fields")
    found = {}
    for base in reversed(model.__mro__):
        for value in vars(base).values():
            if isinstance(value, fields.Body):
                found[value.name] = value.list_type or value.type
    return found


def is_known(model: Any, path: str) -> bool:
    """Whether a class has a field at the dotted path; what is below a dictionary, it leaves open."""
    name, _dot, rest = path.partition(".")
    fields = types_of(model)
    if name not in fields:
        return False
    return not rest or fields[name] is dict or is_known(fields[name], rest)


def strange_in(model: Any, value: Any) -> Iterator[str]:
    """The keys of an answer that its class does not know."""
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, dict) and isinstance(model, type) and model is not dict:
            fields = types_of(model)
            yield from item.keys() - fields.keys()
            for key in item.keys() & fields.keys():
                yield from strange_in(fields[key], item[key])


@every_witness
def test_it_lists_and_shows_what_the_simulator_has(name: str) -> None:
    kind = kind_of(name)
    with cloud(kind, {}, {}) as sim:
        client = Client(sim, kind)
        wanted = [expected(kind, number) for number in (1, 2)]
        assert sorted((as_we_write_it(kind, row) for row in client.jobs()), key=lambda row: str(row["id"])) == wanted
        assert as_we_write_it(kind, client.show(kind.id(1))) == wanted[0]
        if kind.parent:
            assert client.parents() == [kind.parent[1]]
        assert sim.writes() == []


@every_witness
def test_its_stop_is_that_of_our_module(name: str) -> None:
    kind = kind_of(name)
    with cloud(kind, {}, {}) as theirs, cloud(kind, {}, {}) as ours:
        Client(theirs, kind).stop(kind.id(1))
        result = kind.stop(ours, 1, endpoints={"iam": ours.endpoints["iam"]})
        assert outcomes(result) == {kind.id(1): "stopped"}, result.get("msg")
        assert sent(theirs) == sent(ours)
        assert len(sent(theirs)) == kind.accepted(theirs, 1) == kind.accepted(ours, 1) == 1
        assert kind.accepted(theirs, 2) == 0


@every_witness
def test_our_module_sees_that_it_has_stopped_a_job(name: str) -> None:
    kind = kind_of(name)
    with cloud(kind, {}, stop_delay=0) as sim:
        Client(sim, kind).stop(kind.id(1))
        result = kind.stop(sim, 1)
        assert outcomes(result)[kind.id(1)] == "already_ended", result.get("msg")
        assert (result["changed"], len(sim.writes())) == (False, 1)


@every_witness
def test_it_reads_the_refusal_of_a_second_stop(name: str) -> None:
    kind = kind_of(name)
    with cloud(kind, {"status": kind.completed}) as sim:
        client = Client(sim, kind)
        if name in BLIND_TO_REFUSALS:
            client.stop(kind.id(1))
        else:
            with pytest.raises(importlib.import_module("openstack.exceptions").HttpException):
                client.stop(kind.id(1))
        assert kind.accepted(sim, 1) == 0


@every_witness
def test_the_parameters_of_our_lists_are_those_that_it_knows(name: str) -> None:
    kind, listing = kind_of(name), dialect_of(name).listing
    with cloud(kind, {}) as sim:
        kind.info(sim, all=True)
        [entry, *_more] = [entry for entry in sim.journal(operation="list") if entry["resource"] == name]
    given = {*entry["query"], *(parameter for parameters in listing.filters.values() for parameter in parameters)}
    known = set(model_of(name)._query_mapping._mapping.values())
    assert given - known == UNKNOWN_PARAMETERS.get(name, set())


@every_witness
def test_the_fields_that_we_read_are_those_that_it_knows(name: str) -> None:
    fields, model = dialect_of(name).fields, model_of(name)
    paths = {*fields.id, *fields.name, *fields.status, *fields.created, *fields.duration, *fields.owner, *fields.parent_name}
    paths |= {path for place in dialect_of(name).listing.repeats for path in fields.places[place]}
    paths |= {path for path in (fields.lease[:2] if fields.lease else ()) if path} | ({fields.types[0]} if fields.types else set())
    assert {path for path in paths if not is_known(model, path)} == UNKNOWN_FIELDS.get(name, set())
    assert model.resources_key == dialect_of(name).listing.items


@every_witness
def test_the_simulator_makes_up_no_fields(name: str) -> None:
    kind, dialect = kind_of(name), dialect_of(name)
    assert dialect.read_one
    with cloud(kind, {}) as sim:
        client = Client(sim, kind)
        names = {"id": kind.id(1), "parent": kind.parent[1] if kind.parent else "", "project_id": PROJECT}
        paths = [call.path.format(**names).partition(PROJECT)[2] for call in (dialect.listing.call, dialect.read_one.call)]
        rows = [client.answer_to(paths[0], **dialect.listing.call.query)[dialect.listing.items], client.answer_to(paths[1])]
    assert {key for row in rows for key in strange_in(client.model, row)} == MADE_UP.get(name, set())
