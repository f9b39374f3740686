# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report as a page: its order, and that no text in it is ever more than text."""

from __future__ import annotations

import html.parser
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ansible_collections.otc.teardown.plugins.module_utils._base.text import plain
from ansible_collections.otc.teardown.plugins.plugin_utils._report.html import html as page
from ansible_collections.otc.teardown.plugins.plugin_utils._report.markdown import markdown
from ansible_collections.otc.teardown.plugins.plugin_utils._report.rows import MANY_ROWS
from ansible_collections.otc.teardown.plugins.plugin_utils._report.texts import LONGEST_NAME, LONGEST_TEXT
from tests.unit.plugins.plugin_utils.report_samples import HOSTILE, a_guard, a_report, a_row, counts, texts

reproducible = settings(derandomize=True, deadline=None, database=None, max_examples=60,
                        suppress_health_check=[HealthCheck.too_slow])

PLACE = re.compile("⟦(.*?)⟧")
FIELDS: list[str] = []
a_report(lambda key: FIELDS.append(key) or key)


CSS_TEXT = re.compile(r"((?:\\[0-9a-f]{6})+)")


class Events(html.parser.HTMLParser):
    """What a parser finds: elements with their attributes, and texts, in their order. Places for line breaks do not count."""

    def __init__(self, text):
        super().__init__()
        self.found = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        if tag != "wbr":
            self.found.append(("element", tag, tuple(attrs)))

    def handle_endtag(self, tag):
        self.found.append(f"/{tag}")

    def handle_data(self, data):
        data = CSS_TEXT.sub(lambda match: "".join(chr(int(code, 16)) for code in match.group(1).split("\\")[1:]), data)
        if self.found and isinstance(self.found[-1], list):
            self.found[-1][0] += data
        else:
            self.found.append([data])

    def handle_comment(self, data):
        self.found.append(("comment", data))

    def handle_decl(self, decl):
        self.found.append(("doctype", decl))

    handle_pi = unknown_decl = handle_comment

    @property
    def elements(self):
        return [event[1:] for event in self.found if event[0] == "element"]

    @property
    def texts(self):
        return re.sub(r"\s+", " ", " ".join(event[0] for event in self.found if isinstance(event, list)))


def filled(texts_by_field):
    """The events of a page with placeholders, and these texts put in their place as they must appear."""
    found = Events(page(a_report(lambda key: f"⟦{key}⟧"))).found
    for event in found:
        if isinstance(event, list):
            event[0] = PLACE.sub(lambda match: plain(texts_by_field(match.group(1))), event[0])
    return found


def distinct(text, before):
    """A text for each field that holds this text, and differs from those of other fields."""
    return lambda key: f"{key}{text}" if before else f"{text}{key}"


@pytest.mark.parametrize("text", [text for text in HOSTILE if len(text) < 100], ids=repr)
def test_hostile_text_is_text_in_every_field(text):
    fill = distinct(text, before=False)
    assert Events(page(a_report(fill))).found == filled(fill)


@reproducible
@given(st.lists(texts, min_size=6, max_size=6))
def test_whatever_the_texts_the_parser_finds_them_and_nothing_else(drawn):
    def fill(key):
        number = FIELDS.index(key)
        return distinct(drawn[number % 6], before=number % 2 == 0)(key)

    assert Events(page(a_report(fill))).found == filled(fill)


def test_every_field_is_shown():
    shown = Events(page(a_report(lambda key: f"⟦{key}⟧"))).texts
    silent = {key for key in FIELDS if f"⟦{key}⟧" not in shown}
    # The group of these says what the outcome says, and what a list shows, and when apply may stop, is of interest in a plan.
    assert silent == {"reads", "window", *(f"{verdict} outcome" for verdict in ("untouched", "protected", "ended", "new"))}


