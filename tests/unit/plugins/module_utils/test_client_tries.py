# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When a request is tried again, how long that waits, and with whose token: on a clock and a wire of our own."""

from __future__ import annotations

import contextlib
import email.utils
import types

import pytest

from ansible_collections.otc.teardown.plugins.module_utils._base.errors import ApiError, Meaning, Problem
from ansible_collections.otc.teardown.plugins.module_utils._base.text import Redactor
from ansible_collections.otc.teardown.plugins.module_utils._http import client as client_module
from ansible_collections.otc.teardown.plugins.module_utils._http.answers import Answer
from ansible_collections.otc.teardown.plugins.module_utils._http.client import Client
from ansible_collections.otc.teardown.plugins.module_utils._http.request import Request
from ansible_collections.otc.teardown.plugins.module_utils._http.transport import Transport, TransportOptions
from ansible_collections.otc.teardown.plugins.module_utils._http.window import Limit
from tests.unit.plugins.module_utils.client_scene import Scene

READ = Request("GET", "https://drs.example.com/v5/jobs", "list jobs", True)
STOP = Request("POST", "https://drs.example.com/v5/stop", "stop job 1", False)
TIME_OF_DAY = 1_700_000_000.0


def answer(status, text="", **headers):
    content = b'{"error_msg": "%s"}' % text.encode() if text else b'{"jobs": []}'
    return Answer(status, {name.replace("_", "-"): value for name, value in headers.items()}, content)


def problem(meaning):
    return Problem(f"it is {meaning.value}", meaning)


OK, MULTIPLE, FULL, DENIED = answer(200), answer(300), answer(503), answer(403, "no")
LOST, UNSENT, GARBLED = problem(Meaning.LOST), problem(Meaning.UNSENT), problem(Meaning.GARBLED)
LIMIT = answer(429, "limit:200,time:1 minute")
THROTTLED_INSIDE = Answer(200, {}, b'{"error_code": "APIG.0308", "error_msg": "slow down"}')
EXPIRED = Answer(401, {}, b'{"error_code": "APIG.0307", "error_msg": "expired"}')
EXPIRED_OF_DRS = Answer(403, {}, b'{"error_code": "DRS.M00100", "error_msg": "expired"}')
EXPIRED_ELSEWHERE = Answer(400, {}, b'{"error_code": "APIG.0307", "error_msg": "expired"}')


class Badge:
    """An authenticator with a new token for each of these answers to `renew`."""

    slot = contextlib.nullcontext()

    def __init__(self, *renewals):
        self.renewals, self.number, self.rejected, self.asked = iter(renewals), 1, [], []
        self.noted = []

    def why_not(self, request):
        return None

    def note(self, request, proof, rejection):
        self.noted.append((proof["X-Auth-Token"], rejection and rejection.meaning))

    def headers_for(self, request):
        self.asked.append(request)
        return {"X-Auth-Token": f"token {self.number}"}

    def renew(self, rejected, safe=True):
        self.rejected.append(rejected["X-Auth-Token"])
        self.number += 1
        return next(self.renewals)


@pytest.fixture(autouse=True)
def time_of_day(monkeypatch):
    monkeypatch.setattr(client_module, "time", types.SimpleNamespace(time=lambda: TIME_OF_DAY))


def retry_after(value):
    return answer(429, "slow down", retry_after=value)


