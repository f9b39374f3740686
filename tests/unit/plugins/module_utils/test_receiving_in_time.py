# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A whole answer has as much time as its socket has for the first byte."""

from __future__ import annotations

import io

import pytest

from ansible_collections.otc.teardown.plugins.module_utils._http.read_timeout import Receiving, timed_pools


class Dripping(io.RawIOBase):
    """A stream that takes some time for each piece, and the socket that it comes from."""

    def __init__(self, timeout, seconds, pieces):
        self.time = 0.0
        self.timeouts = [timeout]
        self._seconds, self._pieces = seconds, list(pieces)

    def gettimeout(self):
        return self.timeouts[0]

    def settimeout(self, seconds):
        self.timeouts.append(seconds)

    def readable(self):
        return True

    def readinto(self, buffer):
        if self.timeouts[-1] is not None and self._seconds > self.timeouts[-1]:
            self.time += self.timeouts[-1]
            raise TimeoutError("timed out")
        self.time += self._seconds
        piece = self._pieces.pop(0) if self._pieces else b""
        buffer[:len(piece)] = piece
        return len(piece)


@pytest.mark.parametrize("late", [0.0, 0.5])
def test_nothing_is_read_when_the_time_is_over(late):
    source = Dripping(10.0, 1.0, [b"x"])
    stream = Receiving(source, source, lambda: source.time)
    source.time = 10.0 + late
    with pytest.raises(TimeoutError, match="^timed out before the whole answer had come$"):
        stream.readinto(bytearray(1))
    assert source.timeouts == [10.0]


class Response:
    """As http.client makes it of a connection's socket."""

    def __init__(self, socket, *args, **options):
        self.given = (socket, args, options)
        self.fp = io.BufferedReader(socket)


class Connection:
    response_class = Response


def test_a_first_piece_needs_no_timeout_of_its_own():
    source = Dripping(10.0, 4.0, [b"x"] * 2)
    stream = Receiving(source, source, lambda: source.time)
    stream.readinto(bytearray(1))
    assert source.timeouts == [10.0]
    stream.readinto(bytearray(1))
    assert source.timeouts == [10.0, 6.0]


class ConnectionPool:
    ConnectionCls = Connection


def test_a_pool_makes_connections_whose_answers_come_in_time():
    source = Dripping(10.0, 0.0, [b"x"])
    pools = timed_pools({"http": ConnectionPool})
    pool = pools["http"]
    connection = pool.ConnectionCls
    assert [one.__name__ for one in (pool, connection, connection.response_class)] == ["ConnectionPool", "Connection", "Response"]
    assert issubclass(pool, ConnectionPool) and issubclass(connection, Connection)
    response = connection.response_class(source, 1, method="GET")
    assert isinstance(response, Response) and response.given == (source, (1,), {"method": "GET"})
    assert isinstance(response.fp.raw, Receiving) and response.fp.read() == b"x"
    assert ConnectionPool.ConnectionCls.response_class is Response


def test_what_is_raised_when_a_connection_stands_keeps_the_request_back():
    """To connect may take its time, and what was wanted then need not be wanted any more."""
    steps = []

    class Slow(Connection):
        def connect(self):
            steps.append("connected")

    def connected():
        steps.append("asked")
        raise KeyError("ended")

    pool = timed_pools({"http": type("Pool", (), {"ConnectionCls": Slow})}, connected)["http"]
    with pytest.raises(KeyError, match="ended"):
        pool.ConnectionCls().connect()
    assert steps == ["connected", "asked"]
    timed_pools({"http": type("Pool", (), {"ConnectionCls": Slow})})["http"].ConnectionCls().connect()


@pytest.mark.parametrize("open_before", [False, True])
def test_a_request_is_told_of_before_its_first_byte_and_after_its_connection_is_open(open_before):
    steps = []

    class Told(Connection):
        sock = object() if open_before else None

        def connect(self):
            steps.append("connected")

        def endheaders(self, *args, **options):
            steps.append((args, options))

    pool = timed_pools({"http": type("Pool", (), {"ConnectionCls": Told})}, sending=lambda: steps.append("sending"))["http"]
    pool.ConnectionCls().endheaders(b"{}", encode_chunked=False)
    assert steps == [*([] if open_before else ["connected"]), "sending", ((b"{}",), {"encode_chunked": False})]


def test_a_connection_that_cannot_be_opened_sends_nothing():
    class Closed(Connection):
        sock = None

        def connect(self):
            raise OSError("refused")

    sent = []
    pool = timed_pools({"http": type("Pool", (), {"ConnectionCls": Closed})}, sending=lambda: sent.append(True))["http"]
    with pytest.raises(OSError, match="refused"):
        pool.ConnectionCls().endheaders()
    assert sent == []


@pytest.mark.parametrize(("timeout", "seconds", "pieces", "read"), [
    (10.0, 1.0, 9, True),
    (10.0, 1.0, 20, False),
    (10.0, 9.0, 1, False),
    (10.0, 0.0, 1000, True),
    (10.0, 11.0, 1, False),
    (None, 1000.0, 5, True),
])
def test_the_sum_is_bounded(timeout, seconds, pieces, read):
    source = Dripping(timeout, seconds, [b"x"] * pieces)
    stream = io.BufferedReader(Receiving(source, source, lambda: source.time))
    if read:
        assert stream.read() == b"x" * pieces
    else:
        with pytest.raises(TimeoutError):
            stream.read()
        assert source.time <= timeout
    stream.close()
    assert source.closed
