# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""No secret survives in anything that is shown, whatever it is and however a server writes it."""

from __future__ import annotations

import base64
import html
import json
import re
import time
import urllib.parse

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ansible_collections.otc.teardown.plugins.module_utils._base.text import Redactor, plain
from ansible_collections.otc.teardown.plugins.module_utils._http.answers import Answer, problem_of, request_id_of

MARK = Redactor.MARK
fewer = settings(max_examples=settings.default.max_examples // 4)

# Long enough not to be found in a text by chance, with many of the characters that are escaped somewhere.
secrets = st.text(
    st.characters(exclude_characters="*", exclude_categories=["Cs"]) | st.sampled_from("/+=&%\"'\\<>?#; ~!()$@:,|\u00f6\u20ac\U0001f511"),
    min_size=8, max_size=20,
).filter(lambda text: text.strip() == text and len(set(text)) > 3)


def go_json(text):
    """As encoding/json of Go writes it, and Gson of Java."""
    written = json.dumps(text, ensure_ascii=False)[1:-1]
    return re.sub("[<>&='\u2028\u2029]", lambda char: f"\\u{ord(char.group()):04x}", written)


def encode_uri_component(text):
    """As JavaScript does it."""
    return urllib.parse.quote(text, safe="!'()*~")


def url_encoder(text):
    """As java.net.URLEncoder does it."""
    return urllib.parse.quote_plus(text, safe="*").replace("~", "%7E")


WRITERS = {
    "as it is": str,
    "URL": lambda text: urllib.parse.quote(text, safe=""),
    "URL in lower case": lambda text: re.sub("%..", lambda code: code.group().lower(), urllib.parse.quote(text, safe="")),
    "URL path": urllib.parse.quote,
    "form": urllib.parse.quote_plus,
    "JavaScript URL": encode_uri_component,
    "Java URL": url_encoder,
    "URL twice": lambda text: urllib.parse.quote(urllib.parse.quote(text, safe=""), safe=""),
    "JSON": lambda text: json.dumps(text)[1:-1],
    "JSON, not ASCII": lambda text: json.dumps(text, ensure_ascii=False)[1:-1],
    "JSON, slashes": lambda text: json.dumps(text)[1:-1].replace("/", "\\/"),
    "JSON of Go": go_json,
    "JSON in JSON": lambda text: json.dumps(json.dumps(text))[3:-3],
    "JSON in JSON in a log": lambda text: json.dumps(json.dumps(json.dumps(text)))[7:-7],
    "JSON in a URL": lambda text: urllib.parse.quote(go_json(text), safe=""),
    "HTML": html.escape,
    "HTML by number": lambda text: "".join(char if char.isalnum() else f"&#{ord(char)};" for char in text),
    "HTML by hexadecimal": lambda text: "".join(char if char.isalnum() else f"&#x{ord(char):X};" for char in text),
    "JSON in HTML": lambda text: html.escape(json.dumps(text)[1:-1]),
    "HTML in JSON": lambda text: go_json(html.escape(text)),
    "Python": lambda text: repr(text)[1:-1],
    "made plain": plain,
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "base64 for URLs": lambda text: base64.urlsafe_b64encode(text.encode()).decode(),
}


def basic(name, secret):
    """As in a header for proxies."""
    return base64.b64encode(f"{name}:{secret}".encode()).decode()


@pytest.mark.parametrize("how", WRITERS)
@fewer
@given(secret=secrets, before=st.text("ab &\\%\"'/u0", max_size=5), after=st.text("ab ;\\%\"'/u0", max_size=5))
@example(secret="/k\U0001f511y \\\\\"&'+<p>\u00f6%~", before="\\", after="%")
def test_no_secret_survives_however_it_is_written(how, secret, before, after):
    redact, write = Redactor(), WRITERS[how]
    redact.add(secret)
    written = write(secret)
    shown = redact(f"{before}{written}{after}")
    assert MARK in shown and written not in shown
    assert secret not in shown and secret not in urllib.parse.unquote(shown) and secret not in html.unescape(shown)


@pytest.mark.parametrize("end", ['"', "\\", "\n", "/"])
def test_no_secret_survives_in_a_log_that_an_error_quotes(end):
    """JSON in JSON four times: each time doubles the backslashes."""
    redact = Redactor()
    redact.add(f"p4ssword{end}")
    shown = redact(json.dumps({"message": WRITERS["JSON in JSON in a log"](f"p4ssword{end}")}))
    assert MARK in shown and "p4ss" not in shown


@given(secret=secrets, name=st.text("abcdefg", max_size=6))
def test_no_secret_survives_in_base64_of_something_longer(secret, name):
    redact = Redactor()
    redact.add(secret)
    shown = redact(f"Proxy-Authorization: Basic {basic(name, secret)}")
    assert MARK in shown
    rest = shown.rpartition(" ")[2].replace(MARK, "")
    assert len(rest) <= len(base64.b64encode(f"{name}:".encode())) + 8, "next to nothing of it is left"


@given(st.lists(secrets, min_size=1, max_size=2), st.lists(st.sampled_from(sorted(WRITERS)), min_size=1, max_size=4),
       st.integers(0, 1100), st.sampled_from([200, 400, 401, 403, 404, 500]), st.data())
def test_no_secret_survives_in_what_is_said_of_an_answer(known, ways, place, status, data):
    """Wherever in an answer it stands, and wherever the text is cut."""
    redact = Redactor()
    redact.add(*known)
    told = " ".join(WRITERS[how](secret) for how in ways for secret in known)
    text = "m" * place + "\x1b[31m\u202e" + told
    body = data.draw(st.sampled_from([
        json.dumps({"error_code": told, "error_msg": text, "request_id": told}), json.dumps({"error": {"message": text}}),
        text, json.dumps([text]), json.dumps({"is_success": False, "error_message": text}),
    ]))
    headers = {"x-request-id": told, "location": text, "retry-after": told}
    answer = Answer(status, headers, body.encode("utf-8", "surrogatepass"), redact)
    problem = problem_of(answer)
    shown = " ".join(str(part) for part in (problem, *problem.as_row().values(), request_id_of(answer)))
    ours = shown.replace("the answer is not a JSON object", "")
    for secret in known:
        for written in (secret, *(WRITERS[how](secret) for how in ways)):
            assert written not in ours and written[:8] not in ours.replace(MARK, ""), "nor a part of it"
    assert shown == plain(shown)


def test_no_half_of_a_secret_is_shown_where_a_huge_text_is_cut():
    token = "MII" + "abcdefgh" * 2000
    redact = Redactor()
    redact.add(token)
    for repeated in (1, 18, 19, 100):
        answer = Answer(403, {}, json.dumps({"error_msg": "x" * 7 + token * repeated}).encode(), redact)
        assert "abcdefgh" not in str(problem_of(answer))


@pytest.mark.parametrize("filler", ["\\", "%25", "&amp;", "\\\\u00", "%", "\"", "&#0", " ", "a"])
@pytest.mark.parametrize("secret", ["\\\\\\\\\\\\x", "\"'\"'\"'/", "%25%25%25", "&&&&&", "        ", "p&ss/w\u00f6rd+", "aaaaaaaab"])
def test_no_text_is_slow_to_search(secret, filler):
    redact, text = Redactor(), filler * (50_000 // len(filler))
    redact.add(secret)
    redact("compile")
    began = time.process_time()
    redact(text)
    assert time.process_time() - began < 10, "a hostile answer must not keep a task busy"


@fewer
@given(st.lists(secrets, min_size=2, max_size=2, unique=True))
def test_secrets_may_be_learnt_one_after_another(known):
    redact = Redactor()
    for number, secret in enumerate(known, start=1):
        redact.add(secret)
        assert all(one not in redact(" ".join(known)) for one in known[:number])