ROWS = [
    # request, answers, tries -> requests sent, seconds slept, what comes of it
    ("an answer", READ, [OK], 5, 1, [], OK),
    ("the last of the good ones", READ, [answer(299)], 5, 1, [], answer(299)),
    ("a failure inside a good one", READ, [THROTTLED_INSIDE, OK], 5, 1, [], THROTTLED_INSIDE),
    ("a redirect", READ, [MULTIPLE], 5, 1, [], MULTIPLE),
    ("tried until it is answered", READ, [FULL, LOST, UNSENT, OK], 5, 4, [0.5, 1.0, 2.0], OK),
    ("as often as told", READ, [FULL], 3, 3, [0.5, 1.0], FULL),
    ("once if told so", READ, [FULL], 1, 1, [], FULL),
    ("no answer ever", READ, [LOST], 2, 2, [0.5], Meaning.LOST),
    ("an answer that cannot be read", READ, [GARBLED], 5, 1, [], Meaning.GARBLED),
    ("a refusal", READ, [DENIED, OK], 5, 1, [], DENIED),
    ("a stop is sent once", STOP, [FULL, OK], 5, 1, [], FULL),
    ("whatever becomes of it", STOP, [LOST, OK], 5, 1, [], Meaning.LOST),
    ("or if it was never sent", STOP, [UNSENT, OK], 5, 1, [], Meaning.UNSENT),
    ("throttled, in seconds", READ, [retry_after("7"), OK], 5, 2, [7.0], OK),
    ("throttled for nothing", READ, [retry_after("0"), OK], 5, 2, [], OK),
    ("throttled, by date", READ, [retry_after(email.utils.formatdate(TIME_OF_DAY + 9, usegmt=True)), OK], 5, 2, [9.0], OK),
    ("throttled without a word", READ, [retry_after("soon"), OK], 5, 2, [0.5], OK),
    ("throttled for as long as we wait", READ, [retry_after("600"), OK], 5, 2, [600.0], OK),
    ("throttled for longer than that", READ, [retry_after("601"), OK], 5, 1, [], Meaning.THROTTLED),
    ("throttled, with a limit, for five of its windows", READ, [LIMIT], 5, 160, [2.34375] * 159, LIMIT),
    ("throttled, with a limit of little", READ, [answer(429, "limit:1,time:2 second"), OK], 5, 2, [0.5], OK),
    ("throttled, with both", READ, [answer(429, "limit:200,time:1 minute", retry_after="3"), OK], 5, 2, [3.0], OK),
    ("a stop that is throttled", STOP, [retry_after("7"), OK], 5, 1, [], retry_after("7")),
]


@pytest.mark.parametrize(
    ("request_", "answers", "tries", "sent", "slept", "end"), [pytest.param(*row[1:], id=row[0]) for row in ROWS]
)
def test_tries(request_, answers, tries, sent, slept, end):
    scene = Scene(*answers, tries=tries)
    assert scene.exchange(request_) == end
    assert (scene.slept, scene.client.calls) == (slept, sent)
    assert scene.wire.sent == [(request_, {}, 30.0)] * sent


@pytest.mark.parametrize(("request_", "deadline", "sent", "slept"), [
    (READ, 100.5, 2, [0.5]), (READ, 100.4, 1, []), (READ, 99.0, 1, []), (STOP, 200.0, 1, []),
])
def test_no_try_begins_after_the_deadline(request_, deadline, sent, slept):
    scene = Scene(FULL, OK)
    assert scene.exchange(request_, None, deadline) == (OK if sent == 2 else FULL)
    assert (scene.slept, scene.client.calls) == (slept, sent)


@pytest.mark.parametrize(("request_", "deadline", "timeout"), [
    (READ, None, 30.0), (READ, 110.0, 10.0), (READ, 500.0, 30.0), (READ, 101.5, 1.5), (READ, 100.2, 1.0), (READ, 50.0, 1.0),
    (STOP, None, 30.0), (STOP, 110.0, 30.0), (STOP, 50.0, 30.0),
])
@pytest.mark.parametrize("badge", [None, Badge()], ids=["open", "with a token"])
def test_only_a_safe_request_is_cut_short_by_the_deadline(request_, deadline, timeout, badge):
    scene = Scene(OK)
    scene.exchange(request_, badge, deadline)
    assert [sent[2] for sent in scene.wire.sent] == [timeout]


def test_a_throttled_stop_holds_back_whatever_comes_next():
    scene = Scene(retry_after("7"), OK)
    scene.exchange(STOP)
    assert scene.slept == []
    assert scene.exchange(READ) == OK
    assert scene.slept == [7.0]


