# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rows of the decision table as whole runs, against a cloud made of a script and on a clock of our own."""

from __future__ import annotations

import itertools
import json
import types

import pytest

from ansible_collections.otc.teardown.plugins.module_utils._api.api import Api
from ansible_collections.otc.teardown.plugins.module_utils._base.errors import ApiError, Meaning, Problem
from ansible_collections.otc.teardown.plugins.module_utils._base.threads import Pool
from ansible_collections.otc.teardown.plugins.module_utils._base.times import format_span
from ansible_collections.otc.teardown.plugins.module_utils._engine import rounds
from ansible_collections.otc.teardown.plugins.module_utils._engine.decision import Options
from ansible_collections.otc.teardown.plugins.module_utils._engine.rounds import Clock
from ansible_collections.otc.teardown.plugins.module_utils._engine.run import Run
from ansible_collections.otc.teardown.plugins.module_utils._engine.selection import Selection
from ansible_collections.otc.teardown.plugins.module_utils._http.answers import Answer
from ansible_collections.otc.teardown.plugins.module_utils._http.rate_limit import Pace
from ansible_collections.otc.teardown.plugins.module_utils._http.window import Limit
from ansible_collections.otc.teardown.plugins.module_utils._model.key import Key
from ansible_collections.otc.teardown.plugins.module_utils._modules.rows import stop_row
from ansible_collections.otc.teardown.plugins.module_utils._resources import drs_job, modelarts_visualization_job

VISUALIZATION, DRS = modelarts_visualization_job.RESOURCE, drs_job.RESOURCE
FIRST_PAUSE = Options().wait_interval
DRS_ID = "c7debc9c-8e09-4a5d-8dd6-cc44f78jb20r"

# What a stop or a read may be answered with: (status, document) or the Problem that there is no answer.
OK = (200, {"is_success": True})
SUCCESS = (200, {"id": DRS_ID, "status": "success"})
TIMEOUT = Problem("no answer from modelarts.example.com", Meaning.LOST)
PLAIN_404 = (404, {})
BAD_GATEWAY = (502, {"error_code": "APIG.0201", "error_msg": "Backend unavailable"})
DENIED = (403, {"error_code": "ModelArts.0108", "error_msg": "Not authorized"})


def refused(number):
    return 200, {"is_success": False, "error_code": "ModelArts.0105",
                 "error_message": f"This job can't be stop. job status: {number}"}


BUSY = (200, {"id": DRS_ID, "status": "failed", "error_code": "DRS.M01504", "error_msg": "Another operation"})


class Cloud:
    """Stands in for a connection. Reads and stops are answered in turn, the last answer for ever after."""

    project_id = "0123456789abcdef0123456789abcdef"

    def __init__(self, reads, stops=(), seconds_per_request=0.0):
        self.reads, self.stops = list(reads), list(stops)
        self.time = 1000.0
        self.sent = []
        self._seconds = seconds_per_request
        self.client = types.SimpleNamespace(pace=Pace(lambda: self.time, self.pass_time))

    def url(self, service):
        return f"https://{service}.example.com"

    def exchange(self, request, deadline=None):
        self.time += self._seconds
        if request.safe:
            answer = self._read(request, self._next(self.reads))
        else:
            self.sent.append((self.time - 1000.0, json.loads(request.body or b"{}")))
            answer = self._next(self.stops)
        if isinstance(answer, Problem):
            raise ApiError(answer, request.doing)
        return Answer(answer[0], {}, json.dumps(answer[1]).encode())

    def _next(self, answers):
        return answers.pop(0) if len(answers) > 1 else answers[0]

    def _read(self, request, state):
        if isinstance(state, (tuple, Problem)):
            listed = request.url.endswith("/visualization-jobs") and state == PLAIN_404
            return (200, {"jobs": [], "job_total_count": 0}) if listed else state
        if "drs" in request.host:
            return 200, {"job": {"id": DRS_ID, "status": state, "base_info": {"name": "d"}}}
        return 200, {"job_id": 10, "job_name": "v", "status": state}

    def pass_time(self, seconds):
        assert seconds > 0
        self.time += seconds

    def clock(self):
        return Clock(lambda: self.time, self.pass_time, lambda: self.time)


