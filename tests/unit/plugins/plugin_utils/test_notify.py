# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Messages to a webhook: the variable, the occasions, the texts, and what is said when one does not arrive."""

from __future__ import annotations

import datetime
import json
from typing import Any

import pytest

from ansible_collections.otc.teardown.plugins.module_utils._base.errors import TeardownError
from ansible_collections.otc.teardown.plugins.module_utils._base.text import plain
from ansible_collections.otc.teardown.plugins.module_utils._base.times import parse_time
from ansible_collections.otc.teardown.plugins.plugin_utils._report.message import LONGEST_LINE, MOST_CHARACTERS, message
from ansible_collections.otc.teardown.plugins.plugin_utils._teardown import messages, notify
from ansible_collections.otc.teardown.plugins.plugin_utils._teardown.options import teardown_options
from ansible_collections.otc.teardown.plugins.plugin_utils._teardown.run import take
from tests.support.cases import each_case
from tests.support.webhook import SECRET
from tests.unit.plugins.plugin_utils.report_samples import HOSTILE, a_report, a_row
from tests.unit.plugins.plugin_utils.teardown_rows import CALLER, NOW, VARIABLES, VIS, of_kind, predicted, result

URL = f"https://hooks.example.com/services/{SECRET}"
GIVEN = {"url": URL, "format": "slack"}
DEFAULTS = {
    **GIVEN, "template": "", "when": "failure", "link": "", "headers": {}, "timeout": 10, "max_age": 86400, "validate_certs": True, "ca_cert": "",
}


@pytest.mark.parametrize(("value", "becomes"), [
    ({}, None), ("{}", None), (GIVEN, DEFAULTS), (json.dumps(GIVEN), DEFAULTS),
    ({"url": URL, "template": "x.j2"}, {**DEFAULTS, "format": "", "template": "x.j2"}),
    ({**GIVEN, "template": "", "link": "", "ca_cert": ""}, DEFAULTS),
    ({**GIVEN, "timeout": "1m30s", "max_age": "2d", "validate_certs": "no", "ca_cert": "/x.pem"},
     {**DEFAULTS, "timeout": 90, "max_age": 172800, "validate_certs": False, "ca_cert": "/x.pem"}),
    ({**GIVEN, "timeout": 0.5}, {**DEFAULTS, "timeout": 1}),
    ({**GIVEN, "headers": {"Authorization": "Bearer x"}}, {**DEFAULTS, "headers": {"Authorization": "Bearer x"}}),
    *(({**GIVEN, "url": url}, {**DEFAULTS, "url": url}) for url in ("http://127.0.0.1:8080/x", "http://localhost/x", "http://[::1]:80/x")),
    ({**GIVEN, "link": "http://awx.example.com/#/jobs/7?a=1&b=2"}, {**DEFAULTS, "link": "http://awx.example.com/#/jobs/7?a=1&b=2"}),
])
def test_what_the_variable_becomes(value: Any, becomes: Any) -> None:
    assert notify.read_notify(value) == becomes
    options = teardown_options({**VARIABLES, "notify": value})
    assert options["errors"] == []
    shown = options["notify"]
    assert shown is None if becomes is None else shown.keys() == DEFAULTS.keys() - {"url", "headers"}
    assert SECRET not in json.dumps(options)


