# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Receives a complete answer within its timeout.

The timeout of a socket limits each wait for bytes, not their sum. Neither the libraries nor HTTP itself check that an
answer is complete: a truncated compressed answer decompresses without an error.
"""

from __future__ import annotations

import io
import time
import zlib
from collections.abc import Callable, Iterable, Mapping
from typing import Any

# Requests ask for uncompressed answers, but some proxies compress them. The second form of `deflate` is a common error.
_WINDOWS = {"gzip": (31,), "x-gzip": (31,), "deflate": (15, -15)}


class Unfinished(OSError):
    """The end of an answer is missing, or its compression does not let the program check the end."""


def whole_body(pieces: Iterable[bytes], headers: Mapping[str, str], most: int) -> bytes | None:
    """The decompressed body of an answer, from its raw bytes; None if it is larger than `most` bytes.

    `headers` have lower-case names. Raises Unfinished if the body is not as long as announced, or its compressed data
    has no end.
    """
    body = bytearray()
    for piece in pieces:
        body += piece
        if len(body) > most:
            return None
    announced = headers.get("content-length", "")
    counted = announced.isascii() and announced.isdigit() and "transfer-encoding" not in headers
    if counted and (announced.lstrip("0") or "0") != str(len(body)):
        raise Unfinished(f"the answer ended after {len(body)} of {announced} bytes")
    packing = headers.get("content-encoding", "").strip().lower()
    if packing in ("", "identity") or not body:
        return bytes(body)
    if packing not in _WINDOWS:
        raise Unfinished(f"the answer is packed as {packing!r}, which was not asked for")
    return _unpacked(bytes(body), packing, most)


def _unpacked(packed: bytes, packing: str, most: int) -> bytes | None:
    for window in _WINDOWS[packing]:
        found, rest = bytearray(), packed
        try:
            while rest.strip(b"\0") and len(found) <= most:
                part = zlib.decompressobj(window)
                found += part.decompress(rest, most + 1 - len(found))
                if not part.eof and len(found) <= most:
                    raise Unfinished(f"the answer is packed as {packing!r}, and its end is missing")
                rest = part.unused_data
        except zlib.error:
            continue
        return bytes(found) if len(found) <= most else None
    raise Unfinished(f"the answer is said to be packed as {packing!r}, and cannot be unpacked")


class Receiving(io.RawIOBase):
    """Reads from a socket; all reads together take at most the timeout that the socket has at the beginning.

    `raw` is the byte stream of the socket. Raises TimeoutError when the time is over.
    """

    def __init__(self, raw: Any, socket: Any, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._raw = raw
        self._socket = socket
        self._clock = clock
        timeout = socket.gettimeout()
        self._last = None if timeout is None else clock() + timeout
        self._has_read = False

    def readable(self) -> bool:
        """True."""
        return True

    def readinto(self, buffer: Any) -> Any:
        """Wait for bytes, put them into the buffer, and return their number; 0 at the end of the stream."""
        if self._last is not None:
            left = self._last - self._clock()
            if left <= 0:
                raise TimeoutError("timed out before the whole answer had come")
            if self._has_read:  # before, the socket has all of its time, and to set it would let other threads run
                self._socket.settimeout(left)
        self._has_read = True
        return self._raw.readinto(buffer)

    def close(self) -> None:
        """Close the stream."""
        try:
            self._raw.close()
        finally:
            super().close()


def timed_pools(pools: Any, connected: Callable[[], None] = lambda: None, sending: Callable[[], None] = lambda: None) -> dict[str, Any]:
    """The connection pools of urllib3 (by scheme), with connections that receive their answers within the timeout.

    `connected` is called after a new connection is open and before anything is sent on it; if it raises, the request is
    not sent. `sending` is called before the first byte of each request.
    """
    return {scheme: _with(pool, ConnectionCls=_timed(pool.ConnectionCls, connected, sending)) for scheme, pool in pools.items()}


def _timed(connection: Any, connected: Callable[[], None], sending: Callable[[], None]) -> Any:
    plain = connection.response_class

    def init(self: Any, socket: Any, *args: Any, **options: Any) -> None:
        plain.__init__(self, socket, *args, **options)
        self.fp = io.BufferedReader(Receiving(self.fp.detach(), socket))

    def connect(self: Any) -> None:
        connection.connect(self)
        connected()

    def endheaders(self: Any, *args: Any, **options: Any) -> None:
        if self.sock is None:
            self.connect()
        sending()
        connection.endheaders(self, *args, **options)

    return _with(connection, response_class=_with(plain, __init__=init), connect=connect, endheaders=endheaders)


def _with(parent: Any, **attributes: Any) -> Any:
    return type(parent.__name__, (parent,), attributes)
