# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Dates that YAML makes of names, found before a module is started."""

from __future__ import annotations

import datetime

import pytest
import yaml

from ansible_collections.otc.teardown.plugins.module_utils._base.errors import InputError
from ansible_collections.otc.teardown.plugins.plugin_utils._arguments import refuse_dates


@pytest.mark.parametrize(("written", "option", "shown"), [
    ("exclude: {names: [a, 2024-01-01]}", "exclude.names", "2024-01-01"), ("exclude: {names: [[2024-01-01]]}", "exclude.names", "2024-01-01"),
    ("exclude: {ids: 2024-01-01}", "exclude.ids", "2024-01-01"), ("job_ids: [2024-01-01]", "job_ids", "2024-01-01"),
    ("job_ids: 2024-01-01", "job_ids", "2024-01-01"), ("jobs: [{id: a, name: 2024-01-01}]", "jobs.name", "2024-01-01"),
    ("filters: {older_than: 2024-01-01 10:00:00}", "filters.older_than", "2024-01-01 10:00:00"), ("project_name: 2024-01-01", "project_name", "2024-01-01"),
    ("exclude: {2024-01-01: x}", "exclude", "2024-01-01"), ("2024-01-01: x", "2024-01-01", None),
])
def test_a_date_is_refused_with_its_option(written, option, shown):
    args = yaml.safe_load(written)
    if shown is None:
        refuse_dates(args)  # such an option is refused by its name
        return
    with pytest.raises(InputError) as caught:
        refuse_dates(args)
    assert str(caught.value) == f"{option}: '{shown}': is not text: YAML makes a date of it; put it in quotes"


def test_everything_else_passes():
    refuse_dates(yaml.safe_load("{a: [1, 1.5, true, null, {b: ['2024-01-01', [x]]}], c: 12:30, d: 2024-01}"))
    refuse_dates({"a": {datetime.timedelta(1)}})
