# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The licenses in SECURITY.md are those of what is installed, and no dependency is forgotten."""

from __future__ import annotations

import importlib.metadata
import pathlib
import re

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[3]
TABLES = (ROOT / "SECURITY.md").read_text(encoding="utf-8").partition("## Dependencies")[2]
# How packages spell them, where it is not as here.
SPELLINGS = {
    "Apache-2.0": "apache", "MIT": "mit", "MPL-2.0": r"mpl|mozilla", "GPL-3.0": r"gpl|gnu general", "GPL-3.0-or-later": r"gpl|gnu general",
    "BSD-3-Clause": "bsd", "BSD, PSF": "bsd|psf|python software|matplotlib",
}


def required():
    """The names in all requirements*.txt."""
    lines = "\n".join(path.read_text(encoding="utf-8") for path in ROOT.glob("requirements*.txt"))
    return sorted(set(re.findall(r"^([A-Za-z][\w.-]*)", lines, re.MULTILINE)))


def rows():
    """(name, license) of both tables."""
    for line in TABLES.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 3 and cells[0] not in ("", "---"):
            names, licenses = (re.findall(r"[\w.-]+", cell.replace("with ", "").replace(" and ", " ")) for cell in (cells[0], cells[2]))
            yield from zip(names, licenses)
        elif cells[0] in SPELLINGS:
            names = re.sub(r"\([^)]*\)", "", cells[1])
            yield from ((name, cells[0]) for name in re.findall(r"[A-Za-z][\w.-]+", names) if name != "and")


def facts_of(name):
    """What a package says of itself, None if it is not installed here."""
    try:
        return importlib.metadata.metadata(name)
    except importlib.metadata.PackageNotFoundError:
        return None


STATED = dict(rows())
INSTALLED = {name: facts for name, facts in ((name, facts_of(name)) for name in STATED) if facts}


def test_every_dependency_is_there():
    assert {name.lower() for name in required()} <= {name.lower() for name in STATED}
    assert {"urllib3", "idna", "huaweicloudsdkcore"} <= STATED.keys()


@pytest.mark.parametrize("name", sorted(INSTALLED))
def test_the_license_is_that_of_the_package(name):
    facts = INSTALLED[name]
    classes = [value for key, value in facts.items() if key == "Classifier" and value.startswith("License")]
    told = " ".join([facts.get("License-Expression") or "", (facts.get("License") or "")[:200], *classes]).lower()
    assert re.search(SPELLINGS[STATED[name]], told), told
