# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which stdout callbacks are read by programs."""

from __future__ import annotations

import pytest

from ansible_collections.otc.teardown.plugins.plugin_utils._terminal.output import is_machine_readable


@pytest.mark.parametrize(("callback", "machine"), [
    ("json", True), ("jsonl", True), ("ansible.posix.json", True), ("ansible.posix.jsonl", True), ("acme.tools.my_json", True),
    ("JSON", True), ("null", True), ("community.general.null", True),
    ("default", False), ("ansible.builtin.default", False), ("minimal", False), ("oneline", False), ("community.general.yaml", False),
    ("ansible.posix.debug", False), ("awx_display", False), ("json.tools.default", False), ("", False),
])
def test_callbacks_that_programs_read(callback, machine):
    assert is_machine_readable(callback) is machine
