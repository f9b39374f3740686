# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The verdict on each job: what passes a filter, what cannot be judged, what is left alone."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.otc.teardown.plugins.module_utils._base.patterns import read_ids, read_names
from ansible_collections.otc.teardown.plugins.module_utils._engine.decision import Track, decide
from ansible_collections.otc.teardown.plugins.module_utils._engine.exclusion import (
    UNNAMED,
    Exclude,
    Facts,
    Meetings,
    judged,
)
from ansible_collections.otc.teardown.plugins.module_utils._engine.filters import Filters, matches, why_unreadable
from ansible_collections.otc.teardown.plugins.module_utils._engine.selection import Selection
from ansible_collections.otc.teardown.plugins.module_utils._model.job import Job
from ansible_collections.otc.teardown.plugins.module_utils._model.key import Key

reproducible = settings(derandomize=True, deadline=None, database=None)

NOW = 1_700_000_000.0


def job(**facts):
    return Job(**{"key": Key("1"), "name": "tb-dev", "status": "RUNNING", "status_raw": 8, "phase": "stoppable",
                  "created": NOW - 1000, "duration": 500.0, **facts})


ROWS = [
    # filter, its value, the job's field, its value -> passes (None: cannot be told)
    ("names", ("tb-dev",), "name", "tb-dev", True),
    ("names", ("tb-*",), "name", "tb-dev", True),
    ("names", ("x", "tb-?ev"), "name", "tb-dev", True),
    ("names", ("[st]b-*",), "name", "tb-dev", True),
    ("names", ("tb",), "name", "tb-dev", False),
    ("names", ("TB-*",), "name", "tb-dev", False),
    ("names", ("*",), "name", "", True),
    ("names", ("*",), "name", "a/b", True),
    ("names", ("*",), "name", None, None),
    ("names", ("[prod] orders",), "name", "[prod] orders", False),
    ("names", ("[prod] orders",), "name", "p orders", True),
    ("statuses", ("RUNNING",), "status", "RUNNING", True),
    ("statuses", ("INIT", "RUNNING"), "status", "RUNNING", True),
    ("statuses", ("INIT",), "status", "RUNNING", False),
    ("statuses", ("RUNNING",), "status", "99", False),
    ("statuses", ("RUNNING",), "status", None, None),
    ("older_than", 1000, "created", NOW - 1001, True),
    ("older_than", 1000, "created", NOW - 1000, False),
    ("older_than", 1000, "created", NOW - 999, False),
    ("older_than", 0, "created", NOW + 60, False),
    ("older_than", 1000, "created", None, None),
    ("running_longer_than", 1000, "duration", 1000.5, True),
    ("running_longer_than", 1000, "duration", 1000.0, False),
    ("running_longer_than", 1000, "duration", 0.0, False),
    ("running_longer_than", 0, "duration", 0.0, False),
    ("running_longer_than", 1000, "duration", None, None),
    ("places", {"workspace_id": "w"}, "places", {"workspace_id": "w"}, True),
    ("places", {"workspace_id": "w"}, "places", {"workspace_id": "v"}, False),
    ("places", {"workspace_id": "w"}, "places", {}, True),
    ("places", {"enterprise_project_id": "e"}, "places", {"enterprise_project_id": "e"}, True),
    ("places", {"enterprise_project_id": "e"}, "places", {"enterprise_project_id": "f"}, False),
    ("places", {"enterprise_project_id": "e"}, "places", {}, True),
    ("places", {"workspace_id": "w"}, "unreadable", frozenset({"workspace_id"}), None),
    ("places", {"enterprise_project_id": "e"}, "unreadable", frozenset({"enterprise_project_id"}), None),
    ("places", {"enterprise_project_id": "e"}, "unreadable", frozenset({"workspace_id", "created_at"}), True),
    ("owners", ("ann*",), "owners", ("anna", "u1"), True),
    ("owners", ("u1", "x"), "owners", ("anna", "u1"), True),
    ("owners", ("ANN*", "u"), "owners", ("anna", "u1"), False),
    ("owners", ("*",), "owners", (), None),
    ("job_types", ("sync",), "name", "any", True),
    # as it was sent, and as it is shown
    ("names", ("prod\tdb",), "name", "prod\tdb", True),
    ("names", (r"prod\x09db",), "name", "prod\tdb", True),
    ("names", ("prod?db",), "name", "prod\tdb", True),
    ("names", ("prod",), "name", "pro\u200bd", False),
]


@pytest.mark.parametrize(("option", "value", "field", "given_value", "passes"), ROWS)
def test_one_filter(option, value, field, given_value, passes):
    one, filters = job(**{field: given_value}), Filters(**{option: value})
    assert matches(one, filters, NOW) == (passes is not False)
    reason = why_unreadable(one, filters, NOW)
    assert (reason is None) == (passes is not None)
    if reason:
        asked = next(iter(value)) if option == "places" else option
        shown = {"created": "created_at", "unreadable": asked, "owners": "owner"}.get(field, field)
        assert reason == f"{shown} cannot be read, so filters.{asked} cannot be evaluated"
        assert decide(Track(one.key, one, one, unreadable=reason)).outcome == "failed"


