# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An answer is whole when its end has come: the length that was announced, and the end of what was packed."""

from __future__ import annotations

import gzip
import zlib

import pytest

from ansible_collections.otc.teardown.plugins.module_utils._http.read_timeout import Unfinished, whole_body

BODY = b'{"jobs": [], "total": 0}'
RAW = zlib.compressobj(wbits=-15)
DEFLATED_BY_MISTAKE = RAW.compress(BODY) + RAW.flush()
GZIPPED = gzip.compress(BODY, mtime=0)
PACKED = {"gzip": GZIPPED, "x-gzip": GZIPPED, "deflate": zlib.compress(BODY)}


def pieces(body, size=7):
    return [body[start:start + size] for start in range(0, len(body), size)]


@pytest.mark.parametrize("headers", [
    {}, {"content-length": str(len(BODY))}, {"content-encoding": "identity"}, {"content-encoding": ""},
    {"content-length": "5", "transfer-encoding": "chunked"}, {"content-length": "x"}, {"content-length": "24, 24"},
    {"content-length": "0024"}, {"content-length": "\u00b2"},
])
def test_an_answer_that_is_not_packed(headers):
    assert whole_body(pieces(BODY), headers, 1000) == BODY


@pytest.mark.parametrize(("come", "announced"), [(0, 24), (23, 24), (24, 25), (24, 10**20), (24, "9" * 5000), (24, 0), (24, 23)])
def test_an_answer_shorter_than_announced_is_not_whole(come, announced):
    with pytest.raises(Unfinished, match=f"^the answer ended after {come} of {announced} bytes$"):
        whole_body(pieces(BODY[:come]), {"content-length": str(announced)}, 1000)


@pytest.mark.parametrize("packing", [*PACKED, "GZIP", " Gzip "])
def test_a_packed_answer_is_unpacked(packing):
    packed = PACKED[packing.strip().lower()]
    for size in (1, 7, 1000):
        assert whole_body(pieces(packed, size), {"content-encoding": packing}, 1000) == BODY


def test_other_ways_to_pack():
    assert whole_body([DEFLATED_BY_MISTAKE], {"content-encoding": "deflate"}, 1000) == BODY
    twice = gzip.compress(BODY[:9]) + gzip.compress(BODY[9:])
    assert whole_body([twice, b"\0" * 5], {"content-encoding": "gzip"}, 1000) == BODY
    assert whole_body([], {"content-encoding": "gzip"}, 1000) == b""


@pytest.mark.parametrize("packing", PACKED)
def test_a_packed_answer_without_its_end_is_never_whole(packing):
    packed = PACKED[packing]
    for length in range(1, len(packed)):
        with pytest.raises(Unfinished, match="its end is missing$"):
            whole_body([packed[:length]], {"content-encoding": packing, "content-length": str(length)}, 1000)


@pytest.mark.parametrize(("packing", "body", "words"), [
    ("gzip", BODY, "is said to be packed as 'gzip', and cannot be unpacked"),
    ("deflate", b"\xff" * 9, "is said to be packed as 'deflate', and cannot be unpacked"),
    ("gzip", PACKED["gzip"][:-8] + b"\1" * 8, "is said to be packed as 'gzip', and cannot be unpacked"),
    ("gzip", PACKED["gzip"] + b"more", "is said to be packed as 'gzip', and cannot be unpacked"),
    ("br", BODY, "is packed as 'br', which was not asked for"), ("gzip, gzip", BODY, "is packed as 'gzip, gzip'"),
], ids=["plain", "plain deflate", "wrong sum", "more behind", "br", "twice"])
def test_what_cannot_be_unpacked_is_told(packing, body, words):
    with pytest.raises(Unfinished, match=words):
        whole_body([body], {"content-encoding": packing}, 1000)


@pytest.mark.parametrize(("size", "fits"), [(99, True), (100, True), (101, False), (10**7, False)])
@pytest.mark.parametrize("packing", ["gzip", "deflate", None])
def test_what_is_too_large_is_not_unpacked_further(packing, size, fits):
    body = b" " * size
    packed = {"gzip": lambda raw: gzip.compress(raw, mtime=0), "deflate": zlib.compress, None: bytes}[packing](body)
    headers = {"content-encoding": packing} if packing else {}
    most = 100 if packing is None or len(packed) <= 100 else len(packed)
    assert whole_body(pieces(packed, 4096), headers, most) == (body if fits else None)
