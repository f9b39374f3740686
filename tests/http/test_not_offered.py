# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A cloud that lacks whole services: their kinds are not offered, unless somebody names them."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.otc.teardown.plugins.module_utils._modules.kinds import KINDS
from tests.simulator import Simulator
from tests.simulator.scenario import PROJECT_ID
from tests.simulator.server import routes
from tests.support.harness import PACE, PASSWORD_LOGIN, outcomes, run_at, token_of

IAM = {"type": "identity", "name": "iam", "url": "{url}/iam/v3", "region": "*"}
HERE = ("modelarts", "drs")
CATALOG = [IAM, *({"type": service, "url": f"{{url}}/{service}"} for service in HERE)]
ELSEWHERE = [name for name, kind in KINDS.items() if kind.service not in HERE]
DRS = "c7debc9c-8e09-4a5d-8dd6-cc44f78jb201"
BATCH = "0a324461-d9d9-45da-a52a-3b3c7a3d809e"
WORLD: dict[str, Any] = {"catalog": CATALOG, "drs_jobs": [{"id": DRS}], "spark_batches": [{"id": BATCH}], "stop_delay": 0.05}
MODULES = pytest.mark.parametrize("module", ["jobs", "jobs_info"])


def call(sim: Simulator, module: str, options: dict[str, Any]) -> dict[str, Any]:
    """The result of a module that knows only the address of IAM."""
    pace = {} if module.endswith("_info") else PACE
    return run_at(sim, module, {**PASSWORD_LOGIN, "auth_url": sim.endpoints["iam"], **pace, **options})


def asked(sim: Simulator) -> set[str]:
    """The services that requests were sent to."""
    return {entry["service"] for entry in sim.journal()} - {"iam"}


@MODULES
@pytest.mark.parametrize("named", [None, list(KINDS)], ids=["none named", "all named"])
def test_kinds_of_services_that_the_catalog_lacks_are_not_offered(module: str, named: list[str] | None) -> None:
    with Simulator(WORLD) as sim:
        result = call(sim, module, {"all": True, **({"resources": named} if named else {})})
        assert (result.get("failed", False), result["complete"]) == (False, True), result.get("msg")
        assert [row["id"] for row in result["jobs"]] == [DRS]
        facts = result["by_resource"]
        assert set(facts) == set(KINDS)
        assert [name for name in facts if facts[name]["not_offered"]] == ELSEWHERE
        assert {(facts[name]["api_calls"], facts[name]["error"], facts[name]["listed"]) for name in ELSEWHERE} == {(0, None, None)}
        assert asked(sim) == set(HERE)
        if module == "jobs":
            assert outcomes(result) == {DRS: "stopped"}


@MODULES
@pytest.mark.parametrize(("options", "option"), [
    ({"all": True, "resources": ["drs_job", "dli_spark_batch"]}, "endpoints.dli"),
    ({"all": True, "resources": ["drs_job", "mrs_job"]}, "endpoints.mrs"),
    ({"all": True, "resources": ["dlf_job"]}, "endpoints.dlf"),
    ({"jobs": [{"resource": "drs_job", "id": DRS}, {"resource": "dli_spark_batch", "id": BATCH}]}, "endpoints.dli"),
], ids=str)
def test_a_kind_that_is_named_must_be_offered(module: str, options: dict[str, Any], option: str) -> None:
    with Simulator(WORLD) as sim:
        result = call(sim, module, options)
        assert result["failed"] and result["msg"].startswith(f"{option}: is not given, and IAM is on this machine"), result["msg"]
        assert asked(sim) == set() and not result["changed"]


@MODULES
def test_all_kinds_of_a_service_name_none_in_particular(module: str) -> None:
    with Simulator(WORLD) as sim:
        result = call(sim, module, {"all": True, "resources": ["drs_job", "dli_spark_batch", "dli_sql_job"]})
        assert not result.get("failed"), result.get("msg")
        assert {name: facts["not_offered"] for name, facts in result["by_resource"].items()} == {
            "drs_job": False, "dli_spark_batch": True, "dli_sql_job": True,
        }


@MODULES
def test_a_cloud_without_any_of_the_services_fails(module: str) -> None:
    with Simulator({**WORLD, "catalog": [IAM]}) as sim:
        result = call(sim, module, {"all": True})
        assert result["failed"] and "is not given, and IAM is on this machine" in result["msg"], result["msg"]
        assert asked(sim) == set() and result["jobs"] == []


