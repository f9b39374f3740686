# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Apply and verify: drift, guards, protection, and what is said afterwards."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ansible_collections.otc.teardown.plugins.plugin_utils._teardown.results import why_none
from tests.unit.plugins.plugin_utils.teardown_rows import (
    CALLER,
    DRS,
    NOW,
    TASK,
    VARIABLES,
    VERSION,
    VIS,
    begun,
    done,
    kept,
    of_kind,
    planned,
    predicted,
    result,
    take,
)

Run = dict[str, Any]


def compared(plan: dict[str, Any], *now: dict[str, Any], looked_at: tuple[dict[str, Any], ...] = (), **variables: Any) -> Run:
    """A run of `apply` up to the moment before the first stop."""
    run = {**begun(mode="apply", **variables), "plan": plan, "selections": plan["selections"]}
    run = kept(kept(run, "selected", *now), "looked_at", *looked_at)
    return take(run, NOW, "compare")


def ids(run: Run, key: str = "to_stop") -> list[str]:
    """The ids under a key."""
    return [row["id"] for row in run[key]]


@pytest.mark.parametrize(("now", "verdict", "drift", "words"), [
    (predicted(1), "would_stop", "same", "is as planned"),
    (predicted(1, status="WAITING", status_before="WAITING"), "would_stop", "progressed", "was RUNNING, now WAITING"),
    (predicted(1, "already_stopping"), "would_stop", "progressed", "is being stopped already: KILLING"),
    (predicted(1, "already_ended"), "ended", "ended", "has ended since the plan: COMPLETED"),
    (predicted(1, "missing", name=None, created_at=None), "ended", "gone", "does not exist any more"),
    (predicted(1, name="other"), "untouched", "changed", "is another job now: its name was job-1, now other"),
    (predicted(1, created_at="2026-11-02T00:00:00Z"), "untouched", "changed",
     "is another job now: it was created at 2026-11-01T00:00:00Z, now 2026-11-02T00:00:00Z"),
    (predicted(1, name=None), "would_stop", "same", "is as planned"),
    (predicted(1, created_at=None), "would_stop", "same", "is as planned"),
    (predicted(1, name=None, created_at=None), "failed", "unread", "neither its name nor its time of creation can be read now"),
    (predicted(1, "failed"), "failed", "unread", "its status ODD is not known"),
    (predicted(1, "failed", error={"message": "HTTP 500"}), "failed", "unread", "HTTP 500"),
    (None, "failed", "unread", "could not be read again"),
])
def test_drift(now: Any, verdict: str, drift: str, words: str) -> None:
    run = compared(planned(predicted(1)), *([now] if now else []), max_drift_percent=100)
    row = run["rows"][0]
    assert (row["verdict"], row["drift"], row["reason"]) == (verdict, drift, words)
    assert ids(run) == (["1"] if verdict == "would_stop" else [])


@pytest.mark.parametrize("order", [[TASK, VERSION, VIS, DRS], [DRS, VIS, VERSION, TASK], [VIS, DRS, TASK, VERSION]])
def test_kinds_are_stopped_in_their_order(order: list[str]) -> None:
    rows = [predicted(1, resource=kind) for kind in (VIS, DRS, VERSION, TASK)]
    run = compared(planned(*rows), *rows, order=order)
    assert run["options"]["order"] == order


@pytest.mark.parametrize("decision", ["already_ended", "already_stopping", "excluded", "failed"])
def test_only_planned_stops_are_stopped(decision: str) -> None:
    """Whatever the row is now: it was not reviewed as one that would be stopped."""
    run = compared(planned(predicted(1, decision)), predicted(1), predicted(2))
    assert (ids(run), ids(run, "not_in_plan")) == ([], ["2"])


@pytest.mark.parametrize("decision", ["already_ended", "already_stopping"])
def test_a_job_that_was_started_again_is_not_reported_as_ended(decision: str) -> None:
    row = compared(planned(predicted(1, decision)), predicted(1))["rows"][0]
    assert (row["verdict"], row["reason"]) == ("untouched", "it runs now but was not to be stopped when the plan was reviewed")


