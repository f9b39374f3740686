# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write the files that are generated from the kinds of jobs: python -m tests.tools.kinds [ROOT OF THE COLLECTION]."""

from __future__ import annotations

import pathlib
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parents[3]


def main(root: pathlib.Path) -> None:
    """Write the files that are out of date, remove the files of removed kinds, and print the names of both."""
    with tempfile.TemporaryDirectory(prefix="otc-teardown-") as tree:
        link = pathlib.Path(tree, "ansible_collections", "otc", "teardown")
        link.parent.mkdir(parents=True)
        link.symlink_to(root)
        sys.path.insert(0, tree)
        # Only now, because the collection must be importable.
        from tests.tools.kinds.files import generated, left_over
        from tests.tools.kinds.words import WordsError

        try:
            wanted = generated(root)
        except WordsError as error:
            sys.exit(str(error))
        for path in left_over(root, wanted):
            path.unlink()
            print(f"removed {path.relative_to(root)}")
        for path, text in wanted.items():
            if not path.exists() or path.read_text(encoding="utf-8") != text:
                path.write_text(text, encoding="utf-8")
                print(f"wrote {path.relative_to(root)}")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else HERE)
