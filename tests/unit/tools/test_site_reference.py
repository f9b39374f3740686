# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages of the docsite that list plugins."""

from __future__ import annotations

from tests.tools.site_reference import documented, fit, links_to, modules_page

DUMP = {
    "module": {
        f"otc.teardown.{name}": {"doc": {"short_description": text, "description": [first]}} for name, text, first in (
            ("a_job", "Stop jobs", "Stops jobs."), ("a_job_info", "List jobs", "Lists."), ("iam_token", "Log in", "Logs in."),
            ("jobs", "Stop all", "Stops."), ("jobs_info", "List all", "Lists."), ("local_files", "Write", "Internal to a role."),
        )
    },
    "role": {"otc.teardown.teardown": {"entry_points": {"main": {"short_description": "Plan", "description": ["Plans."]}}}},
}


def test_modules_stand_beside_their_twins_and_internal_ones_nowhere():
    modules = documented(DUMP, "module")
    page = modules_page(modules).replace("\N{ZERO WIDTH SPACE}", "")
    assert [line for line in page.splitlines() if line.startswith("| Stop ")] == [
        "| Stop all | [jobs](reference/jobs_module.rst) | [jobs_info](reference/jobs_info_module.rst) |",
        "| Stop jobs | [a_job](reference/a_job_module.rst) | [a_job_info](reference/a_job_info_module.rst) |",
    ]
    assert "- [iam_token](reference/iam_token_module.rst): Log in" in page
    assert "reference/a_job_info_module" in page.partition("{toctree}")[2]
    assert "local_files" not in page + links_to(modules)
    assert links_to(modules).count("](") == 3


def test_roles_are_documented_by_their_entry_point():
    assert documented(DUMP, "role") == [("teardown", "teardown_role", "Plan")]


def test_pages_of_plugins_have_no_list_of_their_headings(tmp_path):
    page = tmp_path / "a_job_module.rst"
    page.write_text("Title\n=====\n\n.. contents::\n   :local:\n   :depth: 1\n\nText\n", encoding="utf-8")
    fit(tmp_path)
    assert page.read_text(encoding="utf-8") == "Title\n=====\n\n\nText\n"
