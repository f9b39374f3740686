# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Parents and children, and which jobs an excluded job spares."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.otc.teardown.plugins.module_utils._base.errors import Meaning, Problem
from ansible_collections.otc.teardown.plugins.module_utils._base.patterns import read_ids, read_names
from ansible_collections.otc.teardown.plugins.module_utils._engine.decision import Track, decide
from ansible_collections.otc.teardown.plugins.module_utils._engine.exclusion import UNNAMED, Exclude
from ansible_collections.otc.teardown.plugins.module_utils._engine.families import Families, families_of
from ansible_collections.otc.teardown.plugins.module_utils._engine.relatives import UNLISTED, may_be_stopped, spare
from ansible_collections.otc.teardown.plugins.module_utils._engine.selection import Selection
from ansible_collections.otc.teardown.plugins.module_utils._model.job import Job, job_from
from ansible_collections.otc.teardown.plugins.module_utils._model.key import Key
from ansible_collections.otc.teardown.plugins.module_utils._resources import drs_job
from tests.unit.plugins.module_utils.listing_scene import ALL, DRS, by_type, every, lister


def job(job_id, *above, name="n", phase="stoppable"):
    return Job(Key(job_id), name, phase.upper(), None, phase, above=frozenset(above))


def family(*jobs):
    known = Families()
    known.take(jobs)
    return known


LINE = (job("a"), job("b", "a"), job("c", "b"))


@pytest.mark.parametrize(("jobs", "relatives"), [
    (LINE, {"a": {"b": "child", "c": "child"}, "b": {"a": "parent", "c": "child"}, "c": {"b": "parent", "a": "parent"}}),
    ((job("a"), job("b", "a"), job("c", "a")), {"a": {"b": "child", "c": "child"}, "b": {"a": "parent"}, "c": {"a": "parent"}}),
    ((job("a"), job("b"), job("c", "a", "b")), {"c": {"a": "parent", "b": "parent"}, "a": {"c": "child"}}),
    ((job("a", "a"),), {"a": {}}),
    ((job("a", "b"), job("b", "a")), {"a": {"b": "parent"}, "b": {"a": "parent"}}),
    ((job("a", "c"), job("b", "a"), job("c", "b")), {"a": {"b": "parent", "c": "parent"}}),
    ((job("b", "unseen"),), {"b": {"unseen": "parent"}, "unseen": {"b": "child"}}),
    # once more by itself, before or after
    ((job("a"), job("b", "a"), job("b")), {"a": {"b": "child"}, "b": {"a": "parent"}}),
    ((job("b"), job("a"), job("b", "a")), {"a": {"b": "child"}, "b": {"a": "parent"}}),
    ((), {"a": {}}),
])
def test_relatives(jobs, relatives):
    known = family(*jobs)
    assert {job_id: known.relatives(job_id) for job_id in relatives} == relatives


def test_the_nearest_come_first():
    assert list(family(*LINE).relatives("a")) == ["b", "c"]
    assert list(family(*LINE).relatives("c")) == ["b", "a"]


@pytest.mark.parametrize(("rows", "runs"), [
    ([("n", "ended")], False), ([("n", "stoppable")], True), ([("n", "unknown")], True), ([("n", "stopping")], True),
    ([("n", "ended"), ("n", "stoppable")], True), ([("n", "stoppable"), ("n", "ended")], True), ([("n", "ended"), ("n", "ended")], False),
    ([], True),
])
def test_a_job_has_ended_only_if_all_that_was_seen_says_so(rows, runs):
    assert family(*(job("a", name=name, phase=phase) for name, phase in rows)).may_run("a") == runs


def test_what_is_known_is_joined():
    one, other = family(job("a"), job("b", "a", phase="ended")), family(job("b", "c", name="m"), job("d", phase="ended"))
    one.join(other)
    assert (one.relatives("b"), one.names("b"), one.may_run("b"), one.may_run("d")) == ({"a": "parent", "c": "parent"}, ("n", "m"), True, False)
    assert ("c" in one, "d" in one) == (False, True)
    assert list(one) == ["a", "b", "d", "c"]


def test_as_rows_and_back():
    known = family(*LINE, job("single"), job("b", name="m", phase="ended"), job("e", "a", name=None, phase="ended"))
    rows = [
        {"id": "a", "names": ["n"], "ended": False, "parents": [], "tags": None},
        {"id": "b", "names": ["n", "m"], "ended": False, "parents": ["a"], "tags": None},
        {"id": "c", "names": ["n"], "ended": False, "parents": ["b"], "tags": None},
        {"id": "e", "names": [], "ended": True, "parents": ["a"], "tags": None},
    ]
    assert known.rows() == rows
    assert families_of(rows).rows() == rows


