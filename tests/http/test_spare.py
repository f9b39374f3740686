# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is written to spare a job spares it, or the task is refused, or warned, before the first stop."""

from __future__ import annotations

import fnmatch
import re
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.simulator import drs_v5, processor, services
from tests.support.harness import KINDS, Kind, each_kind, outcomes, run

TWO = ["keep-*", "prod-*"]
FORMS = {
    "list": TWO, "text": "keep-*,prod-*", "blanks": "keep-*, prod-*", "lines": "keep-*\nprod-*\n", "semicolons": "keep-*; prod-*",
    "blank behind": ["keep-*", "prod-* "], "JSON": '["keep-*", "prod-*"]', "Python": "['keep-*', 'prod-*']", "nested": [TWO],
    "half nested": ["keep-*", ["prod-*"]], "text in a list": ["keep-*, prod-*"], "quoted": '"keep-*", "prod-*"',
}


@each_kind
@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_a_list_of_names_spares(kind: Kind, form: str) -> None:
    with kind.cloud({"name": "prod-a"}, {"name": "keep-b"}, {"name": "tb-c"}) as sim:
        result = kind.stop(sim, all=True, exclude={"names": FORMS[form]})
        assert outcomes(result) == {kind.id(1): "excluded", kind.id(2): "excluded", kind.id(3): "stopped"}
        assert ([kind.accepted(sim, n) for n in (1, 2, 3)], result["unmatched"]) == ([0, 0, 1], [])
        assert "warnings" not in result
        assert [row["name"] for row in kind.info(sim, all=True, exclude={"names": FORMS[form]})["jobs"]] == ["tb-c"]


@each_kind
@pytest.mark.parametrize("form", ["{0},{1}", "{0}, {1}", "{0}\n{1}", '["{0}", "{1}"]', "['{0}','{1}']", "{0};{1}"])
@pytest.mark.parametrize("listed", [False, True])
def test_every_form_of_a_list_of_ids_spares(kind: Kind, form: str, listed: bool) -> None:
    text = form.format(kind.id(1), kind.id(2))
    with kind.cloud({}, {}, {}) as sim:
        result = kind.stop(sim, 1, 2, 3, exclude={"ids": [text] if listed else text})
        assert outcomes(result) == {kind.id(1): "excluded", kind.id(2): "excluded", kind.id(3): "stopped"}
        assert ([kind.accepted(sim, n) for n in (1, 2, 3)], result["unmatched"]) == ([0, 0, 1], [])


@each_kind
@pytest.mark.parametrize("exclude", ['{{"names": ["job-1"]}}', "names=job-1", '{{"ids": ["{0}"]}}', "ids={0}"])
def test_exclude_may_be_a_text_that_ansible_reads_as_a_dictionary(kind: Kind, exclude: str) -> None:
    with kind.cloud({}, {}) as sim:
        result = kind.stop(sim, all=True, exclude=exclude.format(kind.id(1)))
        assert outcomes(result) == {kind.id(1): "excluded", kind.id(2): "stopped"}


