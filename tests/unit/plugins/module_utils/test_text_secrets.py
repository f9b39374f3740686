# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Text that came from elsewhere, made harmless; secrets taken out however they are spelled."""

from __future__ import annotations

import base64
import html
import json
import re
import unicodedata
import urllib.parse

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ansible_collections.otc.teardown.plugins.module_utils._base.text import (
    Redactor,
    as_sent,
    is_unseen,
    plain,
    why_not_a_path_segment,
)

reproducible = settings(derandomize=True, deadline=None, database=None,
                        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])

MARK = Redactor.MARK


@pytest.mark.parametrize(("value", "text"), [
    ("tb-dev", "tb-dev"), ("", ""), ("Größe 100%", "Größe 100%"), ("日本 🚀", "日本 🚀"),
    ("a\\nb", "a\\nb"),
    ("a\nb\r\tc", "a\\x0ab\\x0d\\x09c"), ("\x1b[31mred\x1b[0m", "\\x1b[31mred\\x1b[0m"),
    ("\x00\x7f\x9b", "\\x00\\x7f\\x9b"),
    ("a\u2028b\u2029", "a\\u2028b\\u2029"), ("\u202egnp.exe", "\\u202egnp.exe"), ("\u2066x\u2069", "\\u2066x\\u2069"),
    ("\u200e\u200f\u061c", "\\u200e\\u200f\\u061c"), ("\ud800", "\\ud800"), (10, "10"), (None, "None"), (1.5, "1.5"),
    (["a\n"], "['a\\n']"), (True, "True"),
    # what shows nothing: blanks of no width, soft hyphens, joiners, fillers, tags, variation selectors
    ("a\u200bb", "a\\u200bb"), ("\ufeffa", "\\ufeffa"), ("a\xadb", "a\\xadb"), ("a\u2060b", "a\\u2060b"), ("\u3164", "\\u3164"),
    ("a\u034fb", "a\\u034fb"), ("\u2800", "\\u2800"), ("\u115f\uffa0", "\\u115f\\uffa0"),
    ("x\U000e0001\U000e0061", "x\\U000e0001\\U000e0061"), ("x\U000e0100\U000e01ef", "x\\U000e0100\\U000e01ef"),
    ("\u26a0\ufe0f", "\u26a0\\ufe0f"), ("\U0001f469\u200d\U0001f680", "\U0001f469\\u200d\U0001f680"),
    # what shows something stays: composed letters, blanks that have a width, characters beyond the first plane
    ("e\u0301 \xa0\u3000 \U0001f512 \U00020000 \u0928\u093f", "e\u0301 \xa0\u3000 \U0001f512 \U00020000 \u0928\u093f"),
])
def test_plain_text(value, text):
    assert plain(value) == text


@reproducible
@given(st.text(alphabet=st.characters(categories=["L", "N", "P", "S", "Z", "C"])))
def test_plain_text_is_one_line_that_any_terminal_and_any_file_takes(text):
    cleaned = plain(text)
    assert not {unicodedata.category(char) for char in cleaned} & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    assert not any(map(is_unseen, cleaned))
    assert "\\" in text or as_sent(cleaned) == text, "nothing is lost"
    assert cleaned.encode("utf-8") and len(cleaned.splitlines()) == 1 if cleaned else text == ""
    assert plain(cleaned) == cleaned


@pytest.mark.parametrize(("shown", "sent"), [
    ("a\\x0ab", "a\nb"), ("\\u202ex", "\u202ex"), ("\\U000e0041", "\U000e0041"), ("\\U0010ffff", "\U0010ffff"), ("\\ud800", "\ud800"),
    ("\\x1b\\u200b\\U000e0001", "\x1b\u200b\U000e0001"),
    # what `plain` does not write stays as it is
    ("\\U00110000", "\\U00110000"), ("\\Uffffffff", "\\Uffffffff"), ("\\x0A", "\\x0A"), ("\\u20", "\\u20"), ("\\", "\\"), ("tb", "tb"),
])
def test_what_was_sent(shown, sent):
    assert as_sent(shown) == sent


@pytest.mark.parametrize(("text", "reason"), [
    ("10", None), ("c7debc9c-8e09-4a5d-8dd6-cc44f78jb20r", None), ("a.b", None), ("...", None), (".a", None),
    ("a:b;c,d@e!f$g&h'i(j)k*l+m=n~o_p", None), ("ü", None), ("x" * 128, None),
    ("", "is empty"), (" ", "is empty"), ("\t\n", "is empty"), ("\u00a0", "is empty"),
    (".", "is a step in a path"), ("..", "is a step in a path"),
    ("../x", "holds one of"), ("a/b", "holds one of"), ("a\\b", "holds one of"), ("a?b", "holds one of"),
    ("a#b", "holds one of"), ("%2e%2e", "holds one of"), ("a b", "holds one of"), (" a", "holds one of"),
    ("a\n", "holds one of"), ("a\x00", "holds one of"), ("a\u202e", "holds one of"), ("a\ud800", "holds one of"),
    ("a\u2028b", "holds one of"), ("a\u3000b", "holds one of"), ("a\u200bb", "holds one of"), ("a\U000e0041", "holds one of"),
    ("x" * 129, "is longer than 128 characters"),
])
def test_what_can_be_one_segment_of_a_path(text, reason):
    found = why_not_a_path_segment(text)
    assert (found is None) == (reason is None)
    assert (found or "").startswith(reason or "")


