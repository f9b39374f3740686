# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Variables of the role that spare jobs or projects: in any type and form they spare, or the run is refused or warned."""

from __future__ import annotations

import datetime
import json
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ansible_collections.otc.teardown.plugins.module_utils._base import patterns
from ansible_collections.otc.teardown.plugins.plugin_utils._teardown.guards import refusals
from ansible_collections.otc.teardown.plugins.plugin_utils._teardown.options import teardown_options
from tests.unit.plugins.plugin_utils.teardown_rows import (
    DRS,
    NOW,
    PROJECT,
    TASK,
    VARIABLES,
    VIS,
    begun,
    kept,
    planned,
    predicted,
    protection,
    take,
)

DATE = datetime.date(2024, 1, 1)
# What somebody writes to spare keep-* and prod-*, in all the forms in which it reaches the role.
TWO_PATTERNS: list[Any] = [
    ["keep-*", "prod-*"], "keep-*,prod-*", "keep-*, prod-*", "keep-* , prod-* ", "keep-*\nprod-*\n", "keep-*;prod-*", "keep-*; prod-*",
    "\tkeep-*,\r\n prod-*", ["keep-*", "prod-* "], ["keep-*", " prod-*\u200b"], '["keep-*", "prod-*"]', "['keep-*', 'prod-*']",
    [["keep-*", "prod-*"]], [["keep-*"], [["prod-*"]]], ["keep-*, prod-*"], ["keep-*\nprod-*"], ['["keep-*", "prod-*"]'], "'keep-*', \"prod-*\"",
    "[keep-*, prod-*]", ("keep-*", "prod-*"),
]
NOT_TEXT: list[tuple[Any, str]] = [
    (True, "YAML makes a truth value of it; put it in quotes"), (202401, "YAML makes a number of it; put it in quotes"),
    (1.1, "a number of it; put it in quotes"), (750, "put it in quotes"), (DATE, "YAML makes a date of it; put it in quotes"),
    (datetime.datetime(2024, 1, 1, 12), "put it in quotes"), (None, "is null"), ("", "is empty"), (" \n", "is empty"),
    ({"a": 1}, "YAML makes a dictionary of it; put it in quotes"),
]


def errors_of(**variables: Any) -> list[str]:
    """What is said of these variables."""
    return teardown_options({**VARIABLES, **variables})["errors"]


def excluded(exclude: Any, name: str, job_id: str = "1") -> bool:
    """Whether the modules are told to leave this job alone. Each text is taken as it is by itself, and nothing else is read into it."""
    found = begun(exclude=exclude)["selections"][VIS]["exclude"]
    assert json.loads(json.dumps(found)) == found
    return job_id in found.get("ids", []) or any(patterns.fits(text, name) for text in found.get("names", []))


@pytest.mark.parametrize("names", TWO_PATTERNS, ids=repr)
def test_names_in_every_form_spare(names: Any) -> None:
    assert excluded({"names": names}, "prod-a") and excluded({"names": names}, "keep-b")
    assert not excluded({"names": names}, "tb-dev")
    entry = {"names": names, "reason": "runs the shop"}
    for given_entry in ([entry], json.dumps([entry]), str([entry])):
        if "(" in str(names) and isinstance(given_entry, str):
            continue
        rows = planned(predicted(1, name="prod-a"), predicted(2, name="tb-dev"), predicted(3, name="keep-b"), protect=given_entry)["rows"]
        assert [row["decision"] for row in rows] == ["protected", "stop", "protected"]


@pytest.mark.parametrize("form", [lambda value: value, lambda value: [value], lambda value: ["keep-*", value], lambda value: [[value]]])
@pytest.mark.parametrize(("value", "words"), NOT_TEXT, ids=repr)
def test_what_is_no_text_is_refused(value: Any, words: str, form: Any) -> None:
    names = form(value)
    (error,) = errors_of(exclude={"names": names})
    assert error.startswith("teardown_exclude.names: ") and words in error
    (error,) = errors_of(protect=[{"names": names, "reason": "r"}])
    assert error.startswith("teardown_protect[0].names: ") and words in error
    (error,) = errors_of(all=False, filters={"names": names})
    assert error.startswith("teardown_filters.names: ") and words in error
    (error,) = errors_of(all=False, filters_by_resource={DRS: {"names": names}}, resources=[DRS])
    assert error.startswith(f"teardown_filters_by_resource.{DRS}.names: ") and words in error
    if not isinstance(names, dict):
        (error,) = errors_of(projects_forbidden=names)
        assert error.startswith("teardown_projects_forbidden: ") or isinstance(value, dict)


