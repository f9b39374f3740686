# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers that never end, or that are far too large: a task does not wait for them, and does not run out of memory."""

from __future__ import annotations

import contextlib
import gzip
import re
import socketserver
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from ansible_collections.otc.teardown.plugins.module_utils._base.errors import Meaning, Problem
from ansible_collections.otc.teardown.plugins.module_utils._base.text import Redactor
from ansible_collections.otc.teardown.plugins.module_utils._http import transport
from ansible_collections.otc.teardown.plugins.module_utils._http.answers import Answer, problem_of
from ansible_collections.otc.teardown.plugins.module_utils._http.request import Request
from ansible_collections.otc.teardown.plugins.module_utils._http.transport import Transport, TransportOptions
from tests.support.harness import KINDS, Kind, outcomes

Say = Callable[[bytes], object]
OK = b"HTTP/1.1 200 OK\r\n"
# Longer than any of these tests waits for an answer; then the rest comes at once, so that a test that waits is seen to.
DRIPPING = 20.0


def drip(say: Say, text: bytes, rest: bytes) -> None:
    """A byte now and then."""
    last = time.monotonic() + DRIPPING
    for index in range(len(text)):
        say(text[index:index + 1])
        if time.monotonic() > last:
            return say(text[index + 1:] + rest) and None
        time.sleep(0.02)
    say(rest)


BODY = b'{"jobs": []}' + b" " * 1000
SLOW: dict[str, Callable[[Say], None]] = {
    "status line": lambda say: drip(say, b"HTTP/1.1 200 " + b"O" * 1000, b"\r\nContent-Length: 2\r\n\r\n{}"),
    "headers": lambda say: drip(say, OK + b"X-Much: " + b"y" * 1000, b"\r\nContent-Length: 2\r\n\r\n{}"),
    "body": lambda say: drip(say, OK + b"Content-Length: %d\r\n\r\n" % len(BODY) + BODY, b""),
    "chunks": lambda say: drip(say, OK + b"Transfer-Encoding: chunked\r\n\r\n" + b"1\r\n \r\n" * 300, b"2\r\n{}\r\n0\r\n\r\n"),
    "until the end": lambda say: drip(say, OK + b"Connection: close\r\n\r\n" + BODY, b""),
    "interim answers": lambda say: drip(say, b"HTTP/1.1 100 Continue\r\n\r\n" * 60, OK + b"Content-Length: 2\r\n\r\n{}"),
}


@contextlib.contextmanager
def server(answer: Callable[[Say], object]) -> Iterator[str]:
    """A server that answers every request like this."""

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            while self.rfile.readline() not in (b"\r\n", b""):
                pass
            with contextlib.suppress(OSError):
                answer(self.request.sendall)

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        block_on_close = False

    with Server(("127.0.0.1", 0), Handler) as listening:
        thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.server_address[1]}"
        finally:
            listening.shutdown()
            thread.join()


def asked(url: str, timeout: float = 30.0) -> Answer | Problem:
    """What one request to this server gives."""
    sender = Transport(TransportOptions(), Redactor())
    with contextlib.closing(sender):
        return sender.send(Request("GET", url + "/jobs", "list", True), {}, timeout)


@pytest.mark.parametrize("part", SLOW)
def test_an_answer_that_drips_is_given_up_when_its_time_is_over(part: str) -> None:
    with server(SLOW[part]) as url:
        problem = asked(url, timeout=1.0)
    assert isinstance(problem, Problem) and problem.meaning is Meaning.LOST
    assert "no answer from 127.0.0.1" in problem.message and "timed out" in problem.message


def test_an_answer_that_drips_through_a_proxy_is_given_up_too(monkeypatch: pytest.MonkeyPatch) -> None:
    with server(SLOW["body"]) as url:
        monkeypatch.setenv("http_proxy", url)
        monkeypatch.setenv("no_proxy", "")
        monkeypatch.delenv("NO_PROXY", raising=False)
        problem = asked("http://cloud.invalid", timeout=1.0)
    assert isinstance(problem, Problem) and "timed out" in problem.message


def test_what_comes_in_time_is_read_whole_however_small_the_pieces() -> None:
    def answer(say: Say) -> None:
        for piece in (OK[:5], OK[5:], b"Content-Len", b"gth: 4\r\n\r", b"\n{", b"}", b"  "):
            say(piece)

    with server(answer) as url:
        found = asked(url)
    assert isinstance(found, Answer) and (found.status, found.content) == (200, b"{}  ")


