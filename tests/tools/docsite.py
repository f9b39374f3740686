# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Build the docsite in build/docs/html: the pages of docs/, and a page for each plugin and role. Needs no network.

Usage: docsite.py, with ANSIBLE_COLLECTIONS_PATH set to a tree that contains this checkout.
"""

from __future__ import annotations

import pathlib
import posixpath
import re
import shutil
import subprocess
import sys
import zlib

import yaml

from tests.tools import site_reference
from tests.tools.check_links import broken_links

ROOT = pathlib.Path(__file__).resolve().parents[2]
CONFIGURATION = ROOT / "docs" / "docsite"
BUILD = ROOT / "build" / "docs"

_REPOSITORY = yaml.safe_load((ROOT / "galaxy.yml").read_text(encoding="utf-8"))["repository"]
_LINK = re.compile(r"\]\((?!#|\w+:)([^)#\s]+)(#[^)\s]*)?\)")
_ROLE = re.compile(r"roles/(\w+)/README\.md")
_START = "docs/docsite/index.md"

# Labels of Ansible's documentation that this one refers to, with their pages. If one is missing here, the build names it.
ANSIBLE_LABELS = {
    "action_plugins": "plugins/action.html#action-plugins",
    "ansible_configuration_settings": "reference_appendices/config.html#ansible-configuration-settings",
    "common_return_values": "reference_appendices/common_return_values.html#common-return-values",
    **{
        f"ansible_collections.ansible.builtin.{name}":
        f"collections/ansible/builtin/{name}.html#ansible-collections-ansible-builtin-{name.replace('_', '-')}"
        for name in ("copy_module", "env_lookup", "free_strategy")
    },
}
ANSIBLE_VARIABLES = ("ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED",)


def place_of(name: str) -> str | None:
    """Where the site has a file of the repository; None if it has not."""
    if name == _START:
        return "index.md"
    return name.removeprefix("docs/") if name.startswith("docs/") else None


def for_the_site(text: str, page: str) -> str:
    """The text of a page (its path in the repository); links out of docs/ lead to the pages of roles or to the repository."""
    here = posixpath.dirname(place_of(page) or "")

    def turned(found: re.Match[str]) -> str:
        name, anchor = posixpath.normpath(posixpath.join(posixpath.dirname(page), found[1])), found[2] or ""
        role, place = _ROLE.fullmatch(name), place_of(name)
        if role:
            return f"](#ansible_collections.otc.teardown.{role[1]}_role)"
        if place:
            return f"]({posixpath.relpath(place, here or '.')}{anchor})"
        return f"]({_REPOSITORY}/blob/main/{name}{anchor})"

    return _LINK.sub(turned, text)


def put_pages(source: pathlib.Path) -> None:
    """Lay out docs/ as the source of the site: Markdown with its links turned, everything else as it is."""
    for path in sorted(path for pattern in ("*.*", "dev/*.md", "images/*", "docsite/index.md") for path in (ROOT / "docs").glob(pattern)):
        name = path.relative_to(ROOT).as_posix()
        target = source / str(place_of(name))
        target.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix == ".md":
            target.write_text(for_the_site(path.read_text(encoding="utf-8"), name), encoding="utf-8")
        else:
            shutil.copy(path, target)


def inventory() -> bytes:
    """A Sphinx inventory (version 2) of the labels and variables of Ansible's documentation that this one refers to."""
    lines = [f"{name} std:label -1 {place} {name}" for name, place in ANSIBLE_LABELS.items()]
    lines += [f"{name} std:envvar 1 reference_appendices/config.html#envvar-$ -" for name in ANSIBLE_VARIABLES]
    head = "# Sphinx inventory version 2\n# Project: Ansible\n# Version: latest\n" \
           "# The remainder of this file is compressed using zlib.\n"
    return head.encode() + zlib.compress("".join(f"{line}\n" for line in lines).encode())


def run(*command: str) -> None:
    """Run one step; ends the build if it fails."""
    if subprocess.run(command, cwd=BUILD, check=False).returncode:
        sys.exit(f"{command[0]} failed")


def main() -> None:
    """Build the site, then check every link."""
    shutil.rmtree(BUILD, ignore_errors=True)
    reference = BUILD / "source" / "reference"
    reference.mkdir(parents=True, mode=0o755)
    reference.chmod(0o755)  # antsibull-docs refuses a folder that other users may write to
    put_pages(BUILD / "source")
    site_reference.write(BUILD / "source", ROOT)
    (BUILD / "source" / "ansible.inv").write_bytes(inventory())
    run("antsibull-docs", "collection", "--use-current", "--squash-hierarchy", "--no-indexes", "--no-breadcrumbs", "--cleanup", "everything",
        "--fail-on-error", "--dest-dir", str(reference), "otc.teardown")
    site_reference.fit(reference)
    run("sphinx-build", "-q", "-W", "--keep-going", "-c", str(CONFIGURATION), "source", "html")
    broken = broken_links(BUILD / "html")
    if broken:
        sys.exit("\n".join(broken))
    print(f"{BUILD / 'html' / 'index.html'}")


if __name__ == "__main__":
    main()
