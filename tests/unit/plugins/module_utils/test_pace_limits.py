# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pace against limits of all sorts: eight threads for each task, a network that takes time, and a clock of our own."""

from __future__ import annotations

import heapq
import itertools
import math
import random
from typing import NamedTuple

import pytest

from ansible_collections.otc.teardown.plugins.module_utils._http.rate_limit import Pace
from ansible_collections.otc.teardown.plugins.module_utils._http.window import Limit

LIMIT = Limit(200, 300.0)
THREADS, LATENCY = 8, 0.05


class Sliding:
    """So many requests within any such time."""

    def __init__(self, limit=LIMIT):
        self.limit, self.taken = limit, []

    def refuses(self, now):
        """0 if the request is taken, or the seconds until the next one would be."""
        counted = [time for time in self.taken if time > now - self.limit.seconds]
        if len(counted) >= self.limit.requests:
            return counted[0] + self.limit.seconds - now
        self.taken.append(now)
        return 0.0


class Fixed:
    """So many requests in each window; the first ends after `first` seconds."""

    def __init__(self, limit=LIMIT, first=0.0):
        self.limit, self.first, self.number, self.taken = limit, first or limit.seconds, 0, 0

    def refuses(self, now):
        """0 if the request is taken, or the seconds until the next one would be."""
        number = math.floor((now - self.first) / self.limit.seconds) + 1
        if number > self.number:
            self.number, self.taken = number, 0
        if self.taken >= self.limit.requests:
            return self.first + number * self.limit.seconds - now
        self.taken += 1
        return 0.0


class Bucket:
    """A bucket of so many requests, which is full again after such a time."""

    def __init__(self, limit=LIMIT):
        self.limit, self.level, self.since = limit, float(limit.requests), 0.0

    def refuses(self, now):
        """0 if the request is taken, or the seconds until the next one would be."""
        rate = self.limit.requests / self.limit.seconds
        self.level, self.since = min(self.limit.requests, self.level + (now - self.since) * rate), now
        if self.level < 1.0 - 1e-9:
            return (1.0 - self.level) / rate
        self.level -= 1.0
        return 0.0


class Awaits(Exception):  # noqa: N818 - no error: a thread that sleeps gives way
    """A thread must sleep for so many seconds."""


class Task:
    """A task that has so many requests to make, and what became of them."""

    def __init__(self, start, requests, clock, chance):
        self.start, self.left, self.taken, self.refused = start, requests, [], []
        self.pace = Pace(clock, self.sleep, chance)

    @staticmethod
    def sleep(seconds):
        raise Awaits(seconds)


class Way(NamedTuple):
    """What a refusal says: the limit, or when to come back."""

    limit: bool
    retry_after: bool


class Play:
    """Tasks that make their requests to an API, event by event."""

    def __init__(self, api, way, tasks):
        self.api, self.way, self.now, self.events = api, way, 0.0, []
        self.dice, self.numbers = random.Random(1), itertools.count()
        self.tasks = [Task(start, requests, lambda: self.now, self.dice.random) for start, requests in tasks]
        for task in self.tasks:
            for _thread in range(THREADS):
                self.then(task.start, self.begin, task)

    def then(self, seconds, step, *more):
        heapq.heappush(self.events, (self.now + seconds, next(self.numbers), step, more))

    def play(self):
        while self.events:
            self.now, _number, step, more = heapq.heappop(self.events)
            step(*more)
        return self.tasks

    def begin(self, task):
        if not task.left:
            return
        try:
            turn = task.pace.take_turn(stop=True)
        except Awaits as sleep:
            self.then(sleep.args[0], self.begin, task)
        else:
            task.left -= 1
            self.then(LATENCY * self.dice.uniform(0.3, 0.7), self.arrive, task, turn)

    def arrive(self, task, turn):
        self.then(LATENCY * self.dice.uniform(0.3, 0.7), self.end, task, turn, self.api.refuses(self.now))

    def end(self, task, turn, wait):
        (task.refused if wait else task.taken).append(self.now)
        if wait:
            task.left += 1
            task.pace.refused(turn, math.ceil(wait) if self.way.retry_after else None, self.api.limit if self.way.limit else None)
        else:
            task.pace.taken(turn)
        self.then(0.0, self.begin, task)


def played(api, way, *tasks):
    """Tasks (start, requests) that have made all their requests to this API."""
    return Play(api, way, tasks).play()


