# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From options to a selection, and what is refused on the way before any request."""

from __future__ import annotations

import pytest

from ansible_collections.otc.teardown.plugins.module_utils._base.errors import InputError
from ansible_collections.otc.teardown.plugins.module_utils._engine.filters import Filters
from ansible_collections.otc.teardown.plugins.module_utils._engine.selection import refuse_nulls, select
from ansible_collections.otc.teardown.plugins.module_utils._model.key import Key
from ansible_collections.otc.teardown.plugins.module_utils._model.resource import PLACES
from ansible_collections.otc.teardown.plugins.module_utils._resources import (
    drs_job,
    modelarts_processor_task_version,
    modelarts_service_task,
    modelarts_visualization_job,
)

# Kind -> its description, the option of its ids, that of its parent, an id, another one
KINDS = {
    "drs_job": (drs_job.RESOURCE, "job_ids", None, "c7debc9c-8e09-4a5d-8dd6-cc44f78jb20r",
                "24834eb6-be30-464e-a299-f7aa730jb101"),
    "modelarts_processor_task_version": (modelarts_processor_task_version.RESOURCE, "version_ids", "task_id",
                                         "SSRSmm62Nn6vmoLWFsl", "T5vZJWsWFhz2DSlBV1U"),
    "modelarts_service_task": (modelarts_service_task.RESOURCE, "task_ids", "service_id", "0" * 32, "f" * 32),
    "modelarts_visualization_job": (modelarts_visualization_job.RESOURCE, "job_ids", None, "10", "11"),
}
PARENT = "11111111-2222-3333-4444-555555555555"
every_kind = pytest.mark.parametrize("kind", KINDS)
with_parents = pytest.mark.parametrize("kind", [kind for kind, facts in KINDS.items() if facts[2]])


def chosen(kind, ids=None, parent=None, **options):
    resource, ids_option, parent_option, _one, _two = KINDS[kind]
    params = {ids_option: ids, "jobs": None, "filters": None, "all": False, "exclude": None, **options}
    if parent_option:
        params[parent_option] = parent
    return select(params, resource)


def refusal(kind, **options):
    with pytest.raises(InputError) as caught:
        chosen(kind, **options)
    return str(caught.value)


def parent_of(kind):
    return PARENT if KINDS[kind][2] else None


def row(kind, job_id, **more):
    parent = {KINDS[kind][2]: PARENT} if KINDS[kind][2] else {}
    return {"id": job_id, "resource": kind, **parent, "outcome": "stopped", **more}


@every_kind
def test_jobs_by_their_ids_in_order_and_once(kind):
    _resource, _ids, _parent, one, two = KINDS[kind]
    selection = chosen(kind, ids=[two, one, two, one], parent=parent_of(kind))
    assert selection.keys == (Key(two, parent_of(kind)), Key(one, parent_of(kind)))
    assert not selection.is_empty


@every_kind
def test_jobs_by_rows_that_a_module_returned(kind):
    _resource, _ids, _parent, one, two = KINDS[kind]
    rows = [row(kind, one, name="x"), row(kind, two), row(kind, one, status="KILLED")]
    selection = chosen(kind, jobs=rows)
    assert selection.keys == (Key(one, parent_of(kind)), Key(two, parent_of(kind)))
    assert selection.filters == Filters() and selection.parent is None


@with_parents
def test_rows_across_parents(kind):
    _resource, _ids, parent_option, one, _two = KINDS[kind]
    rows = [{**row(kind, one), parent_option: parent} for parent in ("a", "b", "a")]
    assert chosen(kind, jobs=rows).keys == (Key(one, "a"), Key(one, "b"))


def test_ids_of_rows_may_be_numbers_and_the_kind_may_be_left_out():
    assert chosen("modelarts_visualization_job", jobs=[{"id": 10}]).keys == (Key("10"),)


@every_kind
@pytest.mark.parametrize("option", ["ids", "jobs"])
def test_an_empty_list_selects_nothing(kind, option):
    parent = parent_of(kind) if option == "ids" else None
    selection = chosen(kind, parent=parent, **{option: []})
    assert selection.is_empty and selection.keys == ()


@every_kind
def test_everything(kind):
    selection = chosen(kind, all=True)
    assert (selection.keys, selection.parent, selection.filters) == (None, None, Filters())
    assert not selection.is_empty