REFUSED = [
    ({"exclude": {"names": [True]}}, "exclude.names: True: is not text: YAML makes a truth value of it; put it in quotes"),
    ({"exclude": {"names": [202401]}}, "exclude.names: 202401: is not text: YAML makes a number of it; put it in quotes"),
    ({"exclude": {"names": [83]}}, "exclude.names: 83: is not text"), ({"exclude": {"names": [750]}}, "exclude.names: 750: is not text"),
    ({"exclude": {"names": [1.1]}}, "exclude.names: 1.1: is not text"), ({"exclude": {"names": 202401}}, "exclude.names: 202401:"),
    ({"exclude": {"names": None}}, "exclude.names: is null; give a name"), ({"exclude": {"ids": None}}, "exclude.ids: is null; "),
    ({"exclude": {"names": ["a", None]}}, "exclude.names: is null"), ({"exclude": {"names": ""}}, "exclude.names: '': is empty"),
    ({"exclude": '{"names": null}'}, "exclude.names: is null"), ({"exclude": '{"names": [1]}'}, "exclude.names: 1: is not text"),
    ({"exclude": {"ids": [True]}}, "exclude.ids: True: is not text"), ({"exclude": {"ids": ["a/b"]}}, "exclude.ids: 'a/b': "),
    ({"exclude": None}, "exclude: is null; give it a value, or leave the option out"),
    ({"exclude": ""}, "dict"), ({"exclude": ["prod-*"]}, "dict"), ({"exclude": {"name": ["prod-*"]}}, "exclude"),
    ({"filters": None}, "filters: is null; give it a value, or leave the option out"), ({"jobs": None}, "jobs: is null"),
    ({"all": False, "filters": {"names": ["prod-*"], "older_than": None}}, "filters.older_than: is null, which would be no condition"),
    ({"all": False, "filters": {"names": ["prod-*"], "statuses": None}}, "filters.statuses: is null"),
    ({"all": False, "filters": {"names": None, "older_than": "1s"}}, "filters.names: is null"),
    ({"all": False, "filters": '{"names": ["prod-*"], "older_than": null}'}, "filters.older_than: is null"),
    ({"all": False, "filters": {"names": [True]}}, "filters.names: True: is not text"),
    ({"all": False, "filters": {"names": ["prod-*, tb-*"]}}, "filters.names: 'prod-*, tb-*': may be one name or several"),
]


@each_kind
@pytest.mark.parametrize(("options", "words"), REFUSED, ids=str)
def test_what_cannot_spare_or_narrow_is_refused_before_anything_is_sent(kind: Kind, options: dict[str, Any], words: str) -> None:
    with kind.cloud({"name": "prod-a"}) as sim:
        for result in (kind.stop(sim, **{"all": True, **options}), kind.info(sim, **{"all": True, **options})):
            assert result["failed"] and words in result["msg"], result["msg"]
            assert "please report it" not in result["msg"]
        assert sim.journal() == []


@each_kind
def test_an_identity_without_a_value_is_refused(kind: Kind) -> None:
    with kind.cloud({}) as sim:
        for option in filter(None, (kind.ids_option, kind.parent and kind.parent[0], "max_stops")):
            result = kind.stop(sim, **{"all": True, option: None})
            assert (result["msg"], sim.journal()) == (
                f"{option}: is null; give it a value, or leave the option out (in a template: omit)", [])


@each_kind
@pytest.mark.parametrize("ids", [[None], [True], [1.5], True, ["1;2"], ["1\n2"], "[1.5]"], ids=str)
def test_ids_that_select_are_no_other_things_in_disguise(kind: Kind, ids: Any) -> None:
    with kind.cloud({}) as sim:
        result = kind.stop(sim, **{kind.ids_option: ids})
        assert (result["failed"], sim.journal()) == (True, [])
        assert result["msg"].startswith(f"{kind.ids_option}: ")


@each_kind
@pytest.mark.parametrize("jobs", ['[{{"id": "{0}"}}]', "{0}", ["{0}"], [["{0}"]], {"id": "{0}"}, [None], [{"id": True}]], ids=str)
def test_rows_that_are_no_rows(kind: Kind, jobs: Any) -> None:
    with kind.cloud({}) as sim:
        text = jobs.format(kind.id(1)) if isinstance(jobs, str) else jobs
        result = kind.stop(sim, jobs=text)
        assert (result["failed"], sim.journal(), "jobs" in result["msg"]) == (True, [], True)


@each_kind
@pytest.mark.parametrize("exclude", [{}, {"names": []}, {"ids": [], "names": [[]]}], ids=str)
def test_an_empty_list_spares_nothing_and_nobody_is_bothered(kind: Kind, exclude: dict[str, Any]) -> None:
    with kind.cloud({}) as sim:
        result = kind.stop(sim, all=True, exclude=exclude)
        assert (outcomes(result), result["unmatched"], "warnings" in result) == ({kind.id(1): "stopped"}, [], False)


