# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What jobs cost by the user's prices: in a run, over a month, in words; and that no price means no word about money."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ansible_collections.otc.teardown.plugins.plugin_utils._report.block import report_block
from ansible_collections.otc.teardown.plugins.plugin_utils._report.costs import amount, costs_of, in_words, saved
from ansible_collections.otc.teardown.plugins.plugin_utils._report.history import index_of
from ansible_collections.otc.teardown.plugins.plugin_utils._report.html import html, index_html
from ansible_collections.otc.teardown.plugins.plugin_utils._report.markdown import markdown
from ansible_collections.otc.teardown.plugins.plugin_utils._teardown.prices import price_of, read_prices
from tests.unit.plugins.plugin_utils.report_samples import a_report, a_row
from tests.unit.plugins.plugin_utils.test_report_html import Events

NOTEBOOK, DRS = "modelarts_notebook", "drs_job"
PRICES = [
    {"resource": NOTEBOOK, "flavor": "*.gpu.*", "price": 3.5, "currency": "€"}, {"resource": NOTEBOOK, "price": 0.25},
    {"resource": DRS, "price": 0.5}, {"resource": "mrs_job", "tags": {"size": "xl*", "team": ["a", "b"]}, "price": 9},
    {"resource": "mrs_job", "tags": {"team": "*"}, "price": 4}, {"resource": "dli_sql_job", "tags": {"a": "b"}, "price": 2},
    {"resource": "dli_sql_job", "price": 1},
]


def priced(verdict: str = "stopped", price: float | None = 1.0, **more: Any) -> dict[str, Any]:
    """A row with a price."""
    return a_row(verdict, price_per_hour=price, **more)


def a_run(*rows: dict[str, Any], mode: str = "apply", currency: str = "€", hours: float = 24, **more: Any) -> dict[str, Any]:
    """A report with these rows and what they cost."""
    new = more.pop("not_in_plan", [])
    costs = costs_of(mode, [*rows, *new], currency, hours)
    return a_report(**{"mode": mode, "rows": list(rows), "not_in_plan": new, "costs": costs, "would_refuse": [], **more})


@pytest.mark.parametrize(("row", "price"), [
    ({"resource": NOTEBOOK, "flavor": "modelarts.vm.gpu.v100"}, 3.5), ({"resource": NOTEBOOK, "flavor": "modelarts.vm.cpu.2u"}, 0.25),
    ({"resource": NOTEBOOK, "flavor": None}, 0.25), ({"resource": NOTEBOOK}, 0.25), ({"resource": DRS}, 0.5), ({"resource": "mrs_job"}, None),
    *(({"resource": "mrs_job", "tags": tags}, price) for tags, price in (
        ({"size": "xl-1", "team": "a"}, 9.0), ({"size": ["s", "xl"], "team": "b"}, 9.0), ({"size": "s", "team": ""}, 4.0), ({"size": "xl"}, None), (None, None),
    )),
    ({"resource": "dli_sql_job", "tags": {"a": "b"}}, 2.0), ({"resource": "dli_sql_job", "tags": {}}, 1.0), ({"resource": "dli_sql_job", "tags": None}, None),
])
def test_the_first_entry_that_fits_is_the_price(row: dict[str, Any], price: float | None) -> None:
    prices = read_prices(PRICES)
    assert prices and price_of(row, prices) == price


@pytest.mark.parametrize(("mode", "rows", "words"), [
    ("apply", [priced(price=31.4), *[priced(price=0)] * 11], ["stopped 12 jobs, about 31.40 € an hour"]),
    ("plan", [priced("would_stop", 1.5)], ["stops 1 job, about 1.50 € an hour"]),
    ("plan", [priced("would_stop", 1.5), priced("would_stop", None), priced("protected", 2)],
     ["stops 2 jobs, about 1.50 € an hour (1 of them without a price)", "would still run: 1 job, about 2.00 € an hour"]),
    ("apply", [priced("would_stop", 1.5), priced("failed", 1.5)], []),
    ("apply", [priced(group="stopping"), priced(group="stopping", changed=False)], ["stopped 1 job, about 1.00 € an hour"]),
    ("apply", [priced(price=None), priced(price=None)], ["stopped 2 jobs without a price"]),
    ("verify", [priced("untouched", 1234.56), priced("protected", 1)], ["still running: 2 jobs, about 1,236 € an hour"]),
    ("verify", [priced("ended")], []),
])
def test_a_run_in_words(mode: str, rows: list[dict[str, Any]], words: list[str]) -> None:
    report = a_run(*rows, mode=mode)
    assert in_words(mode, report["costs"]) == words
    said = "; ".join(words)
    assert said in Events(html(report)).texts.replace(" ; ", "; ")
    assert all(one in markdown(report).replace("`", "") for one in words)
    assert [line.text for line in report_block(report, "/x", None, 200) if line.text in words] == words


