# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When apply may stop: how windows are read, when they are open, and what a run of the role makes of them."""

from __future__ import annotations

import datetime
import json
import pathlib
import zoneinfo
from typing import Any

import pytest
import yaml

from ansible_collections.otc.teardown.plugins.module_utils._base.times import format_time, parse_time
from ansible_collections.otc.teardown.plugins.plugin_utils._report.block import report_block
from ansible_collections.otc.teardown.plugins.plugin_utils._report.html import html
from ansible_collections.otc.teardown.plugins.plugin_utils._report.markdown import markdown
from ansible_collections.otc.teardown.plugins.plugin_utils._report.next_step import next_step
from ansible_collections.otc.teardown.plugins.plugin_utils._teardown import run
from ansible_collections.otc.teardown.plugins.plugin_utils._teardown.options import teardown_options
from ansible_collections.otc.teardown.plugins.plugin_utils._teardown.stats import stats
from ansible_collections.otc.teardown.plugins.plugin_utils._when.date_files import LARGEST, date_files
from ansible_collections.otc.teardown.plugins.plugin_utils._when.option import read_windows
from ansible_collections.otc.teardown.plugins.plugin_utils._when.windows import standing, was_open, window_of
from tests.support.documents import ROOT, blocks_of
from tests.unit.plugins.plugin_utils.teardown_rows import (
    CALLER,
    NOW,
    VARIABLES,
    VIS,
    begun,
    kept,
    of_kind,
    planned,
    predicted,
    result,
    take,
)

NIGHT = {"days": "mon-fri", "from": "22:00", "to": "06:00", "timezone": "Europe/Berlin"}
WEEKEND = {"days": ["sat", "sun"], "timezone": "Europe/Berlin"}
# NOW is Wednesday, 2026-11-18 11:06:40 in UTC
TODAY = {"from": "12:00", "to": "13:00", "timezone": "Europe/Berlin"}
LATER = {"from": "20:00", "to": "23:00", "timezone": "Europe/Berlin"}
OPEN_UNTIL = "apply may stop until 2026-11-18 13:00 Europe/Berlin (2026-11-18 12:00 UTC)"
CLOSED_UNTIL = "apply may stop from 2026-11-18 20:00 Europe/Berlin (2026-11-18 19:00 UTC)"


def read(*windows: Any, **files: str) -> list[Any]:
    """These windows, as a run has them."""
    texts = {path: {"text": text, "problem": None} for path, text in files.items()}
    return [window_of(one) for one in json.loads(json.dumps(read_windows(list(windows), texts)))]


def utc(text: str) -> float:
    """Seconds since 1970 for `2026-11-27 21:00` in UTC."""
    moment = parse_time(f"{text}:00")
    assert moment is not None
    return moment


def test_now_is_what_the_tables_take_it_for() -> None:
    assert format_time(NOW) == "2026-11-18T11:06:40Z"


