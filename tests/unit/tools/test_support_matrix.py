# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is said to be supported, wherever it is said, is what is tested; and there is one version."""

from __future__ import annotations

import pathlib
import re

import pytest
import yaml

from tests.matrix import CORES, IN_CI, MODULE_PYTHONS, NEWEST, OLDEST, SANITY_CORES, everything
from tests.tools.release_check import order

ROOT = pathlib.Path(__file__).resolve().parents[3]
PYTHONS = sorted({*MODULE_PYTHONS, *(python for pythons in CORES.values() for python in pythons)}, key=lambda text: int(text[2:]))
WORKFLOWS = sorted(ROOT.glob(".github/workflows/*.yml"))


def text_of(name):
    return (ROOT / name).read_text(encoding="utf-8")


def loaded(name):
    return yaml.safe_load(text_of(name))


def test_the_files_that_tools_read():
    assert loaded("meta/runtime.yml")["requires_ansible"] == f">={OLDEST}.0"
    assert loaded("tests/config.yml")["modules"]["python_requires"] == f">={MODULE_PYTHONS[0]}"
    assert f'target-version = "py{MODULE_PYTHONS[0].replace(".", "")}"' in text_of("pyproject.toml")
    for path in ROOT.glob("roles/*/meta/main.yml"):
        assert loaded(path)["galaxy_info"]["min_ansible_version"] == OLDEST
    assert OLDEST in loaded(".ansible-lint")["supported_ansible_also"]
    assert set(loaded(".ansible-lint")["supported_ansible_also"]) <= set(CORES)


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md"])
def test_what_people_read(name):
    said = " ".join(text_of(name).split())
    assert f"ansible-core {OLDEST} to {NEWEST}" in said
    assert f"Python {MODULE_PYTHONS[0]} to {MODULE_PYTHONS[-1]}" in said


def test_an_environment_gets_the_newest_core_that_its_python_can_run():
    lines = re.findall(r'ansible-core>=([\d.]+),<[\d.]+; python_version (\S+) "([\d.]+)"', text_of("requirements-demo.txt"))
    chosen = {}
    for core, sign, python in lines:
        fits = {"<": lambda one, limit: one < limit, "==": lambda one, limit: one == limit, ">=": lambda one, limit: one >= limit}
        chosen.update({one: core for one in PYTHONS if fits[sign](int(one[2:]), int(python[2:]))})
    controllers = {python for pythons in CORES.values() for python in pythons}
    assert {one: chosen[one] for one in controllers} == {
        one: [core for core, pythons in CORES.items() if one in pythons][-1] for one in controllers
    }


def test_ci_runs_the_oldest_the_newest_and_one_in_between():
    assert list(IN_CI)[0] == OLDEST and list(IN_CI)[-1] == NEWEST and len(IN_CI) == 3
    assert all(python in CORES[core] for core, python in IN_CI.items())
    assert list(CORES)[1:] == list(SANITY_CORES)


@pytest.mark.parametrize("tested", [None, *IN_CI])
def test_all_unit_tests_run_once_on_the_oldest_and_the_newest_python(tested):
    """Unless that is the one session that `make matrix` leaves out, because `make test` has run them all."""
    ends = {CORES[OLDEST][0], CORES[NEWEST][-1]}
    assert set(IN_CI.values()) == ends
    left = {python for core, python in IN_CI.items() if core != tested}
    sessions = [(core, python) for core, pythons in CORES.items() for python in pythons if core != tested]
    assert sorted(python for core, python in sessions if everything(core, python, tested)) == sorted(left)


@pytest.mark.skipif(not WORKFLOWS, reason="this is no checkout: the workflows are not in the tarball")
@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_the_workflows_have_every_python_and_run_what_runs_here(path):
    text = path.read_text(encoding="utf-8")
    lists = re.findall(r"python-version: \|\n((?: +3\.\d+\n)+)", text)
    assert lists and all(sorted(found.split(), key=lambda one: int(one[2:])) == PYTHONS for found in lists)
    assert "run: .ci/run" in text


def test_there_is_one_version():
    """Galaxy.yml has it; no plugin says that it came with a later one."""
    version = str(loaded("galaxy.yml")["version"])
    documented = [path for pattern in ("plugins/**/*.py", "plugins/**/*.yml", "roles/*/meta/*.yml") for path in ROOT.glob(pattern)]
    statement = re.compile(r"^ *version_added: [\"']?([\w.+-]+)", re.MULTILINE)
    added = {version for path in documented for version in statement.findall(path.read_text(encoding="utf-8"))}
    assert added and max(map(order, added)) <= order(version), f"{added}, but galaxy.yml says {version}"
    released = loaded("changelogs/changelog.yaml")["releases"]
    assert all(order(one) <= order(version) for one in released)
    if version in released:
        assert f"\nv{version}\n" in text_of("CHANGELOG.rst")