HOSTILE = {
    "tab": "prod\tdb", "direction": "prod\u202edb", "zero width": "pr\u200bod", "line": "prod\ndb", "escape": "\x1b[2Jprod",
    "isolate": "\u2066prod\u2069", "decomposed": "cafe\u0301",
}


@each_kind
@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE)
def test_a_name_spares_as_it_was_sent_and_as_it_is_shown(kind: Kind, name: str) -> None:
    with kind.cloud({"name": name}, {"name": "tb"}) as sim:
        [shown] = [row["name"] for row in kind.info(sim, 1)["jobs"]]
        assert not any(char in shown for char in "\t\n\x1b\u202e\u2066\u2069")
        for written in (name, shown):
            result = kind.stop(sim, all=True, exclude={"names": [written]}, check_mode=True, diff_mode=True)
            assert outcomes(result) == {kind.id(1): "excluded", kind.id(2): "would_stop"}, written
            assert result["unmatched"] == []
        assert outcomes(kind.stop(sim, all=True, exclude={"names": [name]})) == {kind.id(1): "excluded", kind.id(2): "stopped"}
        assert [kind.accepted(sim, n) for n in (1, 2)] == [0, 1]


@each_kind
def test_a_filter_takes_a_name_as_it_was_sent_and_as_it_is_shown(kind: Kind) -> None:
    with kind.cloud({"name": "tb\tdb"}, {"name": "prod"}) as sim:
        for written in ("tb\tdb", r"tb\x09db", "tb?db"):
            assert [row["id"] for row in kind.info(sim, filters={"names": [written]})["jobs"]] == [kind.id(1)]
        result = kind.stop(sim, filters={"names": ["tb?db"]}, diff_mode=True)
        assert outcomes(result) == {kind.id(1): "stopped"}
        assert r"tb\x09db" in result["diff"]["before"] and "\t" not in result["diff"]["before"]
        assert result["jobs"][0]["name"] == r"tb\x09db"


def warnings(result: dict[str, Any]) -> list[str]:
    """The texts of all warnings; newer Ansible wraps each."""
    return [one if isinstance(one, str) else one["event"]["msg"] for one in result.get("warnings", [])]


REGEX = " (it looks like a regular expression; these are shell patterns: * for any text, ? for one character)"


@each_kind
def test_what_fits_no_job_is_said_before_the_stops(kind: Kind) -> None:
    exclude = {"names": ["prdo-*", "^prod", "job-1"], "ids": [kind.id(9), kind.id(2)]}
    texts = [f"exclude.ids: '{kind.id(9)}' matches no job", "exclude.names: 'prdo-*' matches no job",
             f"exclude.names: '^prod' matches no job{REGEX}"]
    with kind.cloud({}, {}, {"status": kind.completed}) as sim:
        chosen = {"filters": {"statuses": [kind.completed]}}  # the jobs that are met are ruled out by it
        for result in (kind.stop(sim, exclude=exclude, **chosen), kind.info(sim, exclude=exclude, **chosen),
                       kind.stop(sim, 1, 2, 3, exclude=exclude, check_mode=True)):
            assert (result["unmatched"], warnings(result)) == (texts, texts)


@each_kind
def test_a_filter_that_looks_like_a_regular_expression_and_selects_nothing_is_said(kind: Kind) -> None:
    with kind.cloud({}) as sim:
        result = kind.stop(sim, filters={"names": ["^job", "nothing-*"]})
        assert (result["changed"], result["unmatched"]) == (False, [f"filters.names: '^job' matches no job{REGEX}"])
        assert warnings(result) == result["unmatched"]


