# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`teardown_keep_tag` and entries of `teardown_protect` with tags: what protects on which day, before and after the plan."""

from __future__ import annotations

import datetime
import json
from typing import Any

import pytest

from ansible_collections.otc.teardown.plugins.plugin_utils._spare.keep_tag import read_date
from ansible_collections.otc.teardown.plugins.plugin_utils._spare.tags import in_words
from tests.unit.plugins.plugin_utils.teardown_rows import DRS, NOW, TASK, VIS, begun, kept, predicted, protection, take

KEEP: dict[str, Any] = {"resources": [DRS], "keep_tag": "keep-until"}
TODAY = "2026-11-18"  # NOW is 11:06:40 UTC


def row(tags: Any, job_id: Any = 1, outcome: str = "would_stop", **more: Any) -> dict[str, Any]:
    """A DRS job with these tags."""
    return predicted(job_id, outcome, DRS, tags=tags, **more)


def selected(*rows: dict[str, Any], families: Any = (), **variables: Any) -> dict[str, Any]:
    """A run that has read these jobs."""
    return take(kept(begun(**variables), "selected", *rows, families=list(families)), NOW, "look")


def planned(*rows: dict[str, Any], **variables: Any) -> dict[str, Any]:
    """The plan for these jobs."""
    return dict(take(selected(*rows, **variables), NOW, "make_plan")["plan"])


def decided(tags: Any, **variables: Any) -> tuple[str, str]:
    """The decision of a plan on a job with these tags, and its reason."""
    [found] = planned(row(tags), **{**KEEP, **variables})["rows"]
    return found["decision"], found["reason"]


@pytest.mark.parametrize(("value", "last"), [
    ("2026-11-18", "2026-11-18T23:59:59.999999+00:00"), ("2024-02-29", "2024-02-29T23:59:59.999999+00:00"),
    ("9999-12-31", "9999-12-31T23:59:59.999999+00:00"), ("0001-01-01", "0001-01-01T23:59:59.999999+00:00"),
    ("2026-11-18T12:00", "2026-11-18T12:00:00+00:00"), ("2026-11-18 12:00:30", "2026-11-18T12:00:30+00:00"),
    ("2026-11-18T12:00:00Z", "2026-11-18T12:00:00+00:00"), ("2026-11-18t12:00:00.5z", "2026-11-18T12:00:00+00:00"),
    ("2026-11-18T12:00:00+01:00", "2026-11-18T12:00:00+01:00"), ("2026-11-18T12:00-0530", "2026-11-18T12:00:00-05:30"),
    *((value, None) for value in (
        "soon", "2026-02-29", "2026-13-01", "2026-11-18T24:00", "2026-11-18T12", "18.11.2026", "11/18/2026", "20261118", "2026-W47-3", "2026-11-18Z",
        "1795000000", "2026-11-18T12:00:00+25:00", "2026-11-18T12:00 CET", "\u0662\u0660\u0662\u0666-11-18", "2026-11-18 until", "never",
    )),
])
def test_dates(value: str, last: str | None) -> None:
    assert read_date(value).end == (None if last is None else datetime.datetime.fromisoformat(last))


@pytest.mark.parametrize(("tags", "words"), [
    ({"keep-until": TODAY}, f"protected until {TODAY} by its tag keep-until"), ({"keep-until": "2026-11-17"}, None),
    ({"keep-until": "2026-11-18T11:06:40Z"}, "protected until 2026-11-18T11:06:40Z by its tag"), ({"keep-until": "2026-11-18T11:06:39Z"}, None),
    ({"keep-until": "2026-11-18T12:00+01:00"}, None), ({"keep-until": "2026-11-18T12:00"}, "protected until 2026-11-18T12:00 by"),
    ({"keep-until": " 2099-01-01 "}, "protected until 2099-01-01"), ({"Keep-Until": "2099-01-01"}, "protected until 2099-01-01"),
    ({"keep_until": "2099-01-01"}, "protected until 2099-01-01"), ({" Keep Until": "2099-01-01"}, "protected until 2099-01-01"),
    ({"keepuntil": "2099-01-01"}, None), ({"keep-until-2": "2099-01-01"}, None),
    ({"keep-until": ["2020-01-01", "2099-01-01"]}, "protected until 2099-01-01"),
    ({"keep-until": ["2020-01-01", "x"]}, "protected, because its tag keep-until is 'x'"),
    ({}, None), ({"keep": "2099-01-01"}, None), ({"keep-until": ["2020-01-01", ""]}, "protected, because its tag keep-until is ''"),
    ({"keep-until": ""}, "protected, because its tag keep-until is ''"), ({"keep-until": " "}, "protected, because its tag keep-until is ''"),
    ({"keep-until": "next week"}, "protected, because its tag keep-until is 'next week', which is neither a date (YYYY-MM-DD) nor a time"),
    (None, "protected, because its tags cannot be read, and the tag keep-until may keep it"),
], ids=repr)
def test_what_it_protects(tags: Any, words: str | None) -> None:
    decision, reason = decided(tags)
    assert decision == ("protected" if words else "stop") and reason.startswith(words or "it is RUNNING and matches the selection")


