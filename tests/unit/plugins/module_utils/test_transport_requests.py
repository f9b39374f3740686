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
    """Stands in for that of requests, and is its own pool of connections: gives this response, or raises this error.

    `sending`: what it calls before the error, as if the request had gone; None: the error comes before.
    """

    max_retries = object()

    def __init__(self, given, sending=None):
        self.given, self.asked, self.settled, self.open, self.sending = given, [], [], True, sending

    def get_connection_with_tls_context(self, prepared, verify, proxies):
        self.settled.append((prepared.url, verify, proxies))
        return self

    def cert_verify(self, pool, url, verify, cert):
        assert (pool, url, verify, cert) == (self, *self.settled[-1][:2], None)

    def request_url(self, prepared, proxies):
        return prepared.url if proxies and prepared.url.startswith("http:") else "/"

    def request_encode_url(self, method, url, body, headers, **options):
        self.asked.append((method, url, body, headers, options))
        if self.sending:
            self.sending()
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


def transport_at(monkeypatch, given, redact=None, sent=False, **options):
    """(transport, adapter) whose every request ends at this adapter, before or after it is `sent`."""
    adapter = Adapter(given)

    def made(connections, check, sending):
        adapter.sending = sending if sent else None
        return adapter

    monkeypatch.setattr(transport, "_adapter", made)
    return Transport(TransportOptions(**options), redact or Redactor()), adapter


OURS = {
    "User-Agent": "ansible-collection-otc.teardown", "Accept": "application/json", "Accept-Encoding": "identity",
    "Connection": "keep-alive",
}


@pytest.mark.parametrize(("request_", "sent"), [
    (READ, ("GET", "/v5/jobs", None, {})),
    (STOP, ("POST", "/v5/stop?a=1%20&b=2", b"{}", {"X-A": "1"})),
    (STOP._replace(query=(), body=None, headers={}), ("POST", "/v5/stop", None, {})),
    (READ._replace(url="HTTPS://drs.example.com:8443"), ("GET", "/", None, {})),
    (READ._replace(url="http://[::1]:80/a%2Fb/~c"), ("GET", "/a%2Fb/~c", None, {})),
])
@pytest.mark.parametrize("verify", [True, False, "/etc/ca.pem"])
def test_a_request_as_it_is_sent(monkeypatch, request_, sent, verify):
    one, adapter = transport_at(monkeypatch, Response(b"{}"), verify=verify)
    one.send(request_, PROOF, 12.5)
    (*found, options), = adapter.asked
    method, url, body, headers = sent
    assert found == [method, url, body, {**OURS, **PROOF, **headers}]
    timeout = options.pop("timeout")
    assert (timeout.connect_timeout, timeout.read_timeout) == (12.5, 12.5)
    assert options == {
        "retries": Adapter.max_retries, "redirect": False, "assert_same_host": False, "preload_content": False, "decode_content": False,
    }
    (_url, checked, proxies), = adapter.settled
    assert (checked, proxies) == (verify, {})


def test_proof_beats_what_the_request_says(monkeypatch):
    one, adapter = transport_at(monkeypatch, Response(b"{}"))
    one.send(READ._replace(headers={"X-Auth-Token": "no", "X-B": "2"}), PROOF, 1.0)
    assert adapter.asked[0][3] == {**OURS, "X-Auth-Token": "t", "X-B": "2"}


@pytest.mark.parametrize("value", ["a\r\nX-B: 2", "a\n b", " a"])
def test_a_header_that_would_be_several_is_not_sent(monkeypatch, value):
    one, adapter = transport_at(monkeypatch, Response(b"{}"))
    for request, proof in ((READ, {"X-Auth-Token": value}), (READ._replace(headers={"X-B": value}), PROOF)):
        problem = one.send(request, proof, 1.0)
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


REFUSED = urllib3.exceptions.NewConnectionError(None, "Failed to establish a new connection: [Errno 111] Connection refused")
NAMED = urllib3.exceptions.NewConnectionError(None, "<HTTPSConnection object at 0x7f00>: Failed: [Errno 111] Connection refused")


def in_vain(reason):
    """An error of urllib3 as its pool wraps it."""
    return urllib3.exceptions.MaxRetryError(None, "/v5/jobs", reason)


ERRORS = [
    # error -> what is said of it, whether it comes before the request was sent or after
    (urllib3.exceptions.ConnectTimeoutError("too slow"), "too slow"),
    (in_vain(REFUSED), str(REFUSED)),
    (in_vain(NAMED), "[Errno 111] Connection refused"),
    (in_vain(urllib3.exceptions.SSLError("EOF occurred in violation of protocol")), "EOF occurred in violation of protocol"),
    (in_vain(urllib3.exceptions.ProxyError("Unable to connect to proxy", OSError("reset"))), "('Unable to connect to proxy', OSError('reset'))"),
    (in_vain(OSError("reset")), "reset"),
    (urllib3.exceptions.ReadTimeoutError(None, "/v5/jobs", "Read timed out."), "None: Read timed out."),
    (urllib3.exceptions.ProtocolError("cut off"), "cut off"),
    (OSError("broken"), "broken"),
    (OSError(), ""),
    (OSError("a\x1b[31mb\n"), "a\\x1b[31mb\\x0a"),
    (OSError("x" * 1000), "x" * 300),
    (OSError("the password hunter22 is wrong"), "the password ******** is wrong"),
]
BAD = [(requests.exceptions.InvalidURL("no host"), "no host"), (ValueError("bad header"), "bad header")]


