# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is handed to the library that talks HTTP, and what is made of its answers and of its many errors."""

from __future__ import annotations

import os

import pytest
import requests
import urllib3

from ansible_collections.otc.teardown.plugins.module_utils._base.errors import Meaning, MissingLibrary, Problem
from ansible_collections.otc.teardown.plugins.module_utils._base.text import Redactor
from ansible_collections.otc.teardown.plugins.module_utils._base.threads import Pool
from ansible_collections.otc.teardown.plugins.module_utils._http import transport
from ansible_collections.otc.teardown.plugins.module_utils._http.answers import Answer
from ansible_collections.otc.teardown.plugins.module_utils._http.request import Request
from ansible_collections.otc.teardown.plugins.module_utils._http.transport import Transport, TransportOptions

READ = Request("GET", "https://drs.example.com:8443/v5/jobs", "list jobs", True)
STOP = Request("POST", "https://drs.example.com:8443/v5/stop", "stop", False, (("b", "2"), ("a", "1 ")), b"{}", {"X-A": "1"})
PROOF = {"X-Auth-Token": "t"}
HOST = "drs.example.com:8443"


class Adapter:
    """Stands in for that of requests: gives this response, or raises this error."""

    def __init__(self, given):
        self.given, self.asked, self.open = given, [], True

    def send(self, prepared, **options):
        self.asked.append((prepared, options))
        if isinstance(self.given, Exception):
            raise self.given
        return self.given

    def close(self):
        self.open = False


class Response:
    """A response of urllib3 in these pieces."""

    def __init__(self, *pieces, status=200, **headers):
        self.pieces, self.status, self.headers = pieces, status, urllib3._collections.HTTPHeaderDict(headers)
        self.asked, self.open = [], True

    def stream(self, size, decode_content):
        self.asked.append((size, decode_content))
        yield from self.pieces

    def close(self):
        self.open = False


@pytest.fixture(autouse=True)
def no_environment(monkeypatch):
    """No proxy, whatever the machine has."""
    monkeypatch.setattr(os, "environ", {})


def transport_at(monkeypatch, given, redact=None, **options):
    """(transport, adapter) whose every request ends at this adapter."""
    adapter = Adapter(given)
    monkeypatch.setattr(transport, "_adapter", lambda connections, check: adapter)
    return Transport(TransportOptions(**options), redact or Redactor()), adapter


OURS = {
    "User-Agent": "ansible-collection-otc.teardown", "Accept": "application/json", "Accept-Encoding": "identity",
    "Connection": "keep-alive",
}


@pytest.mark.parametrize(("request_", "sent"), [
    (READ, ("GET", READ.url, None, {})),
    (STOP, ("POST", STOP.url + "?a=1%20&b=2", b"{}", {"X-A": "1", "Content-Length": "2"})),
    (STOP._replace(query=(), body=None, headers={}), ("POST", STOP.url, None, {"Content-Length": "0"})),
    (READ._replace(url="HTTPS://drs.example.com:8443"), ("GET", "https://drs.example.com:8443", None, {})),
    (READ._replace(url="http://[::1]:80/a%2Fb/~c"), ("GET", "http://[::1]:80/a%2Fb/~c", None, {})),
])
@pytest.mark.parametrize("verify", [True, False, "/etc/ca.pem"])
def test_a_request_as_it_is_sent(monkeypatch, request_, sent, verify):
    one, adapter = transport_at(monkeypatch, Response(b"{}"), verify=verify)
    one.send(request_, PROOF, 12.5)
    (prepared, options), = adapter.asked
    method, url, body, headers = sent
    assert (prepared.method, prepared.url, prepared.body) == (method, url, body)
    assert dict(prepared.headers) == {**OURS, **PROOF, **headers}
    assert options == {"timeout": 12.5, "verify": verify, "stream": True, "cert": None, "proxies": {}}


def test_proof_beats_what_the_request_says(monkeypatch):
    one, adapter = transport_at(monkeypatch, Response(b"{}"))
    one.send(READ._replace(headers={"X-Auth-Token": "no", "X-B": "2"}), PROOF, 1.0)
    assert dict(adapter.asked[0][0].headers) == {**OURS, "X-Auth-Token": "t", "X-B": "2"}


@pytest.mark.parametrize("value", ["a\r\nX-B: 2", "a\n b", " a"])
def test_a_header_that_would_be_several_is_not_sent(monkeypatch, value):
    one, adapter = transport_at(monkeypatch, Response(b"{}"))
    problem = one.send(READ, {"X-Auth-Token": value}, 1.0)
    assert problem.meaning is Meaning.INVALID and adapter.asked == []


