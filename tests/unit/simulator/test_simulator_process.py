# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulator as a process and as a server: start, ready file, admin API, odd requests, and its own walls."""
from __future__ import annotations

import http.client
import json
import random
import shlex
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from tests.simulator import Simulator
from tests.simulator.admin import endpoints
from tests.simulator.cli import main
from tests.simulator.scenario import validate as full
from tests.simulator.server import routes
from tests.simulator.shell import environment

ROOT = Path(__file__).resolve().parents[3]
VIS = "/modelarts/v1/{p}/visualization-jobs"


@pytest.mark.parametrize("command", [["-m", "tests.simulator"], ["tests/simulator"]])
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_starts_says_so_and_ends(tmp_path, command, number):
    ready = tmp_path / "ready.json"
    process = subprocess.Popen(
        [sys.executable, *command, "--ready-file", str(ready)], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        line = process.stdout.readline()
        told = json.loads(ready.read_text(encoding="utf-8"))
        assert line == f"simulator ready on {told['url']}\n"
        assert told["pid"] == process.pid
        assert ready.stat().st_mode & 0o777 == 0o600
        assert requests.get(told["url"] + "/health", timeout=60).json()["status"] == "ok"
    finally:
        process.send_signal(number)
        _out, errors = process.communicate(timeout=60)
    assert (process.returncode, errors, ready.exists()) == (0, "", False)


def test_it_prints_an_environment_that_logs_in():
    """The lines are for a shell that has the variables of another cloud."""
    scenario = full({"users": [{"name": "o'neil", "password": "$HOME; \"x\""}], "projects": [{"id": "a" * 32, "name": "eu-de_team"}]})
    lines = environment(scenario, "http://127.0.0.1:1", endpoints("http://127.0.0.1:1"))
    elsewhere = {"OS_CLOUD": "otc", "OS_TOKEN": "secret", "OTC_ENDPOINT_DRS": "https://drs.example.com", "NO_PROXY": "example.com"}
    show = f"exec {shlex.quote(sys.executable)} -c 'import json, os; print(json.dumps(dict(os.environ)))'"
    done = subprocess.run(["sh", "-ec", "\n".join([*lines, show])], env=elsewhere, capture_output=True, text=True, check=True)
    found = json.loads(done.stdout)
    assert {"OS_CLOUD", "OS_TOKEN"}.isdisjoint(found)
    assert (found["OS_USERNAME"], found["OS_PASSWORD"], found["OS_PROJECT_NAME"]) == ("o'neil", "$HOME; \"x\"", "eu-de_team")
    assert (found["OS_AUTH_URL"], found["OTC_ENDPOINT_DRS"]) == ("http://127.0.0.1:1/iam/v3", "http://127.0.0.1:1/drs")
    assert (found["SIMULATOR"], found["NO_PROXY"]) == ("http://127.0.0.1:1", "127.0.0.1,localhost,example.com")


def test_it_prints_no_environment_where_keystone_has_the_users():
    assert environment(full({"iam": {"keystone": "http://127.0.0.1:2/v3"}}), "http://127.0.0.1:1", endpoints("http://127.0.0.1:1")) == []


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "example.com", ""])
def test_it_listens_on_loopback_only(capsys, host):
    assert main(["--host", host]) == 2
    assert "is not a loopback address" in capsys.readouterr().err
    with pytest.raises(ValueError, match="not a loopback address"):
        Simulator(host=host)


def test_a_bad_scenario_is_told_in_one_line(capsys, tmp_path):
    path = tmp_path / "bad.json"
    path.write_text('{"latency": "x"}', encoding="utf-8")
    assert main(["--scenario", str(path)]) == 2
    assert capsys.readouterr().err == "simulator: scenario: latency: 'x' is not a number from 0 up\n"


def test_a_port_that_is_taken(capsys):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        assert main(["--port", str(taken.getsockname()[1])]) == 1
        with pytest.raises(OSError), Simulator(port=taken.getsockname()[1]):
            pytest.fail("it listens on a port that is taken")
    assert "cannot listen" in capsys.readouterr().err


def test_admin_over_http(simulate):
    sim, client = simulate(visualization_jobs=[{"id": 1}])
    health = client.get("/health").json()
    assert (health["status"], health["jobs"], health["endpoints"]) == ("ok", 1, sim.endpoints)
    assert client.post("/_simulator/faults", {"status": 503, "name": "down"}).json() == {"name": "down"}
    assert client.get(VIS).status_code == 503
    client.send("DELETE", "/_simulator/faults")
    assert client.post("/_simulator/change", {"resource": "modelarts_visualization_job", "id": 1, "status": "FAILED"}).status_code == 200
    assert client.get("/_simulator/jobs").json()[0]["status"] == "FAILED"
    assert [entry["fault"] for entry in client.get("/_simulator/journal").json()] == ["down"]
    before = client.get("/_simulator/journal").json()[0]["time"]
    assert client.post("/_simulator/skip", {"seconds": 100}).status_code == 200
    client.get(VIS)
    assert client.get("/_simulator/journal").json()[-1]["time"] >= before + 100
    client.send("DELETE", "/_simulator/journal")
    assert client.get("/_simulator/journal").json() == []
    client.send("DELETE", "/_simulator/tokens")
    assert client.get(VIS).status_code == 401
    assert client.post("/_simulator/scenario", {"drs_jobs": [{"id": "d"}]}).status_code == 200
    assert [job["id"] for job in client.get("/_simulator/jobs").json()] == ["d"]


