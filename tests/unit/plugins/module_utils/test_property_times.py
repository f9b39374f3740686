# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Durations and points in time: whatever is given becomes a sensible number, or an error with words."""

from __future__ import annotations

import datetime
import math
import re

from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.otc.teardown.plugins.module_utils._base.times import (
    format_span,
    format_time,
    parse_duration,
    parse_time,
)

HUNDRED_YEARS = 100 * 365 * 86400
YEAR_3000 = 32503680000
UNITS = {"w": 604800, "d": 86400, "h": 3600, "m": 60, "s": 1}

nearly_durations = st.from_regex(r"\A[-+]?(\d{1,4}[wdhmsWDHMSy. ]?){0,4}\Z")
amounts = st.fixed_dictionaries({}, optional={unit: st.integers(0, 9999) for unit in UNITS})
nearly_times = st.from_regex(r"\A\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(\.\d{0,10})?([Zz]|[+-]\d{2}:?\d{2})?\Z")
anything = st.one_of(
    st.none(), st.booleans(), st.integers(), st.integers(10**8, 10**14), st.floats(), st.text(max_size=30), nearly_times,
    st.integers(10**7, 10**17).map(str), st.lists(st.integers(), max_size=2), st.dictionaries(st.text(), st.none(), max_size=1),
)


@given(st.text(max_size=20) | nearly_durations)
def test_any_text_is_a_duration_or_is_refused_with_words(text):
    try:
        seconds = parse_duration(text)
    except ValueError as error:
        assert "write for example 90m" in str(error)
        return
    assert 0 <= seconds <= HUNDRED_YEARS
    assert re.fullmatch(r"(\d+w)?(\d+d)?(\d+h)?(\d+m)?(\d+s)?", text, re.ASCII) and text


@given(amounts)
def test_a_duration_is_refused_only_if_it_is_too_long(amount):
    text = "".join(f"{amount[unit]}{unit}" for unit in UNITS if unit in amount)
    expected = sum(number * UNITS[unit] for unit, number in amount.items())
    if amount and expected <= HUNDRED_YEARS:
        assert parse_duration(text) == expected


@given(*[st.integers(0, HUNDRED_YEARS // 2)] * 2)
def test_a_span_is_read_back_as_far_as_it_is_shown(seconds, more):
    shown = parse_duration(format_span(seconds))
    assert 0 <= seconds - shown < (60 if seconds >= 3600 else 1)
    assert shown <= parse_duration(format_span(seconds + more))


@given(anything)
def test_any_value_is_a_point_in_time_or_none_or_is_refused(value):
    try:
        seconds = parse_time(value)
    except ValueError:
        return
    if seconds is None:
        assert value in (None, "")
        return
    assert math.isfinite(seconds) and 0 < seconds < YEAR_3000
    assert not isinstance(value, bool)
    if seconds >= 1:
        assert parse_time(format_time(seconds)) == int(seconds)


@given(st.datetimes(datetime.datetime(1970, 1, 2), datetime.datetime(2999, 12, 31)),
       st.integers(-14 * 60, 14 * 60))
def test_a_zone_moves_a_point_in_time_by_its_offset(moment, minutes):
    sign, hours, rest = "-" if minutes < 0 else "+", abs(minutes) // 60, abs(minutes) % 60
    text = moment.strftime("%Y-%m-%dT%H:%M:%S")
    try:
        there = parse_time(f"{text}{sign}{hours:02}:{rest:02}")
    except ValueError:
        assert moment.year in (1970, 2999)
        return
    assert there == parse_time(f"{text}{sign}{hours:02}{rest:02}") == parse_time(f"{text}Z") - minutes * 60
