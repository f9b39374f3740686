# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Signatures, against the vectors that the cloud publishes and others made with its own SDK."""

from __future__ import annotations

import datetime
import hashlib
import time

import pytest

from ansible_collections.otc.teardown.plugins.module_utils._http import signature
from ansible_collections.otc.teardown.plugins.module_utils._http.request import Request
from ansible_collections.otc.teardown.plugins.module_utils._iam.authenticators import KeyAuthenticator
from ansible_collections.otc.teardown.plugins.module_utils._iam.settings import Settings

PROJECT = "0123456789abcdef0123456789abcdef"
EXAMPLE_KEYS = ("EXAMPLEAKEXAMPLEAK01", "ExampleSecretKeyForTestVectorsOnly000001")
DATE = "20250102T030405Z"
JSON = {"Content-Type": "application/json"}

VECTORS = {
    # The one that the cloud's signing guide prints.
    "V0": {
        "keys": ("QTWAOYTTINDUT2QVKYUC", "MFyfvK41ba2giqM7Uio6PznpdUKGpownRZlmVmHc"),
        "date": "20191115T033655Z",
        "method": "GET",
        "url": "https://service.region.example.com/v1/77b6a44cba5143ab91d13ab9a8ff44fd/vpcs",
        "query": (("limit", "2"), ("marker", "13551d6b-755d-4757-b956-536f674975c0")),
        "headers": JSON,
        "proof": {},
        "body": b"",
        "names": "content-type;host;x-sdk-date",
        "hash": "b25362e603ee30f4f25e7858e8a7160fd36e803bb2dfe206278659d71a9bcd7a",
        "signature": "7be6668032f70418fcc22abc52071e57aff61b84a1d2381bb430d6870f4f6ebe",
    },
    "V1": {
        "keys": EXAMPLE_KEYS,
        "date": DATE,
        "method": "POST",
        "url": f"https://drs.cn-north-4.myhuaweicloud.com/v5/{PROJECT}/jobs/c7debc9c-8e09-4a5d-8dd6-cc44f78jb20r/stop",
        "query": (),
        "headers": JSON,
        "proof": {"X-Project-Id": PROJECT},
        "body": b'{"is_force_stop":false}',
        "names": "content-type;host;x-project-id;x-sdk-date",
        "hash": "d79b9eed3c7cd23247577d504dfca56bac0a16917afe20ec0773c2945cbffdde",
        "signature": "f6d57fb60ff3d7edec848a8b1482f32af7a66cb821581211c816afa5cc88c07b",
    },
    "V2": {
        "keys": EXAMPLE_KEYS,
        "date": DATE,
        "method": "POST",
        "url": f"https://modelarts.eu-de.otc.t-systems.com/v2/{PROJECT}/a%20b/%C3%BC~1/search",
        "query": (("task_name", "my job/1+2=3&x~y*"), ("status", "1"), ("return_result", "false"), ("tag", "b"),
                  ("tag", "a"), ("Limit", "10"), ("empty", ""), ("name_like", "Größe 100%")),
        "headers": JSON,
        "proof": {"X-Project-Id": PROJECT, "X-Security-Token": "EXAMPLE+Security/Token=="},
        "body": '{"name": "Grüße", "n": 1}'.encode(),
        "names": "content-type;host;x-project-id;x-sdk-date;x-security-token",
        "hash": "0f70c3275e1bb7f5a8bb70bfa92b97fdff545111f8c4b7f6aa8892cf16426172",
        "signature": "8bbe860f67a7bb1d451acf4bfd2b8e2dd1c73a2b06c2b47e3a08122dfcce88a8",
    },
    "V3": {
        "keys": EXAMPLE_KEYS,
        "date": DATE,
        "method": "POST",
        "url": f"https://modelarts.eu-de.otc.t-systems.com/v1/{PROJECT}/services/"
               f"11111111-2222-3333-4444-555555555555/tasks/{'f' * 32}/stop",
        "query": (),
        "headers": {},
        "proof": {"X-Project-Id": PROJECT},
        "body": b"",
        "names": "host;x-project-id;x-sdk-date",
        "hash": "b6d4f3a3ff4d16600bbc6b99d67b07dbcd4d19daa25ccd948272e19cb365c4e9",
        "signature": "15f0f7b8a6d5d2639ad3cbfe70ded9c24270e75d0867714b2c66218d4049c9b7",
    },
    "V4": {
        "keys": EXAMPLE_KEYS,
        "date": DATE,
        "method": "GET",
        "url": "https://iam.eu-de.otc.t-systems.com/v3/projects",
        "query": (("name", "eu-de_team a"),),
        "headers": {},
        "proof": {"X-Domain-Id": "fedcba9876543210fedcba9876543210"},
        "body": b"",
        "names": "host;x-domain-id;x-sdk-date",
        "hash": "5494bb5a9fc9c3d2eddb26c4f7a44dd65b47143aff3260c2cb06507d1d8a2b09",
        "signature": "74e1c1844003ca53713ee124e875feec829ced61ab1c1e24bc172aa9d041e314",
    },
}

vectors = pytest.mark.parametrize("vector", [pytest.param(vector, id=name) for name, vector in VECTORS.items()])