@pytest.mark.parametrize(("gone", "planned_jobs", "most", "refused"), [
    (0, 5, 20, False), (1, 5, 20, False), (2, 5, 20, True), (1, 5, 19.9, True), (5, 5, 100, False), (1, 1, 0, True),
])
def test_too_much_drift_stops_nothing(gone: int, planned_jobs: int, most: float, refused: bool) -> None:
    plan = planned(*(predicted(n) for n in range(planned_jobs)))
    now = [predicted(n, "missing") if n < gone else predicted(n) for n in range(planned_jobs)]
    run = compared(plan, *now, max_drift_percent=most)
    assert [text.startswith("teardown_max_drift_percent: ") for text in run["refusals"]] == [True] * refused


def test_jobs_that_have_ended_are_no_drift() -> None:
    run = compared(planned(predicted(1), predicted(2)), predicted(1, "already_ended"), predicted(2, "already_ended"), max_drift_percent=0)
    assert (run["refusals"], run["to_stop"]) == ([], [])


@pytest.mark.parametrize(("variables", "words"), [
    ({}, None),
    ({"projects_allowed": []}, "teardown_projects_allowed is empty"),
    ({"projects_allowed": [{"id": CALLER["project"]["id"], "name": "other"}]}, "with this id and this name"),
    ({"projects_allowed": [{"id": "0", "name": "eu-de"}]}, "with this id and this name"),
    ({"projects_forbidden": ["eu-de"]}, "teardown_projects_forbidden holds the project eu-de"),
    ({"projects_forbidden": [CALLER["project"]["id"]]}, "teardown_projects_forbidden"),
    ({"projects_forbidden": [{"name": "eu-de"}]}, "teardown_projects_forbidden"),
    ({"projects_forbidden": [{"id": CALLER["project"]["id"], "name": "renamed"}]}, "teardown_projects_forbidden"),
    ({"projects_forbidden": ["eu-de_prod"]}, None),
    ({"max_stops": 3}, None),
    ({"max_stops": 2}, "teardown_max_stops: 3 jobs would be stopped, but it allows 2"),
    ({"max_percent_floor": 3}, None),
    ({"max_percent_floor": 2}, "teardown_max_percent: 3 of 3 running jobs of the kind modelarts_visualization_job"),
    ({"max_percent_floor": 2, "max_percent": 100}, None),
    ({"canary": [{"resource": VIS, "id": "1"}]}, None),
    ({"canary": [{"resource": VIS, "id": "9"}]}, "teardown_canary: modelarts_visualization_job 9 cannot be seen"),
], ids=str)
def test_guards_warn_in_plan_and_refuse_in_apply(variables: dict[str, Any], words: str | None) -> None:
    jobs = [predicted(n) for n in (1, 2, 3)]
    plan = planned(*jobs, **variables)
    run = compared(plan, *jobs, **variables)
    warned = [text for text in plan["warnings"] if text.startswith("apply would refuse: ")]
    assert (len(warned), len(run["refusals"])) == ((0, 0) if words is None else (1, 1))
    assert words is None or (words in warned[0] and words in run["refusals"][0])


