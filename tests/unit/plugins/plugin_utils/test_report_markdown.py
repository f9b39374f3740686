# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report as Markdown: no text becomes markup, whatever renders it."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from ansible_collections.otc.teardown.plugins.module_utils._base.text import plain
from ansible_collections.otc.teardown.plugins.plugin_utils._report.markdown import literal, markdown
from tests.unit.plugins.plugin_utils.report_samples import HOSTILE, a_report, a_row, texts

reproducible = settings(derandomize=True, deadline=None, database=None, max_examples=60,
                        suppress_health_check=[HealthCheck.too_slow])

# As GitHub and GitLab read it: tables, links found in plain text, and HTML.
READER = MarkdownIt("gfm-like", {"html": True})
PLACE = re.compile("⟦(.*?)⟧")
FIELDS: list[str] = []
a_report(lambda key: FIELDS.append(key) or key)


def events(text):
    """What a reader of Markdown finds, in its order; code as the text that it holds, blanks left out."""
    found = []
    for block in READER.parse(text):
        for token in block.children or [block]:
            if token.type in ("text", "code_inline", "softbreak", "text_special"):
                if found and isinstance(found[-1], list):
                    found[-1][0] += token.content
                else:
                    found.append([token.content])
            else:
                found.append((token.type, token.tag, token.markup, tuple(token.attrs.items())))
    return [[re.sub(r"\s+", "", event[0])] if isinstance(event, list) else event for event in found]


def shown(text):
    """A text as it must appear."""
    return re.sub(r"\s+", "", plain(text).replace("|", "\\x7c").replace("`", "\\x60"))


def filled(fill):
    """The events of a report with placeholders, with these texts in their place."""
    keys = {re.sub(r"\s+", "", key): key for key in FIELDS}
    found = events(markdown(a_report(lambda key: f"⟦{key}⟧")))
    for event in found:
        if isinstance(event, list):
            event[0] = PLACE.sub(lambda match: shown(fill(keys[match.group(1)])), event[0])
    return found


@pytest.mark.parametrize("text", [text for text in HOSTILE if len(text) < 100], ids=repr)
@pytest.mark.parametrize("before", [True, False], ids=["first", "last"])
def test_hostile_text_is_text_in_every_field(text, before):
    def fill(key):
        return f"{text}{key}" if before else f"{key}{text}"
    assert events(markdown(a_report(fill))) == filled(fill)


@reproducible
@given(st.lists(texts, min_size=6, max_size=6))
def test_whatever_the_texts_the_reader_finds_them_and_nothing_else(drawn):
    def fill(key):
        number = FIELDS.index(key)
        return f"{drawn[number % 6]}{key}" if number % 2 else f"{key}{drawn[number % 6]}"
    assert events(markdown(a_report(fill))) == filled(fill)


@pytest.mark.parametrize("text", [
    "tb-dev", "running, planned", "It runs: see below.", "drs_job", "half (of it)",
    "7 stopped, 1 failed", "2026-11-22 01:00:00", "the user's job", "KILLED", "cut…",
])
def test_bare_words_stay_bare(text):
    assert literal(text) == text


@pytest.mark.parametrize("text", [
    *(text for text in HOSTILE if len(text) < 100),
    "_x_", "x_", "x.y", "x:y", "a--b", "x-1", "\u00e9", "-", "x*y", "1) x", "12. x", "7", "x:10:", "x:100:1", "2026--11",
], ids=repr)
def test_all_else_is_code(text):
    made = literal(plain(text))
    assert made.startswith("`") and made.endswith("`") and not set("`|\n") & set(made[1:-1])


@pytest.mark.parametrize("text", [None, ""])
def test_nothing_is_shown_as_such(text):
    assert literal(text) == "–"


def test_the_whole():
    rows = [
        a_row(resource="drs_job", name="orders", id="1", service_id=None, owner=None, status_before="RUNNING", status_after="ENDED",
              outcome="ended_meanwhile", reason="stop accepted", request_id=None),
        a_row("untouched", resource="mrs_job", name="load", id="2", service_id="s", parent_name="gate", status_before="RUNNING",
              status_after="RUNNING", outcome=None, reason=None, request_id="r"),
    ]
    text = markdown(a_report(rows=rows))
    assert text.startswith("# Apply of project name: Failed\n\n**Failed:** headline\n\n## Problems\n\n- problem 1\n- problem 2\n")
    assert ("| orders | drs_job `1` | 1 d 17 h (2026-11-20 07:15:00 UTC) | – | RUNNING → ENDED; ended_meanwhile | stop accepted | – |\n"
            in text)
    assert ("| load | mrs_job `2` `service gate s` | 1 d 17 h (2026-11-20 07:15:00 UTC) | owner | RUNNING, unchanged "
            "| **changed since the plan** | `r` |\n" in text)
    headings = ("Still running (2: 1 new, 1 changed since the plan)", "Stopped (1)", "By kind", "Who, where, when")
    assert [text.index(f"## {heading}\n") for heading in headings] == sorted(text.index(f"## {heading}\n") for heading in headings)


def test_what_was_asked():
    text = markdown(a_report(mode="plan"))
    for line in (
        "| Selected | filter: pattern | asked kind |", "| Excluded | names: excluded; tags: (excluded tag: excluded value) |  |",
        "| Protected | names: spared; tags: (spared tag: spared value); kind: spared kind (2 jobs) | spared for, by spared by, until spared until |",
        "| Guard | guard **passes** | guard text, 12 of 100 |",
        "| Requests | 3 to make this plan; 1,234 to apply it, and more while it waits for the ends |  |",
    ):
        assert f"\n{line}\n" in text
    assert "## What was asked\n\n|  |  |  |\n| --- | --- | --- |\n" in text
    assert text.index("## What was asked") < text.index("## Would stop (1)")


def test_what_is_folded_is_counted():
    rows = [a_row("ended", name=f"job-{n}") for n in range(2001)]
    text = markdown(a_report(rows=rows))
    assert "job-7" not in text and "2,001 are counted only. The JSON report holds every one." in text


def test_several_reports_come_under_an_overview():
    plan = a_report(mode="plan", result="ok", problems=[], would_refuse=[])
    text = markdown([plan, a_report()])
    assert text.startswith("# Apply and Plan of 2 projects: Failed\n\n**1 failed, 1 ok**\n")
    assert "## Apply of project name: Failed" in text and "### Problems" in text
    assert "Stopped or would stop" in text
