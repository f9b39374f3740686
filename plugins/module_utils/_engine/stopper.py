# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sends stops, one by one or in batches, and reads the answer for each job. It never repeats a stop."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from typing import Any, Callable, NamedTuple

from ansible_collections.otc.teardown.plugins.module_utils._api.api import Api
from ansible_collections.otc.teardown.plugins.module_utils._base.errors import ApiError, Meaning, Problem
from ansible_collections.otc.teardown.plugins.module_utils._base.threads import Pool
from ansible_collections.otc.teardown.plugins.module_utils._engine.acceptance import (
    shows_end,
    shows_job,
    unclear,
    verdict,
)
from ansible_collections.otc.teardown.plugins.module_utils._http.answers import (
    Answer,
    document_of,
    excerpt,
    item_problem,
    problem_of,
    stated_failure,
)
from ansible_collections.otc.teardown.plugins.module_utils._model.calls import StopMany
from ansible_collections.otc.teardown.plugins.module_utils._model.job import text_at
from ansible_collections.otc.teardown.plugins.module_utils._model.key import Key

# A batch that is refused with one of these meanings is too large, or one of its jobs causes the refusal: split it.
_WORTH_PARTING = frozenset({
    Meaning.BATCH_SIZE, Meaning.INVALID, Meaning.REFUSED, Meaning.ABSENT, Meaning.NOT_FOUND, Meaning.BUSY,
    Meaning.DENIED, Meaning.ELSEWHERE,
})
_SAYS_TOO_LARGE = frozenset({Meaning.INVALID, Meaning.REFUSED})


class Order(NamedTuple):
    """A stop to send. `alone`: send it in its own batch, because it may be the reason why earlier stops got no answer."""

    key: Key
    force: bool
    alone: bool = False


