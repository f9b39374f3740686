# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The end of a task: who sleeps wakes up, nothing is sent any more, and signals begin it."""

from __future__ import annotations

import signal
import threading

import pytest

from ansible_collections.otc.teardown.plugins.module_utils._base.signals import (
    Ending,
    Interrupted,
    interruptible,
    signals_kept,
)
from ansible_collections.otc.teardown.plugins.module_utils._base.text import Redactor
from ansible_collections.otc.teardown.plugins.module_utils._base.threads import Pool
from ansible_collections.otc.teardown.plugins.module_utils._http.answers import Answer
from ansible_collections.otc.teardown.plugins.module_utils._http.client import Client
from ansible_collections.otc.teardown.plugins.module_utils._http.request import Request
from ansible_collections.otc.teardown.plugins.module_utils._http.transport import TransportOptions
from ansible_collections.otc.teardown.plugins.module_utils._iam.authenticators import TokenAuthenticator
from tests.unit.plugins.module_utils.client_scene import Wire

READ = Request("GET", "https://drs.example.com/v5/jobs", "list jobs", True)
STOP = Request("POST", "https://drs.example.com/v5/stop", "stop job 1", False)
OK = Answer(200, {}, b"{}")
THROTTLED = Answer(429, {"retry-after": "500"}, b"")
HOURS = 10_000.0


def client_of(ending, *answers):
    """A client that sleeps as it does in earnest, on a wire of our own."""
    client = Client(TransportOptions(), Redactor(), ending=ending)
    client._transport = Wire(*answers)
    return client


def test_what_has_not_ended_goes_on():
    ending = Ending()
    ending.check()
    ending.sleep(0.0)
    ending.sleep(0.01)


def test_the_first_reason_stays():
    ending = Ending()
    for reason in ("SIGINT", "SIGTERM", "SIGTERM"):
        ending.begin(reason)
        with pytest.raises(Interrupted, match="^SIGINT$"):
            ending.check()
    with pytest.raises(Interrupted, match="^SIGINT$"):
        ending.sleep(HOURS)


def test_the_end_wakes_everybody():
    ending, woken = Ending(), []

    def sleep(number):
        with pytest.raises(Interrupted):
            ending.sleep(HOURS)
        woken.append(number)

    sleepers = [threading.Thread(target=sleep, args=[n], daemon=True) for n in range(20)]
    for sleeper in sleepers:
        sleeper.start()
    ending.begin("SIGTERM")
    for sleeper in sleepers:
        sleeper.join(60)
    assert sorted(woken) == list(range(20))


def test_a_purpose_that_is_lost_ends_a_sleep(monkeypatch):
    monkeypatch.setattr("ansible_collections.otc.teardown.plugins.module_utils._base.signals.SECONDS_BETWEEN_CHECKS", 0.01)
    answers = iter([None, None, "Ansible is gone"])
    with pytest.raises(Interrupted, match="Ansible is gone"):
        Ending(lambda: next(answers)).sleep(HOURS)
    assert list(answers) == []


@pytest.mark.parametrize("login", [None, TokenAuthenticator("given-token")], ids=["open", "with a token"])
@pytest.mark.parametrize("request_", [READ, STOP], ids=["read", "stop"])
def test_nothing_is_sent_after_the_end(request_, login):
    ending = Ending()
    client = client_of(ending, OK)
    client.exchange(request_, login)
    ending.begin("SIGINT")
    with pytest.raises(Interrupted):
        client.exchange(request_, login)
    assert client.calls == 1


def test_the_end_is_looked_for_between_the_turn_and_the_sending():
    """Also while another thread sleeps and does not wake up."""
    ending, now = Ending(), [0.0]

    def sleep(seconds):
        now.append(now[-1] + seconds)
        ending.begin("SIGINT")

    client = Client(TransportOptions(), Redactor(), clock=lambda: now[-1], sleep=sleep, ending=ending)
    client._transport = Wire(OK)
    client.pace.refused(client.pace.take_turn(), 5.0)
    with pytest.raises(Interrupted):
        client.exchange(STOP)
    assert client.calls == 0


@pytest.mark.parametrize("safe", [READ, STOP], ids=["read", "stop"])
def test_threads_asleep_in_the_pace_send_nothing_after_the_end(safe):
    """The pool ends at once, since all its threads wake up."""
    ending = Ending()
    client = client_of(ending, OK)
    client.pace.refused(client.pace.take_turn(), 500.0)
    begun = threading.Barrier(9)

    def send(number):
        if number < 8:
            begun.wait(60)
        client.exchange(safe)

    threading.Thread(target=lambda: (begun.wait(60), ending.begin("SIGTERM")), daemon=True).start()
    with pytest.raises(Interrupted):
        Pool(8).map(send, range(40))
    assert client.calls == 0


def test_who_is_to_try_again_does_not():
    ending = Ending()
    client = client_of(ending, THROTTLED)
    threading.Thread(target=lambda: ending.begin("SIGTERM"), daemon=True).start()
    with pytest.raises(Interrupted):
        client.exchange(READ)
    assert client.calls <= 1


@pytest.mark.usefixtures("hangup_heard")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_begins_the_end_and_later_ones_wait(number):
    ending = Ending()
    before = signal.getsignal(number)
    with pytest.raises(Interrupted, match=number.name), interruptible(ending):
        try:
            signal.pthread_kill(threading.get_ident(), number)
            ending.sleep(HOURS)
        finally:
            signal.pthread_kill(threading.get_ident(), number)  # ignored by now
    with pytest.raises(Interrupted, match=number.name):
        ending.check()
    assert signal.getsignal(number) == before


def test_threads_leave_signals_to_the_main_thread():
    """One that comes to another thread would not be heard before the main thread wakes up by itself."""
    def blocked(_number=0):
        return signal.pthread_sigmask(signal.SIG_BLOCK, [])

    kept = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGALRM}
    assert all(kept <= mask for mask in Pool(4).map(blocked, range(40)))
    masks = []
    with signals_kept():
        thread = threading.Thread(target=lambda: masks.append(blocked()))
        thread.start()
    thread.join(60)
    assert kept <= masks[0] and not kept & blocked(), "the main thread hears them"


def test_a_signal_ends_a_pool_whose_threads_all_sleep():
    ending = Ending()
    client = client_of(ending, OK)
    client.pace.refused(client.pace.take_turn(), 500.0)
    begun = threading.Barrier(9)

    def send(number):
        if number < 8:
            begun.wait(60)
        client.exchange(STOP)

    main = threading.get_ident()  # the threads of a test runner would take a signal for the whole process away
    threading.Thread(target=lambda: (begun.wait(60), signal.pthread_kill(main, signal.SIGTERM)), daemon=True).start()
    with pytest.raises(Interrupted, match="SIGTERM"), interruptible(ending):
        Pool(8).map(send, range(40))
    assert client.calls == 0


def test_a_hangup_that_is_ignored_stays_so():
    """`nohup ansible-playbook` is meant to outlive the terminal."""
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with interruptible(Ending()):
            signal.pthread_kill(threading.get_ident(), signal.SIGHUP)
    finally:
        signal.signal(signal.SIGHUP, before)