def test_nothing_is_loaded_or_run():
    text = page([a_report(), a_report()])
    found = Events(text)
    assert "comment" not in {event[0] for event in found.found}
    names = {name for name, _attributes in found.elements}
    assert not names & {"script", "img", "link", "iframe", "object", "embed", "form", "base", "svg"}
    attributes = {pair for _name, pairs in found.elements for pair in pairs}
    assert {value for name, value in attributes if name == "href"} == {"#project-1", "#project-2"}
    assert not [name for name, _value in attributes if name.startswith("on") or name == "src"]
    assert ("content", "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'") in attributes
    assert "url(" not in text and "@import" not in text and "@font-face" not in text
    assert all(re.fullmatch(r"flex-grow:\d+", value) for name, value in attributes if name == "style")


def test_no_text_comes_near_an_attribute():
    assert not [one for one in Events(page(a_report(lambda key: f"⟦{key}⟧"))).elements if "⟦" in str(one)]


def test_problems_come_first_then_failed_jobs():
    shown = Events(page(a_report(lambda key: f"⟦{key}⟧"))).texts
    order = ["project name", "headline", "user name", "problem 1", "would_refuse", "warning", "failed name", "new name", "untouched name",
             "protected name", "stopped name", "would_stop name", "ended name", "kind", "expired", "digest"]
    found = [shown.index(f"⟦{text}⟧") for text in order]
    assert found == sorted(found)


def test_rows_that_still_run_are_sorted_by_the_reason():
    rows = [a_row("untouched", why=why, name=f"job-{why}") for why in (None, "protected", "timed_out", "new")]
    shown = Events(page(a_report(rows=rows, not_in_plan=[a_row("untouched", why="started_again", name="job-again")]))).texts
    found = [shown.index(f"job-{why}") for why in ("again", "timed_out", "new", "protected", "None")]
    assert found == sorted(found)
    assert "5 Still running 1 started again 1 timed out 1 new 1 protected 1 left alone" in shown


def test_rows_are_sorted_by_kind_and_name():
    rows = [a_row(resource=kind, name=name) for kind, name in (("b", "1"), ("a", "3"), ("a", None), ("a", "2"))]
    shown = Events(page(a_report(rows=rows, not_in_plan=[]))).texts
    found = [shown.index(text) for text in ("no name a id", "2 a id", "3 a id", "1 b id")]
    assert found == sorted(found)


@pytest.mark.parametrize(("change", "said"), [
    ({"status_before": "RUNNING", "status_after": "KILLED"}, "RUNNING → KILLED"),
    ({"status_before": "RUNNING", "status_after": "RUNNING"}, "RUNNING unchanged"),
    ({"status_before": "RUNNING", "status_after": None}, "RUNNING reason"),
    ({"status_before": None, "status_after": None}, "– reason"),
    ({"parent_name": "gate"}, "service gate service_id"),
    ({"outcome": "ended_meanwhile"}, "ended_meanwhile"),
    ({"verdict": "failed", "group": "running", "why": "timed_out", "outcome": "timed_out", "changed": True},
     "a stop was accepted timed out : reason"),
    ({"group": "running", "why": "protected", "reason": "protected until 2999-12-31"}, "KEYS protected until 2999-12-31"),
    ({"group": "running", "why": "protected", "reason": "its child runs"}, "KEYS protected : its child runs"),
    ({"group": "running", "why": "new", "reason": "it matches the selection now but is not in the plan"}, "KEYS new request"),
    ({"drift": "progressed"}, "went on since the plan"),
    ({"service_id": None, "task_id": "t1", "parent_name": None}, "task t1"),
    ({"created_at": "2026-11-20T07:15:00Z"}, "1 d 17 h 2026-11-20 07:15:00 UTC owner"),
    ({"created_at": "2026-11-20T07:15:00Z", "owner": None}, "1 d 17 h 2026-11-20 07:15:00 UTC before"),
    ({"created_at": "2026-11-23T07:15:00Z"}, "2026-11-23 07:15:00 UTC"),
    ({"created_at": "2026-99-99T99:99:99Z"}, "2026-99-99 99:99:99 UTC"),
    ({"created_at": "sometime"}, "sometime"),
], ids=str)
def test_a_row_in_words(change, said):
    row = a_row(**{"outcome": None, "status_before": "before", "status_after": "KEYS", **change})
    assert said in Events(page(a_report(rows=[row], not_in_plan=[]))).texts


