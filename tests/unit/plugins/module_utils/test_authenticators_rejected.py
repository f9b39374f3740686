# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A login that is rejected in mid-run: when there is another, and after what nothing more is sent."""

from __future__ import annotations

import contextlib
import threading

import pytest

from ansible_collections.otc.teardown.plugins.module_utils._base.errors import ApiError, Meaning
from ansible_collections.otc.teardown.plugins.module_utils._base.threads import Pool
from ansible_collections.otc.teardown.plugins.module_utils._http.answers import Answer
from ansible_collections.otc.teardown.plugins.module_utils._http.request import Request
from ansible_collections.otc.teardown.plugins.module_utils._iam.authenticators import (
    MOST_RENEWALS,
    MOST_REPEATS,
    MOST_SIGNED_AT_ONCE,
    KeyAuthenticator,
    TokenAuthenticator,
)
from tests.unit.plugins.module_utils.client_scene import Scene
from tests.unit.plugins.module_utils.login_scene import about_token, by_key, by_password, connected, refused

OK = Answer(200, {}, b"{}")
EXPIRED = refused(401, "APIG.0307")


def stop(number=1, host="drs"):
    return Request("POST", f"https://{host}.example.com/jobs/{number}/stop", f"stop job {number}", False)


class Cloud:
    """Stands in for the transport: judges each request by its token, which is worth something until it is revoked."""

    def __init__(self, login=None):
        self.logins, self.stopped, self.rejected, self.calls = 0, [], [], 0
        self.valid: set[str] = set()
        self.login, self.lock = login, threading.Lock()
        self.always_rejected: set[str] = set()
        self.rejected_once: set[str] = set()

    def send(self, request, proof, timeout):
        with self.lock:
            self.calls += 1
            if request.doing == "log in":
                self.logins += 1
                if self.logins > 1 and self.login:
                    return self.login
                self.valid = {f"token-{self.logins}"}
                return about_token(token=f"token-{self.logins}")
            known = proof.get("X-Auth-Token") in self.valid
            if not known or request.url in self.always_rejected | self.rejected_once:
                self.rejected_once -= {request.url} if known else set()
                self.rejected.append(request.url)
                return EXPIRED
            self.stopped.append(request.url)
            return OK


def at(cloud, **settings):
    """A connection by password to this cloud."""
    scene, connection = connected(by_password(**settings), about_token())
    connection.client._transport = cloud
    cloud.logins, cloud.valid = 1, {"token-1"}
    return connection, scene


def send(connection, request):
    """What came of it: a status, or the meaning of the problem."""
    try:
        return connection.exchange(request).status
    except ApiError as error:
        return error.problem.meaning


def test_a_token_that_has_worked_may_be_renewed_more_than_once():
    """Tokens live for a day, and runs may be longer."""
    cloud = Cloud()
    connection, _scene = at(cloud)
    for day in range(1, 4):
        cloud.valid = set()
        assert send(connection, stop(day)) == 200
        assert cloud.logins == day + 1
    assert len(cloud.stopped) == 3 == len(cloud.rejected)


def test_a_token_that_has_never_worked_is_not_renewed_again():
    cloud = Cloud()
    connection, _scene = at(cloud)
    cloud.always_rejected = {stop(n).url for n in range(1, 9)}
    assert [send(connection, stop(n)) for n in range(1, 9)] == [401] * 8
    assert cloud.logins == 2
    assert len(cloud.rejected) == 8 + 1 + MOST_REPEATS


def test_a_new_token_that_is_rejected_once_is_tried_again():
    """Another stop's 401 may meet the token before it has worked for any."""
    cloud = Cloud()
    connection, _scene = at(cloud)
    cloud.valid, cloud.rejected_once = set(), {stop(1).url}
    assert [send(connection, stop(n)) for n in (1, 2)] == [200, 200]
    assert cloud.logins == 2


def test_a_request_that_is_always_rejected_makes_no_loop_of_logins():
    """Even if the token works for all others in between."""
    cloud = Cloud()
    connection, _scene = at(cloud)
    cloud.always_rejected = {stop(0).url}
    for number in range(1, 50):
        assert (send(connection, stop(0)), send(connection, stop(number))) == (401, 200)
    assert cloud.logins == 1 + MOST_RENEWALS


