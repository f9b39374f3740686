# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Huawei's own SDK as a witness: it lists, shows and stops at the simulator, and its stop is the one that our module sends.

The SDK is written by those who run the service, and knows nothing of this project. Where it works at the simulator, paths, bodies
and fields are not made up. DRS has such a test at tests/unit/simulator/test_simulator_signature.py.
"""

from __future__ import annotations

import dataclasses
import importlib
import json
from collections.abc import Iterator
from typing import Any

import pytest

from ansible_collections.otc.teardown.plugins.module_utils._modules.kinds import KINDS as RESOURCES
from tests.simulator import Simulator
from tests.support.all_kinds import ALL_KINDS
from tests.support.harness import Kind, outcomes
from tests.support.witnesses import as_we_write_it, expected, kind_of, sent

PROJECT = "0123456789abcdef0123456789abcdef"
ACCESS_KEY, SECRET_KEY = "SIMULATORAK000000001", "simulator-secret-key"
SERVICES = ("modelarts", "dli", "mrs")

Fields = dict[str, Any]
# The name of an operation (also that of its request, in camel case) and the fields of its request.
Operation = tuple[str, Fields]


@dataclasses.dataclass(frozen=True)
class Witness:
    """How the SDK does what one of our modules does.

    `body` is the class of the stop's body and its fields, `job` the place of a job in the answer to
    `show`, and `names` what the SDK calls the list, the id, the name and the status there.
    """

    package: str
    client: str
    list: Operation
    show: str
    stop: str
    id_option: str
    names: tuple[str, str, str | None, str]
    body: tuple[str, Fields] | None = None
    job: str = ""
    parent_option: str = ""
    parents: tuple[str, str, str, str] | None = None
    """Package, operation, list and field of the id, for what is above the jobs."""


def modelarts(**facts: Any) -> Witness:
    """What is in the SDK for ModelArts."""
    return Witness("huaweicloudsdkmodelarts.v1", "ModelArtsClient", **facts)


def dli(**facts: Any) -> Witness:
    """What is in the SDK for Data Lake Insight."""
    return Witness("huaweicloudsdkdli.v1", "DliClient", **facts)


_ROW = ("data", "id", "name", "status")
WITNESSES = {
    "modelarts_notebook": modelarts(
        list=("list_all_notebooks", {"limit": 10, "offset": 0}), show="show_notebook", stop="stop_notebook", id_option="id", names=_ROW,
    ),
    "modelarts_training_job": modelarts(
        list=("list_training_jobs", {"body": ("JobSearches", {"limit": 50, "offset": 0, "sort_by": "create_time", "order": "asc"})}),
        show="show_training_job_details", stop="stop_training_job", id_option="training_job_id",
        names=("items", "metadata.id", "metadata.name", "status.phase"), body=("JobActionType", {"action_type": "terminate"}),
    ),
    "modelarts_inference_service": modelarts(
        list=("list_infer_services", {"limit": 500, "offset": 0}), show="show_infer_service", stop="stop_infer_service",
        id_option="service_id", names=_ROW,
    ),
    "modelarts_workflow_execution": modelarts(
        list=("list_workflow_executions", {"limit": "100", "offset": "0"}), show="show_workflow_execution",
        stop="create_workflow_executions_actions", id_option="execution_id", names=("items", "execution_id", "name", "status"),
        body=("ExecutionAction", {"action_name": "stop"}), parent_option="workflow_id",
        parents=("huaweicloudsdkmodelarts.v1", "list_workflows", "items", "workflow_id"),
    ),
    "modelarts_lite_server": modelarts(
        list=("list_all_dev_servers", {}), show="show_dev_server", stop="stop_dev_server", id_option="id", names=_ROW,
    ),
    "dli_spark_batch": dli(
        list=("list_spark_jobs", {"size": 100, "_from": 0}), show="show_spark_job", stop="cancel_spark_job", id_option="batch_id",
        names=("sessions", "id", "name", "state"),
    ),
    "dli_sql_job": dli(
        list=("list_sql_jobs", {"page_size": 100, "current_page": 1, "job_status": "RUNNING"}), show="show_sql_job_status",
        stop="cancel_sql_job", id_option="job_id", names=("jobs", "job_id", None, "status"),
    ),
    "mrs_job": Witness(
        "huaweicloudsdkmrs.v2", "MrsClient", list=("show_job_exe_list_new", {"limit": "100", "offset": "1"}), show="show_single_job_exe",
        stop="stop_job", id_option="job_execution_id", names=("job_list", "job_id", "job_name", "job_state"), job="job_detail",
        parent_option="cluster_id", parents=("huaweicloudsdkmrs.v1", "list_clusters", "clusters", "cluster_id"),
    ),
}
# Where the SDK and the reference of the Open Telekom Cloud are of two minds, or where we know what the SDK does not.
UNKNOWN_PARAMETERS = {
    "modelarts_notebook": {"workspaceId"},  # of the reference; we send both
    "modelarts_lite_server": {"offset", "limit"},  # the SDK knows no paging there; we ask for the rest all the same
}
UNKNOWN_FIELDS = {
    ("modelarts_notebook", "list"): {"create_at"},  # in samples of the reference only
    ("modelarts_notebook", "show"): {"create_at"},
    ("modelarts_inference_service", "show"): {"user_name"},  # only the list tells whose it is
    ("dli_spark_batch", "show"): {"duration"},  # nor does the reference know it there
}
MADE_UP = {
    "modelarts_notebook": {"create_at", "update_at"},  # in samples of the reference
    "modelarts_training_job": {"ai_project"},  # in the reference
}
every_witness = pytest.mark.parametrize("name", WITNESSES)


class Sdk:
    """The SDK's client for one kind, pointed at a simulator and logged in by an access key."""

    def __init__(self, sim: Simulator, kind: Kind, witness: Witness, package: str = "") -> None:
        self.witness = witness
        self.above = {witness.parent_option: kind.parent[1]} if kind.parent else {}
        self.package = imported(package or witness.package)
        builder = getattr(self.package, witness.client).new_builder()
        self.client = builder.with_credentials(credentials()).with_endpoint(sim.url).build()

    def call(self, operation: str, **fields: Any) -> Any:
        """The answer to an operation."""
        given = {key: self._made(value) if isinstance(value, tuple) else value for key, value in fields.items()}
        request = class_of(self.package, operation, "Request")(**given)
        return getattr(self.client, operation)(request)

    def jobs(self) -> list[dict[str, Any]]:
        """The rows of the list."""
        operation, fields = self.witness.list
        listed = self.call(operation, **self.above, **fields)
        return [self._row(job) for job in getattr(listed, self.witness.names[0])]

    def show(self, job_id: str) -> dict[str, Any]:
        """One job."""
        answer = self.call(self.witness.show, **self.above, **{self.witness.id_option: job_id})
        return self._row(at(answer, self.witness.job))

    def stop(self, job_id: str) -> Any:
        """The answer to a stop."""
        body = {"body": self.witness.body} if self.witness.body else {}
        return self.call(self.witness.stop, **self.above, **{self.witness.id_option: job_id}, **body)

    def _row(self, job: Any) -> dict[str, Any]:
        _items, *places = self.witness.names
        values = (at(job, place) if place else None for place in places)
        return dict(zip(("id", "name", "status"), values))

    def _made(self, body: tuple[str, Fields]) -> Any:
        return getattr(self.package, body[0])(**body[1])


