# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A cloud that writes terminal escapes into every text: nothing that a terminal obeys or hides leaves a module, by any way."""

from __future__ import annotations

import json
import pathlib
import unicodedata
from collections.abc import Iterator
from typing import Any

import pytest
from aiohttp import web
from ansible.module_utils import basic

from ansible_collections.otc.teardown.plugins.module_utils._modules.module import TeardownModule
from tests.simulator import Simulator
from tests.simulator.fault_answers import Delivery
from tests.simulator.server import Server
from tests.support.harness import KINDS, PASSWORD_LOGIN, Kind, each_kind, run_module

HOSTILE = ("\x1b]0;owned\x07\x1b[2K\r\x00a\nb\x9b31m\u202egnp\u2066\u2028\u2029\ud800\u200b\ufeff\xad\ufe0f\u3164\u2800"
           "\U000e0001\U000e0061\U000e007f\U000e0100{{ 7*7 }}")
STATUS_KEYS = {"status", "phase", "state", "job_status"}
# What leads on: without it a module would ask for nothing more.
KEPT = {"url", "interface", "type", "region", "region_id", "service_type", "infer_type"}
LOGIN = {**PASSWORD_LOGIN, "project_name": None, "project_id": "0123456789abcdef0123456789abcdef"}
MODES = ("texts", "statuses", "refusals")


def hostile(value: Any, statuses: bool, key: str = "") -> Any:
    """A document in which every text that leads nowhere has something hostile in it."""
    if isinstance(value, dict):
        return {name: hostile(one, statuses, name) for name, one in value.items()}
    if isinstance(value, list):
        return [hostile(one, statuses, key) for one in value]
    if statuses and key in STATUS_KEYS:
        return f"{value}{HOSTILE}"  # numbers, too
    if not isinstance(value, str) or key in KEPT or key == "id" or key.endswith(("_id", "Id")):
        return value
    return value if key in STATUS_KEYS else value[:20] + HOSTILE