def test_new_jobs_cost_too() -> None:
    assert in_words("verify", a_run(mode="verify", not_in_plan=[priced("untouched", 2)])["costs"]) == ["still running: 1 job, about 2.00 € an hour"]


def test_without_prices_nobody_speaks_of_money() -> None:
    report = a_report(rows=[a_row()], costs=None)
    texts = [Events(html(report)).texts, markdown(report), index_html(index_of([("history/x", report)])),
             *(line.text for line in report_block(report, "/x", None, 200))]
    assert not [text for text in texts if "an hour" in text or "price" in text or "about" in text.replace("about td", "").replace(".about", "")]


@pytest.mark.parametrize(("value", "words"), [(0, "0.00 €"), (31.4, "31.40 €"), (999.994, "999.99 €"), (5900.4, "5,900 €")])
def test_an_amount(value: float, words: str) -> None:
    assert amount(value, "€") == words


def stop(when: str, job: str = "a", price: float | None = 1.0, **more: Any) -> dict[str, Any]:
    """A run of apply that stopped one job."""
    return a_run(priced(price=price, id=job, resource=NOTEBOOK), started_at=when, **more)


@pytest.mark.parametrize(("runs", "found"), [
    ([stop("2026-11-01T00:00:00Z")], {("2026-11", "€"): 24}),
    ([stop("2026-11-01T00:00:00Z", hours=10, price=2)], {("2026-11", "€"): 20}),
    # Stopped again after six hours: it counts for these, and then anew.
    ([stop("2026-11-01T06:00:00Z"), stop("2026-11-01T00:00:00Z")], {("2026-11", "€"): 30}),
    ([stop("2026-11-01T00:00:00Z"), stop("2026-11-01T06:00:00Z", "b")], {("2026-11", "€"): 48}),
    ([stop("2026-10-31T23:00:00Z"), stop("2026-11-02T00:00:00Z", "b", 0.5)], {("2026-10", "€"): 24, ("2026-11", "€"): 12}),
    ([stop("2026-11-01T00:00:00Z"), stop("2026-11-02T00:00:00Z", "b", currency="USD")], {("2026-11", "€"): 24, ("2026-11", "USD"): 24}),
    ([stop("2026-11-01T00:00:00Z", price=None)], {}),
    ([a_report(rows=[a_row()], costs=None)], {}),
    ([stop("2026-11-01T00:00:00Z", mode="plan")], {}),
    ([stop("sometime")], {}),
])
def test_over_a_month(runs: list[dict[str, Any]], found: dict[tuple[str, str], float]) -> None:
    assert saved(runs) == pytest.approx(found)


def test_equal_ids_of_different_jobs_are_told_apart() -> None:
    other = {"domain": None, "user": None, "project": {"id": "2", "name": "two"}, "region": None}
    runs = [stop("2026-11-01T00:00:00Z"), stop("2026-11-01T06:00:00Z", identity=other)]
    runs.append(a_run(priced(id="a", resource=NOTEBOOK, service_id="other"), started_at="2026-11-01T07:00:00Z"))
    assert saved(runs) == {("2026-11", "€"): 72}


def test_the_index_says_what_a_month_saved() -> None:
    runs = [a_run(*(priced(id=str(n), price=2.5) for n in range(100)), started_at=f"2026-11-{day:02}T01:00:00Z") for day in (1, 2)]
    shown = Events(index_html(index_of([(f"history/{n}", run) for n, run in enumerate(runs)]))).texts
    assert "200 stopped in 2026-11 about 12,000 € 2 runs of apply" in shown
    assert "The sums take each job for 24 hours at most, or until it was stopped again" in shown
    assert "stopped 100 jobs, about 250.00 € an hour" in shown


def test_a_currency_is_text() -> None:
    report = a_run(priced(), currency="<b>$")
    assert "1.00 <b>$ an hour" in Events(html(report)).texts
    assert json.dumps(report)
