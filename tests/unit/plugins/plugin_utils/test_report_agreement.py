# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Page, Markdown, JSON, CSV, metrics and index say the same about the same run."""

from __future__ import annotations

import collections
import csv
import io
import json
import pathlib
import re
from typing import Any

import jsonschema
import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from ansible_collections.otc.teardown.plugins.plugin_utils._report.folder import write_report
from ansible_collections.otc.teardown.plugins.plugin_utils._report.groups import GROUPS
from tests.support.playbooks import ROOT
from tests.unit.plugins.plugin_utils.teardown_rows import (
    DRS,
    NOW,
    TASK,
    VIS,
    begun,
    done,
    kept,
    planned,
    predicted,
    take,
)
from tests.unit.plugins.plugin_utils.test_report_html import Events

SCHEMA = json.loads((ROOT / "docs" / "report.schema.json").read_text(encoding="utf-8"))
PRICES = [{"resource": VIS, "price": 1.25, "currency": "EUR"}, {"resource": DRS, "price": 3}]
OPTIONS: dict[str, Any] = {
    "windows": [{"timezone": "Europe/Berlin", "to": "20:00"}], "prices": PRICES, "max_drift_percent": 100,
    "protect": [{"ids": ["9"], "resource": VIS, "reason": "r"}],
}
JOBS = [
    *(predicted(n) for n in (1, 2, 3, 9)), *(predicted(n, resource=DRS, tags={"team": f"ml-{n}"}) for n in (1, 2)), predicted(3, "already_ended", DRS),
    predicted(1, resource=TASK), predicted(2, "already_stopping", TASK),
]


def a_plan() -> dict[str, Any]:
    run = take(kept(begun(**OPTIONS), "selected", *JOBS), NOW, "make_plan")
    return take(run, NOW + 5, "report")["report"]


def an_apply() -> dict[str, Any]:
    run = begun(**OPTIONS, mode="apply")
    run = kept({**run, "plan": planned(*JOBS, **OPTIONS)}, "selected", *JOBS, predicted(50))
    run = take(run, NOW, "compare")
    results = [done(1), done(2, "stop_requested", phase="stopping"), done(3, "failed", error={"message": "no"}, phase="stoppable"),
               done(1, resource=DRS), done(2, "timed_out", DRS, phase="stopping"), done(1, "missing", TASK)]
    return take(kept(run, "stopped", *results), NOW + 60, "report")["report"]


@pytest.mark.parametrize("report", [a_plan(), an_apply()], ids=["plan", "apply"])
def test_they_say_the_same(tmp_path: pathlib.Path, report: dict[str, Any]) -> None:
    write_report(str(tmp_path), report, 1, str(tmp_path / "x.prom"))
    text = {ending: (tmp_path / f"{report['mode']}.{ending}").read_text(encoding="utf-8") for ending in ("json", "csv", "md", "html")}

    written = json.loads(text["json"])
    jsonschema.validate(written, SCHEMA, jsonschema.Draft202012Validator)
    groups = collections.Counter(row["group"] for row in [*written["rows"], *written["not_in_plan"]])
    assert len(groups) >= 4 and sum(groups.values()) == len(JOBS) + (report["mode"] == "apply")

    cells = list(csv.DictReader(io.StringIO(text["csv"], newline="")))
    assert collections.Counter(cell["group"] for cell in cells) == groups

    tagged = {f"team=ml-{row['id']}" for row in [*written["rows"], *written["not_in_plan"]] if row.get("tags")}
    assert len(tagged) == 2 and tagged == {cell["tags"] for cell in cells if cell["tags"]} == set(re.findall(r"tags: (team=ml-\d)", text["html"]))
    assert tagged == set(re.findall(r"tags: (team=ml-\d)", text["md"].replace("\\", "").replace("`", "")))

    samples = [one for family in text_string_to_metric_families((tmp_path / "x.prom").read_text(encoding="utf-8")) for one in family.samples]
    measured: collections.Counter[str] = collections.Counter()
    for one in samples:
        if one.name == "otc_teardown_jobs":
            measured[one.labels["outcome"]] += int(one.value)
    assert measured == groups

    titles = {**GROUPS, "running": "Would still run"} if report["mode"] == "plan" else GROUPS
    headings = {title: int(number) for title, number in re.findall(r"^## (.+?) \((\d+)(?::.*)?\)$", text["md"], re.MULTILINE)}
    assert headings == {titles[group]: number for group, number in groups.items()}
    page = Events(text["html"]).texts
    for group, number in groups.items():
        assert f" {number} {titles[group]} " in page and f" {titles[group]} {number} " in page

    costs = written["costs"]
    stopped = [cell for cell in cells if cell["group"] == "would_stop" or (cell["group"] in ("stopped", "stopping") and cell["verdict"] == "stopped")]
    priced = [float(cell["price_per_hour"]) for cell in stopped if cell["price_per_hour"]]
    assert (costs["stopped"]["jobs"], costs["stopped"]["unpriced"]) == (len(stopped), len(stopped) - len(priced))
    assert costs["stopped"]["per_hour"] == sum(priced) == next(one.value for one in samples if one.name == "otc_teardown_stopped_price_per_hour")
    until = written["window"]["text"]
    assert [until in shown for shown in (page, text["md"].replace("\\", ""))] == [report["mode"] == "plan"] * 2
    words = f"about {sum(priced):.2f} EUR an hour"
    index = Events((tmp_path / "index.html").read_text(encoding="utf-8")).texts
    assert words in page and words in text["md"] and words in index and report["headline"] in page and report["headline"] in index
