# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The closing line counts what really happened in all runs, also in those that did not get to their end."""

from __future__ import annotations

import os
import pathlib
import subprocess
import sys

import pytest

from tests.counting import closing_lines

ROOT = pathlib.Path(__file__).resolve().parents[3]
MIXED = """
import pytest

def test_passes(): pass
def test_passes_too(): pass
def test_fails(): assert False
def test_is_skipped(): pytest.skip("not here")
@pytest.mark.xfail
def test_fails_as_expected(): assert False
@pytest.fixture
def broken(): raise RuntimeError
def test_has_no_fixture(broken): pass
"""


def run_pytest(folder, text, *flags):
    """Run pytest on a file with this text, counted in the folder."""
    path = folder / "test_sample.py"
    path.write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-p", "tests.conftest", "-p", "no:cacheprovider", *flags, str(path)]
    environ = {
        **os.environ, "TEST_COUNTS": str(folder / "counts"), "PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
    }
    return subprocess.run(command, cwd=folder, env=environ, capture_output=True, text=True, check=False)


def sums(folder):
    """The last of the closing lines."""
    return closing_lines(folder)[-1]


def test_every_outcome_counts_once(tmp_path):
    """Though another process runs the tests; a further run adds its own."""
    counts = tmp_path / "counts"
    done = run_pytest(tmp_path, MIXED, "-p", "xdist", "-n", "1")
    assert sums(counts) == "2 passed, 2 failed, 2 skipped", done.stdout
    run_pytest(tmp_path, "def test_is_new(): pass")
    assert sums(counts) == "3 passed, 2 failed, 2 skipped"


def test_a_test_that_runs_again_is_still_one_and_its_worst_outcome_counts(tmp_path):
    counts = tmp_path / "counts"
    run_pytest(tmp_path, "import pytest\ndef test_a(): pass\ndef test_b(): pass\ndef test_c(): pytest.skip('x')")
    run_pytest(tmp_path, "import pytest\ndef test_a(): pass\ndef test_b(): assert False\ndef test_c(): pass")
    run_pytest(tmp_path, "import pytest\ndef test_a(): pytest.skip('x')\ndef test_b(): pass")
    assert closing_lines(counts) == [
        "8 test runs on all versions; each distinct test counts once:", "2 passed, 1 failed, 0 skipped",
    ]


@pytest.mark.parametrize("text", ["import os\ndef test_kills(): os._exit(3)", ""], ids=["killed", "without tests"])
def test_a_run_without_a_result_is_a_failure(tmp_path, text):
    done = run_pytest(tmp_path, text)
    assert sums(tmp_path / "counts") == "0 passed, 1 failed, 0 skipped", done.stdout


def test_no_run_at_all_is_a_failure(tmp_path):
    assert sums(tmp_path) == "0 passed, 1 failed, 0 skipped"
