# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Durations as people write them, points in time as the clouds print them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.otc.teardown.plugins.module_utils._base.times import (
    format_span,
    format_time,
    parse_duration,
    parse_time,
    seconds_of,
)

reproducible = settings(derandomize=True, deadline=None, database=None)


@pytest.mark.parametrize(("text", "seconds"), [
    ("90m", 5400), ("12h", 43200), ("7d", 604800), ("1h30m", 5400), ("1w", 604800), ("45s", 45), ("0s", 0),
    ("1w2d3h4m5s", 788645), ("007d", 604800), ("1d1s", 86401), ("36500d", 36500 * 86400), ("100000m", 6000000),
])
def test_durations(text, seconds):
    assert parse_duration(text) == seconds


@pytest.mark.parametrize("text", [
    "", " ", "7", "d", "7 d", " 7d", "7d ", "7d\n", "-7d", "+7d", "7.5d", "7,5d", "1h 30m", "30m1h", "1h1h", "1m1m",
    "7D", "7days", "1y", "7d!", "P7D", "00:30", "\u0667d", "\u00b2d", "1e3s", "0x1s", "36501d", "5215w", "9" * 20 + "s",
    "None", "d7", "1h-30m",
])
def test_texts_that_are_no_duration(text):
    with pytest.raises(ValueError, match="write for example 90m, 12h, 7d or 1h30m"):
        parse_duration(text)


def test_a_duration_of_thousands_of_digits():
    with pytest.raises(ValueError):
        parse_duration("9" * 5000 + "s")


@reproducible
@given(st.integers(0, 99), st.integers(0, 6), st.integers(0, 23), st.integers(0, 59), st.integers(0, 59))
def test_a_duration_is_the_sum_of_its_parts(weeks, days, hours, minutes, seconds):
    text = f"{weeks}w{days}d{hours}h{minutes}m{seconds}s"
    assert parse_duration(text) == (((weeks * 7 + days) * 24 + hours) * 60 + minutes) * 60 + seconds


@pytest.mark.parametrize(("value", "seconds"), [
    (600, 600.0), (2.5, 2.5), ("600", 600.0), (" 0.1 ", 0.1), (0, 0.0), (-1, -1.0), ("-5", -5.0), ("10m", 600.0), ("1h30m", 5400.0), (".5", 0.5),
])
def test_seconds_and_durations_are_interchangeable(value, seconds):
    assert seconds_of(value) == seconds


@pytest.mark.parametrize("value", [
    True, False, "", "ten", "10 m", "1e3", "nan", "inf", float("nan"), float("inf"), "0x10", "1_000", "1,5", [10], {"m": 1}, "9" * 16, "4000000000",
    "\u0661",
], ids=ascii)
def test_what_is_neither_seconds_nor_a_duration(value):
    with pytest.raises(ValueError, match="write for example 90m, 12h, 7d or 1h30m"):
        seconds_of(value)


MOMENT = 1565149736.0  # 2019-08-07 03:48:56 UTC


@pytest.mark.parametrize(("value", "seconds"), [
    # ModelArts: milliseconds; the processor's too
    (1565149736000, MOMENT), ("1565149736000", MOMENT), (1565149736123, MOMENT + 0.123), (1606377874450, 1606377874.45),
    # seconds
    (1565149736, MOMENT), ("1565149736", MOMENT), (1565149736.0, MOMENT), (1, 1.0),
    # ISO 8601, with and without zone
    ("2019-08-07T03:48:56Z", MOMENT), ("2019-08-07T03:48:56z", MOMENT), ("2019-08-07T03:48:56", MOMENT),
    ("2019-08-07T03:48:56+00:00", MOMENT), ("2019-08-07T05:48:56+02:00", MOMENT), ("2019-08-07T05:48:56+0200", MOMENT),
    ("2019-08-06T22:48:56-0500", MOMENT), ("2019-08-07T03:48:56.5Z", MOMENT + 0.5), (" 2019-08-07T03:48:56Z ", MOMENT),
    ("2019-08-07T03:48:56.527363Z", MOMENT + 0.527363), ("2019-08-07T03:48:56.527363999Z", MOMENT + 0.527363),
    ("2019-08-07T03:48:56.12Z", MOMENT + 0.12), ("2019-08-07T03:48:56.1234567+02:00", MOMENT - 7200 + 0.123456),
    # DRS v3 list
    ("2019-08-07 03:48:56", MOMENT), ("2019-08-07 03:48:56.000", MOMENT),
    # none
    (None, None), ("", None),
])
def test_points_in_time(value, seconds):
    assert parse_time(value) == seconds


@pytest.mark.parametrize("value", [
    True, False, "now", "yesterday", "2019-13-07T03:48:56Z", "2019-02-30T03:48:56Z", "2019-08-07T25:48:56Z", 0, -1,
    "0", "-1565149736", "12", float("nan"), float("inf"), float("-inf"), 10**17, "9" * 17, "9" * 100, "9" * 5000,
    {}, [], {"seconds": 1}, ["2019-08-07T03:48:56Z"], "2019-08-07T03:48:56ZZ", "07.08.2019 03:48", "Aug 7, 2019",
    "\u0661\u0665\u0666\u0665\u0661\u0664\u0669\u0667\u0663\u0666", "1565149736 s", "\x00", "T", ":", "+02:00",
    b"1565149736",
])
def test_values_that_are_no_point_in_time(value):
    with pytest.raises(ValueError):
        parse_time(value)


def test_a_huge_integer_is_no_point_in_time():
    with pytest.raises(ValueError):
        parse_time(10**400)


@pytest.mark.parametrize("value", ["0001-01-01T00:00:00Z", "0001-01-01 00:00:00", "1970-01-01T00:00:00Z",
                                   "1899-12-31T00:00:00Z"])
def test_the_zero_times_of_programming_languages_are_no_time_of_creation(value):
    with pytest.raises(ValueError):
        parse_time(value)


@reproducible
@given(st.integers(1, 32503679999))
def test_what_is_formatted_is_read_back(seconds):
    assert parse_time(format_time(seconds)) == seconds
    if seconds >= 100_000_000:
        assert parse_time(seconds * 1000) == seconds


@pytest.mark.parametrize(("seconds", "text"), [
    (MOMENT, "2019-08-07T03:48:56Z"), (MOMENT + 0.999, "2019-08-07T03:48:56Z"), (1, "1970-01-01T00:00:01Z"),
    (32503679999, "2999-12-31T23:59:59Z"), (None, None),
])
def test_times_are_shown_in_utc(seconds, text):
    assert format_time(seconds) == text


@pytest.mark.parametrize(("seconds", "text"), [
    (0, "0s"), (0.9, "0s"), (45, "45s"), (59.99, "59s"), (60, "1m"), (61, "1m1s"), (130, "2m10s"), (600, "10m"),
    (3599, "59m59s"), (3600, "1h"), (3900, "1h5m"), (86400, "24h"), (-5, "0s"), (360000, "100h"),
])
def test_spans(seconds, text):
    assert format_span(seconds) == text
