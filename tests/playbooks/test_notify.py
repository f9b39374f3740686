# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Messages to a webhook over real HTTP: what arrives, what is said when none does, and that nothing shows the URL."""

from __future__ import annotations

import json
import os
import pathlib
import time

import pytest

from tests.simulator import Simulator
from tests.support.documents import ROOT, blocks_of
from tests.support.playbooks import login_environment, play, run_ansible
from tests.support.webhook import SECRET, webhook
from tests.unit.plugins.plugin_utils.report_samples import a_report, a_row

pytestmark = pytest.mark.e2e

VIS = "modelarts_visualization_job"
PAGE = {block.file: block.text for block in blocks_of(ROOT / "docs" / "notify.md") if block.file}
HOSTILE = "<!channel> & <http://127.0.0.1:9|x> {{ 7 * 7 }} [x](http://127.0.0.1:9) @here \"\\ \u20ac \U0001f600"
JOBS = {"stop_delay": 0.05, "visualization_jobs": [{"id": 11, "name": HOSTILE, "age": 90000}]}
DENIED = {"operation": "stop", "status": 403, "code": "ModelArts.0112", "message": f"denied {HOSTILE}"}
BASE = {
    "teardown_all": True, "teardown_resources": [VIS], "teardown_settle": 0, "teardown_max_percent": 100,
    "teardown_projects_allowed": [{"id": "0123456789abcdef0123456789abcdef", "name": "eu-de"}],
}


def run(folder, name, sim, variables, *flags, **environ):
    """How a playbook of the collection ended with these variables."""
    (folder / "vars.json").write_text(json.dumps({**BASE, **variables}), encoding="utf-8")
    done = run_ansible(folder, "playbook", f"otc.teardown.{name}", "-e", "@vars.json", *flags, environ={**login_environment(sim), **environ})
    (folder / "vars.json").unlink()
    return done.returncode, done.stdout + done.stderr


def shows_the_secret(folder, *texts):
    """Where the secret of the webhook stands: in outputs, or in a file that a run has left."""
    kept = {}
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name != "tree"]
        paths = [pathlib.Path(place, name) for name in names if name != "playbook.yml"]
        kept.update({str(path): path.read_text(encoding="utf-8") for path in paths})
    assert kept
    return [where for where, text in [*enumerate(texts), *kept.items()] if SECRET in text]


def warned(output):
    """The warning about a message, from lines that Ansible may have broken."""
    flat = " ".join(output.split())
    return flat.partition("teardown_notify: the message may not have arrived: ")[2]


@pytest.mark.main
def test_a_night_is_told_once_and_a_failure_with_its_reason(tmp_path):
    """Nothing shows the URL: no output with -vvvv, no file. Names are text. The webhook does not change how a run ends."""
    with webhook() as hook, Simulator(JOBS) as sim:
        told = {"teardown_notify": {"url": hook.url, "format": "json", "when": "always", "headers": {"X-Key": SECRET}, "timeout": "5s"}}
        sim.add_fault(**DENIED)
        bad = run(tmp_path, "nightly", sim, told, "-vvvv")
        assert bad[0] == 2, bad[1][-3000:]
        [(message, headers)] = hook.got
        assert message["title"] == "Teardown, apply: Failed" and message["projects"][0]["project"] == "eu-de"
        assert any(f"denied {HOSTILE}" in line for line in message["lines"]), message["lines"]
        assert headers["X-Key"] == SECRET and headers["Content-Type"] == "application/json"

        sim.load(JOBS)
        hook.answer = 500
        good = run(tmp_path, "nightly", sim, told, "-vvvv")
        assert good[0] == 0 and warned(good[1]).startswith("the webhook answered HTTP 500")
        assert len(hook.got) == 2 and hook.bodies[1]["headline"] == "eu-de (eu-de): 1 stopped"
        assert shows_the_secret(tmp_path, bad[1], good[1]) == []


def test_a_login_that_fails_and_a_refused_apply_are_told(tmp_path):
    """With the variables of the page."""
    (tmp_path / "chat.yml").write_text(PAGE["chat.yml"], encoding="utf-8")
    with webhook() as hook, Simulator(JOBS) as sim:
        def tell(name, **environ):
            return run(tmp_path, name, sim, {"teardown_confirm": "another"}, "-e", "@chat.yml", CHAT_WEBHOOK=hook.url, **environ)

        assert tell("plan")[0] == 0 and hook.got == [], "a plan that went well is no failure, and says nothing of what runs"
        refused, lost = tell("apply"), tell("plan", OS_PASSWORD="wrong")
        assert refused[0] == lost[0] == 2
        assert [body["blocks"][0]["text"]["text"] for body in hook.bodies] == ["Teardown, apply: Refused", "Teardown, plan: Failed"]
        first = [body["blocks"][1]["text"]["text"] for body in hook.bodies]
        assert first[0].startswith("eu-de (eu-de): refused; nothing was sent: teardown_confirm") and "Failed to log in" in first[1]
        planned = run(tmp_path, "plan", sim, {"teardown_notify": {"url": hook.url, "format": "slack", "when": "always"}}, "--check")
        assert planned[0] == 0 and len(hook.got) == 2, "in check mode nothing is sent"
        assert "In check mode no message is sent. This one would be:" in planned[1] and "eu-de (eu-de): 1 would be stopped" in planned[1]
        assert shows_the_secret(tmp_path, refused[1], lost[1], planned[1]) == []