@pytest.mark.parametrize(("variables", "guard", "figures"), [
    ({}, "teardown_max_stops", ("3 jobs would be stopped", 3, 100, True, False)),
    ({"max_stops": 2}, "teardown_max_stops", ("3 jobs would be stopped", 3, 2, True, True)),
    ({}, "teardown_max_percent", ("1 kind has no more than 20 running jobs, so the percentage does not apply", None, 50, False, False)),
    ({"max_percent_floor": 2}, "teardown_max_percent",
     (f"3 of 3 running jobs of the kind {VIS} would be stopped", 100.0, 50, True, True)),
    ({}, "teardown_projects_allowed", (f"holds eu-de ({CALLER['project']['id']})", None, None, True, False)),
    ({"projects_allowed": []}, "teardown_projects_allowed", (f"does not hold eu-de ({CALLER['project']['id']})", None, None, True, True)),
    ({"projects_forbidden": ["eu-de"]}, "teardown_projects_forbidden", (f"holds eu-de ({CALLER['project']['id']})", None, None, True, True)),
    ({"projects_forbidden": ["prod"]}, "teardown_projects_forbidden",
     (f"does not hold eu-de ({CALLER['project']['id']})", None, None, True, False)),
    ({}, "teardown_max_drift_percent", ("percentage of planned jobs that may be gone or changed at apply", None, 20, True, False)),
    ({"allow_incomplete": True}, "teardown_allow_incomplete", ("a plan may be applied that does not know all jobs", None, None, True, False)),
    ({"canary": [{"resource": VIS, "id": "1"}]}, "teardown_canary", (f"{VIS} 1 is seen", None, None, True, False)),
    ({"canary": [{"resource": VIS, "id": "9"}]}, "teardown_canary", (f"{VIS} 9 is not seen", None, None, True, True)),
], ids=str)
def test_a_reviewer_sees_how_near_each_guard_is(variables: dict[str, Any], guard: str, figures: tuple[Any, ...]) -> None:
    run = take(kept(begun(**variables), "selected", *(predicted(n) for n in (1, 2, 3))), NOW, "make_plan")
    report = take(run, NOW, "report")["report"]
    [found] = [one for one in report["guards"] if one["guard"] == guard]
    assert tuple(found[key] for key in ("text", "value", "limit", "applies", "refuses")) == figures
    assert any(one["refuses"] for one in report["guards"]) == bool(report["would_refuse"])


def test_a_reviewer_sees_what_was_asked() -> None:
    variables = {
        "all": False, "filters": {"names": ["job-*"]}, "filters_by_resource": {DRS: {"older_than": "12h"}}, "exclude": {"names": ["x"]},
        "protect": [{"names": ["job-1"], "reason": "r"}, {"ids": ["9"], "reason": "r", "until": "2026-11-17", "owner": "o"}],
    }
    run = take(kept(begun(**variables), "selected", predicted(1), predicted(2)), NOW, "make_plan")
    report = take(run, NOW, "report")["report"]
    names = {"filters": {"names": ["job-*"]}, "all": False}
    assert report["selection"] == {
        "resources": [*({"resource": kind, **names} for kind in (TASK, VERSION, VIS)),
                      {"resource": DRS, "filters": {"older_than": "12h"}, "all": False}],
        "exclude": {"names": ["x"]},
    }
    assert [(entry["names"], entry["ids"], entry["owner"], entry["until"], entry["expired"], entry["jobs"]) for entry in report["protections"]] == [
        (["job-1"], [], None, None, False, 1), ([], ["9"], "o", "2026-11-17", True, 0),
    ]
    assert report["plan"]["requests"] == run["plan"]["requests"]


def test_a_resumed_apply_does_not_stumble_over_the_stops_under_way() -> None:
    plan = planned(*(predicted(n) for n in range(60)), max_stops=100, max_percent=100)
    now = [predicted(n, "already_stopping" if n < 55 else "would_stop") for n in range(60)]
    others = [predicted(n) for n in range(60, 80)]
    assert compared(plan, *now, *others, max_stops=10, max_percent=50)["refusals"] == []


