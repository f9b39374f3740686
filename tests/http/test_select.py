# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is selected, what is spared, and how much may be stopped at once."""

from __future__ import annotations

from typing import Any

import pytest

from tests.simulator import Simulator
from tests.support.harness import KINDS, Kind, each_kind, outcomes, run

PARENT, CHILD = "a" * 36, "b" * 36
WITH_PARENT = [kind for kind in KINDS if kind.parent]
each_kind_with_parent = pytest.mark.parametrize("kind", WITH_PARENT, ids=lambda kind: kind.label)


@each_kind
@pytest.mark.parametrize("check_mode", [False, True])
@pytest.mark.parametrize("limit", [0, 1, 2])
def test_more_than_max_stops_stops_nothing(kind: Kind, check_mode: bool, limit: int) -> None:
    with kind.cloud({}, {}, {}, {"status": kind.stopped}) as sim:
        result = kind.stop(sim, all=True, max_stops=limit, check_mode=check_mode)
        assert (result["failed"], result["changed"], sim.writes()) == (True, False, [])
        assert sorted(outcomes(result).values()) == ["already_ended", "failed", "failed", "failed"]
        assert "max_stops" in result["msg"] and "3 jobs" in result["msg"]


@each_kind
def test_as_many_as_max_stops_are_stopped(kind: Kind) -> None:
    with kind.cloud({}, {}, {}, {"status": kind.stopped}) as sim:
        predicted = kind.stop(sim, all=True, max_stops=3, check_mode=True)
        result = kind.stop(sim, all=True, max_stops=3)
        assert (predicted["changed"], result["changed"], "failed" in result) == (True, True, False)
        assert result["summary"] == {"selected": 4, "stopped": 3, "already_ended": 1}


@each_kind
@pytest.mark.parametrize(
    "exclude", [{"names": ["job-[23]"]}, {"ids": (2, 3)}, {"ids": (3,), "names": ["*-2"]}], ids=str
)
@pytest.mark.parametrize("selection", ["ids", "all", "filters", "jobs"])
def test_exclude_wins_over_every_selection(kind: Kind, exclude: dict[str, Any], selection: str) -> None:
    spared = {**exclude, **({"ids": [kind.id(number) for number in exclude["ids"]]} if "ids" in exclude else {})}
    with kind.cloud({}, {}, {}) as sim:
        chosen: dict[str, Any] = {
            "ids": {kind.ids_option: [kind.id(1), kind.id(2), kind.id(3)]},
            "all": {"all": True},
            "filters": {"filters": {"names": ["job*"]}},
            "jobs": {"jobs": kind.info(sim, 1, 2, 3)["jobs"] if selection == "jobs" else None},
        }[selection]
        result = kind.stop(sim, exclude=spared, **chosen)
        assert outcomes(result) == {kind.id(1): "stopped", kind.id(2): "excluded", kind.id(3): "excluded"}
        assert ("failed" in result, [kind.accepted(sim, n) for n in (1, 2, 3)]) == (False, [1, 0, 0])
        assert not any({kind.id(2), kind.id(3)} & set(entry["ids"]) for entry in sim.stops())
        assert [row["changed"] for row in result["jobs"]].count(True) == 1


@each_kind
@pytest.mark.parametrize("exclude", ["ids", "names"])
def test_an_excluded_job_that_is_missing_or_unknown_is_no_failure(kind: Kind, exclude: str) -> None:
    with kind.cloud({"raw_status": kind.unknown}, {}) as sim:
        spared = [kind.id(1), kind.id(9)] if exclude == "ids" else ["job-1"]
        chosen = (1, 2, 9) if exclude == "ids" else (1, 2)
        result = kind.stop(sim, *chosen, exclude={exclude: spared})
        assert "failed" not in result, result["msg"]
        assert outcomes(result)[kind.id(1)] == "excluded"


