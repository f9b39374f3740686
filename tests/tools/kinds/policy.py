# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The permissions that a login needs, as the page about permissions shows them."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Sequence

from tests.tools.kinds.words import Kind


def listed(actions: Sequence[str] | None, guesses: Sequence[str] = ()) -> str:
    """Actions as a cell of a table; `actions` is None if the needed ones are not documented; `guesses` are formed by analogy."""
    shown = ", ".join(f"`{action}`" for action in actions or guesses)
    if actions:
        return shown
    return f"**not documented**; by analogy: {shown}" if guesses else "**not documented**"


def document(kinds: Sequence[Kind]) -> list[str]:
    """A custom policy that may read and stop all kinds, as a block of JSON."""
    actions = list(dict.fromkeys(action for kind in kinds for action in (*_read(kind), *_stop(kind))))
    policy = {"Version": "1.1", "Statement": [{"Effect": "Allow", "Action": actions}]}
    return ["```json", *json.dumps(policy, indent=2).split("\n"), "```"]


def to_stop(kinds: Sequence[Kind]) -> list[str]:
    """A sentence, as wrapped lines, that names the actions for stops, which a read-only login does not need."""
    reading = {action for kind in kinds for action in _read(kind)}
    stopping = dict.fromkeys(action for kind in kinds for action in _stop(kind) if action not in reading)
    text = f"For `plan` and `verify` alone leave out {', '.join(f'`{action}`' for action in stopping)}."
    return textwrap.wrap(text, 120, break_long_words=False, break_on_hyphens=False)


def _read(kind: Kind) -> Sequence[str]:
    return kind.words["permissions"]["read"] or []


def _stop(kind: Kind) -> Sequence[str]:
    """The actions to stop jobs; if none are documented, the actions to try first."""
    permissions = kind.words["permissions"]
    return permissions["stop"] or permissions.get("begin_with") or []