@pytest.mark.parametrize(("entry", "stopped"), [
    ({"ids": ["1"], "reason": "r"}, False),
    ({"names": ["job-1"], "reason": "r"}, False),
    ({"names": ["new-*"], "reason": "r"}, False),
    ({"names": ["JOB-*"], "reason": "r"}, True),
    ({"ids": ["1"], "reason": "r", "resource": VIS}, False),
    ({"ids": ["1"], "reason": "r", "resource": DRS}, True),
    ({"ids": ["1"], "reason": "r", "until": "2026-11-18"}, False),
    ({"ids": ["1"], "reason": "r", "until": "2026-11-17"}, True),
    ({"ids": ["1"], "reason": "r", "until": "31.12.2026"}, False),
    ({"ids": [1], "reason": "r"}, False),
])
def test_protection_wins_also_when_it_came_after_the_plan(entry: dict[str, Any], stopped: bool) -> None:
    plan = planned(predicted(1))
    run = compared(plan, predicted(1, name="new-name"), protect=[entry], max_drift_percent=100)
    assert ids(run) == []  # its name has changed, so it is left alone in any case
    run = compared(plan, predicted(1), protect=[entry])
    assert ids(run) == (["1"] if stopped or "new-" in str(entry) else [])
    assert (run["rows"][0]["verdict"] == "protected") is (ids(run) == [])


def test_a_job_without_a_name_may_be_meant_by_names() -> None:
    row = predicted(1, name=None)
    run = compared(planned(row), row, protect=[{"names": ["gpu-*"], "reason": "r"}])
    assert run["rows"][0]["verdict"] == "protected"


@pytest.mark.parametrize(("name", "verdict"), [
    ("[prod] orders", "protected"), ("p orders", "protected"), ("[PROD] orders", "would_stop"), ("orders", "would_stop"),
])
def test_a_name_protects_its_job_as_it_stands_and_as_a_pattern(name: str, verdict: str) -> None:
    row = predicted(1, name=name)
    run = compared(planned(row), row, protect=[{"names": ["[prod] orders"], "reason": "r"}])
    assert run["rows"][0]["verdict"] == verdict


@pytest.mark.parametrize(("then", "now", "verdict"), [
    ("prod-model", "prod-model", "protected"),
    ("dev-model", "dev-model", "would_stop"),
    ("prod-model", "dev-model", "protected"),
    ("dev-model", "prod-model", "protected"),
    ("dev-model", None, "would_stop"),
    (None, "dev-model", "would_stop"),
    (None, None, "protected"),
])
def test_the_name_of_its_parent_protects_a_job_then_and_now(then: str | None, now: str | None, verdict: str) -> None:
    """A version is called V0001, and the job that it is one of prod-model. A name that cannot be read is that of every entry."""
    rows = [predicted(1, resource=TASK, name="V0001", parent_name=name) for name in (then, now)]
    run = compared(planned(rows[0]), rows[1], protect=[{"names": ["prod-*"], "reason": "r"}])
    assert run["rows"][0]["verdict"] == verdict
    by_id = compared(planned(rows[0]), rows[1], protect=[{"ids": ["2"], "reason": "r"}])
    assert by_id["rows"][0]["verdict"] == "would_stop"


def test_what_protection_does_not_do_is_said() -> None:
    entries = [
        {"ids": ["1"], "reason": "a", "until": "2026-11-01"}, {"ids": ["1"], "reason": "b", "until": "soon", "resource": DRS},
        {"names": ["x*"], "reason": "c", "owner": "ml"},
    ]
    notices = compared(planned(predicted(1)), predicted(1), protect=entries[1:])["notices"]
    assert [len(notices[key]) for key in ("expired", "unreadable", "unmatched")] == [0, 1, 2]
    assert "'soon', which is not a date" in notices["unreadable"][0]
    assert notices["unmatched"][1] == "teardown_protect[1] (names x*: c, by ml) matches no job"
    expired = compared(planned(predicted(1)), predicted(1), protect=entries[:1])["notices"]["expired"]
    assert expired == ["teardown_protect[0] (ids 1: a) expired on 2026-11-01 and protects no more"]


def test_kinds_that_are_left_out_now_are_left_alone() -> None:
    plan = planned(predicted(1), predicted(2, resource=DRS))
    run = compared(plan, predicted(1), predicted(2, resource=DRS), resources=[VIS])
    assert (ids(run), run["rows"][1]["reason"]) == (["1"], "teardown_resources leaves its kind out")


