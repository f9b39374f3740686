# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the documents leave something open, the modules work with every reading that the simulator can take."""

from __future__ import annotations

from typing import Any

import pytest

from tests.simulator import Simulator
from tests.support.harness import KINDS, outcomes, run

BY_LABEL = {kind.label: kind for kind in KINDS}
ALL = tuple(BY_LABEL)
NUMBERS = ("visualization", "processor")
DRS = ("drs-v5", "drs-v3")
# More than a page of each list.
MANY = {"visualization": 12, "processor": 205, "service": 205, "training": 105, "inference": 12, "drs-v5": 105, "drs-v3": 105}
READINGS: list[tuple[tuple[str, ...], dict[str, Any]]] = [
    (ALL, {}),
    (("visualization",), {"ids_as_strings": True}),
    (NUMBERS, {"status_as_strings": True}),
    (ALL, {"list_lag": 3}),
    (("visualization",), {"visualization_failure_status": 200}),
    (("visualization",), {"visualization_stop_body": "empty_object"}),
    (("visualization",), {"visualization_stop_body": "none"}),
    (("visualization",), {"visualization_missing": "400_code"}),
    (("visualization",), {"visualization_missing": "200_code"}),
    (("service",), {"service_task_offset": "page"}),
    (("service",), {"service_task_limit_max": 30, "limit_over_max": "cap"}),
    (("service",), {"service_task_offset": "page", "service_task_limit_max": 30, "limit_over_max": "cap"}),
    (("service",), {"service_task_missing": "404_code"}),
    (("service",), {"service_task_missing": "400_code"}),
    (("service",), {"edge": True}),
    (("processor",), {"processor_offset": "record"}),
    (("processor",), {"processor_missing": "404"}),
    (("processor",), {"processor_missing": "400_code"}),
    (("processor",), {"processor_stop_again": "refuse"}),
    (("training",), {"training_offset": "record"}),
    (("training",), {"training_stop_status": 200}),
    (("inference",), {"services_offset": "record"}),
    (("drs-v5",), {"drs_v3": False}),
    (("drs-v3",), {"drs_v5": False}),
    (("drs-v5",), {"drs_batch_stop": False}),
    (DRS, {"drs_batch_max": 3}),
    (DRS, {"drs_batch_max": 1}),
    (("drs-v5",), {"drs_v5_limit_max": 7, "limit_over_max": "cap"}),
    (("drs-v5",), {"drs_v5_refusal": 400}),
    (("drs-v5",), {"drs_v5_refusal": 400, "drs_batch_stop": False}),
    (DRS, {"drs_result_case": "title"}),
    (("drs-v3",), {"drs_missing_in_status": "omitted"}),
    (("drs-v3",), {"drs_missing_in_status": "400"}),
    (DRS, {"drs_create_time": "epoch_ms"}),
    (DRS, {"drs_create_time": "epoch_ms_string"}),
    (DRS, {"drs_create_time": "space"}),
    (DRS, {"drs_create_time": "iso"}),
    (DRS, {"drs_force_while_stopping": "refuse"}),
    (DRS, {"drs_parent_stop": "refuse"}),
]
CASES = [(label, quirks) for labels, quirks in READINGS for label in labels]


@pytest.mark.parametrize(("label", "quirks"), CASES, ids=str)
def test_every_reading_of_the_documents_gives_the_same_result(label: str, quirks: dict[str, Any]) -> None:
    kind = BY_LABEL[label]
    fates: list[dict[str, Any]] = [
        {"age": 7200},
        {"ends_before_stop": True},
        {"refuse_times": 1},
        {"status": kind.completed},
        {"vanishes_after_stop": True},
        {"age": 7200},
    ]
    count = MANY[label]
    jobs = fates + [{"status": kind.stopped} for _turn in range(count - len(fates))]
    with kind.cloud(*jobs, quirks=quirks) as sim:
        everything = kind.info(sim, all=True)
        assert (everything["count"], everything["listed"]["jobs"], everything["complete"]) == (count, count, True)
        assert {row["id"] for row in everything["jobs"]} == {kind.id(n) for n in range(1, count + 1)}
        assert all(row["created_at"] for row in everything["jobs"])
        some = kind.info(sim, 1, count, count + 1)
        assert {row["id"]: row["status"] for row in some["jobs"]} == {
            kind.id(1): kind.running,
            kind.id(count): kind.stopped,
        }
        numbers = (1, 2, 3, 4, 5, count + 1)
        result = kind.stop(sim, *numbers, on_missing="ignore")
        expected = ["stopped", "ended_meanwhile", "stopped", "already_ended", "stopped", "missing"]
        assert list(outcomes(result).values()) == expected, result["msg"]
        assert "failed" not in result
        assert [kind.accepted(sim, n) for n in numbers] == [1, 0, 1, 0, 1, 0]
        old = kind.stop(sim, filters={"older_than": "1h30m", "statuses": [kind.running]})
        assert outcomes(old).get(kind.id(6)) == "stopped", old["msg"]
        assert kind.accepted(sim, 6) == 1
        sim.clear_journal()
        again = kind.stop(sim, *numbers, 6, on_missing="ignore")
        assert (again["changed"], sim.stops() if not quirks.get("list_lag") else []) == (False, [])


