# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults: which request they strike, what the client sees, and what was carried out."""
from __future__ import annotations

import asyncio
import contextlib
import json
import threading
import time
import types
from email.utils import parsedate_to_datetime

import pytest
import requests

from tests.simulator import server

VIS = "/modelarts/v1/{p}/visualization-jobs"
STOP = VIS + "/1/stop"
SIX = {"visualization_jobs": [{"generate": {"count": 6, "name": "job-{n}"}}], "drs_jobs": [{"id": "d"}]}


@pytest.mark.parametrize(("fault", "status", "content_type", "begins"), [
    ({"status": 503}, 503, "application/json", '{"error_code": "Simulator.503"'),
    ({"status": 400, "code": "X.1", "message": "no"}, 400, "application/json", '{"error_code": "X.1", "error_msg": "no"}'),
    ({"status": 200, "body": {"is_success": False}}, 200, "application/json", '{"is_success": false}'),
    ({"status": 504, "body": "late", "headers": {"X-A": 1}}, 504, "text/plain", "late"),
    ({"html": True}, 502, "text/html", "<html>"),
    ({"html": 200}, 200, "text/html", "<html>"),
    ({"throttle": True}, 429, "application/json", '{"error_code": "APIGW.0308"'),
    ({"redirect": "http://127.0.0.2:1/"}, 302, None, ""),
])
def test_answers_in_place_of_the_true_one(simulate, fault, status, content_type, begins):
    sim, client = simulate(SIX)
    sim.add_fault(fault, times=1)
    answer = client.post(STOP)
    assert (answer.status_code, answer.text.startswith(begins)) == (status, True)
    assert content_type is None or answer.headers["Content-Type"].startswith(content_type)
    (entry,) = sim.journal()
    assert (entry["status"], entry["fault"], entry["acted"]) == (status, next(iter(fault)), [])
    assert client.post(STOP).json() == {"is_success": True}


def test_garbage_is_the_same_for_the_same_seed(simulate):
    bodies = []
    for seed in (1, 1, 2):
        sim, client = simulate(SIX)
        sim.add_fault(garbage=True, seed=seed)
        bodies.append(client.get(VIS).content)
    assert (bodies[0] == bodies[1], bodies[0] == bodies[2]) == (True, False)
    with pytest.raises(ValueError):
        json.loads(bodies[0])


@pytest.mark.parametrize(("fault", "acted"), [
    ({"drop_before": True}, []),
    ({"drop_after": True}, ["1"]),
    ({"status": 502, "act": True}, ["1"]),
    ({"html": True, "act": True}, ["1"]),
    ({"truncate": "body"}, ["1"]),
    ({"truncate": "document"}, ["1"]),
    ({"drop_after": True, "act": False}, []),
])
def test_what_was_done_and_what_not(simulate, fault, acted):
    sim, client = simulate(SIX)
    sim.add_fault(fault, times=1)
    try:
        answer = client.post(STOP)
        seen = answer.status_code
    except requests.exceptions.RequestException:
        seen = None
    (entry,) = sim.journal()
    assert entry["acted"] == acted
    assert sim.accepted("modelarts_visualization_job", "1") == len(acted)
    assert sim.job("modelarts_visualization_job", 1)["stops_accepted"] == len(acted)
    if "truncate" not in fault:
        assert entry["status"] == seen


