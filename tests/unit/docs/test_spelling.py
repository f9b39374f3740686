# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""American spelling in every text of the repository (CONTRIBUTING.md, "Words")."""

from __future__ import annotations

import re
import subprocess

import pytest

from tests.support.documents import ROOT

BRITISH = re.compile(
    r"\b(?:(?:mis)?spelt|learnt|artefacts?|grey|licences?|whilst|catalogues?|defences?|judgements?|programmes?|sceptic\w*|fulfil"
    r"|\w*(?:colour|behaviour|honour|favour|labour|neighbour|rumour)\w*"
    r"|\w*(?:cancell|labell|modell|travell|signall)(?:ed|ing)"
    r"|\w*(?:analy|paraly|(?:recogn|organ|normal|summar|minim|maxim|optim|initial|serial|author|custom|final|util|real|general|special)i)"
    r"s(?:e[sd]?|ing)|\w*(?:organ|normal|initial|serial|author|optim)isations?|(?:cent|met|lit|fib)res?)\b",
    re.IGNORECASE,
)
HERE = "tests/unit/docs/test_spelling.py"


def british(line):
    """The British words of a line; CANCELLED is the name of a status."""
    return [found[0] for found in BRITISH.finditer(line) if not found[0].isupper()]


def texts():
    """The path of each text in the repository, with its lines."""
    done = subprocess.run(["git", "ls-files", "-z", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip("not a checkout")
    for name in filter(None, done.stdout.split("\0")):
        path = ROOT / name
        if path.is_file() and path.suffix in (".md", ".py", ".yml", ".yaml", ".j2", ".sh", ".rst", ".toml", ".txt") and name != HERE:
            yield name, path.read_text(encoding="utf-8").splitlines()


def test_no_british_spelling():
    assert [f"{name}:{number}: {word}" for name, lines in texts() for number, line in enumerate(lines, start=1) for word in british(line)] == []


@pytest.mark.parametrize("word", ["colour", "behaviours", "misspelt", "cancelled", "recognised", "organisation", "analyse", "Licence", "grey", "centre"])
def test_british_words_are_found(word):
    assert british(f"a {word} b") == [word]


@pytest.mark.parametrize("word", ["CANCELLED", "color", "analysis", "promise", "raise", "otherwise", "exercise", "canceled", "license", "metric", "labelledby"])
def test_other_words_are_not(word):
    assert british(f"a {word} b") == []