def test_what_it_reports() -> None:
    rows = [row({"keep-until": "soon"}, 1), row({"keep-until": ""}, 2), row({"keep-until": "2099-01-01"}, 3), row({"keep-until": "2020-01-01"}, 4),
            row(None, 5, "already_ended"), row({"keep-until": "x"}, 6, "already_ended")]
    run = take(selected(*rows, **KEEP), NOW, "make_plan")
    assert run["notices"] == {"expired": [], "unmatched": [], "unreadable": [
        "drs_job 1 (job-1): its tag keep-until is 'soon', which is neither a date (YYYY-MM-DD) nor a time (YYYY-MM-DDThh:mm:ssZ); it protects all the same",
        "drs_job 2 (job-2): its tag keep-until is '', which is neither a date (YYYY-MM-DD) nor a time (YYYY-MM-DDThh:mm:ssZ); it protects all the same",
    ]}
    assert [guard["text"] for guard in run["guards"] if guard["guard"] == "teardown_keep_tag"] == ["jobs kept by their tag keep-until: 3"]
    assert set(run["notices"]["unreadable"]) <= set(run["plan"]["warnings"])


def test_a_kind_that_is_left_out_is_not_protected() -> None:
    rows = planned(predicted(1), row({"keep-until": TODAY}), resources=[DRS, VIS], keep_tag={DRS: "keep-until"})["rows"]
    assert [(one["resource"], one["decision"]) for one in rows] == [(VIS, "stop"), (DRS, "protected")]


ENTRY = {"tags": {"team": ["ml-*", "data"], "stage": "prod"}, "reason": "r", "resource": DRS}


@pytest.mark.parametrize(("tags", "words"), [
    ({"team": "ml-1", "stage": "prod"}, "protected by teardown_protect[0] (tags team=ml-* or data, stage=prod: r)"),
    ({"team": ["x", "data"], "stage": "prod", "more": ""}, "protected by"), ({"team": "ml-1"}, None), ({"team": "ML-1", "stage": "prod"}, None), ({}, None),
    (None, "protected, because its tags cannot be read, by teardown_protect[0] (tags team=ml-*"),
], ids=repr)
def test_entries_with_tags(tags: Any, words: str | None) -> None:
    decision, reason = decided(tags, keep_tag="", protect=[ENTRY])
    assert decision == ("protected" if words else "stop") and reason.startswith(words or "it is RUNNING")
    assert protection(ENTRY).why(predicted(1, "already_ended", DRS, tags=None)) is None


def test_an_entry_means_the_jobs_that_any_of_its_keys_means() -> None:
    both = protection({**ENTRY, "names": "job-2"})
    assert [both.why(row(tags, number)) is not None for number, tags in ((1, {}), (2, {}), (3, {"team": "data", "stage": "prod"}))] == [False, True, True]
    assert both.notices()["unmatched"] == []
    assert "names job-2 and tags team=ml-* or data, stage=prod" in protection({**ENTRY, "names": "job-2"}).notices()["unmatched"][0]


def test_keys_as_they_are_shown() -> None:
    """Rows show a tab as text; who writes it as a tab means the same key."""
    for key in ("a\tb", "a\\x09b"):
        assert protection({"tags": {key: "c"}, "reason": "r", "resource": DRS}).why(row({"a\\x09b": "c"})) is not None


@pytest.mark.parametrize(("exclude", "decision"), [
    ({"tags": {"team": "ml"}}, "excluded"), ({"tags": {"team": "ml", "stage": "x"}}, "stop"), ({"tags": {"team": ["a, ml"]}}, "excluded"), ({}, "stop"),
])
def test_the_role_looks_at_tags_again(exclude: dict[str, Any], decision: str) -> None:
    """In case that a variable between role and module has changed what is excluded."""
    [found] = planned(row({"team": "ml"}), resources=[DRS], exclude=exclude)["rows"]
    assert found["decision"] == decision


