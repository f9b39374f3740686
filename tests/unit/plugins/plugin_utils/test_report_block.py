# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The block at the end of a run: what stands in it, in which order, and how wide it is."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.otc.teardown.plugins.plugin_utils._report import table as tables
from ansible_collections.otc.teardown.plugins.plugin_utils._report.block import report_block, result_block
from ansible_collections.otc.teardown.plugins.plugin_utils._report.next_step import next_step
from ansible_collections.otc.teardown.plugins.plugin_utils._report.place import place
from ansible_collections.otc.teardown.plugins.plugin_utils._report.reasons import telling
from ansible_collections.otc.teardown.plugins.plugin_utils._report.table import Item, items_of_result, table, text_width
from tests.unit.plugins.plugin_utils.report_samples import HOSTILE, a_report, a_row, texts
from tests.unit.plugins.plugin_utils.teardown_rows import predicted
from tests.unit.plugins.plugin_utils.test_teardown_review import compared, planned, seen_again, take

PROJECT = {"id": "p1", "name": "eu-de"}
WHO: dict[str, Any] = {"domain": None, "user": None, "project": PROJECT, "region": "eu-de"}
PLAN = {"file": "/x/plan.json", "digest": "d" * 64, "created_at": None, "valid_until": "2026-11-22T15:30:12Z", "complete": True}
NOBODY = {"host": "localhost", "project": None, "region": None}


def an_item(group: str = "stopped", name: str | None = "tb", job_id: str = "1", reason: str | None = None, **more: Any) -> Item:
    """An item of a table."""
    parts = {"resource": "drs_job", "before": "RUNNING", "after": "ENDED", "outcome": group, **more}
    return Item(group, name, job_id, parts["resource"], parts["before"], parts["after"], parts["outcome"], reason)


def shown(report: dict[str, Any], page: str | None = "/x/apply.html", following: str | None = "next command", width: int = 120) -> list[str]:
    """The texts of the block for a report."""
    return [line.text for line in report_block(report, page, following, width)]


def a_run(**more: Any) -> dict[str, Any]:
    """A report of a run that went well."""
    usual = {"identity": WHO, "asked_for": NOBODY, "plan": PLAN, "result": "changed", "headline": "1 stopped", "warnings": [],
             "would_refuse": [], "problems": [], "protect": {"expired": [], "unreadable": [], "unmatched": []}, "not_in_plan": []}
    rows = [a_row("stopped", name="tb-dev", resource="drs_job", reason="stopped, and seen to have ended", id="1")]
    return a_report(**{**usual, "rows": rows, **more})


def test_the_block_of_an_apply() -> None:
    lines = shown(a_run())
    assert lines[0].startswith("── apply of eu-de ─") and set(lines[-1]) == {"─"} and len(lines[0]) == len(lines[-1]) == 120
    assert lines[1].split() == ["JOB", "KIND", "STATUS", "OUTCOME"]
    assert lines[2].split() == ["tb-dev", "drs_job", "status_before", "→", "status_after", "stopped"]
    assert lines[3:-1] == [
        "", "apply of eu-de: changed. 1 stopped", "report  /x/apply.html", "plan    /x/plan.json (valid until 2026-11-22T15:30:12Z)",
        "next    next command",
    ]