@pytest.mark.parametrize(("ids", "spared"), [
    ([10, "11"], "10 11"), (10, "10"), ("10, 11", "10 11"), (["10\n11 "], "10 11"), ("[10, 11]", "10 11"), ([["a-b"]], "a-b"), ("10;11", "10 11"),
])
def test_ids_may_be_whole_numbers(ids: Any, spared: str) -> None:
    for job_id in spared.split():
        assert excluded({"ids": ids}, "x", job_id)
        (row,) = planned(predicted(job_id), protect=[{"ids": ids, "reason": "r"}])["rows"]
        assert row["decision"] == "protected"
    assert not excluded({"ids": ids}, "x", "1")


@pytest.mark.parametrize("ids", [True, 1.5, DATE, None, "", [None], ["a", False]], ids=repr)
def test_ids_that_are_no_ids_are_refused(ids: Any) -> None:
    assert errors_of(exclude={"ids": ids}) and errors_of(protect=[{"ids": ids, "names": ["x"], "reason": "r"}])


@pytest.mark.parametrize(("variables", "words"), [
    ({"exclude": None}, "teardown_exclude: is not a dictionary"), ({"exclude": ""}, "teardown_exclude: '': is not a dictionary"),
    ({"exclude": "keep-*"}, "is not a dictionary; give a dictionary, also as JSON"), ({"exclude": ["keep-*"]}, "is not a dictionary"),
    ({"exclude": "names=keep-*, prod-*"}, "is not a dictionary"), ({"exclude": "{names: [keep-*]}"}, "is not a dictionary"),
    ({"exclude": '{"names": ["a"], "names": ["b"]}'}, "holds a key twice"), ({"exclude": {"names": ["a"], "statuses": ["b"]}}, "'statuses'"),
    ({"exclude": {"ids": ["a", "b/c"]}}, "teardown_exclude.ids: 'b/c'"), ({"exclude": {"ids": ["a, b/c"]}}, "teardown_exclude.ids: 'b/c'"),
    ({"exclude": {"ids": ["a b"]}}, "teardown_exclude.ids: 'a b'"),
    ({"protect": None}, "teardown_protect: is not a list"), ({"protect": ""}, "teardown_protect: '': is not a list"),
    ({"protect": "prod-*"}, "is not a list of dictionaries; give a list, also as JSON"), ({"protect": {"names": ["x"]}}, "is not a list"),
    ({"protect": [[{"names": ["x"], "reason": "r"}]]}, "teardown_protect[0]: "), ({"protect": [None]}, "teardown_protect[0]: None is not"),
    ({"protect": [{"names": ["x"], "reason": True}]}, "reason: True is not text; put it in quotes"),
    ({"protect": [{"names": ["x"], "reason": "r", "resource": ["a"]}]}, "resource: ['a'] is none of"),
    ({"protect": [{"names": None, "ids": ["1"], "reason": "r"}]}, "teardown_protect[0].names: is null"),
    ({"protect": [{"names": ["x"], "ids": None, "reason": "r"}]}, "teardown_protect[0].ids: is null"),
    ({"filters": None, "all": False}, "teardown_filters: is not a dictionary"),
    ({"filters": {"names": ["tb-*"], "older_than": None}, "all": False}, "teardown_filters.older_than: is null, which would drop this filter"),
    ({"filters": {"names": None}, "all": False}, "teardown_filters.names: is null"),
    ({"filters": {"older_than": True}, "all": False}, "teardown_filters.older_than: True: is not text"),
    ({"filters": {"older_than": DATE}, "all": False}, "teardown_filters.older_than: '2024-01-01': is not text; put it in quotes"),
    ({"filters": {"names": ["a, b"]}, "all": False}, "may be one name or several"),
    ({"filters_by_resource": {VIS: None}, "resources": [VIS]}, f"teardown_filters_by_resource.{VIS}: is not a dictionary"),
    ({"filters_by_resource": {VIS: {"names": ["a"], "older_than": None}}, "resources": [VIS]}, f"teardown_filters_by_resource.{VIS}.older_than: is null"),
    ({"canary": None}, "teardown_canary: is not a list"),
], ids=str)
def test_what_is_not_understood_is_refused(variables: dict[str, Any], words: str) -> None:
    errors = errors_of(**variables)
    assert errors and words in errors[0]


