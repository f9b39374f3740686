# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The README of each role says what its argument specification says, and that says what its defaults are."""

from __future__ import annotations

import pytest
import yaml

from tests.tools.role_readme import ROLES, argument_specs, markdown, readme

every_role = pytest.mark.parametrize("role", sorted(path.parent.parent for path in ROLES.glob("*/tasks/main.yml")),
                                     ids=lambda role: role.name)


@every_role
def test_the_readme_is_up_to_date(role):
    written = (role / "README.md").read_text(encoding="utf-8")
    assert written == readme(role.name, argument_specs(role)), "out of date; run make role-readmes"


@every_role
def test_the_specification_has_the_defaults_of_the_role(role):
    """Lists, numbers and texts that a run uses are those that ansible-doc shows."""
    documented = {name: option["default"] for name, option in argument_specs(role)["options"].items() if "default" in option}
    defaults = yaml.safe_load((role / "defaults" / "main.yml").read_text(encoding="utf-8"))
    plain = [name for name, value in defaults.items() if "{{" not in str(value)]
    assert {name: defaults[name] for name in plain} == {name: documented[name] for name in plain}
    assert set(defaults) == set(documented)


@pytest.mark.parametrize(("text", "expected"), [
    ("Give O(a_b) or O(a_mode=plan).", "Give `a_b` or `a_mode: plan`."),
    ("As in O(otc.teardown.drs_job#module:filters).", "As in `filters` of `otc.teardown.drs_job`."),
    ("The role P(otc.teardown.teardown#role) and M(otc.teardown.drs_job)", "The role `otc.teardown.teardown` and `otc.teardown.drs_job`"),
    ("V(90m) in C(f.json) of E(HOME)", "`90m` in `f.json` of `HOME`"),
    ("No markup (OTC)", "No markup (OTC)"),
])
def test_markup(text, expected):
    assert markdown(text) == expected