def row(job_id, ended, *parents, names=("n",)):
    return {"id": job_id, "names": list(names), "ended": ended, "parents": list(parents)}


@pytest.mark.parametrize(("before", "now", "runs", "relatives"), [
    ([row("c", False, "p")], [], True, ["p"]),
    ([row("c", True, "p")], [], False, ["p"]),
    ([row("c", False, "p")], [row("c", True, "p")], False, ["p"]),
    ([row("c", True, "p")], [row("c", False, "p")], True, ["p"]),
    ([row("c", False, "p")], [row("c", False, "q")], True, ["p", "q"]),
    ([], [row("c", False, "p")], True, ["p"]),
])
def test_the_later_look_says_who_runs_and_both_say_who_is_related(before, now, runs, relatives):
    known = families_of(now, before)
    assert (known.may_run("c"), sorted(known.relatives("c"))) == (runs, relatives)


def drs(job_id, **more):
    return {"id": job_id, "name": job_id, "status": "CREATING", **more}


@pytest.mark.parametrize("lists", [
    {"migration": [drs("a", children=[drs("b", children=[drs("c")])])]},
    {"migration": [drs("a", children=[drs("b", children=[drs("c")])]), drs("c"), drs("b")]},
    {"migration": [drs("c"), drs("b"), drs("a", children=[drs("b", children=[drs("c")])])]},
    {"migration": [drs("a", children=[drs("b", children=[drs("c")])])], "sync": [drs("b"), drs("c")]},
    {"migration": [drs("c"), drs("a", children=[drs("b")])], "sync": [drs("b", children=[drs("c")])]},
    {"migration": [drs("a")], "sync": [drs("b", parent_id="a")], "cloudDataGuard": [drs("c", parent_id="b")]},
], ids=str)
@pytest.mark.parametrize("keep", [every, lambda job: job.key.id == "a", lambda job: False])
def test_relations_come_from_every_row_before_any_filter(lists, keep):
    _cloud, _pool, one = lister(DRS, by_type(**lists))
    families = one.selected(ALL, keep).families
    assert families.relatives("a") == {"b": "child", "c": "child"}
    assert families.relatives("c") == {"b": "parent", "a": "parent"}


@pytest.mark.parametrize(("item", "above"), [
    ({}, set()), ({"parent_id": ""}, set()), ({"parent_id": None}, set()), ({"parent_id": "p"}, {"p"}), ({"parent_id": ["p"]}, set()),
    ({"parent_id": "p", "master_job_id": "m"}, {"p", "m"}), ({"master_job_id": "m"}, {"m"}), ({"parent_id": "p", "master_job_id": "p"}, {"p"}),
])
def test_what_a_row_says_of_its_parents(item, above):
    dialect = drs_job.RESOURCE.dialects[1]
    assert job_from({"id": "x", "status": "CREATING", **item}, drs_job.RESOURCE, dialect.fields, None).above == above


BY_ID = Selection(keys=None, exclude=Exclude(read_ids("exclude.ids", ["x"])))
BY_NAME = Selection(keys=None, exclude=Exclude(names=read_names("exclude.names", ["x*"])))


def judged(selection, known, *jobs, unread=None):
    """Id -> (excluded, why) of these jobs as tracks."""
    tracks = [Track(one.key, one, one) for one in jobs]
    spare(tracks, selection, known, unread)
    return {track.key.id: (track.excluded, track.why_excluded) for track in tracks}


@pytest.mark.parametrize(("known", "track", "expected"), [
    ([job("p"), job("x", "p")], "p", (True, "its child x (n) is excluded")),
    ([job("x"), job("c", "x")], "c", (True, "its parent x (n) is excluded")),
    ([job("p"), job("c", "p"), job("x", "c")], "p", (True, "its child x (n) is excluded")),
    ([job("x"), job("p", "x"), job("c", "p")], "c", (True, "its parent x (n) is excluded")),
    ([job("p"), job("x", "p"), job("c", "p")], "c", (False, None)),
    ([job("p"), job("x", "p", phase="ended")], "p", (False, None)),
    ([job("p"), job("x", "p", phase="unknown")], "p", (True, "its child x (n) is excluded")),
    ([job("p"), job("x", "p", phase="stopping")], "p", (True, "its child x (n) is excluded")),
    ([job("p"), job("x", "p", name=None)], "p", (True, "its child x is excluded")),
    ([job("p"), job("c", "p", phase="ended"), job("x", "c")], "p", (True, "its child x (n) is excluded")),
    ([job("c", "x")], "c", (True, "its parent x is excluded")),
    ([job("p")], "p", (False, None)),
    ([], "p", (None, UNLISTED)),
    ([job("p", "x"), job("x", "p")], "p", (True, "its child x (n) is excluded")),
])
def test_whom_an_excluded_id_spares(known, track, expected):
    selected = next((one for one in known if one.key.id == track), job(track))
    assert judged(BY_ID, family(*known), selected)[track] == expected


