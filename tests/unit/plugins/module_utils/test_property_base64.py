# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A secret inside a longer text in base64 is removed completely, at every offset and in every alphabet."""

from __future__ import annotations

import base64
import json
import re
import urllib.parse

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.otc.teardown.plugins.module_utils._base.text import Redactor

MARK = Redactor.MARK
ENCODERS = {"ordinary": base64.b64encode, "for URLs": base64.urlsafe_b64encode}
WRITERS = {
    "as it is": str, "without padding": lambda text: text.rstrip("="),
    "in a URL": lambda text: urllib.parse.quote(text, safe=""),
    "in JSON of PHP": lambda text: json.dumps(text)[1:-1].replace("/", "\\/"),
    "in JSON of Go": lambda text: text.replace("+", "\\u002b").replace("=", "\\u003d"),
}
# Nothing around the secret looks like a part of it.
secrets = st.text("abcdefghijklmnopqrstuvwxyz?/+~>!", min_size=4, max_size=64)
around = st.text("ABCDEFGHIJ:0123456789", max_size=5)


def pieces(shown):
    """Everything that the texts which are left over can be decoded to: in each alignment, with each end."""
    for piece in shown.split(MARK):
        piece = urllib.parse.unquote(piece.replace("\\/", "/").replace("\\u002b", "+").replace("\\u003d", "="))
        letters = re.sub("[^A-Za-z0-9+/]", "", piece.replace("-", "+").replace("_", "/"))
        for shift in range(4):
            text = letters[shift:]
            yield base64.b64decode(text + "A" * (-len(text) % 4))


@pytest.mark.parametrize("how", WRITERS)
@pytest.mark.parametrize("alphabet", ENCODERS)
@settings(max_examples=settings.default.max_examples // 2)
@given(secret=secrets, before=around, after=around)
def test_nothing_of_a_secret_is_left_in_base64(how, alphabet, secret, before, after):
    redact = Redactor()
    redact.add(secret)
    written = WRITERS[how](ENCODERS[alphabet](f"{before}{secret}{after}".encode()).decode())
    shown = redact(f"Authorization: Basic {written}, sent").removeprefix("Authorization: Basic ").removesuffix(", sent")
    assert MARK in shown
    assert len(shown.replace(MARK, "")) <= (len(before) + len(after) + 2) * 8 // 6 * 6, "what is left is what stood around it"
    parts = {secret[at:at + 3].encode() for at in range(len(secret) - 2)}
    for decoded in pieces(shown):
        assert not any(part in decoded for part in parts), "not even three characters of it in a row"


@pytest.mark.parametrize("length", range(4, 65))
@pytest.mark.parametrize("before", range(6))
def test_every_length_at_every_place(length, before):
    secret = "Zq3~p/x?Kd+w"[:length].ljust(length, "v")
    for encode in ENCODERS.values():
        redact = Redactor()
        redact.add(secret)
        for after in ("", "1", "12", "123"):
            shown = redact(encode(("u" * before + secret + after).encode()).decode())
            left = [len(part) for part in shown.rstrip("=").split(MARK)]
            end, last = -(-8 * (before + length) // 6), -(-8 * (before + length + len(after)) // 6)
            assert left == [8 * before // 6, last - end], "all characters that hold no bit of it, and no other"


@pytest.mark.parametrize("codec", ["utf-8", "latin-1"])
@pytest.mark.parametrize("user", ["", "a", "ab", "deployer"])
def test_a_header_in_either_encoding(codec, user):
    redact = Redactor()
    redact.add("p\u00e4ssw\u00f6rd")
    header = base64.b64encode(f"{user}:p\u00e4ssw\u00f6rd".encode(codec)).decode()
    assert redact(header).rstrip("=") == header[:8 * (len(user) + 1) // 6] + MARK


def test_a_token_of_many_kilobytes_is_found_too():
    token = "MII" + "".join(chr(97 + n * n % 26) for n in range(6000))
    redact = Redactor()
    redact.add(token)
    for before in ("", "a", "ab"):
        assert len(redact(base64.b64encode(f"{before}{token}".encode()).decode())) < 20


def test_ordinary_text_is_left_alone():
    redact = Redactor()
    redact.add("Sec/ret", "pa55")
    text = "Failed to stop drs_job c7debc9c-8e09-4a5d-8dd6-cc44f78jb20r: QWxhZGRpbjpvcGVuIHNlc2FtZQ== (DRS.M01504, HTTP 400)"
    assert redact(text) == text
