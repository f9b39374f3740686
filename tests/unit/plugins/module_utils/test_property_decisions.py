# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever the cloud does: what is said of a job is true, and nothing is stopped that may not be."""

from __future__ import annotations

import dataclasses

from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from ansible_collections.otc.teardown.plugins.module_utils._base.errors import Meaning, Problem
from ansible_collections.otc.teardown.plugins.module_utils._base.patterns import read_ids, read_names
from ansible_collections.otc.teardown.plugins.module_utils._engine.decision import (
    DONE,
    FORCE,
    STOP,
    WAIT,
    Options,
    Track,
    judge,
)
from ansible_collections.otc.teardown.plugins.module_utils._engine.exclusion import Exclude
from ansible_collections.otc.teardown.plugins.module_utils._engine.selection import Selection
from ansible_collections.otc.teardown.plugins.module_utils._model.job import Job
from ansible_collections.otc.teardown.plugins.module_utils._model.key import Key
from ansible_collections.otc.teardown.plugins.module_utils._modules.rows import OUTCOMES
from tests.unit.plugins.module_utils.model_cloud import (
    DRS,
    FAULTS,
    SECONDS_PER_REQUEST,
    SHAPES,
    START,
    VISUALIZATION,
    ModelCloud,
    ModelJob,
)

ENDED = {"stopped", "completed", "gone"}
resources = st.sampled_from(sorted(SHAPES))
NAMES = {"1": "tb-dev", "2": "tb-prod", "3": "other", "4": None, "5": "tb-dev", "6": "keep", "7": "x", "8": "y"}
STATES = (*["running"] * 8, "stopping", "stopped", "completed", "unknown", "gone")
moments = st.sampled_from([None, None, None, 0.15, 0.25, 0.5, 1.0, 3.0])


@st.composite
def worlds(draw, futures=True):
    """Up to four jobs; with `futures`, some of them end or are stopped by others meanwhile."""
    later = moments if futures else st.none()
    numbers = draw(st.lists(st.sampled_from(sorted(NAMES)), min_size=1, max_size=4, unique=True))
    return [ModelJob(
        id=number, name=NAMES[number], state=draw(st.sampled_from(STATES)), stop_takes=draw(st.sampled_from([0, 1, 30])),
        completes_at=draw(later), stopped_by_others_at=draw(later),
    ) for number in numbers]


def selection_of(jobs, by_ids, exclude_ids=(), exclude_names=()):
    keys = tuple(Key(job.id) for job in jobs) if by_ids else None
    return Selection(keys, exclude=Exclude(read_ids("ids", exclude_ids), read_names("names", exclude_names)))


exclusions = st.tuples(
    st.lists(st.sampled_from(sorted(NAMES)), max_size=1), st.sampled_from([(), (), (), ("tb-*",), ("keep",)])
)
# Reads fail seldom enough for a run to get anywhere.
faults = st.tuples(
    st.lists(st.sampled_from(FAULTS), max_size=8), st.lists(st.sampled_from([*["none"] * 20, *FAULTS]), max_size=20)
)


@settings(max_examples=4 * settings.default.max_examples)
@given(resources, worlds(), st.booleans(), exclusions, faults, st.booleans(), st.sampled_from([0.0, 5.0, 60.0]))
def test_every_claim_is_true_whatever_goes_wrong(resource, jobs, by_ids, excluded, trouble, wait, timeout):
    before = {job.id: job.state for job in jobs}
    cloud = ModelCloud(SHAPES[resource], jobs, *trouble)
    options = Options(wait=wait, wait_timeout=timeout)
    run = cloud.run(selection_of(jobs, by_ids, *excluded), options)
    rows, after = {track.key.id: track for track in run.tracks}, cloud.settle()
    for identifier, track in rows.items():
        event(str(track.outcome))
        check_claim(track, cloud, after[identifier])
    left_alone = {name for name, track in rows.items() if track.excluded is not False}
    assert not set(cloud.asked) & left_alone
    assert set(cloud.asked) <= {name for name in rows if before[name] == "running"}
    if by_ids and run.complete:
        assert set(rows) == set(before), "every selected job comes back"
    # One look after the end, and at most as many requests under way as there are jobs.
    assert cloud.time <= START + timeout + 15 + SECONDS_PER_REQUEST * (len(trouble[0]) + len(trouble[1]) + 6 * len(jobs) + 12)