def test_what_the_listing_did_not_show_is_read_by_its_id() -> None:
    plan = planned(predicted(1), predicted(2), predicted(3, "already_ended"), predicted("t", resource=TASK))
    canary = {"resource": DRS, "id": "c"}
    run = {**begun(mode="apply", canary=[canary]), "plan": plan, "selections": {VIS: {}}}
    run = take(kept(run, "selected", predicted(1)), NOW, "look")
    assert run["to_look_at"] == [{"resource": VIS, "id": "2"}, {"resource": DRS, "id": "c"}]


@pytest.mark.parametrize(("outcome", "phase", "verdict", "group"), [
    ("stopped", "ended", "stopped", "stopped"), ("stop_requested", "stopping", "stopped", "stopping"),
    ("ended", "ended", "ended", "ended"), ("ended_meanwhile", "ended", "ended", "ended"),
    ("would_stop", "stoppable", "would_stop", "would_stop"), ("already_ended", "ended", "ended", "ended"),
    ("already_stopping", "stopping", "untouched", "stopping"), ("missing", "unknown", "ended", "missing"),
    ("timed_out", "stopping", "failed", "running"), ("failed", "stoppable", "failed", "failed"),
    ("excluded", "stoppable", "untouched", "running"), ("unclear", "unknown", "failed", "failed"),
])
def test_every_outcome_has_its_verdict_and_its_group(outcome: str, phase: str, verdict: str, group: str) -> None:
    run = compared(planned(predicted(1)), predicted(1))
    error = {"code": "X.1", "message": "no", "request_id": "r"} if verdict == "failed" else None
    report = take(kept(run, "stopped", done(1, outcome, error=error, phase=phase)), NOW + 5, "report")["report"]
    row = report["rows"][0]
    assert (row["verdict"], row["outcome"], row["drift"], row["group"]) == (verdict, outcome, "same", group)
    assert report["result"] == ("failed" if verdict == "failed" else "changed" if row["changed"] else "ok")
    assert (row["request_id"], row["reason"] == "no (X.1)") == (("r", True) if error else (None, False))
    assert report["duration_seconds"] == 5


def test_a_kind_that_gave_no_rows_is_reported_row_by_row() -> None:
    run = compared(planned(predicted(1), predicted(2, resource=DRS)), predicted(1), predicted(2, resource=DRS))
    run = kept(run, "stopped", done(1))
    run = take(run, NOW, "keep", stage="stopped", kinds=[DRS], result=of_kind(DRS, {"failed": True, "msg": "boom"}))
    finished = take(run, NOW, "report")
    assert [(row["verdict"], row["changed"]) for row in finished["report"]["rows"]] == [("stopped", True), ("failed", False)]
    assert finished["failures"] == ["drs_job 2 (job-2): boom"]
    assert finished["report"]["headline"] == "1 failed, 1 stopped"


def test_a_refused_run_reports_what_it_would_have_stopped() -> None:
    run = compared(planned(predicted(1)), predicted(1), projects_allowed=[])
    finished = take(run, NOW, "report", problem=run["refusals"][0])
    assert (finished["report"]["result"], finished["report"]["rows"][0]["verdict"]) == ("refused", "would_stop")
    assert finished["failures"] == run["refusals"]


def test_a_run_that_failed_early_still_has_a_report() -> None:
    finished = take(take({}, NOW, "begin", variables=VARIABLES), NOW, "report", problem="Failed to log in")
    assert (finished["report"]["result"], finished["report"]["identity"]["project"]["name"]) == ("failed", None)
    assert finished["failures"] == ["Failed to log in"]