@pytest.mark.parametrize("workers", [1, 8])
def test_all_who_held_the_old_token_repeat_with_the_new_one(workers):
    cloud = Cloud()
    connection, _scene = at(cloud)
    cloud.valid = set()
    assert Pool(workers).map(lambda n: send(connection, stop(n)), range(40)) == [200] * 40
    assert cloud.logins == 2
    assert sorted(cloud.stopped) == sorted(stop(n).url for n in range(40))


@pytest.mark.parametrize(("answer", "meaning", "logins"), [
    (refused(401), Meaning.CREDENTIALS, 1), (refused(403), Meaning.DENIED, 1), (refused(503), Meaning.TRANSIENT, 40),
])
def test_a_login_that_is_refused_in_mid_run_is_not_tried_again(answer, meaning, logins):
    """Five wrong passwords lock an account: this one was changed since."""
    cloud = Cloud(login=answer)
    connection, _scene = at(cloud)
    cloud.valid = set()
    assert Pool(8).map(lambda n: send(connection, stop(n)), range(40)) == [meaning] * 40
    assert cloud.logins - 1 == logins
    assert cloud.stopped == []


REJECTIONS = [
    # answer -> whether it rejects the login
    (refused(401), True), (refused(401, "APIG.0301"), True), (refused(401, "APIG.0303"), True), (refused(403, "DRS.M00100"), True),
    (refused(400, "APIG.0307"), True), (refused(403, "APIG.0312"), True),
    (refused(403), False), (refused(403, "APIG.0302"), False), (refused(401, "APIG.0304"), False), (refused(407), False),
    (refused(404, "APIG.0101"), False), (refused(403, "ModelArts.0109"), False), (refused(503), False), (OK, False),
]


@pytest.mark.parametrize("how", ["key", "token"])
@pytest.mark.parametrize(("answer", "rejects"), REJECTIONS)
def test_after_a_rejection_nothing_more_is_sent(how, answer, rejects):
    authenticator = KeyAuthenticator(by_key()).for_project("p1") if how == "key" else TokenAuthenticator("given-token")
    scene = Scene(answer, OK, tries=1)
    assert scene.exchange(stop(1), authenticator) == answer
    if not rejects:
        assert scene.exchange(stop(2), authenticator) == OK
        return
    for request in (stop(2), stop(3), stop()._replace(safe=True)):
        with pytest.raises(ApiError) as caught:
            scene.client.exchange(request, authenticator)
        what = "access key" if how == "key" else "token"
        assert caught.value.problem.message.startswith(f"not sent: the {what} was rejected before: no ("), caught.value
        assert caught.value.problem.meaning in (Meaning.REAUTH, Meaning.CREDENTIALS)
    assert scene.client.calls == 1


@pytest.mark.parametrize(("how", "elsewhere"), [("key", Meaning.REAUTH), ("token", 200)])
def test_a_key_is_rejected_for_all_services_and_a_token_for_its_own(how, elsewhere):
    """The clouds count wrong signatures for a key over all services; they do not lock tokens."""
    first = KeyAuthenticator(by_key()) if how == "key" else TokenAuthenticator("given-token")
    second = first.for_project("p1") if how == "key" else first
    scene = Scene(refused(401), OK, tries=1)
    scene.exchange(stop(1), first)
    came = scene.exchange(stop(1, host="modelarts"), second)
    assert (came.status if isinstance(came, Answer) else came) == elsewhere


def test_never_so_many_wrong_signatures_at_once_that_the_key_is_locked():
    """With many threads under way when the key is rejected."""
    scene, met = Scene(refused(401), tries=1), []
    one_too_many = threading.Barrier(MOST_SIGNED_AT_ONCE + 1)

    def sending(request, proof, timeout):
        with contextlib.suppress(threading.BrokenBarrierError):
            met.append(one_too_many.wait(0.5))  # so many never come together
        return refused(401)

    scene.wire.send = sending
    key = KeyAuthenticator(by_key()).for_project("p1")
    came = Pool(8).map(lambda n: scene.exchange(stop(n), key), range(40))
    assert met == [] and MOST_SIGNED_AT_ONCE < 5
    sent = [one for one in came if isinstance(one, Answer)]
    assert 1 <= len(sent) <= MOST_SIGNED_AT_ONCE
    assert len([one for one in came if one is Meaning.REAUTH]) == 40 - len(sent)
