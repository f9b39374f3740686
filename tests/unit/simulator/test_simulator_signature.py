# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Signatures: the published vector, vectors of our own making, and every way a signature can be wrong."""
from __future__ import annotations

import hashlib
from datetime import datetime, timedelta, timezone

import pytest
import requests

from tests.simulator.signature import Authorization, SignatureError, Signed, canonical_request, check, parse, signature

AK, SK = "EXAMPLEAKEXAMPLEAK01", "ExampleSecretKeyForTestVectorsOnly000001"
PROJECT = "0123456789abcdef0123456789abcdef"
COMMON = {"x-sdk-date": "20250102T030405Z", "x-project-id": PROJECT}
NOW = datetime(2025, 1, 2, 3, 4, 5, tzinfo=timezone.utc)

VECTORS = {
    "published": (
        "MFyfvK41ba2giqM7Uio6PznpdUKGpownRZlmVmHc",
        Signed(
            "GET", "/v1/77b6a44cba5143ab91d13ab9a8ff44fd/vpcs", "limit=2&marker=13551d6b-755d-4757-b956-536f674975c0",
            {"content-type": "application/json", "host": "service.region.example.com", "x-sdk-date": "20191115T033655Z"}, b""),
        "b25362e603ee30f4f25e7858e8a7160fd36e803bb2dfe206278659d71a9bcd7a",
        "7be6668032f70418fcc22abc52071e57aff61b84a1d2381bb430d6870f4f6ebe"),
    "json body": (
        SK,
        Signed(
            "POST", f"/v5/{PROJECT}/jobs/c7debc9c-8e09-4a5d-8dd6-cc44f78jb20r/stop", "",
            {**COMMON, "content-type": "application/json", "host": "drs.cn-north-4.myhuaweicloud.com"}, b'{"is_force_stop":false}'),
        "d79b9eed3c7cd23247577d504dfca56bac0a16917afe20ec0773c2945cbffdde",
        "f6d57fb60ff3d7edec848a8b1482f32af7a66cb821581211c816afa5cc88c07b"),
    "encoding and security token": (
        SK,
        Signed(
            "POST", f"/v2/{PROJECT}/a%20b/%C3%BC~1/search",
            "task_name=my%20job%2F1%2B2%3D3%26x~y%2A&status=1&return_result=false&tag=b&tag=a&Limit=10&empty=&name_like=Gr%C3%B6%C3%9Fe%20100%25",
            {**COMMON, "content-type": "application/json", "host": "modelarts.eu-de.otc.t-systems.com", "x-security-token": "EXAMPLE+Security/Token=="},
            '{"name": "Grüße", "n": 1}'.encode()),
        "0f70c3275e1bb7f5a8bb70bfa92b97fdff545111f8c4b7f6aa8892cf16426172",
        "8bbe860f67a7bb1d451acf4bfd2b8e2dd1c73a2b06c2b47e3a08122dfcce88a8"),
    "no body, no content type": (
        SK,
        Signed(
            "POST", f"/v1/{PROJECT}/services/11111111-2222-3333-4444-555555555555/tasks/ffffffffffffffffffffffffffffffff/stop", "",
            {**COMMON, "host": "modelarts.eu-de.otc.t-systems.com"}, b""),
        "b6d4f3a3ff4d16600bbc6b99d67b07dbcd4d19daa25ccd948272e19cb365c4e9",
        "15f0f7b8a6d5d2639ad3cbfe70ded9c24270e75d0867714b2c66218d4049c9b7"),
    "global service": (
        SK,
        Signed(
            "GET", "/v3/projects", "name=eu-de_team%20a",
            {"x-sdk-date": "20250102T030405Z", "x-domain-id": "fedcba9876543210fedcba9876543210", "host": "iam.eu-de.otc.t-systems.com"}, b""),
        "5494bb5a9fc9c3d2eddb26c4f7a44dd65b47143aff3260c2cb06507d1d8a2b09",
        "74e1c1844003ca53713ee124e875feec829ced61ab1c1e24bc172aa9d041e314"),
}