@pytest.mark.parametrize(("value", "words"), [
    (URL, "teardown_notify: is not a dictionary; give a dictionary, also as JSON"),
    ([GIVEN], "teardown_notify: is not a dictionary"), (None, "teardown_notify: is not a dictionary"), (True, "teardown_notify: is not a dictionary"),
    (f'{{"url": "{URL}", "url": "{URL}"}}', "teardown_notify: holds a key twice; give each key once"),
    ({**GIVEN, "wen": "always"}, "teardown_notify.wen: is not known (did you mean when?); choose from url, format,"),
    ({URL: None}, "teardown_notify: is not known; choose from url"),
    ({"format": "slack"}, "teardown_notify.url: is empty (perhaps a variable of the environment is not set here); give the URL of the webhook"),
    ({**GIVEN, "url": ""}, "teardown_notify.url: is empty"),
    *(({**GIVEN, "url": url}, "teardown_notify.url: is not a URL (it is not shown, because it is a secret)") for url in (
        f"hooks.example.com/{SECRET}", f"ftp://x/{SECRET}", f"https:///{SECRET}", f"https://x/a b{SECRET}", f"https://x/{SECRET}\n",
        f"https://x:99999/{SECRET}", f"https://x/ü{SECRET}", f" {URL}", f"https://[x/{SECRET}", 7, [URL], datetime.date(2026, 1, 1),
    )),
    *(({**GIVEN, "url": url}, "teardown_notify.url: goes over http, where everybody on the way can read it") for url in (
        f"http://hooks.example.com/{SECRET}", f"http://127.0.0.1.example.com/{SECRET}", f"http://localhost@example.com/{SECRET}", f"http://10.0.0.1/{SECRET}",
    )),
    ({"url": URL}, "teardown_notify.format: give one of slack, teams, json, or a template in its place, not both"),
    ({**GIVEN, "template": "x.j2"}, "teardown_notify.format: give one of slack, teams, json, or a template in its place, not both"),
    ({**GIVEN, "format": "slak"}, "teardown_notify.format: 'slak' is none of slack, teams, json (did you mean slack?)"),
    ({"url": URL, "template": 7}, "teardown_notify.template: 7 is not a path"),
    ({**GIVEN, "when": "never"}, "teardown_notify.when: 'never' is none of failure, still_running, always"),
    ({**GIVEN, "when": None}, "teardown_notify.when: is null; give a value, or leave it out"),
    ({**GIVEN, "timeout": 0}, "teardown_notify.timeout: 0 is not a time from 1 to 120 seconds"),
    ({**GIVEN, "timeout": "3m"}, "teardown_notify.timeout: '3m' is not a time from 1 to 120 seconds"),
    ({**GIVEN, "timeout": float("inf")}, "teardown_notify.timeout: inf is "), ({**GIVEN, "max_age": float("nan")}, "teardown_notify.max_age: nan is "),
    ({**GIVEN, "timeout": "soon"}, "teardown_notify.timeout: 'soon' "),
    ({**GIVEN, "max_age": -1}, "teardown_notify.max_age: -1 is negative"),
    ({**GIVEN, "validate_certs": "perhaps"}, "teardown_notify.validate_certs: 'perhaps' is neither true nor false"),
    ({**GIVEN, "ca_cert": []}, "teardown_notify.ca_cert: [] is not a path"),
    *(({**GIVEN, "link": link}, "teardown_notify.link: ") for link in (
        "report.html", "javascript:alert(1)", "https://x/|y", "https://x/>", 7, "https://x/" + "x" * 2000,
    )),
    ({**GIVEN, "headers": SECRET}, "teardown_notify.headers: is not a dictionary"),
    ({**GIVEN, "headers": {"A b": SECRET}}, "teardown_notify.headers: has a name that no header has"),
    ({**GIVEN, "headers": {"A": f"{SECRET}\r\nB: c"}}, "teardown_notify.headers.A: is not text of one line (it is not shown"),
    ({**GIVEN, "headers": {"A": 7}}, "teardown_notify.headers.A: is not text of one line"),
])
def test_what_is_said_of_a_wrong_one(value: Any, words: str) -> None:
    errors = teardown_options({**VARIABLES, "notify": value})["errors"]
    assert len(errors) == 1 and errors[0].startswith(words), errors
    assert SECRET not in errors[0]
    assert notify.usable(value) == {}