@pytest.mark.parametrize(("change", "said"), [
    ({}, "teardown_max_stops passes text 12 of 100"),
    ({"value": 80}, "teardown_max_stops near text 80 of 100"),
    ({"value": 101, "refuses": True}, "teardown_max_stops refuses text 101 of 100"),
    ({"value": 0, "limit": 0}, "teardown_max_stops passes text 0 of 0"),
    ({"guard": "teardown_max_percent", "value": 33.3, "limit": 50}, "teardown_max_percent passes text 33.3 % of 50 %"),
    ({"guard": "teardown_max_percent", "value": None, "limit": 50, "applies": False}, "does not count text at most 50 %"),
    ({"guard": "teardown_canary", "value": None, "limit": None, "refuses": True}, "teardown_canary refuses text Windows"),
], ids=str)
def test_how_near_a_guard_is(change, said):
    assert said in Events(page(a_report(guards=[a_guard(**change)]))).texts


@pytest.mark.parametrize("form", [page, markdown])
def test_a_plan_tells_before_its_jobs_what_spares_none_of_them(form):
    """A mistake in an exclusion must meet the eye of who reviews the plan."""
    said = form(a_report(mode="plan"))
    assert 0 < said.index("Spares nothing, because it matches no job") < said.index("Would stop (" if form is markdown else ">Jobs<")


@pytest.mark.parametrize(("selection", "said"), [
    ([("a", {}, True), ("b", {}, True)], "Selected everything a , b"),
    ([("a", {"names": ["x-*", "y"], "older_than": "12h"}, False)], "Selected names: x-*, y; older_than: 12h a"),
    ([("a", {"tags": {"env": ["dev"], "team": "ml"}}, False)], "Selected tags: (env: dev; team: ml) a"),
    ([("a", {"names": ["x"]}, False), ("b", {"names": ["y"]}, False), ("c", {"names": ["x"]}, False)],
     "Selected names: x a , c names: y b"),
])
def test_what_was_selected(selection, said):
    resources = [{"resource": kind, "filters": filters, "all": everything} for kind, filters, everything in selection]
    assert said in Events(page(a_report(selection={"resources": resources, "exclude": {}}))).texts


def test_what_was_asked_comes_first_in_a_plan_and_last_elsewhere():
    for mode, before, after in (("plan", "What was asked", "Jobs"), ("apply", "By kind", "What was asked"), ("verify", "By kind", "What was asked")):
        shown = Events(page(a_report(mode=mode))).texts
        assert shown.index(before) < shown.index(after)
        assert ("1,234 to apply it" in shown) == (mode == "plan")
    assert "spared for, by spared by until spared until" in shown and "names: spared; tags: (spared tag: spared value); kind: spared kind 2 jobs" in shown


def test_a_plan_shows_what_it_would_stop_before_what_would_still_run():
    shown = Events(page(a_report(mode="plan"))).texts
    order = [shown.index(f"{verdict} name") for verdict in ("failed", "would_stop", "untouched", "protected", "ended")]
    assert order == sorted(order)


