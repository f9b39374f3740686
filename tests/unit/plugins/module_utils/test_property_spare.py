# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever is written in `exclude`, in any type and form: it spares, or the task is refused, or warned before the first stop."""

from __future__ import annotations

import ast
import fnmatch
import json
import re

from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.otc.teardown.plugins.module_utils._base.errors import InputError
from ansible_collections.otc.teardown.plugins.module_utils._base.text import plain
from ansible_collections.otc.teardown.plugins.module_utils._engine.exclusion import Facts, Meetings, judged
from ansible_collections.otc.teardown.plugins.module_utils._engine.selection import select
from ansible_collections.otc.teardown.plugins.module_utils._resources import modelarts_visualization_job

VISUALIZATION = modelarts_visualization_job.RESOURCE

names = st.sampled_from([
    "prod-db", "keep", "prod db", "prod\tdb", "prod\u202edb", "pr\u200bod", "a,b", "a;b", "[prod] x", "[]", "['x']", "on", "True", "12:30",
    "750", "0123", "83", "1.10", "1.1", "None", "null", "caf\u00e9", "cafe\u0301", " x ", "'q'", "^x", "*",
]) | st.text("ab,;[]'\"*\n\t ", min_size=1, max_size=6) | st.text(min_size=1, max_size=5)
ids = st.integers(1, 30).map(str)
others = st.none() | st.booleans() | st.integers(-5, 900) | st.floats() | st.just({"a": "b"}) | st.just("")


def forms(texts):
    """Values that hold such texts, in lists, in lists as text, in text with separators, among things that are no text."""
    several = st.lists(texts, min_size=1, max_size=3)
    printed = several.flatmap(lambda some: st.sampled_from([
        ",".join(some), ", ".join(some), ";".join(some), "\n".join(some), json.dumps(some), str(some), f" {json.dumps([some])} ",
        f"[{', '.join(some)}]", ", ".join(map(repr, some)),
    ]))
    return st.recursive(texts | printed, lambda inner: st.lists(inner | others, max_size=3) | st.lists(inner, max_size=3), max_leaves=6)


excludes = st.fixed_dictionaries({}, optional={"names": forms(names) | others, "ids": forms(ids) | others})


def texts_in(value):
    """Every possible reading of a text: as it stands, and its entries if it has the form of a list."""
    if isinstance(value, (list, tuple)):
        for item in value:
            yield from texts_in(item)
    elif isinstance(value, str):
        printed = list(texts_in(as_list(value)))
        yield from printed or [value]
        if not printed:
            yield from (part.strip() for part in value.replace("\n", ",").replace(";", ",").split(","))


def as_list(text):
    for read in (json.loads, ast.literal_eval):
        try:
            found = read(text.strip())
        except (ValueError, SyntaxError):
            continue
        if isinstance(found, list):
            return found
    return None


def chosen(exclude):
    """The selection, None if it is refused."""
    try:
        return select({"all": True, "exclude": exclude}, VISUALIZATION)
    except InputError as error:
        assert error.option.startswith("exclude.") and str(error) == plain(str(error))
        return None


def is_excluded(job_id, name, selection):
    """Whether the selection excludes a job without a parent."""
    return judged(Facts(job_id, name), selection.exclude).excluded


def met(selection, jobs):
    meetings = Meetings(selection.exclude)
    for number, name in jobs:
        meetings.note(Facts(number, name))
    return meetings.unmatched()


def core(text):
    """A text without blanks, quotes, brackets and separators, which may be no part of a name."""
    return "".join(char for char in text if char.isprintable() and char not in " '\"[],;")


def is_said(text, warnings):
    """Whether there is a warning about a text, or about each of its parts; one of which nothing is left is no name."""
    given = [ast.literal_eval(one.split(": ", 1)[1].split(" matches no job")[0]) for one in warnings]
    return all(any(core(part) in core(one) for one in given) for part in re.split("[,;\n]", text) if core(part))


@given(excludes, st.lists(st.tuples(ids, names), max_size=4))
def test_it_spares_or_is_refused_or_said(exclude, jobs):
    selection = chosen(exclude)
    if selection is None:
        return
    said = met(selection, jobs)
    for number, name in jobs:
        if is_excluded(number, name, selection):
            continue
        for text in texts_in(exclude.get("names", [])):
            assert not (name == text or fnmatch.fnmatchcase(name, text)) or is_said(text, said), (text, said)
        assert all(number != text for text in texts_in(exclude.get("ids", [])))


@given(forms(names))
def test_every_name_that_is_written_spares_its_job(value):
    selection = chosen({"names": value})
    if selection is not None:
        for text in texts_in(value):
            assert is_excluded("1", text, selection) or is_said(text, met(selection, [("1", text)])), text


@given(excludes, st.lists(st.tuples(ids, names), max_size=4))
def test_what_is_said_spares_none_and_what_is_not_said_spares_one(exclude, jobs):
    selection = chosen(exclude)
    if selection is None:
        return
    said = met(selection, jobs)
    entries = [*selection.exclude.ids, *selection.exclude.names]
    assert len(said) <= sum(max(1, len(entry.parts)) for entry in entries)
    spared = [job for job in jobs if is_excluded(*job, selection)]
    assert bool(spared) or len(said) == len({("i", one) for one in selection.exclude.ids} | {("n", one) for one in selection.exclude.names})


@given(st.lists(st.none() | st.booleans() | st.integers() | st.floats() | st.just({}), min_size=1, max_size=3), names)
def test_what_is_not_text_is_always_refused(things, name):
    assert chosen({"names": [name, things]}) is None


@given(excludes, names, ids)
def test_nothing_breaks_it(exclude, name, number):
    selection = chosen(exclude)
    if selection is not None:
        assert is_excluded(number, name, selection) in (True, False)
        assert is_excluded(number, None, selection) in (True, False, None)