def test_a_template_is_tried_before_anything_else() -> None:
    chosen = notify.read_notify({"url": URL, "template": "x.j2"})
    assert notify.why_no_template(chosen, '{"a": 1}') == notify.why_no_template(chosen, {"a": 1}) == []
    assert notify.why_no_template(chosen, "") == ["teardown_notify.template: 'x.j2': is not a file, or is empty; give the path of a template on the "
                                                  "controller, or a format in its place"]
    [error] = notify.why_no_template(chosen, '{"a": 1,}')
    assert error.startswith("teardown_notify.template: 'x.j2': makes a text that is not JSON (") and error.endswith("write texts with the filter to_json")
    assert notify.why_no_template(notify.read_notify(GIVEN), None) == notify.why_no_template(None, None) == []
    errors = take({}, NOW, "begin", variables={**VARIABLES, "notify": {"url": URL, "template": "x.j2"}}, notice="{")["options"]["errors"]
    assert len(errors) == 1 and "x.j2" in errors[0]


def a_run(mode: str, outcome: str, *verdicts: str, **more: Any) -> dict[str, Any]:
    return a_report(**{"mode": mode, "result": outcome, "rows": [a_row(verdict) for verdict in verdicts], "not_in_plan": [],
                       "headline": f"{mode} {outcome}", "problems": [], "would_refuse": [], "warnings": [], **more})


def test_occasions() -> None:
    """Each word includes the ones before it; a plan says nothing about what still runs."""
    table = [
        (a_run("apply", "failed"), ("failure", "still_running", "always")),
        (a_run("apply", "refused", "would_stop"), ("failure", "still_running", "always")),
        (a_run("verify", "ok", "ended", "untouched"), ("still_running", "always")),
        (a_run("apply", "changed", "stopped", "protected"), ("still_running", "always")),
        (a_run("verify", "ok", "ended", not_in_plan=[a_row("untouched")]), ("still_running", "always")),
        (a_run("apply", "changed", "stopped"), ("always",)),
        (a_run("plan", "ok", "would_stop", "untouched"), ("always",)),
        (a_run("plan", "failed"), ("failure", "still_running", "always")),
    ]
    with each_case() as case:
        for report, due in table:
            with case(report["headline"]):
                assert tuple(when for when in notify.OCCASIONS if notify.is_due(when, [report])) == due


def test_a_run_of_the_role_tells_once() -> None:
    """The refusal stands first, and with another run to follow only a failure is told."""
    def told(when: str, **more: Any) -> Any:
        begun = take({}, NOW, "begin", variables={**VARIABLES, "resources": [VIS], "notify": {**GIVEN, "when": when}})
        return take(begun, NOW, "finish", caller=CALLER, selected=of_kind(VIS, result(predicted(1))), looked_at={}, stopped={}, **more)

    first = told("always")["message"]
    assert first["headline"].startswith("eu-de (eu-de): 1 would be stopped") and SECRET not in json.dumps(first)
    assert told("failure")["message"] is None and told("always", more_follows=True)["message"] is None
    failed = told("failure", more_follows=True, problem="Failed to log in: wrong password")["message"]
    assert failed["title"] == "Teardown, plan: Failed" and failed["headline"] == "eu-de (eu-de): Failed to log in: wrong password"
    assert SECRET not in json.dumps(told("always"))
    begun = take({}, NOW, "begin", variables={**VARIABLES, "mode": "apply", "notify": GIVEN}, asked_for={"host": "h", "project": "p", "region": "r"})
    refused = take(begun, NOW, "finish", caller={}, selected={}, looked_at={}, stopped={})["message"]
    assert refused["headline"].startswith("p (r): refused; nothing was sent: ") and refused["result"] == "refused"