# Kind -> (the simulator's file, the function that makes the row which holds the field, the field)
REPEATED = {"processor": (processor, "_task", "workspace_id"), "service": (services, "_edge", "workspace_id"),
            "drs-v5": (drs_v5, "_row", "enterprise_project_id")}


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.label in REPEATED], ids=lambda kind: kind.label)
@pytest.mark.parametrize("value", ["absent", None, "", True], ids=str)
@pytest.mark.parametrize("narrowed", [False, True])
def test_a_row_without_the_field_that_the_server_filters_by_is_not_stopped(
    kind: Kind, value: Any, narrowed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, function, field = REPEATED[kind.label]
    true = getattr(file, function)

    def row(*args: Any) -> dict[str, Any]:
        given = {**true(*args), field: value}
        return {key: inner for key, inner in given.items() if inner != "absent"}

    parent = {kind.parent[0]: kind.parent[1]} if kind.parent and narrowed else {}
    args = {**kind.options, **parent, "filters": {field: "0", "names": ["job-1"]}, "wait_interval": 0.02}
    with kind.cloud({}, {}) as sim:
        with monkeypatch.context() as patched:
            patched.setattr(file, function, row)
            patched.setattr(file, "in_workspace", lambda call, fields: True, raising=False)
            result = run(sim, kind.module, args)
            assert (outcomes(result), sim.writes()) == ({kind.id(1): "failed"}, [])
            assert f"{field} cannot be read, so filters.{field} cannot be evaluated" in result["msg"]
        assert outcomes(run(sim, kind.module, args)) == {kind.id(1): "stopped"}


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.label in ("visualization", "drs-v3")], ids=lambda kind: kind.label)
def test_where_the_documents_list_no_such_field_the_word_of_the_server_has_to_do(kind: Kind) -> None:
    field = "enterprise_project_id" if kind.module == "drs_job" else "workspace_id"
    with kind.cloud({}, {field: "other"}) as sim:
        assert outcomes(kind.stop(sim, filters={field: "other"})) == {kind.id(2): "stopped"}


def test_a_parent_in_another_workspace_is_passed_over_whatever_the_server_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    for kind in KINDS[1:3]:
        file, _function, _field = REPEATED[kind.label]
        with kind.cloud({}) as sim, monkeypatch.context() as patched:
            patched.setattr(file, "in_workspace", lambda call, fields: True)
            result = run(sim, kind.module, {"filters": {"workspace_id": "w"}})
            assert (result["jobs"], sim.writes()) == ([], [])


patterns = st.sampled_from(["job-1", "job-*", "*", " job-2 ", "job-?", "prod\tx", "on", "12:30", "j,2", "[prod] x", "[]", "nobody"])
items = st.recursive(
    patterns | st.sampled_from([None, True, 1, 202401, 1.1, ""]),
    lambda inner: st.lists(inner, max_size=3) | st.lists(patterns, min_size=1, max_size=3).map(", ".join)
    | st.lists(patterns, max_size=3).map(str), max_leaves=5)
NAMES = ["job-1", "job-2", "prod\tx", "on", "12:30", "True", "202401", "j,2", "[prod] x", "[]"]


@pytest.mark.slow
@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
@given(st.sampled_from(KINDS), st.fixed_dictionaries({"names": items}))
def test_whatever_is_written_spares_or_is_refused_or_said(kind: Kind, exclude: dict[str, Any]) -> None:
    with kind.cloud(*({"name": name} for name in NAMES)) as sim:
        result = kind.stop(sim, all=True, exclude=exclude)
        if not result["changed"] and result.get("failed"):
            assert sim.writes() == [] and "exclude" in result["msg"]
            return
        stopped = {name for number, name in enumerate(NAMES, start=1) if kind.accepted(sim, number)}
        for text in texts_in(exclude["names"]):
            said = any(repr(text.strip()) in warning for warning in warnings(result))
            assert said or not {name for name in stopped if name == text or fnmatch.fnmatchcase(name, text)}


def texts_in(value: Any) -> list[str]:
    """Every text in a value, parts of texts included."""
    if isinstance(value, list):
        return [text for item in value for text in texts_in(item)]
    return [value, *re.split(", ?", value)] if isinstance(value, str) else []