@pytest.mark.parametrize("fault", [{"drop_before": True}, {"drop_after": True}, {"truncate": "body"}])
def test_connections_that_break(simulate, fault):
    sim, client = simulate(SIX)
    sim.add_fault(fault, times=1)
    with pytest.raises((requests.exceptions.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        client.get(VIS)
    assert client.get(VIS).status_code == 200


def test_a_document_that_is_cut(simulate):
    sim, client = simulate(SIX)
    whole = client.get(VIS).text
    sim.add_fault(truncate="document")
    half = client.get(VIS)
    assert half.status_code == 200
    assert len(half.text) < len(whole)
    with pytest.raises(ValueError):
        half.json()


def test_a_packed_document_that_is_cut(simulate):
    sim, client = simulate(SIX)
    sim.add_fault(truncate="packed")
    answer = client.get(VIS)
    assert (answer.status_code, answer.headers["Content-Encoding"]) == (200, "gzip")
    assert int(answer.headers["Content-Length"]) < len(answer.content)
    assert len(answer.json()["jobs"]) == 6, "the library does not notice"


@pytest.mark.parametrize("total", [0, 3, 10**9])
def test_a_total_that_lies(simulate, total):
    sim, client = simulate(SIX)
    sim.add_fault(total=total)
    document = client.get(VIS).json()
    assert (document["job_total_count"], len(document["jobs"])) == (total, 6)


def test_a_word_in_the_place_of_a_status(simulate):
    sim, client = simulate(SIX)
    sim.add_fault(answer_status="processing?")
    assert client.post(STOP).json() == {"is_success": "processing?"}
    assert sim.accepted("modelarts_visualization_job", "1") == 1
    assert {job["status"] for job in client.get(VIS).json()["jobs"]} == {"processing?"}


@pytest.mark.parametrize(("act", "at_once", "later"), [(True, 1, 1), (False, 0, 0), ("late", 0, 1)])
def test_a_hang_may_act_before_after_or_never(simulate, monkeypatch, act, at_once, later):
    sim, client = simulate(SIX)
    hanging, over = threading.Event(), threading.Event()

    async def hang(seconds):
        if seconds:  # not that of the latency, which is 0
            hanging.set()
            while not over.is_set():
                await asyncio.sleep(0.001)

    monkeypatch.setattr(server, "asyncio", types.SimpleNamespace(sleep=hang))
    sim.add_fault(hang=0.15, act=act)

    def post():
        with contextlib.suppress(requests.exceptions.ConnectionError):  # what never acts hangs up
            client.post(STOP)

    poster = threading.Thread(target=post)
    poster.start()
    assert hanging.wait(60)
    assert sim.job("modelarts_visualization_job", 1)["stops_accepted"] == at_once
    over.set()
    poster.join()
    assert sim.job("modelarts_visualization_job", 1)["stops_accepted"] == later
    assert len(sim.journal()[0]["acted"]) == later


def test_a_hang_that_never_acts_hangs_up(simulate):
    sim, client = simulate(SIX)
    sim.add_fault(hang=0.01, act=False)
    with pytest.raises(requests.exceptions.ConnectionError):
        client.get(VIS)
    assert sim.journal()[0]["status"] is None


def test_a_slow_answer_is_whole(simulate):
    sim, client = simulate(SIX)
    sim.add_fault(slow_drip=0.1)
    started = time.monotonic()
    assert len(client.get(VIS).json()["jobs"]) == 6
    assert time.monotonic() - started > 0.08


@pytest.mark.parametrize(("part", "expected"), [
    ("document", lambda document: isinstance(document, list)),
    ("rows", lambda document: document["jobs"] == "none"),
    (True, lambda document: document["jobs"] == "none"),
    ("total", lambda document: document["job_total_count"] == "many"),
    ("ids", lambda document: document["jobs"][0]["job_id"] is None),
    ("status", lambda document: document["jobs"][0]["status"] == {"code": 1}),
])
def test_wrong_types(simulate, part, expected):
    sim, client = simulate(SIX)
    sim.add_fault(wrong_types=part)
    assert expected(client.get(VIS).json())


def test_wrong_types_leave_an_empty_answer_alone(simulate):
    sim, client = simulate(services=[{"id": "s", "tasks": [{"id": "0" * 32}]}])
    sim.add_fault(wrong_types="ids")
    answer = client.post("/modelarts/v1/{p}/services/s/tasks/" + "0" * 32 + "/stop")
    assert (answer.status_code, answer.text) == (202, "")


def test_pages_that_repeat_and_totals_that_shrink(simulate):
    sim, client = simulate(SIX)
    sim.add_fault(repeat_page=True, page=2)
    sim.add_fault(shrink_total=4, page=3)
    answers = [client.get(VIS, page=page, per_page=2).json() for page in (1, 2, 3)]
    assert [[job["job_id"] for job in answer["jobs"]] for answer in answers] == [[1, 2], [1, 2], [5, 6]]
    assert [answer["job_total_count"] for answer in answers] == [6, 6, 2]


@pytest.mark.parametrize(("path", "pages"), [
    ("/modelarts/v1/{p}/services/s/tasks?limit=2&offset=2", 2),
    ("/modelarts/v2/{p}/processor-tasks?limit=2&offset=2", 3),
    ("/drs/v5/{p}/jobs?job_type=sync&limit=5&offset=10", 3),
])
def test_pages_are_counted_as_the_list_does(simulate, path, pages):
    sim, client = simulate(services=[{"id": "s"}])
    sim.add_fault(status=503, page=pages)
    assert client.get(path).status_code == 503
    sim.clear_faults()
    sim.add_fault(status=503, page=pages + 1)
    assert client.get(path).status_code == 200


def test_pages_of_v3_are_in_the_body(simulate):
    sim, client = simulate(SIX)
    sim.add_fault(status=503, page=2)
    codes = [client.post("/drs/v3/{p}/jobs", {"cur_page": page, "per_page": 1, "db_use_type": "migration"}).status_code for page in (0, 1, 2)]
    assert codes == [200, 200, 503]


@pytest.mark.parametrize(("match", "struck"), [
    ({}, [1, 1, 1, 1]),
    ({"operation": "any"}, [1, 1, 1, 1]),
    ({"operation": "list"}, [1, 0, 0, 0]),
    ({"operation": "read"}, [0, 1, 0, 0]),
    ({"operation": "stop"}, [0, 0, 1, 1]),
    ({"resource": "drs_job"}, [0, 0, 0, 1]),
    ({"service": "modelarts"}, [1, 1, 1, 0]),
    ({"id": "1"}, [0, 1, 1, 0]),
    ({"id": "d", "operation": "stop"}, [0, 0, 0, 1]),
    ({"page": 1}, [1, 0, 0, 0]),
    ({"after_stop": True}, [0, 0, 1, 1]),
    ({"after_stop": False}, [1, 1, 0, 0]),
    ({"skip": 2}, [0, 0, 1, 1]),
    ({"skip": 1, "times": 2}, [0, 1, 1, 0]),
    ({"probability": 0.0}, [0, 0, 0, 0]),
    ({"probability": 1.0}, [1, 1, 1, 1]),
])
def test_matching(simulate, match, struck):
    sim, client = simulate(SIX)
    sim.add_fault(status=503, **match)
    answers = [client.get(VIS), client.get(VIS + "/1"), client.post(STOP), client.post("/drs/v5/{p}/jobs/d/stop")]
    assert [int(answer.status_code == 503) for answer in answers] == struck


def test_the_death_of_all_tokens_refuses_what_is_asked_with_them(simulate):
    sim, client = simulate(SIX)
    sim.add_fault(token_death=True, times=1)
    assert [client.post(STOP).status_code, client.post(STOP).status_code] == [401, 401]
    assert sim.accepted("modelarts_visualization_job", "1") == 0
    client.login()
    assert client.post(STOP).status_code == 200
    sim.add_fault(token_death=True, operation="login", times=1)
    client.login()
    assert client.get(VIS).status_code == 401


def test_the_ids_of_a_batch_match(simulate):
    sim, client = simulate(SIX)
    sim.add_fault(status=503, id="d")
    assert client.post("/drs/v5/{p}/jobs/batch-stop", {"jobs": [{"job_id": "d"}]}).status_code == 503
    assert client.post("/drs/v3/{p}/jobs/batch-status", {"jobs": ["d"]}).status_code == 503
    assert client.post("/drs/v3/{p}/jobs/batch-status", {"jobs": ["e"]}).status_code == 200


@pytest.mark.parametrize(("operation", "method", "path"), [
    ("login", "POST", "/iam/v3/auth/tokens"), ("token_show", "GET", "/iam/v3/auth/tokens"), ("projects", "GET", "/iam/v3/auth/projects"),
    ("projects", "GET", "/iam/v3/projects"), ("catalog", "GET", "/iam/v3/auth/catalog"), ("actions", "GET", "/drs/v5/{p}/jobs/d/actions"),
    ("batch_detail", "POST", "/drs/v3/{p}/jobs/batch-detail"), ("unknown", "GET", "/drs/v4"),
])
def test_operations(simulate, operation, method, path):
    sim, client = simulate(SIX)
    sim.add_fault(status=418, operation=operation)
    assert client.send(method, path).status_code == 418


def test_a_third_of_all_requests(simulate):
    patterns = []
    for _again in range(2):
        sim, client = simulate(SIX, faults=[{"operation": "list", "status": 503, "probability": 0.33, "seed": 7}])
        patterns.append([client.get(VIS).status_code for _request in range(60)])
    assert patterns[0] == patterns[1]
    assert 10 <= patterns[0].count(503) <= 30


def test_retry_after_in_all_its_forms(simulate):
    sim, client = simulate(SIX)
    for form in ("seconds", "date", "plain"):
        sim.add_fault(throttle=form, retry_after=3, times=1)
    headers = [client.get(VIS).headers.get("Retry-After") for _form in range(3)]
    assert (headers[0], headers[2]) == ("3", None)
    assert 1 <= parsedate_to_datetime(headers[1]).timestamp() - time.time() <= 4.1


def test_a_real_rate_limit(simulate):
    sim, client = simulate(SIX, rate_limit={"limit": 3, "seconds": 60, "retry_after": True})
    answers = [client.get(VIS) for _request in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert answers[3].json()["error_code"] == "APIGW.0308"
    assert answers[3].json()["error_msg"] == "Throttled by policy: policy user over ratelimit,limit:3,time:60 second"
    assert 55 <= int(answers[3].headers["Retry-After"]) <= 60
    assert client.get("/iam/v3/auth/projects").status_code == 200
    sim.skip(61)
    assert client.post(STOP).status_code == 200
    assert sim.journal()[3]["acted"] == []


def test_latency(simulate):
    _sim, client = simulate(SIX, latency=0.05)
    started = time.monotonic()
    client.get(VIS)
    assert time.monotonic() - started >= 0.05
