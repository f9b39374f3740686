# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Makes text from outside harmless: without terminal controls, without invisible characters, without secrets."""

from __future__ import annotations

import base64
import re
import string
import unicodedata
import urllib.parse
from collections.abc import Iterator
from typing import Any

# Line breaks, terminal escapes, lone surrogates, and format characters (they change the direction of text or hide it).
_HARMFUL_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
# More invisible characters: those that Unicode lists as Default_Ignorable_Code_Point (DerivedCoreProperties.txt; tags and
# variation selectors among them can hide whole texts), and the empty Braille pattern.
_UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2065\u2800\u3164\ufe00-\ufe0f\uffa0\ufff0-\ufff8\U000e0000-\U000e0fff]"
)
_ESCAPED = re.compile(r"\\x([0-9a-f]{2})|\\u([0-9a-f]{4})|\\U(000[0-9a-f]{5}|0010[0-9a-f]{4})")


def is_unseen(char: str) -> bool:
    """Whether a character is invisible, so that two different texts can look the same."""
    return unicodedata.category(char) == "Cf" or _UNSEEN.match(char) is not None


def _harmful(char: str) -> bool:
    return unicodedata.category(char) in _HARMFUL_CATEGORIES or _UNSEEN.match(char) is not None


def _escape(char: str) -> str:
    code = ord(char)
    return f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def plain(value: Any) -> str:
    """Any value as one line of text that is safe on a terminal; harmful characters become visible escapes."""
    text = value if isinstance(value, str) else str(value)
    if text.isascii() and text.isprintable():
        return text
    return "".join(_escape(char) if _harmful(char) else char for char in text)


def quoted(value: Any) -> str:
    """The `repr` of a value, for messages; also escapes variation selectors, which `repr` does not."""
    return plain(repr(value))


def as_sent(shown: str) -> str:
    """Reverses `plain`: each escape becomes its character again. Best effort: a text can contain such an escape itself."""
    return _ESCAPED.sub(lambda found: chr(int(found.group(found.lastindex or 1), 16)), shown)


def login_in(url: str) -> str | None:
    """The part of a URL before its last `@`, without the scheme: `user:password`, also if malformed; None without `@`."""
    login, at, _host = re.sub(r"^\s*(?:[A-Za-z][A-Za-z0-9+.-]*:)?//", "", url).rpartition("@")
    return login if at else None


def passwords_in(url: str) -> tuple[str, ...]:
    """The password in a URL, as written and percent-decoded; empty if there is none."""
    secret = (login_in(url) or "").partition(":")[2]
    return tuple(dict.fromkeys(form for form in (secret, urllib.parse.unquote(secret)) if form))


def why_not_a_path_segment(text: str) -> str | None:
    """Why a text cannot be used as one segment of a URL path (it could address something else); None if it can."""
    if not text.strip():
        return "is empty"
    if text in (".", ".."):
        return "is a step in a path"
    if any(char in "/\\?#%" or char.isspace() or _harmful(char) for char in text):
        return "holds one of / \\ ? # %, a blank, a control character or one that shows nothing"
    return "is longer than 128 characters" if len(text) > 128 else None


# Spellings of a character, up to four levels of JSON in JSON. Repetitions are bounded, so that every search is fast.
_PERCENT = "%(?:25){0,4}"
_BACKSLASHES = rf"(?:\\{{1,16}}|(?:{_PERCENT}5c){{1,4}})"
_AMPERSAND = rf"(?:&|{_PERCENT}26|{_BACKSLASHES}u0026)(?:amp;){{0,4}}"
_ORDINARY = re.compile("[A-Za-z]{1,16}|[0-9]{1,8}", re.ASCII)
_LETTERS = {"\b": "b", "\f": "f", "\n": "n", "\r": "r", "\t": "t"}
_ENTITIES = {'"': "quot", "&": "amp", "<": "lt", ">": "gt", "'": "apos"}
_LONGEST_IN_BASE64 = 8000
_SHORTEST_IN_BASE64 = 4
_BASE64 = string.ascii_uppercase + string.ascii_lowercase + string.digits + "+/"


def _spelled(part: str) -> str:
    """A pattern for one character of a secret (or a run of backslashes), unescaped or escaped.

    Covers the escapes of URLs, JSON, HTML, Python and `plain`, also repeated.
    """
    char, code = part[0], ord(part[0])
    if char.isascii() and char.isalnum():
        return char
    utf16 = char.encode("utf-16-be", "surrogatepass")
    units = f"{_BACKSLASHES}u".join(utf16[at:at + 2].hex() for at in range(0, len(utf16), 2))
    percent = "".join(f"{_PERCENT}{byte:02x}" for byte in char.encode("utf-8", "surrogatepass"))
    backslash = [f"u{units}", f"U{code:08x}", f"x{code:02x}", *_LETTERS.get(char, "")]
    ampersand = [f"#0{{0,6}}{code}", f"#x0{{0,6}}{code:x}", *([_ENTITIES[char]] if char in _ENTITIES else [])]
    escaped = f"{_BACKSLASHES}(?:{'|'.join(backslash)})|{_AMPERSAND}(?:{'|'.join(ampersand)});"
    if char == "\\":
        many = f"{{{len(part)},{16 * len(part)}}}"
        return rf"(?i:\\{many}|(?:{percent}){many}|(?:{escaped}){{{len(part)}}})"
    plus = r"|\+" if char == " " else ""
    before = f"(?i:{_BACKSLASHES})?" if char in "\"'/" else ""
    return f"{before}(?:{re.escape(char)}|(?i:{percent}|{escaped}{plus}))"


