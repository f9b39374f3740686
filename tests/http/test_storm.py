# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A third of all requests fails: every job is still stopped, and every claim is true."""

from __future__ import annotations

from typing import Any

import pytest

from tests.simulator import Simulator
from tests.support.harness import Kind, each_kind

# Four faults that strike with this probability one after the other strike a third of all requests.
EACH = 1 - (2 / 3) ** (1 / 4)
STORM: list[dict[str, Any]] = [
    {"status": 503},
    {"drop_before": True},
    {"drop_after": True},
    {"throttle": "plain", "message": "slow down"},
]
JOBS = 60


def storm(seed: int) -> list[dict[str, Any]]:
    """The faults, each with dice of its own."""
    return [{**fault, "probability": EACH, "seed": 10 * seed + n} for n, fault in enumerate(STORM)]


def assert_nothing_false_is_claimed(sim: Simulator, kind: Kind, result: dict[str, Any]) -> None:
    """What the rows say is what the simulator knows."""
    for row in result["jobs"]:
        job = sim.job(kind.module, row["id"])
        if row["outcome"] in ("stopped", "ended", "already_ended", "ended_meanwhile"):
            assert job["phase"] in ("ended", "gone"), row
        if row["changed"]:
            assert job["stops_accepted"] >= 1, row
        else:
            assert job["stops_accepted"] == 0, row
    assert result["changed"] == any(job["stops_accepted"] for job in sim.jobs(kind.module))
    assert result["api_calls"] == len(sim.journal())


@each_kind
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_job_is_stopped_though_a_third_of_all_requests_fail(kind: Kind, seed: int) -> None:
    jobs: list[dict[str, Any]] = [{} for _turn in range(JOBS)] + [{"name": "other"} for _turn in range(5)]
    selection: dict[str, Any] = {"filters": {"names": ["job-*"]}} if seed % 2 else {}
    numbers = () if selection else range(1, JOBS + 1)
    with kind.cloud(*jobs, faults=storm(seed)) as sim:
        result = kind.stop(sim, *numbers, api_retries=10, wait_timeout=3600, **selection)
        assert "failed" not in result, result["msg"]
        assert result["summary"] == {"selected": JOBS, "stopped": JOBS}
        assert_nothing_false_is_claimed(sim, kind, result)
        for job in sim.jobs(kind.module):
            if job["name"] == "other":
                assert (job["phase"], job["stops_accepted"], job["stops_refused"]) == ("stoppable", 0, 0)
            else:
                assert job["phase"] == "ended"
                assert kind.stopping is None or job["stops_accepted"] == 1
        struck = [entry for entry in sim.journal() if entry["fault"]]
        assert len(struck) > len(sim.journal()) / 8, "there was no storm"

        sim.clear_faults()
        sim.clear_journal()
        assert kind.stop(sim, *range(1, JOBS + 1))["changed"] is False
        assert sim.writes() == []


@each_kind
@pytest.mark.parametrize("seed", [4])
def test_what_a_storm_keeps_from_being_stopped_is_not_claimed(kind: Kind, seed: int) -> None:
    """Jobs of every fate, and too little time: the rows still say what is so."""
    fates: list[dict[str, Any]] = [
        {},
        {"refuse_times": 2},
        {"refuse_times": 1000},
        {"ends_before_stop": True},
        {"never_ends": True},
        {"vanishes_after_stop": True},
        {"ends_after_reads": 2},
        {"status": kind.completed},
    ]
    with kind.cloud(*fates * 3, faults=storm(seed)) as sim:
        result = kind.stop(sim, *range(1, 25), api_retries=10, wait_timeout=60)
        assert [row["id"] for row in result["jobs"]] == [kind.id(n) for n in range(1, 25)]
        for row in result["jobs"]:
            job = sim.job(kind.module, row["id"])
            if row["outcome"] in ("stopped", "ended", "already_ended", "ended_meanwhile"):
                assert job["phase"] in ("ended", "gone"), row
            if row["outcome"] in ("already_ended", "ended_meanwhile", "would_stop"):
                assert row["changed"] is False, row
            if row["changed"] and not job["stops_accepted"]:
                # The answer was lost, and then the job had ended: who ended it cannot be told.
                assert row["outcome"] == "stopped", row
        assert "please report it" not in result["msg"]


@each_kind
def test_check_mode_in_a_storm_sends_no_write(kind: Kind) -> None:
    with kind.cloud(*[{}] * 20, faults=storm(7)) as sim:
        result = kind.stop(sim, all=True, api_retries=10, check_mode=True)
        assert (result["summary"], sim.writes()) == ({"selected": 20, "would_stop": 20}, [])
