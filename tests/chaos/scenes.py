# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A cell of the matrix, and the cloud and the task that a seed draws for it."""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Mapping, Sequence
from typing import Any

from tests.chaos.faults import FAULTS, Fault
from tests.chaos.phases import Phase, description_of, dialect_of, phases_of
from tests.support.harness import KINDS, PASSWORD_LOGIN, Kind

WAIT_TIMEOUT = 60.0
PROJECTS = [
    {"id": "0123456789abcdef0123456789abcdef", "name": "eu-de"},
    {"id": "fedcba9876543210fedcba9876543210", "name": "eu-de_dev"},
]
LOGINS = {
    "password": PASSWORD_LOGIN,
    "keys": {
        "region": "eu-de", "project_name": "eu-de",
        "access_key": "SIMULATORAK000000001", "secret_key": "simulator-secret-key",
    },
}
# Readings of the documents that decide how a refusal or an absence looks.
_QUIRKS: dict[str, list[Any]] = {
    # The last one: lists never show what has changed, and the job alone knows.
    "list_lag": [0, 0, 0, 3, 10**6],
    "visualization_failure_status": [400, 200],
    "visualization_missing": ["404", "400_code", "200_code"],
    "processor_missing": ["404_code", "404", "400_code"],
    "service_task_missing": ["404", "404_code", "400_code"],
    "drs_v5_refusal": [200, 400],
    "drs_missing_in_status": ["item", "omitted", "400"],
    "token_refusal": ["gateway", "service"],
}
# Those of kinds that came later, drawn by dice of their own, so that the scenes of the others stay. A plain 404 of a job that a list shows
# for ever says nothing, so that one is left to tests/http/test_quirks.py.
_LATER_QUIRKS: dict[str, list[Any]] = {
    "training_missing": ["2775", "2842"],
    "training_offset": ["page", "record"],
    "training_stop_status": [202, 200],
    "inference_service_missing": ["3502", "3822"],
}
SPARED, PLAIN, RELATIVE = "job-spared", "job-plain", "job-relative"
CHILD = 900
"""The number of the child in a family of which one is excluded, so that both are spared."""


@dataclasses.dataclass(frozen=True)
class Cell:
    """One kind of fault in one phase of one kind of job."""

    kind: Kind
    phase: Phase
    fault: Fault

    def __str__(self) -> str:
        """Its name, by which a failure is found again."""
        return f"{self.kind.label}: {self.fault.name}: {self.phase.name}"


CELLS = tuple(
    Cell(kind, phase, fault)
    for kind in KINDS for phase in phases_of(kind) for fault in FAULTS
    if (phase.paged or not fault.paged) and (phase.lists or not fault.lists)
)


@dataclasses.dataclass(frozen=True)
class Scene:
    """What a seed made of a cell.

    `mode`: `run`, `check` or `info`. `rules`: the faults, as the simulator takes them. `rows`: the ids of
    the rows that must come back, `spared` among them those that are excluded, by themselves or with their family.
    """

    mode: str
    scenario: Mapping[str, Any]
    args: Mapping[str, Any]
    rules: tuple[Mapping[str, Any], ...]
    rows: frozenset[str]
    spared: frozenset[str]


def scene_of(cell: Cell, seed: int) -> Scene:
    """The same scene for the same cell and seed, whichever cells are there beside it."""
    dice = random.Random(f"{seed} {cell}")
    kind, phase = cell.kind, cell.phase
    fates = _fates(cell)
    count = dice.randint(*phase.jobs)
    # As many as the phase needs are running: without them there is nothing to strike.
    running, needed = fates[:-1], phase.jobs[0]
    jobs = [{"name": "job-odd", **dice.choice(running if n < needed else fates)} for n in range(count)]
    spared = phase.jobs[1] > 1 and dice.random() < 0.5
    family = spared and _family(cell, seed)
    others = [family or {"name": SPARED}] if spared else []
    others += [{"name": "other"}, {"name": "other-ended", "status": kind.completed}]
    old = [{"name": "old", "status": kind.stopped}] * phase.rows
    before, after = (old, []) if dice.random() < 0.5 else ([], old)
    numbers = [*range(len(before) + 1, len(before) + count + spared + 1), *([CHILD] if family else [])]
    kept = {kind.id(number) for number in numbers[count:]}
    by_ids = dice.random() < 0.5 if phase.by_ids is None else phase.by_ids
    if by_ids and "workspace_id" in dialect_of(kind).listing.filters and not cell.fault.like_absence:
        # Then the list need not show what an id names.
        jobs = [{**job, "workspace_id": dice.choice("01")} for job in jobs]
    strikes = dice.choice([{"times": 1}, {"times": 2}, {"times": 4}, {}])
    form = {**dice.choice(cell.fault.forms), **strikes, "seed": dice.randrange(10**6)}
    return Scene(
        mode=dice.choice(["run", "run", "run", "check", "info"]) if phase.reads else "run",
        scenario=_scenario(cell, dice, numbers, *before, *jobs, *others, *after),
        args=_args(cell, dice, numbers if by_ids else (), spared),
        rules=tuple({**rule, **form} for rule in phase.rules),
        rows=frozenset(map(kind.id, numbers)),
        spared=frozenset(kept),
    )