@pytest.mark.parametrize(("filters", "facts", "passes", "unreadable"), [
    ({}, {}, True, None),
    ({"names": ("tb-*",), "older_than": 10}, {}, True, None),
    ({"names": ("x",), "older_than": 10}, {}, False, None),
    ({"names": ("tb-*",), "older_than": 5000}, {}, False, None),
    # certainly ruled out by one, so what another cannot read does not matter
    ({"names": ("x",), "older_than": 10}, {"created": None}, False, "created_at"),
    ({"names": ("tb-*",), "older_than": 10}, {"created": None}, True, "created_at"),
    ({"names": ("tb-*",), "statuses": ("RUNNING",)}, {"name": None}, True, "name"),
    ({"running_longer_than": 1, "older_than": 10}, {"duration": None}, True, "duration"),
    ({"statuses": ("RUNNING",)}, {"name": None, "created": None, "duration": None}, True, None),
])
def test_all_filters_must_hold(filters, facts, passes, unreadable):
    one = job(**facts)
    assert matches(one, Filters(**filters), NOW) == passes
    reason = why_unreadable(one, Filters(**filters), NOW)
    assert (reason or "").startswith(f"{unreadable} cannot be read" if unreadable else "")
    assert (reason is None) == (unreadable is None)


EXCLUDED = [
    # ids, patterns, the job's id, its name -> excluded (None: cannot be told)
    ((), (), "1", "a", False),
    ((), (), "1", None, False),
    (("1",), (), "1", "a", True),
    (("1",), (), "1", None, True),
    (("2", "3"), (), "1", "a", False),
    ((), ("a",), "1", "a", True),
    ((), ("b", "A*"), "1", "a", False),
    ((), ("b", "a*"), "1", "abc", True),
    ((), ("a",), "1", None, None),
    (("1",), ("a",), "1", None, True),
    (("2",), ("a",), "1", None, None),
    (("01",), (), "1", "a", False),
    ((), ("*",), "1", "", True),
    ((), ("[prod] orders",), "1", "[prod] orders", True),
    ((), ("[prod] orders",), "1", "p orders", True),
    ((), ("[prod] orders",), "1", "[PROD] orders", False),
    ((), ("[prod] orders*",), "1", "[prod] orders 2", False),
    ((), ("keep-*, prod-*",), "1", "prod-a", True),
    ((), (["keep-*", "prod-*"],), "1", "prod-a", True),
    ((), ("prod-* ",), "1", "prod-a", True),
    ((), ("prod\tdb",), "1", "prod\tdb", True),
    ((), (r"prod\x09db",), "1", "prod\tdb", True),
    ((), ("prod\u202edb",), "1", "prod\u202edb", True),
    (("2; 1",), (), "1", "a", True),
    (([1],), (), "1", "a", True),
]


@pytest.mark.parametrize(("ids", "names", "job_id", "name", "excluded"), EXCLUDED)
@pytest.mark.parametrize("keys", [None, (Key("1"),)], ids=["filtered", "named"])
def test_exclude_wins(ids, names, job_id, name, excluded, keys):
    selection = sparing(ids, names, keys)
    assert is_excluded(job_id, name, selection) is excluded
    one = job(name=name, key=Key(job_id))
    step = decide(Track(one.key, one, one, excluded=excluded))
    assert (step.action, step.outcome) == {
        True: ("done", "excluded"), False: ("stop", None), None: ("done", "failed"),
    }[excluded]


NO_PARENT_NAME = "the name of its training job cannot be read, so exclude.names cannot be evaluated"
BELOW = [
    # patterns, the job's name, the names of its parent -> excluded, why that is unknown
    (("prod-*",), "V0001", ("prod-model",), True, None),
    (("prod-*",), "V0001", ("dev-model",), False, None),
    (("V*",), "V0001", ("dev-model",), True, None),
    (("prod-*",), "V0001", ("dev-model", "prod-model"), True, None),
    (("prod-*",), "V0001", (None,), None, NO_PARENT_NAME),
    (("V*",), "V0001", (None,), True, None),
    (("prod-*",), None, ("prod-model",), True, None),
    (("prod-*",), None, ("dev-model",), None, UNNAMED),
    (("prod-*",), None, (None,), None, UNNAMED),
    ((), "V0001", (None,), False, None),
]


@pytest.mark.parametrize(("names", "name", "parents", "excluded", "why"), BELOW)
def test_the_name_of_the_parent_spares_as_well(names, name, parents, excluded, why):
    facts, exclude = Facts("1", name, parents), sparing((), names).exclude
    assert judged(facts, exclude, "training job") == (excluded, why)
    meetings = Meetings(exclude)
    meetings.note(facts)
    assert len(meetings.unmatched()) == (0 if excluded else len(names))