@pytest.mark.parametrize(("variables", "selection"), [
    ({"exclude": {}}, {}), ({"exclude": {"names": []}}, {}), ({"exclude": {"ids": [], "names": ["a"]}}, {"names": ["a"]}),
    ({"exclude": '{"names": ["a"]}'}, {"names": ["a"]}), ({"exclude": "{'names': ['a']}"}, {"names": ["a"]}),
    ({"exclude": {"names": "a, b"}}, {"names": ["a", "b"]}), ({"exclude": {"names": ["a, b"]}}, {"names": ["a, b", "a", "b"]}),
])
def test_what_the_modules_get(variables: dict[str, Any], selection: dict[str, Any]) -> None:
    assert begun(**variables)["selections"][VIS]["exclude"] == selection


@pytest.mark.parametrize("sent", ["prod\tdb", "prod\u202edb", "\x1b[31mprod db", "prod\\x09db", "[prod] db"])
def test_a_name_protects_as_sent_and_as_shown(sent: str) -> None:
    """Rows carry the name as a terminal shows it; an entry may hold either."""
    shown = patterns.plain(sent)
    for written in (sent, shown):
        row = predicted(1, name=shown)
        assert protection({"names": [written], "reason": "r"}).why(row)
        assert protection({"names": [written[:-1] + "*"], "reason": "r"}).why({**row, "name": shown}) or written.startswith("[")


def test_an_entry_survives_what_ansible_keeps_between_tasks() -> None:
    entry = {"names": "[a, b]", "ids": [7, "x y"], "reason": " r ", "owner": "o", "until": DATE.replace(year=2027)}
    run = begun(protect=[entry])
    again = teardown_options({**VARIABLES, "protect": json.loads(json.dumps(run["options"]["protect"]))})
    assert again["errors"] == [] and again["protect"] == run["options"]["protect"]
    assert run["options"]["protect"][0]["until"] == "2027-01-01"
    for name in ("a", "b", "[a, b]"):
        assert protection(*again["protect"]).why(predicted(1, name=name))


@pytest.mark.parametrize("until", ["soon", "", 2027, 20270101, True, "2027-13-01"])
def test_a_date_that_cannot_be_read_protects(until: Any) -> None:
    (row,) = planned(predicted(1, name="a"), protect=[{"names": ["a"], "reason": "r", "until": until}])["rows"]
    assert row["decision"] == "protected"


@pytest.mark.parametrize(("one", "other", "contradict"), [
    ("a, b", ["b"], True), (["a,b"], "b", True), ("a;c", ["b"], False), ('["a"]', [["a"]], True),
])
def test_entries_that_contradict_in_any_reading(one: Any, other: Any, contradict: bool) -> None:
    entries = [{"names": one, "reason": "r", "owner": "x"}, {"names": other, "reason": "r", "owner": "y"}]
    assert bool(errors_of(protect=entries)) is contradict


@pytest.mark.parametrize(("forbidden", "project", "refused"), [
    (["eu-*"], "eu-de_prod", True), ("*_prod", "eu-de_prod", True), (["eu-de_prod, eu-de"], "eu-de", True), ("x\neu-de_prod\n", "eu-de_prod", True),
    ([["eu-de_prod"]], "eu-de_prod", True), ('["eu-de_prod"]', "eu-de_prod", True), ("[eu-de_prod, x]", "eu-de_prod", True),
    ([{"name": "*_prod"}], "eu-de_prod", True), ([{"id": "0123*"}], "x", True), ([{"name": ["a", "eu-de_prod"]}], "eu-de_prod", True),
    (["id=0123*"], "x", True), ("name=*_prod", "eu-de_prod", True), ("id=9, name=*_prod", "eu-de_prod", True), (PROJECT["id"], "x", True),
    (["[eu-de_prod, x]"], "eu-de_prod", True), (["*_prod "], "eu-de_prod", True),
    (["eu-de_[pq]*"], "eu-de_prod", True), ({"name": "eu-de_prod"}, "eu-de_prod", True),
    (["EU-*"], "eu-de", False), (["name=0123*"], "x", False), (["prod"], "eu-de_prod", False), ([], "eu-de", False),
], ids=str)
def test_a_forbidden_project_is_a_shell_pattern(forbidden: Any, project: str, refused: bool) -> None:
    here = {**PROJECT, "name": project}
    options = teardown_options({**VARIABLES, "projects_forbidden": forbidden, "projects_allowed": [here]})
    assert options["errors"] == []
    found = refusals(options, {"project": here}, {}, {}, [])
    assert [text.split(" holds")[0] for text in found][:1] == ["teardown_projects_forbidden"] * refused