@with_parents
@pytest.mark.parametrize("options", [{"all": True}, {"filters": {"names": ["a"]}}])
def test_a_parent_narrows(kind, options):
    selection = chosen(kind, parent=PARENT, **options)
    assert (selection.keys, selection.parent) == (None, PARENT)


@every_kind
def test_exclude(kind):
    one = KINDS[kind][3]
    selection = chosen(kind, ids=[one], parent=parent_of(kind), exclude={"ids": ["a", "b"], "names": ["x*", "y"]})
    assert [entry.given for entry in selection.exclude.ids] == ["a", "b"]
    assert [entry.given for entry in selection.exclude.names] == ["x*", "y"]
    assert selection.keys == (Key(one, parent_of(kind)),)
    for empty in (None, {}, {"ids": [], "names": []}, {"names": [[], [[]]]}):
        selection = chosen(kind, all=True, exclude=empty)
        assert (selection.exclude.ids, selection.exclude.names) == ((), ())


@every_kind
@pytest.mark.parametrize(("given", "ways"), [
    ({}, 0), ({"all": False}, 0), ({"exclude": {"ids": ["1"]}}, 0),
    ({"ids": True, "all": True}, 2), ({"ids": True, "filters": {"names": ["a"]}}, 2), ({"ids": True, "jobs": []}, 2),
    ({"jobs": [], "all": True}, 2), ({"jobs": [], "filters": {"names": ["a"]}}, 2),
    ({"filters": {"names": ["a"]}, "all": True}, 2), ({"ids": True, "jobs": [], "all": True}, 3),
])
def test_exactly_one_way_to_select(kind, given, ways):
    _resource, ids_option, _parent, one, _two = KINDS[kind]
    options = {**given, "ids": [one]} if given.get("ids") else given
    text = refusal(kind, **options)
    assert f"give exactly one of {ids_option}, jobs, filters, all" in text
    used = [option for option in ("ids", "jobs", "filters", "all") if option in given]
    named = " and ".join(ids_option if option == "ids" else option for option in used)
    assert text.startswith(f"{named}: select in {ways} ways at once; " if ways else f"{ids_option}: nothing was selected; ")


@with_parents
def test_a_parent_alone_selects_nothing(kind):
    _resource, ids_option, parent_option, _one, _two = KINDS[kind]
    text = refusal(kind, parent=PARENT)
    assert text == (f"{parent_option}: '{PARENT}': selects nothing by itself; "
                    f"add {ids_option}, filters or all: true")


@with_parents
def test_ids_need_their_parent_and_rows_bring_it(kind):
    _resource, ids_option, parent_option, one, _two = KINDS[kind]
    assert refusal(kind, ids=[one]) == (f"{parent_option}: is needed with {ids_option}; set it, or give rows "
                                        "of several parents with jobs")
    text = refusal(kind, jobs=[row(kind, one)], parent=PARENT)
    assert text == (f"{parent_option}: '{PARENT}': goes with filters or all, not with jobs, whose rows name their "
                    "parent; leave it out")


BAD_IDS = ["", " ", ".", "..", "../x", "a/b", "a?b", "a#b", "%2e%2e", "a b", "1\n", "x" * 129, "a\x00"]


@every_kind
@pytest.mark.parametrize("value", BAD_IDS)
def test_what_cannot_be_an_id_is_refused(kind, value):
    _resource, ids_option, parent_option, one, _two = KINDS[kind]
    text = refusal(kind, ids=[one, value], parent=parent_of(kind))
    assert text.startswith(f"{ids_option}: {value!r}: ") and "give the id of one job" in text
    text = refusal(kind, jobs=[row(kind, one), row(kind, value)])
    assert text.startswith(f"jobs[1].id: {value!r}: ")
    if parent_option:
        text = refusal(kind, ids=[one], parent=value)
        assert text.startswith(f"{parent_option}: {value!r}: ") and "give the id of one " in text
        text = refusal(kind, jobs=[{**row(kind, one), parent_option: value}])
        assert text.startswith(f"jobs[0].{parent_option}: {value!r}: ") and "give the row as it was returned" in text