def test_wrong_options_are_refused_before_anything_is_sent(tmp_path):
    (tmp_path / "bad.j2").write_text('{"text": {{ message.headline }}}', encoding="utf-8")
    with webhook() as hook, Simulator(JOBS) as sim:
        wrong = {
            "teardown_notify.url: is not a URL (it is not shown": {"url": f"hooks/{SECRET}", "format": "slack"},
            "teardown_notify.template: 'bad.j2': makes a text that is not JSON": {"url": hook.url, "template": "bad.j2"},
        }
        outputs = [run(tmp_path, name, sim, {"teardown_notify": value}, "-vvv") for name, value in zip(("plan", "notify"), wrong.values())]
        for (code, output), words in zip(outputs, wrong):
            assert code == 2 and words in " ".join(output.split()), output[-2000:]
        assert sim.journal() == [] and hook.got == []
        assert shows_the_secret(tmp_path, *(output for _code, output in outputs)) == []


def a_night(folder):
    """Reports of three projects: one refused with a hostile text, one on which a job still runs, and one of last year."""
    now = time.time()
    for number, (name, result, verdict, age) in enumerate((("a", "refused", "failed", 60), ("b", "changed", "protected", 60), ("c", "ok", "ended", 9e6))):
        who = {"id": str(number), "name": f"{name} {HOSTILE}"}
        finished = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now - age))
        report = a_report(mode="verify", result=result, headline=f"{name}: {HOSTILE}", identity={"domain": who, "user": who, "project": who, "region": "eu-de"},
                          rows=[a_row(verdict)], not_in_plan=[], finished_at=finished, problems=[])
        place = folder / "teardown_report" / name
        place.mkdir(parents=True)
        (place / "verify.json").write_text(json.dumps(report), encoding="utf-8")


@pytest.mark.main
def test_one_message_for_all_projects_in_every_format_whatever_the_webhook_answers(tmp_path):
    a_night(tmp_path)
    (tmp_path / "message.json.j2").write_text(PAGE["message.json.j2"], encoding="utf-8")
    link = "https://x.example/?a=1&b=2"
    with webhook() as hook:
        def told(**more):
            notify = {"url": hook.url, "timeout": 1, "when": "still_running", "link": link, **more}
            return {"ansible.builtin.include_role": {"name": "otc.teardown.teardown", "tasks_from": "notify_reports"}, "vars": {"teardown_notify": notify}}

        tasks = [told(format="slack"), told(format="teams"), told(format="json"), told(template="message.json.j2")]
        for answer in (302, "close", "hang"):
            tasks += [{"ansible.builtin.uri": {"url": f"http://127.0.0.1:{hook.server_port}/answer/{answer}"}}, told(format="json")]
        played = play(tmp_path, [{"hosts": "localhost", "connection": "local", "gather_facts": False, "tasks": tasks}], "-vvv")
        assert played.code == 0, played.output[-3000:]
        slack, teams, plain, mine = hook.bodies[:4]
        assert len(hook.got) == 7 and "/elsewhere" not in "".join(hook.paths)

    lines = plain["lines"]
    assert lines[0].startswith(f"No recent report of c {HOSTILE} (eu-de), the last one ") and lines[1] == "1 refused, 1 changed" and plain["link"] == link
    assert any(HOSTILE in line for line in lines[1:]) and plain["title"] == "Teardown, verify of 2 projects: Failed"
    escaped = [line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;") for line in lines]
    head, *sections, last = slack["blocks"]
    assert head["text"] == {"type": "plain_text", "emoji": False, "text": plain["title"]}
    assert [block["text"] for block in sections] == [{"type": "plain_text", "emoji": False, "text": line} for line in escaped]
    assert last["text"] == {"type": "mrkdwn", "verbatim": True, "text": "<https://x.example/?a=1&amp;b=2|Open the report>"}
    assert "<" not in slack["text"] and "`a &lt;!channel&gt; &amp; " in slack["text"]
    card = teams["attachments"][0]["content"]
    assert (teams["type"], teams["attachments"][0]["contentType"]) == ("message", "application/vnd.microsoft.card.adaptive")
    assert [block["text"] for block in card["body"] if block["type"] == "TextBlock"] == [plain["title"]]
    assert [block["inlines"][0]["text"] for block in card["body"][1:]] == lines and card["actions"][0]["url"] == link
    assert mine == {"subject": plain["title"], "body": "\n".join(lines), "failed": True}
    for words in ("HTTP 302: a redirect, which is not followed", "no answer came, or none that could be read", "no answer came within 1s"):
        assert words in " ".join(played.output.split()), words
    assert shows_the_secret(tmp_path, played.output) == []
