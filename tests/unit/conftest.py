# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What depends on ansible-core is marked so: `-m core` is what is run again on each of its versions.

How examples are made up for property tests: the same ones in CI at every run, new ones elsewhere.

HYPOTHESIS_PROFILE=thorough takes fifty times as many, mutation a few.
"""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, Phase, settings

from tests.support.core import depends_on_core

settings.register_profile(
    "tests",
    deadline=None,
    derandomize=bool(os.environ.get("CI")),
    max_examples=100,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("thorough", settings.get_profile("tests"), derandomize=False, max_examples=5000)
# For one changed line after another: any failure will do.
settings.register_profile(
    "mutation", settings.get_profile("tests"), derandomize=True, max_examples=25, phases=[Phase.explicit, Phase.generate]
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "tests"))


def pytest_configure(config: pytest.Config) -> None:
    """Also for ansible-test, which reads no pyproject.toml."""
    config.addinivalue_line("markers", "core: the test, or the code that it tests, imports ansible; set by this file")


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark it by what its file imports."""
    if depends_on_core(item.path):
        item.add_marker("core")
