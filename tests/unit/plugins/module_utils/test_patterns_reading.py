# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists as people write them: which entries they hold, how each may be read, and what is refused with which words."""

from __future__ import annotations

import datetime

import pytest

from ansible_collections.otc.teardown.plugins.module_utils._base.errors import InputError
from ansible_collections.otc.teardown.plugins.module_utils._base.patterns import (
    Entry,
    read_chosen_ids,
    read_ids,
    read_names,
    read_one,
    read_patterns,
    unlike_an_id,
    unmatched,
)

DATE = datetime.date(2024, 1, 1)
TWO = ["keep-*", "prod-*"]


@pytest.mark.parametrize(("value", "given"), [
    # the forms of one list
    (TWO, TWO), (tuple(TWO), TWO), ("keep-*,prod-*", TWO), ("keep-*, prod-*", TWO), (" keep-* , prod-* ", TWO),
    ("keep-*;prod-*", TWO), ("keep-*\nprod-*\n", TWO), ("keep-*\r\nprod-*", TWO), ("keep-*,\n  prod-*", TWO),
    ('["keep-*", "prod-*"]', TWO), ("['keep-*', 'prod-*']", TWO), ("[keep-*, prod-*]", TWO), ('"keep-*", "prod-*"', TWO),
    (' ["keep-*", "prod-*"]\n', TWO), ([TWO], TWO), (["keep-*", ["prod-*"]], TWO), ([[["keep-*"]], "prod-*"], TWO),
    (['["keep-*", "prod-*"]'], TWO), ("keep-*,,prod-*,", TWO), ("a,a", ["a"]),
    # one entry, that may be read as several
    (["keep-*, prod-*"], ["keep-*, prod-*"]), (["keep-*\nprod-*"], ["keep-*\nprod-*"]), (["[a, b]"], ["[a, b]"]),
    # one entry
    ("a", ["a"]), (["a"], ["a"]), (["prod-* "], ["prod-* "]), ("\ufeffa\u200b", ["a"]), (["a\t"], ["a\t"]), ("'a'", ["a"]), ("a b", ["a b"]),
    ("[prod] orders", ["[prod] orders"]), ("[ab]", ["[ab]"]), ("[a-z]*", ["[a-z]*"]), ("x[12]", ["x[12]"]), (",", [","]),
    ("[ab], [cd]", ["[ab]", "[cd]"]), (["a", "a"], ["a", "a"]), ("true", ["true"]),
    # what looks like a list may be a name
    ("[]", ["[]"]), (["[]"], ["[]"]), ("[[]]", ["[[]]"]),
    # none
    ([], []), ([[]], []), ((), []),
])
def test_the_entries_of_a_list(value, given):
    assert [entry.given for entry in read_names("o", value)] == given
    assert [entry.given for entry in read_ids("o", value)] == given


@pytest.mark.parametrize(("value", "readings"), [
    ("a", [("a",)]), (["a "], [("a ", "a")]), (["'a'"], [("'a'", "a")]), ("[ab]", [("ab", "[ab]")]), ("a;b", [("a",), ("b",)]),
    (["Doe, Jane"], [("Doe, Jane", "Doe", "Jane")]), (["a\nb"], [("a\nb", "a", "b")]), ("[a, b]", [("a", "[a, b]"), ("b", "[a, b]")]),
    (["[a, b]"], [("[a, b]", "[a", "b]", "a", "b")]), ("['a']", [("a",)]), (['["a", "b"]'], [("a",), ("b",)]),
])
def test_every_reading_of_an_entry_spares(value, readings):
    assert [entry.readings for entry in read_names("o", value)] == readings


@pytest.mark.parametrize(("given", "parts"), [
    ("a", ["a"]), ("a, b", ["a", "b"]), ("[a, b]", ["a", "b"]), ("a b", ["a b"]), ("a ", ["a "]), ("x\ny", ["x", "y"]),
])
def test_an_entry_in_parts(given, parts):
    (entry,) = read_names("o", [given])
    assert [part.given for part in entry.parts] == parts


@pytest.mark.parametrize(("value", "text"), [
    ("10", None), (["10 "], None), (["10, 11"], None), ("[10, 11]", None), (["[10, 11]"], None), ("a/b", "a/b"), (["a b"], "a b"), (["10, x y"], "x y"),
    ("[a b]", "a b"), ([" .. "], ".."), ("x" * 129, "x" * 129), (["10;a/b"], "a/b"),
])
def test_what_cannot_be_an_id(value, text):
    assert next(filter(None, map(unlike_an_id, read_ids("o", value))), None) == text


NOT_TEXT = [
    (True, "True", "a truth value"), (False, "False", "a truth value"), (202401, "202401", "a number"), (83, "83", "a number"),
    (750, "750", "a number"), (1.1, "1.1", "a number"), (DATE, "'2024-01-01'", "a date"), ({"a": "b"}, "\"{'a': 'b'}\"", "a dictionary"),
]