def run(cloud, resource=VISUALIZATION, check_mode=False, wait_interval=2.0, **options):
    """The row of a job, with a first pause after which each look may be followed by a stop."""
    key = Key("10" if resource is VISUALIZATION else DRS_ID)
    dialect = "v5" if resource is DRS else None
    one = Run(Api(cloud, resource, dialect), concurrency=1, now=cloud.clock().now)
    one.read(Selection(keys=(key,)), cloud.time)
    options["wait_interval"] = wait_interval
    rounds.stop([one], Options(**options), check_mode, cloud.time, cloud.clock(), Pool(1))
    return stop_row(one.tracks[0], resource)


ROWS = [
    # what the reads say, what stops are answered with -> outcome, changed, stops sent, status in the end
    ("not found", [PLAIN_404], [], "missing", False, 0, None),
    ("ended", [12], [], "already_ended", False, 0, "KILLED"),
    ("completed", [10], [], "already_ended", False, 0, "COMPLETED"),
    ("stopping already", [9, 9, 12], [], "ended", False, 0, "KILLED"),
    ("stopping already, then gone", [9, PLAIN_404], [], "ended", False, 0, "GONE"),
    ("stoppable", [8, 9, 9, 12], [OK], "stopped", True, 1, "KILLED"),
    ("stoppable, no effect at first", [8, 8, 8, 12], [OK], "stopped", True, 1, "KILLED"),
    ("unknown status", [14], [], "failed", False, 0, "LOST"),
    ("refused, ended meanwhile", [8, 10], [refused(10)], "ended_meanwhile", False, 1, "COMPLETED"),
    ("refused, another stop", [8, 9, 12], [refused(9)], "ended", False, 1, "KILLED"),
    ("refused, then accepted", [8, 8, 9, 12], [refused(1), OK], "stopped", True, 2, "KILLED"),
    ("no answer, ended", [8, 12], [TIMEOUT], "stopped", True, 1, "KILLED"),
    ("no answer, stopping", [8, 9, 12], [TIMEOUT], "stopped", True, 1, "KILLED"),
    ("no answer, completed by itself", [8, 10], [TIMEOUT], "ended_meanwhile", False, 1, "COMPLETED"),
    ("no answer, still stoppable", [8, 8, 9, 12], [TIMEOUT, OK], "stopped", True, 2, "KILLED"),
    ("5xx, stopping", [8, 9, 12], [BAD_GATEWAY], "stopped", True, 1, "KILLED"),
    ("5xx, still stoppable", [8, 8, 12], [BAD_GATEWAY, OK], "stopped", True, 2, "KILLED"),
    ("half an answer, ended", [8, 12], [(200, [])], "stopped", True, 1, "KILLED"),
    ("gone while waiting", [8, 9, PLAIN_404], [OK], "stopped", True, 1, "GONE"),
    ("unread for a while", [8, BAD_GATEWAY, TIMEOUT, 12], [OK], "stopped", True, 1, "KILLED"),
    ("unread at first", [BAD_GATEWAY], [], "failed", False, 0, None),
    ("denied", [8], [DENIED], "failed", False, 1, "RUNNING"),
    ("denied reads after the stop", [8, DENIED], [OK], "failed", True, 1, "RUNNING"),
]


@pytest.mark.parametrize(
    ("reads", "stops", "outcome", "changed", "sent", "status"), [pytest.param(*row[1:], id=row[0]) for row in ROWS]
)
def test_a_run(reads, stops, outcome, changed, sent, status):
    cloud = Cloud(reads, stops)
    row = run(cloud)
    assert (row["outcome"], row["changed"], row["status"]) == (outcome, changed, status)
    assert len(cloud.sent) == sent
    assert (row["error"] is not None) == (outcome in ("failed", "missing"))


