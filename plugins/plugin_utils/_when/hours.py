# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the windows mean for a run of the role: whether apply may stop now, and what plan and verify say about it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.otc.teardown.plugins.module_utils._base.times import parse_time
from ansible_collections.otc.teardown.plugins.plugin_utils._when.windows import (
    OPTION,
    Window,
    in_words,
    standing,
    was_open,
    window_of,
)

SKIP = "skip"
NOT_DUE = "no window of teardown_windows was open since the plan was made, so nothing had to be stopped yet"


def told(options: Mapping[str, Any], now: float) -> dict[str, Any] | None:
    """How things stand, as a report has it: `open`, `text`, and all `windows` in words; None if apply may always stop."""
    windows = _windows(options)
    found = standing(windows, now)
    if found is None:
        return None
    text = str(found) if found.is_open else f"outside the window: {found}"
    return {"open": found.is_open, "text": text, "windows": [str(window) for window in windows]}


def gate(run: Mapping[str, Any], now: float) -> dict[str, Any]:
    """The run with how things stand now. Outside of a window, apply is refused, or gets in `outside` why it does nothing."""
    window = None if run["mode"] == "verify" else told(run["options"], now)
    found = {**run, "window": window}
    if not window or window["open"] or run["mode"] != "apply":
        return found
    if run["options"]["outside_windows"] == SKIP:
        return {**found, "outside": f"nothing done, {window['text']}"}
    refusal = f"{OPTION}: {window['text']}; run apply then, or change {OPTION}"
    return {**found, "refusals": [*run["refusals"], refusal]}


def expires_before(options: Mapping[str, Any], now: float) -> list[str]:
    """A refusal if a plan that is made now expires before a window opens; empty otherwise, and where apply would skip."""
    found, until = standing(_windows(options), now), now + options["plan_ttl"]
    if options["outside_windows"] == SKIP or found is None or found.is_open or (found.moment is not None and found.moment <= until):
        return []
    return [f"{OPTION}: {found}, but the plan expires {in_words(until, 'UTC')}; raise teardown_plan_ttl, or make the plan later"]


def is_due(options: Mapping[str, Any], plan: Mapping[str, Any], now: float) -> bool:
    """Whether jobs of this plan that run are a failure: not where apply may skip, and no window was open since the plan was made."""
    return options["outside_windows"] != SKIP or was_open(_windows(options), parse_time(plan["created_at"]) or 0.0, now)


def _windows(options: Mapping[str, Any]) -> list[Window]:
    return [window_of(written) for written in options["windows"]]
