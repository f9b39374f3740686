# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The comparison with an older commit says what was measured, whatever that was."""

from __future__ import annotations

import base64
import io
import zipfile

import pytest

from tests.benchmark.cloud import Served
from tests.benchmark.house.__main__ import main
from tests.benchmark.house.packed import Packed, archive_in, ours
from tests.benchmark.house.plays import MODES, Round, least
from tests.benchmark.house.section import Compared, kept, section
from tests.benchmark.house.sides import at_commit, of_checkout

SERVED = Served(60, 11, 11, 1.0, 0.0, 0.5, 0.1, logins=7)


def played(*seconds):
    """A round that took these seconds of processor."""
    return Round(dict(zip(MODES, seconds, strict=True)), SERVED)


def compared(after):
    """A comparison in which a round took 30 s before, and these seconds now; one module is new, and one is gone."""
    before = {"gone": Packed(40, 2048, 4096, 0.4), "both": Packed(40, 2048, 4096, 0.4)}
    now = {"jobs": Packed(50, 3072, 4096, 0.5), "new": Packed(50, 3072, 4096, 0.5), "both": Packed(20, 1024, 4096, 0.2)}
    return Compared("abc1234", 7, [[played(10, 10, 10)] * 2, [played(*after), played(*(2 * each for each in after))]], [before, now])


def test_it_says_of_each_whether_a_third_was_reached():
    text = section(compared((3, 4, 2.5)), "A machine.")
    assert "| plan | 10.00 | 3.00 | 0.300 | yes |" in text
    assert "| apply | 10.00 | 4.00 | 0.400 | **no** |" in text
    assert "| all three | 30.00 | 9.50 | 0.317 | yes |" in text
    assert "from 30.00 to 30.00 s before and from 9.50 to 19.00 s now" in text and "was 0.317 to 0.633." in text


def test_modules_of_both_sides_are_compared_and_the_new_one_is_shown():
    text = section(compared((3, 3, 3)), "A machine.")
    assert "| `both` | 40 | 20 | 2 | 1 | 4 | 4 | 0.400 | 0.200 | 0.50 |" in text
    assert "| `jobs` | – | 50 | – | 3 | – | 4 | – | 0.500 | – |" in text
    assert "`gone`" not in text and "`new`" not in text


def test_the_least_of_each_mode_counts():
    assert least([played(1, 5, 3), played(2, 4, 6)]).processor == {"plan": 1, "apply": 4, "verify": 3}


def test_the_archive_of_a_module_is_read(tmp_path):
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for name, text in (("ansible/a.py", "1"), ("ansible_collections/otc/teardown/__init__.py", ""),
                           ("ansible_collections/otc/teardown/plugins/modules/a.py", "pass")):
            archive.writestr(name, text)
    script = f"payload = '{base64.b64encode(written.getvalue()).decode('ascii')}'"
    (tmp_path / "a.zip").write_bytes(archive_in(script))
    assert ours(tmp_path / "a.zip") == [4]
    with pytest.raises(ValueError, match="no archive"):
        archive_in("payload = ''")


def test_both_sides_hold_what_is_installed(tmp_path):
    for side in (at_commit("HEAD", tmp_path / "before"), of_checkout(tmp_path / "after")):
        assert {"jobs", "iam_token"} <= set(side.modules()) and "local_files" not in side.modules()
        assert (side.collection / "tests" / "demo" / "teardown.yml").is_file()


def test_a_commit_that_does_not_exist_is_told(capsys):
    assert main(["--before", "no-such-commit", "--show"]) == 1
    assert "no-such-commit" in capsys.readouterr().err


def test_too_few_rounds_are_refused(capsys):
    with pytest.raises(SystemExit):
        main(["--rounds", "2"])
    assert "at least 3" in capsys.readouterr().err


def test_the_page_keeps_its_part():
    assert kept().startswith("<!-- before and after: ") and kept().endswith("<!-- end of before and after -->\n")