@pytest.mark.parametrize("value", ["10", "0" * 31, "0" * 33, "F" * 32, "g" * 32, "\u0660" * 32, "0" * 32 + "\n"])
def test_ids_of_service_tasks_have_a_pattern(value):
    text = refusal("modelarts_service_task", ids=[value], parent=PARENT)
    assert text.startswith(f"task_ids: {value!r}: ")
    if not value.endswith("\n"):
        assert "is not an id of a modelarts_service_task; it has 32 lower-case hexadecimal digits" in text


@every_kind
@pytest.mark.parametrize("value", [None, True, {}, [], ["1"], 1.5])
def test_rows_without_a_usable_id(kind, value):
    one = KINDS[kind][3]
    text = refusal(kind, jobs=[row(kind, one), row(kind, value)])
    shown = "" if value is None else f" {value!r}:"
    words = f"{shown} is missing or not an id; give the row as it was returned"
    assert text == f"jobs[1].id:{words}"
    if KINDS[kind][2]:
        text = refusal(kind, jobs=[{**row(kind, one), KINDS[kind][2]: value}])
        assert text == f"jobs[0].{KINDS[kind][2]}:{words}"


@every_kind
@pytest.mark.parametrize("value", ["10", 10, None, ["id", "10"]])
def test_rows_that_are_none(kind, value):
    shown = "" if value is None else f" {value!r}:"
    words = "is not a row; give rows as a module of this collection returns them"
    assert refusal(kind, jobs=[value]) == f"jobs[0]:{shown} {words}"


@every_kind
@pytest.mark.parametrize("other", KINDS)
def test_rows_of_another_kind(kind, other):
    if kind == other:
        assert chosen(kind, jobs=[row(kind, KINDS[kind][3])]).keys
    else:
        text = refusal(kind, jobs=[{**row(kind, KINDS[kind][3]), "resource": other}])
        assert text == f"jobs[0]: '{other}': is a row of another kind; give rows of {kind} only"


VALUES = {"names": ["a"], "owners": ["anna"], "statuses": None, "older_than": "7d", "running_longer_than": "12h",
          "workspace_id": "0", "enterprise_project_id": "0", "job_types": ["sync"], "tags": {"team": "data"}}
USABLE = {
    "drs_job": {"names", "statuses", "older_than", "enterprise_project_id", "job_types", "tags"},
    "modelarts_processor_task_version": {"names", "statuses", "older_than", "running_longer_than", "workspace_id"},
    "modelarts_service_task": {"names", "statuses", "older_than", "owners", "workspace_id"},
    "modelarts_visualization_job": {"names", "statuses", "older_than", "running_longer_than", "workspace_id"},
}


@every_kind
@pytest.mark.parametrize("option", VALUES)
def test_a_filter_that_cannot_be_evaluated_is_refused(kind, option):
    value = VALUES[option] if option != "statuses" else ["CREATING" if kind == "drs_job" else "FAILED"]
    if option in USABLE[kind]:
        filters = chosen(kind, filters={option: value}).filters
        assert (option in filters.places) if option in PLACES else getattr(filters, option) is not None
    else:
        text = refusal(kind, filters={option: value})
        assert text == (f"filters.{option}: {value!r}: cannot be evaluated for {kind}, whose API has no such field; "
                        f"use {', '.join(sorted(USABLE[kind]))}")


@every_kind
def test_an_empty_filter_is_refused(kind):
    assert refusal(kind, filters={}) == ("filters: {}: would select everything; give a filter, or all: true "
                                         "if that is meant")