@pytest.mark.parametrize(("windows", "now", "is_open", "moment"), [
    # 2026-11-27 is a Friday; Berlin is one hour ahead of UTC
    pytest.param([NIGHT], "2026-11-27 20:59", False, "2026-11-27 21:00", id="a minute before"),
    pytest.param([NIGHT], "2026-11-27 21:00", True, "2026-11-28 05:00", id="from counts"),
    pytest.param([NIGHT], "2026-11-28 04:59", True, "2026-11-28 05:00", id="Saturday morning belongs to Friday"),
    pytest.param([NIGHT], "2026-11-28 05:00", False, "2026-11-30 21:00", id="to does not count, and Saturday has no window"),
    pytest.param([NIGHT], "2026-11-30 03:00", False, "2026-11-30 21:00", id="Monday morning belongs to Sunday"),
    pytest.param([NIGHT, WEEKEND], "2026-11-27 22:00", True, "2026-11-29 23:00", id="windows that follow each other count as one"),
    pytest.param([WEEKEND, NIGHT], "2026-11-29 22:59", True, "2026-11-29 23:00", id="in whatever order"),
    pytest.param([{**NIGHT, "skip_dates": ["2026-11-27"]}], "2026-11-28 02:00", False, "2026-11-30 21:00", id="a skipped night is skipped to its end"),
    pytest.param([{**NIGHT, "skip_dates": ["2026-11-28"]}], "2026-11-28 02:00", True, "2026-11-28 05:00", id="a night is skipped by its first day"),
    pytest.param([{**NIGHT, "to": "24:00"}], "2026-11-27 22:30", True, "2026-11-27 23:00", id="24:00"),
    pytest.param([{**NIGHT, "to": "0:00"}], "2026-11-27 22:30", True, "2026-11-27 23:00", id="0:00 is the same end"),
    pytest.param([{"timezone": "UTC"}], "2026-11-27 22:30", True, None, id="always"),
    pytest.param([{"timezone": "UTC", "days": "mon"}, {"timezone": "UTC", "days": "tue"}], "2026-11-27 22:30", False, "2026-11-30 00:00", id="two"),
    pytest.param([{"timezone": "Asia/Kolkata", "from": "09:15", "to": "10:00"}], "2026-11-27 03:44", False, "2026-11-27 03:45", id="an odd offset"),
    pytest.param([{"timezone": "Pacific/Kiritimati", "days": "sat"}], "2026-11-27 10:00", True, "2026-11-28 10:00", id="14 hours ahead"),
    pytest.param([{"timezone": "Pacific/Pago_Pago", "days": "thu"}], "2026-11-27 10:59", True, "2026-11-27 11:00", id="11 hours behind"),
    # 2026-03-29: clocks in Berlin jump from 02:00 to 03:00, at 01:00 UTC
    pytest.param([{**NIGHT, "days": 7, "from": "02:30", "to": "05:00"}], "2026-03-28 12:00", False, "2026-03-29 01:00", id="it begins in the gap"),
    pytest.param([{**NIGHT, "days": 7, "from": "02:30", "to": "05:00"}], "2026-03-29 01:00", True, "2026-03-29 03:00", id="so it is shorter"),
    pytest.param([{**NIGHT, "days": 6, "from": "22:00", "to": "02:30"}], "2026-03-28 22:00", True, "2026-03-29 01:00", id="it ends in the gap"),
    pytest.param([{**NIGHT, "days": 7, "from": "02:10", "to": "02:50"}], "2026-03-28 12:00", False, "2026-04-05 00:10", id="it is all in the gap"),
    pytest.param([{**NIGHT, "days": 6}], "2026-03-28 22:00", True, "2026-03-29 04:00", id="a night of seven hours"),
    pytest.param([{**NIGHT, "days": 7, "from": "03:00", "to": "05:00"}], "2026-03-29 00:59", False, "2026-03-29 01:00", id="right after the gap"),
    pytest.param([{**NIGHT, "days": 7, "from": "01:59", "to": "02:00"}], "2026-03-29 00:59", True, "2026-03-29 01:00", id="right before the gap"),
    # 2026-10-25: at 01:00 UTC clocks in Berlin go back from 03:00 to 02:00
    pytest.param([{**NIGHT, "days": 7, "from": "02:30", "to": "05:00"}], "2026-10-24 12:00", False, "2026-10-25 00:30", id="it begins with the first 02:30"),
    pytest.param([{**NIGHT, "days": 7, "from": "02:30", "to": "05:00"}], "2026-10-25 01:10", True, "2026-10-25 04:00", id="and goes on at the second 02:10"),
    pytest.param([{**NIGHT, "days": 6, "from": "22:00", "to": "02:30"}], "2026-10-25 00:29", True, "2026-10-25 00:30", id="it ends with the first 02:30"),
    pytest.param([{**NIGHT, "days": 6, "from": "22:00", "to": "02:30"}], "2026-10-25 01:10", False, "2026-10-31 21:00", id="and not again"),
    pytest.param([{**NIGHT, "days": 6}], "2026-10-24 21:00", True, "2026-10-25 05:00", id="a night of nine hours"),
    # Samoa had no 2011-12-30: clocks jumped from the end of 29 to the begin of 31
    pytest.param([{"timezone": "Pacific/Apia", "days": "fri"}], "2011-12-29 12:00", False, "2012-01-05 10:00", id="a day that did not exist"),
    # Lord Howe Island's clocks jump half an hour, from 02:00 to 02:30
    pytest.param([{"timezone": "Australia/Lord_Howe", "from": "02:15", "to": "04:00"}], "2026-10-03 15:00", False, "2026-10-03 15:30", id="half an hour"),
])
def test_when_apply_may_stop(windows: list[dict[str, Any]], now: str, is_open: bool, moment: str | None) -> None:
    found = standing(read(*windows), utc(now))
    assert found is not None
    assert (found.is_open, found.moment and format_time(found.moment)) == (is_open, moment and f"{moment.replace(' ', 'T')}:00Z")