@pytest.mark.parametrize(("path", "body", "message"), [
    ("faults", {"status": "x"}, "fault.status: 'x' is not a whole number"),
    ("faults", None, "the body is not JSON"),
    ("change", [], "is not a mapping"),
    ("change", {"resource": "drs_job", "id": "d", "stat": "X"}, "stat: unknown key"),
    ("change", {"resource": "modelarts_visualization_job", "id": "1", "raw_status": "X"}, "raw_status: 'X' is not a whole number"),
    ("change", {"resource": "x"}, "resource: 'x' is not one of"),
    ("change", {"resource": "drs_job", "id": "none", "remove": True}, "there is no drs_job 'none'"),
    ("change", {"resource": "drs_job", "id": "d", "status": "X"}, "status: 'X' is not a status"),
    ("change", {"resource": "drs_job", "id": "d"}, "one of status, raw_status, name, tags, remove, create is needed"),
    ("change", {"resource": "drs_job", "create": {"id": "d"}}, "the id 'd' is there twice"),
    ("change", {"resource": "modelarts_service_task", "create": {}, "parent": "s"}, "there is no 's' in services"),
    ("scenario", {"x": 1}, "x: unknown key"),
    ("skip", {"seconds": -1}, "seconds: -1 is not a number from 0 up"),
])
def test_admin_mistakes(simulate, path, body, message):
    sim, client = simulate(drs_jobs=[{"id": "d"}])
    answer = client.post("/_simulator/" + path, body)
    assert (answer.status_code, message in answer.json()["error"]) == (400, True)
    assert [job["id"] for job in sim.jobs()] == ["d"]


def test_changes(simulate):
    sim, client = simulate(drs_jobs=[{"id": "d"}], services=[{"id": "s"}, {"id": "t"}], processor_tasks=[{"id": "p"}])
    sim.change("drs_job", id="d", name="renamed")
    sim.change("drs_job", create={"id": "e", "status": "CREATING"})
    for parent in "st":
        sim.change("modelarts_service_task", parent=parent, create={"id": "0" * 32})
    sim.change("modelarts_processor_task_version", parent="p", create={"raw_status": 7})
    sim.change("modelarts_service_task", parent="t", id="0" * 32, status="ABNORMAL")
    sim.change("drs_job", id="e", remove=True)
    assert [(job["name"], job["parent"], job["raw"]) for job in sim.jobs()][0] == ("renamed", None, "INCRE_TRANSFER_STARTED")
    assert [(job["parent"], job["status"]) for job in sim.jobs("modelarts_service_task")] == [("s", "RUNNING"), ("t", "ABNORMAL")]
    assert sim.jobs("modelarts_processor_task_version")[0]["raw"] == 7
    assert client.get("/drs/v5/{p}/jobs/e").status_code == 400


def test_a_scenario_can_be_replaced(simulate):
    sim, client = simulate(visualization_jobs=[{}])
    sim.load({"visualization_jobs": [{}, {}]})
    assert client.get(VIS).status_code == 401
    client.login()
    assert client.get(VIS).json()["job_total_count"] == 2


def test_paths_are_taken_as_sent(simulate):
    sim, client = simulate(visualization_jobs=[{"id": 1}])
    connection = http.client.HTTPConnection(sim.url.removeprefix("http://"), timeout=60)
    head = {"X-Auth-Token": client.session.headers["X-Auth-Token"]}
    base = VIS.replace("{p}", "0123456789abcdef0123456789abcdef")
    answers = []
    for path in (base + "/1/../1", base + "/%31", base + "/1%2Fstop"):
        connection.request("GET", path, headers=head)
        answer = connection.getresponse()
        answer.read()
        answers.append(answer.status)
    connection.close()
    assert answers == [404, 200, 404]
    assert [entry["path"].removeprefix(base) for entry in sim.journal()] == ["/1/../1", "/%31", "/1%2Fstop"]


def test_bodies_have_a_limit(simulate):
    _sim, client = simulate()
    assert client.send("POST", VIS, data=b"x" * (12 * 1024 * 1024 + 1)).status_code == 413


JUNK = [None, True, 0, -1, 1.5, "", "x", [], {}, [None], {"job_id": None}, [{"job_id": 1}], "é\x00", 10**30]
WORDS = ["jobs", "job_id", "cur_page", "per_page", "page_req", "db_use_type", "engine_type", "name", "status", "auth", "is_force_stop", "delete_type"]


def junk(dice, depth=0):
    """Return a document that is nearly right, or not at all."""
    if depth > 3 or dice.random() < 0.3:
        return dice.choice([*JUNK, "migration", "terminate", 1, 10])
    if dice.random() < 0.3:
        return [junk(dice, depth + 1) for _each in range(dice.randrange(3))]
    return {dice.choice(WORDS): junk(dice, depth + 1) for _each in range(dice.randrange(6))}


@pytest.mark.parametrize("seed", range(5))
def test_no_request_breaks_it(simulate, seed):
    dice = random.Random(seed)
    _sim, client = simulate(drs_jobs=[{"id": "d"}], services=[{"id": "s", "tasks": [{}]}], visualization_jobs=[{}], iam={"lock_after": 10**6})
    for _again in range(60):
        route = dice.choice(routes())
        path = route.path.replace("{project_id}", "{p}")
        for key in ("job_id", "service_id", "task_id", "version_id"):
            path = path.replace("{" + key + "}", dice.choice(["1", "d", "s", "%00", "..", "%F0%9F%98%80", "x" * 300]))
        query = {dice.choice(["offset", "limit", "page", "per_page", "status", "order", "job_type", "sort_key"]): str(dice.choice(JUNK)) for _each in range(2)}
        answer = client.send(route.method, path, params=query, json=junk(dice))
        assert answer.status_code < 500, (route, query)


def test_several_at_once(simulate):
    sims = [simulate(visualization_jobs=[{"generate": {"count": count}}]) for count in (1, 2, 3)]
    assert [client.get(VIS).json()["job_total_count"] for _sim, client in sims] == [1, 2, 3]