def sparing(ids, names, keys=None):
    """A selection that excludes these."""
    return Selection(keys, exclude=Exclude(read_ids("ids", list(ids)), read_names("names", list(names))))


def is_excluded(job_id, name, selection):
    """Whether the selection excludes a job without a parent."""
    return judged(Facts(job_id, name), selection.exclude).excluded


words = st.text("ab-*?[]", max_size=4)
written = words.filter(bool)
moments = st.one_of(st.none(), st.floats(0, 2 * NOW))
jobs = st.builds(
    job, name=st.one_of(st.none(), words), status=st.sampled_from([None, "RUNNING", "INIT", "99"]), created=moments,
    duration=moments, owners=st.lists(words, max_size=2).map(tuple),
    places=st.fixed_dictionaries({}, optional={
        "workspace_id": st.sampled_from(["0", "w"]), "enterprise_project_id": st.sampled_from(["0", "e"]),
    }),
)
conditions = {
    "names": st.lists(words, min_size=1, max_size=2).map(tuple),
    "statuses": st.sampled_from([("RUNNING",), ("INIT", "RUNNING")]),
    "older_than": st.integers(0, 2_000_000_000),
    "running_longer_than": st.integers(0, 2_000_000_000),
    "places": st.sampled_from([{"workspace_id": "0"}, {"workspace_id": "w"}, {"enterprise_project_id": "e"}]),
    "owners": st.lists(words, min_size=1, max_size=2).map(tuple),
    "job_types": st.just(("sync",)),
}
some_filters = st.fixed_dictionaries({}, optional=conditions).map(lambda options: Filters(**options))


def stopped(one, filters):
    return matches(one, filters, NOW) and why_unreadable(one, filters, NOW) is None


@reproducible
@given(jobs, some_filters, st.sampled_from(sorted(conditions)).flatmap(
    lambda option: st.tuples(st.just(option), conditions[option])
))
def test_a_further_filter_never_adds_a_job(one, filters, more):
    option, value = more
    if not getattr(filters, option):
        narrower = filters._replace(**{option: value})
        assert stopped(one, narrower) <= stopped(one, filters)
        assert matches(one, narrower, NOW) <= matches(one, filters, NOW)


@reproducible
@given(jobs, st.sampled_from(["older_than", "running_longer_than"]), st.integers(0, 10**9), st.integers(0, 10**9))
def test_a_longer_duration_never_adds_a_job(one, option, seconds, more):
    assert stopped(one, Filters(**{option: seconds + more})) <= stopped(one, Filters(**{option: seconds}))


@reproducible
@given(words)
def test_a_name_as_it_stands_excludes_its_job(name):
    if name.strip():
        assert is_excluded("1", name, sparing((), (name,))) is True


@reproducible
@given(jobs, st.frozensets(st.sampled_from(["1", "2"])), st.lists(written, max_size=2).map(tuple), written)
def test_a_further_exclusion_never_adds_a_job(one, ids, names, more):
    fewer, further = sparing(ids, names), sparing(ids, (*names, more))
    left_alone = [is_excluded(one.key.id, one.name, selection) is not False for selection in (fewer, further)]
    assert left_alone[0] <= left_alone[1]


@pytest.mark.parametrize(("names", "met", "said"), [
    (["a"], [], ["a"]), (["a"], ["a"], []), (["a", "b"], ["a"], ["b"]), (["a", "a"], [], ["a"]), ([], ["a"], []),
    # an entry that may be several: as a whole where nothing fits, else each part that fits nothing
    (["a, b"], [], ["a, b"]), (["a, b"], ["a"], ["b"]), (["a, b"], ["a", "b"], []), (["a, b"], ["a, b"], []), (["[aa, bb]"], ["bb"], ["aa"]),
    (["a "], ["a"], []), (["a*, b*"], ["a1", "b1"], []),
    (["a"], [None], ["a"]),
])
def test_entries_that_fit_no_job_are_said(names, met, said):
    for names_of in (lambda number, name: (str(number), name), lambda number, name: (name, None)):
        by_name = names_of(1, "x")[1] is not None
        if not by_name and any("*" in name for name in names):
            continue  # ids are no patterns
        selection = sparing(() if by_name else names, names if by_name else ())
        meetings = Meetings(selection.exclude)
        for number, name in enumerate(met):
            meetings.note(Facts(*names_of(number, name)))
        option = "exclude.names" if by_name else "exclude.ids"
        assert meetings.unmatched() == [f"{option}: {text!r} matches no job" for text in said]


def test_patterns_that_select_are_said_if_they_look_like_regular_expressions():
    meetings = Meetings(Exclude(), ("^a", "b", "c.*"))
    assert [text[:18] for text in meetings.unmatched()] == ["filters.names: '^a", "filters.names: 'c."]
    meetings.note(Facts("1", "c.d", ("^a",)))
    assert [text[:18] for text in meetings.unmatched()] == ["filters.names: '^a"]
