# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Text that came from a server, made harmless: no control characters, no secrets, never too long."""

from __future__ import annotations

import base64
import html
import json
import re
import unicodedata
import urllib.parse
from collections.abc import Iterable
from typing import Any

# Line breaks, terminal escapes, lone surrogates, and the marks that turn the direction of text.
_HARMFUL_CATEGORIES = frozenset({"Cc", "Cs", "Zl", "Zp"})
_BIDI_MARKS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def _harmful(char: str) -> bool:
    return char in _BIDI_MARKS or unicodedata.category(char) in _HARMFUL_CATEGORIES


def _escape(char: str) -> str:
    return f"\\x{ord(char):02x}" if ord(char) < 256 else f"\\u{ord(char):04x}"


def plain(value: Any) -> str:
    """Any value as one line of text that a terminal shows as it is; harmful characters become visible escapes."""
    text = value if isinstance(value, str) else str(value)
    return "".join(_escape(char) if _harmful(char) else char for char in text)


def why_not_a_path_segment(text: str) -> str | None:
    """Why a text cannot be one segment of a URL path, so that it could address something else; None if it can."""
    if not text.strip():
        return "is empty"
    if text in (".", ".."):
        return "is a step in a path"
    if any(char in "/\\?#%" or char.isspace() or _harmful(char) for char in text):
        return "holds one of / \\ ? # %, a blank or a control character"
    return "is longer than 128 characters" if len(text) > 128 else None


def _spellings(secret: str) -> Iterable[str]:
    yield secret
    yield plain(secret)
    yield repr(secret)[1:-1]
    for encoded in (urllib.parse.quote(secret, safe=""), urllib.parse.quote(secret), urllib.parse.quote_plus(secret)):
        yield encoded
        yield re.sub(r"%[0-9A-F]{2}", lambda found: found.group().lower(), encoded)
    for ascii_only in (True, False):
        spelled = json.dumps(secret, ensure_ascii=ascii_only)[1:-1]
        yield spelled
        yield spelled.replace("/", "\\/")
    yield html.escape(secret)
    yield html.escape(secret, quote=False)
    yield base64.b64encode(secret.encode("utf-8", "surrogatepass")).decode("ascii")


class Redactor:
    """Replaces every known secret, however it is spelled, by a mark."""

    MARK = "********"

    def __init__(self) -> None:
        self._secrets: frozenset[str] = frozenset()
        self._pattern: re.Pattern[str] | None = None

    def add(self, *secrets: str | None) -> None:
        """Learn secrets; empty ones are ignored."""
        self._secrets = self._secrets.union(secret for secret in secrets if secret)
        spellings = {spelling for secret in self._secrets for spelling in _spellings(secret)}
        longest_first = sorted(spellings, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, longest_first))) if longest_first else None

    @property
    def secrets(self) -> frozenset[str]:
        """All secrets known so far."""
        return self._secrets

    def __call__(self, text: str) -> str:
        """The text without any secret."""
        return self._pattern.sub(self.MARK, text) if self._pattern else text
