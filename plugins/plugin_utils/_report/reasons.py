# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which reasons in a report say more than the status and the group of their row. Pure."""

from __future__ import annotations

import re

# The texts come from plan.py and review.py of the package _teardown; a test compares.
_USUAL = re.compile(
    r"it is \S+ and matches the selection"
    r"|it (?:has ended|is being stopped already|runs): \S+"
    r"|(?:is|was) being stopped already(?:: \S+)?"
    r"|has ended since the plan(?:: \S+)?|had ended already|does not exist any more"
    r"|is as planned|was \S+, now \S+|nothing was sent|would be stopped|stopped, and seen to have ended"
    r"|(?:teardown_exclude|an exclude) names it(?: now)?|teardown_resources leaves its kind out"
    r"|it matches the selection now but is not in the plan"
    r"|it runs now but was not to be stopped when the plan was reviewed",
)


def telling(reason: str | None) -> str | None:
    """The reason, without a beginning that the row says anyway; None if nothing is left.

    `a stop loses files outside the work folder` for `it is RUNNING and matches the selection; a stop loses files …`.
    """
    usual = _USUAL.match(reason or "")
    rest = (reason or "")[usual.end():] if usual else (reason or "")
    if usual and rest and not rest.startswith("; "):
        return reason
    return rest.removeprefix("; ") or None
