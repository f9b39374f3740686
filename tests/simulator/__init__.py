# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A simulator of IAM, ModelArts and DRS on loopback, for tests and for trying out playbooks. See docs/simulator.md."""
from __future__ import annotations

from .checks import ScenarioError
from .thread import Simulator

__all__ = ["ScenarioError", "Simulator"]
