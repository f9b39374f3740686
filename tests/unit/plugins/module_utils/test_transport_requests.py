# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is handed to the library that talks HTTP, and what is made of its answers and of its many errors."""

from __future__ import annotations

import pytest
import requests
import urllib3
from requests.adapters import HTTPAdapter

from ansible_collections.otc.teardown.plugins.module_utils._base.errors import Meaning, MissingLibrary, Problem
from ansible_collections.otc.teardown.plugins.module_utils._base.text import Redactor
from ansible_collections.otc.teardown.plugins.module_utils._http import transport
from ansible_collections.otc.teardown.plugins.module_utils._http.answers import Answer
from ansible_collections.otc.teardown.plugins.module_utils._http.request import Request
from ansible_collections.otc.teardown.plugins.module_utils._http.transport import Transport, TransportOptions

READ = Request("GET", "https://drs.example.com:8443/v5/jobs", "list jobs", True)
STOP = Request("POST", "https://drs.example.com:8443/v5/stop", "stop", False, (("b", "2"), ("a", "1 ")), b"{}", {"X-A": "1"})
PROOF = {"X-Auth-Token": "t"}
HOST = "drs.example.com:8443"


class Session:
    """Stands in for that of requests: gives this response, or raises this error."""

    def __init__(self, given):
        self.given, self.asked, self.open = given, [], True

    def request(self, *args, **options):
        self.asked.append((args, options))
        if isinstance(self.given, Exception):
            raise self.given
        return self.given

    def close(self):
        self.open = False


class Response(Session):
    """A response in these pieces."""

    def __init__(self, *pieces, status=200, **headers):
        super().__init__(None)
        self.pieces, self.status_code, self.headers, self.raw = pieces, status, headers, self

    def stream(self, size, decode_content):
        self.asked.append((size, decode_content))
        yield from self.pieces


def transport_at(given, redact=None, **options):
    one = Transport(TransportOptions(**options), redact or Redactor())
    one._session.close()
    one._session = Session(given)
    return one


@pytest.mark.parametrize("request_", [READ, STOP])
@pytest.mark.parametrize("verify", [True, False, "/etc/ca.pem"])
def test_a_request_as_it_is_sent(request_, verify):
    one = transport_at(Response(b"{}"), verify=verify)
    one.send(request_, PROOF, 12.5)
    (args, options), = one._session.asked
    prepared = object()
    assert options.pop("auth")(prepared) is prepared
    url = {"GET": READ.url, "POST": STOP.url + "?a=1%20&b=2"}[request_.method]
    assert args == (request_.method, url)
    assert options == {
        "data": request_.body, "headers": {**request_.headers, **PROOF}, "timeout": 12.5, "allow_redirects": False,
        "verify": verify, "stream": True,
    }


def test_proof_beats_what_the_request_says():
    one = transport_at(Response(b"{}"))
    one.send(READ._replace(headers={"X-Auth-Token": "no", "X-B": "2"}), PROOF, 1.0)
    assert one._session.asked[0][1]["headers"] == {"X-Auth-Token": "t", "X-B": "2"}


def test_every_request_is_counted_also_one_without_an_answer():
    one = transport_at(Response(b"{}"))
    for number in range(3):
        assert one.calls == number
        one.send(READ, {}, 1.0)
    one._session.given = requests.ConnectionError("x")
    one.send(READ, {}, 1.0)
    assert one.calls == 4


def test_an_answer():
    redact = Redactor()
    response = Response(b'{"a"', b": 1}", status=418, **{"X-Request-Id": "r", "Retry-After": "5"})
    found = transport_at(response, redact).send(READ, {}, 1.0)
    assert found == Answer(418, {"x-request-id": "r", "retry-after": "5"}, b'{"a": 1}', redact)
    assert response.asked == [(65536, False)] and response.open


@pytest.mark.parametrize(("pieces", "fits"), [([b"12345678", b"90"], True), ([b"12345678", b"901"], False), ([b"x" * 11], False)])
def test_an_answer_that_is_too_large(monkeypatch, pieces, fits):
    monkeypatch.setattr(transport, "LARGEST_ANSWER", 10)
    response = Response(*pieces)
    found = transport_at(response).send(READ, {}, 1.0)
    assert response.open == fits
    if fits:
        assert found.content == b"1234567890"
    else:
        assert found == Problem(f"the answer of {HOST} is larger than 10 bytes", Meaning.GARBLED)


def pool_error(reason):
    """An error of requests as it wraps one of urllib3."""
    return urllib3.exceptions.MaxRetryError(None, "/v5/jobs", reason)


