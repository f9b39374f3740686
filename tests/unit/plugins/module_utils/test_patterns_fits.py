# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a pattern that spares matches a name: as it was sent, as it is shown, and as a person sees it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.otc.teardown.plugins.module_utils._base.patterns import Entry, fits, read_names
from ansible_collections.otc.teardown.plugins.module_utils._base.text import plain


@pytest.mark.parametrize(("pattern", "name", "expected"), [
    ("prod", "prod", True), ("prod-*", "prod-a", True), ("prod-?", "prod-a", True), ("prod-[ab]", "prod-a", True),
    ("prod", "prod-a", False), ("PROD", "prod", False), ("*", "", True), ("a", "", False),
    # letter by letter
    ("[prod] orders", "[prod] orders", True), ("[prod] orders", "p orders", True), ("[prod] orders", "x orders", False),
    # as sent, and as shown
    ("prod\tdb", "prod\tdb", True), (r"prod\x09db", "prod\tdb", True), ("prod*db", "prod\tdb", True), ("prod\tdb", r"prod\x09db", True),
    ("prod\u202edb", "prod\u202edb", True), (r"prod\u202edb", "prod\u202edb", True), (r"prod\u202e*", "prod\u202edb", True),
    ("prod\ndb", "prod\ndb", True), (r"prod\x0adb", "prod\ndb", True), ("a\x1b[2J", "a\x1b[2J", True), (r"a\x1b[2J", "a\x1b[2J", True),
    # as a person sees it
    ("prod", "pr\u200bod", True), ("pr\u200bod", "prod", True), ("prod", "prod\u202e", True), ("prod", " prod ", True),
    ("caf\u00e9", "cafe\u0301", True), ("cafe\u0301", "caf\u00e9", True), ("prod*", "\ufeffprod-a", True),
    ("prod", "pr\u043ed", False), ("\u200b", "", False), ("\u200b", "a", False),
    ("prod", "prod\ndb", False), ("a b", "a\tb", False),
])
def test_one_pattern_and_one_name(pattern, name, expected):
    assert fits(pattern, name) is expected


def test_any_reading_of_an_entry_may_be_meant():
    entry = Entry("a, b", ("a", "b", "a, b"))
    assert [entry.fits(name) for name in ("a", "b", "a, b", "c")] == [True, True, True, False]


names = st.text(max_size=12) | st.text("ab-*?[]\\x09 \t\u202e\u200b,;", max_size=12)


@given(names)
def test_a_name_fits_itself_in_both_forms(name):
    assert name == "" or plain(name) == "" or fits(name, name)
    assert name == "" or fits(plain(name), name)


@given(names.filter(lambda name: any(not char.isspace() and char not in "\u200b\u202e" and char.isprintable() for char in name)))
def test_a_name_in_a_list_spares_its_job(name):
    assert any(entry.fits(name) for entry in read_names("o", [[name]])) or name.strip()[0] + name.strip()[-1] == "[]"
