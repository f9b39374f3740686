# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`wait_timeout` is for the whole task: an API that asks to come back tomorrow gets no sleep, and the user gets the words."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

import pytest

from tests.simulator import Simulator
from tests.support.harness import PASSWORD_LOGIN, Kind, each_kind, run_module
from tests.support.virtual_time import virtual_time

DAY = 86400.0
TOLD = {"throttle": "seconds", "retry_after": DAY, "message": "slow down"}
KEYS = {"region": "eu-de", "project_name": "eu-de", "access_key": "SIMULATORAK000000001", "secret_key": "simulator-secret-key"}


def timed(sim: Simulator, name: str, args: Mapping[str, Any], **modes: Any) -> tuple[dict[str, Any], float]:
    """The result of a module call, and the seconds that it took by a fake clock."""
    with virtual_time(sim) as clock:
        started = clock.monotonic()
        result = run_module(name, {"endpoints": sim.endpoints, **args}, **modes)
        return result, clock.monotonic() - started


def assert_told_to_come_back(result: Mapping[str, Any], when: float) -> None:
    """The request, how long the API asks to wait, and the day and time to come back."""
    day = datetime.datetime.fromtimestamp(when, datetime.timezone.utc).strftime("%Y-%m-%dT")
    said = result["msg"]
    assert result["failed"], result
    assert "Failed to " in said and "asked to wait for longer than the time that is" in said, said
    assert f", at {day}" in said and "come back then" in said, said


@each_kind
@pytest.mark.parametrize("form", ["seconds", "date"])
@pytest.mark.parametrize("selection", ["one id", "two ids", "all"])
@pytest.mark.parametrize("what", ["stop", "check", "info"])
def test_nobody_sleeps_for_a_day_before_the_first_read(kind: Kind, selection: str, form: str, what: str) -> None:
    numbers = {"one id": (1,), "two ids": (1, 2), "all": ()}[selection]
    with kind.cloud({}, {}) as sim:
        for service in ("modelarts", "drs"):
            sim.add_fault(TOLD, service=service, throttle=form)
        args = {**PASSWORD_LOGIN, **kind.args(*numbers, **({} if numbers else {"all": True}))}
        more = {} if what == "info" else {"wait_timeout": 30}
        name = kind.module + ("_info" if what == "info" else "")
        result, seconds = timed(sim, name, {**args, **more}, check_mode=what == "check")
        assert seconds < 30
        assert_told_to_come_back(result, sim.core.wall() + DAY)
        assert (result["changed"], sim.stops()) == (False, [])
        assert len(sim.journal()) - len(sim.journal(service="iam")) <= 2, "the pause is kept to"


@each_kind
def test_parents_read_side_by_side_do_not_sleep_for_a_day(kind: Kind) -> None:
    """Rows below two parents: each is read by itself, and the second meets the pause that the first was told of."""
    if not kind.parent:
        pytest.skip("has no parents")
    option, _parent, key = kind.parent
    above = [{"id": f"parent-{n}", key: [{"id": kind.id(m)} for m in (1, 2)]} for n in (1, 2)]
    id_key = {"versions": "id", "tasks": "id"}[key]
    rows = [{option: f"parent-{n}", id_key: kind.id(m)} for n in (1, 2) for m in (1, 2)]
    with Simulator({kind.jobs_key: above}) as sim:
        sim.add_fault(TOLD, service="modelarts")
        result, seconds = timed(sim, kind.module, {**PASSWORD_LOGIN, "jobs": rows, "wait_timeout": 30})
        assert seconds < 30
        assert_told_to_come_back(result, sim.core.wall() + DAY)
        assert sim.stops() == []


@each_kind
@pytest.mark.parametrize(("login", "operation"), [(PASSWORD_LOGIN, "login"), (KEYS, "projects")], ids=["login", "project"])
def test_a_login_is_part_of_the_task(kind: Kind, login: Mapping[str, Any], operation: str) -> None:
    with kind.cloud({}) as sim:
        sim.add_fault(TOLD, operation=operation)
        result, seconds = timed(sim, kind.module, {**login, **kind.args(1), "wait_timeout": 30})
        assert seconds < 30
        assert_told_to_come_back(result, sim.core.wall() + DAY)
        assert len(sim.journal()) == 1


@each_kind
def test_a_stop_that_cannot_be_sent_in_time_fails_with_the_words(kind: Kind) -> None:
    with kind.cloud(*[{}] * 6) as sim:
        for operation in ("stop", "batch_stop"):
            sim.add_fault(TOLD, operation=operation)
        args = {**PASSWORD_LOGIN, **kind.args(*range(1, 7)), "wait_timeout": 30}
        result, seconds = timed(sim, kind.module, args)
        assert seconds < 120
        assert_told_to_come_back(result, sim.core.wall() + DAY)
        assert result["changed"] is False
        for row in result["jobs"]:
            assert row["outcome"] == "failed" and "come back then" in row["error"]["message"], row


@each_kind
def test_pauses_of_all_reads_together_end_with_the_task(kind: Kind) -> None:
    """Seen: 102 seconds with a wait_timeout of 5, since each read had tries of its own."""
    with kind.cloud(*[{}] * 6) as sim:
        sim.add_fault(throttle="seconds", retry_after=2, message="slow down")
        result, seconds = timed(sim, kind.module, {**PASSWORD_LOGIN, **kind.args(1, 2, 3, 4, 5, 6), "wait_timeout": 5})
        assert result["failed"] and "come back then" in result["msg"], result["msg"]
        assert seconds < 10
        assert sim.stops() == []


@each_kind
def test_what_only_reads_waits_for_an_hour_at_most(kind: Kind) -> None:
    with kind.cloud({}, {}) as sim:
        sim.add_fault(throttle="seconds", retry_after=590, message="slow down", service="modelarts")
        sim.add_fault(throttle="seconds", retry_after=590, message="slow down", service="drs")
        result, seconds = timed(sim, kind.module + "_info", {**PASSWORD_LOGIN, **kind.args(1, 2), "api_retries": 100})
        assert result["failed"] and "come back then" in result["msg"], result["msg"]
        assert 3000 < seconds < 3610
