# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the role tells a reviewer about each thing that limits or spares. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

Identity = Mapping[str, Any]
"""The caller and the place: `user`, `domain` and `project` (each with `id` and `name`), and `region`; each may be None."""


class Measure(NamedTuple):
    """How things stand with a guard: in words, and in figures if it has a limit.

    `refusal`: why it forbids every stop; None if it does not. `applies`: whether the limit counts at present.
    """

    guard: str
    text: str
    refusal: str | None = None
    value: float | None = None
    limit: float | None = None
    applies: bool = True