@pytest.mark.parametrize(("now", "verdict", "words"), [
    (predicted(1, "already_ended"), "ended", "has ended since the plan: COMPLETED"),
    (predicted(1, "missing"), "ended", "does not exist any more"),
    (predicted(1), "failed", "it runs: RUNNING"),
    (predicted(1, "already_stopping"), "failed", "it runs: KILLING"),
    (predicted(1, "failed"), "failed", "its status ODD is not known"),
    (predicted(1, name="other"), "untouched", "is another job now"),
    (predicted(1, created_at="2026-11-02T00:00:00Z"), "untouched", "is another job now"),
    (None, "failed", "could not be read again"),
])
def test_verify(now: Any, verdict: str, words: str) -> None:
    run = {**begun(mode="verify"), "plan": planned(predicted(1), predicted(2, "already_ended"))}
    run = take(kept(run, "looked_at", *([now] if now else [])), NOW, "verify")
    finished = take(run, NOW, "report")
    assert (run["rows"][0]["verdict"], run["rows"][1]["verdict"]) == (verdict, "ended")
    assert words in run["rows"][0]["reason"]
    assert (finished["failures"] != []) is (verdict == "failed")


def test_verify_leaves_out_what_is_protected() -> None:
    run = {**begun(mode="verify", protect=[{"ids": ["1"], "reason": "r"}]), "plan": planned(predicted(1))}
    assert take(kept(run, "looked_at", predicted(1)), NOW, "verify")["rows"][0]["verdict"] == "protected"


def test_the_result_of_a_kind_without_listing_counts_as_the_plan_says() -> None:
    """Rows read by id tell nothing of how many jobs run."""
    plan = planned(*(predicted(n) for n in range(30)), max_percent=100)
    run = {**begun(mode="apply", max_percent=50), "plan": plan, "selections": plan["selections"]}
    jobs = of_kind(VIS, result(*(predicted(n) for n in range(30)), listed=None))
    run = take(run, NOW, "keep", stage="looked_at", kinds=[VIS], result=jobs)
    assert ["teardown_max_percent: 30 of 30" in text for text in take(run, NOW, "compare")["refusals"]] == [True]


@pytest.mark.parametrize(("now", "verdict", "warning"), [
    (predicted(1, "already_ended"), "ended", None),
    (predicted(1, "missing"), "ended", None),
    (predicted(1, "already_stopping"), "untouched", "and has not ended: KILLING"),
    (predicted(1), "untouched", "and has not ended: RUNNING"),
    (None, "untouched", None),
])
def test_a_job_that_was_being_stopped_is_not_said_to_have_ended(now: Any, verdict: str, warning: str | None) -> None:
    plan = planned(predicted(1, "already_stopping"))
    seen = [now] if now else []
    assert compared(plan, *seen)["rows"][0]["verdict"] == verdict
    run = take(kept({**begun(mode="verify"), "plan": plan}, "looked_at", *seen), NOW, "verify")
    assert run["rows"][0]["verdict"] == verdict
    assert [text for text in run["warnings"] if warning and warning in text] == run["warnings"]
    assert len(run["warnings"]) == (warning is not None)


def test_such_a_job_is_read_by_its_id_too() -> None:
    plan = planned(predicted(1, "already_stopping"), predicted(2, "already_ended"))
    run = take({**begun(mode="verify"), "plan": plan, "selections": plan["selections"]}, NOW, "look")
    assert ids(run, "to_look_at") == ["1"]


@pytest.mark.parametrize(("now", "verdict"), [
    (predicted(1, "already_ended"), "ended"), (predicted(1, "missing"), "ended"), (predicted(1), "failed"), (None, "failed"),
])
def test_a_job_that_could_not_be_judged_is_judged_by_what_it_is_now(now: Any, verdict: str) -> None:
    run = compared(planned(predicted(1, "failed")), *([now] if now else []))
    assert (run["rows"][0]["verdict"], run["to_stop"]) == (verdict, [])


@pytest.mark.parametrize(("seen", "refused"), [([predicted(7)], False), ([predicted(7, "already_ended")], False),
                                               ([predicted(7, "missing", status=None, status_before=None)], True), ([], True)])