@pytest.mark.parametrize("around", [lambda one: one, lambda one: [one], lambda one: ["a", [one]]], ids=["bare", "in a list", "deep"])
@pytest.mark.parametrize("read", [read_names, read_patterns])
@pytest.mark.parametrize(("value", "shown", "what"), NOT_TEXT, ids=str)
def test_what_is_not_text_is_refused(read, around, value, shown, what):
    with pytest.raises(InputError) as caught:
        read("o.names", around(value))
    assert str(caught.value) == f"o.names: {shown}: is not text: YAML makes {what} of it; put it in quotes"


@pytest.mark.parametrize("read", [read_ids, read_chosen_ids])
@pytest.mark.parametrize(("value", "shown", "what"), [row for row in NOT_TEXT if row[2] != "a number"] + [(1.5, "1.5", "a number")], ids=str)
def test_ids_may_be_whole_numbers_and_nothing_else_but_text(read, value, shown, what):
    with pytest.raises(InputError) as caught:
        read("o.ids", ["1", value])
    assert str(caught.value) == f"o.ids: {shown}: is not text: YAML makes {what} of it; put it in quotes"
    assert read_chosen_ids("o", [10, "11", [12]]) == ("10", "11", "12")
    assert read_chosen_ids("o", 10) == read_chosen_ids("o", "[10]") == ("10",)


@pytest.mark.parametrize("read", [read_names, read_ids, read_patterns, read_chosen_ids])
@pytest.mark.parametrize(("value", "words"), [
    (None, "o: is null; "), (["a", None], "o: is null; "), ("[null]", "o: is null; "), ("", "o: '': is empty; "),
    (["a", " "], "o: ' ': is empty; "), ("\n", "o: '\\n': is empty; "), (["\u200b"], "o: '\\u200b': is empty; "),
])
def test_nothing_is_refused(read, value, words):
    with pytest.raises(InputError) as caught:
        read("o", value)
    assert str(caught.value).startswith(words) and str(caught.value).endswith("or leave it out")


@pytest.mark.parametrize(("value", "patterns"), [
    (TWO, TWO), ("a, b;c\nd", ["a", "b", "c", "d"]), (["a "], ["a"]), ("[ab]", ["[ab]"]), (["[ab]"], ["[ab]"]), ('["a", "b"]', ["a", "b"]),
    (["a", "a"], ["a"]), ([], []), ("[]", []), (["[]", "a"], ["a"]), (["[ab]*", "x"], ["[ab]*", "x"]),
])
def test_patterns_that_select(value, patterns):
    assert read_patterns("o", value) == tuple(patterns)


@pytest.mark.parametrize("read", [read_patterns, read_chosen_ids])
@pytest.mark.parametrize("value", [["a, b"], ["x", "a;b"], ["a\nb"], "[a, b]", ["[a, b]"]], ids=str)
def test_what_selects_must_have_one_reading(read, value):
    with pytest.raises(InputError, match="may be one (id|name) or several; give "):
        read("o", value)


@pytest.mark.parametrize(("value", "text"), [("a", "a"), ("a, b", "a, b"), (0, "0"), (10, "10")])
def test_an_option_that_takes_one(value, text):
    assert read_one("o", value, "give one") == text


@pytest.mark.parametrize(("value", "words"), [
    (None, "o: is null; give one"), (["a"], "o: ['a']: is not one text; give one"), ({}, "o: {}: is not one text; give one"),
    (True, "o: True: is not text"), (1.5, "o: 1.5: is not text"), (" ", "o: ' ': is empty"),
])
def test_an_option_that_takes_one_and_gets_something_else(value, words):
    with pytest.raises(InputError) as caught:
        read_one("o", value, "give one")
    assert str(caught.value).startswith(words)


REGEX = " (it looks like a regular expression; these are shell patterns: * for any text, ? for one character)"


@pytest.mark.parametrize(("given", "hint"), [
    ("^prod", True), ("prod$", True), ("prod-.*", True), ("prod-.+x", True), (r"prod\d", True), (r"\bprod", True), ("(a|b)", True),
    ("a|b", True), ("prod-*", False), ("prod.db", False), ("[ab]?", False), ("a$b", False), ("Jane (old)", False),
])
def test_a_hint_for_regular_expressions(given, hint):
    assert Entry(given, (given,)).hint == (REGEX if hint else "")


def test_what_has_met_nothing_is_said_once():
    one, two = Entry("a", ("a",)), Entry("^b", ("^b",))
    assert unmatched("o", [one, two, one], []) == ["o: 'a' matches no job", f"o: '^b' matches no job{REGEX}"]
    assert unmatched("o", [one, two], {one}) == [f"o: '^b' matches no job{REGEX}"]
    assert unmatched("o", [one], [one]) == []
