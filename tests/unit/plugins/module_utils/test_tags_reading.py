# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tags in all forms in which APIs send them, and in rows and back."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.otc.teardown.plugins.module_utils._base.text import plain
from ansible_collections.otc.teardown.plugins.module_utils._model.tags import (
    as_dictionary,
    pairs_of,
    read_tags,
    tags_at,
)

TEXTS = st.text(max_size=5)
PAIRS = st.lists(st.tuples(TEXTS.filter(bool), TEXTS), max_size=5).map(tuple)


@pytest.mark.parametrize(("sent", "tags"), [
    (None, ()), ("", ()), ([], ()), ({}, ()),
    ([{"key": "a", "value": "b"}], (("a", "b"),)), ([{"key": "a"}], (("a", ""),)), ([{"key": "a", "value": None}], (("a", ""),)),
    ([{"key": "a", "value": "b"}, {"key": "a", "value": "c"}], (("a", "b"), ("a", "c"))), ([{"key": "a", "value": 7}], (("a", "7"),)),
    ({"a": "b", "c": None, "d": 1.5}, (("a", "b"), ("c", ""), ("d", "1.5"))),
    ("a=b", (("a", "b"),)), ("a=b,c=d", (("a", "b"), ("c", "d"))), (" a = b , c", (("a", "b"), ("c", ""))), ("a=b=c", (("a", "b=c"),)),
    ("=b", None), ("a=b,", None), (",", None), (7, None), (True, None), ([7], None), (["a=b"], None),
    ([{"value": "b"}], None), ([{"key": "", "value": "b"}], None), ([{"key": 7, "value": "b"}], None),
    ([{"key": "a", "value": ["b"]}], None), ([{"key": "a", "value": True}], None), ({"a": {"b": "c"}}, None), ({"": "b"}, None), ({1: "b"}, None),
    ([{"key": "a", "value": "b"}, {"key": "c", "value": {}}], None),
], ids=repr)
def test_what_is_sent(sent: Any, tags: Any) -> None:
    """One tag in an unknown form makes all unknown: it may be the one that spares the job."""
    assert read_tags(sent) == tags


@pytest.mark.parametrize(("item", "tags"), [
    ({"tags": "a=b"}, (("a", "b"),)), ({"inner": {"tags": "c=d"}}, (("c", "d"),)), ({"tags": None, "inner": {"tags": "c=d"}}, ()),
    ({"inner": {}}, None), ({"inner": "tags"}, None), ({}, None), ({"tags": 7, "inner": {"tags": "c=d"}}, None),
], ids=repr)
def test_where_they_are(item: Any, tags: Any) -> None:
    """The first path that is there tells them, whatever it holds."""
    assert tags_at(item, ("tags", "inner.tags")) == tags
    assert tags_at(item, ("tags", "inner.tags"), may_lack=True) == (() if tags is None and "tags" not in item else tags)


def test_a_kind_without_tags_has_none_that_are_known() -> None:
    assert tags_at({"tags": "a=b"}, ()) is tags_at({}, (), may_lack=True) is None


@pytest.mark.parametrize(("tags", "shown"), [
    (None, None), ((), {}), ((("a", "b"),), {"a": "b"}), ((("a", "b"), ("c", ""), ("a", "d")), {"a": ["b", "d"], "c": ""}),
    ((("a\tb", "\x1b[1m"),), {"a\\x09b": "\\x1b[1m"}),
], ids=repr)
def test_as_rows_show_them(tags: Any, shown: Any) -> None:
    assert as_dictionary(tags) == shown


@given(PAIRS)
def test_rows_keep_every_tag(tags: Any) -> None:
    wanted = sorted((plain(key), plain(value)) for key, value in tags)
    assert sorted(pairs_of(json.loads(json.dumps(as_dictionary(tags)))) or ()) == wanted


@pytest.mark.parametrize("value", [None, "a=b", ["a"], 7])
def test_what_a_row_does_not_tell(value: Any) -> None:
    assert pairs_of(value) is None
