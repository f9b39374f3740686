# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Make this checkout importable as ansible_collections.otc.teardown, wherever it was cloned to."""

from __future__ import annotations

import pathlib
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[1]

# Under ansible-test the checkout already lies in such a tree.
if ROOT.parent.parent.name != "ansible_collections":
    _tree = tempfile.TemporaryDirectory(prefix="otc-teardown-")
    _link = pathlib.Path(_tree.name, "ansible_collections", "otc", "teardown")
    _link.parent.mkdir(parents=True)
    _link.symlink_to(ROOT)
    sys.path.insert(0, _tree.name)