@pytest.mark.parametrize(("error", "words", "sent", "meaning"), [
    *((*row, False, Meaning.UNSENT) for row in ERRORS), *((*row, False, Meaning.INVALID) for row in BAD),
    *((*row, True, Meaning.LOST) for row in ERRORS + BAD),
], ids=lambda value: type(value).__name__)
def test_an_error_of_the_network(monkeypatch, error, words, sent, meaning):
    redact = Redactor()
    redact.add("hunter22")
    said = {Meaning.UNSENT: "cannot connect to", Meaning.INVALID: "cannot send this to", Meaning.LOST: "no answer from"}[meaning]
    assert transport_at(monkeypatch, error, redact, sent)[0].send(READ, {}, 1.0) == Problem(f"{said} {HOST}: {words}", meaning)


def test_each_request_is_judged_by_itself(monkeypatch):
    """One that was sent says nothing about the next, which meets an error before it is sent."""
    one, adapter = transport_at(monkeypatch, OSError("x"), sent=True)
    assert one.send(STOP, {}, 1.0).meaning is Meaning.LOST
    adapter.sending = None
    assert one.send(STOP, {}, 1.0).meaning is Meaning.UNSENT


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
    assert adapter.settled[0][2] == proxies


@pytest.mark.parametrize(("verify", "environ", "used"), [
    (True, {"REQUESTS_CA_BUNDLE": "/etc/all.pem"}, "/etc/all.pem"), (True, {"CURL_CA_BUNDLE": "/etc/curl.pem"}, "/etc/curl.pem"),
    ("/etc/ours.pem", {"REQUESTS_CA_BUNDLE": "/etc/all.pem"}, "/etc/ours.pem"), (False, {"REQUESTS_CA_BUNDLE": "/etc/all.pem"}, False),
])
def test_certificates_of_the_environment_are_used_unless_an_option_names_some(monkeypatch, verify, environ, used):
    monkeypatch.setattr(os, "environ", environ)
    one, adapter = transport_at(monkeypatch, Response(b"{}"), verify=verify)
    one.send(READ, {}, 1.0)
    assert adapter.settled[0][1] == used


def test_the_environment_is_read_once_for_each_host_also_by_many_threads(monkeypatch):
    asked = []
    monkeypatch.setattr(requests.Session, "merge_environment_settings", lambda self, url, *more: asked.append(url) or {"verify": True, "proxies": {}})
    one, adapter = transport_at(monkeypatch, Response(b"{}"))
    reads = [READ._replace(url=f"https://{host}.example.com/{host}{number}") for number in range(50) for host in ("iam", "drs")]
    Pool(8).map(lambda read: one.send(read, {}, 1.0), reads)
    assert sorted(asked) == ["https://drs.example.com/", "https://iam.example.com/"]
    assert sorted(url for _method, url, *_more in adapter.asked) == sorted(read.url.rpartition(".com")[2] for read in reads)


def test_each_host_has_an_adapter_that_is_closed_at_the_end(monkeypatch):
    made = []
    monkeypatch.setattr(transport, "_adapter", lambda *given: made.append((Adapter(Response(b"{}")), given)) or made[-1][0])
    check = object()
    one = Transport(TransportOptions(connections=3), Redactor(), check)
    for url in ("https://a.example.com/", "https://a.example.com/x", "http://a.example.com/", "https://a.example.com:444/"):
        one.send(READ._replace(url=url), {}, 1.0)
    assert [(len(adapter.asked), *given[:2]) for adapter, given in made] == [(2, 3, check), (1, 3, check), (1, 3, check)]
    one.close()
    assert not any(adapter.open for adapter, _given in made)


@pytest.mark.parametrize("url", ["http://127.0.0.1:9", "https://127.0.0.1:9"])
@pytest.mark.parametrize("environ", [{}, {"all_proxy": "http://127.0.0.1:8"}], ids=["direct", "proxy"])
def test_every_connection_receives_its_answers_in_time(monkeypatch, url, environ):
    monkeypatch.setattr(os, "environ", dict(environ))
    route = Transport(TransportOptions(connections=3), Redactor())._settle(url)
    assert "init" in route.pool.ConnectionCls.response_class.__init__.__qualname__
    assert "endheaders" in vars(route.pool.ConnectionCls)
    assert route.pool.pool.maxsize == 3 and (route.pool.proxy is not None) == bool(environ)
    assert route.adapter.max_retries.total == 0
    assert route.prefix == (url if environ and url.startswith("http:") else "")


@pytest.mark.parametrize("proxies", [{}, {"https": "http://127.0.0.1:8"}])
def test_older_requests_find_their_pools_in_another_way(proxies):
    calls = []

    class Older:
        def get_connection(self, url, given):
            calls.append((url, given))
            return "pool"

        def cert_verify(self, *given):
            calls.append(given)

    prepared = requests.Request("GET", "https://drs.example.com/").prepare()
    assert transport._pool(Older(), prepared, "/etc/ca.pem", proxies) == "pool"
    assert calls == [(prepared.url, proxies), ("pool", prepared.url, "/etc/ca.pem", None)]


@pytest.mark.parametrize(("verify", "silenced"), [(False, 1), (True, 0), ("/etc/ca.pem", 0)])
def test_only_who_wants_no_certificates_is_not_warned_of_it(monkeypatch, verify, silenced):
    calls = []
    monkeypatch.setattr(urllib3, "disable_warnings", calls.append)
    Transport(TransportOptions(verify=verify), Redactor())
    assert calls == [urllib3.exceptions.InsecureRequestWarning] * silenced