@pytest.mark.parametrize("url", ["https://", "drs.example.com/v5", "https://xn--\u00e9.example.com/", "https://*.example.com/"])
def test_an_address_that_is_none_is_not_asked(monkeypatch, url):
    one, adapter = transport_at(monkeypatch, Response(b"{}"))
    for number in (1, 2):
        problem = one.send(READ._replace(url=url), {}, 1.0)
        assert problem.meaning is Meaning.INVALID and adapter.asked == [] and one.calls == number


def test_every_request_is_counted_also_one_without_an_answer(monkeypatch):
    one, adapter = transport_at(monkeypatch, Response(b"{}"))
    for number in range(3):
        assert one.calls == number
        one.send(READ, {}, 1.0)
    adapter.given = requests.ConnectionError("x")
    one.send(READ, {}, 1.0)
    assert one.calls == 4


def test_an_answer(monkeypatch):
    redact = Redactor()
    response = Response(b'{"a"', b": 1}", status=418, **{"X-Request-Id": "r", "Retry-After": "5"})
    response.headers.add("retry-after", "6")
    found = transport_at(monkeypatch, response, redact)[0].send(READ, {}, 1.0)
    assert found == Answer(418, {"x-request-id": "r", "retry-after": "5, 6"}, b'{"a": 1}', redact)
    assert response.asked == [(65536, False)] and response.open


@pytest.mark.parametrize(("pieces", "fits"), [([b"12345678", b"90"], True), ([b"12345678", b"901"], False), ([b"x" * 11], False)])
def test_an_answer_that_is_too_large(monkeypatch, pieces, fits):
    monkeypatch.setattr(transport, "LARGEST_ANSWER", 10)
    response = Response(*pieces)
    found = transport_at(monkeypatch, response)[0].send(READ, {}, 1.0)
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
def test_an_error_of_the_network(monkeypatch, error, meaning, words):
    redact = Redactor()
    redact.add("hunter22")
    assert transport_at(monkeypatch, error, redact)[0].send(READ, {}, 1.0) == Problem(words, meaning)


def test_an_error_of_our_own_is_not_hidden(monkeypatch):
    with pytest.raises(TypeError):
        transport_at(monkeypatch, TypeError("a mistake"))[0].send(READ, {}, 1.0)


@pytest.mark.parametrize(("variable", "url", "secrets"), [
    ("https_proxy", "http://me:pa%40ss@proxy:3128", {"pa%40ss", "pa@ss"}),
    ("HTTP_PROXY", "http://me:word@proxy:3128", {"word"}),
    ("all_proxy", "me:a@b@proxy", {"a@b"}),
    ("https_proxy", "http://proxy:3128", set()),
    ("https_proxy", "http://me@proxy:3128", set()),
    ("proxy_url", "http://me:word@proxy", set()),
])
def test_passwords_of_proxies_are_secrets(monkeypatch, variable, url, secrets):
    monkeypatch.setattr(os, "environ", {variable: url, "OTHER": "a:b@c"})
    redact = Redactor()
    assert Transport(TransportOptions(), redact).redact is redact
    assert redact.secrets == secrets


def test_without_the_library_that_is_said(monkeypatch):
    monkeypatch.setattr(transport, "REQUESTS_IMPORT_ERROR", "Traceback ...")
    with pytest.raises(MissingLibrary) as caught:
        Transport(TransportOptions(), Redactor())
    assert str(caught.value) == "requests is not installed; it is needed to talk to the cloud"
    assert caught.value.traceback == "Traceback ..."


PROXY = "http://proxy.example.com:3128"


@pytest.mark.parametrize(("environ", "url", "proxies"), [
    ({"https_proxy": PROXY}, "https://drs.example.com/", {"https": PROXY}),
    ({"HTTPS_PROXY": PROXY, "no_proxy": "iam.example.com"}, "https://drs.example.com/", {"https": PROXY, "no": "iam.example.com"}),
    ({"https_proxy": PROXY, "no_proxy": "iam.example.com"}, "https://iam.example.com/", {}),
    ({"https_proxy": PROXY, "NO_PROXY": "example.com:8443"}, "https://drs.example.com:8443/", {}),
    ({"https_proxy": PROXY, "NO_PROXY": "example.com:8443"}, "https://drs.example.com/", {"https": PROXY, "no": "example.com:8443"}),
    ({"all_proxy": PROXY, "no_proxy": "10.0.0.0/8"}, "http://10.1.2.3/", {}),
    ({"all_proxy": PROXY, "no_proxy": "10.0.0.0/8"}, "http://11.1.2.3/", {"all": PROXY, "no": "10.0.0.0/8"}),
])
def test_the_environment_says_for_each_host_whether_it_is_behind_a_proxy(monkeypatch, environ, url, proxies):
    monkeypatch.setattr(os, "environ", environ)
    one, adapter = transport_at(monkeypatch, Response(b"{}"))
    one.send(READ._replace(url=url), {}, 1.0)
    assert adapter.asked[0][1]["proxies"] == proxies