def _in_base64(secret: str) -> Iterator[tuple[str, str]]:
    """(text, pattern) for the secret in base64, for each offset at which it can begin in the encoded data."""
    # Clients encode Basic authentication as UTF-8 or as Latin-1.
    latin = [secret.encode("latin-1")] if all(ord(char) < 256 for char in secret) else []
    for raw in dict.fromkeys([secret.encode("utf-8", "surrogatepass"), *latin]):
        whole = base64.b64encode(raw).decode("ascii")
        yield whole, _spelled_in_base64(whole)
        for shift in range(3) if len(raw) >= _SHORTEST_IN_BASE64 else ():
            before, after = -8 * shift % 6, 8 * (shift + len(raw)) % 6  # bits of a character shared with other data
            text = base64.b64encode(b"\0" * shift + raw).decode("ascii")[(0, 2, 3)[shift]:(shift + len(raw)) * 8 // 6]
            first = [code for code in range(64) if before and code % 2**before == raw[0] >> (8 - before)]
            last = [code for code in range(64) if after and code >> (6 - after) == raw[-1] % 2**after]
            yield text, _one_of(first) + _spelled_in_base64(text) + _one_of(last)


def _spelled_in_base64(text: str) -> str:
    """A pattern for a base64 text in the URL-safe alphabet or in the standard one, which JSON and URLs escape."""
    either = {"+": f"(?:-|{_spelled('+')})", "/": f"(?:_|{_spelled('/')})", "=": f"(?:{_spelled('=')})?"}
    return "".join(either.get(char, char) for char in text)


def _one_of(codes: list[int]) -> str:
    letters = "".join(_BASE64[code] for code in codes)
    letters += "-" * ("+" in letters) + "_" * ("/" in letters)
    return f"[{re.escape(letters)}]?" if letters else ""


def _forms(secret: str) -> list[tuple[str, str]]:
    """(letters and digits that every spelling contains, pattern) for the secret as text and in base64."""
    texts = [(secret, "".join(map(_spelled, re.findall(r"\\+|[^\\]", secret))))]
    if len(secret) <= _LONGEST_IN_BASE64:
        texts += _in_base64(secret)
    return [(max(re.findall("[A-Za-z0-9]+", text), key=len, default=""), pattern) for text, pattern in texts]


def is_ordinary(secret: str) -> bool:
    """Whether a secret is a plain word or a short number, which messages of this collection may hold as well: `password`, `10`."""
    return _ORDINARY.fullmatch(secret) is not None


class Redactor:
    """Replaces every known secret, in any of its spellings, by a mark. It is called with texts from outside."""

    MARK = "********"

    def __init__(self) -> None:
        self._forms: dict[str, list[tuple[str, str]]] = {}
        self._in_ours: dict[str, list[tuple[str, str]]] = {}
        self._compiled: dict[int, tuple[object, re.Pattern[str]]] = {}

    def add(self, *secrets: str | None) -> None:
        """Add secrets; empty ones are ignored."""
        forms = {**self._forms, **{secret: _forms(secret) for secret in secrets if secret}}
        # The longest first: a shorter secret may be part of it.
        self._forms = {secret: forms[secret] for secret in sorted(forms, key=len, reverse=True)}
        self._in_ours = {
            secret: [(secret, f"(?<='){secret}(?=')")] if is_ordinary(secret) else spellings
            for secret, spellings in self._forms.items()
        }
        self._compiled = {}

    @property
    def secrets(self) -> frozenset[str]:
        """All secrets known so far."""
        return frozenset(self._forms)

    def __call__(self, text: str) -> str:
        """The text without any secret."""
        return self._without(self._forms, text)

    def ours(self, text: str) -> str:
        """A text of this collection, in which texts from outside are redacted already: of ordinary secrets, only values in
        quotes are masked.

        A mark in a sentence that everybody can look up would tell the secret, and a mark in the name of a job would make it
        another name.
        """
        return self._without(self._in_ours, text)

    def _without(self, known: dict[str, list[tuple[str, str]]], text: str) -> str:
        # Very few texts contain a secret, and the pattern is slow to compile.
        if not any(letters in text for forms in known.values() for letters, _pattern in forms):
            return text
        compiled = self._compiled.get(id(known))
        if compiled is None or compiled[0] is not known:
            patterns = (pattern for forms in known.values() for _letters, pattern in forms)
            self._compiled[id(known)] = compiled = (known, re.compile("|".join(patterns)))
        return compiled[1].sub(self.MARK, text)