def test_a_turn_that_comes_too_late_is_not_taken():
    scene = Scene(retry_after("7"), OK)
    scene.exchange(STOP)
    with pytest.raises(ApiError) as caught:
        scene.client.exchange(STOP, None, 105.0)
    words = ("not sent: drs.example.com asked to wait for longer than the time that is left (5s); it will take requests again "
             "in 7s, at 2023-11-14T22:13:27Z: come back then")
    assert caught.value.problem == Problem(words, Meaning.THROTTLED)
    assert (scene.client.calls, scene.slept) == (1, [])
    assert scene.exchange(READ, None, 100.4) is Meaning.THROTTLED
    assert (scene.client.calls, scene.slept) == (1, [])


def test_a_limit_that_was_learnt_is_kept_to():
    scene = Scene(OK, OK, answer(429, "limit:2,time:100 second"), OK)
    for request_ in (STOP, STOP, STOP, READ):
        scene.exchange(request_)
    assert scene.slept == [pytest.approx(101.95)]
    assert scene.client.pace.slowest(2) == (Limit(2, 100.0), pytest.approx(101.95))


@pytest.mark.parametrize(("answers", "renewals", "proofs", "end"), [
    ([OK], [], [1], OK),
    ([EXPIRED, OK], [True], [1, 2], OK),
    ([EXPIRED_OF_DRS, OK], [True], [1, 2], OK),
    ([EXPIRED, EXPIRED, OK], [True, True], [1, 2, 3], OK),
    ([EXPIRED, OK], [False], [1], EXPIRED),
    ([EXPIRED_ELSEWHERE, OK], [True], [1, 2], OK),
    ([DENIED, OK], [], [1], DENIED),
    ([GARBLED, OK], [], [1], Meaning.GARBLED),
])
@pytest.mark.parametrize("request_", [READ, STOP], ids=["read", "stop"])
def test_a_rejected_token_is_renewed(request_, answers, renewals, proofs, end):
    scene, badge = Scene(*answers), Badge(*renewals)
    assert scene.exchange(request_, badge) == end
    assert scene.wire.sent == [(request_, {"X-Auth-Token": f"token {number}"}, 30.0) for number in proofs]
    assert badge.rejected == [f"token {number}" for number in range(1, len(renewals) + 1)]
    assert badge.asked == [request_] * len(proofs)
    assert scene.slept == []
    noted = {id(OK): None, id(EXPIRED): Meaning.REAUTH, id(EXPIRED_OF_DRS): Meaning.REAUTH, id(EXPIRED_ELSEWHERE): Meaning.REAUTH}
    told = [(f"token {number}", one) for number, one in zip(proofs, answers) if id(one) in noted]
    assert badge.noted == [(token, noted[id(one)]) for token, one in told], "what says nothing of the login is not noted"


@pytest.mark.parametrize(("given", "document", "words"), [
    (Answer(200, {}, b'{"a": 1}'), {"a": 1}, None),
    (Answer(200, {}, b""), {}, None),
    (answer(422, "no such thing"), None, "Failed to list jobs: no such thing (HTTP 422)"),
    (Answer(200, {}, b"<html>"), None, "Failed to list jobs: the answer is not a JSON object: <html> (HTTP 200)"),
])
def test_the_document_of_an_answer(given, document, words):
    scene, badge = Scene(given), Badge()
    if words is None:
        assert scene.client.send(READ, badge, 110.0) == document
    else:
        with pytest.raises(ApiError) as caught:
            scene.client.send(READ, badge, 110.0)
        assert str(caught.value) == words
    assert scene.wire.sent == [(READ, {"X-Auth-Token": "token 1"}, 10.0)]


def test_check_mode_lets_nothing_out_that_changes_something():
    scene = Scene(OK, check_mode=True)
    with pytest.raises(AssertionError, match="^check mode: refused to stop job 1$"):
        scene.client.exchange(STOP)
    assert scene.wire.sent == []
    assert scene.client.exchange(READ) == OK
    assert Client(TransportOptions(), Redactor()).check_mode is False


def test_a_client_holds_what_it_was_given_and_closes_its_connections():
    scene = Scene(OK)
    client = scene.client
    assert (client.options, client.redact, client.clock(), client.calls) == (scene.options, scene.redact, 100.0, 0)
    client.close()
    assert scene.wire.open is False
    fresh = Client(scene.options, scene.redact)
    assert isinstance(fresh._transport, Transport) and fresh._transport.redact is scene.redact
    assert fresh.clock() > 0
