# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Install the built collection into an empty folder and show every plugin of that copy with ansible-doc.

Usage: check_docs.py TARBALL, from the checkout that it was built from.
"""

from __future__ import annotations

import json
import os
import pathlib
import subprocess
import sys
import tarfile
import tempfile

PREFIX = "otc.teardown."
# Types whose file names are plugin names; action plugins and doc fragments have no separate documentation.
BY_FILE = {"modules": "module", "inventory": "inventory", "lookup": "lookup", "callback": "callback", "connection": "connection"}
BY_LIST = ("filter", "test", "role")


def run(env: dict[str, str], *command: str) -> tuple[str, str]:
    """Run a command: its output, and its errors and warnings."""
    done = subprocess.run(command, env=env, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)
    # ansible-core warns about one of its own collections.
    said = "\n".join(line for line in done.stderr.splitlines() if line and "ansible/_protomatter" not in line)
    return done.stdout, said or (f"exit code {done.returncode}" if done.returncode else "")


def strays(archive: str) -> list[str]:
    """The files in the tarball that git does not track or ignores."""
    ours = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], capture_output=True, text=True, check=True
    ).stdout.splitlines()
    with tarfile.open(archive) as tar:
        return sorted({member.name for member in tar if not member.isdir()} - {"MANIFEST.json", "FILES.json", *ours})


def plugins(root: pathlib.Path, env: dict[str, str]) -> list[tuple[str, str]]:
    found = [
        (kind, PREFIX + file.stem)
        for folder, kind in BY_FILE.items()
        for file in sorted(root.glob(f"plugins/{folder}/[!_]*.py"))
    ]
    for kind in BY_LIST:
        listed, error = run(env, "ansible-doc", "--type", kind, "--list", "--json", PREFIX.rstrip("."))
        if error and "No plugins found" not in error:
            sys.exit(f"ansible-doc --type {kind} --list: {error}")
        found += [(kind, name) for name in json.loads(listed or "{}")]
    for role in sorted(root.glob("roles/*/tasks")):
        if ("role", PREFIX + role.parent.name) not in found:
            sys.exit(f"Role {role.parent.name} has no argument specification")
    return found


def check(kind: str, name: str, root: pathlib.Path, env: dict[str, str]) -> str:
    page, error = run(env, "ansible-doc", "--type", kind, name)
    if error:
        return error
    if str(root) not in page:
        return "not the installed copy"
    return ""


def main(archive: str) -> int:
    if pathlib.Path(".git").exists() and (found := strays(archive)):
        sys.exit(f"build_ignore in galaxy.yml lets these through: {', '.join(found)}")
    with tempfile.TemporaryDirectory() as folder:
        place = os.path.realpath(folder)
        env = {**os.environ, "ANSIBLE_COLLECTIONS_PATH": place, "PAGER": "cat", "ANSIBLE_NOCOLOR": "1", "COLUMNS": "200"}
        error = run(env, "ansible-galaxy", "collection", "install", archive, "-p", place, "--offline")[1]
        if error:
            sys.exit(f"{archive} cannot be installed: {error}")
        root = pathlib.Path(place, "ansible_collections", "otc", "teardown")
        every = plugins(root, env)
        errors = 0
        for kind, name in every:
            error = check(kind, name, root, env)
            errors += bool(error)
            print(f"{kind:10} {name:55} {error or 'ok'}")
    if not every:
        sys.exit(f"{archive} has no plugins")
    print(f"{len(every)} plugins, {errors} with errors")
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
