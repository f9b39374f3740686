# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Receiving a whole answer, and in time.

The timeout of a socket bounds each wait for some bytes, not their sum. And neither the libraries nor HTTP itself
see to it that an answer has come to its end: a packed one without its end unpacks as far as it goes.
"""

from __future__ import annotations

import io
import time
import zlib
from collections.abc import Callable, Iterable, Mapping
from typing import Any

# Of what is asked for, nothing is packed; some proxies pack all the same. The second way to write `deflate` is an old mistake.
_WINDOWS = {"gzip": (31,), "x-gzip": (31,), "deflate": (15, -15)}


class Unfinished(OSError):
    """An answer whose end is missing, or that was packed in a way in which its end cannot be seen."""


def whole_body(pieces: Iterable[bytes], headers: Mapping[str, str], most: int) -> bytes | None:
    """The body of an answer from its bytes as they came, unpacked; None if it is larger than `most` bytes.

    `headers` are looked up in small letters. Raises Unfinished unless the length that was announced has come, and
    the end of what was packed.
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
    """Reads from a socket for no longer, all in all, than the timeout that the socket has at the beginning.

    `raw` is the stream of the socket's bytes. Raises TimeoutError when the time is over.
    """

    def __init__(self, raw: Any, socket: Any, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._raw = raw
        self._socket = socket
        self._clock = clock
        timeout = socket.gettimeout()
        self._last = None if timeout is None else clock() + timeout

    def readable(self) -> bool:
        """True."""
        return True

    def readinto(self, buffer: Any) -> Any:
        """Wait for some bytes, put them into the buffer, and return their number; 0 at the end."""
        if self._last is not None:
            left = self._last - self._clock()
            if left <= 0:
                raise TimeoutError("timed out before the whole answer had come")
            self._socket.settimeout(left)
        return self._raw.readinto(buffer)

    def close(self) -> None:
        """Close the stream."""
        try:
            self._raw.close()
        finally:
            super().close()


def timed_pools(pools: Any, connected: Callable[[], None] = lambda: None) -> dict[str, Any]:
    """The connection pools of urllib3 (by scheme) with connections whose answers are received in time.

    `connected` is called when a connection stands and nothing has been sent over it; what it raises keeps the request back.
    """
    return {scheme: _with(pool, ConnectionCls=_timed(pool.ConnectionCls, connected)) for scheme, pool in pools.items()}


def _timed(connection: Any, connected: Callable[[], None]) -> Any:
    plain = connection.response_class

    def init(self: Any, socket: Any, *args: Any, **options: Any) -> None:
        plain.__init__(self, socket, *args, **options)
        self.fp = io.BufferedReader(Receiving(self.fp.detach(), socket))

    def connect(self: Any) -> None:
        connection.connect(self)
        connected()

    return _with(connection, response_class=_with(plain, __init__=init), connect=connect)


def _with(parent: Any, **attributes: Any) -> Any:
    return type(parent.__name__, (parent,), attributes)