def test_without_windows_nothing_is_said() -> None:
    assert standing([], NOW) is None
    assert was_open([], NOW, NOW)


def test_a_window_is_open_in_the_minutes_that_its_clock_shows() -> None:
    """For every hour of a year: the clock on the wall agrees with the table of spans."""
    windows = read({**NIGHT, "days": "mon-sun", "skip_dates": ["2026-05-01"]})
    zone = zoneinfo.ZoneInfo("Europe/Berlin")
    wrong = []
    for hour in range(24 * 365):
        now = utc("2026-01-01 00:00") + 3600 * hour
        clock = datetime.datetime.fromtimestamp(now, zone)
        belongs_to = clock.date() - datetime.timedelta(days=clock.hour < 6)
        expected = (clock.hour >= 22 or clock.hour < 6) and belongs_to != datetime.date(2026, 5, 1)
        found = standing(windows, now)
        assert found is not None
        if found.is_open != expected:
            wrong.append(clock)
    assert wrong == []


@pytest.mark.parametrize(("windows", "since", "now", "expected"), [
    ([NIGHT], "2026-11-27 15:00", "2026-11-27 20:59", False),
    ([NIGHT], "2026-11-27 15:00", "2026-11-27 21:00", True),
    ([NIGHT], "2026-11-27 22:00", "2026-11-28 10:00", True),
    ([NIGHT], "2026-11-28 05:00", "2026-11-30 10:00", False),
    ([NIGHT, WEEKEND], "2026-11-28 05:00", "2026-11-28 05:01", True),
])
def test_whether_a_window_was_open_since_then(windows: list[dict[str, Any]], since: str, now: str, expected: bool) -> None:
    assert was_open(read(*windows), utc(since), utc(now)) is expected


def test_a_window_whose_dates_are_all_skipped_never_opens() -> None:
    year = [datetime.date(2026, 11, 18) + datetime.timedelta(days=day) for day in range(-3, 500)]
    [window] = read({**TODAY, "skip_dates": year})
    assert str(standing([window], NOW)) == "no window opens within 400 days; check skip_dates"
    assert not was_open([window], NOW, NOW + 86400)


EVERY_DAY = list(range(1, 8))


@pytest.mark.parametrize(("given", "days"), [
    ("mon-fri", [1, 2, 3, 4, 5]), ("Mon..Fri", [1, 2, 3, 4, 5]), ("MONDAY - Friday", [1, 2, 3, 4, 5]), ("1-5", [1, 2, 3, 4, 5]),
    ("fri-mon", [1, 5, 6, 7]), ("7-1", [1, 7]), ("mo, tu;we th", [1, 2, 3, 4]), ("tues", [2]), (["sat", 7], [6, 7]), (3, [3]),
    ("[\"mon\", 2]", [1, 2]), (["mon-wed", "sun"], [1, 2, 3, 7]), ("mon-sun", EVERY_DAY), ("sat,", [6]),
])
def test_days_in_many_forms(given: Any, days: list[int]) -> None:
    assert sorted(read({"timezone": "UTC", "days": given})[0].days) == days