def request_of(vector):
    return Request(vector["method"], vector["url"], "sign", True, vector["query"], vector["body"], vector["headers"])


def expected(vector):
    return (f"SDK-HMAC-SHA256 Access={vector['keys'][0]}, SignedHeaders={vector['names']}, "
            f"Signature={vector['signature']}")


@vectors
def test_the_canonical_request_and_the_signature(vector):
    request = request_of(vector)
    headers = {**vector["headers"], **vector["proof"], "X-Sdk-Date": vector["date"], "Host": request.host}
    canonical, names = signature.canonical_request(vector["method"], request.full_url, headers, vector["body"])
    assert names == vector["names"]
    assert hashlib.sha256(canonical.encode()).hexdigest() == vector["hash"]
    signed = signature.authorization(*vector["keys"], vector["method"], request.full_url, headers, vector["body"])
    assert signed == expected(vector)


@vectors
def test_the_headers_that_are_sent(vector):
    domain = vector["proof"].get("X-Domain-Id")
    settings = Settings(
        method="access_key",
        access_key=vector["keys"][0],
        secret_key=vector["keys"][1],
        security_token=vector["proof"].get("X-Security-Token"),
        user_domain={"id": domain} if domain else {},
    )
    moment = datetime.datetime.strptime(vector["date"], "%Y%m%dT%H%M%S%z")
    keys = KeyAuthenticator(settings, now=lambda: moment).for_project(vector["proof"].get("X-Project-Id"))
    request = request_of(vector)
    assert dict(keys.headers_for(request)) == {
        **vector["proof"], "X-Sdk-Date": vector["date"], "Host": request.host, "Authorization": expected(vector),
    }
    assert keys.renew({}) is False, "a key is not tried twice"


def test_what_is_sent_is_what_was_signed():
    request = request_of(VECTORS["V2"])
    assert request.full_url.partition("?")[2] == (
        "Limit=10&empty=&name_like=Gr%C3%B6%C3%9Fe%20100%25&return_result=false&status=1&tag=a&tag=b"
        "&task_name=my%20job%2F1%2B2%3D3%26x~y%2A"
    )


@pytest.mark.parametrize(("pairs", "query"), [
    ([], ""), ([("b", "1"), ("a", "2")], "a=2&b=1"), ([("a", "2"), ("a", "1")], "a=1&a=2"),
    ([("b", "1"), ("B", "1")], "B=1&b=1"), ([("k", "")], "k="), ([("a b", "c/d")], "a%20b=c%2Fd"),
    ([("~", "*")], "~=%2A"), ([("ü", "%")], "%C3%BC=%25"),
])
def test_queries(pairs, query):
    assert signature.canonical_query(pairs) == query


@pytest.mark.parametrize(("path", "canonical"), [
    ("", "/"), ("/", "/"), ("/a", "/a/"), ("/a/", "/a/"), ("/a b", "/a%20b/"), ("/a%20b", "/a%20b/"),
    ("/%C3%BC~1", "/%C3%BC~1/"), ("/a*b", "/a%2Ab/"), ("/a/b/c", "/a/b/c/"), ("/a%2eb", "/a.b/"),
])
def test_paths(path, canonical):
    assert signature.canonical_path(path) == canonical


@pytest.mark.parametrize(("offset", "text"), [
    (0, "20250102T030405Z"), (2, "20250102T010405Z"), (-5, "20250102T080405Z"),
])
@pytest.mark.parametrize("here", ["UTC", "Asia/Tokyo"])
def test_dates_are_in_utc_wherever_we_are(monkeypatch, offset, text, here):
    monkeypatch.setenv("TZ", here)
    time.tzset()
    zone = datetime.timezone(datetime.timedelta(hours=offset))
    try:
        assert signature.format_date(datetime.datetime(2025, 1, 2, 3, 4, 5, tzinfo=zone)) == text
    finally:
        monkeypatch.undo()
        time.tzset()


@pytest.mark.parametrize(("char", "encoded"), [
    ("~", "~"), ("-", "-"), ("_", "_"), (".", "."), ("X", "X"), ("/", "%2F"), (" ", "%20"), ("+", "%2B"), ("*", "%2A"),
    ("\u00e4", "%C3%A4"),
])
def test_what_is_percent_encoded(char, encoded):
    assert signature.encode(char) == encoded


@pytest.mark.parametrize("change", [
    {"method": "PUT"}, {"url": VECTORS["V1"]["url"] + "x"}, {"query": (("a", "1"),)}, {"body": b"{}"},
    {"headers": {"Content-Type": "text/plain"}}, {"proof": {"X-Project-Id": "f" * 32}},
    {"date": "20250102T030406Z"}, {"keys": (EXAMPLE_KEYS[0], "another")},
])
def test_every_part_of_a_request_is_signed(change):
    vector = {**VECTORS["V1"], **change}
    request = request_of(vector)
    headers = {**vector["headers"], **vector["proof"], "X-Sdk-Date": vector["date"], "Host": request.host}
    signed = signature.authorization(*vector["keys"], vector["method"], request.full_url, headers, vector["body"])
    assert signed != expected(VECTORS["V1"])
