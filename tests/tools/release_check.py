# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check whether a tarball may be released: version, changelog, tag, content, and the log of the importer of Galaxy.

Usage: release_check.py TARBALL IMPORTER_PYTHON, from the checkout that it was built from.
"""

from __future__ import annotations

import pathlib
import re
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Collection, Iterator, Mapping
from typing import Any

import yaml

VERSION = re.compile(r"(\d+)\.(\d+)\.(\d+)(-[0-9A-Za-z.-]+)?")
# The importer lints with the settings of this collection.
LINT_SETTINGS = ".ansible-lint"
TOP_LEVEL = re.compile(
    r"[A-Z_]+(\.md|\.rst|\.json)?|Makefile|noxfile\.py|pyproject\.toml|requirements[a-z-]*\.txt"
    r"|changelogs|docs|examples|extensions|meta|playbooks|plugins|roles|tests"
)
LEFT_BEHIND = re.compile(
    r"(^|/)(output|dist|build|venv|\.[^/]+|__pycache__|node_modules|ansible\.log|clouds\.ya?ml|id_[a-z0-9]+)(/|$)"
    r"|\.(pyc|log|retry|tar|gz|zip|whl|pem|key|swp|orig|rej)$"
)
LARGEST = 1_000_000
AWX_SITE = "extensions/awx/objects/site.yml"
CONSTANT = "plugins/plugin_utils/_version.py"
SECRETS = re.compile(
    rb"-----BEGIN [A-Z ]*PRIVATE KEY-----"
    rb"|\bgAAAA[\w-]{60,}"                      # a Fernet token of Keystone
    rb"|\bMII[A-Za-z0-9+/]{200,}"               # a PKI token, or a certificate without its armour
    rb"|\b(ghp|gho|ghs|github_pat|glpat|xox[abp])[_-]\w{16,}"
    rb"|\$ANSIBLE_VAULT;\d"
)


def main(archive: str, importer: str) -> int:
    """Print the problems, one line each; returns 1 if there are any."""
    galaxy, log = _yaml("galaxy.yml"), _yaml("changelogs/changelog.yaml")
    fragments = [path.name for path in pathlib.Path("changelogs/fragments").glob("*.y*ml")]
    version = str(galaxy["version"])
    wrong = [
        *version_problems(version, log["releases"] or {}, fragments),
        *constant_problems(version, pathlib.Path(CONSTANT).read_text(encoding="utf-8")),
        *tag_problems(version, _tags("--points-at", "HEAD"), log["releases"] or {}),
        *branch_problems(str(_yaml(AWX_SITE)["otc_site_scm_branch"] or ""), _tags()),
        *changelog_problems(version, log["releases"] or {}, new_plugins(pathlib.Path(), version)),
        *content_problems(archive, version),
        *importer_problems(_import(archive, importer)),
    ]
    print(*(wrong or [f"{archive} may be released"]), sep="\n")
    return 1 if wrong else 0


def version_problems(version: str, releases: Collection[str], fragments: Collection[str]) -> Iterator[str]:
    """Problems with the version in galaxy.yml: it must be the next version if there are fragments, else the last release."""
    if not VERSION.fullmatch(version):
        yield f"galaxy.yml: {version} is not a semantic version"
        return
    last = max(releases, key=order, default=None)
    if version in releases and fragments:
        yield (f"galaxy.yml: {version} has been released, and {', '.join(fragments)} came after it: raise the version "
               "(or, if it has not been published, run make changelog)")
    if version not in releases and not fragments:
        yield f"changelogs/fragments: nothing says what {version} brings"
    if last and order(version) < order(last):
        yield f"galaxy.yml: {version} is older than {last}, which has been released"


def constant_problems(version: str, source: str) -> Iterator[str]:
    """A problem if the constant that reports show says another version; `source` is the text of its file."""
    found = re.search(r'^COLLECTION_VERSION = "(.*)"$', source, re.MULTILINE)
    if not found or found.group(1) != version:
        yield f"{CONSTANT}: says {found.group(1) if found else 'nothing'}, galaxy.yml says {version}"


def tag_problems(version: str, tags: Collection[str], releases: Collection[str]) -> Iterator[str]:
    """Problems with a tag `v...` on this commit: it must name the version, and the changelog must contain it."""
    for tag in tags:
        if tag.startswith("v") and tag != f"v{version}":
            yield f"tag {tag}: galaxy.yml says {version}"
        elif tag == f"v{version}" and version not in releases:
            yield f"tag {tag}: the changelog has no {version} yet: run make changelog"


def branch_problems(branch: str, tags: Collection[str]) -> Iterator[str]:
    """A problem if the project in AWX is told to take a tag that there is not, which no sync survives; empty is the default branch."""
    if branch and branch not in tags:
        yield f"{AWX_SITE}: otc_site_scm_branch: {branch} is no tag; make it, or leave the variable empty for the default branch"


def changelog_problems(version: str, releases: Mapping[str, Any], new: Collection[str]) -> Iterator[str]:
    """Problems with the changelog of a released version: it must list every plugin and module that was added in it."""
    if version not in releases:
        return
    entry = releases[version]
    listed = [*entry.get("modules", ()), *(one for part in ("plugins", "objects")
                                           for found in entry.get(part, {}).values() for one in found)]
    for name in sorted(set(new) - {one["name"] for one in listed}):
        yield f"changelogs/changelog.yaml: {version} does not list {name}: run make changelog"


def new_plugins(root: pathlib.Path, version: str) -> list[str]:
    """Modules, filters and inventory plugins whose documentation says `version_added: <version>`."""
    files = [path for pattern in ("modules/*.py", "filter/*.y*ml", "inventory/*.py") for path in root.glob(f"plugins/{pattern}")]
    added = re.compile(rf"^ *version_added: [\"']?{re.escape(version)}[\"']?$", re.MULTILINE)
    return [path.stem for path in files if added.search(path.read_text(encoding="utf-8"))]


def content_problems(archive: str, version: str) -> Iterator[str]:
    """Problems with the content of a tarball: files that do not belong to the collection, large files, secrets."""
    if pathlib.Path(archive).name != f"otc-teardown-{version}.tar.gz":
        yield f"{archive}: is not of version {version}"
    with tarfile.open(archive) as tar:
        for member in tar:
            top = member.name.partition("/")[0]
            if member.name == LINT_SETTINGS:
                continue
            if not TOP_LEVEL.fullmatch(top):
                yield f"{member.name}: is not expected at the top; add it to build_ignore, or to this check"
            elif LEFT_BEHIND.search(member.name):
                yield f"{member.name}: was left behind by a tool; add it to build_ignore"
            elif member.size > LARGEST:
                yield f"{member.name}: is large ({member.size} bytes)"
            elif member.isfile() and (found := SECRETS.search(tar.extractfile(member).read())):
                yield f"{member.name}: holds what looks like a secret ({found.group()[:12].decode()}...)"


def importer_problems(log: str) -> Iterator[str]:
    """Problems that Galaxy would report, from the log of the importer: its exit code is always 0."""
    lines = log.splitlines()
    yield from (f"galaxy-importer: {line}" for line in lines if re.match(r"(WARNING|ERROR|CRITICAL|Traceback)", line))
    if not any("Importer processing completed successfully" in line for line in lines):
        yield f"galaxy-importer: has not come to its end: {lines[-1] if lines else 'no output'}"


def order(version: str) -> tuple[Any, ...]:
    """A key to sort versions by; a pre-release comes before its release."""
    matched = VERSION.fullmatch(version)
    if not matched:
        raise ValueError(f"{version} is not a semantic version")
    *numbers, pre = matched.groups()
    return (*map(int, numbers), pre is None, pre or "")


def _yaml(path: str) -> Any:
    return yaml.safe_load(pathlib.Path(path).read_text(encoding="utf-8"))


def _tags(*which: str) -> list[str]:
    done = subprocess.run(["git", "tag", *which], capture_output=True, text=True, check=False)
    return done.stdout.split()


def _import(archive: str, python: str) -> str:
    with tempfile.TemporaryDirectory() as folder:
        executable = pathlib.Path(python).absolute()
        command = [str(executable), "-m", "galaxy_importer.main", "--output-path", folder, str(pathlib.Path(archive).absolute())]
        path = f"{executable.parent}:/usr/local/bin:/usr/bin:/bin"
        environ = {"PATH": path, "HOME": folder, "LANG": "C.UTF-8"}
        done = subprocess.run(
            command, cwd=folder, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
        )
        return done.stdout


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