@pytest.mark.parametrize(("given", "expected"), [
    (["2026-12-24", datetime.date(2026, 12, 25)], ["2026-12-24", "2026-12-25"]),
    ("2026-12-24, 2026-12-25", ["2026-12-24", "2026-12-25"]), ('["2026-12-24"]', ["2026-12-24"]), ([], []),
    ("holidays", ["2026-12-24", "2026-12-25", "2027-01-01"]),
])
def test_dates_in_many_forms(given: Any, expected: list[str]) -> None:
    text = "---\n# of the company\n2026-12-24 # Christmas Eve\n\n- 2026-12-25\n  - '2027-01-01'\n"
    assert sorted(map(str, read({"timezone": "UTC", "skip_dates": given}, holidays=text)[0].skip)) == expected


@pytest.mark.parametrize(("window", "words"), [
    ({**NIGHT, "skip_dates": ["2026-12-24"]}, "mon-fri 22:00 to 06:00 Europe/Berlin, not on 1 date"),
    ({"timezone": "UTC"}, "every day 00:00 to 24:00 UTC"),
    ({"timezone": "UTC", "days": "sat,sun", "skip_dates": ["2026-12-24", "2026-12-25"]}, "sat, sun 00:00 to 24:00 UTC, not on 2 dates"),
])
def test_a_window_in_words(window: dict[str, Any], words: str) -> None:
    assert str(read(window)[0]) == words


@pytest.mark.parametrize(("windows", "words"), [
    ("weekends", "teardown_windows: 'weekends': is not a list of dictionaries"),
    (NIGHT, "is not a list of dictionaries"),
    (None, "is not a list of dictionaries"),
    (["mon-fri"], "teardown_windows[0]: 'mon-fri': is not a dictionary with days, from, to, timezone, skip_dates"),
    ([{**NIGHT, "time_zone": "x"}], "'time_zone': is no key of a window; it takes days, from, to, timezone, skip_dates (did you mean timezone?"),
    ([{"days": "mon"}], "teardown_windows[0]: has no timezone; give one such as Europe/Berlin, or UTC"),
    ([{True: "x", "timezone": "UTC"}], "teardown_windows[0]: 'True': is no key of a window"),
    ([{"timezone": "Europe/Berln"}], "teardown_windows[0].timezone: 'Europe/Berln': is not a time zone (did you mean Europe/Berlin?)"),
    ([{"timezone": "europe/berlin"}], "(did you mean Europe/Berlin?)"),
    ([{"timezone": "Berlin"}], "(did you mean Europe/Berlin?)"),
    ([{"timezone": "New York"}], "(did you mean America/New_York?)"),
    ([{"timezone": "+01:00"}], "'+01:00': is not a time zone"),
    ([{"timezone": "../../etc/passwd"}], "is not a time zone"),
    ([{"timezone": "/etc/localtime"}], "is not a time zone"),
    ([{"timezone": "Europe"}], "is not a time zone"),
    ([{"timezone": ""}], "is not a time zone"),
    ([{"timezone": None}], "teardown_windows[0].timezone: is not text"),
    ([{"timezone": 1}], "teardown_windows[0].timezone: 1: is not text"),
    ([{**NIGHT, "from": 1320}], "teardown_windows[0].from: 1320: is a number; YAML makes this number of 22:00 without quotes; write the time in quotes"),
    ([{**NIGHT, "from": 22}], 'teardown_windows[0].from: 22: is a number; write the time in quotes, for example "22:00"'),
    ([{**NIGHT, "from": "22"}], "'22': is not a time of day"),
    ([{**NIGHT, "from": "10pm"}], "is not a time of day"),
    ([{**NIGHT, "from": "24:00"}], 'is the end of a day; write "00:00", and the next day in days'),
    ([{**NIGHT, "to": "24:01"}], "is not a time of day"),
    ([{**NIGHT, "to": "12:60"}], "is not a time of day"),
    ([{**NIGHT, "to": False}], "teardown_windows[0].to: False: is not a time of day"),
    ([{**NIGHT, "to": None}], "teardown_windows[0].to: is not a time of day"),
    ([{**NIGHT, "to": "22:00"}], "from and to are the same time, so the window could never open; for a whole day leave both out"),
    ([{**NIGHT, "days": 0}], "teardown_windows[0].days: '0': is not a day of the week; Sunday is 7;"),
    ([{**NIGHT, "days": "mondey"}], "'mondey': is not a day of the week (did you mean monday?)"),
    ([{**NIGHT, "days": "t"}], "'t': is not a day of the week"),
    ([{**NIGHT, "days": "12"}], "'12': is not a day of the week"),
    ([{**NIGHT, "days": [True]}], "teardown_windows[0].days: True: names no day"),
    ([{**NIGHT, "days": None}], "teardown_windows[0].days: names no day"),
    ([{**NIGHT, "days": []}], "teardown_windows[0].days: '[]': names no day; give names such as mon or monday"),
    ([{**NIGHT, "days": ""}], "names no day"),
    ([{**NIGHT, "days": "mon-"}], "is not a day of the week"),
    ([{**NIGHT, "days": {"mon": 1}}], "names no day"),
    ([{**NIGHT, "skip_dates": ["2026-02-30"]}], "teardown_windows[0].skip_dates: '2026-02-30': is not a date (YYYY-MM-DD)"),
    ([{**NIGHT, "skip_dates": ["24.12.2026"]}], "is not a date (YYYY-MM-DD)"),
    ([{**NIGHT, "skip_dates": [20261224]}], "20261224: is not a date (YYYY-MM-DD)"),
    ([{**NIGHT, "skip_dates": [datetime.datetime(2026, 12, 24, 1)]}], "is not a date (YYYY-MM-DD)"),
    ([{**NIGHT, "skip_dates": [None]}], "is not a date (YYYY-MM-DD)"),
    ([{**NIGHT, "skip_dates": None}], "is neither a list of dates (YYYY-MM-DD) nor the path of a file with them"),
    ([{**NIGHT, "skip_dates": ""}], "is neither a list of dates (YYYY-MM-DD) nor the path of a file with them"),
    ([{**NIGHT, "skip_dates": "holidays"}], "'holidays': is neither a date (YYYY-MM-DD) nor a file that can be read: it does not exist"),
    ([{**NIGHT, "skip_dates": "2026-12-24, 25"}], "is neither a date (YYYY-MM-DD) nor a file that can be read"),
    ([{**NIGHT, "skip_dates": "bad"}], "teardown_windows[0].skip_dates: 'bad', line 2: 'Christmas': is not a date (YYYY-MM-DD)"),
    ([{**NIGHT, "skip_dates": "none"}], "'none': holds no date"),
])
def test_what_is_not_clear_is_refused_with_the_remedy(windows: Any, words: str) -> None:
    files = {"bad": {"text": "2026-12-24\nChristmas\n", "problem": None}, "none": {"text": "# later\n", "problem": None}}
    [error] = teardown_options({**VARIABLES, "windows": windows}, files)["errors"]
    assert words in error