def test_the_message_of_one_project_has_reasons_figures_and_link() -> None:
    report = a_run("apply", "refused", "would_stop", "failed", headline="refused; nothing was sent: a (and 1 more)", problems=["a", "b"], warnings=["w"])
    told = message([report], "https://x.example/")
    assert told["title"] == "Teardown, apply: Refused" and told["link"] == "https://x.example/"
    assert told["lines"] == ["project name (region): refused; nothing was sent: a (and 1 more)", "a", "b", "w", "2026-11-22 01:00:00 to 01:01:03 UTC"]
    assert told["figures"] == {"Failed": 1, "Still running": 0, "Stopping": 0, "Stopped": 1, "Ended already": 0}
    assert told["projects"] == [{"project": "project name", "region": "region", "mode": "apply", "result": "refused", "headline": report["headline"]}]


def test_several_projects_give_one_message_the_worst_first() -> None:
    reports = [a_run("apply", "changed", "stopped"), a_run("apply", "refused", "would_stop"), a_run("apply", "failed", "failed", "untouched")]
    told = message(reports)
    assert told["title"] == "Teardown, apply of 3 projects: Failed"
    assert told["lines"] == [
        "1 failed, 1 refused, 1 changed", "Jobs: 1 failed, 1 still running, 2 stopped", "project name (region), apply: Failed. apply failed",
        "project name (region), apply: Refused. apply refused", "project name (region), apply: Changed. apply changed",
        "2026-11-22 01:00:00 to 01:01:03 UTC, took 1m3s",
    ]


def test_a_project_without_a_recent_report_comes_first_and_is_a_failure() -> None:
    old = [a_run("apply", "ok", identity={**CALLER, "project": {"id": name, "name": name}}) for name in "abcde"]
    told = message([a_run("apply", "changed", "stopped")], older=old[:1])
    last = "the last one 2026-11-22 01:00:00 to 01:01:03 UTC"
    words = "See the output of the run; delete the folder of the report if that project has no runs any more"
    assert told["headline"] == told["lines"][0] == f"No recent report of a (eu-de), {last}. {words}"
    assert (told["title"], told["result"]) == ("Teardown, apply: Failed", "failed")
    assert told["lines"][1].startswith("project name (region): apply changed")
    assert f"; c (eu-de), {last}; 2 more. {words}" in message([a_run("apply", "ok")], older=old)["headline"]
    assert message([a_run("apply", "ok")], older=[{**old[0], "started_at": None, "finished_at": None}])["headline"] == f"No recent report of a (eu-de). {words}"


def test_a_message_keeps_its_limits() -> None:
    told = message([a_run("apply", "failed", headline="x" * 3000, problems=[f"p{number} " + "y" * 400 for number in range(40)])])
    assert max(map(len, told["lines"])) <= LONGEST_LINE and sum(map(len, told["lines"])) < MOST_CHARACTERS + 100
    assert told["lines"][-1].startswith("and ") and told["lines"][-1].endswith(" more lines, see the report")


def test_names_are_text() -> None:
    """A title has no text of others; a line has no character that hides others; as Markdown, a line is code if it is not plain words."""
    with each_case() as case:
        for text in [*HOSTILE, "<!channel>", "<http://x.example|y>", "@channel", "@here a", "&amp;"]:
            with case(text[:40]):
                told = message([a_report(lambda _key, text=text: text)])
                assert told["title"] == "Teardown, apply: Failed"
                assert all(line == plain(line) for line in told["lines"])
                for line, marked in zip(told["lines"], told["markdown"].split("\n\n")):
                    assert marked == line or (marked[0] == marked[-1] == "`" and "`" not in marked[1:-1])
                    assert marked != line or not set("<@&*[_`") & set(line)