class Stopper:
    """Sends stops for jobs of one kind; remembers the accepted batch size, and whether the API offers batches."""

    def __init__(self, api: Api, pool: Pool, concurrency: int) -> None:
        self._api = api
        self._pool = pool
        self._concurrency = concurrency
        self._lock = threading.Lock()
        self._batches_offered = True
        many = api.dialect.stop_many
        self._size = many.size if many else 1

    def send(self, orders: Sequence[Order], deadline: float, note: Callable[[Order, Problem | None], None]) -> None:
        """Send each of these stops once, and call `note` with its result: None if it was accepted, otherwise the problem.

        Several threads call `note`, but never at the same time. A stop that cannot be sent by the deadline is THROTTLED.
        """
        noted: set[Key] = set()

        def note_once(order: Order, problem: Problem | None) -> None:
            with self._lock:
                noted.add(order.key)
                note(order, problem)

        many, one = self._api.dialect.stop_many, self._api.dialect.stop_one
        if many is None or (one is not None and (len(orders) == 1 or not self._batches_offered)):
            self._pool.map(lambda order: note_once(order, self._one(order, deadline)), orders)
            return
        together = [order for order in orders if not order.alone]
        heap = [[order] for order in orders if order.alone] + ([together] if together else [])
        self._work(heap, many, deadline, note_once, only_learn=True)
        self._pool.map(lambda _worker: self._work(heap, many, deadline, note_once), range(self._concurrency))
        unsent = [order for order in orders if order.key not in noted]
        if unsent:  # the API does not offer batches
            self.send(unsent, deadline, note)

    def _one(self, order: Order, deadline: float) -> Problem | None:
        stop = self._api.dialect.stop_one
        if stop is None:
            raise AssertionError(f"{self._api.resource.name} describes no way to stop one job")
        names = {"id": order.key.id, "parent": order.key.parent}
        body = stop.body(order.force) if stop.body else None
        try:
            answer = self._api.exchange(stop.call, names, body=body, deadline=deadline)
        except ApiError as error:
            return error.problem
        document = document_of(answer)
        if stop.answers_job:
            shown = shows_job(document, self._api.resource, self._api.dialect, order.key)
            return verdict({name: value for name, value in document.items() if name != "status"}, answer, stop.accepted, shown)
        return verdict(document, answer, stop.accepted, self._shows_end(document, order.key))

    def _shows_end(self, item: Mapping[str, Any], key: Key) -> bool:
        return shows_end(item, self._api.resource, self._api.dialect, key)

    def _work(
        self,
        heap: list[list[Order]],
        many: StopMany,
        deadline: float,
        note: Callable[[Order, Problem | None], None],
        only_learn: bool = False,
    ) -> None:
        """Send batches from the heap until it is empty. `only_learn`: end after the first batch with an accepted size."""
        while True:
            batch = self._take(heap)
            if not batch:
                return
            found, again = self._batch(batch, many, deadline)
            for order in batch:
                if order.key in found:
                    note(order, found[order.key])
            with self._lock:
                heap.extend(again)
            if only_learn and not again:
                return

    def _take(self, heap: list[list[Order]]) -> list[Order]:
        with self._lock:
            if not heap or not self._batches_offered:
                return []
            orders = heap.pop()
            batch = orders[:self._size]
            del orders[:self._size]
            if orders:
                heap.append(orders)
            return batch

    def _batch(
        self, orders: list[Order], many: StopMany, deadline: float
    ) -> tuple[dict[Key, Problem | None], list[list[Order]]]:
        """(result of each stop in a batch, parts to send again because the API refused them without processing them)."""
        body = {many.jobs: [dict(many.entry(order.key.id, order.force)) for order in orders]}
        try:
            answer = self._api.exchange(many.call, {}, body=body, deadline=deadline)
        except ApiError as error:
            return {order.key: error.problem for order in orders}, []
        found = self._own_answers(orders, many, answer)
        if answer.status < 300:
            return {order.key: found.get(order.key, _unmentioned(answer)) for order in orders}, []
        rest = [order for order in orders if order.key not in found]
        if found and rest:
            return found, [rest]
        return (found, []) if found else self._refused(orders, problem_of(answer))

    def _own_answers(self, orders: list[Order], many: StopMany, answer: Answer) -> dict[Key, Problem | None]:
        items = document_of(answer).get(many.results)
        keys = {order.key.id: order.key for order in orders}
        found: dict[Key, Problem | None] = {}
        for item in items if isinstance(items, list) else []:
            key = keys.get(text_at(item, self._api.dialect.fields.id) or "") if isinstance(item, dict) else None
            if key is not None:
                said = self._said_of(item, key, many, answer)
                found[key] = said if found.get(key, said) == said else unclear(answer)
        return found

    def _said_of(self, item: Mapping[str, Any], key: Key, many: StopMany, answer: Answer) -> Problem | None:
        if answer.status >= 300:  # with this HTTP status, an item can only report a failure
            return item_problem(item, answer) or unclear(answer)
        return verdict(item, answer, many.accepted, self._shows_end(item, key))

    def _refused(
        self, orders: list[Order], problem: Problem
    ) -> tuple[dict[Key, Problem | None], list[list[Order]]]:
        unknown_call = problem.meaning is Meaning.ADDRESS and problem.http_status in (404, 405)
        if unknown_call and self._api.dialect.stop_one is not None:
            self._batches_offered = False
            return {}, []
        if len(orders) == 1 or problem.meaning not in _WORTH_PARTING:
            return {order.key: problem for order in orders}, []
        middle = len(orders) // 2
        with self._lock:
            if problem.meaning is Meaning.BATCH_SIZE:
                self._size = 1
            elif problem.meaning in _SAYS_TOO_LARGE:
                self._size = min(self._size, middle)
        return {}, [orders[middle:], orders[:middle]]


def _unmentioned(answer: Answer) -> Problem:
    """The problem of a job that a successful answer does not mention; the caller must read the job."""
    text = f"the answer does not mention this job: {excerpt(answer) or 'nothing'}"
    silent = Problem(text, Meaning.GARBLED, http_status=answer.status)
    return stated_failure(answer) or silent