def imported(package: str) -> Any:
    """A package of the SDK; without it, the test is skipped."""
    pytest.importorskip(package.partition(".")[0])
    return importlib.import_module(package)


def credentials() -> Any:
    """Those of the simulator's user, for its project."""
    return imported("huaweicloudsdkcore.auth.credentials").BasicCredentials(ACCESS_KEY, SECRET_KEY, PROJECT)


def class_of(package: Any, operation: str, role: str) -> Any:
    """The class of an operation's request or response."""
    return getattr(package, "".join(word.capitalize() for word in operation.split("_")) + role)


def typed(model: Any) -> dict[str, str]:
    """The fields of a class of the SDK, as they are sent, and their types."""
    return {sent: model.openapi_types[name] for name, sent in model.attribute_map.items()}


def is_known(package: Any, model: str, path: str) -> bool:
    """Whether the class of this name has a field at the dotted path."""
    name, _dot, rest = path.partition(".")
    fields = typed(getattr(package, model))
    return name in fields and (not rest or is_known(package, fields[name], rest))


def strange(package: Any, operation: str, answer: Any) -> set[str]:
    """The keys of an answer that its class does not know."""
    document = json.loads(answer.raw_content or "{}")
    return set(_strange_in(package, class_of(package, operation, "Response").__name__, document))


def _strange_in(package: Any, model: str, value: Any) -> Iterator[str]:
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, dict) and hasattr(package, model):
            fields = typed(getattr(package, model))
            yield from item.keys() - fields.keys()
            for key in item.keys() & fields.keys():
                yield from _strange_in(package, fields[key].removeprefix("list[").removesuffix("]"), item[key])


def at(value: Any, path: str) -> Any:
    """The attribute at this dotted path; the value itself without one."""
    for name in path.split(".") if path else ():
        value = getattr(value, name)
    return value


