# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Figures as OpenMetrics text: the official parsers read it, and a run replaces only what it knows itself."""

from __future__ import annotations

import os
import pathlib
import stat
from typing import Any

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families as read_open_metrics
from prometheus_client.parser import text_string_to_metric_families as read_prometheus

from ansible_collections.otc.teardown.plugins.module_utils._base.errors import InputError
from ansible_collections.otc.teardown.plugins.module_utils._base.text import plain
from ansible_collections.otc.teardown.plugins.plugin_utils._report.costs import costs_of
from ansible_collections.otc.teardown.plugins.plugin_utils._report.folder import metrics_before, write_report
from ansible_collections.otc.teardown.plugins.plugin_utils._report.metrics import is_ours, metrics
from tests.unit.plugins.plugin_utils.report_samples import HOSTILE, a_report, a_row


def samples(text: str) -> dict[tuple[str, ...], float]:
    """(name, label values) -> value, as both parsers of the Prometheus project read a text."""
    found = [{(one.name, *one.labels.values()): one.value for family in read(text) for one in family.samples}
             for read in (read_open_metrics, read_prometheus)]
    assert found[0] == found[1] and len(found[0]) == sum(not line.startswith("#") for line in text.splitlines())
    return found[0]


def a_run(project: str = "eu-de", mode: str = "apply", result: str = "changed", **more: Any) -> dict[str, Any]:
    who = {"id": project, "name": project}
    identity = {"domain": who, "user": who, "project": who, "region": "eu-de"}
    return a_report(**{"identity": identity, "mode": mode, "result": result, "rows": [a_row(resource="drs_job")], "not_in_plan": [],
                       "window": None, **more})


def test_what_a_run_says() -> None:
    rows = [a_row(resource="drs_job"), a_row(resource="drs_job"), a_row("protected", resource="mrs_job"), a_row("untouched", why=None)]
    costs = costs_of("apply", [{**row, "price_per_hour": 1.5} for row in rows], "€", 24)
    found = samples(metrics(a_run(rows=rows, costs=costs)))
    own = ("eu-de", "eu-de", "apply")
    assert found == {
        ("otc_teardown_jobs", *own, "drs_job", "stopped"): 2, ("otc_teardown_jobs", *own, "mrs_job", "running"): 1,
        ("otc_teardown_jobs", *own, "resource", "running"): 1,
        ("otc_teardown_still_running", *own, "mrs_job", "protected"): 1, ("otc_teardown_still_running", *own, "resource", "left_alone"): 1,
        ("otc_teardown_requests", *own): 8, ("otc_teardown_duration_seconds", *own): 63,
        ("otc_teardown_last_run_timestamp_seconds", *own): 1795309200, ("otc_teardown_last_success_timestamp_seconds", *own): 1795309200,
        ("otc_teardown_stopped_price_per_hour", *own, "€"): 3, ("otc_teardown_running_price_per_hour", *own, "€"): 3,
    }


def test_the_text_is_open_metrics() -> None:
    text = metrics(a_run())
    assert text.endswith("# EOF\n") and "\n\n" not in text and is_ours(text)
    assert {family.type for family in read_open_metrics(text)} == {"gauge"} and all(family.documentation for family in read_open_metrics(text))


def test_a_run_replaces_its_own_figures_and_keeps_the_others() -> None:
    text = ""
    for run in (a_run(), a_run("eu-de_dev"), a_run(mode="verify", result="ok"), a_run(rows=[a_row(resource="mrs_job")]), a_run()):
        text = metrics(run, text)
    found = samples(text)
    assert {key[1:4] for key in found} == {("eu-de", "eu-de", "apply"), ("eu-de_dev", "eu-de", "apply"), ("eu-de", "eu-de", "verify")}
    assert [key for key in found if key[0] == "otc_teardown_jobs" and key[1] == "eu-de" and key[3] == "apply"] == [
        ("otc_teardown_jobs", "eu-de", "eu-de", "apply", "drs_job", "stopped"),
    ]
    assert metrics(a_run(), text) == text


def test_the_last_success_outlives_a_failure() -> None:
    first = metrics(a_run())
    failed = samples(metrics(a_run(result="failed", started_at="2026-11-23T01:00:00Z"), first))
    assert failed["otc_teardown_last_success_timestamp_seconds", "eu-de", "eu-de", "apply"] == 1795309200
    assert failed["otc_teardown_last_run_timestamp_seconds", "eu-de", "eu-de", "apply"] == 1795395600
    assert not [key for key in samples(metrics(a_run(result="refused"))) if "success" in key[0]]


def test_an_apply_that_was_shut_out_is_no_success() -> None:
    """Windows that never meet the hour of a nightly run would stop nothing for weeks, and every run would be `ok`."""
    for mode, is_open, successes in (("apply", False, 0), ("apply", True, 1), ("plan", False, 1)):
        found = samples(metrics(a_run(mode=mode, result="ok", window={"open": is_open, "text": "", "windows": []})))
        assert len([key for key in found if "success" in key[0]]) == successes, mode


def test_a_project_whose_name_begins_with_anothers_is_another() -> None:
    text = metrics(a_run("a"), metrics(a_run('a",region="eu-de",mode="apply')))
    assert {key[1] for key in samples(text)} == {"a", 'a",region="eu-de",mode="apply'}


@pytest.mark.parametrize("text", [text for text in HOSTILE if len(text) < 100], ids=repr)
def test_hostile_names_are_label_values(text: str) -> None:
    made = metrics(a_run(text, rows=[a_row(resource=text)]))
    assert {key[1] for key in samples(made)} == {plain(text)} and is_ours(made)
    assert samples(metrics(a_run(text, mode="plan"), made)).items() >= samples(made).items()


@pytest.mark.parametrize(("text", "ours"), [
    ("", True), ("# EOF\n", True), ("node_load1 0.5\n", False), ("otc_teardown_jobs{a=\"b\"} 1\nroot:x:0:0\n", False), ("{}\n", False),
])
def test_what_is_ours(text: str, ours: bool) -> None:
    assert is_ours(text) == ours


def test_it_is_written_whole_and_for_all_to_read(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "metrics" / "x.prom"
    path.parent.mkdir()
    for mode in ("apply", "verify"):
        write_report(str(tmp_path / "reports"), a_run(mode=mode), 0, str(path))
    assert {key[3] for key in samples(path.read_text(encoding="utf-8"))} == {"apply", "verify"}
    assert stat.S_IMODE(path.stat().st_mode) == 0o644 and list(path.parent.iterdir()) == [path]


def test_what_cannot_be_replaced_is_found_before_anything_is_stopped(tmp_path: pathlib.Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "other.prom").write_text("node_load1 0.5\n", encoding="utf-8")
    (tmp_path / "bytes.prom").write_bytes(b"\xff")
    os.mkfifo(tmp_path / "pipe.prom")
    words = {
        "nowhere/x.prom": "is in a folder that does not exist; create it", "folder": "is not a regular file", "pipe.prom": "is not a regular file",
        "other.prom": "holds something else than metrics of this collection", "bytes.prom": "cannot be read", "/proc/x.prom": "cannot be written",
    }
    for name, why in words.items():
        with pytest.raises(InputError, match=why) as raised:
            metrics_before(str(tmp_path / name))
        assert str(raised.value).startswith("teardown_metrics_file: ")
    assert metrics_before(str(tmp_path / "new.prom")) == ""