@pytest.mark.parametrize("label", ALL)
@pytest.mark.parametrize("number", [1, 2, 5])
def test_missing_jobs_among_few_and_many(label: str, number: int) -> None:
    kind = BY_LABEL[label]
    missing = {
        "visualization": ("visualization_missing", ["404", "400_code", "200_code"]),
        "processor": ("processor_missing", ["404_code", "404", "400_code"]),
        "service": ("service_task_missing", ["404", "404_code", "400_code"]),
        "training": ("training_missing", ["2775", "2842", "404"]),
        "inference": ("inference_service_missing", ["3502", "3822", "404"]),
        "drs-v5": ("drs_v5_refusal", [200, 400]),
        "drs-v3": ("drs_missing_in_status", ["item", "omitted", "400"]),
    }
    quirk, values = missing[label]
    for value in values:
        with kind.cloud({}, quirks={quirk: value}) as sim:
            absent = range(2, 2 + number)
            result = kind.stop(sim, *absent, on_missing="ignore")
            assert set(outcomes(result).values()) == {"missing"}, (value, result["msg"])
            assert (result["summary"]["missing"], sim.stops()) == (number, []), value
            both = kind.stop(sim, *absent, 1, on_missing="warn")
            assert (both["summary"]["stopped"], both["summary"]["missing"], len(both["warnings"])) == (
                1,
                number,
                number,
            )


@pytest.mark.parametrize("label", ["processor", "service"])
@pytest.mark.parametrize("on_missing", ["fail", "warn", "ignore"])
def test_a_missing_parent(label: str, on_missing: str) -> None:
    kind = BY_LABEL[label]
    values = {
        "processor": ("processor_missing", ["404_code", "400_code"]),
        "service": ("service_task_missing", ["404"]),
    }
    quirk, readings = values[label]
    assert kind.parent
    for reading in readings:
        with kind.cloud({}, quirks={quirk: reading}) as sim:
            gone = {kind.parent[0]: "no-such-parent", "on_missing": on_missing}
            by_id = run(sim, kind.module, {**gone, kind.ids_option: [kind.id(1)]})
            assert outcomes(by_id) == {kind.id(1): "missing"}, by_id["msg"]
            listed = run(sim, kind.module, {**gone, "all": True})
            for result in (by_id, listed):
                assert (result.get("failed", False), result["changed"]) == (on_missing == "fail", False)
                assert bool(result.get("warnings")) is (on_missing == "warn")
            assert sim.stops() == []


@pytest.mark.parametrize("offset", ["page", "record"])
def test_more_services_than_a_page_holds(offset: str) -> None:
    services = [{"id": f"s{n:04d}", "tasks": [{"id": f"{n:032x}"}] if n in (1, 1005) else []} for n in range(1, 1011)]
    with Simulator({"services": services, "stop_delay": 0.05, "quirks": {"services_offset": offset}}) as sim:
        result = run(sim, "modelarts_service_task", {"all": True})
        assert outcomes(result) == {f"{1:032x}": "stopped", f"{1005:032x}": "stopped"}
        assert result["complete"] is True


@pytest.mark.parametrize("offset", ["page", "record"])
def test_more_processor_tasks_than_a_page_holds(offset: str) -> None:
    tasks = [{"id": f"t{n:04d}", "versions": [{"id": f"v{n}"}] if n % 60 == 0 else []} for n in range(1, 251)]
    with Simulator({"processor_tasks": tasks, "stop_delay": 0.05, "quirks": {"processor_offset": offset}}) as sim:
        result = run(sim, "modelarts_processor_task_version", {"all": True})
        assert sorted(outcomes(result)) == ["v120", "v180", "v240", "v60"]


def test_the_other_spelling_of_pausing() -> None:
    kind = BY_LABEL["drs-v3"]
    with kind.cloud({"status": "PAUSING"}, {}, quirks={"drs_pauseing": True}) as sim:
        rows = kind.info(sim, filters={"statuses": ["PAUSING"]})["jobs"]
        assert [(row["id"], row["status"]) for row in rows] == [(kind.id(1), "PAUSING")]
        assert outcomes(kind.stop(sim, 1)) == {kind.id(1): "stopped"}


@pytest.mark.parametrize("label", DRS)
def test_children_of_drs_jobs_are_listed_and_end_with_their_parent(label: str) -> None:
    kind = BY_LABEL[label]
    family = {"children": [{"id": f"child-{n}", "status": "CHILD_TRANSFER_STARTED"} for n in (1, 2)]}
    with kind.cloud(family, {}) as sim:
        assert {row["id"] for row in kind.info(sim, all=True)["jobs"]} == {kind.id(1), kind.id(2), "child-1", "child-2"}
        result = kind.stop(sim, all=True)
        assert "failed" not in result, result["msg"]
        assert {job["phase"] for job in sim.jobs("drs_job")} == {"ended"}
        assert (outcomes(result)[kind.id(1)], outcomes(result)[kind.id(2)]) == ("stopped", "stopped")
        assert {outcomes(result)["child-1"], outcomes(result)["child-2"]} <= {"stopped", "ended", "ended_meanwhile"}


@pytest.mark.parametrize("label", DRS)
def test_a_parent_that_cannot_be_stopped_itself_does_not_spare_its_children(label: str) -> None:
    kind = BY_LABEL[label]
    family = {"children": [{"id": f"child-{n}", "status": "CHILD_TRANSFER_STARTED"} for n in (1, 2)]}
    with kind.cloud(family, {}, quirks={"drs_parent_stop": "refuse"}) as sim:
        result = kind.stop(sim, all=True, wait_timeout=60)
        assert outcomes(result) == {
            kind.id(1): "failed",
            kind.id(2): "stopped",
            "child-1": "stopped",
            "child-2": "stopped",
        }
        assert "DRS.M00307" in result["msg"]
