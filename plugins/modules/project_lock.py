#!/usr/bin/python
# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# The action plugin of the same name does all the work.

from __future__ import annotations

DOCUMENTATION = r"""
module: project_lock
short_description: "Internal: lock a project against a second run on the controller"
description:
  - Internal to the role P(otc.teardown.teardown#role). With C(teardown_mode=apply), the role takes a lock before it reads and releases it
    at its end.
  - Works on the controller, as the user who runs Ansible. The host and C(become) of the task have no effect.
  - The lock is a file with access for its owner only. It names the machine, the process of C(ansible-playbook) and the time. A lock of a process
    that has ended does not count.
  - Never fails and never reports C(changed). RV(refusal) says why a run must not go on.
options:
  project:
    description: ID of the project.
    type: str
    required: true
  folder:
    description:
      - Folder for the file. If it does not exist, it is created with access for its owner only.
      - The default is C(otc_teardown_locks) in C(ANSIBLE_HOME), usually C(~/.ansible). If that cannot be written, there is a warning and no lock.
    type: path
  seconds:
    description: How long other machines, which cannot see the process, heed the lock.
    type: float
    default: 3600
  state:
    description: What to do.
    type: str
    choices: [taken, released]
    default: taken
attributes:
  check_mode:
    description: In check mode, no lock is taken or released.
    support: full
  diff_mode:
    description: Shows no differences.
    support: none
author:
  - Contributors to the otc.teardown project (@otc-teardown)
"""

EXAMPLES = r"""
- name: Take the lock of a project
  otc.teardown.project_lock:
    project: 0123456789abcdef0123456789abcdef
    folder: locks
  register: lock

- name: Fail if another run works on the project
  ansible.builtin.fail:
    msg: "{{ lock.refusal }}"
  when: lock.refusal | length > 0

- name: Release the lock
  otc.teardown.project_lock:
    project: 0123456789abcdef0123456789abcdef
    folder: locks
    state: released
"""

RETURN = r"""
refusal:
  description: Why the run must not go on; empty if it may.
  type: str
  returned: always
warning:
  description: Why there is no lock, or why it cannot be released; empty if all is well.
  type: str
  returned: always
taken:
  description: Whether there is a lock to release.
  type: bool
  returned: always
"""