def test_the_role_looks_at_owners_again() -> None:
    rows = [predicted(f"{number:032x}", resource=TASK, owner=owner) for number, owner in enumerate(("anna", "bob", None))]
    assert [found["decision"] for found in planned(*rows, resources=[TASK], exclude={"owners": "a*"})["rows"]] == ["excluded", "stop", "stop"]


@pytest.mark.parametrize(("tags", "refused"), [
    ({"team": ["a", "b"]}, False), ({"team": "a"}, False), ({"team": "a", "stage": "x"}, False), ({"team": "c"}, True), ({"team": ["a", "c"]}, True),
    ({"stage": "x"}, True),
])
def test_apply_excludes_no_tags_that_the_plan_did_not(tags: dict[str, Any], refused: bool) -> None:
    plan = planned(row({}), resources=[DRS], exclude={"tags": {"team": ["a", "b"]}})
    run = take({**begun(mode="apply", resources=[DRS], exclude={"tags": tags}, confirm=plan["digest"])}, NOW, "read_plan", content=json.dumps(plan))
    assert [text.partition(" was not")[0].partition(",")[0] for text in run["refusals"]] == (
        [f"teardown_exclude: tags: {in_words({key: [v] if isinstance(v, str) else v for key, v in tags.items()})!r}".partition(",")[0]] if refused else []
    )


def test_an_entry_is_kept_as_text() -> None:
    [entry] = begun(resources=[DRS], protect=[ENTRY])["options"]["protect"]
    assert entry["tags"] == {"team": ["ml-*", "data"], "stage": ["prod"]}
    assert protection(entry).described()[0] == {**entry, "expired": False, "jobs": 0}


@pytest.mark.parametrize("variables", [KEEP, {"resources": [DRS], "protect": [{**ENTRY, "tags": {"keep-until": "2*"}}]}], ids=["keep_tag", "protect"])
@pytest.mark.parametrize(("now", "verdict"), [
    ({"tags": {"keep-until": "2099-01-01"}}, "protected"), ({"tags": None}, "protected"), ({"tags": {}}, "would_stop"),
])
def test_tags_that_came_after_the_plan(variables: dict[str, Any], now: dict[str, Any], verdict: str) -> None:
    """The plan knows no tags, because nothing asked for them when it was made."""
    plan = planned(row(None), resources=[DRS])
    run = take({**selected(row(**now), mode="apply", **variables), "plan": plan}, NOW, "compare")
    assert [one["verdict"] for one in run["rows"]] == [verdict]
    assert len(run["to_stop"]) == (verdict == "would_stop")


@pytest.mark.parametrize(("variables", "families", "tags"), [
    ({}, False, False), (KEEP, True, True), ({"protect": [{"names": "a", "reason": "r"}]}, True, False), ({"protect": [ENTRY]}, True, True),
    ({"prices": [{"resource": DRS, "price": 1, "currency": "EUR"}]}, False, False),
    ({"prices": [{"resource": DRS, "tags": {"a": "b"}, "price": 1, "currency": "EUR"}]}, False, True),
])
def test_what_is_read_for_it(variables: dict[str, Any], families: bool, tags: bool) -> None:
    found = begun(**{"resources": [DRS], **variables})["selection"]
    assert (found["families"], found["tags"]) == (families, tags)


def test_relatives_in_other_readings() -> None:
    """A relative that a later reading shows without tags has unknown ones, and protects."""
    def relatives(tags: Any) -> list[dict[str, Any]]:
        return [{"id": "1", "names": ["a"], "ended": False, "parents": [], "tags": {}},
                {"id": "2", "names": ["b"], "ended": False, "parents": ["1"], "tags": tags}]

    def reason(tags: Any) -> str:
        return str(planned(row({}, 1), families=relatives(tags), **KEEP)["rows"][0]["reason"])

    assert reason({"keep-until": TODAY}) == f"its child 2 (b) is protected until {TODAY} by its tag keep-until"
    assert reason(None).startswith("its child 2 (b) is protected, because its tags cannot be read")
    assert reason({}).startswith("it is RUNNING")
    plan = planned(row({}, 1), resources=[DRS])
    plan["families"] = {DRS: relatives({})}
    run = take({**selected(row({}, 1), families=relatives(None), mode="apply", **KEEP), "plan": plan}, NOW, "compare")
    assert [one["verdict"] for one in run["rows"]] == ["protected"]