def at_the_root(sim: Simulator) -> dict[str, str]:
    """Endpoints without a path, as the SDK takes them: it drops the simulator's prefixes, so our module must do without them as well."""
    return {**sim.endpoints, **dict.fromkeys(SERVICES, sim.url)}


@every_witness
def test_the_sdk_lists_and_shows_what_the_simulator_has(name: str) -> None:
    kind, witness = kind_of(name), WITNESSES[name]
    with kind.cloud({}, {}) as sim:
        sdk = Sdk(sim, kind, witness)
        wanted = [expected(kind, number, witness.names[2] is not None) for number in (1, 2)]
        assert sorted((as_we_write_it(kind, row) for row in sdk.jobs()), key=lambda row: row["id"]) == wanted
        assert as_we_write_it(kind, sdk.show(kind.id(1))) == wanted[0]
        assert sim.writes() == []


@every_witness
def test_the_stop_of_the_sdk_is_that_of_our_module(name: str) -> None:
    kind = kind_of(name)
    with kind.cloud({}, {}) as theirs, kind.cloud({}, {}) as ours:
        Sdk(theirs, kind, WITNESSES[name]).stop(kind.id(1))
        result = kind.stop(ours, 1, endpoints=at_the_root(ours))
        assert outcomes(result) == {kind.id(1): "stopped"}, result.get("msg")
        assert sent(theirs) == sent(ours)
        assert len(sent(theirs)) == kind.accepted(theirs, 1) == kind.accepted(ours, 1) == 1
        assert kind.accepted(theirs, 2) == 0


@every_witness
def test_our_module_sees_that_the_sdk_has_stopped_a_job(name: str) -> None:
    """As when somebody else was faster. Some kinds have no status for a job that is being stopped, so that takes no time here."""
    kind = kind_of(name)
    with kind.cloud({}, stop_delay=0) as sim:
        Sdk(sim, kind, WITNESSES[name]).stop(kind.id(1))
        result = kind.stop(sim, 1)
        assert outcomes(result)[kind.id(1)] == "already_ended", result.get("msg")
        assert (result["changed"], len(sim.writes())) == (False, 1)


@every_witness
def test_the_sdk_reads_the_refusal_of_a_second_stop(name: str) -> None:
    refused = imported("huaweicloudsdkcore.exceptions.exceptions").ServiceResponseException
    kind = kind_of(name)
    with kind.cloud({"status": kind.completed}) as sim:
        with pytest.raises(refused) as caught:
            Sdk(sim, kind, WITNESSES[name]).stop(kind.id(1))
        assert caught.value.error_code and caught.value.error_msg
        assert kind.accepted(sim, 1) == 0


@pytest.mark.parametrize("name", [name for name, witness in WITNESSES.items() if witness.parents])
def test_the_sdk_lists_what_is_above_the_jobs(name: str) -> None:
    kind, witness = kind_of(name), WITNESSES[name]
    assert kind.parent and witness.parents
    package, operation, items, place = witness.parents
    with kind.cloud({}) as sim:
        answer = Sdk(sim, kind, witness, package).call(operation)
        assert [at(row, place) for row in getattr(answer, items)] == [kind.parent[1]]


@every_witness
def test_the_paths_of_our_description_are_those_of_the_sdk(name: str) -> None:
    """Without a simulator: what the SDK would send, beside the description."""
    witness = WITNESSES[name]
    package = imported(witness.package)
    dialect = RESOURCES[name].dialects[0]
    assert dialect.read_one and dialect.stop_one
    calls = {witness.list[0]: dialect.listing.call, witness.show: dialect.read_one.call, witness.stop: dialect.stop_one.call}
    for operation, call in calls.items():
        told = getattr(getattr(package, witness.client), f"_{operation}_http_info")(class_of(package, operation, "Request")())
        ours = call.path.replace("{id}", f"{{{witness.id_option}}}").replace("{parent}", f"{{{witness.parent_option}}}")
        assert (told["method"], told["resource_path"]) == (call.method, ours)


@every_witness
def test_the_parameters_of_our_lists_are_those_of_the_sdk(name: str) -> None:
    kind, witness = kind_of(name), WITNESSES[name]
    package = imported(witness.package)
    listing = RESOURCES[name].dialects[0].listing
    request = package.JobSearches if listing.in_body else class_of(package, witness.list[0], "Request")
    with kind.cloud({}) as sim:
        kind.info(sim, all=True)
        [entry, *_more] = [entry for entry in sim.journal(operation="list") if entry["resource"] == name]
    given = {*entry["query"], *(entry["body"] or {}), *(name for names in listing.filters.values() for name in names)}
    assert given - set(request.attribute_map.values()) == UNKNOWN_PARAMETERS.get(name, set())