REFUSED = urllib3.exceptions.NewConnectionError(None, "Failed to establish a new connection: [Errno 111] Connection refused")
NAMED = urllib3.exceptions.NewConnectionError(None, "<HTTPSConnection object at 0x7f00>: Failed: [Errno 111] Connection refused")
ERRORS = [
    # error -> meaning, what is said
    (requests.ConnectTimeout("too slow"), Meaning.UNSENT, f"cannot connect to {HOST}: too slow"),
    (requests.exceptions.SSLError("self-signed"), Meaning.UNSENT, f"cannot connect to {HOST}: self-signed"),
    (requests.exceptions.ProxyError("no way"), Meaning.UNSENT, f"cannot connect to {HOST}: no way"),
    (requests.ConnectionError(pool_error(REFUSED)), Meaning.UNSENT, f"cannot connect to {HOST}: {REFUSED}"),
    (requests.ConnectionError(pool_error(NAMED)), Meaning.UNSENT, f"cannot connect to {HOST}: [Errno 111] Connection refused"),
    (requests.ConnectionError(pool_error(OSError("reset"))), Meaning.LOST, f"no answer from {HOST}: reset"),
    (requests.ConnectionError("reset"), Meaning.LOST, f"no answer from {HOST}: reset"),
    (requests.ConnectionError(), Meaning.LOST, f"no answer from {HOST}: "),
    (requests.ReadTimeout("timed out"), Meaning.LOST, f"no answer from {HOST}: timed out"),
    (OSError("broken"), Meaning.LOST, f"no answer from {HOST}: broken"),
    (urllib3.exceptions.ProtocolError("cut off"), Meaning.LOST, f"no answer from {HOST}: cut off"),
    (requests.exceptions.InvalidURL("no host"), Meaning.INVALID, f"cannot send this to {HOST}: no host"),
    (ValueError("bad header"), Meaning.INVALID, f"cannot send this to {HOST}: bad header"),
    (OSError("a\x1b[31mb\n"), Meaning.LOST, f"no answer from {HOST}: a\\x1b[31mb\\x0a"),
    (OSError("x" * 1000), Meaning.LOST, f"no answer from {HOST}: " + "x" * 300),
    (OSError("the password hunter22 is wrong"), Meaning.LOST, f"no answer from {HOST}: the password ******** is wrong"),
]


@pytest.mark.parametrize(("error", "meaning", "words"), ERRORS, ids=lambda value: type(value).__name__)
def test_an_error_of_the_network(error, meaning, words):
    redact = Redactor()
    redact.add("hunter22")
    assert transport_at(error, redact).send(READ, {}, 1.0) == Problem(words, meaning)


def test_an_error_of_our_own_is_not_hidden():
    with pytest.raises(TypeError):
        transport_at(TypeError("a mistake")).send(READ, {}, 1.0)


@pytest.mark.parametrize(("variable", "url", "secrets"), [
    ("https_proxy", "http://me:pa%40ss@proxy:3128", {"pa%40ss", "pa@ss"}),
    ("HTTP_PROXY", "http://me:word@proxy:3128", {"word"}),
    ("all_proxy", "me:a@b@proxy", {"a@b"}),
    ("https_proxy", "http://proxy:3128", set()),
    ("https_proxy", "http://me@proxy:3128", set()),
    ("proxy_url", "http://me:word@proxy", set()),
])
def test_passwords_of_proxies_are_secrets(monkeypatch, variable, url, secrets):
    monkeypatch.setattr(transport.os, "environ", {variable: url, "OTHER": "a:b@c"})
    redact = Redactor()
    assert Transport(TransportOptions(), redact).redact is redact
    assert redact.secrets == secrets


def test_without_the_library_that_is_said(monkeypatch):
    monkeypatch.setattr(transport, "REQUESTS_IMPORT_ERROR", "Traceback ...")
    with pytest.raises(MissingLibrary) as caught:
        Transport(TransportOptions(), Redactor())
    assert str(caught.value) == "requests is not installed; it is needed to talk to the cloud"
    assert caught.value.traceback == "Traceback ..."


def test_the_session_keeps_connections_and_nothing_else():
    one = Transport(TransportOptions(connections=3), Redactor())
    session = one._session
    for url in ("https://drs.example.com", "http://drs.example.com"):
        adapter = session.get_adapter(url)
        assert (adapter._pool_maxsize, adapter.max_retries.total) == (3, 0)
        assert isinstance(adapter, HTTPAdapter) and adapter.__class__ is not HTTPAdapter
    assert session.cookies.get_policy().is_not_allowed("drs.example.com")
    assert session.headers["User-Agent"] == "ansible-collection-otc.teardown"
    assert session.headers["Accept"] == "application/json"
    assert session.headers["Accept-Encoding"] == "identity"
    one._session = Session(None)
    one.close()
    assert one._session.open is False


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/", "https://127.0.0.1:9/"])
@pytest.mark.parametrize("proxy", [False, True], ids=["direct", "proxy"])
def test_every_connection_receives_its_answers_in_time(url, proxy):
    adapter = Transport(TransportOptions(connections=3), Redactor())._session.get_adapter(url)
    pools = adapter.proxy_manager_for("http://127.0.0.1:8") if proxy else adapter.poolmanager
    connection = pools.connection_from_url(url).ConnectionCls
    assert "init" in connection.response_class.__init__.__qualname__
    assert pools.connection_pool_kw["maxsize"] == 3


@pytest.mark.parametrize(("verify", "silenced"), [(False, 1), (True, 0), ("/etc/ca.pem", 0)])
def test_only_who_wants_no_certificates_is_not_warned_of_it(monkeypatch, verify, silenced):
    calls = []
    monkeypatch.setattr(urllib3, "disable_warnings", calls.append)
    Transport(TransportOptions(verify=verify), Redactor())
    assert calls == [urllib3.exceptions.InsecureRequestWarning] * silenced