@pytest.fixture(params=MODES)
def tampered(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Every answer of the simulator is made hostile."""
    true = Server._delivery

    async def delivery(server: Server, call: Any, entry: Any) -> Delivery:
        answer = (await true(server, call, entry)).answer
        refused = request.param == "refusals" and entry["service"] != "iam" and entry["operation"] != "list"
        if answer is None or not isinstance(answer.body, bytes):
            return Delivery(answer)
        document: Any = hostile(json.loads(answer.body or b"{}"), request.param == "statuses")
        if refused:
            document = {"error_code": "X.1" + HOSTILE, "error_msg": HOSTILE, "request_id": HOSTILE, "message": HOSTILE}
        headers = {name: value for name, value in answer.headers.items() if name not in ("Content-Type", "Content-Length")}
        more = {"X-Request-Id": "r\x9b31m\xad", "Retry-After": "\x9b31m"} if refused else {}
        return Delivery(web.Response(status=403 if refused else answer.status, body=json.dumps(document).encode(), headers={**headers, **more}))

    monkeypatch.setattr(Server, "_delivery", delivery)
    return str(request.param)


def texts(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """(path, text) for everything in a result that is text, keys too, but for the options, which Ansible repeats."""
    if isinstance(value, dict):
        for key, one in value.items():
            if (path, key) != ("", "invocation"):
                yield f"{path}.{key} as a key", key
                yield from texts(one, f"{path}.{key}")
    elif isinstance(value, list):
        for one in value:
            yield from texts(one, f"{path}[]")
    elif isinstance(value, str):
        yield path, value


def harmful(text: str) -> set[str]:
    """The characters in a text that do something to a terminal, or show nothing on it."""
    unseen = {"\u3164", "\u2800", "\u034f", *map(chr, range(0xFE00, 0xFE10)), *map(chr, range(0xE0100, 0xE01F0))}
    return {char for char in text if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp") or char in unseen}


def assert_harmless(result: dict[str, Any]) -> None:
    """No text in a result is harmful; a diff has lines, as many as it should."""
    for path, text in texts(result):
        lines = text.split("\n") if path in (".diff.before", ".diff.after", ".exception") else [text]
        assert not [line for line in lines if harmful(line)], (path, text)
    for side in ("before", "after"):
        assert result.get("diff", {}).get(side, "").count("\n") <= result.get("summary", {}).get("selected", 0)
    assert "please report it" not in result.get("msg", "")


@each_kind
@pytest.mark.parametrize("check_mode", [False, True], ids=["run", "check"])
@pytest.mark.parametrize("selection", ["all", "ids"])
def test_stopping(kind: Kind, tampered: str, check_mode: bool, selection: str, tmp_path: pathlib.Path) -> None:
    journal, lines = tmp_path / "journal", tmp_path / "lines"
    lines.touch()
    with kind.cloud({}, {}, {"status": kind.completed}) as sim, lines.open(encoding="utf-8") as followed:
        options = {**LOGIN, "endpoints": sim.endpoints, "api_retries": 1, "wait_interval": 0.02, "wait_timeout": 0.3,
                   "journal": str(journal), **(kind.args(1, 2, 3) if selection == "ids" else kind.args(all=True))}
        environ = {"OTC_TEARDOWN_PROGRESS": str(lines)}
        result = run_module(kind.module, options, check_mode=check_mode, diff_mode=True, environ=environ)
        assert_harmless(result)
        written = journal.read_text(encoding="utf-8").splitlines() if journal.exists() else []
        for line in written:
            assert_harmless(json.loads(line))
        assert not [line for line in followed.read().splitlines() if harmful(line)]
        if tampered == "texts" and not check_mode:
            assert written and kind.accepted(sim, 1) == 1, "the texts are hostile, and the jobs are stopped all the same"
        if tampered == "statuses":
            assert [row for row in result["jobs"] if "\\x1b" in str(row["status_raw"])], "it is shown, with visible escapes"
            assert sim.stops() == []


@each_kind
def test_reading(kind: Kind, tampered: str) -> None:
    with kind.cloud({}, {}) as sim:
        for selection in (kind.args(1, 2), kind.args(all=True)):
            result = run_module(f"{kind.module}_info", {**LOGIN, "endpoints": sim.endpoints, "api_retries": 1, **selection})
            assert_harmless(result)


@pytest.mark.parametrize("module", ["iam_token", "iam_caller_info", "iam_project_info"])
@pytest.mark.parametrize("login", [{}, {"project_name": None}], ids=["project", "no project"])
def test_who_and_where(tampered: str, module: str, login: dict[str, Any]) -> None:
    with KINDS[0].cloud({}) as sim:
        more = {"services": True} if module == "iam_caller_info" else {}
        assert_harmless(run_module(module, {**PASSWORD_LOGIN, "endpoints": sim.endpoints, "api_retries": 1, **login, **more}))


@pytest.mark.parametrize("module", ["iam_project_info", KINDS[0].module, f"{KINDS[0].module}_info"])
def test_a_traceback_has_lines_and_each_is_harmless(module: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: Any) -> None:
        raise KeyError(f"{HOSTILE} with {PASSWORD_LOGIN['password']}")

    monkeypatch.setattr(TeardownModule, "connect", fail)
    # Newer versions of Ansible leave tracebacks out unless they are told otherwise.
    monkeypatch.setattr(basic.AnsibleModule, "fail_json", lambda module, msg, **more: module.exit_json(failed=True, msg=msg, **more))
    with Simulator({}) as sim:
        more = {"all": True} if "job" in module else {}
        result = run_module(module, {**PASSWORD_LOGIN, "endpoints": sim.endpoints, **more})
    assert result["exception"].count("\n") >= 2 and PASSWORD_LOGIN["password"] not in json.dumps(result)
    assert_harmless({**result, "msg": ""})
    assert not harmful(result["msg"])


def test_a_token_that_no_header_can_carry_is_refused() -> None:
    with Simulator({}) as sim:
        sim.add_fault(operation="login", status=201, body="{}", headers={"X-Subject-Token": "MII\x9b31m\xad"})
        result = run_module("iam_token", {**PASSWORD_LOGIN, "endpoints": sim.endpoints})
        assert_harmless(result)
        assert result["failed"] and "holds characters that no token can hold" in result["msg"]
