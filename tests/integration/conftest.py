# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures of the tests over HTTP."""

from __future__ import annotations

import importlib

import pytest


@pytest.fixture
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Back off as ever, but in milliseconds."""
    pace = importlib.import_module("ansible_collections.otc.teardown.plugins.module_utils.pace")
    monkeypatch.setattr(pace, "FIRST_PAUSE", 0.01)
