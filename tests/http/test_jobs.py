# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The modules `jobs` and `jobs_info`: all kinds in one task, over HTTP."""

from __future__ import annotations

import pathlib
from collections.abc import Mapping
from typing import Any

import pytest

from ansible_collections.otc.teardown.plugins.module_utils._modules.kinds import KINDS as RESOURCES
from tests.simulator import Simulator
from tests.support.harness import KINDS, outcomes, run

ORDER = ["modelarts_service_task", "modelarts_processor_task_version", "modelarts_visualization_job", "drs_job"]
KINDS_ONCE = [kind for kind in KINDS if kind.module in ORDER and kind.label != "drs-v3"]
ENDED = "ended"
FIRST = next(iter(RESOURCES))
TIMED = [name for name, kind in RESOURCES.items() if "running_longer_than" in kind.filters]
TIMELESS = [name for name in RESOURCES if name not in TIMED]


def cloud(*jobs: Mapping[str, Any], **more: Any) -> Simulator:
    """A simulator with these jobs of each kind; the status ENDED is that of a kind."""
    scenario: dict[str, Any] = {}
    for kind in KINDS_ONCE:
        own = [{**job, "status": kind.completed} if job.get("status") == ENDED else job for job in jobs]
        scenario.update(kind.scenario(*own))
    return Simulator({**scenario, **more})


def stop(sim: Simulator, options: Mapping[str, Any], **modes: Any) -> dict[str, Any]:
    """The result of `jobs`."""
    return run(sim, "jobs", {"wait_interval": 0.02, **options}, **modes)


def stopped_in_order(sim: Simulator) -> list[str]:
    """The kinds of the stops that were sent, in their order."""
    return list(dict.fromkeys(entry["resource"] for entry in sim.stops()))


def refuse_lists(sim: Simulator, kind: str, **fault: Any) -> None:
    """Let every request for the list of a kind fail."""
    sim.add_fault(**{"operation": "list", "resource": kind, "times": 99, **fault})


def test_everything_is_stopped_in_order_and_a_second_run_sends_nothing() -> None:
    with cloud({}, {"status": ENDED}) as sim:
        result = stop(sim, {"all": True})
        assert (result["changed"], result["summary"]) == (True, {"selected": 8, "stopped": 4, "already_ended": 4})
        assert (result["msg"], result["complete"]) == ("4 stopped, 4 already ended", True)
        assert stopped_in_order(sim) == ORDER
        assert [row["resource"] for row in result["jobs"]] == [kind for kind in ORDER for _job in range(2)]
        again = stop(sim, {"all": True})
        assert (again["changed"], len(sim.stops())) == (False, 4)


def test_one_login_and_every_request_is_counted_for_its_kind() -> None:
    with cloud({}) as sim:
        result = stop(sim, {"all": True})
        logins = [entry for entry in sim.journal() if entry["service"] == "iam"]
        assert len(logins) == 1 and result["api_calls"] == len(sim.journal())
        assert sum(facts["api_calls"] for facts in result["by_resource"].values()) == len(sim.journal()) - 1
        found = {kind: facts["summary"] for kind, facts in result["by_resource"].items()}
        assert found == {kind: {"selected": 1, "stopped": 1} if kind in ORDER else {"selected": 0} for kind in found}


def test_check_mode_predicts_the_run_and_sends_no_stop() -> None:
    with cloud({}, {}) as sim:
        checked = stop(sim, {"all": True}, check_mode=True, diff_mode=True)
        assert (checked["changed"], checked["msg"], sim.stops()) == (True, "8 would stop", [])
        done = stop(sim, {"all": True}, diff_mode=True)
        assert checked["diff"] == done["diff"] and [part["before_header"] for part in done["diff"]] == ORDER


@pytest.mark.parametrize(("options", "expected"), [
    ({"resources": ["drs_job"], "all": True}, ["drs_job"]),
    ({"filters_by_resource": {"modelarts_visualization_job": {"names": ["job-1"]}}}, ["modelarts_visualization_job"]),
    ({"filters": {"names": ["job-1"]}, "resources": ["drs_job", "modelarts_service_task"]}, ["modelarts_service_task", "drs_job"]),
    ({"all": True, "order": ["drs_job", "modelarts_visualization_job"]},
     ["drs_job", "modelarts_visualization_job", "modelarts_service_task", "modelarts_processor_task_version"]),
    ({"all": True, "filters_by_resource": {kind: {"names": ["no-*"]} for kind in ORDER[1:]}}, ORDER[:1]),
    ({"filters_by_resource": {"modelarts_service_task": {"service_id": KINDS_ONCE[2].parent[1]}}}, ORDER[:1]),
    ({"filters_by_resource": {"modelarts_service_task": {"service_id": KINDS_ONCE[2].parent[1], "names": ["no-*"]}}}, []),
    ({"all": True, "exclude": {"names": ["job-*"]}}, []),
], ids=["resources", "own filters", "filters", "order", "all but filters", "parent", "parent and filter", "exclude"])
def test_what_is_selected(options: Mapping[str, Any], expected: list[str]) -> None:
    with cloud({}) as sim:
        result = stop(sim, options)
        assert not result.get("failed"), result["msg"]
        assert stopped_in_order(sim) == expected


