#!/usr/bin/python
# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# The action plugin of the same name does all the work.

from __future__ import annotations

DOCUMENTATION = r"""
module: report_block
short_description: "Internal: show the report of a teardown on the terminal"
description:
  - Internal to the role P(otc.teardown.teardown#role), which shows with it what a run has done, also if the run failed.
  - Shows a table of jobs, the headline, the paths of report and plan, and the next command, as text.
  - Shows nothing with a stdout callback that prints JSON or nothing, and nothing with C(no_log).
options:
  report:
    description: The report.
    type: dict
    required: true
  page:
    description: Path of the report's page. In check mode no report is written, so no path is shown.
    type: str
    required: true
attributes:
  check_mode:
    description: Changes nothing, in check mode or not.
    support: full
  diff_mode:
    description: Shows no differences.
    support: none
author:
  - Contributors to the otc.teardown project (@otc-teardown)
seealso:
  - plugin: otc.teardown.report_markdown
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Show a report once more
  otc.teardown.report_block:
    report: "{{ lookup('ansible.builtin.file', 'teardown_report/apply.json') | from_json }}"
    page: teardown_report/apply.html
"""

RETURN = r"""
# Only the keys that every action returns
"""