@pytest.mark.parametrize(("reads", "stops"), [pytest.param(*row[1:3], id=row[0]) for row in ROWS])
def test_check_mode_predicts_it_and_sends_nothing(reads, stops):
    cloud = Cloud(reads, stops)
    row = run(cloud, check_mode=True)
    assert cloud.sent == []
    expected = {"8": "would_stop", "9": "already_stopping", "10": "already_ended", "12": "already_ended",
                "14": "failed", str(PLAIN_404): "missing", str(BAD_GATEWAY): "failed"}[str(reads[0])]
    assert (row["outcome"], row["changed"]) == (expected, expected == "would_stop")


@pytest.mark.parametrize(("reads", "stops", "outcome", "changed", "sent"), [
    ([8], [OK], "stop_requested", True, 1),
    ([9], [], "already_stopping", False, 0),
    ([12], [], "already_ended", False, 0),
    ([8, 9], [refused(9)], "already_stopping", False, 1),
    ([8, 10], [refused(10)], "ended_meanwhile", False, 1),
    ([8, 8], [refused(8), OK], "stop_requested", True, 2),
    ([8, 9], [TIMEOUT], "stop_requested", True, 1),
    ([8, 12], [TIMEOUT], "stopped", True, 1),
    ([8, 8], [TIMEOUT, OK], "stop_requested", True, 2),
])
def test_a_run_that_does_not_wait(reads, stops, outcome, changed, sent):
    cloud = Cloud(reads, stops)
    row = run(cloud, wait=False)
    assert (row["outcome"], row["changed"], len(cloud.sent)) == (outcome, changed, sent)


@pytest.mark.parametrize(("reads", "stops", "outcome", "changed", "message"), [
    ([8], [OK], "timed_out", True, "still RUNNING when wait_timeout ended"),
    ([8, 9], [OK], "timed_out", True, "still KILLING when wait_timeout ended"),
    ([9], [], "timed_out", False, "still KILLING when wait_timeout ended"),
    ([8], [refused(1)], "failed", False, "This job can't be stop. job status: 1"),
    ([8], [TIMEOUT], "failed", False,
     "no answer from modelarts.example.com; a stop that got no clear answer may have landed"),
    ([8, BAD_GATEWAY], [OK], "timed_out", True, "Backend unavailable"),
])
def test_wait_timeout_ends_every_run(reads, stops, outcome, changed, message):
    cloud = Cloud(reads, stops, seconds_per_request=0.1)
    row = run(cloud, wait_timeout=60)
    assert (row["outcome"], row["changed"], row["error"]["message"]) == (outcome, changed, message)
    assert all(moment < 60.5 for moment, _body in cloud.sent)
    assert 1060 <= cloud.time < 1062


def test_the_code_and_the_text_of_the_api_are_in_the_row():
    row = run(Cloud([8], [refused(1)]), wait_timeout=1)
    assert row["error"] == {"code": "ModelArts.0105", "message": "This job can't be stop. job status: 1",
                            "http_status": 200, "request_id": None}


@pytest.mark.parametrize(("reads", "stops", "options", "outcome", "forced"), [
    (["INCRE_TRANSFER_STARTED", "RELEASE_RESOURCE_COMPLETE"], [SUCCESS], {}, "stopped", [False]),
    (["INCRE_TRANSFER_FAILED", "RELEASE_RESOURCE_COMPLETE"], [SUCCESS], {"force": True}, "stopped", [True]),
    (["INCRE_TRANSFER_STARTED", "RELEASE_RESOURCE_FAILED"], [SUCCESS], {}, "failed", [False]),
    (["INCRE_TRANSFER_STARTED"], [BUSY], {"wait_timeout": 3}, "failed", [False, False]),
    (["RELEASE_RESOURCE_STARTED", "RELEASE_RESOURCE_FAILED"], [], {}, "failed", []),
    (["CONFIGURATION", "CONFIGURATION", "RELEASE_RESOURCE_COMPLETE"], [BUSY, SUCCESS], {}, "stopped", [False, False]),
])
def test_drs_jobs(reads, stops, options, outcome, forced):
    cloud = Cloud(reads, stops)
    assert run(cloud, DRS, **options)["outcome"] == outcome
    assert [body["is_force_stop"] for _moment, body in cloud.sent] == forced