@pytest.mark.parametrize("name", VECTORS)
def test_vector(name):
    secret, request, canonical_hash, wanted = VECTORS[name]
    names = tuple(request.headers)
    assert hashlib.sha256(canonical_request(request, names).encode()).hexdigest() == canonical_hash
    assert signature(request, names, secret) == wanted


def _good():
    _secret, request, _hash, wanted = VECTORS["json body"]
    return request, Authorization(AK, tuple(sorted(request.headers)), wanted)


def test_a_right_signature_passes():
    check(*_good(), SK, NOW)


@pytest.mark.parametrize(("change", "message"), [
    ({"body": b'{"is_force_stop":true}'}, "signature fail"),
    ({"path": "/v5/other"}, "signature fail"),
    ({"query": "a=1"}, "signature fail"),
    ({"method": "GET"}, "signature fail"),
    ({"headers": {"host": "other.example.com"}}, "signature fail"),
    ({"headers": {"x-sdk-content-sha256": "00"}}, "does not match the body"),
    ({"headers": {"x-sdk-date": "yesterday"}}, "not of the form"),
])
def test_any_change_after_signing_is_found(change, message):
    request, authorization = _good()
    parts = {**vars(request), **change, "headers": {**request.headers, **change.get("headers", {})}}
    with pytest.raises(SignatureError, match=message):
        check(Signed(**parts), authorization, SK, NOW)


@pytest.mark.parametrize("minutes", [-16, 16])
def test_a_clock_that_is_wrong_is_refused(minutes):
    with pytest.raises(SignatureError, match="15 minutes"):
        check(*_good(), SK, NOW + timedelta(minutes=minutes))


@pytest.mark.parametrize("missing", ["host", "x-sdk-date"])
def test_host_and_date_must_be_signed(missing):
    request, authorization = _good()
    names = tuple(name for name in authorization.signed_headers if name != missing)
    with pytest.raises(SignatureError, match=missing):
        check(request, Authorization(AK, names, authorization.signature), SK, NOW)


@pytest.mark.parametrize("header", ["SDK-HMAC-SHA256 ", "SDK-HMAC-SHA256 Access=a, SignedHeaders=b", "AWS4-HMAC-SHA256 Access=a, SignedHeaders=b, Signature=c"])
def test_malformed_headers_are_refused(header):
    with pytest.raises(SignatureError, match="malformed"):
        parse(header)


def signed(sim, path, access_key="SIMULATORAK000000001", secret="simulator-secret-key", body=b"", method="GET", unsigned=None, **headers):
    """Send a request signed by the very text the server would sign: what is tested is the server's way of refusing."""
    now = datetime.now(timezone.utc).strftime("%Y%m%dT%H%M%SZ")
    head = {"host": sim.url.removeprefix("http://"), "x-sdk-date": now, **headers}
    raw, _mark, query = path.partition("?")
    made = signature(Signed(method, raw, query, head, body), tuple(head), secret)
    authorization = f"SDK-HMAC-SHA256 Access={access_key}, SignedHeaders={';'.join(sorted(head))}, Signature={made}"
    return requests.request(method, sim.url + path, headers={**head, **(unsigned or {}), "Authorization": authorization}, data=body, timeout=60)


JOBS = f"/modelarts/v1/{PROJECT}/visualization-jobs"


def test_signed_requests_are_answered(simulate):
    sim, _client = simulate(login=False, visualization_jobs=[{}])
    assert signed(sim, JOBS + "?page=1&per_page=10").json()["job_total_count"] == 1
    assert signed(sim, JOBS, **{"x-project-id": PROJECT}).status_code == 200
    assert signed(sim, JOBS + "/1/stop", method="POST").json() == {"is_success": True}
    assert signed(sim, "/iam/v3/projects?name=eu-de").json()["projects"][0]["id"] == PROJECT
    assert {entry["authenticated_as"] for entry in sim.journal()} == {"ak:SIMULATORAK000000001"}


