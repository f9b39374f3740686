#!/usr/bin/python
# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# The action plugin of the same name does all the work.

from __future__ import annotations

DOCUMENTATION = r"""
module: local_files
short_description: "Internal: write files on the controller"
description:
  - Internal to the role P(otc.teardown.teardown#role). The role writes its plan and its reports with it, in a tenth of the time of
    M(ansible.builtin.copy).
  - Writes on the controller, as the user who runs Ansible. The host and C(become) of the task have no effect.
  - Writes each file completely or not at all, and replaces an existing file.
  - Never reports C(changed), because no infrastructure changes.
options:
  folder:
    description:
      - Folder for the files.
      - If it does not exist, it is created with access for its owner only.
      - It is an error if the folder is not writable, also without O(files).
    type: path
    required: true
  option:
    description: What the user calls the folder, for messages.
    type: str
    default: folder
  files:
    description: The files. Without this option, the module only checks whether the folder is writable.
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description: Name of the file in O(folder).
        type: str
        required: true
      content:
        description:
          - A text, which is written unchanged, or a dictionary, which is written as JSON.
          - Without it, the module only checks whether the file can be written.
        type: raw
      option:
        description: What the user calls the file, for messages. The default is O(option).
        type: str
  report:
    description:
      - A report of the role, which is written as C(<mode>.json), C(<mode>.md), C(<mode>.html) and C(<mode>.csv).
    type: dict
  keep:
    description:
      - How many reports are kept in the folder C(history) of O(folder). Of O(report), a copy is kept there, the oldest ones
        are deleted, and C(index.html) in O(folder) lists all.
      - V(0) keeps no copy and deletes none.
    type: int
    default: 0
  index:
    description: Whether to write C(index.html), which lists all reports that are kept in O(folder) and in all folders below it.
    type: bool
    default: false
  metrics_file:
    description:
      - File for the figures of O(report) in OpenMetrics text. Figures of other projects and modes in it are kept.
      - It is an error if it cannot be written, also without O(report).
    type: path
attributes:
  check_mode:
    description: In check mode, no file is written and no folder is created.
    support: full
  diff_mode:
    description: Shows no differences.
    support: none
author:
  - Contributors to the otc.teardown project (@otc-teardown)
seealso:
  - module: ansible.builtin.copy
"""

EXAMPLES = r"""
- name: Make sure that a report can be written before anything is stopped
  otc.teardown.local_files:
    folder: reports

- name: Write the report
  otc.teardown.local_files:
    folder: reports
    files:
      - name: edge.json
        content: "{{ edge }}"
"""

RETURN = r"""
# Only the keys that every action returns
"""