@pytest.mark.parametrize("page", ["teardown.md", "nightly.md"])
def test_the_windows_of_the_pages_can_be_read(page: str) -> None:
    files = {block.file: block.text for block in blocks_of(ROOT / "docs" / page) if block.file}
    variables = {name.removeprefix("teardown_"): value for name, value in yaml.safe_load(files["windows.yml"]).items()}
    dates = {"holidays.txt": {"text": files.get("holidays.txt"), "problem": None}}
    found = teardown_options({**VARIABLES, **variables}, dates)
    assert found["errors"] == [] and all(len(window["skip_dates"]) > 1 for window in found["windows"][:1])


def test_all_faults_are_told_at_once() -> None:
    [error] = teardown_options({**VARIABLES, "windows": [{"from": 1320, "days": "x", "skip_dates": None}, 7]})["errors"]
    for place in ("[0].from", "[0].days", "[0].skip_dates", "[0]: has no timezone", "[1]"):
        assert f"teardown_windows{place}" in error


def test_the_choice_for_apply_outside_of_the_windows() -> None:
    [error] = teardown_options({**VARIABLES, "outside_windows": "skipp"})["errors"]
    assert error == "teardown_outside_windows: 'skipp' is none of refuse, skip (did you mean skip?)"


def test_without_data_about_time_zones_only_utc_is_known(monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path) -> None:
    def unknown(name: str) -> zoneinfo.ZoneInfo:
        raise zoneinfo.ZoneInfoNotFoundError(name)

    monkeypatch.setattr(zoneinfo, "ZoneInfo", unknown)
    monkeypatch.setattr(zoneinfo, "available_timezones", set)
    [error] = teardown_options({**VARIABLES, "windows": [NIGHT]})["errors"]
    assert "the machine that runs Ansible has no data about time zones; install tzdata there" in error
    assert str(standing(read({"timezone": "UTC", "days": "thu"}), NOW)) == "apply may stop from 2026-11-19 00:00 UTC"