@pytest.mark.parametrize(("forbidden", "words"), [
    (["eu-de prod"], "'eu-de prod': matches no project, so it would guard nothing"), (["[eu-de_prod"], "would guard nothing"),
    (["^eu-"], "would guard nothing"), (["eu-.*"], "looks like a regular expression"), (["a/b"], "guard nothing"), (["a\x00b"], "guard nothing"),
    ([83], "put it in quotes"), ([{"id": 7}], "teardown_projects_forbidden.id: 7: is not text"), ([{"name": None}], "is null"), (None, "is null"),
    ([{"region": "eu-de"}], "dictionaries with id or name"), ([{}], "dictionaries with id or name"), ("region=eu-de", "must be id=... or name=..."),
    (["id="], "guard nothing"), (["name= x"], "must be id=... or name=..."), ("", "is empty"), ([""], "is empty"), (True, "put it in quotes"),
], ids=str)
def test_a_forbidden_project_that_guards_nothing_is_refused(forbidden: Any, words: str) -> None:
    (error,) = errors_of(projects_forbidden=forbidden)
    assert error.startswith("teardown_projects_forbidden") and words in error


@pytest.mark.parametrize(("allowed", "words"), [
    ([{"id": "1", "name": "eu-*"}], "named by its whole id and its whole name, never by a pattern"), ([{"id": "?", "name": "a"}], "never by a pattern"),
    ([{"id": "[1]", "name": "a"}], "never by a pattern"), ([{"id": 83, "name": "a"}], "teardown_projects_allowed[0].id: '83': is not text; put it in quotes"),
    ([{"id": "1", "name": None}], "is not text; put it in quotes"), ([{"id": "1", "name": " "}], "is not exact"), (None, "is not a list"),
    ([{"id": "1", "name": DATE}], "put it in quotes"), ("eu-de", "is not a list"), ([{"id": "1", "name": "a", "region": "b"}], "with id and name"),
], ids=str)
def test_an_allowed_project_is_named_exactly(allowed: Any, words: str) -> None:
    (error,) = errors_of(projects_allowed=allowed)
    assert error.startswith("teardown_projects_allowed") and words in error


def test_apply_refuses_an_exclusion_that_its_plan_does_not_know() -> None:
    plan = planned(predicted(1), exclude={"names": "keep-*, prod-*"})

    def refused(exclude: Any) -> list[str]:
        return take(begun(mode="apply", exclude=exclude), NOW, "read_plan", content=json.dumps(plan))["refusals"]

    assert refused({}) == refused({"names": ["prod-*"]}) == refused({"names": "keep-*, prod-*"}) == []
    (text,) = refused({"names": ["prod-*", "new"], "ids": [7]})
    assert text.startswith("teardown_exclude: ids: '7', names: 'new' was not excluded when the plan was made")


def test_the_plan_spares_what_is_excluded_whatever_the_modules_were_told() -> None:
    """`-e drs_stop_exclude={}` wins over what the role hands to `drs_stop`."""
    jobs = (predicted(1, name="prod-a"), predicted(7, name="x"), predicted(3, name="y"), predicted(4, "excluded", name="z"))
    rows = planned(*jobs, exclude={"names": ["keep-*, prod-*"], "ids": 7})["rows"]
    assert [row["decision"] for row in rows] == ["excluded", "excluded", "stop", "excluded"]
    below = [predicted(number, resource=TASK, name="V0001", parent_name=name) for number, name in enumerate(("prod-model", "dev"))]
    assert [row["decision"] for row in planned(*below, exclude={"names": ["prod-*"]})["rows"]] == ["excluded", "stop"]


HINT = " (it looks like a regular expression; these are shell patterns: * for any text, ? for one character)"


def reported(*unmatched: list[str] | None) -> list[str]:
    """The notices of a plan of two kinds; the first kind (and the second) report this."""
    run = begun(exclude={"names": ["prdo-*", "a, b*", "keep-*"]}, resources=[VIS, DRS])
    for kind, texts in zip((VIS, DRS), unmatched):
        run = kept(run, "selected", predicted(1, resource=kind), **({} if texts is None else {"unmatched": texts}))
    made = take(take(run, NOW, "look"), NOW, "make_plan")
    assert [text for text in made["plan"]["warnings"] if "matches no job" in text] == made["notices"]["unmatched"]
    return made["notices"]["unmatched"]


