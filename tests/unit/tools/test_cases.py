# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A loop over a table in one test hides no row that fails."""

from __future__ import annotations

import pytest

from tests.support.cases import each_case


def test_every_row_that_fails_is_named_whatever_it_fails_with():
    with pytest.raises(AssertionError) as caught, each_case() as case:
        for name, number in {"a": 0, "b": 1, "c": 2}.items():
            with case(name):
                assert 2 // number == 2, "not two"
    assert str(caught.value).startswith("2 of 3 cases failed\na: ZeroDivisionError: ")
    assert "\nc: not two" in str(caught.value) and "\nb:" not in str(caught.value)


def test_a_table_whose_rows_are_right_passes_and_an_empty_one_fails():
    with each_case() as case, case("a"):
        pass
    with pytest.raises(AssertionError, match="no case was tried"), each_case():
        pass