@pytest.mark.parametrize(("more", "expected", "tone"), [
    ({"mode": "plan", "result": "failed", "headline": "unseen; 1 would be stopped", "problems": ["unseen"], "would_refuse": ["no", "unseen"]},
     ["plan of eu-de: failed. unseen; 1 would be stopped", "warning: no"], "failed"),
    ({"mode": "plan", "result": "ok", "headline": "apply would refuse: no; 1 would be stopped", "would_refuse": ["no", "nor"]},
     ["plan of eu-de: apply would refuse: no; 1 would be stopped", "warning: nor"], "running"),
    ({"result": "refused", "headline": "refused; nothing was sent: no"}, ["apply of eu-de: refused; nothing was sent: no"], "failed"),
    ({"result": "failed", "headline": "1 failed", "warnings": ["w"]},
     ["apply of eu-de: failed. 1 failed", "warning: w"], "failed"),
    ({"not_in_plan": [a_row("untouched")]}, ["apply of eu-de: changed. 1 stopped"], "running"),
    ({"warnings": [f"w{n}" for n in range(12)]},
     ["apply of eu-de: changed. 1 stopped", *(f"warning: w{n}" for n in range(10)), "and 2 more warnings, see the report"], "stopped"),
    ({"identity": {**WHO, "project": None}, "result": "failed", "rows": [], "headline": "Failed to log in",
      "asked_for": {"host": "dev", "project": "eu-de_dev", "region": "eu-de"}},
     ["apply of eu-de_dev (host dev, region eu-de): failed. Failed to log in"], "failed"),
])
def test_the_headline_and_its_color(more: dict[str, Any], expected: list[str], tone: str) -> None:
    lines = report_block(a_run(**more), "/x/apply.html", None, 200)
    found = [line for line in lines if line.text.startswith((f"{more.get('mode', 'apply')} of ", "warning:", "and "))]
    assert ([line.text for line in found], found[0].tone) == (expected, tone)


def test_check_mode_names_no_file() -> None:
    lines = shown(a_run(mode="plan"), page=None, following=None)
    assert "In check mode nothing was written: no plan and no report." in lines
    assert not [line for line in lines if line.startswith(("report ", "plan  ", "digest", "next"))]
    assert f"digest  {'d' * 64}" in shown(a_run(mode="plan"))


def test_failures_and_running_jobs_come_first_and_thirty_rows_are_shown() -> None:
    rows = [a_row("stopped", id=str(n), name=f"s{n:02}", resource="k", reason=None) for n in range(40)]
    rows += [a_row("protected", name="p", resource="k", reason=None), a_row("failed", name="f", resource="k", reason=None)]
    lines = shown(a_run(rows=rows, not_in_plan=[a_row("untouched", name="n", resource="k", reason=None)]))
    assert [line.split()[0] for line in lines[2:7]] == ["f", "n", "p", "s00", "s01"]
    assert lines[32] == "and 13 more, see the report"


@pytest.mark.parametrize(("item", "expected"), [
    (an_item(name=None, job_id="0815"), "0815  drs_job  RUNNING → ENDED  stopped"),
    (an_item(after="RUNNING"), "tb  drs_job  RUNNING  stopped"),
    (an_item(before=None, after=None), "tb  drs_job  ?  stopped"),
    (an_item(name="a\x1b[31mb\nc"), "a\\x1b[31mb\\x0ac  drs_job  RUNNING → ENDED  stopped"),
    (an_item(reason="no way"), "tb  drs_job  RUNNING → ENDED  stopped  no way"),
])
def test_a_row(item: Item, expected: str) -> None:
    assert " ".join(table([item], 5, 120)[1].text.split()) == " ".join(expected.split())


def test_equal_names_are_told_apart_by_their_ids() -> None:
    found = [line.text.split("  ")[0] for line in table([an_item(job_id="1"), an_item(job_id="2"), an_item(name="other")], 5, 120)]
    assert found == ["JOB", "other", "tb (1)", "tb (2)"]


def test_a_reason_stands_beside_or_below_and_is_cut_in_its_third_line() -> None:
    long = an_item(reason="word " * 100)
    beside = [line.text for line in table([long], 5, 100)[1:]]
    assert len(beside) == 3 and beside[2].endswith("…") and beside[1].startswith(" " * 20) and max(map(len, beside)) <= 100
    below = [line.text for line in table([long], 5, 60)[1:]]
    assert len(below) == 4 and below[1].startswith("    word") and "word" not in below[0]


items = st.builds(
    an_item, st.sampled_from(["failed", "running", "stopped"]), st.one_of(st.none(), texts, st.sampled_from(HOSTILE)), texts,
    st.one_of(st.none(), texts), before=texts, after=texts, resource=st.sampled_from(["drs_job", "modelarts_processor_task_version"]),
)


