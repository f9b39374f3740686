# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reports that are kept: names, limits, what is deleted, and the index of them."""

from __future__ import annotations

import json
import os
import pathlib
from typing import Any

import pytest

from ansible_collections.otc.teardown.plugins.plugin_utils._report import history
from ansible_collections.otc.teardown.plugins.plugin_utils._report.folder import histories, write_index, write_report
from ansible_collections.otc.teardown.plugins.plugin_utils._report.html import html, index_html
from tests.unit.plugins.plugin_utils.report_samples import HOSTILE, a_report, a_row
from tests.unit.plugins.plugin_utils.test_report_html import Events


def run(day: int, mode: str = "apply", project: str = "eu-de", **more: Any) -> dict[str, Any]:
    """A report of one day in November 2026."""
    who = {"id": project, "name": project}
    identity = {"domain": who, "user": who, "project": who, "region": "eu-de"}
    return a_report(**{"mode": mode, "started_at": f"2026-11-{day:02}T01:00:00Z", "identity": identity, **more})


def files(folder: pathlib.Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def index(*reports: dict[str, Any], **more: Any) -> Events:
    """What a parser finds in the index of these reports."""
    return Events(index_html(history.index_of([(f"history/{number}", report) for number, report in enumerate(reports)], **more)))


@pytest.mark.parametrize(("name", "ours"), [
    ("2026-11-26T010000Z-apply", True), ("2026-11-26T010000Z-plan-2", True), ("2026-11-26T010000Z-verify", True),
    ("2026-11-26T010000Z-other", False), ("apply", False), ("2026-11-26T010000Z-apply-", False), ("a2026-11-26T010000Z-apply", False),
    ("2026-11-26T010000Z-apply\n", False), ("2026-11-26T01:00:00Z-apply", False),
])
def test_names_that_are_ours(name: str, ours: bool) -> None:
    assert history.is_ours(name) == ours


def test_a_report_is_named_by_its_start_and_never_replaces_another() -> None:
    taken: list[str] = []
    for _time in range(3):
        taken.append(history.new_name(run(26), taken))
    assert taken == ["2026-11-26T010000Z-apply", "2026-11-26T010000Z-apply-2", "2026-11-26T010000Z-apply-3"]
    assert all(map(history.is_ours, taken))


def test_the_oldest_go_and_only_what_is_ours(tmp_path: pathlib.Path) -> None:
    kept = tmp_path / "history"
    kept.mkdir()
    (kept / "notes.json").write_text("{}", encoding="utf-8")
    (kept / "2026-01-01T000000Z-apply.json").write_text("no report", encoding="utf-8")
    (kept / "2026-01-02T000000Z-apply.json").symlink_to(kept / "notes.json")
    os.mkfifo(kept / "2026-01-03T000000Z-apply.json")
    for day in range(1, 6):
        write_report(str(tmp_path), run(day), 4)
    assert [name for name in files(tmp_path) if "-11-" in name] == [
        f"history/2026-11-0{day}T010000Z-apply.{ending}" for day in (2, 3, 4, 5) for ending in ("html", "json")
    ]
    assert {path.name for path in kept.iterdir()} >= {
        "notes.json", "2026-01-01T000000Z-apply.json", "2026-01-02T000000Z-apply.json", "2026-01-03T000000Z-apply.json",
    }
    assert "history/2026-01-01T000000Z-apply.json: Expecting value" in Events((tmp_path / "index.html").read_text(encoding="utf-8")).texts


@pytest.mark.parametrize("most", [0, 1])
def test_the_latest_report_is_where_it_always_was(tmp_path: pathlib.Path, most: int) -> None:
    for day in (1, 2):
        write_report(str(tmp_path), run(day), most)
    latest = [f"apply.{ending}" for ending in ("csv", "html", "json", "md")]
    more = ["history/2026-11-02T010000Z-apply.html", "history/2026-11-02T010000Z-apply.json", "index.html"]
    assert files(tmp_path) == sorted([*latest, *(more if most else [])])
    assert json.loads((tmp_path / "apply.json").read_text(encoding="utf-8"))["started_at"] == "2026-11-02T01:00:00Z"
    page = Events((tmp_path / "apply.html").read_text(encoding="utf-8"))
    links = [dict(attributes)["href"] for name, attributes in page.elements if name == "a" and not dict(attributes)["href"].startswith("#")]
    assert links == (["index.html"] if most else [])
    said = "The next run of apply overwrites this page. It is kept as history/2026-11-02T010000Z-apply.html ."
    assert (said in page.texts) == bool(most)


def test_a_kept_page_leads_back_to_the_index(tmp_path: pathlib.Path) -> None:
    write_report(str(tmp_path), run(1), 1)
    text = (tmp_path / "history" / "2026-11-01T010000Z-apply.html").read_text(encoding="utf-8")
    assert text == html(run(1), runs="../index.html") and "overwrites" not in text
    assert (tmp_path / "history" / "2026-11-01T010000Z-apply.json").read_bytes() == (tmp_path / "apply.json").read_bytes()


def test_the_index_says_what_was_stopped_when_and_by_whom() -> None:
    stopped = [a_row("stopped", name=f"job-{number}", resource="drs_job") for number in range(3)]
    found = index(
        run(1, rows=stopped), run(3, mode="plan", result="ok", rows=[a_row("would_stop", name="next", resource="drs_job")], would_refuse=[]),
        run(2, rows=[*stopped[:1], a_row("stopped", changed=False, name="by others")], result="changed"),
        pages={"history/0", "history/2"},
    )
    order = ["2026-11-03 01:00:00", "Plan OK", "Would be stopped: 1 next (drs_job)", "2026-11-02 01:00:00", "Apply Changed",
             "Stopped: 1 job-0 (drs_job)", "2026-11-01 01:00:00", "Apply Failed", "Stopped: 3 job-0 (drs_job) , job-1 (drs_job) , job-2 (drs_job)"]
    table = found.texts[found.texts.index("Started (UTC)"):]
    assert [text for text in order if text not in table] == []
    places = [table.index(text) for text in order]
    assert places == sorted(places) and "by others" not in table and "eu-de 1m3s" in table
    assert "4 stopped in 2026-11 2 runs of apply" in found.texts
    assert {dict(attributes).get("href") for name, attributes in found.elements if name == "a"} == {"history/0.html", "history/2.html"}


def test_months_are_told_apart_and_projects_named_where_there_are_several() -> None:
    found = index(run(1), run(2, project="eu-de_dev"), run(30, started_at="2026-10-30T01:00:00Z"), run(4, started_at="sometime"))
    assert "1 stopped in 2026-10 1 run of apply" in found.texts and "2 stopped in 2026-11 2 runs of apply" in found.texts
    assert "2 projects" in found.texts and "eu-de_dev , eu-de" in found.texts
    assert "eu-de_dev , " not in index(run(1), run(2)).texts


def test_a_run_names_many_jobs_and_counts_the_rest() -> None:
    rows = [a_row("stopped", name=f"job-{number:03}") for number in range(history.MOST_NAMES + 7)]
    shown = index(run(1, rows=rows)).texts
    assert "Stopped: 107" in shown and "job-099" in shown and "job-100" not in shown and "and 7 more" in shown


def test_no_text_is_more_than_text() -> None:
    for text in (text for text in HOSTILE if len(text) < 100):
        found = index(a_report(lambda key, text=text: f"{text}⟦{key}⟧", started_at="2026-11-01T01:00:00Z"), unread=[text])
        assert not [one for one in found.elements if "⟦" in str(one)]
        assert {name for name, _attributes in found.elements} <= {
            "html", "head", "meta", "title", "style", "body", "header", "main", "p", "h1", "h2", "b", "i", "small", "bdi", "div", "ul", "li",
            "table", "thead", "tbody", "tr", "th", "td", "details", "summary",
        }


def test_the_index_of_many_hosts(tmp_path: pathlib.Path) -> None:
    for host in ("one", "a b%&"):
        write_report(str(tmp_path / host), run(1, project=host), 2)
    assert histories(str(tmp_path)) == ["a b%&/history", "one/history"]
    write_index(str(tmp_path), histories(str(tmp_path)))
    found = Events((tmp_path / "index.html").read_text(encoding="utf-8"))
    assert {dict(attributes).get("href") for name, attributes in found.elements if name == "a"} == {
        "a%20b%25%26/history/2026-11-01T010000Z-apply.html", "one/history/2026-11-01T010000Z-apply.html",
    }


def test_an_index_of_nothing_is_a_page_too(tmp_path: pathlib.Path) -> None:
    write_index(str(tmp_path), [])
    assert "0 runs" in Events((tmp_path / "index.html").read_text(encoding="utf-8")).texts