@pytest.mark.parametrize(("kind", "filters", "text"), [
    ("drs_job", {"names": []}, "filters.names: []: matches nothing; give a value or leave the filter out"),
    ("drs_job", {"names": [""]}, "filters.names: '': is empty; give a name or a shell pattern such as tb-*"),
    ("drs_job", {"names": ["a", " "]}, "filters.names: ' ': is empty; give a name or a shell pattern such as tb-*"),
    ("drs_job", {"statuses": []}, "filters.statuses: []: matches nothing"),
    ("drs_job", {"statuses": ["RUNNING"]}, "filters.statuses: 'RUNNING': is not a status of drs_job; choose from C"),
    ("modelarts_visualization_job", {"statuses": ["8"]}, "filters.statuses: '8': is not a status of modelarts_vis"),
    ("drs_job", {"names": "[]"}, "filters.names: '[]': matches nothing"),
    ("drs_job", {"names": [True]}, "filters.names: True: is not text: YAML makes a truth value of it; put it in quotes"),
    ("drs_job", {"names": ["a, b"]}, "filters.names: 'a, b': may be one name or several"),
    ("drs_job", {"names": [None]}, "filters.names: is null"),
    ("drs_job", {"statuses": [8]}, "filters.statuses: 8: is not text"),
    ("drs_job", {"older_than": True}, "filters.older_than: True: is not text"),
    ("drs_job", {"older_than": 7}, "filters.older_than: '7': would be so many seconds; write 7s if that is meant, or for example 90m"),
    ("drs_job", {"older_than": "-60"}, "filters.older_than: '-60': is negative"),
    ("drs_job", {"older_than": ["7d"]}, "filters.older_than: ['7d']: is not one text; give a value or leave the filter out"),
    ("drs_job", {"enterprise_project_id": 1.5}, "filters.enterprise_project_id: 1.5: is not text"),
    ("modelarts_visualization_job", {"workspace_id": True}, "filters.workspace_id: True: is not text"),
    ("drs_job", {"older_than": ""}, "filters.older_than: '': matches nothing"),
    ("drs_job", {"older_than": "7 days"}, "filters.older_than: '7 days': is neither a number of seconds nor a duration; write for example 90m"),
    ("modelarts_visualization_job", {"running_longer_than": "soon"}, "filters.running_longer_than: 'soon': is neither a"),
    ("modelarts_visualization_job", {"workspace_id": ""}, "filters.workspace_id: '': matches nothing"),
    ("drs_job", {"enterprise_project_id": ""}, "filters.enterprise_project_id: '': matches nothing"),
    ("drs_job", {"job_types": []}, "filters.job_types: []: matches nothing"),
    ("drs_job", {"job_types": ["sync", "replay"]},
     "filters.job_types: 'replay': is not a job type of drs_job; choose from migration, sync, cloudDataGuard"),
    ("drs_job", {"job_types": ["Sync"]}, "filters.job_types: 'Sync': is not a job type"),
])
def test_filters_that_make_no_sense(kind, filters, text):
    assert refusal(kind, filters=filters).startswith(text)


@every_kind
def test_the_statuses_to_choose_from_are_listed(kind):
    text = refusal(kind, filters={"statuses": ["nowhere"]})
    assert text.endswith("; choose from " + ", ".join(KINDS[kind][0].statuses.phases))


@every_kind
def test_numbers_are_taken_as_texts(kind):
    excluded = chosen(kind, all=True, exclude={"ids": [10, "11"]}).exclude.ids
    assert [entry.readings for entry in excluded] == [("10",), ("11",)]


@every_kind
@pytest.mark.parametrize(("option", "value", "words"), [
    ("names", None, "exclude.names: is null; give a name"), ("ids", None, "exclude.ids: is null; give the id of one job"),
    ("names", [None], "exclude.names: is null;"), ("names", "", "exclude.names: '': is empty;"), ("ids", "", "exclude.ids: '': is empty;"),
    ("names", True, "exclude.names: True: is not text: YAML makes a truth value of it; put it in quotes"),
    ("names", [202401], "exclude.names: 202401: is not text: YAML makes a number"), ("names", [750], "exclude.names: 750: is not text"),
    ("names", [1.1], "exclude.names: 1.1: is not text"), ("ids", [1.5], "exclude.ids: 1.5: is not text"),
    ("ids", [False], "exclude.ids: False: is not text"), ("nmaes", ["a"], "exclude.nmaes: ['a']: is not known; give ids, names, owners or tags"),
])
def test_what_spares_must_be_text(kind, option, value, words):
    assert refusal(kind, all=True, exclude={option: value}).startswith(words)


@pytest.mark.parametrize("option", ["exclude", "filters"])
@pytest.mark.parametrize("value", [["a"], "names=a", True])
def test_what_is_no_dictionary_is_refused(option, value):
    chosen_by = {"all": True} if option == "exclude" else {}
    assert refusal("drs_job", **chosen_by, **{option: value}).startswith(f"{option}: {value!r}: is not a dictionary; ")


@every_kind
@pytest.mark.parametrize("option", VALUES)
def test_a_filter_without_a_value_is_refused(kind, option):
    text = refusal(kind, filters={"names": ["tb-*"], option: None})
    assert text == (f"filters.{option}: is null, which would be no condition at all; give a value or leave the filter out")