def test_verify_believes_no_empty_cloud_without_its_canary(seen: list[Any], refused: bool) -> None:
    run = {**begun(mode="verify", canary=[{"resource": VIS, "id": "7"}]), "plan": planned(predicted(1))}
    run = take(kept(run, "looked_at", predicted(1, "missing"), *seen), NOW, "verify")
    finished = take(run, NOW, "report")
    assert any("teardown_canary: modelarts_visualization_job 7 cannot be seen" in text for text in finished["failures"]) == refused


@pytest.mark.parametrize(("now", "warned"), [
    (predicted(1, name="other"), True), (predicted(1, "already_ended", name="other"), False), (predicted(1), False),
    (predicted(1, name="other", created_at="2026-11-02T00:00:00Z"), False), (predicted(1, name="other", created_at=None), False),
])
def test_verify_warns_of_a_job_that_goes_on_under_another_name(now: Any, warned: bool) -> None:
    run = take(kept({**begun(mode="verify"), "plan": planned(predicted(1))}, "looked_at", now), NOW, "verify")
    assert any("(job-1) has not ended and is now named other" in text for text in run["warnings"]) == warned


def gone(*numbers: int) -> list[dict[str, Any]]:
    """These jobs do not exist any more."""
    return [predicted(number, "missing", name=None, created_at=None) for number in numbers]


def test_what_an_earlier_run_stopped_may_be_gone() -> None:
    plan = planned(*(predicted(number) for number in range(1, 11)))
    now = [*gone(1, 2, 3, 4, 5), *(predicted(number) for number in range(6, 11))]
    run = {**begun(mode="apply"), "plan": plan, "selections": plan["selections"]}
    run = kept(run, "selected", *now)
    lines = [json.dumps(done(number)) for number in range(1, 6)]
    assert "5 of 10 planned jobs are gone" in take(run, NOW, "compare")["refusals"][0]
    resumed = take(run, NOW, "compare", journal="\n".join([*lines, "{", "[]", "1", json.dumps({"changed": True})]))
    assert (resumed["refusals"], ids(resumed)) == ([], [str(number) for number in range(6, 11)])
    assert [row["verdict"] for row in resumed["rows"]] == ["ended"] * 5 + ["would_stop"] * 5
    for others in (
        [json.dumps(done(number, created_at="2026-01-01T00:00:00Z")) for number in range(1, 6)],
        [json.dumps(done(number, "ended_meanwhile")) for number in range(1, 6)],
        [json.dumps(done(number, resource=DRS)) for number in range(1, 6)],
    ):
        assert take(run, NOW, "compare", journal="\n".join(others))["refusals"] != []


def test_a_stop_without_a_result_is_never_green() -> None:
    run = compared(planned(predicted(1)), predicted(1))
    finished = take(run, NOW, "report")
    assert finished["report"]["result"] == "failed"
    assert "no result came back" in finished["failures"][0]


@pytest.mark.parametrize(("result", "words"), [
    ({}, "no result came back"),
    ({"msg": "Failed to log in"}, "Failed to log in"),
    ({"msg": "", "module_stderr": "", "module_stdout": ""}, "no result came back"),
    ({"msg": "MODULE FAILURE", "module_stderr": "pyenv: python3.13: command not found\n\nThe command exists\n"}, ": pyenv: python3.13: command not found;"),
    ({"msg": "MODULE FAILURE", "module_stderr": "Traceback (most recent call last):\n  x\nSyntaxError: no\x1b[1m\n"}, "SyntaxError: no\\x1b[1m;"),
    ({"msg": "MODULE FAILURE", "module_stderr": "", "module_stdout": "sorry, you must have a tty"}, ": sorry, you must have a tty;"),
    ({"msg": "MODULE FAILURE", "module_stderr": "x" * 500}, "xxx;"),
])
def test_why_a_module_ended_without_a_result(result: dict[str, Any], words: str) -> None:
    told = why_none(result)
    assert words in told and len(told) < 500
    assert ("ansible_python_interpreter" in told) == words.endswith(";")