@pytest.mark.parametrize(("change", "said"), [
    ({"mode": "plan", "result": "ok", "would_refuse": []},
     ["Teardown: Plan", "OK", "Would stop", "Would still run", "Nothing was changed. This is what applying", "its list shows"]),
    ({"mode": "plan", "result": "ok"}, ["Apply would refuse", "Apply would refuse this plan would_refuse"]),
    ({"mode": "verify", "result": "failed"}, ["Teardown: Verify", "Failed", "Nothing was changed. The jobs of the plan"]),
    ({"result": "refused"}, ["Teardown: Apply", "Refused"]),
    ({"result": "changed"}, ["Changed"]),
    ({"identity": dict.fromkeys(("domain", "user", "project", "region"))}, ["Unknown project", "unknown region", "unknown user", "Account unknown"]),
    ({"started_at": None, "finished_at": None, "duration_seconds": None, "plan": None}, ["Started unknown", "Took unknown"]),
    ({"collection_version": None}, ["otc.teardown of an unknown version"]),
    ({"finished_at": "2026-11-23T01:00:00Z"}, ["2026-11-22 01:00:00 UTC to 2026-11-23 01:00:00 UTC"]),
], ids=str)
def test_a_report_in_words(change, said):
    shown = Events(page(a_report(**change))).texts
    assert [text for text in said if text not in shown] == []


def test_a_report_of_nothing_is_a_page_too():
    nothing = {key: [] for key in ("problems", "would_refuse", "warnings", "resources", "rows", "not_in_plan", "guards", "protections")}
    protect = {key: [] for key in ("expired", "unreadable", "unmatched")}
    found = Events(page(a_report(**nothing, protect=protect, counts=counts(), selection=None, plan=None, window=None)))
    assert not {name for name, _attributes in found.elements} & {"table", "details", "ul"}


@pytest.mark.parametrize(("field", "limit"), [("name", LONGEST_NAME), ("reason", LONGEST_TEXT)])
def test_long_texts_are_cut_and_say_so(field, limit):
    row = a_row(**{field: "x" * (limit + 1234)})
    shown = Events(page(a_report(rows=[row]))).texts
    assert "x" * limit + "… (1,234 more characters)" in shown
    assert "x" * (limit + 1) not in shown
    assert "more characters" not in Events(page(a_report(rows=[a_row(**{field: "x" * limit})]))).texts


def many(number, verdict="ended"):
    rows = [a_row(verdict, id=f"{n:032x}", name=f"job-{n}", resource="drs_job") for n in range(number)]
    return [*rows, a_row("failed", name="the one that failed")]


def test_a_thousand_rows_make_a_small_page():
    text = page(a_report(rows=many(1000)))
    assert len(text.encode()) < 1_000_000
    assert "job-999" in text


def test_beyond_many_rows_those_that_had_ended_are_counted_only():
    shown = Events(page(a_report(rows=many(MANY_ROWS)))).texts
    assert "job-7" not in shown and "the one that failed" in shown
    assert "2,000 are counted only. The JSON report holds every one." in shown
    shown = Events(page(a_report(rows=many(MANY_ROWS, "stopped")))).texts
    assert "job-1999" in shown and "counted only" not in shown


def test_beyond_many_rows_no_more_that_still_run_are_shown():
    shown = Events(page(a_report(rows=[], not_in_plan=many(MANY_ROWS + 5, "untouched")))).texts
    assert "5 more are counted only." in shown and "the one that failed" in shown


def test_kinds_without_jobs_are_named_in_one_line_but_in_a_plan():
    resources = [{"resource": name, "error": error, "complete": True, "api_calls": 1, "counts": counts()}
                 for name, error in (("empty", None), ("void", None), ("wrong", "HTTP 500"))]
    shown = {mode: Events(page(a_report(mode=mode, resources=resources))).texts for mode in ("apply", "plan")}
    assert "No jobs: empty , void" in shown["apply"] and "wrong 0" in shown["apply"]
    assert "No jobs" not in shown["plan"] and "empty 0" in shown["plan"]


def test_paper_says_on_each_page_what_it_is():
    one, two = (Events(page([a_report(collection_version="1.2.3")] * number)).found for number in (1, 2))
    foots = [next(re.search('@bottom-left { content: "(.*?)"', event[0]).group(1) for event in found
                  if isinstance(event, list) and "@bottom-left" in event[0]) for found in (one, two)]
    assert foots == ["Teardown: Apply of project name, otc.teardown 1.2.3", "Teardown: Apply of 2 projects, otc.teardown 1.2.3"]
