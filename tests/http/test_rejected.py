# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A login that is rejected in the middle of the stops: stops that were not carried out are sent again, or not at all."""

from __future__ import annotations

from typing import Any

import pytest

from tests.simulator import Simulator
from tests.support.harness import PASSWORD_LOGIN, Kind, each_kind, run_module, token_of

JOBS = 40
STOPS = ("stop", "batch_stop")
KEYS: dict[str, Any] = {"access_key": "SIMULATORAK000000001", "secret_key": "simulator-secret-key", "project_name": "eu-de"}


def call(kind: Kind, sim: Simulator, login: dict[str, Any], **options: Any) -> dict[str, Any]:
    """The result of stopping all jobs with this login."""
    base = {"region": "eu-de", "endpoints": sim.endpoints, "wait_interval": 0.02, "wait_timeout": 15}
    return run_module(kind.module, {**base, **kind.args(*range(1, JOBS + 1)), **login, **options})


def add_to_stops(sim: Simulator, **fault: Any) -> None:
    """A fault that strikes stops, alone or in batches."""
    for operation in STOPS:
        sim.add_fault(operation=operation, **fault)


def rejected(sim: Simulator) -> list[dict[str, Any]]:
    """The requests that were answered with 401."""
    return [entry for entry in sim.journal() if entry["status"] == 401]


def assert_unsent_is_told(sim: Simulator, result: dict[str, Any], what: str) -> None:
    """Rows tell stops that were sent and rejected from those that were not sent."""
    sent = {job for entry in sim.stops() for job in entry["ids"]}
    assert 1 <= len(sent) < JOBS
    for row in result["jobs"]:
        error = row["error"]
        if row["id"] in sent:
            assert error["http_status"] == 401 and "not sent" not in error["message"], row
        else:
            assert error["message"].startswith(f"not sent: the {what} was rejected before: "), row


@each_kind
@pytest.mark.parametrize("times", [1, 2, 3])
def test_a_few_stops_that_get_401_are_sent_again_after_one_login(kind: Kind, times: int) -> None:
    """One after the other, so that some meet the 401 with the new token, which has worked by then."""
    with kind.cloud(*[{}] * JOBS) as sim:
        for number in range(times):
            add_to_stops(sim, id=kind.id(3 + 12 * number), status=401, code="APIGW.0307", times=1)
        result = call(kind, sim, PASSWORD_LOGIN)
        assert result["summary"] == {"selected": JOBS, "stopped": JOBS}, result["msg"]
        assert [kind.accepted(sim, n) for n in range(1, JOBS + 1)] == [1] * JOBS
        assert 2 <= len(sim.journal(operation="login")) <= 1 + len(rejected(sim)) <= 1 + times
        assert result["api_calls"] == len(sim.journal())


@each_kind
def test_a_token_may_die_twice_in_a_run(kind: Kind) -> None:
    with kind.cloud(*[{}] * JOBS) as sim:
        for skip in (1, 3):
            add_to_stops(sim, skip=skip, token_death=True, times=1)
        result = call(kind, sim, PASSWORD_LOGIN, concurrency=1)
        assert result["summary"] == {"selected": JOBS, "stopped": JOBS}, result["msg"]
        assert [kind.accepted(sim, n) for n in range(1, JOBS + 1)] == [1] * JOBS
        assert len(sim.journal(operation="login")) == 3


@each_kind
def test_after_one_rejected_signature_nothing_more_is_signed(kind: Kind) -> None:
    """Five wrong signatures in a row lock a key; those under way when the first is answered are fewer."""
    with kind.cloud(*[{}] * JOBS) as sim:
        sim.add_fault(after_stop=True, clock_skew=1200)
        result = call(kind, sim, KEYS)
        assert (result["failed"], result["changed"]) == (True, False)
        assert 1 <= len(rejected(sim)) <= 4
        assert len(sim.journal()) == result["api_calls"], "what is not sent is not counted"
        assert all(kind.accepted(sim, n) == 0 for n in range(1, JOBS + 1))
        assert {row["outcome"] for row in result["jobs"]} == {"failed"}
        assert_unsent_is_told(sim, result, "access key")
        sim.clear_faults()
        assert call(kind, sim, KEYS)["summary"] == {"selected": JOBS, "stopped": JOBS}, "the key is not locked"


@each_kind
def test_a_given_token_that_dies_in_mid_run_is_not_shown_again(kind: Kind) -> None:
    with kind.cloud(*[{}] * JOBS) as sim:
        token = token_of(sim)
        sim.clear_journal()
        sim.add_fault(after_stop=True, token_death=True)
        result = call(kind, sim, {"token": token, "project_name": "eu-de"})
        assert (result["failed"], result["changed"], result["complete"]) == (True, False, True)
        assert 1 <= len(rejected(sim)) <= 8
        assert "expired" in result["msg"]
        assert_unsent_is_told(sim, result, "token")
        assert len(sim.journal()) == result["api_calls"]


@each_kind
@pytest.mark.parametrize("login", [PASSWORD_LOGIN, KEYS], ids=["password", "keys"])
def test_a_permission_that_some_jobs_lack_concerns_nobody_else(kind: Kind, login: dict[str, Any]) -> None:
    """403, and 401 with a code for permissions: all other jobs are stopped."""
    with kind.cloud(*[{}] * JOBS) as sim:
        add_to_stops(sim, id=kind.id(2), status=403, code="ModelArts.0109")
        add_to_stops(sim, id=kind.id(30), status=401, code="APIGW.0304")
        result = call(kind, sim, login, wait_timeout=3)
        outcomes = {row["id"]: row["outcome"] for row in result["jobs"]}
        assert {one for one, outcome in outcomes.items() if outcome != "stopped"} == {kind.id(2), kind.id(30)}, result["msg"]
        assert len(sim.journal(service="iam")) == 1