@given(st.lists(items, max_size=6), st.sampled_from([79, 100, 120, 200]))
def test_no_row_is_wider_than_the_terminal_and_each_is_one_line(found: list[Item], width: int) -> None:
    for line in table(found, 4, width):
        assert "\n" not in line.text and "\x1b" not in line.text
    rows = table([item._replace(reason=None) for item in found], 4, width)
    assert all(text_width(line.text) <= width for line in rows)
    assert len(rows) == (min(len(found), 4) + 1 + (len(found) > 4) if found else 0)


def test_columns_are_aligned_also_with_wide_letters() -> None:
    lines = [line.text for line in table([an_item(name="日本語"), an_item(name="abc")], 5, 120)]
    assert {text_width(line[:line.index("drs_job")]) for line in lines[1:]} == {text_width(lines[0][:lines[0].index("KIND")])}


@pytest.mark.parametrize(("outcome", "group", "words"), [
    ("stopped", "stopped", "stopped"), ("stop_requested", "stopping", "stopping"), ("already_stopping", "stopping", "stopping"),
    ("ended", "ended", "ended already"), ("already_ended", "ended", "ended already"), ("ended_meanwhile", "ended", "ended already"),
    ("missing", "missing", "missing"), ("timed_out", "running", "timed out"), ("excluded", "running", "excluded"),
    ("unclear", "running", "unclear"), ("failed", "failed", "failed"), ("would_stop", "would_stop", "would stop"),
])
def test_rows_of_modules(outcome: str, group: str, words: str) -> None:
    (found,) = items_of_result([{**predicted(1), "outcome": outcome, "error": {"message": "why"} if outcome == "failed" else None}])
    assert (found.group, found.outcome, found.reason) == (group, words, "why" if outcome == "failed" else None)


@pytest.mark.parametrize(("facts", "lines"), [
    ({"changed": True}, 2), ({"failed": True}, 2), ({"changed": False}, 0), ({"changed": True, "jobs": []}, 0),
    ({"changed": True, "jobs": [{"id": "1"}]}, 0), ({}, 0), ({"changed": True, "jobs": [predicted(n) for n in range(12)]}, 12),
])
def test_a_module_shows_its_jobs_if_it_did_something(facts: dict[str, Any], lines: int) -> None:
    assert len(result_block({"jobs": [predicted(1)], **facts}, 120)) == lines


def test_the_usual_reasons_are_left_out_and_others_are_not() -> None:
    """Those that plan and review really give."""
    plan = planned(predicted(1), predicted(2, "already_ended"), predicted(3, "already_stopping"), predicted(4, "excluded"),
                   predicted(5, resource="modelarts_notebook"), resources=["modelarts_visualization_job", "modelarts_notebook"],
                   order=["modelarts_visualization_job", "modelarts_notebook"])
    reasons = [telling(row["reason"]) for row in plan["rows"]]
    assert reasons == [None, None, None, None, "a stop loses files outside the work folder"]
    nows = [predicted(1, "already_ended"), predicted(1, "missing"), predicted(1), predicted(1, "already_stopping"),
            predicted(1, status="WAITING", status_before="WAITING")]
    for now in nows:
        for report in (seen_again(planned(predicted(1)), now),
                       take(compared(planned(predicted(1)), now, projects_allowed=[], max_drift_percent=100), 0.0, "report")["report"]):
            assert [telling(row["reason"]) for row in report["rows"]] == [None], report["rows"]
    for text in ("another", "it is ODD", "it is RUNNING and matches the selection, perhaps", "was X, now Y and Z", "  x"):
        assert telling(text) == text
    assert (telling(None), telling("")) == (None, None)