@each_kind
@pytest.mark.parametrize("option", ["ids", "jobs"])
@pytest.mark.parametrize("check_mode", [False, True])
def test_an_empty_list_selects_nothing_without_any_request(kind: Kind, option: str, check_mode: bool) -> None:
    name = kind.ids_option if option == "ids" else "jobs"
    with kind.cloud({}) as sim:
        result = kind.stop(sim, check_mode=check_mode, diff_mode=True, **{name: []})
        assert (result["changed"], result["jobs"], result["summary"]) == (False, [], {"selected": 0})
        assert (result["api_calls"], result["complete"], "failed" in result) == (0, True, False)
        assert kind.info(sim, **{name: []})["jobs"] == []
        assert sim.journal() == []


@each_kind
def test_one_id_may_stand_alone_and_twice_means_once(kind: Kind) -> None:
    with kind.cloud({}) as sim:
        assert outcomes(kind.stop(sim, **{kind.ids_option: kind.id(1)}, check_mode=True)) == {kind.id(1): "would_stop"}
        result = kind.stop(sim, 1, 1)
        assert ([row["id"] for row in result["jobs"]], kind.accepted(sim, 1)) == ([kind.id(1)], 1)


def test_an_id_may_be_a_number() -> None:
    with Simulator({"visualization_jobs": [{"id": 10}], "stop_delay": 0}) as sim:
        assert outcomes(run(sim, "modelarts_visualization_job", {"job_ids": 10})) == {"10": "stopped"}


@each_kind
def test_rows_of_the_info_module_select_the_same_jobs(kind: Kind) -> None:
    with kind.cloud({}, {"name": "other"}, {}) as sim:
        rows = kind.info(sim, filters={"names": ["job-*"]})["jobs"]
        result = kind.stop(sim, jobs=rows)
        assert outcomes(result) == {row["id"]: "stopped" for row in rows}
        assert [kind.accepted(sim, n) for n in (1, 2, 3)] == [1, 0, 1]
        again = kind.stop(sim, jobs=result["jobs"])
        assert (again["changed"], again["summary"]) == (False, {"selected": 2, "already_ended": 2})


@each_kind_with_parent
def test_rows_of_several_parents_are_stopped_in_one_task(kind: Kind) -> None:
    option, first, key = kind.parent or ("", "", "")
    second = first[:-1] + "2"
    both = [{"id": first, key: [{"id": kind.id(1)}]}, {"id": second, key: [{"id": kind.id(1)}, {"id": kind.id(2)}]}]
    with Simulator({kind.jobs_key: both, "stop_delay": 0.05}) as sim:
        rows = run(sim, f"{kind.module}_info", {"all": True})["jobs"]
        assert sorted((row[option], row["id"]) for row in rows) == [
            (first, kind.id(1)),
            (second, kind.id(1)),
            (second, kind.id(2)),
        ]
        result = run(sim, kind.module, {"jobs": [row for row in rows if row["id"] == kind.id(1)]})
        assert sorted((row[option], row["outcome"]) for row in result["jobs"]) == [
            (first, "stopped"),
            (second, "stopped"),
        ]
        assert sorted((entry["parent"], *entry["acted"]) for entry in sim.stops()) == [
            (first, kind.id(1)),
            (second, kind.id(1)),
        ]
        only = run(sim, kind.module, {option: second, "all": True})
        assert [(row[option], row["id"], row["outcome"]) for row in only["jobs"]] == [
            (second, kind.id(1), "already_ended"),
            (second, kind.id(2), "stopped"),
        ]


