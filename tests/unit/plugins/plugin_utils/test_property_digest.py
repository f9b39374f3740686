# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The digest of a plan: the same however the file is written, another one whatever is changed in it."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from ansible_collections.otc.teardown.plugins.plugin_utils._teardown.plan import digest_of

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)
plans = st.dictionaries(st.text().filter(lambda key: key != "digest"), values, min_size=1, max_size=6)


def reordered(value: Any) -> Any:
    """The same with the keys of every dictionary in the opposite order."""
    if isinstance(value, dict):
        return {key: reordered(value[key]) for key in reversed(value)}
    return [reordered(item) for item in value] if isinstance(value, list) else value


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """(Container, key) of everything in it."""
    for key in value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        yield value, key
        yield from places(value[key])


@given(plans, st.sampled_from([None, 2, "\t"]), st.booleans(), st.text())
def test_it_is_the_same_however_the_file_is_written(plan, indent, escaped, digest):
    text = json.dumps({**reordered(plan), "digest": digest}, indent=indent, ensure_ascii=escaped)
    assert digest_of(json.loads(text)) == digest_of(plan)


@given(plans, values, st.data())
def test_any_change_makes_another(plan, value, data):
    changed = copy.deepcopy(plan)
    container, key = data.draw(st.sampled_from(list(places(changed))))
    assume(json.dumps(container[key], sort_keys=True) != json.dumps(value, sort_keys=True))
    container[key] = value
    assert digest_of(changed) != digest_of(plan)


@given(plans, st.data())
def test_so_does_anything_taken_away_or_doubled(plan, data):
    changed = copy.deepcopy(plan)
    container, key = data.draw(st.sampled_from(list(places(changed))))
    if isinstance(container, list) and data.draw(st.booleans()):
        container.append(container[key])
    else:
        del container[key]
    assert digest_of(changed) != digest_of(plan)