def test_a_job_that_a_module_excluded_after_all_is_reported() -> None:
    run = kept(compared(planned(predicted(1)), predicted(1)), "stopped", predicted(1, "excluded"))
    row = take(run, NOW, "report")["report"]["rows"][0]
    assert (row["verdict"], row["reason"]) == ("untouched", "an exclude names it")


def seen_again(plan: dict[str, Any], *now: dict[str, Any], journal: str = "", **variables: Any) -> Run:
    """The report of a run of `verify` that sees these jobs, the listed ones."""
    run = {**begun(mode="verify", **variables), "plan": plan, "selections": plan["selections"]}
    run = take(kept(run, "selected", *now), NOW, "verify", journal=journal)
    return take(run, NOW, "report")["report"]


STOPPED_BEFORE = json.dumps(done(1))


@pytest.mark.parametrize(("now", "journal", "group", "why", "headline"), [
    (predicted(1, "already_ended"), STOPPED_BEFORE, "ended", None, "1 ended already"),
    (predicted(1, "missing"), "", "missing", None, "1 missing"),
    (predicted(1, "missing"), STOPPED_BEFORE, "ended", None, "1 ended already"),
    (predicted(1), "", "running", "not_stopped", "Still running: 1 (1 not stopped)"),
    (predicted(1), STOPPED_BEFORE, "running", "started_again", "Still running: 1 (1 started again)"),
    (predicted(1, "already_stopping"), STOPPED_BEFORE, "stopping", "started_again", "1 stopping"),
    (predicted(1, name="other"), "", "running", "changed", "Still running: 1 (1 changed since the plan)"),
    (predicted(1, "failed"), "", "failed", None, "1 failed; modelarts_visualization_job 1 (job-1): its status ODD"),
])
def test_verify_says_what_still_runs_and_why(now: Any, journal: str, group: str, why: str | None, headline: str) -> None:
    report = seen_again(planned(predicted(1)), now, journal=journal)
    row = report["rows"][0]
    assert (row["group"], row["why"]) == (group, why)
    assert report["headline"].startswith(headline)


@pytest.mark.parametrize(("planned_as", "now", "group", "why"), [
    ("excluded", "excluded", "running", "excluded"),
    ("excluded", "already_ended", "ended", None),
    ("excluded", "missing", "missing", None),
    ("already_ended", "already_ended", "ended", None),
    ("already_ended", "would_stop", "running", "started_again"),
    ("already_stopping", "already_stopping", "stopping", None),
    ("already_stopping", "would_stop", "running", "started_again"),
])
def test_verify_tells_the_jobs_apart_that_were_not_to_be_stopped(planned_as: str, now: str, group: str, why: str | None) -> None:
    report = seen_again(planned(predicted(1, planned_as)), predicted(1, now))
    assert [(row["group"], row["why"]) for row in report["rows"]] == [(group, why)]
    assert report["result"] == "ok"


def test_verify_names_new_and_protected_jobs_and_does_not_fail_because_of_them() -> None:
    """What the plan was to stop has ended; the answer to "does anything still cost money?" is yes all the same."""
    plan = planned(predicted(1), predicted(2), protect=[{"ids": ["2"], "reason": "r"}])
    protect = [{"ids": ["2", "4"], "reason": "r"}]
    report = seen_again(plan, predicted(1, "already_ended"), predicted(2), predicted(3), predicted(4), protect=protect)
    assert (report["result"], report["headline"]) == ("ok", "1 ended already. Still running: 3 (1 new, 2 protected)")
    assert [(row["id"], row["group"], row["why"]) for row in report["not_in_plan"]] == [
        ("3", "running", "new"), ("4", "running", "protected")]


def test_verify_reads_protected_jobs_that_no_listing_shows() -> None:
    plan = planned(predicted(1), predicted(2), predicted(3, "already_ended"), protect=[{"ids": ["2"], "reason": "r"}])
    for mode, expected in (("verify", ["1", "2"]), ("apply", ["1"])):
        run = take({**begun(mode=mode), "plan": plan, "selections": plan["selections"]}, NOW, "look")
        assert ids(run, "to_look_at") == expected