def test_one_message_about_the_latest_report_of_each_folder() -> None:
    def at(finished: str, **more: Any) -> dict[str, Any]:
        return a_run(more.pop("mode", "apply"), more.pop("result", "changed"), "stopped", finished_at=finished, **more)

    now = parse_time("2026-11-22T06:00:00Z")
    reports = [at("2026-11-21T22:00:00Z"), at("2026-11-22T01:00:00Z", mode="plan", result="failed"), at("2026-11-22T01:00:00Z"), at("2026-11-01T01:00:00Z")]
    told = messages.message_of_all({**GIVEN, "when": "failure"}, reports, ["a", "a", "b", "c"], now)
    assert [(one["mode"], one["result"]) for one in told["projects"]] == [("plan", "failed"), ("apply", "changed")]
    assert told["lines"][0].startswith("No recent report of project name (region), the last one ")
    for when in notify.OCCASIONS:
        silence = messages.message_of_all({**GIVEN, "when": when}, reports[2:], ["b", "c"], now)
        future = messages.message_of_all({**GIVEN, "when": when}, [reports[2], at("2027-11-22T01:00:00Z")], ["b", "c"], now)
        assert future["result"] == "failed", "the clock of that run was wrong, and it would be recent for a year"
        assert silence["result"] == "failed" and silence["lines"][0].startswith("No recent report of "), when
    assert messages.message_of_all(GIVEN, reports[2:3], ["b"], now) == {}
    silent = messages.message_of_all(GIVEN, reports[3:], ["c"], now)
    assert silent == messages.message_of_all(GIVEN, [], [], now)
    assert silent["title"] == "Teardown: no report" and silent["lines"] == ["No run has written a report in the last 24h; see the output of the run."]
    assert messages.message_of_all({**GIVEN, "max_age": "30d"}, [at("2026-11-01T01:00:00Z", result="failed")], ["c"], now)["result"] == "failed"


@pytest.mark.parametrize(("value", "reports", "notice", "words"), [
    ({}, [], "", "teardown_notify: is not set; give url, and a format or a template"),
    ({"url": URL}, [], "", "teardown_notify.format: give one of"),
    ({"url": URL, "template": "x.j2"}, [], "", "teardown_notify.template: 'x.j2': is not a file"),
    (GIVEN, [{"schema": "x"}], "", "/reports: report has the schema x"),
])
def test_what_the_playbook_refuses(value: Any, reports: Any, notice: str, words: str) -> None:
    with pytest.raises(TeardownError) as raised:
        messages.message_of_all(value, reports, ["/reports"], NOW, notice)
    assert str(raised.value).startswith(words)


@pytest.mark.parametrize(("sent", "words"), [
    ({"status": 200}, ""), ({"status": 204}, ""),
    ({"status": 302}, "the webhook answered HTTP 302: a redirect, which is not followed; check the URL"),
    ({"status": 400}, "the webhook answered HTTP 400: it does not take this body; check format, or the template"),
    ({"status": 404}, "the webhook answered HTTP 404: it does not take messages; check the URL, or make a new webhook"),
    ({"status": 500}, "the webhook answered HTTP 500"),
    ({"status": -1, "msg": "Status code was -1 and not [200]: Connection failure: The read operation timed out"}, "no answer came within 7s"),
    ({"msg": "The uri action failed to execute in the expected time frame (12) and was terminated"}, "no answer came within 7s"),
    ({"status": -1, "msg": "Request failed: <urlopen error [Errno 111] Connection refused>"}, "nothing accepts connections at the webhook; check"),
    ({"status": -1, "msg": "Request failed: <urlopen error [Errno -2] Name or service not known>"}, "the host of the webhook has no address; check the URL"),
    ({"status": -1, "msg": "<urlopen error [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed>"}, "the certificate or the encryption"),
    ({"status": -1, "msg": "<urlopen error Tunnel connection failed: 403>"}, "the proxy did not let the message through"),
    ({"msg": f"InvalidURL: {URL}"}, "no answer came, or none that could be read"), ({"status": None, "msg": ""}, "no answer came, or none"),
])
def test_why_a_message_did_not_arrive(sent: dict[str, Any], words: str) -> None:
    said = notify.outcome(sent, 7)
    assert said.startswith(words) and bool(said) == bool(words) and SECRET not in said
