# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is generated from the kinds of jobs is up to date, and words that do not fit their description are refused."""

from __future__ import annotations

import pathlib
import shutil

import pytest
import yaml

from ansible_collections.otc.teardown.plugins.module_utils._modules.kinds import KINDS
from tests.tools.kinds.blocks import BLOCKS, filled, without_blocks
from tests.tools.kinds.files import generated, left_over
from tests.tools.kinds.modules import items, scalar
from tests.tools.kinds.words import DESCRIPTIONS, WORDS, WordsError, kinds_of

ROOT = pathlib.Path(__file__).resolve().parents[3]
WANTED = generated(ROOT)


@pytest.mark.parametrize("path", WANTED, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_what_is_generated_is_up_to_date(path):
    assert path.exists() and path.read_text(encoding="utf-8") == WANTED[path], "out of date; run make kinds"


def test_nothing_is_left_of_a_kind_that_is_gone():
    assert left_over(ROOT, WANTED) == []
    assert {path.stem for path in left_over(ROOT, [])} == {f"{name}{end}" for name in KINDS for end in ("", "_info")}


def test_every_block_is_used():
    text = "".join(text for text in WANTED.values())
    assert [name for name in BLOCKS if f" kinds: {name}" not in text] == []


def test_kinds_come_in_the_order_in_which_they_are_stopped():
    assert [kind.name for kind in kinds_of(ROOT)] == list(KINDS)


@pytest.fixture
def collection(tmp_path):
    """Descriptions and words in a folder of their own."""
    for folder in (DESCRIPTIONS, WORDS):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


@pytest.mark.parametrize(("path", "value", "said"), [
    (("done",), "x", "drs_job.yml: keys: unknown: done"),
    (("jobs",), None, "drs_job.yml: keys: missing: jobs"),
    (("options", "task_id"), ["x"], "drs_job.yml: options: unknown: task_id"),
    (("options", "drs_api"), None, "drs_job.yml: options: missing: drs_api"),
    (("examples", "info"), None, "drs_job.yml: examples: missing: info"),
    (("sample", "parent"), "x", "drs_job.yml: sample: unknown: parent"),
    (("permissions", "read"), None, "drs_job.yml: permissions: missing: read"),
    (("sample", "status_after"), "PAUSING", "drs_job.yml: sample.status_after: 'PAUSING' is not ended by its description"),
    (("sample", "status_before"), "GONE", "drs_job.yml: sample.status_before: 'GONE' is not stoppable by its description"),
])
def test_words_that_do_not_fit_are_refused(collection, path, value, said):
    file = collection / WORDS / "drs_job.yml"
    words = at = yaml.safe_load(file.read_text(encoding="utf-8"))
    for key in path[:-1]:
        at = at[key]
    if value is None:
        del at[path[-1]]
    else:
        at[path[-1]] = value
    file.write_text(yaml.safe_dump(words), encoding="utf-8")
    with pytest.raises(WordsError) as caught:
        kinds_of(collection)
    assert said in str(caught.value)


@pytest.mark.parametrize(("gone", "said"), [
    (f"{WORDS}/drs_job.yml", "drs_job.yml is missing"),
    (f"{DESCRIPTIONS}/drs_job.py", "drs_job.yml is about no kind"),
])
def test_each_kind_has_both_files(collection, gone, said):
    (collection / gone).unlink()
    with pytest.raises(WordsError, match=said):
        kinds_of(collection)


@pytest.mark.parametrize(("before", "after"), [
    ("a:\n  # kinds: names\n  - old\n  # /kinds\nb: 1\n", "a:\n  # kinds: names\n  - {0}\n  - {1}\n  # /kinds\nb: 1\n"),
    ("# kinds: names of drs\n# /kinds\n", "# kinds: names of drs\n- {1}\n# /kinds\n"),
    ("<!-- kinds: names -->\n<!-- /kinds -->", "<!-- kinds: names -->\n- {0}\n- {1}\n<!-- /kinds -->"),
    ("`<!-- kinds: names -->` and `<!-- /kinds -->`\n", "`<!-- kinds: names -->` and `<!-- /kinds -->`\n"),
])
def test_what_stands_between_marks_is_replaced(before, after):
    two = [kind for kind in kinds_of(ROOT) if kind.name in ("modelarts_service_task", "drs_job")]
    assert filled(before, two, "x.md") == after.format("modelarts_service_task", "drs_job")
    assert filled(filled(before, two, "x.md"), two, "x.md") == filled(before, two, "x.md")
    assert "drs_job" not in without_blocks(filled(before, two, "x.md"))


def test_an_unknown_block_is_named_with_its_file():
    with pytest.raises(WordsError, match=r"x\.md: there is no block nmaes; choose from names"):
        filled("# kinds: nmaes\n# /kinds\n", [], "x.md")


@pytest.mark.parametrize("text", ["plain", "with: colon", "10", "null", 'a "quote" \\ and # mark', "- dash", "yes", "long " * 60 + "end: x"])
def test_texts_stay_what_they_are_in_yaml(text):
    assert yaml.safe_load(f"  - {scalar(text.strip(), 4)}") == [text.strip()]
    assert yaml.safe_load(items([text.strip(), "b"], 2)) == [text.strip(), "b"]
    assert max(map(len, items([text], 6).split("\n"))) <= 124