def _family(cell: Cell, seed: int) -> dict[str, Any]:
    """A parent and a child, one of which is excluded, for kinds that have families; drawn by dice of its own."""
    dice = random.Random(f"family {seed} {cell}")
    if not dialect_of(cell.kind).listing.children or dice.random() < 0.5:
        return {}
    above, below = dice.sample([SPARED, RELATIVE], 2)
    return {"name": above, "children": [{"id": cell.kind.id(CHILD), "name": below}]}


def _fates(cell: Cell) -> list[dict[str, Any]]:
    """What can become of a job, as far as who ended it can be told afterwards; the last has ended already."""
    kind = cell.kind
    statuses = description_of(kind).statuses
    fates: list[dict[str, Any]] = [{"name": PLAIN}] * 3
    fates += [{"refuse_times": 1}, {"refuse_times": 2}, {"vanishes_after_stop": True}]
    if cell.fault.is_clear:  # somebody else stops it
        fates.append({"refuse_times": 100, "status_changes": [[6, kind.stopped]]})
    if kind.stopping:
        fates.append({"never_ends": True})
    if statuses.by_itself:
        fates.append({"ends_before_stop": True})
    if statuses.stop_failed:
        fates.append({"stop_fails": True})
    return [*fates, {"status": kind.completed}]


def _scenario(cell: Cell, dice: random.Random, numbers: Sequence[int], *jobs: Mapping[str, Any]) -> dict[str, Any]:
    """The jobs, and others outside the selection: with the same ids elsewhere, and of every other kind."""
    kind = cell.kind
    scenario: dict[str, Any] = {other.jobs_key: other.scenario({"name": "job-1"})[other.jobs_key] for other in KINDS}
    scenario.update(kind.scenario(*jobs, projects=PROJECTS, stop_delay=5))
    same = [{"id": kind.id(n), "name": "job-1"} for n in numbers]
    mine = scenario[kind.jobs_key]
    if kind.parent:
        elsewhere = [{"id": kind.id(n), "name": "other"} for n in numbers]
        mine.append({"id": "another-parent", kind.parent[2]: elsewhere})
        mine += [{"id": f"empty-{n}", kind.parent[2]: []} for n in range(cell.phase.parents)]
        same = [{"id": kind.parent[1], kind.parent[2]: same}]
    mine += [{**job, "project": "eu-de_dev"} for job in same]
    return {**scenario, "quirks": {**_drawn(dice, _QUIRKS), **_drawn(random.Random(f"{cell} {numbers}"), _LATER_QUIRKS)}}


def _drawn(dice: random.Random, quirks: Mapping[str, list[Any]]) -> dict[str, Any]:
    return {name: dice.choice(values) for name, values in quirks.items()}


def _args(cell: Cell, dice: random.Random, numbers: Sequence[int], spared: bool) -> dict[str, Any]:
    kind, phase = cell.kind, cell.phase
    options: dict[str, Any] = {} if numbers else {"filters": {"names": ["job-*"]}}
    if spared:
        options["exclude"] = {"names": [SPARED]}
    if phase.narrowed and phase.parents:
        options["filters"]["workspace_id"] = "0"
    if kind.options and kind.stop_operation() == "stop" and dice.random() < 0.5:
        options["drs_api"] = "auto"
    args = kind.args(*numbers, **options)
    if phase.narrowed and not phase.parents and kind.parent:
        del args[kind.parent[0]]
    return {**LOGINS[cell.fault.login], **args, "concurrency": 4, **cell.fault.options}