def test_an_exclusion_that_no_kind_has_met_is_told_once() -> None:
    def text(one: str) -> str:
        return f"exclude.names: {one!r} matches no job"

    all_of_it = [text(one) for one in ("prdo-*", "a, b*", "a", "b*", "keep-*")]
    assert reported(all_of_it, all_of_it) == [f"teardown_{text(one)}" for one in ("prdo-*", "a, b*", "keep-*")]
    assert reported(all_of_it, all_of_it[:1]) == [f"teardown_{text('prdo-*')}"]
    assert reported(all_of_it, [*all_of_it[:3]]) == [f"teardown_{text('prdo-*')}"], "one of its readings has met a job"
    assert reported(all_of_it, None) == reported(None, all_of_it) == reported([], all_of_it) == []
    assert reported(["exclude matches no job"], ["exclude matches no job"]) == ["teardown_exclude matches no job"]


def test_each_pattern_of_a_protection_that_matches_nothing_is_told() -> None:
    plan = planned(predicted(1, name="prod-a"), protect=[{"names": "prod-*, prdo-*", "ids": ["99"], "reason": "r"}, {"names": ["^x"], "reason": "r"}])
    assert [text for text in plan["warnings"] if "matches no job" in text] == [
        "teardown_protect[0] (names prod-*, prdo-* and ids 99: r): 'prdo-*' matches no job",
        "teardown_protect[0] (names prod-*, prdo-* and ids 99: r): '99' matches no job",
        f"teardown_protect[1] (names ^x: r) matches no job{HINT}",
    ]


NAMES = ("prod-a", "on", "2024_01", "12:30", "1.10", "prod db", "prod\tdb", "a,b", "[prod] x", "'q'", "2024-01-01", "None", "true", "\u202ex", "*")
texts = st.one_of(st.sampled_from(NAMES), st.text(st.sampled_from("ab-*?[],;\n\t '\"\\{}\u200b\u202e01:."), max_size=12))
scalars = st.one_of(texts, st.none(), st.booleans(), st.integers(), st.floats(), st.dates(), st.datetimes())
values = st.recursive(scalars, lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(texts, inner, max_size=1)), max_leaves=4)


@settings(max_examples=400, deadline=None)
@given(name=st.sampled_from(NAMES), around=st.sampled_from(["{}", " {}", "{} ", "{}\n", "x, {}", "{};x", "x\n{}\n", "\u200b{}"]), more=values,
       form=st.sampled_from(["bare", "list", "nested", "json", "python", "beside"]), variable=st.sampled_from(["exclude", "protect"]))
@example(name="prod-a", around="x, {}", more=None, form="bare", variable="exclude")
def test_whatever_is_written_it_spares_or_is_refused(name: str, around: str, more: Any, form: str, variable: str) -> None:
    """A name somewhere in the value, in any company: the job of that name is spared, or nothing is planned."""
    text = around.format(name)
    value = {
        "bare": text, "list": [text], "nested": [[text]], "json": json.dumps([text]), "python": str([text]), "beside": [text, more],
    }[form]
    given_value = {"names": value} if variable == "exclude" else [{"names": value, "reason": "r"}]
    if errors_of(**{variable: given_value}):
        return
    shown = patterns.plain(name)
    spared = excluded(given_value, shown) if variable == "exclude" else bool(protection(*given_value).why(predicted(1, name=shown)))
    # Separators and quotes in the name itself are those of a list if it does not stand in a list alone; the plan tells what matches nothing.
    alone = form != "bare" and around.strip(" \n\u200b") == "{}"
    assert spared or (not alone and any(char in name for char in ",;'"))


@settings(max_examples=400, deadline=None)
@given(value=values)
def test_whatever_is_written_at_all_is_an_entry_or_refused(value: Any) -> None:
    """No value is dropped: it is refused, or it becomes texts that spare (and are told if they match nothing), or it was an empty list."""
    empty = str(value).translate(str.maketrans("", "", "[](), ")) == "" and isinstance(value, list)
    for variable, written in (("exclude", {"names": value}), ("protect", [{"names": value, "ids": ["1"], "reason": "r"}])):
        if errors_of(**{variable: written}):
            continue
        run = begun(**{variable: written})
        kept_texts = run["options"]["exclude"] if variable == "exclude" else run["options"]["protect"][0]["names"]
        assert bool(kept_texts) or empty or str(value).strip("'\" ").startswith("[")
        assert json.loads(json.dumps(run)) == run