@every_kind
def test_an_option_that_narrows_or_spares_is_not_given_without_a_value(kind):
    resource, ids_option, parent_option, _one, _two = KINDS[kind]
    for option in filter(None, (ids_option, parent_option, "jobs", "filters", "exclude", "max_stops")):
        with pytest.raises(InputError) as caught:
            refuse_nulls({"all": True, option: None}, resource)
        assert str(caught.value) == (f"{option}: is null; give it a value, or leave the option out (in a template: omit)")
    refuse_nulls({"all": None, "wait": None, "exclude": {}, "jobs": [], "filters": {}, "max_stops": 0}, resource)


@every_kind
@pytest.mark.parametrize(("value", "words"), [
    ([None], "is null; give the id of one job"), ([True], "True: is not text"), ([1.5], "1.5: is not text"), (True, "True: is not text"),
    (["10;11"], "'10;11': may be one id or several"), (["10, 11"], "'10, 11': may be one id or several"), ("[a, b]", "'[a, b]': may be one id or"),
    (["a\nb"], "'a\\nb': may be one id or several"), ([{}], "'{}': is not text: YAML makes a dictionary"), ("[true]", "True: is not text"),
])
def test_ids_that_select_are_texts_or_whole_numbers(kind, value, words):
    assert refusal(kind, ids=value, parent=parent_of(kind)).startswith(f"{KINDS[kind][1]}: {words}")


@every_kind
@pytest.mark.parametrize("form", ["{0},{1}", "{0}, {1}", "{0}\n{1}\n", "{0};{1}", '["{0}", "{1}"]', "['{0}', '{1}']"])
def test_ids_that_select_may_be_one_text(kind, form):
    _resource, _ids, _parent, one, two = KINDS[kind]
    selection = chosen(kind, ids=form.format(one, two), parent=parent_of(kind))
    assert selection.keys == (Key(one, parent_of(kind)), Key(two, parent_of(kind)))


@with_parents
@pytest.mark.parametrize(("value", "words"), [(True, "True: is not text"), (1.5, "1.5: is not text"), ([PARENT], "is not one text; give")])
def test_a_parent_is_one_text(kind, value, words):
    text = refusal(kind, all=True, parent=value)
    assert text.startswith(f"{KINDS[kind][2]}: ") and words in text


def test_what_was_written_counts_where_ansible_has_made_other_types_of_it():
    resource = KINDS["drs_job"][0]
    cooked = {"all": True, "exclude": {"names": ["True"], "ids": None}, "job_ids": None, "jobs": None, "filters": None}
    with pytest.raises(InputError, match="exclude.names: True: is not text"):
        select(cooked, resource, {"all": "yes", "exclude": {"names": [True]}})
    assert select(cooked, resource, {"all": "yes", "exclude": {"names": ["on"]}}).exclude.names[0].given == "on"


def test_an_empty_pattern_to_exclude():
    text = refusal("drs_job", all=True, exclude={"names": [""]})
    assert text == "exclude.names: '': is empty; give a name or a shell pattern such as tb-*, or leave it out"


@pytest.mark.parametrize("value", sorted({*BAD_IDS} - {"1\n", "a\x00"}))  # these are ids with something invisible behind them
def test_what_cannot_be_an_id_is_refused_in_exclude_too(value):
    assert refusal("drs_job", all=True, exclude={"ids": ["a", value]}).startswith(f"exclude.ids: {value!r}: ")


def test_all_filters_together():
    selection = chosen("modelarts_visualization_job", filters={
        "names": ["a*"], "statuses": ["running", "Waiting"], "older_than": "1h30m", "running_longer_than": "90m",
        "workspace_id": "w",
    })
    assert selection.filters == Filters(("a*",), ("RUNNING", "WAITING"), 5400, 5400, places={"workspace_id": "w"})
    assert chosen("modelarts_visualization_job", filters={
        "names": "a*, b*", "statuses": "running, Waiting", "workspace_id": 0}).filters == Filters(
            ("a*", "b*"), ("RUNNING", "WAITING"), places={"workspace_id": "0"})
    selection = chosen("drs_job", filters={"statuses": ["PAUSEING"], "enterprise_project_id": "e",
                                           "job_types": ["sync"]})
    assert selection.filters == Filters(statuses=("PAUSING",), job_types=("sync",), places={"enterprise_project_id": "e"})