@MODULES
def test_an_access_key_has_no_catalog_so_what_endpoints_lack_is_not_offered(module: str) -> None:
    login = {**dict.fromkeys(PASSWORD_LOGIN), "region": "eu-de", "project_name": "eu-de", "access_key": "SIMULATORAK000000001",
             "secret_key": "simulator-secret-key"}
    with Simulator(WORLD) as sim:
        near = {service: sim.endpoints[service] for service in ("iam", *HERE)}
        result = call(sim, module, {**login, "auth_url": None, "endpoints": near, "all": True})
        assert not result.get("failed"), result.get("msg")
        assert [name for name, facts in result["by_resource"].items() if facts["not_offered"]] == ELSEWHERE


@MODULES
@pytest.mark.parametrize("named", [False, True])
def test_a_usual_address_that_nobody_answers_at_counts_as_not_offered(module: str, named: bool) -> None:
    """The catalog lacks the services, and no server listens at their usual addresses, which are on this machine."""
    with Simulator(WORLD) as sim:
        options = {"all": True, "endpoint_domain": "localhost", "api_retries": 1, **({"resources": ["drs_job", "mrs_job"]} if named else {})}
        result = call(sim, module, options)
        facts = result["by_resource"]
        assert bool(result.get("failed")) is named, result.get("msg")
        assert facts["mrs_job"]["not_offered"] is not named
        assert named or [name for name in facts if facts[name]["not_offered"]] == ELSEWHERE


def test_what_the_options_locate_is_used_although_the_catalog_lacks_it() -> None:
    with Simulator(WORLD) as sim:
        result = call(sim, "jobs", {"all": True, "endpoints": {"dli": sim.endpoints["dli"]}})
        assert outcomes(result) == {DRS: "stopped", BATCH: "stopped"}, result.get("msg")
        assert [name for name, facts in result["by_resource"].items() if facts["not_offered"]] == ["dlf_job", "mrs_job"]


@MODULES
def test_a_given_token_with_endpoints_for_some_services_needs_no_iam(module: str) -> None:
    """Services without an endpoint that no option names are left out, and nothing is sent to their usual addresses."""
    with Simulator(WORLD) as sim:
        token = token_of(sim)
        sim.clear_journal()
        near = {service: sim.endpoints[service] for service in HERE}
        login = {**dict.fromkeys(PASSWORD_LOGIN), "region": "eu-de", "token": token, "project_id": PROJECT_ID}
        result = call(sim, module, {**login, "auth_url": None, "endpoints": near, "all": True})
        assert not result.get("failed"), result.get("msg")
        assert [name for name, facts in result["by_resource"].items() if facts["not_offered"]] == ELSEWHERE
        assert sim.journal(service="iam") == []
        assert any("not looked at, since nothing says where their services are" in str(text) for text in result["warnings"])


@MODULES
@pytest.mark.parametrize("name", [name for name, kind in KINDS.items() if kind.service in HERE and name not in ("drs_job", "modelarts_visualization_job")])
@pytest.mark.parametrize("answer", [{"body": {}}, {"code": "APIGW.0101"}, {"html": 404}], ids=str)
def test_a_list_that_is_not_there_is_not_offered_while_others_of_the_service_answer(module: str, name: str, answer: dict[str, Any]) -> None:
    kind = KINDS[name]
    listing = (kind.parent.listing if kind.parent else kind.dialects[0].listing).call
    path = listing.path.removeprefix("/").replace("{project_id}", PROJECT_ID)
    with Simulator(WORLD) as sim:
        shared = [other for other, one in KINDS.items() if (one.parent.listing if one.parent else one.dialects[0].listing).call.path == listing.path]
        place = path.replace(PROJECT_ID, "{project_id}")
        resource = next(route.resource for route in routes() if route.path.endswith(place) and route.method == listing.method)
        sim.add_fault(operation="list", resource=resource, **({"status": 404, **answer} if "html" not in answer else answer))
        result = call(sim, module, {"all": True})
        assert not result.get("failed"), result.get("msg")
        assert [one for one, facts in result["by_resource"].items() if facts["not_offered"] and one not in ELSEWHERE] == [
            one for one in KINDS if one in shared]