@each_kind
@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"names": ["a-*"]}, [1, 2]),
        ({"names": ["A-*"]}, []),
        ({"names": ["a-old", "b-?ld"]}, [1, 3]),
        ({"statuses": ["running"]}, [1, 2, 3]),
        ({"older_than": "1h30m"}, [1, 3]),
        ({"names": ["a-*"], "older_than": "90m"}, [1]),
    ],
    ids=str,
)
def test_filters(kind: Kind, filters: dict[str, Any], expected: list[int]) -> None:
    wanted = {**filters, **({"statuses": [kind.running.lower()]} if "statuses" in filters else {})}
    jobs = [
        {"name": "a-old", "age": 7200},
        {"name": "a-new", "age": 60},
        {"name": "b-old", "age": 6000},
        {"name": "b-new", "age": 5, "status": kind.completed},
    ]
    with kind.cloud(*jobs) as sim:
        result = kind.stop(sim, filters=wanted)
        assert sorted(outcomes(result)) == sorted(kind.id(number) for number in expected)
        assert [n for n in (1, 2, 3, 4) if kind.accepted(sim, n)] == expected
        assert result["complete"] is True


@each_kind
def test_a_row_whose_age_cannot_be_read_is_not_stopped_and_fails(kind: Kind) -> None:
    fields: dict[str, Any] = {
        "service": {"created_at": "sometime"}, "training": {"metadata": {"create_time": "sometime"}}, "inference": {"publish_at": "sometime"},
    }.get(kind.label, {"create_time": "sometime"})
    with kind.cloud({"fields": fields}, {"age": 7200}) as sim:
        result = kind.stop(sim, filters={"older_than": "1h"})
        assert outcomes(result) == {kind.id(1): "failed", kind.id(2): "stopped"}
        assert (kind.accepted(sim, 1), result["failed"], "older_than" in result["msg"]) == (0, True, True)


def test_running_longer_than_reads_the_duration_the_api_reports() -> None:
    for kind in KINDS[:2]:
        with kind.cloud({"duration": 7200}, {"duration": 60}) as sim:
            assert outcomes(kind.stop(sim, filters={"running_longer_than": "1h"})) == {kind.id(1): "stopped"}
            assert kind.accepted(sim, 2) == 0


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.module == "drs_job"], ids=lambda kind: kind.label)
def test_job_types_and_enterprise_projects_of_drs(kind: Kind) -> None:
    jobs = [
        {"job_type": "sync"},
        {"job_type": "cloudDataGuard", "engine_type": "postgresql"},
        {"enterprise_project_id": "abc"},
    ]
    with kind.cloud(*jobs) as sim:
        assert len(kind.info(sim, all=True)["jobs"]) == 3
        sim.clear_journal()
        assert sorted(outcomes(kind.stop(sim, filters={"job_types": ["sync"]}))) == [kind.id(1)]
        assert len(sim.journal(operation="list")) == 1
        assert sorted(outcomes(kind.stop(sim, filters={"enterprise_project_id": "abc"}))) == [kind.id(3)]
        assert [kind.accepted(sim, n) for n in (1, 2, 3)] == [1, 0, 1]


@pytest.mark.parametrize("api", ["v5", "v3"])
@pytest.mark.parametrize(("exclude", "stopped"), [
    ({}, {"parent", "child", "sibling"}),
    ({"names": ["child"]}, {"sibling"}),
    ({"ids": [CHILD]}, {"sibling"}),
    ({"names": ["child", "parent"]}, {"sibling"}),
    ({"names": ["parent"]}, {"sibling"}),
])
def test_an_excluded_child_is_not_ended_through_its_parent(api: str, exclude: dict[str, Any], stopped: set[str]) -> None:
    parent = {"id": PARENT, "name": "parent", "children": [{"id": CHILD, "name": "child"}]}
    with Simulator({"stop_delay": 0.05, "drs_jobs": [parent, {"name": "sibling"}]}) as sim:
        result = run(sim, "drs_job", {"all": True, "exclude": exclude, "drs_api": api})
        ended = {job["name"] for job in sim.jobs("drs_job") if job["status"] == "RELEASE_RESOURCE_COMPLETE"}
        assert ended == stopped
        assert "failed" not in result
        assert {row["name"] for row in result["jobs"] if row["outcome"] == "excluded"} == {"parent", "child", "sibling"} - stopped