def check_claim(track, cloud, state):
    """What is said of one job agrees with what became of it."""
    job = cloud.jobs[track.key.id]
    assert track.outcome in OUTCOMES
    assert job.accepted <= 1, "a stop that landed is not sent again"
    if track.outcome in ("stopped", "ended", "ended_meanwhile", "already_ended"):
        assert state in ENDED
    if track.outcome == "missing":
        assert state == "gone"
    if job.told:
        assert track.changed
    if job.accepted:
        assert track.outcome in ("stopped", "stop_requested", "timed_out", "failed"), "it was ours"
    if track.changed and not job.accepted:
        # Its answer was lost, and what was found then looks just as if our stop had landed.
        looks_alike = job.stopped_by_others_at is not None or cloud.resource is DRS and job.completes_at is not None
        assert looks_alike and job.id in cloud.asked
    assert (track.problem is None) == (track.outcome not in ("failed", "missing", "timed_out"))


@given(resources, worlds(futures=False), st.booleans(), exclusions, st.sampled_from([None, 0, 1, 2, 8]))
def test_check_mode_predicts_what_a_run_does(resource, jobs, by_ids, excluded, limit):
    selection, options = selection_of(jobs, by_ids, *excluded), Options(max_stops=limit)
    rehearsal, reality = (ModelCloud(SHAPES[resource], [dataclasses.replace(job) for job in jobs]) for _turn in range(2))
    said = {track.key: track for track in rehearsal.run(selection, options, check_mode=True).tracks}
    done = {track.key: track for track in reality.run(selection, options).tracks}
    assert rehearsal.asked == [] and said.keys() == done.keys()
    assert {key.id for key, track in said.items() if track.changed} == set(reality.asked)
    for key, track in said.items():
        assert track.changed == done[key].changed
        as_predicted = {"would_stop": ["stopped"], "already_stopping": ["ended", "already_stopping"]}
        assert done[key].outcome in as_predicted.get(track.outcome, [track.outcome])
    if limit is not None:
        assert len(reality.asked) <= limit


@given(resources, worlds(), st.booleans(), exclusions)
def test_without_trouble_everything_ends_and_a_second_run_sends_nothing(resource, jobs, by_ids, excluded):
    cloud, selection = ModelCloud(SHAPES[resource], jobs), selection_of(jobs, by_ids, *excluded)
    for track in cloud.run(selection, Options()).tracks:
        assert track.outcome in ("stopped", "ended", "ended_meanwhile", "already_ended", "excluded", "missing") or (
            track.excluded is None or cloud.jobs[track.key.id].state == "unknown")
    cloud.asked.clear()
    second = cloud.run(selection, Options())
    assert cloud.asked == [] and not any(track.changed for track in second.tracks)


problems = st.builds(Problem, st.just("why"), st.sampled_from(list(Meaning)))
statuses = VISUALIZATION.statuses
jobs_seen = st.sampled_from([*statuses.phases, "HIBERNATING"]).map(
    lambda name: Job(Key("1"), "a", name, name, statuses.phase(name))
)
tracks = st.builds(
    Track, key=st.just(Key("1")), before=jobs_seen, seen=jobs_seen | problems, needed=st.just(True), accepted=st.booleans(),
    asked_at=st.none() | st.floats(0, 700), doubtful=st.booleans(), foreign=st.booleans(), forced=st.booleans(),
    refusal=st.none() | problems, sent_at_status=st.none() | st.sampled_from(sorted(statuses.phases)), moved=st.booleans(),
)
choices = st.builds(Options, wait=st.booleans(), force_after=st.none() | st.floats(0, 700))


@given(tracks, choices, st.floats(0, 1200))
def test_a_further_look_always_leads_to_a_step(track, options, now):
    # Nobody asks before a stop was sent, or another's was found.
    assume(track.accepted or track.foreign or track.refusal)
    step = judge(track, options, statuses, now, deadline=600.0)
    assert step.action in (STOP, FORCE, WAIT, DONE)
    assert (step.action == DONE) == (step.outcome is not None)
    if now >= 600.0:
        assert step.action == DONE, "nothing goes on after the deadline"
    if step.action == STOP:
        assert track.seen.phase == "stoppable" and not track.accepted and not track.foreign
    if step.action == FORCE:
        assert track.asked_at is not None and not track.forced and track.asked_at + options.force_after <= now
        assert track.accepted or not track.foreign, "another's stop is not ours to force"
    if step.outcome in ("stopped", "stop_requested"):
        assert track.accepted or track.doubtful
    if step.outcome == "failed":
        assert step.problem is not None
