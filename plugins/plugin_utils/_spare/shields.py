# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Brings together all that protects jobs in a run of the role. Pure."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from ansible_collections.otc.teardown.plugins.plugin_utils._spare.baseline import Baseline
from ansible_collections.otc.teardown.plugins.plugin_utils._spare.entries import read_entries
from ansible_collections.otc.teardown.plugins.plugin_utils._spare.keep_tag import KeepTag
from ansible_collections.otc.teardown.plugins.plugin_utils._spare.protection import Protection, Shield


def protection_of(run: Mapping[str, Any], now: float) -> Protection:
    """The protection of a run with these `options`, `selections` and this `baseline`, at `now` (seconds since 1970)."""
    moment = datetime.datetime.fromtimestamp(now, datetime.timezone.utc)
    options = run["options"]
    entries, _errors = read_entries(options["protect"])
    shields: list[Shield] = []
    if options["keep_tag"]:
        shields.append(KeepTag(options["keep_tag"], moment))
    if run["baseline"]:
        shields.append(Baseline(run["baseline"], list(run["selections"])))
    return Protection(entries, moment.date(), shields)


def facts_needed(options: Mapping[str, Any]) -> dict[str, bool]:
    """The options of the module `jobs` that make it read what protection and prices need, and lists may not tell.

    `families`: a protected job also protects its parents and children. `tags`: reads by ID tell the tags of some kinds.
    """
    tagged = [*options["protect"], *(options["prices"] or {}).get("entries", ())]
    return {
        "families": bool(options["protect"] or options["keep_tag"] or options["baseline"]),
        "tags": bool(options["keep_tag"] or any(entry["tags"] for entry in tagged)),
    }