SAYS_ALL, SAYS_LIMIT, SAYS_WHEN, SAYS_NOTHING = Way(True, True), Way(True, False), Way(False, True), Way(False, False)


@pytest.mark.parametrize(("api", "way", "allowed", "tried"), [
    # how the API counts, what it says, after how many seconds it allows request 400, refusals after the first ones
    (Sliding, SAYS_ALL, 300.0, 0), (Sliding, SAYS_LIMIT, 300.0, 0), (Sliding, SAYS_WHEN, 300.0, 0),
    (Fixed, SAYS_ALL, 300.0, 0), (Fixed, SAYS_LIMIT, 300.0, 0), (Fixed, SAYS_WHEN, 300.0, 0),
    (lambda: Fixed(first=100.0), SAYS_ALL, 110.0, 0), (lambda: Fixed(first=100.0), SAYS_LIMIT, 300.0, 0),
    (lambda: Fixed(first=200.0), SAYS_WHEN, 200.0, 0),
    (Bucket, SAYS_ALL, 300.0, 0), (Bucket, SAYS_LIMIT, 300.0, 0),
    # where nobody tells, the task must try, and meets the end of the window late
    (Bucket, SAYS_WHEN, 300.0, 20), (Sliding, SAYS_NOTHING, 310.0, 40), (Fixed, SAYS_NOTHING, 310.0, 40), (Bucket, SAYS_NOTHING, 300.0, 40),
])
def test_400_requests_take_as_long_as_200_in_5_minutes_allow(api, way, allowed, tried):
    (task,) = played(api(), way, (0.0, 400))
    assert len(task.taken) == 400
    assert task.taken[-1] <= 1.05 * allowed
    first = task.refused[0]
    assert first < 3.0, "the first burst is as quick as the network"
    late = [time for time in task.refused if time > first + LATENCY]
    assert len(task.refused) - len(late) < THREADS, "those that were under way"
    assert len(late) <= tried


@pytest.mark.parametrize(("way", "most"), [(SAYS_ALL, 1.1), (SAYS_LIMIT, 1.15), (SAYS_WHEN, 1.5), (SAYS_NOTHING, 1.5)])
@pytest.mark.parametrize("api", [Sliding, Fixed, Bucket])
@pytest.mark.parametrize("later", [0.0, 1.0, 100.0])
def test_two_tasks_share_one_limit(api, way, most, later):
    """Both end about as soon as one task with the requests of both, and neither has to wait until the other has ended."""
    one, other = played(api(), way, (0.0, 600), (later, 200))
    assert (len(one.taken), len(other.taken)) == (600, 200)
    ends = sorted(task.taken[-1] for task in (one, other))
    assert ends[-1] <= most * 900.0
    if way is SAYS_ALL:
        assert all(len(task.refused) <= 40 for task in (one, other)), "where each refusal tells when to come back, they are few"
    assert all(sum(time < ends[0] for time in task.taken) >= (50 if way.limit else 5) for task in (one, other))


SMALL = list(itertools.product([Sliding, Fixed, Bucket], [SAYS_ALL, SAYS_LIMIT], [1, 2, 5, 20]))
# Retry-After comes in whole seconds. In a window of 4 s that slides, these may miss the moment each time, until the other task has ended.
SMALL.remove((Sliding, SAYS_ALL, 5))


@pytest.mark.parametrize(("api", "way", "requests"), SMALL)
def test_two_tasks_share_a_limit_of_few_requests(api, way, requests):
    """Who finds it used up meets the moment at which it is not, before the other task does."""
    one, other = played(api(Limit(requests, 4.0)), way, (0.0, 20 * requests), (1.0, 20 * requests))
    ends = sorted(task.taken[-1] for task in (one, other))
    assert ends[-1] <= 1.05 * 160.0
    assert all(sum(time < ends[0] for time in task.taken) >= 5 * requests for task in (one, other))
    assert all(len(task.refused) <= 8 * len(task.taken) for task in (one, other))


def test_a_task_that_finds_a_limit_used_up_gets_its_turn_when_the_window_ends():
    api = Sliding()
    api.taken = [-250.0] * 200
    (task,) = played(api, SAYS_LIMIT, (0.0, 100))
    assert task.taken[-1] < 75.0
    assert len(task.refused) <= 20, "it does not ask all the time"
