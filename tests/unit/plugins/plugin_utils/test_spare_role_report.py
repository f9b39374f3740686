# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report of a run in which nothing was stopped says why, at its top: in data, in text and on the page."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ansible_collections.otc.teardown.plugins.plugin_utils._report.html import html
from ansible_collections.otc.teardown.plugins.plugin_utils._report.markdown import markdown
from tests.unit.plugins.plugin_utils.teardown_rows import (
    NOW,
    begun,
    done,
    kept,
    of_kind,
    planned,
    predicted,
    result,
    take,
)


def refused(job_id: int, message: str, code: str | None = "ModelArts.0105") -> dict[str, Any]:
    """A row whose stop the API has refused."""
    error = {"code": code, "message": message, "http_status": 400, "request_id": f"r-{job_id}"}
    return done(job_id, "failed", status_after="RUNNING", phase="stoppable", error=error)


def applied(*rows: dict[str, Any], **variables: Any) -> dict[str, Any]:
    """The run of `apply` in which the stops of the planned jobs came to this."""
    jobs = [predicted(row["id"]) for row in rows]
    run = take(begun(mode="apply", max_percent=100, **variables), NOW, "read_plan", content=json.dumps(planned(*jobs)))
    run = take(take(kept(run, "selected", *jobs), NOW, "look"), NOW, "compare")
    if not run["refusals"]:
        run = take(run, NOW, "keep", stage="stopped", kinds=["modelarts_visualization_job"],
                   result=of_kind("modelarts_visualization_job", result(*rows)))
    return take(run, NOW, "report")


CANNOT = "This job can't be stop. job: {}"


@pytest.mark.parametrize(("messages", "headline"), [
    ([CANNOT.format(n) for n in (1, 2, 3)], "3 failed; all of the 3 that failed: This job can't be stop. job: 1 (ModelArts.0105)"),
    (["other", "same", "same"], "3 failed; 2 of the 3 that failed: same (ModelArts.0105)"),
    (["same"], "1 failed; modelarts_visualization_job 1 (job-1): same (ModelArts.0105)"),
])
def test_stops_that_were_all_refused_say_why(messages: list[str], headline: str) -> None:
    run = applied(*(refused(number, message) for number, message in enumerate(messages, start=1)))
    report = run["report"]
    assert (report["result"], report["headline"]) == ("failed", headline)
    why = headline.partition("; ")[2]
    assert report["problems"] == [why]
    assert run["failures"][0] == why and len(set(run["failures"])) == len(run["failures"])
    page = html(report)
    assert page.index("ModelArts.0105") < page.index("By kind")
    assert markdown(report).index("ModelArts.0105") < markdown(report).index("By kind")
    both = markdown([report, report])
    assert "ModelArts.0105" in both.split("\n## ", maxsplit=1)[0], "the overview of many projects has it too"


def test_the_reason_stands_among_the_problems_where_only_some_failed() -> None:
    report = applied(done(1), refused(2, "no"), refused(3, "no"))["report"]
    assert report["headline"] == "2 failed, 1 stopped"
    assert report["problems"] == ["all of the 2 that failed: no (ModelArts.0105)"]


def test_a_run_that_a_guard_refused_says_so_first() -> None:
    report = applied(refused(1, "never sent"), max_stops=0, projects_forbidden="eu-*")["report"]
    assert report["result"] == "refused"
    assert report["headline"].startswith("refused; nothing was sent: teardown_projects_forbidden holds the project eu-de")
    assert report["headline"].endswith(" (and 1 more); 1 would be stopped")


def test_a_run_that_came_to_nothing_says_why() -> None:
    report = take(begun(), NOW, "report", problem="Failed to log in: wrong password")["report"]
    assert report["headline"] == "Failed to log in: wrong password"


def test_what_all_went_well_says_nothing_more() -> None:
    report = applied(done(1))["report"]
    assert (report["headline"], report["problems"]) == ("1 stopped", [])