def test_rows_of_any_kind_are_stopped_and_no_others() -> None:
    with cloud({}, {}) as sim:
        found = run(sim, "jobs_info", {"filters": {"names": ["job-1"]}})
        assert (found["count"], found["complete"]) == (4, True)
        result = stop(sim, {"jobs": found["jobs"]})
        assert outcomes(result) == {kind.id(1): "stopped" for kind in KINDS_ONCE}
        assert {kind.label: kind.accepted(sim, 2) for kind in KINDS_ONCE} == {kind.label: 0 for kind in KINDS_ONCE}


@pytest.mark.parametrize(("limit", "stops"), [(4, 4), (3, 0)])
def test_max_stops_counts_over_all_kinds(limit: int, stops: int) -> None:
    with cloud({}) as sim:
        result = stop(sim, {"all": True, "max_stops": limit})
        assert (len(sim.stops()), bool(result.get("failed"))) == (stops, not stops)
        assert stops or "4 jobs would be stopped, but max_stops allows 3, so no job was stopped" in result["msg"]


@pytest.mark.parametrize(("how", "stops"), [("continue", 3), ("fail", 0)])
def test_a_kind_that_cannot_be_read(how: str, stops: int) -> None:
    with cloud({}) as sim:
        refuse_lists(sim, "modelarts_visualization_job", status=403, code="ModelArts.0112")
        result = stop(sim, {"all": True, "on_unreadable": how})
        assert (result["failed"], len(sim.stops()), result["complete"]) == (True, stops, False)
        assert "modelarts_visualization_job could not be read: Failed to list modelarts_visualization_job" in result["msg"]
        facts = result["by_resource"]["modelarts_visualization_job"]
        assert not facts["complete"] and "ModelArts.0112" in facts["error"]
        assert [facts["error"] for kind, facts in result["by_resource"].items() if kind in ORDER and facts["complete"] and stops] == [None] * stops


def test_a_kind_that_cannot_be_stopped_does_not_keep_the_others() -> None:
    with cloud({}) as sim:
        sim.add_fault(operation="stop", resource="modelarts_service_task", status=403, code="ModelArts.0206", times=99)
        result = stop(sim, {"all": True})
        assert (result["failed"], result["changed"], result["summary"]) == (True, True, {"selected": 4, "stopped": 3, "failed": 1})
        assert "Failed to stop modelarts_service_task" in result["msg"]
        assert "ModelArts.0206" in result["by_resource"]["modelarts_service_task"]["error"]


NOT_HERE = {"status": 404, "code": "APIG.0101"}


@pytest.mark.parametrize(("named", "failed"), [(None, False), (["modelarts_visualization_job", "modelarts_service_task"], True)])
@pytest.mark.parametrize("module", ["jobs", "jobs_info"])
def test_a_kind_that_the_cloud_does_not_offer(module: str, named: list[str] | None, failed: bool) -> None:
    with cloud({}) as sim:
        refuse_lists(sim, "modelarts_visualization_job", **NOT_HERE)
        result = run(sim, module, {"all": True, **({"resources": named} if named else {})})
        facts = result["by_resource"]["modelarts_visualization_job"]
        assert (bool(result.get("failed")), facts["not_offered"], facts["error"] is None) == (failed, not failed, not failed)
        assert result["complete"] is not failed
        assert len(result["jobs"]) == (1 if named else 3)


def test_a_whole_service_that_is_not_there_is_a_failure() -> None:
    with cloud({}) as sim:
        refuse_lists(sim, "drs_job", **NOT_HERE)
        result = stop(sim, {"all": True})
        assert result["failed"] and not result["by_resource"]["drs_job"]["not_offered"]
        assert "drs_job could not be read" in result["msg"] and len(sim.stops()) == 3


def test_a_wrong_login_is_tried_once() -> None:
    with cloud({}) as sim:
        result = run(sim, "jobs", {"all": True, "username": None, "password": None, "domain_name": None, "project_name": None,
                                   "access_key": "SIMULATORAK000000001", "secret_key": "wrong", "project_id": "0123456789abcdef0123456789abcdef"})
        assert result["failed"] and len(sim.journal()) == 1 and result["jobs"] == []