@pytest.mark.parametrize(("verify", "environ", "used"), [
    (True, {"REQUESTS_CA_BUNDLE": "/etc/all.pem"}, "/etc/all.pem"), (True, {"CURL_CA_BUNDLE": "/etc/curl.pem"}, "/etc/curl.pem"),
    ("/etc/ours.pem", {"REQUESTS_CA_BUNDLE": "/etc/all.pem"}, "/etc/ours.pem"), (False, {"REQUESTS_CA_BUNDLE": "/etc/all.pem"}, False),
])
def test_certificates_of_the_environment_are_used_unless_an_option_names_some(monkeypatch, verify, environ, used):
    monkeypatch.setattr(os, "environ", environ)
    one, adapter = transport_at(monkeypatch, Response(b"{}"), verify=verify)
    one.send(READ, {}, 1.0)
    assert adapter.asked[0][1]["verify"] == used


def test_the_environment_is_read_once_for_each_host_also_by_many_threads(monkeypatch):
    asked = []
    monkeypatch.setattr(requests.Session, "merge_environment_settings", lambda self, url, *more: asked.append(url) or {})
    one, adapter = transport_at(monkeypatch, Response(b"{}"))
    reads = [READ._replace(url=f"https://{host}.example.com/{number}") for number in range(50) for host in ("iam", "drs")]
    Pool(8).map(lambda read: one.send(read, {}, 1.0), reads)
    assert sorted(asked) == ["https://drs.example.com/", "https://iam.example.com/"]
    assert sorted(prepared.url for prepared, _options in adapter.asked) == sorted(read.url for read in reads)


def test_each_host_has_an_adapter_that_is_closed_at_the_end(monkeypatch):
    made = []
    monkeypatch.setattr(transport, "_adapter", lambda *given: made.append((Adapter(Response(b"{}")), given)) or made[-1][0])
    check = object()
    one = Transport(TransportOptions(connections=3), Redactor(), check)
    for url in ("https://a.example.com/", "https://a.example.com/x", "http://a.example.com/", "https://a.example.com:444/"):
        one.send(READ._replace(url=url), {}, 1.0)
    assert [(len(adapter.asked), given) for adapter, given in made] == [(2, (3, check)), (1, (3, check)), (1, (3, check))]
    one.close()
    assert not any(adapter.open for adapter, _given in made)


def prepared_for(url):
    """A prepared request."""
    prepared = requests.PreparedRequest()
    prepared.prepare("GET", url)
    return prepared


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/a?b=1", "https://127.0.0.1:9/a?b=1"])
@pytest.mark.parametrize("proxies", [{}, {"all": "http://127.0.0.1:8"}], ids=["direct", "proxy"])
def test_every_connection_receives_its_answers_in_time(url, proxies):
    adapter = transport._adapter(3, lambda: None)
    pool = adapter.get_connection_with_tls_context(prepared_for(url), True, proxies=proxies)
    assert pool is adapter.get_connection_with_tls_context(prepared_for(url + "2"), True, proxies=proxies)
    assert "init" in pool.ConnectionCls.response_class.__init__.__qualname__
    assert pool.pool.maxsize == 3 and (pool.proxy is not None) == bool(proxies)
    assert adapter.max_retries.total == 0
    whole = proxies and url.startswith("http:")
    assert adapter.request_url(prepared_for(url), proxies) == (url if whole else "/a?b=1")
    response = object()
    assert adapter.build_response(None, response) is response


@pytest.mark.parametrize(("verify", "silenced"), [(False, 1), (True, 0), ("/etc/ca.pem", 0)])
def test_only_who_wants_no_certificates_is_not_warned_of_it(monkeypatch, verify, silenced):
    calls = []
    monkeypatch.setattr(urllib3, "disable_warnings", calls.append)
    Transport(TransportOptions(verify=verify), Redactor())
    assert calls == [urllib3.exceptions.InsecureRequestWarning] * silenced