@pytest.mark.parametrize(("asked", "project", "expected"), [
    ({}, PROJECT, "eu-de"),
    ({"host": "localhost", "project": "other", "region": "eu-nl"}, PROJECT, "eu-de"),
    ({"host": "eu-de"}, PROJECT, "eu-de"),
    ({"host": "acme-eu-de"}, PROJECT, "eu-de (host acme-eu-de)"),
    ({}, {"id": "p1", "name": None}, "p1"),
    ({"host": "localhost", "project": "eu-de", "region": "eu-de"}, None, "eu-de (region eu-de)"),
    ({"host": "dev", "region": "eu-de"}, None, "host dev (region eu-de)"),
    ({"host": "dev", "region": "eu-de"}, {"id": None, "name": None}, "host dev (region eu-de)"),
    ({}, None, "host unknown"),
])
def test_the_place(asked: dict[str, Any], project: Any, expected: str) -> None:
    asked = {"host": None, "project": None, "region": None, **asked}
    assert place({"identity": {"project": project}, "asked_for": asked}) == expected


CLI: dict[str, Any] = {"args": ("otc.teardown.plan",), "extra_vars": ("@teardown.yml",)}


@pytest.mark.parametrize(("report", "cli", "host", "expected"), [
    ({}, CLI, "localhost", "ansible-playbook otc.teardown.apply -e @teardown.yml -e teardown_confirm=eu-de"),
    ({"mode": "apply"}, {**CLI, "args": ("otc.teardown.apply",)}, "localhost", "ansible-playbook otc.teardown.verify -e @teardown.yml"),
    ({"mode": "apply"}, {**CLI, "args": ("otc.teardown.nightly",)}, "localhost", "ansible-playbook otc.teardown.verify -e @teardown.yml"),
    ({}, {**CLI, "args": ("otc.teardown.nightly",)}, "localhost", None),
    ({"mode": "verify"}, CLI, "localhost", None),
    ({"result": "failed"}, CLI, "localhost", None),
    ({"result": "refused"}, CLI, "localhost", None),
    ({"would_refuse": ["no"]}, CLI, "localhost", None),
    ({}, {}, "localhost", "the role with teardown_mode=apply and teardown_confirm=eu-de"),
    ({"mode": "apply"}, {"args": ("site.yml",)}, "localhost", "the role with teardown_mode=verify"),
    ({}, {**CLI, "inventory": ["otc_projects.yml"], "extra_vars": ("teardown_hosts=all", "@my file.yml")}, "eu-de_dev",
     "ansible-playbook -i otc_projects.yml otc.teardown.apply --limit eu-de_dev -e teardown_hosts=all -e '@my file.yml' "
     "-e teardown_confirm=eu-de"),
    ({}, {**CLI, "vault_ids": ["dev@prompt"], "vault_password_files": ["pw"], "ask_vault_pass": True}, "localhost",
     "ansible-playbook --vault-id dev@prompt --vault-password-file pw --ask-vault-pass otc.teardown.apply -e @teardown.yml "
     "-e teardown_confirm=eu-de"),
    ({}, {**CLI, "extra_vars": ('{"teardown_plan_file": "a b", "teardown_all": true, "teardown_connection": {"password": "secret"}}',)},
     "localhost", "ansible-playbook otc.teardown.apply -e '{\"teardown_plan_file\": \"a b\"}' -e teardown_confirm=eu-de"
     "  (with your teardown_connection)"),
    ({}, {**CLI, "extra_vars": ("teardown_max_stops=3 token=secret teardown_report_dir=r", "{bad", "a=\"b")}, "localhost",
     "ansible-playbook otc.teardown.apply -e teardown_report_dir=r -e teardown_confirm=eu-de  (with your teardown_max_stops, token)"),
    ({"identity": {**WHO, "project": {"id": "p", "name": "eu-de; rm -rf /"}}}, CLI, "localhost",
     f"ansible-playbook otc.teardown.apply -e @teardown.yml -e teardown_confirm={'d' * 64}"),
])
def test_the_next_command(report: dict[str, Any], cli: dict[str, Any], host: str, expected: str | None) -> None:
    given_report = {"mode": "plan", "result": "ok", "would_refuse": [], "identity": WHO, "plan": PLAN, **report}
    found = next_step(given_report, cli, host, check_mode=False)
    assert found == expected
    assert "secret" not in (found or "")
    assert next_step(given_report, cli, host, check_mode=True) is None


def test_long_names_are_cut_quickly() -> None:
    assert tables.cut("x\u0301" * 100_000, 10) == "x\u0301" * 9 + "…"