def packed(size: int) -> bytes:
    """An answer with so many bytes, packed to a thousandth."""
    body = gzip.compress(b" " * size)
    return OK + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(body) + body


def test_an_answer_that_is_too_large_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "LARGEST_ANSWER", 1_000_000)
    endless = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + b" " * 1_000_001
    for answer in (packed(1_000_001), packed(50_000_000), endless):
        with server(lambda say, answer=answer: say(answer)) as url:  # type: ignore[misc]
            problem = asked(url)
        assert isinstance(problem, Problem) and problem.meaning is Meaning.GARBLED
        assert "is larger than 1000000 bytes" in problem.message
    with server(lambda say: say(packed(1_000_000))) as url:
        found = asked(url)
    assert isinstance(found, Answer) and len(found.content) == 1_000_000


PACKED = gzip.compress(b'{"jobs": []}')
CUT = {
    # what a server sends before it closes the connection -> what is said
    "length": (OK + b"Content-Length: 9\r\n\r\n{}", "2 (of 9|bytes read)"),
    "nothing of it": (OK + b"Content-Length: 9\r\n\r\n", "0 (of 9|bytes read)"),
    "chunk": (OK + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n", ""),
    "in a chunk": (OK + b"Transfer-Encoding: chunked\r\n\r\n9\r\n{}", ""),
    "packed": (OK + b"Content-Encoding: gzip\r\nConnection: close\r\n\r\n" + PACKED[:-8], "its end is missing"),
    "packed, length": (
        OK + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % (len(PACKED) - 1) + PACKED[:-1], "its end is missing",
    ),
    "packed, chunks": (
        OK + b"Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n" + PACKED[:5] + b"\r\n0\r\n\r\n", "its end is missing",
    ),
    "packed by other means": (OK + b"Content-Encoding: br\r\nContent-Length: 2\r\n\r\n{}", "packed as 'br'"),
}


@pytest.mark.parametrize("name", CUT)
def test_an_answer_whose_end_is_missing_is_none(name: str) -> None:
    sent, words = CUT[name]
    with server(lambda say: say(sent)) as url:
        problem = asked(url)
    assert isinstance(problem, Problem) and problem.meaning is Meaning.LOST
    assert re.match(f"no answer from 127.0.0.1:[0-9]+: .*{words}", problem.message), problem.message


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.label)
def test_a_packed_list_without_its_end_is_read_again(kind: Kind) -> None:
    with kind.cloud({}, {}) as sim:
        sim.add_fault(truncate="packed", times=2)
        result = kind.stop(sim, all=True)
        assert set(outcomes(result).values()) == {"stopped"}, result["msg"]


@pytest.mark.parametrize("location", [
    b"http://[", b"http://[::1", b"http://h:port/", b"\xff\xfe", "http://\u00e4.example/".encode(), b"", b"  ", b"http://127.0.0.1:1/x",
    b"//", b":", b"?", b"javascript:alert(1)", b"\x1b[31m",
])
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_to_whatever_is_called_one(location: bytes, status: int) -> None:
    sent = b"HTTP/1.1 %d Moved\r\nLocation: %s\r\nContent-Length: 2\r\n\r\nno" % (status, location)
    with server(lambda say: say(sent)) as url:
        found = asked(url)
    assert isinstance(found, Answer) and (found.status, found.content) == (status, b"no")
    problem = problem_of(found)
    assert problem.meaning is Meaning.ADDRESS
    assert problem.message.startswith("the answer is a redirect to ") and problem.message.endswith(", which is not followed")
    assert problem.message.isprintable()


def test_a_stop_that_is_redirected_is_not_claimed_and_not_repeated() -> None:
    for kind in KINDS:
        for wait in (True, False):
            with kind.cloud({}) as sim:
                sim.add_fault(operation=kind.stop_operation(), redirect="http://[")
                result = kind.stop(sim, 1, wait=wait)
                assert (outcomes(result), result["changed"], len(sim.stops())) == ({kind.id(1): "failed"}, False, 1)
                assert "the answer is a redirect to http://[, which is not followed" in result["msg"]


def test_a_stop_whose_answer_drips_is_looked_after_before_anything_else() -> None:
    kind = KINDS[0]
    with kind.cloud({}) as sim:
        sim.add_fault(operation="stop", slow_drip=DRIPPING, times=1)
        result = kind.stop(sim, 1, api_timeout=2)
        assert outcomes(result) == {kind.id(1): "stopped"}, result["msg"]
        operations = [entry["operation"] for entry in sim.journal(resource=kind.module)]
        assert operations[:3] == ["read", "stop", "read"] and operations.count("stop") == 1
