# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A real Keystone for the tests in this folder, started once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.keystone.running import Keystone, why_not_installed
from tests.keystone.world import World
from tests.simulator import Simulator


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Users, projects and a catalog in a real Keystone; `world.load(...)` gives the cloud that trusts it."""
    reason = why_not_installed()
    if reason:
        pytest.skip(f"a real Keystone could not be installed: {reason}")
    folder = tmp_path_factory.mktemp("keystone")
    keystone = Keystone(folder)
    expired = Keystone(tmp_path_factory.mktemp("keystone-expired"), life=0, database=folder)
    with keystone, expired, Simulator({"iam": {"keystone": keystone.url}}) as sim:
        keystone.wait()
        expired.wait()
        yield World(keystone, expired, sim)
