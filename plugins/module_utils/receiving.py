# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Receiving a whole answer in time: the timeout of a socket bounds each wait for some bytes, not their sum."""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from typing import Any


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