def test_a_graceful_stop_is_forced_once_and_on_time():
    cloud = Cloud(["INCRE_TRANSFER_STARTED", "RELEASE_RESOURCE_STARTED"], [SUCCESS])
    row = run(cloud, DRS, force_after=45.0, wait_timeout=100.0)
    assert row["outcome"] == "timed_out"
    assert [(moment, body["is_force_stop"]) for moment, body in cloud.sent] == [(0.0, False), (45.0, True)]


def test_a_stop_that_is_refused_for_so_long_is_forced_on_time():
    cloud = Cloud([*["INCRE_TRANSFER_FAILED"] * 8, "RELEASE_RESOURCE_COMPLETE"], [*[BUSY] * 7, SUCCESS])
    row = run(cloud, DRS, force_after=45.0, wait_timeout=100.0)
    sent = [(moment, body["is_force_stop"]) for moment, body in cloud.sent]
    assert (row["outcome"], row["changed"]) == ("stopped", True)
    assert all(forced == (moment >= 45.0) for moment, forced in sent)
    assert (45.0, True) in sent and len(sent) == 8


def test_a_forced_stop_that_is_refused_is_sent_again_until_the_time_is_over():
    cloud = Cloud(["INCRE_TRANSFER_FAILED"], [BUSY])
    row = run(cloud, DRS, force_after=45.0, wait_timeout=100.0)
    assert (row["outcome"], row["changed"], row["error"]["code"]) == ("failed", False, "DRS.M01504")
    forced = [moment for moment, body in cloud.sent if body["is_force_stop"]]
    assert forced[0] == 45.0 and len(forced) > 2


@pytest.mark.parametrize("spent", [0.0, 700.0])
def test_each_job_has_its_one_stop_however_late_it_is(spent):
    """Reading took longer than the task may wait; no pace is demanded, so none is spoken of."""
    for check_mode in (False, True):
        cloud = Cloud([8, 9], [OK])
        one = Run(Api(cloud, VISUALIZATION, None), concurrency=1, now=cloud.clock().now)
        one.read(Selection(keys=(Key("10"),)), cloud.time)
        cloud.time += spent
        rounds.stop([one], Options(wait_timeout=0.0 if not spent else 600.0), check_mode, 1000.0, cloud.clock(), Pool(1))
        row = stop_row(one.tracks[0], VISUALIZATION)
        assert (row["outcome"], len(cloud.sent)) == (("would_stop", 0) if check_mode else ("timed_out", 1))


@pytest.mark.parametrize(("seconds", "spent", "refused"), [
    (0, 700.0, False), (14, 700.0, False), (16, 700.0, True), (60, 0.0, False), (601, 0.0, True), (16, 590.0, True),
])
@pytest.mark.parametrize("check_mode", [False, True])
def test_a_limit_is_spoken_of_only_where_it_is_demanded(seconds, spent, refused, check_mode):
    """One request for each of so many seconds, the last just before the stop."""
    cloud = Cloud([8, 12], [OK])
    one = Run(Api(cloud, VISUALIZATION, None), concurrency=1, now=cloud.clock().now)
    one.read(Selection(keys=(Key("10"),)), cloud.time)
    cloud.time += spent
    if seconds:
        pace = cloud.client.pace
        _taken, refused_one = pace.take_turn(), pace.take_turn()
        pace.refused(refused_one, None, Limit(1, float(seconds)))
    rounds.stop([one], Options(wait_timeout=600.0), check_mode, 1000.0, cloud.clock(), Pool(1))
    row = stop_row(one.tracks[0], VISUALIZATION)
    assert (row["outcome"] == "failed") is refused
    if refused:
        assert cloud.sent == []
        left = {700.0: "0s", 590.0: "10s", 0.0: "10m"}[spent]
        assert f"the API allows 1 request in {format_span(seconds)}, so the stops take " in row["error"]["message"]
        assert f"but wait_timeout leaves {left}; nothing was stopped" in row["error"]["message"]


def test_the_looks_after_the_deadline_have_a_grace_of_their_own():
    cloud, asked = Cloud([8, 9], [OK]), []
    exchange = cloud.exchange
    cloud.exchange = lambda request, deadline=None: (asked.append((cloud.time, deadline)), exchange(request))[1]
    run(cloud, wait_timeout=60)
    (stop,), looks = asked[1:2], asked[2:]
    assert stop[1] == 1060.0
    assert all(deadline == max(1060.0, time + 15.0) for time, deadline in looks)
    assert looks[-1] == (1060.0, 1075.0)
    assert [time for time, _deadline in looks].count(1060.0) == 1, "what was read by itself is not read again"


