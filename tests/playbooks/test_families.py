# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role as users play it: a protected DRS job spares its family, in both directions."""

from __future__ import annotations

import pathlib
from typing import Any

import pytest

from tests.http.test_families import CHILD, GRANDCHILD, PARENT, SINGLE, accepted, cloud
from tests.playbooks.test_teardown import report, teardown


@pytest.mark.e2e
@pytest.mark.slow
@pytest.mark.parametrize(("spared", "left"), [("fam-grandchild", {PARENT, CHILD, GRANDCHILD}), ("fam-parent", {PARENT, CHILD, GRANDCHILD})])
def test_protected_after_the_plan(tmp_path: pathlib.Path, spared: str, left: set[str]) -> None:
    given: dict[str, Any] = {"teardown_resources": ["drs_job"]}
    with cloud("twice") as sim:
        assert teardown(tmp_path, sim, "plan", teardown_filters={"job_types": ["migration", "sync"]}, **given).code == 0
        protect = [{"names": [spared], "reason": "demo week"}]
        applied = teardown(tmp_path, sim, "apply", teardown_confirm="eu-de", teardown_protect=protect, **given)
        assert applied.code == 0, applied.output
        assert accepted(sim) == {SINGLE}
        verdicts = {row["id"]: row["verdict"] for row in report(tmp_path, "apply")["rows"]}
        assert verdicts == {SINGLE: "stopped", **dict.fromkeys(left, "protected")}