@every_witness
def test_the_fields_that_we_read_are_those_of_the_sdk(name: str) -> None:
    witness = WITNESSES[name]
    package = imported(witness.package)
    dialect = RESOURCES[name].dialects[0]
    answer = class_of(package, witness.list[0], "Response")
    row = typed(answer)[dialect.listing.items].removeprefix("list[").removesuffix("]")
    assert dialect.listing.total in typed(answer)
    fields = dialect.fields
    paths = {*fields.id, *fields.name, *fields.status, *fields.created, *fields.duration, *fields.owner, *fields.parent_name, *fields.tags}
    shown = row if witness.job else class_of(package, witness.show, "Response").__name__
    assert {path for path in paths if not is_known(package, row, path)} == UNKNOWN_FIELDS.get((name, "list"), set())
    assert {path for path in paths if not is_known(package, shown, path)} == UNKNOWN_FIELDS.get((name, "show"), set())


@every_witness
def test_the_simulator_makes_up_no_fields(name: str) -> None:
    kind, witness = kind_of(name), WITNESSES[name]
    with kind.cloud({}) as sim:
        sdk = Sdk(sim, kind, witness)
        operation, fields = witness.list
        answers = {
            operation: sdk.call(operation, **sdk.above, **fields),
            witness.show: sdk.call(witness.show, **sdk.above, **{witness.id_option: kind.id(1)}),
            witness.stop: sdk.stop(kind.id(1)),
        }
        made_up = {path for one, answer in answers.items() for path in strange(sdk.package, one, answer)}
    assert made_up == MADE_UP.get(name, set())


TAGS = {"team": "data", "stage": ""}


def told(tags: Any) -> dict[str, Any]:
    """Key -> value of the tags in an answer, as the SDK has read it."""
    return {tag.key: tag.value for tag in tags}


@pytest.mark.parametrize("name", [name for name in WITNESSES if any(dialect.fields.tags for dialect in RESOURCES[name].dialects)])
def test_the_sdk_reads_the_tags_that_we_read(name: str) -> None:
    kind = kind_of(name)
    with kind.cloud({"tags": TAGS}) as sim:
        sdk = Sdk(sim, kind, WITNESSES[name])
        operation, fields = sdk.witness.list
        [listed] = getattr(sdk.call(operation, **fields), sdk.witness.names[0])
        shown = at(sdk.call(sdk.witness.show, **{sdk.witness.id_option: kind.id(1)}), sdk.witness.job)
        [row] = kind.info(sim, all=True)["jobs"]
        assert told(listed.tags) == told(shown.tags) == row["tags"] == TAGS


def test_the_sdk_reads_the_tags_of_a_cluster() -> None:
    kind, witness = kind_of("mrs_job"), WITNESSES["mrs_job"]
    scenario = kind.scenario({})
    scenario[kind.jobs_key][0]["fields"] = {"tags": "team=data,stage="}
    assert witness.parents
    package, operation, items, _place = witness.parents
    with Simulator(scenario) as sim:
        [cluster] = getattr(Sdk(sim, kind, witness, package).call(operation), items)
        [row] = kind.info(sim, all=True, exclude={"tags": {"a": "b"}})["jobs"]  # reads them if the list of clusters was not needed
        assert (cluster.tags, row["tags"]) == ("team=data,stage=", TAGS)


@pytest.mark.parametrize("api", ["v3", "v5"])
def test_the_sdk_reads_the_tags_of_a_replication(api: str) -> None:
    """The lists of both APIs have no tags in the SDK, so we ask for the details as well."""
    package = imported(f"huaweicloudsdkdrs.{api}")
    kind = next(one for one in ALL_KINDS if one.module == "drs_job" and one.options["drs_api"] == api)
    client = package.DrsClient.new_builder().with_credentials(credentials())
    with kind.cloud({"tags": TAGS}) as sim:
        client = client.with_endpoint(sim.url).build()
        if api == "v5":
            shown = client.show_job_detail(package.ShowJobDetailRequest(job_id=kind.id(1), type="detail")).job.base_info
        else:
            asked = package.BatchListJobDetailsRequest(body=package.BatchQueryJobReqPage(jobs=[kind.id(1)]))
            [shown] = client.batch_list_job_details(asked).results
        [row] = kind.info(sim, all=True, tags=True)["jobs"]
        assert told(shown.tags) == row["tags"] == TAGS
    row_class = package.JobInfo if api == "v3" else package.JobListResp
    assert "tags" not in typed(row_class)
