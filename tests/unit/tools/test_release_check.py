# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What keeps a tarball from being released."""

from __future__ import annotations

import io
import pathlib
import tarfile

import pytest
import yaml

from tests.tools import release_check as check

OLD, NEW = {"0.1.0": {}}, {"0.1.0": {}, "0.2.0": {}}
TOKEN = "gAAAA" + "x" * 80
KEY = "-----BEGIN " + "RSA PRIVATE KEY-----"


@pytest.mark.parametrize(("version", "releases", "fragments", "wrong"), [
    ("0.2.0", OLD, ["1.yml"], ""),
    ("0.2.0", NEW, [], ""),
    ("0.1.0", {}, ["1.yml"], ""),
    ("0.2.0", NEW, ["1.yml"], "raise the version"),
    ("0.3.0", NEW, [], "nothing says what 0.3.0 brings"),
    ("0.1.5", NEW, ["1.yml"], "older than 0.2.0"),
    ("0.2.0-beta.1", NEW, ["1.yml"], "older than 0.2.0"),
    ("0.10.0", {"0.9.0": {}}, ["1.yml"], ""),
    ("1.0", {}, ["1.yml"], "not a semantic version"),
])
def test_the_version(version, releases, fragments, wrong):
    problems = list(check.version_problems(version, releases, fragments))
    assert wrong in " ".join(problems) and len(problems) == bool(wrong)


@pytest.mark.parametrize(("tags", "releases", "wrong"), [
    (["v0.2.0"], NEW, ""),
    ([], OLD, ""),
    (["nightly"], OLD, ""),
    (["v0.2.1"], NEW, "tag v0.2.1: galaxy.yml says 0.2.0"),
    (["v0.2.0"], OLD, "the changelog has no 0.2.0"),
])
def test_the_tag(tags, releases, wrong):
    problems = list(check.tag_problems("0.2.0", tags, releases))
    assert wrong in " ".join(problems) and len(problems) == bool(wrong)


@pytest.mark.parametrize(("source", "wrong"), [
    ('COLLECTION_VERSION = "0.2.0"\n', ""),
    ('COLLECTION_VERSION = "0.1.0"\n', "says 0.1.0, galaxy.yml says 0.2.0"),
    ("", "says nothing, galaxy.yml says 0.2.0"),
])
def test_the_version_that_reports_show(source, wrong):
    problems = list(check.constant_problems("0.2.0", source))
    assert wrong in " ".join(problems) and len(problems) == bool(wrong)


@pytest.mark.parametrize(("branch", "tags", "wrong"), [
    ("", [], ""),
    ("v0.1.0", ["v0.1.0"], ""),
    ("0.1.0", ["v0.1.0"], "otc_site_scm_branch: 0.1.0 is no tag"),
])
def test_the_branch_that_awx_takes(branch, tags, wrong):
    problems = list(check.branch_problems(branch, tags))
    assert wrong in " ".join(problems) and len(problems) == bool(wrong)


def test_reports_show_the_version_of_now():
    root = pathlib.Path(check.__file__).resolve().parents[2]
    version = yaml.safe_load((root / "galaxy.yml").read_text(encoding="utf-8"))["version"]
    assert not list(check.constant_problems(version, (root / check.CONSTANT).read_text(encoding="utf-8")))


def test_a_released_version_lists_what_it_brought(tmp_path):
    for name, version in (("one", "0.2.0"), ("two", "0.2.0"), ("old", "0.1.0")):
        path = tmp_path / "plugins" / "modules" / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f'DOCUMENTATION = r"""\nmodule: {name}\nversion_added: {version}\n"""', encoding="utf-8")
    new = check.new_plugins(tmp_path, "0.2.0")
    assert sorted(new) == ["one", "two"]
    releases = {"0.2.0": {"modules": [{"name": "one"}], "plugins": {"filter": [{"name": "three"}]}}}
    [problem] = check.changelog_problems("0.2.0", releases, new)
    assert "0.2.0 does not list two" in problem
    assert not list(check.changelog_problems("0.3.0", releases, new))


@pytest.mark.parametrize(("name", "content", "wrong"), [
    ("plugins/modules/drs_job.py", "", ""),
    ("requirements-dev.txt", "", ""),
    ("stray.txt", "", "not expected at the top"),
    (".venv/bin/python", "", "not expected at the top"),
    ("tests/output/junit.xml", "", "left behind"),
    ("tests/unit/__pycache__/a.pyc", "", "left behind"),
    ("plugins/modules/.drs_job.py.swp", "", "left behind"),
    ("docs/picture.svg", "x" * 1_000_001, "is large"),
    ("docs/a.md", f"token: {TOKEN}", "looks like a secret (gAAAAxxxxxxx...)"),
    ("docs/a.md", KEY, "looks like a secret"),
    ("docs/a.md", "$ANSIBLE_VAULT;" + "1.1;AES256", "looks like a secret"),
])
def test_the_content(tmp_path, name, content, wrong):
    archive = tmp_path / "otc-teardown-0.2.0.tar.gz"
    with tarfile.open(archive, "w:gz") as tar:
        member = tarfile.TarInfo(name)
        member.size = len(content)
        tar.addfile(member, io.BytesIO(content.encode()))
    problems = list(check.content_problems(str(archive), "0.2.0"))
    assert wrong in " ".join(problems) and len(problems) == bool(wrong)
    assert len(list(check.content_problems(str(archive), "0.3.0"))) == bool(wrong) + 1


@pytest.mark.parametrize(("log", "wrong"), [
    ("Loading module a\nImporter processing completed successfully", ""),
    ("WARNING: No changelog\nImporter processing completed successfully", "WARNING: No changelog"),
    ("ERROR: The import failed", "ERROR: The import failed"),
    ("", "no output"),
])
def test_the_importer(log, wrong):
    assert wrong in " ".join(check.importer_problems(log))
    assert bool(list(check.importer_problems(log))) == bool(wrong)
