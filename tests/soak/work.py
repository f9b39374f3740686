# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The work: thousands of jobs of every kind in a cloud in which one request in twenty fails, and tasks that stop them."""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Iterator
from typing import Any

from tests.support.harness import KINDS, PASSWORD_LOGIN, Kind, run_module

JOBS = 5000
CHUNK = 50
STRUCK = 0.05

_FAULTS: list[dict[str, Any]] = [
    {"status": 503}, {"status": 502, "act": True}, {"drop_before": True}, {"drop_after": True},
    {"throttle": "plain", "message": "slow down"}, {"html": 504}, {"garbage": True}, {"truncate": "document"},
    {"token_death": True}, {"hang": 0.5},
]
_FATES: list[dict[str, Any]] = [{}] * 7 + [{"refuse_times": 1}, {"vanishes_after_stop": True}, {"stop_delay": 2}]


@dataclasses.dataclass(frozen=True)
class Chunk:
    """Some jobs of one kind that are stopped by one task."""

    kind: Kind
    numbers: tuple[int, ...]


def _numbers(kind: Kind) -> range:
    """Each kind has its share; the two dialects of DRS share a list."""
    share = JOBS // len(KINDS)
    before = sum(other.jobs_key == kind.jobs_key for other in KINDS[: KINDS.index(kind)])
    return range(before * share + 1, (before + 1) * share + 1)


def scenario(seed: int) -> dict[str, Any]:
    """The cloud of one round."""
    dice = random.Random(seed)
    each = 1 - (1 - STRUCK) ** (1 / len(_FAULTS))
    faults = [{**fault, "probability": each, "seed": dice.randrange(10**6)} for fault in _FAULTS]
    whole: dict[str, Any] = {"stop_delay": 0.3, "faults": faults}
    for kind in KINDS:
        last = _numbers(kind)[-1]
        whole[kind.jobs_key] = kind.scenario(*(dice.choice(_FATES) for _turn in range(last)))[kind.jobs_key]
    return whole


def chunks(seed: int) -> list[Chunk]:
    """All jobs of a round in the order in which they are stopped."""
    dice = random.Random(seed)
    found = []
    for kind in KINDS:
        numbers = list(_numbers(kind))
        dice.shuffle(numbers)
        found += [Chunk(kind, tuple(numbers[at:at + CHUNK])) for at in range(0, len(numbers), CHUNK)]
    dice.shuffle(found)
    return found


def tasks_of(chunk: Chunk, endpoints: dict[str, str], turn: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """(module, result) of a task that stops these jobs and of one that lists: them, or every fifth time all jobs."""
    kind = chunk.kind
    connection = {**PASSWORD_LOGIN, "endpoints": endpoints, "api_timeout": 10, "api_retries": 8}
    stop = {**connection, **kind.args(*chunk.numbers), "wait_timeout": 60, "wait_interval": 0.2, "on_missing": "ignore"}
    yield kind.module, run_module(kind.module, stop)
    shown = kind.args(all=True) if turn % 5 == 0 else kind.args(*chunk.numbers)
    yield f"{kind.module}_info", run_module(f"{kind.module}_info", {**connection, **shown})