def test_files_of_dates_are_read_where_ansible_was_started(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "days.txt").write_text("\ufeff2026-12-24\n", encoding="utf-8")
    (tmp_path / "odd").write_bytes(b"\xff\xfe")
    (tmp_path / "large").write_bytes(b"#" * (LARGEST + 1))
    given = ["days.txt", "~/days.txt", str(tmp_path / "days.txt"), "odd", "large", ".", "none", ["2026-12-24"], "2026-12-24", None]
    found = date_files([{"skip_dates": one} for one in given] + ["x"])
    texts = {path: file["text"] or file["problem"] for path, file in found.items()}
    assert texts == {
        "days.txt": "2026-12-24\n", "~/days.txt": "2026-12-24\n", str(tmp_path / "days.txt"): "2026-12-24\n",
        "odd": "is not text in UTF-8", "large": "is larger than 1,000,000 bytes", ".": "is a folder", "none": "does not exist",
    }
    assert date_files("no list") == {}


def applied(plan: dict[str, Any], later: float = 0.0, journal: str = "", mode: str = "apply", **variables: Any) -> dict[str, Any]:
    """The end of a run with this plan; the readings take `later` seconds."""
    text = json.dumps(plan)
    known = run.begin({}, NOW, variables={**VARIABLES, "mode": mode, **variables}, content=text)
    assert known["options"]["errors"] == []
    selected = {**of_kind(VIS, result(predicted(1))), "caller": CALLER}
    seen = {"caller": CALLER, "selected": selected, "looked_at": {}}
    if mode == "apply" and not known["refusals"] and not known["outside"]:
        known = run.compare(known, NOW + later, journal=journal, **seen)
    elif mode == "apply":
        seen = {"caller": {}, "selected": {}, "looked_at": {}}
    return run.finish(known, NOW + later, stopped={}, journal=journal, **seen)


PLAN = planned(predicted(1), resources=[VIS])


@pytest.mark.parametrize(("variables", "later", "outcome", "headline", "to_stop"), [
    ({"windows": [TODAY]}, 60, "failed", "1 failed", 1),
    ({"windows": [LATER]}, 0, "refused",
     f"refused; nothing was sent: teardown_windows: outside the window: {CLOSED_UNTIL}; run apply then, or change teardown_windows", 0),
    ({"windows": [LATER], "outside_windows": "skip"}, 0, "ok", f"nothing done, outside the window: {CLOSED_UNTIL}", 0),
    # The window closes while the jobs are read
    ({"windows": [TODAY]}, 3600, "refused", "refused; nothing was sent: teardown_windows: outside the window: apply may stop from 2026-11-19 12:00", 0),
    ({"windows": [TODAY], "outside_windows": "skip"}, 3600, "ok",
     "nothing done, outside the window: apply may stop from 2026-11-19 12:00 Europe/Berlin (2026-11-19 11:00 UTC); 1 would be stopped", 0),
    ({"windows": [LATER], "outside_windows": "skip", "confirm": "no"}, 0, "refused", "refused; nothing was sent: teardown_confirm: 'no'", 0),
])
def test_apply_looks_at_the_clock_when_it_begins_and_before_the_first_stop(
    variables: dict[str, Any], later: float, outcome: str, headline: str, to_stop: int
) -> None:
    known = applied(PLAN, later, resources=[VIS], **variables)
    assert (known["report"]["result"], len(known["to_stop"])) == (outcome, to_stop)
    assert known["report"]["headline"].startswith(headline)
    assert bool(known["failures"]) is (outcome != "ok")