def test_closer_looks_at_very_many_jobs_end():
    cloud, sizes = Cloud([8]), []
    one = Run(Api(cloud, VISUALIZATION, None), concurrency=1, now=cloud.clock().now)
    one._look = lambda tracks, until, closely: (sizes.append(len(tracks)), cloud.pass_time(10.0))
    one._look_closely(list(range(450)), cloud.time + 15.0)
    assert sizes == [100, 100], "the third hundred would begin when the time is over"


def test_nothing_is_repeated_after_a_closer_look_that_used_up_the_time():
    cloud = Cloud([8], [refused(1)])
    one = Run(Api(cloud, VISUALIZATION, None), concurrency=1, now=cloud.clock().now)
    one.read(Selection(keys=(Key("10"),)), cloud.time)
    one._look_closely = lambda tracks, until: cloud.pass_time(100.0)
    rounds.stop([one], Options(wait_timeout=60.0), False, cloud.time, cloud.clock(), Pool(1))
    assert (one.tracks[0].outcome, len(cloud.sent)) == ("failed", 1)


def test_a_second_run_sends_nothing():
    cloud = Cloud([8, 9, 12], [OK])
    assert run(cloud)["outcome"] == "stopped"
    assert run(cloud)["outcome"] == "already_ended"
    assert len(cloud.sent) == 1


@pytest.mark.parametrize(("interval", "sent"), [
    (FIRST_PAUSE, [0.0, 2.58, 4.628]), (0.1, [0.0, 0.516, 0.9256]), (2.0, [0.0, 2.0, 5.2]), (3.0, [0.0, 3.0, 7.8]),
])
@pytest.mark.parametrize("answer", [refused(1), TIMEOUT], ids=["refused", "no answer"])
def test_a_look_comes_soon_but_a_second_stop_does_not(interval, sent, answer):
    cloud = Cloud([8], [answer])
    run(cloud, wait_interval=interval, wait_timeout=10.0)
    assert [moment for moment, _body in cloud.sent][:3] == pytest.approx(sent)


def pauses_of(wait_interval=FIRST_PAUSE):
    """The seconds between the looks at a job that never ends."""
    cloud = Cloud([8, 9], [OK])
    looks = []
    exchange = cloud.exchange
    cloud.exchange = lambda request, deadline=None: (looks.append(cloud.time), exchange(request))[1]
    run(cloud, wait_timeout=200.0, wait_interval=wait_interval)
    return [later - earlier for earlier, later in zip(looks[1:], looks[2:])]


@pytest.mark.parametrize(("options", "first", "longest"), [
    ({}, [0.5, 0.8, 1.28, 2.048], 15.0), ({"wait_interval": 2.0}, [2.0, 3.2, 5.12], 15.0), ({"wait_interval": 40.0}, [40.0, 40.0], 40.0),
])
def test_pauses_grow_from_wait_interval_to_fifteen_seconds(options, first, longest):
    pauses = pauses_of(**options)
    assert pauses[:len(first)] == pytest.approx(first)
    assert max(pauses) == pytest.approx(longest) and sum(pauses) == pytest.approx(200.0)


@pytest.mark.parametrize(("seconds", "looks"), [(0.4, 1), (30.0, 8), (60.0, 10)])
def test_looks_stay_few_although_the_first_comes_early(seconds, looks):
    """A look at a thousand jobs is one request where a page holds as many: with login and list, one percent of the stops."""
    ends = itertools.accumulate(pauses_of())
    assert sum(end < seconds for end in ends) + 1 <= looks


def test_max_stops_sends_nothing_at_all():
    cloud = Cloud([8], [OK])
    row = run(cloud, max_stops=0)
    assert (row["outcome"], row["changed"], cloud.sent) == ("failed", False, [])
    assert "max_stops allows 0" in row["error"]["message"]