@reproducible
@given(st.text(max_size=140))
def test_a_segment_stays_one_segment_in_a_url(text):
    if why_not_a_path_segment(text) is None:
        url = "https://host/jobs/" + urllib.parse.quote(text, safe="") + "/stop"
        parts = urllib.parse.urlsplit(url)
        assert parts.path.split("/")[1:] == ["jobs", urllib.parse.quote(text, safe=""), "stop"]
        assert urllib.parse.urljoin(url, parts.path) == url
        assert (parts.query, parts.fragment, parts.netloc) == ("", "", "host")


SECRET = 'p/ä"s\\s wo+rd&=%<\n>'

SPELLINGS = {
    "as it is": SECRET,
    "in a URL": urllib.parse.quote(SECRET, safe=""),
    "in a URL, lower case": re.sub("%..", lambda code: code.group().lower(), urllib.parse.quote(SECRET, safe="")),
    "in a URL, slashes kept": urllib.parse.quote(SECRET),
    "in a form": urllib.parse.urlencode({"x": SECRET}),
    "in JSON": json.dumps(SECRET),
    "in JSON, not ASCII": json.dumps(SECRET, ensure_ascii=False),
    "in a Python text": repr(SECRET),
    "made plain": plain(SECRET),
    "in HTML": html.escape(SECRET),
    "in JSON, slashes escaped": json.dumps(SECRET).replace("/", "\\/"),
    "in base 64": base64.b64encode(SECRET.encode()).decode(),
}


@pytest.mark.parametrize("spelled", [pytest.param(text, id=how) for how, text in SPELLINGS.items()])
def test_a_secret_is_found_in_every_spelling(spelled):
    redact = Redactor()
    redact.add(SECRET)
    redacted = redact(f"before {spelled} after")
    assert MARK in redacted
    assert redacted.startswith("before ") and redacted.endswith(" after")
    assert "s\\s" not in redacted and "wo" not in redacted


@pytest.mark.parametrize(("secrets", "text", "redacted"), [
    ((), "nothing is secret", "nothing is secret"),
    ((None, ""), "nothing is secret", "nothing is secret"),
    (("abc",), "xabcabcx", f"x{MARK}{MARK}x"),
    (("abc", "abcdef"), "abcdefabc", f"{MARK}{MARK}"),
    (("abcdef", "abc"), "abcdefabc", f"{MARK}{MARK}"),
    (("a.c",), "abc a.c", f"abc {MARK}"),
    (("a|b", "("), "a|b ( a b", f"{MARK} {MARK} a b"),
    (("x",), "", ""),
])
def test_redaction(secrets, text, redacted):
    redact = Redactor()
    redact.add(*secrets)
    assert redact(text) == redacted
    assert redact.secrets == {secret for secret in secrets if secret}


def test_secrets_are_learnt_one_after_another():
    redact = Redactor()
    assert redact("one two") == "one two"
    redact.add("one")
    redact.add("two")
    redact.add()
    assert redact("one two three") == f"{MARK} {MARK} three"


secret_texts = st.text(st.characters(exclude_characters="*", exclude_categories=["Cs"]), min_size=4, max_size=30)
ENCODERS = [
    str, urllib.parse.quote, urllib.parse.quote_plus, plain, lambda text: urllib.parse.quote(text, safe=""),
    lambda text: json.dumps(text)[1:-1], lambda text: json.dumps(text, ensure_ascii=False)[1:-1],
]


@reproducible
@given(st.lists(secret_texts, min_size=1, max_size=4), st.text(max_size=20), st.text(max_size=20),
       st.sampled_from(ENCODERS))
def test_no_secret_survives(secrets, before, after, encode):
    redact = Redactor()
    redact.add(*secrets)
    redacted = redact(encode(before + after.join(secrets) + after))
    for secret in secrets:
        assert secret not in redacted
        assert encode(secret) not in redacted
    assert redact(redacted) == redacted


@pytest.mark.parametrize("secret", ["password", "job", "Stopped", "10", "12345678"])
def test_an_ordinary_word_is_masked_in_texts_from_outside_and_not_in_our_own(secret):
    """A mark in a sentence that is known would tell the secret."""
    redact = Redactor()
    redact.add(secret, "s3cr3t-key")
    sentence = f"check {secret}s, and s3cr3t-key"
    assert redact(sentence) == f"check {MARK}s, and {MARK}"
    assert redact.ours(sentence) == f"check {secret}s, and {MARK}"
    assert redact.ours(f"region: '{secret}': is unknown") == f"region: '{MARK}': is unknown"


@pytest.mark.parametrize("secret", ["pass word", "s3cret", "passwort-1", "a" * 17, "123456789", "wörd", "x_y"])
def test_any_other_secret_is_masked_everywhere(secret):
    redact = Redactor()
    redact.add(secret)
    assert redact.ours(f"x {secret} y") == redact(f"x {secret} y") == f"x {MARK} y"
