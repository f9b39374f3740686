#!/usr/bin/python
# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# All of it happens in the action plugin of the same name.

from __future__ import annotations

DOCUMENTATION = r"""
module: local_files
short_description: Write files on the controller
version_added: 0.1.0
description:
  - Internal to the role P(otc.teardown.teardown#role), which writes its plan and its reports with it, at a tenth of the
    time of M(ansible.builtin.copy).
  - Works where Ansible itself runs, as the user who runs it, whatever the host and C(become) of the task.
  - A file is there as a whole or not at all; what was there before is replaced.
  - Never says C(changed), because no infrastructure changes.
options:
  folder:
    description:
      - Where the files are written.
      - Made if it does not exist, for its owner only.
      - It is an error if nothing can be written there, also without O(files).
    type: path
    required: true
  files:
    description: The files; without them it is only found out whether some could be written.
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description: Name of the file in O(folder).
        type: str
        required: true
      content:
        description: Text, which is written as it is, or a dictionary, which is written as JSON.
        type: raw
        required: true
attributes:
  check_mode:
    description: In check mode nothing is written, and no folder is made.
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

- name: Write it
  otc.teardown.local_files:
    folder: reports
    files:
      - name: edge.json
        content: "{{ edge }}"
"""

RETURN = r"""
# Nothing but what every action returns
"""
