# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run ansible-lint, with the profile for production, over every playbook and task in the documentation; shellcheck over scripts.

Usage: lint_examples.py, with ANSIBLE_COLLECTIONS_PATH set to a tree that contains this checkout.
"""

from __future__ import annotations

import pathlib
import subprocess
import sys
import tempfile

import yaml

from tests.support.documents import Example, blocks_of, examples, markdown_files

_PLAY = "- name: Play the example\n  hosts: localhost\n  gather_facts: false\n  tasks:\n"


def main() -> int:
    """The exit code. All examples are put into one playbook, which is much faster than many."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / ".ansible-lint").write_text("---\nprofile: production\noffline: true\n", encoding="utf-8")
        plays = [f"# Example {where}\n{_as_playbook(text)}" for where, text, _files in [*examples(), *_playbooks_of_guides()]]
        text = "---\n" + "\n".join(plays)
        (folder / "examples.yml").write_text(text, encoding="utf-8")
        subprocess.run(["git", "init", "-q"], cwd=folder, check=True)
        code = subprocess.run(["ansible-lint", "--strict", "--nocolor", "-q"], cwd=folder, check=False).returncode
    if code:
        print("\n".join(f"examples.yml:{number} begins {line[2:]}" for number, line in enumerate(text.splitlines(), start=1)
                        if line.startswith("# Example ")))
    return code or _shellcheck()


def _shellcheck() -> int:
    """The exit code of shellcheck for the scripts of each page, beside the other files of the page, which they may source."""
    for path in markdown_files():
        files = [block for block in blocks_of(path) if block.file]
        scripts = [block.file for block in files if block.language == "bash"]
        with tempfile.TemporaryDirectory() as name:
            for block in files:
                target = pathlib.Path(name, block.file)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(block.text, encoding="utf-8")
            if scripts and (code := subprocess.run(["shellcheck", "--external-sources", *scripts], cwd=name, check=False).returncode):
                return code
    return 0


def _playbooks_of_guides() -> list[Example]:
    found = []
    for path in markdown_files():
        found += [Example(f"{path.stem}-{block.file.partition('.')[0]}", block.text) for block in blocks_of(path)
                  if block.language == "yaml" and block.file and isinstance(yaml.safe_load(block.text), list)]
    return found


def _as_playbook(text: str) -> str:
    """The example unchanged, as a playbook: formatting and comments are linted too."""
    if "hosts" in yaml.safe_load(text)[0]:
        return text.strip().removeprefix("---\n") + "\n"
    return _PLAY + "".join(f"    {line}".rstrip() + "\n" for line in text.strip().splitlines())


if __name__ == "__main__":
    sys.exit(main())
