# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is run again on each ansible-core is what depends on it."""

from __future__ import annotations

import pathlib

import pytest

from tests.support.core import ROOT, depends_on_core


@pytest.mark.parametrize(("path", "depends"), [
    ("plugins/module_utils/_modules/module.py", True),  # imports it
    ("plugins/modules/drs_job.py", True),  # imports what imports what imports it
    ("plugins/module_utils/_http/error_codes.py", False),
    ("tests/unit/tools/test_core.py", False),
    ("tests/simulator/server.py", False),
])
def test_a_file_depends_on_it_if_it_or_what_it_imports_does(path, depends):
    assert depends_on_core(ROOT / path) is depends


@pytest.mark.parametrize(("text", "depends"), [
    ("def late():\n    import ansible.errors", True),
    ("from ansible import errors", True),
    ("from ansible_collections.otc.teardown.plugins.module_utils._modules import module", True),
    ("import ansible_collections.otc.teardown.plugins.module_utils._modules.module", True),
    ("from ansible_collections.otc.teardown.plugins.module_utils._base import errors", False),
    ("import ansible_collections", False),
    ("import json  # of ansible", False),
])
def test_every_way_to_import(tmp_path, text, depends):
    path = pathlib.Path(tmp_path, "sample.py")
    path.write_text(text, encoding="utf-8")
    assert depends_on_core(path) is depends


def test_tests_are_marked_by_it(request):
    assert request.node.get_closest_marker("core") is None
