# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Relations between the jobs of a plan, so that a protected job also protects its ancestors and descendants. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.otc.teardown.plugins.module_utils._engine.families import Families, families_of
from ansible_collections.otc.teardown.plugins.module_utils._model.tags import as_dictionary
from ansible_collections.otc.teardown.plugins.module_utils._modules.kinds import KINDS
from ansible_collections.otc.teardown.plugins.plugin_utils._spare.protection import Protection

Rows = Sequence[Mapping[str, Any]]

UNKNOWN = "its parents and children could not be read, so teardown_protect cannot be evaluated"


def rows_of(kinds: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
    """Kind -> the families that a module has read; kinds whose families were not read completely are left out."""
    return {kind["resource"]: kind["families"] for kind in kinds if kind.get("families") is not None}


def why_no_families(value: Any) -> str | None:
    """The fault in the families of a plan; None if they can be used."""
    try:
        for rows in value.values():
            families_of(rows)
    except (AttributeError, KeyError, TypeError):
        return "holds families that make no sense"
    return None


class Kinship:
    """The families of all kinds: the current ones (`now`), and those of an earlier reading (`before`)."""

    def __init__(self, now: Mapping[str, Rows], before: Mapping[str, Rows]) -> None:
        self._known: dict[str, Families] = {kind: families_of(rows, before.get(kind, ())) for kind, rows in now.items()}
        self._before = {kind: families_of(rows) for kind, rows in before.items()}

    def why_protected(self, row: Mapping[str, Any], protection: Protection) -> str | None:
        """A text about the protected relative because of which this job must not be stopped; None if no such relative may run."""
        kind = row["resource"]
        families = self._known.get(kind) or self._before.get(kind)
        if families is None:
            return None
        for relative, relation in families.relatives(str(row["id"])).items():
            names = families.names(relative)
            tags = as_dictionary(families.tags(relative))
            shown = [{"resource": kind, "id": relative, "name": name, "tags": tags} for name in names or (None,)]
            found = protection.why(*shown) if families.may_run(relative) else None
            if found:
                named = "".join(f" ({name})" for name in names[:1])
                return f"its {relation} {relative}{named} is {found}"
        return None

    def why_unknown(self, row: Mapping[str, Any], protection: Protection) -> str | None:
        """Why the program cannot know whether a protected relative forbids the stop of this job; None if it can."""
        kind = row["resource"]
        blind = KINDS[kind].has_families and kind not in self._known and protection.concerns(kind)
        return UNKNOWN if blind else None