@pytest.mark.parametrize(("names", "expected"), [
    (["x1"], (True, "its child c (x1) is excluded")),
    (["y"], (False, None)),
    ([None], (None, f"its child c may be excluded: {UNNAMED}")),
    (["y", "x1"], (True, "its child c (y) is excluded")),
    (["x1", "y"], (True, "its child c (x1) is excluded")),
    (["y", None], (False, None)),
    ([None, "x1"], (True, "its child c (x1) is excluded")),
])
def test_whom_an_excluded_name_spares(names, expected):
    known = [job("p"), *(job("c", "p", name=name) for name in names)]
    assert judged(BY_NAME, family(*known), known[0])["p"] == expected


def test_a_certain_reason_goes_before_a_doubt():
    known = [job("p"), job("c", "p", name=None), job("d", "p", name="x")]
    assert judged(BY_NAME, family(*known), known[0])["p"] == (True, "its child d (x) is excluded")


def test_a_job_is_excluded_by_the_name_of_any_of_its_rows():
    known = [job("a", name="x"), job("a", name="y")]
    assert judged(BY_NAME, family(*known), known[1])["a"] == (True, None)


def test_a_family_that_could_not_be_read():
    [(excluded, why)] = judged(BY_ID, Families(), job("p"), unread="Denied").values()
    assert excluded is None and "cannot be read" in why and why.endswith("Denied")
    assert judged(BY_ID, Families(), job("p", "x"), unread="Denied") == {"p": (True, "its parent x is excluded")}


@pytest.mark.parametrize("phase", ["stoppable", "stopping", "unknown"])
def test_what_a_spared_job_becomes(phase):
    one = Track(Key("p"), job("p", phase=phase), job("p", phase=phase), unreadable="why")
    spare([one], BY_ID, family(job("p"), job("x", "p")))
    assert decide(one) == ("done", "excluded", None)


def test_what_a_job_becomes_whose_family_is_unknown():
    one = Track(Key("p"), job("p"), job("p"))
    spare([one], BY_ID, Families())
    assert decide(one) == ("done", "failed", Problem(UNLISTED, Meaning.GARBLED))


@pytest.mark.parametrize(("before", "excluded", "matters"), [
    (job("p"), False, True), (job("p", phase="unknown"), False, True), (job("p", phase="ended"), False, False), (job("p"), True, False),
    (job("p"), None, False), (Problem("no", Meaning.ABSENT), False, False),
])
def test_what_cannot_be_stopped_is_left_as_it_is(before, excluded, matters):
    one = Track(Key("p"), before, before, excluded=excluded)
    assert may_be_stopped([one]) == matters
    spare([one], BY_ID, family(job("x", "p")))
    assert (one.excluded != excluded) == matters


IDS = "abcdef"


@given(
    rows=st.lists(st.tuples(st.sampled_from(IDS), st.sets(st.sampled_from(IDS), max_size=2)), max_size=12),
    ended=st.sets(st.sampled_from(IDS)),
    excluded=st.sets(st.sampled_from(IDS), min_size=1),
)
def test_whatever_the_family_the_excluded_and_theirs_are_spared_and_nobody_else(rows, ended, excluded):
    def seen(one, above=()):
        return job(one, *above, phase="ended" if one in ended else "stoppable")

    up = {one: {above for other, above_it in rows if other == one for above in above_it} for one in IDS}

    def ancestors(one):
        found = set(up[one])
        while not found >= set().union(*(up[above] for above in found)):
            found = found.union(*(up[above] for above in found))
        return found

    known = family(*(seen(one, above) for one, above in rows), *map(seen, IDS))
    result = judged(Selection(keys=None, exclude=Exclude(read_ids("exclude.ids", sorted(excluded)))), known, *map(seen, IDS))
    for one in IDS:
        related = {other for other in IDS if other in ancestors(one) or one in ancestors(other)} | {one}
        assert result[one][0] is (one not in ended and bool(related & excluded - ended)), one