@pytest.mark.parametrize(("options", "part"), [
    ({}, "all: nothing was selected; give exactly one of jobs, filters (or filters_by_resource), all"),
    ({"all": True, "filters": {"names": ["x"]}}, "filters and all: select in two ways at once"),
    ({"jobs": [], "all": True}, "jobs and all: select in two ways at once"),
    ({"jobs": [{"id": "1"}]}, f"jobs[0].resource: is missing or none of {FIRST}"),
    ({"jobs": [{"id": "1", "resource": "drs_job"}], "resources": ["modelarts_service_task"]}, "none of modelarts_service_task;"),
    ({"all": True, "resources": ["vm"]}, f"resources: 'vm': is not a kind of job; choose from {FIRST}"),
    ({"all": True, "resources": []}, "resources: []: names no kind"),
    ({"all": True, "order": ["vm"]}, "order: 'vm': is not a kind of job"),
    ({"filters_by_resource": {"vm": {"names": ["x"]}}}, "filters_by_resource: 'vm': is not a kind of job"),
    ({"filters_by_resource": {"drs_job": {}}}, "filters_by_resource.drs_job: {}: is not a dictionary of filters"),
    ({"filters_by_resource": {"drs_job": {"names": ["x"]}}, "resources": ["modelarts_service_task"], "all": True},
     "filters_by_resource: 'drs_job': is not among resources"),
    ({"filters_by_resource": {"drs_job": {"names": ["x"]}}, "resources": ["modelarts_service_task", "drs_job"]},
     "nothing selects jobs of the kind modelarts_service_task"),
    ({"filters": {"running_longer_than": "1h"}},
     f"filters.running_longer_than: '1h': cannot be evaluated for {', '.join(TIMELESS)}, whose API has no such field; {', '.join(TIMED)} have it; "
     "select only these with resources, or give each kind filters of its own with filters_by_resource"),
    ({"filters": {"statuses": ["running", "STREAMING"]}, "resources": ["drs_job", "mrs_job"]},
     "filters.statuses: 'running': is not a status of drs_job; mrs_job has it; "),
    ({"filters": {"statuses": ["running", "STREAMING"]}, "resources": ["drs_job", "mrs_job"]},
     "filters.statuses: 'STREAMING': is not a status of drs_job, mrs_job; none of the kinds has it; leave it out"),
    ({"filters": {"job_types": ["sync"], "older_than": "1d"}, "resources": ["drs_job", "dlf_job", "mrs_job"]},
     "filters.job_types: 'sync': is not a job type of dlf_job; drs_job has it; "),
    ({"filters_by_resource": {"drs_job": {"owners": ["anna"]}}}, "filters_by_resource.drs_job: filters.owners: ['anna']: cannot be evaluated"),
    ({"filters": {"older_than": "old"}}, "filters.older_than: 'old': is neither a number of seconds nor a duration"),
    ({"all": True, "on_unreadable": "warn"}, "value of on_unreadable must be one of: continue, fail"),
])
@pytest.mark.parametrize("module", ["jobs", "jobs_info"])
def test_what_makes_no_sense_is_refused_before_any_request(module: str, options: Mapping[str, Any], part: str) -> None:
    if module == "jobs_info" and "order" in options:
        pytest.skip("jobs_info stops nothing, so it has no order")
    with cloud({}) as sim:
        result = run(sim, module, options)
        assert result["failed"] and part in result["msg"], result["msg"]
        assert sim.journal() == []


@pytest.mark.parametrize(("pattern", "unmatched"), [("job-1", []), ("edge-only", []), ("prdo-*", ["exclude.names: 'prdo-*' matches no job"])])
@pytest.mark.parametrize("module", ["jobs", "jobs_info"])
def test_an_entry_that_fits_no_job_of_any_kind_is_said_once(module: str, pattern: str, unmatched: list[str]) -> None:
    with cloud({}) as sim:
        sim.change("modelarts_service_task", id=KINDS_ONCE[2].id(1), name="edge-only")
        result = run(sim, module, {"all": True, "exclude": {"names": [pattern]}})
        assert (result["unmatched"], "matches no job" in str(result.get("warnings"))) == (unmatched, bool(unmatched))


def test_what_a_kind_that_cannot_be_read_holds_is_not_said_to_be_missing() -> None:
    with cloud({}) as sim:
        refuse_lists(sim, "drs_job", status=403, code="DRS.M00102")
        assert stop(sim, {"all": True, "exclude": {"names": ["orders"]}})["unmatched"] == []


def test_no_rows_are_nothing_to_do() -> None:
    with cloud({}) as sim:
        result = stop(sim, {"jobs": []})
        assert (result["changed"], result["complete"], result["by_resource"], sim.journal()) == (False, True, {}, [])


def test_the_journal_holds_the_rows_of_all_kinds(tmp_path: pathlib.Path) -> None:
    with cloud({}) as sim:
        stop(sim, {"all": True, "journal": str(tmp_path / "journal")})
        lines = (tmp_path / "journal").read_text(encoding="utf-8").splitlines()
        assert len(lines) == 4 and all('"outcome": "stopped"' in line for line in lines)
