# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the filters of the report return is never taken for a template, not by an old ansible-core either."""

from __future__ import annotations

import pytest
from ansible import template
from ansible.errors import AnsibleFilterError
from ansible.parsing.dataloader import DataLoader

from ansible_collections.otc.teardown.plugins.filter.reports import FilterModule
from tests.unit.plugins.plugin_utils.report_samples import a_report

FILTERS = FilterModule().filters()
# Before ansible-core 2.19 every text was trusted.
trusted = getattr(template, "trust_as_template", str)


@pytest.mark.parametrize("name", sorted(FILTERS))
def test_the_result_is_no_template(name):
    text = FILTERS[name](a_report(lambda key: "{{ 6 * 7 }}" + key))
    templar = template.Templar(loader=DataLoader(), variables={"text": text})
    assert templar.template(trusted("{{ text }}")) == text
    assert "{{ 6 * 7 }}" in text


@pytest.mark.parametrize("name", sorted(FILTERS))
def test_what_is_no_report_is_an_error_of_the_filter(name):
    with pytest.raises(AnsibleFilterError, match="the list holds no report; give at least one"):
        FILTERS[name]([])