@pytest.mark.parametrize(("options", "status", "words"), [
    ({"secret": "wrong"}, 401, "verify aksk signature fail"),
    ({"access_key": "NOBODY"}, 401, "does not exist"),
    ({"x-security-token": "t"}, 401, "permanent"),
    ({"x-project-id": "f" * 32}, 404, "differs"),
])
def test_wrong_signatures_are_refused(simulate, options, status, words):
    sim, _client = simulate(login=False)
    answer = signed(sim, JOBS, **options)
    assert (answer.status_code, words in answer.text) == (status, True)
    if status == 401:
        assert answer.json()["error_code"] == "APIGW.0301"


@pytest.mark.parametrize(("skew", "status"), [(0, 200), (800, 200), (-800, 200), (1200, 401), (-1200, 401)])
def test_the_simulator_s_clock_can_be_put_off(simulate, skew, status):
    sim, _client = simulate(login=False)
    sim.add_fault(clock_skew=skew, times=1)
    assert [signed(sim, JOBS).status_code, signed(sim, JOBS).status_code] == [status, 200]


def test_a_temporary_key_needs_its_signed_token(simulate):
    sim, _client = simulate(login=False, access_keys=[{"access_key": "TMP", "secret_key": "s", "security_token": "t+/="}])
    key = {"access_key": "TMP", "secret": "s"}
    assert signed(sim, JOBS, **key, **{"x-security-token": "t+/="}).status_code == 200
    assert "missing or wrong" in signed(sim, JOBS, **key).text
    assert "missing or wrong" in signed(sim, JOBS, **key, **{"x-security-token": "u"}).text
    assert "not signed" in signed(sim, JOBS, **key, unsigned={"x-security-token": "t+/="}).text


def test_a_key_is_locked_after_more_than_five_failures(simulate):
    sim, _client = simulate(login=False)
    for _again in range(5):
        signed(sim, JOBS, secret="wrong")
    assert signed(sim, JOBS).status_code == 200
    for _again in range(6):
        signed(sim, JOBS, secret="wrong")
    answer = signed(sim, JOBS)
    assert answer.status_code == 401
    assert "locked" in answer.text


def test_the_provider_s_own_sdk_works(simulate):
    pytest.importorskip("huaweicloudsdkdrs")
    from huaweicloudsdkcore.auth.credentials import BasicCredentials
    from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException
    from huaweicloudsdkdrs import v5

    sim, _client = simulate(login=False, drs_jobs=[{"id": "one"}, {"id": "two"}])
    credentials = BasicCredentials("SIMULATORAK000000001", "simulator-secret-key", PROJECT)
    client = v5.DrsClient.new_builder().with_credentials(credentials).with_endpoint(sim.url).build()
    assert client.list_jobs(v5.ListJobsRequest(job_type="migration", limit=1)).total_count == 2
    assert client.show_job_detail(v5.ShowJobDetailRequest(job_id="one", type="detail")).job.status == "INCRE_TRANSFER_STARTED"
    assert client.show_actions(v5.ShowActionsRequest(job_id="one")).job_action.available_actions == ["FREE_RESOURCE"]
    assert client.stop_job_action(v5.StopJobActionRequest(job_id="one", body=v5.StopJobActionReq(is_force_stop=False))).status == "success"
    items = [v5.StopJobActionInfo(job_id=job_id, is_force_stop=False) for job_id in ("one", "two")]
    batch = client.batch_stop_jobs_action(v5.BatchStopJobsActionRequest(body=v5.BatchStopJobActionReq(jobs=items)))
    assert [item.status for item in batch.jobs] == ["failed", "success"]
    with pytest.raises(ClientRequestException) as caught:
        client.stop_job_action(v5.StopJobActionRequest(job_id="none", body=v5.StopJobActionReq()))
    assert caught.value.error_code == "DRS.10000010"
