#!/usr/bin/python
# Copyright: Contributors to the otc.teardown project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# The action plugin of the same name does all the work.

from __future__ import annotations

DOCUMENTATION = r"""
module: notice
short_description: "Internal: say what became of a message"
description:
  - Internal to the role P(otc.teardown.teardown#role).
  - Shows a sentence, or a warning of Ansible, which changes no result. C(ansible.builtin.debug) cannot warn.
options:
  msg:
    description: The lines to show.
    type: list
    elements: str
    default: []
  warning:
    description: The warning; empty for none.
    type: str
    default: ""
attributes:
  check_mode:
    description: Shows the same in check mode.
    support: full
  diff_mode:
    description: Shows no differences.
    support: none
author:
  - Contributors to the otc.teardown project (@otc-teardown)
"""

EXAMPLES = r"""
- name: Say that the message did not arrive
  otc.teardown.notice:
    warning: The message did not arrive.
"""

RETURN = r"""
msg:
  description: The lines.
  returned: if there are any
  type: list
  elements: str
  sample: ["The message was sent."]
"""