def test_apply_knows_before_the_login_that_no_window_is_open() -> None:
    """So nothing at all is sent: the role goes on only without refusals and without `outside`."""
    begins = [run.begin({}, NOW, variables={**VARIABLES, "mode": "apply", "windows": [LATER], "outside_windows": choice}, content=json.dumps(PLAN))
              for choice in ("refuse", "skip")]
    assert [(len(known["refusals"]), bool(known["outside"])) for known in begins] == [(1, False), (0, True)]


def test_apply_that_did_nothing_says_no_next_command_and_every_form_says_why() -> None:
    report = applied(PLAN, resources=[VIS], windows=[LATER], outside_windows="skip")["report"]
    assert next_step(report, {}, "localhost", check_mode=False) is None
    block = "\n".join(line.text for line in report_block(report, "page", None, 200))
    page = html(report).replace("<wbr>", "")
    for text in (block, page, markdown(report).replace("\\", "")):
        assert CLOSED_UNTIL in text and "nothing done, outside the window" in text


@pytest.mark.parametrize(("windows", "outside", "ttl", "text", "refuses"), [
    ([], "refuse", "24h", None, None),
    ([TODAY], "refuse", "24h", OPEN_UNTIL, None),
    ([LATER], "refuse", "24h", f"outside the window: {CLOSED_UNTIL}", None),
    ([LATER], "skip", "2h", f"outside the window: {CLOSED_UNTIL}", None),
    ([LATER], "refuse", "2h", f"outside the window: {CLOSED_UNTIL}",
     f"teardown_windows: {CLOSED_UNTIL}, but the plan expires 2026-11-18 13:06 UTC; raise teardown_plan_ttl, or make the plan later"),
])
def test_a_plan_says_when_apply_may_stop(windows: list[Any], outside: str, ttl: str, text: str | None, refuses: str | None) -> None:
    known = kept(begun(windows=windows, outside_windows=outside, plan_ttl=ttl, resources=[VIS]), "selected", predicted(1))
    known = take(take(take(known, NOW, "look"), NOW, "make_plan"), NOW, "report")
    report = known["report"]
    assert (report["window"] or {}).get("text") == text
    assert report["would_refuse"] == ([refuses] if refuses else [])
    assert report["result"] == "ok"
    if text:
        message = stats(known, '')[f"otc_teardown_project_{CALLER['project']['id']}"]["message"]
        block = "\n".join(line.text for line in report_block(report, "page", "next command", 200))
        shown = [block, html(report).replace("<wbr>", ""), markdown(report).replace("\\", "")]
        assert all(text in one for one in [message, *shown])
        assert all(f"every day {windows[0]['from']} to" in one for one in shown[1:]), "the reviewer sees the windows themselves"


@pytest.mark.parametrize(("windows", "outside", "journal", "outcome", "why"), [
    pytest.param([], "skip", False, "failed", "not_stopped", id="without windows"),
    pytest.param([TODAY], "skip", False, "failed", "not_stopped", id="a window was open"),
    pytest.param([LATER], "skip", False, "ok", "not_stopped", id="none was open, so nothing was due"),
    pytest.param([LATER], "refuse", False, "failed", "not_stopped", id="none was open, but apply should have stopped it"),
    pytest.param([LATER], "skip", True, "failed", "started_again", id="an earlier run has stopped it"),
])
def test_verify_blames_nobody_for_what_was_not_due(windows: list[Any], outside: str, journal: bool, outcome: str, why: str) -> None:
    line = json.dumps({**predicted(1), "changed": True}) if journal else ""
    known = applied(PLAN, 0.0, line, "verify", resources=[VIS], windows=windows, outside_windows=outside)
    [row] = known["report"]["rows"]
    assert (known["report"]["result"], row["why"], row["group"]) == (outcome, why, "running")
    assert any("no window of teardown_windows was open since" in text for text in known["report"]["warnings"]) is (windows == [LATER] and outside == "skip")
